"""What parties do together: answer the questions that are theirs, and agree on the next step."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from agreements.equals import agree_on_step, agreed_steps, step_ahead
from agreements.models import Agreement
from iop.cases.actions import answer_now, question_mark, values_of
from iop.cases.fields import TextArea
from iop.cases.opened import Meanwhile, marks_of
from partners.answering import Given, answer_for

from .door import Seat, own_case
from .forms import Signed
from .overview import agreements_of, overviews
from .questions import Question
from .typed import keeps_typed
from .writing import READS_OR_SENDS, back, posted, sent, show

ONLY_THOSE_WHO_SPEAK = "Bara den som skickade initiativet, eller är bekräftad företrädare, svarar för organisationen."


# Questions


class AnswersForm(Signed):
    def __init__(self, *args, questions: list[Question], **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        for one in questions:
            now, values = one.now, values_of(one.rule)
            value = TextArea(label="Ert svar", max_length=2000, required=False)
            if values:
                value = forms.ChoiceField(choices=values.items(), widget=forms.RadioSelect, required=False)
            value.label, value.initial = one.text, now["value"]
            reason = TextArea(label="Vill ni säga mer? (frivilligt)", rows=2, max_length=5000, required=False)
            reason.initial = now["reason"]
            opened = forms.CharField(widget=forms.HiddenInput, required=False, initial=marks_of(answer_now(one.answer)))
            asked = forms.CharField(widget=forms.HiddenInput, required=False, initial=question_mark(one.rule, one.part))
            fields = {"v": value, "r": reason, "o": opened, "a": asked}
            self.fields |= {f"{letter}-{one.name}": field for letter, field in fields.items()}
        self.order_fields([name for name in self.fields if name not in ("party", "name")])

    @property
    def rows(self) -> list[dict]:
        return [{"asked": one, "fields": [self[f"{letter}-{one.name}"] for letter in "vroa"]} for one in self.questions]

    @property
    def given(self) -> list[Given]:
        """Those that were changed; a question that was not on the page that was sent stands as it stood."""
        data, found = self.cleaned_data, []
        for one in self.questions:
            if f"r-{one.name}" not in self.data:
                continue
            said = {"value": data[f"v-{one.name}"], "reason": data[f"r-{one.name}"].strip()}
            if said != one.now:
                shown = {"opened": data[f"o-{one.name}"], "asked": data[f"a-{one.name}"]}
                found.append(Given(one.rule, one.part, one.text, one.subject, **said, **shown))
        return found

    def show(self, other: Meanwhile) -> None:
        """Somebody has answered the same since: what is sent once more, from what stands there now, is kept."""
        self.data = self.data.copy()
        for one in self.questions:
            now = marks_of(answer_now(one.answer))
            if self.data.get(f"o-{one.name}", now) != now:
                self.data[f"o-{one.name}"] = now
                stands = values_of(one.rule).get(one.now["value"], one.now["value"]) or "inget svar"
                self.add_error(f"v-{one.name}", f"Någon annan har svarat medan du skrev. Nu står det: {stands}.")


@own_case
@require_http_methods(READS_OR_SENDS)
@keeps_typed
def mine_questions(request: HttpRequest, seat: Seat) -> HttpResponse:
    if not seat.speaks_for:
        raise PermissionDenied(ONLY_THOSE_WHO_SPEAK)
    questions = overviews([seat])[0].questions
    if not questions:
        return redirect("mine_case", seat.case.municipality.slug, seat.case.reference)
    form = AnswersForm(posted(request)[0], request=request, parties=seat.speaks_for, questions=questions)

    def answer(data):
        try:
            answer_for(form.party, form.given, name=data["name"], email=seat.email, by=request.user)
        except Meanwhile as other:
            form.show(other)
            raise

    if sent(form, answer):
        return back(request, seat, "Era svar är sparade, och kommunen har fått dem.", "brev")
    return show(request, seat, form, "mine/questions.html")


# The next step


class AgreeForm(Signed):
    to_stage = forms.CharField(widget=forms.HiddenInput, max_length=20)


def to_agree_on(seat: Seat, agreement: Agreement | None) -> dict | None:
    """The step ahead, in words, which of ours have agreed to it, and whether somebody is left to."""
    ahead = step_ahead(seat.case, agreement) if seat.case.rules.equal_parties else None
    if ahead is None:
        return None
    agreed = {row.party_id for row in agreed_steps(seat.case)}
    left = [party for party in seat.speaks_for if party.pk not in agreed]
    return {"what": ahead[1], "agreed": [one for one in seat.parties if one.pk in agreed], "left": left}


@own_case
@require_http_methods(READS_OR_SENDS)
def mine_agree(request: HttpRequest, seat: Seat) -> HttpResponse:
    if not seat.speaks_for:
        raise PermissionDenied(ONLY_THOSE_WHO_SPEAK)
    agreement = agreements_of([seat.case]).get(seat.case.pk)
    step = to_agree_on(seat, agreement)
    if step is None:
        return redirect("mine_case", seat.case.municipality.slug, seat.case.reference)
    to_stage = step_ahead(seat.case, agreement)[0]
    form = AgreeForm(posted(request)[0], request=request, parties=seat.speaks_for, initial={"to_stage": to_stage})

    def agree(data):
        agree_on_step(form.party, to_stage=data["to_stage"], name=data["name"], email=seat.email)

    if sent(form, agree):
        return back(request, seat, "Kommunen har fått veta att ni är överens om nästa steg.", "brev")
    return show(request, seat, form, "mine/agree.html", step=step)

"""Letters to the organisation: messages and requests to complete, written from templates, looked at, then sent."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from iop.cases.fields import DayField, Email, Line, Reminds, TextArea
from iop.cases.letters import filled, send_letter, settle, standard_letters, values_of_case
from iop.cases.models import LetterTemplate, RecordFile
from iop.cases.reminders import remind_of_letter
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from partners.models import Message, Party
from partners.papers import ask_for, to_ask_for

from ..case_page import carried_out, case_or_404, render_case, try_to
from .statements import attachable_files, open_files

DAYS_TO_COMPLETE = 21
SOMEBODY_ELSE = "annan"


class LetterForm(forms.Form):
    to = forms.ChoiceField(label="Till")
    other_name = Line(label="Namn, om det är någon annan", max_length=120, required=False)
    other_email = Email(label="E-post till den personen", required=False)
    subject = Line(label="Ämne", max_length=150)
    text = TextArea(label="Brevet", rows=12, help_text="Inget i klamrar får vara kvar när brevet skickas.")
    papers = forms.MultipleChoiceField(
        label="Underlag som ska lämnas",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="De står i brevet och under Underlag på organisationens egna sidor.",
    )
    points = TextArea(
        label="Annat som behövs", rows=4, max_length=5000, required=False, help_text="En sak på varje rad."
    )
    due = DayField(label="Svar senast", required=False)
    reminds = Reminds()
    files = forms.ModelMultipleChoiceField(
        RecordFile.objects.none(), label="Bilagor ur akten", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, case, user, completion: bool, **kwargs):
        super().__init__(*args, **kwargs)
        active = list(case.parties.active().select_related("organisation").prefetch_related("documents__asked_in"))
        self.people = _by_address([party for party in active if party.contact_email])
        people = [(key, f"{one.contact_name}, {one} ({one.contact_email})") for key, one in self.people.items()]
        self.fields["to"].choices = [*people, (SOMEBODY_ELSE, "Någon annan")]
        self.completion = completion
        if not completion:
            del self.fields["papers"], self.fields["points"], self.fields["due"], self.fields["reminds"]
        else:
            self.fields["reminds"].tell(case.municipality)
            self._offer_papers([party for party in active if party.organisation_id])
        self.fields["files"].queryset = attachable_files(case, user)
        if not self.fields["files"].queryset:
            del self.fields["files"]

    def _offer_papers(self, parties: list[Party]) -> None:
        """``missing``: what may be asked for, by the key of its box."""
        several = len(parties) > 1
        self.missing = {
            f"{party.pk}:{rule.key}:{part}": (party, rule, part, f"{label}, {party.name}" if several else label)
            for party in parties
            for rule, part, label in to_ask_for(party)
        }
        self.fields["papers"].choices = [(key, row[3]) for key, row in self.missing.items()]
        if not self.missing:
            del self.fields["papers"]
            self.fields["points"].label = "Det som behövs"

    def clean(self):
        data = super().clean()
        if data.get("to") == SOMEBODY_ELSE and not data.get("other_email"):
            self.add_error("other_email", "Skriv adressen till den som ska få brevet.")
        if self.completion and not data.get("points", "").strip() and not data.get("papers"):
            if not {"points", "papers"} & self.errors.keys():
                self.add_error("points", "Skriv vad som behövs, en sak på varje rad, eller kryssa i underlag.")
        if self.completion and "due" not in self.errors and not data.get("due"):
            self.add_error("due", "Skriv när svaret behövs.")
        if self.completion and data.get("due") and data["due"] < timezone.localdate():
            self.add_error("due", "Välj en dag som inte har varit.")
        senders = {self.missing[key][0] for key in data.get("papers", ())}
        to = self.people.get(data.get("to"))
        if len(senders) > 1 and not to or to and any(one.contact_email != to.contact_email for one in senders):
            self.add_error("papers", "Kryssa bara i underlag från den organisation som brevet går till.")
        for name in ("subject", "text"):
            if any(mark in data.get(name, "") for mark in ("{", "}")):
                self.add_error(name, "Något i klamrar är kvar. Byt ut det mot det som ska stå.")
        return data

    @property
    def recipient(self) -> tuple[str, str]:
        """(address, name)"""
        data = self.cleaned_data
        if data["to"] == SOMEBODY_ELSE:
            return data["other_email"], data["other_name"]
        to = self.people[data["to"]]
        return to.contact_email, to.contact_name

    @property
    def letter(self) -> dict:
        """As ``send_letter`` takes it."""
        data, (to, name) = self.cleaned_data, self.recipient
        points = [self.missing[key][3] for key in data.get("papers", ())] + data.get("points", "").splitlines()
        return {
            "to": to,
            "to_name": name,
            "subject": data["subject"],
            "text": data["text"],
            "points": [point.strip() for point in points if point.strip()],
            "due": data.get("due"),
            "reminds": data.get("reminds", False),
            "files": list(data.get("files", ())),
        }

    @property
    def asked(self) -> dict[Party, list]:
        """Papers that were ticked, by party, as ``ask_for`` takes them."""
        found: dict[Party, list] = {}
        for key in self.cleaned_data.get("papers", ()):
            party, rule, part, _ = self.missing[key]
            found.setdefault(party, []).append((rule, part))
        return found


def _by_address(parties: list[Party]) -> dict[str, Party]:
    """By the address that the letter goes to; one of several parties that share an address, with its number."""
    found: dict[str, Party] = {}
    for party in parties:
        key = party.contact_email
        found[f"{party.pk}:{key}" if key in found else key] = party
    return found


def templates_of(municipality) -> list[tuple[str, str, dict]]:
    """(key, name, subject and text): the municipality's own first, then ours."""
    own = LetterTemplate.objects.filter(municipality=municipality, in_use=True)
    mine = [(f"egen-{row.pk}", row.name, {"subject": row.subject, "text": row.text}) for row in own]
    return mine + [(row["key"], row["name"], row) for row in standard_letters()]


@official()
@require_safe
def letters(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    return _page(request, case_or_404(request, reference))


def _page(request, case) -> HttpResponse:
    rows = case.letters.select_related("sent_by", "settled_by").prefetch_related(
        "answers__files", open_files("attached")
    )
    seen = set(case.records.visible_to(request.user).values_list("pk", flat=True))
    rows = list(rows)
    for row in rows:
        row.hidden = row.record_id not in seen
        row.seen_answers = [answer for answer in row.answers.all() if answer.pk in seen]
    return render_case(
        request,
        case,
        "letters",
        "desk/case/letters.html",
        letters=rows,
        messages_in=_messages(case, seen),
        templates=templates_of(case.municipality),
    )


def _messages(case, seen: set[int]) -> list[Message]:
    """What organisations wrote of their own accord; nothing of those whose record the person must not see."""
    rows = Message.objects.filter(party__case=case, record__in=seen).select_related("party__organisation", "record")
    return list(rows.prefetch_related("record__files"))


@official(Act.WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def write_letter(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    """Write, look at it as it will go, and send."""
    case = case_or_404(request, reference)
    asked = request.POST if request.method == "POST" else request.GET
    completion = asked.get("slag") == "komplettering"
    if request.method != "POST":
        return _writing(request, case, _begun(request, case, completion), completion)
    form = LetterForm(request.POST, case=case, user=request.user, completion=completion)
    do = request.POST.get("do", "preview")
    if do == "edit" or not form.is_valid():
        return _writing(request, case, form, completion, status=200 if do == "edit" else 422)
    if do == "send" and carried_out(form, lambda data: _send(request, case, form)):
        messages.success(request, f"Brevet är skickat till {form.recipient[0]}. Det står i akten som det gick.")
        return redirect("letters", municipality.slug, case.reference)
    if form.errors:
        return _writing(request, case, form, completion, status=422)
    context = {"form": form, "letter": form.letter, "completion": completion}
    return render_case(request, case, "letters", "desk/case/letter_preview.html", **context)


@transaction.atomic
def _send(request, case, form: LetterForm) -> None:
    letter = send_letter(case, by=request.user, absolute=request.build_absolute_uri, **form.letter)
    for party, papers in form.asked.items():
        ask_for(party, papers, letter=letter, by=request.user)


def _begun(request, case, completion: bool) -> LetterForm:
    """A form filled from the chosen template, to the first of the organisations.

    ``?part=``: everything that is missing from that party is ticked, and the letter is to it. ``?svar=``: it answers
    that message.
    """
    known = {key: row for key, _, row in templates_of(case.municipality)}
    chosen = request.GET.get("mall", "komplettering" if completion else "meddelande")
    row = known.get(chosen, known["meddelande"])
    form = LetterForm(case=case, user=request.user, completion=completion)
    ticked = [key for key in form.missing if key.startswith(f"{request.GET.get('part')}:")] if completion else []
    answered = _answered(request, case)
    to = _key_of(form, form.missing[ticked[0]][0] if ticked else None, None if ticked else answered)
    party, other = form.people.get(to), (answered.name, answered.party.name) if answered else ("", "")
    name, organisation = (party.contact_name, party.name) if party else other
    values = values_of_case(case, contact=name, organisation=organisation, by=request.user)
    form.initial = {
        "subject": (f"Svar: {answered.subject_line}" if answered else filled(row["subject"], values))[:150],
        "text": filled(row["text"], values).strip(),
        "due": timezone.localdate() + timedelta(days=DAYS_TO_COMPLETE),
        "papers": ticked,
        "to": to if party else SOMEBODY_ELSE,
        "other_name": "" if party else name,
        "other_email": answered.email if answered and not party else "",
    }
    return form


def _key_of(form: LetterForm, party: Party | None, answered: Message | None) -> str:
    """Whom the letter is to, among those to choose; '' where it is none of them."""
    if party:
        return next((key for key, one in form.people.items() if one == party), "")
    if answered:
        same = [key for key, one in form.people.items() if one.contact_email == answered.email]
        return min(same, key=lambda key: form.people[key] != answered.party, default="")
    return next(iter(form.people), "")


def _answered(request, case) -> Message | None:
    number = request.GET.get("svar", "")
    seen = set(case.records.visible_to(request.user).values_list("pk", flat=True))
    return next((row for row in _messages(case, seen) if str(row.pk) == number), None) if number else None


def _writing(request, case, form, completion: bool, status: int = 200) -> HttpResponse:
    context = {"form": form, "completion": completion, "templates": templates_of(case.municipality)}
    return render_case(request, case, "letters", "desk/case/letter.html", status=status, **context)


def _letter_or_404(request, case, pk: int):
    seen = case.records.visible_to(request.user)
    return get_object_or_404(case.letters.filter(record__in=seen).select_related("case__municipality"), pk=pk)


@official(Act.WORK)
@require_POST
def remind_letter(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    letter = _letter_or_404(request, case, pk)
    try_to(
        request,
        lambda: remind_of_letter(letter, by=request.user, absolute=request.build_absolute_uri),
        f"En påminnelse har gått till {letter.sent_to}, med en ny länk.",
    )
    return redirect("letters", municipality.slug, case.reference)


@official(Act.WORK)
@require_POST
def settle_letter(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    letter = _letter_or_404(request, case, pk)
    try_to(request, lambda: settle(letter, by=request.user), "Brevet är avslutat. Länken går inte längre att svara på.")
    return redirect("letters", municipality.slug, case.reference)

"""A shared draft of the agreement: read point by point, commented on and, between equals, written together."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from agreements.models import Agreement, CommentKind, DraftComment
from agreements.sharing import OF_EQUALS, comment
from iop.cases.fields import TextArea

from .case import our_addresses
from .door import Seat, own_case
from .forms import Signed
from .overview import overviews
from .typed import keeps_typed
from .writing import READS_OR_SENDS, posted, sent, show


class CommentForm(Signed):
    point = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="Vad vill ni göra?", widget=forms.RadioSelect)
    text = TextArea(label="Text", rows=4, required=False)

    def __init__(self, *args, equals: bool, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [choice for choice in CommentKind.choices if equals or choice[0] not in OF_EQUALS]
        self.fields["kind"].choices, self.fields["kind"].initial = choices, CommentKind.COMMENT
        if not equals:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["text"].label = "Synpunkt"
        self.order_fields(["point", "kind", "text", "party", "name"])

    def clean(self):
        data = super().clean()
        if data.get("kind") != CommentKind.AGREED and not data.get("text", "").strip() and "text" not in self.errors:
            self.add_error("text", "Skriv vad ni vill säga.")
        return data


@own_case
@require_http_methods(READS_OR_SENDS)
@keeps_typed
def mine_draft(request: HttpRequest, seat: Seat) -> HttpResponse:
    (row,) = overviews([seat])
    draft = row.draft
    if draft is None:
        raise Http404
    equals = seat.case.rules.equal_parties
    asked = request.POST.get("point", "")
    about = {"request": request, "equals": equals, "parties": seat.parties}
    form = CommentForm(posted(request)[0], auto_id=f"id_{asked}_%s", **about)

    def say(data):
        said = {name: data[name] for name in ("point", "kind", "text", "name")}
        comment(draft, form.party, email=seat.email, **said)

    if sent(form, say):
        messages.success(request, "Tack, kommunen har fått det.")
        answer = redirect(request.path)
        answer["Location"] += f"#punkt-{form.cleaned_data['point']}"
        return answer
    comments = _said_by_us(seat, draft.agreement)
    points = [*draft.points, {"pk": 0, "heading": "Hela utkastet", "text": ""}]
    rows = [
        {
            "point": point,
            "comments": [row for row in comments if row.point == point["pk"]],
            "form": form if asked == str(point["pk"]) else _fresh(point["pk"], about),
            "failed": bool(form.errors) and asked == str(point["pk"]),
        }
        for point in points
    ]
    files = draft.record.files.all()
    return show(request, seat, form, "mine/draft.html", draft=draft, rows=rows, equals=equals, files=files)


def _said_by_us(seat: Seat, agreement: Agreement) -> list[DraftComment]:
    """About this draft and those before it. ``is_taken``: the point reads as was proposed."""
    ours = DraftComment.objects.filter(draft__agreement=agreement, party__in=seat.parties, record__secret=False)
    said = list(ours.filter(email__in=our_addresses(seat)))
    now = dict(agreement.points.values_list("pk", "text"))
    for one in said:
        one.is_taken = one.kind == CommentKind.WORDING and now.get(one.point) == one.text
    return said


def _fresh(pk: int, about: dict) -> CommentForm:
    return CommentForm(initial={"point": pk}, auto_id=f"id_{pk}_%s", **about)

"""The page behind a personal link: read what the municipality wrote or asked, and answer it.

Whoever has the link may answer, so the name is asked for. A link that is wrong, old or replaced opens nothing.
"""

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from initiatives.models import UnitRound
from iop.cases.fields import Line, PapersField, TextArea
from iop.cases.files import handed_over
from iop.cases.letters import answer_letter, hash_of
from iop.cases.machinery import Refused
from iop.cases.models import Letter, Linked, Statement
from iop.cases.statements import answer_statement, return_statement
from iop.written import labelled

from .personal_links import by_link
from .round_reply import reply_to_round


class ReplyForm(forms.Form):
    text = TextArea(label="Ert svar", rows=6, required=False)
    files = PapersField(label="Filer", required=False)
    name = Line(label="Ditt namn", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def clean(self):
        data = super().clean()
        if not data.get("text", "").strip() and not data.get("files") and "files" not in self.errors:
            self.add_error("text", "Skriv ett svar eller välj en fil.")
        return data


class StatementReplyForm(ReplyForm):
    text = TextArea(label="Yttrande", rows=8, error_messages={"required": "Skriv yttrandet."})
    role = Line(label="Din roll", max_length=120, required=False)


class ReturnForm(forms.Form):
    why = TextArea(label="Varför lämnar ni tillbaka frågan?", rows=3, max_length=5000)
    name = Line(label="Ditt namn", max_length=120)


WITH = {Letter: "record", Statement: "unit", UnitRound: "unit"}


def _found(token: str) -> Linked:
    """What the link was made for, also when it has ended; 404 otherwise."""
    known = Q(token_hash=hash_of(token)) | Q(earlier_hash=hash_of(token))
    for model, beside in WITH.items():
        row = model.objects.filter(known).select_related("case__municipality", beside).first()
        if row is not None:
            return row
    raise Http404


@by_link(_found)
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, token: str, found: Linked) -> HttpResponse:
    return ACTS[type(found)](request, token, found)


def _reply_to_letter(request, token: str, letter: Letter) -> HttpResponse:
    form = ReplyForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            answer_letter(letter, name=data["name"], text=data["text"], uploads=data["files"])
            return redirect("reply", token)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "letter": letter,
        "case": letter.case,
        "form": form,
        "files": letter.attached.select_related("file"),
        "answers": letter.answers.filter(secret=False).prefetch_related("files").order_by("number"),
        "asks_for_papers": letter.papers.exists(),
    }
    return render(request, "portal/reply.html", context, status=422 if form.errors else 200)


def _reply_to_statement(request, token: str, statement: Statement) -> HttpResponse:
    returning = "return" in request.POST
    form = StatementReplyForm(None if returning else request.POST or None, request.FILES or None)
    back = ReturnForm(request.POST if returning else None, prefix="back")
    try:
        if form.is_valid():
            data = form.cleaned_data
            name = f"{data['name']}, {data['role']}" if data["role"] else data["name"]
            answer_statement(statement, text=data["text"], name=name[:120], by=None, uploads=data["files"])
            return redirect("reply", token)
        if back.is_valid():
            return_statement(statement, why=back.cleaned_data["why"], name=back.cleaned_data["name"], by=None)
            return redirect("reply", token)
    except Refused as refusal:
        (back if returning else form).add_error(None, str(refusal))
    wrong = back if returning else form
    may_answer = statement.is_waiting and statement.case.closed_on is None
    context = {
        "may_answer": may_answer,
        "labelled": labelled(wrong) if wrong.errors and not may_answer else [],
        "statement": statement,
        "case": statement.case,
        "form": form,
        "back": back,
        "wrong": wrong,
        "files": statement.attached.select_related("file"),
    }
    return render(request, "portal/reply_to_statement.html", context, status=422 if wrong.errors else 200)


ACTS = {Letter: _reply_to_letter, Statement: _reply_to_statement, UnitRound: reply_to_round}


@by_link(_found)
@require_safe
def reply_file(request: HttpRequest, token: str, found: Linked, pk: int) -> HttpResponse:
    """A file that was sent along, for whoever has the link."""
    if isinstance(found, UnitRound):
        raise Http404
    kept = get_object_or_404(found.attached.select_related("file"), pk=pk, record__secret=False)
    return handed_over(kept)

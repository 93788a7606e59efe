"""What an organisation sends from its own pages: messages, answers, papers, and declarations that it confirms."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from iop.cases.files import locked_among
from iop.cases.letters import answer_letter
from iop.cases.machinery import Refused
from iop.cases.models import Stage
from partners.actions import confirm_declaration
from partners.messages import signed, write
from partners.papers import hand_in_by

from .case import Paper, declarations_of, letters_to, papers_of
from .door import Seat, own_case
from .forms import AnswerForm, ConfirmForm, MessageForm, PaperForm, Signed
from .typed import keeps_typed

READS_OR_SENDS = ["GET", "HEAD", "POST"]


def posted(request) -> tuple:
    """What a form is bound to: fields and files that were sent, or nothing."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def sent(form, action) -> bool:
    """Run ``action(cleaned data)`` if the form is whole; what the program refuses becomes an error of the form."""
    if not form.is_valid():
        _tell_of_files(form)
        return False
    locked = locked_among(upload for name in form.files for upload in form.files.getlist(name))
    try:
        action(form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        _tell_of_files(form)
        return False
    if isinstance(form, Signed):
        form.forget()
    if locked:  # taken and marked; the sender is the one who can do something about it
        names = ", ".join(f"«{name}»" for name in locked)
        told = f"{names}: skyddad med lösenord, så kommunen kan kanske inte läsa. Skicka gärna igen utan lösenord."
        messages.warning(form.request, told)
    return True


def _tell_of_files(form) -> None:
    """A browser does not keep what was chosen when the page is shown again; our script does (static/js/uploads.js)."""
    for name in set(form.files) & set(form.fields):
        if name not in form.errors and "X-Upload" not in form.request.headers:
            form.add_error(name, "Välj filen igen. Den följde inte med när något annat behövde rättas.")


def back(request, seat: Seat, done: str, anchor: str = "") -> HttpResponse:
    messages.success(request, done)
    answer = redirect("mine_case", seat.case.municipality.slug, seat.case.reference)
    answer["Location"] += f"#{anchor}" if anchor else ""
    return answer


def show(request, seat: Seat, form, template: str = "mine/form.html", **context) -> HttpResponse:
    context |= {"seat": seat, "case": seat.case, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)


@own_case
@require_http_methods(READS_OR_SENDS)
@keeps_typed
def mine_write(request: HttpRequest, seat: Seat) -> HttpResponse:
    form = MessageForm(*posted(request), request=request, parties=seat.parties)

    def send(data):
        said = {"subject": data["subject"], "text": data["text"], "uploads": data["files"]}
        write(form.party, name=data["name"], email=seat.email, **said)

    if sent(form, send):
        return back(request, seat, "Meddelandet är skickat till kommunen.", "brev")
    return show(request, seat, form, heading="Skriv till kommunen", button="Skicka")


@own_case
@require_http_methods(READS_OR_SENDS)
@keeps_typed
def mine_answer(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    letter = next((row for row in letters_to(seat) if row.pk == pk), None)
    if letter is None:
        raise Http404
    form = AnswerForm(*posted(request), request=request, parties=seat.parties)

    def send(data):
        name = f"{signed(data['name'], seat.email)}, {form.party.name}"
        answer_letter(letter, name=name, text=data["text"], uploads=data["files"])

    if sent(form, send):
        return back(request, seat, "Ert svar är skickat till kommunen.", f"brev-{letter.pk}")
    return show(request, seat, form, heading=f"Svara: {letter.subject}", button="Skicka svaret", letter=letter)


@own_case
@require_http_methods(READS_OR_SENDS)
def mine_paper(request: HttpRequest, seat: Seat, key: str) -> HttpResponse:
    paper = _paper_or_404(seat, key)
    form = PaperForm(*posted(request), request=request, rule=paper.rule)

    def hand_over(data):
        sender = signed(data.pop("name"), seat.email)
        hand_in_by(paper.party, paper.rule, paper.part, sender=sender, **data)

    if sent(form, hand_over):
        return back(request, seat, "Underlaget är inlämnat. Kommunen granskar det.", paper.key)
    heading = f"Lämna {paper.label[:1].lower()}{paper.label[1:]}"
    return show(request, seat, form, heading=heading, button="Lämna in", paper=paper)


def _paper_or_404(seat: Seat, key: str) -> Paper:
    for paper in papers_of(seat):
        if paper.key == key and paper.takes_more and seat.case.stage != Stage.CLOSED:
            return paper
    raise Http404


@own_case
@require_http_methods(READS_OR_SENDS)
def mine_declaration(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Read and confirm; the personal link in the letter goes on working beside it."""
    found = next((row for row in declarations_of([seat]) if row.pk == pk), None)
    if found is None:
        raise Http404
    form = ConfirmForm(posted(request)[0], request=request)

    def confirm(data):
        confirm_declaration(found, name=data["name"], role=data["role"], email=seat.email)

    if sent(form, confirm):
        return back(request, seat, "Intyget är bekräftat. Kommunen har fått besked.", "intyg")
    rule = next((row for row in seat.case.rules.declarations if row.key == found.rule), None)
    return show(request, seat, form, "mine/declaration.html", declaration=found, rule=rule)

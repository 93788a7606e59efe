"""The agreement of a case: written point by point, decided, printed as PDF. Signing: signatures.py."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from agreements.actions import (
    add_point,
    decide,
    point_now,
    remove_point,
    set_term,
    term_now,
    write_point,
)
from agreements.forms import NewPointForm, PointForm, SignaturesForm, SignHereForm, TermForm
from agreements.models import Agreement, AgreementStage, CommentKind, DraftComment, PointState, SignedCopy, SignedHere
from agreements.pdf import agreement_pdf
from agreements.signing import made_here, signs_here
from iop.cases.forms import DecisionForm
from iop.cases.machinery import Subject
from iop.cases.models import Decision, DecisionKind
from iop.cases.opened import marks_of
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from partners.checks import contributions_of

from ..answers import rows
from ..case_page import agreement_of, carried_out, case_or_404, gate_panel, render_case, try_to
from ..case_rows import hides
from .organisations_pages import ShareForm
from .parties import split_of


def used(points) -> int:
    return sum(point.state == PointState.USED for point in points)


def agreement_page(request, case, *, status=200, failed=("", None), agreement: Agreement | None = None) -> HttpResponse:
    agreement = agreement or agreement_of(case)
    name, form = failed
    if agreement is None:
        return render_case(request, case, "agreement", "desk/case/agreement_none.html")
    matter = agreement.matter()
    point_rules = {rule.key: rule for rule in case.rules.points}
    points = list(agreement.points.all())
    for point in points:
        point.rule_row = point_rules.get(point.rule)
        own = name == f"punkt-{point.pk}"
        stored = point_now(point)
        point.form = form if own else PointForm(prefix=f"punkt-{point.pk}", initial=stored.copy(), stored=stored)
    questions = [r for r in (*case.rules.questions, *case.rules.budgets) if r.enabled and r.per == "agreement"]
    parties = [p for p in case.parties.select_related("organisation") if p.left_on is None]
    frozen = list(agreement.contributions.select_related("party__organisation"))
    contributions = frozen or contributions_of(matter)
    copies, here = _copies(case, agreement, request.user), made_here_seen_by(request.user, case, agreement)
    signatures = list(agreement.signatures.select_related("party__organisation", "scan"))
    return render_case(
        request,
        case,
        "agreement",
        "desk/case/agreement.html",
        status=status,
        matter=matter,
        agreement=agreement,
        points=points,
        point_count=used(points),
        questions=rows(questions, Subject.of(agreement), matter),
        terms=[rule for rule in case.rules.terms if rule.enabled],
        follow_up_rules=[rule for rule in case.rules.follow_ups if rule.enabled],
        split=split_of(contributions),
        term_form=form if name == "avtalstid" else _term_form(agreement, parties),
        new_point_form=form if name == "ny-punkt" else NewPointForm(prefix="ny-punkt"),
        decision_form=form
        if name == "beslut"
        else DecisionForm(municipality=case.municipality, prefix="beslut", initial={"body": case.responsible_id}),
        sign_form=form
        if name == "underskrifter"
        else SignaturesForm(agreement=agreement, parties=parties, prefix="underskrifter", copies=copies, here=here),
        copies=copies,
        made_here=here,
        here_form=_here_form(request, case, agreement, form if name == "har" else None),
        signatures=[s for s in signatures if s.document_id == agreement.for_signing_id],
        void_signatures=[s for s in signatures if s.document_id != agreement.for_signing_id],
        decisions=_decisions(case, request.user),
        **_shared(case, agreement, request.user),
        failed=name,
        failed_form=form,
    )


def _copies(case, agreement: Agreement, user) -> list[SignedCopy]:
    """The signed copies that the organisations have handed in, of the document that lies for signing."""
    if agreement.stage != AgreementStage.SIGNING:
        return []
    rows = agreement.signed_copies.filter(document=agreement.for_signing_id, record__in=case.records.visible_to(user))
    return list(rows.select_related("party__organisation", "record"))


def made_here_seen_by(user, case, agreement: Agreement) -> list[SignedHere]:
    """Signatures made in the program, of the document that lies for signing."""
    if agreement.stage != AgreementStage.SIGNING:
        return []
    return list(made_here(agreement).filter(record__in=case.records.visible_to(user)))


def _here_form(request, case, agreement: Agreement, sent: SignHereForm | None) -> SignHereForm | None:
    """For the municipality's own signature, where it may be given here."""
    if not request.user.may(Act.SIGN, request.municipality) or not signs_here(agreement, case):
        return None
    return sent or SignHereForm(prefix="har", initial={"document": agreement.for_signing_id})


def _shared(case, agreement: Agreement, user) -> dict:
    """The drafts that were shown to the organisations, and what was said about them."""
    drafts = list(agreement.shared_drafts.select_related("shared_by", "record"))
    seen = case.records.visible_to(user)
    every = DraftComment.objects.filter(draft__in=drafts)
    said = every.filter(record__in=seen).select_related("draft", "party__organisation", "record")
    return {
        "drafts": drafts,
        "said_of_draft": _with_points(agreement, said),
        "unread": bool(drafts) and case.tasks.open().filter(kind="read_answer", subject_kind="shareddraft").exists(),
        "said_in_all": every.count(),
        "share_form": ShareForm(prefix="dela"),
    }


def _with_points(agreement: Agreement, said) -> list[DraftComment]:
    """What was said; a proposed wording with how its point stands now, and whether it has changed."""
    now = dict(agreement.points.values_list("pk", "text")) if agreement.is_open_for_writing else {}
    found = list(said)
    for one in found:
        shared = {row["pk"]: row["text"] for row in one.draft.points}
        if one.kind == CommentKind.WORDING and one.point in now and one.point in shared and not one.record.secret:
            one.stands = now[one.point]
            one.is_taken, one.clashes = one.stands == one.text, one.stands != shared[one.point]
            one.marks = marks_of({"text": one.stands})
    return found


def _decisions(case, user) -> list[Decision]:
    """Those on the agreement; the reasons are as secret as the record that holds them."""
    hidden = hides(case, user)
    found = list(case.decisions.filter(kind=DecisionKind.AGREEMENT).select_related("body"))
    for decision in found:
        if hidden(decision.record_id):
            decision.reasons = "Skälen är sekretessmarkerade."
    return found


def _term_form(agreement: Agreement, parties) -> TermForm:
    return TermForm(instance=agreement, prefix="avtalstid", stored=term_now(agreement), parties=parties)


@official()
@require_safe
def agreement(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    return agreement_page(request, case_or_404(request, reference))


def agreement_or_404(case) -> Agreement:
    found = agreement_of(case)
    if found is None:
        raise Http404
    return found


def back_to_agreement(request, case, text: str, anchor: str = "") -> HttpResponse:
    messages.success(request, text)
    address = redirect("agreement", request.municipality.slug, case.reference)
    if anchor:
        address["Location"] += f"#{anchor}"
    return address


@official(Act.WORK)
@require_POST
def save_point(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """With htmx the point saves by itself while it is written."""
    case = case_or_404(request, reference)
    agreement = agreement_or_404(case)
    point = get_object_or_404(agreement.points, pk=pk)
    form = PointForm(request.POST, prefix=f"punkt-{pk}")

    saved = carried_out(form, lambda data: write_point(agreement, point, **form.written, opened=form.sent_marks))
    if request.htmx:
        return _point_saved(request, case, agreement, point, form, saved)
    if saved:
        return back_to_agreement(request, case, f"Punkten {point.heading} är sparad.", f"punkt-{pk}")
    return agreement_page(request, case, status=422, failed=(f"punkt-{pk}", form))


def _point_saved(request, case, agreement, point, form, saved: bool) -> HttpResponse:
    """Only what is to be changed on the page where the point is being written."""
    points = list(agreement.points.all())
    point.form = form
    if saved:  # from now on the page shows what was sent, and the state as it became
        shown = form.written | {"state": point.state}
        point.form = PointForm(prefix=form.prefix, initial=shown.copy(), stored=shown)
    context = {
        "case": case,
        "rules": case.rules,
        "agreement": agreement,
        "point": point,
        "points": points,
        "point_count": used(points),
        "error": next((error for errors in form.errors.values() for error in errors), ""),
        "state_differs": saved and point.state != form.cleaned_data["state"],
        "gate": gate_panel(case, agreement),
    }
    return render(request, "desk/case/point_saved.html", context, status=200 if saved else 422)


@official(Act.WORK)
@require_POST
def new_point(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = agreement_or_404(case)
    form = NewPointForm(request.POST, prefix="ny-punkt")
    if carried_out(form, lambda data: add_point(agreement, heading=data["heading"])):
        return back_to_agreement(request, case, "Punkten är tillagd sist.")
    return agreement_page(request, case, status=422, failed=("ny-punkt", form))


@official(Act.WORK)
@require_POST
def point_removed(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = agreement_or_404(case)
    point = get_object_or_404(agreement.points, pk=pk)
    done = f"Punkten {point.heading} är borttagen. Den finns kvar bland händelserna."
    try_to(request, lambda: remove_point(agreement, point), done)
    return redirect("agreement", municipality.slug, case.reference)


@official(Act.WORK)
@require_POST
def save_term(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = agreement_or_404(case)
    parties = case.parties.active().select_related("organisation")
    instance = Agreement(case=case, number=agreement.number)
    form = TermForm(request.POST, instance=instance, prefix="avtalstid", parties=parties)
    if carried_out(form, lambda data: set_term(agreement, **form.written, opened=form.sent_marks)):
        return back_to_agreement(request, case, "Avtalstiden är sparad.", "avtalstid")
    return agreement_page(request, case, status=422, failed=("avtalstid", form))


@official(Act.DECIDE)
@require_POST
def save_decision(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    agreement = agreement_or_404(case)
    form = DecisionForm(request.POST, request.FILES, municipality=municipality, prefix="beslut")

    def save(data):
        decide(
            agreement,
            outcome=data["outcome"],
            why=data["why"],
            by=request.user,
            absolute=request.build_absolute_uri,
            **DecisionForm.as_decision(data),
        )

    if carried_out(form, save):
        return back_to_agreement(request, case, "Beslutet är infört.")
    return agreement_page(request, case, status=422, failed=("beslut", form))


@official()
@require_safe
def pdf(request: HttpRequest, municipality, reference: str, number: int) -> HttpResponse:
    """The agreement as it stands; once it lies for signing, the very file that lies there, unless it is secret."""
    case = case_or_404(request, reference)
    agreement = get_object_or_404(case.agreements.select_related("for_signing"), number=number)
    agreement.case = case
    if hides(case, request.user)(agreement.for_signing_id):
        raise Http404
    kept = agreement.for_signing and agreement.for_signing.files.select_related("file").first()
    if kept:
        with kept.file.open() as file:
            content = file.read()
    else:
        content = agreement_pdf(agreement)
    name = f"{case.reference}-{slugify(case.rules.agreement_is_called)}-{number}.pdf"
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )

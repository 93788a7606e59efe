"""Parties of a case: who they are, their papers and declaration, and what each side brings."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from iop.cases.actions import record_decision
from iop.cases.forms import DecisionForm
from iop.cases.models import DecisionKind, LegalAmount, Record
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from iop.rulesets.judge import standing_of
from partners.actions import (
    add_contribution,
    add_party,
    add_public_body,
    leave,
    note_support,
    organisation_for,
    remove_contribution,
    send_declaration,
)
from partners.actions import edit_party as save_party
from partners.checks import contributions_of, financing, rulings_of
from partners.forms import (
    ContributionForm,
    HandInForm,
    OrganisationForm,
    PartyForm,
    PublicBodyForm,
    ReviewForm,
    SendDeclarationForm,
    SupportForm,
)
from partners.models import Activity, Contribution, Declaration, DocumentStatus, OtherSupport, PartnerDocument
from partners.papers import asked_by_rules, hand_in, review, review_of

from ..answers import rows
from ..case_page import carried_out, case_or_404, render_case, try_to
from ..case_rows import hides
from .organisations_pages import AccessForm


def _page(request, case, *, status=200, failed: tuple[str, object] | None = None) -> HttpResponse:
    """``failed``: name and form of what needs to be mended; every other form is fresh."""
    matter = case.matter()
    parties = list(case.parties.select_related("organisation", "activity"))
    active = [party for party in parties if party.left_on is None and party.organisation_id]
    prefetch_related_objects(active, "accesses")
    sides = [party for party in parties if party.left_on is None]
    papers = {(d.party_id, d.rule, d.part): d for d in _papers(parties, request.user)}
    declarations = {}
    for declaration in Declaration.objects.filter(party__in=parties, replaced=False).order_by("sent_at"):
        declarations[(declaration.party_id, declaration.rule)] = declaration
    rulings, hidden = rulings_of(case), hides(case, request.user)
    for ruling in rulings.values():
        ruling.hidden = hidden(ruling.record_id)
    activities = list(
        Activity.objects.visible_to(request.user).filter(organisation__in=[p.organisation_id for p in active])
    )
    name, form = failed or ("", None)

    def fresh(wanted, make):
        return form if wanted == name else make()

    cards = [_card(case, party, matter, papers, declarations, rulings, activities, fresh) for party in active]
    contributions = contributions_of(matter)
    financing_rules = [rule for rule in case.rules.financing if rule.enabled]
    by_pk = {party.pk: party for party in parties}
    return render_case(
        request,
        case,
        "parties",
        "desk/case/parties.html",
        status=status,
        matter=matter,
        cards=cards,
        public_bodies=[party for party in parties if party.left_on is None and not party.organisation_id],
        others=[party for party in parties if party.left_on],
        public_body_form=fresh("public_body", lambda: PublicBodyForm(prefix="offentlig")),
        contributions=[(row, by_pk.get(row.party_id)) for row in contributions],
        split=split_of(contributions),
        support=OtherSupport.objects.visible_to(request.user)
        .filter(organisation__in=[p.organisation_id for p in active])
        .select_related("organisation", "activity", "unit"),
        financing=financing_rules,
        legal_amounts=LegalAmount.objects.on(),
        financing_findings=list(financing(financing_rules, matter)),
        party_form=fresh("party", lambda: PartyForm(municipality=case.municipality, user=request.user, prefix="party")),
        contribution_form=fresh("contribution", lambda: ContributionForm(case=case, parties=sides, prefix="insats")),
        support_form=fresh("support", lambda: SupportForm(case=case, parties=active, user=request.user, prefix="stod")),
        failed=name,
        failed_form=form,
    )


def _papers(parties, user):
    return (
        PartnerDocument.objects.filter(party__in=parties)
        .select_related("by", "asked_in")
        .prefetch_related(Prefetch("record", Record.objects.visible_to(user).prefetch_related("files")))
    )


def _document(party, rule, part: str, label: str, paper: PartnerDocument | None, fresh) -> dict:
    came, looked_at = f"in-{rule.key}-{party.pk}-{part}", f"gr-{rule.key}-{party.pk}-{part}"
    has_come, stored = bool(paper and paper.has_come), {"status": review_of(paper)}
    usual = timezone.localdate() + timedelta(days=party.case.municipality.days_for_answers)
    proposed = {"due": paper and paper.due or usual}
    return {
        "rule": rule,
        "part": part,
        "label": label,
        "paper": paper,
        "id": f"{rule.key}-{party.pk}-{part or '0'}",
        "hand_in": fresh(came, lambda: HandInForm(rule=rule, prefix=came)),
        "review": fresh(
            looked_at, lambda: ReviewForm(has_come=has_come, stored=stored, initial=proposed, prefix=looked_at)
        ),
    }


def _card(case, party, matter, papers, declarations, rulings, activities, fresh) -> dict:
    rules = case.rules
    standing, row = standing_of(rules, party.organisation.legal_form)
    controls = [r for r in (*rules.controls, *rules.questions) if r.enabled and r.per == "party"]
    documents = [
        _document(party, rule, part, label, papers.get((party.pk, rule.key, part)), fresh)
        for rule, part, label in asked_by_rules(party)
    ]
    return {
        "party": party,
        "missing": any(not row["paper"] or row["paper"].may_be_asked_for for row in documents),
        "standing": standing,
        "eligibility": row,
        "eligibility_rows": rows([row], party.subject, matter) if row and row.conditions else [],
        "ruling": rulings.get(party.pk),
        "ruling_form": fresh(
            f"avgorande-{party.pk}",
            lambda: DecisionForm(municipality=case.municipality, returnable=False, prefix=f"avgorande-{party.pk}"),
        ),
        "controls": rows(controls, party.subject, matter),
        "documents": documents,
        "declarations": [
            {
                "rule": rule,
                "sent": declarations.get((party.pk, rule.key)),
                "form": fresh(
                    f"intyg-{rule.key}-{party.pk}",
                    lambda r=rule: SendDeclarationForm(
                        prefix=f"intyg-{r.key}-{party.pk}", initial={"to": party.contact_email}
                    ),
                ),
            }
            for rule in rules.declarations
            if rule.enabled
        ],
        "accesses": [one for one in party.accesses.all() if one.ended_at is None],
        "access_form": AccessForm(auto_id=f"id_bjud-{party.pk}_%s"),
        "form": fresh(
            f"part-{party.pk}", lambda: OrganisationForm(party=party, activities=activities, prefix=f"part-{party.pk}")
        ),
    }


def split_of(contributions) -> dict | None:
    """Both sides' valued contributions a year, in kronor and percent, and what is not valued; None without a value."""
    ours = sum(row.value_per_year or 0 for row in contributions if row.party_id is None)
    theirs = sum(row.value_per_year or 0 for row in contributions if row.party_id is not None)
    if not ours + theirs:
        return None
    percent = round(100 * ours / (ours + theirs))
    unvalued = [row for row in contributions if row.value_per_year is None]
    return {
        "ours": ours,
        "theirs": theirs,
        "ours_percent": percent,
        "theirs_percent": 100 - percent,
        "percent": "procent av det som är värderat" if unvalued else "procent",
        "unvalued": unvalued,
    }


@official()
@require_safe
def parties(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    return _page(request, case_or_404(request, reference))


def _done(request, case, text: str, anchor: str = "") -> HttpResponse:
    messages.success(request, text)
    address = redirect("parties", request.municipality.slug, case.reference)
    if anchor:
        address["Location"] += f"#{anchor}"
    return address


def _party(case, pk: int):
    """An organisation in the case; what is asked of it is not asked of another public party."""
    parties = case.parties.organisations().select_related("organisation", "case__municipality")
    return get_object_or_404(parties, pk=pk)


@official(Act.WORK)
@require_POST
def new_party(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    form = PartyForm(request.POST, municipality=municipality, user=request.user, prefix="party")

    @transaction.atomic
    def add(data):
        organisation = organisation_for(
            municipality,
            name=data["organisation_name"],
            number=data["organisation_number"] or None,
            legal_form=data["legal_form"],
            same=form.same,
        )
        add_party(case, organisation, contact_name=data["contact_name"], contact_email=data["contact_email"])

    if carried_out(form, add):
        return _done(request, case, "Organisationen är part i ärendet.")
    return _page(request, case_or_404(request, reference), status=422, failed=("party", form))


@official(Act.WORK)
@require_POST
def new_public_body(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    form = PublicBodyForm(request.POST, prefix="offentlig")
    if carried_out(form, lambda data: add_public_body(case, **data)):
        return _done(request, case, f"{form.cleaned_data['name']} är part i ärendet.")
    return _page(request, case_or_404(request, reference), status=422, failed=("public_body", form))


@official(Act.WORK)
@require_POST
def edit_party(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    party = _party(case, pk)
    activities = list(Activity.objects.visible_to(request.user).filter(organisation=party.organisation_id))
    form = OrganisationForm(request.POST, party=party, activities=activities, prefix=f"part-{pk}")
    if not carried_out(form, lambda data: save_party(party, **form.written, opened=form.sent_marks)):
        return _page(request, case_or_404(request, reference), status=422, failed=(f"part-{pk}", form))
    return _done(request, case, "Uppgifterna är sparade.", f"part-{pk}")


@official(Act.WORK)
@require_POST
def party_leaves(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    party = get_object_or_404(case.parties.select_related("organisation", "case"), pk=pk)
    try_to(request, lambda: leave(party, by=request.user), f"{party.name} är inte längre part.")
    return redirect("parties", municipality.slug, case.reference)


def _document_rule(case, key: str, part: str):
    for rule in case.rules.documents:
        if rule.key == key and rule.enabled and part in dict(rule.parts):
            return rule
    raise Http404


@official(Act.WORK)
@require_POST
def paper_came(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    key, part = request.POST.get("rule", ""), request.POST.get("part", "")
    rule, party = _document_rule(case, key, part), _party(case, pk)
    name = f"in-{key}-{pk}-{part}"
    form = HandInForm(request.POST, request.FILES, rule=rule, prefix=name)
    if carried_out(form, lambda data: hand_in(party, rule, part, by=request.user, **data)):
        return _done(request, case, "Underlaget är infört.", f"{key}-{pk}-{part or '0'}")
    return _page(request, case_or_404(request, reference), status=422, failed=(name, form))


@official(Act.WORK)
@require_POST
def paper_reviewed(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    key, part = request.POST.get("rule", ""), request.POST.get("part", "")
    rule, party = _document_rule(case, key, part), _party(case, pk)
    name = f"gr-{key}-{pk}-{part}"
    form = ReviewForm(request.POST, prefix=name)
    how = {"by": request.user, "absolute": request.build_absolute_uri}
    if carried_out(form, lambda _: review(party, rule, part, **form.written, **how, opened=form.sent_marks)):
        done = "Granskningen är sparad."
        if form.cleaned_data["status"] == DocumentStatus.REJECTED:
            done += " De som ser ärendet på Mina sidor får ett brev om vad som behövs."
        return _done(request, case, done, f"{key}-{pk}-{part or '0'}")
    return _page(request, case_or_404(request, reference), status=422, failed=(name, form))


@official(Act.WORK)
@require_POST
def declaration_sent(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    key = request.POST.get("rule", "")
    rule = next((r for r in case.rules.declarations if r.key == key and r.enabled), None)
    if rule is None:
        raise Http404
    party, name = _party(case, pk), f"intyg-{key}-{pk}"
    form = SendDeclarationForm(request.POST, prefix=name)
    absolute = request.build_absolute_uri
    if carried_out(form, lambda data: send_declaration(party, rule, to=data["to"], by=request.user, absolute=absolute)):
        return _done(request, case, "Intyget är skickat för bekräftelse.", f"part-{pk}")
    return _page(request, case_or_404(request, reference), status=422, failed=(name, form))


@official(Act.DECIDE)
@require_POST
def ruling(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """A recorded ruling on the organisation in the single case."""
    case = case_or_404(request, reference)
    party, name = _party(case, pk), f"avgorande-{pk}"
    form = DecisionForm(request.POST, request.FILES, municipality=municipality, returnable=False, prefix=name)

    def decide(data):
        record_decision(
            case,
            kind=DecisionKind.ELIGIBILITY,
            outcome=data["outcome"],
            subject=party.subject,
            reasons=data["why"],
            by=request.user,
            **DecisionForm.as_decision(data),
        )

    if carried_out(form, decide):
        return _done(request, case, "Avgörandet är infört.", f"part-{pk}")
    return _page(request, case_or_404(request, reference), status=422, failed=(name, form))


@official(Act.WORK)
@require_POST
def new_contribution(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    active = list(case.parties.active().select_related("organisation"))
    form = ContributionForm(request.POST, instance=Contribution(case=case), case=case, parties=active, prefix="insats")
    if carried_out(form, lambda data: add_contribution(form.instance)):
        return _done(request, case, "Insatsen är antecknad.", "insatser")
    return _page(request, case_or_404(request, reference), status=422, failed=("contribution", form))


@official(Act.WORK)
@require_POST
def contribution_removed(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    contribution = get_object_or_404(case.contributions.select_related("case"), pk=pk)
    done = "Insatsen är borttagen. Den finns kvar bland händelserna."
    try_to(request, lambda: remove_contribution(contribution), done)
    return redirect("parties", municipality.slug, case.reference)


@official(Act.WORK)
@require_POST
def new_support(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = case_or_404(request, reference)
    active = list(case.parties.active().organisations().select_related("organisation"))
    support = OtherSupport(case=case)
    form = SupportForm(request.POST, instance=support, case=case, parties=active, user=request.user, prefix="stod")
    if carried_out(form, lambda data: note_support(form.instance)):
        return _done(request, case, "Stödet är antecknat.", "stod")
    return _page(request, case_or_404(request, reference), status=422, failed=("support", form))

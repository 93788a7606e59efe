"""The worklist and the lists: cases, organisations, agreements, follow-ups."""

from django.db.models import F, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.models import Agreement, AgreementStage
from followup.models import FollowUp
from iop.cases.models import Case, Record, Stage, Task, TaskKind
from iop.municipalities.access import official
from iop.municipalities.swedish import fold, folded, in_swedish_order
from partners.models import Organisation, PartnerDocument, Party

from ..counting import figures, look_ahead

ROWS = 60
ORGANISATIONS = Prefetch("parties", Party.objects.select_related("organisation").order_by("pk"))
AGREEMENTS = Prefetch("agreements", Agreement.objects.open().order_by("number"), to_attr="open_agreements")
STAGES = [
    ("pagar", "Pågående"),
    *((stage.value, stage.label) for stage in Stage if stage not in (Stage.IN_FORCE, Stage.CLOSED)),
    *((stage.value, stage.label) for stage in (AgreementStage.DECISION, AgreementStage.SIGNING)),
    *((stage.value, stage.label) for stage in (Stage.IN_FORCE, Stage.CLOSED)),
    ("alla", "Alla"),
]
NAMES = Party.objects.select_related("organisation").only("case_id", "public_body", "left_on", "organisation__name")
TASK_PARTIES = Prefetch("case__parties", NAMES.order_by("pk"))
# Six models in each row: what the page does not show is not worth fetching.
OF_A_TASK = ("title", "due", "tab", "role", "unit__name", "person__name")
OF_ITS_CASE = ("case__reference", "case__title", "case__secret", "case__coordinator__name")


def _page_of(request, rows):
    return look_ahead(rows, ROWS, request.GET.get("sida", ""))


@official()
@require_safe
def worklist(request: HttpRequest, municipality) -> HttpResponse:
    """What to do now: overdue first."""
    membership = request.user.membership_in(municipality.pk)
    tasks = Task.objects.visible_to(request.user).filter(municipality=municipality).open()
    views = {
        "mina": ("Mina", tasks.mine(request.user, membership)),
        "alla": ("Alla", tasks),
        "forsenade": ("Försenade", tasks.overdue()),
        "vantar": ("Väntar på andra", tasks.filter(waits_for_others=True)),
    }
    chosen = request.GET.get("visa", "mina")
    chosen = chosen if chosen in views else "mina"
    cases = Case.objects.visible_to(request.user).filter(municipality=municipality)
    new, waiting, late, in_force = figures(
        tasks.filter(kind=TaskKind.RECEIVE),
        tasks.filter(waits_for_others=True),
        tasks.overdue(),
        cases.filter(stage=Stage.IN_FORCE),
    )
    today = timezone.localdate()
    rows = views[chosen][1].select_related("case__coordinator", "unit", "person").only(*OF_A_TASK, *OF_ITS_CASE)
    rows = rows.prefetch_related(TASK_PARTIES)
    page = _page_of(request, rows.order_by("due", "pk"))
    for task in page:
        task.municipality, task.days_late = municipality, (today - task.due).days
    context = {
        "page": page,
        "views": [(key, label, key == chosen) for key, (label, _) in views.items()],
        "figures": [
            (new, "nya initiativ att ta emot", "alla", False),
            (waiting, "väntar på yttrande eller svar", "vantar", False),
            (late, "uppgifter över tiden", "forsenade", True),
            (in_force, "gällande partnerskap", "", False),
        ],
    }
    return render(request, "desk/worklist.html", context)


@official()
@require_safe
def case_list(request: HttpRequest, municipality) -> HttpResponse:
    """Cases, filtered by stage and by words; the filter stays in the address."""
    cases = Case.objects.visible_to(request.user).filter(municipality=municipality)
    stage = request.GET.get("skede", "pagar")
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    if stage == "pagar":
        cases = cases.in_progress()
    elif stage in Stage.values:
        cases = cases.filter(stage=stage)
    elif stage in (AgreementStage.DECISION, AgreementStage.SIGNING):
        lying = Agreement.objects.filter(stage=stage).values("case_id")
        cases = cases.filter(stage=Stage.AGREEMENT, pk__in=lying)
    if words:
        parties = Party.objects.alias(name=folded("organisation__name")).filter(
            Q(name__contains=fold(words)) | Q(organisation__number__startswith=words.replace("-", ""))
        )
        cases = cases.alias(folded_title=folded("title")).filter(
            Q(folded_title__contains=fold(words))
            | Q(reference__icontains=words)
            | Q(diary_number__icontains=words)
            | Q(pk__in=parties.values("case_id"))
        )
    tasks = Prefetch("tasks", Task.objects.open().order_by("due"), to_attr="open_tasks")
    rows = cases.select_related("coordinator").prefetch_related(ORGANISATIONS, AGREEMENTS, tasks)
    page = _page_of(request, rows.order_by("-year", "-serial"))
    for case in page:
        in_writing = case.stage == Stage.AGREEMENT and case.open_agreements
        case.stands = (case.open_agreements[-1] if in_writing else case).get_stage_display()
    context = {"page": page, "stage": stage, "stages": STAGES, "words": words}
    return render(request, "desk/case_list.html", context)


@official()
@require_safe
def organisation_list(request: HttpRequest, municipality) -> HttpResponse:
    rows = Organisation.objects.visible_to(request.user).filter(municipality=municipality)
    visible = Party.objects.filter(case__in=Case.objects.visible_to(request.user)).select_related("case")
    rows = rows.prefetch_related(Prefetch("parties", visible, to_attr="seen")).order_by(in_swedish_order("name"))
    return render(request, "desk/organisation_list.html", {"page": _page_of(request, rows)})


@official()
@require_safe
def organisation(request: HttpRequest, municipality, pk: int) -> HttpResponse:
    """An organisation, with its cases and papers as far as the person may see the cases."""
    found = get_object_or_404(Organisation.objects.visible_to(request.user), municipality=municipality, pk=pk)
    parties = (
        Party.objects.filter(organisation=found, case__in=Case.objects.visible_to(request.user))
        .select_related("case__version")
        .order_by("-case__year", "-case__serial")
    )
    papers = PartnerDocument.objects.filter(party__in=parties).select_related("party__case", "by")
    kept = Record.objects.visible_to(request.user).prefetch_related("files")
    papers = papers.prefetch_related(Prefetch("record", kept)).order_by("rule", "part", "-at")
    labelled = []
    for paper in papers:
        rule = next((r for r in paper.party.case.rules.documents if r.key == paper.rule), None)
        labelled.append((dict(rule.parts).get(paper.part, rule.label) if rule else paper.rule, paper))
    context = {
        "organisation": found,
        "parties": parties,
        "papers": labelled,
        "support": found.other_support.visible_to(request.user).select_related("activity", "unit"),
    }
    return render(request, "desk/organisation.html", context)


@official()
@require_safe
def agreement_list(request: HttpRequest, municipality) -> HttpResponse:
    rows = Agreement.objects.visible_to(request.user).filter(case__municipality=municipality)
    parties = Prefetch("case__parties", Party.objects.select_related("organisation").order_by("pk"))
    rows = rows.select_related("case").prefetch_related(parties).order_by("-case__year", "-case__serial", "-number")
    return render(request, "desk/agreement_list.html", {"page": _page_of(request, rows)})


@official()
@require_safe
def followup_list(request: HttpRequest, municipality) -> HttpResponse:
    rows = FollowUp.objects.visible_to(request.user).filter(agreement__case__municipality=municipality, cancelled=False)
    parties = Prefetch("agreement__case__parties", Party.objects.select_related("organisation").order_by("pk"))
    rows = rows.select_related("agreement__case__responsible").prefetch_related(parties)
    page = _page_of(request, rows.order_by(F("held_on").desc(nulls_first=True), "due"))
    today = timezone.localdate()
    for row in page:
        row.late = row.held_on is None and row.due < today
    return render(request, "desk/followup_list.html", {"page": page})

"""The worklist."""

from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from iop.cases.models import Case, Stage, Statement, Task, TaskKind
from iop.municipalities.access import official
from partners.models import Party

from ..counting import figures, look_ahead

ROWS = 60
NAMES = Party.objects.select_related("organisation").only("case_id", "public_body", "left_on", "organisation__name")
TASK_PARTIES = Prefetch("case__parties", NAMES.order_by("pk"))
# Six models in each row: what the page does not show is not worth fetching.
OF_A_TASK = ("kind", "title", "due", "tab", "role", "unit__name", "person__name")
OF_ITS_CASE = ("case__reference", "case__title", "case__secret", "case__coordinator__name")


def _page_of(request, rows):
    return look_ahead(rows, ROWS, request.GET.get("sida", ""))


def how_many_have_answered(tasks) -> dict[int, str]:
    """Case -> «2 av 3 har svarat», for cases where several are asked for a statement."""
    cases = {task.case_id for task in tasks if task.kind == TaskKind.STATEMENT}
    if not cases:
        return {}
    asked = Statement.objects.filter(case__in=cases, returned_on=None).values("case").order_by()
    rows = asked.annotate(all=Count("pk"), answered=Count("answered_on")).filter(all__gt=1)
    return {row["case"]: f"{row['answered']} av {row['all']} har svarat" for row in rows}


@official()
@require_safe
def worklist(request: HttpRequest, municipality) -> HttpResponse:
    """What to do now: overdue first."""
    membership = request.user.membership_in(municipality.pk)
    tasks = Task.objects.visible_to(request.user).filter(municipality=municipality).open()
    views = {
        "mina": ("Mina", tasks.mine(request.user, membership)),
        **({"enheten": ("Enhetens", tasks.of_unit(membership.unit))} if membership.unit_id else {}),
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
    answered = how_many_have_answered(page)
    for task in page:
        task.answered = answered.get(task.case_id, "") if task.kind == TaskKind.STATEMENT else ""
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

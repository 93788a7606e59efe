"""The worklist."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from iop.cases.models import Case, Stage, Statement, Task, TaskKind
from iop.municipalities.access import official
from partners.models import Party

from ..counting import figures, look_ahead

ROWS = 60
WAITING_ROWS = 20  # below what one is to do; there is a page for the rest
WAITING = "Väntar på andra"
NAMES = Party.objects.select_related("organisation").only("case_id", "public_body", "left_on", "organisation__name")
TASK_PARTIES = Prefetch("case__parties", NAMES.order_by("pk"))
# Six models in each row: what the page does not show is not worth fetching.
OF_A_TASK = ("kind", "title", "due", "tab", "role", "waits_for_others", "unit__name", "person__name")
OF_ITS_CASE = ("case__reference", "case__title", "case__secret", "case__coordinator__name")


def _page_of(request, rows):
    return look_ahead(rows, ROWS, request.GET.get("sida", ""))


def when(due: date, today: date) -> str:
    """The heading that a task of one's own stands under."""
    if due < today:
        return "Försenat"
    if due == today:
        return "I dag"
    return "Inom en vecka" if due <= today + timedelta(days=7) else "Senare"


def how_many_have_answered(tasks) -> dict[int, str]:
    """Case -> «2 av 3 har svarat», for cases where several are asked for a statement."""
    cases = {task.case_id for task in tasks if task.kind == TaskKind.STATEMENT}
    if not cases:
        return {}
    asked = Statement.objects.filter(case__in=cases, returned_on=None).values("case").order_by()
    rows = asked.annotate(all=Count("pk"), answered=Count("answered_on")).filter(all__gt=1)
    return {row["case"]: f"{row['answered']} av {row['all']} har svarat" for row in rows}


def _rows(tasks):
    return (
        tasks.select_related("case__coordinator", "unit", "person").only(*OF_A_TASK, *OF_ITS_CASE).order_by("due", "pk")
    )


def _made_ready(page: list[Task], municipality, today: date) -> None:
    """Give each row what its line tells besides."""
    prefetch_related_objects(page, TASK_PARTIES)
    answered = how_many_have_answered(page)
    for task in page:
        task.answered = answered.get(task.case_id, "") if task.kind == TaskKind.STATEMENT else ""
        task.municipality, task.days_late = municipality, (today - task.due).days


def _with_parts(page, waiting: Iterable[Task], today: date) -> None:
    """One's own by when they are due; under them what others are to do."""
    for task in page:
        task.part = when(task.due, today)
    for task in waiting:
        task.part = WAITING
        page.object_list.append(task)


@official()
@require_safe
def worklist(request: HttpRequest, municipality) -> HttpResponse:
    """What to do now: overdue first. What waits for others stands apart, below."""
    membership, today = request.user.membership_in(municipality.pk), timezone.localdate()
    tasks = Task.objects.visible_to(request.user).filter(municipality=municipality).open()
    waiting = tasks.waiting(request.user, membership)
    views = {
        "mina": ("Mina", tasks.to_do(request.user, membership)),
        "mina-vantar": ("Mina som väntar på andra", waiting),
        **({"enheten": ("Enhetens", tasks.of_unit(membership.unit))} if membership.unit_id else {}),
        "alla": ("Alla", tasks),
        "forsenade": ("Försenade", tasks.overdue()),
        "vantar": ("Alla som väntar på andra", tasks.filter(waits_for_others=True)),
    }
    chosen = request.GET.get("visa", "mina")
    chosen = chosen if chosen in views else "mina"
    cases = Case.objects.visible_to(request.user).filter(municipality=municipality)
    new, waits, late, in_force = figures(
        tasks.filter(kind=TaskKind.RECEIVE),
        tasks.filter(waits_for_others=True),
        tasks.overdue(),
        cases.filter(stage=Stage.IN_FORCE),
    )
    page = _page_of(request, _rows(views[chosen][1]))
    nothing = chosen == "mina" and not page.object_list
    if chosen == "mina":
        _with_parts(page, _rows(waiting)[:WAITING_ROWS] if page.number == 1 else [], today)
    _made_ready(page.object_list, municipality, today)
    context = {
        "page": page,
        "nothing": nothing,
        "views": [(key, label, key == chosen) for key, (label, _) in views.items()],
        "figures": [
            (new, "nya initiativ att ta emot", "alla", False),
            (waits, "väntar på andra", "vantar", False),
            (late, "uppgifter över tiden", "forsenade", True),
            (in_force, "gällande partnerskap", "", False),
        ],
    }
    return render(request, "desk/worklist.html", context)

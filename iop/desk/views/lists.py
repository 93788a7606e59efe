"""The worklist."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from iop.cases.models import Case, Recusal, Stage, Task, TaskKind
from iop.municipalities.access import official

from ..counting import figures, look_ahead
from ..listing.cases import PARTY_NAMES, party_names

ROWS = 60
OTHER_ROWS = 20  # of each sort below what one is to do by a day; there are pages for the rest
RESTING = "Nästa steg i dina ärenden"
WAITING = "Väntar på andra"
# What a line tells of the tasks with these numbers; by hand, as in the list of cases.
DRESSED = f"""
SELECT t.id, t.kind, t.title, t.due, t.tab, t.subject_kind, t.subject_id, t.role, t.waits_for_others,
       t.case_id, c.reference, c.title AS case_title, c.secret, coordinator.name AS coordinator_name,
       unit.name AS unit_name, person.name AS person_name,
       {PARTY_NAMES} AS party_names,
       CASE WHEN t.subject_kind = 'statement' THEN (
           SELECT s.outside FROM cases_statement s WHERE s.id = t.subject_id
       ) END AS asked_name,
       CASE WHEN t.kind = 'statement' THEN ARRAY(
           SELECT s.answered_on IS NOT NULL FROM cases_statement s WHERE s.case_id = c.id AND s.returned_on IS NULL
       ) END AS answered
FROM cases_task t
LEFT JOIN cases_case c ON c.id = t.case_id
LEFT JOIN municipalities_user coordinator ON coordinator.id = c.coordinator_id
LEFT JOIN municipalities_unit unit ON unit.id = t.unit_id
LEFT JOIN municipalities_user person ON person.id = t.person_id
WHERE t.id = ANY(%s)
"""


def _numbers(tasks):
    return tasks.order_by("due", "pk").values_list("pk", flat=True)


def when(due: date, today: date) -> str:
    """The heading that a task of one's own stands under."""
    if due < today:
        return "Försenat"
    if due == today:
        return "I dag"
    return "Inom en vecka" if due <= today + timedelta(days=7) else "Senare"


def how_many_have_answered(answered: list[bool] | None) -> str:
    """«2 av 3 har svarat», of whether each who was asked in the case has answered; of one alone nothing."""
    return f"{sum(answered)} av {len(answered)} har svarat" if answered and len(answered) > 1 else ""


def _dressed(pks: list[int], municipality, today: date) -> list[Task]:
    """The tasks in that order, each with what its line tells."""
    known = {task.pk: task for task in Task.objects.raw(DRESSED, [pks])}
    tasks = [known[pk] for pk in pks if pk in known]
    for task in tasks:
        task.days_late, task.answered = (today - task.due).days, how_many_have_answered(task.answered)
        task.link = task.address(municipality.slug, task.reference)
    return tasks


def _resting(cases: QuerySet, user, membership) -> QuerySet:
    """Cases that are the person's to take further, though no task of the person's says so.

    Beside a decision or signatures to come there is nothing else to do in the meantime.
    """
    tasks = Task.objects.open().filter(case=OuterRef("pk"))
    said = tasks.to_do(user, membership) | tasks.filter(kind__in=[TaskKind.DECIDE, TaskKind.SIGN])
    recused = Recusal.objects.in_force().filter(person=user).values("case")
    own = cases.in_progress().filter(~Exists(said), coordinator=user).exclude(pk__in=recused)
    own = own.annotate(party_names=party_names("pk"))
    told = ("municipality", "reference", "title", "secret", "stage", "version", "additions")
    return own.only(*told).order_by("year", "serial")


def _next_step(case: Case, user, municipality) -> Task:
    """The usual step as a line of the worklist: nobody has said by when."""
    case.municipality = municipality
    line = Task(case=case, title=case.usual_step)
    line.link, line.part, line.days_late = case.usual_place, RESTING, 0
    line.reference, line.case_title, line.secret = case.reference, case.title, case.secret
    line.party_names, line.coordinator_name = case.party_names, user.name
    line.person_name = line.unit_name = line.asked_name = line.answered = ""
    return line


@official()
@require_safe
def worklist(request: HttpRequest, municipality) -> HttpResponse:
    """What to do now: overdue first. What waits for others stands apart, below."""
    membership, today = request.user.membership_in(municipality.pk), timezone.localdate()
    tasks = Task.objects.visible_to(request.user).filter(municipality=municipality).open()
    mine_to_see = tasks.without_recused(request.user)
    waiting = mine_to_see.waiting(request.user, membership)
    views = {
        "mina": ("Mina", mine_to_see.to_do(request.user, membership)),
        "mina-vantar": ("Mina som väntar på andra", waiting),
        **({"enheten": ("Enhetens", tasks.of_unit(membership.unit))} if membership.unit_id else {}),
        "alla": ("Alla", tasks),
        "forsenade": ("Försenade", tasks.overdue()),
        "vantar": ("Alla som väntar på andra", tasks.filter(waits_for_others=True)),
        "nya": ("Nya initiativ", tasks.filter(kind=TaskKind.RECEIVE)),
    }
    chosen = request.GET.get("visa", "mina")
    chosen = chosen if chosen in views else "mina"
    cases = Case.objects.visible_to(request.user).filter(municipality=municipality)
    new, waits, late, in_force = figures(
        *(views[key][1] for key in ("nya", "vantar", "forsenade")),
        cases.filter(stage=Stage.IN_FORCE),
    )
    page = look_ahead(_numbers(views[chosen][1]), ROWS, request.GET.get("sida", ""))
    mine = chosen == "mina"
    first = mine and page.number == 1
    below = list(_numbers(waiting)[:OTHER_ROWS]) if first else []
    resting = list(_resting(cases, request.user, membership)[:OTHER_ROWS]) if first else []
    nothing = mine and not page.object_list and not resting
    page.object_list = _dressed([*page.object_list, *below], municipality, today)
    for task in page.object_list if mine else []:
        task.part = WAITING if task.pk in below else when(task.due, today)
    own = len(page.object_list) - len(below)
    page.object_list[own:own] = [_next_step(case, request.user, municipality) for case in resting]
    context = {
        "page": page,
        "nothing": nothing,
        "views": [(key, label, key == chosen) for key, (label, _) in views.items()],
        "figures": [
            (new, "nya initiativ att ta emot", "nya", False),
            (waits, "väntar på andra", "vantar", False),
            (late, "uppgifter över tiden", "forsenade", True),
            (in_force, "gällande partnerskap", "", False),
        ],
    }
    return render(request, "desk/worklist.html", context)

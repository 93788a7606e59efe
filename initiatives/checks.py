"""Checks of what the initiative and the meetings tell."""

from collections.abc import Iterator

from iop.cases.checks import FACTS
from iop.cases.machinery import Finding, Matter, check
from iop.swedish_text import day


def _origin(matter: Matter) -> str:
    initiative = getattr(matter.case, "initiative", None)
    return initiative.origin if initiative else ""


FACTS["initiative.origin"] = _origin


def _planned(matter: Matter, rule) -> str:
    """One that is planned stands there already: what lacks is to note it, or to wait for its day."""
    rows = (row for row in matter.case.meetings.all() if row.is_planned)
    days = sorted(row.day for row in rows if rule.meeting == "any" or row.rule == rule.key)
    return f", men planerat till den {day(days[0])}: anteckna det när det har hållits" if days else ""


@check("meeting")
def meetings(rules: list, matter: Matter) -> Iterator[Finding]:
    """Enough meetings of the kind, and every topic that the guideline names talked about at one of them."""
    held = matter.once("held", lambda: [row for row in matter.case.meetings.all() if row.held])
    for rule in rules:
        these = held if rule.meeting == "any" else [meeting for meeting in held if meeting.rule == rule.key]
        if len(these) < rule.least:
            count = f"minst {rule.least} behövs, {len(these)} antecknade" if rule.least > 1 else "inget är antecknat"
            planned = _planned(matter, rule)
            count += planned
            place = {"tab": "statements", "anchor": "moten", "query": "" if planned else f"mote={rule.key}"}
            yield matter.finding(rule, matter.case.subject, f"{rule.name}: {count}", **place)
            continue
        missing = [topic for topic in rule.topics if not any(topic in meeting.topics for meeting in these)]
        if missing:
            yield matter.finding(
                rule,
                matter.case.subject,
                f"{rule.name}: inte samtalat om {', '.join(missing)}",
                tab="statements",
                anchor="moten",
                query=f"mote={rule.key}",
            )

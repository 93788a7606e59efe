"""Checks of what the initiative and the meetings tell."""

from collections.abc import Iterator

from iop.cases.checks import FACTS
from iop.cases.machinery import Finding, Matter, check


def _origin(matter: Matter) -> str:
    initiative = getattr(matter.case, "initiative", None)
    return initiative.origin if initiative else ""


FACTS["initiative.origin"] = _origin


@check("meeting")
def meetings(rules: list, matter: Matter) -> Iterator[Finding]:
    """Enough meetings of the kind, and every topic that the guideline names talked about at one of them."""
    held = matter.once("held", lambda: [row for row in matter.case.meetings.all() if row.held])
    for rule in rules:
        these = held if rule.meeting == "any" else [meeting for meeting in held if meeting.rule == rule.key]
        if len(these) < rule.least:
            count = f"minst {rule.least} behövs, {len(these)} antecknade" if rule.least > 1 else "inget är antecknat"
            yield matter.finding(rule, matter.case.subject, f"{rule.name}: {count}", tab="statements", anchor="moten")
            continue
        missing = [topic for topic in rule.topics if not any(topic in meeting.topics for meeting in these)]
        if missing:
            yield matter.finding(
                rule,
                matter.case.subject,
                f"{rule.name}: inte samtalat om {', '.join(missing)}",
                tab="statements",
                anchor="moten",
            )

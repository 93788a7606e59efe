"""Checks of what the initiative and the meetings tell."""

from collections.abc import Iterator

from iop.cases.checks import FACTS
from iop.cases.machinery import Finding, Matter, check

from .models import Initiative, Meeting


def _origin(matter: Matter) -> str:
    return Initiative.objects.filter(case=matter.case).values_list("origin", flat=True).first() or ""


FACTS["initiative.origin"] = _origin


@check("meeting")
def meetings(rules: list, matter: Matter) -> Iterator[Finding]:
    """Enough meetings of the kind, and every topic that the guideline names talked about at one of them."""
    held = matter.once("held", lambda: list(Meeting.objects.filter(case=matter.case, held=True)))
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

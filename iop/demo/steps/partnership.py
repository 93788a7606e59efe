"""From the signatures to the end."""

from datetime import time, timedelta

from django.utils import timezone

from agreements.actions import enter_signatures
from agreements.models import AgreementStage
from followup.actions import begin as begin_partnership
from followup.actions import end, hold
from followup.models import FollowUp
from followup.register import composed, mark_of, publish, save_texts
from initiatives.meeting_forms import invitable
from initiatives.meetings import note_meeting

from ..clock import workday
from ..papers import paper
from ..story import Held
from ..telling import Telling
from .screening import send_declarations

THEIR_RIGHT = "Firmatecknare enligt styrelsens protokoll"


def sign(t: Telling) -> None:
    ours = t.place.signatory
    agreement = t.agreement
    with t.on(by=t.secretary):
        printed = timezone.localdate(agreement.for_signing.registered_at)
        day = max(workday(timezone.localdate() - timedelta(days=2), t.today), printed)
        signed = [{"party": None, "name": ours.name, "role": ours.role, "ground": ours.ground}]
        for party, _, organisation in t.parties:
            who = {"name": organisation.contact, "role": organisation.role, "ground": THEIR_RIGHT}
            signed.append({"party": party} | who)
        names = "\n".join(f"{row['name']}, {row['role']}" for row in signed)
        scan = paper(f"Undertecknat {t.rules.agreement_is_called}", f"{t.story.title}\n\n{names}")
        enter_signatures(agreement, [row | {"signed_on": day} for row in signed], scan=scan, by=t.secretary)


def begin(t: Telling) -> None:
    agreement = t.agreement
    with t.on(by=t.coordinator):
        t.go_on_in_spite(agreement, AgreementStage.IN_FORCE)
        begin_partnership(agreement, by=t.coordinator)


def afterwards(t: Telling) -> None:
    """Declarations that wait for an answer, follow-ups that were held, a meeting to come, the end and what is told."""
    send_declarations(t, "sent")
    for held in t.story.held:
        _hold(t, held)
    if t.story.planned:
        _plan(t)
    if t.story.closed:
        _close(t)
    if t.story.published:
        _publish(t)


def _hold(t: Telling, held: Held) -> None:
    follow_up = FollowUp.objects.filter(agreement__case=t.case).waiting().get()
    day = min(workday(follow_up.due + timedelta(days=held.late), t.today), t.ago(1))
    with t.on(day + timedelta(days=1), t.coordinator):
        hold(follow_up, held_on=day, by=t.coordinator, **held.model_dump(exclude={"late"}))


def _plan(t: Telling) -> None:
    planned = t.story.planned
    day = t.today + timedelta(days=planned.in_days)
    with t.on(by=t.coordinator):
        note_meeting(
            t.case,
            name=planned.name,
            rule=planned.rule,
            day=workday(day, day + timedelta(days=7)),
            held=False,
            starts=time(13),
            ends=time(14, 30),
            people=invitable(t.case).values(),
            by=t.coordinator,
        )


def _close(t: Telling) -> None:
    closed, decision = t.story.closed, {}
    with t.on(t.ago(closed.ago), t.coordinator):
        if closed.delegate:
            decision = {"delegate": closed.delegate, "delegation_point": closed.delegation_point}
            decision["decided_on"] = timezone.localdate()
        end(t.case, outcome=closed.outcome, why=closed.why, by=t.coordinator, **decision)


def _publish(t: Telling) -> None:
    told = t.story.published
    with t.on(t.ago(told.ago), t.coordinator):
        texts = {"title": t.story.title, "description": told.description, "results": told.results}
        written = save_texts(t.case, texts, by=t.coordinator)
        publish(t.case, looked_at=mark_of(composed(written)), by=t.coordinator)

"""Between equals: a party says that it agrees to the next step. It moves nothing; the coordinator sees it and moves."""

from django.db import transaction
from django.utils import timezone

from iop.cases.machinery import Refused
from iop.cases.models import Case, Stage, StageChange
from iop.swedish_text import minute
from partners.messages import write
from partners.models import Party

from .models import AgreedStep, Agreement, AgreementStage


def step_ahead(case: Case, agreement: Agreement | None) -> tuple[str, str] | None:
    """(the stage that comes next, in words) of a case that is going on; its reception is the municipality's own."""
    the = case.rules.the_agreement
    match case.stage, agreement.stage if agreement else None:
        case Stage.ASSESSMENT, _:
            return Stage.DIALOGUE, "att dialogen inleds"
        case Stage.DIALOGUE, _:
            return Stage.AGREEMENT, f"att {the} börjar skrivas"
        case Stage.AGREEMENT, AgreementStage.DRAFTING:
            return AgreementStage.DECISION, "att förslaget går till beslut"
        case Stage.AGREEMENT, AgreementStage.DECISION:
            return AgreementStage.SIGNING, f"att {the} läggs fram för underskrift"
        case Stage.AGREEMENT, AgreementStage.SIGNING:
            return AgreementStage.IN_FORCE, f"att {the} börjar gälla"
    return None


def agreed_steps(case: Case) -> list[AgreedStep]:
    """What has been said of the step that lies ahead now: since the latest move, by those who are still parties."""
    latest = _latest_move(case) if case.rules.equal_parties else None
    if latest is None:
        return []
    rows = AgreedStep.objects.filter(after=latest, party__left_on=None, message__record__secret=False)
    return list(rows.select_related("party__organisation", "message"))


def _latest_move(case: Case) -> StageChange | None:
    return max(case.stage_changes.all(), key=lambda change: (change.at, change.pk), default=None)


@transaction.atomic
def agree_on_step(party: Party, *, to_stage: str, name: str, email: str) -> AgreedStep:
    """A message to the municipality, and so a record and a task. ``to_stage``: the step as the page showed it."""
    agreement = party.case.agreements.select_for_update().order_by("number").last()
    case = Case.objects.select_for_update(of=["self"]).select_related("municipality").get(pk=party.case_id)
    ahead, after = step_ahead(case, agreement), _latest_move(case)
    if not case.rules.equal_parties or ahead is None or after is None:
        raise Refused("Det finns inget steg att säga något om nu. Skriv till kommunen i stället.")
    if ahead[0] != to_stage:
        raise Refused("Ärendet har gått vidare sedan sidan visades. Ladda om sidan och se vilket steg som kommer nu.")
    if same := AgreedStep.objects.filter(party=party, after=after).first():
        return same
    text = f"{party.name} är överens om nästa steg: {ahead[1]}.\n\nSagt på Mina sidor {minute(timezone.now())}."
    message = write(party, subject="Vi är överens om nästa steg", text=text, name=name, email=email)
    return AgreedStep.objects.create(party=party, after=after, to_stage=to_stage, message=message)

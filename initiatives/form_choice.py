"""The judgement of form: partnership, grant, procurement, choice system or none of them, with reasons."""

from django.db import transaction

from iop.cases.actions import add_record
from iop.cases.machinery import Refused, still_open
from iop.cases.models import Case, Direction

from .models import FormJudgement, JudgedForm


@transaction.atomic
def judge_form(case: Case, form: str, *, reasons: str, by) -> FormJudgement:
    """Keep the judgement as it was made; a later one does not change it."""
    still_open(case)
    if form not in JudgedForm.values:
        raise Refused("Välj vilken form som passar.")
    if not reasons.strip():
        raise Refused("Skriv skälen till bedömningen.")
    judged = FormJudgement(case=case, form=form, reasons=reasons.strip(), by=by)
    about = f"Bedömning av form: {judged.get_form_display()}"
    judged.record = add_record(case, direction=Direction.INTERNAL, about=about, text=judged.reasons, by=by)
    judged.save()
    return judged

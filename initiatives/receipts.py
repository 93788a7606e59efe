"""What those who sent an initiative get: a letter and a PDF with everything that was sent, and what happens next."""

import logging
from datetime import timedelta
from functools import partial

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from iop.cases.actions import add_record
from iop.cases.letters import HIDDEN_LINK, filled
from iop.cases.models import Direction
from iop.municipalities.models import PageText
from iop.municipalities.pages import blocks
from iop.printing import print_pdf
from iop.swedish_text import day

from .models import OWN_ANSWERS, Initiative

log = logging.getLogger(__name__)


def answers_in(initiative: Initiative) -> list[tuple[str, str]]:
    """The organisation's own answers as (question, answer), in the words of the form."""
    rules = initiative.case.rules
    questions = {rule.key: rule.help.plainly for rule in rules.criteria}
    questions |= {f"{row.key}:{part}": text for row in rules.eligibility for part, text in row.parts}
    return [(questions.get(key, key), OWN_ANSWERS.get(value, value)) for key, value in initiative.own_answers.items()]


def next_steps(initiative: Initiative) -> list[str]:
    """What happens now and by when: in the municipality's own words or ours, with its own days and rules.

    A line that names what the municipality does not have (days for a statement, where nobody is asked) is left out.
    """
    case, rules = initiative.case, initiative.case.rules
    municipality = case.municipality
    reads = rules.intake.unit or "En samordnare i kommunen"
    entered = timezone.localdate(initiative.submitted_at)  # from when the task counts; it may have come weeks before
    by = day(entered + timedelta(days=municipality.days_to_receive))
    values = {
        "kommun": municipality.name,
        "mottagare": reads,
        "kontakt": initiative.contact_name,
        "dag": by,
        "dagar för yttrande": str(municipality.days_for_statement) if rules.statements else "",
        "avtalet": rules.the_agreement,
    }
    text = PageText.objects.words(municipality, "receipt")
    without = [f"{{{name}}}" for name, value in values.items() if not value]
    lines = [line for block in blocks(text) for line in block.lines]
    return [filled(line, values) for line in lines if not any(name in line for name in without)]


def receipt_context(initiative: Initiative) -> dict:
    case = initiative.case
    return {
        "initiative": initiative,
        "case": case,
        "municipality": case.municipality,
        "rules": case.rules,
        "answers": answers_in(initiative),
        "next_steps": next_steps(initiative),
        "files": list(initiative.record.files.select_related("file")) if initiative.record else [],
    }


def receipt_pdf(initiative: Initiative) -> bytes:
    return print_pdf(render_to_string("initiatives/pdf/receipt.html", receipt_context(initiative)))


def pdf_name(initiative: Initiative) -> str:
    return f"kvitto-{initiative.case.reference}.pdf"


def send_receipt(initiative: Initiative, *, link: str, mine: str, printed: bool) -> None:
    """The letter goes, with the PDF, when the case is safely stored. The case file keeps its text without the link.

    ``mine``: the full address of the organisations' own pages.
    """
    case, municipality = initiative.case, initiative.case.municipality
    subject = f"Vi har tagit emot ert initiativ {case.reference}, {municipality.name}"
    context = {"initiative": initiative, "case": case, "municipality": municipality, "mine": mine}
    context["next_steps"] = next_steps(initiative)
    context["printed"] = printed
    kept = render_to_string("initiatives/mail/receipt.txt", {**context, "link": HIDDEN_LINK})
    add_record(case, direction=Direction.OUT, counterpart=initiative.contact_email, about=subject, text=kept)
    message = EmailMessage(subject, to=[initiative.contact_email], reply_to=[municipality.email])
    transaction.on_commit(partial(_send, message, {**context, "link": link}), robust=True)


def _send(message: EmailMessage, context: dict) -> None:
    """Printed after the commit: nobody waits for the printer with the municipality locked.

    A receipt that cannot be printed goes without its PDF: the link is what those who sent it cannot be without.
    """
    initiative = context["initiative"]
    try:
        if context["printed"]:
            message.attach(pdf_name(initiative), receipt_pdf(initiative), "application/pdf")
    except Exception:
        log.exception("Kvittot för %s gick inte att skriva ut. Brevet går utan.", initiative.case.reference)
        context["printed"] = False
    message.body = render_to_string("initiatives/mail/receipt.txt", context)
    message.send()

"""What the municipality tells everybody of the organisations who sees the case, when the case turns."""

from collections.abc import Callable

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from iop.cases.actions import add_record
from iop.cases.models import Case, Direction, Record
from iop.cases.secrecy import holds_secrets
from iop.mail import after_commit

from .access import readers_of
from .models import Notice


@transaction.atomic
def tell(
    case: Case,
    *,
    subject: str,
    text: str,
    by,
    absolute: Callable[[str], str],
    copy_of: Record | None = None,
) -> Notice | None:
    """Write to those who see the case; the same stands on their pages. None where nobody does.

    Where anything in the case is secret the e-mail says only that there is something to read. ``copy_of``: the record
    whose text this repeats, as secret as that.
    """
    addresses = readers_of(case.parties.all())
    if not addresses:
        return None
    place = case.municipality
    silent = holds_secrets(case)
    context = {"case": case, "municipality": place, "text": text, "silent": silent}
    context["link"] = absolute(reverse("mine_case", args=[place.slug, case.reference]))
    body = render_to_string("partners/mail/notice.txt", context)
    to = ", ".join(addresses)
    record = add_record(case, direction=Direction.OUT, counterpart=to, about=subject, text=text, by=by, copy_of=copy_of)
    for address in addresses:
        mail = EmailMessage(f"Meddelande från {place.name}" if silent else subject, body, to=[address])
        mail.reply_to = [place.email]
        after_commit(mail)
    return Notice.objects.create(case=case, record=record, subject_line=subject)

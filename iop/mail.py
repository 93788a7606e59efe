"""Letters go out when what they tell is safely stored; a mail server that is down must not undo it."""

from django.core.mail import EmailMessage
from django.db import transaction


def after_commit(message: EmailMessage) -> None:
    """Send once the transaction is committed. A failure is logged; the letter's text stands in the case file."""
    transaction.on_commit(message.send, robust=True)

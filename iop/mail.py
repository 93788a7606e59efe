"""Letters go out when what they tell is safely stored; a mail server that is down must not undo it."""

import logging
import threading

from django.core.mail import EmailMessage
from django.db import transaction

log = logging.getLogger(__name__)


def after_commit(message: EmailMessage) -> None:
    """Send once the transaction is committed. A failure is logged; the letter's text stands in the case file."""
    transaction.on_commit(message.send, robust=True)


def send_aside(message: EmailMessage) -> None:
    """Send by a thread of its own, so that the time a page takes does not tell whether there was anything to send."""
    threading.Thread(target=_send, args=[message]).start()


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        log.exception("Brevet kunde inte skickas.")

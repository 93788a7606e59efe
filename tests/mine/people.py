"""People of organisations, logged in as a code would have done it."""

import re

from django.core import mail
from django.test import Client

from iop.cases.models import Case
from partners.access import somebody_with
from partners.representatives import confirm

BACKEND = "iop.portal.mine.login.CodeBackend"
LOGIN, CODE = "/mina-sidor/logga-in/", "/mina-sidor/logga-in/kod/"


def logged_in(email: str) -> Client:
    client = Client()
    client.force_login(somebody_with(email), backend=BACKEND)
    return client


def representative(case: Case, email: str, *, by, name: str = "Olle Ordförande"):
    organisation = case.parties.first().organisation
    return confirm(organisation, name=name, email=email, phone="", role="ordförande", ground="protokoll", by=by)


def at(case: Case, path: str = "") -> str:
    return f"/mina-sidor/{case.municipality.slug}/{case.reference}/{path}"


def code_in_mail() -> str:
    return re.search(r"^\d{4}-\d{4}$", mail.outbox[-1].body, re.MULTILINE)[0]

"""Verbs of the open register: what is told of a partnership, looked at, published and taken back.

What is published are words that somebody has read. They are kept as they stood (``Publication.shown``), so that nothing
written later in the case is told by itself.
"""

import json
import re
from hashlib import sha256

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from stdnum import luhn

from agreements.models import Agreement, AgreementStage, Signature
from iop.cases.machinery import Refused
from iop.cases.models import Case, Record
from iop.cases.opened import changes
from iop.cases.secrecy import after_secret, after_secret_case
from iop.municipalities.swedish import fold
from partners.models import Representative

from .models import Publication

PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?(\d{6})\s*[-+‐-―−]?\s*(\d{4})(?!\d)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # what no feed or spreadsheet can hold
ADDRESS = re.compile(r"\S+@\S+\.\w+")


def partnership_of(case: Case) -> Agreement | None:
    """The latest agreement of the case that is or has been in force."""
    stages = (AgreementStage.IN_FORCE, AgreementStage.ENDED)
    return case.agreements.begun().filter(stage__in=stages).select_related("for_signing").last()


def why_not(case: Case, agreement: Agreement | None) -> str:
    """Why nothing of the case may be told; empty where it may."""
    if case.secret:
        return "Ärendet är sekretessmarkerat och kan inte publiceras."
    if agreement is None:
        return "Det finns inget partnerskap att berätta om förrän ett avtal har börjat gälla."
    secret_scan = agreement.signatures.filter(scan__secret=True).exists()
    if secret_scan or (agreement.for_signing and agreement.for_signing.secret):
        return "Avtalets handling är sekretessmarkerad, och därför kan partnerskapet inte publiceras."
    return ""


def publication_of(case: Case, agreement: Agreement) -> Publication:
    """What is written so far; begun from the title of the case, and not stored until somebody saves."""
    found = Publication.objects.filter(case=case).first() or Publication(case=case, title=case.title)
    found.case, found.agreement = case, agreement
    return found


def texts_of(publication: Publication) -> dict:
    """What the form is opened with. ``contributions``: the numbers of those that are told, as the form sends them."""
    told = publication.agreement.contributions.exclude(pk__in=publication.left_out)
    return {
        "title": publication.title,
        "description": publication.description,
        "results": publication.results,
        "contributions": [str(pk) for pk in told.values_list("pk", flat=True)],
    }


@transaction.atomic
def save_texts(case: Case, texts: dict, *, by, opened: str = "") -> Publication:
    """Save what was changed of the texts; what the register shows stays as it is. Raises Meanwhile."""
    publication = _locked(case)
    changed = changes(opened, now=texts_of(publication), mine=texts)
    told = changed.pop("contributions", None)
    for name, value in changed.items():
        setattr(publication, name, value)
    if told is not None:
        every = publication.agreement.contributions.values_list("pk", flat=True)
        publication.left_out = sorted(pk for pk in every if str(pk) not in told)
    publication.save()
    return publication


def composed(publication: Publication) -> dict:
    """What would be shown, word for word. Amounts in kronor and hours, each year."""
    case, agreement = publication.case, publication.agreement
    parties = case.parties.active().select_related("organisation")
    rows = agreement.contributions.exclude(pk__in=publication.left_out).order_by("party_id", "pk")
    return {
        "title": _clean(publication.title),
        "description": _clean(publication.description),
        "results": _clean(publication.results),
        "parties": [
            {
                "name": _clean(party.name),
                "number": party.organisation.number or "" if party.organisation else "",
                "legal_form": party.organisation.legal_form if party.organisation else "",
            }
            for party in parties
        ],
        "contributions": [
            {
                "side": _clean(row.party.name) if row.party else None,
                "kind": row.kind,
                "what": _clean(row.what),
                "value_per_year": row.value_per_year,
                "hours_per_year": row.hours_per_year,
            }
            for row in rows.select_related("party__organisation")
        ],
    }


def _clean(text: str) -> str:
    return CONTROL.sub("", text.replace("\r\n", "\n")).strip()


def mark_of(shown: dict) -> str:
    """A short mark of what somebody looked at before publishing."""
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:20]


@transaction.atomic
def publish(case: Case, *, looked_at: str, by) -> Publication:
    """Put in the register what the person has looked at. ``looked_at``: its mark."""
    publication = _locked(case)
    shown = composed(publication)
    if publication.pk is None or not publication.description.strip():
        raise Refused("Skriv först en kort beskrivning av partnerskapet och spara den.")
    if looked_at != mark_of(shown):
        raise Refused("Något har ändrats sedan du tittade. Se efter en gång till innan du publicerar.")
    if told := personal(publication, shown):
        raise Refused(f"I texten står {told}. Inga personuppgifter får stå i registret.")
    now = timezone.now()
    publication.shown, publication.words = shown, fold(" ".join(_texts(shown)))
    publication.first_published_at = publication.first_published_at or now
    publication.published_at = now
    publication.save()
    return publication


@transaction.atomic
def take_back(case: Case) -> None:
    """Out of the register at once; the texts stay to be worked on."""
    Case.objects.select_for_update().get(pk=case.pk)  # who is saving or publishing has it until that is done
    for publication in Publication.objects.select_for_update().filter(case=case, published_at__isnull=False):
        publication.shown, publication.words, publication.published_at = {}, "", None
        publication.save()


@after_secret_case
def tell_no_more(case: Case) -> None:
    """It does not come back by itself when the secrecy is lifted."""
    take_back(case)


@after_secret
def tell_no_more_of_a_secret_agreement(record: Record) -> None:
    scanned = Signature.objects.filter(scan=record).values("agreement")
    of_it = Publication.objects.filter(agreement__for_signing=record) | Publication.objects.filter(
        agreement__in=scanned
    )
    for publication in of_it.select_related("case"):
        take_back(publication.case)


def personal(publication: Publication, shown: dict) -> str:
    """The first personal thing in the texts that the program knows to look for; empty where it finds none."""
    text = "\n".join([shown["title"], shown["description"], shown["results"], *_contributions(shown)])
    folded = fold(text)
    for name in _names(publication):
        if fold(name) in folded:
            return f"namnet {name}"
    if found := ADDRESS.search(text):
        return f"adressen {found.group()}"
    for found in PERSONAL_NUMBER.finditer(text):
        if _is_personal(*found.groups()):
            return f"ett personnummer, {found.group()}"
    return ""


def _is_personal(born: str, rest: str) -> bool:
    """Samordningsnummer have sixty added to the day, and a check digit of the day as it is written."""
    day = int(born[4:])
    if not luhn.is_valid(born + rest) or not 1 <= int(born[2:4]) <= 12:
        return False
    return 1 <= day <= 31 or 61 <= day <= 91


def _names(publication: Publication) -> list[str]:
    """Full names of those who are known to be about in the case."""
    case = publication.case
    names = [party.contact_name for party in case.parties.all()]
    names += publication.agreement.signatures.values_list("name", flat=True)
    names += [case.coordinator.name] if case.coordinator else []
    acting = Representative.objects.acting().filter(organisation__parties__case=case)
    names += acting.values_list("name", flat=True)
    try:
        names.append(case.initiative.contact_name)
    except ObjectDoesNotExist:
        pass
    return [name.strip() for name in names if " " in name.strip()]


def _contributions(shown: dict) -> list[str]:
    return [row["what"] for row in shown["contributions"]]


def _texts(shown: dict) -> list[str]:
    parties = [party["name"] for party in shown["parties"]]
    return [shown["title"], shown["description"], shown["results"], *parties, *_contributions(shown)]


def _locked(case: Case) -> Publication:
    """The publication, with the case held so that nobody marks it secret meanwhile."""
    held = Case.objects.select_for_update(of=("self",)).select_related("municipality", "coordinator").get(pk=case.pk)
    agreement = partnership_of(held)
    if refusal := why_not(held, agreement):
        raise Refused(refusal)
    return publication_of(held, agreement)

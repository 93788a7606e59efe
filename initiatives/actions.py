"""Verbs of the initiative: sending it in, and correcting its origin."""

import uuid
from collections.abc import Iterable
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from iop.cases.actions import add_record, edit_facts, facts_now, open_case
from iop.cases.letters import hash_of
from iop.cases.machinery import Refused, still_open
from iop.cases.models import Case, Direction
from iop.cases.opened import changes
from iop.municipalities.models import Municipality
from partners.access import give_by_sending
from partners.actions import add_party, organisation_for
from partners.models import Organisation
from partners.questions import await_answers

from .models import CameBy, Initiative, Origin
from .receipts import answers_in, send_receipt

PROSE = ("title", "challenge", "idea", "target_group", "better", "we_bring", "municipality_brings")


@transaction.atomic
def submit(
    municipality: Municipality,
    *,
    submission: uuid.UUID,
    written: dict,
    own_answers: dict[str, str],
    absolute,
    received_on: date | None = None,
    came_by: str = CameBy.FORM,
    uploads: Iterable[UploadedFile] = (),
    notes: Iterable[str] = (),
    receipt: bool = True,
    printed: bool = True,
    same: Organisation | None = None,
    by=None,
) -> tuple[Initiative, str]:
    """Take in an initiative. Sending the same form again gives back the same one, never a second case.

    ``written``: the form's fields by name. ``absolute``: turns a path into a full address for the receipt, which is
    not sent where ``receipt`` is false. ``uploads``: what came, to stand with the first record. ``notes``: names of
    those that are locked with a password. ``printed``: the receipt carries a PDF. ``same``: the organisation that an
    official says it is.
    Returns the initiative and the token of its receipt.
    """
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    token = receipt_token(submission)
    known = Initiative.objects.filter(submission=submission).select_related("case__municipality").first()
    if known:
        _keep_other_text(known, written)
        return known, token
    organisation = organisation_for(
        municipality,
        name=written["organisation_name"],
        number=written["organisation_number"] or None,
        legal_form=written["legal_form"],
        same=same,
    )
    case = open_case(
        municipality=municipality, title=written["title"], received_on=received_on or timezone.localdate(), by=by
    )
    initiative = Initiative.objects.create(
        case=case,
        submission=submission,
        token_hash=hash_of(token),
        came_by=came_by,
        origin=written.get("origin", ""),
        title=written["title"],
        challenge=written["challenge"],
        idea=written["idea"],
        target_group=written["target_group"],
        better=written.get("better", ""),
        rough=written.get("rough", {}),
        we_bring=written["we_bring"],
        municipality_brings=written["municipality_brings"],
        organisation=organisation,
        stated_name=written["organisation_name"],
        stated_number=written["organisation_number"],
        stated_form=written["legal_form"],
        contact_name=written["contact_name"],
        contact_email=written["contact_email"],
        contact_phone=written["contact_phone"],
        own_answers=own_answers,
        asked=written.get("asked", {}),
        other_organisations=written.get("other_organisations", []),
        believed_units=written.get("believed_units", []),
    )
    party = add_party(
        case,
        organisation,
        contact_name=initiative.contact_name,
        contact_email=initiative.contact_email,
        contact_phone=initiative.contact_phone,
    )
    _add_others(initiative)
    uploads = list(uploads)
    give_by_sending(party)
    context = {"initiative": initiative, "case": case, "municipality": municipality, "answers": answers_in(initiative)}
    context |= {"uploads": [(upload.name, upload.name in notes) for upload in uploads]}
    initiative.record = add_record(
        case,
        direction=Direction.IN,
        counterpart=f"{initiative.contact_name}, {initiative.stated_name}",
        about=f"Initiativ: {initiative.title}",
        day=case.received_on,
        text=render_to_string("initiatives/as_submitted.txt", context),
        uploads=uploads,
        by=by,
    )
    initiative.save_without_historical_record(update_fields=["record"])
    if receipt:
        link = absolute(reverse("receipt", args=[municipality.slug, token]))
        send_receipt(initiative, link=link, mine=absolute(reverse("mine")), printed=printed)
    return initiative, token


def _add_others(initiative: Initiative) -> None:
    """The other organisations become parties. One that is known already under its number is that organisation."""
    case = initiative.case
    for one in initiative.other_organisations:
        organisation = organisation_for(
            case.municipality, name=one["name"], number=one["number"] or None, legal_form=one["legal_form"]
        )
        if not case.parties.filter(organisation=organisation).exists():
            add_party(case, organisation, named_by_sender=True)


def _keep_other_text(initiative: Initiative, written: dict) -> None:
    """The form was sent again with other words, from a page that lay open: kept in the case file, never lost."""
    changed = {name: written[name] for name in PROSE if name in written and written[name] != getattr(initiative, name)}
    text = "\n\n".join(changed.values())
    if changed and not initiative.case.records.filter(text=text).exists():
        about = f"Ändrad text till initiativet: {initiative.title}"
        add_record(initiative.case, direction=Direction.IN, counterpart=initiative.stated_name, about=about, text=text)


def receipt_token(submission: uuid.UUID) -> str:
    """The receipt's secret, made from the form's own so that a second click leads to the same receipt."""
    return salted_hmac("initiatives.receipt", submission.hex, algorithm="sha256").hexdigest()[:48]


def facts_and_origin(case: Case) -> dict:
    """What the form of facts is opened with: of the case, and who took its initiative."""
    initiative = getattr(case, "initiative", None)
    return facts_now(case) | {"origin": initiative.origin if initiative else ""}


@transaction.atomic
def edit_case(case: Case, facts: dict, *, by, opened: str = "") -> None:
    """Save what was changed of the facts and the origin, and nothing else.

    ``opened``: marks of what the form was opened with. Raises Meanwhile where somebody else has changed the same.
    """
    rows = Case.objects.select_for_update(of=("self",)).select_related("coordinator", "unit", "responsible")
    stored = facts_and_origin(rows.get(pk=case.pk))
    changed = changes(opened, now=stored, mine=facts)
    origin = changed.pop("origin", "")
    edit_facts(case, changed, by=by)
    if "answers_by" in changed:
        await_answers(case, by=by)
    if origin:
        correct_origin(case, origin, by=by)


@transaction.atomic
def correct_origin(case: Case, origin: str, *, by) -> None:
    still_open(case)
    if origin not in Origin.values:
        raise Refused("Välj vem som tog initiativet.")
    initiative = case.initiative
    initiative.origin = origin
    initiative.save(update_fields=["origin"])

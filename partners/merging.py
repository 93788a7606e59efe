"""Two cases about the same thing become one: the double is closed, and the other is told what came in."""

from collections.abc import Iterable

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from iop.cases.actions import add_record, end_tasks
from iop.cases.links import mark_as_double, may_be_joined
from iop.cases.machinery import Refused, free_to_change, still_open
from iop.cases.models import Case, Direction, Outcome, Record, Stage
from iop.municipalities.swedish import fold

from .actions import add_party, add_public_body
from .models import CaseAccess, Party


@transaction.atomic
def merge(double: Case, into: Case, *, why: str, by, parties: Iterable[Party] = ()) -> Record:
    """Close ``double`` and go on in ``into``. ``parties``: of the double's, those to be parties of the other as well.

    Returns the record in ``into``. The double's own records stay where they are, to be read.
    """
    may_be_joined(double, into)
    list(Case.objects.select_for_update().filter(pk__in=[double.pk, into.pk]).order_by("pk"))
    double.refresh_from_db()
    into.refresh_from_db()
    for case in (double, into):
        still_open(case)
    if not why.strip():
        raise Refused("Skriv varför ärendena sammanförs.")
    _may_be_read_there(double, into)
    _not_past_writing(double)
    came = double.records.filter(direction=Direction.IN, secret=False)  # others read the other case
    came = list(came.prefetch_related("files__file"))
    context = {"double": double, "into": into, "why": why.strip(), "came": came, "parties": double.parties.active()}
    record = add_record(
        into,
        direction=Direction.INTERNAL,
        counterpart=", ".join(dict.fromkeys(one.counterpart for one in came if one.counterpart)),
        about=f"Sammanfört hit: {double.reference} {double.title}",
        text=render_to_string("partners/merged.txt", context),
        files=[(file.file, file.name) for one in came for file in one.files.all()],
        by=by,
    )
    told = add_record(
        double,
        direction=Direction.INTERNAL,
        about=f"Sammanfört med {into.reference}, där ärendet fortsätter",
        text=why.strip(),
        by=by,
        copy_of=record,
    )
    for party in parties:
        if party not in missing_in(into, double):
            raise Refused(f"{party.name} är redan part i {into.reference}. Ta bort krysset.")
        _join(into, party, by=by)
    mark_as_double(double, into, note=why.strip(), by=by)
    ends = {"outcome": Outcome.MERGED, "closed_on": timezone.localdate(), "closing_record": told}
    double.move_to(Stage.CLOSED, by=by, why=why.strip(), **ends)
    end_tasks(double, by=by)
    return record


def missing_in(into: Case, double: Case) -> list[Party]:
    """Active parties of the double that the other case has never had."""
    known = list(into.parties.select_related("organisation"))
    rows = double.parties.active().select_related("organisation", "activity")
    return [party for party in rows if not any(_is_same(party, one) for one in known)]


def _is_same(party: Party, other: Party) -> bool:
    """One without a number is known by its name alone; two numbers are two organisations, whatever they are called."""
    if party.organisation_id and party.organisation_id == other.organisation_id:
        return True
    have_numbers = all(one.organisation and one.organisation.number for one in (party, other))
    return fold(party.name) == fold(other.name) and not have_numbers


def _join(into: Case, party: Party, *, by) -> None:
    """Those of the organisation who saw the double see the other case, where their organisation is a party now."""
    if party.organisation is None:
        add_public_body(
            into, name=party.public_body, contact_name=party.contact_name, contact_email=party.contact_email
        )
        return
    joined = add_party(
        into,
        party.organisation,
        contact_name=party.contact_name,
        contact_email=party.contact_email,
        contact_phone=party.contact_phone,
        activity_name=party.activity.name if party.activity else "",
        named_by_sender=party.named_by_sender,
    )
    for one in party.accesses.in_force():
        whose = {"by_sending": True} if one.by_sending else {"given_by": by}  # to merge is not to vouch for the sender
        CaseAccess.objects.create(party=joined, email=one.email, name=one.name, role=one.role, **whose)


def _not_past_writing(double: Case) -> None:
    try:
        free_to_change(double)
    except Refused as refusal:
        called = double.rules.the_agreement.capitalize()
        raise Refused(
            f"{called} i {double.reference} ligger för beslut, underskrift eller gäller. Gå vidare i det ärendet, "
            "och sammanför det andra med det."
        ) from refusal


def _may_be_read_there(double: Case, into: Case) -> None:
    """What is secret in the double must not be read by more people in the other case."""
    if double.secret and not (into.secret and _let_in(into) <= _let_in(double)):
        raise Refused(
            f"{double.reference} är sekretessmarkerat, och fler får se {into.reference}. Sekretessmarkera det också "
            "och släpp in samma personer, eller länka ärendena i stället."
        )


def _let_in(case: Case) -> set[int]:
    return {case.coordinator_id, *case.cleared.values_list("pk", flat=True)} - {None}

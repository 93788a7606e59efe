"""Verbs of an organisation itself: its name, number and form, and two that turn out to be one."""

from collections import defaultdict

from django.db import IntegrityError, transaction
from django.utils import timezone

from iop.cases.actions import add_record
from iop.cases.machinery import Refused
from iop.cases.models import Case, Direction, Recusal
from iop.cases.opened import changes

from .models import CaseAccess, Organisation, Party, Representative


def may_not_change(person, *organisations: Organisation) -> None:
    """Raises Refused for a person with jäv in any of their cases, also one that the person does not see."""
    if Recusal.objects.in_force().filter(person=person, case__parties__organisation__in=organisations).exists():
        raise Refused(f"{person.name} är jävig i ett av organisationens ärenden. Låt någon annan göra det.")


def facts_now(organisation: Organisation) -> dict:
    """What the form of an organisation is opened with."""
    return {"name": organisation.name, "number": organisation.number or "", "legal_form": organisation.legal_form}


@transaction.atomic
def rename(organisation: Organisation, *, name: str, number: str, legal_form: str, by, opened: str = "") -> None:
    """Save what was changed. A former name is kept and found; what was signed, sent or published keeps its words.

    ``number``: ten digits, or none. ``opened``: marks of what the form was opened with; raises Meanwhile.
    """
    stored = _locked(organisation)[organisation.pk]
    may_not_change(by, stored)
    mine = {"name": name, "number": number, "legal_form": legal_form}
    changed = changes(opened, now=facts_now(stored), mine=mine)
    if "name" in changed:
        changed["former_names"] = _names(stored.former_names, [stored.name], but=name)
    if "number" in changed:
        changed["number"] = number or None
    for field, value in changed.items():
        setattr(stored, field, value)
    try:
        with transaction.atomic():
            stored.save(update_fields=list(changed))
    except IntegrityError as error:
        raise Refused(
            "En annan organisation har redan det numret. Är det samma organisation går de att slå ihop."
        ) from error


def _names(*lists: list[str], but: str) -> list[str]:
    return [name for name in dict.fromkeys(name for names in lists for name in names) if name != but]


def _locked(*organisations: Organisation) -> dict[int, Organisation]:
    numbers = [one.pk for one in organisations]
    rows = Organisation.objects.select_for_update(of=["self"]).select_related("municipality")
    found = {one.pk: one for one in rows.filter(pk__in=numbers).order_by("pk")}
    if any(one.merged_into_id for one in found.values()):
        raise Refused("Organisationen är redan ihopslagen med en annan. Ladda om sidan.")
    return found


@transaction.atomic
def merge(double: Organisation, into: Organisation, *, why: str, by) -> None:
    """``double`` turned out to be ``into``: all that is kept of it is kept of the other from then on.

    It is not undone: the double remains as a row that leads to the other, and history tells.
    """
    if double.municipality_id != into.municipality_id:
        raise Refused("Organisationen finns i en annan kommun.")
    cases = Case.objects.filter(parties__organisation__in=[double, into])  # first, as wherever a case file is written
    list(Case.objects.select_for_update(of=["self"]).filter(pk__in=cases.values("pk")).order_by("pk"))
    locked = _locked(double, into)
    double, into = locked[double.pk], locked[into.pk]
    may_not_change(by, double, into)
    if not why.strip():
        raise Refused("Skriv hur ni vet att det är samma organisation.")
    if hindrance := what_hinders(double, into, by=by):
        raise Refused(hindrance)
    for case in Case.objects.filter(parties__organisation=double, closed_on=None).order_by("pk"):
        about = f"Parten {double.name} är samma organisation som {into.name}"
        add_record(case, direction=Direction.INTERNAL, about=about, text=why.strip(), by=by)
    _end_twins(double, into, by=by)
    _move(double, into)
    facts = {"former_names": _names(into.former_names, [double.name], double.former_names, but=into.name)}
    for name in ("number", "legal_form", "email", "phone"):
        if not getattr(into, name):
            facts[name] = getattr(double, name)
    double.number, double.merged_into, double.merged_by = None, into, by
    double.merged_at, double.merged_why = timezone.now(), why.strip()
    double.save(update_fields=["number", "merged_into", "merged_by", "merged_at", "merged_why"])
    for name, value in facts.items():
        setattr(into, name, value)
    into.save(update_fields=list(facts))


def _end_twins(double: Organisation, into: Organisation, *, by) -> None:
    """Whoever acts for both acts for the one from now on, once."""
    twice = into.representatives.acting().exclude(email="").values("email")
    for one in double.representatives.acting().filter(email__in=twice):
        one.ended_on, one.ended_by = timezone.localdate(), by
        one.save(update_fields=["ended_on", "ended_by"])


def _move(double: Organisation, into: Organisation) -> None:
    """Whatever points at the double, on this floor or a higher one. One by one: history and search hear of it."""
    for relation in Organisation._meta.related_objects:
        name = relation.field.name
        for row in relation.related_model._base_manager.filter(**{name: double}).order_by("pk"):
            setattr(row, name, into)
            row.save(update_fields=[name])


def what_hinders(double: Organisation, into: Organisation, *, by) -> str:
    """A sentence that says why the two cannot be made one, and what to do; empty where nothing hinders.

    It tells of no case that the person does not see.
    """
    if double.pk == into.pk:
        return "Välj en annan organisation än den du står i."
    if double.number and into.number:
        return "Båda har ett organisationsnummer, och två nummer är två organisationer. Rätta det som är fel först."
    for one in (double, into):
        parties = Party.objects.filter(organisation=one)
        if parties.exists() and not parties.filter(case__secret=False).exists():
            return f"{one.name} är känd bara ur sekretessmarkerade ärenden, och namnet skulle synas för fler."
    both = Case.objects.filter(parties__organisation=double).filter(parties__organisation=into)
    if both.exists():
        if told := ", ".join(both.visible_to(by).order_by("pk").values_list("reference", flat=True)):
            return f"Båda är eller har varit parter i {told}, och är alltså två där."
        return "De två kan du inte slå ihop. Be en kollega som arbetar med organisationerna att se efter."
    if gained := who_would_see_more(double, into):
        told = "; ".join(f"{email} skulle få se {', '.join(cases)}" for email, cases in gained.items())
        return (
            f"Att slå ihop är inte att släppa in: {told}. Bjud in dem i de ärendena först (Parter och underlag), "
            "eller avsluta dem som företrädare."
        )
    return ""


def who_would_see_more(double: Organisation, into: Organisation) -> dict[str, list[str]]:
    """Address -> references of the cases that it would see on Mina sidor and does not see now.

    As ``PartyQuerySet.open_to_representatives`` has it, before and after; a test holds the two together.
    """
    people = Representative.objects.filter(organisation__in=[double, into]).exclude(email="")
    known, acting = defaultdict(set), defaultdict(set)
    for row in people:
        known[row.organisation_id].add(row.email)
        acting[row.organisation_id] |= {row.email} if row.ended_on is None else set()
    named, senders = defaultdict(set), defaultdict(set)
    for row in CaseAccess.objects.in_force().filter(party__organisation__in=[double, into]):
        named[row.party_id].add(row.email)
        senders[row.party_id] |= {row.email} if row.by_sending else set()
    parties = Party.objects.active().filter(organisation__in=[double, into], case__secret=False, named_by_sender=False)
    found = defaultdict(list)
    every_known, every_acting = set().union(*known.values()), set().union(*acting.values())
    for party in parties.select_related("case").order_by("case__year", "case__serial"):
        mine, sent = party.organisation_id, senders[party.pk]
        before = named[party.pk] | (acting[mine] if sent <= known[mine] else set())
        after = named[party.pk] | (every_acting if sent <= every_known else set())
        for email in sorted(after - before):
            found[email].append(party.case.reference)
    return dict(found)

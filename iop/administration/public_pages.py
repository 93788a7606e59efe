"""Verbs of a municipality's open pages: its texts, and whom to ask."""

from django.db import transaction

from iop.cases.machinery import Refused
from iop.cases.opened import changes
from iop.municipalities.models import Contact, Municipality, PageText

FACTS = ("name", "email", "phone")


def text_of(place: Municipality, key: str) -> PageText:
    """What is written, or an empty row that is not stored yet."""
    return PageText.objects.filter(municipality=place, page=key).first() or PageText(municipality=place, page=key)


@transaction.atomic
def save_text(place: Municipality, key: str, text: str, *, standard: str, opened: str) -> PageText:
    """Keep what was changed. ``standard``: our own text; one that is the same is not kept as the municipality's.

    Raises Meanwhile where another administrator has changed it since the form was opened.
    """
    Municipality.objects.select_for_update().get(pk=place.pk)
    row = text_of(place, key)
    changed = changes(opened, now={"text": row.text or standard}, mine={"text": text})
    if changed:
        row.text = "" if _same(text, standard) else text
        row.save()
    return row


def let_sign_here(place: Municipality, yes: bool) -> None:
    """May agreements be signed in the program?"""
    Municipality.objects.filter(pk=place.pk).update(signs_here=yes)


def contact_of(place: Municipality, kind: str) -> Contact:
    return Contact.objects.filter(municipality=place, kind=kind).first() or Contact(municipality=place, kind=kind)


def facts_of(contact: Contact) -> dict[str, str]:
    return {name: getattr(contact, name) for name in FACTS}


@transaction.atomic
def save_contact(place: Municipality, kind: str, facts: dict[str, str], *, opened: str) -> None:
    """With everything empty the contact is removed, and the municipality's own address is shown. Raises Meanwhile."""
    Municipality.objects.select_for_update().get(pk=place.pk)
    row = contact_of(place, kind)
    changed = changes(opened, now=facts_of(row), mine=facts)
    for name, value in changed.items():
        setattr(row, name, value)
    if not any(facts_of(row).values()):
        if row.pk:
            row.delete()
        return
    if not row.email and not row.phone:
        raise Refused("Skriv e-post eller telefon, så att det går att nå den som ska svara.")
    if changed:
        row.save()


def _same(one: str, other: str) -> bool:
    return one.replace("\r\n", "\n").strip() == other.strip()

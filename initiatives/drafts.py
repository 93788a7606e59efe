"""Verbs of a draft: beginning it, saving a step, letting somebody write along, sending it, and clearing it away."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from iop.cases.letters import hash_of
from iop.cases.machinery import Refused
from iop.cases.opened import Meanwhile, changes, marks_as_shown, marks_of
from iop.mail import after_commit, send_aside
from iop.municipalities.models import Municipality
from iop.rulesets.models import RuleSetVersion
from iop.rulesets.schema import RuleSet
from iop.swedish_text import minute

from . import attachments
from .actions import submit
from .held import Sent, held
from .limits import Limit, TooMany, forget_old
from .models import Draft, DraftFile, DraftLink, FormWords, Initiative
from .room import mark_of, refuse_if_full
from .steps import STEPS, Contributions, Criteria, ForWhom, Idea, StepForm, Who
from .words import Words

Absolute = Callable[[str], str]

DAYS_KEPT = 90  # after the last save
DAYS_OF_NOTICE = 14
MOST_LINKS = 20  # that work at one time
MOST_IN_A_LETTER = 5  # drafts
NEVER = datetime.min.replace(tzinfo=UTC)
RECEIPTS_TO_AN_ADDRESS = Limit("receipts to", most=20, minutes=60)
RECEIPTS_FROM_AN_ADDRESS = Limit("receipts from", most=100, minutes=60)
MEGABYTES_FROM_AN_ADDRESS = Limit("megabytes from", most=5000, minutes=24 * 60)


@transaction.atomic
def begin(
    municipality: Municipality, version: RuleSetVersion, *, email: str, absolute: Absolute, sender: str
) -> tuple[Draft, str]:
    """A new draft with its secret link, which goes by mail, too. Returns the draft and the token.

    ``sender``: where the request came from. Raises Refused when drafts hold too much already.
    """
    begun_from = mark_of(sender)
    refuse_if_full(begun_from=begun_from)
    written = {Who.slug: {"contact_email": email}}  # mostly the same person
    draft = Draft.objects.create(
        municipality=municipality, version=version, email=email, begun_from=begun_from, written=written
    )
    token, link = _new_link(draft, email, owner=True, absolute=absolute)
    _mail_link(draft, email, link=link, owner=True)
    return draft, token


@transaction.atomic
def mail_links_again(municipality: Municipality, email: str, *, absolute: Absolute) -> None:
    """One letter with a link to each draft that somebody began with the address; or that they all are sent.

    Nobody is told whether there was any, nor by how long it takes to send.
    """
    found = []
    unsent = Draft.objects.filter(municipality=municipality, email__iexact=email, sent_as=None)
    for draft in unsent.order_by("-pk")[:MOST_IN_A_LETTER]:
        with suppress(Sent):
            found.append((held(draft), _another_link(draft, absolute=absolute)))
    sent = not found and Draft.objects.filter(municipality=municipality, email__iexact=email).exists()
    if not found and not sent:
        return
    context = {"municipality": municipality, "found": found, "mine": absolute(reverse("mine"))}
    body = render_to_string("initiatives/mail/drafts_again.txt", context)
    letter = EmailMessage(f"Länk till ert utkast, {municipality.name}", body, to=[email])
    letter.reply_to = [municipality.email]
    transaction.on_commit(lambda: send_aside(letter))


@transaction.atomic
def mail_again(draft: Draft, *, absolute: Absolute) -> None:
    held(draft)
    _mail_link(draft, draft.email, link=_another_link(draft, absolute=absolute), owner=True)


@transaction.atomic
def invite(draft: Draft, *, to: str, absolute: Absolute) -> None:
    held(draft)
    if draft.links.working().count() >= MOST_LINKS:
        raise Refused("Ni har redan många länkar. Ta bort någon först.")
    _, link = _new_link(draft, to, owner=False, absolute=absolute)
    _mail_link(draft, to, link=link, owner=False)


@transaction.atomic
def change_link(draft: Draft, *, absolute: Absolute) -> None:
    """End every link of the owner's, the one in use too, and mail a new one: somebody else may have got hold of one."""
    held(draft)
    for link in draft.links.working().filter(owner=True):
        revoke(link)
    _, link = _new_link(draft, draft.email, owner=True, absolute=absolute)
    _mail_link(draft, draft.email, link=link, owner=True, instead=True)


def revoke(link: DraftLink) -> None:
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at"])


def invited_to(draft: Draft) -> list[DraftLink]:
    """Those who write along, each once: some have been given more than one link."""
    return list(draft.links.working().filter(owner=False).order_by("email", "-pk").distinct("email"))


def shut_out(link: DraftLink) -> None:
    """Whoever has the co-writer's link, and any other link that was sent to the same address."""
    for one in link.draft.links.working().filter(email=link.email, owner=False):
        revoke(one)


def _another_link(draft: Draft, *, absolute: Absolute) -> str:
    """A new link for the owner beside those that are out: the page that somebody is writing in must go on working.

    When there are too many, one that nobody has opened gives way: anybody can ask for letters to a known address.
    """
    working = sorted(draft.links.working().filter(owner=True), key=lambda link: (link.used_at or NEVER, link.pk))
    for link in working[: max(0, len(working) - MOST_LINKS // 2)]:
        revoke(link)
    _, address = _new_link(draft, draft.email, owner=True, absolute=absolute)
    return address


def _tell_that_it_ends(draft: Draft, *, absolute: Absolute) -> None:
    """The one who began, and those who write along, each by a new link. Of a co-writer's old ones one is left."""
    _mail_link(draft, draft.email, link=_another_link(draft, absolute=absolute), owner=True, ends=True)
    for one in invited_to(draft):
        for old in draft.links.working().filter(email=one.email, owner=False).exclude(pk=one.pk):
            revoke(old)
        _, link = _new_link(draft, one.email, owner=False, absolute=absolute)
        _mail_link(draft, one.email, link=link, owner=False, ends=True)


def _new_link(draft: Draft, to: str, *, owner: bool, absolute: Absolute) -> tuple[str, str]:
    """The token, and the whole address."""
    token = secrets.token_urlsafe(24)
    DraftLink.objects.create(draft=draft, token_hash=hash_of(token), email=to, owner=owner)
    return token, absolute(reverse("draft_open", args=[draft.municipality.slug, token]))


def _mail_link(draft: Draft, to: str, *, link: str, owner: bool, ends: bool = False, instead: bool = False) -> None:
    """The letter holds no word of the draft: whoever began it may have typed an address of others."""
    municipality = draft.municipality
    context = {"draft": draft, "municipality": municipality, "link": link, "owner": owner, "removed": removed_on(draft)}
    context["instead"] = instead
    template = "initiatives/mail/draft_ends.txt" if ends else "initiatives/mail/draft_link.txt"
    body = render_to_string(template, context)
    subject = (
        f"{'Ny länk' if instead else 'Länk'} till ert utkast från {minute(draft.begun_at)}"
        if owner
        else "Skriv med på ett initiativ"
    )
    subject = f"Ert utkast från {minute(draft.begun_at)} tas snart bort" if ends else subject
    after_commit(EmailMessage(f"{subject}, {municipality.name}", body, to=[to], reply_to=[municipality.email]))


# Writing


@dataclass
class Saved:
    """What became of a save. ``marks``: what the page is now opened with. ``other``: what somebody else wrote."""

    draft: Draft
    marks: str
    other: Meanwhile | None = None


@transaction.atomic
def save_step(draft: Draft, form: StepForm, *, page: str, opened: str) -> Saved:
    """Keep what was typed, right or wrong. What another page has changed meanwhile is left, and told.

    ``opened``: marks of what the page was opened with. A page never collides with itself: an answer that was lost on
    the way, and a save that is tried again, are its own.
    """
    row = held(draft)
    now = row.written.get(form.slug, {})
    writers = row.writers.get(form.slug, {})
    typed = {name: value for name, value in form.typed().items() if name not in form.too_long}
    stored = {name: now.get(name, "") for name in typed}
    own = {name: stored[name] for name in typed if page and writers.get(name) == page}
    changed, other = _changes(f"{opened} {marks_of(own)}", stored, typed)
    if changed:
        row.written[form.slug] = now | changed
        row.writers[form.slug] = writers | dict.fromkeys(changed, page)
        row.revision += 1
    row.saved_at, row.reminded_at = timezone.now(), None
    row.save(update_fields=["written", "writers", "revision", "saved_at", "reminded_at"])
    marks = marks_as_shown(opened, now=stored | changed, shown=typed)
    return Saved(row, marks, other)


def _changes(opened: str, now: dict, mine: dict) -> tuple[dict, Meanwhile | None]:
    """What may be saved, and where somebody else has written the same."""
    try:
        return changes(opened, now=now, mine=mine), None
    except Meanwhile as other:
        rest = {name: value for name, value in mine.items() if name not in other.theirs}
        return changes(opened, now=now, mine=rest), other


# Sending


@dataclass
class Review:
    """The whole draft as it would be sent: its forms, and what stands in the way."""

    forms: dict[str, StepForm]
    words: dict[str, Words]
    missing: list[tuple[str, str, str]] = field(default_factory=list)  # (step, id of the field, label)
    wrong: list[tuple[str, str, str, str]] = field(
        default_factory=list
    )  # (step, id of the field, label, what is wrong)
    unfinished: list[DraftFile] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return not (self.missing or self.wrong or self.unfinished)


def review(draft: Draft, rules: RuleSet) -> Review:
    forms, words = {}, FormWords.objects.of(draft.municipality)
    about = {"rules": rules, "municipality": draft.municipality}
    for step in STEPS:
        stored = draft.written.get(step.slug, {})
        forms[step.slug] = step(stored, stored=stored, words=words[step.slug], **about)
    found = Review(forms, words)
    for slug, form in forms.items():
        form.is_valid()
        for name, errors in form.errors.items():
            found.wrong += [(slug, _id_in(form, name), form.in_words(name), error) for error in errors]
        wrong = set(form.errors)
        found.missing += [(slug, _id_in(form, name), label) for name, label in form.missing() if name not in wrong]
    found.unfinished = [file for file in attachments.as_they_are(draft) if not file.whole]
    return found


def _id_in(form: StepForm, name: str) -> str:
    field = form[name]
    return field.id_for_label or next((one.id_for_label for one in field), "")


class NotReady(Refused):
    def __init__(self, found: Review):
        self.review = found
        super().__init__("Något saknas innan initiativet kan skickas.")


@transaction.atomic
def send(draft: Draft, rules: RuleSet, *, absolute: Absolute, sender: str) -> tuple[Initiative, str]:
    """Send what is written, whole. Raises NotReady, Sent when somebody was before, or TooMany.

    ``sender``: where the request came from. A receipt goes to whatever address was written, so they are counted.

    The draft is emptied: what is sent stands in the case alone.
    """
    row = held(draft)
    found = review(row, rules)
    if not found.ready:
        raise NotReady(found)
    written, own_answers = _as_sent(found.forms)
    RECEIPTS_TO_AN_ADDRESS.count(written["contact_email"])
    RECEIPTS_FROM_AN_ADDRESS.count(sender)
    files = list(row.files.all())
    _count_megabytes(files, sender)
    with attachments.opened(files) as uploads:
        initiative, token = submit(
            row.municipality,
            submission=row.submission,
            written=written,
            own_answers=own_answers,
            absolute=absolute,
            uploads=uploads,
            notes=[file.name for file in files if file.locked],
        )
    row.sent_as, row.written, row.writers, row.begun_from = initiative, {}, {}, ""
    row.save(update_fields=["sent_as", "written", "writers", "begun_from"])
    for file in files:
        attachments.remove(file)
    return initiative, token


def _count_megabytes(files: list[DraftFile], sender: str) -> None:
    """What is sent no draft holds any longer, so that the room of drafts does not bound it. Raises Refused."""
    try:
        MEGABYTES_FROM_AN_ADDRESS.count(sender, much=-(-sum(file.size for file in files) // 2**20))
    except TooMany as error:
        raise Refused(
            "Det har skickats mycket bilagor härifrån i dag. Ta bort bilagorna och mejla dem till kommunen, "
            "eller skicka i morgon. Allt ni har skrivit finns kvar."
        ) from error


def _as_sent(forms: dict[str, StepForm]) -> tuple[dict, dict[str, str]]:
    """The fields by name, as ``submit`` takes them, and the answers to the municipality's own questions."""
    idea, for_whom, who, brings, criteria = (forms[step.slug] for step in (Idea, ForWhom, Who, Contributions, Criteria))
    plain = {}
    for form in (idea, for_whom, who, brings):
        plain |= form.cleaned_data
    further = {
        "origin": criteria.origin(),
        "rough": brings.rough(),
        "other_organisations": who.others(),
        "believed_units": criteria.believed_units(),
        "asked": {name: label for form in forms.values() for name, label in form.asked.items()},
    }
    return plain | further, criteria.answers() | who.answers()


# Clearing away


def removed_on(draft: Draft):
    return timezone.localdate(draft.saved_at) + timedelta(days=DAYS_KEPT)


def clear_away(municipality: Municipality, absolute: Absolute) -> Iterator[str]:
    """Tell of drafts that are soon to go, and remove those whose writers were told in time. For the daily run."""
    forget_old()
    attachments.sweep()
    now = timezone.now()
    unsent = Draft.objects.filter(municipality=municipality, sent_as=None)
    soon = unsent.filter(saved_at__lte=now - timedelta(days=DAYS_KEPT - DAYS_OF_NOTICE), reminded_at=None)
    for pk in list(soon.values_list("pk", flat=True)):
        with transaction.atomic():
            draft = soon.select_for_update(of=("self",)).select_related("municipality").filter(pk=pk).first()
            if draft is None:
                continue  # somebody has written in it, or another run was here
            draft.reminded_at = now
            draft.save(update_fields=["reminded_at"])
            _tell_that_it_ends(draft, absolute=absolute)
        yield "Ett utkast tas snart bort, och de som skriver det har fått veta"
    told = now - timedelta(days=DAYS_OF_NOTICE)
    old = unsent.filter(saved_at__lte=now - timedelta(days=DAYS_KEPT), reminded_at__lte=told)
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            draft = old.select_for_update().filter(pk=pk).first()
            if draft is None:
                continue
            for file in draft.files.all():
                attachments.remove(file)
            draft.links.all().delete()
            draft.delete()
        yield "Ett gammalt utkast är borttaget"

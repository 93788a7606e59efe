"""Verbs of a draft that is shown to the organisations, and of what they say about it."""

from datetime import date, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from iop.cases.actions import add_record, close_task, open_task
from iop.cases.files import store_bytes
from iop.cases.machinery import Refused
from iop.cases.models import Case, Direction, TaskKind
from iop.cases.secrecy import holds_secrets
from iop.mail import after_commit
from iop.swedish_text import kronor
from partners.access import readers_of
from partners.messages import signed
from partners.models import Party

from .models import Agreement, CommentKind, DraftComment, SharedDraft
from .pdf import agreement_pdf, content_of

MOST_COMMENTS = 200  # on one draft
OF_EQUALS = (CommentKind.WORDING, CommentKind.AGREED)


@transaction.atomic
def share(agreement: Agreement, *, by, absolute, note: str = "", answer_by: date | None = None) -> SharedDraft:
    """Show the draft as it stands to those who see the case, and tell them so by letter."""
    _being_written(agreement)
    case = agreement.case
    if answer_by and answer_by < timezone.localdate():
        raise Refused("Välj en dag som inte har varit.")
    points = agreement.as_it_stands()
    if not any(point["text"].strip() for point in points):
        raise Refused("Inget är skrivet än. Skriv minst en punkt innan utkastet delas.")
    addresses = readers_of(case.parties.all())
    if not addresses:
        raise Refused("Ingen av organisationen ser ärendet på Mina sidor. Bjud in någon under Parter och underlag.")
    silent = holds_secrets(case)
    context = {"case": case, "municipality": case.municipality, "answer_by": answer_by}
    context["note"] = "" if silent else note
    context["link"] = absolute(reverse("mine_draft", args=[case.municipality.slug, case.reference]))
    body, subject = render_to_string("agreements/mail/draft.txt", context), f"Utkast att läsa, {case.reference}"
    on_the_page = f"\n\nPå sidan med utkastet:\n{note}" if note and silent else ""
    name = f"{case.reference}-utkast-{timezone.localdate()}.pdf"
    record = add_record(
        case,
        direction=Direction.OUT,
        counterpart=", ".join(addresses),
        about=f"Utkast till {case.rules.agreement_is_called} delat med organisationen",
        text=body + on_the_page,
        files=[(store_bytes(agreement_pdf(agreement), "application/pdf"), name)],
        by=by,
    )
    draft = SharedDraft.objects.create(
        agreement=agreement,
        points=points,
        facts=_facts(agreement),
        note=note,
        answer_by=answer_by,
        record=record,
        shared_by=by,
    )
    wait_no_longer(agreement, by=by)  # for words on the earlier ones; what has been said remains to be read
    if answer_by:
        waits = {"waits_for_others": True, "tab": "agreement", "subject": draft.subject}
        open_task(case, TaskKind.COMPLETION, title="Synpunkter på utkastet", due=answer_by, **waits)
    for address in addresses:
        after_commit(EmailMessage(subject, body, to=[address], reply_to=[case.municipality.email]))
    return draft


def _facts(agreement: Agreement) -> list[dict]:
    """What the document takes from the case, as lines to be read on a phone: who brings what, for how long."""
    content = content_of(agreement)
    found = [{"heading": "Avtalstid", "lines": [content["term"]]}]
    if content["follow_up"]:
        found.append({"heading": "Uppföljning", "lines": [content["follow_up"]]})
    for side in content["sides"]:
        lines = [_in_a_line(row) for row in side["rows"]]
        found.append({"heading": f"{side['name']} bidrar varje år med", "lines": lines})
    return found


def _in_a_line(row) -> str:
    hours = f"{row.hours_per_year:,} timmar".replace(",", "\u00a0") if row.hours_per_year else ""
    worth = "värderas inte" if row.value_per_year is None else kronor(row.value_per_year)
    return f"{row.what}: {', '.join(filter(None, [hours, worth]))}"


@transaction.atomic
def comment(
    draft: SharedDraft, party: Party, *, point: int, kind: str, text: str, name: str, email: str
) -> DraftComment:
    """Something is said about a point, or (point 0) about the whole. It lands in the case file. Sent twice it is one.

    Proposing wording and being agreed are for parties that the rule set calls equals.
    """
    _being_written(draft.agreement)
    case = draft.agreement.case
    if draft.agreement.shared_drafts.first() != draft:
        raise Refused("Kommunen har delat ett nyare utkast. Ladda om sidan och läs det.")
    if kind not in CommentKind.values or kind in OF_EQUALS and not case.rules.equal_parties:
        raise Refused("Skriv en synpunkt.")
    if kind != CommentKind.AGREED and not text.strip():
        raise Refused("Skriv något först.")
    headings = {row["pk"]: row["heading"] for row in draft.points} | {0: "Hela utkastet"}
    if point not in headings:
        raise Refused("Punkten finns inte i utkastet. Ladda om sidan.")
    said = {"party": party, "point": point, "kind": kind, "text": text.strip(), "email": email}
    if same := draft.comments.filter(**said, name=name).first():
        return same
    if draft.comments.count() >= MOST_COMMENTS:
        raise Refused("Det finns redan mycket många synpunkter på utkastet. Skriv resten i ett meddelande.")
    told = CommentKind(kind).label
    record = add_record(
        case,
        direction=Direction.IN,
        counterpart=f"{signed(name, email)}, {party.name}",
        about=f"{told} om utkastet: {headings[point]}",
        text=text.strip(),
    )
    row = DraftComment.objects.create(draft=draft, heading=headings[point], name=name, record=record, **said)
    close_task(case, TaskKind.COMPLETION, by=None, subject=draft.subject)
    due = timezone.localdate() + timedelta(days=case.municipality.days_to_receive)
    title = f"Läs synpunkterna på utkastet från {party.name}"[:200]
    open_task(case, TaskKind.READ_ANSWER, title=title, due=due, subject=draft.subject, tab="agreement")
    return row


@transaction.atomic
def mark_read(agreement: Agreement, *, seen: int, by) -> None:
    """What has been said so far is read; what comes later is told anew. ``seen``: how many comments the page showed."""
    Case.objects.select_for_update().get(pk=agreement.case_id)
    if DraftComment.objects.filter(draft__agreement=agreement).count() > seen:
        raise Refused("Det har kommit fler synpunkter. Läs dem också, och markera sedan.")
    for draft in agreement.shared_drafts.all():
        close_task(agreement.case, TaskKind.READ_ANSWER, by=by, subject=draft.subject)


def wait_no_longer(agreement: Agreement, *, by) -> None:
    """The draft has left the writing desk; what has been said remains to be read."""
    for draft in agreement.shared_drafts.all():
        close_task(agreement.case, TaskKind.COMPLETION, by=by, subject=draft.subject)


def _being_written(agreement: Agreement) -> None:
    locked = Agreement.objects.select_for_update(of=["self"]).select_related("case").get(pk=agreement.pk)
    if not locked.is_open_for_writing:
        the = locked.case.rules.the_agreement.capitalize()
        raise Refused(f"{the} har lämnat skrivbordet, så utkastet går inte att ändra eller kommentera längre.")

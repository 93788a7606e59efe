"""Verbs of the papers that rules ask of a party: asking for them, handing in, and what the reviewer made of them."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from iop.cases.actions import add_record, close_task, open_task
from iop.cases.files import holds
from iop.cases.machinery import Refused, Subject, still_open
from iop.cases.models import Case, Direction, Letter, Record, TaskKind
from iop.cases.opened import Meanwhile, changes
from iop.cases.secrecy import holds_secrets
from iop.mail import after_commit
from iop.rulesets.schema import Document as DocumentRule
from iop.swedish_text import day, lower_first

from .access import readers_of
from .models import DocumentStatus, PartnerDocument, Party

MOST_IN_A_DAY = 60  # of one party: each is kept in the case file, also when it is replaced


def asked_by_rules(party: Party) -> Iterator[tuple[DocumentRule, str, str]]:
    """(rule, part, label) of each paper that the rules of its case ask of the party."""
    for rule in party.case.rules.documents:
        if rule.enabled and party.organisation.legal_form not in rule.not_for:
            for part, label in rule.parts:
                yield rule, part, label


def to_ask_for(party: Party) -> list[tuple[DocumentRule, str, str]]:
    """Those of them that have not come, or were not accepted, and that no open letter asks for already."""
    left_alone = {(row.rule, row.part) for row in party.documents.all() if not row.may_be_asked_for}
    return [one for one in asked_by_rules(party) if (one[0].key, one[1]) not in left_alone]


@transaction.atomic
def ask_for(party: Party, papers: Iterable[tuple[DocumentRule, str]], *, letter: Letter, by) -> None:
    """The papers are asked for in the letter. What has been handed in, or asked for, meanwhile is left as it is."""
    Case.objects.select_for_update().get(pk=party.case_id)
    known = {
        (row.rule, row.part): row for row in PartnerDocument.objects.filter(party=party).select_related("asked_in")
    }
    for rule, part in papers:
        row = known.get((rule.key, part))
        if row is None:
            _paper(party, rule, part, status=DocumentStatus.REQUESTED, asked_in=letter, by=by)
        elif row.may_be_asked_for:  # why one was not accepted is still to be read
            row.asked_in, row.due = letter, None  # the letter has a day of its own, and waits for it
            row.save(update_fields=["asked_in", "due"])
            _wait_no_longer(party.case, row, by=by)
    look_after(letter, by=by)


def look_after(letter: Letter | None, *, by) -> None:
    """Whether the letter that asked for papers still waits for one. Wants the case locked.

    A paper is no answer to the letter: whoever may read the letter's answers may not read every paper.
    """
    if letter is None or letter.settled_at:
        return
    papers = list(letter.papers.filter(party__left_on=None))
    letter.waits_for_papers = any(paper.is_waited_for for paper in papers)
    nothing_else = len(letter.points) <= letter.papers.count()
    if nothing_else and not letter.waits_for_papers:
        letter.reminds = False
    letter.save(update_fields=["waits_for_papers", "reminds"])
    if not letter.waits_for_papers and (nothing_else or letter.answers.exists()):
        close_task(letter.case, TaskKind.COMPLETION, by=by, subject=Subject.of(letter))


def _wait_no_longer(case: Case, paper: PartnerDocument, *, by) -> None:
    close_task(case, TaskKind.COMPLETION, by=by, subject=Subject.of(paper))


def wait_for_none_of(party: Party, *, by) -> None:
    """It has left: nobody waits for its papers, nor do the letters that asked for them. Wants the case locked."""
    for paper in party.documents.select_related("asked_in__case"):
        look_after(paper.asked_in, by=by)
        _wait_no_longer(party.case, paper, by=by)


def _paper(party: Party, rule: DocumentRule, part: str, **facts) -> PartnerDocument:
    still_open(party.case)
    if part not in dict(rule.parts):
        raise Refused("Regeln har ändrats sedan sidan visades. Ladda om sidan.")
    paper, _ = PartnerDocument.objects.update_or_create(
        party=party, rule=rule.key, part=part, defaults={"at": timezone.now(), **facts}
    )
    return paper


@transaction.atomic
def hand_in(
    party: Party,
    rule: DocumentRule,
    part: str,
    *,
    by=None,
    uploads=(),
    number=None,
    as_of: str = "",
    sender: str = "",
) -> PartnerDocument:
    """A paper or a number has come; its files, as many as it has photographed pages, become a record of the case.

    ``sender``: who of the organisation handed it in on pages of their own; then an official is asked to look at it.
    """
    if not uploads and number is None:
        raise Refused("Välj en fil." if rule.hand_in == "file" else "Skriv antalet.")
    Case.objects.select_for_update().get(pk=party.case_id)
    record = None
    if uploads or sender:
        record = add_record(
            party.case,
            direction=Direction.IN,
            counterpart=f"{sender}, {party.name}" if sender else party.name,
            about=f"{dict(rule.parts)[part]}, {party.name}",
            text="" if number is None else f"Antal: {number}",
            uploads=uploads,
            by=by,
        )
    paper = _paper(
        party,
        rule,
        part,
        status=DocumentStatus.RECEIVED,
        record=record,
        number=number,
        as_of=as_of,
        by=by,
        note="",
        due=None,
    )
    look_after(paper.asked_in, by=by)
    _wait_no_longer(party.case, paper, by=by)
    if sender:
        title = f"Granska {lower_first(dict(rule.parts)[part])}, {party.name}"[:200]
        due = timezone.localdate() + timedelta(days=party.case.municipality.days_to_receive)
        open_task(party.case, TaskKind.READ_ANSWER, title=title, due=due, subject=Subject.of(paper), tab="parties")
    return paper


@transaction.atomic
def hand_in_by(party: Party, rule: DocumentRule, part: str, *, sender: str, uploads=(), **paper) -> PartnerDocument:
    """Handed in by the organisation itself: what has been looked at and accepted is not replaced unseen.

    The same sent twice is one.
    """
    Case.objects.select_for_update().get(pk=party.case_id)
    known = party.documents.filter(rule=rule.key, part=part).select_related("record").first()
    if known and known.status == DocumentStatus.ACCEPTED:
        raise Refused("Underlaget är redan granskat och godtaget. Skriv till kommunen om det behöver bytas.")
    waits = known and known.status == DocumentStatus.RECEIVED and known.record
    told = (paper.get("number"), paper.get("as_of", ""))
    if waits and uploads and (known.number, known.as_of) == told and holds(known.record, uploads):
        return known
    came = PartnerDocument.history.filter(party=party, by=None, status=DocumentStatus.RECEIVED)
    if came.filter(at__gte=timezone.now() - timedelta(days=1)).values("at").distinct().count() >= MOST_IN_A_DAY:
        raise Refused("Ni har lämnat många underlag i dag. Försök igen om ett dygn, eller mejla kommunen.")
    return hand_in(party, rule, part, sender=sender, uploads=uploads, **paper)


def review_of(paper: PartnerDocument | None) -> str:
    """What a form of review is opened with: what was made of which paper."""
    return _made_of(paper, paper.status, paper.note, paper.due) if paper else ""


def _made_of(paper: PartnerDocument | None, status: str, note: str, due: date | None) -> str:
    """Of a paper that has come since, nothing has been made."""
    came = (paper.record_id, paper.number, paper.as_of) if paper else ()
    return "\n".join(map(str, (status, note, due or "", *came)))


@transaction.atomic
def review(
    party: Party,
    rule: DocumentRule,
    part: str,
    *,
    status: str,
    note: str = "",
    due: date | None = None,
    by=None,
    absolute=None,
    opened: str = "",
) -> PartnerDocument:
    """What the reviewer made of the paper, or that it does not exist. The same said twice is said once.

    ``due``: when another is to have come in place of one that was not accepted; until then a task waits for it.
    ``absolute``: turns a path into a full address; then those with access are told of one that was not accepted.
    Raises Meanwhile where somebody else has reviewed it, or another paper has come, since the form was ``opened``.
    """
    Case.objects.select_for_update().get(pk=party.case_id)
    known = party.documents.filter(rule=rule.key, part=part).first()
    if status in (DocumentStatus.ACCEPTED, DocumentStatus.REJECTED) and (known is None or not known.has_come):
        raise Refused("Underlaget har inte kommit än, så det går inte att granska.")
    if status == DocumentStatus.REJECTED and not note.strip():
        raise Refused("Skriv varför underlaget inte godtas.")
    due = due if status == DocumentStatus.REJECTED else None
    try:
        mine = {"status": _made_of(known, status, note, due)}
        if not changes(opened, now={"status": review_of(known)}, mine=mine):
            return known
    except Meanwhile as other:
        raise Meanwhile({"status": _in_words(known, by)}, other.marks) from other
    paper = _paper(party, rule, part, status=status, note=note, due=due, by=by)
    close_task(party.case, TaskKind.READ_ANSWER, by=by, subject=Subject.of(paper))
    look_after(paper.asked_in, by=by)
    if due:
        title = f"Invänta nytt underlag: {lower_first(dict(rule.parts)[part])}, {party.name}"[:200]
        whose = {"subject": Subject.of(paper), "tab": "parties", "waits_for_others": True}
        open_task(party.case, TaskKind.COMPLETION, title=title, due=due, **whose)
    else:
        _wait_no_longer(party.case, paper, by=by)
    if status == DocumentStatus.REJECTED and absolute:
        _tell_not_accepted(paper, dict(rule.parts)[part], by=by, absolute=absolute)
    return paper


def _in_words(paper: PartnerDocument, user) -> str:
    """How it stands, to those who may see the paper with its files and note."""
    record, told = Record.objects.visible_to(user).filter(pk=paper.record_id).first(), [paper.get_status_display()]
    if paper.due:
        told = [f"{told[0]}, nytt senast den {day(paper.due)}"]
    if record:
        told += [", ".join(record.files.values_list("name", flat=True))]
    if record or paper.record_id is None:
        told += [paper.note]
    return ". ".join(filter(None, told))


def _tell_not_accepted(paper: PartnerDocument, label: str, *, by, absolute) -> None:
    """What is to be done, with the way there, to those who see the case. Of what is secret only that something is."""
    party, case = paper.party, paper.party.case
    addresses = readers_of(case.parties.filter(pk=party.pk))
    if not addresses:
        return
    secret = holds_secrets(case)
    page = reverse("mine_case", args=[case.municipality.slug, case.reference])
    context = {"case": case, "municipality": case.municipality, "label": label, "note": paper.note, "by": by}
    context |= {"secret": secret, "due": paper.due}
    context["link"] = absolute(page) + ("" if secret else f"#{paper.rule}-{party.pk}-{paper.part or 0}")
    body = render_to_string("partners/mail/not_accepted.txt", context)
    subject = (
        f"Meddelande från {case.municipality.name}" if secret else f"Ett underlag behöver rättas, {case.reference}"
    )
    told = {"counterpart": ", ".join(addresses), "about": subject, "text": body}
    add_record(case, direction=Direction.OUT, by=by, copy_of=None if secret else paper.record, **told)
    for address in addresses:
        after_commit(EmailMessage(subject, body, to=[address], reply_to=[case.municipality.email]))

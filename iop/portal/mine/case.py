"""A case as its organisation sees it: what is addressed to the organisation or decided openly, and nothing inner.

Every part is a question of its own. What is secret is never among the answers: not a secret record, and of a secret
case only what is addressed to the organisation.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, AgreementStage, SharedDraft, SignedCopy, SignedHere
from followup.models import FollowUp
from initiatives.models import Initiative
from initiatives.receipts import answers_in
from iop.cases.models import Case, Decision, DecisionKind, Letter, Record, RecordFile, Stage, Task, TaskKind
from iop.swedish_text import lower_first
from partners.access import addresses_of
from partners.actions import DAYS_TO_CONFIRM
from partners.models import Declaration, DocumentStatus, Message, Notice, PartnerDocument, Party
from partners.papers import asked_by_rules

from .door import Seat

OPEN_ANSWERS = Prefetch("answers", Record.objects.filter(secret=False).prefetch_related("files").order_by("number"))
OPEN_FILES = Prefetch("attached", RecordFile.objects.filter(record__secret=False))


@dataclass(frozen=True)
class Asked:
    """Something that the organisation is asked for."""

    what: str
    where: str  # address
    due: date | None = None
    without_day: str = "ingen dag satt"  # what stands where there is none
    so_far: str = ""  # what we have done of it already

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()


@dataclass(frozen=True)
class Step:
    """What comes next, and who has it."""

    what: str
    who: str
    due: date | None = None


@dataclass(frozen=True)
class Said:
    """A letter or a notice from the municipality, or a message to it."""

    at: datetime
    letter: Letter | None = None
    message: Message | None = None
    notice: Notice | None = None


@dataclass(frozen=True)
class Paper:
    """One paper that a rule asks of a party."""

    party: Party
    rule: object
    part: str
    label: str
    row: PartnerDocument | None
    files: list[RecordFile]

    @property
    def key(self) -> str:
        return f"{self.rule.key}-{self.party.pk}-{self.part or 0}"

    @property
    def is_wanted(self) -> bool:
        return self.row is not None and self.row.is_waited_for

    @property
    def due(self) -> date | None:
        """The one that was said last: with the review, else in the open letter that asks for it."""
        if not self.is_wanted:
            return None
        letter = self.row.asked_in
        return self.row.due or (letter.due if letter and letter.settled_at is None else None)

    @property
    def takes_more(self) -> bool:
        return self.row is None or self.row.status != DocumentStatus.ACCEPTED

    @property
    def why_not(self) -> str:
        """What the reviewer said of one that was not accepted; other notes are the reviewer's own."""
        return self.row.note if self.row and self.row.status == DocumentStatus.REJECTED else ""


def address(case: Case, name: str = "mine_case", *args) -> str:
    return reverse(name, args=[case.municipality.slug, case.reference, *args])


# Letters and messages


def our_addresses(seat: Seat) -> set[str]:
    """One's own; for whom somebody has vouched also those of the others. What was sent to them is shown."""
    return addresses_in([seat])[seat.case.pk]


def addresses_in(seats: list[Seat]) -> dict[int, set[str]]:
    """The same by case."""
    known = addresses_of([party for seat in seats for party in seat.vouched_for])
    return {seat.case.pk: {seat.email}.union(*(known[one.pk] for one in seat.vouched_for)) for seat in seats}


def letters_to(seat: Seat) -> list[Letter]:
    """Those that went to an address of ours, and are not secret."""
    return letters_of([seat])[seat.case.pk]


def letters_of(seats: list[Seat]) -> dict[int, list[Letter]]:
    """The same by case."""
    ours = addresses_in(seats)
    rows = Letter.objects.filter(case__in=list(ours), record__secret=False)
    found: dict[int, list[Letter]] = {number: [] for number in ours}
    for letter in rows.prefetch_related(OPEN_ANSWERS, OPEN_FILES, "papers"):
        if letter.sent_to.lower() in ours[letter.case_id]:
            found[letter.case_id].append(letter)
    return found


def messages_of(seat: Seat) -> list[Message]:
    """Those that were written from an address of ours."""
    rows = Message.objects.filter(party__in=seat.parties, email__in=our_addresses(seat), record__secret=False)
    return list(rows.select_related("record").prefetch_related("record__files"))


def notices_of(seat: Seat) -> list[Notice]:
    """Those that went to everybody who sees the case."""
    return list(seat.case.notices.filter(record__secret=False).select_related("record"))


def correspondence(letters: list[Letter], messages: list[Message], notices: list[Notice]) -> list[Said]:
    """Both ways, newest first."""
    said = [Said(row.sent_at, letter=row) for row in letters] + [Said(row.at, message=row) for row in messages]
    said += [Said(row.at, notice=row) for row in notices]
    return sorted(said, key=lambda row: row.at, reverse=True)


# The initiative


def knows_the_sender(seat: Seat, initiative: Initiative) -> bool:
    """The sender, and those who are known to belong to the same organisation."""
    ours = {party.organisation_id for party in seat.vouched_for}
    return seat.email == initiative.contact_email.lower() or initiative.organisation_id in ours


def sent_in(seat: Seat) -> dict:
    """What was sent in: to whoever knows the sender with how to be reached, and with the files.

    Where the municipality has marked it secret, others of the case do not read it here. To the sender it is known.
    """
    initiative = getattr(seat.case, "initiative", None)
    if initiative is None:
        return {}
    known = knows_the_sender(seat, initiative)
    if initiative.is_secret and not known:
        return {}
    return {
        "initiative": initiative,
        "answers": answers_in(initiative),
        "hide_contact": not known,
        "sent_files": _open_files(initiative) if known else [],
    }


# Papers and declarations


def papers_of(seat: Seat) -> list[Paper]:
    """What the rules ask for, once the municipality wants to go on; before that only what has been asked for."""
    return papers_among(seat, handed_in(seat.parties))


def handed_in(parties: list[Party]) -> dict[tuple, PartnerDocument]:
    """(party, rule, part) -> what has been handed in or asked for."""
    rows = PartnerDocument.objects.filter(party__in=parties).select_related("record", "asked_in")
    return {(row.party_id, row.rule, row.part): row for row in rows.prefetch_related("record__files")}


def papers_among(seat: Seat, known: dict[tuple, PartnerDocument]) -> list[Paper]:
    going_on = seat.case.stage not in (Stage.RECEIVED, Stage.ASSESSMENT, Stage.CLOSED)
    found = []
    for party in seat.parties:
        for rule, part, label in asked_by_rules(party):
            row = known.get((party.pk, rule.key, part))
            if row or going_on:
                found.append(Paper(party, rule, part, label, row, _open_files(row)))
    return found


def _open_files(row: PartnerDocument | Initiative | None) -> list[RecordFile]:
    kept = row and row.record
    return list(kept.files.all()) if kept and not kept.secret else []


def declarations_of(seats: list[Seat]) -> list[Declaration]:
    """Those that were sent to the address itself, or are of an organisation that the person represents."""
    represents = [party for seat in seats for party in seat.represents]
    to_us = Q(sent_to__iexact=seats[0].email) if seats else Q(pk__in=[])
    rows = Declaration.objects.filter(to_us | Q(party__in=represents), replaced=False)
    rows = rows.filter(party__in=[party for seat in seats for party in seat.parties])
    return list(rows.select_related("party__organisation", "party__case").order_by("-sent_at"))


# Decisions, follow-ups


def decisions_of(seat: Seat) -> list[Decision]:
    """With their reasons; of rulings on an organisation only those on ours."""
    if seat.case.secret:
        return []
    numbers = [party.pk for party in seat.parties]
    others = Q(kind=DecisionKind.ELIGIBILITY) & ~Q(subject_kind="party", subject_id__in=numbers)
    rows = seat.case.decisions.exclude(others).exclude(record__secret=True)
    return list(rows.select_related("body"))


def ending_of(seat: Seat) -> str:
    """Why the case was ended, where that is no secret."""
    case = seat.case
    if case.secret or case.closing_record is not None and case.closing_record.secret:
        return ""
    return "\n\n".join(filter(None, [case.why_closed, case.other_ways]))


def follow_ups_of(seat: Seat) -> list[FollowUp]:
    """What was said at them, where that is no secret."""
    rows = FollowUp.objects.filter(agreement__case=seat.case, cancelled=False)
    found = list(rows.select_related("record").order_by("due"))
    for row in found:
        if seat.case.secret or row.record is not None and row.record.secret:
            row.progress = row.future = row.lessons = ""
    return found


# What comes next, and what is asked of us


def asked_of_us(
    case: Case,
    letters,
    papers,
    declarations,
    *,
    drafts=(),
    to_sign: Agreement | None = None,
    here: bool = False,
    questions=(),
    to_report: FollowUp | None = None,
    agreed=(),
) -> list[Asked]:
    """What waits for the organisation, the nearest day first. A closed case asks for nothing.

    ``here``: the person may sign in the program.
    ``drafts``: each with whether somebody of ours has said something of it.
    """
    if case.stage == Stage.CLOSED:
        return []
    found = []
    for letter in letters:
        only_papers = 0 < len(letter.points) <= len(letter.papers.all())  # which stand by themselves below
        if letter.due and letter.is_waiting and not letter.answers.all() and not only_papers:
            found.append(Asked(letter.subject, f"{address(case)}#brev-{letter.pk}", letter.due))
    for row in declarations:
        if row.confirmed_at is None:
            due = timezone.localdate(row.sent_at) + timedelta(days=DAYS_TO_CONFIRM)
            found.append(Asked("Bekräfta värdegrundsintyget", address(case, "mine_declaration", row.pk), due))
    for draft, said in drafts:
        so_far = "ni har lämnat synpunkter" if said else ""
        what = "Läs utkastet och lämna synpunkter"
        found.append(Asked(what, address(case, "mine_draft"), draft.answer_by, so_far=so_far))
    if to_sign:
        how = ", här eller på papper" if here else " och lämna in en skannad kopia"
        what = f"Skriv under {case.rules.the_agreement}{how}"
        when = {"without_day": ""} if case.secret else {"due": to_sign.start}
        found.append(Asked(what, address(case, "mine_sign"), **when))
    if any(not one.now["value"] for one in questions):
        found.append(Asked("Svara på riktlinjens frågor till er", address(case, "mine_questions"), case.answers_by))
    if to_report:
        found.append(Asked("Skicka er del av uppföljningen", address(case, "mine_report", to_report.pk), to_report.due))
    for point in agreed:
        found.append(Asked(point.text, f"{address(case)}#moten", point.due))
    for paper in papers:
        if paper.is_wanted:
            found.append(Asked(f"Lämna {lower_first(paper.label)}", f"{address(case)}#{paper.key}", paper.due))
    return sorted(found, key=lambda one: (one.due is None, one.due or date.max))


def next_step(
    case: Case,
    agreement: Agreement | None,
    receive_by: date | None,
    follow_up_by: date | None,
    *,
    to_sign: Agreement | None = None,
    entered: bool = False,
) -> Step:
    """In words for those outside. Tasks are not shown: their titles are the officials' own.

    ``to_sign``: the agreement, where somebody of ours is still to sign it. ``entered``: all signatures are.
    """
    place = case.municipality.name
    official = f"{case.coordinator.name}, {place}" if case.coordinator else place
    called = case.rules.the_agreement
    match case.stage, agreement.stage if agreement else None:
        case Stage.RECEIVED, _:
            return Step("Kommunen läser det ni har skickat och hör av sig", place, receive_by)
        case Stage.ASSESSMENT, _:
            return Step("Kommunen prövar idén mot sin riktlinje", official)
        case Stage.DIALOGUE, _:
            return Step("Ni och kommunen träffas och talar om behovet", official)
        case Stage.AGREEMENT, AgreementStage.DECISION:
            return Step(f"Förslaget till {case.rules.agreement_is_called} ska beslutas", decided_by(case))
        case Stage.AGREEMENT, AgreementStage.SIGNING if entered:
            return Step(f"{called.capitalize()} är undertecknat av alla och börjar snart gälla", place, agreement.start)
        case Stage.AGREEMENT, AgreementStage.SIGNING if not to_sign:
            return Step("När alla har skrivit under prövar kommunen underskrifterna och för in dem", place)
        case Stage.AGREEMENT, AgreementStage.SIGNING:
            return Step(f"{called.capitalize()} ska undertecknas av er och kommunen", f"Ni och {place}")
        case Stage.AGREEMENT, _:
            return Step(f"Ni och kommunen skriver {called}", official)
        case Stage.IN_FORCE, _:
            what = "Ni och kommunen följer upp tillsammans" if follow_up_by else "Partnerskapet pågår"
            return Step(what, official, follow_up_by)
    return Step("Ärendet är avslutat", place)


def decided_by(case: Case) -> str:
    return case.responsible.name if case.responsible else case.municipality.name


def days_to_receive(cases: list[Case]) -> dict[int, date]:
    """Case -> the day by which the municipality has promised itself to have received it."""
    return dict(Task.objects.open().filter(case__in=cases, kind=TaskKind.RECEIVE).values_list("case", "due"))


# Files


def files_open_to(seat: Seat):
    """The files that the pages link to, and no other of the case file."""
    letters, numbers = letters_to(seat), [party.pk for party in seat.parties]
    attached = {file.pk for letter in letters for file in letter.attached.all()}
    sent = {row.pk for letter in letters for row in letter.answers.all()}
    sent |= {row.record_id for row in messages_of(seat)}
    papers = PartnerDocument.objects.filter(party__in=numbers, record__isnull=False).values("record")
    stand = seat.case.agreements.open() | seat.case.agreements.begun()  # not one that ended before it began
    agreed = stand.filter(for_signing__isnull=False).values("for_signing")
    open_to_us = Q(pk__in=attached) | Q(record__in=sent) | Q(record__in=papers)
    open_to_us |= Q(record__in=SignedCopy.objects.filter(party__in=numbers).values("record"))
    open_to_us |= Q(record__in=SignedHere.objects.filter(party__in=numbers).values("record"))
    open_to_us |= Q(record__in=SharedDraft.objects.filter(agreement__case=seat.case).values("record"))
    if not seat.case.secret:
        open_to_us |= Q(record__in=agreed)
    open_to_us |= Q(pk__in=[file.pk for file in sent_in(seat).get("sent_files", [])])
    return RecordFile.objects.filter(open_to_us, record__case=seat.case, record__secret=False).select_related("file")

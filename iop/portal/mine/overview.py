"""Where cases stand, what comes next in them and what is asked of us: as many questions for one case as for many."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import prefetch_related_objects
from django.utils import timezone

from agreements.models import (
    Agreement,
    AgreementStage,
    CommentKind,
    DraftComment,
    SharedDraft,
    Signature,
    SignedCopy,
    SignedHere,
)
from agreements.signing import signs_here
from followup.models import FollowUp, Report
from initiatives.models import Meeting
from iop.cases.models import Case, Letter, Stage
from partners.models import Declaration, Unsent

from . import case as seen
from .door import Seat
from .meetings import meetings_of, taken_on
from .questions import Question, know_answers, questions_of

DAYS_AHEAD = 30  # of a follow-up, when its organisation is asked for its part


@dataclass(frozen=True)
class Overview:
    seat: Seat
    agreement: Agreement | None
    draft: SharedDraft | None
    letters: list[Letter]
    papers: list[seen.Paper]
    declarations: list[Declaration]
    questions: list[Question]
    meetings: list[Meeting]
    step: seen.Step
    asked: list[seen.Asked]
    begun: list[seen.Asked]  # messages and answers that are typed and not sent

    @property
    def case(self) -> Case:
        return self.seat.case


def overviews(seats: list[Seat]) -> list[Overview]:
    prefetch_related_objects([seat.case for seat in seats if seat.case.stage == Stage.CLOSED], "stage_changes")
    cases, parties = [seat.case for seat in seats], [party for seat in seats for party in seat.parties]
    letters, known, declarations = seen.letters_of(seats), seen.handed_in(parties), seen.declarations_of(seats)
    agreements = agreements_of(cases)
    drafts, answered = drafts_of(agreements, parties)
    unsigned, entered = unsigned_by(agreements, parties), entered_of(agreements)
    know_answers(seats)
    to_report = soon_followed_up(cases, parties)
    receive_by, follow_up_by = seen.days_to_receive(cases), next_follow_ups(cases)
    begun, meetings, found = begun_by(seats), meetings_of(seats), []
    for seat in seats:
        case, agreement = seat.case, agreements.get(seat.case.pk)
        draft = drafts.get(agreement.pk) if agreement else None
        ours = [row for row in declarations if row.party_id in {party.pk for party in seat.parties}]
        papers = seen.papers_among(seat, known)
        said = [answered[draft.pk, party.pk] for party in seat.parties if draft and (draft.pk, party.pk) in answered]
        waiting = [(draft, bool(said))] if draft and (not said or not any(said) and _has_days_left(draft)) else []
        to_sign = agreement if unsigned & {party.pk for party in seat.parties} else None
        days = receive_by.get(case.pk), follow_up_by.get(case.pk)
        step = seen.next_step(case, agreement, *days, to_sign=to_sign, entered=case.pk in entered)
        questions = questions_of(seat, agreement)
        waits = {"drafts": waiting, "to_sign": to_sign, "questions": questions, "to_report": to_report.get(case.pk)}
        waits["agreed"] = taken_on(seat, meetings[case.pk])
        waits["here"] = bool(to_sign and seat.represents and signs_here(to_sign, case))
        asked = seen.asked_of_us(case, letters[case.pk], papers, ours, **waits)
        found.append(
            Overview(
                seat,
                agreement,
                draft,
                letters[case.pk],
                papers,
                ours,
                questions,
                meetings[case.pk],
                step,
                asked,
                _begun_in(seat, letters[case.pk], begun),
            )
        )
    return found


def begun_by(seats: list[Seat]) -> set[str]:
    """Addresses of pages where the person has typed something to the municipality and not sent it."""
    typed = Unsent.objects.filter(email__in={seat.email for seat in seats}).values_list("page", "written")
    return {page for page, written in typed if {"subject", "text"} & written.keys()}


def _begun_in(seat: Seat, letters: list[Letter], begun: set[str]) -> list[seen.Asked]:
    """Those of the pages where something is written to the municipality."""
    places = [("Du har ett påbörjat meddelande", seen.address(seat.case, "mine_write"))]
    places += [("Du har ett påbörjat svar", seen.address(seat.case, "mine_answer", row.pk)) for row in letters]
    return [seen.Asked(what, where) for what, where in places if where in begun]


def agreements_of(cases: list[Case]) -> dict[int, Agreement]:
    """Case -> the agreement that is worked on, or the latest."""
    by_pk = {case.pk: case for case in cases}
    found = {}
    for row in Agreement.objects.filter(case__in=cases).select_related("for_signing").order_by("number"):
        row.case = by_pk[row.case_id]
        found[row.case_id] = row
    return found


def _has_days_left(draft: SharedDraft) -> bool:
    """One word is seldom all that is to be said, so it stays until its day."""
    return draft.answer_by is not None and draft.answer_by >= timezone.localdate()


def drafts_of(agreements: dict[int, Agreement], parties) -> tuple[dict[int, SharedDraft], dict[tuple[int, int], bool]]:
    """Agreement -> the draft to read; (draft, party) that has said something -> whether it confirmed the whole."""
    written = {row.pk: row for row in agreements.values() if row.is_open_for_writing}
    found = {}
    for draft in SharedDraft.objects.filter(agreement__in=written).select_related("record").order_by("shared_at", "pk"):
        draft.agreement = written[draft.agreement_id]
        found[draft.agreement_id] = draft
    shown = {number: draft for number, draft in found.items() if not draft.record.secret}
    rows = DraftComment.objects.filter(draft__in=list(shown.values()), party__in=parties)
    said: dict[tuple[int, int], bool] = {}
    for draft, party, *what in rows.values_list("draft", "party", "kind", "point"):
        said[draft, party] = said.get((draft, party), False) or what == [CommentKind.AGREED, 0]
    return shown, said


def unsigned_by(agreements: dict[int, Agreement], parties) -> set[int]:
    """The parties that neither have handed in what lies for them to sign, nor stand as signed beneath it."""
    signing = {row.case_id: row for row in agreements.values() if row.stage == AgreementStage.SIGNING}
    here = {party.pk for party in parties if party.case_id in signing}
    if not here:
        return set()
    papers = {"document__in": [row.for_signing_id for row in signing.values()], "party__in": here}
    done = [rows.objects.filter(**papers).values_list("party", flat=True) for rows in (Signature, SignedCopy)]
    logins = SignedHere.objects.filter(**papers, refused_at=None).order_by().values_list("party", "email").distinct()
    made = Counter(party for party, _ in logins)  # two names from one mailbox are not two who sign together
    two = {party for agreement in signing.values() for party in agreement.two_sign}
    return here.difference(*done, [party for party, count in made.items() if count > (party in two)])


def entered_of(agreements: dict[int, Agreement]) -> set[int]:
    """Cases whose signatures an official has entered, while the agreement waits to begin."""
    signing = {row.for_signing_id: row.case_id for row in agreements.values() if row.stage == AgreementStage.SIGNING}
    if not signing:
        return set()
    rows = Signature.objects.filter(document__in=signing).order_by().values_list("document", flat=True).distinct()
    return {signing[document] for document in rows}


def soon_followed_up(cases: list[Case], parties) -> dict[int, FollowUp]:
    """Case -> the follow-up whose day is near or has been, where none of ours has sent its part."""
    near = timezone.localdate() + timedelta(days=DAYS_AHEAD)
    rows = FollowUp.objects.waiting().filter(agreement__case__in=cases, due__lte=near).select_related("agreement")
    rows = rows.exclude(reports__in=Report.objects.filter(party__in=parties)).order_by("-due")
    return {row.agreement.case_id: row for row in rows}


def next_follow_ups(cases: list[Case]) -> dict[int, date]:
    rows = FollowUp.objects.waiting().filter(agreement__case__in=cases).order_by("-due")
    return dict(rows.values_list("agreement__case", "due"))

"""Meetings of a case, and the round among affected units. Their page is that of the statements."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from initiatives.meeting_forms import (
    CancelForm,
    HeldForm,
    MeetingForm,
    MoveForm,
    NamingForm,
    ParticipantForm,
    PointForm,
    PositionForm,
    RoundLinkForm,
    invitable,
    places_of,
)
from initiatives.meetings import (
    Agreed,
    add_participant,
    add_point,
    cancel_meeting,
    hold_meeting,
    invite,
    move_meeting,
    note_meeting,
    remove_participant,
    remove_written,
    tick_point,
)
from initiatives.models import AgreedPoint, MeetingParticipant
from initiatives.rounds import (
    Overtaken,
    mail_round,
    name_participants,
    remind_of_round,
    settle_round,
    write_position,
)
from iop.municipalities.access import official
from iop.municipalities.permissions import Act
from iop.swedish_text import day

from ..case_page import carried_out, case_or_404, try_to
from ..meetings_part import may_answer_round, with_people
from .statements import page


def _done(request, case, text: str, place: str = "moten") -> HttpResponse:
    messages.success(request, text)
    return _back(case, place)


def _back(case, place: str = "moten") -> HttpResponse:
    return redirect(f"{case.get_absolute_url()}yttranden/#{place}")


@official(Act.WORK)
@require_POST
def new_meeting(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    case = with_people(case_or_404(request, reference))
    planned = case.meetings.filter(held=False, cancelled=False)
    form = MeetingForm(request.POST, case=case, invitable=invitable(case), planned=planned, prefix="mote")
    noted, told = [], []

    def note(_):
        if form.was_planned:
            told.append(hold_meeting(form.was_planned, by=request.user, **form.held))
        else:
            noted.append(note_meeting(case, by=request.user, **form.meeting))

    if carried_out(form, note):
        done = "Mötet är planerat." if noted and not noted[0].held else "Mötet är antecknat."
        off = " De inbjudna får besked om att den planerade tiden inte gäller." if any(told) else ""
        return _done(request, case, done + off)
    return page(request, case, status=422, failed=("mote", form))


@official(Act.WORK)
@require_POST
def meeting_held(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    meetings, name = case.meetings.prefetch_related("people__unit", "people__party__organisation"), f"holl-{pk}"
    meeting = get_object_or_404(meetings, pk=pk)
    form = HeldForm(request.POST, case=case, meeting=meeting, prefix=name)
    if carried_out(form, lambda _: hold_meeting(meeting, by=request.user, **form.held)):
        return _done(request, case, "Mötet är infört.")
    return page(request, case, status=422, failed=(name, form))


@official(Act.WORK)
@require_POST
def meeting_moved(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    meeting, name = get_object_or_404(case.meetings, pk=pk), f"flytta-{pk}"
    form = MoveForm(request.POST, meeting=meeting, prefix=name)
    moved = []
    by = {"by": request.user}
    if carried_out(form, lambda _: moved.append(move_meeting(meeting, opened=form.sent_marks, **by, **form.written))):
        told = " De inbjudna får besked." if moved[0].invited_at else ""
        return _done(request, case, f"Mötet är flyttat till {day(moved[0].day)}.{told}")
    return page(request, case, status=422, failed=(name, form))


@official(Act.WORK)
@require_POST
def meeting_cancelled(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    meeting, name = get_object_or_404(case.meetings, pk=pk), f"stall-in-{pk}"
    form = CancelForm(request.POST, prefix=name)
    if carried_out(form, lambda data: cancel_meeting(meeting, why=data["why"], by=request.user)):
        told = " De inbjudna får besked, utan skälet." if meeting.invited_at else ""
        return _done(request, case, f"Mötet är inställt. Skälet står i akten.{told}")
    return page(request, case, status=422, failed=(name, form))


# Who comes


@official(Act.WORK)
@require_POST
def invitation_sent(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    meeting = get_object_or_404(case.meetings, pk=pk)
    try_to(request, lambda: invite(meeting, by=request.user), "Inbjudan är skickad. Den står i akten.")
    return _back(case)


@official(Act.WORK)
@require_POST
def participant_added(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = with_people(case_or_404(request, reference))
    meeting, name = get_object_or_404(case.meetings, pk=pk), f"deltagare-{pk}"
    form = ParticipantForm(request.POST, places=places_of(case), prefix=name)
    if carried_out(form, lambda data: add_participant(meeting, form.person, by=request.user)):
        return _done(request, case, f"{form.person.name} är med på mötet.")
    return page(request, case, status=422, failed=(name, form))


@official(Act.WORK)
@require_POST
def participant_removed(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    participant = get_object_or_404(MeetingParticipant.objects.filter(meeting__case=case), pk=pk)
    told = " Besked är skickat." if participant.invited else ""
    done = f"{participant.name} är inte längre med på mötet.{told}"
    try_to(request, lambda: remove_participant(participant, by=request.user), done)
    return _back(case)


@official(Act.WORK)
@require_POST
def written_removed(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """One who was written freely."""
    case, name = case_or_404(request, reference), request.POST.get("name", "")
    meeting = get_object_or_404(case.meetings, pk=pk)
    act = partial(remove_written, meeting, name, by=request.user)
    try_to(request, act, f"{name[:120]} är inte längre med på mötet.")
    return _back(case)


# What was agreed


@official(Act.WORK)
@require_POST
def point_added(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    meeting, name = get_object_or_404(case.meetings, pk=pk), f"punkt-{pk}"
    form = PointForm(request.POST, prefix=name)
    if carried_out(form, lambda data: add_point(meeting, Agreed(**data), by=request.user)):
        return _done(request, case, "Punkten är införd, och står som uppgift i arbetsbordet.")
    return page(request, case, status=422, failed=(name, form))


@official(Act.WORK)
@require_POST
def point_done(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    point = get_object_or_404(AgreedPoint.objects.filter(meeting__case=case), pk=pk)
    try_to(request, lambda: tick_point(point, by=request.user), "Punkten är klar.")
    return _back(case)


# The round among affected units


def _round_or_404(request, case, pk):
    row = get_object_or_404(case.rounds.select_related("unit"), pk=pk)
    if not may_answer_round(request.user, case, row):
        raise PermissionDenied
    return row


@official(Act.ANSWER_ROUND)
@require_POST
def participants_named(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    row, name = _round_or_404(request, case, pk), f"utse-{pk}"
    form = NamingForm(request.POST, round=row, prefix=name)
    if carried_out(form, lambda data: name_participants(row, data["people"], by=request.user, opened=form.sent_marks)):
        return _done(request, case, f"Deltagarna från {row.unit.name} är införda.", "berorda")
    return page(request, case, status=422, failed=(name, form))


@official(Act.WORK)
@require_POST
def round_sent(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """Ask the unit's head by a personal link."""
    case = case_or_404(request, reference)
    row, name = get_object_or_404(case.rounds.select_related("unit"), pk=pk), f"lank-{pk}"
    form = RoundLinkForm(request.POST, prefix=name)
    send = {"by": request.user, "absolute": request.build_absolute_uri}
    if carried_out(form, lambda data: mail_round(row, **data, **send)):
        return _done(request, case, f"Frågan är skickad till {form.cleaned_data['to']}.", f"runda-{pk}")
    return page(request, case, status=422, failed=(name, form))


@official(Act.WORK)
@require_POST
def round_settled(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    """Those whom the unit named have been called, or need not be."""
    case = case_or_404(request, reference)
    row = get_object_or_404(case.rounds.select_related("unit"), pk=pk)
    settle_round(row, by=request.user)
    return _done(request, case, f"Klart: deltagarna från {row.unit.name}.", f"runda-{pk}")


@official(Act.WORK)
@require_POST
def round_reminded(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    row = get_object_or_404(case.rounds.select_related("unit"), pk=pk)
    act = partial(remind_of_round, row, by=request.user, absolute=request.build_absolute_uri)
    told = f"{row.sent_to}, med en ny länk" if row.sent_to else row.unit.name
    try_to(request, act, f"En påminnelse har gått till {told}.")
    return _back(case, "berorda")


@official(Act.ANSWER_ROUND)
@require_POST
def position_written(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    row, name = _round_or_404(request, case, pk), f"standpunkt-{pk}"
    if row.record_id and not case.records.visible_to(request.user).filter(pk=row.record_id).exists():
        raise PermissionDenied  # nobody writes over, or is told, what stands in a secret record
    form = PositionForm(request.POST, round=row, prefix=name)

    def write(data):
        try:
            write_position(row, by=request.user, **data)
        except Overtaken as meanwhile:  # it has been shown now, so that the two can be written together and saved
            form.data = form.data.copy()
            form.data[form.add_prefix("seen")] = meanwhile.position
            raise

    if carried_out(form, write):
        return _done(request, case, f"Ståndpunkten från {row.unit.name} är införd.", "berorda")
    return page(request, case, status=422, failed=(name, form))

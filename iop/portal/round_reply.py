"""What the head of an affected unit sees behind a personal link: whom the unit sends, and what it thinks."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from initiatives.meeting_forms import NamingForm
from initiatives.models import UnitRound
from initiatives.rounds import answer_by_link
from iop.cases.fields import Line, TextArea
from iop.cases.machinery import Refused
from iop.written import labelled


class RoundReplyForm(forms.Form):
    people = TextArea(label="Deltagare", max_length=4000, help_text=NamingForm.base_fields["people"].help_text)
    position = TextArea(label="Vad tycker ni?", rows=5, required=False, help_text="Frivilligt. Går att skriva senare.")
    name = Line(label="Ditt namn", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    role = Line(label="Din roll", max_length=120, required=False)

    def __init__(self, *args, round: UnitRound, **kwargs):
        super().__init__(*args, **kwargs)
        # Written in the program, for officials' eyes; what was typed before it stood there is taken all the same.
        if round.position and "position" not in self.data:
            del self.fields["position"]

    def clean_people(self):
        try:
            return NamingForm.people_in(self.cleaned_data["people"])
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal


def reply_to_round(request: HttpRequest, token: str, row: UnitRound) -> HttpResponse:
    form = RoundReplyForm(request.POST or None, round=row)
    if form.is_valid():
        data = form.cleaned_data
        name = f"{data['name']}, {data['role']}" if data["role"] else data["name"]
        try:
            answer_by_link(row, people=data["people"], position=data.get("position", ""), name=name)
            return redirect("reply", token)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            row = UnitRound.objects.select_related("case__municipality", "unit").filter(pk=row.pk).first() or row
    is_affected = row.case.affected_units.filter(pk=row.unit_id).exists()
    may_answer = row.is_waiting and is_affected and row.case.closed_on is None
    context = {
        "round": row,
        "case": row.case,
        "form": form,
        "is_affected": is_affected,
        "may_answer": may_answer,
        "labelled": labelled(form) if form.errors and not may_answer else [],
        "by_link": row.position_name and not (row.record and row.record.secret),
    }
    return render(request, "portal/reply_to_round.html", context, status=422 if form.errors else 200)

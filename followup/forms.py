from django import forms

from iop.cases.fields import DayField, TextArea


class FollowUpForm(forms.Form):
    held_on = DayField(label="Genomförd den")
    participants = forms.CharField(label="Vilka deltog", max_length=300)
    progress = TextArea(label="Hur går verksamheten?", rows=4)
    future = TextArea(label="Hur bör samverkan fortsätta?", required=False)
    lessons = TextArea(label="Vad har vi lärt oss?", required=False)

"""Fields that several floors use: what they say, and what they take away."""

import pytest
from django import forms

from iop.cases.fields import Email, Line, TextArea


class Form(forms.Form):
    name = Line(max_length=10, required=False)
    email = Email(required=False)
    text = TextArea(max_length=10_000, required=False)
    plain = forms.CharField(max_length=5, required=False)


@pytest.mark.parametrize(
    ("field", "written", "told"),
    [
        ("name", "x" * 11, "Texten är för lång: 11 tecken. Högst 10 får plats. Korta den."),
        ("plain", "x" * 6, "Texten är för lång: 6 tecken. Högst 5 får plats. Korta den."),
        (
            "text",
            "x" * 101_999,
            "Texten är för lång: 101\u00a0999 tecken. Högst 10\u00a0000 får plats. "
            "Korta den, eller bifoga den som en fil.",
        ),
    ],
)
def test_too_long_a_text_is_told_in_our_words(field, written, told):
    assert Form({field: written}).errors == {field: [told]}


def test_no_browser_cuts_what_is_pasted():
    assert [name for name in Form().fields if "maxlength" in str(Form()[name])] == ["plain"]


def test_signs_that_turn_a_line_around_are_taken_away_and_lines_stay():
    form = Form({"name": "A\u202eb\u2066 \x07c", "email": "a\u200e@b.example", "text": "Ett\u202e\r\n\ttvå\x1b"})
    assert form.is_valid()
    assert form.cleaned_data["name"] == "Ab c"
    assert form.cleaned_data["email"] == "a@b.example"
    assert form.cleaned_data["text"] == "Ett\r\n\ttvå"

"""Swedish organisation numbers as people write them."""

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.numbers import normalised, written

PERSONAL = "Det här ser ut som ett personnummer. Skriv organisationens nummer, eller lämna tomt."
WRONG = "Organisationsnumret stämmer inte. Läs av de tio siffrorna, till exempel 802012-3454, eller lämna tomt."


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("212000-0142", "2120000142"),
        ("556036-0793", "5560360793"),
        ("202100-5489", "2021005489"),
        ("2120000142", "2120000142"),
        (" 212000 0142 ", "2120000142"),
        ("212000–0142", "2120000142"),
        ("16212000-0142", "2120000142"),
        ("162120000142", "2120000142"),
        ("212000‑0142", "2120000142"),  # a no-break hyphen
        ("212000−0142", "2120000142"),  # a minus sign
        ("212000.0142", "2120000142"),
    ],
)
def test_right_numbers_become_ten_digits(typed, digits):
    assert normalised(typed) == digits


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("850709-9805", PERSONAL),
        ("8507099805", PERSONAL),
        ("19850709-9805", PERSONAL),
        ("20010101-1234", PERSONAL),
        ("212000-0143", WRONG),
        ("212000-014", WRONG),
        ("212000-01422", WRONG),
        ("föreningen", WRONG),
        ("0", WRONG),
        ("212000-0142; DROP TABLE", WRONG),
    ],
)
def test_wrong_numbers_are_told(typed, sentence):
    with pytest.raises(ValidationError) as refused:
        normalised(typed)
    assert refused.value.messages == [sentence]


@given(
    st.lists(st.sampled_from("2120000142"), max_size=14).map("".join)
    | st.just("2120000142")
    | st.just("２１２０００0142"),
    st.characters(),
    st.integers(0, 10),
)
@settings(deadline=None)
def test_what_is_kept_is_ten_digits_or_nothing(digits, odd, place):
    try:
        kept = normalised(digits[:place] + odd + digits[place:])
    except ValidationError:
        return
    assert re.fullmatch("[0-9]{10}", kept)


@pytest.mark.parametrize(("digits", "text"), [("2120000142", "212000-0142"), (None, ""), ("", "")])
def test_written_as_swedes_write_it(digits, text):
    assert written(digits) == text

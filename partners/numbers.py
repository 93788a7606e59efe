"""Swedish organisation numbers: ten digits with a Luhn check digit, the third digit 2 or more."""

import re

from django.core.exceptions import ValidationError
from stdnum.se import orgnr


def normalised(value: str) -> str:
    """Ten digits. Raises ValidationError with a sentence that says what to do; personal numbers are refused."""
    digits = _digits(value)
    if is_personal(value):
        raise ValidationError("Det här ser ut som ett personnummer. Skriv organisationens nummer, eller lämna tomt.")
    if not re.fullmatch("[0-9]{10}", digits) or not orgnr.is_valid(digits):
        raise ValidationError(
            "Organisationsnumret stämmer inte. Läs av de tio siffrorna, till exempel 802012-3454, eller lämna tomt."
        )
    return digits


def is_personal(value: str) -> bool:
    """Does it look like a person's own number?"""
    digits = _digits(value)
    return bool(re.fullmatch(r"(19|20)?[0-9]{10}", digits)) and int(digits[-8]) < 2


def _digits(value: str) -> str:
    digits = re.sub(r"[\s.\-‐‑‒–−]", "", value)
    return digits[2:] if re.fullmatch(r"16[0-9]{10}", digits) else digits


def written(digits: str | None) -> str:
    """As Swedes write it: 802012-3454."""
    return f"{digits[:6]}-{digits[6:]}" if digits else ""

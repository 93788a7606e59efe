"""How a municipality writes its diary numbers: a mask such as «KS 0000/00000», where 0 stands for any digit."""

import re

from django.core.exceptions import ValidationError
from django.utils import timezone


def check_mask(mask: str) -> None:
    """A validator: without a place for digits every case would have the same number."""
    if "0" not in mask:
        raise ValidationError("Skriv minst en nolla, som står för en siffra. Till exempel KS 0000/00000.")


def in_mask(number: str, mask: str) -> str:
    """The number in capitals, with the mask's spaces. Raises ValidationError with an example.

    An empty mask takes anything; so is an empty number always taken. «ks 7» and «KS 7» are one number.
    """
    number = " ".join(number.split()).upper()
    if not mask or not number:
        return number
    bare, digits = "".join(number.split()), []
    for sign in "".join(mask.split()):
        first, bare = bare[:1], bare[1:]
        if sign == "0" and first in set("0123456789"):
            digits.append(first)
        elif sign == "0" or sign.casefold() != first.casefold():
            raise ValidationError(f"Skriv diarienumret som {example(mask)}.")
    if bare:
        raise ValidationError(f"Skriv diarienumret som {example(mask)}.")
    return re.sub("0", lambda _: digits.pop(0), mask).upper()


def example(mask: str) -> str:
    """A number of that kind, with this year where four digits stand together: «KS 2026/00418»."""
    year = str(timezone.localdate().year)

    def digits(zeros: re.Match) -> str:
        length = len(zeros[0])
        return year if length == 4 else "418".zfill(length)[-length:]

    return re.sub("0+", digits, mask).upper() or f"KS {year}/00418"

"""Numbers and days as Swedes write them. No database, no Django models."""

from datetime import date, datetime

from django.utils import timezone

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def day(value: date) -> str:
    """3 november 2026"""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def clock(at: datetime) -> str:
    """9.05, as the clock is here"""
    at = timezone.localtime(at)
    return f"{at.hour}.{at.minute:02}"


def minute(at: datetime) -> str:
    """3 november 2026 kl. 9.05"""
    return f"{day(timezone.localtime(at))} kl. {clock(at)}"


def lower_first(text: str) -> str:
    """For the middle of a sentence: «Årsmötesprotokoll» becomes «årsmötesprotokoll», «Röda Korset» within stays."""
    return text[:1].lower() + text[1:]


def number(value: int) -> str:
    """125 000, with no-break spaces"""
    return f"{value:,}".replace(",", "\u00a0")


def kronor(value: int) -> str:
    """125 000 kr"""
    return f"{number(value)}\u00a0kr"

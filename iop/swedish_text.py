"""Numbers and days as Swedes write them. No database, no Django models."""

from datetime import date

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def day(value: date) -> str:
    """3 november 2026"""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def lower_first(text: str) -> str:
    """For the middle of a sentence: «Årsmötesprotokoll» becomes «årsmötesprotokoll», «Röda Korset» within stays."""
    return text[:1].lower() + text[1:]


def kronor(value: int) -> str:
    """125 000 kr, with no-break spaces"""
    return f"{value:,}".replace(",", "\u00a0") + "\u00a0kr"

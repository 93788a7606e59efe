"""Text that a spreadsheet would take for a formula."""

LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """For CSV, which has no types: an apostrophe first makes a spreadsheet show the rest as text."""
    return f"'{text}" if text.startswith(LOOKS_LIKE_A_FORMULA) else text

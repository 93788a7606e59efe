"""Rule sets as files: out to TOML and back without loss."""

import tomlkit

from .reader import RuleSetError, content_of, parse

MOST_BYTES = 2_000_000  # the largest shipped rule set is a twentieth of this


def as_toml(content: dict) -> str:
    """The content as a TOML text; reading it back gives the same content."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Regelverk för idéburet offentligt partnerskap. Läses in under Regelverk."))
    for name, value in content.items():
        document.add(name, tomlkit.item(value))
    return tomlkit.dumps(document)


def read_upload(upload) -> dict:
    """The content of an uploaded TOML file, checked. Raises RuleSetError with what is wrong, nothing stored."""
    if upload.size > MOST_BYTES:
        raise RuleSetError([f"Filen är större än {MOST_BYTES // 1_000_000} MB. Ett regelverk är mycket mindre än så."])
    try:
        text = upload.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleSetError(["Filen är inte sparad i UTF-8. Spara om den med teckenkodningen UTF-8."]) from error
    content = content_of(text)
    parse(content)
    return content

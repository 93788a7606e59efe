"""Source Sans Pro: whole for PDF, cut down to WOFF2 for the web."""

from pathlib import Path
from uuid import uuid4

import font_source_sans_pro

WEIGHTS = ("Regular", "Semibold", "Bold")
# Latin with its supplements, punctuation, arrows, and the signs that the pages use.
CHARACTERS = "U+0020-024F,U+2010-2044,U+20AC,U+2190-2193,U+2212,U+2248,U+2264-2265,U+25A0-25CF,U+2713-2717"


def font_files() -> dict[str, Path]:
    """The typeface's own files by weight (`regular`, `semibold`, `bold`), for WeasyPrint."""
    folder = Path(font_source_sans_pro.__file__).parent / "files"
    return {weight.lower(): folder / f"SourceSansPro-{weight}.ttf" for weight in WEIGHTS}


def build_web_fonts(folder: Path) -> None:
    """Write a WOFF2 of each weight to `folder`, unless it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in font_files().values():
        target = folder / f"{source.stem}.woff2"
        if target.exists():
            continue
        from fontTools.subset import main as subset

        part = target.with_suffix(f".{uuid4().hex}")  # two readers may be first at once
        subset([str(source), f"--unicodes={CHARACTERS}", "--flavor=woff2", f"--output-file={part}"])
        part.rename(target)

"""The verb by which a municipality words the public form itself."""

from django.db import transaction

from initiatives.models import FormWords
from initiatives.words import Step
from iop.cases.opened import changes
from iop.municipalities.models import Municipality


def texts_of(place: Municipality, step: Step) -> dict[str, str]:
    """Every word of a step as it stands: what is written, or ours."""
    return step.texts | _row(place, step).words


@transaction.atomic
def save_words(place: Municipality, step: Step, texts: dict[str, str], *, opened: str) -> None:
    """Keep what was changed. What is the same as ours, or holds no letter, is not kept: ours stands there again.

    Raises Meanwhile where another administrator has changed the same words since the form was opened.
    """
    Municipality.objects.select_for_update().get(pk=place.pk)
    row = _row(place, step)
    changed = changes(opened, now=step.texts | row.words, mine=texts)
    if not changed:
        return
    written = {name: text.replace("\r\n", "\n").strip() for name, text in (row.words | changed).items()}
    row.words = {name: text for name, text in written.items() if says_something(text) and text != step.texts.get(name)}
    row.save()


def says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _row(place: Municipality, step: Step) -> FormWords:
    rows = FormWords.objects.filter(municipality=place, step=step.slug)
    return rows.first() or FormWords(municipality=place, step=step.slug)

"""Builds the cases of the demonstration: which steps a story takes, and when."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate

from iop.cases.models import Case

from .people import move_in
from .steps import agreement, dialogue, own_pages, partnership, screening
from .story import Phrases, Place, Story
from .telling import Telling

# The steps of a case, and how many days after the one before each usually comes. A story's own days stretch or press
# them together.
WAY = (
    (screening.submit, 0),
    (screening.take_on, 3),
    (screening.register, 1),
    (screening.ask, 2),
    (screening.assess, 6),
    (screening.hear, 14),
    (screening.conclude, 2),
    (screening.declare, 3),
    (screening.confirm, 8),
    (dialogue.meet_first, 6),
    (screening.begin_dialogue, 3),
    (dialogue.contribute, 12),
    (dialogue.meet, 24),
    (agreement.begin_writing, 10),
    (agreement.papers, 12),
    (agreement.review, 8),
    (agreement.draft, 15),
    (agreement.consult, 3),
    (agreement.consulted, 14),
    (agreement.weigh, 4),
    (agreement.send_to_decision, 6),
    (agreement.decide, 22),
    (partnership.sign, 12),
    (partnership.begin, 9),
)
RETURNED = ((agreement.be_returned, 21), (agreement.send_to_decision, 16))


def build(place: Place, phrases: Phrases) -> list[Case]:
    """All cases of a municipality, the oldest first, so that their references rise with the days."""
    cast = move_in(place)
    stories = sorted(place.cases, key=lambda story: -story.received)
    return [tell(Telling(place, phrases, cast, story)) for story in stories]


def tell(telling: Telling) -> Case:
    """One case, from the initiative to where its story ends."""
    try:
        for step, day in _days(telling):
            telling.day = day
            step(telling)
            telling.letters(step.__name__)
            telling.since = day
        partnership.afterwards(telling)
        own_pages.share_draft(telling)
        own_pages.sign(telling)
    except Exception as error:
        error.add_note(f"I berättelsen «{telling.story.title}», {telling.municipality}, {telling.day}.")
        raise
    return telling.case


def _days(telling: Telling) -> Iterator[tuple]:
    """The steps with their days, spread so that the last comes when the story says, or when the agreement starts."""
    story, first = telling.story, telling.day
    way = list(_way(story))
    begun = way[-1][0] is partnership.begin
    last: date = telling.month(story.term.start) if begun else telling.ago(story.latest)
    total = sum(after for _, after in way) or 1
    for (step, _), after in zip(way, accumulate(after for _, after in way), strict=True):
        yield step, first + timedelta(days=round((last - first).days * after / total))


def _way(story: Story) -> Iterator[tuple]:
    for step, after in WAY:
        yield step, after
        if step is agreement.send_to_decision and story.returned:
            yield from RETURNED
        if step.__name__ == story.until:
            return

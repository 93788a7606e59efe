"""Thousands of invented organisations, with numbers that are valid and given to nobody."""

from collections.abc import Iterator
from itertools import islice, product
from random import Random

from django.utils.text import slugify
from stdnum import luhn

from iop.municipalities.models import Municipality
from partners.models import Organisation

from .words import Words

A_CASE_EACH = 25  # one organisation for so many cases
FEWEST = 20


def found(municipality: Municipality, cases: int, words: Words, chance: Random) -> list[Organisation]:
    """Organisations that send in so many cases."""
    taken = set(Organisation.objects.filter(municipality=municipality).values_list("number", flat=True))
    prefixes = {kind.prefix for kind in words.organisations}
    free = {prefix: (n for n in numbers(prefix) if n not in taken) for prefix in prefixes}
    rows = []
    for number in range(max(FEWEST, cases // A_CASE_EACH)):
        kind = words.organisations[0 if number % 5 else chance.randrange(len(words.organisations))]
        topic, place = chance.choice(words.organisation_topics.words), chance.choice(words.places)
        name = chance.choice(kind.names).format(topic=topic, place=place)
        (digits,) = islice(free[kind.prefix], 1)
        email = f"kontakt@{slugify(name)[:40]}.example"
        rows.append(
            Organisation(municipality=municipality, name=name, number=digits, legal_form=kind.form, email=email)
        )
    return Organisation.objects.bulk_create(rows, batch_size=2000)


def numbers(first: str) -> Iterator[str]:
    """Organisation numbers of the range 999 that is not given out, all with the same first digit."""
    for serial, tens, third in product(range(1000), range(10), range(2, 10)):
        digits = f"{first}{tens}{third}999{serial:03d}"
        yield digits + luhn.calc_check_digit(digits)

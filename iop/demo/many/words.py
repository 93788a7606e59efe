"""The words that many cases are made of, read from ``stories/many.toml``."""

import tomllib

from ..story import STORIES, Shape


class Kind(Shape):
    """A sort of organisation: its legal form, first digit of its number, and patterns for names."""

    form: str
    prefix: str
    names: tuple[str, ...]


class Idea(Shape):
    title: tuple[str, ...]
    challenge: str
    idea: str


class List(Shape):
    words: tuple[str, ...]


class Words(Shape):
    places: tuple[str, ...]
    names: tuple[str, ...]
    colleagues: tuple[str, ...]
    grounds: tuple[str, ...]
    organisations: tuple[Kind, ...]
    organisation_topics: List
    ideas: tuple[Idea, ...]
    whom: List
    texts: dict[str, str]


def words() -> Words:
    return Words.model_validate(tomllib.loads((STORIES / "many.toml").read_text()))

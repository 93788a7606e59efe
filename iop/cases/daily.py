"""What other floors have to do every day; each registers itself when the program starts."""

from collections.abc import Callable, Iterator

from iop.municipalities.models import Municipality

# Takes a municipality and what turns a path into a full address. Yields what was done, as the log may tell it.
Chore = Callable[[Municipality, Callable[[str], str]], Iterator[str]]

CHORES: list[Chore] = []

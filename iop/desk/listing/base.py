"""What the four lists have in common: columns, filters, order and pages, all of it in the address.

A *listing* says what a list is. What a person *asks* of it (``Asked``) is read from the address, with what could not
be read told in Swedish, so that an old bookmark or a saved filter still gives the rest.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.formats import date_format

from iop.cases.fields import BELIEVABLE

from ..search.found import Search
from ..search.words import clean, terms

ROWS = 60
MOST_COUNTED = 1000  # beyond this «fler än»: nobody reads so far, and counting a hundred thousand takes time
LAST_PAGE = 100_000
OTHER_NAMES = {"q", "sida", "sortera", "kolumn", "valj"}

Value = str | int | date | None


@dataclass(frozen=True)
class Cell:
    """One cell of a row in Excel: its heading and its value. A column of the page may hold several."""

    heading: str
    value: Callable[..., Value]
    width: int = 24
    leads: bool = False  # the value is an address here, which is written whole


@dataclass(frozen=True)
class Column:
    """A column of the page. ``order``: what it sorts by (rising), or nothing where that says nothing."""

    key: str
    label: str
    cells: tuple[Cell, ...] = ()
    order: object = None
    shown: bool = True  # before anybody has chosen
    fixed: bool = False  # the first: always there
    number: bool = False
    latest_first: bool = False  # the first click gives the latest, not the earliest


class Listing:
    """One of the lists. Subclasses say what stands in it."""

    name: str  # in addresses and saved filters
    view: str  # name of its address
    title: str
    one: str  # «ärende»
    many: str  # «ärenden»
    columns: tuple[Column, ...]
    filters: type["Filters"]
    default_order: tuple
    chips: str = ""  # the filter whose choices stand as chips above the list
    by_default: dict[str, str] = {}  # filters that hold until another is chosen
    when_searched: dict[str, str] = {}  # and instead of them where words are looked for
    search_label = ""
    found_cells: tuple[Cell, ...] = ()  # beside the columns, where words are looked for
    placed_on = ""  # what an empty list says of how it is filled

    def rows(self, user, municipality) -> QuerySet:
        """Everything here that the person may see, in no order."""
        raise NotImplementedError

    def find(self, rows: QuerySet, search: Search) -> tuple[QuerySet, bool]:
        """Those that the words find, and whether they are few enough to be counted."""
        return rows, True

    def dress(self, pks: list[int], user) -> Iterable:
        """The rows with these numbers, in any order, with everything that the columns show, from one question."""
        raise NotImplementedError

    def prepare(self, row) -> None:
        """Last touches to a row before it is shown or exported."""

    def tell_where(self, rows: list, search: Search) -> None:
        """Of rows that words found: where the words stood."""

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)


class Filters(django_filters.FilterSet):
    """Filters of a list. ``people`` and ``units``: choices of the municipality, read once for all."""

    def __init__(self, *args, people=(), units=(), user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        for name, choices in {"handlaggare": people, "enhet": units}.items():
            if name in self.filters:
                self.filters[name].extra["choices"] = [*self.filters[name].extra["choices"], *choices]
        for one in self.filters.values():
            if isinstance(one, django_filters.ChoiceFilter):
                one.extra["empty_label"] = "Alla"

    @property
    def form(self):
        form = super().form
        for field_ in form.fields.values():
            chosen = isinstance(field_.widget, forms.Select)
            field_.widget.attrs.setdefault("class", "form-select" if chosen else "form-control")
        return form


def day_filter(label: str, column: str, lookup: str) -> django_filters.DateFilter:
    return django_filters.DateFilter(
        field_name=column,
        lookup_expr=lookup,
        label=label,
        validators=BELIEVABLE,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@dataclass
class Page:
    """Some rows of a list. ``total`` is None where nobody counts them; ``many``: more than anybody counts."""

    rows: list
    number: int
    has_next: bool
    total: int | None
    many: bool

    def __iter__(self) -> Iterator:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def object_list(self) -> list:
        return self.rows

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1

    @property
    def most(self) -> str:
        return f"{MOST_COUNTED:,}".replace(",", "\u00a0")

    @property
    def pages(self) -> int | None:
        return None if self.total is None else max(1, -(-self.total // ROWS))


@dataclass
class Asked:
    """What a person asks of a list, as the address says."""

    listing: Listing
    query: QueryDict
    user: object
    municipality: object
    known: dict[str, list]  # choices of people and units, by "person" and "unit"

    def __post_init__(self):
        self.query = _cleaned(self.query)
        asked = self.query.copy()
        searched = self.listing.when_searched if self.words else {}
        for name, value in (self.listing.by_default | searched).items():
            asked.setdefault(name, value)
        rows = self.listing.rows(self.user, self.municipality)
        self.filters = self.listing.filters(
            asked, rows, user=self.user, people=self.known["person"], units=self.known["unit"]
        )

    @cached_property
    def words(self) -> str:
        return clean(self.query.get("q", ""))

    @cached_property
    def search(self) -> Search:
        return Search(terms(self.words), self.user)

    @cached_property
    def sort(self) -> tuple[Column | None, bool]:
        """The column to sort by, and whether it falls."""
        wanted = self.query.get("sortera", "")
        column = self.listing.column(wanted.removeprefix("-"))
        return (column, wanted.startswith("-")) if column and column.order else (None, False)

    @cached_property
    def shown(self) -> list[Column]:
        wanted = self.query.getlist("kolumn")
        known = [c for c in self.listing.columns if c.key in wanted]
        if not [c for c in known if not c.fixed]:
            return [c for c in self.listing.columns if c.shown or c.fixed]
        return [c for c in self.listing.columns if c.fixed or c.key in wanted]

    def ordered(self, rows: QuerySet) -> QuerySet:
        """In the order asked for, what is empty last; rows that are equal in that, in the list's own order."""
        column, falling = self.sort
        if column is None:
            return rows.order_by(*self.listing.default_order)
        first = F("asked_order").desc(nulls_last=True) if falling else F("asked_order").asc(nulls_last=True)
        order = F(column.order) if isinstance(column.order, str) else column.order
        return rows.alias(asked_order=order).order_by(first, *self.listing.default_order)

    @cached_property
    def found(self) -> QuerySet:
        """The rows that were asked for, in no order."""
        return self._found[0]

    @cached_property
    def _found(self) -> tuple[QuerySet, bool]:
        rows = self.filters.qs
        return self.listing.find(rows, self.search) if self.words else (rows, True)

    def page(self) -> Page:
        """The page asked for, or the last there is."""
        number = _number(self.query.get("sida"))
        ahead = self._ahead(number)
        if not ahead and number > 1:
            number = max(1, -(-self.found.order_by().count() // ROWS))
            ahead = self._ahead(number)
        total = (number - 1) * ROWS + len(ahead)
        has_next, counted, many = len(ahead) > ROWS, self._found[1], total > MOST_COUNTED
        known = not many and (counted or not has_next)
        return Page(self._dressed(ahead[:ROWS]), number, has_next, total if known else None, many)

    def _ahead(self, number: int) -> list[int]:
        """The numbers of the rows from the beginning of the page on, as far as anybody counts.

        Where they are not counted: those of the page and one more, which tells whether there is a next.
        """
        start = (number - 1) * ROWS
        most = max(ROWS, MOST_COUNTED - start) if self._found[1] else ROWS
        return list(self._pks(self.found)[start : start + most + 1])

    def _pks(self, chosen: QuerySet) -> QuerySet:
        return self.ordered(chosen).values_list("pk", flat=True)

    def has_more(self, chosen: QuerySet, most: int) -> bool:
        return len(self._pks(chosen)[: most + 1]) > most

    def rows_of(self, chosen: QuerySet, most: int) -> list:
        """Some of the rows in the order asked for, ready to be shown."""
        return self._dressed(list(self._pks(chosen)[:most]))

    def _dressed(self, pks: list[int]) -> list:
        dressed = {row.pk: row for row in self.listing.dress(pks, self.user)}
        rows = [dressed[pk] for pk in pks if pk in dressed]
        for row in rows:
            self.listing.prepare(row)
        self.listing.tell_where(rows, self.search)
        return rows

    @property
    def cells(self) -> list[Cell]:
        """What the sheet has of each row: the columns shown and, as on the page, where the words stood."""
        shown = [cell for column in self.shown for cell in column.cells]
        return [*shown, *(self.listing.found_cells if self.words else ())]

    # The address, for links

    def address(self, **changes) -> str:
        """The address with some things changed; None takes a thing away. Always without the page."""
        query = self.query.copy()
        for name, value in {"sida": None, "valj": None, **changes}.items():
            if value is None:
                query.pop(name, None)
            elif isinstance(value, list):
                query.setlist(name, value)
            else:
                query[name] = value
        return f"?{query.urlencode()}"

    @property
    def kept(self) -> str:
        """What a saved filter and an export keep of the address."""
        return self.address().removeprefix("?")

    @property
    def heads(self) -> list[dict]:
        """The headings, with where a click leads and how the rows lie now."""
        now, falling = self.sort
        heads = []
        for column in self.shown:
            turn = not falling if column is now else column.latest_first
            heads.append(
                {
                    "label": column.label,
                    "number": column.number,
                    "href": self.address(sortera=("-" if turn else "") + column.key) if column.order else "",
                    "lies": ("descending" if falling else "ascending") if column is now else "",
                }
            )
        return heads

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        """(key, label, whether it holds) for those who choose the order from a list."""
        now, falling = self.sort
        return [
            (("-" if turned else "") + column.key, column.label + (", fallande" if turned else ""), same)
            for column in self.listing.columns
            if column.order
            for turned in (False, True)
            for same in [column is now and turned == falling]
        ]

    @property
    def kept_by_form(self) -> list[tuple[str, str]]:
        """What the form of filters carries along unseen."""
        name = self.listing.chips
        return [(name, self.query[name])] if name in self.query else []

    @property
    def address_all_ticked(self) -> str:
        """This very page with every row ticked."""
        query = self.query.copy()
        query["valj"] = "alla"
        return f"?{query.urlencode()}"

    @property
    def chips_label(self) -> str:
        return self.filters.form.fields[self.listing.chips].label

    @property
    def shown_keys(self) -> set[str]:
        return {column.key for column in self.shown}

    @property
    def chips(self) -> list[tuple[str, str]]:
        """(what holds, the address without it) for every filter but those with chips of their own."""
        chips = []
        for name, field_ in self.filters.form.fields.items():
            if name in self.query and name != self.listing.chips and name in self.filters.form.cleaned_data:
                value = self.filters.form.cleaned_data[name]
                chips.append((f"{field_.label}: {_said(field_, value)}", self.address(**{name: None})))
        if self.sort[0]:
            chips.append((f"Ordning: {self.sort[0].label.lower()}", self.address(sortera=None)))
        return chips

    @property
    def choices_as_chips(self) -> list[tuple[str, str, bool]]:
        """(label, address, whether it holds) for the filter that stands as chips above the list."""
        name = self.listing.chips
        if not name:
            return []
        now = self.filters.form.cleaned_data.get(name, "")
        choices = [one for one in self.filters.filters[name].extra["choices"]]
        return [(label, self.address(**{name: key}), key == now) for key, label in choices]

    @property
    def more_fields(self) -> list:
        """The filters that are chosen in the form."""
        return [field for field in self.filters.form if field.name != self.listing.chips]

    @property
    def notices(self) -> list[str]:
        """What of the address could not be used."""
        known = {*OTHER_NAMES, *self.filters.filters}
        said = [
            f"Filtret «{name[:40]}» finns inte längre och används inte." for name in self.query if name not in known
        ]
        for name in self.filters.form.errors:
            label = self.filters.form.fields[name].label
            value = self.query.get(name, "")[:40]
            said.append(f"{label} «{value}» finns inte längre eller går inte att läsa. Filtret används inte.")
        for key in self.query.getlist("kolumn"):
            if not self.listing.column(key):
                said.append(f"Kolumnen «{key[:40]}» finns inte längre och visas inte.")
        if "sortera" in self.query and self.sort[0] is None:
            said.append(f"Det går inte längre att sortera på «{self.query['sortera'][:40]}». Vanlig ordning används.")
        return list(dict.fromkeys(said))[:6]


def _cleaned(query: QueryDict) -> QueryDict:
    """Without what is empty and what no database can take."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        values = [value.replace("\x00", "")[:300] for value in values[:40]]
        values = [value for value in values if value.strip()]
        if values and len(kept) < 40:
            kept.setlist(name.replace("\x00", "")[:60], values if name == "kolumn" else values[-1:])
    return kept


def _number(typed: str | None) -> int:
    digits = typed if typed and typed.isascii() and typed.isdigit() else "1"
    return min(max(1, int(digits[:7])), LAST_PAGE)


def _said(field_, value) -> str:
    if isinstance(value, date):
        return date_format(value, "j b Y")
    return str(dict(getattr(field_, "choices", ())).get(value, value))

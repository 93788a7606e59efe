"""How long the form is: questions, words to read and words to write, against the bounds in docs/form-in-minutes.md.

The table in that document is what is counted here. When the form has been changed the failing test shows the new row.
"""

from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms

from initiatives.steps import SLUGS, STEPS
from tests.cases import driver
from tests.initiatives import writing

DOCUMENT = Path(__file__).parents[2] / "docs" / "form-in-minutes.md"
MOST_NEEDED = 7  # questions that must be answered; of these the e-mail is filled in from the start page
MOST_WORDS = 1100  # to read, from the start page to the button that sends
MOST_MINUTES = 10
READ, WRITTEN, CHOICE = 200, 35, 5  # words a minute, words a minute on a phone, seconds for a choice

EXAMPLE = {
    "iden": {
        "title": "Språkcafé på biblioteket",
        "challenge": "Många som är nya i kommunen har ingen att öva svenska med. De hamnar utanför, och har svårt att "
        "få arbete och vänner.",
        "idea": "Vi öppnar ett språkcafé två kvällar i veckan. Våra medlemmar är värdar och bjuder på kaffe. "
        "Biblioteket lånar ut ett rum och hjälper oss att nå dem som behöver det. Vi börjar i höst och prövar i ett "
        "år.",
    },
    "for-vem": {
        "target_group": "Vuxna som lär sig svenska, och föräldralediga som annars stannar hemma.",
        "better": "De talar mer svenska, lär känna grannar och vet vart de kan vända sig.",
    },
    "vilka-ni-ar": {
        "organisation_name": "Föreningen Språkbron",
        "organisation_number": driver.number(1),
        "legal_form": "ideell_forening",
        "contact_name": "Anna Åkesson",
        "contact_phone": "070-123 45 67",
    },
    "bidrag": {
        "we_money": "5 000 kronor till kaffe",
        "we_hours": "20 timmar i månaden",
        "they_premises": "Ett rum på biblioteket",
        "municipality_brings": "Hjälp att sprida att vi finns.",
    },
    "fragor": {"origin": "organisation"},
}


class Reader(HTMLParser):
    """The words of a page that somebody reads: nothing folded away or hidden.

    Nor what can be chosen («Ja», «Nej», the legal forms): that is what the seconds of a choice are for.
    """

    VOID = {"input", "br", "meta", "link", "img", "hr"}

    def __init__(self):
        super().__init__()
        self.words: list[str] = []
        self.within: list[tuple[str, bool, bool]] = []  # (tag, seen, folded)

    def handle_starttag(self, tag, attrs):
        if tag in self.VOID:
            return
        told = dict(attrs)
        seen = self.within[-1][1] if self.within else tag == "main"
        if self.within and self.within[-1][2]:
            seen = seen and tag == "summary"
        # What is asked about one legal form alone is shown by the script when that form is chosen.
        hidden = {"hidden", "data-for-form"} & set(told) or tag == "option"
        hidden = hidden or {"visually-hidden", "form-check-label"} & set((told.get("class") or "").split())
        self.within.append((tag, bool(seen and not hidden), tag == "details" and "open" not in told))

    def handle_endtag(self, tag):
        while self.within and any(one[0] == tag for one in self.within):
            if self.within.pop()[0] == tag:
                return

    def handle_data(self, data):
        if self.within and self.within[-1][1] and not self.within[-1][2]:
            self.words += [word for word in data.split() if any(sign.isalnum() for sign in word)]


def seen_in(page: str, until: str = "</main>") -> int:
    reader = Reader()
    reader.feed(page[page.index("<main") : page.index(until)])
    return len(reader.words)


@dataclass
class Length:
    place: str
    needed: int
    optional: int
    choices: int
    read: list[int]  # words: the start page and each step, the last one with everything filled in
    written: int

    @property
    def minutes(self) -> float:
        return sum(self.read) / READ + self.written / WRITTEN + self.choices * CHOICE / 60

    def __str__(self) -> str:
        words = " + ".join(str(words) for words in self.read)
        counted = f"{self.choices} | {words} = {sum(self.read)} | {self.written} | {self.minutes:.1f}"
        return f"| {self.place} | {self.needed} | {self.optional} | {counted} |"


@pytest.fixture(params=driver.FIVE)
def length(request, db) -> Length:
    client, slug = driver.logged_in(None), request.param
    read = [seen_in(client.get(f"/{slug}/initiativ/nytt/").text)]
    address = writing.begin(client, slug)
    written, needed, asked, choices = 1, 0, 0, 0  # the address on the start page
    for step in STEPS:
        page = client.get(f"{address}{step.slug}/")
        form, read = page.context["form"], [*read, seen_in(page.text)]
        folded = ("other_", "form_")  # further organisations, and what is asked of some legal forms
        later = {field.name for field in getattr(form, "later_fields", [])}  # folded away, and so left
        fields = [field for field in form.own_fields if not field.name.startswith(folded) and field.name not in later]
        needed, asked = needed + len(step.needed), asked + len(fields)
        chosen = {field.name: "ja" for field in fields if field.name.startswith("own_")}
        chosen |= {field.name: [] for field in fields if field.name == "units"}  # folded away, and so left
        choices += sum(isinstance(field.field, forms.ChoiceField) and field.name != "units" for field in fields)
        texts = [text for name, text in EXAMPLE[step.slug].items() if name not in ("legal_form", "origin")]
        written += sum(len(text.split()) for text in texts)
        typed = {name: text for name, text in EXAMPLE[step.slug].items() if name in form.fields}
        assert writing.save(client, address, step.slug, **typed, **chosen).status_code == 302
    page = client.get(f"{address}{SLUGS[-1]}/")
    assert page.context["review"].ready
    read.append(seen_in(page.text, until="Skicka initiativet</button>"))
    return Length(slug, needed, asked - needed, choices, read, written)


def test_the_form_is_no_longer_than_it_says(length):
    assert length.needed <= MOST_NEEDED, str(length)
    assert sum(length.read) <= MOST_WORDS, str(length)
    assert length.minutes < MOST_MINUTES, str(length)
    assert str(length) in DOCUMENT.read_text(), f"Put this row in the table of {DOCUMENT.name}:\n{length}"


def test_what_is_folded_away_is_not_counted():
    page = "<main><p>Två ord</p><details><summary>Ett</summary>Inte <b>detta</b></details><p hidden>eller</p>"
    page += '<select><option>Nej</option></select><label class="form-check-label">Ja</label>'
    assert seen_in(page + "<details open><summary>Ett</summary>och två</details><br>« 5 %</main>") == 7

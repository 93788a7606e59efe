"""The forms are made from the schema, and give back what they were given."""

import pytest
from django.http import QueryDict

from iop.administration.row_forms import RowForm, leaves
from iop.rulesets.drafting import MODELS, TABLES, UNTOUCHED, key_of, settings_of
from iop.rulesets.reader import SHIPPED, content_of, parse
from iop.rulesets.schema import RuleSet
from iop.rulesets.words import KINDS, words_for
from tests.cases import driver


def sent_as_it_stands(form: RowForm) -> QueryDict:
    """What a browser sends when nothing was changed."""
    data = QueryDict(mutable=True)
    for field in form:
        value = field.value()
        if value is None or value is False:
            continue
        if type(field.field).__name__ == "TypedChoiceField":
            value = {True: "ja", False: "nej", "": ""}[value]
        many = type(field.field).__name__ == "MultipleChoiceField"
        data.setlist(field.html_name, value if many else ["on" if value is True else value])
    return data


@pytest.mark.parametrize("slug", driver.FIVE)
def test_every_rule_of_every_rule_set_comes_back_as_it_was(db, slug):
    content = content_of((SHIPPED / f"{slug}.toml").read_text())
    municipality = driver.municipality(slug)
    again = dict(content)

    def through(table, row):
        given = {"table": table, "content": content, "municipality": municipality, "row": row}
        form = RowForm(sent_as_it_stands(RowForm(**given)), **given)
        assert form.is_valid(), (table, row, form.errors)
        return form.row()

    for table in TABLES:
        if table in content:
            again[table] = [through(table, row) for row in content[table]]
            assert [key_of(row) for row in again[table]] == [key_of(row) for row in content[table]]
    for name in settings_of(content):
        del again[name]
    assert parse(again | through("", settings_of(content))) == parse(content)


def test_every_field_has_words_of_its_own():
    for table, model in [*MODELS.items(), ("", RuleSet)]:
        for name, _, _ in leaves(model):
            if table or name.partition(".")[0] not in {*TABLES, *UNTOUCHED}:
                assert words_for(table, name)[0]
    assert KINDS.keys() == set(TABLES)


@pytest.mark.parametrize(
    ("table", "data", "field"),
    [
        ("terms", {"most_months": "-1"}, "most_months"),
        ("terms", {"most_months": "fyra"}, "most_months"),
        ("criteria", {"valid_from": "i går"}, "valid_from"),
        ("criteria", {"answer.choices": "utan kolon"}, "answer.choices"),
        ("criteria", {"before": "snart"}, "before"),
        ("eligibility", {"form": "kommunalförbund"}, "form"),
    ],
)
def test_what_cannot_be_meant_is_told_at_the_field(mora, table, data, field):
    form = RowForm(data, table=table, content={}, municipality=mora, row={"key": "egen-1"})
    assert not form.is_valid()
    assert list(form.errors) == [field]

"""A rule set that cannot be read is refused in Swedish: which table, which row, which key and what was expected."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from iop.rulesets.reader import RuleSetError, content_hash, content_of, parse

ROW = {"id": "X-1", "quote": "Så står det.", "word": "ska", "before": "dialogue"}
IN_ROW = "Tabellen criteria, rad 1 (X-1)"


def problems(**tables) -> list[str]:
    with pytest.raises(RuleSetError) as refused:
        parse({"schema": 1, "municipality": "x", "title": "Prov"} | tables)
    return refused.value.problems


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"quote": "q"}, "Tabellen criteria, rad 1: regeln saknar id eller key."),
        ({"id": "X-1", "word": "ska"}, f"{IN_ROW}: regeln saknar quote (riktlinjens ordagranna text)."),
        (ROW | {"befor": "dialogue"}, f"{IN_ROW}, nyckeln befor: är en okänd nyckel."),
        (ROW | {"help": {"plain": "x"}}, f"{IN_ROW}, nyckeln help.plain: är en okänd nyckel."),
        (
            ROW | {"before": "soon"},
            f"{IN_ROW}, nyckeln before: har ett värde som inte tillåts, förväntat 'dialogue', 'drafting', 'decision', "
            "'signing' eller 'in_force'.",
        ),
        (
            ROW | {"answer": {"type": "ja"}},
            f"{IN_ROW}, nyckeln answer.type: har ett värde som inte tillåts, förväntat 'yes_no', 'choice', 'number', "
            "'date', 'text' eller 'fact'.",
        ),
        (ROW | {"enabled": "kanske"}, f"{IN_ROW}, nyckeln enabled: ska vara true eller false."),
        (ROW | {"quote": 7}, f"{IN_ROW}, nyckeln quote: ska vara en text."),
        (ROW | {"valid_to": "i morgon"}, f"{IN_ROW}, nyckeln valid_to: ska vara en dag, till exempel 2026-11-03."),
        ("Det ska.", "Tabellen criteria, rad 1: ska vara en tabell."),
    ],
)
def test_a_broken_row_is_named(row, sentence):
    assert problems(criteria=[row]) == [sentence]


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"schema": 2}, "Filen: schema 2 stöds inte, programmet läser schema 1."),
        ({"critera": []}, "Tabellen critera: är en okänd nyckel."),
        ({"criteria": [ROW, ROW]}, "Filen: två regler har nyckeln X-1."),
        ({"criteria": [ROW | {"list": "ingen"}]}, "Filen: X-1 hör till listan «ingen» som inte finns."),
        ({"criteria": [ROW | {"waits_for": "X-9"}]}, "Filen: X-1 väntar på yttrandet «X-9» som inte finns."),
        (
            {"principles": [ROW | {"point": "X-9"}]},
            "Filen: X-1 hör till avtalspunkten «X-9» som inte finns.",
        ),
        ({"statements": [ROW]}, "Tabellen statements, rad 1 (X-1), nyckeln unit: måste finnas."),
        (
            {"terms": [ROW | {"most_months": "fyra"}]},
            "Tabellen terms, rad 1 (X-1), nyckeln most_months: ska vara ett heltal.",
        ),
    ],
)
def test_a_rule_set_that_does_not_hold_together_is_refused(tables, sentence):
    assert problems(**tables) == [sentence]


def test_every_fault_is_told_at_once():
    rows = [ROW | {"befor": "dialogue"}, {"id": "X-2", "word": "ska"}]
    assert problems(criteria=rows) == [
        f"{IN_ROW}, nyckeln befor: är en okänd nyckel.",
        "Tabellen criteria, rad 2 (X-2): regeln saknar quote (riktlinjens ordagranna text).",
    ]


def test_an_unknown_word_is_refused_with_those_that_are_known():
    (sentence,) = problems(criteria=[ROW | {"word": "torde"}])
    assert sentence.startswith(f"{IN_ROW}: okänt ord «torde»: använd ett av ska, skall, måste")


def test_text_that_is_not_toml_is_refused():
    with pytest.raises(RuleSetError, match="^Filen går inte att läsa som TOML: "):
        content_of("title = \n")


def test_the_hash_is_of_the_content_and_not_of_its_layout():
    one = content_of('schema = 1\ntitle = "A"\n')
    other = content_of('# Samma sak.\ntitle = "A"\n\nschema = 1\n')
    assert content_hash(one) == content_hash(other)
    assert content_hash(one) != content_hash(one | {"title": "B"})


def test_the_command_says_which_file_and_what_is_wrong(tmp_path):
    file = tmp_path / "provby.toml"
    file.write_text('schema = 1\nmunicipality = "provby"\ntitle = "Prov"\n[[criteria]]\nid = "X-1"\nword = "ska"\n')
    with pytest.raises(CommandError) as refused:
        call_command("rulesets", "check", str(file), stdout=StringIO())
    assert str(refused.value) == f"provby.toml:\n{IN_ROW}: regeln saknar quote (riktlinjens ordagranna text)."


def test_the_command_finds_nothing_wrong_with_the_shipped_ones():
    told = StringIO()
    call_command("rulesets", "check", stdout=told)
    names = [line.split(".toml: ")[0] for line in told.getvalue().splitlines()]
    assert names == ["botkyrka", "gavle", "mora", "soderhamn", "stockholm"]

"""What differs between two versions is told rule by rule, with the words marked."""

from copy import deepcopy

import pytest

from iop.rulesets.differences import changed_settings, differences, marked
from iop.rulesets.reader import SHIPPED, content_of, parse
from tests.cases.driver import FIVE


@pytest.fixture
def content() -> dict:
    return content_of((SHIPPED / "mora.toml").read_text())


def told(old: dict, new: dict) -> list[tuple[str, str, list[str]]]:
    return [(one.how, one.key, [change.field for change in one.changes]) for one in differences(parse(old), parse(new))]


@pytest.mark.parametrize("slug", FIVE)
def test_nothing_differs_from_itself(slug):
    content = content_of((SHIPPED / f"{slug}.toml").read_text())
    assert told(content, deepcopy(content)) == []
    assert changed_settings(parse(content), parse(deepcopy(content))) == []


def test_order_alone_is_no_difference(content):
    assert told(content, content | {"criteria": content["criteria"][::-1]}) == []


def test_new_changed_and_gone(content):
    new = deepcopy(content)
    del new["criteria"][0]
    new["criteria"][0]["word"] = "bör"
    new["criteria"].append({"key": "egen-1", "quote": "Nytt.", "before": "dialogue"})
    assert told(content, new) == [
        ("changed", "MOR-39", ["word", "force", "effect"]),
        ("new", "egen-1", []),
        ("gone", "MOR-38", []),
    ]


def test_words_are_marked_and_nothing_else():
    runs = [(run.how, run.text) for run in marked("Avtal skrivs för två år.", "Avtal skrivs för högst fyra år.")]
    assert runs == [("same", "Avtal skrivs för "), ("gone", "två "), ("new", "högst fyra "), ("same", "år.")]


def test_both_texts_can_be_read_out_of_the_marks():
    old, new = "Ett två  tre\nfyra", "Ett 2  tre\nfyra fem"
    runs = marked(old, new)
    assert "".join(run.text for run in runs if run.how != "new") == old
    assert "".join(run.text for run in runs if run.how != "gone") == new


def test_what_is_said_as_a_whole(content):
    changed = changed_settings(parse(content), parse(content | {"agreement_is_called": "överenskommelse"}))
    assert [(one.field, [run.text for run in one.words]) for one in changed] == [
        ("agreement_is_called", ["avtal", "överenskommelse"])
    ]

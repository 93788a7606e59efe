import pytest

from iop.rulesets.reader import content_of, parse, shipped_files
from iop.rulesets.self_check import picture, questions

RULE_SETS = {path.stem: parse(content_of(path.read_text())) for path in shipped_files()}
MORA = RULE_SETS["mora"]


def test_answers_speak_for_and_against_as_the_rule_says():
    answers = {rule.key: rule.help.fulfilled_by for rule in questions(MORA)}
    answers["MOR-44"] = "ja"  # others could be bought from: speaks against
    answers["MOR-41"] = "vet_inte"
    found = picture(MORA, answers)
    assert [rule.key for rule in found.speaks_against] == ["MOR-44"]
    assert [rule.key for rule in found.to_talk_about] == ["MOR-41"]
    assert len(found.speaks_for) == len(questions(MORA)) - 2


def test_no_answer_is_something_to_talk_about():
    assert picture(MORA, {}).to_talk_about == questions(MORA)


@pytest.mark.parametrize(
    ("slug", "form", "words"),
    [
        ("soderhamn", "stiftelse", "nämns i riktlinjen bland dem"),
        ("soderhamn", "ekonomisk_forening", "kan räknas i vissa fall"),
        ("soderhamn", "aktiebolag", "nämns inte i riktlinjen"),
        ("mora", "aktiebolag", "Riktlinjen säger inget om detta."),
    ],
)
def test_the_form_is_told_as_the_guideline_has_it(slug, form, words):
    assert words in picture(RULE_SETS[slug], {}, form).form

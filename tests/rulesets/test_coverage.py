"""Every statement of the inventory has one fate, and the figure that the README tells is the one that is counted."""

import re
from pathlib import Path

from iop.rulesets.coverage import Fate, counts, fates
from iop.rulesets.reader import content_of, parse, shipped_files

RULE_SETS = {path.stem: parse(content_of(path.read_text())) for path in shipped_files()}


def test_a_statement_that_a_rule_acts_on_counts_there():
    given = fates(RULE_SETS["mora"])
    assert given["MOR-44"] is Fate.ACTED_ON
    assert given["MOR-66"] is Fate.ACTED_ON  # a point of the declaration
    assert given["MOR-11"] is Fate.NOT_YET


def test_every_statement_is_counted_once():
    assert sum(sum(counts(rules).values()) for rules in RULE_SETS.values()) == 268


def test_the_readme_tells_the_figure():
    acted_on = sum(counts(rules)[Fate.ACTED_ON] for rules in RULE_SETS.values())
    not_yet = sum(counts(rules)[Fate.NOT_YET] for rules in RULE_SETS.values())
    told = re.search(r"Of (\d+) statements, (\d+) stand as rules .* (\d+) wait", Path("README.md").read_text())
    assert told and [int(figure) for figure in told.groups()] == [268, acted_on, not_yet]

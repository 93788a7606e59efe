from iop.rulesets.comparison import SUBJECTS, side_by_side
from iop.rulesets.reader import content_of, parse, shipped_files
from iop.rulesets.schema import Subject

RULE_SETS = {path.stem: parse(content_of(path.read_text())) for path in shipped_files()}


def test_every_subject_of_the_schema_has_a_line():
    assert set(SUBJECTS) == set(Subject.__args__)


def test_silence_is_an_empty_cell():
    lines = {line.subject: line.cells for line in side_by_side([RULE_SETS["mora"], RULE_SETS["gavle"]])}
    mora, gavle = lines["market"]
    assert [rule.key for rule in mora] == ["MOR-44", "MOR-46"]
    assert gavle == []


def test_what_is_only_assumed_stays_out():
    lines = side_by_side([RULE_SETS["stockholm"]])
    assert {rule.provenance for line in lines for cell in line.cells for rule in cell} <= {"adopted", "reported"}

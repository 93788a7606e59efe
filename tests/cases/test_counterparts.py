"""Who a record came from or went to: cut in the list where there are many, never in the record itself."""

import pytest

from iop.cases.actions import add_record
from tests.cases import driver


@pytest.mark.parametrize("text", ["", "Utkastet är delat."])
def test_a_long_list_of_receivers_stands_whole_in_the_text(mora, text):
    everybody = ", ".join(f"person.{number}@forening.example" for number in range(30))
    record = add_record(driver.send_in(mora), direction="out", about="Utkast", text=text, counterpart=everybody)
    record.refresh_from_db()
    assert len(record.counterpart) <= 200 and record.counterpart.endswith(" …")
    assert record.text == f"{text}\n\nFrån eller till: {everybody}".strip()


def test_a_short_one_is_not_told_twice(mora):
    record = add_record(driver.send_in(mora), direction="out", about="x", text="Hej", counterpart="a@b.example")
    assert (record.text, record.counterpart) == ("Hej", "a@b.example")

"""What an answer rests on: records named in a reason, chosen from the case file and shown as links."""

import pytest

from iop.cases.actions import add_record, answer
from iop.cases.secrecy import mark_secret
from iop.desk.references import cited, linked
from tests.cases import driver


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Se handling 7.", [7]),
        ("Handlingarna 3 och 7 säger det, och handling 3 igen.", [3, 7]),
        ("Handlingar 1, 2 samt 15", [1, 2, 15]),
        ("Enligt handling nr 4, 2026 års stadgar", [4]),
        ("handlingarna från 2026, handlingsplan 7, förhandling 8, handling", []),
        ("", []),
    ],
)
def test_which_records_a_text_names(text, numbers):
    assert cited(text) == numbers


def test_a_text_with_links_is_still_escaped(case):
    akt = f"/mora/arenden/{case.reference}/akt/"
    assert linked("<b>Se handling 7</b> & handlingarna 1 och 2.", case) == (
        f'&lt;b&gt;Se <a href="{akt}#handling-7">handling 7</a>&lt;/b&gt; &amp; handlingarna '
        f'<a href="{akt}#handling-1">1</a> och <a href="{akt}#handling-2">2</a>.'
    )


def test_an_answer_leads_to_what_it_rests_on_and_so_does_the_timeline(assessed, coordinator):
    rule = next(rule for rule in assessed.rules.criteria if rule.key == "MOR-39")
    answer(assessed, rule, part="", value="yes", reason="Se handling 1.", by=coordinator)
    client, link = driver.logged_in(coordinator), f'<a href="/mora/arenden/{assessed.reference}/akt/#handling-1">'
    address = f"/mora/arenden/{assessed.reference}/"
    assert f". Vilar på {link}handling 1</a>." in client.get(f"{address}checklista/").text
    assert f"Se {link}handling 1</a>." in client.get(f"{address}handelser/").text
    data = {"rule": "MOR-40", "part": "", "subject": f"case:{assessed.pk}", "value": "yes", "reason": "Handling 1."}
    told = client.post(f"{address}svar/", data, headers={"HX-Request": "true"}).text
    assert f"Vilar på {link}handling 1</a>." in told


def test_the_records_to_choose_among_are_those_that_the_person_sees(assessed, coordinator, secretary, reader):
    hidden = add_record(assessed, direction="in", about="Läkarintyg", by=coordinator)
    mark_secret(hidden, ground="25 kap. 1 § OSL", by=coordinator)
    address = f"/mora/arenden/{assessed.reference}/akt/"
    for user, sees in ((coordinator, True), (secretary, False)):
        response = driver.logged_in(user).get(address, headers={"HX-Request": "true"})
        assert (f'<option value="{hidden.number}">{hidden.number}. Läkarintyg' in response.text) == sees
        assert '<option value="1">1. ' in response.text and "<html" not in response.text
        assert "HX-Request" in response["Vary"]
    assert "<html" in driver.logged_in(coordinator).get(address).text
    asks = "Hänvisa till en handling"
    page = f"/mora/arenden/{assessed.reference}/checklista/"
    assert asks in driver.logged_in(coordinator).get(page).text
    assert asks not in driver.logged_in(reader).get(page).text

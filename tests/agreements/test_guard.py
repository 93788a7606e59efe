"""What stands in a document that is decided, signed or in force is not changed behind it."""

import pytest

from iop.cases.machinery import Refused
from partners.actions import add_contribution, add_party, edit_party, leave, organisation_for, remove_contribution
from partners.models import Contribution, Party
from tests.cases import driver

FIRST = "^Parter och insatser står i avtalet och går inte att ändra nu. Ta tillbaka avtalet till skrivbordet först.$"


def changes(case, by) -> dict:
    """Every way to change parties and contributions, each to be called."""
    party = case.parties.first()
    organisation = organisation_for(case.municipality, name="Nya", number=driver.number(8), legal_form="stiftelse")
    facts = {"legal_form": "stiftelse", "activity": None, "contact_name": "Bo", "contact_email": "bo@b.example"}
    return {
        "add": lambda: add_party(case, organisation),
        "leave": lambda: leave(party, by=by),
        "edit": lambda: edit_party(party, **facts),
        "bring": lambda: add_contribution(Contribution(case=case, kind="money", what="Pengar")),
        "remove": lambda: remove_contribution(case.contributions.first()),
    }


@pytest.mark.parametrize("how", ["add", "leave", "edit", "bring", "remove"])
def test_a_proposal_is_taken_back_first(proposed, coordinator, how):
    act = changes(proposed.case, coordinator)[how]
    before = list(Party.objects.values()), list(Contribution.objects.values())
    with pytest.raises(Refused, match=FIRST):
        act()
    assert (list(Party.objects.values()), list(Contribution.objects.values())) == before


def test_in_force_nothing_is_taken_back(in_force, coordinator):
    with pytest.raises(Refused, match="^Parter och insatser står i avtalet och går inte att ändra nu.$"):
        changes(in_force.case, coordinator)["bring"]()


def test_on_the_desk_everything_is_free(agreement, coordinator):
    driver.join(agreement.case, "Byalaget", 2)
    for act in changes(agreement.case, coordinator).values():
        act()
    assert [party.name for party in agreement.case.parties.active()] == ["Byalaget", "Nya"]


def test_a_closed_case_is_not_changed(assessed, coordinator):
    assessed.move_to("closed", by=coordinator, outcome="grant", closed_on=assessed.received_on)
    driver.bring(assessed)
    for act in changes(assessed, coordinator).values():
        with pytest.raises(Refused, match="^Ärendet är avslutat och går inte att ändra.$"):
            act()

import pytest

from iop.rulesets.drafting import start_draft
from iop.rulesets.models import RuleSetVersion
from tests.cases import driver


@pytest.fixture
def in_force_now(mora) -> RuleSetVersion:
    return RuleSetVersion.objects.in_force(mora).get()


@pytest.fixture
def draft(mora, in_force_now, administrator) -> RuleSetVersion:
    """A copy of Mora's rules, to work on."""
    return start_draft(mora, source=in_force_now, by=administrator)


@pytest.fixture
def client_of(administrator):
    return driver.logged_in(administrator)

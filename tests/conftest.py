"""The standing cast: the five municipalities with their rule sets, the people who work in Mora, and a neighbour."""

from io import StringIO

import pytest
from django.core.management import call_command

from iop.municipalities.models import Municipality
from iop.municipalities.permissions import Role
from tests.cases import driver


def pytest_configure(config):
    # WeasyPrint leaves its colour profile open when it prints PDF/A; its fault, and harmless.
    config.addinivalue_line("filterwarnings", r"ignore:unclosed file .*sRGB2014\.icc:ResourceWarning")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The shipped rule sets stand in the test database from the start; every test sees them and none changes them."""
    with django_db_blocker.unblock():
        call_command("rulesets", "load", stdout=StringIO())


@pytest.fixture
def mora(db) -> Municipality:
    return driver.municipality("mora")


@pytest.fixture
def gavle(db) -> Municipality:
    return driver.municipality("gavle")


@pytest.fixture
def coordinator(mora):
    return driver.person("Karin Samordnare", mora, Role.COORDINATOR)


@pytest.fixture
def adviser(mora):
    return driver.person("Rolf Rådgivare", mora, Role.ADVISER, unit="Upphandlingsenheten")


@pytest.fixture
def secretary(mora):
    return driver.person("Siv Sekreterare", mora, Role.SECRETARY)


@pytest.fixture
def reader(mora):
    return driver.person("Lars Läsare", mora, Role.READER)


@pytest.fixture
def administrator(mora):
    return driver.person("Ada Administratör", mora, Role.ADMINISTRATOR)


@pytest.fixture
def cast(coordinator, adviser, secretary, reader, administrator) -> dict[Role, object]:
    """Everybody who works in Mora, by role."""
    return {
        Role.COORDINATOR: coordinator,
        Role.ADVISER: adviser,
        Role.SECRETARY: secretary,
        Role.READER: reader,
        Role.ADMINISTRATOR: administrator,
    }


@pytest.fixture
def neighbour(gavle):
    """A coordinator in Gävle, who must see nothing of Mora's."""
    return driver.person("Gun Granne", gavle, Role.COORDINATOR)


@pytest.fixture
def case(mora):
    """An initiative that has just come in to Mora."""
    return driver.send_in(mora)


@pytest.fixture
def assessed(case, coordinator):
    """Mora's case while the coordinator assesses it; nothing is answered yet."""
    return driver.to_assessment(case, by=coordinator)


@pytest.fixture
def agreement(assessed, coordinator):
    """Mora's agreement on the writing desk: everything around it is ready, its points are not."""
    return driver.to_drafting(assessed, by=coordinator)


@pytest.fixture
def proposed(agreement, coordinator):
    """Mora's agreement, written and sent to decision."""
    return driver.to_decision(agreement, by=coordinator)


@pytest.fixture
def signing(proposed, coordinator):
    """Mora's agreement, decided and lying for signing."""
    return driver.to_signing(proposed, by=coordinator)


@pytest.fixture
def in_force(signing, coordinator):
    """Mora's agreement, signed and in force."""
    return driver.to_in_force(signing, by=coordinator)

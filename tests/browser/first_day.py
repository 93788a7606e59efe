"""Run as a program of its own: fills an empty data folder with what a municipality has on its first day."""

from io import StringIO

import django
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from tests.browser.places import OPERATOR, PASSWORD, PLACES, ROLES


def main():
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("rulesets", "load", stdout=StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    employ_everybody()


def employ_everybody():
    """One who runs the installation; in each municipality one of each role, and a second coordinator."""
    from iop.municipalities.models import Membership, Municipality, Unit, User

    password = make_password(PASSWORD)  # Slow on purpose, so once for all.
    User.objects.create(email=OPERATOR, name="Disa Drift", password=password, is_staff=True, is_superuser=True)
    for place in PLACES:
        municipality = Municipality.objects.get(slug=place.slug)
        unit = Unit.objects.get(municipality=municipality, name=place.adviser)
        for login, (name, role) in ROLES.items():
            user = User.objects.create(email=place.email(login), name=name, password=password)
            own = unit if role == "adviser" else None
            Membership.objects.create(user=user, municipality=municipality, role=role, unit=own)


if __name__ == "__main__":
    main()

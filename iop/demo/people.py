"""The people of the demonstration: one of each role in every municipality, all with the same password."""

from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password

from iop.municipalities.models import Membership, Municipality, Unit, User
from iop.municipalities.permissions import Role

from .story import Place

PASSWORD = "iop-demo"
DOMAIN = "example"  # nobody can own it, so no letter reaches anybody


@dataclass
class Cast:
    municipality: Municipality
    units: dict[str, Unit]
    users: dict[str, User]  # by the part of the address before @

    def of(self, role: Role) -> User:
        return next(user for user in self.users.values() if user.membership_in(self.municipality.pk).role == role)

    def adviser_of(self, unit: Unit | None) -> User | None:
        for user in self.users.values():
            membership = user.membership_in(self.municipality.pk)
            if unit and membership.role == Role.ADVISER and membership.unit_id == unit.pk:
                return user
        return None


@cache
def hashed() -> str:
    return make_password(PASSWORD)  # once for all, as it is slow on purpose


def address(key: str, place: Place) -> str:
    return f"{key}@{place.municipality}.{DOMAIN}"


def move_in(place: Place) -> Cast:
    """Make the people of a municipality; those who live there already stay."""
    municipality = Municipality.objects.get(slug=place.municipality)
    units = {unit.name: unit for unit in municipality.units.all()}
    users = {}
    for person in place.people:
        email = address(person.key, place)
        user, _ = User.objects.get_or_create(email=email, defaults={"name": person.name, "password": hashed()})
        Membership.objects.get_or_create(
            user=user,
            municipality=municipality,
            defaults={"role": person.role, "unit": units[person.unit] if person.unit else None},
        )
        users[person.key] = user
    return Cast(municipality, units, users)

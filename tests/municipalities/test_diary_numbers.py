"""How a municipality writes its diary numbers."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from iop.municipalities.diary_numbers import check_mask, example, in_mask
from iop.municipalities.models import User
from tests.cases import driver

YEAR = timezone.localdate().year


@pytest.mark.parametrize(
    ("number", "mask", "kept"),
    [
        ("KS 2026/00418", "KS 0000/00000", "KS 2026/00418"),
        ("ks2026/00418", "KS 0000/00000", "KS 2026/00418"),
        ("  KS   2026/00418 ", "KS 0000/00000", "KS 2026/00418"),
        ("", "KS 0000/00000", ""),
        ("vad  som helst", "", "VAD SOM HELST"),
        ("2026-7", "0000-0", "2026-7"),
        ("ÄN.26.1", "än.00.0", "ÄN.26.1"),
        ("A1 20", "A1 00", "A1 20"),
    ],
)
def test_a_number_as_the_mask_writes_it(number, mask, kept):
    assert in_mask(number, mask) == kept


@pytest.mark.parametrize(
    "number",
    ["KS 2026/418", "SN 2026/00418", "KS 2026/004181", "KS 2026-00418", "KS ２０２６/00418", "K", "KS 2026/0041x"],
)
def test_a_number_of_another_kind_is_told_how(number):
    with pytest.raises(ValidationError) as told:
        in_mask(number, "KS 0000/00000")
    assert told.value.messages == [f"Skriv diarienumret som KS {YEAR}/00418."]


@pytest.mark.parametrize(
    ("mask", "shown"), [("KS 0000/00000", f"KS {YEAR}/00418"), ("00.0", "18.8"), ("", f"KS {YEAR}/00418")]
)
def test_the_example_shows_the_mask(mask, shown):
    assert example(mask) == shown
    assert in_mask(shown, mask) == shown


def test_a_mask_has_room_for_digits():
    check_mask("KS 0000")
    with pytest.raises(ValidationError, match="minst en nolla"):
        check_mask("KS ####")


def test_it_is_set_under_admin(mora):
    who = User.objects.create_superuser("drift@mora.example", "ett-langt-losenord", name="Drift")
    address = reverse("admin:municipalities_municipality_change", args=[mora.pk])
    assert 'name="diary_mask"' in driver.logged_in(who).get(address).text

"""A published version changes for nobody; a new text arrives as a draft and alters no case."""

from datetime import timedelta
from io import StringIO
from shutil import copy

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from iop.municipalities.models import Municipality, Unit
from iop.rulesets.models import RuleSetVersion, VersionState, rules_of, take_in
from iop.rulesets.reader import SHIPPED, RuleSetError, content_hash
from tests.cases import driver


@pytest.fixture
def version(mora) -> RuleSetVersion:
    return RuleSetVersion.objects.get(municipality=mora)


@pytest.fixture
def draft(mora, version) -> RuleSetVersion:
    new, _ = take_in(mora, version.content | {"title": "Ny riktlinje"})
    return new


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def save(version):
    version.content["title"] = "Ändrad"
    version.save()


CHANGES = {
    "save": save,
    "save of one field": lambda version: setattr(version, "sha256", "0" * 64) or version.save(update_fields=["sha256"]),
    "update": lambda version: RuleSetVersion.objects.filter(pk=version.pk).update(adopted_by="Ingen"),
    "back to draft": lambda version: RuleSetVersion.objects.filter(pk=version.pk).update(state="draft"),
    "raw UPDATE": lambda version: sql("UPDATE rulesets_rulesetversion SET content = '{}'"),
    "raw UPDATE of number": lambda version: sql("UPDATE rulesets_rulesetversion SET number = number + 1"),
}
REMOVALS = {
    "delete": lambda version: version.delete(),
    "delete of all": lambda version: RuleSetVersion.objects.all().delete(),
    "raw DELETE": lambda version: sql("DELETE FROM rulesets_rulesetversion"),
    "TRUNCATE": lambda version: sql("TRUNCATE rulesets_rulesetversion CASCADE"),
}


@pytest.mark.parametrize("how", CHANGES)
def test_a_published_version_cannot_be_changed(version, how):
    before = RuleSetVersion.objects.values().get(pk=version.pk)
    with pytest.raises(DatabaseError, match="Publicerade regelverk ändras inte"), transaction.atomic():
        CHANGES[how](version)
    assert RuleSetVersion.objects.values().get(pk=before["id"]) == before


@pytest.mark.parametrize("how", REMOVALS)
def test_a_published_version_cannot_be_removed(version, how):
    with pytest.raises(DatabaseError, match="Publicerade regelverk får inte tas bort"), transaction.atomic():
        REMOVALS[how](version)
    assert RuleSetVersion.objects.count() == 5


@pytest.mark.parametrize("change", [{"state": "published"}, {"content": {}}, {"adopted_by": "Ingen"}])
def test_a_retired_version_stays_as_it_was(version, draft, change):
    draft.publish()
    with pytest.raises(DatabaseError, match="Publicerade regelverk ändras inte"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=version.pk).update(**change)


def test_a_draft_may_be_changed_and_removed(draft):
    draft.adopted_by = "Kommunfullmäktige"
    draft.save()
    draft.delete()
    assert RuleSetVersion.objects.filter(adopted_by="Kommunfullmäktige").count() == 0


def test_a_draft_is_nobodys_rules(draft):
    with pytest.raises(RuleSetVersion.DoesNotExist):
        rules_of(draft.pk)


def test_a_published_version_needs_a_day(draft):
    with pytest.raises(IntegrityError, match="published_version_has_a_day"), transaction.atomic():
        RuleSetVersion.objects.filter(pk=draft.pk).update(state=VersionState.PUBLISHED)


def test_publishing_retires_the_former_and_leaves_its_cases(mora, case, version, draft, coordinator):
    draft.publish(by=coordinator)
    version.refresh_from_db()
    case.refresh_from_db()
    assert (version.state, draft.state, draft.published_by) == ("retired", "published", coordinator)
    assert version.valid_to == draft.valid_from - timedelta(days=1)
    assert case.version == version
    assert case.rules.title == "Riktlinje för idéburet offentligt partnerskap (IOP)"
    assert driver.send_in(mora, title="Efter").version == draft


def test_there_is_only_one_in_force(mora, draft):
    draft.publish()
    assert [found.pk for found in RuleSetVersion.objects.in_force(mora)] == [draft.pk]


def test_changed_content_arrives_as_a_draft_and_alters_no_case(mora, case, version):
    content = version.content | {"agreement_is_called": "överenskommelse"}
    new, is_new = take_in(mora, content)
    case.refresh_from_db()
    assert (is_new, new.state, new.number, new.sha256) == (True, "draft", 2, content_hash(content))
    assert (case.version, case.rules.agreement_is_called) == (version, "avtal")
    assert RuleSetVersion.objects.in_force(mora).get() == version


def test_the_same_content_is_stored_once(mora, version):
    assert take_in(mora, version.content) == (version, False)
    assert RuleSetVersion.objects.filter(municipality=mora).count() == 1


def test_broken_content_is_not_stored(mora):
    with pytest.raises(RuleSetError):
        take_in(mora, {"schema": 1, "municipality": "mora"})
    assert RuleSetVersion.objects.filter(municipality=mora).count() == 1


# The command


def load() -> str:
    told = StringIO()
    call_command("rulesets", "load", stdout=told)
    return told.getvalue()


def test_the_five_are_in_force_from_the_start(db):
    found = RuleSetVersion.objects.values_list("municipality__slug", "state", "number")
    assert set(found) == {(slug, "published", 1) for slug in driver.FIVE}


def test_loading_again_changes_nothing(db):
    before = list(RuleSetVersion.objects.order_by("pk").values())
    units = Unit.objects.count()
    assert load() == ""
    assert list(RuleSetVersion.objects.order_by("pk").values()) == before
    assert Unit.objects.count() == units


def test_loading_leaves_what_an_administrator_has_changed(mora):
    mora.email = "partnerskap@mora.example"
    mora.save()
    mora.units.filter(name="Byggnadsnämnden").update(name="Miljö- och byggnadsnämnden")
    load()
    assert Municipality.objects.get(slug="mora").email == "partnerskap@mora.example"
    assert mora.units.filter(name="Byggnadsnämnden").count() == 0


def test_loading_a_changed_file_makes_a_draft(mora, tmp_path, monkeypatch):
    for path in SHIPPED.glob("*.toml"):
        copy(path, tmp_path)
    file = tmp_path / "mora.toml"
    file.write_text(
        file.read_text().replace('agreement_is_called = "avtal"', 'agreement_is_called = "samverkansavtal"')
    )
    monkeypatch.setattr("iop.rulesets.reader.SHIPPED", tmp_path)
    assert load() == "Mora kommun: den nya texten ligger som utkast, version 2.\n"
    assert RuleSetVersion.objects.in_force(mora).get().number == 1
    assert load() == ""

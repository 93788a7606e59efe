"""Stored versions of rule sets. A published version never changes; a case points at the one it follows.

A municipality has one common rule set in force. Beside it there may be *additions* (``series`` is their name), each
with versions of its own: rules for some units or for some time, which never take the place of the common ones.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from iop.municipalities.models import Municipality

from .additions import combined
from .reader import content_hash, parse
from .schema import RuleSet


class VersionState(models.TextChoices):
    DRAFT = "draft", "utkast"
    PUBLISHED = "published", "publicerad"
    RETIRED = "retired", "ersatt"


LATEST = (models.F("valid_from").desc(nulls_last=True), "-number")


class RuleSetVersionQuerySet(models.QuerySet):
    def published(self):
        """Versions in force. Without the content, which is read once for each process."""
        today = timezone.localdate()
        begun = models.Q(valid_from=None) | models.Q(valid_from__lte=today)
        not_over = models.Q(valid_to=None) | models.Q(valid_to__gte=today)
        return self.defer("content").filter(begun & not_over, state=VersionState.PUBLISHED)

    def in_force(self, municipality: Municipality):
        """The common version that new cases follow first; the latest day counts, then the latest number."""
        return self.published().filter(municipality=municipality, series="").order_by(*LATEST)

    def additions(self, municipality: Municipality):
        """What is in force beside the common rule set, the newest version of each."""
        return (
            self.published()
            .filter(municipality=municipality)
            .exclude(series="")
            .order_by("series", *LATEST)
            .distinct("series")
        )


class RuleSetVersion(models.Model):
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="rule_sets", verbose_name="kommun")
    number = models.PositiveIntegerField("version")
    series = models.CharField("tillägg", max_length=60, blank=True)  # empty: the common rule set
    state = models.CharField("läge", max_length=10, choices=VersionState, default=VersionState.DRAFT)
    content = models.JSONField("innehåll")
    sha256 = models.CharField("innehållets kontrollsumma", max_length=64)
    arrived_sha256 = models.CharField("kontrollsumma när den kom", max_length=64, blank=True)  # before the decision
    schema = models.PositiveSmallIntegerField("schema")
    adopted_by = models.CharField("antagen av", max_length=120, blank=True)
    adopted_on = models.DateField("antagen den", null=True, blank=True)
    paragraph = models.CharField("paragraf", max_length=40, blank=True)
    valid_from = models.DateField("gäller från", null=True, blank=True)
    valid_to = models.DateField("gäller till", null=True, blank=True)
    based_on = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="utgår från"
    )
    edits = models.JSONField(
        "senaste ändringar", default=dict, blank=True
    )  # of a draft: row -> who, and from what text
    removed = models.JSONField("borttagna regler", default=list, blank=True)  # of a draft, to be put back
    created_at = models.DateTimeField("skapad", default=timezone.now)
    edited_at = models.DateTimeField("ändrad", null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ändrad av"
    )
    set_aside_at = models.DateTimeField("undanlagd", null=True, blank=True)
    published_at = models.DateTimeField("publicerad", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="publicerad av"
    )

    objects = RuleSetVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "regelverk"
        verbose_name_plural = "regelverk"
        constraints = [
            models.UniqueConstraint("municipality", "number", name="rule_set_version_number_once"),
            models.CheckConstraint(
                name="published_version_has_a_day",
                condition=models.Q(state=VersionState.DRAFT) | models.Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality.short_name}, version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT

    @property
    def is_in_force(self) -> bool:
        """As ``published`` asks the database."""
        today = timezone.localdate()
        begun = self.valid_from is None or self.valid_from <= today
        return self.state == VersionState.PUBLISHED and begun and (self.valid_to is None or self.valid_to >= today)

    @property
    def rules(self) -> RuleSet:
        """What the version says. Raises RuleSetError for a draft that does not hold together yet."""
        return parse(self.content) if self.is_draft else rules_of(self.pk)

    @transaction.atomic
    def publish(self, *, by=None) -> None:
        """Put the draft in force from ``valid_from`` (today if nothing is said).

        Versions of the same series that began earlier end the day before, and keep their cases; those decided for a
        later day stand. Raises RuleSetError when the content does not hold together.
        """
        Municipality.objects.select_for_update().get(pk=self.municipality_id)
        rules = parse(self.content)
        today = timezone.localdate()
        start = max(self.valid_from or today, today)
        others = RuleSetVersion.objects.select_for_update().filter(
            municipality=self.municipality, series=self.series, state=VersionState.PUBLISHED
        )
        earlier = others.filter(models.Q(valid_from=None) | models.Q(valid_from__lte=start))
        if earlier.exists() or self.valid_from:
            self.valid_from = start  # a first version of which no day is known has always applied
        last = start - timedelta(days=1)
        earlier.filter(models.Q(valid_to=None) | models.Q(valid_to__gt=last)).update(valid_to=last)
        if start == today:
            earlier.update(state=VersionState.RETIRED)
        self.state, self.removed, self.edits = VersionState.PUBLISHED, [], {}
        self.sha256, self.schema = content_hash(self.content), rules.schema_number
        self.published_at, self.published_by = timezone.now(), by
        self.save()

    publish.alters_data = True


def newest_of(versions: Iterable[RuleSetVersion]) -> dict[str, RuleSetVersion]:
    """Series -> the version of it in force today (the common one's series is empty), of a municipality's versions.

    The same as ``in_force`` and ``additions`` ask the database for.
    """
    in_force = [version for version in versions if version.is_in_force]
    in_force.sort(key=lambda version: (version.valid_from or date.min, version.number))
    return {version.series: version for version in in_force}  # the last of a series stands


@lru_cache(maxsize=256)
def rules_of(version_id: int) -> RuleSet:
    """The rules of a published version, read from the database once for each process: they never change."""
    version = RuleSetVersion.objects.exclude(state=VersionState.DRAFT).only("content").get(pk=version_id)
    return parse(version.content)


@lru_cache(maxsize=1024)
def rules_with(
    version_id: int,
    additions: tuple[int, ...],
    units: frozenset[str] | None = None,
    areas: frozenset[str] | None = None,
) -> RuleSet:
    """The common rules and those of the additions, in that order.

    With ``units``, without rules for other units; with ``areas``, without rules for other areas. Put together once
    for each process: what is published never changes.
    """
    if areas is not None:
        whole = rules_with(version_id, additions)
        limits_areas = bool(areas_named(version_id, additions))
        return whole.limited_to(units, areas) if limits_areas or units is not None else whole
    beside = {RuleSetVersion.objects.values_list("series", flat=True).get(pk=pk): rules_of(pk) for pk in additions}
    return combined(rules_of(version_id), beside) if beside else rules_of(version_id)


@lru_cache(maxsize=256)
def names_units(version_id: int, additions: tuple[int, ...]) -> bool:
    """Is any of the rules limited to some of the municipality's units?"""
    return any(rule.units for rule in rules_with(version_id, additions).every_rule())


@lru_cache(maxsize=256)
def areas_named(version_id: int, additions: tuple[int, ...]) -> list[str]:
    """The areas that rules are limited to, in the order of the rules."""
    return rules_with(version_id, additions).areas_named


def rules_in_force(municipality: Municipality) -> RuleSet | None:
    """All that is in force in the municipality today, for whatever unit and area; None where nothing is."""
    version = RuleSetVersion.objects.in_force(municipality).first()
    beside = RuleSetVersion.objects.additions(municipality).only("pk") if version else ()
    return rules_with(version.pk, tuple(sorted(one.pk for one in beside))) if version else None


@transaction.atomic
def take_in(municipality: Municipality, content: dict) -> tuple[RuleSetVersion, bool]:
    """Store shipped or imported content as a new draft, unless the same content is stored already.

    Returns the version and whether it is new. Raises RuleSetError when the content does not hold together.
    """
    rules = parse(content)
    sha = content_hash(content)
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    same = models.Q(sha256=sha) | models.Q(arrived_sha256=sha)
    known = RuleSetVersion.objects.filter(same, municipality=municipality).first()
    if known:
        return known, False
    version = RuleSetVersion.objects.create(
        municipality=municipality,
        number=next_number(municipality),
        content=content,
        sha256=sha,
        arrived_sha256=sha,
        schema=rules.schema_number,
        adopted_by=rules.adopted_by,
        adopted_on=rules.adopted_on,
        paragraph=rules.paragraph,
        valid_from=rules.valid_from,
        valid_to=rules.valid_to,
    )
    return version, True


def next_number(municipality: Municipality) -> int:
    latest = RuleSetVersion.objects.filter(municipality=municipality).aggregate(models.Max("number"))["number__max"]
    return (latest or 0) + 1

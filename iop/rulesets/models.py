"""Stored versions of rule sets. A published version never changes; a case points at the one it follows."""

from functools import lru_cache

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from iop.municipalities.models import Municipality

from .reader import content_hash, parse
from .schema import RuleSet


class VersionState(models.TextChoices):
    DRAFT = "draft", "utkast"
    PUBLISHED = "published", "gällande"
    RETIRED = "retired", "ersatt"


class RuleSetVersionQuerySet(models.QuerySet):
    def published(self):
        """Versions in force. Without the content, which is read once for each process."""
        return self.defer("content").filter(state=VersionState.PUBLISHED)

    def in_force(self, municipality: Municipality):
        """The version new cases follow."""
        return self.published().filter(municipality=municipality).order_by("-number")


class RuleSetVersion(models.Model):
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="rule_sets", verbose_name="kommun")
    number = models.PositiveIntegerField("version")
    state = models.CharField("läge", max_length=10, choices=VersionState, default=VersionState.DRAFT)
    content = models.JSONField("innehåll")
    sha256 = models.CharField("innehållets kontrollsumma", max_length=64)
    schema = models.PositiveSmallIntegerField("schema")
    adopted_by = models.CharField("antagen av", max_length=120, blank=True)
    adopted_on = models.DateField("antagen den", null=True, blank=True)
    paragraph = models.CharField("paragraf", max_length=40, blank=True)
    valid_from = models.DateField("gäller från", null=True, blank=True)
    valid_to = models.DateField("gäller till", null=True, blank=True)
    created_at = models.DateTimeField("skapad", default=timezone.now)
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
            models.UniqueConstraint("municipality", "sha256", name="rule_set_content_once"),
            models.CheckConstraint(
                name="published_version_has_a_day",
                condition=models.Q(state=VersionState.DRAFT) | models.Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality.short_name}, version {self.number}"

    @property
    def rules(self) -> RuleSet:
        return rules_of(self.pk)

    @transaction.atomic
    def publish(self, *, by=None) -> None:
        """Put the draft in force; the version that was in force is retired and keeps its cases."""
        now = timezone.now()
        others = RuleSetVersion.objects.select_for_update().filter(
            municipality=self.municipality, state=VersionState.PUBLISHED
        )
        others.update(state=VersionState.RETIRED, valid_to=timezone.localdate())
        self.state = VersionState.PUBLISHED
        self.published_at, self.published_by = now, by
        self.valid_from = self.valid_from or timezone.localdate()
        self.save(update_fields=["state", "published_at", "published_by", "valid_from"])

    publish.alters_data = True


@lru_cache(maxsize=256)
def rules_of(version_id: int) -> RuleSet:
    """The rules of a published version, read from the database once for each process: they never change."""
    version = RuleSetVersion.objects.exclude(state=VersionState.DRAFT).only("content").get(pk=version_id)
    return parse(version.content)


@transaction.atomic
def take_in(municipality: Municipality, content: dict) -> tuple[RuleSetVersion, bool]:
    """Store shipped or imported content as a new draft, unless the same content is stored already.

    Returns the version and whether it is new. Raises RuleSetError when the content does not hold together.
    """
    rules = parse(content)
    sha = content_hash(content)
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    known = RuleSetVersion.objects.filter(municipality=municipality, sha256=sha).first()
    if known:
        return known, False
    latest = RuleSetVersion.objects.filter(municipality=municipality).aggregate(models.Max("number"))["number__max"]
    version = RuleSetVersion.objects.create(
        municipality=municipality,
        number=(latest or 0) + 1,
        content=content,
        sha256=sha,
        schema=rules.schema_number,
        adopted_by=rules.adopted_by,
        adopted_on=rules.adopted_on,
        paragraph=rules.paragraph,
        valid_from=rules.valid_from,
    )
    return version, True

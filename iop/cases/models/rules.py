"""What was said about rules in a case: answers, overrides, and every change of stage."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from iop.rulesets.models import RuleSetVersion

from .case import Case


class AboutSubject(models.Model):
    """Subject of a rule: the case itself, a party or an agreement of it (by kind and number)."""

    subject_kind = models.CharField("slag", max_length=20, default="case")
    subject_id = models.BigIntegerField("gäller")

    class Meta:
        abstract = True


class Answer(AboutSubject):
    """One answer to one part of a rule: criteria, controls and plain questions alike."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="answers", verbose_name="ärende")
    rule = models.CharField("regel", max_length=40)
    part = models.CharField("del", max_length=4, blank=True)
    value = models.CharField("svar", max_length=2000, blank=True)
    reason = models.TextField("motivering", max_length=5000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="av")
    said_by = models.CharField("vem i organisationen", max_length=200, blank=True)  # on pages of its own
    at = models.DateTimeField("när", default=timezone.now)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "svar"
        verbose_name_plural = "svar"
        constraints = [
            models.UniqueConstraint(
                "case", "rule", "part", "subject_kind", "subject_id", name="one_answer_to_each_part"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.part}: {self.value}"

    @property
    def given_by(self) -> str:
        return self.said_by or self.by.name


class Override(AboutSubject):
    """Avsteg: going on in spite of a block. Holds for this rule, this subject and this version, nothing else."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="overrides", verbose_name="ärende")
    rule = models.CharField("regel", max_length=40)
    version = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="+", verbose_name="regelverk")
    reason = models.TextField("skäl", max_length=5000)
    cause = models.CharField("hindrets slag", max_length=80, blank=True)  # another cause is another block
    finding = models.CharField("hindret som det stod", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="av")
    at = models.DateTimeField("när", default=timezone.now)

    class Meta:
        verbose_name = "avsteg"
        verbose_name_plural = "avsteg"
        constraints = [
            models.UniqueConstraint(
                "case", "rule", "subject_kind", "subject_id", "cause", "version", name="one_override_of_a_block"
            ),
            models.CheckConstraint(name="override_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"avsteg från {self.rule}"


class StageChange(AboutSubject):
    """Who moved what from where to where, when and why, with the findings as they stood."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="stage_changes", verbose_name="ärende")
    from_stage = models.CharField("från", max_length=20)
    to_stage = models.CharField("till", max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="av"
    )
    by_name = models.CharField("namn", max_length=120)
    at = models.DateTimeField("när", default=timezone.now)
    why = models.TextField("varför", max_length=5000, blank=True)
    findings = models.JSONField("så stod det", default=list)

    class Meta:
        verbose_name = "byte av skede"
        verbose_name_plural = "byten av skede"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"

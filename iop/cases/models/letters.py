"""What is sent to people outside the program, and the personal links by which they answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from iop.municipalities.models import Municipality

from .case import Case

DAYS_OF_A_LINK = 90


class Linked(models.Model):
    """Something that is read and answered by a personal link, of which only the hash is kept."""

    token_hash = models.CharField("länk", max_length=64, unique=True, null=True, blank=True)
    # Before the reminder: still good, as the letter with the new one may never have come, and somebody may be writing.
    earlier_hash = models.CharField("tidigare länk", max_length=64, blank=True, db_default="", db_index=True)
    sent_to = models.EmailField("skickat till", blank=True)
    link_ends = models.DateField("länken gäller till och med", null=True, blank=True)
    reminded_at = models.DateTimeField("påmind", null=True, blank=True)
    # Not those that were asked before the program could.
    reminds = models.BooleanField("påminns av sig själv", default=False, db_default=False)

    class Meta:
        abstract = True

    @property
    def link_is_open(self) -> bool:
        return self.link_ends is not None and self.link_ends >= timezone.localdate()


class LetterTemplate(models.Model):
    """A municipality's own text to start a letter from."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="letter_templates", verbose_name="kommun"
    )
    name = models.CharField("namn", max_length=80)
    subject = models.CharField("ämne", max_length=150)
    text = models.TextField("text", max_length=20000)
    in_use = models.BooleanField("används", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "brevmall"
        verbose_name_plural = "brevmallar"
        ordering = ["name"]
        constraints = [models.UniqueConstraint("municipality", "name", name="letter_template_name_once")]

    def __str__(self) -> str:
        return self.name


class LetterKind(models.TextChoices):
    MESSAGE = "message", "Meddelande"
    COMPLETION = "completion", "Begäran om komplettering"


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(case__in=Case.objects.visible_to(user))


class Letter(Linked):
    """A message to the organisation, or a request to complete what it sent in. Answers come as records."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="letters", verbose_name="ärende")
    kind = models.CharField("slag", max_length=20, choices=LetterKind, default=LetterKind.MESSAGE)
    to_name = models.CharField("till", max_length=120, blank=True)
    subject = models.CharField("ämne", max_length=150)
    text = models.TextField("text", max_length=20000)
    points = models.JSONField("det som behövs", default=list, blank=True)
    # Some of the points are papers of the rules, which come each by itself. ``partners.papers`` keeps it.
    waits_for_papers = models.BooleanField("väntar på underlag", default=False)
    due = models.DateField("svar senast", null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="skickat av")
    sent_at = models.DateTimeField("skickat", default=timezone.now)
    record = models.ForeignKey("cases.Record", models.PROTECT, related_name="+", verbose_name="handling")
    attached = models.ManyToManyField("cases.RecordFile", blank=True, related_name="+", verbose_name="bilagor")
    answers = models.ManyToManyField("cases.Record", blank=True, related_name="answers_to", verbose_name="svar")
    settled_at = models.DateTimeField("klart", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="klart enligt"
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "brev"
        verbose_name_plural = "brev"
        ordering = ["-sent_at"]
        constraints = [
            models.CheckConstraint(
                name="completion_has_points_and_a_day",
                condition=~Q(kind="completion") | (Q(due__isnull=False) & ~Q(points=[])),
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_waiting(self) -> bool:
        return self.settled_at is None

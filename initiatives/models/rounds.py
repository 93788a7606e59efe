"""What each affected unit is asked: whom it sends, and later what it thinks."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from iop.cases.machinery import Subject
from iop.cases.models import Case, Linked, Record
from iop.municipalities.models import Unit, UnitKind


class UnitRound(Linked):
    """Den interna rundan hos en berörd nämnd, styrelse eller ett bolag. One for each unit in a case.

    Answered in the program, or once by a personal link; by link there is a name and no user.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="rounds", verbose_name="ärende")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rounds", verbose_name="berörd enhet")
    asked_on = models.DateField("tillfrågad", default=timezone.localdate)
    due = models.DateField("svar senast")
    named_on = models.DateField("utsåg deltagare", null=True, blank=True)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="infört av"
    )
    named_name = models.CharField("vem som svarade genom länken", max_length=250, blank=True, db_default="")
    position = models.TextField("intern ståndpunkt", max_length=20000, blank=True)
    position_on = models.DateField("ståndpunkt den", null=True, blank=True)
    position_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="skriven av"
    )
    position_name = models.CharField("vem som skrev genom länken", max_length=250, blank=True, db_default="")
    record = models.ForeignKey(
        Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling med ståndpunkten"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "intern runda hos berörd enhet"
        verbose_name_plural = "interna rundor hos berörda enheter"
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint("case", "unit", name="one_round_of_a_unit_in_a_case"),
            models.CheckConstraint(
                name="named_participants_say_by_whom",
                condition=Q(named_on=None, named_by=None, named_name="")
                | Q(named_on__isnull=False) & (Q(named_by=None) ^ Q(named_name="")),
            ),
            models.CheckConstraint(
                name="position_says_by_whom",
                condition=Q(position="", position_on=None, position_by=None, position_name="")
                | ~Q(position="") & Q(position_on__isnull=False) & (Q(position_by=None) ^ Q(position_name="")),
            ),
        ]

    def __str__(self) -> str:
        return f"intern runda hos {self.unit}"

    @property
    def subject(self) -> Subject:
        return Subject.of(self)

    @property
    def head(self) -> str:
        """Whose task it is to name participants: a company has a managing director, a committee its administration."""
        return "vd" if self.unit.kind == UnitKind.BOLAG else "förvaltningschef"

    @property
    def who_named(self) -> str:
        return self.named_name or self.named_by.name

    @property
    def who_thinks(self) -> str:
        return self.position_name or self.position_by.name

    @property
    def is_waiting(self) -> bool:
        return self.named_on is None

    @property
    def has_answered(self) -> bool:
        return self.named_on is not None or bool(self.position)


class NamedParticipant(models.Model):
    """Somebody whom an affected unit sends."""

    round = models.ForeignKey(UnitRound, models.PROTECT, related_name="participants", verbose_name="runda")
    name = models.CharField("namn", max_length=120)
    email = models.EmailField("e-post", blank=True)

    class Meta:
        verbose_name = "utsedd deltagare"
        verbose_name_plural = "utsedda deltagare"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

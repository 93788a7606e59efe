"""What the desk itself keeps: filters that people saved, and the rows that search looks in."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from iop.cases.models import Case, Record
from iop.municipalities.models import Municipality
from iop.municipalities.permissions import Act
from iop.municipalities.swedish import in_swedish_order


class ListName(models.TextChoices):
    """The lists, by the name they have in addresses."""

    CASES = "arenden", "Ärenden"
    ORGANISATIONS = "organisationer", "Organisationer"
    AGREEMENTS = "avtal", "Avtal"
    FOLLOW_UPS = "uppfoljning", "Uppföljning"


class SavedFilterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those that colleagues share."""
        here = [m.municipality_id for m in user.memberships_now() if user.may(Act.SEE, m.municipality)]
        return self.filter(Q(owner=user) | Q(shared=True), municipality__in=here)


class SavedFilter(models.Model):
    """An address of a list, kept under a name: filters, order and columns."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="vems")
    list = models.CharField("lista", max_length=20, choices=ListName)
    name = models.CharField("namn", max_length=60)
    query = models.CharField("filter", max_length=2000, blank=True)  # as in the address, without ?
    shared = models.BooleanField("delas i kommunen", default=False)
    saved_at = models.DateTimeField("sparat", default=timezone.now)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = "sparat filter"
        verbose_name_plural = "sparade filter"
        ordering = [in_swedish_order("name"), "pk"]
        constraints = [models.UniqueConstraint("owner", "municipality", "list", "name", name="filter_name_once")]

    def __str__(self) -> str:
        return self.name


class SearchKind(models.TextChoices):
    """Where a word was found."""

    CASE = "case", "Ärendet"
    PARTY = "party", "Part"
    INITIATIVE = "initiative", "Initiativet"
    RECORD = "record", "Handling"
    AGREEMENT = "agreement", "Avtalet"
    MEETING = "meeting", "Planerat möte"
    ANSWERS = "answers", "Bedömningen"


class SearchRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.readable_by(user).filter(case__in=Case.objects.visible_to(user))

    def readable_by(self, user):
        """Of cases that are known to be visible: what comes from a record, only where the record may be seen too."""
        hidden = Record.objects.hidden_from(user).order_by().values("pk")
        return self.exclude(record__in=hidden)


class SearchRow(models.Model):
    """What can be searched of one source: a case, a party, an initiative, a record … Written by ``search.index``.

    ``vector`` holds the prose with Swedish stems, and names and numbers as folded keys with a mark before each
    (``search.words.KEY``), so that the beginning of a word finds names and not every compound in a letter.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="ärende")
    kind = models.CharField("källa", max_length=12, choices=SearchKind)
    source_id = models.BigIntegerField("källans nummer")
    record = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling")
    heading = models.CharField("rubrik", max_length=250, blank=True)
    text = models.TextField("text", blank=True)
    vector = SearchVectorField("sökord")

    objects = SearchRowQuerySet.as_manager()

    class Meta:
        verbose_name = "sökrad"
        verbose_name_plural = "sökrader"
        constraints = [models.UniqueConstraint("kind", "source_id", name="search_row_of_a_source_once")]
        indexes = [GinIndex("vector", name="search_row_words")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.source_id}"

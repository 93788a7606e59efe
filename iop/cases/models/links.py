"""Cases that belong together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone
from simple_history.models import HistoricalRecords

from .case import Case


class LinkKind(models.TextChoices):
    RELATED = "related", "hör ihop"
    DOUBLE = "double", "sammanfört"


class CaseLinkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Only between cases that the person sees, both of them."""
        seen = Case.objects.visible_to(user)
        return self.filter(case__in=seen, other__in=seen)

    def of(self, case: Case):
        return self.filter(Q(case=case) | Q(other=case))


class CaseLink(models.Model):
    """Samband. Of doubles, ``case`` is the one that was closed and ``other`` the one that goes on."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="links_from", verbose_name="ärende")
    other = models.ForeignKey(Case, models.PROTECT, related_name="links_to", verbose_name="annat ärende")
    kind = models.CharField("slag", max_length=10, choices=LinkKind, default=LinkKind.RELATED)
    note = models.CharField("anteckning", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="av")
    at = models.DateTimeField("när", default=timezone.now)

    objects = CaseLinkQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "samband"
        verbose_name_plural = "samband"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(Least("case", "other"), Greatest("case", "other"), name="one_link_of_two_cases"),
            models.CheckConstraint(name="case_is_not_linked_to_itself", condition=~Q(case=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.get_kind_display()} {self.other_id}"

    @property
    def removable(self) -> bool:
        """What is merged stays told."""
        return self.kind != LinkKind.DOUBLE

    def beyond(self, case: Case) -> Case:
        """The case at the other end."""
        return self.other if self.case_id == case.pk else self.case

    def seen_from(self, case: Case) -> str:
        """What the link says on the page of one of its cases, before the name of the other."""
        if self.kind == LinkKind.RELATED:
            return "Hör ihop med"
        return "Sammanfört med" if self.case_id == case.pk else "Hit är sammanfört"

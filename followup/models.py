"""What happens while a partnership lasts: follow-ups and what was learnt."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from agreements.models import Agreement
from iop.cases.machinery import Subject


class FollowUpQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(agreement__in=Agreement.objects.visible_to(user))

    def waiting(self):
        return self.filter(held_on=None, cancelled=False)

    def overdue(self):
        return self.waiting().filter(due__lt=timezone.localdate())


class FollowUp(models.Model):
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="follow_ups", verbose_name="avtal")
    due = models.DateField("senast")
    held_on = models.DateField("genomförd", null=True, blank=True)
    participants = models.CharField("vilka som deltog", max_length=300, blank=True)
    progress = models.TextField("hur verksamheten går", max_length=20000, blank=True)
    future = models.TextField("fortsatt samverkan", max_length=20000, blank=True)
    lessons = models.TextField("lärdomar", max_length=20000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="införd av"
    )
    cancelled = models.BooleanField("inte längre aktuell", default=False)

    objects = FollowUpQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "uppföljning"
        verbose_name_plural = "uppföljningar"
        ordering = ["due"]
        constraints = [
            models.UniqueConstraint(
                "agreement", condition=Q(held_on=None, cancelled=False), name="one_waiting_follow_up"
            ),
            models.CheckConstraint(name="held_follow_up_says_how_it_goes", condition=Q(held_on=None) | ~Q(progress="")),
        ]

    def __str__(self) -> str:
        return f"uppföljning {self.due}"

    @property
    def subject(self) -> Subject:
        return Subject("followup", self.pk)

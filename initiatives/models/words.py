"""What a municipality itself has written in the public form."""

from django.db import models
from simple_history.models import HistoricalRecords

from iop.municipalities.models import Municipality

from ..words import Words, standard


class FormWordsQuerySet(models.QuerySet):
    def of(self, place: Municipality) -> dict[str, Words]:
        """The words of every step, as they stand there now: the municipality's own before ours. One query."""
        written = dict(self.filter(municipality=place).values_list("step", "words"))
        return {slug: step.said(written.get(slug, {}), place) for slug, step in standard().items()}


class FormWords(models.Model):
    """The words of one step that are the municipality's own. What is not among them is said in ours."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="form_words", verbose_name="kommun")
    step = models.CharField("steg", max_length=20)  # a slug of initiatives/form.toml
    words = models.JSONField("ord", default=dict, blank=True)  # «title-label» -> text
    changed_at = models.DateTimeField("ändrad", auto_now=True)

    objects = FormWordsQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "ord i formuläret"
        verbose_name_plural = "ord i formuläret"
        constraints = [models.UniqueConstraint("municipality", "step", name="one_wording_of_a_step")]

    def __str__(self) -> str:
        return f"{self.step}, {self.municipality}"

"""How often something has been tried, told in the database so that it holds over processes."""

from django.db import models


class Tally(models.Model):
    """Tries of one sort by one sender within one stretch of time. ``who`` is a hash: no address is kept."""

    who = models.CharField("vad och vem, som kontrollsumma", max_length=64)
    since = models.DateTimeField("från")
    until = models.DateTimeField("till", db_index=True)
    tries = models.PositiveIntegerField("försök")

    class Meta:
        verbose_name = "räknade försök"
        verbose_name_plural = "räknade försök"
        constraints = [models.UniqueConstraint("who", "since", name="one_tally_of_a_stretch")]

    def __str__(self) -> str:
        return str(self.tries)

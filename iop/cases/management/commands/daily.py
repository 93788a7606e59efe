"""`manage.py daily`: what the clock brings. To be run once a day; running it twice does nothing twice."""

from django.conf import settings
from django.core.mail import mailers
from django.core.management.base import BaseCommand, CommandError

from iop.municipalities.models import Municipality

from ...daily import CHORES
from ...duties import open_due
from ...reminders import send_due


def _mail_server_answers() -> None:
    """Raises CommandError. Otherwise the case files would say that reminders went, and none did."""
    try:
        with mailers.default:
            pass
    except OSError as error:
        raise CommandError(f"E-postservern svarar inte, och inga påminnelser har skickats: {error}") from error


class Command(BaseCommand):
    help = "Gör det som ska göras varje dag. Går att köra hur ofta som helst."

    def handle(self, **options):
        def absolute(path: str) -> str:
            return settings.ADDRESS + path

        for municipality in Municipality.objects.order_by("pk"):
            for duty in open_due(municipality):
                self.stdout.write(f"{municipality.short_name}: {duty.title}. {duty.because}.")
        _mail_server_answers()
        for municipality in Municipality.objects.order_by("pk"):
            for told in send_due(municipality, absolute=absolute):
                self.stdout.write(f"{municipality.short_name}: {told}.")
            for chore in CHORES:
                for told in chore(municipality, absolute):
                    self.stdout.write(f"{municipality.short_name}: {told}.")

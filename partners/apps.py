from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Parter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from iop.cases.daily import CHORES

        from . import access, messages, questions  # noqa: F401 (what they register)
        from .unsent import clear_away

        CHORES.append(clear_away)

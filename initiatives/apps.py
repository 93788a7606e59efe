from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "initiatives"
    verbose_name = "Initiativ"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from iop.cases.daily import CHORES

        from . import rounds  # noqa: F401  registers what is done when units become affected
        from .drafts import clear_away

        CHORES.append(clear_away)

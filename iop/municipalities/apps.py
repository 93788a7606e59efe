from django.apps import AppConfig


class MunicipalitiesConfig(AppConfig):
    name = "iop.municipalities"
    verbose_name = "Kommuner"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import logins  # noqa: F401 -- registers what is noted at a login

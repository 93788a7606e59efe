from django.apps import AppConfig


class MunicipalitiesConfig(AppConfig):
    name = "iop.municipalities"
    verbose_name = "Kommuner"
    default_auto_field = "django.db.models.BigAutoField"

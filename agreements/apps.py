from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Överenskommelser"
    default_auto_field = "django.db.models.BigAutoField"

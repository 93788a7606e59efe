from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "initiatives"
    verbose_name = "Initiativ"
    default_auto_field = "django.db.models.BigAutoField"

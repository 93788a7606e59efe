from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "iop.portal"
    verbose_name = "Sidor för organisationer"
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "iop.demo"
    verbose_name = "Demonstration"
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "followup"
    verbose_name = "Uppföljning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import register  # noqa: F401  (it hears when something becomes secret)

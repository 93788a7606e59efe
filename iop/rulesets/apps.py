from django.apps import AppConfig


class RulesetsConfig(AppConfig):
    name = "iop.rulesets"
    verbose_name = "Riktlinjer"
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CasesConfig(AppConfig):
    name = "iop.cases"
    label = "cases"
    verbose_name = "Ärenden"

    def ready(self):
        from . import fields  # noqa: F401  says how too long a text is told, before the first form is made

        # Every app that owns facts registers its checks here before the first case is judged.
        autodiscover_modules("checks", "actions")

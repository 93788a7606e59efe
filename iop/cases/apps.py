from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CasesConfig(AppConfig):
    name = "iop.cases"
    label = "cases"
    verbose_name = "Ärenden"

    def ready(self):
        # Every app that owns facts registers its checks here before the first case is judged.
        autodiscover_modules("checks", "actions")

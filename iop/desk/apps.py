from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "iop.desk"
    verbose_name = "Arbetsbord"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from .search import keeping

        keeping.connect()

from django.db.backends.postgresql import base

from . import server


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):
        server.ensure_running(self.settings_dict["FOLDER"])
        return super().get_new_connection(conn_params)

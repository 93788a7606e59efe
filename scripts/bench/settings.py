"""The program's own settings, with the bench's addresses beside its pages."""

from iop.settings import *  # noqa: F403
from iop.settings import DATABASES, STORAGES

ROOT_URLCONF = "scripts.bench.urls"
DATABASES["default"]["CONN_MAX_AGE"] = None  # as with IOP_POOL: opening a connection is not what is measured
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
LOGGING = {"version": 1}

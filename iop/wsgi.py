import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iop.settings")
# Only a server lives long enough to gain from a pool of connections.
os.environ.setdefault("IOP_POOL", "1")

application = get_wsgi_application()

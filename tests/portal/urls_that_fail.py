"""The program's addresses and one that fails, to see the page for it."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from iop import urls
from iop.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_not_required
def fails(request):
    raise RuntimeError("hemlig uppgift")


urlpatterns = [path("gar-fel/", fails), *urls.urlpatterns]

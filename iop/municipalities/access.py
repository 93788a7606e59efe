"""The doors of a municipality's pages."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from .models import Municipality
from .permissions import Act


def official(act: Act = Act.SEE) -> Callable:
    """A page for those who work in the municipality named in the address.

    The view is given the ``Municipality`` in place of its slug, also found at ``request.municipality``. Somebody
    else's municipality does not exist (404); a member without the right for ``act`` is refused (403).
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, slug: str, **kwargs) -> HttpResponse:
            membership = next((m for m in request.user.memberships_now() if m.municipality.slug == slug), None)
            if membership is None:
                raise Http404
            request.municipality = membership.municipality
            require(request, act)
            return view(request, membership.municipality, **kwargs)

        guarded.act = act
        return guarded

    return decorate


def require(request: HttpRequest, act: Act) -> None:
    if not request.user.may(act, request.municipality):
        raise PermissionDenied


def public_municipality(request: HttpRequest, slug: str) -> Municipality:
    """For open pages: any municipality, or 404."""
    request.municipality = get_object_or_404(Municipality, slug=slug)
    return request.municipality

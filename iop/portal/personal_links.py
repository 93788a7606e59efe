"""The door of pages that a personal link opens: letters, statements and declarations to be answered.

The address is the key, so there is no token against forged forms, and no cookie. A link that is wrong is told in
words, and guesses are counted; so is what is sent from one place.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from initiatives.limits import Limit, address_of, limited
from initiatives.views.doors import count_wrong_link

SENT_FROM_AN_ADDRESS = Limit("sent by personal links", most=60, minutes=10)  # a town hall shares one


def by_link(find: Callable[[str], object]) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """``find``: what the token opens, or Http404. The view is given the token and what was found, while it is open.

    It is looked up before anything is counted: nobody loses a link that is right, or was, by others' guesses.
    """

    def opened(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
            try:
                with count_wrong_link(request):
                    found = find(token)
            except Http404:
                return render(request, "portal/link_is_gone.html", status=404)
            request.municipality = found.case.municipality
            if not found.link_is_open:
                return render(request, "portal/link_is_gone.html", status=404)
            if request.method == "POST":
                SENT_FROM_AN_ADDRESS.count(address_of(request))
            return view(request, token, found, **kwargs)

        return login_not_required(csrf_exempt(never_cache(limited(guarded))))

    return opened

"""What the frame of every page needs."""

from django.conf import settings
from django.http import HttpRequest

from iop.municipalities.permissions import Act


def shell(request: HttpRequest) -> dict:
    """The municipality that the page is about, and the person's role there. Read by templates/base.html."""
    municipality = getattr(request, "municipality", None)
    user = getattr(request, "user", None)
    if municipality is None or user is None or not user.is_authenticated:
        return {"municipality": municipality, "membership": None, "demo": settings.DEMO}
    return {
        "municipality": municipality,
        "membership": user.membership_in(municipality.pk),
        "may": {act.value: user.may(act, municipality) for act in Act},
        "demo": settings.DEMO,
    }

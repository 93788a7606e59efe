"""What a person wrote in a form that could not be taken, to be shown again so that it is never lost."""

from django.forms import BaseForm
from django.http import HttpRequest

# Fields that no person wrote.
NOT_WRITTEN = {
    "csrfmiddlewaretoken",
    "submission",
    "rule",
    "part",
    "subject",
    "saved_id",
    "tab",
    "kind",
    "pk",
    "cause",
    "page",
}

MARKS = {"opened", "anyway", "asked"}  # last part of the names that iop.cases.opened uses

CHOSEN = {"value", "outcome", "state", "flag"}  # mostly chosen from a list; a text only if it has several words


def written_in(request: HttpRequest) -> list[str]:
    """Texts of the form, in its order; never a password, nor what is too short to miss."""
    return [
        value
        for name, values in request.POST.lists()
        for value in values
        if name not in NOT_WRITTEN
        and name.rpartition("-")[2] not in MARKS
        and "password" not in name
        and len(value.strip()) > 2
        and not (name.rpartition("-")[2] in CHOSEN and " " not in value.strip())
    ]


def labelled(form: BaseForm) -> list[tuple[str, str]]:
    """(label, text) of what was written in a form that is at hand."""
    values = [(field.label, field.value()) for field in form if not field.is_hidden]
    return [(label, value) for label, value in values if isinstance(value, str) and len(value.strip()) > 2]

"""Which version of the rules a case follows, what a newer one would change, and the move to it."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from iop.cases.fields import TextArea
from iop.cases.machinery import Refused
from iop.cases.versions import additions_beside, as_followed, follow, may_be_moved, newer_rules
from iop.municipalities.access import official, require
from iop.municipalities.permissions import Act
from iop.rulesets.differences import changed_settings, differences

from ..case_page import carried_out, case_or_404, render_case, tried_under


class FollowForm(forms.Form):
    why = TextArea(label="Varför ska ärendet följa de nya reglerna?")
    keep_changed = forms.BooleanField(
        label="Behåll svar på frågor som bara har fått andra ord",
        help_text="Annars behöver de besvaras på nytt.",
        required=False,
    )


@official()
@require_http_methods(["GET", "HEAD", "POST"])
def newer_version(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    """The differences first, then the choice; without a newer version there is nothing here."""
    case = case_or_404(request, reference)
    version = newer_rules(case)
    if version is None:
        raise Http404
    if request.method == "POST":
        require(request, Act.MOVE)
    form = FollowForm(request.POST or None)
    if carried_out(form, lambda data: follow(case, version, by=request.user, **data)):
        return redirect("case", municipality.slug, reference)
    try:
        may_be_moved(case)
        held = ""
    except Refused as why:
        held = str(why)
    rules = as_followed(case, version, additions_beside(municipality))
    then = case.under(rules).rules
    return render_case(
        request,
        case,
        "case",
        "desk/case/newer_rules.html",
        status=422 if form.is_bound else 200,
        form=form,
        held=held,
        version=version,
        settings=changed_settings(case.rules, then),
        found=differences(case.rules, then),
        one=tried_under(case, rules),
    )

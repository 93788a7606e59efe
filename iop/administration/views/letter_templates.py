"""The municipality's own texts to start letters from."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from iop.cases.fields import Line, TextArea
from iop.cases.letters import change_template, standard_letters
from iop.cases.models import LetterTemplate
from iop.cases.opened import Opened
from iop.desk.case_page import carried_out
from iop.municipalities.access import official
from iop.municipalities.permissions import Act

NAMES = ("ärende", "rubrik", "kontakt", "organisation", "kommun", "handläggare", "diarienummer", "utfall", "skäl")


class TemplateForm(Opened, forms.ModelForm):
    name = Line(label="Mallens namn", max_length=80)
    subject = Line(label="Ämne", max_length=150)
    text = TextArea(label="Text", rows=14)

    class Meta:
        model = LetterTemplate
        fields = ["name", "subject", "text", "in_use"]

    def __init__(self, *args, instance: LetterTemplate, **kwargs):
        stored = {name: getattr(instance, name) for name in self.Meta.fields}
        super().__init__(*args, instance=instance, stored=stored, **kwargs)

    def keep(self) -> None:
        if self.instance.pk:
            change_template(self.instance, self.written, opened=self.sent_marks)
        else:
            self.save()

    def _get_validation_exclusions(self):
        # The municipality is not in the form but belongs to the uniqueness of the name.
        return super()._get_validation_exclusions() - {"municipality"}


@official(Act.RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def letter_templates(request: HttpRequest, municipality) -> HttpResponse:
    """All of them, and a form for a new one; ``?efter=`` begins from one of ours."""
    ours = {row["key"]: row for row in standard_letters()}
    begun = ours.get(request.GET.get("efter", ""), {})
    initial = {name: begun.get(name, "").strip() for name in ("name", "subject", "text")}
    form = TemplateForm(request.POST or None, instance=LetterTemplate(municipality=municipality), initial=initial)
    return _save_or_show(request, municipality, form, ours)


@official(Act.RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def letter_template(request: HttpRequest, municipality, pk: int) -> HttpResponse:
    row = get_object_or_404(LetterTemplate, municipality=municipality, pk=pk)
    return _save_or_show(request, municipality, TemplateForm(request.POST or None, instance=row), {})


def _save_or_show(request, municipality, form, ours) -> HttpResponse:
    if carried_out(form, lambda _: form.keep()):
        messages.success(request, "Mallen är sparad.")
        return redirect("letter_templates", municipality.slug)
    context = {
        "form": form,
        "templates": LetterTemplate.objects.filter(municipality=municipality),
        "ours": ours.values(),
        "names": NAMES,
    }
    status = 422 if form.is_bound else 200
    return render(request, "administration/letter_templates.html", context, status=status)

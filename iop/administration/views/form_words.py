"""Where the administrator words the public form: one page for each step, with a look at what it becomes."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from initiatives.steps import SEND, STEPS, InviteForm, StartForm
from initiatives.words import START, Step, Wording, Words, standard
from iop.cases.fields import Line, TextArea, with_letters
from iop.cases.opened import Opened
from iop.desk.case_page import carried_out
from iop.municipalities.access import official
from iop.municipalities.models import Municipality
from iop.municipalities.pages import LONGEST
from iop.municipalities.permissions import Act
from iop.rulesets.models import RuleSetVersion

from ..form_words import save_words, says_something, texts_of

MOST_LABEL, MOST_HELP = 200, 500  # letters of a question or a heading, and of the help under a question


class WordsForm(Opened):
    """The words of one step. What is emptied is ours again."""

    def __init__(self, *args, step: Step, **kwargs):
        super().__init__(*args, **kwargs)
        self.step = step
        fields = {name: field for wording in step.words for name, field in _fields(wording).items()}
        self.fields = fields | self.fields

    @property
    def rows(self) -> list[list]:
        """The fields of each question or heading, together."""
        return [[self[name] for name in wording.texts] for wording in self.step.words]

    def texts(self) -> dict[str, str]:
        """As they would stand if they were saved now, also where something is too long."""
        typed = {name: self[name].value() or "" for name in self.step.texts}
        return {name: text for name, text in typed.items() if says_something(text)}


def _fields(wording: Wording) -> dict:
    """Each named so that it is told apart from every other of its page."""
    prose = wording.kind == "heading"
    if wording.key == "step":
        asks, helps = "Stegets rubrik", "Texten under stegets rubrik"
    elif wording.label is None:
        asks, helps = "", wording.where
    else:
        after = f" om {wording.where}" if wording.where else ""
        asks = f"{'Rubriken' if prose else 'Frågan'} «{wording.label}»{after}"
        helps = f"{'Texten' if prose else 'Hjälpen'} under «{wording.label}»{after}"
    fields = {
        f"{wording.key}-label": Line(label=asks, max_length=MOST_LABEL, required=False, validators=[with_letters]),
        f"{wording.key}-help": TextArea(
            label=helps,
            max_length=LONGEST if prose else MOST_HELP,
            rows=4 if prose else 2,
            required=False,
            validators=[with_letters],
        ),
    }
    return {name: fields[name] for name in wording.texts}


@official(Act.PAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def form_words(request: HttpRequest, municipality, step: str) -> HttpResponse:
    if step not in standard():
        raise Http404
    about, stored = standard()[step], texts_of(municipality, standard()[step])
    form = WordsForm(request.POST or None, step=about, stored=stored, initial=stored)
    if request.method == "POST" and "preview" not in request.POST:
        if carried_out(form, lambda data: save_words(municipality, about, form.written, opened=form.sent_marks)):
            messages.success(request, "Orden är sparade.")
            return redirect("public_pages", municipality.slug)
    words = about.said(form.texts(), municipality)
    context = {"form": form, "step": about, "words": words, "look": _look(municipality, step, words)}
    return render(request, "administration/form_words.html", context, status=422 if form.errors else 200)


def _look(place: Municipality, slug: str, words: Words) -> dict:
    """What shows the step as those who fill it in will see it: its form, and the template of its fields."""
    if slug == START:
        return {"form": StartForm(words=words), "fields": "administration/form_words.html#start"}
    if slug == SEND:
        return {"form": InviteForm(words=words), "fields": "administration/form_words.html#sending"}
    version = RuleSetVersion.objects.in_force(place).first()
    if version is None:
        return {}
    kind = next(one for one in STEPS if one.slug == slug)
    form = kind(stored={}, rules=version.rules, municipality=place, words=words)
    return {"form": form, "fields": f"{kind.template}#fields", "rules": version.rules}

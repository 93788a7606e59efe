"""The case file for a records request: reviewed record by record, then handed out as a PDF or an archive."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from iop.cases.disclosures import ground_of
from iop.cases.disclosures import hand_out as hand_out_records
from iop.cases.fields import Line, TextArea
from iop.cases.models import Case, Disclosure, Record
from iop.municipalities.access import official
from iop.municipalities.permissions import Act

from .. import case_file
from ..case_page import carried_out, case_or_404, render_case


class HandOutForm(forms.Form):
    """``records``: those the person sees, each with the ground for its secrecy if there is one."""

    asked = TextArea(label="Vad gäller begäran?", max_length=2000, rows=2)
    to = Line(
        label="Vem får handlingarna?",
        max_length=200,
        help_text="Den som begär ut handlingar behöver inte säga vem den är. Skriv då «anonym» och hur de lämnas.",
    )
    chosen = forms.MultipleChoiceField(
        label="Handlingar", error_messages={"required": "Kryssa i minst en handling."}, required=True
    )
    marked = forms.CharField(required=False, widget=forms.HiddenInput)  # numbers that the page showed as secret
    timeline = forms.BooleanField(
        label="Ta med händelserna",
        help_text="Händelser som hör till handlingar som inte lämnas ut följer inte med. Läs igenom dem på sidan "
        "Händelser först: de kan nämna sådant som hålls kvar.",
        required=False,
    )

    def __init__(self, *args, case: Case, records: list[Record], unseen: int = 0, **kwargs):
        self.by_number = {str(record.number): record for record in records}
        secret = [number for number, record in self.by_number.items() if record.ground]
        initial = {
            "chosen": [number for number in self.by_number if number not in secret],
            "marked": " ".join(secret),
            "timeline": not secret and not unseen,  # events may tell of what is kept back
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["chosen"].choices = [(number, number) for number in self.by_number]

    @property
    def rows(self) -> list[tuple[Record, bool]]:
        """Each record, and whether it is ticked."""
        ticked = set(self["chosen"].value() or [])
        return [(record, number in ticked) for number, record in self.by_number.items()]

    def clean(self):
        data = super().clean()
        shown = data.get("marked", "").split()
        since = [n for n in data.get("chosen", []) if self.by_number[n].ground and n not in shown]
        if since:
            self.data = self.data.copy()
            self.data["marked"] = " ".join([*shown, *since])
            raise forms.ValidationError(
                f"Handling {', '.join(since)} har sekretessmarkerats sedan sidan visades. Pröva den och skicka igen."
            )
        return data


def _seen(request, case: Case) -> list[Record]:
    records = list(case.records.visible_to(request.user).prefetch_related("files__file"))
    for record in records:
        record.ground = ground_of(record, case)
        record.lost = [file.name for file in record.files.all() if not file.file.is_there]
    return records


@official(Act.KEEP_RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    """The review: every record that the person sees, the secret ones marked and left unticked."""
    case = case_or_404(request, reference)
    records = _seen(request, case)
    unseen = case.records.count() - len(records)
    data = request.POST if request.method == "POST" else None
    form = HandOutForm(data, case=case, records=records, unseen=unseen)
    done: list[Disclosure] = []

    def give(data):
        chosen = [form.by_number[number] for number in data["chosen"]]
        facts = {"asked": data["asked"], "to": data["to"], "timeline": data["timeline"]}
        done.append(hand_out_records(case, chosen, by=request.user, **facts))

    if carried_out(form, give):
        messages.success(request, f"Utlämnandet är antecknat som handling {done[0].record.number}.")
        return redirect("handed_out", municipality.slug, case.reference, done[0].pk)
    earlier = Disclosure.objects.visible_to(request.user).filter(case=case).select_related("by")
    return render_case(
        request,
        case,
        "record_list",
        "desk/case_file/review.html",
        status=422 if form.is_bound else 200,
        form=form,
        earlier=earlier,
        unseen=unseen,
    )


def _disclosure_or_404(request, case: Case, pk: int) -> Disclosure:
    """Only for those who see every record that went out."""
    rows = Disclosure.objects.visible_to(request.user).select_related("by", "record")
    disclosure = get_object_or_404(rows, case=case, pk=pk)
    disclosure.case = case
    return disclosure


@official(Act.KEEP_RECORDS)
@require_safe
def handed_out(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    disclosure = _disclosure_or_404(request, case, pk)
    records = case_file.records_of(disclosure)
    context = {
        "disclosure": disclosure,
        "records": records,
        "files": sum(len(record.files.all()) for record in records),
        "lost": [file.name for record in records for file in record.files.all() if not file.file.is_there],
    }
    return render_case(request, case, "record_list", "desk/case_file/handed_out.html", **context)


@official(Act.KEEP_RECORDS)
@require_safe
def handed_out_pdf(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    document = case_file.disclosure_pdf(_disclosure_or_404(request, case, pk), request.user)
    return _pdf(document, f"akt-{case.reference}.pdf")


@official(Act.KEEP_RECORDS)
@require_safe
def handed_out_zip(request: HttpRequest, municipality, reference: str, pk: int) -> HttpResponse:
    case = case_or_404(request, reference)
    pieces = case_file.disclosure_zip(_disclosure_or_404(request, case, pk), request.user)
    headers = {"Content-Disposition": f'attachment; filename="akt-{case.reference}.zip"'}
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


@official()
@require_safe
def record_list_pdf(request: HttpRequest, municipality, reference: str) -> HttpResponse:
    """The list alone, for the office's own use: what is secret is marked, and no text follows."""
    case = case_or_404(request, reference)
    return _pdf(case_file.list_pdf(case, request.user), f"aktforteckning-{case.reference}.pdf")


def _pdf(document: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(document, content_type="application/pdf", headers=headers)

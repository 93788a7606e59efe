"""Attachments of a draft: whole files from a plain form, and pieces from the script."""

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from iop.cases.files import too_much_together
from iop.cases.machinery import Refused

from .. import attachments
from ..models import DraftFile, DraftLink
from ..steps import SEND
from .doors import PIECES, UPLOADS, of_draft
from .draft import last_page, of_last_page


@of_last_page
def add_files(request: HttpRequest, link: DraftLink) -> HttpResponse:
    """From a plain form, several at a time. What can be taken is taken; of the rest it is told why it was not."""
    UPLOADS.count(str(link.draft_id))
    faults = []
    try:
        uploads = request.FILES.getlist("files")
    except TooManyFilesSent:
        uploads, faults = [], [f"Välj högst {attachments.MOST_FILES} filer åt gången. Inga av dem togs emot."]
    except RequestDataTooBig:
        uploads, faults = [], [too_much_together()]
    if not uploads and not faults:
        faults = ["Välj minst en fil."]
    for upload in uploads:
        try:
            attachments.take_whole(link.draft, upload)
        except Refused as error:
            faults.append(str(error))
    if faults:
        return last_page(request, link, status=422, file_faults=list(dict.fromkeys(faults)))
    return redirect("draft", link.draft.municipality.slug, request.draft_token, SEND)


@of_draft
@require_POST
def announce_file(request: HttpRequest, link: DraftLink) -> JsonResponse:
    """The script is to send a file: where does it begin?"""
    UPLOADS.count(str(link.draft_id))
    size, changed = request.POST.get("size", ""), request.POST.get("changed", "")[:20].replace("\x00", "")
    try:
        if not size.isdecimal() or len(size) > 15 or not request.POST.get("name"):
            raise Refused("Filen gick inte att läsa. Välj den igen.")
        row = attachments.announce(link.draft, name=request.POST["name"], size=int(size), changed=changed)
    except Refused as error:
        return JsonResponse({"fault": str(error)}, status=422)
    return JsonResponse(_told(row))


@of_draft
@require_POST
def take_piece(request: HttpRequest, link: DraftLink, pk: int) -> JsonResponse:
    PIECES.count(str(link.draft_id))
    row = get_object_or_404(DraftFile.objects.select_related("draft"), pk=pk, draft=link.draft)
    offset = request.GET.get("offset", "")
    try:
        if not offset.isdecimal() or len(offset) > 15:
            raise attachments.Elsewhere(row.received)
        row = attachments.take_piece(row, request.body, offset=int(offset))
    except attachments.Elsewhere as error:
        return JsonResponse({"received": error.received}, status=409)
    except Refused as error:
        return JsonResponse({"fault": str(error)}, status=422)
    return JsonResponse(_told(row))


@of_last_page
def remove_file(request: HttpRequest, link: DraftLink, pk: int) -> HttpResponse:
    attachments.take_out(link.draft, pk)
    return redirect("draft", link.draft.municipality.slug, request.draft_token, SEND)


def _told(row: DraftFile) -> dict:
    return {"id": row.pk, "name": row.name, "received": row.received, "whole": row.whole, "locked": row.locked}

"""Requests that are too large: their words are kept, their files let go, and the sender is heard out."""

from io import BytesIO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

MOST_READ_IN_VAIN = 400 * 2**20  # bytes of one request
PIECE = 2**20


class TooMuch(UploadedFile):
    """A file of a request that was too large: its name and size, and nothing of what it held."""


class RequestSizeLimit(FileUploadHandler):
    """Takes the files of a request up to a size together; Django's own limits do not count files.

    Those of a larger one are stored nowhere. The form gets ``TooMuch`` in their place, which ``check_upload`` refuses,
    so that it is shown again with all that was written.
    """

    too_much = False

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > MOST_READ_IN_VAIN:
            raise RequestDataTooBig("The request is larger than anybody means to send.")
        self.too_much = content_length > settings.UPLOAD_MAX_REQUEST_SIZE

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        if self.too_much:
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data, start):
        return None if self.too_much else raw_data

    def file_complete(self, file_size):
        return TooMuch(BytesIO(), self.file_name, size=file_size) if self.too_much else None


def heard_out(get_response):
    """Middleware: what was sent and nobody read is read before the answer goes.

    A browser listens when it has sent all; when the line is cut before that it shows a fault of its own.
    """

    def middleware(request):
        response = get_response(request)
        left = MOST_READ_IN_VAIN
        try:
            while left > 0 and (piece := request.read(PIECE)):
                left -= len(piece)
        except OSError:  # whoever sent it has gone
            pass
        return response

    return middleware

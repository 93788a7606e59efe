import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile


@pytest.fixture
def upload(rf):
    return rf.post("/", {"paper": SimpleUploadedFile("stadgar.pdf", b"x" * 5000)})


def test_lets_a_file_through(upload):
    assert upload.FILES["paper"].read() == b"x" * 5000


def test_refuses_a_request_that_is_too_large(upload, settings):
    settings.UPLOAD_MAX_REQUEST_SIZE = 4000
    with pytest.raises(RequestDataTooBig):
        _ = upload.FILES

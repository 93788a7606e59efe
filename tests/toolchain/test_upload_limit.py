"""Requests that are too large keep their words, and whoever sends one is heard out."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile

from iop import upload_limit
from tests.cases import driver


@pytest.fixture
def upload(rf):
    return rf.post("/", {"words": "Hej", "paper": SimpleUploadedFile("stadgar.pdf", b"x" * 5000)})


def test_lets_a_file_through(upload):
    assert upload.FILES["paper"].read() == b"x" * 5000


def test_of_a_request_that_is_too_large_the_words_are_kept_and_no_file(upload, settings):
    settings.UPLOAD_MAX_REQUEST_SIZE = 4000
    file = upload.FILES["paper"]
    assert isinstance(file, upload_limit.TooMuch)
    assert (file.name, file.size, file.read()) == ("stadgar.pdf", 5000, b"")
    assert upload.POST.dict() == {"words": "Hej"}


def test_beyond_what_anybody_means_to_send_it_is_refused(upload, monkeypatch):
    monkeypatch.setattr(upload_limit, "MOST_READ_IN_VAIN", 4000)
    with pytest.raises(RequestDataTooBig):
        _ = upload.FILES


@pytest.mark.parametrize("address", ["/logga-in/", "/finns/inte/", "/mora/initiativ/nytt/", "/svar/fel/", "/"])
@pytest.mark.parametrize("kind", ["application/octet-stream", "application/x-www-form-urlencoded"])
def test_what_nobody_asked_for_is_read_before_the_answer_goes(mora, address, kind):
    """A browser that still sends when the line is cut shows a fault of its own, and not our page."""
    answer = driver.logged_in(None).post(address, b"x" * 6 * 2**20, kind)
    assert answer.status_code in (200, 400, 404, 405, 413, 422)
    assert len(answer.wsgi_request.environ["wsgi.input"]) == 0


def test_it_is_not_read_without_end(mora, monkeypatch):
    monkeypatch.setattr(upload_limit, "MOST_READ_IN_VAIN", 2**20)
    answer = driver.logged_in(None).post("/finns/inte/", b"x" * 3 * 2**20, "application/octet-stream")
    assert len(answer.wsgi_request.environ["wsgi.input"]) == 2 * 2**20

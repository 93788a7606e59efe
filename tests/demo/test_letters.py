"""The letters that would have been sent: when, as clocks in Sweden show it."""

from django.test import Client


def test_the_time_is_swedish(db, settings, tmp_path):
    settings.DEMO, settings.MAIL_DIR = True, tmp_path
    for name, date in (("a", "Tue, 03 Mar 2026 08:00:00 -0000"), ("b", "Fri, 03 Jul 2026 08:00:00 +0000")):
        (tmp_path / f"{name}.log").write_text(f"Subject: Hej\nTo: a@x.example\nDate: {date}\n\nText\n")
    page = Client().get("/demo/brev/").text.lower()
    assert "3 mar 2026 09.00" in page and "3 jul 2026 10.00" in page

"""Writing and sending a draft as a browser does it, for the tests."""

import re
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client

from initiatives.models import Draft, DraftLink
from iop.cases.letters import hash_of
from tests.cases import driver

EMAIL = "anna@sprakbron.example"
IN_STEP = {
    "iden": ("title", "challenge", "idea"),
    "for-vem": ("target_group", "better"),
    "vilka-ni-ar": (
        *("organisation_name", "organisation_number", "legal_form"),
        *("contact_name", "contact_email", "contact_phone"),
    ),
    "bidrag": ("we_bring", "municipality_brings"),
    "fragor": ("origin",),
}  # fmt: skip


def begin(client: Client, slug: str = "mora", email: str = EMAIL) -> str:
    """Begin a draft; returns the address of the draft, to which a step is added."""
    response = client.post(f"/{slug}/initiativ/nytt/", {"email": email})
    assert response.status_code == 302, response.text
    return response["Location"].removesuffix("iden/")


def draft_at(address: str) -> Draft:
    return DraftLink.objects.get(token_hash=hash_of(address.rstrip("/").rpartition("/")[2])).draft


def save(client: Client, address: str, step: str, *, script: bool = False, **fields):
    """Save a step, with the marks that its page has unless others are given."""
    form = client.get(f"{address}{step}/").context["form"]
    kept = {bound.name: bound.value() or "" for bound in form.own_fields}
    data = kept | {"opened": form["opened"].value(), "page": form["page"].value()} | fields
    return post(client, address, step, data, script=script)


def post(client: Client, address: str, step: str, data: dict, *, script: bool = False):
    headers = {"accept": "application/json"} if script else {}
    return client.post(f"{address}{step}/", data, headers=headers)


def write(client: Client, address: str, **other) -> None:
    """Every step, as an organisation writes it."""
    words = driver.written(**other)
    for step, names in IN_STEP.items():
        fields = {name: words[name] for name in names if name in words}
        if step in ("fragor", "vilka-ni-ar", "bidrag"):
            fields |= {name: value for name, value in other.items() if name.startswith(PREFIXES[step])}
        save(client, address, step, **fields)


PREFIXES = {"fragor": ("own_", "units"), "vilka-ni-ar": ("other_", "form_"), "bidrag": ("we_", "they_")}


def send(client: Client, address: str):
    return client.post(f"{address}skicka-in/")


def sent(client: Client, slug: str = "mora", **other) -> str:
    """A whole initiative, sent; returns the address of its receipt."""
    address = begin(client, slug)
    write(client, address, **other)
    response = send(client, address)
    assert response.status_code == 302, response.text
    return response["Location"]


def link_in(letter: mail.EmailMessage) -> str:
    """The path of the link in a letter, without its last step."""
    url = re.search(r"https?://\S+", letter.body).group()
    return urlsplit(url).path.removesuffix("iden/")

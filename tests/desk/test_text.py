"""Strange and long text in every form of the officials: told in Swedish, nothing lost, never a 500, always escaped."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from agreements.models import Agreement
from initiatives.meetings import note_meeting
from iop.cases.actions import edit_facts
from iop.cases.models import Answer, Case, Override, StageChange
from iop.cases.statements import ask_statement
from tests.cases import driver

TODAY = timezone.localdate()
LATER = TODAY + timedelta(days=14)
LONG = "å" * 100_000

DECISION = {"outcome": "yes", "delegate": "Chefen", "decided_on": TODAY}
# Act -> what it needs, its address, the prefix of its fields, a whole form, and the fields that are written freely.
FORMS = {
    "facts": (
        "assessed",
        "fakta/",
        "",
        {"title": "Ärende", "coordinator": "{by}"},
        ["title", "diary_number", "other_municipalities"],
    ),
    "close": ("assessed", "avsluta/", "", {"outcome": "grant", "why": "Därför."}, ["why"]),
    "secrecy": ("assessed", "sekretess/", "", {"ground": "26 kap."}, ["ground"]),
    "party": (
        "assessed",
        "parter/ny/",
        "party-",
        {"organisation_name": "Byalaget", "legal_form": "ideell_forening"},
        ["organisation_name", "organisation_number", "contact_name", "contact_email"],
    ),
    "edit": (
        "assessed",
        "parter/{party}/",
        "part-{party}-",
        {"legal_form": "ideell_forening"},
        ["contact_name", "contact_email"],
    ),
    "contribution": ("assessed", "insatser/ny/", "insats-", {"kind": "money", "what": "Stöd"}, ["what", "basis"]),
    "support": (
        "assessed",
        "stod/nytt/",
        "stod-",
        {"organisation": "{organisation}", "what": "Bidrag", "giver": "Regionen"},
        ["what", "giver"],
    ),
    "paper": (
        "assessed",
        "parter/{party}/underlag/",
        "in-MOR-58-{party}--",
        {"rule": "MOR-58", "number": 12},
        ["as_of"],
    ),
    "review": (
        "assessed",
        "parter/{party}/granska/",
        "gr-MOR-53-{party}--",
        {"rule": "MOR-53", "status": "does_not_exist"},
        ["note"],
    ),
    "declaration": (
        "assessed",
        "parter/{party}/intyg/",
        "intyg-MOR-59-{party}-",
        {"rule": "MOR-59", "to": "olle@forening.example"},
        ["to"],
    ),
    "ask": (
        "assessed",
        "yttranden/begar/",
        "fraga-",
        {"outside": "Regionen", "question": "Vad anser ni?", "due": LATER},
        ["outside", "question"],
    ),
    "reply": (
        "assessed",
        "yttranden/{statement}/svara/",
        "svar-{statement}-",
        {"text": "Inget att invända.", "name": "Rolf"},
        ["text", "name"],
    ),
    "meeting": (
        "assessed",
        "moten/nytt/",
        "mote-",
        {"name": "Möte", "day": TODAY, "participants": "Alla"},
        ["name", "place", "participants", "notes", "text_1", "who_1"],
    ),
    "held": ("assessed", "moten/{meeting}/hallet/", "holl-{meeting}-", {"came": "Alla"}, ["notes", "text_1", "who_1"]),
    "move": ("assessed", "moten/{meeting}/flytta/", "flytta-{meeting}-", {"day": LATER}, ["place"]),
    "participant": (
        "assessed",
        "moten/{meeting}/deltagare/",
        "deltagare-{meeting}-",
        {"name": "Anna", "whose": "organisation"},
        ["name", "email"],
    ),
    "agreed": (
        "assessed",
        "moten/{held}/punkter/",
        "punkt-{held}-",
        {"text": "Fråga rektorn", "who": "Karin", "due": LATER},
        ["text", "who"],
    ),
    "naming": ("assessed", "berorda/{round}/deltagare/", "utse-{round}-", {"people": "Anna Ek"}, ["people"]),
    "position": ("assessed", "berorda/{round}/standpunkt/", "standpunkt-{round}-", {"text": "Ja."}, ["text"]),
    "record": (
        "assessed",
        "akt/ny/",
        "",
        {"direction": "in", "day": TODAY, "about": "Brev", "text": "Hej."},
        ["counterpart", "about", "text"],
    ),
    "new point": ("agreement", "avtal/punkter/ny/", "ny-punkt-", {"heading": "Nycklar"}, ["heading"]),
    "point": (
        "agreement",
        "avtal/punkter/{point}/",
        "punkt-{point}-",
        {"heading": "Nycklar", "text": "Hos oss.", "state": "used"},
        ["heading", "text"],
    ),
    "decision": (
        "proposed",
        "avtal/beslut/",
        "beslut-",
        DECISION,
        ["delegate", "delegation_point", "paragraph", "why"],
    ),
    "follow-up": (
        "in_force",
        "uppfoljning/{follow_up}/",
        "uppf-{follow_up}-",
        {"held_on": TODAY, "participants": "Alla", "progress": "Bra."},
        ["participants", "progress", "future", "lessons"],
    ),
}  # fmt: skip


def numbers(case: Case, agreement: Agreement | None, by) -> dict[str, int]:
    """What the addresses and the fields of the forms are named after."""
    party = case.parties.get()
    statement = ask_statement(case, outside="Länsstyrelsen", question="Vad anser ni?", due=LATER, by=by)
    meeting = note_meeting(case, name="Möte", day=LATER, participants="Alla", by=by)
    case.meetings.filter(pk=meeting.pk).update(day=TODAY)
    held = note_meeting(case, name="Möte", day=TODAY, participants="Alla", by=by)
    edit_facts(case, {"affected_units": case.municipality.units.bodies()[:1]}, by=by)
    found = {
        "by": by.pk,
        "party": party.pk,
        "organisation": party.organisation_id,
        "statement": statement.pk,
        "meeting": meeting.pk,
        "held": held.pk,
        "round": case.rounds.get().pk,
    }
    if agreement:
        own = agreement.points.create(heading="Nycklar", position=99, state="used")
        follow_up = agreement.follow_ups.first()
        found |= {"point": own.pk, "follow_up": follow_up and follow_up.pk}
    return found


@pytest.fixture
def form(request, coordinator):
    """The form of an act: ``send(field=text)`` posts it, whole but for what is said."""

    def form(act):
        needs, path, prefix, whole, fields = FORMS[act]
        thing = request.getfixturevalue(needs)
        case = getattr(thing, "case", thing)
        named = numbers(case, thing if thing is not case else None, coordinator)
        client = driver.logged_in(coordinator)
        address = f"/mora/arenden/{case.reference}/{path.format(**named)}"

        def send(**other):
            data = {name: str(value).format(**named) for name, value in whole.items()} | other
            own = prefix.format(**named)
            return client.post(address, {name if name == "rule" else own + name: text for name, text in data.items()})

        return send, fields

    return form


@pytest.mark.parametrize("act", FORMS)
def test_a_null_sign_is_told_and_the_rest_comes_back(form, act):
    send, fields = form(act)
    for field in fields:
        response = send(**{field: "Ensamma\x00äldre"})
        assert (field, response.status_code) == (field, 422)
        assert "Null-tecken är inte tillåtna." in response.text
        assert "Ensamma" in response.text


@pytest.mark.parametrize("act", FORMS)
def test_a_hundred_thousand_signs_come_back_whole(form, act):
    send, fields = form(act)
    for field in fields:
        response = send(**{field: LONG})
        assert (field, response.status_code) == (field, 422)
        assert LONG in response.text


@pytest.mark.parametrize("act", FORMS)
def test_a_whole_form_is_taken(form, act):
    send, _ = form(act)
    assert send().status_code == 302


# What is sent without a form of its own


@pytest.mark.parametrize("text", ["a\x00b", LONG])
@pytest.mark.parametrize("field", ["value", "reason"])
def test_answers(assessed, coordinator, field, text):
    data = {"rule": "MOR-08", "subject": f"case:{assessed.pk}", "value": "Ett mål.", "reason": "Skäl."} | {field: text}
    response = driver.logged_in(coordinator).post(f"/mora/arenden/{assessed.reference}/svar/", data)
    assert response.status_code in (302, 422)
    assert text not in Answer.objects.values_list(field, flat=True)


@pytest.mark.parametrize("field", ["rule", "part", "subject", "tab"])
def test_names_of_answers_with_a_null_sign(assessed, coordinator, field):
    data = {"rule": "MOR-39", "part": "", "subject": f"case:{assessed.pk}", "value": "yes"} | {field: "a\x00b"}
    response = driver.logged_in(coordinator).post(f"/mora/arenden/{assessed.reference}/svar/", data)
    assert (response.status_code, Answer.objects.count()) == (302, 1 if field == "tab" else 0)


@pytest.mark.parametrize(
    ("needs", "step"),
    [
        ("assessed", "inled-dialog/"),
        ("assessed", "borja-skriva/"),
        ("agreement", "till-beslut/"),
        ("proposed", "tillbaka/"),
    ],
)
def test_why_one_goes_on(request, coordinator, needs, step):
    thing = request.getfixturevalue(needs)
    case = getattr(thing, "case", thing)
    if needs == "assessed":
        driver.fulfil(case, by=coordinator)
    if step == "borja-skriva/":
        case.move_to("dialogue", by=coordinator)
    if needs == "agreement":
        driver.write(thing, by=coordinator)
    client = driver.logged_in(coordinator)
    assert client.post(f"/mora/arenden/{case.reference}/{step}", {"why": "a\x00b"}).status_code == 302
    assert not any("\x00" in change.why for change in StageChange.objects.all())


@pytest.mark.parametrize("text", ["", "a\x00b"])
def test_an_override_without_or_with_a_strange_reason(assessed, coordinator, text):
    data = {"rule": "MOR-39", "kind": "case", "pk": assessed.pk, "cause": "unanswered", "reason": text}
    response = driver.logged_in(coordinator).post(f"/mora/arenden/{assessed.reference}/avsteg/", data)
    assert response.status_code == 302
    assert text not in Override.objects.values_list("reason", flat=True)


@pytest.mark.parametrize(
    "address",
    [
        "arenden/?q=%00",
        "arenden/?skede=%00",
        "arenden/?sida=%00",
        "arenden/?sida=-1",
        "arenden/?sida=99999999999999999999",
        "arbetsbord/?visa=%00",
        "organisationer/?sida=%00",
        "arenden/?q=" + "x" * 5000,
        "arenden/?q=%25%27%22%5C_",
    ],
)
def test_strange_words_in_an_address(assessed, coordinator, address):
    assert driver.logged_in(coordinator).get(f"/mora/{address}").status_code == 200


@pytest.mark.parametrize(
    "address", ["organisationer/99999999999999999999/", "organisationer/0/", "organisationer/-1/", "organisationer/x/"]
)
def test_strange_numbers_in_an_address(coordinator, address):
    assert driver.logged_in(coordinator).get(f"/mora/{address}").status_code == 404


# Markup and template signs stand as they were written

HOSTILE = "<script>alert(1)</script> {{ 7|add:7 }} {% now 'Y' %} <img src=x onerror=alert(2)> &amp; \"'"


def clean(html: str) -> bool:
    return not any(sign in html for sign in ("<script>alert", "<img src=x", "onerror=alert(2)>"))


def test_markup_is_shown_as_it_was_written_on_every_page(mora, coordinator):
    short = HOSTILE[:100]
    case = driver.send_in(
        mora,
        **{name: HOSTILE for name in ("title", "challenge", "idea", "target_group", "we_bring", "municipality_brings")},
        organisation_name=short,
        contact_name=short,
        contact_phone=HOSTILE[:30],
    )
    driver.to_assessment(case, by=coordinator)
    client, base = driver.logged_in(coordinator), f"/mora/arenden/{case.reference}/"
    brought = {"insats-kind": "money", "insats-what": HOSTILE, "insats-basis": HOSTILE}
    assert client.post(f"{base}insatser/ny/", brought).status_code == 302
    agreement = driver.to_decision(driver.to_drafting(case, by=coordinator), by=coordinator)
    party = case.parties.get()
    sent = [
        (
            "fakta/",
            {
                "coordinator": coordinator.pk,
                "title": HOSTILE[:140],
                "diary_number": HOSTILE[:40],
                "other_municipalities": HOSTILE,
            },
        ),
        (
            "stod/nytt/",
            {"stod-organisation": party.organisation_id, "stod-what": HOSTILE, "stod-giver": short},
        ),
        ("yttranden/begar/", {"fraga-outside": short, "fraga-question": HOSTILE, "fraga-due": LATER}),
        ("moten/nytt/", {"mote-name": short, "mote-day": TODAY, "mote-participants": HOSTILE, "mote-notes": HOSTILE}),
        ("svar/", {"rule": "MOR-08", "subject": f"case:{case.pk}", "value": HOSTILE, "reason": HOSTILE}),
        (
            f"parter/{party.pk}/granska/",
            {
                "rule": "MOR-53",
                f"gr-MOR-53-{party.pk}--status": "rejected",
                f"gr-MOR-53-{party.pk}--note": HOSTILE,
                f"gr-MOR-53-{party.pk}--due": LATER,
            },
        ),
        ("akt/ny/", {"direction": "in", "day": TODAY, "counterpart": HOSTILE, "about": HOSTILE, "text": HOSTILE}),
        (
            "avtal/beslut/",
            {"beslut-outcome": "returned", "beslut-delegate": short, "beslut-decided_on": TODAY, "beslut-why": HOSTILE},
        ),
        ("avtal/punkter/ny/", {"ny-punkt-heading": HOSTILE}),
    ]
    for path, data in sent:
        assert (path, client.post(base + path, data).status_code) == (path, 302)
    point = agreement.points.last()
    names = {f"punkt-{point.pk}-{name}": HOSTILE for name in ("heading", "text")} | {f"punkt-{point.pk}-state": "used"}
    assert client.post(f"{base}avtal/punkter/{point.pk}/", names).status_code == 302
    assert client.post(f"{base}sekretess/", {"ground": HOSTILE}).status_code == 302
    tabs = ["", "checklista/", "parter/", "yttranden/", "avtal/", "uppfoljning/", "akt/", "handelser/"]
    pages = [base + tab for tab in tabs] + [
        f"/mora/{page}" for page in ("arbetsbord/", "arenden/", "organisationer/", "avtal/")
    ]
    pages.append(f"/mora/organisationer/{party.organisation_id}/")
    for address in pages:
        html = client.get(address).text
        assert clean(html), address
        assert escape("<script>alert(1)</script> {{ 7|add:7 }}") in html, address
    assert clean(client.get(f"{base}avtal/1.pdf").content.decode("latin-1"))


@pytest.mark.parametrize("act", ["party", "contribution", "ask", "meeting", "record"])
def test_markup_in_a_form_that_comes_back(form, act):
    send, fields = form(act)
    wrong = {"party": {"legal_form": ""}, "contribution": {"kind": ""}, "ask": {"due": ""}, "meeting": {"day": ""}}
    response = send(**{fields[0]: HOSTILE[:100]}, **wrong.get(act, {"day": ""}))
    assert response.status_code == 422
    assert clean(response.text)
    assert escape(HOSTILE[:100]) in response.text

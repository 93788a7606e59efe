"""Ending a case: reasons from what was found, other ways, who decided, and the letter."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from agreements.actions import end_case, take_back
from followup.actions import end
from initiatives.form_choice import judge_form
from initiatives.meetings import invite, note_meeting, to_come
from initiatives.models import FormJudgement, Meeting
from initiatives.people import Person
from iop.cases.actions import answer, close
from iop.cases.machinery import Refused
from iop.cases.models import Case, Decision
from iop.cases.secrecy import mark_secret
from iop.desk.events import events_of
from iop.swedish_text import day
from partners.messages import write
from partners.papers import hand_in, review
from partners.reopening import reopen
from tests.cases import driver

TODAY = timezone.localdate()
WHOLE = {"outcome": "grant", "why": "Det finns ett bidrag.", "other_ways": "Sök föreningsbidrag."}


@pytest.fixture
def address(assessed) -> str:
    return f"/mora/arenden/{assessed.reference}/"


@pytest.fixture
def send(coordinator, address):
    return lambda **data: driver.logged_in(coordinator).post(f"{address}avsluta/", data)


def test_the_reasons_begin_with_what_was_found(assessed, coordinator, address):
    rules = {rule.key: rule for rule in assessed.rules.criteria}
    answer(assessed, rules["MOR-40"], part="", value="no", reason="Det finns ett bidrag för kaféer.", by=coordinator)
    answer(assessed, rules["MOR-41"], part="", value="yes", reason="Fristående.", by=coordinator)
    judge_form(assessed, "grant", reasons="Verksamheten ryms i bidraget.", by=coordinator)
    form = driver.logged_in(coordinator).get(f"{address}avsluta/").context["form"]
    assert form.initial["outcome"] == "grant"
    why = form.initial["why"]
    assert why.startswith("Vi bedömer att föreningsbidrag passar bättre. Verksamheten ryms i bidraget.")
    assert (
        f"Inte uppfyllt: «{rules['MOR-40'].quote}» ({rules['MOR-40'].source}). Det finns ett bidrag för kaféer." in why
    )
    assert "Fristående" not in why


def test_a_closed_case_shows_only_the_steps_that_it_took(assessed, coordinator, address):
    close(assessed, outcome="grant", why="Det finns ett bidrag.", by=coordinator)
    way = driver.logged_in(coordinator).get(address).context["way"]
    assert [(step["label"], step["state"]) for step in way] == [
        ("Inkommet", "done"),
        ("Bedömning", "ended"),
        ("Avslutat", "now"),
    ]


def test_the_step_that_it_ended_in_was_never_done(agreement, coordinator):
    """Nor was what it had gone back from; in force is done once it has begun."""
    case = agreement.case
    driver.to_decision(agreement, by=coordinator)
    take_back(agreement, why="Fel.", by=coordinator, absolute=driver.absolute)
    end_case(case, outcome="withdrawn", why="", by=coordinator)
    client = driver.logged_in(coordinator)
    page = client.get(f"/mora/arenden/{case.reference}/")
    assert [(step["label"], step["state"]) for step in page.context["way"]] == [
        ("Inkommet", "done"),
        ("Bedömning", "done"),
        ("Dialog", "done"),
        ("Avtalsskrivning", "ended"),
        ("Beslut", ""),
        ("Avslutat", "now"),
    ]
    assert 'Avtalsskrivning<span class="visually-hidden"> (här avslutades ärendet)</span>' in page.text
    own = Case.objects.select_related("municipality").get(pk=case.pk).way
    assert [step["state"] for step in own] == ["done", "done", "done", "ended", "now"]


def test_a_partnership_that_is_over_has_done_every_step(in_force, coordinator):
    end_case(in_force.case, outcome="terminated", why="Slut.", by=coordinator)
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{in_force.case.reference}/")
    assert {step["state"] for step in page.context["way"][:-1]} == {"done"}


@pytest.fixture
def begun(db):
    """How the reasons begin in a case of Söderhamn where everything is well but what ``spoil`` undoes."""

    def begun(spoil=lambda party, by: None, **sent) -> list[str]:
        at = driver.municipality("soderhamn")
        by = driver.person("Sara Samordnare", at, "coordinator")
        case = driver.fulfil(driver.to_assessment(driver.send_in(at, **sent), by=by), by=by)
        spoil(case.parties.get(), by)
        page = driver.logged_in(by).get(f"{case.get_absolute_url()}avsluta/")
        return page.context["form"].initial["why"].split("\n\n")

    return begun


def no_to_a_control(party, by):
    rule = next(rule for rule in party.case.rules.controls if rule.key == "SOD-15")
    answer(party.case, rule, part="", value="no", reason="Målet är enskilt.", subject=party.subject, by=by)


def unclear_about_a_control(party, by):
    rule = next(rule for rule in party.case.rules.controls if rule.key == "SOD-15")
    answer(party.case, rule, part="", value="unclear", reason="Vi vet inte.", subject=party.subject, by=by)


@pytest.mark.parametrize(
    ("spoil", "form", "told"),
    [
        (lambda party, by: None, "ideell_forening", ""),
        (unclear_about_a_control, "ideell_forening", ""),
        (
            no_to_a_control,
            "ideell_forening",
            "Språkbron: Verksamheten syftar till ett allmännyttigt mål – inte uppfyllt "
            "(Vilka aktörer kan vara aktuella för IOP?, stycke 2). Målet är enskilt.",
        ),
        (
            lambda party, by: driver.rule_on(party, by=by, outcome="no"),
            "ekonomisk_forening",
            "Språkbron: avgörandet i det enskilda fallet är nej (Vilka aktörer kan vara aktuella för IOP?, stycke 1).",
        ),
        (
            lambda party, by: None,
            "aktiebolag",
            "Språkbron: aktiebolag nämns inte bland de associationsformer som riktlinjen "
            "räknar upp (Vilka aktörer kan vara aktuella för IOP?, stycke 1).",
        ),
        (
            lambda party, by: driver.support(party, activity=party.activity, unit="Omvårdnadsnämnden"),
            "ideell_forening",
            "Språkbron: samma verksamhet får, eller är tänkt att få, Bidrag (Omvårdnadsnämnden) "
            "(Genomförande, stycke 7).",
        ),
    ],
)
def test_the_reasons_tell_what_was_found_about_the_parties(begun, spoil, form, told):
    assert begun(spoil, legal_form=form) == [told]


def test_a_paper_that_was_not_accepted_is_a_reason_and_one_that_is_missing_is_not(assessed, coordinator, address):
    party, client = assessed.parties.get(), driver.logged_in(coordinator)

    def why() -> str:
        return client.get(f"{address}avsluta/").context["form"].initial["why"]

    assert why() == ""
    rule = assessed.rules.documents[0]
    (part, label), *_ = rule.parts
    hand_in(party, rule, part, uploads=[driver.pdf()], by=coordinator)
    review(party, rule, part, status="rejected", note="Fel år.", by=coordinator)
    assert why() == f"Språkbron: {label[0].lower()}{label[1:]} godtogs inte ({rule.source})."


def test_it_ends_with_reasons_ways_and_the_letter_next(send, assessed, coordinator, address):
    response = send(**WHOLE, letter="on")
    assert response["Location"] == f"{address}brev/skriv/?mall=avslut"
    assessed.refresh_from_db()
    assert (assessed.stage, assessed.outcome, assessed.other_ways) == ("closed", "grant", "Sök föreningsbidrag.")
    letter = driver.logged_in(coordinator).get(response["Location"]).context["form"].initial["text"]
    assert "Ärendet avslutas: hänvisat till föreningsbidrag." in letter
    assert "Det finns ett bidrag." in letter and "Sök föreningsbidrag." in letter and "{" not in letter
    page = driver.logged_in(coordinator).get(address).text
    assert "Så avslutades ärendet" in page and "Sök föreningsbidrag." in page


def test_the_letter_goes_though_the_case_is_closed(
    send, assessed, coordinator, address, django_capture_on_commit_callbacks
):
    send(**WHOLE)
    data = {"to": "anna@sprakbron.example", "subject": "Besked", "text": "Vi går inte vidare.", "do": "send"}
    with django_capture_on_commit_callbacks(execute=True):
        driver.logged_in(coordinator).post(f"{address}brev/skriv/", data)
    assert mail.outbox[-1].subject == "Besked"
    assert assessed.records.last().about == "Besked"


@pytest.mark.parametrize("who", ["body", "delegate"])
def test_a_decision_is_kept_with_who_and_when(send, assessed, mora, who):
    body = mora.units.get(name="Socialnämnden")
    decided = {"body": body.pk} if who == "body" else {"delegate": "Förvaltningschefen", "delegation_point": "4.2"}
    send(**WHOLE, **decided, decided_on=TODAY, paragraph="§ 12")
    decision = Decision.objects.get()
    assert (decision.kind, decision.outcome, decision.paragraph) == ("not_proceed", "no", "12")
    assert decision.decided_by == ("Socialnämnden" if who == "body" else "Förvaltningschefen")
    assert decision.reasons == "Det finns ett bidrag."


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"delegate": "Chefen"}, "vilken dag beslutet fattades"),
        ({"decided_on": TODAY}, "Ange vem som beslutade"),
        ({"paragraph": "12"}, "Ange vem som beslutade"),
        ({"delegate": "Chefen", "decided_on": TODAY + timedelta(days=1)}, "ligger i framtiden"),
    ],
)
def test_half_a_decision_is_refused_and_nothing_ends(send, assessed, data, told):
    response = send(**WHOLE, **data)
    assert response.status_code == 422 and told in response.text and "Sök föreningsbidrag." in response.text
    assessed.refresh_from_db()
    assert assessed.stage == "assessment" and not Decision.objects.exists()


def test_both_a_body_and_a_delegate_is_too_many(send, mora):
    body = mora.units.get(name="Socialnämnden")
    response = send(**WHOLE, body=body.pk, delegate="Chefen", decided_on=TODAY)
    assert response.status_code == 422 and "antingen ett organ eller en delegat" in response.text


def test_a_closed_case_leads_back(send, assessed, coordinator, address):
    send(**WHOLE)
    assert driver.logged_in(coordinator).get(f"{address}avsluta/")["Location"] == address
    again = send(**WHOLE | {"why": "En gång till"})
    assert again.status_code == 422 and "En gång till" in again.text
    assessed.refresh_from_db()
    assert assessed.why_closed == "Det finns ett bidrag."


@pytest.mark.parametrize("role", ["secretary", "adviser", "reader", "administrator"])
def test_others_do_not_end_it(role, address, request):
    client = driver.logged_in(request.getfixturevalue(role))
    assert client.get(f"{address}avsluta/").status_code == 403
    assert client.post(f"{address}avsluta/", WHOLE).status_code == 403


def test_strangers_find_nothing(address, neighbour):
    assert driver.logged_in(neighbour).get(f"{address}avsluta/").status_code == 404


# The judgement of form


def test_it_is_kept_each_time_with_its_reasons(assessed, coordinator, address):
    client = driver.logged_in(coordinator)
    for form, reasons in (("lou", "Det är en tjänst."), ("iop", "Ny bild.")):
        client.post(f"{address}checklista/form/", {"form-form": form, "form-reasons": reasons})
    assert list(FormJudgement.objects.values_list("form", "reasons")) == [
        ("iop", "Ny bild."),
        ("lou", "Det är en tjänst."),
    ]
    assert [row.about for row in assessed.records.all()][-2:] == [
        "Bedömning av form: Upphandling (LOU)",
        "Bedömning av form: Idéburet offentligt partnerskap",
    ]
    page = client.get(f"{address}checklista/").text
    assert "Det är en tjänst." in page and "tidigare" in page


@pytest.mark.parametrize("data", [{}, {"form-form": "iop"}, {"form-form": "gåva", "form-reasons": "x"}])
def test_it_wants_a_form_and_reasons(assessed, coordinator, address, data):
    assert driver.logged_in(coordinator).post(f"{address}checklista/form/", data).status_code == 422
    assert not FormJudgement.objects.exists()


def test_a_closed_case_is_not_judged(send, assessed, coordinator):
    send(**WHOLE)
    assessed.refresh_from_db()
    with pytest.raises(Refused, match="avslutat"):
        judge_form(assessed, "iop", reasons="x", by=coordinator)


def test_meetings_to_come_are_cancelled_and_the_invited_are_told(
    send, assessed, coordinator, address, django_capture_on_commit_callbacks
):
    person = Person("Anna Ek", "anna@x.example")
    ahead = note_meeting(assessed, name="Första möte", day=TODAY, held=False, people=[person], by=coordinator)
    missed = note_meeting(assessed, name="Samtal", day=TODAY + timedelta(days=1), people=[person], by=coordinator)
    Meeting.objects.filter(pk=missed.pk).update(day=TODAY - timedelta(days=1))
    invite(ahead, by=coordinator)
    page = driver.logged_in(coordinator).get(f"{address}avsluta/").text
    assert f"besked: Första möte {day(TODAY)}." in page
    with django_capture_on_commit_callbacks(execute=True):
        send(**WHOLE)
    assert list(Meeting.objects.order_by("pk").values_list("cancelled", flat=True)) == [True, False]
    letter = mail.outbox[-1]
    assert letter.to == ["anna@x.example"] and letter.subject == f"Inställt möte: Första möte, {day(TODAY)}"
    assert "METHOD:CANCEL" in str(letter.attachments[0].get_payload(decode=True).decode())


def test_a_meeting_that_has_begun_is_not_to_come(assessed, coordinator):
    for name in ("Nyss", "Strax"):
        note_meeting(assessed, name=name, day=TODAY + timedelta(days=1), participants="Alla", by=coordinator)
    now = timezone.localtime()
    Meeting.objects.filter(name="Nyss").update(day=now.date(), starts=time(0, 0))
    Meeting.objects.filter(name="Strax").update(day=now.date(), starts=time(23, 59, 59))
    assert [meeting.name for meeting in to_come(assessed)] == ["Strax"]


# Opened again


def test_it_is_opened_again_by_a_button(assessed, coordinator, reader, address):
    close(assessed, outcome="grant", why="Det finns ett bidrag.", by=coordinator)
    client = driver.logged_in(coordinator)
    assert "Varför öppnas det igen?" in client.get(address).text
    assert "Varför öppnas det igen?" not in driver.logged_in(reader).get(address).text
    page = client.post(f"{address}oppna-igen/", {"why": ""}, follow=True).text
    assert "Skriv varför ärendet öppnas igen." in page and "Så avslutades ärendet" in page
    page = client.post(f"{address}oppna-igen/", {"why": "Bidraget togs bort."}, follow=True).text
    assert "Ärendet är öppet igen" in page and "Så avslutades ärendet" not in page
    assert "Ärendet öppnades igen" in client.get(f"{address}handelser/").text


def test_a_secret_ending_stays_so_when_the_case_is_open_again(assessed, coordinator, reader, address):
    close(assessed, outcome="grant", why="Ordföranden är sjuk.", by=coordinator)
    mark_secret(assessed.closing_record, ground="OSL 26:1", by=coordinator)
    reopen(assessed, why="Han är frisk.", by=coordinator, absolute=driver.absolute)
    for path in ("", "handelser/", "akt/"):
        page = driver.logged_in(reader).get(f"{address}{path}").text
        assert "Ordföranden är sjuk" not in page


def test_what_has_come_is_still_to_be_read_and_an_agreement_that_never_began_did_not_end(agreement, coordinator):
    case = agreement.case
    write(case.parties.get(), subject="Lokalen", text="Hur stor?", name="Anna", email="anna@sprakbron.example")
    end(case, outcome="withdrawn", why="", by=coordinator)
    assert [task.subject_kind for task in case.tasks.open().exclude(kind="diary")] == ["message"]
    told = [event.sentence for event in events_of(case, coordinator)]
    assert "Avtalet blev inte av" in told and "Avtalet upphörde" not in told
    message = case.parties.get().messages.get()
    driver.logged_in(coordinator).post(f"/mora/arenden/{case.reference}/meddelanden/{message.pk}/last/")
    assert not case.tasks.open().exclude(kind="diary").exists()

"""Parties of a case on the page: organisations, papers, declaration, ruling, contributions and other support."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.formats import date_format

from iop.cases.models import Decision, LegalAmount
from partners.models import Contribution, Declaration, Organisation, OtherSupport, PartnerDocument, Party
from partners.papers import review
from tests.cases import driver


@pytest.fixture
def party(assessed) -> Party:
    return assessed.parties.get()


@pytest.fixture
def send(assessed, coordinator, django_capture_on_commit_callbacks):
    def send(path: str, prefix: str = "", **data):
        data = {name if name in ("rule", "part") else prefix + name: value for name, value in data.items()}
        with django_capture_on_commit_callbacks(execute=True):
            return driver.logged_in(coordinator).post(f"/mora/arenden/{assessed.reference}/{path}", data)

    return send


# One more organisation


def test_adding_an_organisation(send, assessed):
    response = send(
        "parter/ny/",
        "party-",
        organisation_name="Byalaget",
        organisation_number="202100-5489",
        legal_form="ideell_forening",
        contact_name="Bo",
        contact_email="bo@bya.example",
    )
    assert response.status_code == 302
    added = assessed.parties.last()
    assert (added.name, added.organisation.number, added.contact_name) == ("Byalaget", "2021005489", "Bo")
    assert "202100-5489" in driver.logged_in(assessed.coordinator).get(f"{assessed.get_absolute_url()}parter/").text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"organisation_name": ""}, "Organisationens namn: Detta fält måste fyllas i."),
        ({"organisation_number": "850709-9805"}, "Det här ser ut som ett personnummer."),
        ({"organisation_number": "123"}, "Organisationsnumret stämmer inte."),
        ({"organisation_number": driver.number(1)}, "Språkbron är redan part i ärendet."),
        ({"legal_form": ""}, "Associationsform: Detta fält måste fyllas i."),
        ({"contact_email": "bo"}, "E-post: Fyll i en giltig e-postadress."),
    ],
)
def test_an_organisation_that_cannot_be_added(send, assessed, data, told):
    whole = {"organisation_name": "Byalaget", "legal_form": "ideell_forening", "contact_name": "Bo Berg"}
    response = send("parter/ny/", "party-", **whole | data)
    assert response.status_code == 422
    assert told in response.text
    assert 'value="Bo Berg"' in response.text
    assert (assessed.parties.count(), Organisation.objects.count()) == (1, 1)


def test_changing_what_is_known_of_it(send, party, mora):
    other = driver.send_in(mora, title="Läxhjälp").parties.get().activity
    facts = {"legal_form": "stiftelse", "activity": other.pk, "contact_name": "Bo", "contact_email": "bo@b.example"}
    assert send(f"parter/{party.pk}/", f"part-{party.pk}-", **facts).status_code == 302
    party.refresh_from_db()
    assert (party.organisation.legal_form, party.activity, party.contact_name) == ("stiftelse", other, "Bo")


def test_the_activity_is_the_organisations_own(send, party, assessed):
    stranger = driver.join(assessed, "Byalaget", 2).activity
    facts = {"legal_form": "stiftelse", "activity": stranger.pk}
    assert send(f"parter/{party.pk}/", f"part-{party.pk}-", **facts).status_code == 422


def test_one_leaves_and_the_others_stay(send, assessed):
    other = driver.join(assessed, "Byalaget", 2)
    assert send(f"parter/{other.pk}/lamnar/").status_code == 302
    other.refresh_from_db()
    assert other.left_on == timezone.localdate()
    page = driver.logged_in(assessed.coordinator).get(f"{assessed.get_absolute_url()}parter/").text
    assert '<h2>Har lämnat</h2><ul class="mb-0"><li>Byalaget,' in page
    assert f'id="part-{other.pk}"' not in page


def test_the_only_one_does_not_leave(send, party):
    send(f"parter/{party.pk}/lamnar/")
    party.refresh_from_db()
    assert party.left_on is None


# Papers


def paper(party, key: str, part: str = "") -> dict:
    return {"path": f"parter/{party.pk}/underlag/", "prefix": f"in-{key}-{party.pk}-{part}-", "rule": key, "part": part}


def test_handing_in_a_paper(send, party, assessed):
    response = send(**paper(party, "MOR-53"), uploads=driver.pdf("protokoll.pdf"), as_of="2026")
    assert response["Location"].endswith(f"/parter/#MOR-53-{party.pk}-0")
    kept = PartnerDocument.objects.get()
    assert (kept.status, kept.as_of, kept.record.files.get().name) == ("received", "2026", "protokoll.pdf")


@pytest.mark.parametrize(
    ("key", "data", "told"),
    [
        ("MOR-53", {}, "Filer: Detta fält måste fyllas i."),
        (
            "MOR-53",
            {"uploads": SimpleUploadedFile("stadgar.pdf", b"MZ\x90\x00exe")},
            "är inte en PDF-fil, fast namnet säger det.",
        ),
        ("MOR-53", {"uploads": SimpleUploadedFile("stadgar.pdf", b"")}, "tom"),
        ("MOR-53", {"uploads": SimpleUploadedFile("stadgar.exe", driver.PDF)}, "går inte att ta emot."),
        (
            "MOR-53",
            {"uploads": SimpleUploadedFile("bild.jpg", driver.PNG)},
            "är inte en JPG-fil, fast namnet säger det.",
        ),
        ("MOR-53", {"uploads": SimpleUploadedFile("stor.pdf", driver.PDF.ljust(26_214_401))}, "är för stor."),
        ("MOR-58", {}, "Antal: Detta fält måste fyllas i."),
        ("MOR-58", {"number": -1}, "Kontrollera att detta värde är större än eller lika med 0."),
        ("MOR-58", {"number": 10**12}, "Kontrollera att detta värde är mindre än eller lika med 10000000."),
        ("MOR-58", {"number": "tolv"}, "Fyll i ett heltal."),
    ],
)
def test_a_paper_that_cannot_be_taken(send, party, key, data, told):
    response = send(**paper(party, key), as_of="våren 2026", **data)
    assert response.status_code == 422
    assert told in response.text
    assert 'value="våren 2026"' in response.text
    assert PartnerDocument.objects.count() == 0


@pytest.mark.parametrize("name", ["../../etc/stadgar.pdf", "..\\..\\stadgar.pdf", "/etc/stadgar.pdf", "📄.pdf"])
def test_a_name_with_a_path_is_only_a_name(send, party, name):
    assert send(**paper(party, "MOR-53"), uploads=SimpleUploadedFile(name, driver.PDF)).status_code == 302
    kept = PartnerDocument.objects.get().record.files.get().name
    assert "/" not in kept and "\\" not in kept and kept.endswith(".pdf")


@pytest.mark.parametrize(("key", "part"), [("MOR-999", ""), ("MOR-53", "1"), ("MOR-57", ""), ("MOR-49", ""), ("", "")])
def test_a_paper_nobody_asks_for(send, party, key, part):
    assert send(**paper(party, key, part), uploads=driver.pdf()).status_code == 404
    assert send(f"parter/{party.pk}/granska/", rule=key, part=part).status_code == 404


def test_reviewing_a_paper(send, party):
    send(**paper(party, "MOR-53"), uploads=driver.pdf())
    prefix = f"gr-MOR-53-{party.pk}--"
    address = f"parter/{party.pk}/granska/"
    refused = send(address, prefix, rule="MOR-53", status="rejected", note="")
    assert refused.status_code == 422 and "<details open><summary>Granska" in refused.text
    said, soon = {"rule": "MOR-53", "status": "rejected", "note": "Fel år."}, timezone.localdate() + timedelta(days=9)
    for wrong in ("", "snart", timezone.localdate() - timedelta(days=1)):  # a new one is to come by some day
        refused = send(address, prefix, **said, due=wrong)
        assert refused.status_code == 422 and "Fel år." in refused.text
    assert "Skriv senast vilken dag det nya underlaget ska ha kommit" in refused.text
    assert send(address, prefix, **said, due=soon).status_code == 302
    assert PartnerDocument.objects.values_list("status", "note", "due").get() == ("rejected", "Fel år.", soon)
    assert send(address, prefix, rule="MOR-53", status="accepted", due="snart").status_code == 302
    assert PartnerDocument.objects.values_list("status", "due").get() == ("accepted", None)


def test_the_day_for_a_new_paper_is_proposed_and_stands_beside_the_old(send, party, coordinator, mora):
    mora.days_for_answers = 12
    mora.save()
    client, address = driver.logged_in(coordinator), f"/mora/arenden/{party.case.reference}/parter/"
    send(**paper(party, "MOR-53"), uploads=driver.pdf())
    proposed = timezone.localdate() + timedelta(days=12)
    assert f'name="gr-MOR-53-{party.pk}--due" value="{proposed}"' in client.get(address).text
    rule = next(one for one in party.case.rules.documents if one.key == "MOR-53")
    yesterday = timezone.localdate() - timedelta(days=1)
    review(party, rule, "", status="rejected", note="Fel år.", due=yesterday, by=coordinator)
    assert f"nytt senast {date_format(yesterday, 'j F Y')}, dagen har varit" in client.get(address).text


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("accepted", "Underlaget har inte kommit än, så det går inte att granska."),
        ("received", "Välj ett giltigt alternativ."),
        ("", "Detta fält måste fyllas i."),
    ],
)
def test_a_review_that_cannot_be_made(send, party, status, told):
    prefix = f"gr-MOR-53-{party.pk}--"
    response = send(f"parter/{party.pk}/granska/", prefix, rule="MOR-53", status=status, note="Saknar sida två.")
    assert response.status_code == 422
    assert told in response.text
    assert "Saknar sida två." in response.text


# Declaration and ruling


def test_sending_the_declaration(send, party):
    prefix = f"intyg-MOR-59-{party.pk}-"
    assert send(f"parter/{party.pk}/intyg/", prefix, rule="MOR-59", to="olle@b.example").status_code == 302
    assert (Declaration.objects.get().sent_to, mail.outbox[0].to) == ("olle@b.example", ["olle@b.example"])
    assert "http://testserver/intyg/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("rule", "to", "status"), [("MOR-59", "olle", 422), ("MOR-59", "", 422), ("MOR-1", "a@a.example", 404)]
)
def test_a_declaration_that_is_not_sent(send, party, rule, to, status):
    prefix = f"intyg-MOR-59-{party.pk}-"
    assert send(f"parter/{party.pk}/intyg/", prefix, rule=rule, to=to).status_code == status
    assert (Declaration.objects.count(), mail.outbox) == (0, [])


def test_a_ruling_is_a_decision_about_the_organisation(send, party, assessed):
    facts = {"outcome": "yes", "delegate": "Chefen", "decided_on": timezone.localdate(), "why": "Brukarna styr."}
    assert send(f"parter/{party.pk}/avgorande/", f"avgorande-{party.pk}-", **facts).status_code == 302
    decision = Decision.objects.get()
    assert (decision.kind, decision.subject_kind, decision.subject_id) == ("eligibility", "party", party.pk)


@pytest.mark.parametrize(
    "data", [{"outcome": ""}, {"delegate": ""}, {"decided_on": "2999-01-01"}, {"decided_on": "i går"}, {"body": "0"}]
)
def test_a_ruling_that_is_not_whole(send, party, data):
    whole = {"outcome": "yes", "delegate": "Chefen", "decided_on": timezone.localdate()}
    assert send(f"parter/{party.pk}/avgorande/", f"avgorande-{party.pk}-", **whole | data).status_code == 422
    assert Decision.objects.count() == 0


# What each side brings, and what else the organisation gets


def test_noting_a_contribution_of_each_side(send, party, assessed):
    for who, kind, value in ((party.pk, "volunteer_time", 72_000), ("", "premises", 60_000)):
        facts = {
            "party": who,
            "kind": kind,
            "what": "Något",
            "value_per_year": value,
            "hours_per_year": 400,
            "basis": "180 kr",
        }
        assert send("insatser/ny/", "insats-", **facts)["Location"].endswith("/parter/#insatser")
    assert set(Contribution.objects.values_list("party", "kind", "value_per_year")) == {
        (party.pk, "volunteer_time", 72_000),
        (None, "premises", 60_000),
    }
    page = driver.logged_in(assessed.coordinator).get(f"{assessed.get_absolute_url()}parter/").text
    assert "Mora kommun 60\u00a0000\u00a0kr, 45 procent" in page
    assert "organisationerna 72\u00a0000\u00a0kr, 55 procent" in page


@pytest.mark.parametrize(
    ("basis", "hours", "value"),
    [
        ("175 kr per timme", 400, 70_000),
        ("schablon 1 200 kr/timme", 10, 12_000),
        ("175 kronor i timmen", 400, 70_000),
        ("internhyra 175 kr", 400, None),
        ("175 kr per timme", "", None),
        ("", 400, None),
        ("99999999 kr per timme", 9999, None),
    ],
)
def test_hours_at_so_much_an_hour_have_a_value(send, party, basis, hours, value):
    facts = {"party": party.pk, "kind": "volunteer_time", "what": "Ideell tid", "hours_per_year": hours, "basis": basis}
    assert send("insatser/ny/", "insats-", **facts).status_code == 302
    assert Contribution.objects.get().value_per_year == value


def test_a_written_value_is_not_counted_anew(send, party):
    facts = {"party": party.pk, "kind": "volunteer_time", "what": "Ideell tid", "hours_per_year": 400}
    send("insatser/ny/", "insats-", **facts, basis="175 kr per timme", value_per_year=50_000)
    assert Contribution.objects.get().value_per_year == 50_000


def test_shares_are_of_what_is_valued_and_the_rest_is_named(send, party, assessed):
    driver.bring(assessed)
    facts = {"party": party.pk, "kind": "volunteer_time", "what": "Ideell tid", "hours_per_year": 400}
    send("insatser/ny/", "insats-", **facts)
    page = driver.logged_in(assessed.coordinator).get(f"{assessed.get_absolute_url()}parter/").text
    assert "Mora kommun 60\u00a0000\u00a0kr, 100 procent av det som är värderat" in page
    assert "Inte värderat: Ideell tid, 400 h (organisationerna)." in page


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"kind": ""}, "Detta fält måste fyllas i."),
        ({"kind": "guld"}, "Välj ett giltigt alternativ."),
        ({"what": ""}, "Detta fält måste fyllas i."),
        ({"value_per_year": -1}, "Kontrollera att detta värde är större än eller lika med 0."),
        ({"value_per_year": 10**12}, "Kontrollera att detta värde är mindre än eller lika med 2147483647."),
        ({"party": "0"}, "Välj ett giltigt alternativ."),
    ],
)
def test_a_contribution_that_cannot_be(send, data, told):
    response = send("insatser/ny/", "insats-", **{"kind": "money", "what": "Stöd", "basis": "Budget 2027"} | data)
    assert response.status_code == 422
    assert told in response.text
    assert 'value="Budget 2027"' in response.text
    assert Contribution.objects.count() == 0


def test_a_contribution_of_another_cases_party(send, mora):
    stranger = driver.send_in(mora).parties.get()
    assert send("insatser/ny/", "insats-", kind="money", what="Stöd", party=stranger.pk).status_code == 422


def test_taking_a_contribution_away(send, assessed):
    row = driver.bring(assessed)
    assert send(f"insatser/{row.pk}/ta-bort/").status_code == 302
    assert Contribution.objects.count() == 0
    events = driver.logged_in(assessed.coordinator).get(f"{assessed.get_absolute_url()}handelser/").text
    assert "Insatsen Lokal togs bort" in events


def test_noting_other_support(send, party, mora):
    unit = mora.units.get(name="Kultur- och fritidsnämnden")
    facts = {"organisation": party.organisation_id, "what": "Föreningsbidrag", "unit": unit.pk, "money": "on"}
    assert send("stod/nytt/", "stod-", **facts)["Location"].endswith("/parter/#stod")
    row = OtherSupport.objects.get()
    assert (row.organisation, row.unit, row.giver, row.money, row.activity) == (
        party.organisation,
        unit,
        "",
        True,
        None,
    )


@pytest.mark.parametrize(
    "data",
    [
        {"giver": ""},
        {"unit": "Kultur- och fritidsnämnden"},
        {"organisation": 0},
        {"what": ""},
        {"activity": "stranger"},
    ],
)
def test_other_support_that_cannot_be(send, party, mora, assessed, data):
    if "unit" in data:
        data = {"unit": mora.units.get(name=data["unit"]).pk}
    if "activity" in data:
        data = {"activity": driver.join(assessed, "Byalaget", 2).activity.pk}
    whole = {"organisation": party.organisation_id, "what": "Bidrag", "giver": "Region Dalarna"}
    assert send("stod/nytt/", "stod-", **whole | data).status_code == 422
    assert OtherSupport.objects.count() == 0


# Amounts in the law: shown, judged by nobody


def test_c7_sth_16_sth_41_amounts_in_the_law_are_dated_information_and_no_rule(assessed, coordinator):
    LegalAmount.objects.create(
        name="Direktupphandlingsgräns", amount="1 kr", valid_from=date(2026, 1, 1), source="Prov"
    )
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{assessed.reference}/parter/").content.decode()
    panel = page[page.index("Belopp i lagen att känna till") :]
    assert "inga regler i kommunens riktlinje" in panel
    assert "1 kr <span" in panel and "från 1 januari 2026 · Prov" in panel
    assert "300 000 euro" in panel and "(EU) 2023/2831" in panel
    assert "700 000 kr" not in panel  # it applied to the end of 2025, and nobody has said what applies now


@pytest.mark.parametrize(("day", "amounts"), [(date(2017, 6, 1), ["534 890 kr"]), (date(2020, 1, 1), [])])
def test_c7_the_limit_that_stockholm_spoke_of_has_its_own_days(db, day, amounts):
    found = LegalAmount.objects.on(day).filter(name="Direktupphandlingsgräns")
    assert [row.amount for row in found] == amounts


def test_t12_mor_27_mor_59_asked_for_at_once_and_both_days_kept(mora, coordinator):
    """The declaration may be sent as soon as the initiative is registered; when it went and when it came are kept."""
    case = driver.send_in(mora)
    rule = case.rules.declarations[0]
    driver.confirm(case.parties.get(), rule, by=coordinator)
    declaration = Declaration.objects.get()
    assert declaration.sent_at < declaration.confirmed_at
    driver.to_assessment(case, by=coordinator)
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{case.reference}/parter/").content.decode()
    today = date_format(timezone.localdate(), "j F Y")
    assert f'{today}. <span class="muted">Skickat {today}.</span>' in page

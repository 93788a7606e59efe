"""Drafts: links, two devices, co-writers, sending once, and clearing away."""

import re
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.utils import timezone

from initiatives import drafts, models
from initiatives.limits import Limit
from initiatives.models import Draft, DraftFile, DraftLink, Initiative
from iop.cases.letters import hash_of
from iop.cases.models import Case
from iop.rulesets.models import RuleSetVersion
from iop.swedish_text import minute
from tests.cases import driver
from tests.initiatives import writing

NEW = "/mora/initiativ/nytt/"


@pytest.fixture
def client(mora):
    return driver.logged_in(None)


@pytest.fixture
def address(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return writing.begin(client)


@pytest.fixture
def do(client, django_capture_on_commit_callbacks):
    """Post, and let the letters go."""

    def do(path, data=None, **more):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(path, data or {}, **more)

    return do


# Links


def test_the_link_goes_by_mail_and_leads_on_without_a_cookie(address, mailoutbox):
    [letter] = mailoutbox
    assert (letter.to, writing.link_in(letter).count("/")) == ([writing.EMAIL], 5)
    assert driver.logged_in(None).get(f"{writing.link_in(letter)}iden/").status_code == 200


def test_a_link_has_at_least_128_bits_and_only_its_hash_is_kept(address):
    token = address.rstrip("/").rpartition("/")[2]
    assert len(token) * 6 >= 128
    link = DraftLink.objects.get()
    assert link.token_hash == hash_of(token)
    assert token not in str(vars(link)) + str(vars(link.draft))


@pytest.mark.parametrize("token", ["fel", "0" * 32, "%00"])
@pytest.mark.parametrize("step", ["iden/", "skicka/"])
def test_a_guessed_link_opens_nothing(client, address, token, step):
    assert client.get(f"/mora/initiativ/utkast/{token}/{step}").status_code == 404


def test_a_link_is_useless_in_another_municipality_and_for_another_draft(client, address):
    assert client.get(address.replace("/mora/", "/gavle/") + "iden/").status_code == 404
    other = writing.begin(client, email="b@b.example")
    writing.save(client, other, "iden", title="Annat")
    assert "Annat" not in client.get(f"{address}iden/").text
    mine = DraftFile.objects.create(draft=writing.draft_at(address), name="a.pdf", size=3)
    assert client.post(f"{other}bilagor/{mine.pk}/?offset=0", b"abc", "application/octet-stream").status_code == 404
    client.post(f"{other}bilagor/{mine.pk}/bort/")
    assert DraftFile.objects.filter(pk=mine.pk).exists()


def test_an_unknown_step_is_not_found(client, address):
    assert client.get(f"{address}annat/").status_code == 404


def test_the_link_again_from_the_page_and_from_the_start(client, address, do, mailoutbox):
    writing.save(client, address, "iden", title="Kafé")
    do(f"{address}lanken-igen/")
    answer = do(NEW, {"email": writing.EMAIL.upper(), "again": "1"})
    assert "har vi skickat en ny länk dit" in answer.text
    assert len(mailoutbox) == 3
    for letter in mailoutbox:  # also the first one: somebody may sit writing behind it
        assert "Kafé" in client.get(f"{writing.link_in(letter)}iden/").text


def test_the_letters_link_leads_to_where_they_were(client, address, mailoutbox):
    [letter] = mailoutbox
    link = writing.link_in(letter)
    assert client.get(link)["Location"] == f"{link}iden/"
    writing.save(client, address, "iden", title="Kafé")
    writing.save(client, address, "bidrag", we_money="5 000 kronor")  # by itself, while they write there
    response = client.get(link)
    assert (response["Location"], response["Referrer-Policy"]) == (f"{link}bidrag/", "no-referrer")
    assert client.get(f"{address}bidrag/").text.count('<span class="source">sparat</span>') == 2
    client.get(f"{address}skicka/")
    assert client.get(link)["Location"] == f"{link}skicka/"
    assert client.post(link).status_code == 405 and client.get("/mora/initiativ/utkast/fel/").status_code == 404


def test_what_the_municipality_asks_further_on_is_folded_away_until_it_is_answered(client):
    """Botkyrka's model and its «bör» stand before the decision; of the others every question stands before one step."""
    address = writing.begin(client, "botkyrka")
    page = client.get(f"{address}fragor/")
    first, later = page.context["form"].first_fields, page.context["form"].later_fields
    assert [field.name for field in first] == ["origin", "own_BOT-19", "own_BOT-20", "own_BOT-21", "own_BOT-22"]
    assert len(later) == 7 and '<details class="mb-3"><summary>Frågor som kommunen ställer längre fram (7)' in page.text
    writing.save(client, address, "fragor", **{"own_BOT-13": "ja"})
    assert '<details class="mb-3" open><summary>Frågor som kommunen' in client.get(f"{address}fragor/").text
    mora = client.get(f"{writing.begin(client)}fragor/")
    assert mora.context["form"].later_fields == [] and "Frågor som kommunen ställer längre fram" not in mora.text


def test_one_letter_tells_the_drafts_apart_and_says_nothing_of_what_is_in_them(client, address, do, mailoutbox):
    """Whoever begins a draft may type an address of others."""
    other = writing.begin(client)
    writing.save(client, other, "iden", title="Köp nu!")
    Draft.objects.filter(pk=writing.draft_at(address).pk).update(begun_at=timezone.now() - timedelta(days=3))
    del mailoutbox[:]
    do(NEW, {"email": writing.EMAIL, "again": "1"})
    [letter] = mailoutbox
    for draft in Draft.objects.all():
        assert f"Påbörjat {minute(draft.begun_at)}" in letter.body
    links = {urlsplit(one).path for one in re.findall(r"https?://\S+", letter.body)}
    assert {writing.draft_at(link.removesuffix("iden/")) for link in links} == set(Draft.objects.all())
    do(f"{other}lanken-igen/")
    assert minute(Draft.objects.latest("pk").begun_at) in mailoutbox[-1].subject
    assert "Köp nu!" not in letter.body + mailoutbox[-1].body + mailoutbox[-1].subject


def test_who_asks_for_a_link_to_what_is_sent_is_led_to_the_own_pages(client, address, do, mailoutbox):
    writing.write(client, address)
    writing.send(client, address)
    del mailoutbox[:]
    do(NEW, {"email": writing.EMAIL, "again": "1"})
    [letter] = mailoutbox
    assert "är redan skickat" in letter.body and "/mina-sidor/" in letter.body and "/utkast/" not in letter.body


@pytest.mark.parametrize("path", ["utkast/fel/iden/", "utkast/fel/skicka/", "kvitto/fel/"])
def test_a_link_that_opens_nothing_says_where_to_go(client, mora, path):
    response = client.get(f"/mora/initiativ/{path}")
    assert response.status_code == 404
    assert f'href="{NEW}"' in response.text and 'href="/mina-sidor/"' in response.text


def test_each_step_says_what_is_needed(client, address):
    assert "Allt här behövs innan ni skickar." in client.get(f"{address}iden/").text
    who = client.get(f"{address}vilka-ni-ar/").text
    assert "Behövs innan ni skickar: organisationens namn, typ av organisation, ditt namn, e-post." in who
    for step in ("for-vem", "bidrag", "fragor"):
        assert "Allt här är frivilligt." in client.get(f"{address}{step}/").text


def test_strangers_who_ask_for_links_never_end_one_that_is_used(client, address, mora):
    """Anybody can type a known address, over and over."""
    client.get(f"{address}iden/")
    for _ in range(drafts.MOST_LINKS):
        drafts.mail_links_again(mora, writing.EMAIL, absolute=driver.absolute)
    assert client.get(f"{address}iden/").status_code == 200
    assert DraftLink.objects.working().count() <= drafts.MOST_LINKS // 2 + 1


def test_the_owner_ends_a_link_that_somebody_else_has(client, address, do, mailoutbox):
    do(f"{address}bjud-in/", {"to": "bo@b.example"})
    theirs = writing.link_in(mailoutbox[-1])
    writing.save(client, address, "iden", title="Kafé")
    do(f"{address}lanken-igen/")
    assert "Byt länk" in client.get(f"{address}skicka/").text and "Byt länk" not in client.get(f"{theirs}skicka/").text
    assert do(f"{theirs}byt-lank/").status_code == 404
    told = do(f"{address}byt-lank/").text
    new, old = writing.link_in(mailoutbox[-1]), [address, writing.link_in(mailoutbox[-2])]
    assert mailoutbox[-1].to == [writing.EMAIL] and writing.EMAIL in told
    assert new not in told  # whoever pressed may be the one who should not have it
    assert [client.get(f"{one}iden/").status_code for one in old] == [404, 404]
    assert "Kafé" in client.get(f"{new}iden/").text and client.get(f"{theirs}iden/").status_code == 200
    late = writing.post(client, address, "iden", {"idea": "Skrivet på den gamla sidan"})
    assert "Skrivet på den gamla sidan</textarea>" in late.text and "med den nya länken" in late.text


def test_changing_links_counts_as_letters(do, address, mailoutbox):
    for _ in range(5):
        assert do(f"{address}byt-lank/").status_code == 200
        address = writing.link_in(mailoutbox[-1])
    assert do(f"{address}byt-lank/").status_code == 429
    assert do(f"{address}iden/").status_code != 404  # nothing ended without a new one on its way


@pytest.mark.parametrize(
    "what", ["lanken-igen/", "byt-lank/", "bjud-in/", "skicka-in/", "bilagor/", "bilagor/1/bort/", "lankar/1/"]
)
def test_loading_the_answer_anew_leads_to_the_step_it_came_from(client, address, what):
    response = client.get(f"{address}{what}")
    assert (response.status_code, response["Location"]) == (302, f"{address}skicka/")


def test_asking_for_a_link_tells_nobody_whether_there_is_a_draft(do, address, mailoutbox):
    known = do(NEW, {"email": writing.EMAIL, "again": "1"}).text.replace(writing.EMAIL, "")
    unknown = do(NEW, {"email": "okand@b.example", "again": "1"}).text.replace("okand@b.example", "")
    assert known == unknown
    assert (len(mailoutbox), Draft.objects.count()) == (2, 1)


def test_officials_see_no_draft_not_even_in_the_admin(address, cast, mora):
    assert not {Draft, DraftLink, DraftFile} & set(admin.site._registry)
    assert not hasattr(Draft.objects, "visible_to")
    writing.save(driver.logged_in(None), address, "iden", title="Hemligt kafé")
    for user in cast.values():
        for page in ("arbetsbord/", "arenden/", "arenden/?q=Hemligt", "organisationer/"):
            assert "Hemligt kafé" not in driver.logged_in(user).get(f"/mora/{page}").text


# Saving


def test_the_script_is_told_when_it_was_saved(client, address, settings):
    answer = writing.save(client, address, "iden", title="Kafé", script=True)
    assert answer.status_code == 200
    at = timezone.localtime(writing.draft_at(address).saved_at)
    assert answer.json()["at"] == f"{at.hour}.{at.minute:02}"
    assert writing.draft_at(address).written["iden"]["title"] == "Kafé"


@pytest.mark.parametrize(
    ("step", "field", "text", "told"),
    [
        ("vilka-ni-ar", "organisation_number", "850709-9805", "Organisationsnummer"),
        ("vilka-ni-ar", "other_2_number", "850709-9805", "Organisation 3: organisationsnummer"),
        ("iden", "challenge", "x" * 130_000, "Vilken samhällsutmaning handlar det om?"),
    ],
)
def test_what_is_not_kept_is_named(client, address, step, field, text, told):
    other = {"iden": {"title": "Kafé"}, "vilka-ni-ar": {"contact_name": "Anna", "other_2_name": "Byalaget"}}[step]
    answer = writing.save(client, address, step, script=True, **{field: text}, **other).json()
    assert (answer["left_out"], answer["unsaved"], len(answer["faults"])) == ([told], True, 1)
    assert writing.draft_at(address).written[step].items() >= other.items()
    page = writing.save(client, address, step, **{field: text}, **other)
    assert page.status_code == 422 and f"Inte sparat: {told}. Resten är sparat." in page.text
    assert "är sparat ändå" not in page.text


def page_of(client, address, step="iden") -> dict:
    form = client.get(f"{address}{step}/").context["form"]
    return {bound.name: bound.value() or "" for bound in (*form.own_fields, form["opened"], form["page"])}


def test_two_devices_on_different_fields_never_meet(client, address):
    phone, desk = page_of(client, address), page_of(client, address)
    for page, other in ((phone, {"title": "Från telefonen"}), (desk, {"idea": "Från datorn"})):
        assert writing.post(client, address, "iden", page | other, script=True).json()["unsaved"] is False
    assert writing.draft_at(address).written["iden"] == {"title": "Från telefonen", "idea": "Från datorn"}


def test_a_page_that_stays_open_never_clears_what_another_wrote_in_a_field_that_it_shows_empty(client, address):
    aisha, fatma = page_of(client, address, "for-vem"), page_of(client, address, "for-vem")
    writing.post(client, address, "for-vem", fatma | {"better": "Färre är ensamma."}, script=True)
    for text in ("Alla", "Alla unga", "Alla unga i Alby"):
        saved = writing.post(client, address, "for-vem", aisha | {"target_group": text}, script=True).json()
        aisha |= {"opened": saved["marks"]}
    assert writing.draft_at(address).written["for-vem"] == {
        "target_group": "Alla unga i Alby",
        "better": "Färre är ensamma.",
    }
    mine = aisha | {"better": "Fler får vänner."}  # written in the very field: both are shown
    assert writing.post(client, address, "for-vem", mine, script=True).json()["unsaved"] is True


@pytest.mark.parametrize("script", [True, False])
def test_two_devices_on_one_field_are_shown_both_and_choose(client, address, script):
    phone, desk = page_of(client, address), page_of(client, address)
    writing.post(client, address, "iden", phone | {"idea": "Telefonens"}, script=True)
    mine = desk | {"idea": "Datorns", "title": "Också ny"}
    answer = writing.post(client, address, "iden", mine, script=script)
    told = answer.json()["meanwhile"] if script else answer.text
    assert (answer.status_code, "Telefonens" in told) == (200 if script else 422, True)
    assert script or "Datorns" in told
    assert writing.draft_at(address).written["iden"] == {"idea": "Telefonens", "title": "Också ny"}
    marks = told.partition('name="anyway" value="')[2].partition('"')[0]
    assert writing.post(client, address, "iden", mine | {"anyway": marks}).status_code == 302
    assert writing.draft_at(address).written["iden"]["idea"] == "Datorns"


def test_a_page_never_collides_with_itself(client, address):
    """The answer to the first save was lost on the way, and more was written before the next."""
    page = page_of(client, address)
    for text in ("En", "En rad", "En rad till"):
        assert writing.post(client, address, "iden", page | {"idea": text}, script=True).json()["unsaved"] is False
    assert writing.draft_at(address).written["iden"]["idea"] == "En rad till"


def test_a_text_of_another_rule_set_stays_until_it_is_sent(client, address):
    draft = writing.draft_at(address)
    draft.written["fragor"] = {"own_BORTA-1": "ja"}
    draft.save(update_fields=["written"])
    writing.save(client, address, "fragor", origin="dialogue")
    assert writing.draft_at(address).written["fragor"] == {"own_BORTA-1": "ja", "origin": "dialogue"}


NUL = "ett\x00två"


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("step", ["iden", "for-vem", "vilka-ni-ar", "bidrag", "fragor"])
def test_a_character_that_no_database_keeps_is_left_out_of_every_field(client, address, step, script):
    page = dict.fromkeys(page_of(client, address, step), NUL) | {"anyway": NUL}
    assert writing.post(client, address, step, page, script=script).status_code in (200, 302, 422)
    assert NUL not in str(writing.draft_at(address).written) + str(writing.draft_at(address).writers)
    assert client.get(f"{address}skicka/").status_code == 200
    assert writing.send(client, address).status_code == 422


@pytest.mark.parametrize("at", [NEW, "bjud-in/", "bilagor/ny/"])
def test_nor_is_it_an_error_anywhere_else(client, address, at):
    path = at if at.startswith("/") else f"{address}{at}"
    assert client.post(path, {name: NUL for name in ("email", "to", "name", "size", "again")}).status_code == 422


def test_ticks_that_nobody_can_tick_are_not_kept(client, address):
    real = page_of(client, address, "fragor")
    client.post(f"{address}fragor/", real | {"units": ["vet_inte", *(f"pahittad {number}" for number in range(500))]})
    assert writing.draft_at(address).written["fragor"]["units"] == ["vet_inte"]


EVIL = "<img src=x onerror=alert(1)> {{ 7|add:7 }} {% now %}"


@pytest.fixture
def evil_rules(mora):
    """Rules are written by people: whatever stands in them is shown as it was written."""
    rules = RuleSetVersion.objects.in_force(mora).first().rules
    evil = {"source": EVIL, "quote": EVIL}
    criteria = [
        rule.model_copy(update=evil | {"help": rule.help.model_copy(update={"plainly": EVIL})})
        for rule in rules.criteria
    ]
    eligibility = [rule.model_copy(update=evil) for rule in rules.eligibility]
    return rules.model_copy(update={"criteria": criteria, "eligibility": eligibility})


def test_the_words_of_a_rule_are_text(client, address, evil_rules, monkeypatch):
    monkeypatch.setattr(RuleSetVersion, "rules", evil_rules)
    for step in ("iden", "for-vem", "vilka-ni-ar", "bidrag", "fragor", "skicka"):
        assert "<img" not in client.get(f"{address}{step}/").text
    page = client.get(f"{address}fragor/").text
    assert page.count("&lt;img src=x onerror=alert(1)&gt; {{ 7|add:7 }} {% now %}") > 2
    assert "&amp;lt;" not in page


def test_html_and_template_syntax_in_every_field_is_text_to_the_end(client, address, coordinator):
    names = {step: list(page_of(client, address, step)) for step in ("iden", "for-vem", "bidrag")}
    writing.write(client, address)
    for step, fields in names.items():
        texts = {name: EVIL for name in fields if name not in ("opened", "page")}
        assert writing.save(client, address, step, **texts).status_code == 302
    who = ("organisation_name", "contact_name", "other_1_name")
    writing.save(client, address, "vilka-ni-ar", contact_phone=EVIL[:40], **dict.fromkeys(who, EVIL))
    pages = [client.get(f"{address}{step}/").text for step in ("iden", "for-vem", "vilka-ni-ar", "bidrag", "skicka")]
    receipt = writing.send(client, address)
    assert receipt.status_code == 302, receipt.text
    case, official = Case.objects.get(), driver.logged_in(coordinator)
    pages += [client.get(receipt["Location"]).text, official.get(case.get_absolute_url()).text]
    pages.append(official.get("/mora/arenden/").text)
    for page in pages:
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt; {{ 7|add:7 }} {% now %}" in page


# Co-writers


def test_a_co_writer_has_a_link_of_her_own_that_can_be_taken_back(client, address, do, mailoutbox):
    do(f"{address}bjud-in/", {"to": "bo@b.example"})
    letter = mailoutbox[-1]
    theirs = writing.link_in(letter)
    assert (letter.to, theirs == address) == (["bo@b.example"], False)
    writing.save(client, theirs, "iden", title="Bos ord")
    assert "Bos ord" in client.get(f"{address}skicka/").text
    told = client.get(f"{theirs}iden/").text
    assert "som vi skickade till bo@b.example" in told and writing.EMAIL not in told
    assert f"som vi skickade till {writing.EMAIL}" in client.get(f"{address}iden/").text
    assert do(f"{theirs}bjud-in/", {"to": "c@c.example"}).status_code == 404
    row = DraftLink.objects.get(email="bo@b.example")
    assert do(f"{theirs}lankar/{row.pk}/").status_code == 404
    do(f"{address}lankar/{row.pk}/")
    assert client.get(f"{theirs}iden/").status_code == 404
    assert client.get(f"{address}iden/").status_code == 200


@pytest.mark.parametrize("to", ["", "bo", "bo@b.example\nBcc: c@c.example"])
def test_an_invitation_without_a_right_address_goes_nowhere(address, do, mailoutbox, to):
    assert do(f"{address}bjud-in/", {"to": to}).status_code == 422
    assert (len(mailoutbox), DraftLink.objects.count()) == (1, 1)


# Sending


def test_sending_twice_makes_one_case_and_every_link_leads_to_the_receipt(client, address, do):
    do(f"{address}bjud-in/", {"to": "bo@b.example"})
    writing.write(client, address)
    first, second = writing.send(client, address), writing.send(client, address)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    for step in ("iden", "skicka"):
        assert client.get(f"{address}{step}/")["Location"] == first["Location"]
    late = writing.post(client, address, "iden", {"title": driver.written()["title"]}, script=True)
    assert (late.status_code, late.json()["sent"], late.json()["lost"]) == (410, first["Location"], False)
    same = writing.post(client, address, "iden", {"title": driver.written()["title"], "idea": ""})
    assert (same.status_code, same["Location"]) == (302, first["Location"])


@pytest.mark.parametrize("script", [True, False])
def test_a_text_that_came_too_late_stays_to_be_copied(client, address, mora, script):
    writing.write(client, address)
    receipt = writing.send(client, address)["Location"]
    sent = driver.written()
    late = {"title": sent["title"], "idea": f"{sent['idea']} Och <b>en</b> rad till."}
    answer = writing.post(client, address, "iden", late, script=script)
    assert answer.status_code == 410
    told = answer.json()["meanwhile"] if script else answer.text
    for part in ("Initiativet är redan skickat", mora.email, Case.objects.get().reference, f'href="{receipt}"'):
        assert part in told
    if script:  # the text stands on the page that sent it
        assert answer.json()["lost"] is True
    else:
        assert "Och &lt;b&gt;en&lt;/b&gt; rad till.</textarea>" in told
        assert told.count("</textarea>") == 1


def test_a_text_for_a_link_that_was_taken_back_stays_to_be_copied(client, address, do, mailoutbox):
    do(f"{address}bjud-in/", {"to": "bo@b.example"})
    theirs = writing.link_in(mailoutbox[-1])
    page = page_of(client, theirs)
    do(f"{address}lankar/{DraftLink.objects.get(owner=False).pk}/")
    answer = writing.post(client, theirs, "iden", page | {"idea": "Bos ord"})
    assert (answer.status_code, "Länken gäller inte längre" in answer.text) == (404, True)
    assert "Bos ord</textarea>" in answer.text
    assert "idea" not in writing.draft_at(address).written.get("iden", {})
    writing.write(client, address)
    receipt = writing.send(client, address)["Location"]
    assert client.get(f"{theirs}iden/").status_code == 404
    assert receipt not in writing.post(client, theirs, "iden", page | {"idea": "Bos ord"}).text


@pytest.mark.parametrize("what", ["lanken-igen", "byt-lank", "bjud-in", "bilagor/1/bort", "iden", "skicka-in"])
def test_what_comes_while_it_is_sent_leads_to_the_receipt(client, address, monkeypatch, what):
    """Another sends it between the look at the link and the work: ``held`` finds out."""
    writing.write(client, address)
    receipt = writing.send(client, address)["Location"]
    seen = DraftLink.objects.select_related("draft__municipality", "draft__version").get()
    seen.draft.sent_as_id = None
    monkeypatch.setattr("initiatives.views.doors._link", lambda *asked: seen)
    assert client.post(f"{address}{what}/", {"to": "bo@b.example"})["Location"] == receipt


def test_what_is_sent_is_left_in_the_case_alone(client, address):
    writing.write(client, address)
    writing.send(client, address)
    draft = Draft.objects.get()
    assert (draft.written, draft.writers, draft.begun_from) == ({}, {}, "")


def test_the_coordinator_sees_everything_that_was_sent(client, address, mora, coordinator):
    unit = mora.units.get(name="Socialnämnden") if mora.units.filter(name="Socialnämnden") else mora.units.bodies()[0]
    writing.write(
        client,
        address,
        better="Färre är ensamma.",
        we_money="50 000 kronor",
        we_hours="20 timmar",
        they_premises="En sal",
        other_1_name="Byalaget",
        other_1_number=driver.number(7),
        other_1_form="ideell_forening",
        units=[str(unit.pk)],
        origin="vet_inte",
    )
    writing.send(client, address)
    case = Case.objects.get()
    assert [party.name for party in case.parties.order_by("pk")] == ["Språkbron", "Byalaget"]
    assert list(case.affected_units.all()) == []
    assert (case.initiative.origin, case.initiative.believed_units) == ("", [unit.name])
    page = driver.logged_in(coordinator).get(case.get_absolute_url()).text
    text = case.records.get(number=1).text
    for told in ("Färre är ensamma.", "50 000 kronor", "20 timmar", "En sal", "Byalaget", unit.name):
        assert told in page and told in text, told
    assert "initiativtagaren tror" in page and "initiativtagaren tror" in text


def test_the_same_organisation_twice_is_told(client, address):
    writing.write(client, address, other_1_name="Språkbron", other_1_number=driver.number(1))
    refused = writing.send(client, address)
    assert (refused.status_code, Case.objects.count()) == (422, 0)
    assert "Samma nummer står två gånger" in refused.text


def test_a_legal_form_with_conditions_asks_them(db):
    client = driver.logged_in(None)
    address = writing.begin(client, "soderhamn")
    form = client.get(f"{address}vilka-ni-ar/").context["form"]
    names = [name for name, _ in form.conditions["ekonomisk_forening"]]
    assert names
    writing.write(client, address, legal_form="ekonomisk_forening", **dict.fromkeys(names, "vet_inte"))
    page = client.get(writing.send(client, address)["Location"]).text
    assert set(Initiative.objects.get().own_answers.values()) == {"vet_inte"}
    assert page.count("<dd>Vet inte</dd>") == len(names)


def test_the_last_page_shows_all_that_is_sent_and_whose_it_is(client, address):
    idea = f"Vi börjar {'och fortsätter ' * 200}till slutet."
    others = {"other_1_name": "Byalaget", "other_1_number": driver.number(7), "other_2_name": "Kören"}
    writing.write(client, address, idea=idea, **others)
    page = client.get(f"{address}skicka/").text
    assert idea in page
    for told in (
        'Organisation 2: organisationens namn</dt><dd class="prewrap">Byalaget',
        "Organisation 2: organisationsnummer</dt>",
        'Organisation 3: organisationens namn</dt><dd class="prewrap">Kören',
    ):
        assert told in page
    writing.save(client, address, "vilka-ni-ar", other_3_number=driver.number(8))
    assert (
        "Organisation 4: organisationens namn: Skriv vad organisationen heter." in client.get(f"{address}skicka/").text
    )


def test_an_unfinished_file_is_told_before_sending(client, address):
    writing.write(client, address)
    DraftFile.objects.create(draft=writing.draft_at(address), name="halv.pdf", size=100, received=40)
    refused = writing.send(client, address)
    assert (refused.status_code, Case.objects.count()) == (422, 0)
    assert "halv.pdf är inte färdig" in refused.text


# Clearing away


def daily() -> str:
    out = StringIO()
    call_command("daily", stdout=out)
    return out.getvalue()


def age(days: int, **other) -> None:
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=days), **other)


def test_old_drafts_go_after_a_notice(client, address, mailoutbox, django_capture_on_commit_callbacks):
    def day_passes():
        with django_capture_on_commit_callbacks(execute=True):
            daily()

    age(75)
    day_passes()
    assert len(mailoutbox) == 1
    age(76)
    day_passes()
    day_passes()
    begun = minute(Draft.objects.get().begun_at)
    assert [letter.subject for letter in mailoutbox[1:]] == [f"Ert utkast från {begun} tas snart bort, Mora kommun"]
    age(200)  # the notice has just gone: fourteen days are theirs, however late it was
    day_passes()
    assert Draft.objects.count() == 1
    age(90, reminded_at=timezone.now() - timedelta(days=14))
    day_passes()
    assert (Draft.objects.count(), DraftLink.objects.count()) == (0, 0)
    assert client.get(f"{address}iden/").status_code == 404


def test_co_writers_are_told_too_each_by_a_link_of_their_own(
    client, address, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        for to in ("bo@x.example", "bo@x.example", "eva@x.example"):
            client.post(f"{address}bjud-in/", {"to": to})
    page = client.get(f"{address}iden/").text
    assert f'href="{address}skicka/#h-more">Bjud in någon att skriva med</a>' in page
    eva = DraftLink.objects.get(email="eva@x.example")
    client.post(f"{address}lankar/{eva.pk}/")
    mailoutbox.clear()
    age(76)
    with django_capture_on_commit_callbacks(execute=True):
        daily()
    assert [letter.to[0] for letter in mailoutbox] == [Draft.objects.get().email, "bo@x.example"]
    links = [re.search(r"http\S+", letter.body)[0] for letter in mailoutbox]
    assert len(set(links)) == 2 and "tas snart bort" in mailoutbox[1].subject
    theirs = urlsplit(links[1]).path
    assert (
        client.get(theirs, follow=True).status_code == 200
        and "Bjud in någon" not in client.get(theirs, follow=True).text
    )
    for one in DraftLink.objects.filter(email="bo@x.example", revoked_at=None)[:1]:
        client.post(f"{address}lankar/{one.pk}/")
    assert client.get(theirs).status_code == 404
    assert not DraftLink.objects.filter(email="bo@x.example", revoked_at=None).exists()


def test_writing_again_keeps_it(client, address, mailoutbox):
    age(80, reminded_at=timezone.now() - timedelta(days=4))
    writing.save(client, address, "iden", title="Vi lever")
    daily()
    draft = Draft.objects.get()
    assert (draft.reminded_at, draft.saved_at.date()) == (None, timezone.now().date())


def test_what_is_sent_is_never_cleared_away(client, address):
    writing.write(client, address)
    receipt = writing.send(client, address)["Location"]
    age(400, reminded_at=timezone.now() - timedelta(days=300))
    daily()
    assert client.get(f"{address}iden/")["Location"] == receipt


# Limits


def test_too_many_drafts_meet_a_friendly_page(client, monkeypatch):
    for _ in range(6):
        writing.begin(client)
    page = client.post(NEW, {"email": writing.EMAIL})
    assert page.status_code == 429
    assert "<h1>Det blev många försök på kort tid</h1>" in page.text
    assert 0 < int(page["Retry-After"]) <= 3600
    forged = {"headers": {"sec-fetch-site": "cross-site"}}
    assert "Ring 0250" not in client.post(NEW, {"email": writing.EMAIL, "x": "Ring 0250-1 nu"}, **forged).text
    assert client.post(NEW, {"email": "nagon@annan.example"}).status_code == 302
    assert models.Tally.objects.filter(who__contains="anna").count() == 0


def test_guessing_links_is_stopped_and_right_ones_are_not_counted(client, address):
    for _ in range(55):
        assert client.get(f"{address}iden/").status_code == 200
    codes = [client.get("/mora/initiativ/utkast/gissning/iden/").status_code for _ in range(51)]
    assert codes == [404] * 50 + [429]
    assert client.get("/mora/initiativ/kvitto/gissning/").status_code == 429
    assert client.get(f"{address}iden/").status_code == 200  # others at the same address go on


def test_wrong_links_lock_no_receipt(client):
    receipt = writing.sent(client)
    for _ in range(51):
        last = client.get("/mora/initiativ/kvitto/gissning/")
    assert (last.status_code, client.get(receipt).status_code) == (429, 200)


def test_a_step_saved_too_often_keeps_its_text_on_the_page(client, address, monkeypatch):
    monkeypatch.setattr("initiatives.views.draft.SAVES", Limit("saves", most=0, minutes=10))
    answer = writing.post(client, address, "iden", {"idea": "En lång tanke", "opened": "title:12 idea:34"})
    assert (answer.status_code, "En lång tanke</textarea>" in answer.text) == (429, True)
    assert "title:12" not in answer.text


def test_sending_is_limited_for_a_script_too(client, address):
    codes = [client.post(f"{address}skicka-in/", headers={"accept": "application/json"}).status_code for _ in range(31)]
    assert codes == [422] * 30 + [429]


def test_receipts_to_one_address_are_limited_and_the_draft_is_kept(client, address, monkeypatch):
    monkeypatch.setattr(drafts, "RECEIPTS_TO_AN_ADDRESS", Limit("receipts to", most=1, minutes=60))
    writing.sent(client, title="Det första")
    writing.write(client, address, title="Det andra")
    refused = writing.send(client, address)
    assert (refused.status_code, Case.objects.count()) == (429, 1)
    assert "Det andra" in client.get(f"{address}skicka/").text
    writing.write(client, address, contact_email="annan@b.example")
    assert writing.send(client, address).status_code == 302


def test_receipts_from_one_sender_are_limited_whomever_they_go_to(client, monkeypatch):
    monkeypatch.setattr(drafts, "RECEIPTS_FROM_AN_ADDRESS", Limit("receipts from", most=1, minutes=60))
    writing.sent(client, contact_email="a@b.example")
    address = writing.begin(client)
    writing.write(client, address, contact_email="b@b.example")
    assert writing.send(client, address).status_code == 429


def test_megabytes_from_one_sender_are_limited_and_words_are_not(client, address, monkeypatch):
    monkeypatch.setattr(drafts, "MEGABYTES_FROM_AN_ADDRESS", Limit("megabytes from", most=1, minutes=60))
    other = writing.begin(client)
    for draft in (address, other):
        writing.write(client, draft)
        client.post(f"{draft}bilagor/", {"files": driver.pdf("stadgar.pdf")})
    assert writing.send(client, address).status_code == 302
    refused = writing.send(client, other)
    assert refused.status_code == 422 and "Allt ni har skrivit finns kvar." in refused.text
    client.post(f"{other}bilagor/{DraftFile.objects.get().pk}/bort/")
    assert writing.send(client, other).status_code == 302


def test_what_is_not_ready_counts_as_no_receipt(client, address, monkeypatch):
    monkeypatch.setattr(drafts, "RECEIPTS_TO_AN_ADDRESS", Limit("receipts to", most=1, minutes=60))
    for _ in range(3):
        assert writing.send(client, address).status_code == 422
    writing.write(client, address)
    assert writing.send(client, address).status_code == 302

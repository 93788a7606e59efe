"""Two people with the same form open: each saves what that person changed, and nobody erases the other."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agreements.models import Agreement
from initiatives.meetings import note_meeting
from initiatives.rounds import follow_affected
from iop.cases.models import Case
from iop.cases.secrecy import lift_secrecy, mark_secret
from iop.municipalities.permissions import Role
from iop.swedish_text import day
from partners.papers import hand_in
from tests.cases import driver

HTMX = {"HX-Request": "true"}
SOON = timezone.localdate() + timedelta(days=9)


@pytest.fixture
def colleague(mora):
    return driver.person("Kim Kollega", mora, Role.COORDINATOR)


def filled_in(form) -> dict:
    """What a browser sends when nothing has been touched in the form."""
    values = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else value for name, value in values.items()}


class Browser:
    """A person's own browser, with the form of facts, term or a point open."""

    def __init__(self, user, case):
        self.client, self.base = driver.logged_in(user), f"/mora/arenden/{case.reference}/"

    def opened(self, what: str) -> dict:
        page = self.client.get(self.base + ("fakta/" if what == "facts" else "avtal/")).context
        if what == "facts":
            return filled_in(page["facts_form"])
        if what == "term":
            return filled_in(page["term_form"])
        (point,) = [point for point in page["points"] if point.rule == what]
        return filled_in(point.form)

    def send(self, path: str, form: dict, headers=None, **changed):
        return self.client.post(self.base + path, form | changed, headers=headers)


@pytest.fixture
def two(coordinator, colleague):
    """Karin's and Kim's browsers."""
    return lambda case: (Browser(coordinator, case), Browser(colleague, case))


# Facts


def test_what_the_other_saved_meanwhile_stays(two, assessed, mora):
    karin, kim = two(assessed)
    hers, his = karin.opened("facts"), kim.opened("facts")
    body, affected = mora.units.get(name="Socialnämnden"), mora.units.get(name="Kultur- och fritidsnämnden")
    facts = {"diary_number": "KS 2026/00418", "responsible": body.pk, "affected_units": [affected.pk]}
    assert karin.send("fakta/", hers, **facts, origin="dialogue").status_code == 302
    assert kim.send("fakta/", his, title="Språkcafé i Morkarlby").status_code == 302
    case = Case.objects.get()
    assert (case.title, case.diary_number, case.responsible) == ("Språkcafé i Morkarlby", "KS 2026/00418", body)
    assert (list(case.affected_units.all()), case.initiative.origin) == ([affected], "dialogue")


def test_a_form_that_nobody_touched_changes_nothing(two, assessed):
    karin, _ = two(assessed)
    rows = assessed.history.count()
    assert karin.send("fakta/", karin.opened("facts")).status_code == 302
    assert assessed.history.count() == rows


def test_the_same_fact_is_refused_with_both_shown(two, assessed):
    karin, kim = two(assessed)
    hers, his = karin.opened("facts"), kim.opened("facts")
    karin.send("fakta/", hers, title="Karins rubrik", diary_number="KS 1")
    response = kim.send("fakta/", his, title="Kims rubrik")
    assert response.status_code == 422
    assert "Någon annan har ändrat det här medan du skrev." in response.text
    assert "Karins rubrik</textarea>" in response.text and 'value="Kims rubrik"' in response.text
    assert Case.objects.get().title == "Karins rubrik"
    assert kim.send("fakta/", his, title="Kims rubrik").status_code == 422


def test_ones_own_can_be_saved_anyway_and_the_rest_stays(two, assessed):
    karin, kim = two(assessed)
    hers, his = karin.opened("facts"), kim.opened("facts")
    karin.send("fakta/", hers, title="Karins rubrik", diary_number="KS 1")
    form = kim.send("fakta/", his, title="Kims rubrik").context["facts_form"]
    assert kim.send("fakta/", his, title="Kims rubrik", anyway=form.marks).status_code == 302
    case = Case.objects.get()
    assert (case.title, case.diary_number) == ("Kims rubrik", "KS 1")


def test_a_third_change_is_not_passed_over(two, assessed):
    karin, kim = two(assessed)
    his = kim.opened("facts")
    karin.send("fakta/", karin.opened("facts"), title="Karins rubrik")
    marks = kim.send("fakta/", his, title="Kims rubrik").context["facts_form"].marks
    karin.send("fakta/", karin.opened("facts"), title="Karins andra rubrik")
    assert kim.send("fakta/", his, title="Kims rubrik", anyway=marks).status_code == 422
    assert Case.objects.get().title == "Karins andra rubrik"


def test_the_same_choice_by_both_is_no_quarrel(two, assessed):
    karin, kim = two(assessed)
    hers, his = karin.opened("facts"), kim.opened("facts")
    assert karin.send("fakta/", hers, title="Språkkafé").status_code == 302
    assert kim.send("fakta/", his, title="Språkkafé").status_code == 302


def test_units_are_told_by_name(two, assessed, mora):
    karin, kim = two(assessed)
    hers, his = karin.opened("facts"), kim.opened("facts")
    social, culture = (mora.units.get(name=name) for name in ("Socialnämnden", "Kultur- och fritidsnämnden"))
    karin.send("fakta/", hers, responsible=social.pk, affected_units=[culture.pk])
    response = kim.send("fakta/", his, responsible=culture.pk, affected_units=[social.pk])
    assert response.context["facts_form"].theirs == {
        "Ansvarig nämnd eller styrelse": "Socialnämnden",
        "Berörda nämnder och bolag": "Kultur- och fritidsnämnden",
    }


def test_the_events_tell_what_was_changed(two, assessed, mora):
    karin, _ = two(assessed)
    affected = mora.units.get(name="Kultur- och fritidsnämnden")
    changed = {"title": "Språkkafé", "diary_number": "KS 1", "affected_units": [affected.pk], "origin": "dialogue"}
    karin.send("fakta/", karin.opened("facts"), **changed)
    events = karin.client.get(f"{karin.base}handelser/").context["events"]
    told = {(event.sentence, event.by) for event in events if "ändrades" in event.sentence}
    karins = "Karin Samordnare"
    assert told >= {
        ("Rubriken ändrades: «Språkcafé på biblioteket» → «Språkkafé»", karins),
        ("Diarienumret ändrades: «–» → «KS 1»", karins),
        ("Berörda nämnder och bolag ändrades: «–» → «Kultur- och fritidsnämnden»", karins),
        (
            "Vem som tog initiativet ändrades: «Organisationen tog initiativet» → "
            "«Idén växte fram i samtal mellan organisationen och kommunen»",
            karins,
        ),
    }


# The term


def test_each_day_of_the_term_for_itself(two, agreement):
    karin, kim = two(agreement.case)
    hers, his = karin.opened("term"), kim.opened("term")
    names = {name: f"avtalstid-{name}" for name in ("start", "end")}
    assert karin.send("avtal/tid/", hers, **{names["start"]: "2027-01-01"}).status_code == 302
    assert kim.send("avtal/tid/", his, **{names["end"]: "2029-12-31"}).status_code == 302
    agreement = Agreement.objects.get()
    assert (agreement.start, agreement.end) == (date(2027, 1, 1), date(2029, 12, 31))
    events = [event.sentence for event in karin.client.get(f"{karin.base}handelser/").context["events"]]
    assert "Startdagen ändrades: «–» → «1 januari 2027»" in events
    assert "Slutdagen ändrades: «–» → «31 december 2029»" in events


def test_the_same_day_of_the_term_is_refused(two, agreement):
    karin, kim = two(agreement.case)
    hers, his = karin.opened("term"), kim.opened("term")
    karin.send("avtal/tid/", hers, **{"avtalstid-start": "2027-01-01"})
    response = kim.send("avtal/tid/", his, **{"avtalstid-start": "2027-02-01"})
    assert response.status_code == 422
    assert "2027-01-01</textarea>" in response.text and 'value="2027-02-01"' in response.text
    marks = response.context["term_form"].marks
    again = {"avtalstid-start": "2027-02-01", "avtalstid-anyway": marks}
    assert kim.send("avtal/tid/", his, **again).status_code == 302
    assert Agreement.objects.get().start == date(2027, 2, 1)


def test_days_that_do_not_go_together_with_the_others(two, agreement):
    karin, kim = two(agreement.case)
    hers, his = karin.opened("term"), kim.opened("term")
    karin.send("avtal/tid/", hers, **{"avtalstid-start": "2028-01-01"})
    response = kim.send("avtal/tid/", his, **{"avtalstid-end": "2027-12-31"})
    assert response.status_code == 422
    assert "Någon annan har ändrat dagarna medan du skrev" in response.text


# Points


@pytest.fixture
def writing(two, agreement):
    """Both have Mora's point on the target group open; what they send of it, and where."""
    point = agreement.points.get(rule="MOR-76")
    karin, kim = two(agreement.case)
    return point, karin, karin.opened("MOR-76"), kim, kim.opened("MOR-76"), f"avtal/punkter/{point.pk}/"


@pytest.mark.parametrize("headers", [None, HTMX])
def test_the_same_text_is_refused_with_both_shown(writing, headers):
    point, karin, hers, kim, his, path = writing
    text = f"punkt-{point.pk}-text"
    karin.send(path, hers, headers, **{text: "Karins text."})
    response = kim.send(path, his, headers, **{text: "Kims text."})
    assert response.status_code == 422
    assert "Någon annan har ändrat det här medan du skrev." in response.text
    assert "Karins text.</textarea>" in response.text and "Spara mitt ändå" in response.text
    point.refresh_from_db()
    assert point.text == "Karins text."


@pytest.mark.parametrize("headers", [None, HTMX])
def test_ones_own_text_can_be_saved_anyway_and_the_other_stays_in_the_history(writing, headers):
    point, karin, hers, kim, his, path = writing
    name = f"punkt-{point.pk}-"
    karin.send(path, hers, headers, **{f"{name}text": "Karins text.", f"{name}flag": "sanction"})
    refused = kim.send(path, his, headers, **{f"{name}text": "Kims text."})
    button = refused.text.partition(f'name="{name}anyway" value="')[2].partition('"')[0]
    saved = kim.send(path, his, headers, **{f"{name}text": "Kims text.", f"{name}anyway": button})
    assert saved.status_code == (200 if headers else 302)
    point.refresh_from_db()
    assert (point.text, point.flag) == ("Kims text.", "sanction")
    assert "Karins text." in point.history.values_list("text", flat=True)


def test_different_parts_of_a_point_go_together(writing):
    point, karin, hers, kim, his, path = writing
    karin.send(path, hers, HTMX, **{f"punkt-{point.pk}-flag": "sanction"})
    assert kim.send(path, his, HTMX, **{f"punkt-{point.pk}-text": "Kims text."}).status_code == 200
    point.refresh_from_db()
    assert (point.text, point.flag, point.state) == ("Kims text.", "sanction", "used")


def test_one_who_writes_on_is_not_refused(writing):
    """Each save tells the page what the form is opened with from then on."""
    point, karin, form, *_, path = writing
    name = f"punkt-{point.pk}-"
    for text in ("Först.", "Först och sedan."):
        response = karin.send(path, form, HTMX, **{f"{name}text": text})
        assert response.status_code == 200
        opened = response.text.partition(f'name="{name}opened" value="')[2].partition('"')[0]
        form = form | {f"{name}text": text, f"{name}opened": opened, f"{name}state": "used"}
    point.refresh_from_db()
    assert point.text == "Först och sedan."


def test_the_page_follows_what_was_saved(writing):
    point, karin, form, *_, path = writing
    response = karin.send(path, form, HTMX, **{f"punkt-{point.pk}-text": "Vuxna."})
    count = point.agreement.points.count()
    assert f"1 av {count} punkter används." in response.text
    radio = response.text.partition(f'id="lage-{point.pk}" hx-swap-oob="true"')[2].partition("</fieldset>")[0]
    assert 'value="used"' in radio and radio.count("checked") == 1
    assert "checked" in radio.partition('value="used"')[2].partition(">")[0]


# Answers of the checklist


class Checklist:
    """A person's checklist, open since a while."""

    def __init__(self, user, case):
        self.client, self.base, self.case = driver.logged_in(user), f"/mora/arenden/{case.reference}/", case
        page = self.client.get(f"{self.base}checklista/").context
        rows = [row for one in page["lists"] for row in one["rows"]]
        self.opened = {row.rule.key: row.parts[0].opened for row in rows}

    def answer(self, key: str, headers=None, **said):
        data = {"rule": key, "part": "", "subject": f"case:{self.case.pk}", "saved_id": key, "tab": "checklist"}
        data |= {"value": "", "reason": "", "opened": self.opened[key]} | said
        return self.client.post(f"{self.base}svar/", data, headers=headers)


def stored(case, key: str) -> tuple[str, str]:
    return case.answers.values_list("value", "reason").get(rule=key)


@pytest.mark.parametrize("headers", [HTMX, None])
def test_the_later_answer_is_shown_the_earlier_and_nothing_is_lost(assessed, coordinator, colleague, headers):
    hers, his = Checklist(coordinator, assessed), Checklist(colleague, assessed)
    hers.answer("MOR-39", value="yes", reason="Tydlig utmaning.")
    late = his.answer("MOR-39", headers=headers, value="no", reason="Otydligt.")
    assert stored(assessed, "MOR-39") == ("yes", "Tydlig utmaning.")
    page = late if headers else his.client.get(late["Location"])
    assert (late.status_code, "Tydlig utmaning." in page.text) == (422 if headers else 302, True)
    if headers:
        his.answer(
            "MOR-39", headers=HTMX, value="no", reason="Båda: tydlig, otydligt.", anyway=late.context["theirs"].anyway
        )
        assert stored(assessed, "MOR-39") == ("no", "Båda: tydlig, otydligt.")
    else:
        assert "Otydligt." in page.text


def test_an_answer_is_not_put_beside_somebody_elses_reason(assessed, coordinator, colleague):
    hers, his = Checklist(coordinator, assessed), Checklist(colleague, assessed)
    hers.answer("MOR-39", value="yes", reason="Skäl för ja.")
    late = his.answer("MOR-39", headers=HTMX, value="no")
    assert late.status_code == 422 and "Skäl för ja." in late.text
    assert stored(assessed, "MOR-39") == ("yes", "Skäl för ja.")


def test_one_goes_on_after_saving_without_meeting_oneself(assessed, coordinator):
    page = Checklist(coordinator, assessed)
    first = page.answer("MOR-39", headers=HTMX, value="yes")
    page.opened["MOR-39"] = first.context["opened"]
    assert page.answer("MOR-39", headers=HTMX, value="yes", reason="Ja.").status_code == 200
    assert stored(assessed, "MOR-39") == ("yes", "Ja.")


# A party


def opened_party(browser, case) -> tuple[str, dict]:
    """(address, what a browser sends when nothing has been touched)"""
    (card,) = browser.client.get(f"{browser.base}parter/").context["cards"]
    return f"parter/{card['party'].pk}/", filled_in(card["form"])


def test_two_who_correct_a_party_keep_each_others_words(two, assessed):
    karin, kim = two(assessed)
    (address, hers), (_, his) = opened_party(karin, assessed), opened_party(kim, assessed)
    prefix = f"part-{assessed.parties.get().pk}-"
    assert karin.send(address, hers, **{f"{prefix}contact_name": "Bo Ek"}).status_code == 302
    assert kim.send(address, his, **{f"{prefix}contact_email": "ny@sprakbron.example"}).status_code == 302
    party = assessed.parties.get()
    assert (party.contact_name, party.contact_email) == ("Bo Ek", "ny@sprakbron.example")
    refused = kim.send(address, his, **{f"{prefix}contact_name": "Eva Ask"})
    assert refused.status_code == 422 and "Bo Ek" in refused.text and "Eva Ask" in refused.text
    assert assessed.parties.get().contact_name == "Bo Ek"


# The diary number, a meeting that is moved, and whom a unit sends


def test_the_diary_number(two, assessed, secretary):
    karin, kim = two(assessed)[0], Browser(secretary, assessed)
    his = filled_in(kim.client.get(kim.base).context["diary_form"])
    karin.send("fakta/", karin.opened("facts"), diary_number="KS 1")
    assert kim.send("diarienummer/", his).status_code == 302  # left alone, it erases nothing
    response = kim.send("diarienummer/", his, diary_number="KS 2")
    assert response.status_code == 422 and "KS 1</textarea>" in response.text
    assert Case.objects.get().diary_number == "KS 1"
    marks = response.context["diary_form"].marks
    assert kim.send("diarienummer/", his, diary_number="KS 2", anyway=marks).status_code == 302
    assert Case.objects.get().diary_number == "KS 2"


@pytest.fixture
def meeting(assessed, coordinator):
    day = timezone.localdate() + timedelta(days=7)
    return note_meeting(assessed, name="Möte", day=day, participants="Alla", place="Rum 1", by=coordinator)


def move_form(browser, meeting) -> dict:
    (found,) = [one for one in browser.client.get(f"{browser.base}yttranden/").context["meetings"] if one == meeting]
    return filled_in(found.move_form)


def test_one_moves_the_day_and_the_other_the_place(two, assessed, meeting):
    karin, kim = two(assessed)
    hers, his = move_form(karin, meeting), move_form(kim, meeting)
    name, path, day = f"flytta-{meeting.pk}", f"moten/{meeting.pk}/flytta/", meeting.day + timedelta(days=1)
    assert karin.send(path, hers, **{f"{name}-day": day, f"{name}-starts": "9:00"}).status_code == 302
    assert kim.send(path, his, **{f"{name}-place": "Rum 2"}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.day, meeting.place, meeting.hours) == (day, "Rum 2", "kl. 9.00")
    assert meeting.case.tasks.open().get(kind="meeting").due == day


def test_two_days_for_one_meeting_are_both_shown(two, assessed, meeting):
    karin, kim = two(assessed)
    hers, his = move_form(karin, meeting), move_form(kim, meeting)
    name, path, day = f"flytta-{meeting.pk}", f"moten/{meeting.pk}/flytta/", meeting.day + timedelta(days=1)
    karin.send(path, hers, **{f"{name}-day": day, f"{name}-starts": "9:00"})
    changed = {f"{name}-day": meeting.day + timedelta(days=2), f"{name}-starts": "10:30"}
    response = kim.send(path, his, **changed)
    assert response.status_code == 422
    assert f"{day}</textarea>" in response.text and "9.00</textarea>" in response.text
    (shown,) = response.context["meetings"]
    assert kim.send(path, his, **changed, **{f"{name}-anyway": shown.move_form.marks}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.day, meeting.hours) == (changed[f"{name}-day"], "kl. 10.30")


def test_whom_a_unit_sends(two, assessed, mora):
    karin, kim = two(assessed)
    assessed.affected_units.add(mora.units.get(name="Socialnämnden"))
    follow_affected(assessed)
    row = assessed.rounds.get()
    name, path = f"utse-{row.pk}-people", f"berorda/{row.pk}/deltagare/"
    (shown,) = kim.client.get(f"{kim.base}yttranden/").context["rounds"]
    his = filled_in(shown.naming_form)
    karin.send(path, {}, **{name: "Anna Ek, anna@x.example"})
    response = kim.send(path, his, **{name: "Bo Al"})
    assert response.status_code == 422 and "Anna Ek, anna@x.example</textarea>" in response.text
    assert [one.name for one in row.participants.all()] == ["Anna Ek"]
    (shown,) = response.context["rounds"]
    anyway = {f"utse-{row.pk}-anyway": shown.naming_form.marks}
    assert kim.send(path, his, **{name: "Anna Ek, anna@x.example\r\nBo Al"}, **anyway).status_code == 302
    assert [one.name for one in row.participants.all()] == ["Anna Ek", "Bo Al"]


def test_the_same_names_sent_twice_are_one_record(two, assessed, mora):
    karin, _ = two(assessed)
    assessed.affected_units.add(mora.units.get(name="Socialnämnden"))
    follow_affected(assessed)
    row = assessed.rounds.get()
    for _ in range(2):
        karin.send(f"berorda/{row.pk}/deltagare/", {}, **{f"utse-{row.pk}-people": "Anna Ek"})
    assert assessed.records.filter(about__startswith="Utsedda deltagare").count() == 1


# Secrecy


GROUND = "26 kap. 1 § OSL"


def test_whom_another_let_in_stays(two, assessed, reader, secretary, coordinator, colleague):
    mark_secret(assessed, ground=GROUND, by=coordinator, cleared=[colleague])
    karin, kim = two(assessed)
    hers, his = (filled_in(one.client.get(one.base).context["let_in_form"]) for one in (karin, kim))
    assert karin.send("sekretess/slapp-in/", hers, people=[colleague.pk, reader.pk]).status_code == 302
    response = kim.send("sekretess/slapp-in/", his, people=[colleague.pk, secretary.pk])
    assert response.status_code == 422 and "Medan du skrev ändrade någon annan samma sak." in response.text
    assert {reader} == set(assessed.cleared.all()) - {coordinator, colleague}
    anyway = response.context["let_in_form"].marks
    everybody = [colleague.pk, coordinator.pk, reader.pk, secretary.pk]
    assert kim.send("sekretess/slapp-in/", his, people=everybody, anyway=anyway).status_code == 302
    assert set(assessed.cleared.all()) == {coordinator, colleague, reader, secretary}


def test_who_sees_a_record_is_not_set_from_an_older_page(two, assessed, reader, secretary, coordinator, colleague):
    record = assessed.records.first()
    mark_secret(record, ground=GROUND, by=coordinator, cleared=[colleague])
    karin, kim = two(assessed)
    page = f"akt/{record.number}/sekretess/"
    hers, his = (filled_in(one.client.get(one.base + page).context["form"]) for one in (karin, kim))
    assert karin.send(page, hers, people=[colleague.pk, reader.pk]).status_code == 302
    response = kim.send(page, his, people=[colleague.pk, secretary.pk])
    assert response.status_code == 422 and "Lars Läsare" in response.text
    assert kim.send(page, his).status_code == 302  # nothing was touched, and nothing is changed
    assert set(record.cleared.all()) == {coordinator, colleague, reader}


@pytest.mark.parametrize("what", ["case", "record"])
def test_the_ground_that_another_wrote_is_shown(two, assessed, coordinator, colleague, what):
    karin, kim = two(assessed)
    page, name = {"case": ("sekretess/", "secrecy_form"), "record": ("akt/1/sekretess/", "form")}[what]
    opened = "" if what == "case" else page
    his = filled_in(kim.client.get(kim.base + opened).context[name])
    marked = assessed if what == "case" else assessed.records.get(number=1)
    mark_secret(marked, ground=GROUND, by=coordinator, cleared=[colleague])
    response = kim.send(page, his, ground="21 kap. 1 § OSL")
    assert response.status_code == 422
    assert f"{GROUND}</textarea>" in response.text and 'value="21 kap. 1 § OSL"' in response.text
    marked.refresh_from_db()
    assert marked.secrecy_ground == GROUND
    assert set(marked.cleared.all()) == {coordinator, colleague}
    anyway = response.context[name].marks
    assert kim.send(page, his, ground="21 kap. 1 § OSL", anyway=anyway).status_code == 302
    marked.refresh_from_db()
    assert marked.secrecy_ground == "21 kap. 1 § OSL"


@pytest.mark.parametrize("what", ["case", "record"])
def test_nobody_is_let_in_to_what_is_open_again(two, assessed, coordinator, reader, what):
    marked = assessed if what == "case" else assessed.records.get(number=1)
    mark_secret(marked, ground=GROUND, by=coordinator)
    karin, _ = two(assessed)
    page, opened, name = {
        "case": ("sekretess/slapp-in/", "", "let_in_form"),
        "record": ("akt/1/sekretess/", "akt/1/sekretess/", "form"),
    }[what]
    hers = filled_in(karin.client.get(karin.base + opened).context[name])
    lift_secrecy(marked, by=coordinator)
    response = karin.send(page, hers, people=[reader.pk])
    assert response.status_code == 422 and "Någon har tagit bort sekretessmarkeringen." in response.text
    assert reader not in marked.cleared.all()


# A paper's review


def test_what_another_made_of_a_paper_is_shown(two, assessed, coordinator):
    party, rule = assessed.parties.get(), assessed.rules.documents[0]
    part, label = rule.parts[0][0], "Bedömning"
    hand_in(party, rule, part, uploads=[driver.pdf("gammal.pdf")], by=coordinator)
    karin, kim = two(assessed)
    path, sent = f"parter/{party.pk}/granska/", {"rule": rule.key, "part": part}
    not_so = {"status": "rejected", "note": "Fel år.", "due": SOON}

    def opened(one) -> dict:
        (document,) = _papers(one.client.get(one.base + "parter/"), rule, part)
        return filled_in(document["review"]) | sent

    def named(**values) -> dict:
        return {f"gr-{rule.key}-{party.pk}-{part}-{name}": value for name, value in values.items()}

    hers, his = opened(karin), opened(kim)
    assert karin.send(path, hers, **named(**not_so)).status_code == 302
    assert karin.send(path, hers, **named(**not_so)).status_code == 302  # two clicks
    assert len(party.case.records.filter(about__startswith="Ett underlag behöver")) == 1
    response = kim.send(path, his, **named(status="accepted", note="Bra."))
    assert response.status_code == 422
    (document,) = _papers(response, rule, part)
    assert document["review"].theirs == {label: f"godtogs inte, nytt senast den {day(SOON)}. gammal.pdf. Fel år."}
    paper = party.documents.get()
    assert (paper.status, paper.note) == ("rejected", "Fel år.")
    anyway = named(anyway=document["review"].marks)
    assert kim.send(path, his, **named(status="accepted", note="Bra."), **anyway).status_code == 302
    paper.refresh_from_db()
    assert (paper.status, paper.note) == ("accepted", "Bra.")


def test_a_newer_paper_is_not_accepted_unseen(two, assessed, coordinator):
    party, rule = assessed.parties.get(), assessed.rules.documents[0]
    part = rule.parts[0][0]
    hand_in(party, rule, part, uploads=[driver.pdf("gammal.pdf")], by=coordinator)
    karin, _ = two(assessed)
    path, prefix = f"parter/{party.pk}/granska/", f"gr-{rule.key}-{party.pk}-{part}"
    (document,) = _papers(karin.client.get(karin.base + "parter/"), rule, part)
    form = filled_in(document["review"]) | {"rule": rule.key, "part": part, f"{prefix}-status": "accepted"}
    hand_in(party, rule, part, uploads=[driver.pdf("ny.pdf", "2")], by=coordinator)
    response = karin.send(path, form)
    assert response.status_code == 422 and "har kommit. ny.pdf</textarea>" in response.text
    assert party.documents.get().status == "received"


def _papers(response, rule, part) -> list[dict]:
    documents = [one for card in response.context["cards"] for one in card["documents"]]
    return [one for one in documents if (one["rule"].key, one["part"]) == (rule.key, part)]

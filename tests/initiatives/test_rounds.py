"""The round among affected units: each is asked whom it sends, where the guideline calls them to a meeting."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from initiatives.meetings import add_participant, note_meeting
from initiatives.models import UnitRound
from initiatives.people import Person
from initiatives.rounds import name_participants, remind_of_round, write_position
from iop.cases.actions import close, edit_facts
from iop.cases.machinery import Refused
from iop.cases.models import Case
from iop.cases.secrecy import mark_secret
from iop.municipalities.models import Membership
from iop.municipalities.permissions import Role
from tests.cases import driver

TODAY = timezone.localdate()
ANNA = Person("Anna Ek", "anna.ek@mora.example")
COMPANY, COMMITTEE = "Morastrand AB", "Socialnämnden"


@pytest.fixture
def affect(assessed, coordinator):
    def affect(*names, case=assessed):
        edit_facts(case, {"affected_units": list(case.municipality.units.filter(name__in=names))}, by=coordinator)

    return affect


@pytest.fixture
def asked(assessed, affect) -> UnitRound:
    affect(COMMITTEE)
    return assessed.rounds.get()


def tasks(case) -> list[str]:
    return list(case.tasks.open().filter(kind="name_participants").order_by("title").values_list("title", flat=True))


def mine(user) -> list[str]:
    return [task.title for task in driver.logged_in(user).get("/mora/arbetsbord/").context["page"] if task.pk]


def test_a_committees_head_of_administration_and_a_companys_managing_director_are_asked(assessed, affect, mora):
    affect(COMMITTEE, COMPANY)
    assert tasks(assessed) == [
        "Utse deltagare: förvaltningschef för Socialnämnden",
        "Utse deltagare: vd för Morastrand AB",
    ]
    task = assessed.tasks.get(title__endswith=COMPANY)
    due = TODAY + timedelta(days=mora.days_for_statement)
    assert (task.unit.name, task.due, task.tab, task.waits_for_others) == (COMPANY, due, "statements", True)


def test_saving_the_facts_again_asks_nobody_twice(assessed, affect):
    affect(COMMITTEE)
    asked = assessed.rounds.get()
    UnitRound.objects.update(asked_on=TODAY - timedelta(days=3))
    affect(COMMITTEE, COMPANY)
    assert assessed.rounds.get(unit=asked.unit).asked_on == TODAY - timedelta(days=3)
    assert len(tasks(assessed)) == 2


def test_where_no_meeting_calls_them_nobody_is_asked(gavle, neighbour):
    case = driver.to_assessment(driver.send_in(gavle), by=neighbour)
    edit_facts(case, {"affected_units": list(gavle.units.bodies()[:2])}, by=neighbour)
    assert (case.affected_units.count(), case.rounds.count(), tasks(case)) == (2, 0, [])


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.ADVISER, Role.READER])
def test_those_of_the_unit_have_the_task_in_their_worklist(affect, mora, role):
    member = driver.person("Per", mora, role, unit=COMPANY)
    other = driver.person("Pia", mora, role, unit=COMMITTEE)
    affect(COMPANY)
    assert (mine(member), mine(other)) == (["Utse deltagare: vd för Morastrand AB"], [])


def test_naming_closes_the_task_and_lands_in_the_case_file(asked, coordinator):
    name_participants(asked, [ANNA, Person("Bo utan adress")], by=coordinator)
    asked.refresh_from_db()
    assert (asked.named_on, asked.named_by) == (TODAY, coordinator)
    assert tasks(asked.case) == []
    record = asked.case.records.last()
    assert (record.direction, record.about) == ("internal", "Utsedda deltagare från Socialnämnden")
    assert record.text == "Anna Ek <anna.ek@mora.example>\nBo utan adress"


def test_naming_again_replaces_and_keeps_what_was_said(asked, coordinator):
    name_participants(asked, [ANNA], by=coordinator)
    name_participants(asked, [Person("Bo")], by=coordinator)
    assert [one.name for one in asked.participants.all()] == ["Bo"]
    assert asked.case.records.filter(about="Utsedda deltagare från Socialnämnden").count() == 2


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ([], "^Skriv minst en deltagare.$"),
        ([Person("Anna", "anna@x.example\nBcc: b@x.example")], "^E-postadressen för Anna är inte riktig"),
        ([Person(f"Anna {n}") for n in range(11)], "^Skriv högst 10 deltagare.$"),
    ],
)
def test_who_cannot_be_named(asked, coordinator, people, told):
    with pytest.raises(Refused, match=told):
        name_participants(asked, people, by=coordinator)
    assert tasks(asked.case) == ["Utse deltagare: förvaltningschef för Socialnämnden"]


def test_a_position_lands_in_the_case_file(asked, coordinator):
    write_position(asked, text="Vi vill vara med.", seen="", by=coordinator)
    record = asked.case.records.last()
    assert (record.direction, record.about, record.text) == (
        "internal",
        "Intern ståndpunkt från Socialnämnden",
        "Vi vill vara med.",
    )
    with pytest.raises(Refused, match="^Skriv enhetens ståndpunkt.$"):
        write_position(asked, text=" ", seen="Vi vill vara med.", by=coordinator)


def test_what_somebody_else_wrote_meanwhile_is_not_lost(asked, coordinator):
    write_position(asked, text="Ja.", seen="", by=coordinator)
    with pytest.raises(Refused, match="Där står nu: «Ja.»"):
        write_position(asked, text="Nej.", seen="", by=coordinator)
    asked.refresh_from_db()
    assert asked.position == "Ja."
    write_position(asked, text="Nej.", seen="Ja.", by=coordinator)


def test_a_unit_that_is_unmarked_loses_its_task_and_keeps_its_answer(assessed, affect, coordinator):
    affect(COMMITTEE, COMPANY)
    company, committee = assessed.rounds.get(unit__name=COMPANY), assessed.rounds.get(unit__name=COMMITTEE)
    name_participants(company, [ANNA], by=coordinator)
    affect()
    assert tasks(assessed) == []
    assert list(assessed.rounds.all()) == [company]
    for row in (company, committee):
        with pytest.raises(Refused, match="^Enheten är inte längre markerad som berörd."):
            name_participants(row, [Person("Bo")], by=coordinator)
    affect(COMPANY, COMMITTEE)
    assert tasks(assessed) == ["Utse deltagare: förvaltningschef för Socialnämnden"]


def test_one_that_has_said_what_it_thinks_but_not_whom_it_sends_is_asked_anew(asked, affect, coordinator):
    write_position(asked, text="Ja.", seen="", by=coordinator)
    affect()
    assert tasks(asked.case) == []
    affect(COMMITTEE)
    assert len(tasks(asked.case)) == 1
    assert asked.case.rounds.get().position == "Ja."


def test_a_closed_case_asks_and_answers_nothing(asked, coordinator):
    close(asked.case, outcome="withdrawn", why="", by=coordinator)
    with pytest.raises(Refused, match="^Ärendet är avslutat"):
        name_participants(asked, [ANNA], by=coordinator)


# On the page


def page_of(case, user):
    return driver.logged_in(user).get(f"{case.get_absolute_url()}yttranden/")


def test_the_page_counts_those_that_have_answered(assessed, affect, coordinator):
    affect(COMMITTEE, COMPANY, "Kommunstyrelsen")
    assert "0 av 3 berörda har svarat" in page_of(assessed, coordinator).text
    for row in assessed.rounds.all()[:2]:
        name_participants(row, [ANNA], by=coordinator)
    assert "2 av 3 berörda har svarat" in page_of(assessed, coordinator).text


def test_marking_on_the_form_of_facts_asks(assessed, coordinator, mora):
    unit = mora.units.get(name=COMPANY)
    facts = {"title": assessed.title, "coordinator": coordinator.pk, "affected_units": [unit.pk]}
    assert driver.logged_in(coordinator).post(f"{assessed.get_absolute_url()}fakta/", facts).status_code == 302
    assert tasks(assessed) == ["Utse deltagare: vd för Morastrand AB"]


def test_an_adviser_answers_for_the_own_unit_alone(assessed, affect, mora):
    adviser = driver.person("Per", mora, Role.ADVISER, unit=COMPANY)
    affect(COMMITTEE, COMPANY)
    client, codes = driver.logged_in(adviser), {}
    for row in assessed.rounds.select_related("unit"):
        base = f"{assessed.get_absolute_url()}berorda/{row.pk}/"
        named = client.post(f"{base}deltagare/", {f"utse-{row.pk}-people": "Anna Ek, anna.ek@mora.example\nBo Ek"})
        said = client.post(f"{base}standpunkt/", {f"standpunkt-{row.pk}-text": "Ja."})
        codes[row.unit.name] = (named.status_code, said.status_code)
    assert codes == {COMPANY: (302, 302), COMMITTEE: (403, 403)}
    row = assessed.rounds.get(unit__name=COMPANY)
    assert [(one.name, one.email) for one in row.participants.all()] == [
        ("Anna Ek", "anna.ek@mora.example"),
        ("Bo Ek", ""),
    ]
    assert row.position == "Ja."
    assert page_of(assessed, adviser).text.count("Spara deltagarna") == 1


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Anna Ek", ("Anna Ek", "")),
        ("Anna Ek, a@x.se", ("Anna Ek", "a@x.se")),
        ("Anna Ek <a@x.se>", ("Anna Ek", "a@x.se")),
        ("Anna Ek a@x.se", ("Anna Ek", "a@x.se")),
        ("a@x.se", ("a@x.se", "a@x.se")),
        ("Ek, Anna", ("Ek, Anna", "")),
    ],
)
def test_how_people_are_written(asked, coordinator, written, named):
    address = f"{asked.case.get_absolute_url()}berorda/{asked.pk}/deltagare/"
    assert driver.logged_in(coordinator).post(address, {f"utse-{asked.pk}-people": written}).status_code == 302
    assert [(one.name, one.email) for one in asked.participants.all()] == [named]


@pytest.mark.parametrize("written", ["", " \n ", "Anna <a@x.se> Bo", "Anna <a@x>", "<<>>", "Anna anna@"])
def test_what_is_not_a_participant(asked, coordinator, written):
    address = f"{asked.case.get_absolute_url()}berorda/{asked.pk}/deltagare/"
    response = driver.logged_in(coordinator).post(address, {f"utse-{asked.pk}-people": written})
    assert response.status_code == 422
    assert asked.participants.count() == 0


def test_a_secret_case_is_in_nobody_elses_worklist(assessed, affect, mora):
    member = driver.person("Per", mora, Role.ADVISER, unit=COMPANY)
    affect(COMPANY)
    Case.objects.update(secret=True, secrecy_ground="26 kap. 1 § OSL")
    assert mine(member) == []


def test_one_of_another_municipality_answers_nothing(asked, neighbour, mora):
    address = f"{asked.case.get_absolute_url()}berorda/{asked.pk}/deltagare/"
    Membership.objects.filter(user=neighbour).update(unit=asked.unit)
    assert driver.logged_in(neighbour).post(address, {f"utse-{asked.pk}-people": "Anna"}).status_code == 404


# What the coordinator does with the answer


def to_call(case) -> list[str]:
    return list(case.tasks.open().filter(kind="read_answer").values_list("title", flat=True))


def test_the_coordinator_is_asked_to_call_those_who_were_named(asked, adviser, coordinator):
    name_participants(asked, [ANNA], by=adviser)
    assert to_call(asked.case) == ["Kalla de utsedda från Socialnämnden"]
    base = f"{asked.case.get_absolute_url()}berorda/{asked.pk}/klart/"
    assert driver.logged_in(coordinator).post(base).status_code == 302
    assert to_call(asked.case) == []


def test_who_writes_it_in_oneself_knows(asked, coordinator):
    name_participants(asked, [ANNA], by=coordinator)
    assert to_call(asked.case) == []


@pytest.mark.parametrize("later", [False, True])
def test_one_of_them_at_a_meeting_settles_it(asked, adviser, coordinator, later):
    name_participants(asked, [ANNA], by=adviser)
    called = Person(ANNA.name, ANNA.email, unit=asked.unit)
    facts = {"name": "Möte", "day": TODAY + timedelta(days=3), "by": coordinator}
    meeting = note_meeting(asked.case, participants="Alla", people=[] if later else [called], **facts)
    if later:
        assert to_call(asked.case) != []
        add_participant(meeting, called, by=coordinator)
    assert to_call(asked.case) == []


def test_a_unit_that_is_unmarked_is_not_called(asked, affect, adviser):
    name_participants(asked, [ANNA], by=adviser)
    affect()
    assert to_call(asked.case) == []


# By link


@pytest.fixture
def send(coordinator, django_capture_on_commit_callbacks):
    """Ask by link, from the page; returns the link that went."""

    def send(row, to="petra@mora.example") -> str:
        address = f"{row.case.get_absolute_url()}berorda/{row.pk}/lank/"
        with django_capture_on_commit_callbacks(execute=True):
            sent = driver.logged_in(coordinator).post(address, {f"lank-{row.pk}-to": to}, follow=True)
        assert f"Frågan är skickad till {to}." in sent.text
        return link_in(mail.outbox[-1])

    return send


def link_in(letter) -> str:
    return re.search(r"/svar/[\w-]+/", letter.body).group()


ANSWER = {"people": "Anna Ek, anna.ek@mora.example\nBo Ek", "position": "Vi vill.", "name": "Petra", "role": "chef"}


def test_the_head_answers_by_a_personal_link(asked, send):
    link, client = send(asked), driver.logged_in(None)
    record = asked.case.records.last()
    assert (record.direction, record.counterpart) == ("out", "petra@mora.example")
    assert "Skriv vilka som deltar från Socialnämnden." in record.text and link not in record.text
    assert "Vilka deltar från Socialnämnden?" in client.get(link).text
    assert client.post(link, ANSWER).status_code == 302
    row = UnitRound.objects.get()
    assert [one.name for one in row.participants.all()] == ["Anna Ek", "Bo Ek"]
    assert (row.named_on, row.named_by, row.named_name) == (TODAY, None, "Petra, chef")
    assert (row.position, row.position_by, row.position_name) == ("Vi vill.", None, "Petra, chef")
    kept = asked.case.records.order_by("-number")[:2]
    assert {one.counterpart for one in kept} == {"Petra, chef, Socialnämnden"}
    assert (tasks(asked.case), to_call(asked.case)) == ([], ["Kalla de utsedda från Socialnämnden"])


def test_what_the_head_thinks_is_kept_though_an_official_wrote_for_the_unit_meanwhile(asked, send, coordinator):
    link, client = send(asked), driver.logged_in(None)
    assert 'name="position"' in client.get(link).text
    write_position(asked, text="Ordet från kansliet.", seen="", by=coordinator)
    assert client.post(link, ANSWER).status_code == 302
    asked.refresh_from_db()
    assert asked.position == "Ordet från kansliet."
    record = asked.case.records.get(about="Ännu en ståndpunkt från Socialnämnden")
    assert (record.text, record.counterpart) == ("Vi vill.", "Petra, chef, Socialnämnden")
    assert "Ordet från kansliet." not in client.get(link).text


def test_behind_the_link_stands_nothing_that_officials_wrote(asked, send, coordinator):
    link = send(asked)
    name_participants(asked, [Person("Anna Ek", "anna.ek@mora.example")], by=coordinator)
    page = driver.logged_in(None).get(link).text
    assert "Socialnämnden har svarat" in page
    assert "Anna Ek" not in page and "anna.ek@mora.example" not in page and coordinator.name not in page


def test_the_officials_page_tells_who_answered_by_link(asked, send, coordinator):
    driver.logged_in(None).post(send(asked), ANSWER)
    page = page_of(asked.case, coordinator).text
    assert "Svar genom länk från Petra, chef" in page and "Vi vill." in page


def test_a_link_used_twice_keeps_the_first_answer_and_shows_the_second(asked, send):
    link, client = send(asked), driver.logged_in(None)
    client.post(link, ANSWER)
    before = asked.case.records.count()
    twice = client.post(link, ANSWER | {"people": "Cecilia Ek", "position": "Vi vill inte."})
    assert twice.status_code == 422
    assert "Enheten har redan svarat." not in client.get(link).text
    for told in ("Det du skrev är inte sparat.", "Cecilia Ek", "Vi vill inte.", "Socialnämnden har svarat"):
        assert told in twice.text
    assert (asked.case.records.count(), asked.participants.count()) == (before, 2)


@pytest.mark.parametrize(
    "wrong", [{"people": ""}, {"people": "Anna <a@x.se> Bo"}, {"name": ""}, {"people": "a\n" * 11}]
)
def test_an_answer_by_link_that_is_not_whole(asked, send, wrong):
    response = driver.logged_in(None).post(send(asked), ANSWER | wrong)
    assert response.status_code == 422 and "Vi vill." in response.text and "Lämna svaret" in response.text
    assert UnitRound.objects.get().is_waiting


def test_an_ended_link_and_a_replaced_one_open_nothing(asked, send):
    first, second = send(asked), send(asked, "olle@mora.example")
    client = driver.logged_in(None)
    assert [client.get(link).status_code for link in (first, second)] == [404, 200]
    UnitRound.objects.update(link_ends=TODAY - timedelta(days=1))
    assert client.post(second, ANSWER).status_code == 404
    assert UnitRound.objects.get().is_waiting


def test_a_link_opens_its_own_case_alone(asked, affect, send, mora, coordinator):
    other = driver.to_assessment(driver.send_in(mora, title="Ett annat"), by=coordinator)
    affect(COMMITTEE, case=other)
    link = send(other.rounds.get())
    page = driver.logged_in(None).get(link).text
    assert "Ett annat" in page and asked.case.title not in page
    driver.logged_in(None).post(link, ANSWER)
    assert (other.rounds.get().is_waiting, UnitRound.objects.get(pk=asked.pk).is_waiting) == (False, True)
    address = f"{asked.case.get_absolute_url()}berorda/{other.rounds.get().pk}/lank/"
    assert driver.logged_in(coordinator).post(address, {"to": "x@x.example"}).status_code == 404


@pytest.mark.parametrize("why", ["closed", "not affected"])
def test_what_comes_too_late_by_link_is_told_and_not_lost(asked, affect, send, coordinator, why):
    link, client = send(asked), driver.logged_in(None)
    if why == "closed":
        close(asked.case, outcome="withdrawn", why="", by=coordinator)
    else:
        write_position(asked, text="Ja.", seen="", by=coordinator)  # or the round goes, and its link with it
        affect()
    told = {"closed": "Ärendet är avslutat", "not affected": "Frågan gäller inte längre"}[why]
    assert told in client.get(link).text
    late = client.post(link, ANSWER)
    assert late.status_code == 422 and told in late.text and "Det du skrev är inte sparat." in late.text
    assert "Bo Ek" in late.text and "Lämna svaret" not in late.text
    assert UnitRound.objects.get().is_waiting


def test_what_the_program_was_told_is_not_shown_behind_the_link(asked, send, coordinator):
    link, client = send(asked), driver.logged_in(None)
    write_position(asked, text="Internt sagt.", seen="", by=coordinator)
    page = client.get(link).text
    assert "Internt sagt." not in page and "Vad tycker ni?" not in page
    assert client.post(link, ANSWER).status_code == 302
    assert UnitRound.objects.get().position == "Internt sagt."
    assert "Internt sagt." not in client.get(link).text


def test_a_secret_position_is_not_shown_behind_the_link(asked, send, coordinator):
    link, client = send(asked), driver.logged_in(None)
    client.post(link, ANSWER)
    assert "Vi vill." in client.get(link).text
    mark_secret(UnitRound.objects.get().record, ground="26 kap. 1 § OSL", by=coordinator)
    assert "Vi vill." not in client.get(link).text


def test_of_a_secret_case_the_letter_says_nothing(asked, send, coordinator):
    mark_secret(asked.case, ground="26 kap. 1 § OSL", by=coordinator)
    send(asked)
    [letter] = mail.outbox
    assert asked.case.title not in letter.body and "Socialnämnden" not in letter.subject + letter.body


def test_it_is_reminded_of_with_a_new_link_and_the_old_one_opens_the_same(
    asked, send, coordinator, django_capture_on_commit_callbacks
):
    link = send(asked)
    asked.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        remind_of_round(asked, by=coordinator, absolute=driver.absolute)
    letter, client = mail.outbox[-1], driver.logged_in(None)
    assert (letter.to, letter.subject.startswith("Påminnelse: ")) == (["petra@mora.example"], True)
    assert link_in(letter) != link
    assert {client.get(one).status_code for one in (link, link_in(letter))} == {200}
    asked.refresh_from_db()
    with pytest.raises(Refused, match="^En påminnelse har redan gått i dag.$"):
        remind_of_round(asked, by=coordinator, absolute=driver.absolute)


def test_a_reminder_is_no_copy_of_the_position(asked, send, coordinator):
    send(asked)
    asked.refresh_from_db()
    write_position(asked, text="Vi är emot.", seen="", by=coordinator)
    mark_secret(asked.case.records.last(), ground="26 kap. 1 § OSL", by=coordinator)
    remind_of_round(asked, by=coordinator, absolute=driver.absolute)
    record = asked.case.records.last()
    assert (record.about.startswith("Påminnelse"), record.copy_of, record.secret) == (True, None, False)


def test_the_address_is_remembered_for_the_unit(asked, affect, send, mora, coordinator):
    send(asked)
    other = driver.to_assessment(driver.send_in(mora, title="Ett annat"), by=coordinator)
    affect(COMMITTEE, case=other)
    assert 'value="petra@mora.example"' in page_of(other, coordinator).text
    mark_secret(asked.case, ground="26 kap. 1 § OSL", by=coordinator)
    colleague = driver.person("Kim", mora, Role.COORDINATOR)
    assert 'value="petra@mora.example"' not in page_of(other, colleague).text


def test_a_round_that_is_answered_is_not_asked_by_link(asked, coordinator):
    name_participants(asked, [ANNA], by=coordinator)
    address = f"{asked.case.get_absolute_url()}berorda/{asked.pk}/lank/"
    refused = driver.logged_in(coordinator).post(address, {f"lank-{asked.pk}-to": "petra@mora.example"})
    assert refused.status_code == 422 and "har redan utsett deltagare" in refused.text


@pytest.mark.parametrize("facts", [{"named_on": TODAY}, {"named_name": "Petra"}, {"position": "Ja."}])
def test_the_database_wants_to_know_who_answered(asked, facts):
    with pytest.raises(IntegrityError, match="say"), transaction.atomic():
        UnitRound.objects.filter(pk=asked.pk).update(**facts)

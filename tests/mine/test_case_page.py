"""A case as its organisation sees it, what it sends from there, and what it is never shown."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from initiatives.meetings import Agreed, note_meeting
from initiatives.people import Person
from iop.cases import reminders
from iop.cases.actions import add_record, close, record_decision
from iop.cases.letters import answer_letter, settle
from iop.cases.models import DecisionKind, Outcome, Record, Stage, TaskKind
from iop.cases.secrecy import mark_secret
from iop.cases.statements import ask_statement
from iop.swedish_text import day, lower_first
from partners.actions import leave, send_declaration
from partners.models import DocumentStatus, Message
from partners.papers import ask_for, hand_in, hand_in_by, review, to_ask_for
from partners.reopening import reopen
from tests.cases import driver
from tests.mine import people
from tests.mine.people import at

ANNA = "anna@sprakbron.example"
SOON = timezone.localdate() + timedelta(days=9)


def tasks(case, kind=TaskKind.READ_ANSWER) -> list[str]:
    return list(case.tasks.open().filter(kind=kind).values_list("title", flat=True))


def test_it_says_what_comes_next_and_who_has_it(case, anna, coordinator):
    page = anna.get(at(case)).text
    assert 'aria-current="step">Inkommet' in page
    assert "Kommunen läser det ni har skickat och hör av sig, senast" in page
    assert "Inget väntar på er just nu." in page
    driver.to_assessment(case, by=coordinator)
    page = anna.get(at(case)).text
    assert "Kommunen prövar idén mot sin riktlinje. " in page
    assert "Hos: Karin Samordnare, Mora kommun." in page


def test_a_closed_case_shows_only_the_steps_that_it_took(case, anna, coordinator):
    """Withdrawn before anybody has read it; the officials' page is told in tests/desk/test_ending.py."""
    close(case, outcome=Outcome.WITHDRAWN, why="", by=coordinator)
    for page in (anna.get("/mina-sidor/").text, anna.get(at(case)).text):
        (line,) = re.findall(r'<ol class="way.*?</ol>', page)
        assert re.findall(r'<li class="(\w*)"[^>]*>(\w+)', line) == [("done", "Inkommet"), ("now", "Avslutat")]


def test_what_is_asked_stands_with_its_day_until_it_is_answered(assessed, anna, coordinator):
    letter = driver.write_to(assessed, by=coordinator, subject="Mer om lokalen", points=["Adress"], due=SOON)
    for page in (anna.get("/mina-sidor/").text, anna.get(at(assessed)).text):
        assert f'<a href="{at(assessed)}#brev-{letter.pk}">Mer om lokalen</a>, senast {SOON.day} ' in page
    answer = {"name": "Anna Å", "text": "Storgatan 1", "files": driver.pdf("karta.pdf")}
    response = anna.post(at(assessed, f"brev/{letter.pk}/svara/"), answer, follow=True)
    assert "Ert svar är skickat till kommunen." in response.text and "Storgatan 1" in response.text
    record = letter.answers.get()
    assert record.counterpart == f"Anna Å ({ANNA}), Språkbron"
    assert tasks(assessed, TaskKind.COMPLETION) == []
    assert tasks(assessed) == [f"Läs kompletteringen från Anna Å ({ANNA}), Språkbron"]
    assert "Inget väntar på er just nu." in anna.get(at(assessed)).text
    file = anna.get(at(assessed, f"fil/{record.files.get().pk}/"))
    assert file.getvalue() == driver.PDF
    settle(letter, by=coordinator)
    again = anna.post(at(assessed, f"brev/{letter.pk}/svara/"), {"name": "Anna", "text": "Mer"})
    assert again.status_code == 422 and "Kommunen har redan tagit emot" in again.text and "Mer</textarea>" in again.text


def test_a_message_keeps_name_and_address_and_is_told_to_the_coordinator(assessed, anna):
    said = {"subject": "En fråga\r\nBcc: x", "text": "<b>Hej</b> {{ case }}", "name": "Bo i kassan"}
    assert anna.post(at(assessed, "skriv/"), said).status_code == 302
    anna.post(at(assessed, "skriv/"), said)  # twice is once
    message = Message.objects.get()
    assert (message.name, message.email, message.subject_line) == ("Bo i kassan", ANNA, "En fråga Bcc: x")
    assert message.record.counterpart == f"Bo i kassan ({ANNA}), Språkbron"
    assert tasks(assessed) == ["Läs meddelandet från Bo i kassan, Språkbron"]
    page = anna.get(at(assessed)).text
    assert "&lt;b&gt;Hej&lt;/b&gt; {{ case }}" in page and "Bo i kassan" in page
    assert 'value="Bo i kassan"' in anna.get(at(assessed, "skriv/")).text  # typed once in a visit


@pytest.mark.parametrize(
    "said", [{}, {"name": "Anna"}, {"name": "Anna", "subject": "Hej"}, {"subject": "Hej", "text": "Hej", "name": " "}]
)
def test_a_message_without_what_it_needs_is_shown_again(assessed, anna, said):
    response = anna.post(at(assessed, "skriv/"), said)
    assert response.status_code == 422 and 'class="errors"' in response.text
    assert not Message.objects.exists()


def test_a_program_called_stadgar_is_refused_and_nothing_is_lost(assessed, anna):
    upload = driver.pdf()
    upload.file.seek(0)
    upload.file.write(b"MZ" + b"0" * 200)
    upload.file.seek(0)
    said = {"subject": "Stadgar", "text": "Här kommer de", "name": "Anna", "files": upload}
    response = anna.post(at(assessed, "skriv/"), said)
    assert response.status_code == 422 and "Här kommer de" in response.text
    assert not Message.objects.exists()


# Papers and declarations


def test_no_papers_are_asked_for_before_the_municipality_wants_to_go_on(assessed, anna):
    assert "Reglerna kräver inga papper än." in anna.get(at(assessed)).text
    party, rule = assessed.parties.get(), assessed.rules.documents[0]
    key = f"{rule.key}-{party.pk}-{rule.parts[0][0] or 0}"
    assert anna.get(at(assessed, f"underlag/{key}/")).status_code == 404


@pytest.fixture
def in_dialogue(agreement):
    """In the stage of agreement, without any papers."""
    party = agreement.case.parties.get()
    party.documents.all().delete()
    agreement.case.tasks.update(closed_at=timezone.now())
    return agreement.case


def file_rule(case):
    return next(rule for rule in case.rules.documents if rule.hand_in == "file")


def test_a_paper_is_handed_in_looked_at_sent_back_and_accepted(in_dialogue, anna, coordinator):
    case, rule = in_dialogue, file_rule(in_dialogue)
    party, part = case.parties.get(), rule.parts[0][0]
    address = at(case, f"underlag/{rule.key}-{party.pk}-{part or 0}/")
    assert anna.post(address, {"name": "Anna", "uploads": driver.pdf()}).status_code == 302
    paper = party.documents.get()
    assert (paper.status, paper.record.counterpart) == (DocumentStatus.RECEIVED, f"Anna ({ANNA}), Språkbron")
    (title,) = tasks(case)
    assert title.startswith("Granska ")
    assert "inlämnat, granskas" in anna.get(at(case)).text

    review(party, rule, part, status="rejected", note="Sista sidan saknas.", by=coordinator)
    assert tasks(case) == []
    page = anna.get(at(case)).text
    assert "Sista sidan saknas." in page and "Det här väntar på er:" in page

    anna.post(address, {"name": "Anna", "uploads": driver.pdf()})
    review(party, rule, part, status="accepted", note="Ordföranden verkar ny.", by=coordinator)
    page = anna.get(at(case)).text
    assert "godtaget" in page and "Ordföranden verkar ny." not in page  # the reviewer's own note
    assert anna.get(address).status_code == 404


def test_papers_that_a_letter_asks_for_wait_with_its_day_until_the_last_has_come(assessed, anna, coordinator):
    case, party = assessed, assessed.parties.get()
    first, second = [one for one in to_ask_for(party) if one[0].hand_in == "file"][:2]
    letter = driver.write_to(case, by=coordinator, subject="Papper", points=["Ett", "Två"], due=SOON)
    ask_for(party, [first[:2], second[:2]], letter=letter, by=coordinator)
    for page in (anna.get("/mina-sidor/").text, anna.get(at(case)).text):
        assert f"#brev-{letter.pk}" not in page  # each of its papers is asked for by itself
        for _, _, label in (first, second):
            assert f">Lämna {lower_first(label)}</a>, senast {SOON.day} " in page
    hand_in_by(party, *first[:2], sender="Anna", uploads=[driver.pdf()])
    answer_letter(letter, name="Anna", text="Vi återkommer om det andra.")
    assert tasks(case, TaskKind.COMPLETION) and reminded(case)
    hand_in_by(party, *second[:2], sender="Anna", uploads=[driver.pdf()])
    assert not tasks(case, TaskKind.COMPLETION) and not reminded(case)
    assert "Inget väntar på er just nu." in anna.get(at(case)).text


def test_the_day_for_a_new_paper_is_the_one_that_was_said_last(assessed, anna, coordinator):
    """The reviewer's goes before that of the letter, and a later letter's before the reviewer's."""
    party = assessed.parties.get()
    rule, part, label = next(one for one in to_ask_for(party) if one[0].hand_in == "file")
    paper = f">Lämna {lower_first(label)}</a>, senast "
    first = driver.write_to(assessed, by=coordinator, points=["Ett"], due=SOON)
    ask_for(party, [(rule, part)], letter=first, by=coordinator)
    hand_in_by(party, rule, part, sender="Anna", uploads=[driver.pdf()])
    yesterday, later = timezone.localdate() - timedelta(days=1), SOON + timedelta(days=9)
    review(party, rule, part, status="rejected", note="Fel år.", due=yesterday, by=coordinator)
    for page in (anna.get("/mina-sidor/").text, anna.get(at(assessed)).text):
        assert f"{paper}{day(yesterday)}, <span" in page and "dagen har varit" in page
    assert f"Lämna senast den {day(yesterday)}." in page
    settle(first, by=coordinator)
    second = driver.write_to(assessed, by=coordinator, points=["Ett"], due=later)
    ask_for(party, [(rule, part)], letter=second, by=coordinator)
    assert f"{paper}{day(later)}" in anna.get(at(assessed)).text


def reminded(case) -> bool:
    """Whether a reminder would go on the day."""
    with transaction.atomic():
        found = list(reminders.send_due(case.municipality, absolute=driver.absolute, today=SOON))
        transaction.set_rollback(True)
    return bool(found)


@pytest.fixture
def asked(assessed, coordinator):
    """A letter for two papers, a file and a number: (letter, party, what it asks for)."""
    party = assessed.parties.get()
    rows = {one[0].hand_in: one[:2] for one in to_ask_for(party)}
    papers = [rows["file"], rows["number"]]
    letter = driver.write_to(assessed, by=coordinator, subject="Papper", points=["Ett", "Två"], due=SOON)
    ask_for(party, papers, letter=letter, by=coordinator)
    return letter, party, papers


def test_what_does_not_exist_or_is_noted_by_an_official_is_waited_for_no_longer(asked, assessed, coordinator):
    _, party, (file, number) = asked
    assert reminded(assessed)
    hand_in(party, *number, number=84, by=coordinator)
    assert reminded(assessed) and tasks(assessed, TaskKind.COMPLETION)
    review(party, *file, status="does_not_exist", by=coordinator)
    assert not reminded(assessed) and not tasks(assessed, TaskKind.COMPLETION)


def test_what_is_asked_for_beside_papers_is_still_waited_for(assessed, anna, coordinator):
    party = assessed.parties.get()
    rule, part, _ = next(one for one in to_ask_for(party) if one[0].hand_in == "file")
    letter = driver.write_to(assessed, by=coordinator, points=["Stadgar", "Var ligger lokalen?"], due=SOON)
    ask_for(party, [(rule, part)], letter=letter, by=coordinator)
    hand_in_by(party, rule, part, sender="Anna", uploads=[driver.pdf()])
    assert reminded(assessed) and tasks(assessed, TaskKind.COMPLETION)
    assert f"#brev-{letter.pk}" in anna.get(at(assessed)).text
    answer_letter(letter, name="Anna", text="Storgatan 1")
    assert not reminded(assessed) and not tasks(assessed, TaskKind.COMPLETION)


def test_papers_are_shown_to_their_own_organisation_whoever_the_letter_went_to(assessed, anna, coordinator):
    choir = driver.join(assessed, "Kören", 9)
    rule, part, _ = next(one for one in to_ask_for(choir) if one[0].hand_in == "file")
    letter = driver.write_to(assessed, by=coordinator, points=["Stadgar"], due=SOON)
    ask_for(choir, [(rule, part)], letter=letter, by=coordinator)
    paper = hand_in_by(choir, rule, part, sender="Bo", uploads=[driver.pdf("korens.pdf")])
    assert "korens.pdf" not in anna.get(at(assessed)).text
    assert anna.get(at(assessed, f"fil/{paper.record.files.get().pk}/")).status_code == 404
    assert not reminded(assessed)


def test_nobody_waits_for_the_papers_of_one_who_has_left(assessed, coordinator):
    choir, party = driver.join(assessed, "Kören", 9), assessed.parties.first()
    rows = [next(one for one in to_ask_for(side) if one[0].hand_in == "file")[:2] for side in (party, choir)]
    letter = driver.write_to(assessed, by=coordinator, points=["Ett", "Två"], due=SOON)
    ask_for(party, rows[:1], letter=letter, by=coordinator)
    ask_for(choir, rows[1:], letter=letter, by=coordinator)
    hand_in_by(party, *rows[0], sender="Anna", uploads=[driver.pdf()])
    assert reminded(assessed)
    leave(choir, by=coordinator)
    assert not reminded(assessed) and not tasks(assessed, TaskKind.COMPLETION)


def test_the_case_file_is_not_filled_by_handing_in_again_and_again(in_dialogue, anna, monkeypatch):
    monkeypatch.setattr("partners.papers.MOST_IN_A_DAY", 2)
    rule, party = file_rule(in_dialogue), in_dialogue.parties.get()
    address = at(in_dialogue, f"underlag/{rule.key}-{party.pk}-{rule.parts[0][0] or 0}/")
    papers = [{"name": "Anna", "uploads": driver.pdf(more=str(number))} for number in range(3)]
    assert [anna.post(address, paper).status_code for paper in papers] == [302, 302, 422]


def test_a_file_that_does_not_follow_is_asked_for_again(in_dialogue, anna):
    rule, party = file_rule(in_dialogue), in_dialogue.parties.get()
    address = at(in_dialogue, f"underlag/{rule.key}-{party.pk}-{rule.parts[0][0] or 0}/")
    page = anna.post(address, {"uploads": driver.pdf()})
    assert page.status_code == 422 and "Skriv ditt namn." in page.text
    assert "Välj filen igen. Den följde inte med" in page.text
    page = anna.post(at(in_dialogue, "skriv/"), {"text": "Hej", "files": driver.pdf()})
    assert "Välj filen igen. Den följde inte med" in page.text
    page = anna.post(at(in_dialogue, "skriv/"), {"text": "Hej", "files": driver.pdf()}, headers={"X-Upload": "1"})
    assert page.status_code == 422 and "Välj filen igen" not in page.text  # the script keeps what was chosen


def test_a_number_that_is_handed_in_stands_in_the_case_file(in_dialogue, anna):
    rule = next(rule for rule in in_dialogue.rules.documents if rule.hand_in == "number")
    key = f"{rule.key}-{in_dialogue.parties.get().pk}-{rule.parts[0][0] or 0}"
    anna.post(at(in_dialogue, f"underlag/{key}/"), {"name": "Anna", "number": "84"})
    record = in_dialogue.records.last()
    assert (record.text, record.counterpart) == ("Antal: 84", f"Anna ({ANNA}), Språkbron")


def test_a_declaration_is_confirmed_by_one_who_is_logged_in(assessed, anna, coordinator):
    party, rule = assessed.parties.get(), assessed.rules.declarations[0]
    sent = send_declaration(party, rule, to="Anna@sprakbron.example", by=coordinator, absolute=driver.absolute)
    address = at(assessed, f"intyg/{sent.pk}/")
    assert address in anna.get(at(assessed)).text
    assert anna.post(address, {"name": "Anna", "role": "ordförande"}).status_code == 422  # the box is not ticked
    anna.post(address, {"name": "Anna", "role": "ordförande", "certain": "on"})
    sent.refresh_from_db()
    assert (sent.confirmed_name, sent.confirmed_role) == ("Anna", "ordförande")
    assert assessed.records.last().counterpart == f"Anna ({ANNA}), ordförande, Språkbron"
    again = anna.post(address, {"name": "Bo", "role": "kassör", "certain": "on"})
    assert again.status_code == 422 and "Intyget är redan bekräftat." in again.text


@pytest.mark.parametrize("secret", [False, True])
def test_a_paper_that_was_not_accepted_is_told_by_letter(
    in_dialogue, anna, coordinator, secret, django_capture_on_commit_callbacks
):
    case, rule = in_dialogue, file_rule(in_dialogue)
    party, part = case.parties.get(), rule.parts[0][0]
    key = f"{rule.key}-{party.pk}-{part or 0}"
    anna.post(at(case, f"underlag/{key}/"), {"name": "Anna", "uploads": driver.pdf()})
    if secret:
        mark_secret(party.documents.get().record, ground="OSL", by=coordinator)
    mail.outbox.clear()
    prefix = f"gr-{rule.key}-{party.pk}-{part}"
    said = {"rule": rule.key, "part": part, f"{prefix}-note": "Sista sidan saknas.", f"{prefix}-due": SOON}
    address = reverse("paper_reviewed", args=["mora", case.reference, party.pk])
    with django_capture_on_commit_callbacks(execute=True):
        for status in ("accepted", "rejected"):
            driver.logged_in(coordinator).post(address, said | {f"{prefix}-status": status})
    (letter,) = mail.outbox
    told = letter.subject + letter.body
    assert letter.to == [ANNA] and f"http://testserver{at(case)}" in letter.body
    assert secret != ("Sista sidan saknas." in told and rule.parts[0][1] in told and f"#{key}" in told)
    assert secret != (f"lämna in det på nytt senast den {day(SOON)}:" in told)
    assert not secret or case.reference not in letter.subject and "saknas" not in told
    assert case.records.last().counterpart == ANNA and case.records.last().text == letter.body


# What is shown, and what never is


def test_meetings_of_ours_are_shown_and_inner_ones_are_not(assessed, anna, coordinator):
    party, day = assessed.parties.get(), SOON
    ours = [Person("Anna", ANNA, side="organisation", party=party)]
    note_meeting(assessed, name="Idémöte", day=day, people=ours, place="Biblioteket", by=coordinator)
    note_meeting(assessed, name="Avstämning i huset", day=day, people=[Person("Rolf")], by=coordinator)
    (inner,) = [rule.key for rule in assessed.rules.meetings if rule.meeting == "internal"]
    about_us = {"rule": inner, "participants": "Karin, om Språkbron", "by": coordinator}
    note_meeting(assessed, name="Intern diskussion", day=timezone.localdate(), **about_us)
    for number, who in enumerate(["Karin, Anna  Åkesson", "Karin\nAnna Å (Språkbron)"]):
        note_meeting(assessed, name=f"Nedskrivet {number}", day=day, participants=who, by=coordinator)
    for who in ("Hanna Åkesson", "Anna Åkesson (Kören)", "De som vet hur Språkbron arbetar"):
        note_meeting(assessed, name="Om andra", day=day, participants=who, by=coordinator)
    page = anna.get(at(assessed)).text
    assert "Idémöte" in page and "Biblioteket" in page and "Nedskrivet 0" in page and "Nedskrivet 1" in page
    assert "Om andra" not in page
    assert "Avstämning i huset" not in page and "Intern diskussion" not in page


def test_what_ours_took_on_at_a_meeting_waits_for_us_with_its_day(assessed, anna, coordinator):
    party, today = assessed.parties.get(), timezone.localdate()
    ours = [Person("Anna", ANNA, side="organisation", party=party)]
    points = [Agreed("Räkna på hyran", "Karin Samordnare", SOON), Agreed("Fråga styrelsen", "Språkbron, Bo", SOON),
              Agreed("Mejla schemat", "Anna Åkesson", SOON)]  # fmt: skip
    meeting = note_meeting(assessed, name="Idémöte", day=today, people=ours, points=points, by=coordinator)
    asked = [(one.what, one.due) for one in anna.get(at(assessed)).context["row"].asked]
    assert asked == [("Fråga styrelsen", SOON), ("Mejla schemat", SOON)]
    assert "Fråga styrelsen" in anna.get("/mina-sidor/").text
    meeting.points.filter(text="Fråga styrelsen").update(done_on=today, done_by=coordinator)
    assert "Fråga styrelsen" not in anna.get("/mina-sidor/").text
    mark_secret(meeting.minutes, ground="OSL", by=coordinator)
    assert "Mejla schemat" not in anna.get(at(assessed)).text


def test_a_closed_case_asks_for_no_answers(assessed, anna, coordinator):
    letter = driver.write_to(assessed, by=coordinator)
    answer = f"brev/{letter.pk}/svara/"
    assert answer in anna.get(at(assessed)).text
    close(assessed, outcome="withdrawn", why="Vi hinner inte.", by=coordinator)
    page = anna.get(at(assessed)).text
    assert letter.subject in page and answer not in page


def test_decisions_are_shown_with_their_reasons(assessed, anna, coordinator):
    said = {"outcome": "no", "decided_on": timezone.localdate(), "delegate": "Chefen", "by": coordinator}
    record_decision(assessed, kind=DecisionKind.NOT_PROCEED, reasons="Det finns en marknad.", **said)
    other = driver.join(assessed, "Kören", 9)
    record_decision(assessed, kind=DecisionKind.ELIGIBILITY, reasons="Om någon annan.", subject=other.subject, **said)
    page = anna.get(at(assessed)).text
    assert "Det finns en marknad." in page and "Om någon annan." not in page


@pytest.fixture
def full_of_secrets(in_force, coordinator, adviser):
    """A case with inner texts everywhere, and some secret records. Every one holds the word HEMLIGT."""
    case = in_force.case
    unit = adviser.membership_in(case.municipality_id).unit
    case.affected_units.set([unit])
    statement = case.statements.first()
    statement.text = "HEMLIGT yttrande"
    statement.save()
    ask_statement(case, unit=case.municipality.units.last(), question="HEMLIGT", due=SOON, by=coordinator)
    add_record(case, direction="internal", about="HEMLIGT", text="HEMLIGT", by=coordinator)
    case.answers.update(reason="HEMLIGT")
    for paper in case.parties.get().documents.all():
        paper.note = "HEMLIGT"
        paper.save()
    letter = driver.write_to(case, by=coordinator, subject="HEMLIGT", text="HEMLIGT")
    mark_secret(letter.record, ground="OSL", by=coordinator)
    meeting = case.meetings.first()
    meeting.notes, meeting.cancelled_why = "HEMLIGT", ""
    meeting.save()
    return case


def test_nothing_inner_or_secret_is_shown(full_of_secrets, anna):
    for address in ("/mina-sidor/", at(full_of_secrets), at(full_of_secrets, "personer/")):
        response = anna.get(address)
        assert response.status_code == 200
        assert "HEMLIGT" not in response.text


def test_no_file_but_those_that_the_pages_link_to_is_handed_over(full_of_secrets, anna, coordinator):
    case = full_of_secrets
    inner = add_record(case, direction="internal", about="Utredning", uploads=[driver.pdf()], by=coordinator)
    assert anna.get(at(case, f"fil/{inner.files.get().pk}/")).status_code == 404
    own = case.parties.get().documents.exclude(record=None).first().record
    assert anna.get(at(case, f"fil/{own.files.get().pk}/")).getvalue() == driver.PDF
    mark_secret(own, ground="OSL", by=coordinator)
    assert anna.get(at(case, f"fil/{own.files.get().pk}/")).status_code == 404


def test_of_a_secret_case_only_what_is_addressed_to_us(in_force, anna, coordinator):
    case = in_force.case
    follow_up = in_force.follow_ups.get()
    follow_up.held_on, follow_up.progress = timezone.localdate(), "Det går bra."
    follow_up.save()
    record = case.decisions.first()
    record.reasons = "Nämndens skäl."
    record.save()
    driver.write_to(case, by=coordinator, subject="Till er")
    page = anna.get(at(case)).text
    assert "Det går bra." in page and "Nämndens skäl." in page and "Till er" in page
    mark_secret(case, ground="OSL 26 kap.", by=coordinator)
    page = anna.get(at(case)).text
    assert "Det går bra." not in page and "Nämndens skäl." not in page and "OSL" not in page
    assert "Till er" in page and "Här visas bara det som är riktat till er." in page


def test_a_letter_leads_to_the_pages_and_of_a_secret_case_says_nothing(
    assessed, coordinator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        driver.write_to(assessed, by=coordinator, text="Kom på tisdag")
    assert "Kom på tisdag" in mail.outbox[-1].body and "/mina-sidor/" in mail.outbox[-1].body
    mark_secret(assessed, ground="OSL", by=coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        driver.write_to(assessed, by=coordinator, text="Kom på onsdag")
        driver.write_to(assessed, by=coordinator, to="annan@x.example")
    secret, stranger = mail.outbox[-2:]
    assert "Kom på onsdag" not in secret.body and "/mina-sidor/" in secret.body
    assert "/mina-sidor/" not in stranger.body


# Taking it back


def test_it_is_taken_back_without_a_reason(assessed, anna, coordinator, django_capture_on_commit_callbacks):
    assert anna.get(at(assessed, "aterta/")).status_code == 200
    assert anna.post(at(assessed, "aterta/"), {"name": ""}).status_code == 422
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        page = anna.post(at(assessed, "aterta/"), {"name": "Anna"}, follow=True).text
    (letter,) = mail.outbox
    assert letter.to == [ANNA] and f"tagit tillbaka initiativet {assessed.reference}" in letter.body
    assessed.refresh_from_db()
    assert (assessed.stage, assessed.outcome) == (Stage.CLOSED, Outcome.WITHDRAWN)
    assert "Initiativet är återtaget." in page and "återtaget av organisationen" in page
    assert assessed.stage_changes.last().by_name == "Anna, Språkbron"
    assert tasks(assessed) == ["Läs meddelandet från Anna, Språkbron"]
    said, confirmed = list(assessed.records.order_by("number"))[-2:]
    assert said.about == "Meddelande: Vi återtar initiativet"
    assert (confirmed.about, confirmed.direction) == (f"Initiativet {assessed.reference} är återtaget", "out")
    desk = driver.logged_in(coordinator)
    desk.post(f"/mora/arenden/{assessed.reference}/meddelanden/{Message.objects.get().pk}/last/")
    assert tasks(assessed) == []


def test_of_two_organisations_one_leaves_and_the_other_goes_on(assessed, anna):
    driver.join(assessed, "Kören", 9)
    assert anna.post(at(assessed, "aterta/"), {"name": "Anna"})["Location"] == "/mina-sidor/"
    assessed.refresh_from_db()
    assert assessed.stage == Stage.ASSESSMENT
    assert [party.name for party in assessed.parties.active()] == ["Kören"]
    assert anna.get(at(assessed)).status_code == 404


def test_a_partnership_in_force_is_not_taken_back(in_force, anna):
    assert anna.get(at(in_force.case, "aterta/"))["Location"] == at(in_force.case)
    assert "Ta tillbaka initiativet" not in anna.get(at(in_force.case)).text


def test_a_message_of_a_secret_record_is_named_by_nobody(assessed, anna, coordinator):
    anna.post(at(assessed, "skriv/"), {"subject": "S", "text": "T", "name": "Anna"})
    mark_secret(Record.objects.get(message__name="Anna"), ground="OSL", by=coordinator)
    assert tasks(assessed) == ["Läs meddelandet"]


def test_what_was_sent_in_is_there_to_read(case, anna):
    page = anna.get(at(case)).text
    assert "Det vi skickade in" in page and case.initiative.idea in page


@pytest.mark.parametrize("secret", ["", "case", "notice", "first"])
def test_a_case_that_is_open_again_is_told(assessed, anna, coordinator, secret):
    close(assessed, outcome="grant", why="Det finns ett bidrag.", by=coordinator)
    reopen(assessed, why="Bidraget togs bort.", by=coordinator, absolute=driver.absolute)
    if secret:
        told = assessed.notices.get().record
        what = {"case": assessed, "notice": told, "first": told.copy_of}[secret]
        mark_secret(what, ground="OSL 26:1", by=coordinator)
    page = anna.get(at(assessed)).text
    assert ("Bidraget togs bort." in page) == (secret in ("", "case"))
    assert "Så slutade det" not in page


@pytest.mark.parametrize(("slug", "word"), [("mora", "Avtal"), ("botkyrka", "Överenskommelse")])
def test_the_line_of_a_case_has_the_municipalitys_own_word(db, slug, word):
    case = driver.send_in(driver.municipality(slug))
    assert [step["label"] for step in case.way] == ["Inkommet", "Bedömning", "Dialog", word, "Gällande"]
    assert f'<li class="">{word}</li>' in people.logged_in(ANNA).get(at(case)).text

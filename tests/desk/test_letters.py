"""Letters to the organisation, and the answers that land on the case by a personal link."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from initiatives.limits import Limit
from initiatives.views import doors
from iop.cases import letters
from iop.cases.actions import add_record, close
from iop.cases.letters import answer_letter, filled, remind, settle
from iop.cases.machinery import Refused
from iop.cases.models import Letter, LetterTemplate, RecordFile, Task
from iop.cases.secrecy import lift_secrecy, mark_secret
from iop.cases.statements import answer_statement, ask_statement, return_statement
from partners.actions import send_declaration
from partners.messages import write
from partners.papers import hand_in, review, to_ask_for
from tests.cases import driver

TODAY = timezone.localdate()
SENT = {"to": "anna@sprakbron.example", "subject": "En fråga", "text": "Hej Anna!\n\nHur många kommer?", "do": "send"}


@pytest.fixture
def address(assessed) -> str:
    return f"/mora/arenden/{assessed.reference}/brev/"


@pytest.fixture
def post(coordinator, address, django_capture_on_commit_callbacks):
    def post(path: str = "skriv/", **data):
        with django_capture_on_commit_callbacks(execute=True):
            return driver.logged_in(coordinator).post(f"{address}{path}", data)

    return post


def link_in(letter) -> str:
    return re.search(r"/svar/[\w-]+/", letter.body).group()


@pytest.fixture
def link(post) -> str:
    """The link that went to Anna."""
    assert post(**SENT).status_code == 302
    return link_in(mail.outbox[-1])


def test_it_goes_as_it_was_written_and_stands_in_the_file(post, assessed):
    post(**SENT)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["anna@sprakbron.example"], "En fråga")
    assert letter.body.startswith("Hej Anna!\n\nHur många kommer?")
    record = assessed.records.last()
    assert (record.direction, record.counterpart) == ("out", "Anna Åkesson (anna@sprakbron.example)")
    assert record.text == "Hej Anna!\n\nHur många kommer?\n\n[personlig länk]"
    assert link_in(letter) not in record.text


def test_papers_are_asked_for_by_ticking_what_is_missing(post, coordinator, assessed):
    party, client = assessed.parties.get(), driver.logged_in(coordinator)
    here, gone = to_ask_for(party)[:2]
    hand_in(party, here[0], here[1], uploads=[driver.pdf()], by=coordinator)
    tab = client.get(f"/mora/arenden/{assessed.reference}/parter/").text
    link = re.search(r'href="([^"]+slag=komplettering[^"]+)"', tab)[1].replace("&amp;", "&")
    form = client.get(link).context["form"]
    keys = [key for key, _ in form.fields["papers"].choices]
    assert form.initial["papers"] == keys and len(keys) == len(to_ask_for(party))
    chosen = f"{party.pk}:{gone[0].key}:{gone[1]}"
    said = SENT | {"slag": "komplettering", "due": TODAY + timedelta(days=9), "papers": [chosen]}
    assert f'name="papers" value="{chosen}"' in post(**said | {"do": "preview"}).text
    assert not party.documents.filter(status="requested").exists()
    assert post(**said).status_code == 302
    letter, paper = Letter.objects.get(), party.documents.get(status="requested")
    assert (paper.rule, paper.part, paper.asked_in) == (gone[0].key, gone[1], letter)
    assert gone[2] in letter.text and letter.points == [gone[2]]
    assert chosen not in [key for key, _ in client.get(link).context["form"].fields["papers"].choices]
    settle(letter, by=coordinator)
    assert chosen in [key for key, _ in client.get(link).context["form"].fields["papers"].choices]
    assert "begärd" in client.get(f"/mora/arenden/{assessed.reference}/parter/").text
    stranger = f"{party.pk}:{here[0].key}:{here[1]}"  # it has come meanwhile
    assert post(**said | {"papers": [stranger]}).status_code == 422


def test_papers_of_one_are_not_asked_for_from_another(post, assessed):
    choir = driver.join(assessed, "Kören", 9)
    rule, part, _ = to_ask_for(choir)[0]
    said = SENT | {
        "slag": "komplettering",
        "due": TODAY + timedelta(days=9),
        "papers": [f"{choir.pk}:{rule.key}:{part}"],
    }
    refused = post(**said)
    assert refused.status_code == 422 and "Kryssa bara i underlag från den organisation" in refused.text
    assert not Letter.objects.exists()


def test_of_two_parties_with_one_address_either_is_written_to(post, coordinator, assessed):
    choir = driver.join(assessed, "Kören", 9)
    choir.contact_name, choir.contact_email = "Bo Kör", SENT["to"]
    choir.save()
    form = driver.logged_in(coordinator).get(f"{assessed.get_absolute_url()}brev/skriv/").context["form"]
    keys = [key for key, _ in form.fields["to"].choices]
    assert keys == [SENT["to"], f"{choir.pk}:{SENT['to']}", "annan"]
    for key, name in zip(keys, ("Anna Åkesson", "Bo Kör"), strict=False):
        assert post(**SENT | {"to": key}).status_code == 302
        letter = Letter.objects.latest("pk")
        assert (letter.to_name, letter.sent_to, mail.outbox[-1].to) == (name, SENT["to"], [SENT["to"]])
    asked = f"{assessed.get_absolute_url()}brev/skriv/?slag=komplettering&part={choir.pk}"
    assert driver.logged_in(coordinator).get(asked).context["form"].initial["to"] == keys[1]


@pytest.mark.parametrize("field", ["subject", "text"])
def test_what_is_left_in_braces_is_told_where_it_stands(post, field):
    assert set(post(**SENT | {field: "Om {ärendet}"}).context["form"].errors) == {field}


def test_why_a_paper_was_not_accepted_is_still_told_when_it_is_asked_for_again(post, coordinator, assessed):
    party = assessed.parties.get()
    rule, part, _ = next(one for one in to_ask_for(party) if one[0].hand_in == "file")
    hand_in(party, rule, part, uploads=[driver.pdf()], by=coordinator)
    review(party, rule, part, status="rejected", note="Sista sidan saknas.", by=coordinator)
    chosen = f"{party.pk}:{rule.key}:{part}"
    said = SENT | {"slag": "komplettering", "due": TODAY + timedelta(days=9), "papers": [chosen]}
    assert post(**said).status_code == 302
    paper = party.documents.get()
    assert (paper.status, paper.note, paper.asked_in) == ("rejected", "Sista sidan saknas.", Letter.objects.get())


def test_a_message_is_answered_to_whoever_wrote_it(coordinator, assessed):
    eva = write(assessed.parties.get(), subject="Lokalen", text="Hur stor?", name="Eva", email="eva@sprakbron.example")
    client = driver.logged_in(coordinator)
    link = f"/mora/arenden/{assessed.reference}/brev/skriv/?svar={eva.pk}"
    assert link in client.get(f"/mora/arenden/{assessed.reference}/brev/").text
    opened = client.get(link).context["form"].initial
    assert (opened["subject"], opened["other_name"], opened["other_email"]) == ("Svar: Lokalen", "Eva", eva.email)
    anna = write(assessed.parties.get(), subject="Mer", text="Mer.", name="A", email="anna@sprakbron.example")
    opened = client.get(link.replace(f"svar={eva.pk}", f"svar={anna.pk}")).context["form"].initial
    assert (opened["to"], opened["other_email"]) == ("anna@sprakbron.example", "")
    assert client.get(f"{link}0").context["form"].initial["subject"] != "Svar: Lokalen"


def test_it_is_looked_at_before_it_goes(post, coordinator, address):
    shown = post(**SENT | {"do": "preview"})
    assert shown.status_code == 200 and "Så här går brevet" in shown.text and not mail.outbox
    assert 'value="En fråga"' in post(**SENT | {"do": "edit"}).text
    assert not Letter.objects.exists()


def test_templates_are_filled_in_and_what_is_left_is_told(coordinator, address, post, mora, assessed):
    LetterTemplate.objects.create(municipality=mora, name="Vår egen", subject="{ärende}", text="Hej {kontakt}, {okänt}")
    client = driver.logged_in(coordinator)
    own = LetterTemplate.objects.get()
    page = client.get(f"{address}skriv/?mall=egen-{own.pk}").text
    assert "Hej Anna Åkesson, {okänt}" in page and f'value="{assessed.reference}"' in page
    refused = post(**SENT | {"text": "Hej {okänt}"})
    assert refused.status_code == 422 and "Något i klamrar är kvar" in refused.text and not mail.outbox
    assert client.get(f"{address}skriv/?mall=finns-inte").status_code == 200


def test_placeholders_are_no_template_language():
    assert filled("{ärende} {{ärende}} {% x %}", {"ärende": "{rubrik}"}) == "{rubrik} {{rubrik}} {% x %}"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"to": "annan", "other_email": ""}, "Skriv adressen"),
        ({"to": "annan", "other_email": "a@b.example\nBcc: x@y.example"}, "E-post till den personen"),
        ({"to": "okand@x.example"}, "Till:"),
        ({"text": ""}, "Brevet:"),
        ({"slag": "komplettering", "points": "", "due": TODAY}, "en sak på varje rad"),
        ({"slag": "komplettering", "points": "A", "due": TODAY - timedelta(days=1)}, "som inte har varit"),
        ({"slag": "komplettering", "points": "A", "due": ""}, "när svaret behövs"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(post, data, told):
    refused = post(**SENT | data)
    assert refused.status_code == 422 and told in refused.text
    assert not Letter.objects.exists() and not mail.outbox
    if "text" not in data:
        assert "Hur många kommer?" in refused.text


def test_files_of_the_case_file_go_along_but_no_secret_ones(post, assessed, coordinator):
    paper, secret = (
        add_record(assessed, direction="in", about=name, uploads=[driver.pdf(name, name)], by=coordinator)
        for name in ("stadgar.pdf", "hemligt.pdf")
    )
    file, hidden = paper.files.get(), secret.files.get()
    post(**SENT | {"files": [file.pk]})
    mark_secret(secret, ground="26 kap. 1 § OSL", by=coordinator)
    assert post(**SENT | {"files": [hidden.pk]}).status_code == 422
    assert [name for name, *_ in mail.outbox[0].attachments] == ["stadgar.pdf"]
    client, link = driver.logged_in(None), link_in(mail.outbox[0])
    assert client.get(f"{link}fil/{file.pk}/").getvalue()[:5] == b"%PDF-"
    assert client.get(f"{link}fil/{hidden.pk}/").status_code == 404


def test_of_a_secret_case_the_mail_says_nothing(post, assessed, coordinator):
    mark_secret(assessed, ground="26 kap. 1 § OSL", by=coordinator)
    post(**SENT)
    [letter] = mail.outbox
    assert letter.subject == "Meddelande från Mora kommun"
    assert "Hur många" not in letter.body and assessed.title not in letter.body
    assert "Hur många kommer?" in driver.logged_in(None).get(link_in(letter)).text


def test_of_a_case_with_anything_secret_no_mail_tells_what_it_is_about(
    post, assessed, coordinator, django_capture_on_commit_callbacks
):
    mark_secret(assessed.records.first(), ground="OSL 26 kap. 1 §", by=coordinator)
    post(**SENT | {"subject": "Hur många barn", "text": "Vi undrar en sak."})
    rule, party = assessed.rules.declarations[0], assessed.parties.get()
    with django_capture_on_commit_callbacks(execute=True):
        send_declaration(party, rule, to="olle@x.example", by=coordinator, absolute=driver.absolute)
    for letter in mail.outbox[-2:]:
        assert letter.subject == "Meddelande från Mora kommun"
        assert "barn" not in letter.body and "undrar" not in letter.body and re.search("/(svar|intyg)/", letter.body)
    assert assessed.letters.get().text == "Vi undrar en sak."


def test_the_answer_lands_on_the_case(link, assessed, coordinator, address, mora):
    client = driver.logged_in(None)
    assert "Hur många kommer?" in client.get(link).text
    sent = {"name": "Bo Ek", "text": "Ungefär tjugo.", "files": [driver.pdf("lista.pdf"), driver.pdf("karta.pdf")]}
    assert client.post(link, sent).status_code == 302
    record = assessed.records.last()
    assert (record.direction, record.counterpart, record.text) == ("in", "Bo Ek", "Ungefär tjugo.")
    assert {file.name for file in record.files.all()} == {"lista.pdf", "karta.pdf"}
    assert "Ungefär tjugo." in driver.logged_in(coordinator).get(address).text
    assert Task.objects.open().get(kind="read_answer").title == "Läs svaret från Bo Ek"
    assert "Ert svar har kommit fram" in client.get(link).text


def test_two_people_with_one_link_both_answer_and_a_double_click_is_one(link, assessed):
    client = driver.logged_in(None)
    for name in ("Bo", "Bo", "Eva"):
        client.post(link, {"name": name, "text": "Ja."})
    assert [record.counterpart for record in Letter.objects.get().answers.order_by("number")] == ["Bo", "Eva"]


def test_an_answer_with_a_file_sent_twice_is_one_and_with_another_file_or_none_another(link):
    client = driver.logged_in(None)
    for more in ("1", "1", "2"):
        client.post(link, {"name": "Bo", "text": "Här.", "files": [driver.pdf(more=more)]})
    for _ in range(2):
        client.post(link, {"name": "Bo", "text": "Här."})
    assert [answer.files.count() for answer in Letter.objects.get().answers.order_by("number")] == [1, 1, 0]


@pytest.mark.parametrize("data", [{"name": "", "text": "Ja"}, {"name": "Bo", "text": " "}, {}])
def test_an_answer_without_name_or_words_is_asked_for_again(link, data):
    client = driver.logged_in(None)
    assert client.post(link, data or {"x": "y"}).status_code == 422
    assert not Letter.objects.get().answers.exists()


def test_bad_files_are_refused_and_the_words_stay(link):
    exe = driver.pdf("stadgar.pdf")
    exe.file.seek(0)
    exe.file.write(b"MZ\x90\x00")
    exe.seek(0)
    refused = driver.logged_in(None).post(link, {"name": "Bo", "text": "Här är de.", "files": [exe]})
    assert refused.status_code == 422 and "Här är de." in refused.text
    many = driver.logged_in(None).post(link, {"name": "Bo", "files": [driver.pdf() for _ in range(11)]})
    assert many.status_code == 422 and "högst 10 filer" in many.text
    forty = [driver.pdf() for _ in range(40)]
    many = driver.logged_in(None).post(link, {"name": "Bo", "text": "Fyrtio.", "files": forty})
    assert many.status_code == 422 and "högst 10 filer" in many.text and "Fyrtio." in many.text


@pytest.mark.parametrize("wrong", ["/svar/x/", "/svar/" + "a" * 32 + "/", "/svar/%00/"])
def test_a_guessed_link_opens_nothing(wrong, link):
    answer = driver.logged_in(None).get(wrong)
    assert answer.status_code == 404
    assert driver.logged_in(None).get(f"{wrong}fil/1/").status_code == 404


def test_an_old_link_opens_nothing(link):
    Letter.objects.update(link_ends=TODAY - timedelta(days=1))
    gone = driver.logged_in(None).get(link)
    assert gone.status_code == 404 and "Länken gäller inte" in gone.text


def test_a_settled_letter_is_read_but_not_answered(link, coordinator, assessed):
    settle(Letter.objects.get(), by=coordinator)
    client = driver.logged_in(None)
    assert "Kommunen har tagit emot det som behövdes" in client.get(link).text
    assert client.post(link, {"name": "Bo", "text": "Sent svar"}).status_code == 422
    with pytest.raises(Refused, match="redan avslutat"):
        settle(Letter.objects.get(), by=coordinator)


# Requests to complete


@pytest.fixture
def completion(assessed, coordinator) -> Letter:
    return driver.write_to(assessed, by=coordinator, points=["Stadgar", " ", "Antal medlemmar"], due=TODAY)


def test_the_points_and_the_day_stand_in_the_letter_and_in_the_worklist(completion):
    assert completion.points == ["Stadgar", "Antal medlemmar"]
    assert completion.text.endswith("1. Stadgar\n2. Antal medlemmar")
    task = Task.objects.open().get(kind="completion")
    assert (task.due, task.waits_for_others) == (TODAY, True)


def test_answered_it_waits_for_the_coordinator_until_it_is_enough(completion, coordinator):
    answer_letter(completion, name="Anna", text="De kommer här.")
    assert set(Task.objects.open().filter(subject_kind="letter").values_list("kind", flat=True)) == {"read_answer"}
    settle(completion, by=coordinator)
    assert not Task.objects.open().filter(subject_kind="letter").exists()


def test_a_reminder_has_a_link_of_its_own_and_the_one_before_opens_the_same(
    completion, coordinator, django_capture_on_commit_callbacks
):
    said = {"subject": "En fråga", "text": completion.text, "by": coordinator, "absolute": driver.absolute}
    links = []
    for days_ago in (2, 1, 0):
        with django_capture_on_commit_callbacks(execute=True):
            remind(completion, **said)
        links.append(link_in(mail.outbox[-1]))
        Letter.objects.update(reminded_at=timezone.now() - timedelta(days=days_ago))
    client = driver.logged_in(None)
    assert [client.get(link).status_code for link in links] == [404, 200, 200]
    with pytest.raises(Refused, match="redan gått i dag"):
        remind(completion, **said)
    assert mail.outbox[-1].subject == "Påminnelse: En fråga"


# Statements by link


@pytest.fixture
def ask(assessed, coordinator, django_capture_on_commit_callbacks):
    def ask(**data):
        whole = {"question": "Finns en marknad?", "due": TODAY + timedelta(days=9), "to": "rolf@upphandling.example"}
        whole = {f"fraga-MOR-45-{name}": value for name, value in (whole | data).items()}
        with django_capture_on_commit_callbacks(execute=True):
            address = f"/mora/arenden/{assessed.reference}/yttranden/begar/"
            return driver.logged_in(coordinator).post(address, {"rule": "MOR-45", **whole})

    return ask


def test_the_adviser_answers_by_link_and_the_rule_opens(ask, assessed):
    assert ask().status_code == 302
    client, link = driver.logged_in(None), link_in(mail.outbox[-1])
    assert "Finns en marknad?" in client.get(link).text
    sent = {"name": "Rolf", "role": "upphandlare", "text": "Ingen marknad."}
    assert client.post(link, sent).status_code == 302
    statement = assessed.statements.get()
    assert (statement.text, statement.answered_name, statement.answered_by) == (
        "Ingen marknad.",
        "Rolf, upphandlare",
        None,
    )
    twice = client.post(link, sent | {"text": "Jo, en marknad."})
    assert twice.status_code == 422 and "Någon hade redan svarat" in twice.text and "Jo, en marknad." in twice.text
    assert assessed.statements.get().text == "Ingen marknad."


def test_it_is_returned_by_link_and_asked_again(ask, assessed):
    ask()
    client, link = driver.logged_in(None), link_in(mail.outbox[-1])
    assert client.post(link, {"return": "1", "back-name": "Rolf", "back-why": " "}).status_code == 422
    assert client.post(link, {"return": "1", "back-name": "Rolf", "back-why": "Fråga juristen."}).status_code == 302
    statement = assessed.statements.get()
    assert (statement.returned_why, statement.answered_on) == ("Fråga juristen.", None)
    assert client.post(link, {"name": "Rolf", "text": "Jo."}).status_code == 422
    assert ask().status_code == 302
    assert assessed.statements.filter(rule="MOR-45").count() == 2


def test_the_adviser_returns_it_in_the_program_and_the_coordinator_reminds(ask, assessed, adviser, coordinator):
    ask()
    statement = assessed.statements.get()
    base = f"/mora/arenden/{assessed.reference}/yttranden/{statement.pk}/"
    driver.logged_in(coordinator).post(f"{base}paminn/")
    assert assessed.records.last().about == f"Påminnelse: Yttrande från Upphandlingsenheten, {assessed.reference}"
    driver.logged_in(adviser).post(f"{base}lamna-tillbaka/", {"why": "Inte vår fråga."})
    statement.refresh_from_db()
    assert statement.returned_why == "Inte vår fråga."
    assert Task.objects.open().get(kind="read_answer").title == "Upphandlingsenheten lämnade tillbaka frågan"


def test_papers_go_with_the_question(ask, assessed, coordinator):
    add_record(assessed, direction="in", about="Stadgar", uploads=[driver.pdf()], by=coordinator)
    file = RecordFile.objects.get(record__case=assessed, name="stadgar.pdf")
    ask(files=[file.pk])
    statement = assessed.statements.select_related("asked_record").get()
    assert statement.attached.get() == file
    assert [kept.file for kept in statement.asked_record.files.select_related("file")] == [file.file]
    assert driver.logged_in(None).get(f"{link_in(mail.outbox[-1])}fil/{file.pk}/").getvalue()[:5] == b"%PDF-"


def test_a_question_by_mail_is_one_record_with_the_letter_as_it_went(ask, assessed):
    before = assessed.records.count()
    ask()
    record = assessed.records.last()
    assert assessed.records.count() == before + 1
    assert (record.direction, record.about) == ("out", "Begäran om yttrande från Upphandlingsenheten")
    assert record.counterpart == "Upphandlingsenheten (rolf@upphandling.example)"
    assert record.text.startswith("Hej!") and record.text.endswith("[personlig länk]")
    assert record.text.removesuffix("[personlig länk]").strip() in mail.outbox[-1].body


def test_what_is_secret_is_not_sent_with_a_question(assessed, coordinator):
    secret = add_record(assessed, direction="in", about="Intyg", uploads=[driver.pdf()], by=coordinator)
    mark_secret(secret, ground="OSL", by=coordinator)
    files = RecordFile.objects.filter(record=secret).select_related("record", "file")
    with pytest.raises(Refused, match="^En sekretessmarkerad handling går inte att bifoga"):
        ask_statement(assessed, outside="Regionen", question="Vad?", due=TODAY, files=files, by=coordinator)


def test_who_is_asked_by_link_reads_the_initiative_until_it_is_answered(ask, assessed, coordinator):
    ask()
    client, link, idea = driver.logged_in(None), link_in(mail.outbox[-1]), assessed.initiative.idea
    page = client.get(link).text
    assert idea in page and assessed.initiative.contact_email not in page
    mark_secret(assessed.initiative.record, ground="OSL", by=coordinator)
    assert idea not in client.get(link).text
    lift_secrecy(assessed.initiative.record, by=coordinator)
    mark_secret(assessed, ground="OSL", by=coordinator)
    assert idea not in client.get(link).text
    lift_secrecy(assessed, by=coordinator)
    client.post(link, {"name": "Rolf", "text": "Ingen marknad."})
    assert idea not in client.get(link).text


# Who


@pytest.mark.parametrize("role", ["secretary", "adviser", "reader", "administrator"])
def test_only_coordinators_write(role, address, request):
    client = driver.logged_in(request.getfixturevalue(role))
    assert client.get(f"{address}skriv/").status_code == 403
    assert client.post(f"{address}skriv/", SENT).status_code == 403
    assert client.get(address).status_code == 200


def test_strangers_find_nothing(address, neighbour):
    assert driver.logged_in(neighbour).get(f"{address}skriv/").status_code == 404
    assert driver.logged_in(None).get(f"{address}skriv/").status_code == 302


# What a reviewer found


def test_a_title_that_looks_like_a_placeholder_opens_nothing():
    assert filled("{rubrik}", {"rubrik": "{skäl}", "skäl": "hemligt"}) == "{skäl}"


def test_a_settled_letter_is_not_reminded_of(completion, coordinator):
    settle(completion, by=coordinator)
    with pytest.raises(Refused, match="väntar ni inte längre"):
        remind(completion, subject="x", text="x", by=coordinator, absolute=driver.absolute)


def test_an_answered_statement_is_not_reminded_of(ask, assessed, coordinator, adviser):
    ask()
    statement = assessed.statements.get()
    answer_statement(statement, text="Nej.", name="Rolf", by=adviser)
    page = driver.logged_in(coordinator).post(
        f"/mora/arenden/{assessed.reference}/yttranden/{statement.pk}/paminn/", follow=True
    )
    assert "Det finns redan ett svar" in page.text


def test_one_link_takes_no_endless_answers(completion, monkeypatch):
    monkeypatch.setattr(letters, "MOST_ANSWERS", 2)
    for text in ("Ett", "Två"):
        answer_letter(completion, name="Bo", text=text)
    with pytest.raises(Refused, match="svarat många gånger"):
        answer_letter(completion, name="Bo", text="Tre")


def test_a_line_break_in_an_outside_bodys_name_becomes_a_space(assessed, coordinator):
    data = {"outside": "Regionen\nBcc: x@y.example", "question": "Vad anser ni?", "due": TODAY}
    address = f"/mora/arenden/{assessed.reference}/yttranden/begar/"
    sent = {f"fraga-{name}": value for name, value in data.items()}
    assert driver.logged_in(coordinator).post(address, sent).status_code == 302
    assert assessed.statements.get().outside == "Regionen Bcc: x@y.example"


# What a fresh coordinator found


def test_a_question_that_was_given_back_is_settled(ask, assessed, coordinator, adviser):
    ask()
    statement = assessed.statements.get()
    return_statement(statement, why="Inte vår.", name="Rolf", by=adviser)
    base = f"/mora/arenden/{assessed.reference}/yttranden/"
    client = driver.logged_in(coordinator)
    assert "Frågan behöver inte ställas igen" in client.get(base).text
    assert driver.logged_in(adviser).post(f"{base}{statement.pk}/klart/").status_code == 403
    client.post(f"{base}{statement.pk}/klart/")
    assert not Task.objects.open().filter(kind="read_answer").exists()
    assert "Frågan behöver inte ställas igen" not in client.get(base).text


def test_asking_anew_settles_what_was_given_back(ask, assessed, adviser):
    ask()
    return_statement(assessed.statements.get(), why="Inte vår.", name="Rolf", by=adviser)
    ask()
    assert not Task.objects.open().filter(kind="read_answer").exists()
    assert driver.logged_in(adviser).get(f"/mora/arenden/{assessed.reference}/yttranden/").status_code == 200


def test_the_letter_to_an_adviser_says_who_asks_and_what_about(ask, assessed):
    ask()
    body = mail.outbox[-1].body
    assert f"Mora kommun ber om ett yttrande i ärendet {assessed.reference}, «{assessed.title}»" in body
    assert "Karin Samordnare\nMora kommun" in body


def test_what_is_sent_too_late_by_link_can_be_copied(ask, assessed):
    ask()
    client, link = driver.logged_in(None), link_in(mail.outbox[-1])
    client.post(link, {"name": "Rolf", "text": "Nej."})
    late = client.post(link, {"name": "Eva", "text": "Jo, en marknad."})
    assert "Det du skrev är inte sparat." in late.text and "Jo, en marknad." in late.text
    assert '<label class="form-label" for="written-1">' in late.text and "Det du skrev, 1" not in late.text
    assert "Lämna yttrandet" not in late.text


def test_an_answer_by_link_after_the_case_has_ended_is_told_and_not_lost(ask, assessed, coordinator, mora):
    ask()
    client, link = driver.logged_in(None), link_in(mail.outbox[-1])
    close(assessed, outcome="withdrawn", why="", by=coordinator)
    before = assessed.records.count()
    assert "Ärendet är avslutat" in client.get(link).text
    for sent in ({"name": "Rolf", "text": "Jo, en marknad."}, {"return": "1", "back-name": "R", "back-why": "Ej vår."}):
        late = client.post(link, sent)
        assert late.status_code == 422 and "Lämna yttrandet" not in late.text
        for told in ("Ärendet är avslutat", mora.email, "Det du skrev är inte sparat.", *list(sent.values())[-1:]):
            assert told in late.text
    assert assessed.records.count() == before


def test_who_goes_on_guessing_links_is_stopped_and_a_right_one_still_opens(link, monkeypatch):
    monkeypatch.setattr(doors, "WRONG_LINKS", Limit("links", most=2, minutes=10))
    client = driver.logged_in(None)
    assert [client.get("/svar/x/").status_code for _ in range(3)] == [404, 404, 429]
    assert client.get("/svar/x/fil/1/").status_code == 429
    assert client.get(link).status_code == 200

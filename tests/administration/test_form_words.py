"""The administrator words the public form; those who fill it in are asked so, and what was asked is kept."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import FormWords, Initiative
from initiatives.steps import SEND, SLUGS
from initiatives.words import START, standard
from iop.municipalities.models import PageText
from iop.municipalities.permissions import Role
from tests.cases import driver
from tests.initiatives import writing

OURS = "Vilken samhällsutmaning handlar det om?"
OWN = "Vilket behov har ni sett i {kommun}?"
ASKED = "Vilket behov har ni sett i Mora kommun?"


@pytest.fixture
def client(administrator):
    return driver.logged_in(administrator)


@pytest.fixture
def anybody(mora):
    return driver.logged_in(None)


def sent_from(client, step: str, **texts) -> dict:
    """What the page would send, with some of it written anew. Names with «_» for «-»: title_label is «title-label»."""
    form = client.get(at(step)).context["form"]
    return {field.name: field.value() for field in form} | {
        re.sub("_(label|help)$", r"-\1", name): text for name, text in texts.items()
    }


def at(step: str) -> str:
    return f"/mora/oppna-sidor/form-{step}/"


def write(client, step: str, **texts) -> None:
    assert client.post(at(step), sent_from(client, step, **texts)).status_code == 302


def test_a_question_of_ones_own_is_asked_wherever_ours_was(client, anybody, gavle):
    address = writing.begin(anybody)
    write(
        client, "iden", step_label="Behovet", step_help="Kort i {kommun}.", challenge_label=OWN, challenge_help="Rad."
    )
    page = anybody.get(f"{address}iden/").text
    assert ASKED in page and OURS not in page and "<h1>Behovet</h1>" in page and "<p>Kort i Mora kommun.</p>" in page
    assert 'aria-describedby="id_challenge_helptext"' in page and ">Rad.<" in page
    assert ">Behovet</a>" in anybody.get(f"{address}bidrag/").text  # the list of steps
    assert "<li>Behovet</li>" in anybody.get("/mora/initiativ/nytt/").text
    last = anybody.get(f"{address}skicka/").text
    assert f"{ASKED} Det här behövs innan ni skickar." in last and "Behovet</h3>" in last
    assert "steg 1: Behovet" in client.get("/mora/oppna-sidor/").text
    write(client, "vilka-ni-ar", contact_name_label="Vem talar vi med?")
    needed = "Behövs innan ni skickar: organisationens namn, typ av organisation, vem talar vi med, e-post."
    assert needed in anybody.get(f"{address}vilka-ni-ar/").text
    elsewhere = writing.begin(anybody, "gavle")
    assert OURS in anybody.get(f"{elsewhere}iden/").text


@pytest.mark.parametrize("slug", [START, *SLUGS])
def test_every_word_of_every_step_is_shown_in_the_form_and_where_it_is_written(client, anybody, mora, slug):
    names = [name for name in standard()[slug].texts if name != "later-label"]  # Mora asks everything at once
    texts = {name: f"Egen {number} <b>" for number, name in enumerate(names)}
    preview = client.post(at(slug), sent_from(client, slug) | texts | {"preview": "1"}).text
    write(client, slug, **texts)
    address = writing.begin(anybody)
    page = anybody.get("/mora/initiativ/nytt/" if slug == START else f"{address}{slug}/").text
    for name, text in texts.items():
        escaped = text.replace("<", "&lt;").replace(">", "&gt;")
        assert escaped in page and text not in page, name
        look = preview[preview.index("Så ser det ut") :]
        assert escaped in look and text not in look, name
    assert FormWords.objects.get(municipality=mora).words == texts


def test_questions_that_are_worded_alike_are_both_told_of(client, anybody):
    write(client, "bidrag", they_money_label="Pengar")
    address = writing.begin(anybody)
    opened = anybody.get(f"{address}bidrag/").context["form"]["opened"].value()
    writing.save(anybody, address, "bidrag", we_money="5 000", they_money="7 000")
    late = {"opened": opened, "page": "en annan", "we_money": "6 000", "they_money": "8 000"}
    form = writing.post(anybody, address, "bidrag", late).context["form"]
    assert form.theirs == {"Pengar": "5 000", "Pengar (en till)": "7 000"}


def test_looking_first_saves_nothing(client):
    page = client.post(at("iden"), sent_from(client, "iden", title_label="Vad heter den?") | {"preview": "1"})
    assert page.status_code == 200 and not FormWords.objects.exists()
    sent = {field.name: field.value() for field in page.context["form"]}
    assert client.post(at("iden"), sent).status_code == 302
    assert FormWords.objects.get().words == {"title-label": "Vad heter den?"}


def test_a_text_without_letters_is_refused_and_given_back(client):
    response = client.post(at("iden"), sent_from(client, "iden", **{"challenge-label": "🎉🎉"}))
    assert response.status_code == 422 and "Skriv med bokstäver." in response.text and "🎉🎉" in response.text
    assert not FormWords.objects.exists()


@pytest.mark.parametrize("text", ["", "  \r\n ", "{ours}"])
def test_an_empty_text_or_ours_gives_ours_back(client, anybody, text):
    write(client, "iden", challenge_label=OWN, title_help="Kort.")
    write(client, "iden", challenge_label=text.replace("{ours}", OURS))
    row = FormWords.objects.get()
    assert row.words == {"title-help": "Kort."}
    assert [one.words.get("challenge-label") for one in row.history.order_by("history_date")] == [OWN, None]
    assert OURS in anybody.get(f"{writing.begin(anybody)}iden/").text


@pytest.mark.parametrize(("name", "most"), [("title-label", 200), ("title-help", 500), ("step-help", 20_000)])
def test_what_is_too_long_is_refused_and_given_back_whole(client, name, most):
    page = client.post(at("iden"), sent_from(client, "iden") | {name: "x" * (most + 1)})
    assert page.status_code == 422 and "Texten är för lång" in page.text and "x" * (most + 1) in page.text
    assert not FormWords.objects.exists()
    assert client.post(at("iden"), sent_from(client, "iden") | {name: "x" * most}).status_code == 302


def test_two_administrators_lose_nothing(client, mora):
    mine = sent_from(client, "iden", title_label="Min fråga?", idea_help="Min hjälp.")
    colleague = driver.logged_in(driver.person("Bo Administratör", mora, Role.ADMINISTRATOR))
    write(colleague, "iden", title_label="Kollegans fråga?", challenge_help="Kollegans hjälp.")
    page = client.post(at("iden"), mine)
    assert page.status_code == 422 and "Kollegans fråga?" in page.text and "Min fråga?" in page.text
    anyway = re.search(r'name="anyway" value="([^"]*)"', page.text)[1]
    assert client.post(at("iden"), mine | {"anyway": anyway}).status_code == 302
    assert FormWords.objects.get().words == {
        "title-label": "Min fråga?",
        "challenge-help": "Kollegans hjälp.",
        "idea-help": "Min hjälp.",
    }


@pytest.mark.parametrize("slug", [START, *SLUGS])
def test_what_is_written_in_each_field_is_told_apart(client, slug):
    """Two fields with one name would hide each other where somebody else has written meanwhile."""
    labels = [field.label for field in client.get(at(slug)).context["form"] if not field.is_hidden]
    assert len(labels) == len(set(labels)) == len(standard()[slug].texts)


def test_there_are_no_other_steps(client):
    assert client.get(at("finns-inte")).status_code == 404
    listed = client.get("/mora/oppna-sidor/").text
    assert all(at(slug) in listed for slug in standard()) and set(standard()) == {START, *SLUGS}


@pytest.mark.parametrize("slug", SLUGS[:-1])
def test_every_question_of_ours_has_its_words_in_the_file(anybody, slug):
    form = anybody.get(f"{writing.begin(anybody)}{slug}/").context["form"]
    of_rules = ("own_", "form_")
    fields = {re.sub(r"other_\d_", "other_", name) for name in form.own_names if not name.startswith(of_rules)}
    assert fields == {one.key for one in standard()[slug].words if one.kind == "question"}
    assert all(form.fields[name].label for name in form.own_names)


def test_own_words_cost_a_page_no_query(client, anybody):
    address, counted = writing.begin(anybody), []
    anybody.get(f"{address}{SEND}/")  # the first visit notes that the link is used
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            anybody.get(f"{address}{SEND}/")
        counted.append(len(queries))
        for slug in SLUGS:
            write(client, slug, step_label="Eget")
    assert counted[0] == counted[1]


def test_what_was_asked_stays_with_what_was_sent(client, anybody):
    write(client, "iden", challenge_label=OWN)
    write(client, "bidrag", we_money_label="Kronor")
    address = writing.begin(anybody)
    writing.write(anybody, address, we_money="5 000")
    receipt = writing.send(anybody, address)["Location"]
    write(client, "iden", challenge_label="Något annat?")
    write(client, "bidrag", we_money_label="")
    page, initiative = anybody.get(receipt).text, Initiative.objects.get()
    assert f"<dt>{ASKED}</dt>" in page and "Kronor: 5 000" in page and "Något annat?" not in page
    assert f"\n{ASKED}\n" in initiative.record.text and "Kronor: 5 000" in initiative.record.text
    assert initiative.asked["title"] == "Vad vill ni kalla idén?" and "own_MOR-1" not in initiative.asked


# The texts that were written before there were words


def move(texts: dict[str, str], mora):
    """Through the migration and back: the words of each step, and the texts again."""
    migration = import_module("initiatives.migrations.0017_leads_become_words")
    for page, text in texts.items():
        PageText.objects.create(municipality=mora, page=page, text=text)
    migration.to_words(apps, None)
    words = {row.step: row.words for row in FormWords.objects.all()}
    assert [row.page for row in PageText.objects.all()] == [page for page in texts if not page.startswith("form-")]
    migration.to_texts(apps, None)
    return words, {row.page: row.text for row in PageText.objects.all()}


def test_texts_written_before_become_words(mora):
    lead = "Kort går bra.\n\n# En fråga som inte finns\nOm den."
    texts = {
        "contact": "Ring oss.",
        "form-iden": f"{lead}\n\n# {OURS}\nEn rad om <i>vem</i>.\n- Och en till.",
        "form-skicka": "Inget behövs.",
        "form-fragor": "",
    }
    words, back = move(texts, mora)
    assert words == {
        "iden": {"step-help": lead, "challenge-help": "En rad om <i>vem</i>. Och en till."},
        "skicka": {"files-help": "Inget behövs."},
    }
    helped = f"{lead}\n\n# {OURS}\nEn rad om <i>vem</i>. Och en till."
    assert back == {"contact": "Ring oss.", "form-iden": helped, "form-skicka": "Inget behövs."}


def test_help_that_was_too_long_to_move_stays_under_the_steps_heading(mora):
    text = f"# {OURS}\n" + "x" * 501
    words, back = move({"form-iden": text}, mora)
    assert words == {"iden": {"step-help": text}} and back == {"form-iden": text}

from django.test import Client

ANSWERS = {"MOR-44": "ja", "MOR-41": "ja", "legal_form": "ideell_forening"}


def test_gives_a_reasoned_picture_that_binds_nobody(client, db):
    page = client.post("/mora/passar-det/", ANSWERS).content.decode()
    against = page[page.index("Talar emot") : page.index("Att tala med kommunen om")]
    assert "Det finns inte en marknad eller en konkurrenssituation att vårda." in against
    assert "föreningsbidrag" in page and "binder ingen" in page and "godkän" not in page


def test_stores_nothing_and_sets_no_session(client, db, django_assert_num_queries):
    client.get("/mora/passar-det/")
    with django_assert_num_queries(2):  # the municipality and which version is in force
        answer = client.post("/mora/passar-det/", ANSWERS)
    assert "sessionid" not in answer.cookies


def test_odd_answers_are_something_to_talk_about(client, db):
    page = client.post("/mora/passar-det/", {"MOR-44": "<script>", "legal_form": "<b>"}).content.decode()
    assert "<script>" not in page.replace('<script src="', "") and "Talar emot" not in page


def test_a_municipality_without_rules_or_without_criteria(client, db):
    assert client.get("/ingenstans/passar-det/").status_code == 404
    assert client.get("/gavle/passar-det/").status_code == 200
    assert Client().put("/mora/passar-det/").status_code == 405

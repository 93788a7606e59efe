import re
from html import unescape
from itertools import combinations


def test_shows_the_chosen_municipalities_with_their_own_words(client, db):
    page = client.get("/jamfor/?kommun=mora&kommun=gavle").content.decode()
    assert (
        "«Det finns inte privata företag som bedriver samma verksamhet på samma sätt eller med samma värden.»" in page
    )
    assert "Riktlinjen säger inget om detta." in page
    assert 'id="k-soderhamn" checked' not in page and 'id="k-mora" checked' in page


def test_begins_with_a_few_when_none_or_an_unknown_one_is_chosen_and_leads_to_all(client, db):
    for address in ("/jamfor/", "/jamfor/?kommun=ingenstans"):
        page = client.get(address).content.decode()
        assert page.count('name="kommun"') == 5 and page.count(" checked>") == 3
        assert "3 av 5 visas." in page
    every = re.search(r'href="(\?kommun=[^"]*)">se alla', page)[1]
    page = client.get(f"/jamfor/{unescape(every)}").content.decode()
    assert page.count(" checked>") == 5 and "visas." not in page


def test_a_first_look_weighs_the_same_however_many_municipalities_there_are(client, db):
    """With style, typeface and script it has to stay under 150 kB (tests/browser/test_first_visit.py)."""
    slugs = ["mora", "soderhamn", "botkyrka", "stockholm", "gavle"]
    heaviest = max(
        len(client.get("/jamfor/?kommun=" + "&kommun=".join(some)).content) for some in combinations(slugs, 3)
    )
    assert heaviest < 45_000


def test_takes_one_query_however_many_are_shown(client, db, django_assert_num_queries):
    client.get("/jamfor/")  # the process reads each rule set once
    for address in ("/jamfor/?kommun=mora", "/jamfor/"):
        with django_assert_num_queries(1):
            client.get(address)

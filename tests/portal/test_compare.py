def test_shows_the_chosen_municipalities_with_their_own_words(client, db):
    page = client.get("/jamfor/?kommun=mora&kommun=gavle").content.decode()
    assert (
        "«Det finns inte privata företag som bedriver samma verksamhet på samma sätt eller med samma värden.»" in page
    )
    assert "Riktlinjen säger inget om detta." in page
    assert 'id="k-soderhamn" checked' not in page and 'id="k-mora" checked' in page


def test_shows_all_when_none_or_an_unknown_one_is_chosen(client, db):
    for address in ("/jamfor/", "/jamfor/?kommun=ingenstans"):
        page = client.get(address).content.decode()
        assert page.count(" checked>") == 5


def test_takes_one_query_however_many_are_shown(client, db, django_assert_num_queries):
    client.get("/jamfor/")  # the process reads each rule set once
    for address in ("/jamfor/?kommun=mora", "/jamfor/"):
        with django_assert_num_queries(1):
            client.get(address)

"""Signing in the program, from the organisation's pages to what the official enters."""

import hashlib
import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from agreements.actions import end_case, enter_signatures, take_back
from agreements.models import Signature, SignedHere
from agreements.signing import hand_in_signed, refuse_signature, sign_here
from iop.cases.machinery import Refused
from iop.cases.models import TaskKind
from iop.cases.secrecy import mark_secret
from iop.municipalities.models import User
from iop.municipalities.permissions import Role
from partners.access import give
from partners.models import Organisation, Party
from partners.reopening import reopen
from tests.cases import driver
from tests.mine import people
from tests.mine.people import at

TODAY = timezone.localdate()
OLLE = "olle@sprakbron.example"


@pytest.fixture
def olle(signing, coordinator):
    """A confirmed representative, logged in; so is the sender, or the others would not see the case."""
    people.representative(signing.case, OLLE, by=coordinator)
    people.representative(signing.case, "anna@sprakbron.example", by=coordinator, name="Anna")
    return people.logged_in(OLLE)


def said(agreement, **other) -> dict:
    who = {"name": "Olle Ordförande", "role": "ordförande", "ground": "firmatecknare enligt årsmötet", "certain": "on"}
    return {"document": agreement.for_signing_id} | who | other


def sign(client, agreement, **other):
    return client.post(at(agreement.case, "skriv-under/har/"), said(agreement, **other), follow=True)


def by_olle(signing, *, name="Olle"):
    """Signed by the representative, without a page."""
    user = User.objects.get(email=OLLE)
    who = {"name": name, "role": "ordförande", "ground": "firmatecknare", "user": user, "logged_in_at": None}
    return sign_here(signing, signing.case.parties.first(), document=str(signing.for_signing_id), **who)


def to_enter(case) -> list[str]:
    waiting = case.tasks.open().filter(kind=TaskKind.READ_ANSWER, role=Role.SECRETARY)
    return list(waiting.values_list("title", flat=True))


def entered(signing, here, **other) -> list[dict]:
    """What the official's form says: the municipality on paper, the organisation here."""
    who = {"name": "Ulla", "role": "ordförande", "ground": "firmatecknare", "signed_on": TODAY}
    return [{"party": None, **who}, {"party": here.party, "made_here": here, **who, **other}]


def test_from_the_page_to_what_an_official_enters(signing, olle, secretary):
    case, address = signing.case, at(signing.case, "skriv-under/")
    assert f'<a href="{address}">Skriv under avtalet, här eller på papper</a>, senast ' in olle.get(at(case)).text
    document = signing.for_signing.files.get()
    assert f"{address}har/" in olle.get(address).text
    assert at(case, f"fil/{document.pk}/") in olle.get(f"{address}har/").text
    for _ in range(2):  # twice is once
        page = sign(olle, signing).text
    assert "Du har skrivit under." in page and "Olle Ordförande, ordförande, har skrivit under här" in page
    assert "Inget väntar på er just nu." in page and "prövar kommunen underskrifterna och för in dem" in page
    one = SignedHere.objects.get()
    with document.file.open() as file:
        assert (one.email, one.document_sha256) == (OLLE, hashlib.sha256(file.read()).hexdigest())
    assert one.logged_in_at and one.document_sha256 in one.record.text
    proof = one.record.files.get()
    assert olle.get(at(case, f"fil/{proof.pk}/")).getvalue().startswith(b"%PDF")
    assert to_enter(case) == ["För in underskriften från Språkbron"]
    assert not Signature.objects.exists()

    desk = driver.logged_in(secretary)
    page = desk.get(f"/mora/arenden/{case.reference}/avtal/")
    assert "har skrivit under i programmet för Språkbron" in page.text
    form = page.context["sign_form"]
    assert form.fields["name_1"].disabled and form[f"ground_here_{one.pk}"].value() == "firmatecknare enligt årsmötet"
    ours = {"name_0": "Ulla", "role_0": "ordförande", "ground_0": "delegation", "signed_on_0": TODAY}
    ground = f"ground_here_{one.pk}"
    sent = ours | {"seen": form["seen"].value(), ground: "protokollet läst", "scan": driver.pdf("vart.pdf")}
    forged = {"name_1": "Någon annan", "role_1": "kung", "signed_on_1": "2020-01-01"}
    sent = {f"underskrifter-{name}": value for name, value in (sent | forged).items()}
    assert desk.post(f"/mora/arenden/{case.reference}/avtal/underskrifter/", sent).status_code == 302
    theirs = Signature.objects.get(party__isnull=False)
    assert (theirs.name, theirs.role, theirs.ground) == ("Olle Ordförande", "ordförande", "protokollet läst")
    assert (theirs.made_here, theirs.scan, theirs.signed_on) == (one, one.record, TODAY)
    assert Signature.objects.get(party=None).scan.files.get().name == "vart.pdf"
    assert to_enter(case) == []
    assert "i programmet)" in desk.get(f"/mora/arenden/{case.reference}/avtal/").text


def test_with_every_side_here_there_is_nothing_to_scan(signing, olle, secretary, coordinator):
    theirs = by_olle(signing)
    desk, address = driver.logged_in(secretary), f"/mora/arenden/{signing.case.reference}/avtal/"
    assert "Skriv under här för Mora kommun" in desk.get(address).text
    ours = {"har-document": signing.for_signing_id, "har-role": "nämndsekreterare", "har-ground": "delegation 3.1"}
    assert desk.post(f"{address}underskrifter/har/", ours).status_code == 422  # without the tick
    assert not SignedHere.objects.filter(party=None).exists()
    assert desk.post(f"{address}underskrifter/har/", ours | {"har-certain": "on"}).status_code == 302
    one = SignedHere.objects.get(party=None)
    assert (one.name, one.email, one.record.direction) == (secretary.name, secretary.email, "internal")
    form = desk.get(address).context["sign_form"]
    assert not form.fields["scan"].required
    sent = {"seen": form["seen"].value(), f"ground_here_{one.pk}": "3.1", f"ground_here_{theirs.pk}": "protokollet"}
    records = signing.case.records.count()
    sent = {f"underskrifter-{name}": value for name, value in sent.items()}
    own = desk.post(f"{address}underskrifter/", sent)  # nobody judges one's own signature
    assert own.status_code == 422 and "Låt en kollega pröva underskriften" in own.text
    assert driver.logged_in(coordinator).post(f"{address}underskrifter/", sent).status_code == 302
    assert set(Signature.objects.values_list("made_here", "ground")) == {(one.pk, "3.1"), (theirs.pk, "protokollet")}
    assert signing.case.records.count() == records


def test_one_here_and_one_on_paper_for_the_same_side_want_the_scan(signing, olle, secretary):
    by_olle(signing)
    by_olle(signing, name="Eva")
    desk, address = driver.logged_in(secretary), f"/mora/arenden/{signing.case.reference}/avtal/"
    form = desk.get(address).context["sign_form"]
    assert form.rows == {0: 1, 1: 2} and form.fields["name_1_2"].disabled
    ours = {"name_0": "Ulla", "role_0": "ordförande", "ground_0": "delegation", "signed_on_0": TODAY}
    grounds = {f"ground_here_{one.pk}": one.name for one in SignedHere.objects.all()}
    sent = ours | {"seen": form["seen"].value(), "rows_1": "2"} | grounds
    sent = {f"underskrifter-{name}": value for name, value in sent.items()}
    assert desk.post(f"{address}underskrifter/", sent).status_code == 422
    more = desk.post(f"{address}underskrifter/", sent | {"more": "1"}).context["sign_form"]
    assert more.rows == {0: 1, 1: 3} and more["name_1"].value() == "Olle"
    assert [more[name].value() for name in grounds] == ["Olle", "Eva"]
    refuse_signature(SignedHere.objects.get(name="Olle"), why="Nej.", by=secretary, absolute=driver.absolute)
    gone = desk.post(f"{address}underskrifter/", sent | {"underskrifter-scan": driver.pdf()})
    assert gone.status_code == 422 and "gäller inte längre. Läs sidan" in gone.text
    form = gone.context["sign_form"]  # what was written of Olle's right is not said of Eva's
    assert [(one.name, form[f"ground_here_{one.pk}"].value()) for one in form.made.values()] == [("Eva", "Eva")]


def test_what_came_while_the_page_was_open_is_not_entered_unseen(signing, olle, secretary):
    desk, address = driver.logged_in(secretary), f"/mora/arenden/{signing.case.reference}/avtal/"
    seen = desk.get(address).context["sign_form"]["seen"].value()
    by_olle(signing)
    both = {f"{name}_{side}": value for side in (0, 1)
            for name, value in {"name": "Ulla", "role": "r", "ground": "g", "signed_on": TODAY}.items()}  # fmt: skip
    sent = {f"underskrifter-{name}": value for name, value in (both | {"seen": seen, "scan": driver.pdf()}).items()}
    response = desk.post(f"{address}underskrifter/", sent)
    assert response.status_code == 422 and "Öppna avtalet på nytt och läs den först." in response.text
    assert not Signature.objects.exists()


def test_it_must_be_the_document_that_was_read(signing, olle, coordinator):
    stale = said(signing)
    take_back(signing, why="Fel dag.", by=coordinator, absolute=driver.absolute)
    driver.to_signing(driver.to_decision(signing, by=coordinator), by=coordinator)
    page = olle.post(at(signing.case, "skriv-under/har/"), stale)
    assert page.status_code == 422 and "Ett nytt exemplar har kommit" in page.text
    assert not SignedHere.objects.exists()
    form = page.context["form"]  # and what is sent once more is of the new one, when it has been read
    assert form["document"].value() == str(signing.for_signing_id) and not form["certain"].value()


def test_what_was_signed_counts_for_no_other_document(signing, olle, secretary, coordinator):
    here = by_olle(signing)
    take_back(signing, why="Fel dag.", by=coordinator, absolute=driver.absolute)
    assert to_enter(signing.case) == []
    driver.to_signing(driver.to_decision(signing, by=coordinator), by=coordinator)
    assert "Skriv under avtalet, här eller på papper" in olle.get(at(signing.case)).text
    with pytest.raises(Refused, match="gäller inte längre"):
        enter_signatures(signing, entered(signing, here), scan=driver.pdf(), by=secretary)


def test_one_who_may_not_sign_is_told_and_another_is_asked(signing, olle, secretary):
    here, case = by_olle(signing), signing.case
    desk = driver.logged_in(secretary)
    address = f"/mora/arenden/{case.reference}/avtal/underskrifter/{here.pk}/godta-inte/"
    assert "Skriv varför" in desk.post(address, {"why": " "}, follow=True).text
    assert "räknas inte" in desk.post(address, {"why": "Olle tecknar inte ensam."}, follow=True).text
    assert to_enter(case) == []
    page = olle.get(at(case)).text
    assert "Olle tecknar inte ensam." in page and "Skriv under avtalet, här eller på papper" in page
    assert "Någon annan har redan" in desk.post(address, {"why": "Igen."}, follow=True).text
    with pytest.raises(Refused, match="gäller inte längre"):
        enter_signatures(signing, entered(signing, here), scan=driver.pdf(), by=secretary)
    assert by_olle(signing).pk != here.pk  # and may sign anew
    too_long = desk.post(address, {"why": "x" * 5001}, follow=True)
    assert too_long.status_code == 200 and "xxx" in too_long.text


def test_only_those_of_that_organisation_are_told_and_of_what_is_secret_nothing(signing, olle, secretary, coordinator):
    neighbour = Organisation.objects.create(municipality=signing.case.municipality, name="Grannen")
    party = Party.objects.create(case=signing.case, organisation=neighbour, contact_name="Eva")
    give(party, email="eva@grannen.example", name="Eva", by=coordinator, absolute=driver.absolute)
    here = by_olle(signing)
    mark_secret(here.record, ground="OSL", by=coordinator)
    refuse_signature(here, why="Olle är under utredning.", by=secretary, absolute=driver.absolute)
    told = signing.case.records.last()
    assert OLLE in told.counterpart and "eva@grannen.example" not in told.counterpart
    assert "utredning" not in told.text + told.about and "Olle" not in told.text + told.about


def test_the_same_person_signs_once_and_is_told_how_another_role_is_put_right(signing, olle):
    sign(olle, signing)
    again = sign(olle, signing, role="kassör")
    assert again.status_code == 422 and "har redan skrivit under, som ordförande" in again.text
    assert SignedHere.objects.count() == 1


def test_who_is_no_representative_any_longer_does_not_sign(signing, olle):
    signing.case.parties.get().organisation.representatives.filter(email=OLLE).update(
        ended_on=TODAY, ended_by=signing.case.coordinator
    )
    with pytest.raises(Refused, match="Bara den som är bekräftad företrädare"):
        by_olle(signing)


def test_the_copy_that_is_handed_in_has_a_row_beside_what_was_signed_here(signing, olle, secretary):
    by_olle(signing)
    party = signing.case.parties.get()
    said = {"signer": "Kia", "role": "kassör", "signed_on": TODAY, "name": "Kia", "email": "kia@x.example"}
    hand_in_signed(signing, party, uploads=[driver.pdf()], **said)
    form = driver.logged_in(secretary).get(f"/mora/arenden/{signing.case.reference}/avtal/").context["sign_form"]
    assert (form["name_1"].value(), form["name_1_2"].value()) == ("Olle", "Kia")
    assert form.fields["name_1"].disabled and not form.fields["name_1_2"].disabled


def test_what_is_entered_is_not_refused_afterwards(signing, olle, secretary):
    here = by_olle(signing)
    enter_signatures(signing, entered(signing, here), scan=driver.pdf(), by=secretary)
    with pytest.raises(Refused, match="redan införd"):
        refuse_signature(here, why="Nej.", by=secretary, absolute=driver.absolute)
    with pytest.raises(Refused, match="redan införda"):
        by_olle(signing, name="Eva")


def test_where_two_sign_together_it_is_asked_for_until_both_have(signing, olle):
    party = signing.case.parties.get()
    type(signing).objects.filter(pk=signing.pk).update(two_sign=[party.pk])
    by_olle(signing)
    by_olle(signing, name="Kia Kassör")  # from the same mailbox
    assert "Skriv under avtalet, här eller på papper" in olle.get(at(signing.case)).text
    sign(people.logged_in("anna@sprakbron.example"), signing, name="Anna")
    assert "Inget väntar på er just nu." in olle.get(at(signing.case)).text


def test_the_sender_alone_does_not_sign(signing, anna):
    assert "bekräftad företrädare" in anna.get(at(signing.case, "skriv-under/")).text
    assert "lämna in en skannad kopia" in anna.get(at(signing.case)).text
    for response in (anna.get(at(signing.case, "skriv-under/har/")), sign(anna, signing)):
        assert response.status_code == 403
    assert not SignedHere.objects.exists()


@pytest.mark.parametrize("wrong", ["off", "case", "document"])
def test_where_it_is_not_signed_here(signing, olle, coordinator, mora, wrong):
    """The municipality has said no, or something is secret: then on paper."""
    if wrong == "off":
        mora.signs_here = False
        mora.save()
    else:
        mark_secret({"case": signing.case, "document": signing.for_signing}[wrong], ground="OSL", by=coordinator)
    if wrong == "case":  # representatives see a secret case when they are invited to it
        olle = people.logged_in("anna@sprakbron.example")
    assert "Skriv under här" not in olle.get(at(signing.case, "skriv-under/")).text
    sign(olle, signing)
    assert not SignedHere.objects.exists()
    with pytest.raises(Refused, match="går inte att skriva under här"):
        by_olle(signing)
    desk = driver.logged_in(coordinator).get(f"/mora/arenden/{signing.case.reference}/avtal/")
    assert "Skriv under här för" not in desk.text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"certain": ""}, "Kryssa i rutan för att skriva under."),
        ({"role": " "}, 'class="errors"'),
        ({"ground": "x" * 201}, 'class="errors"'),
        ({"document": "1e9"}, "Ett nytt exemplar har kommit"),
        ({"document": "9" * 20}, "Ett nytt exemplar har kommit"),
    ],
)
def test_what_is_wrong_is_told(signing, olle, wrong, told):
    response = sign(olle, signing, **wrong)
    assert response.status_code == 422 and told in response.text
    assert not SignedHere.objects.exists()


def test_a_secret_signature_is_named_in_no_task_and_shown_to_few(signing, olle, coordinator, secretary):
    mark_secret(by_olle(signing).record, ground="OSL", by=coordinator)
    assert to_enter(signing.case) == ["För in underskriften"]
    page = driver.logged_in(secretary).get(f"/mora/arenden/{signing.case.reference}/avtal/").text
    assert "har skrivit under i programmet" not in page
    assert "har skrivit under här" not in olle.get(at(signing.case)).text


def test_the_proof_says_who_signed_what_and_when(signing, olle):
    sign(olle, signing, name="<b>Olle</b> {{ 7 }}", role="{% now %}")
    one = SignedHere.objects.select_related("record").get()
    with one.record.files.get().file.open() as file:
        told = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages).split())
    at_, since = timezone.localtime(one.at), timezone.localtime(one.logged_in_at)
    file = signing.for_signing.files.get()
    assert "<b>Olle</b> {{ 7 }}, {% now %} " in told
    assert f"{file.name}, handling {signing.for_signing.number} i akten" in told
    assert file.file.sha256 in told.replace(" ", "")
    assert f"klockan {at_:%H.%M.%S}" in told and f"klockan {since:%H.%M}, med en engångskod" in told
    assert "firmatecknare enligt årsmötet" in told and f"Inloggad som {OLLE}" in told
    assert "Olle Ordförande, ordförande (protokoll)" in told
    assert "<b>Olle</b>" not in olle.get(at(signing.case)).text


def test_when_it_is_entered_both_sides_see_it(signing, olle, secretary):
    here, case = by_olle(signing), signing.case
    enter_signatures(signing, entered(signing, here, ground="protokollet läst"), scan=driver.pdf(), by=secretary)
    for page in (olle.get(at(case)).text, olle.get("/mina-sidor/").text):
        assert "Avtalet är undertecknat av alla och börjar snart gälla" in page
    assert "Fler som skriver under" not in olle.get(at(case)).text
    assert olle.get(at(case, "skriv-under/har/"))["Location"] == at(case)
    scan = Signature.objects.get(party=None).scan  # signed on paper by the municipality alone
    assert (scan.direction, scan.counterpart) == ("internal", "")
    events = driver.logged_in(secretary).get(f"/mora/arenden/{case.reference}/handelser/").text
    assert "Underskriften av Olle för Språkbron fördes in" in events and "protokollet läst" in events


def test_what_the_caller_says_of_one_made_here_does_not_count(signing, olle, secretary):
    here = by_olle(signing)
    enter_signatures(signing, entered(signing, here, name="Ulla", role="kung"), scan=driver.pdf(), by=secretary)
    theirs = Signature.objects.get(made_here=here)
    assert (theirs.name, theirs.role, theirs.party, theirs.signed_on) == ("Olle", "ordförande", here.party, TODAY)


def test_after_reopening_nothing_of_the_old_agreement_is_to_be_entered(signing, olle, coordinator):
    by_olle(signing)
    end_case(signing.case, outcome="withdrawn", why="", by=coordinator)
    reopen(signing.case, why="De vill ändå.", by=coordinator, absolute=driver.absolute)
    assert to_enter(signing.case) == []


def test_a_refusal_needs_an_agreement_that_lies_for_signing(signing, olle, secretary, coordinator):
    here = by_olle(signing)
    take_back(signing, why="Fel dag.", by=coordinator, absolute=driver.absolute)
    with pytest.raises(Refused, match="ligger inte längre för undertecknande"):
        refuse_signature(here, why="Nej.", by=secretary, absolute=driver.absolute)


@pytest.mark.parametrize("field", ["name", "role", "ground"])
def test_who_signs_is_written_with_letters(signing, olle, field):
    response = sign(olle, signing, **{field: "🎉🎉"})
    assert response.status_code == 422 and "Skriv med bokstäver." in response.text

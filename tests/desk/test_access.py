"""Who gets in: every address × everybody. What is not in these tables does not exist."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from agreements.models import DraftComment, SharedDraft, SignedHere
from initiatives.meetings import Agreed, add_point, note_meeting
from initiatives.people import Person
from iop.cases.actions import add_record, edit_facts
from iop.cases.disclosures import hand_out
from iop.cases.duties import begin, duties_of
from iop.cases.links import link
from iop.cases.models import LetterTemplate, RecordFile
from iop.cases.recusals import state
from iop.cases.statements import ask_statement, return_statement
from iop.desk.models import SavedFilter
from iop.municipalities.models import Membership, User
from iop.municipalities.permissions import Role
from iop.rulesets.drafting import publish, start_draft
from iop.rulesets.models import RuleSetVersion
from partners.messages import write
from partners.representatives import confirm
from tests.cases import driver

ROOT = Path(__file__).resolve().parents[2]

# Addresses for those outside and for everybody -> the tests that hold who gets in there.
OUTSIDE = {
    "tests/portal/test_public_pages.py": {
        *("home", "municipality", "guideline", "guideline_pdf", "colours", "page_what", "page_way", "page_contact"),
        *("page_accessibility", "page_privacy", "report_fault"),
    },
    "tests/portal/test_compare.py": {"compare"},
    "tests/portal/test_fits.py": {"fits"},
    "tests/portal/test_health.py": {"health"},
    "tests/portal/test_login.py": {"login", "logout", "admin_login"},
    "tests/portal/test_register.py": {
        *("register", "partnership", "register_csv", "register_json", "register_schema", "register_feed"),
    },
    "tests/demo/test_letters.py": {"demo_letters", "demo_letter"},
    "tests/partners/test_declaration.py": {"declaration"},
    "tests/desk/test_letters.py": {"reply", "reply_file"},
    "tests/desk/test_calendar.py": {"calendar_feed"},
    "tests/initiatives/test_new.py": {"initiative_new"},
    "tests/initiatives/test_draft.py": {
        *("draft", "draft_open", "draft_send", "draft_link_again", "draft_link_change", "draft_invite", "draft_revoke"),
        *("draft_files", "draft_file_new", "draft_file_piece"),
    },
    "tests/initiatives/test_attachments.py": {"draft_file_remove"},
    "tests/initiatives/test_receipt.py": {"receipt", "receipt_pdf"},
    "tests/mine/test_login.py": {"account_request_login_code", "account_confirm_login_code"},
    "tests/mine/test_doors.py": {
        *("mine", "mine_case", "mine_file", "mine_write", "mine_answer", "mine_paper", "mine_declaration"),
        *("mine_draft", "mine_withdraw", "mine_people", "mine_end_access", "mine_end_representative"),
        *("mine_agree", "mine_questions", "mine_sign", "mine_sign_here", "mine_report"),
    },
}

C, S, A, ADM = Role.COORDINATOR, Role.SECRETARY, Role.ADVISER, Role.ADMINISTRATOR
ALL = set(Role)

LISTS = {"worklist", "case_list", "organisation_list", "organisation", "agreement_list", "followup_list", "statistics"}
LISTS |= {"export_list"}
LISTS |= {"calendar"}
TABS = {
    "publication",
    "case",
    "checklist",
    "parties",
    "statements",
    "letters",
    "agreement",
    "follow_ups",
    "record_list",
    "timeline",
}
# What is read -> those who may. What is sent from the same page stands among the acts too.
PAGES = dict.fromkeys(LISTS | TABS | {"agreement_pdf", "record_file", "record_list_pdf", "newer_rules"}, ALL)
PAGES |= dict.fromkeys(["hand_out", "handed_out", "handed_out_pdf", "handed_out_zip"], {C, S})
PAGES |= dict.fromkeys(["facts", "close_case", "write_letter", "case_links", "merge_case", "record_secrecy"], {C})
PAGES |= {"register_initiative": {C}}
PAGES |= dict.fromkeys(["edit_organisation", "choose_organisation", "merge_organisation"], {C, ADM})
PAGES |= dict.fromkeys(["letter_templates", "letter_template", "public_pages", "edit_page", "edit_contact"], {ADM})
PAGES |= {"edit_form_words": {ADM}}
PAGES |= dict.fromkeys(["rule_sets", "rule_set", "export_rule_set", "rule_set_settings", "preview_rule_set"], {ADM})
PAGES |= dict.fromkeys(["rule_set_differences", "try_rule_set", "publish_rule_set", "rule_set_row"], {ADM})

# What is sent -> those who may, and what an empty form (or, where it says so, a named rule) gives them.
ACTS = {
    "receive": ({C}, 302),
    "assign": ({C}, 422),
    "diary_number": ({C, S}, 302),
    "facts": ({C}, 422),
    "start_dialogue": ({C}, 302),
    "begin_writing": ({C}, 302),
    "send_to_decision": ({C}, 302),
    "take_back": ({C}, 302),
    "reopen": ({C}, 302),
    "enter_into_force": ({C}, 302),
    "override": ({C}, 302),
    "back_to_assessment": ({C}, 302),
    "secrecy": ({C}, 422),
    "clear_people": ({C}, 422),
    "open_up": ({C}, 302),
    "save_answer": ({C}, 302),
    "judge_form": ({C}, 422),
    "new_party": ({C}, 422),
    "new_public_body": ({C}, 422),
    "edit_party": ({C}, 422),
    "party_leaves": ({C}, 302),
    "paper_came": ({C}, 422),
    "paper_reviewed": ({C}, 422),
    "declaration_sent": ({C}, 422),
    "ruling": ({C, S}, 422),
    "new_contribution": ({C}, 422),
    "remove_contribution": ({C}, 302),
    "new_support": ({C}, 422),
    "ask_statement": ({C}, 422),
    "answer_statement": ({C, A}, 422),
    "return_statement": ({C, A}, 302),
    "remind_statement": ({C}, 302),
    "remind_letter": ({C}, 302),
    "settle_letter": ({C}, 302),
    "new_meeting": ({C}, 422),
    "meeting_held": ({C}, 422),
    "meeting_moved": ({C}, 422),
    "meeting_cancelled": ({C}, 422),
    "send_invitation": ({C}, 302),
    "add_participant": ({C}, 422),
    "remove_participant": ({C}, 302),
    "remove_written": ({C}, 302),
    "add_agreed_point": ({C}, 422),
    "tick_agreed_point": ({C}, 302),
    "name_participants": ({C, A}, 422),
    "send_round": ({C}, 422),
    "settle_round": ({C}, 302),
    "remind_round": ({C}, 302),
    "write_position": ({C, A}, 422),
    "save_term": ({C}, 422),
    "new_point": ({C}, 422),
    "save_point": ({C}, 422),
    "remove_point": ({C}, 302),
    "save_decision": ({C, S}, 422),
    "save_signatures": ({C, S}, 422),
    "let_sign_here": ({ADM}, 302),
    "sign_here": ({C, S}, 422),
    "refuse_signature": ({C, S}, 302),
    "follow_up_held": ({C}, 422),
    "extend": ({C}, 422),
    "save_publication": ({C}, 422),
    "publish": ({C}, 302),
    "take_back_publication": ({C}, 302),
    "new_record": ({C, S}, 422),
    "give_access": ({C}, 302),
    "end_access": ({C}, 302),
    "read_message": ({C}, 302),
    "share_draft": ({C}, 302),
    "take_wording": ({C}, 302),
    "read_comments": ({C}, 302),
    "record_secrecy": ({C}, 422),
    "open_record": ({C}, 302),
    "newer_rules": ({C}, 200),
    "close_case": ({C}, 422),
    "write_letter": ({C}, 422),
    "settle_statement": ({C}, 302),
    "state_recusal": (ALL, 422),
    "another_coordinator": ({C, ADM}, 422),
    "lift_recusal": ({ADM}, 302),
    "link_case": ({C}, 422),
    "unlink_case": ({C}, 302),
    "merge_case": ({C}, 422),
    "hand_out": ({C, S}, 422),
    "confirm_representative": ({C}, 422),
    "end_representative": ({C}, 302),
    "edit_organisation": ({C, ADM}, 422),
    "merge_organisation": ({C, ADM}, 422),
    # of no case
    "register_initiative": ({C}, 200),
    "assign_coordinator": ({C, ADM}, 302),
    "export_chosen": (ALL, 302),
    "save_filter": (ALL, 302),
    "share_filter": ({C}, 302),
    "remove_filter": ({C, ADM}, 302),
    "new_calendar_address": (ALL, 200),
    "revoke_calendar_address": (ALL, 302),
    "begin_duty": ({C, ADM}, 422),
    "finish_duty": ({C, ADM}, 422),
    "letter_templates": ({ADM}, 200),
    "letter_template": ({ADM}, 200),
    "edit_page": ({ADM}, 200),
    "edit_contact": ({ADM}, 200),
    "edit_form_words": ({ADM}, 200),
    "begin_rule_set": ({ADM}, 302),
    "rule_set_settings": ({ADM}, 200),
    "set_rule_set_aside": ({ADM}, 302),
    "restore_rule": ({ADM}, 302),
    "end_addition": ({ADM}, 302),
    "publish_rule_set": ({ADM}, 200),
    "add_rule": ({ADM}, 302),
    "rule_set_row": ({ADM}, 200),
    "move_rule": ({ADM}, 302),
    "remove_rule": ({ADM}, 302),
}
REFUSED = {"share_filter": 404, "remove_filter": 404}  # a colleague's; all else is 403
SENT = {"get": PAGES, "post": ACTS}
RULES = {"paper_came": "MOR-53", "paper_reviewed": "MOR-53", "declaration_sent": "MOR-59"}


def entries(resolver=None) -> Iterator[URLPattern]:
    """Every address of the program's own."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif entry.namespace != "admin":
            yield from entries(entry)


@pytest.fixture
def addresses(in_force, adviser, coordinator, administrator) -> dict[str, str]:
    """An address of each name, all about one case of Mora's; the adviser's unit is affected by it."""
    case = in_force.case
    edit_facts(case, {"affected_units": [adviser.membership_in(case.municipality_id).unit]}, by=coordinator)
    document = {"document": in_force.for_signing, "record": in_force.for_signing}
    made_here = SignedHere.objects.create(agreement=in_force, name="Anna", role="r", ground="g", **document)
    meeting, in_a_week = case.meetings.first(), timezone.localdate() + timedelta(days=7)
    point = add_point(meeting, Agreed("Fråga rektorn", "Karin", in_a_week), by=coordinator)
    to_come = note_meeting(case, name="Samtal", day=in_a_week, people=[Person("Anna")], by=coordinator)
    party, follow_up = case.parties.get(), in_force.follow_ups.get()
    letter = driver.write_to(case, by=coordinator)
    own = {
        "organisation": [party.organisation_id],
        "record_secrecy": [case.reference, case.records.last().number],
        "open_record": [case.reference, case.records.last().number],
        "export_list": ["avtal"],
        "agreement_pdf": [case.reference, in_force.number],
        "record_file": [case.reference, RecordFile.objects.filter(record__case=case).first().pk],
        "remove_contribution": [case.reference, case.contributions.first().pk],
        "answer_statement": [case.reference, case.statements.first().pk],
        "return_statement": [case.reference, case.statements.first().pk],
        "remind_statement": [case.reference, case.statements.first().pk],
        "remind_letter": [case.reference, letter.pk],
        "settle_letter": [case.reference, letter.pk],
        "save_point": [case.reference, in_force.points.first().pk],
        "remove_point": [case.reference, in_force.points.first().pk],
        "refuse_signature": [case.reference, made_here.pk],
        "follow_up_held": [case.reference, follow_up.pk],
    }
    own |= {
        "remove_participant": [case.reference, to_come.people.get().pk],
        "tick_agreed_point": [case.reference, point.pk],
        "name_participants": [case.reference, case.rounds.get().pk],
        "send_round": [case.reference, case.rounds.get().pk],
        "settle_round": [case.reference, case.rounds.get().pk],
        "remind_round": [case.reference, case.rounds.get().pk],
        "write_position": [case.reference, case.rounds.get().pk],
    }
    draft = SharedDraft.objects.create(agreement=in_force, record=letter.record, shared_by=coordinator)
    said = DraftComment.objects.create(draft=draft, party=party, kind="agreed", record=letter.record)
    own["take_wording"] = [case.reference, said.pk]
    message = write(party, subject="Hej", text="En fråga", name="Anna", email="anna@sprakbron.example")
    own |= {"read_message": [case.reference, message.pk], "end_access": [case.reference, party.accesses.get().pk]}
    of_a_party = {
        "give_access",
        "edit_party",
        "party_leaves",
        "paper_came",
        "paper_reviewed",
        "declaration_sent",
        "ruling",
    }
    own |= {name: [case.reference, party.pk] for name in of_a_party}
    of_a_meeting = {"meeting_held", "meeting_moved", "meeting_cancelled", "send_invitation"}
    of_a_meeting |= {"add_participant", "add_agreed_point", "remove_written"}
    own |= {name: [case.reference, case.meetings.first().pk] for name in of_a_meeting}
    returned = ask_statement(case, outside="Regionen", question="Vad anser ni?", due=in_a_week, by=coordinator)
    other = driver.to_assessment(driver.send_in(case.municipality, title="Ett ärende till"), by=coordinator)
    given = hand_out(case, [letter.record], asked="Brevet", to="anonym", timeline=False, by=coordinator)
    own |= dict.fromkeys(["handed_out", "handed_out_pdf", "handed_out_zip"], [case.reference, given.pk])
    own |= {
        "settle_statement": [case.reference, return_statement(returned, why="Jäv", name="Rut", by=coordinator).pk],
        "lift_recusal": [
            case.reference,
            state(case, driver.person("Jan", case.municipality, A), why="", by=administrator).pk,
        ],
        "unlink_case": [case.reference, link(case, driver.send_in(case.municipality), by=coordinator).pk],
        "merge_case": [case.reference, other.reference],
    }
    organisation, anna = party.organisation, {"phone": "", "role": "ordförande", "ground": "protokoll"}
    one = confirm(organisation, name="Anna", email="anna@sprakbron.example", by=coordinator, **anna)
    own |= {"confirm_representative": [organisation.pk], "end_representative": [organisation.pk, one.pk]}
    own |= dict.fromkeys(["edit_organisation", "choose_organisation"], [organisation.pk])
    own |= {"merge_organisation": [organisation.pk, driver.join(other, "Byalaget", 9).organisation_id]}
    own |= _of_the_municipality(case.municipality, coordinator, administrator)
    found = {}
    for name in PAGES.keys() | ACTS.keys():
        args = own.get(name, [] if name in LISTS else [case.reference])
        found[name] = reverse(name, args=["mora", *args])
    return found


def _of_the_municipality(mora, coordinator, administrator) -> dict[str, list]:
    """Rules newer than those of the case, a draft of still newer ones, and what else belongs to no case."""
    rules = RuleSetVersion.objects.in_force(mora).get().content
    rules["title"] = "Ny riktlinje"
    newer = start_draft(mora, by=administrator, content=rules)
    publish(newer, adopted_by="KF", adopted_on=newer.created_at.date(), paragraph="1", by=administrator)
    draft = start_draft(mora, by=administrator, content=rules).number
    letters = LetterTemplate.objects.create(municipality=mora, name="Tack", subject="Tack", text="Tack!")
    shared = SavedFilter.objects.create(municipality=mora, owner=coordinator, list="arenden", name="Mina", shared=True)
    rule = next(rule for rule in duties_of(RuleSetVersion.objects.in_force(mora).get().rules) if rule.key == "MOR-22")
    own = dict.fromkeys(["rule_sets", "begin_rule_set", "letter_templates", "public_pages", "register_initiative"], [])
    own |= {"let_sign_here": []}
    own |= dict.fromkeys(["assign_coordinator", "new_calendar_address", "revoke_calendar_address"], [])
    own |= dict.fromkeys(["export_chosen", "save_filter"], ["arenden"])
    own |= dict.fromkeys(["share_filter", "remove_filter"], [shared.pk])
    own |= dict.fromkeys(["rule_set", "export_rule_set", "rule_set_settings", "preview_rule_set"], [draft])
    own |= dict.fromkeys(["rule_set_differences", "try_rule_set", "publish_rule_set", "end_addition"], [draft])
    own |= dict.fromkeys(["set_rule_set_aside", "restore_rule"], [draft])
    own |= dict.fromkeys(["rule_set_row", "move_rule", "remove_rule"], [draft, "criteria", "MOR-39"])
    own |= {"add_rule": [draft, "criteria"], "letter_template": [letters.pk]}
    own |= {"edit_page": ["contact"], "edit_contact": ["faults"], "edit_form_words": ["iden"], "begin_duty": [rule.key]}
    return own | {"finish_duty": [begin(mora, rule, because="Ny riktlinje").pk]}


def status(client, method: str, name: str, address: str) -> int:
    """The answer, with whatever it did undone."""
    with transaction.atomic():
        data = {"rule": RULES[name]} if name in RULES and method == "post" else {}
        response = getattr(client, method)(address, data)
        if response.streaming:
            response.getvalue()  # reads the file to its end, which closes it
        transaction.set_rollback(True)
    return response.status_code


Ways = dict[tuple[str, str], int]  # (method, name) -> the answer


def statuses(addresses, user) -> Ways:
    """What each page answers when it is read, and each act when it is sent."""
    client = driver.logged_in(user)
    return {
        (method, name): status(client, method, name, address)
        for name, address in addresses.items()
        for method, known in SENT.items()
        if name in known
    }


def expected(*, read: int, sent: int, addresses=(*PAGES, *ACTS)) -> Ways:
    """The same answer everywhere."""
    pages = {("get", name): read for name in PAGES if name in addresses}
    return pages | {("post", name): sent for name in ACTS if name in addresses}


def expected_of(role) -> Ways:
    pages = {("get", name): 200 if role in roles else 403 for name, roles in PAGES.items()}
    return pages | {
        ("post", name): code if role in roles else REFUSED.get(name, 403) for name, (roles, code) in ACTS.items()
    }


def about_a_case(addresses) -> set[str]:
    """What somebody with jäv must not do; who represents an organisation sees all its cases."""
    return {name for name, address in addresses.items() if re.search("/(arenden/IOP-|organisationer/[0-9])", address)}


def test_every_address_for_officials_stands_in_the_table():
    """A new one without a row fails here."""
    assert {entry.name for entry in entries() if hasattr(entry.callback, "act")} == PAGES.keys() | ACTS.keys()


def test_every_other_address_has_a_test_that_holds_it():
    others = [entry for entry in entries() if not hasattr(entry.callback, "act")]
    assert sorted(entry.name for entry in others) == sorted(name for held in OUTSIDE.values() for name in held)
    routes = {entry.name: str(entry.pattern) for entry in others}
    unheard_of = []
    for file, held in OUTSIDE.items():
        text = (ROOT / file).read_text()
        for name in held:
            words = [f'"{name}"', *(part for part in re.split("<[^>]*>", routes[name]) if len(part) > 1)]
            if routes[name] and not any(word in text for word in words):
                unheard_of.append((file, name))
    assert unheard_of == []


@pytest.mark.parametrize("role", Role.values)
def test_each_role(addresses, cast, role):
    assert statuses(addresses, cast[role]) == expected_of(role)


@pytest.mark.parametrize("role", Role.values)
def test_each_role_with_jav_reads_and_does_nothing(addresses, cast, role, in_force):
    state(in_force.case, cast[role], why="", by=cast[role])
    held = {("post", name): 403 for name in about_a_case(addresses) & ACTS.keys()}
    assert statuses(addresses, cast[role]) == expected_of(role) | held


def test_nobody_logged_in(addresses):
    assert statuses(addresses, None) == expected(read=302, sent=403)
    client = driver.logged_in(None)
    for name in PAGES:
        assert client.get(addresses[name])["Location"] == f"/logga-in/?next={addresses[name]}"


def test_for_strangers_nothing_exists(addresses, gavle):
    """Those of another municipality, those without a role, and one who runs the installation."""
    strangers = [driver.person("Gun Granne", gavle, role) for role in Role]
    strangers.append(User.objects.create_user("ny@mora.example", "ett-langt-losenord", name="Ny"))
    strangers.append(User.objects.create_superuser("drift@mora.example", "ett-langt-losenord", name="Drift"))
    for stranger in strangers:
        assert statuses(addresses, stranger) == expected(read=404, sent=404)


def test_under_another_municipalitys_address_nothing_exists(addresses, coordinator, gavle):
    """Neither for Mora's people nor, of what has a number, for those who work there."""
    for slug in ("gavle", "atlantis"):
        moved = {name: address.replace("/mora/", f"/{slug}/", 1) for name, address in addresses.items()}
        assert statuses(moved, coordinator) == expected(read=404, sent=404)
    numbered = {name: address.replace("/mora/", "/gavle/") for name, address in addresses.items()}
    numbered = {name: address for name, address in numbered.items() if re.search("[/-][0-9]", address)}
    for role in (C, ADM):
        found = statuses(numbered, driver.person("Gun Granne", gavle, role))
        may = {way for way, code in expected_of(role).items() if code not in (403, 404)}
        assert {code for way, code in found.items() if way in may} == {404}
        assert set(found.values()) <= {403, 404}


def test_what_belongs_to_another_case_is_not_found(addresses, in_force, mora, coordinator, administrator):
    """The number of a party, a file or a point opens it under its own case alone."""
    case, other = in_force.case, driver.send_in(mora, title="Ett annat ärende")
    moved = {
        name: address.replace(case.reference, other.reference)
        for name, address in addresses.items()
        if re.search(rf"/{case.reference}/.*[0-9]", address) and name != "merge_case"
    }
    assert set(moved) == {
        "agreement_pdf", "record_file", "record_secrecy", "open_record", "handed_out", "handed_out_pdf",
        "handed_out_zip", "remove_contribution", "answer_statement", "return_statement", "remind_statement",
        "settle_statement", "remind_letter", "settle_letter", "meeting_held", "meeting_moved", "meeting_cancelled",
        "send_invitation", "add_participant", "remove_participant", "remove_written", "add_agreed_point",
        "tick_agreed_point", "name_participants", "send_round", "settle_round", "remind_round", "write_position",
        "save_point", "remove_point", "refuse_signature", "follow_up_held",
        "edit_party", "party_leaves", "paper_came", "paper_reviewed", "declaration_sent", "ruling", "give_access",
        "end_access", "read_message", "take_wording", "unlink_case", "lift_recusal",
    }  # fmt: skip
    lift = {"lift_recusal": moved.pop("lift_recusal")}
    assert statuses(moved, coordinator) == expected(read=404, sent=404, addresses=moved)
    assert statuses(lift, administrator) == {("post", "lift_recusal"): 404}


def test_other_methods_are_refused(addresses, coordinator, administrator):
    """What is only sent leads to its case."""
    of_cases = about_a_case(addresses)
    clients = {True: driver.logged_in(coordinator), False: driver.logged_in(administrator)}
    for name, address in addresses.items():
        roles = PAGES[name] if name in PAGES else ACTS[name][0]
        client = clients[C in roles]
        if name not in ACTS:
            assert status(client, "post", name, address) == 405, name
        if name not in PAGES:
            leads = name in of_cases and "/arenden/" in address
            assert status(client, "get", name, address) == (302 if leads else 405), name
        assert {status(client, method, name, address) for method in ("put", "delete")} == {405}, name


@pytest.mark.parametrize("reference", ["IOP-2026-9999", "IOP-0-0", "%00", "..", "åäö", "x" * 500])
def test_a_case_that_is_not_there(coordinator, reference):
    assert driver.logged_in(coordinator).get(f"/mora/arenden/{reference}/").status_code == 404


def test_an_adviser_answers_for_the_own_unit_alone(assessed, adviser, coordinator):
    due = timezone.localdate() + timedelta(days=7)
    units = assessed.municipality.units
    codes = {}
    for name in ("Upphandlingsenheten", "Kommunikationsenheten"):
        asked = ask_statement(assessed, unit=units.get(name=name), question="Vad anser ni?", due=due, by=coordinator)
        address = f"/mora/arenden/{assessed.reference}/yttranden/{asked.pk}/svara/"
        codes[name] = driver.logged_in(adviser).post(address, {}).status_code
    assert codes == {"Upphandlingsenheten": 422, "Kommunikationsenheten": 403}
    page = driver.logged_in(adviser).get(f"/mora/arenden/{assessed.reference}/yttranden/").text
    assert page.count("För in svaret") == 1


def test_one_with_a_role_in_two_municipalities_has_each_where_it_belongs(assessed, coordinator, gavle):
    Membership.objects.create(user=coordinator, municipality=gavle, role=Role.READER)
    case = driver.send_in(gavle)
    client = driver.logged_in(coordinator)
    assert client.get(f"/gavle/arenden/{case.reference}/").status_code == 200
    assert client.post(f"/gavle/arenden/{case.reference}/ta-emot/").status_code == 403
    assert client.get(assessed.get_absolute_url()).status_code == 200


# A file is served for those who may see its case, as the kind it is


def test_a_file_is_served_as_what_it_is(case, coordinator, reader):
    record = add_record(case, direction="in", about="Stadgar", uploads=[driver.pdf()], by=coordinator)
    address = reverse("record_file", args=["mora", case.reference, record.files.get().pk])
    response = driver.logged_in(reader).get(address)
    assert response.getvalue() == driver.PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == 'inline; filename="stadgar.pdf"'


@pytest.mark.parametrize("role", Role.values)
def test_buttons_are_shown_to_those_who_may(assessed, cast, role):
    page = driver.logged_in(cast[role]).get(f"/mora/arenden/{assessed.reference}/parter/").text
    assert ("Anteckna en insats" in page) == (role == Role.COORDINATOR)

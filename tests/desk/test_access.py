"""Who gets in: every address × everybody. What is not in these tables does not exist."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from agreements.models import DraftComment, SharedDraft
from initiatives.meetings import Agreed, add_point, note_meeting
from initiatives.people import Person
from iop.cases.actions import add_record, ask_statement, edit_facts
from iop.cases.models import RecordFile
from iop.cases.recusals import state
from iop.municipalities.models import Membership, User
from iop.municipalities.permissions import Role
from partners.messages import write
from tests.cases import driver

PUBLIC = {"home", "compare", "fits", "health", "login", "logout", "demo_letters", "demo_letter", "declaration"}
PUBLIC |= {"municipality", "colours", "guideline", "guideline_pdf", "initiative_new", "receipt", "reply", "reply_file"}
PUBLIC |= {"page_what", "page_way", "page_contact", "page_accessibility", "page_privacy", "report_fault"}
PUBLIC |= {"register", "partnership", "register_csv", "register_json", "register_schema", "register_feed"}
PUBLIC |= {"draft", "draft_send", "draft_link_again", "draft_invite", "draft_revoke"}  # tests/initiatives/test_draft.py
PUBLIC |= {"draft_files", "draft_file_new", "draft_file_piece", "draft_file_remove"}  # test_attachments.py
PUBLIC |= {"receipt_pdf"}  # tests/initiatives/test_receipt.py
PUBLIC |= {"calendar_feed"}  # tests/desk/test_calendar.py

EDITOR = {"rule_sets", "begin_rule_set", "rule_set", "export_rule_set", "set_rule_set_aside", "rule_set_settings"}
EDITOR |= {"restore_rule", "preview_rule_set", "rule_set_differences", "try_rule_set", "publish_rule_set", "add_rule"}
EDITOR |= {"end_addition", "rule_set_row", "move_rule", "remove_rule"}  # tests/administration/test_access.py
OTHERS = {"newer_rules"}  # tests/desk/test_newer_rules.py
OTHERS |= {"close_case"}  # tests/desk/test_ending.py
OTHERS |= {"letter_templates", "letter_template"}  # tests/administration/test_letter_templates.py
OTHERS |= {"leave_statement"}  # tests/desk/test_letters.py
OTHERS |= {"write_letter"}  # tests/desk/test_letters.py
OTHERS |= {"state_recusal", "lift_recusal"}  # tests/desk/test_recusals.py
OTHERS |= {"register_initiative", "case_links", "link_case", "unlink_case", "merge_case"}  # tests/desk/test_intake.py
OTHERS |= {"confirm_representative", "end_representative"}  # tests/desk/test_representatives.py
OTHERS |= {"hand_out", "handed_out", "handed_out_pdf", "handed_out_zip"}  # tests/desk/test_case_file.py
OTHERS |= {"public_pages", "edit_page", "edit_contact"}  # tests/administration/test_public_pages.py
OTHERS |= {"mine", "mine_case", "mine_file", "mine_write", "mine_answer", "mine_paper", "mine_declaration"}
OTHERS |= {"mine_draft", "mine_withdraw", "mine_people", "mine_end_access", "mine_end_representative"}
OTHERS |= {"account_request_login_code", "account_confirm_login_code"}  # tests/mine/
OTHERS |= {"edit_organisation", "choose_organisation", "merge_organisation"}  # tests/desk/test_merged_organisations.py
OTHERS |= {"begin_duty", "finish_duty"}  # tests/desk/test_statistics.py
OTHERS |= {"new_calendar_address", "revoke_calendar_address"}  # tests/desk/test_calendar.py

OF_LISTS = {"export_chosen", "save_filter", "share_filter", "remove_filter", "assign_coordinator"}  # test_assign.py

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
PAGES = LISTS | TABS | {"agreement_pdf", "record_file", "record_list_pdf"}

C, S, A = Role.COORDINATOR, Role.SECRETARY, Role.ADVISER
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
    "clear_people": ({C}, 302),
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
    "add_agreed_point": ({C}, 422),
    "tick_agreed_point": ({C}, 302),
    "name_participants": ({C, A}, 422),
    "remind_round": ({C}, 302),
    "write_position": ({C, A}, 422),
    "save_term": ({C}, 422),
    "new_point": ({C}, 422),
    "save_point": ({C}, 422),
    "remove_point": ({C}, 302),
    "save_decision": ({C, S}, 422),
    "save_signatures": ({C, S}, 422),
    "follow_up_held": ({C}, 422),
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
    "record_secrecy": ({C}, 302),
    "open_record": ({C}, 302),
}
RULES = {"paper_came": "MOR-53", "paper_reviewed": "MOR-53", "declaration_sent": "MOR-59"}


def names(resolver=None) -> set[str]:
    """Every address of the program's own."""
    found = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            found.add(entry.name)
        elif entry.namespace != "admin":
            found |= names(entry)
    return found


@pytest.fixture
def addresses(in_force, adviser, coordinator) -> dict[str, str]:
    """An address of each name, all about one case of Mora's; the adviser's unit is affected by it."""
    case = in_force.case
    edit_facts(case, {"affected_units": [adviser.membership_in(case.municipality_id).unit]}, by=coordinator)
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
        "follow_up_held": [case.reference, follow_up.pk],
    }
    own |= {
        "remove_participant": [case.reference, to_come.people.get().pk],
        "tick_agreed_point": [case.reference, point.pk],
        "name_participants": [case.reference, case.rounds.get().pk],
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
    of_a_meeting |= {"add_participant", "add_agreed_point"}
    own |= {name: [case.reference, case.meetings.first().pk] for name in of_a_meeting}
    found = {}
    for name in PAGES | ACTS.keys():
        args = own.get(name, [] if name in LISTS else [case.reference])
        found[name] = reverse(name, args=["mora", *args])
    return found


def status(client, method: str, name: str, address: str) -> int:
    """The answer, with whatever it did undone."""
    with transaction.atomic():
        data = {"rule": RULES[name]} if name in RULES and method == "post" else {}
        response = getattr(client, method)(address, data)
        if response.streaming:
            response.getvalue()  # reads the file to its end, which closes it
        transaction.set_rollback(True)
    return response.status_code


def statuses(addresses, user) -> dict[str, int]:
    client = driver.logged_in(user)
    return {
        name: status(client, "get" if name in PAGES else "post", name, address) for name, address in addresses.items()
    }


def test_every_address_stands_in_a_table():
    assert names() == PUBLIC | EDITOR | OTHERS | OF_LISTS | PAGES | ACTS.keys()


@pytest.mark.parametrize("role", Role.values)
def test_each_role(addresses, cast, role):
    expected = dict.fromkeys(PAGES, 200)
    expected |= {name: code if role in roles else 403 for name, (roles, code) in ACTS.items()}
    assert statuses(addresses, cast[role]) == expected


@pytest.mark.parametrize("role", Role.values)
def test_each_role_with_jav_reads_and_does_nothing(addresses, cast, role, in_force, administrator):
    state(in_force.case, cast[role], why="", by=cast[role])
    assert statuses(addresses, cast[role]) == dict.fromkeys(PAGES, 200) | dict.fromkeys(ACTS, 403)


def test_the_form_of_facts_opens_for_those_who_may_send_it(addresses, cast):
    opened = {role: status(driver.logged_in(user), "get", "facts", addresses["facts"]) for role, user in cast.items()}
    assert opened == dict.fromkeys(cast, 403) | {C: 200}


def test_nobody_logged_in(addresses):
    assert statuses(addresses, None) == dict.fromkeys(PAGES, 302) | dict.fromkeys(ACTS, 403)
    client = driver.logged_in(None)
    for name in PAGES:
        assert client.get(addresses[name])["Location"] == f"/logga-in/?next={addresses[name]}"


def test_for_strangers_nothing_exists(addresses, gavle):
    """Those of another municipality, those without a role, and one who runs the installation."""
    strangers = [driver.person("Gun Granne", gavle, role) for role in Role]
    strangers.append(User.objects.create_user("ny@mora.example", "ett-langt-losenord", name="Ny"))
    strangers.append(User.objects.create_superuser("drift@mora.example", "ett-langt-losenord", name="Drift"))
    for stranger in strangers:
        assert statuses(addresses, stranger) == dict.fromkeys(PAGES | ACTS.keys(), 404)


def test_under_another_municipalitys_address_nothing_exists(addresses, coordinator, neighbour):
    for slug in ("gavle", "atlantis"):
        moved = {name: address.replace("/mora/", f"/{slug}/", 1) for name, address in addresses.items()}
        assert statuses(moved, coordinator) == dict.fromkeys(moved, 404)
        if slug == "gavle":
            moved = {name: address for name, address in moved.items() if name == "organisation" or name not in LISTS}
        assert statuses(moved, neighbour) == dict.fromkeys(moved, 404)


def test_what_belongs_to_another_case_is_not_found(addresses, in_force, mora, coordinator):
    """The number of a party, a file or a point opens it under its own case alone."""
    other = driver.send_in(mora, title="Ett annat ärende")
    moved = {
        name: address.replace(in_force.case.reference, other.reference)
        for name, address in addresses.items()
        if any(part.isdigit() for part in address.split("/")) and name != "organisation"
    }
    assert set(moved) == {
        "record_file", "record_secrecy", "open_record",
        "remove_contribution", "answer_statement", "return_statement", "remind_statement", "remind_letter",
        "settle_letter", "meeting_held", "meeting_moved", "meeting_cancelled",
        "send_invitation", "add_participant", "remove_participant", "add_agreed_point", "tick_agreed_point",
        "name_participants", "remind_round", "write_position", "save_point", "remove_point", "follow_up_held",
        "edit_party", "party_leaves", "paper_came", "paper_reviewed", "declaration_sent", "ruling",
        "give_access", "end_access", "read_message", "take_wording",
    }  # fmt: skip
    assert statuses(moved, coordinator) == dict.fromkeys(moved, 404)


def test_other_methods_are_refused(addresses, coordinator):
    client = driver.logged_in(coordinator)
    wrong = {
        name: status(client, "post" if name in PAGES else "get", name, address) for name, address in addresses.items()
    }
    # What is only sent leads to its case; the form of facts has a page.
    assert wrong == dict.fromkeys(PAGES, 405) | dict.fromkeys(ACTS, 302) | {"facts": 200}
    for method in ("put", "delete"):
        assert {status(client, method, name, address) for name, address in addresses.items()} == {405}


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

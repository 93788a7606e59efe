"""An agreement in force that is made to last longer: decided, signed by both, told to the organisation."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from followup.actions import extend
from followup.models import Extension, FollowUp
from iop.cases.machinery import Refused
from iop.cases.models import Case, DecisionKind, TaskKind
from iop.desk.events import events_of
from iop.rulesets.schema import Term
from tests.cases import driver
from tests.mine import people

TODAY = timezone.localdate()
UNTIL = date(2031, 12, 31)


@pytest.fixture
def send(in_force, coordinator):
    """The form, whole but for what is said."""

    def send(by=coordinator, **other):
        whole = {"until": UNTIL, "delegate": "Förvaltningschefen", "decided_on": TODAY, "why": "Det går bra.",
                 "signed": driver.pdf("forlangning.pdf")} | other  # fmt: skip
        address = f"/mora/arenden/{in_force.case.reference}/uppfoljning/forlang/"
        return driver.logged_in(by).post(address, {f"forlang-{name}": value for name, value in whole.items()})

    return send


def test_the_worklist_leads_to_where_it_is_done(in_force, coordinator):
    task = in_force.case.tasks.open().get(kind=TaskKind.TERM_ENDS)
    page, _, anchor = task.get_absolute_url().partition("#")
    shown = driver.logged_in(coordinator).get(page).text
    assert f'id="{anchor}"' in shown and "Avtalet gäller till och med den 31 december 2029." in shown


def test_it_lasts_longer_by_a_decision_and_with_what_both_signed(
    in_force, send, coordinator, django_capture_on_commit_callbacks
):
    case = in_force.case
    with django_capture_on_commit_callbacks(execute=True):
        assert send().status_code == 302
    in_force.refresh_from_db()
    made = Extension.objects.get()
    assert (made.before, made.until, in_force.end) == (date(2029, 12, 31), UNTIL, UNTIL)
    assert (made.decision.kind, made.decision.decided_by) == (DecisionKind.EXTENSION, "Förvaltningschefen")
    assert made.record.files.get().name == "forlangning.pdf"
    (task,) = case.tasks.open().filter(kind=TaskKind.TERM_ENDS)
    assert task.due == date(2031, 6, 30)
    told = [event.sentence for event in events_of(case, coordinator)]
    assert any("Beslut om förlängning: ja" in one for one in told)
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{case.reference}/uppfoljning/").text
    assert "gällde till och med den 31 december 2029, därefter till och med den 31 december 2031." in page
    letter = mail.outbox[-1]
    assert letter.to == ["anna@sprakbron.example"] and "till och med den 31 december 2031" in letter.body
    assert "Beslut om förlängning: ja" in people.logged_in("anna@sprakbron.example").get(people.at(case)).text


def test_a_follow_up_is_planned_where_none_waits(in_force, send):
    FollowUp.objects.update(cancelled=True, due=date(2029, 1, 1))
    send()
    assert FollowUp.objects.waiting().get().due == date(2030, 1, 1)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"until": date(2029, 12, 31)}, "Välj en dag efter den 31 december 2029, då avtalet nu går ut."),
        ({"signed": ""}, "Välj filen med det undertecknade."),
        ({"delegate": ""}, "Ange vilket organ som beslutade, eller vilken delegat."),
        ({"decided_on": TODAY + timedelta(days=1)}, "Beslutsdagen ligger i framtiden."),
        ({"until": "i morgon"}, "Skriv dagen som år-månad-dag"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_done(in_force, send, data, told):
    page = send(**data)
    assert page.status_code == 422 and told in page.text and "Det går bra." in page.text
    in_force.refresh_from_db()
    assert in_force.end == date(2029, 12, 31)
    assert not Extension.objects.exists() and not in_force.case.decisions.filter(kind="extension").exists()


def test_one_without_an_end_has_nothing_to_extend(in_force, coordinator):
    in_force.end = None
    in_force.save()
    said = {"until": UNTIL, "why": "", "signed": [driver.pdf()], "by": coordinator, "absolute": driver.absolute}
    with pytest.raises(Refused, match="har ingen slutdag att flytta"):
        extend(in_force, delegate="Chefen", decided_on=TODAY, **said)
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{in_force.case.reference}/uppfoljning/").text
    assert "Avtalstiden" not in page


def test_rules_may_not_admit_it(in_force, send, monkeypatch):
    term = Term(key="X", quote="Avtalet förlängs inte.", word="ska", extension_allowed=False)
    monkeypatch.setattr(Case, "rules", in_force.case.rules.model_copy(update={"terms": (term,)}))
    assert "Reglerna medger ingen förlängning" in send().text
    assert not Extension.objects.exists()


@pytest.mark.parametrize("role", ["secretary", "adviser", "reader", "administrator"])
def test_only_coordinators_extend(send, role, request):
    assert send(by=request.getfixturevalue(role)).status_code == 403
    assert not Extension.objects.exists()

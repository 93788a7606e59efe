"""The rows of a case from many tables, read in one question.

A page of a case shows a little of each of twenty tables; asked one by one, most of the page's time went to asking.
The question is plain SQL, put together once. Each table's rows come as JSON and become instances of their models,
tied to each other, so that ``case.parties.all()`` and ``party.organisation`` ask nothing more. For pages that change
nothing: what is saved afterwards is not seen in them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.apps import apps
from django.db import connection
from django.db.models import DateField, Field, ForeignKey, Model, TimeField, UUIDField

from agreements.models import Agreement, Point, Signature
from followup.models import Publication
from initiatives.models import AgreedPoint, Initiative, Meeting
from iop.cases.models import Answer, Case, CaseLink, Decision, Override, Record, Recusal, StageChange, Statement, Task
from iop.municipalities.models import Unit, User
from iop.rulesets.models import RuleSetVersion
from partners.models import (
    Activity,
    Contribution,
    Declaration,
    Organisation,
    OtherSupport,
    PartnerDocument,
    Party,
    Representative,
)

Read = dict[str, list[Model]]  # the rows of each table, by its name here

OF_PARTIES = "r.party_id = ANY(ARRAY(SELECT id FROM partners_party WHERE case_id = %(case)s))"
OF_AGREEMENTS = "r.agreement_id = ANY(ARRAY(SELECT id FROM agreements_agreement WHERE case_id = %(case)s))"
OF_MEETINGS = "r.meeting_id = ANY(ARRAY(SELECT id FROM initiatives_meeting WHERE case_id = %(case)s))"
WAS_SECRET = "r.id = ANY(ARRAY(SELECT id FROM cases_historicalrecord WHERE case_id = %(case)s AND secret))"
BY_DAY = "r.history_date, r.history_id"
BY_ROW = "r.id, r.history_date, r.history_id"


@dataclass(frozen=True)
class Rows:
    """Rows of a table. ``where`` and ``order``: SQL of the row ``r``, with %(case)s and %(municipality)s."""

    model: type[Model]
    where: str = "r.case_id = %(case)s"
    order: str = "r.id"
    without: tuple[str, ...] = ()  # columns too large to travel; read when somebody asks for them
    led_to: bool = False  # instances only of the rows that another row leads to: the rest is not looked at

    @cached_property
    def fields(self) -> list[Field]:
        return [field for field in self.model._meta.concrete_fields if field.name not in self.without]

    @property
    def sql(self) -> str:
        table = f'"{self.model._meta.db_table}"'
        if self.without:
            columns = ", ".join(f'"{field.column}"' for field in self.fields)
            table = f"(SELECT {columns} FROM {table})"
        return f"(SELECT json_agg(r ORDER BY {self.order}) FROM {table} r WHERE {self.where})"

    def instances(self, found: list[dict]) -> list[Model]:
        """Of rows as JSON has them."""
        names = [field.attname for field in self.fields]
        for row in found:
            for column, field in self._written:
                row[column] = field.to_python(row[column])
        return [self.model.from_db("default", names, [row[column] for column in self._columns]) for row in found]

    @cached_property
    def _columns(self) -> list[str]:
        return [field.column for field in self.fields]

    @cached_property
    def _written(self) -> list[tuple[str, Field]]:
        """Those that JSON has as texts."""
        return [(field.column, field) for field in self.fields if isinstance(field, DateField | TimeField | UUIDField)]


NOW = {
    "parties": Rows(Party),
    "stage_changes": Rows(StageChange, order="r.at, r.id"),
    "answers": Rows(Answer),
    "statements": Rows(Statement, order="r.asked_at"),
    "meetings": Rows(Meeting, order="r.day, r.starts NULLS FIRST, r.id"),
    "decisions": Rows(Decision, order="r.decided_on, r.id"),
    "overrides": Rows(Override),
    "recusals": Rows(Recusal, order="r.stated_at"),
    "contributions": Rows(Contribution, order="r.party_id, r.id"),
    "agreements": Rows(Agreement, order="r.number"),
    "affected_units": Rows(
        Unit, "r.id = ANY(ARRAY(SELECT unit_id FROM cases_case_affected_units WHERE case_id = %(case)s))"
    ),
    "initiative": Rows(Initiative),
    "open_tasks": Rows(Task, "r.case_id = %(case)s AND r.closed_at IS NULL", order="r.due, r.id"),
    "documents": Rows(PartnerDocument, OF_PARTIES),
    "declarations": Rows(Declaration, OF_PARTIES, order="r.sent_at"),
    "points": Rows(Point, OF_AGREEMENTS, order="r.position, r.id"),
    "signatures": Rows(Signature, OF_AGREEMENTS),
    "organisations": Rows(
        Organisation,
        "r.id = ANY(ARRAY(SELECT organisation_id FROM partners_party WHERE case_id = %(case)s"
        " UNION SELECT organisation_id FROM initiatives_initiative WHERE case_id = %(case)s))",
    ),
    "activities": Rows(Activity, "r.id = ANY(ARRAY(SELECT activity_id FROM partners_party WHERE case_id = %(case)s))"),
    "links": Rows(CaseLink, "r.case_id = %(case)s OR r.other_id = %(case)s"),
    "records": Rows(Record, order="r.number", without=("text",)),
    "representatives": Rows(
        Representative,
        "r.organisation_id = ANY(ARRAY(SELECT organisation_id FROM initiatives_initiative WHERE case_id = %(case)s))",
    ),
    "units": Rows(Unit, "r.municipality_id = %(municipality)s", led_to=True),
    "people": Rows(
        User,
        "r.id = ANY(ARRAY(SELECT user_id FROM municipalities_membership WHERE municipality_id = %(municipality)s))",
        without=("password",),
        led_to=True,
    ),
    "versions": Rows(
        RuleSetVersion,
        "r.id = (SELECT version_id FROM cases_case WHERE id = %(case)s)"
        " OR r.municipality_id = %(municipality)s AND r.state = 'published'",
        without=("content", "removed", "edits"),
    ),
}
OF_THE_CASE = (
    *("parties", "stage_changes", "answers", "statements", "meetings", "decisions", "overrides", "recusals"),
    *("contributions", "agreements", "affected_units"),
)
OF_OTHERS = (  # whose, which relation, the rows, and the column that leads back
    ("parties", "documents", "documents", "party_id"),
    ("parties", "declarations", "declarations", "party_id"),
    ("agreements", "points", "points", "agreement_id"),
    ("agreements", "signatures", "signatures", "agreement_id"),
    ("organisations", "representatives", "representatives", "organisation_id"),
    ("past_facts", "historicalcase_affected_units_set", "past_affected_units", "history_id"),
    ("past_facts", "historicalcase_cleared_set", "past_let_in", "history_id"),
    ("past_secrecy", "historicalrecord_cleared_set", "past_let_in_to_records", "history_id"),
)

PAST = {
    "past_facts": Rows(Case.history.model, "r.id = %(case)s", order=BY_DAY),
    "past_affected_units": Rows(
        apps.get_model("cases.HistoricalCase_affected_units"),
        "r.history_id = ANY(ARRAY(SELECT history_id FROM cases_historicalcase WHERE id = %(case)s))",
        order="r.m2m_history_id",
    ),
    "past_let_in": Rows(
        apps.get_model("cases.HistoricalCase_cleared"),
        "r.history_id = ANY(ARRAY(SELECT history_id FROM cases_historicalcase WHERE id = %(case)s))",
        order="r.m2m_history_id",
    ),
    "past_initiative": Rows(Initiative.history.model, order=BY_ROW),
    "past_answers": Rows(Answer.history.model, order=BY_DAY),
    "past_documents": Rows(PartnerDocument.history.model, OF_PARTIES, order=BY_DAY),
    "past_meetings": Rows(Meeting.history.model, order="r.id, r.history_id"),
    "past_agreements": Rows(Agreement.history.model, order=BY_ROW),
    "past_points": Rows(Point.history.model, OF_AGREEMENTS, order=BY_ROW),
    "past_contributions": Rows(Contribution.history.model, order=BY_ROW),
    "past_parties": Rows(Party.history.model, order=BY_ROW),
    "past_activities": Rows(
        Activity, "r.id = ANY(ARRAY(SELECT activity_id FROM partners_historicalparty WHERE case_id = %(case)s))"
    ),
    "past_organisations": Rows(
        Organisation,
        "r.id = ANY(ARRAY(SELECT organisation_id FROM partners_historicalothersupport WHERE case_id = %(case)s))",
    ),
    "past_support": Rows(OtherSupport.history.model, order=BY_ROW),
    "agreed": Rows(AgreedPoint, OF_MEETINGS),
    "past_agreed": Rows(AgreedPoint.history.model, OF_MEETINGS, order=BY_ROW),
    "past_links": Rows(CaseLink.history.model, "r.case_id = %(case)s OR r.other_id = %(case)s", order=BY_ROW),
    "past_secrecy": Rows(Record.history.model, WAS_SECRET, order=BY_ROW),
    "past_let_in_to_records": Rows(
        apps.get_model("cases.HistoricalRecord_cleared"),
        "r.history_id = ANY(ARRAY(SELECT history_id FROM cases_historicalrecord WHERE case_id = %(case)s))",
        order="r.m2m_history_id",
    ),
    "past_publications": Rows(Publication.history.model, order=BY_DAY),
}


def read(case: Case, *, past: bool = False) -> Read:
    """What stands in the case now and, with ``past``, what has stood there as its histories tell.

    What has been read once for a case is not asked for again.
    """
    rows = case.__dict__.setdefault("rows_read", {})
    wanted = NOW | PAST if past else NOW
    if not rows.keys() >= wanted.keys():
        tables = {name: table for name, table in wanted.items() if name not in rows or table.led_to}
        rows |= _asked(tables, case, rows)
        _tie(case, rows)
        for relation in OF_THE_CASE:
            _remember(case, relation, rows[relation])
        for whose, relation, name, column in OF_OTHERS:
            for one in rows.get(whose, ()):
                _remember(one, relation, [row for row in rows[name] if getattr(row, column) == one.pk])
        Case._meta.get_field("initiative").set_cached_value(case, next(iter(rows["initiative"]), None))
    return rows


def records_seen(case: Case, user) -> list[Record]:
    """The records of the case that the person sees, without their texts."""
    records = read(case)["records"]
    if not any(record.secret for record in records):
        return records
    seen = set(case.records.visible_to(user).values_list("pk", flat=True))
    return [record for record in records if record.pk in seen]


def hides(case: Case, user) -> Callable[[int | None], bool]:
    """Is the record of that number one that the person may not see? What it tells is then not told elsewhere either."""
    seen = {record.pk for record in records_seen(case, user)}
    return lambda number: number is not None and number not in seen


def _asked(tables: dict[str, Rows], case: Case, before: Read) -> Read:
    with connection.cursor() as cursor:
        cursor.execute(_question(tuple(tables.values())), {"case": case.pk, "municipality": case.municipality_id})
        found = json.loads(cursor.fetchone()[0])
    found = {name: some or [] for name, some in zip(tables, found, strict=True)}
    rows = {name: table.instances(found[name]) for name, table in tables.items() if not table.led_to}
    wanted = {key for _, _, key in _ties([[case], *before.values(), *rows.values()])}
    for name, table in tables.items():
        if table.led_to:
            rows[name] = table.instances([row for row in found[name] if (table.model, row["id"]) in wanted])
    return rows


@lru_cache
def _question(tables: tuple[Rows, ...]) -> str:
    return f"SELECT json_build_array({', '.join(table.sql for table in tables)})::text"


def _tie(case: Case, rows: Read) -> None:
    """Let every row know those that it leads to. People who have left the municipality are asked for here."""
    known = {(type(one), one.pk): one for some in rows.values() for one in some}
    known |= {(Case, case.pk): case, (type(case.municipality), case.municipality_id): case.municipality}
    ties = _ties([[case], *rows.values()])
    gone = {key[1] for _, _, key in ties if key[0] is User and key not in known} - {None}
    if gone:
        known |= {(User, pk): one for pk, one in User.objects.in_bulk(gone).items()}
    for one, lead, key in ties:
        if key in known:
            lead.set_cached_value(one, known[key])


def _ties(tables: list[list[Model]]) -> list[tuple[Model, ForeignKey, tuple[type[Model], int | None]]]:
    """(row, the column that leads on, which row it leads to)."""
    return [
        (one, lead, (lead.related_model, getattr(one, lead.attname)))
        for some in tables
        for one in some
        for lead in _leads(type(one))
    ]


@lru_cache
def _leads(model: type[Model]) -> list[ForeignKey]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def _remember(owner: Model, relation: str, rows: list[Model]) -> None:
    """As ``prefetch_related`` leaves it."""
    known = getattr(owner, relation).all()
    known._result_cache, known._prefetch_done = rows, True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = known

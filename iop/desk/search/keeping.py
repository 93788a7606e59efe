"""Keeps the rows of search in step with what is saved. Bulk writes send no signals: ``manage.py search rebuild``."""

from django.db.models.signals import post_delete, post_save

from agreements.models import Agreement, Point
from initiatives.models import Initiative, Meeting, MeetingParticipant
from iop.cases.models import Answer, Case, Override, Record, RecordFile
from iop.municipalities.models import User
from partners.models import Organisation, Party, Representative

from ..models import SearchKind
from .index import refresh

# Of these, only saves that touch what can be searched are worth the work.
SEARCHED = {
    Case: {"reference", "diary_number", "title", "coordinator", "coordinator_id", "other_municipalities"},
    Organisation: {"name", "number", "former_names"},
    User: {"name"},
    Agreement: {"title"},
}


def keep(model, kind: str, ids) -> None:
    """``ids``: the sources of ``kind`` to write anew, given the instance that was saved."""

    def saved(instance, update_fields=None, raw=False, created=False, **_):
        touched = update_fields is None or model not in SEARCHED or SEARCHED[model] & set(update_fields)
        if touched and not raw:
            refresh(kind, ids(instance))

    name = f"search {model.__name__} {kind}"
    post_save.connect(saved, sender=model, weak=False, dispatch_uid=name)


def connect() -> None:
    keep(Case, SearchKind.CASE, lambda case: [case.pk])
    keep(Party, SearchKind.PARTY, lambda party: [party.pk])
    keep(Initiative, SearchKind.INITIATIVE, lambda initiative: [initiative.pk])
    keep(Record, SearchKind.RECORD, lambda record: [record.pk])
    keep(RecordFile, SearchKind.RECORD, lambda file: [file.record_id])
    keep(Agreement, SearchKind.AGREEMENT, lambda agreement: [agreement.pk])
    keep(Point, SearchKind.AGREEMENT, lambda point: [point.agreement_id])
    keep(Meeting, SearchKind.MEETING, lambda meeting: [meeting.pk])
    keep(MeetingParticipant, SearchKind.MEETING, lambda person: [person.meeting_id])
    keep(Override, SearchKind.ANSWERS, lambda override: [override.case_id])
    keep(Representative, SearchKind.PARTY, lambda one: one.organisation.parties.values_list("pk", flat=True))
    keep(Answer, SearchKind.ANSWERS, lambda answer: [answer.case_id])
    keep(Organisation, SearchKind.PARTY, lambda one: one.parties.values_list("pk", flat=True) if one.pk else [])
    keep(User, SearchKind.CASE, lambda user: Case.objects.filter(coordinator=user).values_list("pk", flat=True))
    post_delete.connect(_point_removed, sender=Point, dispatch_uid="search point removed")
    post_delete.connect(_participant_removed, sender=MeetingParticipant, dispatch_uid="search participant removed")


def _point_removed(instance, **_) -> None:
    refresh(SearchKind.AGREEMENT, [instance.agreement_id])


def _participant_removed(instance, **_) -> None:
    refresh(SearchKind.MEETING, [instance.meeting_id])

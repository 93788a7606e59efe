"""The case file on paper and as an archive: the list of records, their texts, decisions, events and files."""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.template.loader import render_to_string

from iop.cases.disclosures import ground_of
from iop.cases.files import safe_name
from iop.cases.models import Case, Disclosure, Record, RecordFile
from iop.printing import print_pdf

from .events import events_of
from .one_pdf import Paper, papers_of, put_behind

CHUNK = 64 * 1024  # bytes read at a time
LIST_NAME = "aktforteckning.pdf"


def list_pdf(case: Case, user) -> bytes:
    """The list alone, of the records that the person sees."""
    records = list(case.records.visible_to(user).prefetch_related("files__file"))
    for record in records:
        record.ground = ground_of(record, case)
    return _print(case, records=records, unseen=case.records.count() - len(records), whole=False)


def disclosure_pdf(disclosure: Disclosure, user, *, papers: bool = True) -> bytes:
    """The list, each record's text, the decisions, the events: of what was handed out, as it stood then.

    With ``papers`` the files behind it, each begun by a page with its number and title.
    """
    case, records = disclosure.case, records_of(disclosure)
    given = {record.pk for record in records}
    decisions = case.decisions.filter(record__in=given).select_related("body", "record")
    events = []
    if disclosure.timeline:
        events = [event for event in events_of(case, user) if _may_go(event, given) and event.at <= disclosure.at]
    by_number = {record.pk: record for record in records}
    files = [(by_number[file.record_id], file, name) for file, name in numbered(records)]
    kept = papers_of(files) if papers else [Paper(*file) for file in files]
    for record in records:
        record.papers = [paper for paper in kept if paper.record is record]
    behind = [paper for paper in kept if papers and not paper.why_not]
    about = {"disclosure": disclosure, "decisions": decisions, "events": events[::-1], "whole": True}
    printed = _print(case, records=records, behind=behind, papers=papers, **about)
    return put_behind(printed, behind) if behind else printed


def records_of(disclosure: Disclosure) -> list[Record]:
    return list(disclosure.records.order_by("number").prefetch_related("files__file"))


def _may_go(event, given: set[int]) -> bool:
    return event.record is None or event.record in given


def _print(case: Case, **content) -> bytes:
    context = {"case": case, "municipality": case.municipality, "rules": case.rules, **content}
    behind = content.get("behind", ())
    photos = {paper.address: paper.picture for paper in behind if paper.picture}
    return print_pdf(render_to_string("desk/case_file/pdf.html", context), photos=photos, archival=not behind)


def numbered(records: Iterable[Record]) -> list[tuple[RecordFile, str]]:
    """Each file with a name that is safe and its own: «03-stadgar.pdf», and «03-stadgar-2.pdf» beside it."""
    records = list(records)
    width = max([2, *(len(str(record.number)) for record in records)])
    found, taken = [], set()
    for record in records:
        for file in record.files.all():
            name = Path(f"{record.number:0{width}d}-{safe_name(file.name)}")
            own, count = str(name), 1
            while own.casefold() in taken:
                count += 1
                own = f"{name.stem}-{count}{name.suffix}"
            taken.add(own.casefold())
            found.append((file, own))
    return found


def disclosure_zip(disclosure: Disclosure, user) -> Iterator[bytes]:
    """The list as PDF and every file, a little at a time: no file is held whole in memory.

    The list is printed at once, so that what fails does so before anything is sent.
    """
    return _pack(disclosure_pdf(disclosure, user, papers=False), records_of(disclosure))


def _pack(first: bytes, records: list[Record]) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(LIST_NAME, first)
        yield sink.take()
        for kept, name in numbered(records):
            if not kept.file.is_there:  # told in the list
                continue
            entry = zipfile.ZipInfo(name, (*kept.record.day.timetuple()[:3], 0, 0, 0))
            entry.file_size = kept.file.size
            entry.external_attr = 0o644 << 16
            with kept.file.open() as source, archive.open(entry, "w") as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    yield sink.take()
    yield sink.take()


class _Sink:
    """What the archive writes to: keeps the bytes until they are taken."""

    def __init__(self):
        self.waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken, self.waiting = b"".join(self.waiting), []
        return taken

"""Rows about customers who were under way elsewhere, read as facts: each cell means something or is refused."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from onboarding.answers.fact_file import COLUMNS, KINDS, FactRow, as_json
from onboarding.answers.value_kinds import is_far
from onboarding.case.clock import parse_day
from onboarding.case.decided import with_decided
from onboarding.case.objections import Objections
from onboarding.domain.action import Attachment
from onboarding.domain.json import digest
from onboarding.domain.params import hint_or_stop
from onboarding.errors import InputError
from onboarding.files import beside, read_bytes

LARGEST_DOCUMENT = 50 * 2**20
"""Bytes of a document that is taken."""

OF_ANY = ("customer", "service", "profile", "name", "go-live", "kind")
"""Columns that mean something in every row."""

_PROVED = frozenset({"id", "row", "date", "by", "reference", "document", "note"})
MEANT: Mapping[str, frozenset[str]] = {
    "stage": _PROVED - {"row", "document"},
    "task": _PROVED,
    "order": _PROVED,
    "date": _PROVED,
    "decision": frozenset({"id", "date", "by", "role", "decided", "asked", "document", "note"}),
    "document": _PROVED,
    "answers": frozenset({"date", "by", "document", "note"}),
}
"""Kind -> the columns besides that mean something in a row of it."""

_INSTEAD = {("stage", "document"): "Give it in a row of its task.", ("stage", "row"): "Name the row with its task."}


@dataclass(frozen=True, slots=True)
class Fact:
    """A row that could be read: ``id`` is the digest of what it states, ``at`` when that happened."""

    row: FactRow
    id: str
    at: datetime | None = None
    document: Attachment | None = None

    @property
    def kind(self) -> str:
        return self.row["kind"]

    @property
    def name(self) -> str:
        return self.row["id"]


def facts_in(
    rows: Sequence[FactRow], folder: Path, moment: Callable[[str], datetime], now: datetime, said: Objections
) -> list[Fact]:
    """The rows that can be read, each fact once; ``folder`` is where documents lie, ``moment`` reads an instant."""
    found: dict[str, Fact] = {}
    for row in rows:
        if fact := _fact(row, folder, moment, now, said):
            found.setdefault(fact.id, fact)
    return list(found.values())


def _fact(
    row: FactRow, folder: Path, moment: Callable[[str], datetime], now: datetime, said: Objections
) -> Fact | None:
    before = len(said.complaints)
    if day := _day(row["date"]):  # however it is written it is the same fact
        row = replace(row, values={**row.values, "date": day.isoformat()})
    said.complaints += row.faults
    kind = row["kind"]
    if kind not in KINDS:
        unknown = f"There is no kind {kind!r}{hint_or_stop(kind, KINDS)}"
        words = unknown if kind else "It is not said what kind of fact it is."
        said.refuse(row, "kind", words, f"Kinds: {', '.join(KINDS)}.")
        return None
    _refuse_meaningless(row, said)
    if kind == "decision":
        row = with_decided(row, said)
    if not row["id"] and kind != "answers":
        said.refuse(row, "id", f"It is not said which {kind} is meant.", "Give its id.")
    if kind in ("stage", "task", "order", "decision") and not row["by"]:
        said.refuse(row, "by", "It is not said whose word it is.", "Give a name or e-mail address.")
    at = _instant(row, moment, now, said)
    document = _document(row, folder, said)
    if kind in ("document", "answers") and document is None and len(said.complaints) == before:
        said.refuse(row, "document", "There is no file.", "Give its path, from where this file lies.")
    if len(said.complaints) > before:
        return None
    content = sha256(document.data).hexdigest() if document else ""
    return Fact(row, digest([as_json(row), content]), at, document)


def _refuse_meaningless(row: FactRow, said: Objections) -> None:
    kind = row["kind"]
    for column in COLUMNS:
        if row[column] and column not in OF_ANY and column not in MEANT[kind]:
            words = f"The column {column!r} means nothing in a row of the kind {kind!r}."
            said.refuse(row, column, words, _INSTEAD.get((kind, column), "Empty the cell."))


def _instant(row: FactRow, moment: Callable[[str], datetime], now: datetime, said: Objections) -> datetime | None:
    if not row["date"]:
        if row["kind"] != "answers":
            said.refuse(row, "date", "It is not said when.", "Write the day as 2026-03-02.")
        return None
    try:
        at = moment(row["date"])
    except InputError as problem:
        said.refuse(row, "date", problem.message, problem.command)
        return None
    if is_far(at.date()):
        said.refuse(row, "date", f"{row['date']} is too far away to be meant.", "Check the year.")
        return None
    if row["kind"] == "date" and _day(row["date"]) is None:
        said.refuse(row, "date", f"{row['date'][:40]!r} is more than a day.", "Give the day alone, as 2026-03-02.")
    if row["kind"] != "date" and at > now:
        said.refuse(row, "date", f"{row['date']} lies ahead.", "What has not happened is not stated.")
    return at


def _document(row: FactRow, folder: Path, said: Objections) -> Attachment | None:
    if not row["document"]:
        return None
    try:
        path = beside(folder, row["document"])
        if path.is_dir() and row["kind"] == "answers":
            files = b"".join(read_bytes(one, LARGEST_DOCUMENT) for one in sorted(path.glob("*.csv")))
            return Attachment(path.name, "inode/directory", files)
        data = read_bytes(path, LARGEST_DOCUMENT)
    except InputError as problem:
        said.refuse(row, "document", problem.message, problem.command)
        return None
    if not data:
        said.refuse(row, "document", f"{path} is empty.", "Give the file itself.")
        return None
    return Attachment(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", data)


def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError:
        return None

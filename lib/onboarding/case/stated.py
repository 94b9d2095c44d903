"""What rows of a file state about one customer, held against its profile: what the record gets, what is wrong with it.

A statement is no proof: it is dated by what is stated and says that nobody has verified it. What law or a carrier
require stays open without its document, and so does a decision that needs one.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from onboarding.answers.fact_file import KINDS, Complaint, FactRow, as_json
from onboarding.domain.action import Attachment
from onboarding.domain.event import ADOPTED_ORDER, ADOPTED_TASK, Event
from onboarding.domain.history import Evidence, GateDecision, TaskRecord, TaskState
from onboarding.domain.json import JSON, digest
from onboarding.domain.language import _
from onboarding.domain.params import hint
from onboarding.domain.task import Gate, Task, declared_id
from onboarding.errors import InputError, OnboardingError
from onboarding.files import read_bytes
from onboarding.stages.basis import covering
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.gate import decided_on, decision_digest

LARGEST_DOCUMENT = 50 * 2**20
"""Bytes of a document that is taken."""

DAY_ADOPTED, DOCUMENT_ADOPTED, ANSWERS_ADOPTED = "date.adopted", "document.adopted", "answers.adopted"


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


@dataclass
class Objections:
    """What is wrong with rows, which hinders the customer, and what is to be known of others, which does not."""

    complaints: list[Complaint] = field(default_factory=list)
    remarks: list[Complaint] = field(default_factory=list)

    def refuse(self, row: FactRow, column: str, what: str, remedy: str = "") -> None:
        self.complaints.append(Complaint(row.cell(column), what, remedy))

    def remark(self, row: FactRow, column: str, what: str, remedy: str = "") -> None:
        self.remarks.append(Complaint(row.cell(column), what, remedy))


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
    said.complaints += row.faults
    kind = row["kind"]
    if kind not in KINDS:
        words = f"There is no kind {kind!r}{hint(kind, KINDS)}." if kind else "It is not said what kind of fact it is."
        said.refuse(row, "kind", words, f"Kinds: {', '.join(KINDS)}.")
        return None
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


def _instant(row: FactRow, moment: Callable[[str], datetime], now: datetime, said: Objections) -> datetime | None:
    if not row["date"]:
        if row["kind"] != "answers":
            said.refuse(row, "date", "It is not said when.", "Write the day as 2026-03-02.")
        return None
    try:
        at = moment(row["date"])
    except InputError as problem:
        said.refuse(row, "date", problem.message, problem.remedy)
        return None
    if row["kind"] != "date" and at > now:
        said.refuse(row, "date", f"{row['date']} lies ahead.", "What has not happened is not stated.")
    return at


def _document(row: FactRow, folder: Path, said: Objections) -> Attachment | None:
    if not row["document"]:
        return None
    path = folder / row["document"]
    try:
        if path.is_dir() and row["kind"] == "answers":
            files = b"".join(read_bytes(one, LARGEST_DOCUMENT) for one in sorted(path.glob("*.csv")))
            return Attachment(path.name, "inode/directory", files)
        data = read_bytes(path, LARGEST_DOCUMENT)
    except InputError as problem:
        said.refuse(row, "document", problem.message, problem.remedy)
        return None
    if not data:
        said.refuse(row, "document", f"{path} is empty.", "Give the file itself.")
        return None
    return Attachment(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", data)


@dataclass
class Stated:
    """What the record of one customer gets: ``login`` enters it ``now``; ``lines`` say it, one for each fact."""

    context: Context
    login: str
    now: datetime
    said: Objections
    lines: list[str] = field(default_factory=list)
    documents: list[tuple[Attachment, datetime]] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    tasks: dict[str, TaskRecord] = field(default_factory=dict)
    decisions: list[GateDecision] = field(default_factory=list)
    undocumented: set[str] = field(default_factory=set)

    def take(self, facts: Sequence[Fact]) -> None:
        """All of them, those that others rest on first."""
        dues = {fact.name: fact.at.date() for fact in facts if fact.kind == "date" and fact.at}
        filed = {fact.name for fact in facts if fact.document}
        apart = {fact.name for fact in facts if fact.kind in ("task", "order")}
        acts: Mapping[str, Callable[[Fact], None]] = {
            "document": self._paper,
            "task": lambda fact: self._done(fact, filed),
            "stage": lambda fact: self._stage(fact, apart, filed),
            "order": lambda fact: self._order(fact, dues),
            "date": self._day,
            "decision": self._decision,
        }
        for kind, act in acts.items():
            for fact in facts:
                if fact.kind == kind:
                    act(fact)
        self._look_before(facts)

    def day_of(self, fact: Fact, label: str) -> None:
        """The day of a question, which the answers have."""
        assert fact.at
        about = next((task.id for task in self.context.profile.tasks if fact.name in (task.brings, task.on)), fact.name)
        self._line(fact, about, Event(DAY_ADOPTED, fact.name, {
            "label": _(label), "day": fact.at.date(), **self._values(fact)}), self.now)  # fmt: skip
        self.lines.append(f"{label}: {fact.at.date()}.")

    def answers_of(self, fact: Fact, file: str) -> None:
        """The answers that came with it."""
        what = Event(ANSWERS_ADOPTED, "answers", {"file": file, **self._values(fact)})
        self.evidence.append(Evidence("engagement", fact.at or self.now, fact.row["by"] or self.login, what,
                                      version=self.context.version, entered_by=self.login))  # fmt: skip
        self.lines.append(f"Answers from {file}.")

    # -- one fact each -------------------------------------------------------------------------------------

    def _paper(self, fact: Fact) -> None:
        for task in self._tasks(fact):
            self._line(fact, task.id, Event(DOCUMENT_ADOPTED, task.id, self._values(fact)))
            self.lines.append(f"Filed for {_called(task)}: {fact.document.name if fact.document else ''}.")

    def _done(self, fact: Fact, filed: set[str]) -> None:
        for task in self._tasks(fact):
            if self._may_close(fact, task):
                self._close(fact, task, filed)

    def _stage(self, fact: Fact, apart: set[str], filed: set[str]) -> None:
        profile = self.context.profile
        if fact.name not in [stage.id for stage in profile.stages]:
            known = [stage.id for stage in profile.stages]
            self.said.refuse(fact.row, "id", f"There is no stage {fact.name!r}{hint(fact.name, known)}.",
                             f"Stages: {', '.join(known)}.")  # fmt: skip
            return
        for task in self.context.tasks_of(fact.name):
            is_closed = (one := self.context.record.tasks.get(task.id)) is not None and one.state.is_closed
            is_for_all = task.each is not None and task.row is None
            if task.declared in apart or task.is_check or is_for_all or is_closed:
                continue
            if self.context.is_needed(task):
                self._close(fact, task, filed)

    def _close(self, fact: Fact, task: Task, filed: set[str]) -> None:
        """The task is done, unless it is required and nothing shows it."""
        assert fact.at
        self._line(fact, task.id, Event(ADOPTED_TASK, task.id, self._values(fact)))
        if task.is_binding and task.declared not in filed and not covering(task.id, self.context):
            self.undocumented.add(task.id)
            words = f"{_called(task)} stays open: law or a carrier require it, and its document is not there."
            self.said.remark(fact.row, "document", words, "Give the document beside it.")
            return
        if (day := self.context.day_of(task)) and self.context.day(fact.at, task.party) < day:
            words = f"{_called(task)} is stated for {self.context.day(fact.at, task.party)} and happens on {day}."
            self.said.remark(fact.row, "date", words, "It is to be done on that day. Correct the one or the other.")
        self._out(fact, task)
        note = Event(ADOPTED_TASK, task.id, self._values(fact))
        self.tasks[task.id] = self._record(fact, task, TaskState.DONE, note)
        self.lines.append(f"Done on {self.context.day(fact.at)}: {_called(task)}.")

    def _order(self, fact: Fact, dues: Mapping[str, date]) -> None:
        for task in self._tasks(fact):
            if self._may_close(fact, task):
                self._ordered(fact, task, dues)

    def _ordered(self, fact: Fact, task: Task, dues: Mapping[str, date]) -> None:
        assert fact.at
        if not (is_sent := self._out(fact, task)):
            self._line(fact, task.id, Event(ADOPTED_ORDER, task.id, self._values(fact)))
        due = dues.get(task.declared) or self.context.due_on(task, fact.at)
        note = Event(ADOPTED_ORDER, task.id, self._values(fact))
        state = TaskState.DONE if is_sent else TaskState.WAITING  # a request is done once it is out
        self.tasks[task.id] = self._record(fact, task, state, note, due)
        number = f", {fact.row['reference']}" if fact.row["reference"] else ""
        self.lines.append(f"Out since {self.context.day(fact.at)}{number}: {_called(task)}.")

    def _out(self, fact: Fact, task: Task) -> bool:
        """That the requests of a task are out: they are never sent again, only changed."""
        named = fact.row["row"]
        actions = [one for one in desired(task, self.context) if one.connector == "support"]
        for action in actions:
            if not named or action.key.rpartition("/")[2] == named:
                self._line(fact, task.id, Event(ADOPTED_ORDER, task.id, self._values(fact)), subject=action.key)
        return bool(actions)

    def _day(self, fact: Fact) -> None:
        """The day by which something that is out is due; that of a question is taken with the answers."""
        assert fact.at
        task = self.context.task(fact.name)
        if task is None:
            return
        record = self.context.record.tasks.get(task.id)
        is_out = task.id in self.tasks or (record is not None and record.state is TaskState.WAITING)
        if not is_out:
            self.said.refuse(fact.row, "id", f"{task.title} is not out: it has no day by which it is due.",
                             "State its order too, or the day of a question.")  # fmt: skip
            return
        self._line(fact, task.id, Event(DAY_ADOPTED, task.id, {
            "label": _("due"), "day": fact.at.date(), **self._values(fact)}), self.now)  # fmt: skip
        if current := self.tasks.get(task.id) or record:
            self.tasks[task.id] = replace(current, due_on=fact.at.date())
        self.lines.append(f"Due on {fact.at.date()}: {task.title}.")

    def _decision(self, fact: Fact) -> None:
        gate = self.context.profile.gates.get(fact.name)
        if gate is None or gate.kind != "decision":
            known = [name for name, one in self.context.profile.gates.items() if one.kind == "decision"]
            self.said.refuse(fact.row, "id", f"There is no decision {fact.name!r}{hint(fact.name, known)}.",
                             f"Decisions: {', '.join(known)}.")  # fmt: skip
            return
        role = fact.row["role"] or (gate.roles[0] if len(gate.roles) == 1 else "")
        if role not in gate.roles:
            self.said.refuse(fact.row, "role", f"{role or 'Nobody'} may not decide {gate.title!r}.",
                             f"Roles: {', '.join(gate.roles)}.")  # fmt: skip
            return
        if gate.needs_evidence and fact.document is None:
            words = f"{gate.title} stays closed: an approval needs a file, and it is not there."
            self.said.remark(fact.row, "document", words, "Give the file beside it.")
            self._line(fact, gate.id, Event(ADOPTED_TASK, gate.id, self._values(fact)))
            return
        self.decisions.append(self._approval(fact, gate, role))
        self.lines.append(f"Approved: {gate.title}.")

    def _approval(self, fact: Fact, gate: Gate, role: str) -> GateDecision:
        assert fact.at
        kept = self._keep(fact)
        return GateDecision(
            gate.id, True, fact.row["by"], role, fact.at, decision_digest(gate, self.context), fact.row["note"], kept,
            decided_on(gate, self.context), version=self.context.version, origin=GateDecision.STATED + fact.id,
            entered_by=self.login,
        )  # fmt: skip

    # -- parts ---------------------------------------------------------------------------------------------

    def _tasks(self, fact: Fact) -> Sequence[Task]:
        """The task that is meant; of one for every row those of the row that is named, or of all rows."""
        found, named = self.context.made_of(fact.name), fact.row["row"]
        if found and named and found[0].each is not None:
            found = tuple(one for one in found if one.row and named in (one.row.label, one.row.key, one.id))
            if not found:
                self.said.refuse(fact.row, "row", f"There is no row {named!r}.", "Name it as the sheet does.")
        elif not found:
            known = [one.id for one in self.context.profile.tasks]
            self.said.refuse(fact.row, "id", f"There is no task {fact.name!r}{hint(fact.name, known)}.",
                             "`onboard profile show` lists them.")  # fmt: skip
        return found

    def _may_close(self, fact: Fact, task: Task) -> bool:
        """Whether a statement can say anything of the task; what is wrong is reported."""
        current = self.context.record.tasks.get(task.id)
        if task.is_check:
            self.said.refuse(fact.row, "id", f"{task.title} closes by itself.", "Leave the row out.")
        elif current is not None and current.state.is_closed:
            self.said.refuse(fact.row, "id", f"{task.title} is {current.state} already.", "Leave the row out.")
        elif task.id in self.tasks:
            self.said.refuse(fact.row, "id", f"{task.title} is stated twice, differently.", "Leave one row.")
        elif not self.context.is_needed(task):
            words = f"{task.title} is not needed by the answers."
            self.said.refuse(fact.row, "id", words, "Leave the row out, or give the answers that ask for it.")
        else:
            return True
        return False

    def _look_before(self, facts: Sequence[Fact]) -> None:
        """What is stated as done although what comes before it is not."""
        rows = {fact.name: fact.row for fact in facts}
        for name in [name for name, record in self.tasks.items() if record.state is TaskState.DONE]:
            for before in self._open_before(name):
                row = rows.get(declared_id(name)) or next(iter(rows.values()))
                words = f"{self._title(name)} is stated as done, {_called(before)} before it is not."
                self.said.remark(row, "id", words, "State it too where it was done.")

    def _open_before(self, name: str) -> Iterator[Task]:
        task = self.context.task(name)
        for one in (made for before in (task.after if task else ()) for made in self.context.made_of(before)):
            if one.is_check or not self.context.is_needed(one):
                continue
            record = self.tasks.get(one.id) or self.context.record.tasks.get(one.id)
            if record is None or not record.state.is_closed:
                yield one

    def _title(self, name: str) -> str:
        task = self.context.task(name)
        return _called(task) if task else name

    def _record(self, fact: Fact, task: Task, state: TaskState, note: Event, due: date | None = None) -> TaskRecord:
        assert fact.at
        known = note, fact.row["reference"], self.context.version, self.login
        return TaskRecord(task.id, state, fact.at, task.party, due, fact.row["by"], *known)

    def _line(self, fact: Fact, about: str, what: Event, at: datetime | None = None, subject: str = "") -> None:
        row, name = fact.row, fact.document.name if fact.document else ""
        when = at or fact.at or self.now
        self.evidence.append(Evidence(
            about, when, row["by"] or self.login, what, subject, row["reference"], self._keep(fact), name,
            version=self.context.version, entered_by=self.login,
        ))  # fmt: skip

    def _keep(self, fact: Fact) -> str:
        """Digest of the document of a fact, which is kept with it; empty without one."""
        if fact.document is None:
            return ""
        self.documents.append((fact.document, fact.at or self.now))
        return sha256(fact.document.data).hexdigest()

    @staticmethod
    def _values(fact: Fact) -> dict[str, Any]:
        return {"note": fact.row["note"], "fact": fact.id}


def _called(task: Task) -> str:
    """What a task is called, with its row."""
    return f"{task.title} ({task.row.label})" if task.row else task.title


def known_facts(context_lines: Sequence[Evidence], decisions: Sequence[GateDecision]) -> set[str]:
    """Digests of the facts that the record has already."""
    found = {str(line.what.values["fact"]) for line in context_lines if "fact" in line.what.values}
    stated = (one.origin.removeprefix(GateDecision.STATED) for one in decisions if one.is_stated)
    return {*found, *stated}


def first_problem(problem: OnboardingError) -> str:
    """What is wrong in one line."""
    return problem.message.strip().partition("\n")[0]


def record_of(content: JSON) -> dict[str, JSON]:
    """The answers of a record section; none where it is none."""
    return dict(content) if isinstance(content, Mapping) else {}

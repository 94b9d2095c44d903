"""What rows of a file state about the tasks of one service, held against its profile.

A statement is no proof: it is dated by what is stated and says that nobody has verified it. What law or a carrier
require stays open without its document, and so does a decision that needs one. What would have no effect is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from onboarding.case.facts import Fact
from onboarding.case.row_names import is_meant
from onboarding.case.statement import DAY_ADOPTED, Days, Statement, called, values_of
from onboarding.domain.action import Action
from onboarding.domain.event import ADOPTED_ORDER, ADOPTED_TASK, Event
from onboarding.domain.history import TaskRecord, TaskState
from onboarding.domain.language import _
from onboarding.domain.params import hint
from onboarding.domain.task import Task, declared_id
from onboarding.stages.assessment import assess
from onboarding.stages.basis import covering
from onboarding.stages.desired import desired
from onboarding.stages.outgoing import standings
from onboarding.text import first_few

DOCUMENT_ADOPTED = "document.adopted"

SHOWN = 5
"""Tasks that one remark names."""


@dataclass
class Stated(Statement):
    """What is stated of the tasks of one service.

    ``undocumented`` are tasks that stay open for want of their document, ``out`` the keys of the requests of each task
    that are out.
    """

    undocumented: set[str] = field(default_factory=set)
    out: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, facts: Sequence[Fact]) -> None:
        """All of them, those that others rest on first."""
        for task in self.context.tasks:
            known = standings(task.id, self.context)
            self.out[task.id].update(request for request, now in known.items() if now.could_be_out)
        dues = self._dues([fact for fact in facts if fact.kind == "date"])
        filed = {fact.name for fact in facts if fact.document}
        apart = {fact.name for fact in facts if fact.kind in ("task", "order")}
        acts: Mapping[str, Callable[[Fact], None]] = {
            "document": self._paper,
            "task": lambda fact: self._done(fact, filed),
            "stage": lambda fact: self._stage(fact, apart, filed),
            "order": lambda fact: self._order(fact, dues),
            "date": lambda fact: self._due(fact, dues),
            "decision": self.decide,
        }
        for kind, act in acts.items():
            for fact in facts:
                if fact.kind == kind:
                    act(fact)
        self._look_before(facts)
        self._look_at_order(facts)
        self._look_at_requests([fact for fact in facts if fact.kind == "order"])
        if not self.said.complaints and (stages := [fact for fact in facts if fact.kind == "stage"]):
            self._look_at_stages(stages)

    # -- one fact each -------------------------------------------------------------------------------------

    def _dues(self, facts: Sequence[Fact]) -> Days:
        """The days by which something is due; of two that differ the second is refused."""
        found: dict[str, Fact] = {}
        for fact in facts:
            for task in self._meant(fact):
                before = found.setdefault(task.id, fact)
                if before.row["date"] != fact.row["date"]:
                    words = f"{called(task)} has another day in {before.row.cell('date')}: {before.row['date']}."
                    self.said.refuse(fact.row, "date", words, "Leave one of the two rows.")
        return found

    def _paper(self, fact: Fact) -> None:
        for task in self._tasks(fact):
            if self._is_open_to_facts(fact, task):
                self.prove(fact, task.id, Event(DOCUMENT_ADOPTED, task.id, values_of(fact)))
                self.tell(f"Filed for {called(task)}", fact)

    def _done(self, fact: Fact, filed: set[str]) -> None:
        for task in self._tasks(fact):
            if self._may_close(fact, task):
                self._close(fact, task, filed)

    def _stage(self, fact: Fact, apart: set[str], filed: set[str]) -> None:
        known = {stage.id: stage.title for stage in self.context.profile.stages}
        if fact.name not in known:
            self.said.refuse(fact.row, "id", f"There is no stage {fact.name!r}{hint(fact.name, [*known])}.",
                             f"Stages: {', '.join(known)}.")  # fmt: skip
            return
        why = {task.id: self._why_apart(task, apart) for task in self.context.tasks_of(fact.name)}
        for task in self.context.tasks_of(fact.name):
            if not why[task.id]:
                self._close(fact, task, filed)
        if all(why.values()):
            reasons = " or ".join(sorted(set(why.values()))) or "is there"
            words = f"Nothing can be stated of {known[fact.name]}: every task of it {reasons}."
            self.said.refuse(fact.row, "id", words, "Leave the row out.")

    def _why_apart(self, task: Task, apart: set[str]) -> str:
        """Why a row about the whole stage says nothing of a task; empty where it closes it."""
        current = self.tasks.get(task.id) or self.context.record.tasks.get(task.id)
        if task.is_check:
            return "closes by itself"
        if task.declared in apart:
            return "has a row of its own"
        if current is not None and current.state.is_closed:
            return "is closed already"
        return "" if self.context.is_needed(task) else "is not needed"

    def _close(self, fact: Fact, task: Task, filed: set[str]) -> None:
        """The task is done, unless it is required and nothing shows it."""
        assert fact.at
        self.prove(fact, task.id, Event(ADOPTED_TASK, task.id, values_of(fact)))
        if task.is_binding and task.declared not in filed and not covering(task.id, self.context):
            self.undocumented.add(task.id)
            words = f"{called(task)} stays open: law or a carrier require it, and its document is not there."
            self.said.remark(fact.row, "document", words, "Give the document beside it.")
            return
        if (day := self.context.day_of(task)) and self.context.day(fact.at, task.party) < day:
            words = f"{called(task)} is stated for {self.context.day(fact.at, task.party)} and happens on {day}."
            self.said.remark(fact.row, "date", words, "It is to be done on that day. Correct the one or the other.")
        self._go_out(fact, task, self._requests(task))
        note = Event(ADOPTED_TASK, task.id, values_of(fact))
        self.tasks[task.id] = self._record(fact, task, TaskState.DONE, note)
        self.tell(f"Done on {self.context.day(fact.at)}: {called(task)}", fact)

    def _order(self, fact: Fact, dues: Days) -> None:
        for task in self._tasks(fact):
            if self._may_close(fact, task):
                self._ordered(fact, task, dues)

    def _ordered(self, fact: Fact, task: Task, dues: Days) -> None:
        """It is out; of several requests of a task those of the row, and the task is done once all are."""
        assert fact.at
        requests = self._requests(task)
        if not requests:
            self.prove(fact, task.id, Event(ADOPTED_ORDER, task.id, values_of(fact)))
        meant = [one for one in requests if task.row or not fact.row["row"] or self._is_about(one, fact)]
        if twice := [one for one in meant if one.key in self.out[task.id]]:
            self.said.refuse(fact.row, "id", f"{twice[0].summary} is out already.", "Leave the row out.")
            return
        current = self.context.record.tasks.get(task.id)
        other = current.reference if current and current.reference not in ("", fact.row["reference"]) else ""
        self._go_out(fact, task, meant)
        left = [one for one in requests if one.key not in self.out[task.id]]
        if not left:
            due = dues[task.id].at if task.id in dues else None
            day = due.date() if due else self.context.due_on(task, fact.at)
            state = TaskState.DONE if requests else TaskState.WAITING  # a request is done once it is out
            note = Event(ADOPTED_ORDER, task.id, values_of(fact))
            self.tasks[task.id] = self._record(fact, task, state, note, day)
        what = meant[0].summary if left else called(task)
        self.tell(f"Out since {self.context.day(fact.at)}{f', instead of {other}' if other else ''}: {what}", fact)

    def _is_about(self, request: Action, fact: Fact) -> bool:
        return is_meant(fact.row["row"], (request.key.rpartition("/")[2],), self.context.profile.country)

    def _requests(self, task: Task) -> list[Action]:
        return [one for one in desired(task, self.context) if one.connector == "support"]

    def _go_out(self, fact: Fact, task: Task, requests: Sequence[Action]) -> None:
        """These requests are out: they are never sent again, only changed."""
        for action in requests:
            if action.key not in self.out[task.id]:
                self.prove(fact, task.id, Event(ADOPTED_ORDER, task.id, values_of(fact)), subject=action.key)
                self.out[task.id].add(action.key)

    def _due(self, fact: Fact, dues: Days) -> None:
        """The day by which something that is out is due; that of a question is taken with the answers."""
        assert fact.at
        for task in self._tasks(fact):
            current = self.tasks.get(task.id) or self.context.record.tasks.get(task.id)
            if task.id not in self.tasks and (current is None or current.state is not TaskState.WAITING):
                self.said.refuse(fact.row, "id", f"{called(task)} is not out: it has no day by which it is due.",
                                 "State its order too, or the day of a question.")  # fmt: skip
            elif current is not None and dues.get(task.id) is fact:
                values = {"label": _("due"), "day": fact.at.date(), **values_of(fact)}
                self.prove(fact, task.id, Event(DAY_ADOPTED, task.id, values), self.now)
                self.tasks[task.id] = replace(current, due_on=fact.at.date())
                was = f", instead of {current.due_on}" if current.due_on not in (None, fact.at.date()) else ""
                self.tell(f"Due on {fact.at.date()}{was}: {called(task)}", fact)

    # -- parts ---------------------------------------------------------------------------------------------

    def _tasks(self, fact: Fact) -> Sequence[Task]:
        """The task that is meant; of one for every row those of the row that is named, or of all rows."""
        found, named = self.context.made_of(fact.name), fact.row["row"]
        if not found:
            known = [one.id for one in self.context.profile.tasks]
            self.said.refuse(fact.row, "id", f"There is no task {fact.name!r}{hint(fact.name, known)}.",
                             "`onboard profile show` lists them.")  # fmt: skip
        elif not (meant := self._meant(fact)):
            is_by_row = found[0].each is not None or (fact.kind == "order" and self._requests(found[0]))
            words = f"There is no row {named!r}." if is_by_row else f"{found[0].title} is done once, not by row."
            self.said.refuse(fact.row, "row", words, "Name it as the sheet does." if is_by_row else "Empty the cell.")
        else:
            return meant
        return ()

    def _meant(self, fact: Fact) -> Sequence[Task]:
        found, named = self.context.made_of(fact.name), fact.row["row"]
        if not named or not found:
            return found
        if found[0].each is not None:
            country = self.context.profile.country
            return tuple(
                one for one in found if one.row and is_meant(named, (one.row.label, one.row.key, one.id), country)
            )
        is_known = fact.kind == "order" and any(self._is_about(one, fact) for one in self._requests(found[0]))
        return found if is_known else ()

    def _is_open_to_facts(self, fact: Fact, task: Task) -> bool:
        """Whether anything can be stated of the task; what is wrong is reported."""
        if task.is_check:
            self.said.refuse(fact.row, "id", f"{task.title} closes by itself.", "Leave the row out.")
        elif not self.context.is_needed(task):
            words = f"{called(task)} is not needed by the answers."
            self.said.refuse(fact.row, "id", words, "Leave the row out, or give the answers that ask for it.")
        else:
            return True
        return False

    def _may_close(self, fact: Fact, task: Task) -> bool:
        """Whether a statement can close the task; what is wrong is reported."""
        current = self.context.record.tasks.get(task.id)
        if current is not None and current.state.is_closed:
            self.said.refuse(fact.row, "id", f"{called(task)} is {current.state} already.", "Leave the row out.")
        elif task.id in self.tasks:
            self.said.refuse(fact.row, "id", f"{called(task)} is stated twice, differently.", "Leave one row.")
        else:
            return self._is_open_to_facts(fact, task)
        return False

    # -- what is to be known beside it ---------------------------------------------------------------------

    def _look_before(self, facts: Sequence[Fact]) -> None:
        """What is stated as done although what comes before it is not."""
        rows = {fact.name: fact.row for fact in facts}
        for name in [name for name, record in self.tasks.items() if record.state is TaskState.DONE]:
            for before in self._open_before(name):
                row = rows.get(declared_id(name)) or next(iter(rows.values()))
                task = self.context.task(name)
                words = f"{called(task) if task else name} is stated as done, {called(before)} before it is not."
                self.said.remark(row, "id", words, "State it too where it was done.")

    def _open_before(self, name: str) -> Iterator[Task]:
        task = self.context.task(name)
        for one in (made for before in (task.after if task else ()) for made in self.context.made_of(before)):
            if one.is_check or not self.context.is_needed(one):
                continue
            record = self.tasks.get(one.id) or self.context.record.tasks.get(one.id)
            if record is None or not record.state.is_closed:
                yield one

    def _look_at_order(self, facts: Sequence[Fact]) -> None:
        """What is stated as done on a day before it was asked for, or before what comes before it."""
        rows = {fact.name: fact.row for fact in facts}
        for name, record in self.tasks.items():
            task = self.context.task(name)
            if task is None or record.state is not TaskState.DONE:
                continue
            row = rows.get(declared_id(name)) or next(iter(rows.values()))
            done = self.context.day(record.at, task.party)
            for words, at in self._earlier(task):
                if (day := self.context.day(at, task.party)) > done:
                    what = f"{called(task)} is stated as done on {done}, but {words} on {day}."
                    self.said.remark(row, "date", what, "Correct the one day or the other.")

    def _earlier(self, task: Task) -> Iterator[tuple[str, datetime]]:
        """What has to have happened before a task was done, as far as that is kept or stated, with when it did."""
        kept = self.context.record.tasks.get(task.id)
        if kept and kept.state is TaskState.WAITING:
            yield "it was asked for", kept.at
        for one in (made for before in task.after for made in self.context.made_of(before)):
            record = self.tasks.get(one.id) or self.context.record.tasks.get(one.id)
            if record and record.state in (TaskState.DONE, TaskState.WAITING):
                said = "was done" if record.state is TaskState.DONE else "was asked for"
                yield f"{called(one)}, which comes before it, {said}", record.at

    def _look_at_stages(self, facts: Sequence[Fact]) -> None:
        """What stays open of a stage that is stated as a whole."""
        before = self.context.record
        record = replace(
            before, tasks={**before.tasks, **self.tasks}, decisions=[*before.decisions, *self.decisions],
            evidence=[*before.evidence, *self.evidence],
        )  # fmt: skip
        progress = assess(replace(self.context, record=record))
        for fact in facts:
            views = [view for view in progress.of_stage(fact.name) if view.task.id not in self.undocumented]
            if still := [called(view.task) for view in views if not view.state.is_closed]:
                words = f"Still open in this stage: {first_few(still, SHOWN)}."
                self.said.remark(fact.row, "id", words, "`onboard tasks` says what they wait for, once it is kept.")

    def _look_at_requests(self, facts: Sequence[Fact]) -> None:
        """Requests that will still be sent, where others of their task are out."""
        for fact in facts:
            task = self.context.task(fact.name)
            for action in self._requests(task) if task and task.id not in self.tasks else ():
                if action.key not in self.out[action.task]:
                    words = f"{action.summary} is not stated to be out: it will be sent."
                    self.said.remark(fact.row, "row", words, "State it too where it is out.")

    def _record(self, fact: Fact, task: Task, state: TaskState, note: Event, due: date | None = None) -> TaskRecord:
        assert fact.at
        known = note, fact.row["reference"], self.context.version, self.login
        return TaskRecord(task.id, state, fact.at, task.party, due, fact.row["by"], *known)

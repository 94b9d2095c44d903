"""What rows of a file state about the tasks of one service, held against its profile.

A statement is no proof: it is dated by what is stated and says that nobody has verified it. What law or a carrier
require stays open without its document, and so does a decision that needs one. What would have no effect is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from onboarding.case.facts import Fact
from onboarding.case.people import no_reporter, roles_of
from onboarding.case.row_names import is_meant
from onboarding.case.stated_decisions import take_decisions
from onboarding.case.stated_remarks import SHOWN, remark, requests_of
from onboarding.case.statement import DAY_ADOPTED, Days, Statement, called, values_of
from onboarding.domain.action import Action
from onboarding.domain.event import ADOPTED_ORDER, ADOPTED_TASK, REOPENED, Event
from onboarding.domain.history import TaskRecord, TaskState
from onboarding.domain.language import _
from onboarding.domain.params import hint_or_stop
from onboarding.domain.task import Task
from onboarding.errors import InputError
from onboarding.stages.basis import covering
from onboarding.stages.checks.documents import document_gate
from onboarding.stages.outgoing import standings
from onboarding.text import first_few

DOCUMENT_ADOPTED = "document.adopted"


class Stated(Statement):
    """What is stated of the tasks of one service."""

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
        }
        for kind, act in acts.items():
            for fact in facts:
                if fact.kind == kind:
                    act(fact)
        take_decisions(self, [fact for fact in facts if fact.kind == "decision"])
        remark(self, facts)

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
            if self._is_open_to_facts(fact, task) and self._is_theirs(fact, task):
                self._prove(fact, task, DOCUMENT_ADOPTED)
                self._tell(f"Filed for {called(task)}", fact, task)

    def _done(self, fact: Fact, filed: set[str]) -> None:
        for task in self._tasks(fact):
            if self._may_close(fact, task) and self._is_theirs(fact, task):
                self._close(fact, task, filed)

    def _stage(self, fact: Fact, apart: set[str], filed: set[str]) -> None:
        known = {stage.id: stage.title for stage in self.context.profile.stages}
        if fact.name not in known:
            self.said.refuse(fact.row, "id", f"There is no stage {fact.name!r}{hint_or_stop(fact.name, known)}",
                             f"Stages: {', '.join(known)}.")  # fmt: skip
            return
        why = {task.id: self._why_apart(task, apart) for task in self.context.tasks_of(fact.name)}
        meant = [task for task in self.context.tasks_of(fact.name) if not why[task.id]]
        not_theirs = [task for task in meant if self._no_reporter(fact, task)]
        for task in meant:
            if task not in not_theirs:
                self._close(fact, task, filed)
        self._leave_open(fact, not_theirs, is_all=not_theirs == meant)
        if all(why.values()):
            reasons = " or ".join(sorted(set(why.values()))) or "is there"
            words = f"Nothing can be stated of “{known[fact.name]}”: every task of it {reasons}."
            self.said.refuse(fact.row, "id", words, "Leave the row out.")

    def _leave_open(self, fact: Fact, tasks: Sequence[Task], is_all: bool) -> None:
        """Tasks of a stage that whoever states it may not report: they stay open, and it is said who may."""
        if not tasks:
            return
        objection = self._no_reporter(fact, tasks[0])
        assert objection
        if is_all:
            self.said.refuse(fact.row, "by", objection.message, objection.command)
            return
        self.left_open.update(task.id for task in tasks)
        words = f"Not for {fact.row['by']} to say, so it stays open: {first_few([*map(called, tasks)], SHOWN)}."
        self.said.remark(fact.row, "by", words, f"State each in a row by whoever does it. {objection.command}")

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
        self._prove(fact, task, ADOPTED_TASK)
        waiting = document_gate(task.id, self.context)
        has_paper = task.declared in filed or covering(task.id, self.context)
        if (task.is_binding or waiting) and not has_paper:
            self.left_open.add(task.id)
            why = f"“{waiting.title}” rests on it" if waiting else ""
            why = "law or a carrier require it" if task.is_binding else why
            words = f"{called(task)} stays open: {why}, and its document is not there."
            self.said.remark(fact.row, "document", words, "Give the document beside it.")
            return
        if (day := self.context.day_of(task)) and self.context.day(fact.at, task.party) < day:
            words = f"{called(task)} is stated for {self.context.day(fact.at, task.party)} and happens on {day}."
            self.said.remark(fact.row, "date", words, "It is to be done on that day. Correct the one or the other.")
        self._go_out(fact, task, requests_of(task, self.context))
        note = Event(ADOPTED_TASK, task.id, values_of(fact))
        self.tasks[task.id] = self._record(fact, task, TaskState.DONE, note)
        self._tell(f"Done on {self.context.day(fact.at)}: {called(task)}", fact, task)

    def _order(self, fact: Fact, dues: Days) -> None:
        for task in self._tasks(fact):
            if self._may_close(fact, task) and self._is_theirs(fact, task):
                self._ordered(fact, task, dues)

    def _ordered(self, fact: Fact, task: Task, dues: Days) -> None:
        """It is out; of several requests of a task those of the row, and the task is done once all are."""
        assert fact.at
        requests = requests_of(task, self.context)
        if not requests:
            self._prove(fact, task, ADOPTED_ORDER)
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
        self._tell(
            f"Out since {self.context.day(fact.at)}{f', instead of {other}' if other else ''}: {what}", fact, task
        )

    def _is_about(self, request: Action, fact: Fact) -> bool:
        return is_meant(fact.row["row"], (request.key.rpartition("/")[2],), self.context.profile.country)

    def _go_out(self, fact: Fact, task: Task, requests: Sequence[Action]) -> None:
        """These requests are out: they are never sent again, only changed."""
        for action in requests:
            if action.key not in self.out[task.id]:
                self._prove(fact, task, ADOPTED_ORDER, subject=action.key)
                self.out[task.id].add(action.key)

    def _due(self, fact: Fact, dues: Days) -> None:
        """The day by which something that is out is due; that of a question is taken with the answers."""
        assert fact.at
        self.hear_day(fact)
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

    # -- whose word it is ----------------------------------------------------------------------------------

    def _no_reporter(self, fact: Fact, task: Task) -> InputError | None:
        return no_reporter(fact.row["by"] or self.login, task, self.people, self.context)

    def hear_day(self, fact: Fact) -> None:
        """Of a day that is stated of a task, not of a question, it is asked whose word it is, where one is given."""
        for task in self.context.made_of(fact.name)[: 1 if fact.row["by"] else 0]:
            self._is_theirs(fact, task)

    def _is_theirs(self, fact: Fact, task: Task) -> bool:
        """Whether they may say it of the task, as they would here; what is wrong is reported."""
        if objection := self._no_reporter(fact, task):
            whose = "" if fact.row["by"] else "Give the name of whoever says it. "
            self.said.refuse(fact.row, "by", objection.message, f"{whose}{objection.command}")
        return objection is None

    def _prove(self, fact: Fact, task: Task, kind: str, subject: str = "") -> None:
        what = Event(kind, task.id, values_of(fact))
        self.prove(fact, task.id, what, subject=subject, roles=roles_of(task))

    def _tell(self, what: str, fact: Fact, task: Task) -> None:
        self.tell(what, fact, self.people.has(fact.row["by"] or self.login, roles_of(task)))

    # -- parts ---------------------------------------------------------------------------------------------

    def _tasks(self, fact: Fact) -> Sequence[Task]:
        """The task that is meant; of one for every row those of the row that is named, or of all rows."""
        found, named = self.context.made_of(fact.name), fact.row["row"]
        if not found:
            known = [one.id for one in self.context.profile.tasks]
            self.said.refuse(fact.row, "id", f"There is no task {fact.name!r}{hint_or_stop(fact.name, known)}",
                             "`onboard profile show` lists them.")  # fmt: skip
        elif not (meant := self._meant(fact)):
            is_by_row = found[0].each is not None or (fact.kind == "order" and requests_of(found[0], self.context))
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
        is_known = fact.kind == "order" and any(
            self._is_about(one, fact) for one in requests_of(found[0], self.context)
        )
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
        elif current is not None and current.note.kind == REOPENED and fact.at and fact.at <= current.at:
            words = f"{called(task)} was to be done anew on {self.context.day(current.at)}, after that."
            self.said.refuse(fact.row, "date", words, "Leave the row out, or state when it was done again.")
        elif task.id in self.tasks:
            self.said.refuse(fact.row, "id", f"{called(task)} is stated twice, differently.", "Leave one row.")
        else:
            return self._is_open_to_facts(fact, task)
        return False

    def _record(self, fact: Fact, task: Task, state: TaskState, note: Event, due: date | None = None) -> TaskRecord:
        assert fact.at
        known = note, fact.row["reference"], self.context.version, self.login
        return TaskRecord(task.id, state, fact.at, task.party, due, fact.row["by"], *known)

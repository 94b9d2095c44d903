"""The people's side of one stage of a case: its cards, and what they do to the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from onboarding.case import decisions, leaving_out, may_be_done, work
from onboarding.case.case import Case
from onboarding.case.decisions import Vote
from onboarding.case.doubts import on_trust, taken_on_trust, wanted_proof
from onboarding.case.people import roles_leaving_out
from onboarding.case.reports import Report
from onboarding.domain.action import Attachment as File
from onboarding.domain.history import TaskState
from onboarding.domain.json import JSON
from onboarding.domain.question import Question
from onboarding.domain.task import Task
from onboarding.notebook.ask import GateCards, TaskCards, TaskWork
from onboarding.notebook.cards import Card
from onboarding.notebook.procedure_cells import ProcedureCards, procedure_cards
from onboarding.notebook.row_cards import RowsCard, RowWork
from onboarding.notebook.standing import at_rest_html
from onboarding.stages.desired import Entries, entries
from onboarding.stages.gate import decision_digest
from onboarding.stages.owed import gates_of
from onboarding.stages.schedule import days_words
from onboarding.stages.task_status import TaskStatus, removal_of, waits_for_two
from onboarding.stages.waiving import who_may_waive, why_not_skipped


@dataclass(frozen=True, slots=True)
class PeoplesWork:
    """What people do and decide at ``stage``; ``now()`` is the case at the moment of the question."""

    now: Callable[[], Case]
    stage: str

    def task_cards(self) -> TaskCards:
        """A card for each task that waits on somebody, and one for all rows of a task."""
        case = self.now()
        context, progress = case.look()
        views = [view for view in progress.of_stage(self.stage) if _is_for_people(view)]

        def kept(task: Task) -> str:
            refusal = why_not_skipped(task, context)
            return refusal and f"{refusal} {who_may_waive(task, context)}"

        def values(view: TaskStatus) -> Entries:
            return entries(view.task, context)

        found = TaskWork(
            self._done,
            self._skip,
            self._waive,
            values,
            kept,
            self._day_asked,
            self._days,
            self._asked_in,
            self._is_late,
        )
        cards = (self._card_of_rows(name, kept(context.known(name))) for name in _with_rows(views))
        nothing = at_rest_html(case, self.stage, progress)
        more = chain(cards, self._removals(progress.of_stage(self.stage)))
        return TaskCards(views, case.profile.party_title, found, more, nothing, self.titles, case.here)

    def _removals(self, views: Sequence[TaskStatus]) -> Iterator[Card]:
        """The cards of the procedures by which two people remove what these tasks have set up."""
        waiting = {view.task.connector for view in views if any(map(waits_for_two, view.reasons))}
        procedures = self.now().profile.procedures.values()
        found = [removal_of(procedures, connector) for connector in sorted(waiting)]
        return procedure_cards([one for one in found if one], self.acting)

    @property
    def titles(self) -> Mapping[str, str]:
        """Of the tasks of this stage, as the profile has them."""
        return {task.id: task.title for task in self.now().profile.tasks_of(self.stage)}

    def gate_cards(self) -> GateCards:
        """A card for each gate that people decide."""
        case = self.now()
        context, progress = case.look()
        gates = () if progress.end else gates_of(self.stage, case.profile, progress)
        views = [view for view in gates if view.gate.kind == "decision"]
        seen = {view.gate.id: decision_digest(view.gate, context) for view in views}

        def decide(
            gate: str,
            approve: bool,
            by: str,
            role: str,
            note: str,
            file: File | None,
            answers: dict[str, JSON],
            same: bool,
        ) -> str:
            vote = Vote(gate, approve, role, note, file, answers, seen[gate], is_same_file=same)
            kept = decisions.decide(self.acting(by), vote)
            return "" if kept.is_verified else on_trust(kept.by, [role], self.now().context())

        return GateCards(views, case.profile.party_title, decide)

    def procedure_cards(self, kinds: Sequence[str]) -> ProcedureCards:
        """A card for each procedure of these kinds."""
        found = [one for one in self.now().profile.procedures.values() if one.kind in kinds]
        return ProcedureCards(found, self.acting)

    def acting(self, by: str) -> Case:
        """The case in the hands of ``by``; empty: of whoever runs the notebook."""
        case = self.now()
        return case.acting(by or case.by)

    def _done(self, task: str, by: str, note: str, file: File | None, same: bool, day: str) -> str:
        return self._rows_done([task], by, note, file, same, date.fromisoformat(day) if day else None)

    def _skip(self, task: str, by: str, reason: str) -> str:
        return self._rows_skipped([task], by, reason)

    def _waive(self, task: str, by: str, role: str, reason: str, file: File | None, same: bool) -> str:
        return self._rows_waived([task], by, role, reason, file, same)

    def _days(self, task: str) -> str:
        found = self.now().schedule().tasks.get(task)
        return days_words(found) if found else ""

    def _day_asked(self, task: Task) -> Question | None:
        return self.now().questionnaire.question(task.brings) if task.brings else None

    def _asked_in(self, task: Task) -> Sequence[str]:
        return may_be_done.asked_in(task, self.now())

    def _is_late(self, view: TaskStatus) -> bool:
        return view.is_overdue(self.now().at)

    def _card_of_rows(self, name: str, kept: str) -> RowsCard:
        case = self.now()
        brings = self._day_asked(case.task(name))
        found = RowWork(
            self._look_at_rows, self._rows_done, self._rows_skipped, self._rows_waived, self._row_values,
            lambda: self.now().at, brings,
        )  # fmt: skip
        return RowsCard(name, found, case.profile.party_title, kept)

    def _look_at_rows(self, task: str) -> tuple[TaskStatus, Sequence[TaskStatus]]:
        progress = self.now().progress()
        views = [view for view in progress.of_rows(task) if view.state is not TaskState.NOT_NEEDED]
        return progress.task(task), views

    def _rows_done(
        self, tasks: Sequence[str], by: str, note: str, file: File | None, same: bool, day: date | None
    ) -> str:
        reports, case = [Report(task, note, document=file, day=day) for task in tasks], self.acting(by)
        lines = work.all_done(case, reports, is_same_file=same, is_current=same, is_confirmed=same)
        return " ".join([*taken_on_trust(case, lines), *wanted_proof(case, lines)])

    def _rows_skipped(self, tasks: Sequence[str], by: str, reason: str) -> str:
        case = self.acting(by)
        lines = leaving_out.all_skipped(case, tasks, reason)
        return " ".join(taken_on_trust(case, lines, lambda task: roles_leaving_out(task, case.context())))

    def _rows_waived(self, tasks: Sequence[str], by: str, role: str, reason: str, file: File | None, same: bool) -> str:
        case = self.acting(by)
        lines = leaving_out.all_waived(case, tasks, role, reason, file, same)
        return " ".join(taken_on_trust(case, lines, lambda task: [role]))

    def _row_values(self, view: TaskStatus) -> Entries:
        return entries(view.task, self.now().context())


def _with_rows(views: Sequence[TaskStatus]) -> list[str]:
    """Ids of the tasks for every row that these are of."""
    return list(dict.fromkeys(view.task.declared for view in views if view.task.row))


def _is_for_people(view: TaskStatus) -> bool:
    waiting = (TaskState.WAITING, TaskState.UNKNOWN, TaskState.REJECTED)
    return view.state in waiting or (view.state is TaskState.READY and view.task.is_manual and not view.task.is_check)

"""Everything a decision is made from, as one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, Protocol

from onboarding.answers.check import Checked
from onboarding.domain.action import Action
from onboarding.domain.calendar import Calendar
from onboarding.domain.event import REPORTED
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.json import Answers
from onboarding.domain.row import Row
from onboarding.domain.task import GO_LIVE, START, LeadTime, Task
from onboarding.profile.model import Profile
from onboarding.stages.answered import Answered
from onboarding.stages.row_places import calendar_at
from onboarding.stages.row_tasks import RowTasks
from onboarding.stages.rows import TableRows


class Closed(Protocol):
    """State of a task by id."""

    def __call__(self, task_id: str) -> TaskState: ...


@dataclass(frozen=True)
class Context(Answered):
    """One customer at one instant, with the tasks there are for these answers, and the answers there were before.

    ``past`` gives an earlier version of the answers, read as these were; ``earlier`` the same as the edition of then
    reads it, with its profile, None for the edition of now.

    Of the answers `narrowed` to what a task of a row has to do with, ``single`` is the table of which that row is left.
    """

    past: Callable[[int], Checked] | None = field(default=None, compare=False, repr=False)
    earlier: Callable[[int], tuple[Profile, Checked] | None] | None = field(default=None, compare=False, repr=False)
    single: str = ""
    made: dict[tuple[int, int, int], tuple[Answers, RowTasks]] = field(default_factory=dict, compare=False, repr=False)
    desired: dict[int, tuple[Task, list[Action]]] = field(init=False, default_factory=dict, compare=False, repr=False)
    """What tasks would bring about, by the identity of the task, as far as it was asked for (`stages.desired`)."""
    _lines: list[dict[str, list[Evidence]]] = field(init=False, default_factory=list, compare=False, repr=False)
    _before: dict[int, Context | None] = field(init=False, default_factory=dict, compare=False, repr=False)
    _then: dict[int, Context | None] = field(init=False, default_factory=dict, compare=False, repr=False)
    _whole: dict[str, TaskRecord | None] = field(init=False, default_factory=dict, compare=False, repr=False)

    def before(self, version: int) -> Context | None:
        """The same with the answers of an earlier version; None when they say what these say, of the same rows.

        Both were read by the same reader and profile: a better one makes no difference.
        """
        if self.past is None or version in (0, self.version):
            return None
        if version not in self._before:
            then = self.past(version)
            is_same = then.values == self.values and then.ids == self.ids
            earlier = None if is_same else replace(self, values=then.values, ids=then.ids, version=version)
            self._before[version] = earlier
        return self._before[version]

    def with_answers_of(self, version: int) -> Context:
        """The same, under the edition of now, with that version of the answers; 0 is before the first."""
        if self.past is None or version:
            return self.before(version) or self
        then = self.past(0)
        return replace(self, values=then.values, ids=then.ids, version=0)

    def under_edition_of(self, version: int) -> Context | None:
        """The same as it stood with an earlier version of the answers, under the edition of the profile that held then.

        None when it is the edition of now.
        """
        if self.earlier is None or not self.record.editions:
            return None
        if version not in self._then:
            found = self.earlier(version)
            self._then[version] = found and replace(
                self, profile=found[0], values=found[1].values, ids=found[1].ids, version=version, earlier=None
            )
        return self._then[version]

    def as_of(self, version: int) -> Context | None:
        """As it stood with that version of the answers, under the edition of then; None when it says the same."""
        return self.under_edition_of(version) or self.before(version)

    # -- tasks ---------------------------------------------------------------------------------------------

    @cached_property
    def table_rows(self) -> TableRows:
        """The rows of the answers, found again by their ids."""
        return TableRows(self.profile.questionnaire, self.values, self.ids)

    @cached_property
    def _tasks(self) -> RowTasks:
        """Worked out once for the same answers, record and profile, also for a copy of this with another clock."""
        key = id(self.values), id(self.record), id(self.profile)
        if key not in self.made:
            found = RowTasks(
                self.profile, self.table_rows, self.record, lambda version: (self.before(version) or self).table_rows
            )
            self.made[key] = self.values, found
        return self.made[key][1]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of this customer in the profile's order, one for each row where there is one for every row."""
        return self._tasks.all

    def task(self, task_id: str) -> Task | None:
        """The task of that id, of a row or as the profile has it."""
        return self._tasks.by_id.get(task_id)

    def known(self, task_id: str) -> Task:
        """The task of that id. Raises KeyError."""
        return self._tasks.by_id[task_id]

    def tasks_of(self, stage: str) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.stage == stage)

    def made_of(self, task_id: str) -> tuple[Task, ...]:
        """The tasks that are meant by an id: those of the rows of one for every row, else the one itself."""
        task = self.task(task_id)
        return (task,) if task is not None and task.row else self._tasks.made_of(task_id)

    def tasks_at(self, task_id: str, table: str, place: int) -> list[Task]:
        """The tasks of one in the profile that have to do with the row at a place of a table."""
        return self._tasks.at(task_id, table, place)

    def is_wanted(self, task_id: str) -> bool:
        """Whether these answers want any of the tasks that are meant by an id."""
        return any(self.is_needed(one) for one in self.made_of(task_id))

    def rows_of(self, task: Task) -> Sequence[Row]:
        """The rows that a task of a row is about; none where they are not among these answers."""
        return self.table_rows.rows(task.each, task.row.key) if task.each and task.row else ()

    def kept(self, task_id: str) -> TaskRecord | None:
        """What is kept of a task; of one for every row once all are closed: the last that was done, for all of them."""
        if (task := self.task(task_id)) is None or not task.stands_for_rows:
            return self.record.tasks.get(task_id)
        if task_id not in self._whole:
            self._whole[task_id] = self._kept_of_all(task_id)
        return self._whole[task_id]

    def _kept_of_all(self, task_id: str) -> TaskRecord | None:
        kept = [self.record.tasks.get(one.id) for one in self.made_of(task_id) if self.is_needed(one)]
        closed = [one for one in kept if one is not None and one.state.is_closed]
        if not closed or len(closed) < len(kept):
            return None
        done = [one for one in closed if one.state is TaskState.DONE]
        last = max(done or closed, key=lambda one: one.at)
        return replace(last, task=task_id, version=max(one.version for one in done or closed))

    def narrowed(self, task: Task) -> Context:
        """The same with only those rows that have to do with a task of a row; as it is for any other."""
        if task.each is None or task.row is None:
            return self
        rows, values, ids = self.table_rows, dict(self.values), dict(self.ids)
        self.tasks  # noqa: B018  those of all rows, worked out before they are seen alone
        for table in rows.related(task.each.rows):
            places = rows.about(task.each, task.row.key, table)
            if places is not None and table in values:
                values[table] = [values[table][place] for place in places]
                ids[table] = [rows.id_at(table, place) for place in places]
        single = task.each.rows if len(values.get(task.each.rows) or ()) == 1 else ""
        return self._with(values=values, ids=ids, single=single)

    def _with(self, **fields: Any) -> Context:
        """A copy with other answers, that reads no clock; what was worked out of the record goes with it."""
        other, worked_out = copy(self), ("table_rows",)
        kept = {name: value for name, value in vars(self).items() if name not in worked_out}
        vars(other).clear()
        vars(other).update(kept | {"desired": {}, "_before": {}, "_then": {}, "_whole": {}} | fields)
        return other

    def lines(self, task: str, of_all_phases: bool = False) -> Sequence[Evidence]:
        """What the record of this phase says of a task, or what all phases say, oldest first."""
        if not self._lines:
            self._lines.append({})
            self._lines.append({})
            for known, lines in zip(self._lines, (self.record.evidence, self.record.lines()), strict=True):
                for line in lines:
                    known.setdefault(line.task, []).append(line)
        return self._lines[of_all_phases].get(task, ())

    def documents(self, task_id: str) -> list[Evidence]:
        """The proofs of a task that are documents, of one for every row those of all; the paper of a waiver proves that
        it was not done.
        """
        ids = [task.id for task in self.made_of(task_id)] or [task_id]
        found = (line for name in ids for line in self.lines(name))
        return [line for line in found if line.document and not line.is_waiver]

    def gates_of(self, task: Task) -> tuple[str, ...]:
        """Ids of the gates that hold a task: those of its stage, then its own."""
        return (*self.profile.stage(task.stage).gates, *task.gates)

    def is_needed(self, task: Task) -> bool:
        """Whether these answers want it: of a task of a row whether the row is there and one that is meant."""
        if task.each is None:
            return task.when is None or task.when.holds(self.values)
        if task.row is None:
            is_asked = task.each.rows in self.values and not self.table_rows.of(task.each.rows)
            return is_asked and (task.when is None or task.when.holds(self.values))
        rows, table = self.rows_of(task), task.each.rows
        return bool(rows) if task.when is None else any(task.when.holds(self.values, row, table) for row in rows)

    def anchor(self, lead: LeadTime) -> date | None:
        """The day a lead time counts from: the wanted go-live or a date that was answered; None while not known.

        Of a table's dates the earliest is counted back from, the latest onward.
        """
        if lead.anchor == GO_LIVE:
            return self.wanted_live()
        days = self.dates(lead.anchor)
        return (min if lead.is_before else max)(days) if days else None

    def day_of(self, task: Task) -> date | None:
        """The day a task happens on, of a table's dates the last; None where it has none, or none is known."""
        return max(self.narrowed(task).dates(task.on), default=None) if task.on else None

    def calendar_for(self, task: Task) -> Calendar:
        """The calendar by which a task is due: its party's own, else the provider's where its row is."""
        if task.each is None or task.row is None or task.party in self.profile.calendars:
            return self.calendar_of(task.party)
        asked, usual = self.profile.questionnaire, self.calendar_of(task.party)
        return calendar_at(usual, task.each.rows, self.rows_of(task), asked, self.values)

    def lead_of(self, task: Task) -> LeadTime | None:
        """The lead time that holds for this customer."""
        return task.lead.of(self.narrowed(task).values) if task.lead else None

    def due_by(self, task: Task) -> time | None:
        """The hour of the promised day until which it is in time, where the profile says one."""
        lead = None if self.day_of(task) else self.lead_of(task)
        return lead.by if lead else None

    def late_at(self, task: Task, day: date, by: time | None = None, party: str = "") -> datetime:
        """The instant from which a task that is due on a day, by an hour of it, is late where whoever has it works."""
        return self.calendar_for(replace(task, party=party or task.party)).over_at(day, by)

    def due_on(self, task: Task, begun: datetime | None = None) -> date | None:
        """The promised day of a task that began then (now), where its party works; None without a promise.

        What happens on a day that is known is promised for that day.
        """
        lead, start = self.lead_of(task), begun or self.at
        if (day := self.day_of(task)) or lead is None:
            return day
        before = self.kept(lead.anchor)
        if self.task(lead.anchor) is not None:
            lead, start = replace(lead, anchor=START), before.at if before else start
        anchor = None if lead.anchor == START else self.narrowed(task).anchor(lead)
        return self.calendar_for(task).due(lead, start, {lead.anchor: anchor} if anchor else {})

    def last_done(self, task: Task) -> datetime | None:
        """When a task that comes back and lies with somebody was done last; None before its first time."""
        current = self.record.tasks.get(task.id)
        is_back = task.every is not None and current is not None and not current.state.is_closed
        return current.at if current and is_back and self._was_reported(task.id) else None

    def _was_reported(self, task_id: str) -> bool:
        return any(line.what.kind == REPORTED for line in self.lines(task_id))

    def comes_back_on(self, task: Task, done_at: datetime) -> date | None:
        """The day on which a task that was done then comes back, where its party works; None where it does not."""
        every = task.every.of(self.narrowed(task).values) if task.every else None
        return self.calendar_for(task).due(every, done_at, {}) if every else None

    def promised_on(self, task: Task, current: TaskRecord | None) -> date | None:
        """The day a task that lies with somebody is promised for: it moves with the date it counts from.

        A go-live is a wish; what was promised for it stays as it was promised.
        """
        if current is None or current.state.is_closed:
            return current.due_on if current else None
        lead = self.lead_of(task)
        is_dated = lead is not None and self.profile.questionnaire.question(lead.anchor) is not None
        if not task.on and not is_dated:
            return current.due_on
        return self.due_on(task, current.at) or current.due_on

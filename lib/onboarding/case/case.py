"""One customer opened at one instant: answers, record, and where everything stands.

A `Case` reads store and profile and lets the pure functions of `stages` decide. What people report is kept
by `case.work`, what would be changed is asked in `case.planning`; only `engine.apply` changes an outside system.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from onboarding import settings
from onboarding.answers.check import Checked
from onboarding.answers.reading import likeness
from onboarding.case.case_context import CaseContext
from onboarding.case.status_rows import progress_rows
from onboarding.domain.history import Ending, Engagement, Evidence, HandOver, TaskRecord
from onboarding.domain.json import JSON, Answers
from onboarding.domain.params import hint_or_stop
from onboarding.domain.reservation import Move
from onboarding.domain.row import RowIds, identified, row_id, rows_in
from onboarding.domain.schedule import Schedule
from onboarding.domain.task import Task, declared_id
from onboarding.domain.validity import Validity
from onboarding.errors import InputError
from onboarding.profile.deciding import decided_by
from onboarding.stages.assessment import assess
from onboarding.stages.consequences import to_record
from onboarding.stages.context import Context
from onboarding.stages.dated import moved
from onboarding.stages.due import due
from onboarding.stages.early_days import refuse_early
from onboarding.stages.freed import freed, freeing
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.reservations import ageing_of, brought, limited, move_of, of_rows, refuse_taken, sparing
from onboarding.stages.schedule import noted_days, schedule_of
from onboarding.stages.time_tracking import starts
from onboarding.store.moment_repository import Moment

_REMEDIES = {
    Ending.DELETED: "That is for good: another customer has to be made.",
    Ending.DEMO: "That is for good: all that is left is the procedure that deletes it.",
    Ending.CANCELLED: "If it was cancelled by mistake, it is taken back on the command line.",
}
_COMMAND = {
    Ending.DELETED: "That is for good: make another customer with `onboard new`.",
    Ending.CANCELLED: "If it was cancelled by mistake: `onboard end {customer} --undo --by WHO --reason WHY`.",
}


class Case(CaseContext):
    """One engagement of a customer at one instant: what every face reads and writes."""

    def _begin(self, engagement: Engagement, beside: tuple[Engagement, ...]) -> None:
        super()._begin(engagement, beside)
        self._progress: tuple[Context, ProjectStatus] | None = None
        self._schedule: tuple[Context, ProjectStatus, Schedule] | None = None
        self._noted: tuple[Context, ProjectStatus] | None = None

    @property
    def entered_by(self) -> str:
        """The login that enters what ``by`` says."""
        return self.login or engineer()

    # -- answers that are kept -----------------------------------------------------------------------------

    def save_answers(
        self, document: Mapping[str, JSON], source: str, based_on: int | None = None, is_joint: bool = False
    ) -> int:
        """Keep a whole document as a new version, what it names reserved; returns the version's number.

        One that ``is_joint`` has the answers to all that the customer's services ask. Raises InputError CUSTOMER-ENDED,
        as everything does that is done for a customer, DAY-EARLY for a day before the request that it answers.
        """
        self.refuse_ended()
        alike, before = likeness(self._together.asked), self._documents()
        document = self.whole(document, is_joint)
        self._refuse_early(document)
        version = self.store.save_answers(self.customer.id, document, self.by, self.at, source, based_on, alike)
        self._after_answers(before)
        return version

    def save_section(
        self, section: str, value: JSON, source: str = "form", based_on: int | None = None, is_shown: bool = False
    ) -> int:
        """Keep one section as a whole, at once; returns the version's number.

        Where what `with_inventory` finds ``is_shown`` beside the answers anyway, nothing is raised about it.
        """
        self.refuse_ended()
        name, alike, before = self.customer.id, likeness(self._together.asked), self._documents()
        value = self.whole({**self.document, section: value})[section]
        self._refuse_early({**self._whole, section: value})
        version = self.store.save_section(name, section, value, self.by, self.at, source, based_on, alike=alike)
        self._after_answers(before, is_quiet=is_shown)
        return version

    def _refuse_early(self, document: Answers) -> None:
        """Raises InputError DAY-EARLY; see `stages.early_days`."""
        kept, alike = self._whole, likeness(self._together.asked)
        for case in (self, *self.others):
            named = {name.partition(".")[0] for name in case.profile.brought if case.record.tasks}
            moved_in = [name for name in named & document.keys() if document[name] != kept.get(name)]
            ids = RowIds("not kept", lambda: [row_id(row) for content in kept.values() for row in rows_in(content)])
            found = {name: identified(kept.get(name), document[name], alike(name), ids) for name in moved_in}
            if found:
                refuse_early(case.context(), case.seen(kept), case.seen({**kept, **found}))

    def _documents(self) -> list[tuple[Case, Answers]]:
        """Each service of the customer that goes on, with the answers it sees."""
        return [(one, one.document) for one in (self, *self.others)]

    def _after_answers(self, before: list[tuple[Case, Answers]], is_quiet: bool = False) -> None:
        """Raises InputError CLAIM-TAKEN with what other customers have; everything else is reserved by then."""
        for case, was in before:
            for line in moved(case.context(), was, case.document, case.by, case.at):
                case.store.add_evidence(case.customer.id, replace(line, entered_by=case.entered_by))
        taken = self.store.reserve(self.customer.id, self.wanted(), self.at, self.by)
        for case, _ in before:
            case.note_progress()
        if not is_quiet:
            refuse_taken(taken, self._ageing(taken))

    # -- where it stands -----------------------------------------------------------------------------------

    def progress(self) -> ProjectStatus:
        """Where the project stands; worked out anew when somebody has written, or when the time has changed it."""
        return self.look()[1]

    def look(self) -> tuple[Context, ProjectStatus]:
        """`context` and `progress` of one moment."""
        kept = self._kept()
        return self._context_of(kept), self._assessed(kept)[1]

    def _assessed(self, kept: Moment) -> tuple[Context, ProjectStatus]:
        """Where the project stands, with what that was worked out from."""
        context = self._context_of(kept)
        if self._progress is None or not self._stays(self._progress[0], context):
            watched = replace(context, validity=self._validity(self._check(kept)))
            progress = assess(watched)
            begun = partial(starts, context, progress, kept.asked)
            self._progress = watched, replace(progress, starts=begun)
        return self._progress

    def _stays(self, before: Context, now: Context) -> bool:
        is_same = before.record is now.record and before.values is now.values and before.problems is now.problems
        return is_same and before.validity.holds(self.at)

    def schedule(self) -> Schedule:
        """When everything is planned, promised, expected and done; worked out once for one look at the customer."""
        look = self.look()
        if self._schedule is None or self._schedule[0] is not look[0] or self._schedule[1] is not look[1]:
            self._schedule = (*look, schedule_of(*look))
        return self._schedule[2]

    def set_task(self, record: TaskRecord, before: Mapping[str, TaskRecord | None] | None = None) -> None:
        """Keep where a task stands; what it brings moves in the inventory with it. Raises as `report`."""
        self.report((), [record], before)

    def report(
        self,
        evidence: Sequence[Evidence],
        records: Sequence[TaskRecord],
        before: Mapping[str, TaskRecord | None] | None = None,
    ) -> None:
        """Keep lines of proof, and where tasks of one in the profile stand with them: all of it or nothing.

        What they bring moves in the inventory with it, of a task of a row what belongs to that row. ``before`` is what
        was kept of tasks when it was decided: raises Busy TASK-MOVED-ON where that is something else by now.
        """
        moved = self.brought_by(records, evidence)
        self.store.report(self.customer.id, evidence, records, moved, before, ageing_of(self._offer))

    def brought_by(self, records: Sequence[TaskRecord], evidence: Sequence[Evidence] = ()) -> Move | None:
        """What becomes of the inventory with tasks of one in the profile; None where they bring nothing."""
        record = records[-1] if records else None
        states = brought(self._offer, declared_id(record.task)) if record else {}
        if not record or not states:
            return None
        kept = self._kept()
        reserved, context = self._reserved(self._check(kept)), self._context_of(kept)
        # Whatever its state: it only moves on, never back.
        moved = move_of(states, record, (*kept.record.evidence, *evidence), reserved)
        if (keys := of_rows(records, reserved, context)) is not None:
            moved = limited(moved, keys)
        moved = freeing(moved, freed(states, records, evidence, reserved, context))
        return sparing(moved, self.named_beside(), [one.key for one in reserved])

    def note_progress(self) -> ProjectStatus:
        """Write down who is waited for and what can be moved, so that nobody has to look at every customer anew.

        What was noted of the same record, profile and code stays as long as the time changes nothing of it.
        """
        kept = self._with_consequences(self._kept())
        kept = self._with_hand_over(kept)
        context = self._context_of(kept)
        watched, progress = assessed = self._assessed(kept)
        by = decided_by(self._offer)
        if self._noted is not assessed and not (kept.noted and kept.noted.stands(kept.head, by, self.at)):
            found = replace(due(watched, progress, progress.begun), decided_by=by, head=kept.head)
            rows = progress_rows(progress, noted_days(context, progress))
            self.store.note_progress(self.customer.id, rows, found, progress.is_complete)
        self._noted = assessed
        return progress

    def _with_consequences(self, kept: Moment) -> Moment:
        """The moment once the record says what the newest answers have undone."""
        if kept.answers is None:
            return kept
        lines = to_record(self._context_of(kept), kept.answers.by, kept.answers.at)
        for line in lines:
            self.store.add_evidence(self.customer.id, line)
        return self._kept() if lines else kept

    def _with_hand_over(self, kept: Moment) -> Moment:
        """The moment once the record says that the phase is complete: from then on it is the customer's."""
        if not self._assessed(kept)[1].hands_over(kept.record):
            return kept
        version = kept.answers.version if kept.answers else 0
        self.store.hand_over(self.customer.id, HandOver(kept.record.phase.number, self.at, self.by, version))
        return self._kept()

    def _validity(self, checked: Checked) -> Validity[datetime]:
        """How long the answers have the same problems."""
        days, begins = checked.validity, self.calendar.begins_at
        since, until = (day if day is None else begins(day) for day in (days.since, days.until))
        return Validity(since, until)

    @property
    def ended(self) -> str:
        """How the project ended, in a sentence; empty while it goes on."""
        end = self.record.end
        return end.sentence(self.day(end.at)) if end else ""

    def refuse_ended(self, *but: Ending) -> None:
        """Raises InputError CUSTOMER-ENDED once the project has ended, unless in one of these ways."""
        if (end := self.record.end) and end.kind not in but:
            message = f"{self.customer.name} has ended, nothing is done for it any more. {self.ended}"
            command = _COMMAND.get(end.kind, "").format(customer=self.customer.id)
            raise InputError("CUSTOMER-ENDED", message, _REMEDIES[end.kind], command)

    def task(self, task_id: str) -> Task:
        """Raises InputError for an unknown task."""
        task = self.context().task(task_id)
        if task is None:
            name = self.customer.id
            words = f"{name} has no task {task_id!r}{hint_or_stop(task_id, [task.id for task in self.context().tasks])}"
            command = f"`onboard tasks {name} --all` lists them."
            raise InputError("TASK-UNKNOWN", words, "Run the cell again: it shows those there are.", command)
        return task


def engineer() -> str:
    """Who is at work: ONBOARDING_ENGINEER or the login name."""
    return settings.ENGINEER.get() or getpass.getuser()

"""One customer opened at one instant: what every face (notebook, command, batch) asks and tells.

A `Case` reads store and profile, lets the pure functions of `stages` decide, and writes what people report. It changes
nothing on an outside system; `engine.apply` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from onboarding import settings
from onboarding.answers.check import Checked, check
from onboarding.answers.reading import likeness
from onboarding.connectors.base import Connector
from onboarding.connectors.registry import connect
from onboarding.domain.action import Action, Document, Outcome, Plan, Verdict
from onboarding.domain.calendar import Calendar
from onboarding.domain.claim import Reservation
from onboarding.domain.event import Event, noted
from onboarding.domain.json import JSON
from onboarding.domain.language import Language
from onboarding.domain.question import Questionnaire
from onboarding.domain.record import (
    Customer,
    Edit,
    Evidence,
    GateDecision,
    PartyConfirmation,
    Phase,
    Record,
    TaskRecord,
    TaskState,
)
from onboarding.domain.task import Task
from onboarding.engine.course import begin_phase, confirm_party
from onboarding.engine.decisions import Vote, decide, past_of
from onboarding.errors import GateClosed, InputError, Parked
from onboarding.profile.language import load_language, translated, translated_questionnaire
from onboarding.profile.load import load_profile
from onboarding.profile.model import Profile
from onboarding.stages.checks.documents import document_gate
from onboarding.stages.context import Context
from onboarding.stages.desired import desired_digest
from onboarding.stages.plan import plan_stage, wanted_actions
from onboarding.stages.progress import Progress, assess
from onboarding.stages.reservations import brought, move_of, refuse_taken, reserved, wanted, with_problems
from onboarding.stages.time_tracking import starts
from onboarding.store.model import AnswersVersion, JournalEntry, StatusRow
from onboarding.store.store import Store


class Case:
    """One customer at one instant ``at`` (UTC-aware); ``by`` is the person or program at work."""

    def __init__(self, store: Store, customer: Customer, at: datetime, by: str) -> None:
        self.store = store
        self.customer = customer
        self.at = at
        self.by = by
        self.engagement = store.engagement(customer.id)
        self._offer = load_profile(self.engagement.profile)
        self._adapted: tuple[dict[str, str], Profile] | None = None
        self._checked: tuple[int, Checked] | None = None
        self._edits: tuple[tuple[int, int, int], tuple[Edit, ...]] | None = None
        self._connectors: dict[str, Connector] = {}

    @classmethod
    def open(cls, store: Store, customer_id: str, at: datetime, by: str) -> Case:
        """Raises InputError for an unknown customer, ProfileError for a broken profile."""
        return cls(store, store.customer(customer_id), at, by)

    @property
    def profile(self) -> Profile:
        """The provider's profile as it holds for this customer: with the parties somebody has confirmed."""
        return self._adapted[1] if self._adapted else self._adapt(self.store.confirmed_parties(self.customer.id))

    @property
    def edition(self) -> str:
        """Digest of the profile's files as they are."""
        return self._offer.digest

    def _adapt(self, confirmations: Mapping[str, PartyConfirmation]) -> Profile:
        confirmed = {task: confirmation.party for task, confirmation in confirmations.items()}
        if self._adapted is None or self._adapted[0] != confirmed:
            self._adapted = (confirmed, self._offer.with_parties(confirmed))
        return self._adapted[1]

    @cached_property
    def language(self) -> Language:
        """The language the customer reads."""
        return load_language(self.customer.language)

    @property
    def local_profile(self) -> Profile:
        """The profile as the customer reads it, to be shown; work is done and decided by `profile`."""
        return translated(self.profile, self.language)

    @property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire as the customer reads it."""
        return translated_questionnaire(self._offer.questionnaire, self.language)

    @cached_property
    def calendar(self) -> Calendar:
        return self._offer.data.calendar.build()

    # -- answers -------------------------------------------------------------------------------------------

    def answers(self) -> AnswersVersion | None:
        """The newest version of the answers; None before the first."""
        return self.store.answers(self.customer.id)

    @property
    def document(self) -> Mapping[str, JSON]:
        """The newest answers as they were given; empty before the first."""
        version = self.answers()
        return version.document if version else {}

    def checked(self) -> Checked:
        """The newest answers, normalised, with everything that is wrong with them."""
        version = self.answers()
        number = version.version if version else 0
        if self._checked is None or self._checked[0] != number:
            document = version.document if version else {}
            local_day = self.at.astimezone(self.calendar.zone).date()
            self._checked = (number, self.with_inventory(check(self._offer.questionnaire, document, local_day)))
        return self._checked[1]

    def with_inventory(self, checked: Checked) -> Checked:
        """Checked answers with a problem wherever the inventory is against them; see `stages.reservations`."""
        asked = self._reserved(checked)
        return with_problems(checked, self._offer, asked, *self.store.standing(self.customer.id, wanted(asked)))

    def _reserved(self, checked: Checked) -> list[Reservation]:
        return reserved(self._offer, checked, self.customer.id)

    def save_answers(self, document: Mapping[str, JSON], source: str, based_on: int | None = None) -> int:
        """Keep a whole document as a new version, what it names reserved; returns the version's number."""
        version = self.store.save_answers(
            self.customer.id, document, self.by, self.at, source, based_on, likeness(self._offer.questionnaire)
        )
        self._after_answers()
        return version

    def save_section(
        self, section: str, value: JSON, source: str = "form", based_on: int | None = None, is_shown: bool = False
    ) -> int:
        """Keep one section as a whole, at once; returns the version's number.

        Where what `with_inventory` finds ``is_shown`` beside the answers anyway, nothing is raised about it.
        """
        version = self.store.patch_answers(
            self.customer.id,
            section,
            value,
            self.by,
            self.at,
            source,
            based_on,
            is_whole=True,
            alike=likeness(self._offer.questionnaire),
        )
        self._after_answers(is_quiet=is_shown)
        return version

    def _after_answers(self, is_quiet: bool = False) -> None:
        """Raises InputError CLAIM-TAKEN with what other customers have; everything else is reserved by then."""
        taken = self.store.reserve(self.customer.id, wanted(self._reserved(self.checked())), self.at, self.by)
        self.note_progress()
        if not is_quiet:
            refuse_taken(taken)

    # -- where it stands -----------------------------------------------------------------------------------

    @property
    def record(self) -> Record:
        return self.store.record(self.customer.id)

    def context(self) -> Context:
        checked, record = self.checked(), self.record
        profile = self._adapt(record.parties)
        now = Context(self.customer, profile, checked.values, checked.problems, record, self.at, self.calendar)
        return replace(now, edits=self._past(now), language=self.language)

    def _past(self, now: Context) -> tuple[Edit, ...]:
        """What became of decisions that do not hold any more; read anew only when answers or decisions have come."""
        key = (self._checked[0] if self._checked else 0, now.record.phase.number, len(now.record.decisions))
        if self._edits is None or self._edits[0] != key:
            self._edits = (key, past_of(self, now))
        return self._edits[1]

    def progress(self) -> Progress:
        return assess(self.context())

    def set_task(self, record: TaskRecord) -> None:
        """Keep where a task stands; what it brings moves in the inventory with it."""
        moved = None
        if states := brought(self._offer, record.task):
            moved = move_of(states, record, self.record.evidence, self._reserved(self.checked()))
            self._checked = None
        self.store.set_task(self.customer.id, record, moved)

    def note_progress(self) -> Progress:
        """Write down who is waited for, so that `onboard status` answers without looking at every customer anew."""
        context = self.context()
        progress = assess(context)
        self.store.note_progress(self.customer.id, progress_rows(progress, self.starts(context, progress)))
        return progress

    def starts(self, context: Context, progress: Progress) -> dict[str, datetime]:
        """When each task could begin or was handed over; see `stages.time_tracking`."""
        return starts(context, progress, self.store.first_asked(self.customer.id))

    # -- plans ---------------------------------------------------------------------------------------------

    def connector(self, name: str) -> Connector:
        if name not in self._connectors:
            self._connectors[name] = connect(name, self.store.layout.outbox)
        return self._connectors[name]

    def observe(self, actions: Iterable[Action]) -> dict[str, Mapping[str, JSON] | None]:
        """What the outside systems hold now for each action. Raises Unavailable when one cannot be read."""
        found: dict[str, Mapping[str, JSON] | None] = {}
        by_connector: dict[str, list[Action]] = {}
        for action in actions:
            by_connector.setdefault(action.connector, []).append(action)
        for name, group in by_connector.items():
            found.update(self.connector(name).observe(group))
        phase = self.record.phase.number
        journal = self.store.journal(self.customer.id)
        sent = {entry.action_id: entry for entry in journal if _is_handed_over(entry) and _phase(entry) == phase}
        for action in by_connector.get("support", []):
            entry = sent.get(action.id)
            if entry is not None and entry.body_digest == action.body_digest:
                found[action.id] = action.body
        return found

    def plan(self, stage: str) -> Plan:
        """What would be changed for this stage now. Raises Unavailable when an outside system cannot be read."""
        context, progress = self.context(), self.progress()
        asked: set[str] = set()
        observed: dict[str, Mapping[str, JSON] | None] = {}
        while actions := [a for a in wanted_actions(stage, context, progress, observed) if a.id not in asked]:
            asked |= {action.id for action in actions}
            observed |= self.observe(actions)
        return plan_stage(stage, context, progress, observed)

    # -- the people's side ---------------------------------------------------------------------------------

    def task(self, task_id: str) -> Task:
        """Raises InputError for an unknown task."""
        task = self.profile.task(task_id)
        if task is None:
            raise InputError(
                "TASK-UNKNOWN",
                f"{self.customer.id} has no task {task_id!r}.",
                f"`onboard tasks {self.customer.id}` lists them.",
            )
        return task

    def done(
        self, task_id: str, note: str = "", reference: str = "", document: Document | None = None, role: str = ""
    ) -> Evidence:
        """Somebody reports a task as done; the proof is kept with its digest.

        Raises GateClosed when something still holds the task, Parked when a portal that can be read shows otherwise,
        InputError PROOF-MISSING where a gate waits for its document. What was done without it takes it afterwards.
        """
        task, progress = self.task(task_id), self.progress()
        view = progress.task(task_id)
        gate = document_gate(task_id, self.context())
        is_late = view.state is TaskState.DONE and gate is not None
        if view.state in (TaskState.DONE, TaskState.NOT_NEEDED) and not is_late:
            raise InputError("TASK-CLOSED", f"{task.title}: there is nothing left to do here ({view.state}).")
        if view.state is TaskState.BLOCKED:
            raise GateClosed("TASK-BLOCKED", f"{task.title} cannot be done yet. {' '.join(view.reasons)}")
        if task.action == "check":
            raise Parked("TASK-CHECKED", f"{task.title} closes by itself. {' '.join(view.reasons)}")
        if gate and document is None:
            raise InputError(
                "PROOF-MISSING",
                f"{task.title}: a file is needed. '{gate.title}' waits for it, not for the word.",
                f"Give it with the report ({task.evidence})." if task.evidence else "Give it with the report.",
            )
        self._refuse_unproved(task)
        digest = self.store.keep_document(self.customer.id, document) if document else ""
        evidence = Evidence(
            task_id, self.at, self.by, Event("task.reported", task_id, {"note": note}), reference=reference,
            document=digest, document_name=document.name if document else "",
        )  # fmt: skip
        self.store.add_evidence(self.customer.id, evidence)
        self._settle(task_id, Outcome(Verdict.DONE, reference, self._says(note)))
        self.set_task(self._closed(view.record, task, TaskState.DONE, note, reference))
        if task.every and not self.progress().is_complete:
            due = self.calendar.due(task.every, self.at, {})
            again = TaskRecord(task_id, TaskState.WAITING, self.at, task.party, due, self.by, noted(note), reference)
            self.set_task(again)
        self.note_progress()
        return evidence

    def skip(self, task_id: str, reason: str) -> None:
        """Leave a task out, for a reason that is kept."""
        if not reason.strip():
            raise InputError("SKIP-REASON", "A task is only left out for a reason.", "Give one with --reason.")
        task = self.task(task_id)
        view = self.progress().task(task_id)
        if view.state.is_closed:
            raise InputError("TASK-CLOSED", f"{task.title} is closed already ({view.state}).")
        why = Event("task.left-out", task_id, {"why": reason})
        self.store.add_evidence(self.customer.id, Evidence(task_id, self.at, self.by, why))
        self.set_task(self._closed(view.record, task, TaskState.SKIPPED, reason, ""))
        self.note_progress()

    def again(self, task_id: str, reason: str) -> None:
        """Somebody has made sure that an unknown or rejected attempt did not happen: it may be sent again."""
        task = self.task(task_id)
        held = self.record.tasks.get(task_id)
        if held is None or held.state not in (TaskState.UNKNOWN, TaskState.REJECTED):
            raise InputError(
                "TASK-NOT-UNKNOWN", f"{task.title} is neither unknown nor refused; a run goes on by itself."
            )
        self._settle(task_id, Outcome(Verdict.NOT_SENT, message=self._says(reason)))
        why = Event("task.again", task_id, {"why": reason})
        self.store.add_evidence(self.customer.id, Evidence(task_id, self.at, self.by, why))
        again = replace(held, state=TaskState.READY, at=self.at, by=self.by, note=noted(reason))
        self.set_task(again)
        self.note_progress()

    def decide(
        self,
        gate_id: str,
        approve: bool,
        role: str,
        note: str = "",
        document: Document | None = None,
        answers: Mapping[str, JSON] | None = None,
        seen: str = "",
    ) -> GateDecision:
        """One person's decision on a gate, bound to what is decided on; see `engine.decisions`.

        ``answers`` is what the gate asks besides, ``seen`` the digest of what was looked at. Raises InputError for what
        does not fit, GateClosed before the tasks that come first, StalePlan when it moved meanwhile.
        """
        return decide(self, Vote(gate_id, approve, role, note, document, answers or {}, seen))

    def confirm_party(self, task_id: str, party_id: str = "") -> str:
        """Keep who is accountable for a task at this customer; see `engine.course`."""
        return confirm_party(self, task_id, party_id)

    def begin_phase(self, title: str) -> Phase:
        """Begin the next phase of the project; see `engine.course`."""
        return begin_phase(self, title)

    def _refuse_unproved(self, task: Task) -> None:
        """Nothing is called done that was not read back, where it can be."""
        connector = self.connector(task.connector)
        if task.is_manual or connector.is_manual:
            return
        open_actions = [a for a in self.plan(task.stage).actions if a.task == task.id and a.is_change]
        can_be_seen = connector.observe(open_actions)
        if actions := [action for action in open_actions if action.id in can_be_seen]:
            raise Parked(
                "TASK-NOT-SEEN",
                f"{task.title}: the {task.connector} does not show it for {actions[0].key}"
                + (f" and {len(actions) - 1} more." if len(actions) > 1 else "."),
                "Try again when it is there, or leave it out with a reason (`onboard skip`).",
            )

    def _closed(self, held: TaskRecord | None, task: Task, state: TaskState, note: str, reference: str) -> TaskRecord:
        due, wanted = (held.due_on, held.wanted) if held else (None, desired_digest(task, self.context()))
        return TaskRecord(task.id, state, self.at, task.party, due, self.by, noted(note), reference, wanted)

    def _says(self, words: str) -> Event:
        return Event("person.says", values={"who": self.by, "words": words})

    def _settle(self, task_id: str, outcome: Outcome) -> None:
        """Somebody knows how attempts of unknown end came out."""
        for entry in self.store.journal(self.customer.id):
            if entry.task == task_id and (entry.outcome is None or entry.outcome.verdict is Verdict.UNKNOWN):
                self.store.conclude(self.customer.id, entry.ref, outcome, self.at)


def progress_rows(progress: Progress, begun: Mapping[str, datetime]) -> list[StatusRow]:
    """One row per task that applies to this customer, in the profile's order, each gate people are asked before it.

    ``begun`` is when a task could begin or was handed over, by its id.
    """
    rows = []
    for view in progress.tasks:
        task = view.task
        for gate in (progress.gates[name].gate for name, first in progress.held.items() if first == task.id):
            why = " ".join(progress.gates[gate.id].missing)
            rows.append(StatusRow(task.stage, gate.id, gate.title, TaskState.WAITING, gate.owed_by, reason=why))
        if view.state is not TaskState.NOT_NEEDED:
            who, why = view.waits_for or task.party, " ".join(view.reasons)
            at, on = begun.get(task.id), view.due_on
            rows.append(StatusRow(task.stage, task.id, task.title, view.state, who, view.since, on, why, at))
    return rows


def _is_handed_over(entry: JournalEntry) -> bool:
    return entry.outcome is not None and entry.outcome.verdict in (Verdict.DONE, Verdict.PENDING)


def _phase(entry: JournalEntry) -> int:
    """The phase of an attempt, which its reference carries from the second on (`engine.attempt`)."""
    mark = entry.ref.split(".")[1]
    return int(mark[1:]) if mark.startswith("p") else 1


def engineer() -> str:
    """Who is at work: ONBOARDING_ENGINEER or the login name."""
    import getpass

    return settings.ENGINEER.get() or getpass.getuser()

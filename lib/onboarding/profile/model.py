"""The profile as typed objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from onboarding.domain.calendar import Calendar
from onboarding.domain.params import Params
from onboarding.domain.question import Questionnaire
from onboarding.domain.report import PLAIN, ReportPlan
from onboarding.domain.reservation import Claim
from onboarding.domain.task import (
    Gate,
    Party,
    Procedure,
    Reference,
    Service,
    Stage,
    Task,
    Waits,
    Waiver,
    WantsDocuments,
    named_tasks,
)
from onboarding.profile.offer_tables import DataTable


@dataclass(frozen=True, slots=True)
class RulePack:
    """Rules a profile has pulled in: ``as_of`` is the day on which somebody last checked them against their sources."""

    id: str
    title: str
    as_of: str
    source: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """One provider's way of onboarding.

    ``digest`` is that of its edition (`profile.edition`); ``runs`` are the parties whose people work
    with the tool: everybody else is waited for. Stages stand in the order of the file, tasks in that of their stages.
    ``rows`` are those of the guide, ``left_out`` why nothing acts on some of them, ``awaits`` what is still to come
    before all that others ask is done. ``calendars`` are those of parties that do not work where the provider does.
    ``country`` is the one in whose form numbers and addresses are, ``countries`` those that are served besides,
    ``languages`` those it is offered in besides English. ``address_needs`` are the parts that addresses in its
    country have and ``address_order`` how they are written, where that is not as the country does it.
    """

    id: str
    title: str
    provider: str
    source: str
    parties: Mapping[str, Party]
    stages: tuple[Stage, ...]
    tasks: tuple[Task, ...]
    gates: Mapping[str, Gate]
    services: Mapping[str, Service]
    questionnaire: Questionnaire
    references: tuple[Reference, ...] = ()
    data: DataTable = field(default_factory=DataTable)
    digest: str = ""
    runs: tuple[str, ...] = ()
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    packs: tuple[RulePack, ...] = ()
    claims: tuple[Claim, ...] = ()
    report: ReportPlan = PLAIN
    rows: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    awaits: Mapping[str, str] = field(default_factory=dict)
    country: str = ""
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    address_needs: tuple[str, ...] = ()
    address_order: tuple[str, ...] = ()

    @cached_property
    def _by_id(self) -> dict[str, Task]:
        return {task.id: task for task in self.tasks}

    def task(self, task_id: str) -> Task | None:
        return self._by_id.get(task_id)

    @cached_property
    def brought(self) -> frozenset[str]:
        """Ids of the questions whose days become known by a task."""
        return frozenset(task.brings for task in self.tasks if task.brings)

    @cached_property
    def _named(self) -> dict[str, tuple[Gate, ...]]:
        """Task -> the gates that name it, also by a task that closes by itself with it."""
        return self._reached(named_tasks)

    @cached_property
    def _rests(self) -> dict[str, tuple[Gate, ...]]:
        """Task -> the gates that rest on it: those that name it, or wait for its whole stage unless
        it is optional.
        """
        return self._reached(lambda params: (*named_tasks(params), *self._of_stages(params)))

    def _of_stages(self, params: Params) -> Iterator[str]:
        """What a check with these parameters waits for and may not be left out."""
        return self._required(params.waited_for(self.tasks) if isinstance(params, Waits) else ())

    def _reached(self, tasks_of: Callable[[Params], Iterable[str]]) -> dict[str, tuple[Gate, ...]]:
        """Task -> the gates it is reached from, through the tasks that close by themselves."""
        found: dict[str, dict[str, Gate]] = {}
        for gate in self.gates.values():
            left, seen = [*gate.after, *tasks_of(gate.params)], set[str]()
            while left:
                name = left.pop()
                if name not in seen and (task := self.task(name)):
                    seen.add(name)
                    found.setdefault(name, {})[gate.id] = gate
                    left += tasks_of(task.params) if task.is_check else ()
        return {name: tuple(gates.values()) for name, gates in found.items()}

    def gates_on(self, task_id: str) -> tuple[Gate, ...]:
        """The gates that rest on a task."""
        return self._rests.get(task_id, ())

    def gates_naming(self, task_id: str) -> tuple[Gate, ...]:
        """Those of them that name it, and do not only wait for its whole stage."""
        return self._named.get(task_id, ())

    @cached_property
    def _completed(self) -> dict[str, tuple[Task, ...]]:
        """Task -> the tasks that close by themselves once it is closed, among others."""
        found: dict[str, list[Task]] = {}
        for last in self.tasks:
            left, seen = list(self._completed_by(last)), set[str]()
            while left:
                name = left.pop()
                if name not in seen and (task := self.task(name)):
                    seen.add(name)
                    found.setdefault(name, []).append(last)
                    left += (*self._required(task.after), *self._completed_by(task))
        return {name: tuple(tasks) for name, tasks in found.items()}

    def _completed_by(self, task: Task) -> tuple[str, ...]:
        """What a task waits for that closes by itself once other tasks are closed; empty for every other one."""
        if not self.is_completion(task.id):
            return ()
        return (*named_tasks(task.params), *self._of_stages(task.params), *self._required(task.after))

    def _required(self, names: Iterable[str]) -> Iterator[str]:
        return (name for name in names if (task := self.task(name)) and not task.is_optional)

    def completions_on(self, task_id: str) -> tuple[Task, ...]:
        """The tasks that close by themselves and rest on a task: those that wait for it, or for what comes after it,
        unless it is optional and not named by them.
        """
        return self._completed.get(task_id, ())

    def is_completion(self, task_id: str) -> bool:
        """Whether it closes by itself once others are closed."""
        task = self.task(task_id)
        if task is None or not task.is_check:
            return False
        waited_for = task.params.waited_for(self.tasks) if isinstance(task.params, Waits) else ()
        return bool(named_tasks(task.params) or [*waited_for])

    def is_held(self, task_id: str) -> bool:
        """Whether a gate or a task that closes by itself rests on a task."""
        return bool(self.gates_on(task_id) or self.completions_on(task_id))

    def with_waiver(self, waive: Waiver) -> Profile:
        """The profile in which what is held and named by no gate is waived so, where nothing else is said of it."""
        return replace(
            self, tasks=tuple(replace(one, waive=waive) if self._is_open(one) else one for one in self.tasks)
        )

    def _is_open(self, task: Task) -> bool:
        """Whether it is not said who may do without it, and may be said for all such tasks at once."""
        is_unnamed = self.is_held(task.id) and not self.gates_naming(task.id)
        return is_unnamed and not task.is_binding and task.waive is None

    def uses_of(self, task_id: str) -> list[Task]:
        """The tasks that use what a task proves: named by them, or wanted as a document by a gate that holds them."""
        wanting = {
            gate.id
            for gate in self.gates.values()
            if isinstance(gate.params, WantsDocuments) and task_id in gate.params.documents
        }
        held = {stage.id for stage in self.stages if wanting & set(stage.gates)}
        return [
            task
            for task in self.tasks
            if task_id in (*task.after, *task.rests_on_tasks) or task.stage in held or wanting & set(task.gates)
        ]

    def stage(self, stage_id: str) -> Stage:
        """The stage of that id. Raises KeyError."""
        return {stage.id: stage for stage in self.stages}[stage_id]

    def number_of(self, stage_id: str) -> int:
        """The number of a stage: 10 for the first, 20 for the second. Raises KeyError."""
        return {stage.id: 10 * place for place, stage in enumerate(self.stages, start=1)}[stage_id]

    def tasks_of(self, stage_id: str) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.stage == stage_id)

    def party_title(self, party_id: str) -> str:
        return self.parties[party_id].title if party_id in self.parties else party_id

    def with_parties(self, confirmed: Mapping[str, str]) -> Profile:
        """The profile as it holds for one customer: task id -> accountable party, each no longer inferred."""
        tasks = tuple(
            replace(task, party=confirmed[task.id], named=None, is_inferred=False) if task.id in confirmed else task
            for task in self.tasks
        )
        return replace(self, tasks=tasks) if confirmed else self

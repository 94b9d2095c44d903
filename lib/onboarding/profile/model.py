"""The profile as typed objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from onboarding.domain.question import Questionnaire
from onboarding.domain.report import PLAIN, ReportPlan
from onboarding.domain.reservation import Claim
from onboarding.domain.task import Gate, Party, Procedure, Reference, Service, Stage, Task
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

    ``digest`` is that of the file and all it includes, which are ``files``; ``runs`` are the parties whose people work
    with the tool: everybody else is waited for.
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
    files: tuple[Path, ...] = ()

    @cached_property
    def _by_id(self) -> dict[str, Task]:
        return {task.id: task for task in self.tasks}

    def task(self, task_id: str) -> Task | None:
        return self._by_id.get(task_id)

    def stage(self, stage_id: str) -> Stage:
        """The stage of that id. Raises KeyError."""
        return {stage.id: stage for stage in self.stages}[stage_id]

    def tasks_of(self, stage_id: str) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.stage == stage_id)

    def party_title(self, party_id: str) -> str:
        return self.parties[party_id].title if party_id in self.parties else party_id

    def with_parties(self, confirmed: Mapping[str, str]) -> Profile:
        """The profile as it holds for one customer: task id -> accountable party, each no longer inferred."""
        tasks = tuple(
            replace(task, party=confirmed[task.id], is_inferred=False) if task.id in confirmed else task
            for task in self.tasks
        )
        return replace(self, tasks=tasks) if confirmed else self

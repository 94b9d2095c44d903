"""The profile as typed objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from onboarding.domain.json import JSON
from onboarding.domain.question import Questionnaire
from onboarding.domain.task import Gate, Party, Procedure, Reference, Service, Stage, Task


@dataclass(frozen=True)
class Profile:
    """One provider's way of onboarding.

    ``digest`` is that of the file and all it includes, ``runs`` the parties whose people work with the tool: everybody
    else is waited for.
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
    data: Mapping[str, JSON] = field(default_factory=dict)
    digest: str = ""
    runs: tuple[str, ...] = ()
    procedures: Mapping[str, Procedure] = field(default_factory=dict)

    @cached_property
    def _by_id(self) -> dict[str, Task]:
        return {task.id: task for task in self.tasks}

    def task(self, task_id: str) -> Task | None:
        return self._by_id.get(task_id)

    def stage(self, stage_id: str) -> Stage:
        """The stage of that id. Raises KeyError."""
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise KeyError(stage_id)

    def tasks_of(self, stage_id: str) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.stage == stage_id)

    def party_title(self, party_id: str) -> str:
        party = self.parties.get(party_id)
        return party.title if party else party_id

    def with_parties(self, confirmed: Mapping[str, str]) -> Profile:
        """The profile as it holds for one customer: task id -> accountable party, each no longer inferred."""
        tasks = tuple(
            replace(task, party=confirmed[task.id], is_inferred=False) if task.id in confirmed else task
            for task in self.tasks
        )
        return replace(self, tasks=tasks) if confirmed else self

    def covered(self) -> Iterator[tuple[str, str]]:
        """(requirement id, what covers it) over the whole profile."""
        for stage in self.stages:
            yield from ((row, f"stage {stage.id}") for row in stage.covers)
        for task in self.tasks:
            yield from ((row, f"task {task.id}") for row in task.covers)
        for gate in self.gates.values():
            yield from ((row, f"gate {gate.id}") for row in gate.covers)
        for service in self.services.values():
            yield from ((row, f"service {service.id}") for row in service.covers)
        for section in self.questionnaire.sections:
            yield from ((row, f"section {section.id}") for row in section.covers)
        for question in self.questionnaire.questions():
            yield from ((row, f"question {question.id}") for row in question.covers)
        for rule in self.questionnaire.rules:
            yield from ((row, f"rule {rule.id}") for row in rule.covers)
        for procedure in self.procedures.values():
            yield from ((row, f"procedure {procedure.id}") for row in procedure.covers)
        for reference in self.references:
            yield from ((row, f"reference {reference.id}") for row in reference.covers)

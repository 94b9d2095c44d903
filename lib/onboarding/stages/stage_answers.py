"""Which answers a stage is about: what is asked at it, and what its tasks and gates rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onboarding.domain.task import Gate, Task
from onboarding.profile.model import Profile


def asked_sections(stage: str, profile: Profile) -> list[str]:
    """Ids of the sections that are asked at the stage, in the order of the questionnaire."""
    return [section.id for section in profile.questionnaire.sections if section.stage == stage]


def needed_sections(stage: str, profile: Profile) -> list[str]:
    """Ids of the sections that are asked at the stage or that it rests on, in the order of the questionnaire."""
    own, used = asked_sections(stage, profile), {name.partition(".")[0] for name in questions_of(stage, profile)}
    return [section.id for section in profile.questionnaire.sections if section.id in own or section.id in used]


def questions_of(stage: str, profile: Profile) -> Iterator[str]:
    """Ids of questions and sections that the tasks and gates of a stage rest on; some more than once."""
    tasks = profile.tasks_of(stage)
    for task in tasks:
        yield from _of_task(task)
    for name in {*profile.stage(stage).gates, *(gate for task in tasks for gate in task.gates)}:
        yield from _of_gate(profile.gates[name])


def _of_task(task: Task) -> Iterable[str]:
    yield from task.uses
    yield from (ground.on for ground in task.rests_on or ())
    yield from task.when.questions() if task.when else ()
    yield from filter(None, (task.brings, task.on))
    if task.each:
        yield task.each.rows
    if task.named:
        yield task.named.column


def _of_gate(gate: Gate) -> Iterable[str]:
    yield from (name for name in gate.on if name != "*")
    yield from gate.when.questions() if gate.when else ()

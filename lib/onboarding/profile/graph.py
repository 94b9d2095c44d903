"""What waits for what, and which conditions can hold at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import product
from typing import Any

from onboarding.domain.condition import Condition
from onboarding.domain.params import Params
from onboarding.domain.question import Kind, Question, Section
from onboarding.domain.task import Gate, Stage, Task, Waits
from onboarding.profile.model import Profile

Waiting = dict[str, dict[str, str]]
"""Task -> tasks it waits for, each with the gate that makes it wait (empty: named under ``after``)."""

MOST_CASES = 50_000
"""A condition over more combinations of answers than this is taken to be possible."""


def waits(profile: Profile) -> Waiting:
    """Everything a task waits for: predecessors, and what its gates and its stage's gates want closed."""
    found: Waiting = {}
    for task in profile.tasks:
        edges = {name: "" for name in task.after if profile.task(name)}
        for gate in gates_of(task, profile.stages, profile.gates):
            before = (*closed_by(gate.params, profile), *(name for name in gate.after if profile.task(name)))
            edges = dict.fromkeys(before, gate.id) | edges
        if task.is_check:
            edges = dict.fromkeys(closed_by(task.params, profile), "") | edges
        found[task.id] = edges
    return found


def closed_by(params: Params, profile: Profile) -> Iterator[str]:
    """Ids of the tasks that a check with these parameters wants closed."""
    if isinstance(params, Waits):
        yield from (name for name in params.waited_for(profile.tasks) if profile.task(name))


def everything_before(graph: Mapping[str, Iterable[str]], names: Iterable[str] | None = None) -> dict[str, set[str]]:
    """Task -> every task it waits for, directly or not; of all tasks, or of those that are named."""
    found: dict[str, set[str]] = {}
    for start in graph if names is None else names:
        left, seen = list(graph.get(start, ())), set[str]()
        while left:
            name = left.pop()
            if name not in seen:
                seen.add(name)
                left += found.get(name) or graph.get(name, ())
        found[start] = seen
    return found


def cycles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Rings of things that wait for each other, first element repeated at the end; none when there is an order.

    Every ring returned is there; when one is broken up and others remain, they are returned as well.
    """
    left = {node: dict.fromkeys(before) for node, before in graph.items()}
    found: list[list[str]] = []
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            ring = list(reversed(error.args[1]))
            found.append(ring)
            del left[ring[0]][ring[1]]
        else:
            return found


def possible(condition: Condition | None, sections: Mapping[str, Section]) -> bool:
    """Whether some answers fulfil the condition; never False when there are any.

    Choices and yes-no questions of records are tried with every option and unanswered; what is not asked under
    the same answers stays unanswered. Whatever cannot be counted (tables, texts) may hold or not.
    """
    if condition is None:
        return True
    asked = _involved(condition, sections)
    countable = {name: values for name, question in asked.items() if (values := _values(question, sections))}
    for tried, case in enumerate(product(*countable.values())):
        given = dict(zip(countable, case, strict=True))
        answered = (asked_when(asked[name], sections) for name, value in given.items() if value is not None)
        if tried == MOST_CASES or all(_may_hold(one, given) for one in (condition, *answered)):
            return True
    return False


def together(*conditions: Condition | None) -> Condition | None:
    """All of the conditions at once."""
    parts = tuple(condition for condition in conditions if condition is not None)
    return Condition("all", parts=parts) if parts else None


def asked_when(question: Question, sections: Mapping[str, Section]) -> Condition | None:
    """The condition under which a question is asked: its own and its section's."""
    section = sections.get(question.section)
    return together(question.when, section.when if section else None)


def _involved(condition: Condition, sections: Mapping[str, Section]) -> dict[str, Question]:
    """The questions a condition looks at, and those that decide whether these are asked."""
    found: dict[str, Question] = {}
    left = list(condition.questions())
    while left:
        name = left.pop()
        section = sections.get(name.partition(".")[0])
        question = section.question(name.partition(".")[2]) if section else None
        if question and name not in found:
            found[name] = question
            when = asked_when(question, sections)
            left += when.questions() if when else ()
    return found


def _values(question: Question, sections: Mapping[str, Section]) -> tuple[Any, ...]:
    """Every answer there can be, None for none; empty where they cannot be counted."""
    if sections[question.section].is_table or question.kind not in (Kind.YES_NO, Kind.CHOICE):
        return ()
    values = (True, False) if question.kind is Kind.YES_NO else tuple(option.value for option in question.options)
    return values and (None, *values)


def _may_hold(condition: Condition | None, given: Mapping[str, Any]) -> bool:
    if condition is None:
        return True
    if condition.op in ("all", "any"):
        return (all if condition.op == "all" else any)(_may_hold(part, given) for part in condition.parts)
    section, _, name = condition.question.partition(".")
    return condition.question not in given or condition.holds({section: {name: given[condition.question]}})


def gates_of(task: Task, stages: Iterable[Stage], gates: Mapping[str, Gate]) -> list[Gate]:
    """The gates that hold a task: its own and those of its stage."""
    names = [name for stage in stages if stage.id == task.stage for name in stage.gates]
    return [gates[name] for name in dict.fromkeys((*names, *task.gates)) if name in gates]

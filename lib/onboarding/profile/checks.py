"""What is wrong between the parts of a profile, each of which has been read before.

Two rules need a word. *Lead times:* a profile names under ``runs`` the parties whose people work with the tool; every
task of any other party is waited for, so it must say how long that takes. *Order:* a task may wait for a task of
a later stage, since the order is a provider's own; what is refused is waiting in a ring, also through a gate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from onboarding.domain.catalog import CHECKS, RECIPES, RULES, Entry, Wants
from onboarding.domain.condition import Condition, parse_condition
from onboarding.domain.json import JSON
from onboarding.domain.task import Task
from onboarding.profile.beside import check_beside
from onboarding.profile.draft import Draft
from onboarding.profile.gates import check_gates
from onboarding.profile.graph import asked_when, cycles, possible, together, waits
from onboarding.profile.names import check_names, questions_in


def check(draft: Draft) -> None:
    """Adds what is found to ``draft.findings``."""
    check_names(draft)
    check_beside(draft)
    _stages(draft)
    _lead_times(draft)
    check_gates(draft)
    _rings(draft)
    _reach(draft)
    _dangling(draft)


def _stages(draft: Draft) -> None:
    for stage in draft.stages:
        if ("stage", stage.id) in draft.places and not any(task.stage == stage.id for task in draft.tasks.values()):
            draft.report(draft.place("stage", stage.id), f"the stage {stage.id!r} has no task")


def _lead_times(draft: Draft) -> None:
    for task in draft.tasks.values():
        if task.lead is None and task.party in draft.parties and task.party not in draft.runs:
            running = ", ".join(draft.runs) or "nobody"
            message = f"{task.party!r} is waited for, so a 'lead' is wanted (without one: {running})"
            draft.report(draft.place("task", task.id), message)


def _rings(draft: Draft) -> None:
    graph = waits(draft)
    order = list(draft.tasks)
    for ring in cycles(graph):
        start = min(range(len(ring) - 1), key=lambda number: order.index(ring[number]))
        turned = [*ring[start:-1], *ring[:start], ring[start]]
        steps = [turned[0]]
        for waiting, waited_for in pairwise(turned):
            gate = graph[waiting][waited_for]
            steps.append(f"{waited_for} (gate {gate})" if gate else waited_for)
        place = draft.place("task", turned[0])
        key = "gates" if graph[turned[0]][turned[1]] else "after"
        draft.report(place.at(key), f"these wait for each other: {' -> '.join(steps)}")


def _reach(draft: Draft) -> None:
    sections = draft.sections
    for task in draft.tasks.values():
        place = draft.place("task", task.id)
        if not possible(task.when, sections):
            draft.report(place.at("when"), "this task can never be needed: no answers fulfil its condition")
        elif task.action == "confirm":
            _reach_confirm(task, draft)
    for question in draft.questions().values():
        if not possible(asked_when(question, sections), sections):
            message = "this can never be asked: no answers fulfil its condition"
            draft.report(draft.place("question", question.id).at("when"), message)


def _reach_confirm(task: Task, draft: Draft) -> None:
    """What a party does after a request can only be waited for when something was requested or done before."""
    before = [draft.tasks[name] for name in task.after if name in draft.tasks]
    if not any(possible(together(task.when, other.when), draft.sections) for other in before):
        message = "nothing is asked of anybody before this: name the request under 'after', needed in the same cases"
        draft.report(draft.place("task", task.id).at("after"), message)


def _dangling(draft: Draft) -> None:
    used = set(draft.informational)
    for name in _uses(draft):
        section = draft.sections.get(name)
        used |= {question.id for question in section.questions} if section else {name}
    for question in draft.questions().values():
        if question.id not in used:
            message = "no task, gate, rule or condition uses this answer; say informational = true if that is meant"
            draft.report(draft.place("question", question.id), message)


def _uses(draft: Draft) -> Iterator[str]:
    """Ids of all questions and sections that something looks at."""
    for task in draft.tasks.values():
        yield from _named(task.when)
        if task.lead:
            yield task.lead.anchor
        yield from _used_by(RECIPES.get(task.action), task.about)
        yield from _used_by(CHECKS.get(str(task.about.get("check"))), task.about)
    for gate in draft.gates.values():
        yield from (*gate.on, *_named(gate.when), *_used_by(CHECKS.get(gate.check), gate.about))
        for question in gate.asks:
            yield from _named(question.when)
    for rule in draft.rules.values():
        yield from (*_named(rule.when), *_used_by(RULES.get(rule.check), rule.about))
    for claim in draft.claims.values():
        yield from (claim.question, claim.start, claim.end, claim.scope)
    yield from (procedure.confirm for procedure in draft.procedures.values())
    for section in draft.sections.values():
        yield from _named(section.when)
        yield f"{section.id}.{section.key}"
        for question in section.questions:
            yield from (question.to, *_named(question.when))


def _named(condition: Condition | None) -> Iterator[str]:
    if condition is not None:
        yield from condition.questions()


def _used_by(entry: Entry | None, about: Mapping[str, JSON]) -> Iterator[str]:
    """What a recipe, check or rule looks at: by its nature, and by its parameters."""
    if entry is None:
        return
    yield from (*entry.reads, *entry.may_read)
    for key, wants in entry.parameters.items():
        value = about.get(key)
        if wants in (Wants.QUESTION, Wants.TABLE) and isinstance(value, str):
            yield value
        elif wants in (Wants.FIELDS, Wants.TABLES) and isinstance(value, list):
            yield from (item for item in value if isinstance(item, str))
        elif wants is Wants.WHERE and isinstance(value, dict):
            table = str(about.get("rows") or about.get("question") or about.get("licence")).partition(".")[0]
            yield from (f"{table}.{column}" for column in value)
        elif wants is Wants.QUESTIONS and isinstance(value, list):
            yield from (item for item in value if isinstance(item, str))
        elif wants is Wants.KEY:
            yield from questions_in(value)
        elif wants is Wants.BODY and isinstance(value, dict):
            yield from (item for item in value.values() if isinstance(item, str))
        elif wants is Wants.CONDITION and isinstance(value, dict):
            yield from _condition_in(value)


def _condition_in(value: JSON) -> Iterator[str]:
    try:
        yield from parse_condition(value).questions()
    except ValueError:
        return  # reported where the names are checked

"""After a change that failed: what can be looked at from here, in order, then once more where that makes sense."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.connectors.base import Manageable, Reachability
from onboarding.domain.event import NOTHING, Event
from onboarding.domain.history import TaskState
from onboarding.domain.task import Procedure
from onboarding.engine.apply import Result, apply_stage
from onboarding.engine.approval import procedure_of, prove
from onboarding.engine.attempt import Wait
from onboarding.engine.impact import key_of
from onboarding.errors import ConnectorError, GateClosed, InputError, Parked
from onboarding.stages.task_status import TaskStatus

FAILED = (TaskState.REJECTED, TaskState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class RecoveryStep:
    """One thing that was looked at; ``is_good`` None: it was not, or a person has to."""

    title: str
    is_good: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, where the fault lies by that, and what to do next. ``failed`` are the tasks to try once more."""

    procedure: Procedure
    steps: tuple[RecoveryStep, ...]
    advice: Event
    may_retry: bool
    failed: tuple[TaskStatus, ...]


def examine(case: Case, procedure_id: str, compare_with: str = "") -> Diagnosis:
    """Network, the portal's host, its links to the platform, and another customer; nothing is changed outside.

    ``compare_with`` is another customer's key on the same system. The result is kept as evidence. Raises InputError
    for a procedure that is no recovery, Parked where a person has to do all of it.
    """
    case.refuse_ended()
    procedure = _recovery(case, procedure_id)
    connector = planning.connector(case, procedure.connector)
    if not isinstance(connector, Manageable):
        raise Parked("PROCEDURE-BY-HAND", f"A person does this: {procedure.guide or procedure.title}")
    found = connector.reachability()
    steps = list(_network(found))
    advice = _reach_advice(found)
    if not advice:
        own, other = key_of(case, procedure), compare_with.strip()
        if other == own:
            words, command = f"{other} is this customer.", "Name another one with --compare-with."
            raise InputError("PROCEDURE-COMPARE", words, "Name another one.", command)
        steps.append(_links("This customer's platform", connector, own))
        steps.append(_links(f"Another customer's platform ({other})", connector, other) if other else _NOT_COMPARED)
        advice = _link_advice(steps[-2].is_good, steps[-1].is_good)
    may_retry = all(step.is_good for step in steps[:3]) and len(steps) > 2
    there = [view for view in case.progress().tasks if view.task.connector == procedure.connector]
    failed = tuple(view for view in there if view.state in FAILED)
    observed = {step.title: {"is_good": step.is_good, "words": step.words} for step in steps}
    prove(case, procedure, Event("recovery.looked", procedure.id, {"advice": advice}), observed=observed)
    return Diagnosis(procedure, tuple(steps), advice, may_retry, failed)


def retry(case: Case, diagnosis: Diagnosis, wait: Wait = time.sleep) -> list[Result]:
    """Once more, what failed on that system. Raises GateClosed unless the way there was found good."""
    if not diagnosis.may_retry:
        raise GateClosed("PROCEDURE-NOT-YET", f"Trying again would fail again. {diagnosis.advice}")
    if not diagnosis.failed:
        raise InputError("PROCEDURE-NOTHING", "Nothing has failed there that could be tried again.")
    results: list[Result] = []
    stages = dict.fromkeys(view.task.stage for view in diagnosis.failed)
    for stage in stages:
        tasks = [view.task.id for view in diagnosis.failed if view.task.stage == stage]
        results += apply_stage(case, stage, tasks=tasks, wait=wait).results
    return results


_NOT_COMPARED = RecoveryStep("Another customer", None, "not compared; name one to compare with")


def _recovery(case: Case, procedure_id: str) -> Procedure:
    procedure = procedure_of(case, procedure_id)
    if procedure.kind != "recover":
        words, command = f"{procedure.title} is no recovery.", "It needs --confirm and an approval."
        raise InputError("PROCEDURE-KIND", words, "It needs the customer's key and an approval.", command)
    return procedure


def _network(found: Reachability) -> Iterator[RecoveryStep]:
    place = f"{found.host} port {found.port}"
    yield RecoveryStep("Network", found.is_open, f"{place}: {'connected' if found.is_open else found.words}")
    if found.is_open:
        yield RecoveryStep("Portal", found.answers, f"{place}: {found.words}")


def _reach_advice(found: Reachability) -> Event:
    if not found.is_open:
        return Event("recovery.way", found.host)
    return NOTHING if found.answers else Event("recovery.portal", found.host)


def _links(title: str, connector: Manageable, key: str) -> RecoveryStep:
    try:
        links = connector.links(key)
    except ConnectorError as problem:
        return RecoveryStep(title, False, problem.message)
    words = ", ".join(f"{system} is {'connected' if is_up else 'not connected'}" for system, is_up in links.items())
    return RecoveryStep(title, all(links.values()), words)


def _link_advice(own: bool | None, other: bool | None) -> Event:
    if own:
        return Event("recovery.clear")
    if other:
        return Event("recovery.own-platform")
    return Event("recovery.all-platforms" if other is False else "recovery.not-compared")

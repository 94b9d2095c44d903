"""Rules over call flows: every target exists, no dead end, nothing out of reach, no loop without a way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from onboarding.answers.messages import shown
from onboarding.answers.scene import Finding, Findings, Scene, spoken
from onboarding.answers.schema import Cell
from onboarding.domain.callflow import STATIONS, CallFlow, Meets, Node, Step, When, call_flow

LISTED_IN = {**STATIONS, Meets.EXTENSION: "extensions"}
"""Where a target of that kind is to be found."""

_ASTRAY = {Meets.VOICEMAIL: "call-flow-astray-voicemail", Meets.OUTSIDE: "call-flow-astray-number"}


def targets(scene: Scene) -> Findings:
    """Every step of a flow leads to something that is there."""
    for step in _flow(scene).astray():
        params = {"name": origin(scene, step), "value": shown(step.target.name), "section": _listed_in(scene, step)}
        cell = _cell(scene, step.question, step.row)
        yield Finding(_ASTRAY.get(step.target.kind, "call-flow-astray"), cell, params)


def dead_ends(scene: Scene) -> Findings:
    """From everything a call comes to it goes on, or somebody answers there."""
    flow = _flow(scene)
    for node in flow.dead_ends():
        yield Finding("call-flow-dead-end", _place(scene, flow, node), _named(node))


def unreachable(scene: Scene) -> Findings:
    """A call can come to everything that is listed."""
    flow = _flow(scene)
    for node in flow.unreachable():
        yield Finding("call-flow-unreachable", _place(scene, flow, node), _named(node))


def endless(scene: Scene) -> Findings:
    """No caller is caught in a loop, whatever they press."""
    flow = _flow(scene)
    for loop in flow.endless():
        yield _caught(scene, flow, loop, "call-flow-endless")


def silent(scene: Scene) -> Findings:
    """A caller who presses nothing comes to an end as well."""
    flow = _flow(scene)
    known = {node for loop in flow.endless() for node in loop}
    for loop in flow.endless(by_itself=True):
        if not known.issuperset(loop):
            yield _caught(scene, flow, loop, "call-flow-silent")


def origin(scene: Scene, step: Step) -> str:
    """Where a step starts, as the customer reads it in the tables: ``Main menu → 4``."""
    name = spoken(step.source.name)
    if step.when is When.DIALLED:
        return name
    question = scene.questionnaire.question(step.question)
    return f"{name} → {step.key or (question.label if question else step.when.value)}"


def _flow(scene: Scene) -> CallFlow:
    return call_flow(scene.values.rows)


def _caught(scene: Scene, flow: CallFlow, loop: Sequence[Node], code: str) -> Finding:
    steps = [step for node in loop for step in flow.steps_from(node) if step.target in loop]
    if code == "call-flow-silent":
        steps = [step for step in steps if step.when not in (When.KEY, When.INVALID)]
    path = ", ".join(f"“{origin(scene, step)}”" for step in steps)
    return Finding(code, _place(scene, flow, loop[0]), {**_named(loop[0]), "path": path})


def _named(node: Node) -> Mapping[str, str]:
    return {"name": shown(node.name), "value": shown(node.name)}


def _place(scene: Scene, flow: CallFlow, node: Node) -> Cell:
    return _cell(scene, f"{STATIONS[node.kind]}.name", flow.places[node])


def _cell(scene: Scene, question: str, row: int | None) -> Cell:
    return next(cell for cell in scene.values.cells(question) if cell.row == row)


def _listed_in(scene: Scene, step: Step) -> str:
    table = LISTED_IN.get(step.target.kind, "")
    section = scene.questionnaire.section(table)
    return section.title if section else table


RULES: Mapping[str, Callable[..., Findings]] = {
    "call-flow-targets": targets,
    "call-flow-dead-ends": dead_ends,
    "call-flow-unreachable": unreachable,
    "call-flow-endless": endless,
    "call-flow-silent": silent,
}

EXACT = frozenset(
    {
        "call-flow-astray", "call-flow-astray-voicemail", "call-flow-astray-number", "call-flow-dead-end",
        "call-flow-unreachable", "call-flow-endless", "call-flow-silent",
    }
)  # fmt: skip
"""Problem codes whose own sentence says more than a profile can."""

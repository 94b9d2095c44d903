"""Call flows: every target exists, no dead end, nothing out of reach, no loop without a way out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from onboarding.answers.answer_schema import CellRef
from onboarding.answers.messages import shown
from onboarding.answers.rules import Findings, RuleFinding, RuleInput, rule
from onboarding.domain.callflow import ASKED, STATIONS, CallFlow, Meets, Node, Step, When, call_flow
from onboarding.domain.params import NoParams

LISTED_IN = {**STATIONS, Meets.EXTENSION: "extensions"}
"""Where a target of that kind is to be found."""

_rule = partial(rule, params=NoParams, reads=ASKED, is_exact=True)
_ASTRAY = {Meets.VOICEMAIL: "call-flow-astray-voicemail", Meets.OUTSIDE: "call-flow-astray-number"}


# A name is given as the tables have it; “Main menu → 4” is key 4 of the menu “Main menu”.
@_rule(
    "call-flow-targets",
    says={
        "call-flow-astray": "“{name}” leads to “{value}”, which is not listed under “{section}”; "
        "add it there or choose another target.",
        "call-flow-astray-number": "“{name}” leads to “{value}”, which is not a telephone number.",
        "call-flow-astray-voicemail": "“{name}” leads to the voicemail of “{value}”, "
        "but no such extension has voicemail.",
    },
)
def targets(facts: RuleInput, p: NoParams) -> Findings:
    """Every step of a call flow leads to something that is listed."""
    for step in call_flow(facts.values.rows, facts.questionnaire.country).astray():
        section = facts.title(LISTED_IN.get(step.target.kind, ""))
        params = {"name": origin(facts, step), "value": shown(step.target.name), "section": section}
        code = _ASTRAY.get(step.target.kind, "call-flow-astray")
        yield RuleFinding(code, _cell(facts, step.question, step.row), params)


@_rule(
    "call-flow-dead-ends",
    says={"call-flow-dead-end": "“{name}” is a dead end: a call that comes there goes nowhere. Say where it goes on."},
)
def dead_ends(facts: RuleInput, p: NoParams) -> Findings:
    """From everything a call comes to it goes on, or somebody answers."""
    flow = call_flow(facts.values.rows, facts.questionnaire.country)
    return (_found(facts, flow, node, "call-flow-dead-end") for node in flow.dead_ends())


@_rule(
    "call-flow-unreachable",
    says="No call ever comes to “{name}”: no number, key or schedule leads there. "
    "Let something lead there, or remove it.",
)
def unreachable(facts: RuleInput, p: NoParams) -> Findings:
    """A call can come to everything that is listed."""
    flow = call_flow(facts.values.rows, facts.questionnaire.country)
    return (_found(facts, flow, node, "call-flow-unreachable") for node in flow.unreachable())


@_rule(
    "call-flow-endless",
    says="A caller who comes to “{name}” never gets out, because these only lead back: {path}. "
    "Let one of them lead to a person, a mailbox or the end of the call.",
)
def endless(facts: RuleInput, p: NoParams) -> Findings:
    """No caller is caught in a loop, whatever they press."""
    flow = call_flow(facts.values.rows, facts.questionnaire.country)
    return (_caught(facts, flow, loop, "call-flow-endless") for loop in flow.endless())


@_rule(
    "call-flow-silent",
    says="A caller who comes to “{name}” and presses nothing goes round for ever: {path}. "
    "Let one of them lead to a person, a mailbox or the end of the call.",
)
def silent(facts: RuleInput, p: NoParams) -> Findings:
    """A caller who presses nothing comes to an end as well."""
    flow = call_flow(facts.values.rows, facts.questionnaire.country)
    known = {node for loop in flow.endless() for node in loop}
    for loop in flow.endless(by_itself=True):
        if not known.issuperset(loop):
            yield _caught(facts, flow, loop, "call-flow-silent")


def origin(facts: RuleInput, step: Step) -> str:
    """Where a step starts, as the customer reads it in the tables: ``Main menu → 4``."""
    name = facts.text(CellRef("", None, step.source.name, {}))
    if step.when is When.DIALLED:
        return name
    question = facts.questionnaire.question(step.question)
    return f"{name} → {step.key or (question.label if question else step.when.value)}"


def _caught(facts: RuleInput, flow: CallFlow, loop: Sequence[Node], code: str) -> RuleFinding:
    steps = [step for node in loop for step in flow.steps_from(node)]
    if code == "call-flow-silent":
        steps = [step for step in steps if step.when not in (When.KEY, When.INVALID)]
    path = ", ".join(f"“{origin(facts, step)}”" for step in steps)
    return _found(facts, flow, loop[0], code, path=path)


def _found(facts: RuleInput, flow: CallFlow, node: Node, code: str, **params: str) -> RuleFinding:
    cell = _cell(facts, f"{STATIONS[node.kind]}.name", flow.places[node])
    return RuleFinding(code, cell, {"name": shown(node.name), **params})


def _cell(facts: RuleInput, question: str, row: int | None) -> CellRef:
    return next(cell for cell in facts.values.cells(question) if cell.row == row)

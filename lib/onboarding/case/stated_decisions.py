"""Decisions that rows of a file state: heard as those that are made here, one after the other as they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onboarding.case.decided import asked_besides
from onboarding.case.decisions import Hearing, Vote, objections_to, recorded
from onboarding.case.facts import Fact
from onboarding.case.statement import Statement, values_of
from onboarding.domain.event import ADOPTED_TASK, Event
from onboarding.domain.history import GateDecision
from onboarding.domain.params import hint_or_stop
from onboarding.domain.task import Gate
from onboarding.stages.assessment import assess
from onboarding.stages.gate import applies, decided_on, decision_digest, reopened

_COLUMNS = {"GATE-EARLY": "id", "GATE-ANSWERS": "asked"}
"""Code of an objection -> the cell it is about; without one it is about whose word it is."""


def take_decisions(stated: Statement, facts: Sequence[Fact]) -> None:
    """Takes them in the order in which they were made; what cannot be taken is refused with its cell."""
    for fact in sorted(facts, key=lambda one: one.at or stated.now):
        if gate := _gate(stated, fact):
            _hear(stated, fact, gate)


def _gate(stated: Statement, fact: Fact) -> Gate | None:
    """The gate that is meant, where it is decided by people and asked with these answers."""
    gates = stated.context.profile.gates
    gate = gates.get(fact.name)
    if gate is None or gate.kind != "decision":
        known = [name for name, one in gates.items() if one.kind == "decision"]
        words = f"There is no decision {fact.name!r}{hint_or_stop(fact.name, known)}"
        stated.said.refuse(fact.row, "id", words, f"Decisions: {', '.join(known)}.")
    elif _role(fact, gate) not in gate.roles:
        words = f"{_role(fact, gate) or 'Nobody'} may not decide {gate.title!r}."
        stated.said.refuse(fact.row, "role", words, f"Roles: {', '.join(gate.roles)}.")
    elif not applies(gate, stated.context.values):
        words = f"“{gate.title}” is not asked with these answers."
        stated.said.refuse(fact.row, "id", words, "Leave the row out, or give the answers that ask for it.")
    else:
        return gate
    return None


def _role(fact: Fact, gate: Gate) -> str:
    return fact.row["role"] or (gate.roles[0] if len(gate.roles) == 1 else "")


def _hear(stated: Statement, fact: Fact, gate: Gate) -> None:
    answers = asked_besides(fact.row, gate, stated.said)
    if answers is None:
        return
    vote = Vote(gate.id, fact.row["decided"] == "yes", _role(fact, gate), fact.row["note"], fact.document, answers)
    context = stated.so_far
    heard = Hearing(fact.row["by"], stated.login, stated.people, context, assess(context), stated.edits)
    wrong = {one.code: one for one in objections_to(gate, vote, heard)}
    lacks_proof = wrong.pop("GATE-EVIDENCE", None)
    for code, objection in wrong.items():
        column = _COLUMNS.get(code, "by")
        stated.said.refuse(fact.row, column, objection.message, objection.command or "State first what comes before.")
    if later := _later(fact, gate, vote, heard):
        how = "otherwise" if later.at == fact.at else "after that"
        words = f"“{gate.title}” was decided by {later.by} on {context.day(later.at)}, {how}."
        stated.said.refuse(fact.row, "date", words, "Leave the row out, or correct its day.")
    elif lacks_proof and not wrong:
        words = f"“{gate.title}” stays closed: an approval needs a file, and it is not there."
        stated.said.remark(fact.row, "document", words, "Give the file beside it.")
        stated.prove(fact, gate.id, Event(ADOPTED_TASK, gate.id, values_of(fact)), roles=(vote.role,))
    elif not wrong:
        _keep(stated, fact, gate, vote)


def _later(fact: Fact, gate: Gate, vote: Vote, heard: Hearing) -> GateDecision | None:
    """A decision that it would take the place of: one that was made after it, or theirs of the same moment."""
    me = heard.people.identity(heard.by)
    for one in heard.context.record.decisions:
        if one.gate != gate.id or fact.at is None or one.at < fact.at:
            continue
        is_theirs, is_other = heard.people.identity(one.by) == me, one.is_approved is not vote.is_approved
        if one.at == fact.at and is_theirs and is_other:
            return one
        if one.at > fact.at and (is_theirs or is_other or not vote.is_approved):
            return one
    return None


def _keep(stated: Statement, fact: Fact, gate: Gate, vote: Vote) -> None:
    """The decision, bound to the answers as they are; what a no re-opens was done before it."""
    assert fact.at
    context, by, is_listed = stated.context, fact.row["by"], stated.people.has(fact.row["by"], (vote.role,))
    decision = GateDecision(
        gate.id, vote.is_approved, stated.people.named(by), vote.role, fact.at, decision_digest(gate, context),
        vote.note, stated.keep(fact), decided_on(gate, context), answers=recorded(gate, vote, context)[0],
        version=context.version, is_verified=is_listed, origin=GateDecision.STATED + fact.id, entered_by=stated.login,
    )  # fmt: skip
    stated.decisions.append(decision)
    word = "Approved" if vote.is_approved else "Rejected"
    stated.tell(f"{word} on {context.day(fact.at)}: {gate.title}", fact, is_listed)
    if vote.is_approved:
        return
    record = stated.so_far.record
    before = {name: one for name, one in record.tasks.items() if one.at <= fact.at}
    for again in reopened(gate, replace(record, tasks=before), decision):
        stated.tasks[again.task] = again
        task = context.task(again.task)
        words = f"{task.title if task else again.task} is to be done anew after this no."
        stated.said.remark(fact.row, "decided", words, "Where it was done again, state that day.")

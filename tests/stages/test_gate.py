"""Gates that people decide: how many, who, on what, and how a decision comes to an end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from onboarding.answers.check import Checked
from onboarding.domain.condition import Condition
from onboarding.domain.history import GateDecision, TaskState
from onboarding.domain.task import Gate, Task
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.gate import GateStatus, decided_on, decision_digest
from tests.stages.world import AT, context_of, example, group, profile_of

GATE = Gate("go", "Go", "decision", "customer", "Shall we?", roles=("customer", "reseller"), on=("telephony",))
TASK = Task("gather.x", "X", "gather", "reseller", gates=("go",))


def _context(gate: Gate = GATE, kind: str = "port") -> Context:
    return context_of(profile_of([TASK], [gate]), {"telephony": {"kind": kind}})


def _says(context: Context, who: str, yes: bool = True, role: str = "customer", note: str = "") -> Context:
    """One more decision, on the answers as they are now."""
    bound = decision_digest(context.profile.gates["go"], context)
    decision = GateDecision("go", yes, who, role, AT, bound, note)
    decisions = [*context.record.decisions, decision]
    return replace(context, record=replace(context.record, decisions=decisions))


def _view(context: Context) -> GateStatus:
    return assess(context).gates["go"]


def test_a_gate_nobody_decided_is_closed() -> None:
    """It names how many of whom are outstanding, and holds its task for the party that owes it."""
    view = _view(_context())
    assert not view.is_open
    assert "1 approval by Customer or Reseller" in view.missing[0]
    kept = assess(_context()).task("gather.x")
    assert (kept.state, kept.waits_for) == (TaskState.BLOCKED, "customer")


def test_one_approval_opens_it() -> None:
    """With the quorum reached the task is ready."""
    context = _says(_context(), "Ana")
    assert _view(context).is_open
    assert assess(context).task("gather.x").state is TaskState.READY


@pytest.mark.parametrize(
    ("people", "is_open"), [(["Ana"], False), (["Ana", "Ana"], False), (["Ana", "Ben"], True), (["Ana", "ana"], False)]
)
def test_a_quorum_is_of_different_people(people: list[str], is_open: bool) -> None:
    """Two approvals are two people's, however often and in whatever spelling one of them says yes."""
    context = _context(replace(GATE, quorum=2))
    for name in people:
        context = _says(context, name)
    assert _view(context).is_open is is_open


def test_a_no_closes_whatever_others_say() -> None:
    """One refusal holds the gate, with its reason, until that person says otherwise."""
    context = _says(_says(_context(), "Ana"), "Ben", yes=False, note="The bill is wrong.")
    assert any("Ben" in missing and "The bill is wrong." in missing for missing in _view(context).missing)
    assert _view(_says(context, "Ben")).is_open
    assert not _view(_says(_says(context, "Ben"), "Ana", yes=False)).is_open


def test_a_decision_is_bound_to_what_it_was_made_on() -> None:
    """When the answers change the approval lapses, and says so; with the old answers back it holds again."""
    said = _says(_context(), "Ana")
    moved = replace(said, values={"telephony": {"kind": "new"}})
    view = _view(moved)
    assert not view.is_open
    assert any("Ana" in missing and "changed" in missing for missing in view.missing)
    assert _view(replace(moved, values=said.values)).is_open
    assert _view(replace(said, values={**said.values, "company": {"name": "Other"}})).is_open
    assert _view(_says(moved, "Ana")).is_open


def test_a_better_reader_undoes_no_decision() -> None:
    """The same version of the answers, read otherwise than when it was decided on: what was decided stands."""
    said = replace(_says(_context(), "Ana"), version=3)
    [decision] = said.record.decisions
    earlier = replace(decision, version=2, decided_on=decided_on(GATE, said))
    kept = replace(said, record=replace(said.record, decisions=[earlier]))
    read_anew = {**said.values, "telephony": {"kind": "Port"}}
    same = replace(kept, values=read_anew, past=lambda version: Checked(read_anew, ()))
    assert _view(same).is_open
    assert not _view(replace(same, past=lambda version: Checked(said.values, ()))).is_open
    asked = profile_of([TASK], [replace(GATE, question="Shall we, really?")])
    assert not _view(replace(same, profile=asked)).is_open


def test_a_no_to_other_answers_does_not_hold() -> None:
    """Who refused the old answers is asked again about the new ones."""
    context = replace(_says(_context(), "Ben", yes=False), values={"telephony": {"kind": "new"}})
    assert not any("Ben" in missing for missing in _view(context).missing)
    assert _view(_says(context, "Ana")).is_open


def test_another_question_is_another_decision() -> None:
    """An approval does not count for a gate that asks something else since."""
    said = _says(_context(), "Ana")
    asked = replace(said, profile=profile_of([TASK], [replace(GATE, question="Shall we, really?")]))
    assert not _view(asked).is_open


def test_a_gate_without_occasion_is_open() -> None:
    """Its condition does not hold: nobody is asked."""
    gate = replace(GATE, when=Condition("is", "telephony.kind", ("port",)))
    assert not _view(_context(gate, "port")).is_open
    assert _view(_context(gate, "none")).is_open


def test_decisions_on_another_gate_do_not_count() -> None:
    """Every gate has decisions of its own."""
    context = _context()
    other = GateDecision("stop", True, "Ana", "customer", AT, decision_digest(GATE, context))
    assert not _view(replace(context, record=replace(context.record, decisions=[other]))).is_open


def _written(**sections: Any) -> Context:
    return group(example(migration={"by": "provider", "lync_contacts": True}, **sections))


@pytest.mark.keeps("C-51")
def test_the_written_agreement_is_bound_to_what_is_to_be_moved() -> None:
    """Chinook agreed to move the mail as it stood; another way of moving it needs another agreement (C-51)."""
    context = _written()
    gate = context.profile.gates["migration-agreement"]
    said = GateDecision(gate.id, True, "support", "support-engineer", AT, decision_digest(gate, context))
    agreed = replace(context, record=replace(context.record, decisions=[said]))
    assert assess(agreed).gates[gate.id].is_open
    other = _written(mail={"existing": True, "system": "POP", "method": "tool", "tool": "migrationwiz"})
    assert not assess(replace(other, record=agreed.record)).gates[gate.id].is_open
    assert assess(group(example())).gates[gate.id].is_open  # the reseller moves it: no agreement is needed

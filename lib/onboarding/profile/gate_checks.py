"""What is wrong with the gates of a profile: what opens them, who decides, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.question import Kind
from onboarding.domain.task import Gate
from onboarding.profile.findings import ProfileReading, at_gate
from onboarding.profile.gate_tables import EVERYTHING
from onboarding.profile.model import Profile
from onboarding.profile.source import Key

Found = Iterator[tuple[Key, str]]


def gates(reading: ProfileReading, profile: Profile) -> Found:
    used = {name for task in profile.tasks for name in task.gates}
    used |= {name for stage in profile.stages for name in stage.gates}
    for gate in profile.gates.values():
        is_check = gate.kind == "check"
        if not (gate.check if is_check else gate.roles):
            reason = "it has no 'check'" if is_check else "no 'roles' may decide it"
            yield at_gate(gate), f"nothing opens this gate: {reason}"
        for key, message in _of_check(gate) if is_check else (*_of_decision(gate), *_of_provider(gate, profile)):
            yield at_gate(gate, key), message
        if gate.id not in used:
            yield at_gate(gate), "this gate holds nothing: no task and no stage names it"


def _of_check(gate: Gate) -> Iterator[tuple[str, str]]:
    given = {key: getattr(gate, key) for key in ("after", "reopens", "asks", "each_role", "expires", "four_eyes")}
    given["listed"] = gate.is_listed
    given["quorum"] = gate.quorum > 1
    yield from ((key, f"only a decision has {key!r}; a check looks for itself") for key in given if given[key])


def _of_decision(gate: Gate) -> Iterator[tuple[str, str]]:
    if EVERYTHING in gate.on and len(gate.on) > 1:
        yield "on", "'*' is every answer already: nothing stands beside it"
    if gate.each_role and len(gate.roles) < 2:
        yield "each_role", "every role signs once, so at least two 'roles' are wanted"
    if gate.each_role and gate.quorum not in (1, len(gate.roles)):
        yield "quorum", "with 'each_role' there are as many approvals as roles; leave 'quorum' out"
    if gate.four_eyes and not gate.on:
        yield "four_eyes", "it is bound to no answers: say under 'on' which ones nobody approves for themselves"
    if gate.expires and (gate.expires.anchor != "start" or not gate.expires.amount):
        yield "expires", "an approval expires a while after it was given: a length of time without 'before' and 'after'"
    for question in gate.asks:
        if question.kind is Kind.REFERENCE:
            yield "asks", f"{question.name!r} cannot be a reference: a decision records values of its own"


def _of_provider(gate: Gate, profile: Profile) -> Iterator[tuple[str, str]]:
    """What the provider approves is approved by somebody of its side."""
    sides = {name: party.side for name, party in profile.parties.items()}
    others = [role for role in gate.roles if sides.get(role) != "provider"]
    if sides.get(gate.owed_by) == "provider" and others and not gate.each_role:
        words = f"it is the provider's to approve, and {others[0]!r} alone could: leave that role out, or say each_role"
        yield "roles", words

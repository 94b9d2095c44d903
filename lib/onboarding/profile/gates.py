"""Gates: from a TOML table to the typed object, and what is wrong with them beyond names."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.question import Kind
from onboarding.domain.task import Gate, Party
from onboarding.profile.draft import Draft
from onboarding.profile.graph import closed_by
from onboarding.profile.lead import read_lead
from onboarding.profile.questions import take_question
from onboarding.profile.source import Place, Table, hint

GATE_KINDS = ("check", "decision")
EVERYTHING = "*"
"""Under ``on``: every answer."""

CONTACT_ROLE = "contacts.role"
"""The question whose options a party's ``contact_roles`` are taken from."""


def take_gate(name: str, table: Table, draft: Draft) -> None:
    """``[gate.<id>]``."""
    asks = tuple(take_question(name, word, inside, draft) for word, inside in table.tables("asks"))
    draft.gates[name] = Gate(
        name,
        table.text("title", name, required=True),
        table.one_of("kind", GATE_KINDS, "check", required=True),
        table.text("owed_by", required=True),
        table.text("question"),
        table.text("check"),
        table.mapping("about"),
        table.texts("roles"),
        table.integer("quorum", 1, 1, 20) or 1,
        table.texts("on"),
        table.condition(),
        table.flag("needs_evidence"),
        table.texts("covers"),
        table.text("source"),
        after=table.texts("after"),
        reopens=table.texts("reopens"),
        asks=asks,
        each_role=table.flag("each_role"),
        expires=read_lead(table, "expires"),
        four_eyes=table.flag("four_eyes") if "four_eyes" in table else None,
    )


def check_gates(draft: Draft) -> None:
    """Adds what is wrong with gates, and with who may decide them, to ``draft.findings``."""
    used = {name for task in draft.tasks.values() for name in task.gates}
    used |= {name for stage in draft.stages for name in stage.gates}
    for gate in draft.gates.values():
        place = draft.place("gate", gate.id)
        if reason := _never_opens(gate, draft):
            draft.report(place, f"nothing opens this gate: {reason}")
        for key, message in _of_check(gate) if gate.kind == "check" else _of_decision(gate):
            draft.report(place.at(key), message)
        if gate.id not in used:
            draft.report(place, "this gate holds nothing: no task and no stage names it")
    for party in draft.parties.values():
        _contact_roles(party, draft.place("party", party.id).at("contact_roles"), draft)


def _never_opens(gate: Gate, draft: Draft) -> str:
    if gate.kind == "decision":
        return "" if gate.roles else "no 'roles' may decide it"
    if not gate.check:
        return "it has no 'check'"
    if gate.check == "tasks-closed" and not any(closed_by(gate.about, draft)):
        return "it waits for no task"
    return ""


def _of_check(gate: Gate) -> Iterator[tuple[str, str]]:
    for key in ("after", "reopens", "asks", "each_role", "expires", "four_eyes"):
        if getattr(gate, key):
            yield key, f"only a decision has {key!r}; a check looks for itself"


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


def _contact_roles(party: Party, place: Place, draft: Draft) -> None:
    """Contacts are the customer's people; their roles are the options of one question."""
    if not party.contact_roles:
        return
    if party.side != "customer":
        draft.report(place, "the contacts are people of the customer: only a party of its side has 'contact_roles'")
    question = draft.questions().get(CONTACT_ROLE)
    if question is None:
        draft.report(place, f"{CONTACT_ROLE} is not asked: include the template 'contacts'")
        return
    known = [option.value for option in question.options]
    for number, role in enumerate(party.contact_roles):
        if role not in known:
            message = f"{role!r} is no option of {CONTACT_ROLE} ({', '.join(known)}){hint(role, known)}"
            draft.report(place.at(number), message)

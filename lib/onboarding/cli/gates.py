"""Gates: which are open, what the others need, and the decisions of people, one by one or from a file."""

from __future__ import annotations

from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onboarding.cli import show
from onboarding.cli.options import (
    AsJson,
    AsOf,
    CustomerId,
    Evidence,
    MaybeCustomer,
    Note,
    SameFile,
    document_of,
    open_case,
    open_cases,
    who,
)
from onboarding.cli.overview import zones
from onboarding.cli.shell import argument, command, flag, option
from onboarding.cli.task_list import PANEL
from onboarding.errors import InputError

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.case.decision_file import Entry
    from onboarding.domain.history import GateDecision
    from onboarding.domain.task import Gate
    from onboarding.stages.gate import GateStatus

book = typer.Typer()

_ANSWER = "What the gate asks besides; once for each."
_SEEN = "Only if the answers are still those with this digest, of `onboard gates --json`."
MaybeGate = Annotated[str, argument("GATE", "The gate's id, as `onboard gates` shows it.")]


@command(book, "gates", PANEL, "onboard gates bright-smile")
def gates(customer: CustomerId, as_json: AsJson = False, as_of: AsOf = "") -> None:
    """List the gates: which are open, what the others still need, who decided what.

    Where answers changed after somebody approved them: which field, what it was and is, who changed it and when.
    """
    cases = open_cases(customer, as_of)
    views = [(case, view) for case in cases for view in case.progress().gates.values()]
    if as_json:
        show.as_json([_gate_json(case, view) for case, view in views])
        return
    for case in cases:
        show.service(case)
        if case.ended:
            show.line(case.ended)
        show.table(["State", "Gate", "Owed by", "What"], [_gate_row(one, view) for one, view in views if one is case])


@command(
    book, "gate", PANEL,
    "onboard gate bright-smile migration-agreement --approve --by Dana --role support-engineer --evidence ok.pdf",
    "onboard gate --file decisions.toml",
)  # fmt: skip
def gate(
    customer: MaybeCustomer = "",
    gate_id: MaybeGate = "",
    by: Annotated[str, option("--by", "WHO", "Who decides: a name or e-mail address.")] = "",
    role: Annotated[str, option("--role", "ROLE", "In which role: a party of the profile.")] = "",
    approve: Annotated[bool, flag("--approve", "The answer is yes.")] = False,
    reject: Annotated[bool, flag("--reject", "The answer is no.")] = False,
    answer: Annotated[list[str] | None, option("--answer", "NAME=VALUE", _ANSWER)] = None,
    note: Note = "",
    evidence: Evidence = None,
    same_file: SameFile = False,
    seen: Annotated[str, option("--seen", "DIGEST", _SEEN)] = "",
    file: Annotated[Path | None, option("--file", "FILE", "Many decisions, as TOML or JSON.")] = None,
    as_of: AsOf = "",
) -> None:
    """Record one person's decision on a gate, or many from a file.

    It is bound to the answers it was made on: when they change, the gate closes again. A file holds [[decision]] tables
    with customer, gate, approve, by, role and, where wanted, service, note, evidence, seen and answers. Who may decide
    in a role is taken from the customer's contacts and from people.toml in the workspace ([[person]] with name, email,
    roles); where neither says, the role is taken on trust and marked so.
    """
    from onboarding.case.decisions import Vote, decide
    from onboarding.case.doubts import on_trust

    if file is not None:
        if customer or gate_id or by or role or approve or reject or answer or evidence:
            raise InputError("GATE-FILE", "Decisions come from a file or from the command line.", "Give --file alone.")
        _from_file(file, as_of)
        return
    if not (customer and gate_id):
        raise InputError("GATE-WHICH", "It is not said which gate of which customer.", "`onboard gate --help` shows.")
    if approve == reject:
        raise InputError("GATE-ANSWER", "A decision is either yes or no.", "Give one of --approve and --reject.")
    case = open_case(customer, as_of, who(by))
    given = document_of(evidence), _answers(answer or []), seen
    kept = decide(case, Vote(gate_id, approve, role, note, *given, is_same_file=same_file))
    view = case.progress().gates[gate_id]
    show.line(f"{view.gate.title}: {'approved' if approve else 'rejected'} by {kept.by}")
    if kept.other_login:
        show.line(f"Entered by {kept.other_login} for {kept.by}.")
    if not kept.is_verified:
        show.line(on_trust(kept.by, [role], case.context()))
    show.line("The gate is open." if view.is_open else f"The gate is closed. {' '.join(view.missing)}")


def _answers(given: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InputError("ANSWER-FORM", f"{text[:60]!r} is no answer.", "Write --answer name=value.")
        if name.strip() in found:
            raise InputError("ANSWER-TWICE", f"{name.strip()!r} is answered twice.", "Give each answer once.")
        found[name.strip()] = value.strip()
    return found


def _from_file(path: Path, as_of: str) -> None:
    from onboarding.case.decision_file import decide_file
    from onboarding.cli.options import open_store

    store = open_store()
    entries = decide_file(store, path, as_of, document_of)
    places = zones(store) if any(entry.before for entry in entries) else {}
    rows = [_entry_row(entry, places.get(entry.customer, UTC)) for entry in entries]
    show.table(["No.", "Customer", "Gate", "What"], rows)
    kept = sum(entry.kept is not None for entry in entries)
    before = sum(entry.before is not None for entry in entries)
    wrong = [problem for entry in entries for problem in entry.problems]
    show.line(f"{show.count(kept, 'decision')} recorded, {before} recorded before, {len(entries) - kept - before} not.")
    if wrong:
        raise typer.Exit(InputError.exit_code if any(p.exit_code == 2 for p in wrong) else wrong[0].exit_code)


def _entry_row(entry: Entry, zone: tzinfo) -> list[Any]:
    if entry.kept:
        what = [f"{'approved' if entry.kept.is_approved else 'rejected'} by {entry.kept.by}"]
    elif entry.before:
        what = [f"recorded before, on {show.day(entry.before.at, zone)}; it is not recorded again"]
    else:
        what = [str(problem) for problem in entry.problems]
    return [entry.number, entry.customer, entry.gate, what]


def _gate_row(case: Case, view: GateStatus) -> list[Any]:
    gate = view.gate
    words = [gate.title, *view.missing, *(_decision_line(case, view, decision) for decision in view.decisions)]
    if view.open_until:
        words.append(f"Open until {show.day(view.open_until, case.calendar.zone)}.")
    if gate.kind == "decision" and not view.is_open:
        words.append("; ".join([f"Roles: {', '.join(gate.roles)}", *_terms(gate)]))
        words += [f"Asks: {', '.join(f'{q.name} ({q.label})' for q in gate.asks)}"] if gate.asks else []
    return ["open" if view.is_open else "closed", gate.id, case.profile.party_title(gate.owed_by), words]


def _terms(gate: Gate) -> list[str]:
    """What a decision on the gate takes besides a role."""
    terms = {
        "each once, by different people": gate.each_role,
        "nobody approves answers they have typed": gate.needs_four_eyes,
        "only who is listed": gate.is_listed,
        "with proof": gate.needs_evidence,
    }
    return [words for words, is_wanted in terms.items() if is_wanted]


def _decision_line(case: Case, view: GateStatus, decision: GateDecision) -> str:
    doubts = [decision.role, "stated at adoption, not verified" if decision.is_stated else ""]
    role = ", ".join(filter(None, [*doubts, "" if decision.is_verified else "on trust"]))
    word = "yes" if decision.is_approved else "no"
    parts = [f"{word} from {decision.by} ({role}), {show.day(decision.at, case.calendar.zone)}"]
    parts += [f"entered by {decision.other_login}"] if decision.other_login else []
    parts += [f"{label}: {value}" for label, value in view.recorded(decision)]
    return "; ".join(parts)


def _gate_json(case: Case, view: GateStatus) -> dict[str, Any]:
    from onboarding.stages.gate import decision_digest

    gate = view.gate
    is_decision = gate.kind == "decision"
    return {
        "gate": gate.id, "title": gate.title, "kind": gate.kind, "question": gate.question,
        "is_open": view.is_open, "open_until": view.open_until, "owed_by": gate.owed_by, "roles": gate.roles,
        "quorum": len(gate.roles) if gate.each_role else gate.quorum,
        "asks": [{"name": q.name, "kind": q.kind.value, "label": q.label, "required": q.required} for q in gate.asks],
        "seen": decision_digest(gate, case.context()) if is_decision else "",
        "missing": view.missing,
        "changes": [{"place": c.place, "what": c.what, "by": c.by, "on": c.on} for c in view.changes],
        "decisions": [
            {"by": d.by, "role": d.role, "is_verified": d.is_verified, "is_approved": d.is_approved, "at": d.at,
             "note": d.note, "answers": d.answers, "document": d.document,
             "entered_by": d.entered_by}
            for d in view.decisions
        ],
    }  # fmt: skip

"""Decisions by command, by file and on a card."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from onboarding.case import decisions
from onboarding.case.case import engineer
from onboarding.case.decision_file import decide_file
from onboarding.case.decisions import Vote
from onboarding.cli.app import app
from onboarding.cli.options import document_of
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.engine.stage_run import where_it_stands
from onboarding.notebook.ask import GateCards
from onboarding.notebook.standing import status_html
from tests.gates.conftest import ANA, AT, World, answers

ENTRY = {
    "customer": "bright-smile", "gate": "ready", "approve": True, "by": "ana@brightsmile.example", "role": "customer",
    "answers": {"window": "evening"},
}  # fmt: skip
TOML = """
[[decision]]
customer = "bright-smile"
gate = "ready"
approve = true
by = "ana@brightsmile.example"
role = "customer"
answers = { window = "evening" }

[[decision]]
customer = "bright-smile"
gate = "ready"
approve = true
by = "Kay Lund"
role = "engineer"
note = "by telephone"
answers = { window = "day", remark = "ring first" }

[[decision]]
customer = "second"
gate = "price"
approve = true
by = "Ana Ortiz"
role = "customer"
evidence = "papers/offer.pdf"
"""


def onboard(*args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(args), catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def second(world: World) -> World:
    """A second customer with the same answers, and a file of decisions about both."""
    world.store.create_customer(Customer("second", "Second", AT), "two-sides")
    world.case("R. Diaz", "second").save_answers(answers(), "import")
    (world.home / "papers").mkdir()
    (world.home / "papers" / "offer.pdf").write_bytes(b"signed")
    (world.home / "decisions.toml").write_text(TOML, encoding="utf-8")
    return world


def test_a_decision_by_command(world: World) -> None:
    """With the answers the gate asks for; that a role was taken on trust is shown, then and ever after."""
    gate = ("gate", "bright-smile", "ready", "--approve")
    code, out, _ = onboard(*gate, "--by", "Ana Ortiz", "--role", "customer", "--answer", "window=evening")
    assert (code, out.splitlines()) == (0, [
        f"Ready for configuration: approved by {ANA}", f"Entered by {engineer()} for {ANA}.",
        "The gate is closed. The approval of Engineer is outstanding.",
    ])  # fmt: skip
    code, out, _ = onboard(*gate, "--by", "Kay", "--role", "engineer", "--answer", "window=day",
                           "--answer", "remark=a=b")  # fmt: skip
    assert out.splitlines()[1] == f"Entered by {engineer()} for Kay."
    assert out.splitlines()[2:] == ["Kay is not listed as Engineer: the role is taken on trust.", "The gate is open."]
    shown = onboard("gates", "bright-smile")[1]
    assert f"yes from {ANA} (customer), " in shown
    assert "yes from Kay (engineer, on trust), " in shown
    assert "Window: During the day; Remark: a=b" in shown


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("--answer", "window"), 2, "ANSWER-FORM: 'window' is no answer.\nWrite --answer name=value."),
        (("--answer", "window=day", "--answer", "window=evening"), 2, "ANSWER-TWICE: 'window' is answered twice."),
        ((), 2, "GATE-ANSWERS: Ready for configuration: Please fill in “Window”."),
        (("--answer", "window=day", "--seen", "0" * 64), 1, "GATE-MOVED: What 'Ready for configuration' is decided on"),
        (("--file", "decisions.toml"), 2, "GATE-FILE: Decisions come from a file or from the command line."),
    ],
)
def test_what_a_command_refuses(args: tuple[str, ...], code: int, words: str, world: World) -> None:
    """Two lines, and nothing is kept."""
    gate = ("gate", "bright-smile", "ready", "--approve", "--by", "Ana Ortiz", "--role", "customer")
    found, _, err = onboard(*gate, *args)
    assert (found, err[: len(words)]) == (code, words)
    assert world.case().record.decisions == ()


def test_a_gate_must_be_named(home: Path) -> None:
    """Without customer and gate there is nothing to decide."""
    assert onboard("gate", "bright-smile", "--approve")[2].startswith("GATE-WHICH")


def test_a_file_of_decisions(second: World) -> None:
    """Many decisions for many customers; the file given again, even after a change, decides nothing more."""
    code, out, err = onboard("gate", "--file", "decisions.toml", "--as-of", AT.isoformat())
    assert (code, err) == (0, "")
    assert "3 decisions recorded, 0 recorded before, 0 not." in out
    assert second.gate("ready").is_open
    assert second.case(customer="second").progress().gates["price"].is_open
    kept = second.case().record.decisions
    assert [(word.by, word.note, dict(word.answers)) for word in kept] == [
        (ANA, "", {"window": "evening"}), ("Kay Lund", "by telephone", {"window": "day", "remark": "ring first"}),
    ]  # fmt: skip
    second.change("R. Diaz", "users", 0, extension="199")
    code, out, _ = onboard("gate", "--file", "decisions.toml", "--as-of", "2026-03-05")
    assert (code, "0 decisions recorded, 3 recorded before, 0 not." in out) == (0, True)
    assert "recorded before, on 2 Mar 2026; it is not recorded again" in out
    assert second.case().record.decisions == kept
    assert not second.gate("ready").is_open
    assert second.store.verify() == []


def test_every_problem_of_a_file_is_listed(second: World) -> None:
    """A wrong entry is refused as a whole with all that is wrong with it; the others are kept."""
    wrong: list[Any] = [
        {**ENTRY, "customer": "nobody"},
        {**ENTRY, "gate": "price", "evidence": "gone.pdf", "answers": {}},
        {**ENTRY, "by": " ", "approve": "yes", "colour": 1, "note": 3, "answers": []},
        {**ENTRY, "by": "R. Diaz", "role": "engineer", "answers": {"window": "night"}},
        "go",
        ENTRY,
        {**ENTRY, "role": "engineer"},
    ]
    Path("wrong.json").write_text(json.dumps(wrong))
    code, out, _ = onboard("gate", "--file", "wrong.json", "--as-of", AT.isoformat())
    assert code == 2
    told = [line for line in out.splitlines() if line[:1].isdigit()]
    wanted = [
        ["CUSTOMER-UNKNOWN"], ["EVIDENCE-FILE"],
        ["'approve' is true or false", "There is no 'colour'", "'by' is missing", "'note' is a text", "'answers' is a"],
        ["GATE-OWN", "GATE-ANSWERS"], ["A decision is a table."], [f"approved by {ANA}"], ["GATE-TWICE"],
    ]  # fmt: skip
    for line, words in zip(told, wanted, strict=False):
        assert all(word in line for word in words), line
    assert told[-1].startswith("1 decision recorded, 0 recorded before, 6 not.")
    assert len(second.case().record.decisions) == 1
    assert not list(second.store.layout.documents.rglob("*.*"))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("gone.toml", None, "cannot be read: No such file"),
        ("a.toml", "[[decision]", "cannot be read"),
        ("a.json", "[{", "cannot be read"),
        ("a.json", "[" * 100_000, "cannot be read"),
        ("a.toml", "", "holds no [[decision]]"),
        ("a.json", '{"decision": {}}', "holds no [[decision]]"),
        ("a.toml", "\ufffd\0", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read(name: str, text: str | None, words: str, home: Path) -> None:
    """One calm line, and nothing was recorded."""
    if text is not None:
        Path(name).write_text(text)
    code, _, err = onboard("gate", "--file", name)
    assert (code, err.startswith("DECISION-FILE")) == (2, True)
    assert words in err


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(json_values, st.fixed_dictionaries({}, optional=dict.fromkeys(ENTRY, json_values))),
                min_size=1, max_size=3))  # fmt: skip
def test_no_file_breaks_anything(world: World, entries: list[Any]) -> None:
    """Whatever stands in a file, each entry gets an answer and nothing is kept of what makes no sense."""
    Path("any.json").write_text(json.dumps(entries))
    found = decide_file(world.store, Path("any.json"), AT.isoformat(), document_of)
    assert [entry.number for entry in found] == list(range(1, len(entries) + 1))
    assert all(entry.problems for entry in found)
    assert world.case().record.decisions == ()


def test_a_card_asks_what_the_gate_asks(world: World) -> None:
    """The card shows question and terms, takes the answers, and a wrong one keeps the card open."""
    case = world.case()
    view = world.gate("ready")
    calls: list[Any] = []

    def decide(
        gate: str, approve: bool, who: str, role: str, note: str, file: Any, said: dict[str, Any], same: bool
    ) -> None:
        calls.append((gate, approve, who, role, said))
        decisions.decide(world.case(who), Vote(gate, approve, role, note, file, said))

    card = GateCards([view], case.profile.party_title, decide).cards[0]
    press = _presser(card)
    fields = card.controls.children[0].children
    card.who.value = "Ana Ortiz"
    press("Approve")
    assert "Please fill in “Window”." in card.message.value
    fields[3].children[0].children[0].value = "evening"
    press("Approve")
    assert "Ready for configuration: approved." in card.message.value
    assert calls[-1] == ("ready", True, "Ana Ortiz", "customer", {"window": "evening"})
    head = GateCards([world.gate("ready")], case.profile.party_title, decide).cards[0].head.value
    assert "Window: In the evening" in head
    assert "on trust" not in head


def _presser(card: Any) -> Callable[[str], None]:
    buttons = {child.description: child for child in card.controls.children[1].children if child is not card.file}
    return lambda words: buttons[words].click()


def test_a_decision_that_is_owed_has_its_command(world: World) -> None:
    """Status and tasks say what to type, in whose role and by which rules; of the next role once one has approved."""
    world.sign()
    world.change("R. Diaz", "company", notes="Ring once.")
    for command in ("status", "tasks"):
        code, out, _ = onboard(command, "bright-smile", "--as-of", world.at.isoformat())
        assert code == 0
        assert "To decide 'Ready for configuration': `onboard gate bright-smile ready --approve --role customer" in out
    decisions.decide(world.case(ANA), Vote("ready", True, "customer", answers={"window": "evening"}))
    _, out, _ = onboard("status", "bright-smile", "--as-of", world.at.isoformat())
    assert "--approve --role engineer --by WHO` (or --reject). Every role approves, each by another person" in out


def test_a_stage_whose_gate_has_closed_again_is_not_called_complete(world: World) -> None:
    """Done is what was done; but what it was agreed on is otherwise: status, runbook and run say so, also after the
    hand-over.
    """
    world.sign()
    case, version = world.case(), world.case().context().version
    for task in case.profile.tasks:
        case.set_task(TaskRecord(task.id, TaskState.DONE, AT, task.party, by="R. Diaz", version=version))
    case.note_progress()
    assert world.case().record.handed_over is not None

    def faces() -> tuple[str, str, str]:
        case = world.case()
        progress = case.progress()
        message = where_it_stands(progress, case, "telephony", is_apply=True)[1]
        return onboard("status", "bright-smile")[1], str(status_html(case, "telephony", progress)), str(message)

    assert not [face for face in faces() if "closed now" in face.lower()]
    world.change("R. Diaz", "company", notes="Ring once.")
    assert world.case().progress().is_stage_complete("telephony")
    status, line, run = faces()
    assert "complete;  gates that are closed now: Ready for configuration" in status
    assert "Closed now: Ready for configuration. The approval of Customer is outstanding." in line
    assert run == "Telephony is complete. Gates that are closed now: Ready for configuration."

"""A gate that closes again says why: which field, what it was and is, who changed it and when; and who is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from typer.testing import CliRunner

from onboarding import frames
from onboarding.case import planning
from onboarding.case.decisions import Vote, decide
from onboarding.cli.app import app
from onboarding.domain.history import TaskState
from onboarding.engine.apply import apply_stage
from onboarding.engine.batch import BatchOptions, run_batch
from onboarding.engine.execute import CellDone, Execution, Job
from onboarding.engine.stage_run import RunParameters, RunResult, run_stage
from onboarding.notebook.ask import GateCards
from onboarding.notebook.standing import status_html
from onboarding.report.figures import completion_figures
from onboarding.settings import RUN_ID
from onboarding.stages.gate import SHOWN
from onboarding.store.values import RunOutcome
from tests.engine.notebooks import no_kernel
from tests.gates.conftest import ANA, PAPER, World

REOPENED = "Users row 3 (mia@brightsmile.example), Extension: 101 → 119, changed by R. Diaz on 4 Mar 2026."


def onboard(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(args), catch_exceptions=False)
    return result.exit_code, result.stdout + result.stderr


def test_one_changed_extension_reopens_a_sign_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The field is named with both values, the person and the day: by the library, the command, notebook and report."""
    world.sign()
    assert world.gate("ready").is_open
    world.later(days=2)
    world.change("R. Diaz", "users", 2, extension="119")
    view = world.gate("ready")
    assert view.missing == (
        "The approval of Customer is outstanding.",
        "The approval of Engineer is outstanding.",
        f"{ANA} had approved, but the answers it was bound to have changed since.",
        "Kay Lund had approved, but the answers it was bound to have changed since.",
        REOPENED,
    )
    (change,) = view.changes
    assert (change.place, change.what, change.by) == (
        "Users row 3 (mia@brightsmile.example), Extension", "101 → 119", "R. Diaz",
    )  # fmt: skip
    assert REOPENED in onboard("gates", "bright-smile")[1]
    told = json.loads(onboard("gates", "bright-smile", "--json")[1])[0]
    assert told["changes"][0] == {"place": change.place, "what": "101 → 119", "by": "R. Diaz", "on": "2026-03-04"}
    monkeypatch.setenv(RUN_ID.name, "1")
    html = GateCards([view], str, lambda *given: None)._repr_mimebundle_()["text/html"]
    assert REOPENED in html
    case = world.case()
    figures = completion_figures(case.context(), case.progress())
    assert REOPENED in next(gate for gate in figures.gates if gate.id == "ready").missing


def test_what_a_gate_is_not_bound_to_leaves_it_open(world: World) -> None:
    """Another column of the same table, or another section, changes nothing; the old value opens the gate again."""
    world.sign()
    world.change("R. Diaz", "users", 2, department="Office")
    world.change("R. Diaz", "contacts", 2, phone="+16175550112")
    assert world.gate("ready").is_open
    world.change("R. Diaz", "users", 2, extension="119")
    assert not world.gate("ready").is_open
    world.change("R. Diaz", "users", 2, extension="101")
    assert world.gate("ready").is_open


def test_ids_of_rows_are_nothing_to_decide_about(world: World) -> None:
    """Rows that were removed and entered anew have other ids; the sign-off holds, and no plan is another one."""
    world.sign()
    plan, ids = planning.plan(world.case(), "gather").digest, world.case().checked().ids["users"]
    world.case().save_section("users", [])
    world.case().save_answers(world.answers, "test")
    assert not {*ids} & {*world.case().checked().ids["users"]}
    assert world.gate("ready").is_open
    assert planning.plan(world.case(), "gather").digest == plan


def _rename(rows: list[dict[str, Any]]) -> None:
    rows[0]["email"] = "kim.new@brightsmile.example"


@pytest.mark.parametrize(
    ("alter", "wanted"),
    [
        (lambda rows: rows.append({"email": "new@brightsmile.example", "extension": "120"}),
         ["Users row 4 (new@brightsmile.example): added"]),
        (lambda rows: rows.pop(1), ["Users row 2 (lee@brightsmile.example): removed"]),
        (lambda rows: rows.reverse(), ["Users: the rows stand in another order"]),
        (lambda rows: rows[1].pop("extension"), ["Users row 2 (lee@brightsmile.example), Extension: 0102 → —"]),
        (_rename, ["Users row 1 (kim.new@brightsmile.example): added",
                   "Users row 1 (kim@brightsmile.example): removed"]),
        (lambda rows: rows.clear(), [f"Users row {n} ({who}@brightsmile.example): removed"
                                     for n, who in enumerate(("kim", "lee", "mia"), 1)]),
    ],
)  # fmt: skip
def test_every_kind_of_change(alter: Callable[[list[Any]], Any], wanted: list[str], world: World) -> None:
    """Rows are known by their key; each difference is listed once, with who made it."""
    world.sign()
    alter(world.answers["users"])
    world.case("Pat").save_answers(world.answers, "test")
    changes = world.gate("ready").changes
    assert [f"{change.place}: {change.what}" for change in changes] == wanted
    assert {change.by for change in changes} == {"Pat"}


def test_each_field_with_the_person_who_changed_it_last(world: World) -> None:
    """Of several savings the last that touched the field counts; a value typed otherwise is no change."""
    world.sign()
    world.change("Pat", "users", 0, extension="190")
    world.later(days=1)
    world.change("Lou", "users", 1, extension="191")
    world.change("Lou", "company", name="  Bright Smile ")
    world.later(days=1)
    world.change("Pat", "users", 0, extension="192")
    world.change("Mo", "users", 2, department="Roof")
    assert world.gate("ready").missing[-2:] == (
        "Users row 1 (kim@brightsmile.example), Extension: 100 → 192, changed by Pat on 4 Mar 2026.",
        "Users row 2 (lee@brightsmile.example), Extension: 0102 → 191, changed by Lou on 3 Mar 2026.",
    )


def test_a_change_is_told_in_words(world: World) -> None:
    """Roles by their label and numbers in national form, as everywhere else."""
    decide(world.case(ANA), Vote("price", True, "customer", document=PAPER))
    world.change("R. Diaz", "contacts", 2, phone="+16175550112", role="primary")
    told = [change.what for change in world.gate("price").changes]
    assert told == ["Technical contact → Primary contact", "— → (617) 555-0112"]


def test_many_changes_are_counted(world: World) -> None:
    """The first are listed, the others counted; a long text is cut within its sentence."""
    world.answers["users"] = [{"email": f"u{n}@brightsmile.example", "extension": str(200 + n)} for n in range(40)]
    world.case("R. Diaz").save_answers(world.answers, "test")
    decide(world.case(ANA), Vote("price", True, "customer", document=PAPER))
    for row in world.answers["users"]:
        row["extension"] = "3" + row["extension"]
    world.change("R. Diaz", "company", notes="x" * 3000)
    missing = world.gate("price").missing
    assert len(missing) == SHOWN + 3
    assert missing[-1] == f"And {41 - SHOWN} more changes."
    assert max(map(len, missing)) < 300


def test_an_approval_expires(world: World) -> None:
    """It holds through its last day; after it the sentence says so, and a new approval opens the gate again."""
    decide(world.case(ANA), Vote("price", True, "customer", document=PAPER))
    view = world.gate("price")
    assert view.open_until is not None
    assert (view.is_open, view.open_until.isoformat()) == (True, "2026-04-01")
    world.later(days=30)
    assert world.gate("price").is_open
    world.later(days=1)
    assert world.gate("price").missing == (
        "1 approval by Customer is outstanding.",
        f"{ANA} had approved, but that held for 30 days only, until 1 Apr 2026.",
    )
    decide(world.case(ANA), Vote("price", True, "customer", document=PAPER))
    assert world.gate("price").is_open


def test_an_open_case_stands_where_one_opened_later_does(world: World) -> None:
    """What only the time changes, a case that stays open sees as one that is opened then."""
    decide(world.case(ANA), Vote("price", True, "customer", document=PAPER))
    case, seen = world.case(), []
    for hours in (0, 1, 24, 30 * 24, 1, 24):
        world.later(hours=hours)
        case.at = world.at
        assert case.progress() == world.case().progress()
        assert case.note_progress() == case.progress()
        seen.append(case.progress().gates["price"].is_open)
    assert seen == [True, True, True, False, False, False]


def test_business_days_skip_the_weekend(world: World) -> None:
    """An approval of Thursday for two business days holds through Monday; the first that expires closes the gate."""
    world.later(days=3)
    decide(world.case("Mo"), Vote("pair", True, "manager"))
    world.later(days=1)
    decide(world.case("Kay Lund"), Vote("pair", True, "engineer"))
    assert str(world.gate("pair").open_until) == "2026-03-09"
    world.later(days=3)
    assert world.gate("pair").is_open
    world.later(days=1)
    assert world.gate("pair").missing[0] == "1 approval by Engineer or Project manager is outstanding."


def test_another_question_is_another_decision(world: World) -> None:
    """When the profile asks something else, what was approved before does not answer it."""
    world.sign()
    path = world.home / "profiles" / "two-sides.toml"
    path.write_text(path.read_text().replace("agree to the plan?", "agree to the new plan?"))
    assert f"{ANA} had approved, but the question is another since." in world.gate("ready").missing


def completed(job: Job, cell_done: CellDone) -> Execution:
    """An executor whose notebook runs through and does nothing."""
    job.target.write_bytes(job.source.read_bytes())
    return Execution("completed", last_cell=3)


def test_a_run_and_a_batch_park_at_an_open_gate(world: World) -> None:
    """The run says who is asked and for what; a batch asks them once, then leaves it to them; the status names them."""
    result = run_stage(world.store, "telephony", RunParameters("bright-smile", True, world.at.isoformat()),
                       executor=completed)  # fmt: skip
    assert (result.outcome, result.exit_code) == (RunOutcome.PARKED, 3)
    assert str(result.message) == (
        "Waiting on Customer for the decision 'Ready for configuration'. "
        "The approval of Customer is outstanding. The approval of Engineer is outstanding. Not possible yet: 1."
    )
    row = next(row for row in world.store.progress("bright-smile") if row.task == "ready")
    assert (row.state, row.party, row.title) == (TaskState.WAITING, "customer", "Ready for configuration")
    (told,) = (one for one in json.loads(onboard("tasks", "bright-smile", "--json")[1]) if one["task"] == "ready")
    assert (told["kind"], told["party"]) == ("decision", "customer")
    assert "the decision 'Ready for configuration'" in onboard("tasks", "bright-smile")[1]
    assert "the decision 'Ready for configuration'" in onboard("status", "bright-smile")[1]
    assert "ready" in {one["task"] for one in json.loads(onboard("status", "bright-smile", "--json")[1])["waiting"]}
    frame = frames.CaseFrames(world.case()).tasks("telephony")
    assert frame[frame["kind"] == "gate"]["task"].tolist() == ["ready"]
    shown = unescape(str(status_html(world.case(), "telephony", world.case().progress())))
    assert "the decision 'Ready for configuration'" in shown
    waits = completion_figures(world.case().context(), world.case().progress()).outcome.waits
    assert "Ready for configuration" in next(one.tasks for one in waits if one.party == "Customer")
    options = BatchOptions(apply=True, as_of=world.at.isoformat(), stage="telephony")

    def applied(job: Job, cell_done: CellDone) -> Execution:
        apply_stage(world.case(), "telephony")
        return completed(job, cell_done)

    asked: list[RunResult] = []
    run_batch(world.store, options, asked.append, applied)
    assert [(run.stage, run.outcome) for run in asked] == [("telephony", RunOutcome.PARKED)]
    (line,) = (line for line in world.store.record("bright-smile").evidence if line.what.kind == "gate.asked")
    assert str(line.what) == "Customer is asked for the decision “Ready for configuration”"
    row = next(row for row in world.store.progress("bright-smile") if row.task == "ready")
    assert row.since == world.at
    summary = run_batch(world.store, options, executor=no_kernel)
    assert summary.left_alone == {"bright-smile": "waiting on Customer"}
    world.sign()
    results: list[RunResult] = []
    run_batch(world.store, options, results.append, completed)
    assert [run.stage for run in results] == ["telephony"]

"""Days on the command line: entered with the task that brings them, shown as planned, promised, expected and done."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onboarding.case import work
from onboarding.case.case import Case
from onboarding.case.reports import Report
from onboarding.domain.history import TaskState
from onboarding.engine.apply import apply_stage
from onboarding.resources import shipped
from onboarding.store.store import Store
from tests.world import PAPER, acting

Onboard = Callable[..., Any]
AGREE = "telephony.agree-port-date"
DAY = ("--as-of", "2026-03-02")


@pytest.fixture
def dental(onboard: Onboard) -> Onboard:
    """`onboard`, with the dental group in training, whose answers are there."""
    answers = shipped("data", "examples", "bright-smile.toml")
    made = onboard("new", "bright", "--profile", "chinook", "--training", "--answers", str(answers), *DAY)
    assert made.code == 0, made.err
    return onboard


@pytest.fixture
def ordered(dental: Onboard) -> Onboard:
    """The same with the port ordered, so that the carriers can agree on its day."""
    with Store.open() as store:
        case = Case.open(store, "bright", datetime(2026, 3, 2, 14, tzinfo=UTC), "R. Diaz")
        while case.progress().task(AGREE).state is TaskState.BLOCKED:
            for stage in ("provision", "telephony"):
                apply_stage(case, stage)
            for view in case.progress().waiting:
                if view.task.stage != "gather" and view.task.id != AGREE and not view.task.is_check:
                    work.all_done(acting(case, view.task.id), [Report(view.task.id, document=PAPER)], True)
    return dental


def tasks(onboard: Onboard, *more: str) -> dict[str, dict[str, Any]]:
    found = json.loads(onboard("tasks", "bright", "--all", "--json", *DAY, *more).out)
    return {task["task"]: task for task in found}


def test_every_task_has_its_days(dental: Onboard) -> None:
    """From the first day on each has a planned day, never after its promise; what was done has its day."""
    dental("run", "bright", "telephony", "--apply", *DAY)
    found = tasks(dental)
    needed = [task for task in found.values() if task["kind"] == "task" and task["state"] != "not-needed"]
    assert all(task["planned_on"] >= "2026-03-02" <= task["forecast_on"] for task in needed)
    letter = found["telephony.sign-loa"]
    assert (letter["planned_on"], letter["due_on"], letter["done_on"]) == ("2026-03-09", "2026-03-09", None)
    Path("loa.pdf").write_bytes(b"signed")
    dental("done", "bright", "telephony.sign-loa", "--by", "Ben O'Neil", "--evidence", "loa.pdf",
           "--as-of", "2026-03-04")  # fmt: skip
    assert tasks(dental, "--as-of", "2026-03-04")["telephony.sign-loa"]["done_on"] == "2026-03-04"
    shown = dental("tasks", "bright", "--all", "--as-of", "2026-03-04").out
    head = shown.splitlines()[0].split()
    assert head == ["State", "Task", "Who", "Since", "Planned", "Due", "Done", "What"]
    assert "Done" not in dental("tasks", "bright", *DAY).out.splitlines()[0]


def test_the_status_names_the_go_live(dental: Onboard) -> None:
    """Wanted, expected, the earliest there can be; what will be late is named with what makes it so."""
    lines = dental("status", "bright", *DAY).out.splitlines()
    assert "Go-live: wanted 4 May 2026, expected 4 May 2026" in lines
    assert any(line.startswith("Earliest possible: ") for line in lines)
    late = dental("status", "bright", "--as-of", "2026-04-30")
    assert "expected" in late.out
    assert ", because of: " in late.out
    found = json.loads(dental("status", "bright", "--json", "--as-of", "2026-04-30").out)["schedule"]
    assert found["wanted_on"] == "2026-05-04" < found["forecast_on"]
    late_stages = {one["task"].partition(".")[0] for one in found["late"]}
    assert late_stages == {"cutover", "telephony"}, "the go-live, and the port that is wanted on a day of its own"
    assert {one["because"] for one in found["late"]} != {""}


def test_a_day_is_entered_with_its_task(ordered: Onboard) -> None:
    """It is kept as an answer of whoever said it; said once more it moves, and that is recorded."""
    dental = ordered
    first = dental("done", "bright", AGREE, "--by", "Carla", "--date", "2026-05-11", *DAY)
    assert first.out.splitlines()[0] == "Confirmed port date (FOC): 11 May 2026"
    again = dental("done", "bright", AGREE, "--by", "Dan", "--date", "2026-05-18", *DAY)
    assert again.out.splitlines()[0] == "Confirmed port date (FOC): 18 May 2026"
    with Store.open() as store:
        version = store.answers("bright")
        assert version is not None
        assert (version.by, version.source) == ("Dan", "The carriers agree on the port date")
        assert {row["foc_on"] for row in version.document["port_orders"]} == {"2026-05-18"}
        moved = [line for line in store.record("bright").evidence if line.what.kind == "date.moved"]
    assert {(line.task, line.by) for line in moved} == {(AGREE, "Dan"), ("telephony.complete-port", "Dan")}
    assert {str(line.what) for line in moved} == {
        "Confirmed port date (FOC): 18 May 2026, before that 11 May 2026",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("task", "more", "code"),
    [
        (AGREE, ("--date", "soon"), "DATE"),
        (AGREE, ("--date", "2026-05-11", "--row", "+1 617 555 0199"), "DAY-ROW"),
        ("telephony.sign-loa", ("--date", "2026-05-11"), "DAY-NONE"),
    ],
)
def test_days_there_are_not(dental: Onboard, task: str, more: tuple[str, ...], code: str) -> None:
    """No date, no such row, no task that brings one: nothing is kept."""
    said = dental("done", "bright", task, "--by", "Carla", *more, *DAY)
    assert (said.code, said.err.split(":")[0]) == (2, code)
    with Store.open() as store:
        assert store.answers("bright").version == 1  # type: ignore[union-attr]


def test_who_is_dated_back_is_said_so(onboard: Onboard) -> None:
    """A production customer of months ago is named as such, one of 2019 is refused; one for training is free."""
    said = onboard("new", "real", "--profile", "chinook", *DAY)
    assert (said.code, "real is dated 2026-03-02 14:00 UTC, and made on" in said.out) == (0, True)
    assert onboard("new", "old", "--profile", "chinook", "--as-of", "2019-05-05").err.startswith("AS-OF-PAST: old:")
    said = onboard("new", "trained", "--profile", "chinook", "--training", "--as-of", "2019-05-05")
    assert (said.code, "is dated" in said.out) == (0, False)

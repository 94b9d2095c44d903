"""Days of one row: each site has the day of its line, and one that moves moves nothing of another site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from onboarding.case import work
from onboarding.case.case import Case
from onboarding.case.dates import enter_day
from onboarding.case.preview import consequences_of
from onboarding.case.reports import Report
from onboarding.case.row_reports import meant, read_reports
from onboarding.domain.history import TaskState
from onboarding.errors import GateClosed, InputError
from tests.united_kingdom.conftest import Opened
from tests.united_kingdom.test_course import due, finish
from tests.world import run_all

AT = datetime(2027, 1, 4, 10, tzinfo=UTC)  # a Monday
CONFIRM, DELIVER, SURVEY, ORDER = (
    f"surveys.{name}" for name in ("confirm-line", "deliver-line", "survey-site", "order-line")
)
DAYS = {"Leeds": date(2027, 1, 18), "Edinburgh": date(2027, 2, 1)}


@pytest.fixture
def ordered(opened: Opened) -> Case:
    """The lines are ordered; the operator has confirmed no day yet."""
    case = opened(AT, "en")
    finish(case, "order.sign-contract", "order.plan-order", SURVEY, ORDER)
    run_all(case)
    return case


def confirmed(case: Case, days: Mapping[str, date]) -> Sequence[object]:
    """The operator confirms the day of each of these sites, all in one report."""
    return work.all_done(case, [Report(meant(case, CONFIRM, [row])[0], day=day) for row, day in days.items()])


def line_days(case: Case) -> dict[str, str | None]:
    return {row["name"]: row.get("line_on") for row in case.document["sites"]}


def states(case: Case, declared: str) -> dict[str, TaskState]:
    views = case.progress().of_rows(declared)
    return {view.task.row.label: view.state for view in views if view.task.row}


def test_each_site_keeps_its_own_day(ordered: Case) -> None:
    """In its own row, all of them in one version; what happens on it is due on the day of that site, and not before."""
    before = ordered.context().version
    confirmed(ordered, DAYS)
    assert line_days(ordered) == {"Leeds": "2027-01-18", "Cardiff": None, "Edinburgh": "2027-02-01"}
    assert ordered.context().version == before + 1
    run_all(ordered)
    assert due(ordered, DELIVER) == DAYS
    ordered.at = datetime(2027, 1, 18, 12, tzinfo=UTC)
    finish_row(ordered, DELIVER, "Leeds")
    with pytest.raises(GateClosed, match="cannot be done before 2027-02-01"):
        finish_row(ordered, DELIVER, "Edinburgh")
    assert states(ordered, DELIVER) == {"Leeds": TaskState.DONE, "Edinburgh": TaskState.WAITING}


def finish_row(case: Case, declared: str, row: str) -> None:
    work.done(case, meant(case, declared, [row])[0], "seen")


def test_a_day_that_becomes_known_undoes_nothing_that_was_done_before_it(ordered: Case) -> None:
    """The survey of a site and the order of its line rest on the site, not on when its line comes."""
    assert set(states(ordered, SURVEY).values()) == set(states(ordered, ORDER).values()) == {TaskState.DONE}
    confirmed(ordered, DAYS)
    confirmed(ordered, {"Leeds": date(2027, 1, 25)})
    for declared in (SURVEY, ORDER, CONFIRM):
        assert set(states(ordered, declared).values()) == {TaskState.DONE}
    assert ordered.progress().task("order.plan-order").state is TaskState.DONE


def test_a_day_that_moves_undoes_the_task_of_its_row_alone(ordered: Case) -> None:
    """Both lines came on 1 February, but that of Leeds is of the week after: it alone is undone, and said to be."""
    confirmed(ordered, dict.fromkeys(DAYS, date(2027, 2, 1)))
    ordered.at = datetime(2027, 2, 1, 12, tzinfo=UTC)
    run_all(ordered)
    for row in DAYS:
        finish_row(ordered, DELIVER, row)
    moved = [{**row, "line_on": "2027-02-08"} if row["name"] == "Leeds" else row for row in ordered.document["sites"]]
    undone = consequences_of(ordered, {**ordered.document, "sites": moved}).tasks
    assert [one.task.row.label for one in undone if one.task.row and one.task.declared == DELIVER] == ["Leeds"]
    ordered.at += timedelta(hours=1)
    enter_day(ordered, meant(ordered, CONFIRM, ["Leeds"])[0], date(2027, 2, 8))
    assert {row: state.is_closed for row, state in states(ordered, DELIVER).items()} == {
        "Leeds": False, "Edinburgh": True,
    }  # fmt: skip
    assert states(ordered, CONFIRM) == dict.fromkeys(DAYS, TaskState.DONE)
    named = {line.task.partition(":")[2] for line in ordered.record.evidence if line.what.kind == "date.moved"}
    assert named == {meant(ordered, CONFIRM, ["Leeds"])[0].partition(":")[2]}


def test_a_day_that_is_lost_undoes_the_task_of_its_row_alone(ordered: Case) -> None:
    """A sheet that has the day of one site only: the other is to be confirmed anew."""
    confirmed(ordered, DAYS)
    rows = [{name: value for name, value in row.items() if name != "line_on" or row["name"] == "Leeds"}
            for row in ordered.document["sites"]]  # fmt: skip
    ordered.save_section("sites", rows)
    found = states(ordered, CONFIRM)
    assert found.pop("Leeds") is TaskState.DONE
    assert not found["Edinburgh"].is_closed


def test_days_of_many_rows_come_from_a_file(ordered: Case, tmp_path: Path) -> None:
    """With a column for the day; a line without one, or with none that is a day, is named and nothing is kept."""
    file = tmp_path / "days.csv"
    file.write_text("row,day\nLeeds,2027-01-18\nEdinburgh,\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3: The day of the line is confirmed: Edinburgh: the day it brings"):
        work.all_done(ordered, read_reports(ordered, CONFIRM, file, lambda path: None))
    assert set(line_days(ordered).values()) == {None}
    file.write_text("row,day\nLeeds,2027-01-18\nEdinburgh,2027-02-01\n", encoding="utf-8")
    assert len(work.all_done(ordered, read_reports(ordered, CONFIRM, file, lambda path: None))) == 2
    assert line_days(ordered) == {"Leeds": "2027-01-18", "Cardiff": None, "Edinburgh": "2027-02-01"}
    file.write_text("row,date\nLeeds,2027-04-18\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        work.all_done(ordered, read_reports(ordered, DELIVER, file, lambda path: None))
    assert refused.value.code == "REPORT-DAY"


def test_what_brings_no_day_takes_none(ordered: Case) -> None:
    """And a task for every row is told which row it is about."""
    run_all(ordered)
    with pytest.raises(InputError) as refused:
        work.all_done(ordered, [Report(meant(ordered, SURVEY, ["Leeds"])[0], day=date(2027, 1, 18))])
    assert refused.value.code == "DAY-NONE"
    with pytest.raises(InputError) as refused:
        enter_day(ordered, CONFIRM, date(2027, 1, 18))
    assert refused.value.code == "DAY-ROW"

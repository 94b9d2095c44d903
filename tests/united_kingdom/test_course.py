"""The customer in the United Kingdom from its answers to the end through the engine; days by its sites' holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from onboarding.case import work
from onboarding.case.case import Case
from onboarding.cli.simulation import play
from onboarding.domain.history import TaskState
from onboarding.report.completion import CompletionReport, figures_of
from onboarding.sandbox.server import Sandbox
from tests.united_kingdom.conftest import Opened
from tests.world import run_all

ADVENT = datetime(2026, 11, 26, 10, tzinfo=UTC)  # a Thursday; Saint Andrew's Day is the Monday after
HOGMANAY = datetime(2025, 12, 29, 10, tzinfo=UTC)  # a Monday; 1 January is a holiday everywhere, 2 January in Scotland


def finish(case: Case, *declared: str) -> None:
    """Has these tasks done now, in every row."""
    for name in declared:
        run_all(case)
        for view in case.progress().tasks:
            if view.task.declared == name and not view.state.is_closed:
                work.done(case, view.task.id, "seen")


def due(case: Case, declared: str) -> dict[str, date | None]:
    """Row -> day for which a task of rows is promised."""
    views = [view for view in case.progress().tasks if view.task.declared == declared and view.task.row]
    return {view.task.row.label: view.due_on for view in views if view.task.row}


@pytest.mark.parametrize(
    ("begun", "leeds", "cardiff", "edinburgh"),
    [
        (ADVENT, date(2026, 12, 3), date(2026, 12, 3), date(2026, 12, 4)),
        (HOGMANAY, date(2026, 1, 6), date(2026, 1, 6), date(2026, 1, 7)),
    ],
    ids=["Saint Andrew's Day", "2 January"],
)
def test_a_survey_is_due_by_the_holidays_of_its_site(
    opened: Opened, begun: datetime, leeds: date, cardiff: date, edinburgh: date
) -> None:
    """Five working days are a day longer in Scotland, where nobody works on the day between."""
    case = opened(begun, "en")
    finish(case, "order.sign-contract", "order.plan-order")
    run_all(case)
    assert due(case, "surveys.survey-site") == {"Leeds": leeds, "Cardiff": cardiff, "Edinburgh": edinburgh}


def test_porting_takes_as_long_as_the_kind_of_line_wants(opened: Opened) -> None:
    """Four, seven and twenty-five working days, by the holidays of England, where the losing provider works."""
    case = opened(ADVENT, "en")
    finish(case, "order.sign-contract", "order.plan-order", "porting.sign-letter", "porting.submit-order")
    run_all(case)
    assert due(case, "porting.accept-order") == {
        "029 2018 0100": date(2026, 12, 2), "0113 496 0100": date(2026, 12, 7), "0131 496 0100": date(2027, 1, 5),
    }  # fmt: skip


def test_a_task_of_a_site_says_where_to_go_in_the_country_s_form(opened: Opened) -> None:
    """Postcode and number as they are written and dialled there."""
    case = opened(ADVENT, "en")
    guides = {view.task.row.label: view.task.guide for view in case.progress().tasks
              if view.task.declared == "surveys.survey-site" and view.task.row}  # fmt: skip
    assert guides["Edinburgh"] == "Go to 7 Close End, EH1 9ZZ, and ring 0131 496 0101 from the door."


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_customer_is_taken_from_its_answers_to_the_end(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Through the sandbox's portal and by hand, stage after stage, in English and in Welsh."""
    with Sandbox(tmp_path / "sandbox") as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        case = opened(ADVENT, language)
        assert case.checked().errors == []
        play(case, sandbox.people(), lambda at: run_all(case), lambda at, what: None)
    progress = case.progress()
    assert progress.is_complete
    assert {view.state for view in progress.tasks} <= {TaskState.DONE, TaskState.NOT_NEEDED}
    people = {line.subject for line in case.context().record.evidence if line.task == "build.create-people"}
    assert any("isla@breconbooks.example" in subject for subject in people)
    report = CompletionReport(figures_of(case))
    page = "".join(str(getattr(report, name)().html) for name in ("numbers", "users"))
    assert "029 2018 0110" in page
    assert "+44" not in page
    if language == "cy":
        assert "Llais a letyir" in page

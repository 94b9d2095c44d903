"""Dates at both services: the earliest installation, days that bind, days that move what hangs on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onboarding.case.case import Case
from onboarding.domain.history import TaskRecord, TaskState
from onboarding.profile.load import load_profile
from onboarding.report.exceptions import Trouble
from onboarding.report.figures import completion_figures
from onboarding.report.outcome import heading, waiting
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.dated import not_before
from onboarding.stages.desired import entries
from onboarding.stages.schedule import schedule_of
from onboarding.stages.stage_overview import dates_of
from tests.univoip.played import AT, OFFICE, TEAMS, Answers, Change, context, opened, progress

PORTS = {TEAMS: ("U-30", "cutover.confirm-port", "telephony.confirm-foc"),
         OFFICE: ("O-53", "telephony.complete-port", "telephony.confirm-foc")}  # fmt: skip
DONE = TaskState.DONE


def at(day: date, hour: int = 16) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def confirmed(day: str, more: str = "") -> Change:
    """Every number is confirmed for a day, the last one for another."""

    def change(answers: Answers) -> None:
        for row in answers["port_numbers"]:
            row["foc_on"] = day
        answers["port_numbers"][-1]["foc_on"] = more or day

    return change


def reported(found: Context, task: str, when: datetime) -> TaskState:
    """How a task stands that was reported as done, in all of its rows, at an instant."""
    done = {one.id: TaskRecord(one.id, DONE, when, version=1) for one in found.made_of(task)}
    record = replace(found.record, tasks={**found.record.tasks, **done})
    return assess(replace(found, record=record)).task(task).state


def agreed(**days: str) -> Change:
    return lambda answers: answers.setdefault("installation", {}).update(days)


def ported(wanted: date, foc: date) -> Change:
    """Every number is wanted on one day and confirmed for another."""

    def change(answers: Answers) -> None:
        confirmed(foc.isoformat())(answers)
        for row in answers["port_orders"]:
            row["wanted_on"] = wanted.isoformat()

    return change


def loop(day: str) -> Change:
    return lambda answers: answers["circuit"].update(loop_on=day)


@pytest.mark.keeps("U-30")
@pytest.mark.keeps("O-53")
@pytest.mark.parametrize("profile", [TEAMS, OFFICE])
def test_a_port_is_complete_on_its_date(profile: str) -> None:
    """U-30, O-53: reported on 20 April it is complete for 20 April, and later too."""
    _row, task, _brings = PORTS[profile]
    for day in (20, 21):
        found = context(profile, confirmed("2026-04-20"), at=at(date(2026, 4, day)))
        assert reported(found, task, at(date(2026, 4, day))) is DONE


@pytest.mark.refuses("U-30")
@pytest.mark.refuses("O-53")
@pytest.mark.parametrize("profile", [TEAMS, OFFICE])
def test_a_port_is_not_complete_before_its_date(profile: str) -> None:
    """U-30, O-53: reported on 1 April it is not complete for 20 April; of two days the later counts."""
    _row, task, _brings = PORTS[profile]
    day = at(date(2026, 4, 20))
    assert reported(context(profile, confirmed("2026-04-20"), at=day), task, at(date(2026, 4, 1))) is not DONE
    later = context(profile, confirmed("2026-04-20", "2026-04-27"), at=day)
    assert reported(later, task, day) is not DONE


@pytest.mark.parametrize("profile", [TEAMS, OFFICE])
def test_the_task_that_confirms_brings_the_date(profile: str) -> None:
    """U-27, O-53: whoever hears the date says it with the task; the port hangs on it."""
    row, task, brings = PORTS[profile]
    offer = load_profile(profile)
    port, confirm = offer.task(task), offer.task(brings)
    assert port is not None
    assert confirm is not None
    assert port.on == confirm.brings == "port_numbers.foc_on"
    assert row in port.requirements


@pytest.mark.parametrize(("kind", "is_shown"), [("port", True), ("mixed", True), ("new", False)])
def test_mixed_customers_keep_their_port_block(kind: str, is_shown: bool) -> None:
    """U-30, O-53: whoever keeps some numbers sees the port in the report; whoever has only new ones does not."""

    def change(answers: Answers) -> None:
        answers["telephony"]["kind"] = kind

    for profile, title in ((OFFICE, "Port after activation"), (TEAMS, "Porting")):
        found = context(profile, change)
        titles = [section.title for section in completion_figures(found, assess(found)).sections]
        assert (title in titles) is is_shown, (profile, titles)


@pytest.mark.keeps("O-16")
def test_the_schedule_is_computed_and_the_earliest_installation_named() -> None:
    """O-16, O-18: order, loop 30, activation 45, delivery, class; known on the first day, whatever is agreed on."""
    found = context(OFFICE)
    planned = schedule_of(found, assess(found))
    days = {name.partition(".")[2]: one.planned_on for name, one in planned.tasks.items()}
    assert (days["deliver-loop"] - days["order-line"]).days == 30
    assert (days["activate-line"] - days["deliver-loop"]).days == 45
    assert days["activate-line"] <= days["install-access"] <= days["activate-voice"]
    assert days["ship-equipment"] < days["install-voice"] == days["train-users"]
    assert planned.earliest_on is not None
    assert days["activate-line"] <= planned.earliest_on <= days["activate-voice"]
    for day in ("2026-05-01", "2026-09-01"):
        other = context(OFFICE, agreed(voice_on=day))
        assert schedule_of(other, assess(other)).earliest_on == planned.earliest_on
    figures = completion_figures(found, assess(found)).go_live
    assert (figures.title, figures.earliest_on) == ("Activate the voice service", planned.earliest_on)


@pytest.mark.refuses("O-16")
def test_a_day_that_cannot_be_kept_is_named() -> None:
    """O-16: an installation agreed on before the line can be there, with the task that takes the longest."""
    early, late = context(OFFICE, agreed(voice_on="2026-05-04")), context(OFFICE, agreed(voice_on="2026-06-29"))
    [*_others, live] = schedule_of(early, assess(early)).late
    assert (live.id, live.wanted_on, live.because) == (
        "cutover.activate-voice", date(2026, 5, 4), "provision.activate-line",
    )  # fmt: skip
    assert schedule_of(late, assess(late)).late == ()


@pytest.mark.keeps("O-18")
def test_the_schedule_is_sent_with_the_contacts() -> None:
    """O-18: beside the task stand the planned days, the earliest one and whom to turn to."""
    task = load_profile(OFFICE).task("gather.send-schedule")
    assert task is not None
    values = dict(entries(task, context(OFFICE)).values)
    assert values["Earliest: Activate the voice service"]
    assert values["The local telephone company delivers the loop"]
    assert values["Support"] == load_profile(OFFICE).data.support_address


@pytest.mark.refuses("O-18")
def test_a_schedule_that_was_sent_is_none_once_a_day_has_moved() -> None:
    """O-18: it is sent anew with the loop's new day; what changes no day needs no new mail."""
    task = load_profile(OFFICE).task("gather.send-schedule")
    assert task is not None
    moved, same = (context(OFFICE, change) for change in (loop("2026-07-01"), lambda a: a["network"].update(qos=True)))
    assert dict(entries(task, moved).values)["The local telephone company delivers the loop"] == "2026-07-01"
    before = entries(task, context(OFFICE))
    assert entries(task, moved) != before
    assert entries(task, same) == before


@pytest.mark.keeps("O-25")
def test_the_loops_own_date_moves_the_access_task() -> None:
    """O-25: thirty days after the order as long as nothing is known; the day itself once it is, also when it moves."""
    access, order = "provision.give-loop-access", "provision.order-line"
    task = load_profile(OFFICE).task(access)
    assert task is not None
    assert context(OFFICE, lambda answers: None, order).due_on(task) == date(2026, 4, 1)
    for day in ("2026-04-13", "2026-04-27"):
        found = context(OFFICE, loop(day), order)
        assert found.due_on(task) == date.fromisoformat(day)
        held = TaskRecord(access, TaskState.WAITING, AT, due_on=date(2026, 4, 1), version=1)
        record = replace(found.record, tasks={**found.record.tasks, access: held})
        assert assess(replace(found, record=record)).task(access).due_on == date.fromisoformat(day)
        assert reported(replace(found, at=at(date(2026, 5, 4))), access, at(date.fromisoformat(day))) is DONE


@pytest.mark.refuses("O-25")
def test_nobody_gave_access_before_the_loops_date() -> None:
    """O-25: what was reported before the day is open again, and before it comes nobody can report it."""
    found = context(OFFICE, loop("2026-04-27"), "provision.order-line", at=at(date(2026, 4, 20)))
    assert reported(found, "provision.give-loop-access", at(date(2026, 4, 12))) is not DONE
    task = load_profile(OFFICE).task("provision.give-loop-access")
    assert task is not None
    assert not_before(task, found) == date(2026, 4, 27)


def lead(profile: str, task: str, change: Any = lambda answers: None) -> str:
    found = load_profile(profile).task(task)
    assert found is not None
    return str(context(profile, change).lead_of(found))


def test_how_long_carriers_take_has_cases() -> None:
    """Up to two weeks for an answer, four for toll-free numbers, six for fifty and more (domain facts, section 6)."""

    def many(answers: Answers) -> None:
        row = answers["port_numbers"][0]
        answers["port_numbers"] = [{**row, "number": f"+1714555{place:04d}"} for place in range(100, 150)]

    def toll_free(answers: Answers) -> None:
        answers["port_orders"][0]["toll_free"] = True

    assert lead(OFFICE, "telephony.confirm-foc") == "10 business days"
    assert lead(OFFICE, "telephony.confirm-foc", toll_free) == "4 weeks"
    for profile in (TEAMS, OFFICE):
        assert lead(profile, "telephony.confirm-foc", many) == "6 weeks"


def test_the_customer_is_live_with_the_last_of_its_live_tasks() -> None:
    """Teams: with the port where numbers are kept, with the assignment where they are new."""
    kept, new = context(TEAMS), context(TEAMS, lambda a: a["telephony"].update(kind="new"))
    assert completion_figures(kept, progress(TEAMS)).go_live.title == "The port is complete"
    assert completion_figures(new, assess(new)).go_live.title != "The port is complete"
    assert schedule_of(new, assess(new)).forecast_on is not None


def test_the_runbook_shows_when() -> None:
    """Each task of the stage with its days; the last column says by when it had to be."""
    found = context(OFFICE, agreed(voice_on="2026-05-04"))
    shown = dates_of("provision", schedule_of(found, assess(found)), found)
    assert shown.title == "When"
    assert shown.columns == ["Task", "Who", "Planned", "Expected", "Too late"]
    rows = {row[0]: row for row in shown.rows}
    assert rows["The line is activated"][-1].startswith("latest ")
    assert rows["Order the line"][2] == "8 Apr 2026"


def test_the_report_has_four_facts_of_the_go_live() -> None:
    """Wanted, promised and expected apart, and the earliest; once it is live, since when."""
    found = context(OFFICE, agreed(voice_on="2026-07-06"))
    head = str(heading(completion_figures(found, assess(found))).html).replace("\xa0", " ")
    for words, day in (("Go-live wanted", "29 Jun 2026"), ("Go-live promised", "6 Jul 2026"),
                       ("Go-live expected", "6 Jul 2026"), ("Earliest possible", "25 Jun 2026")):  # fmt: skip
        assert words in head
        assert day in head
    live = context(OFFICE, agreed(voice_on="2026-07-06"), "cutover.activate-voice", at=at(date(2026, 7, 6)))
    shown = str(heading(completion_figures(live, assess(live))).html).replace("\xa0", " ")
    assert "Live since" in shown
    assert "Go-live expected" not in shown


def test_what_is_late_stands_beside_who_is_waited_for() -> None:
    """The report says which task makes it so."""
    found = context(OFFICE, agreed(voice_on="2026-05-04"))
    page = str(waiting(completion_figures(found, assess(found))).html)
    assert "Activate the voice service: wanted on 4 May 2026" in page
    assert "because of: The line is activated." in page


@pytest.mark.parametrize(("profile", "task"), [(OFFICE, "telephony.complete-port"), (TEAMS, "cutover.confirm-port")])
def test_a_port_that_came_late_is_named_afterwards(profile: str, task: str) -> None:
    """Wanted, agreed for and done, among the exceptions of the report; one that came in time is not."""
    for days, told in (
        (9, ["Wanted on 5 May 2026, agreed for 14 May 2026, done on 14 May 2026, 9 days late."]),
        (0, []),
    ):
        day = date(2026, 5, 5) + timedelta(days=days)
        found = context(profile, ported(date(2026, 5, 5), day), task, at=at(day))
        troubles = completion_figures(found, assess(found)).exceptions
        assert [str(one.why) for one in troubles if one.kind is Trouble.MISSED] == told


@pytest.fixture
def law(tmp_path: Path) -> Iterator[Case]:
    yield from opened(tmp_path, OFFICE)


def too_old(case: Case) -> list[str]:
    return [problem.code for problem in case.checked().problems if problem.code == "bill-age"]


def test_finished_work_is_not_re_opened_by_the_calendar(law: Case) -> None:
    """C8: a bill of ninety days is too old for what is still to be submitted, never for what was submitted in time;
    for an order that has to be submitted anew it is old again.
    """
    submit, begun = "telephony.submit-port", law.at
    assert too_old(law) == []
    law.at = begun + timedelta(days=200)
    assert too_old(law)
    law.at = begun + timedelta(days=30)
    version = law.context().version
    law.set_task(TaskRecord(submit, DONE, law.at, "project-manager", version=version))
    law.at = begun + timedelta(days=200)
    assert too_old(law) == []
    assert law.check({**law.document, "greetings": {}}).problems != ()
    assert "bill-age" not in {problem.code for problem in law.check({**law.document, "greetings": {}}).problems}
    orders = [dict(row, losing_carrier="Another carrier") for row in law.document["port_orders"]]
    law.save_section("port_orders", orders)
    assert too_old(law)

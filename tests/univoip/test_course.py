"""Who is accountable at one customer, tasks that come back, and phases, at the opened customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from onboarding.case import lifecycle, work
from onboarding.case.case import Case
from onboarding.case.reports import Report
from onboarding.domain.history import Phase, TaskState
from onboarding.engine.apply import apply_stage
from onboarding.errors import InputError, Parked
from onboarding.profile.graph import everything_before, waits
from onboarding.report.outcome import heading
from onboarding.stages.checks.documents import DocumentsAhead, documents_ahead
from onboarding.stages.waiving import may_be_skipped, may_be_waived
from tests.report.cases import bright_smile, figures, played
from tests.univoip.played import AT, OFFICE, TEAMS, context, opened
from tests.world import acting, leave_out

INFERRED = "gather.identify-order"
WEEKLY = "provision.attend-updates"


@pytest.fixture
def law(tmp_path: Path) -> Iterator[Case]:
    yield from opened(tmp_path / "workspace", OFFICE)


def test_a_party_is_inferred_until_somebody_confirms_it(law: Case) -> None:
    """Confirmed as it stands or as another, the mark goes, for this customer only (O-01, C-61)."""
    assert law.progress().task(INFERRED).task.is_inferred
    assert lifecycle.confirm_party(law, INFERRED) == "customer"
    assert not law.progress().task(INFERRED).task.is_inferred
    lifecycle.confirm_party(law, INFERRED, "sales-representative")
    task = law.progress().task(INFERRED).task
    assert (task.party, task.is_inferred) == ("sales-representative", False)
    assert Case(law.store, law.customer, AT, "somebody else").task(INFERRED).party == "sales-representative"
    with pytest.raises(InputError, match="PARTY-UNKNOWN"):
        lifecycle.confirm_party(law, INFERRED, "carrier")
    assert law.store.verify() == []


def test_what_is_in_somebodys_hands_passes_on(law: Case) -> None:
    """A task that was handed over waits for the confirmed party from now on; its promised day stays."""
    apply_stage(law, "gather")
    before = law.progress().task(INFERRED)
    assert (before.state, before.waits_for) == (TaskState.WAITING, "customer")
    lifecycle.confirm_party(law, INFERRED, "sales-representative")
    after = law.progress().task(INFERRED)
    assert (after.waits_for, after.due_on, after.since) == ("sales-representative", before.due_on, before.since)


def test_a_task_that_comes_back(law: Case) -> None:
    """Each time it is done there is a line of proof, and a week later it is due again (O-21, U-46)."""
    every = [task for task in law.profile.tasks if task.id != WEEKLY]
    for task in every[:-1]:
        if not law.progress().task(task.id).state.is_closed:
            leave_out(law, task.id, "not here")
    law.store.set_task(law.customer.id, replace(law.record.tasks[every[-2].id], state=TaskState.READY))
    for week in range(3):
        law.at = AT + timedelta(weeks=week)
        work.done(acting(law, WEEKLY), WEEKLY, f"call {week}")
        view, due = law.progress().task(WEEKLY), date(2026, 3, 9) + timedelta(weeks=week)
        assert (view.state, view.due_on) == (TaskState.WAITING, due)
        said = f"It comes back: it was last done on {due - timedelta(weeks=1):%-d %b %Y}."
        assert [str(one) for one in view.reasons] == [said]
        days = law.schedule().tasks[WEEKLY]
        assert (days.planned_on, days.forecast_on, days.done_on) == (due, due, None)
    assert [str(line.what) for line in law.record.evidence if line.task == WEEKLY] == ["call 0", "call 1", "call 2"]
    for task in every:
        if not law.progress().task(task.id).state.is_closed:
            leave_out(law, task.id, "not here")
    assert law.progress().task(WEEKLY).state is TaskState.DONE
    assert law.progress().is_complete


def test_what_comes_back_does_so_after_it_was_done(law: Case) -> None:
    """A week from the day it took place, not from the one on which somebody says so; planned from the first day on."""
    first = law.schedule().tasks
    assert first[WEEKLY].planned_on == first["gather.send-schedule"].planned_on + timedelta(weeks=1)
    leave_out(law, "gather.send-schedule", "known")
    law.at = AT + timedelta(days=3)
    work.all_done(acting(law, WEEKLY), [Report(WEEKLY, "call", on=date(2026, 3, 3))])
    view, days = law.progress().task(WEEKLY), law.schedule().tasks[WEEKLY]
    assert (view.due_on, days.planned_on) == (date(2026, 3, 10), date(2026, 3, 10))
    law.at = AT + timedelta(days=20)
    later = law.schedule()
    assert (later.tasks[WEEKLY].planned_on, later.tasks[WEEKLY].forecast_on) == (date(2026, 3, 10), date(2026, 3, 22))
    assert all(one.id != WEEKLY for one in later.late)


@pytest.mark.keeps("O-21")
@pytest.mark.parametrize(("rhythm", "days"), [("weekly", 7), ("fortnightly", 14), ("monthly", 28)])
def test_updates_come_in_the_customers_own_rhythm(law: Case, rhythm: str, days: int) -> None:
    """Counted from each one that took place."""
    company = law.document["company"]
    assert isinstance(company, dict)
    law.save_section("company", {**company, "updates": rhythm})
    _ready_for_updates(law)
    work.done(acting(law, WEEKLY), WEEKLY, "a call")
    assert law.progress().task(WEEKLY).due_on == AT.date() + timedelta(days=days)


@pytest.mark.refuses("O-21")
def test_who_wants_no_updates_is_asked_for_none(law: Case) -> None:
    """It says so, and nothing waits for them."""
    company = law.document["company"]
    assert isinstance(company, dict)
    law.save_section("company", {**company, "updates": "none"})
    _ready_for_updates(law)
    view = law.progress().task(WEEKLY)
    assert (view.state, view.reasons) == (TaskState.NOT_NEEDED, ("No updates are wanted.",))


def _ready_for_updates(law: Case) -> None:
    """Everything before them is left out or done."""
    for name in everything_before(waits(law.profile))[WEEKLY]:
        if not law.progress().task(name).state.is_closed:
            leave_out(law, name, "not here")


def test_the_next_phase_waits_for_the_last_task(law: Case) -> None:
    """What is open is named, with what may be done about it; a phase without a title is none."""
    with pytest.raises(Parked, match=r"PHASE-OPEN: Phase 1 is not complete: .* …\. .*`onboard skip`"):
        lifecycle.begin_phase(law, "Annex")
    with pytest.raises(InputError, match="PHASE-TITLE"):
        lifecycle.begin_phase(law, "  ")
    assert law.record.phase == Phase()


def test_dates_of_an_earlier_phase_do_not_count() -> None:
    """A port that was wanted before the phase began holds no documents of this one (U-46)."""
    p = DocumentsAhead(tasks=("telephony.supply-bill",), question="port_orders.wanted_on", days=21)
    found = context(TEAMS, lambda answers: None, "telephony.supply-bill", at=AT + timedelta(days=100))
    kept = lambda task: TaskState.DONE  # noqa: E731
    assert documents_ahead.function(found, p, kept)
    later = replace(found.record, phase=Phase(2, "Annex", "anna", AT + timedelta(days=90)))
    assert documents_ahead.function(replace(found, record=later), p, kept) == []


def test_the_report_names_its_phase() -> None:
    """From the second phase on; a project in one piece says nothing of phases."""
    found = played(bright_smile(), 3)
    assert "Phase" not in heading(figures(found)).html
    second = replace(found, record=replace(found.record, phase=Phase(2, "Second <building>", "anna", AT)))
    assert "Phase 2" in (shown := heading(figures(second)).html)
    assert "Second &lt;building&gt;" in shown


def test_nobody_is_told_to_leave_out_what_a_gate_rests_on(law: Case) -> None:
    """While only such tasks are open it is a waiver that is offered, or nothing but to do them."""
    context = law.context()
    for task in law.profile.tasks:
        if may_be_skipped(task, context) and not law.progress().task(task.id).state.is_closed:
            leave_out(law, task.id, "not here")
    still = [view.task for view in law.progress().tasks if not view.state.is_closed]
    assert still
    assert not any(may_be_skipped(task, law.context()) for task in still)
    with pytest.raises(Parked, match="PHASE-OPEN") as refused:
        lifecycle.begin_phase(law, "Annex")
    assert "skip" not in refused.value.command
    assert "leave out" not in refused.value.remedy
    is_waivable = any(may_be_waived(task, law.context()) for task in still)
    assert ("onboard waive" in refused.value.command) is is_waivable

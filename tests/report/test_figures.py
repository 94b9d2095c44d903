"""What the report counts: ordered and delivered, tasks and their proof, with whom the work lay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.event import noted
from onboarding.domain.history import End, Ending, Evidence, History, TaskRecord, TaskState
from onboarding.domain.task import LeadTime, Service, Unit
from onboarding.report import outcome, work_sections
from onboarding.report.delivery import Proof
from onboarding.report.exceptions import Trouble
from onboarding.report.figures import Figures, completion_figures
from onboarding.report.outcome_figures import ReportStanding
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.store.values import RunOutcome
from tests.report.cases import (
    DOMAIN,
    PROFILE,
    RUNS,
    START,
    TASKS,
    bright_smile,
    closed,
    context,
    figures,
    played,
    problem,
    run,
    user,
)

EVE = datetime(2026, 3, 26, 4, 0, tzinfo=UTC)
"""Midnight in New York before the last day before the go-live."""


def with_task(found: Context, task_id: str, state: TaskState, **more: Any) -> Context:
    kept = TaskRecord(task_id, state, more.pop("at", START + timedelta(hours=6)), more.pop("party", "provider"), **more)
    return replace(found, record=replace(found.record, tasks={**found.record.tasks, task_id: kept}))


def with_evidence(found: Context, line: Evidence) -> Context:
    return replace(found, record=replace(found.record, evidence=[*found.record.evidence, line]))


class TestOutcome:
    """Is it done, and if not, who is waited for?"""

    def test_a_finished_customer_is_complete(self) -> None:
        """With every task closed and everything there, the outcome says so in one sentence."""
        found = figures(played(bright_smile(), 9))
        assert found.outcome.standing is ReportStanding.COMPLETE
        assert found.outcome.sentence == "Everything that was ordered is delivered, and every task is closed."
        assert found.outcome.waits == ()
        assert found.outcome.closed == found.outcome.total == 15

    def test_an_open_customer_names_who_is_waited_for(self) -> None:
        """Parties with something to do are named, each with its tasks and since when they lie there."""
        found = figures(played(bright_smile(), 5.2))
        assert found.outcome.sentence == "Waiting for Chinook support engineer and Reseller."
        provider = found.outcome.waits[0]
        assert provider.tasks == ("Add Unified Messaging", "Enable CRM")
        assert provider.since == START + timedelta(days=4)
        assert not provider.is_overdue

    @pytest.mark.parametrize("state", [TaskState.REJECTED, TaskState.UNKNOWN])
    def test_a_refused_or_unknown_task_stops_it(self, state: TaskState) -> None:
        """What was refused, or may or may not have happened, is listed before any waiting."""
        found = figures(with_task(played(bright_smile(), 5.2), "services.crm", state, note=noted("No licence left.")))
        assert found.outcome.standing is ReportStanding.STOPPED
        assert found.outcome.sentence.startswith("Enable CRM: ")
        assert found.exceptions[0].why == "No licence left."

    def test_a_failed_last_run_stops_it_but_an_earlier_one_does_not(self) -> None:
        """A stage whose newest run went well owes nobody an explanation."""
        broken = run(7, "migrate", RunOutcome.DIED, message="The kernel died.")
        half = played(bright_smile(), 5.2)
        assert figures(half, (*RUNS, broken)).outcome.standing is ReportStanding.STOPPED
        mended = figures(half, (*RUNS, broken, run(8, "migrate", RunOutcome.PARKED)))
        assert mended.outcome.standing is ReportStanding.WAITING
        assert not [one for one in mended.exceptions if one.kind is Trouble.FAILED_RUN]

    def test_the_next_date_is_the_next_promise_or_else_the_go_live(self) -> None:
        """The earliest day somebody promised, not one that has passed."""
        half = played(bright_smile(), 5.2)
        assert (figures(half).outcome.next_on, figures(half).outcome.next_what) == (date(2026, 3, 27), "Go-live")
        promised = with_task(half, "services.crm", TaskState.WAITING, due_on=date(2026, 3, 12))
        assert figures(promised).outcome.next_on == date(2026, 3, 12)
        late = with_task(half, "services.crm", TaskState.WAITING, due_on=date(2026, 3, 5))
        assert figures(late).outcome.next_on == date(2026, 3, 27)
        assert figures(late).outcome.is_overdue

    def test_runs_that_are_no_stage_are_left_out(self) -> None:
        """The making of this very report is no step of the journey."""
        found = figures(played(bright_smile(), 9), (*RUNS, run(9, "report", RunOutcome.FAILED)))
        assert [one.stage for one in found.runs] == [stage.id for stage in PROFILE.stages]
        assert found.outcome.standing is ReportStanding.COMPLETE


class TestDelivery:
    """Ordered against delivered."""

    def test_composite_services_are_taken_apart(self) -> None:
        """One Total Connect user counts with Exchange, with Lync, and for the composite itself (C-48)."""
        found = {one.id: one for one in figures(played(bright_smile(), 9)).services}
        assert found["exchange"].count.ordered == 25
        assert found["lync"].count.ordered == 24
        assert found["total-connect"].count.ordered == 1
        assert found["total-connect"].parts == ("Exchange", "Lync")
        parts = figures(played(bright_smile(), 9)).users[0].services
        assert [(one.id, one.is_part) for one in parts] == [
            ("exchange", True), ("lync", True), ("sharepoint", False), ("total-connect", False),
        ]  # fmt: skip

    def test_a_composite_service_that_is_only_its_parts_counts_once(self) -> None:
        """Where the profile names all parts, the whole is shown but not counted again."""
        services = {**PROFILE.services, "unified-messaging": Service("unified-messaging", "Unified Messaging")}
        parts = ("exchange", "lync", "unified-messaging")
        services["total-connect"] = replace(services["total-connect"], includes=parts)
        found = figures(replace(played(bright_smile(), 9), profile=replace(PROFILE, services=services)))
        assert found.services_count.ordered == 25 + 24 + 1 + 1 + 1
        whole = next(one for one in found.services if one.id == "total-connect")
        assert (whole.count.ordered, whole.count.read_back, whole.is_counted) == (1, 1, False)

    def test_read_back_and_reported_are_kept_apart(self) -> None:
        """What the portal showed counts as read back; where a person worked, the same is only reported."""
        seen, told = figures(played(bright_smile(), 9)), figures(played(bright_smile(), 9, seen=False))
        assert (seen.users_count.read_back, seen.users_count.reported) == (25, 0)
        assert (told.users_count.read_back, told.users_count.reported) == (0, 25)
        assert told.outcome.standing is ReportStanding.COMPLETE
        titles = [one.what for one in told.exceptions if one.kind is Trouble.NOT_READ_BACK]
        assert "Create the users" in titles

    def test_a_filed_document_is_proof_enough(self) -> None:
        """A signed letter on file is no mere report."""
        found = figures(played(bright_smile(), 9))
        assert "Sign the letter of authorization" not in [one.what for one in found.exceptions]

    def test_a_request_or_a_check_is_not_a_report(self) -> None:
        """What we sent ourselves, and what a check found, rests on nobody's word."""
        named = [one.what for one in figures(played(bright_smile(), 9)).exceptions]
        assert not {"Fill in the on-boarding sheet", "Submit the port order", "Request new numbers"} & set(named)

    def test_what_reads_back_differently_is_not_delivered(self) -> None:
        """Another plan in the portal than ordered is an exception, and counts as missing."""
        done = played(bright_smile(), 9)
        wrong = {"company": DOMAIN, "user": f"user3@{DOMAIN}", "service": "exchange", "plan": "Basic"}
        line = Evidence(
            "services.exchange", done.at, "onboarding", noted("x"), f"user3@{DOMAIN}/exchange", observed=wrong
        )
        found = figures(with_evidence(done, line))
        exchange = next(one for one in found.services if one.id == "exchange")
        assert (exchange.count.delivered, exchange.count.differs, exchange.count.missing) == (24, 1, 1)
        assert found.outcome.standing is ReportStanding.STOPPED
        assert found.users[3].services[0].proof is Proof.DIFFERS

    def test_a_skipped_service_is_left_out_with_its_reason(self) -> None:
        """A task that was left out leaves its service undelivered, and says why."""
        done = with_task(played(bright_smile(), 9), "services.crm", TaskState.SKIPPED, note=noted("Bought elsewhere."))
        found = figures(done)
        crm = next(one for one in found.services if one.id == "crm")
        assert (crm.count.left_out, crm.count.delivered) == (1, 0)
        assert found.outcome.sentence == "Every task is closed, with 1 exception."
        assert [(one.what, one.why) for one in found.exceptions if one.kind is Trouble.SKIPPED] == [
            ("Enable CRM", "Bought elsewhere.")
        ]

    def test_a_dedicated_administrator_is_not_billed(self) -> None:
        """No service and no billing line for an account that only administers (C-32)."""
        found = figures(played(bright_smile(), 9))
        assert found.billing == f"Rosa Ortiz (admin@{DOMAIN}) is a dedicated administrator: no services, not billed."
        assert f"admin@{DOMAIN}" not in [one.email for one in found.users]

    def test_nothing_answered_gives_an_empty_report(self) -> None:
        """A customer without any answers is a customer with nothing ordered."""
        found = figures(context({"company": {"name": "New"}}, START), ())
        assert found.users_count.ordered == found.numbers_count.ordered == found.services_count.ordered == 0
        assert found.outcome.standing is ReportStanding.WAITING


class TestNumbers:
    """Every number, where it comes from and where it stands."""

    def test_states_follow_the_tasks(self) -> None:
        """Ordered, requested, moved: what the tasks of its chain say."""
        states = {}
        for days in (0, 1.6, 2.6):
            found = figures(played(bright_smile(), days))
            states[days] = {one.kind: one.state for one in found.numbers}
        assert states[0] == {"port": "not requested", "new": "not requested"}
        assert states[1.6] == {"port": "requested", "new": "not requested"}
        assert states[2.6] == {"port": "ported", "new": "requested"}

    def test_a_number_seen_in_service_is_read_back(self) -> None:
        """A service that shows the number proves it."""
        done = played(bright_smile(), 9)
        number = done.rows("users")[1]["number"]
        body = {"company": DOMAIN, "user": f"user1@{DOMAIN}", "service": "lync", "number": number}
        line = Evidence("services.lync", done.at, "onboarding", noted("seen"), f"user1@{DOMAIN}/lync", observed=body)
        found = next(one for one in figures(with_evidence(done, line)).numbers if one.number == number)
        assert (found.state, found.proof) == ("in service", Proof.READ_BACK)

    def test_spare_new_numbers_count_as_ordered(self) -> None:
        """Seventeen ordered, fifteen with a user: two more stand where their request stands."""
        counts = dict(figures(played(bright_smile(), 1)).number_counts)
        assert (counts["port"].ordered, counts["new"].ordered, counts["new"].delivered) == (9, 17, 0)
        later = dict(figures(played(bright_smile(), 9)).number_counts)["new"]
        assert (later.read_back, later.reported, later.delivered) == (15, 2, 17)  # Lync shows the numbers in use

    def test_the_emergency_address_is_the_one_of_the_request(self) -> None:
        """A new number carries the address asked for with its area code, a moved one none (C-29)."""
        found = figures(played(bright_smile(), 9))
        assert {one.e911 for one in found.numbers if one.kind == "new"} == {"80 Main Street, Worcester, MA 01608"}
        assert {one.e911 for one in found.numbers if one.kind == "port"} == {""}
        assert [(one.area_code, one.quantity, one.assigned, one.listing) for one in found.requests] == [
            ("508", 17, 15, "Bright Smile")
        ]

    def test_a_customer_without_telephony_has_no_numbers(self) -> None:
        """None ordered is not none delivered."""
        values = bright_smile() | {"users": [user(0, ("exchange",))], "port_numbers": [], "new_numbers": []}
        assert figures(context(values, START)).number_counts == ()


class TestTasks:
    """Tasks by party, with dates and proof."""

    def test_promised_and_actual_days_stand_side_by_side(self) -> None:
        """The kept promise, as every list has it: where nobody promised a day there is none, and nothing is late."""
        found = {one.id: one for one in figures(played(bright_smile(), 9)).tasks}
        assert found["telephony.sign-loa"].promised_on == date(2026, 3, 5)
        assert not found["telephony.sign-loa"].is_late
        half = played(bright_smile(), 1)
        kept = replace(half.record.tasks["telephony.sign-loa"], due_on=date(2026, 3, 2))
        late = replace(half, record=replace(half.record, tasks={**half.record.tasks, kept.task: kept}))
        assert next(one for one in figures(late).tasks if one.id == kept.task).is_late
        unwritten = replace(kept, due_on=None)
        late = replace(half, record=replace(half.record, tasks={**half.record.tasks, kept.task: unwritten}))
        shown = next(one for one in figures(late).tasks if one.id == kept.task)
        assert (shown.promised_on, shown.is_late) == (None, False)

    def test_an_overdue_task_is_an_exception(self) -> None:
        """Waiting beyond the promised day is reported with the day."""
        waiting = with_task(played(bright_smile(), 5.2), "services.crm", TaskState.WAITING, due_on=date(2026, 3, 5))
        overdue = next(one for one in figures(waiting).exceptions if one.kind is Trouble.OVERDUE)
        assert (overdue.what, overdue.party) == ("Enable CRM", "Chinook support engineer")

    def test_every_line_of_proof_is_there(self) -> None:
        """Who, when, reference and document digest, for each task."""
        found = {one.id: one for one in figures(played(bright_smile(), 9)).tasks}
        letter = found["telephony.sign-loa"].evidence[0]
        assert (letter.by, letter.document_name, len(letter.document)) == (
            "customer person",
            "telephony.sign-loa.pdf",
            64,
        )
        assert len(found["provision.users"].evidence) == 25
        assert all(line.is_read_back for line in found["provision.users"].evidence)

    def test_tasks_that_are_not_needed_say_why(self) -> None:
        """No contact lists, nothing to rebuild."""
        customer = next(one for one in figures(played(bright_smile(), 9)).parties if one.party == "customer")
        assert [(one.id, one.reasons) for one in customer.not_needed] == [
            ("migrate.contacts", ("there are no contact lists",))
        ]

    def test_problems_in_the_answers_are_exceptions(self) -> None:
        """A warning stays visible to the end; an error is graver."""
        found = context(bright_smile(), START, problems=(problem("Fictitious."), problem("Missing.", "error")))
        kinds = [one.kind for one in figures(found).exceptions]
        assert kinds == [Trouble.MISSING_ANSWER, Trouble.WARNING]

    def test_the_same_fault_in_many_rows_is_one_line(self) -> None:
        """Eighteen numbers of the block for examples are listed once, with the first and the count."""
        many = tuple(
            replace(problem(f"Fictitious: {row}."), row=row, question="new_numbers.area_code") for row in range(18)
        )
        (line,) = figures(context(bright_smile(), START, problems=many)).exceptions
        assert (line.what, line.why) == ("New numbers: Area code, row 1", "Fictitious: 0. 17 more alike.")

    def test_gates_show_who_decided(self) -> None:
        """The approval with name, role and instant; a closed gate says what is missing."""
        found = {one.id: one for one in figures(played(bright_smile(), 9)).gates}
        assert found["go-no-go"].is_open
        assert [(one.by, one.role) for one in found["go-no-go"].decisions] == [("Rosa Ortiz", "Customer")]
        early = {one.id: one for one in figures(context(bright_smile(), START)).gates}
        assert not early["go-no-go"].is_open
        assert early["go-no-go"].missing


class TestTime:
    """With whom the work lay, and for how long."""

    def test_a_task_is_held_from_when_it_could_begin(self) -> None:
        """From the close of what came before until its own close."""
        found = figures(played(bright_smile(), 9)).timeline
        customer = next(one for one in found.parties if one.party == "customer")
        assert customer.lane.intervals[0] == (START + timedelta(hours=12), START + timedelta(hours=24))

    def test_a_task_somebody_was_asked_for_is_held_from_then(self) -> None:
        """Time before the hand-over is nobody's."""
        done = played(bright_smile(), 9)
        at = START + timedelta(hours=20)
        found = completion_figures(done, assess(done), RUNS, {"telephony.sign-loa": at})
        kept = {one.id: one for one in found.tasks}["telephony.sign-loa"]
        assert kept.begun_at == at

    def test_a_task_planned_for_a_day_is_held_from_that_day(self) -> None:
        """Nobody holds up what is only to be done on the eve of the go-live; afterwards they do (C-62)."""
        eve = replace(TASKS[1], lead=LeadTime(1, Unit.DAYS, "go-live", is_before=True))
        profile = replace(PROFILE, tasks=(TASKS[0], eve, *TASKS[2:]))
        early, late = (replace(played(bright_smile(), days), profile=profile) for days in (1, 40))
        open_still = replace(late.record, tasks={"gather.sheet": late.record.tasks["gather.sheet"]})
        for found, kept in ((early, timedelta()), (replace(late, record=open_still), late.at - EVE)):
            spans = [one for one in figures(found).timeline.parties if one.party == "customer"]
            assert spans[0].total == kept

    def test_an_open_task_is_held_until_now(self) -> None:
        """What is not closed lies with its party up to the report's instant."""
        half = figures(played(bright_smile(), 5.2))
        assert half.timeline.end == half.head.as_of
        assert any(one.is_open for one in half.timeline.stages)

    def test_a_stage_that_closed_by_itself_is_closed(self) -> None:
        """Where the answers alone close its tasks nobody held work; it is closed, as the list of stages says."""
        found = figures(context(bright_smile(), START, History()))
        [gather] = [one for one in found.timeline.stages if one.id == "gather"]
        assert (gather.intervals, gather.is_closed) == ((), True)
        assert "closed" in str(work_sections.timeline(found).html)


# --- Properties over customers of every kind --------------------------------------------------------------------------

SERVICES = ["exchange", "lync", "sharepoint", "crm", "total-connect"]
STATES = [TaskState.DONE, TaskState.SKIPPED, TaskState.WAITING, TaskState.REJECTED, TaskState.UNKNOWN]


@st.composite
def customers(draw: st.DrawFn) -> Context:
    """Any users with any services, any tasks in any state, evidence for some things, right or wrong."""
    chosen = draw(st.lists(st.sets(st.sampled_from(SERVICES)), max_size=8))
    values = bright_smile(1) | {"users": [user(place, sorted(services)) for place, services in enumerate(chosen)]}
    values["telephony"] = {"kind": draw(st.sampled_from(["none", "port", "new", "mixed"]))}
    values["new_numbers"] = [{"area_code": "508", "quantity": draw(st.integers(1, 5)), "e911": draw(st.booleans())}]
    found = context(values, START + timedelta(days=draw(st.floats(0, 30))))
    for task in draw(st.lists(st.sampled_from(TASKS), unique_by=lambda one: one.id)):
        at = START + timedelta(days=draw(st.floats(0, 30)))
        if draw(st.booleans()):
            found = closed(found, task, min(at, found.at), draw(st.booleans()))
        else:
            found = with_task(found, task.id, draw(st.sampled_from(STATES)), at=min(at, found.at))
    lines = [
        draw(st.sampled_from([line, replace(line, observed=None), _spoilt(line)])) for line in found.record.evidence
    ]
    return replace(found, record=replace(found.record, evidence=lines))


def _spoilt(line: Evidence) -> Evidence:
    return replace(line, observed={**(line.observed or {}), "company": "other.example"}) if line.observed else line


def ordered_services(values: Mapping[str, Any]) -> int:
    """Counted once more in another way: every service named, and the two inside a Total Connect."""
    return sum(
        len(set(row["services"]) | ({"exchange", "lync"} if "total-connect" in row["services"] else set()))
        for row in values["users"]
    )


@settings(max_examples=60, deadline=None)
@given(customers())
def test_ordered_is_delivered_and_missing(found: Context) -> None:
    """Whatever happened, nothing ordered is lost from the count and nothing is counted twice."""
    shown = figures(found, ())
    counts = [shown.users_count, shown.numbers_count, shown.services_count, *(one.count for one in shown.services)]
    assert all(one.ordered == one.delivered + one.missing for one in counts)
    assert shown.users_count.ordered == len(found.rows("users"))
    assert shown.services_count.ordered == ordered_services(found.values)
    known = {row["number"] for row in found.rows("users") if row.get("number")}
    assert shown.numbers_count.ordered >= len(known)


@settings(max_examples=60, deadline=None)
@given(customers())
def test_times_sum_up(found: Context) -> None:
    """Alone, together and nobody make up the whole; with nobody it lay for longer than that."""
    line = figures(found, ()).timeline
    alone = sum((one.alone for one in line.parties), timedelta())
    assert alone + line.together + line.nobody == line.whole
    for party in line.parties:
        assert party.alone <= party.total <= line.whole
        assert all(line.start <= start <= end <= line.end for start, end in party.lane.intervals)
    assert sum(one.lane.tasks for one in line.parties) == sum(one.tasks for one in line.stages)


@settings(max_examples=40, deadline=None)
@given(customers())
def test_the_outcome_agrees_with_the_tasks(found: Context) -> None:
    """Complete exactly when nothing is open and nothing contradicts the order."""
    shown: Figures = figures(found, ())
    is_over = assess(found).is_complete
    if shown.outcome.standing is ReportStanding.COMPLETE:
        assert is_over
        assert not shown.outcome.waits
    if not is_over:
        assert shown.outcome.closed < shown.outcome.total


def test_a_report_of_an_ended_customer_says_so_at_the_top() -> None:
    """The first screen names how, when, by whom and why; nobody is waited for, nothing is promised."""
    found = played(bright_smile(), 2)
    end = End(Ending.CANCELLED, found.at, "Ana Diaz", "went to another provider.")
    ended = figures(replace(found, record=replace(found.record, end=end)))
    assert ended.outcome.standing is ReportStanding.ENDED
    assert ended.outcome.sentence.startswith("Cancelled on ")
    assert ended.outcome.sentence.endswith("by Ana Diaz: went to another provider.")
    assert (ended.outcome.waits, ended.outcome.next_on) == ((), None)
    top = str(outcome.heading(ended).html)
    assert "went to another provider" in top
    assert "none promised" not in top
    assert ">Go-live wanted<" in top
    assert ">Go-live<" not in top

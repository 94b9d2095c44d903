"""What happens on a day is not done before it, in the zone of whoever does it; proofs age until they are used."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.calendar import Calendar
from onboarding.domain.condition import Condition
from onboarding.domain.event import Event
from onboarding.domain.history import Evidence, History, TaskRecord, TaskState
from onboarding.domain.question import Kind, Question, Questionnaire, Section
from onboarding.domain.row import ROW_ID
from onboarding.domain.task import Each, LeadCase, LeadTime, Task, Unit
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.dated import lacks_day, moved, not_before, too_early
from tests.calendars import NEW_YORK
from tests.extensions import params
from tests.stages.world import AT, context_of, profile_of

DONE, READY, WAITING = TaskState.DONE, TaskState.READY, TaskState.WAITING
SHEET = Questionnaire(
    "graph", "Sheet", "1",
    (Section("numbers", "Numbers", (
        Question("numbers.number", Kind.TEXT, "Number"), Question("numbers.foc_on", Kind.DATE, "Confirmed date"),
    ), key="number", is_table=True), Section("port", "Port", (Question("port.kind", Kind.TEXT, "Kind"),))),
)  # fmt: skip
PORT = Task("telephony.port", "Port", "telephony", "provider", on="numbers.foc_on", rests_on=())
ROUTE = Task("telephony.route", "Route", "telephony", "reseller", after=(PORT.id,), rests_on=(),
             lead=LeadTime(2, Unit.DAYS, "numbers.foc_on"))  # fmt: skip
CHECK = replace(PORT, id="telephony.check", title="Check", action="check",
                params=params("planner", "check", check="tasks-closed", tasks=["telephony.other"]))  # fmt: skip
PROOF = Task("telephony.proof", "Proof", "telephony", "provider", rests_on=(), expires=LeadTime(1, Unit.DAYS))
USE = Task("telephony.use", "Use", "telephony", "reseller", after=(PROOF.id,), rests_on=())
OTHER = Task("telephony.other", "Other", "telephony", "reseller", rests_on=())


def world(*tasks: Task, days: tuple[str, ...] = ("2026-04-20",), at: datetime = AT, **records: TaskRecord) -> Context:
    """These tasks with numbers that move on these days, at an instant, with what is recorded of them."""
    rows = [{"number": f"n{place}"} | ({"foc_on": day} if day else {}) for place, day in enumerate(days)]
    kept = History({one.task: one for one in records.values()})
    profile = replace(profile_of(tasks), questionnaire=SHEET)
    return replace(context_of(profile, {"numbers": rows, "port": {"kind": "simple"}}, kept), at=at)


def done(task: Task, at: datetime, state: TaskState = DONE, due: date | None = None) -> TaskRecord:
    return TaskRecord(task.id, state, at, task.party, due, version=1)


def on(day: int, hour: int = 12, month: int = 4) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize("row", ["U-30", "O-53"])
def test_a_port_is_not_complete_before_its_day(row: str) -> None:
    """U-30, O-53: on 1 April a port of 20 April can be handed over, and says from when on it can be done."""
    before, day = world(PORT, at=on(1)), world(PORT, at=on(20))
    assert assess(before).task(PORT.id).state is READY
    assert [str(one) for one in assess(before).task(PORT.id).reasons] == ["Not before 20 Apr 2026: Confirmed date."]
    assert (not_before(PORT, before), not_before(PORT, day)) == (date(2026, 4, 20), None)
    assert assess(day).task(PORT.id).reasons == ()


@pytest.mark.parametrize("row", ["U-30", "O-53"])
def test_what_was_reported_before_its_day_is_not_done(row: str) -> None:
    """U-30, O-53: a completion of 1 April does not hold for 20 April, and one of that day does, also once it moves to
    an earlier day; moved to a later one it is open again.
    """
    early, right = done(PORT, on(1)), done(PORT, on(20))
    assert assess(world(PORT, at=on(2), port=early)).task(PORT.id).state is READY
    for days in (("2026-04-20",), ("2026-04-13",)):
        assert assess(world(PORT, days=days, at=on(25), port=right)).task(PORT.id).state is DONE
    again = assess(world(PORT, days=("2026-04-27",), at=on(25), port=right)).task(PORT.id)
    assert again.state is READY
    assert "It was reported on 20 Apr 2026, before its day: 27 Apr 2026." in map(str, again.reasons)


def test_of_many_days_the_last_counts() -> None:
    """Thirty numbers of which one moves a week later are complete a week later; a number without a day does not
    count, and without any day nothing binds."""
    assert not_before(PORT, world(PORT, days=("2026-04-20", "2026-04-27", ""), at=on(25))) == date(2026, 4, 27)
    assert not_before(PORT, world(PORT, days=("",), at=on(1))) is None
    assert assess(world(PORT, days=(), at=on(9), port=done(PORT, on(1)))).task(PORT.id).state is DONE


def test_what_the_outside_shows_has_happened() -> None:
    """A carrier's own read-back "ported" beats "not before the confirmed day"; somebody's word does not."""
    record = done(PORT, on(1))
    seen = Evidence(PORT.id, on(1), "portal", Event("action.confirmed"), observed={"state": "ported"})
    for line, state in ((seen, DONE), (replace(seen, observed=None), READY)):
        context = world(PORT, at=on(2), port=record)
        context = replace(context, record=replace(context.record, evidence=[line]))
        assert assess(context).task(PORT.id).state is state


def test_a_check_does_not_close_before_its_day() -> None:
    """What closes by itself waits for its day too, whatever its check finds."""
    closed = done(OTHER, on(1))
    assert assess(world(CHECK, OTHER, at=on(19), other=closed)).task(CHECK.id).state is READY
    assert assess(world(CHECK, OTHER, at=on(20), other=closed)).task(CHECK.id).state is DONE


@pytest.mark.parametrize(("zone", "comes"), [("America/Los_Angeles", 7), ("Europe/London", -1), ("Asia/Tokyo", -9)])
def test_a_day_is_one_where_the_party_works(zone: str, comes: int) -> None:
    """20 April begins in Tokyo while it is still 19 April in New York; London had its clock changed by then."""
    context = world(PORT)
    profile = replace(context.profile, calendars={"provider": Calendar(time_zone=zone)})
    begins = datetime(2026, 4, 20, tzinfo=UTC) + timedelta(hours=comes)
    there = replace(context, profile=profile)
    assert not_before(PORT, replace(there, at=begins)) is None
    assert not_before(PORT, replace(there, at=begins - timedelta(seconds=1))) == date(2026, 4, 20)
    assert not_before(PORT, replace(context, at=datetime(2026, 4, 20, 3, 59, tzinfo=UTC))) == date(2026, 4, 20)


def test_a_promise_moves_with_the_day_it_counts_from() -> None:
    """O-25: what was handed over when nothing was known is due on the day once it is; what is counted from it too."""
    held = done(PORT, on(1), WAITING, date(2026, 5, 1))
    assert assess(world(PORT, days=("",), at=on(2), port=held)).task(PORT.id).due_on == date(2026, 5, 1)
    assert assess(world(PORT, at=on(2), port=held)).task(PORT.id).due_on == date(2026, 4, 20)
    assert assess(world(PORT, days=("2026-04-27",), at=on(2), port=held)).task(PORT.id).due_on == date(2026, 4, 27)
    route = done(ROUTE, on(20), WAITING, date(2026, 4, 22))
    context = world(PORT, ROUTE, days=("2026-04-27",), at=on(21), port=done(PORT, on(20)), route=route)
    assert assess(context).task(ROUTE.id).due_on == date(2026, 4, 29)


def test_a_proof_ages_until_it_is_used() -> None:
    """M-65: a link that was up last week proves nothing for what is done today; what was done in time stays done."""
    proof = done(PROOF, on(1))
    assert assess(world(PROOF, USE, at=on(2), proof=proof)).task(PROOF.id).state is DONE
    late = assess(world(PROOF, USE, at=on(9), proof=proof)).task(PROOF.id)
    assert late.state is READY
    assert "Its proof is of 1 Apr 2026 and too old by now." in map(str, late.reasons)
    used = assess(world(PROOF, USE, at=on(9), proof=proof, use=done(USE, on(2))))
    assert (used.task(PROOF.id).state, used.task(USE.id).state) == (DONE, DONE)


def test_a_moved_day_is_recorded_for_all_that_it_moves() -> None:
    """The event names the question, what it was and what it is now; a first day and one that stays are no move."""
    context = world(PORT, ROUTE, OTHER)
    before, after = ({"numbers": [{"foc_on": day}]} for day in ("2026-04-20", "2026-04-27"))
    lines = moved(context, before, after, "ana", AT)
    assert {line.task for line in lines} == {PORT.id, ROUTE.id}
    assert {str(line.what) for line in lines} == {"Confirmed date: 27 Apr 2026, before that 20 Apr 2026"}
    assert all((line.by, line.at, line.is_proof) == ("ana", AT, False) for line in lines)
    assert moved(context, {}, before, "ana", AT) == moved(context, before, before, "ana", AT) == []
    [gone, _other] = moved(context, before, {"numbers": [{"foc_on": "soon"}]}, "ana", AT)
    assert str(gone.what) == "Confirmed date: not known any more, before that 20 Apr 2026"


def test_a_lead_time_has_cases_by_the_answers() -> None:
    """The first case whose condition holds counts, otherwise what stands beside them; of a row its own answers."""
    simple = LeadCase(Condition("is", "port.kind", ("simple",)), LeadTime(1, Unit.BUSINESS_DAYS))
    many = LeadCase(Condition("at_least", values=(50,), rows="numbers"), LeadTime(6, Unit.WEEKS))
    lead = LeadTime(4, Unit.WEEKS, cases=(many, simple))
    task = replace(OTHER, lead=lead)
    context = world(task)
    assert context.lead_of(task) == simple.lead
    assert context.due_on(task) == date(2026, 3, 3)
    assert replace(context, values={**context.values, "port": {}}).lead_of(task) == lead
    assert world(task, days=("",) * 50).lead_of(task) == many.lead
    assert lead.of(context.values, {"kind": "other"}, "port") == lead


@given(st.integers(0, 365 * 24 * 60), st.integers(-9, 9))
def test_done_before_its_day_never_counts_and_after_it_always(minutes: int, away: int) -> None:
    """Whatever the instant: what is recorded counts exactly from its day on."""
    at = AT + timedelta(minutes=minutes)
    day = at.astimezone(NEW_YORK.zone).date() + timedelta(days=away)
    context = world(PORT, days=(day.isoformat(),), at=at)
    assert (too_early(PORT, done(PORT, at), context) is None) is (away <= 0)
    assert (not_before(PORT, context) is None) is (away <= 0)


def test_what_arrives_after_the_hour_counts_as_the_next_day() -> None:
    """A simple port asked for by 13:00 local is received that day, later the next one; it is due by the hour said."""
    lead = LeadTime(1, Unit.BUSINESS_DAYS, received_by=time(13), by=time(8))
    calendar = NEW_YORK
    for start, day in (((12, 0), 3), ((13, 0), 3), ((13, 1), 4)):
        found = calendar.due_at(lead, datetime(2026, 3, 2, *start, tzinfo=calendar.zone), {})
        assert found == datetime(2026, 3, day, 8, tzinfo=calendar.zone).astimezone(UTC)
    assert str(lead.sentence) == "1 business day, by 08:00"


def test_what_is_due_by_an_hour_is_late_after_it() -> None:
    """Due on Tuesday by 13:00 where the party works: in time until then, late a minute later, and only there."""
    task = replace(OTHER, lead=LeadTime(1, Unit.BUSINESS_DAYS, by=time(13)))
    held = done(OTHER, AT, WAITING, date(2026, 3, 3))
    there = Calendar(time_zone="America/Los_Angeles")
    for zone, late in ((Calendar(time_zone="America/New_York"), (18, 1)), (there, (21, 1))):
        context = world(task, other=held)
        context = replace(context, profile=replace(context.profile, calendars={"reseller": zone}))
        view = assess(context).task(OTHER.id)
        assert view.due_by == time(13)
        for minute, is_late in ((0, False), (late[1], True)):
            at = datetime(2026, 3, 3, late[0], minute, tzinfo=UTC)
            assert view.is_overdue(at) is is_late


EACH = Each("numbers")
OF_ROW = replace(PORT, each=EACH)
SOME = st.sampled_from([None, "2026-04-20", "2026-04-27"])


@given(st.lists(st.tuples(SOME, SOME), max_size=5), st.randoms())
def test_a_day_that_moves_is_said_of_its_own_row(
    days: list[tuple[str | None, str | None]], order: random.Random
) -> None:
    """Whatever rows there are and however they are sorted: once for each whose day was another, with both days."""

    def rows(place: int) -> list[dict[str, str]]:
        found = [{"number": f"n{row}", ROW_ID: f"r{row}"} | ({"foc_on": pair[place]} if pair[place] else {})
                 for row, pair in enumerate(days)]  # fmt: skip
        order.shuffle(found)
        return found  # type: ignore[return-value]

    before, after = {"numbers": rows(0)}, {"numbers": rows(1)}
    profile = replace(profile_of((OF_ROW,)), questionnaire=SHEET)
    ids = {"numbers": tuple(row[ROW_ID] for row in after["numbers"])}
    lines = moved(context_of(profile, after, ids=ids), before, after, "ana", AT)
    found = {line.task.partition(":")[2]: (line.what.values["old"], line.what.values["new"]) for line in lines}
    assert len(lines) == len(found)
    assert found == {
        f"r{row}": ([date.fromisoformat(old)], [date.fromisoformat(new)] if new else [])
        for row, (old, new) in enumerate(days) if old and old != new
    }  # fmt: skip


@given(st.lists(st.tuples(SOME, st.booleans()), min_size=1, max_size=5))
def test_a_day_is_lacking_only_where_it_is_asked_for(rows: list[tuple[str | None, bool]]) -> None:
    """In some row that asks for one and has none; for the task of a row in that row."""
    asked = Condition("is", "numbers.number", ("asked",))
    questions = [replace(one, when=asked) if one.name == "foc_on" else one for one in SHEET.sections[0].questions]
    sheet = replace(SHEET, sections=(replace(SHEET.sections[0], questions=tuple(questions)), *SHEET.sections[1:]))
    values = [{"number": "asked" if is_asked else "other"} | ({"foc_on": day} if day else {}) for day, is_asked in rows]
    bringing = Task("telephony.foc", "Foc", "telephony", "provider", brings="numbers.foc_on")
    lacking = [is_asked and not day for day, is_asked in rows]
    for task, wanted in ((bringing, [any(lacking)]), (replace(bringing, each=EACH), lacking)):
        context = context_of(replace(profile_of((task,)), questionnaire=sheet), {"numbers": values})
        assert [lacks_day(one, context) for one in context.tasks] == wanted

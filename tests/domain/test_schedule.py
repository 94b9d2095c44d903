"""Planned, promised, expected and done: the critical path over tasks and their lead times."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.calendar import Calendar
from onboarding.domain.schedule import Missed, Schedule, Step, schedule
from onboarding.domain.task import LeadTime, Unit
from tests.calendars import NEW_YORK

ORDER = date(2026, 3, 2)  # a Monday
US, LONDON = NEW_YORK, Calendar("GB", "ENG", "Europe/London")
LOOP, VOICE = "circuit.loop_on", "installation.voice_on"


def days(amount: int, anchor: str = "start", is_before: bool = False) -> LeadTime:
    return LeadTime(amount, Unit.DAYS, anchor, is_before)


def business(amount: int, anchor: str = "start", is_before: bool = False) -> LeadTime:
    return LeadTime(amount, Unit.BUSINESS_DAYS, anchor, is_before)


KICK_OFF = Step("kick-off", US, lead=business(5))
LINE = Step("order-line", US, ("kick-off",), business(2))
DELIVERY = Step("loop", US, ("order-line",), days(30, "order-line"), on=LOOP)
ACTIVE = Step("active", US, ("loop",), days(45, "loop"))
SHIP = Step("ship", US, ("kick-off",), business(7, VOICE, True))
INSTALL = Step("install", US, ("ship", "active"), days(0, VOICE), on=VOICE, is_live=True)
CLASS = Step("class", US, ("install",), days(0, VOICE), on=VOICE)
COURSE = (KICK_OFF, LINE, DELIVERY, ACTIVE, SHIP, INSTALL, CLASS)


def planned(found: Schedule) -> dict[str, date]:
    return {name: one.planned_on for name, one in found.tasks.items()}


@pytest.mark.parametrize("row", ["O-16", "O-18"])
def test_the_earliest_installation_follows_from_order_loop_activation_and_shipping(row: str) -> None:
    """O-16, O-18: five and two business days to the order of the line, 30 days to the loop, 45 to the activation; the
    class is on the day of the installation. Without the line it is the shipping that counts, a week ahead.
    """
    found = schedule(COURSE, ORDER, ORDER)
    assert planned(found) == {
        "kick-off": date(2026, 3, 9), "order-line": date(2026, 3, 11), "loop": date(2026, 4, 10),
        "active": date(2026, 5, 25), "ship": date(2026, 3, 9), "install": date(2026, 5, 25),
        "class": date(2026, 5, 25),
    }  # fmt: skip
    assert (found.earliest_on, found.forecast_on, found.wanted_on, found.late) == (date(2026, 5, 25),) * 2 + (None, ())
    without = [replace(step, is_needed=step.id not in ("order-line", "loop", "active")) for step in COURSE]
    assert schedule(without, ORDER, ORDER).earliest_on == date(2026, 3, 18)


def test_the_loops_own_date_moves_what_follows() -> None:
    """O-25: once the loop's day is known it counts, not the thirty days; later or earlier, all that follows moves."""
    for day, active in ((date(2026, 4, 24), date(2026, 6, 8)), (date(2026, 3, 27), date(2026, 5, 11))):
        course = [replace(step, day=day) if step.on == LOOP else step for step in COURSE]
        found = planned(schedule(course, ORDER, ORDER))
        assert (found["loop"], found["active"], found["install"]) == (day, active, active)


def test_what_cannot_be_in_time_is_named_with_what_makes_it_so() -> None:
    """By the plan already the longest wait; where the plan would have done, the task that somebody is late with."""
    early, enough = date(2026, 5, 1), date(2026, 5, 29)
    [late] = schedule(COURSE, ORDER, ORDER, early).late
    assert (late.id, late.wanted_on, late.forecast_on, late.because) == (
        "install", early, date(2026, 5, 25), "active",
    )  # fmt: skip
    assert schedule(COURSE, ORDER, ORDER, enough).late == ()
    held = replace(KICK_OFF, begun_on=ORDER, promised_on=date(2026, 3, 9))
    [slipped] = schedule([held, *COURSE[1:]], ORDER, date(2026, 3, 30), enough).late
    assert slipped.because == "kick-off"


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_what_was_done_after_it_was_wanted_is_named_afterwards(
    first: int, last: int, done: int, is_agreed: bool
) -> None:
    """With the day it was wanted on, of several the last, the one that was agreed on, and by how much it was missed."""
    wishes, closed = sorted((day_of(first), day_of(last))), day_of(done)
    port = Step("port", US, wanted=wishes[0], wanted_last=wishes[1], day=closed if is_agreed else None,
                closed_on=closed, is_done=True)  # fmt: skip
    found = schedule([port], ORDER, closed).missed
    expected = [Missed("port", wishes[1], closed if is_agreed else None, closed)] if closed > wishes[1] else []
    assert list(found) == expected
    assert all(one.days == done - max(first, last) for one in found)
    assert schedule([replace(port, is_done=False, closed_on=None)], ORDER, closed).missed == ()


def day_of(place: int) -> date:
    return ORDER + timedelta(days=place)


@pytest.mark.parametrize("agreed", [None, date(2026, 6, 1)])
def test_a_day_wanted_or_set_before_the_go_live_is_not_put_off_to_it(agreed: date | None) -> None:
    """Nothing is late because the go-live is wanted for later than the step itself, or than the day set for it."""
    wanted, go_live = date(2026, 6, 1), date(2026, 6, 8)
    course = [replace(step, wanted=wanted, day=agreed) if step.is_live else step for step in COURSE]
    found = schedule(course, ORDER, ORDER, go_live)
    assert (found.forecast_on, found.wanted_on, found.late) == (wanted, go_live, ())


def test_wanted_promised_expected_and_done_are_four_days() -> None:
    """What was agreed is promised even where it cannot be kept; what is done is what counts in the end."""
    agreed, wanted = date(2026, 5, 20), date(2026, 5, 15)
    course = [replace(step, day=agreed) if step.on == VOICE else step for step in COURSE]
    found = schedule(course, ORDER, ORDER, wanted)
    assert (found.wanted_on, found.promised_on, found.forecast_on) == (wanted, agreed, date(2026, 5, 25))
    assert (found.live_on, found.earliest_on) == (None, date(2026, 5, 25))
    done = [replace(step, closed_on=date(2026, 5, 26), is_done=True) for step in course]
    assert schedule(done, ORDER, date(2026, 6, 1), wanted).live_on == date(2026, 5, 26)


def test_backward_from_the_go_live() -> None:
    """Each has to end in time for what follows; what is shipped a week ahead has to go on its day."""
    go_live = date(2026, 7, 1)
    found = schedule(COURSE, ORDER, ORDER, go_live).tasks
    assert found["install"].latest_on == found["active"].latest_on == go_live
    assert found["loop"].latest_on == date(2026, 5, 17)
    assert found["order-line"].latest_on == date(2026, 4, 17)
    assert found["kick-off"].latest_on == date(2026, 4, 15)
    assert found["ship"].latest_on == date(2026, 6, 22)
    assert found["class"].latest_on is None
    assert not any(one.is_late for one in found.values())


def test_a_week_ahead_of_a_known_day_is_planned_for_that_day() -> None:
    """Nobody ships months ahead; and on the eve of the go-live is on its eve."""
    eve = Step("eve", US, lead=LeadTime(72, Unit.HOURS, "go-live", True), anchor=date(2026, 6, 26))
    assert planned(schedule([eve], ORDER, ORDER, date(2026, 6, 26)))["eve"] == date(2026, 6, 23)
    ship = replace(SHIP, after=(), anchor=date(2026, 6, 26))
    assert planned(schedule([ship], ORDER, ORDER))["ship"] == date(2026, 6, 16)


def test_without_anything_known_everything_has_a_day() -> None:
    """No go-live, no dates, rings a lint would refuse: still a day from the typical times."""
    ring = [Step("a", US, ("b",), days(2)), Step("b", US, ("a",), days(3)), Step("c", US, ("b",), days(1, "nothing"))]
    found = planned(schedule(ring, ORDER, ORDER))
    assert set(found) == {"a", "b", "c"}
    before = Step("x", US, ("y",), days(7, VOICE, True))
    assert set(planned(schedule([before, Step("y", US, on=VOICE)], ORDER, ORDER))) == {"x", "y"}
    assert schedule([], ORDER, ORDER) == Schedule({})


def test_due_days_are_business_days_of_the_party() -> None:
    """Good Friday and Easter Monday are no days of work in England, and are in the United States."""
    for calendar, day in ((US, date(2026, 4, 3)), (LONDON, date(2026, 4, 7))):
        assert planned(schedule([Step("a", calendar, lead=business(1))], date(2026, 4, 2), ORDER))["a"] == day


# --- Whatever the course ---------------------------------------------------------------------------------------------

UNITS = st.sampled_from([Unit.DAYS, Unit.BUSINESS_DAYS, Unit.WEEKS, Unit.HOURS])
NAMES = [LOOP, VOICE, "go-live"]


@st.composite
def courses(draw: st.DrawFn) -> list[Step]:
    """Up to nine steps, each after some before it, some with a day of their own, some counted from a date."""
    known = {name: draw(st.none() | st.integers(0, 90).map(lambda n: ORDER + timedelta(days=n))) for name in NAMES[:2]}
    steps: list[Step] = []
    for place in range(draw(st.integers(1, 9))):
        ids = [step.id for step in steps]
        anchor = draw(st.sampled_from(["start", *NAMES[:2], *ids]))
        lead = draw(st.none() | st.builds(LeadTime, st.integers(0, 20), UNITS, st.just(anchor), st.booleans()))
        if lead and anchor in ("start", *ids):
            lead = replace(lead, is_before=False)
        on = draw(st.sampled_from(["", "", *NAMES[:2]]))
        steps.append(Step(
            f"t{place}", draw(st.sampled_from([US, LONDON])),
            tuple(draw(st.sets(st.sampled_from(ids), max_size=3))) if ids else (), lead, known.get(anchor), on,
            known.get(on), is_live=draw(st.booleans()), is_needed=draw(st.integers(0, 9)) > 0,
        ))  # fmt: skip
    return steps


@given(courses(), st.none() | st.integers(0, 200))
@settings(deadline=None)
def test_nothing_is_earlier_than_what_it_waits_for(steps: list[Step], wanted: int | None) -> None:
    """Planned and expected: after the order, after all predecessors, and not before its day."""
    go_live = None if wanted is None else ORDER + timedelta(days=wanted)
    found = schedule(steps, ORDER, ORDER + timedelta(days=5), go_live).tasks
    for step in steps:
        if step.id not in found:
            continue
        own = found[step.id]
        assert ORDER <= own.planned_on <= own.forecast_on
        assert step.day is None or own.planned_on >= step.day
        for name in step.after:
            if name in found:
                assert found[name].planned_on <= own.planned_on
                assert found[name].forecast_on <= own.forecast_on
                last, mine = found[name].latest_on, own.latest_on
                assert mine is None or (last is not None and last <= mine)


@given(courses(), st.sampled_from(NAMES), st.integers(1, 60))
@settings(deadline=None)
def test_a_date_moved_later_makes_nothing_earlier(steps: list[Step], name: str, more: int) -> None:
    """Whichever: the loop, the installation, the go-live."""
    go_live = ORDER + timedelta(days=40)

    def later(step: Step) -> Step:
        day = step.day + timedelta(days=more) if step.day and step.on == name else step.day
        is_anchored = step.lead is not None and step.lead.anchor == name
        anchor = step.anchor + timedelta(days=more) if step.anchor and is_anchored else step.anchor
        return replace(step, day=day, anchor=anchor)

    moved = go_live + timedelta(days=more) if name == "go-live" else go_live
    before = schedule(steps, ORDER, ORDER, go_live).tasks
    after = schedule([later(step) for step in steps], ORDER, ORDER, moved).tasks
    for step, then in before.items():
        assert then.planned_on <= after[step].planned_on
        assert then.forecast_on <= after[step].forecast_on


@given(courses(), st.integers(0, 60), st.data())
@settings(deadline=None)
def test_what_is_done_stays_and_what_is_held_ends_no_earlier_than_today(
    steps: list[Step], passed: int, data: st.DataObject
) -> None:
    """Finished tasks are pinned to their days; running ones are not expected in the past, nor those not begun."""
    today = ORDER + timedelta(days=passed)
    done = data.draw(st.sets(st.sampled_from([step.id for step in steps])))
    held = [
        replace(step, closed_on=ORDER, is_done=True) if step.id in done else replace(step, begun_on=ORDER)
        for step in steps
    ]
    found = schedule(held, ORDER, today).tasks
    for step in (one for one in held if one.is_needed):
        own = found[step.id]
        assert own.done_on == (ORDER if step.id in done else None)
        assert own.forecast_on == ORDER if step.id in done else own.forecast_on >= today


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 30), UNITS)
def test_back_and_forth(end: date, amount: int, unit: Unit) -> None:
    """What begins on the last day in time ends in time, and a day later it would not."""
    lead, begin = LeadTime(amount, unit), US.days_back(LeadTime(amount, unit), end)
    assert US.days_after(lead, begin) <= end
    assert US.days_after(lead, begin + timedelta(days=1)) > end or unit is Unit.BUSINESS_DAYS
    assert date.min <= US.days_back(lead, date.min) <= US.days_after(lead, date.max) <= date.max

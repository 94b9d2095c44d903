"""When everything is planned, promised, expected and done: the critical path over tasks and their lead times.

Days, not hours: what takes less than a day is over on the day it began. Forward from the order a task ends its lead
time after what it waits for; with a day of its own, not before it. Backward from the wanted go-live it has to end in
time for all that follows. What is expected pins what was done to its day; what lies with somebody ends on the promised
day, and no earlier than today.

How long before a date something has to happen (a delivery a week before the installation) is a deadline where the date
is known; where it is not, it is how long after that the date can be at the earliest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from onboarding.domain.calendar import Calendar
from onboarding.domain.task import GO_LIVE, START, LeadTime

_DATE = "date: "
"""Before the name of a date that is not known, among the ids of tasks."""


@dataclass(frozen=True, slots=True)
class Step:
    """One task as a schedule sees it. One that is not ``is_needed`` takes no time, and what it waits for is waited for.

    ``after`` are the ids of what it waits for. ``anchor`` is the known day that its ``lead`` counts from, unless that
    counts from the start or from a task. ``on`` names the date it happens on, ``day`` is that day where it is known,
    ``wanted`` the one that somebody wishes for. ``closed_on`` is when it was closed, ``begun_on`` is of what lies with
    somebody, ``promised_on`` also of what did. ``returns_on`` is when what was done before is to be done again.
    ``wanted_last`` is the last day it is wanted on, where that is not one.
    """

    id: str
    calendar: Calendar
    after: tuple[str, ...] = ()
    lead: LeadTime | None = None
    anchor: date | None = None
    on: str = ""
    day: date | None = None
    is_live: bool = False
    is_needed: bool = True
    begun_on: date | None = None
    promised_on: date | None = None
    closed_on: date | None = None
    is_done: bool = False
    wanted: date | None = None
    returns_on: date | None = None
    wanted_last: date | None = None

    @property
    def is_running(self) -> bool:
        return self.begun_on is not None and self.closed_on is None

    def counts_from(self, name: str) -> bool:
        """Whether it has to happen so long before a date of that name which is not known."""
        lead = self.lead
        return lead is not None and lead.is_before and lead.anchor == name and self.anchor is None


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of one task: ``planned_on`` the earliest from the order on, ``latest_on`` the last in time for the
    wanted go-live, the day it is wanted on or the date it has to precede, ``forecast_on`` as it looks now. None where
    nothing says it.

    What is done ahead of its day, or promised for an earlier one, brings what follows forward; what is late puts
    nothing off. So nothing is due before it is planned.
    """

    planned_on: date
    latest_on: date | None
    promised_on: date | None
    forecast_on: date
    done_on: date | None

    @property
    def is_late(self) -> bool:
        """Whether it will be done, or was, when it is too late for what was wanted."""
        return self.latest_on is not None and self.forecast_on > self.latest_on


@dataclass(frozen=True, slots=True)
class Late:
    """What will not be there on the day it is wanted on: ``because`` is the open task that makes it so: where it
    could still have been in time by the plan the one that somebody is at, otherwise the one that takes the longest.
    Where a later day is set for it already, nothing but that day makes it so.
    """

    id: str
    wanted_on: date
    forecast_on: date
    because: str

    @property
    def days(self) -> int:
        """By how many days it misses the day it is wanted on."""
        return (self.forecast_on - self.wanted_on).days


@dataclass(frozen=True, slots=True)
class Missed:
    """What was done only after the day it was wanted on; ``agreed_on`` is the day that was set for it, if one was."""

    id: str
    wanted_on: date
    agreed_on: date | None
    done_on: date

    @property
    def days(self) -> int:
        """By how many days it missed the day it was wanted on."""
        return (self.done_on - self.wanted_on).days


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days of all tasks that are needed, by id, and of the customer: when it is to be live, and when it was.

    ``earliest_on`` is the first day on which it could be, whatever day is wanted or agreed on. ``late`` will be so,
    ``missed`` was.
    """

    tasks: Mapping[str, Dates]
    late: tuple[Late, ...] = ()
    wanted_on: date | None = None
    promised_on: date | None = None
    forecast_on: date | None = None
    live_on: date | None = None
    earliest_on: date | None = None
    missed: tuple[Missed, ...] = ()


def schedule(steps: Sequence[Step], ordered_on: date, today: date, go_live: date | None = None) -> Schedule:
    """The schedule of a customer who ordered on a day and wants to be live on one, as it looks today."""
    order = _in_order(steps)
    live = [step for step in steps if step.is_live and step.is_needed]
    plan = _forward(order, ordered_on, None, go_live)
    forecast = _forward(order, ordered_on, today, go_live)
    latest = _backward(order, go_live)
    tasks = {
        step.id: Dates(
            plan.ends[step.id], latest.get(step.id), step.promised_on, forecast.ends[step.id],
            step.closed_on if step.is_done else None,
        )
        for step in steps
        if step.is_needed
    }  # fmt: skip
    return Schedule(
        tasks,
        tuple(_late(steps, plan, forecast, go_live)),
        go_live,
        max((day for step in live if (day := step.promised_on or step.day)), default=None),
        max((forecast.ends[step.id] for step in live), default=None),
        _live_on(live),
        _earliest(steps, live, order, ordered_on, today),
        tuple(_missed(steps)),
    )


def planned(steps: Sequence[Step], ordered_on: date, go_live: date | None = None) -> dict[str, date]:
    """The planned day of each alone, as `schedule` has it."""
    return _forward(_in_order(steps), ordered_on, None, go_live).ends


def _live_on(live: Sequence[Step]) -> date | None:
    days = [step.closed_on for step in live if step.is_done and step.closed_on]
    return max(days) if days and len(days) == len(live) else None


def _earliest(
    steps: Sequence[Step], live: Sequence[Step], order: Sequence[_Node], ordered_on: date, today: date
) -> date | None:
    """The first day the customer could be live if nobody wanted or had agreed on any."""
    if not live:
        return None
    wished = {GO_LIVE, *(step.on for step in live if step.on)}
    free = [_without(step, wished) for step in steps]
    found = _forward(order if free == [*steps] else _in_order(free), ordered_on, today, None)
    return max(found.ends[step.id] for step in live)


def _without(step: Step, wished: set[str]) -> Step:
    """The step as if these dates were not known yet."""
    is_anchored = step.lead is not None and step.lead.anchor in wished
    if not is_anchored and step.on not in wished:
        return step
    is_running = step.is_running and (step.on in wished or is_anchored)
    return replace(
        step,
        day=None if step.on in wished else step.day,
        anchor=None if is_anchored else step.anchor,
        promised_on=None if is_running else step.promised_on,
    )


# --- The order in which they are looked at ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Node:
    """A step, or a date that is not known, with all that comes before it."""

    id: str
    before: tuple[str, ...]
    step: Step | None = None
    sources: tuple[Step, ...] = ()


def _in_order(steps: Sequence[Step]) -> list[_Node]:
    """Each after all that comes before it. Where dates that are not known would close a ring they bind nothing; what
    waits for itself otherwise stands at the end.
    """
    nodes = {node.id: node for node in _nodes(steps)}
    missing = {name: sum(one in nodes for one in node.before) for name, node in nodes.items()}
    following: dict[str, list[str]] = {}
    for node in nodes.values():
        for name in node.before:
            following.setdefault(name, []).append(node.id)
    found: dict[str, _Node] = {}
    ready = deque(name for name, count in missing.items() if not count)
    while len(found) < len(nodes):
        if not ready:
            left = [name for name in nodes if name not in found]
            ready.extend([name for name in left if nodes[name].step is None] or left[:1])
        name = ready.popleft()
        if name in found:
            continue
        found[name] = nodes[name] if not missing[name] else replace(nodes[name], sources=())
        for one in following.get(name, ()):
            missing[one] -= 1
            if not missing[one]:
                ready.append(one)
    return list(found.values())


def _nodes(steps: Sequence[Step]) -> Iterable[_Node]:
    ids = {step.id for step in steps}
    named = {step.on for step in steps if step.on and step.day is None} | {GO_LIVE}
    sources = {name: tuple(step for step in steps if step.is_needed and step.counts_from(name)) for name in named}
    for name, found in sources.items():
        if found:
            yield _Node(_DATE + name, tuple(step.id for step in found), sources=found)
    for step in steps:
        anchors = [step.lead.anchor] if step.lead and step.lead.anchor in ids else []
        dates = [_DATE + name for name in _happens_on(step) if sources.get(name)]
        yield _Node(step.id, tuple(dict.fromkeys((*step.after, *anchors, *dates))), step)


def _happens_on(step: Step) -> list[str]:
    """Dates that are not known on which a step happens."""
    return [*([step.on] if step.on and step.day is None else []), *([GO_LIVE] if step.is_live else [])]


# --- Forward ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Pass:
    """``ends`` by id of step or date, ``frees`` when what follows it can begin; ``drivers`` what each began after, none
    where only the first day held it.
    """

    ends: dict[str, date]
    frees: dict[str, date]
    drivers: dict[str, str]


def _forward(order: Sequence[_Node], ordered_on: date, today: date | None, go_live: date | None) -> _Pass:
    """When each ends at the earliest; with ``today`` as it looks now, without as it was planned."""
    found = _Pass({}, {}, {})
    for node in order:
        driver = max((one for one in node.before if one in found.frees), key=found.frees.__getitem__, default="")
        start = max(ordered_on, found.frees[driver]) if driver else ordered_on
        if driver and found.frees[driver] >= ordered_on:
            found.drivers[node.id] = driver
        if node.step is None:
            end = free = _earliest_date(node, found.frees, start)
        else:
            end = free = _end(node.step, start, found.frees, today, go_live)
            if today is None:
                end = min(end, node.step.promised_on or end)
                free = min(end, node.step.closed_on or end)
        found.ends[node.id], found.frees[node.id] = end, free
    return found


def _earliest_date(node: _Node, ends: Mapping[str, date], start: date) -> date:
    """The first day a date that is not known can be: so long after all that has to happen before it."""
    leads = [(one, replace(one.lead, is_before=False)) for one in node.sources if one.lead and one.id in ends]
    return max((one.calendar.days_after(lead, ends[one.id]) for one, lead in leads), default=start)


def _end(step: Step, start: date, ends: Mapping[str, date], today: date | None, go_live: date | None) -> date:
    if not step.is_needed:
        return start
    if today is not None and step.closed_on is not None:
        return step.closed_on
    if today is not None and step.is_running:
        begun = step.begun_on or today
        return max(today, step.day or step.promised_on or _own_end(step, begun, ends))
    start = start if today is None else max(start, today)
    if step.day:
        return max(start, step.day)
    end = _own_end(step, start, ends)
    return max(end, min(go_live, step.wanted or go_live)) if step.is_live and go_live else end


def _own_end(step: Step, start: date, ends: Mapping[str, date]) -> date:
    """When it ends by its lead time alone, or comes back."""
    if step.returns_on:
        return max(start, step.returns_on)
    lead = step.lead
    if lead is None:
        return start
    base = step.anchor or ends.get(lead.anchor)
    if base is None:
        return start if lead.is_before else step.calendar.days_after(lead, start)
    return max(start, step.calendar.days_after(lead, base))


# --- Backward --------------------------------------------------------------------------------------------------------


def _backward(order: Sequence[_Node], go_live: date | None) -> dict[str, date]:
    """When each has to end at the latest; those for which nothing says it are left out."""
    found: dict[str, date] = {}
    for node in reversed(order):
        step = node.step
        if step is None:
            _before_date(node, found)
            continue
        if (own := _deadline(step, go_live)) is not None:
            found[step.id] = min(own, found.get(step.id, own))
        end = found.get(step.id)
        if step.day is not None and step.is_needed:
            end = min(end, step.day) if end else step.day
        for name, until in _before(step, end):
            found[name] = min(until, found.get(name, until))
    return found


def _deadline(step: Step, go_live: date | None) -> date | None:
    """The last day of a step by what is said of itself."""
    days = [go_live] if step.is_live and go_live else []
    days += [step.wanted] if step.wanted and step.is_needed else []
    if step.lead and step.lead.is_before and step.anchor and step.is_needed:
        days.append(step.calendar.days_after(step.lead, step.anchor))
    return min(days, default=None)


def _before(step: Step, end: date | None) -> Iterable[tuple[str, date]]:
    """What a step that has to end by a day asks of each it waits for."""
    if end is None:
        return
    lead = step.lead
    takes_time = lead is not None and step.is_needed and step.day is None and lead.anchor == START
    begin = step.calendar.days_back(lead, end) if takes_time and lead else end
    for name in (*step.after, *(_DATE + one for one in _happens_on(step))):
        yield name, begin
    if lead and step.is_needed and step.day is None and not step.anchor and lead.anchor not in (START, GO_LIVE):
        yield lead.anchor, step.calendar.days_back(lead, end)


def _before_date(node: _Node, found: dict[str, date]) -> None:
    """What a date that is not known asks of all that has to happen so long before it."""
    if (end := found.pop(node.id, None)) is None:
        return
    for step in node.sources:
        if step.lead is not None:
            until = step.calendar.days_back(replace(step.lead, is_before=False), end)
            found[step.id] = min(until, found.get(step.id, until))


# --- What is late ----------------------------------------------------------------------------------------------------


def _late(steps: Iterable[Step], plan: _Pass, forecast: _Pass, go_live: date | None) -> Iterable[Late]:
    """Live steps after the wanted go-live, what is not done on the day it is wanted on, and what cannot happen on the
    day that is set for it.
    """
    known = {step.id: step for step in steps}
    for step in known.values():
        days = [day for day in (step.day, step.wanted, go_live if step.is_live else None) if day]
        end = forecast.ends[step.id]
        if step.is_needed and not step.closed_on and days and end > min(days):
            yield Late(step.id, min(days), end, _cause(step, min(days), known, plan, forecast))


def _missed(steps: Iterable[Step]) -> Iterable[Missed]:
    """What is wanted on a day of its own and was done after it; of several such days after the last."""
    for step in steps:
        wanted, done = step.wanted_last or step.wanted, step.closed_on
        if step.is_done and wanted and done and done > wanted:
            yield Missed(step.id, wanted, step.day, done)


def _cause(step: Step, wanted: date, known: Mapping[str, Step], plan: _Pass, forecast: _Pass) -> str:
    """The step that makes one late."""
    if step.day and step.day > wanted and step.day == forecast.ends[step.id]:
        return step.id
    chain = _chain(step, known, forecast)
    return chain[-1] if plan.ends[step.id] <= wanted else _longest(chain, forecast)


def _longest(chain: Sequence[str], forecast: _Pass) -> str:
    """The step of a chain that takes the most time."""

    def length(name: str) -> int:
        before = forecast.drivers.get(name, "")
        return (forecast.ends[name] - forecast.ends[before]).days if before else 0

    return max(reversed(chain), key=length)


def _chain(step: Step, known: Mapping[str, Step], forecast: _Pass) -> list[str]:
    """A step and the open ones that hold it up, each by the next; the last is the one somebody is at, or could be."""
    found, name = [step.id], step.id
    while not known[found[-1]].is_running and (name := forecast.drivers.get(name, "")):
        before = known.get(name)
        if before is not None and before.closed_on is not None:
            break
        if before is not None and before.is_needed:
            found.append(name)
    return found

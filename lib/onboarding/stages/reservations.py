"""What a customer's answers reserve, what stands against it, and what finished tasks make of it.

Which task brings what is declared in one place: the profile's claims (`domain.reservation.Claim`), under
``assigned_by``, ``in_service_by`` and ``released_by``. A profile that does so for the numbers every profile reserves
has claims of the names in `NUMBERS`, which take their place.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from onboarding.answers.check import Checked
from onboarding.answers.messages import make_problem, shown
from onboarding.domain.answer_text import lazy_answer
from onboarding.domain.event import REMOVED
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.json import JSON
from onboarding.domain.language import _
from onboarding.domain.number_range import DidRange, union
from onboarding.domain.question import Problem
from onboarding.domain.reservation import (
    NUMBER,
    Ageing,
    Claim,
    InventoryItem,
    InventoryState,
    Key,
    Move,
    Reservation,
    plain_mac,
    reservations,
)
from onboarding.domain.task import Task
from onboarding.domain.validity import Validity
from onboarding.errors import InputError
from onboarding.profile.model import Profile
from onboarding.stages.context import Context

NUMBERS = (
    Claim("port", "Number to keep", NUMBER, "port_numbers.number"),
    Claim("new", "Number of a user", NUMBER, "users.number"),
)
"""What every profile's answers reserve, whatever it declares besides."""

GONE = {
    InventoryState.AGEING: "ageing",
    InventoryState.RELEASED: "released",
    InventoryState.PORTED_OUT: "ported-out",
}
"""The problem with naming what is the customer's no more."""

STATES = {
    InventoryState.RESERVED: _("reserved"),
    InventoryState.ASSIGNED: _("assigned"),
    InventoryState.IN_SERVICE: _("in service"),
    InventoryState.PARKED: _("parked"),
    InventoryState.AGEING: _("ageing"),
    InventoryState.RELEASED: _("released"),
    InventoryState.PORTED_OUT: _("ported out"),
}
"""Where an item stands, in words."""

SHOWN = 3
"""Values or ranges of numbers that one problem names."""


def claims_of(profile: Profile) -> list[Claim]:
    """The profile's claims, after those of every profile, so that a ported number is called one."""
    return list({claim.id: claim for claim in (*NUMBERS, *profile.claims)}.values())


def reserved(profile: Profile, checked: Checked, customer: str) -> list[Reservation]:
    """What checked answers reserve."""
    return list(reservations(claims_of(profile), checked.values, customer))


def ageing_of(profile: Profile) -> Ageing:
    """For how many days the numbers of each claim age."""
    return {claim.id: claim.ageing_days for claim in claims_of(profile)}


def wanted(reserved: Iterable[Reservation]) -> dict[Key, str]:
    """Key -> claim: the first that names it."""
    found: dict[Key, str] = {}
    for item in reserved:
        found.setdefault(item.key, item.claim.id)
    return found


def with_problems(
    checked: Checked,
    profile: Profile,
    reserved: Sequence[Reservation],
    own: Mapping[Key, InventoryItem],
    taken: Mapping[Key, str],
    ageing: Mapping[Key, date],
) -> Checked:
    """The answers with a problem wherever the inventory is against them.

    An error at every place that names what another customer has, or what is ``ageing`` until a day since it had it,
    without saying who. Warnings: at what is the customer's no more and still named, and for what it does not name any
    more but keeps.

    Where the answers name what the customer has not, others may take or release it at any time: no day is sure to have
    the same problems.
    """
    found: dict[tuple[str, int | None], Problem] = {}
    gone = {key: item for key, item in own.items() if item.state.is_gone}
    zone = profile.data.calendar.build().zone
    for one in reserved:
        if one.key in taken or one.key in gone:
            place = one.claim.place, checked.place(one.claim.place, one.row)
            value = shown(lazy_answer(None, one.value, country=profile.country))
            if one.key in taken:
                code = "taken-ageing" if one.key in ageing else "taken"
                problem = make_problem(code, *place, value=value, day=ageing.get(one.key))
            else:
                item = gone[one.key]
                day = item.until and item.until.astimezone(zone).date()
                problem = make_problem(GONE[item.state], *place, severity="warning", value=value, day=day)
            found.setdefault(place, problem)
    unnamed = own.keys() - {one.key for one in reserved}
    more = [*found.values(), *_kept(profile, (item for key, item in own.items() if key in unnamed))]
    if any(one.key not in own or one.key in gone for one in reserved):
        checked = replace(checked, validity=Validity(date.max, date.min))
    return replace(checked, problems=(*checked.problems, *more)) if more else checked


def keys_outside(profile: Profile, reserved: Iterable[Reservation]) -> list[Reservation]:
    """What a customer is known by on a system that procedures delete it from."""
    named = {one.confirm for one in profile.procedures.values() if one.kind == "delete"}
    return [one for one in reserved if one.claim.question in named]


def with_deleted(checked: Checked, named: Iterable[Reservation], deleted: Mapping[Key, date]) -> Checked:
    """The answers with a warning where a customer of the same key was deleted before, on that day (M-23)."""
    more = []
    for one in named:
        if day := deleted.get(one.key):
            place = one.claim.place, checked.place(one.claim.place, one.row)
            value = shown(lazy_answer(None, one.value))
            more.append(make_problem("deleted-before", *place, severity="warning", value=value, day=day))
    return replace(checked, problems=(*checked.problems, *more)) if more else checked


def _kept(profile: Profile, unnamed: Iterable[InventoryItem]) -> Iterator[Problem]:
    """One problem for each claim and state of what the customer keeps though its answers do not name it."""
    claims = {claim.id: claim for claim in claims_of(profile)}
    kept: dict[tuple[str, InventoryState], list[InventoryItem]] = {}
    for item in unnamed:
        if item.state.is_kept and item.what in claims:
            kept.setdefault((item.what, item.state), []).append(item)
    for (what, state), items in kept.items():
        ways = list(_ways(profile, claims[what]))
        code, value = "kept" if ways else "kept-for-good", _listed(items)
        yield make_problem(code, claims[what].place, severity="warning", value=value, state=STATES[state], ways=ways)


def _ways(profile: Profile, claim: Claim) -> Iterator[str]:
    """Titles of the tasks and procedures that release such things."""
    yield from (task.title for name in claim.released_by if (task := profile.task(name)))
    kinds = ("delete", "remove-range") if claim.form == NUMBER else ("delete",)
    yield from (procedure.title for procedure in profile.procedures.values() if procedure.kind in kinds)


def _listed(items: Sequence[InventoryItem]) -> str:
    """The first values; numbers by the range."""
    values = [item.value for item in items]
    if items[0].kind == NUMBER:
        values = [str(one) for one in union(DidRange(value, value) for value in values)]
    return ", ".join(values[:SHOWN]) + (" …" if len(values) > SHOWN else "")


ANSWERS_KEPT = _("The answers are kept. Correct them, or release it there first.")


def refuse_taken(taken: Mapping[Key, str], ageing: Mapping[Key, date], remedy: str = ANSWERS_KEPT) -> None:
    """Raises InputError CLAIM-TAKEN naming what another customer has, and its id, or what is ``ageing`` until a day
    since it had it; for our own people's eyes.
    """
    named = [
        f"{key[2] if key[0] == NUMBER else f'{key[0]} {key[2]}'} "
        + (f"is ageing until {ageing[key]}, it was {who}'s" if key in ageing else f"is {who}'s")
        for key, who in taken.items()
    ]
    if named:
        one = _("Only one customer can have each of these: {things}.")
        more = _("Only one customer can have each of these: {things}, and {count} more.")
        message = _(more if len(named) > 5 else one, things=", ".join(named[:5]), count=len(named) - 5)
        raise InputError("CLAIM-TAKEN", message, remedy)


def brought(profile: Profile, task: str) -> dict[str, InventoryState]:
    """Claim -> where its items stand once the task is finished; empty when the task brings none."""
    return {claim.id: state for claim in claims_of(profile) if (state := claim.brought_by(task))}


def move_of(
    to: Mapping[str, InventoryState], task: TaskRecord, evidence: Iterable[Evidence], reserved: Sequence[Reservation]
) -> Move:
    """What becomes of a customer's items with this state of a task that brings some (`brought`).

    A finished task moves all items of its claims. Before it is finished, those move that were read back from an outside
    system. What was read back once, is there no more since the same record was changed, and is named by no answer, is
    released; a number is parked, which stays the customer's until it is given up, and is in service again only when the
    answers name it.
    """
    ours = (line for line in evidence if line.task == task.task)
    read = [line for line in ours if line.observed is not None or line.what.kind == REMOVED]
    now = _texts({line.subject: line for line in read}.values())
    gone = _texts(read) - now
    named = {one.key for one in reserved}
    there = {one.key for one in reserved if now.issuperset(one.shows_as)}
    is_done = task.state is TaskState.DONE

    def move(item: InventoryItem) -> InventoryState:
        state = to.get(item.what, item.state)
        if state is InventoryState.RELEASED:
            return state if is_done and item.state.is_kept else item.state
        if item.value in gone and item.key not in named and item.state.is_kept:
            return InventoryState.PARKED if item.kind == NUMBER else InventoryState.RELEASED
        if item.state is InventoryState.PARKED and item.key not in named:
            return item.state
        return state if is_done or item.key in there else item.state

    return move


def of_rows(records: Iterable[TaskRecord], reserved: Iterable[Reservation], context: Context) -> frozenset[Key] | None:
    """What the tasks of rows bring: what belongs to their rows, and once all are closed what belongs to no row.

    None for what a task brings that is not for every row.
    """
    tasks = [task for record in records if (task := context.task(record.task)) is not None]
    if not tasks or tasks[0].row is None:
        return None
    closed = {record.task for record in records if record.state.is_closed}
    others = (one for one in context.made_of(tasks[0].declared) if one.id not in closed and context.is_needed(one))
    is_last = all((kept := context.record.tasks.get(one.id)) and kept.state.is_closed for one in others)
    found: set[Key] = set()
    places: dict[str, set[int] | None] = {}
    for one in reserved:
        table = one.claim.place.partition(".")[0]
        if table not in places:
            places[table] = places_of(tasks, table, context)
        own = places[table]
        if is_last if own is None else one.row in own:
            found.add(one.key)
    return frozenset(found)


def places_of(tasks: Iterable[Task], table: str, context: Context) -> set[int] | None:
    """Places of the rows of a table that belong to any of the tasks; None where all of them belong to each."""
    found: set[int] = set()
    for task in tasks:
        if task.each is None or task.row is None:
            return None
        own = context.table_rows.about(task.each, task.row.key, table)
        if own is None:
            return None
        found.update(own)
    return found


def limited(move: Move, keys: Container[Key]) -> Move:
    """The same of these items alone."""
    return lambda item: move(item) if item.key in keys else item.state


def sparing(to: Move, beside: Collection[Key], ours: Collection[Key]) -> Move:
    """The move without what other services of the customer name: it moves for all where it is ``ours`` too, but what
    they name is not released by one alone.
    """

    def move(item: InventoryItem) -> InventoryState:
        state = to(item)
        is_theirs = item.key in beside and (item.key not in ours or state is InventoryState.RELEASED)
        return item.state if is_theirs else state

    return move if beside else to


def removal(target: str) -> Move:
    """What becomes of a customer's items when a range of numbers (``start-end``) was given up, or everything."""
    start, _, end = target.partition("-")

    def move(item: InventoryItem) -> InventoryState:
        is_gone = not target or (item.kind == NUMBER and int(start) <= int(item.value) <= int(end))
        return InventoryState.RELEASED if is_gone else item.state

    return move


def _texts(lines: Iterable[Evidence]) -> set[str]:
    """All values of what was read back, as items are compared; of a range every number."""
    found = {text for line in lines for text in _values(line.observed or {})}
    return {text.casefold() for text in found} | {plain_mac(text) for text in found} - {""}


def _values(body: Mapping[str, JSON]) -> Iterator[str]:
    yield from (str(value) for value in body.values())
    with suppress(ValueError):
        yield from DidRange(str(body.get("start")), str(body.get("end"))).numbers()

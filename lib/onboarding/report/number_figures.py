"""Telephone numbers: what was ordered to be moved or newly given, and where each of them stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onboarding.domain.answer_text import full_name
from onboarding.domain.history import TaskState
from onboarding.domain.language import _
from onboarding.domain.number import area_code
from onboarding.domain.report import NUMBERS
from onboarding.domain.reservation import NUMBER, InventoryItem, InventoryState
from onboarding.domain.task import Task
from onboarding.report.delivery import Count, Delivery, Proof
from onboarding.stages.context import Context
from onboarding.stages.planners.mail import e911_address
from onboarding.stages.reservations import STATES


@dataclass(frozen=True, slots=True)
class NumberFigure:
    """One known number (E.164). ``kind`` is port or new, ``state`` words, ``e911`` the address registered for it."""

    number: str
    kind: str
    state: str
    proof: Proof
    user: str = ""
    extension: str = ""
    site: str = ""
    carrier: str = ""
    e911: str = ""


@dataclass(frozen=True, slots=True)
class LeftNumber:
    """One number that nobody uses any more, or that is the customer's no more: where it stands since when, in words,
    and until when it is given to nobody.
    """

    number: str
    state: str
    since: datetime
    until: datetime | None = None


def left_numbers(items: Iterable[InventoryItem], at: datetime) -> Iterator[LeftNumber]:
    """Those among the items that are parked or gone at an instant."""
    for item in (one.as_of(at) for one in items if one.kind == NUMBER):
        if item.state is InventoryState.PARKED or item.state.is_gone:
            yield LeftNumber(item.value, STATES[item.state], item.since, item.until)


@dataclass(frozen=True, slots=True)
class RequestFigure:
    """One request for new numbers; ``assigned`` counts those of its area code that users have."""

    area_code: str
    quantity: int
    assigned: int
    listing: str
    e911: str


class Numbers:
    """The numbers of one customer."""

    def __init__(self, context: Context, delivery: Delivery) -> None:
        self.context = context
        self.delivery = delivery
        tally = context.profile.report.tally(NUMBERS)
        self.progress_of = {
            "port": _phase(context, delivery, "port_orders", tally.port if tally else ()),
            "new": _phase(context, delivery, "new_numbers", tally.new if tally else ()),
        }
        self.others = _others(context, tally.holders if tally else ())
        self.users = {user["number"]: user for user in context.rows("users") if user.get("number")}
        self.in_service = {
            (subject.partition("/")[0], observed.get("number"))
            for subject, observed in delivery.seen.items()
            if observed and "/" in subject
        }

    def known(self) -> list[NumberFigure]:
        """Every number the answers name: those to port first, each once."""
        found: dict[str, NumberFigure] = {}
        orders = {order.get("btn"): order for order in self.context.rows("port_orders")}
        for row in self.context.rows("port_numbers"):
            if number := str(row.get("number") or ""):
                found[number] = self._figure(number, "port", orders.get(row.get("btn"), {}))
        for number, user in self.users.items():
            if number not in found:
                found[number] = self._figure(str(number), str(user.get("number_source") or "new"), {})
        return list(found.values())

    def _figure(self, number: str, kind: str, order: Mapping[str, Any]) -> NumberFigure:
        user = self.users.get(number, {})
        proof, state = self._state(number, kind, user)
        who = full_name(user) or self.others.get(number, "")
        return NumberFigure(
            number, kind, state, proof, who, str(user.get("extension") or ""),
            str(user.get("site") or order.get("site") or ""), str(order.get("losing_carrier") or ""),
            self._e911(number, kind, user),
        )  # fmt: skip

    def _state(self, number: str, kind: str, user: Mapping[str, Any]) -> tuple[Proof, str]:
        if (user.get("email"), number) in self.in_service:
            return Proof.READ_BACK, _("in service")
        return self.progress_of.get(kind, (Proof.OPEN, _("not requested")))

    def _e911(self, number: str, kind: str, user: Mapping[str, Any]) -> str:
        """The address registered with a new number: of the request for its area code, its user's site preferred."""
        rows = [row for row in self.context.rows("new_numbers") if row.get("area_code") == area_code(number)]
        with_address = [row for row in rows if row.get("e911")] if kind == "new" else []
        at_site = [row for row in with_address if row.get("e911_site") == user.get("site")]
        return e911_address((at_site or with_address)[0], self.context) if with_address else ""

    def requests(self) -> list[RequestFigure]:
        """Every request for new numbers with how many of them users have, counted off in the order of the requests."""
        new = [str(number) for number, user in self.users.items() if user.get("number_source") == "new"]
        left = Counter(map(area_code, new))
        found = []
        for row in self.context.rows("new_numbers"):
            code, quantity = str(row.get("area_code") or ""), int(row.get("quantity") or 0)
            assigned = min(quantity, left[code])
            left[code] -= assigned
            listing = row.get("listing_name") or _("yes") if row.get("directory_listing") else ""
            found.append(RequestFigure(code, quantity, assigned, listing, e911_address(row, self.context)))
        return found

    def counts(self, known: Sequence[NumberFigure]) -> dict[str, Count]:
        """Count by kind; new numbers that no user has yet stand where their request stands."""
        requests = self.context.rows("new_numbers")
        found = {kind: Count.of(figure.proof for figure in known if figure.kind == kind) for kind in ("port", "new")}
        rest = sum(int(row.get("quantity") or 0) for row in requests) - found["new"].ordered
        found["new"] += Count.of([self.progress_of["new"][0]] * rest)
        return {kind: count for kind, count in found.items() if count.ordered or (kind == "new" and requests)}


def _others(context: Context, holders: Sequence[str]) -> dict[str, str]:
    """Number -> what else than a user has it, by the answer to the question that names it."""
    found = {}
    for holder in holders:
        section, _, name = holder.partition(".")
        for row in context.rows(section):
            if row.get("number") and row.get(name):
                found[str(row["number"])] = str(row[name])
    return found


def _phase(context: Context, delivery: Delivery, action: str, named: Sequence[str]) -> tuple[Proof, str]:
    """Where the numbers of one kind stand as a whole: what the tasks from the request on say.

    ``named`` are those tasks where the profile's report names them, the request first.
    """
    chain = list(filter(None, map(context.profile.task, named)))
    stage = next((task.stage for task in context.profile.tasks if task.action == action), "")
    chain = chain or list(_chain(context.profile.tasks_of(stage), action))
    needed = [delivery.states[task.id] for task in chain if delivery.is_needed(task.id)]
    asking = chain[:1] if named else [task for task in chain if task.action == action]
    if not needed:
        return Proof.OPEN, _("not requested")
    if all(state.is_left_out for state in needed):
        return Proof.LEFT_OUT, _("left out")
    if all(state.is_closed for state in needed):
        return Proof.REPORTED, _("ported") if action == "port_orders" else _("delivered")
    requested = any(delivery.states.get(task.id) in (TaskState.DONE, TaskState.WAITING) for task in asking)
    return Proof.OPEN, _("requested") if requested else _("not requested")


def _chain(tasks: tuple[Task, ...], action: str) -> Iterator[Task]:
    """The task that makes the request and every later one of the stage that follows from it."""
    reached: set[str] = set()
    for task in tasks:
        if task.action == action or reached & set(task.after):
            reached.add(task.id)
            yield task

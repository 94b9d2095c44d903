"""What a procedure would touch: everything an outside system holds of a customer, exactly, and its digest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.connectors.base import Manageable, RemoteRecord
from onboarding.domain.action import Attachment
from onboarding.domain.json import JSON, digest
from onboarding.domain.reservation import NUMBER
from onboarding.domain.task import Procedure
from onboarding.engine.removing import records
from onboarding.errors import GateClosed, InputError

KNOWN_HERE = "known here"
"""Resource of what no outside system can be asked about and only our own record has."""


@dataclass(frozen=True, slots=True)
class Impact:
    """Exactly what a procedure would touch at this moment.

    ``key`` is the customer's key on the outside system, ``target`` the one thing the procedure is about (empty:
    everything). ``current`` is all there is, ``touched`` the part that is hit. ``is_observed`` is False when nothing
    could be read and our own record had to do. Two with the same ``digest`` hit the same things in the same state.
    """

    procedure: str
    key: str
    target: str
    current: tuple[RemoteRecord, ...]
    touched: tuple[RemoteRecord, ...]
    is_observed: bool

    @property
    def digest(self) -> str:
        things = [[one.resource, one.key, one.fields] for one in self.touched]
        return digest([self.procedure, self.key, self.target, self.is_observed, *things])

    @property
    def by_kind(self) -> Mapping[str, list[RemoteRecord]]:
        """Kind in words -> what is hit of it, in the order the system lists it."""
        found: dict[str, list[RemoteRecord]] = {}
        for one in self.touched:
            found.setdefault(one.kind, []).append(one)
        return found

    @property
    def counts(self) -> dict[str, int]:
        """Kind in words -> how many are hit; of a range of numbers its numbers, of a bundle its quantity."""
        return {kind: sum(one.amount for one in things) for kind, things in self.by_kind.items()}


def impact_of(case: Case, procedure: Procedure, target: str = "") -> Impact:
    """What the procedure would hit now.

    Raises InputError when the customer has no key yet or has no such target, Unavailable when the system cannot be
    read.
    """
    check_target(procedure, target)
    key = key_of(case, procedure)
    if procedure.kind == "remove":
        touched = records(case, procedure)
        is_read = not planning.connector(case, procedure.connector).is_manual
        return Impact(procedure.id, key, target, touched, touched, is_read)
    connector = planning.connector(case, procedure.connector)
    is_observed = isinstance(connector, Manageable)
    current = tuple(connector.inventory(key)) if isinstance(connector, Manageable) else tuple(_known_here(case))
    touched = tuple(_within(current, target)) if target else current
    return Impact(procedure.id, key, target, current, touched, is_observed)


def check_target(procedure: Procedure, target: str) -> None:
    """One range where it is about one, nothing else. Raises InputError PROCEDURE-TARGET."""
    if bool(target) is not (procedure.kind == "remove-range"):
        words = f"{procedure.title} is about one range." if not target else f"{procedure.title} is about everything."
        command = "Give the range with --target START-END, else leave it out."
        raise InputError("PROCEDURE-TARGET", words, "Give the range, first to last number; else leave it out.", command)


def key_of(case: Case, procedure: Procedure) -> str:
    """The customer's key on the outside system, as it was answered. Raises InputError PROCEDURE-KEY."""
    key = case.context().answer(procedure.confirm) if procedure.confirm else case.customer.id
    if not isinstance(key, str) or not key:
        raise InputError(
            "PROCEDURE-KEY", f"{case.customer.id} has no answer under {procedure.confirm}.", "Answer it first."
        )
    return key


def export(case: Case, impact: Impact) -> Attachment:
    """Everything that is known of the customer at this moment, there and here, as one JSON file."""
    record = case.record
    content = {
        "customer": asdict(case.customer),
        "exported_at": case.at,
        "exported_by": case.by,
        "procedure": impact.procedure,
        "is_observed": impact.is_observed,
        "current": [asdict(one) for one in impact.current],
        "answers": case.document,
        "tasks": [asdict(task) for task in record.tasks.values()],
        "decisions": [asdict(decision) for decision in record.decisions],
        "evidence": [asdict(line) for line in record.evidence],
        "inventory": [asdict(item) for item in case.store.inventory(case.customer.id)],
        "journal": [asdict(entry) for entry in case.store.journal(case.customer.id)],
    }
    text = json.dumps(content, default=str, ensure_ascii=False, indent=2, sort_keys=True)
    name = f"{case.customer.id}-before-{impact.procedure}-{case.at:%Y%m%dT%H%M%SZ}.json"
    return Attachment(name, "application/json", text.encode("utf-8", "replace"))


def _within(current: tuple[RemoteRecord, ...], target: str) -> Iterator[RemoteRecord]:
    """The one thing, and whatever has a number in it."""
    found = [one for one in current if one.key == target and len(one.numbers) == 2]
    if not found:
        ranges = [one.key for one in current if len(one.numbers) == 2]
        known = f"There are: {', '.join(ranges)}." if ranges else "There is none."
        raise InputError("PROCEDURE-TARGET", f"No range {target[:60]!r} is there.", known)
    first, last = (int(number) for number in found[0].numbers)
    yield found[0]
    yield from (one for one in current if len(one.numbers) == 1 and first <= int(one.numbers[0]) <= last)


def refuse_assigned(impact: Impact) -> None:
    """A range goes only when nobody has a number of it. Raises GateClosed."""
    if impact.target and (users := [one.key for one in impact.touched if one.key != impact.target]):
        who = ", ".join(users[:5]) + (f" and {len(users) - 5} more" if len(users) > 5 else "")
        words = f"Numbers of {impact.target} are assigned to {who}."
        raise GateClosed("PROCEDURE-ASSIGNED", words, "Take the numbers from these users first.")


def _known_here(case: Case) -> Iterator[RemoteRecord]:
    """Users and numbers by our own record: of a customer with several services those of this one."""
    for row in case.context().rows("users"):
        name = str(row.get("user_name") or row.get("email") or row.get("extension") or "")
        yield RemoteRecord(KNOWN_HERE, "users", name, dict(row))
    for item in case.inventory():
        if item.kind == NUMBER and not item.state.is_gone:
            fields: dict[str, JSON] = {"number": item.value, "kind": item.what, "state": item.state}
            yield RemoteRecord(KNOWN_HERE, "numbers", item.value, fields)

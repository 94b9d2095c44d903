"""What becomes of a customer's numbers by somebody's word: parked, in service again, ported out, given up or back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from onboarding.case.case import Case
from onboarding.domain.event import Event
from onboarding.domain.history import Evidence
from onboarding.domain.language import _
from onboarding.domain.reservation import NUMBER, STEPS, InventoryItem, InventoryState, Key
from onboarding.errors import InputError
from onboarding.stages.reservations import STATES, ageing_of, refuse_taken
from onboarding.store.lock import LOCK_WAIT

SUBJECT = "numbers"
"""Under which the record keeps what was stated of numbers."""

STATED = (
    InventoryState.IN_SERVICE,
    InventoryState.PARKED,
    InventoryState.PORTED_OUT,
    InventoryState.RELEASED,
    InventoryState.RESERVED,
)
"""Where people may say that a number stands; what is given up ages by itself."""


def state_numbers(case: Case, numbers: Sequence[str], to: InventoryState, why: str) -> list[InventoryItem]:
    """Keeps where the customer's numbers (E.164) stand from now on; returns them as they stand then.

    What is released from service begins to age; what is ageing and said to be released is free before its day. Raises
    InputError NUMBER-REASON, NUMBER-UNKNOWN for one that is not the customer's, NUMBER-STATE where it cannot go there
    from where it stands, CLAIM-TAKEN where another customer has it by now: nothing is kept then.
    """
    if not why.strip():
        raise InputError("NUMBER-REASON", "It is not said why.", "Give the reason with --note; it is kept.")
    store, name = case.store, case.customer.id
    with store.lock(name, wait=LOCK_WAIT):
        items = {key: item for key, item in _numbers(case).items() if item.value in numbers}
        _refuse(numbers, to, items)
        if to is InventoryState.RESERVED:
            refuse_taken(store.standing(name, items, case.at)[1], {}, _("Nothing was changed. Release it there first."))
        what = Event("number.stated", SUBJECT, {"number": ", ".join(numbers), "state": STATES[to], "why": _plain(why)})
        store.add_evidence(name, Evidence(SUBJECT, case.at, case.by, what, entered_by=case.entered_by))
        ageing = {key for key, item in items.items() if item.state is InventoryState.AGEING}
        if to is InventoryState.RELEASED and ageing:
            _move(case, ageing, InventoryState.RESERVED)
        _move(case, items.keys(), to)
        case.note_progress()
        return [item for key, item in _numbers(case).items() if key in items]


def _plain(why: str) -> str:
    return why.strip().rstrip(".")


def _numbers(case: Case) -> dict[Key, InventoryItem]:
    items = (item.as_of(case.at) for item in case.store.inventory(case.customer.id) if item.kind == NUMBER)
    return {item.key: item for item in items}


def _refuse(numbers: Sequence[str], to: InventoryState, items: dict[Key, InventoryItem]) -> None:
    known = {item.value for item in items.values()}
    if strange := [number for number in numbers if number not in known]:
        words = f"Not among the customer's numbers: {', '.join(strange)[:200]}."
        raise InputError("NUMBER-UNKNOWN", words, "`onboard numbers CUSTOMER` lists them.")
    for item in items.values():
        if to not in STEPS[item.state] or to not in STATED:
            ways = [state.value for state in STEPS[item.state] if state in STATED]
            words = f"{item.value} is {item.state.value}: from there it is not {to.value} next."
            raise InputError("NUMBER-STATE", words, f"It can be: {', '.join(ways)}.")


def _move(case: Case, keys: Collection[Key], to: InventoryState) -> None:
    def move(item: InventoryItem) -> InventoryState:
        return to if item.key in keys else item.state

    case.store.move(case.customer.id, move, case.at, case.by, ageing_of(case.profile))

"""What becomes free in the inventory because somebody has taken it away by hand, or done it anew for other answers.

What an outside system shows is known from what was read back (`stages.reservations.move_of`). What a person did is
known from the answers it was done with: whatever they named then and no answer names now has gone with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from onboarding.domain.event import ADOPTED_TASK, REMOVED, REPORTED, SENT
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.reservation import NUMBER, InventoryItem, InventoryState, Key, Move, Reservation, reservations
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.removal import is_guarded, removals
from onboarding.stages.reservations import claims_of, places_of


def freed(
    to: Mapping[str, InventoryState],
    records: Iterable[TaskRecord],
    evidence: Sequence[Evidence],
    named: Iterable[Reservation],
    context: Context,
) -> frozenset[Key]:
    """What tasks that bring such items (``to``) had brought and the answers do not name any more, now that these
    ``records`` of them are kept with this ``evidence``.
    """
    done = (context.task(one.task) for one in records if one.state is TaskState.DONE)
    over = [task for task in done if task is not None and _is_over(task, evidence, context)]
    brings = {claim for claim, state in to.items() if state is not InventoryState.RELEASED}
    found = {one.key for task in over for one in _brought(task, context) if one.claim.id in brings}
    return frozenset(found - {one.key for one in named})


def freeing(move: Move, keys: Collection[Key]) -> Move:
    """The move, but for what is free: a number is parked and stays the customer's, anything else is released."""

    def to(item: InventoryItem) -> InventoryState:
        if item.key not in keys or not item.state.is_kept:
            return move(item)
        return InventoryState.PARKED if item.kind == NUMBER else InventoryState.RELEASED

    return to if keys else move


def _is_over(task: Task, evidence: Sequence[Evidence], context: Context) -> bool:
    """Whether nothing of what was brought for earlier answers is left: a person says so, or two have removed it."""
    if not is_guarded(task):
        return any(line.task == task.id and line.what.kind == REPORTED for line in evidence)
    lines = [*context.lines(task.id, of_all_phases=True), *(line for line in evidence if line.task == task.id)]
    return bool(lines) and lines[-1].what.kind == REMOVED and not removals(task, context)


def _brought(task: Task, context: Context) -> Iterator[Reservation]:
    """What the answers named with which the task was done, of the task of a row what belonged to that row."""
    kinds = (*SENT, REPORTED, ADOPTED_TASK)
    lines = context.lines(task.id, of_all_phases=True)
    for version in dict.fromkeys(line.version for line in lines if line.what.kind in kinds):
        then = context.as_of(version)
        was = then.task(task.id) if then else None
        if then is None or was is None:
            continue
        for one in reservations(claims_of(then.profile), then.values, context.customer.id):
            if was.row is None or one.row in (places_of([was], one.claim.place.partition(".")[0], then) or ()):
                yield one

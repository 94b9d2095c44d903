"""Who owes what, on a terminal: tasks and decisions as lines, the rows of one task together on one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from onboarding.cli import show
from onboarding.text import first_few

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.stages.owed import Owed, OwedByRow

SHOWN = 5
"""Open rows, and reasons of rows, that are named."""


def table(case: Case, lines: Sequence[Owed | OwedByRow], with_done: bool = False) -> None:
    """Planned from the order on, promised (due), and with ``with_done`` when it was done."""
    columns = ["State", "Task", "Who", "Since", "Planned", "Due", *(["Done"] if with_done else []), "What"]
    show.table(columns, [row(case, one, with_done) for one in lines])


def row(case: Case, one: Owed | OwedByRow, with_done: bool = False) -> list[Any]:
    """State, id, who, since when, until when, and what it is with its reasons."""
    found = case.schedule().tasks.get(one.id) if one.kind == "task" else None
    planned, done = (show.day(found.planned_on), show.day(found.done_on)) if found else ("", "")
    since, due = days(case, one)
    rest = [*([done] if with_done else []), what(one)]
    return [state(case, one), one.id, who(case, one), since, planned, due, *rest]


def state(case: Case, one: Owed | OwedByRow) -> str:
    late = one.late(case.at)
    return f"{one.state.value}, {late}" if late else one.state.value


def who(case: Case, one: Owed | OwedByRow) -> str:
    """The party; where rows are with several the first of them, and how many more."""
    first, *more = map(case.profile.party_title, one.parties or [""])
    return first + (" (inferred)" if one.is_inferred else "") + (f" and {len(more)} more" if more else "")


def days(case: Case, one: Owed | OwedByRow) -> tuple[str, str]:
    """Since when and until when, to the hour where one is said; of rows the earliest."""
    hour = f", {one.due_by:%H:%M}" if one.due_on and one.due_by else ""
    return show.day(one.waits_since(case.at), case.calendar.zone), show.day(one.due_on) + hour


def what(one: Owed | OwedByRow) -> list[str]:
    """The title with what is missing; of rows with those that are open."""
    from onboarding.stages.owed import Owed

    if isinstance(one, Owed):
        return [one.named if one.gate else one.title, *one.reasons]
    labels = [line.view.task.row.label for line in one.still if line.view.task.row]
    title = f"{one.title}; open: {first_few(labels, SHOWN)}" if labels else str(one.title)
    return [title, *one.reasons[:SHOWN]]

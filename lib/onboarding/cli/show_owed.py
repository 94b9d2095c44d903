"""Who owes what, on a terminal: tasks and decisions as lines, the rows of one task together on one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from onboarding.cli import show
from onboarding.text import first_few

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.domain.task import Gate
    from onboarding.stages.owed import Owed, OwedByRow

SHOWN = 5
"""Open rows, and reasons of rows, that are named."""


def table(case: Case, lines: Sequence[Owed | OwedByRow], with_done: bool = False) -> None:
    """Planned from the order on, promised (due), and with ``with_done`` when it was done."""
    columns = ["State", "Task", "Who", "Since", "Planned", "Due", *(["Done"] if with_done else []), "What"]
    show.table(columns, [row(case, one, with_done) for one in lines])
    next_steps(case, lines)


def next_steps(case: Case, lines: Sequence[Owed | OwedByRow]) -> None:
    """The command for each decision that is owed, and for what two people remove."""
    for command in dict.fromkeys(command for one in lines for command in _commands(case, one)):
        show.line(command)


def next_step_of(case: Case, name: str) -> None:
    """The command for one task or decision, by its id, if it is owed and takes another than a report."""
    from onboarding.stages.owed import owed

    next_steps(case, [one for one in owed(case.progress()) if one.id == name])


def _commands(case: Case, one: Owed | OwedByRow) -> Iterator[str]:
    from onboarding.stages.owed import Owed
    from onboarding.stages.task_status import removal_of, waits_for_two

    whose = [case.customer.id, *(["--service", case.service] if case.service else [])]
    if isinstance(one, Owed) and one.gate and one.kind == "decision":
        gate = one.gate.gate
        role = one.party if one.party in gate.roles else gate.roles[0]
        proof = " --evidence FILE" if gate.needs_evidence else ""
        command = shlex.join([*whose, gate.id, "--approve", "--role", role])
        yield f"To decide {one.title!r}: `onboard gate {command} --by WHO{proof}` (or --reject).{_who_may(gate)}"
    tasks = [one.view] if isinstance(one, Owed) else [line.view for line in one.still]
    for task in (view.task for view in tasks if any(map(waits_for_two, view.reasons))):
        if found := removal_of(case.profile.procedures.values(), task.connector):
            words = shlex.join([*whose, found.id])
            shows, asks = f"onboard procedure show {words}", f"onboard procedure run {words} --by WHO --confirm KEY"
            yield f"To remove it: `{shows}` shows what would go, `{asks}` asks for it."


def _who_may(gate: Gate) -> str:
    """The rules by which one person alone cannot open it."""
    rules = ["every role approves, each by another person"] if gate.each_role else []
    rules += [f"{gate.quorum} people approve"] if gate.quorum > 1 and not gate.each_role else []
    rules += ["nobody approves answers of their own"] if gate.needs_four_eyes else []
    words = "; ".join(rules)
    return f" {words[0].upper()}{words[1:]}." if words else ""


def row(case: Case, one: Owed | OwedByRow, with_done: bool = False) -> list[Any]:
    """State, id as `onboard done` takes it, who, since when, until when, and what it is with its reasons."""
    from onboarding.domain.task import declared_id

    found = case.schedule().tasks.get(one.id) if one.kind == "task" else None
    planned, done = (show.day(found.planned_on), show.day(found.done_on)) if found else ("", "")
    since, due = days(case, one)
    rest = [*([done] if with_done else []), what(one)]
    return [state(case, one), declared_id(one.id), who(case, one), since, planned, due, *rest]


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

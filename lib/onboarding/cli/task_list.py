"""What waits for people at a customer: its tasks and decisions as a list, and how it stands in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from onboarding.cli import show, show_owed, show_status
from onboarding.cli.options import AsJson, AsOf, CustomerId, open_cases
from onboarding.cli.shell import command, flag, option
from onboarding.errors import InputError

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.domain.task import Channel
    from onboarding.stages.owed import Owed

PANEL = "People"
book = typer.Typer()

Everything = Annotated[bool, flag("--all", "Also what is done, not needed or not yet possible.")]


@command(book, "tasks", PANEL, "onboard tasks bright-smile", "onboard tasks bright-smile --channel portal")
def tasks(
    customer: CustomerId,
    everything: Everything = False,
    rows: Annotated[bool, flag("--rows", "Of a task for every row each row on a line of its own.")] = False,
    channel: Annotated[str, option("--channel", "HOW", "Only what is carried out so, such as portal.")] = "",
    as_json: AsJson = False,
    as_of: AsOf = "",
) -> None:
    """List what somebody has to do or decide now: who, since when, for when it is planned and promised.

    With --all the whole list of tasks, also those that are closed or still blocked by something, and when each was
    done. The rows of one task stand on one line, with how many are done and which are open.
    """
    from onboarding.stages.owed import listed, owed

    channels = _channels(channel)
    found: list[tuple[Case, list[Owed]]] = []
    for case in open_cases(customer, as_of):
        lines = listed(case.progress()) if everything else owed(case.progress())
        if channels:
            lines = [one for one in lines if one.gate is None and one.view.task.channel in channels]
        found.append((case, lines))
    if as_json:
        show.as_json([_task_json(case, one) for case, lines in found for one in lines])
        return
    for case, lines in found:
        show.service(case)
        _show_tasks(case, lines, everything, rows, channel if channels else "")


def _show_tasks(case: Case, lines: list[Owed], everything: bool, rows: bool, channel: str) -> None:
    from onboarding.stages.owed import at_rest, by_row

    progress = case.progress()
    if case.ended:
        show.line(case.ended)
    if channel and not lines:
        show.line(f"Nothing is to be done by way of {channel.strip()} now.")
        return
    if not lines:
        show.line(at_rest(progress))
        show_status.since_hand_over(case)
        return
    if (phase := case.record.phase).number > 1:
        show.line(f"Phase {phase.number}: {phase.title}")
    show_owed.table(case, lines if rows else by_row(lines, progress), everything)
    if everything:
        show.left_behind(case)


def _channels(text: str) -> list[Channel]:
    """The channels of tasks that can be carried out so: what may be done either way is done in the portal, too, and by
    an engineer (C-02). Empty for all. Raises InputError CHANNEL-UNKNOWN.
    """
    from onboarding.domain.task import Channel

    word = text.strip()
    if not word:
        return []
    if word not in list(Channel):
        remedy = f"Channels: {', '.join(Channel)}."
        raise InputError("CHANNEL-UNKNOWN", f"Nothing is carried out by way of {word[:40]!r}.", remedy)
    named = Channel(word)
    return [named, Channel.EITHER] if named in (Channel.PORTAL, Channel.ENGINEER) else [named]


def _task_json(case: Case, one: Owed) -> dict[str, Any]:
    record, row = (None, None) if one.gate else (one.view.record, one.view.task.row)
    days = None if one.gate else case.schedule().tasks.get(one.id)
    return {
        "service": case.engagement.service, "task": one.id,
        "each": row.task if row else "", "row": row.key if row else "",
        "row_name": row.label if row else "", "kind": one.kind, "title": one.title, "stage": one.stage,
        "state": one.state.value, "party": one.party, "is_inferred": one.is_inferred, "since": one.waits_since(case.at),
        "planned_on": days.planned_on if days else None, "latest_on": days.latest_on if days else None,
        "due_on": one.due_on, "due_by": one.due_by and f"{one.due_by:%H:%M}",
        "forecast_on": days.forecast_on if days else None, "done_on": days.done_on if days else None,
        "is_overdue": one.is_overdue(case.at), "reasons": one.reasons,
        "channel": "" if one.gate else one.view.task.channel.value,
        "evidence": "" if one.gate else one.view.task.evidence, "reference": record.reference if record else "",
    }  # fmt: skip


def next_line(case: Case) -> None:
    """Where the customer stands now, on one line."""
    from onboarding.stages.owed import at_rest, by_row, owed

    progress = case.progress()
    if words := at_rest(progress):
        show.line(words)
        return
    waiting = by_row(owed(progress), progress)
    show.line(f"{show.count(len(waiting), 'task')} open now; `onboard tasks {case.customer.id}` lists them.")

"""The course of a whole project: its phases, and who is accountable for what at this customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onboarding.case.case import Case
from onboarding.domain.history import PartyConfirmation, Phase
from onboarding.domain.task import Task
from onboarding.errors import InputError, Parked
from onboarding.stages.change_order import to_order
from onboarding.stages.task_status import ON_HOLD
from onboarding.stages.waiving import may_be_skipped, may_be_waived
from onboarding.store.lock import LOCK_WAIT
from onboarding.store.phases import EVERYTHING
from onboarding.text import first_few


def confirm_party(case: Case, task_id: str, party_id: str = "") -> str:
    """Keeps who is accountable for a task at this customer, the party of the profile by default; returns its id.

    A task that is already in somebody's hands passes to that party. Raises InputError for an unknown task or party.
    """
    case.refuse_ended()
    task = case.task(task_id)
    party = party_id or task.party
    if party not in case.profile.parties:
        known = ", ".join(case.profile.parties)
        raise InputError("PARTY-UNKNOWN", f"{case.profile.title} has no party {party!r}.", f"Parties: {known}.")
    case.store.confirm_party(case.customer.id, PartyConfirmation(task_id, party, case.by, case.at))
    current = case.record.tasks.get(task_id)
    if current is not None and current.state in ON_HOLD and current.party != party:
        case.set_task(replace(current, party=party, by=case.by), {task_id: current})
    case.note_progress()
    return party


def begin_phase(case: Case, title: str, is_change: bool = False) -> Phase:
    """Begins the customer's next phase: once-per-customer tasks stay closed, and so does what was done for a row, which
    is there once; all others begin anew.

    One that ``is_change`` is a change order: everything stays as it was handed over but what the answers would have
    done anew since. What was recorded stays in the record under its phase. Raises InputError without a title, or for a
    change order without a change, Parked while a task of the current phase is open.
    """
    case.refuse_ended()
    if not title.strip():
        raise InputError("PHASE-TITLE", "A phase needs a title.", 'Say what it is about: --title "Second building".')
    with case.store.lock(case.customer.id, wait=LOCK_WAIT):  # of two who begin one, the second sees the first's
        keep = _kept_by_next(case, is_change)
        phase = case.store.begin_phase(case.customer.id, title.strip(), keep, case.by, case.at)
        case.note_progress()
    return phase


def _kept_by_next(case: Case, is_change: bool) -> list[str]:
    """What the next phase keeps of this one. Raises as `begin_phase`."""
    still = [view.task for view in case.progress().tasks if not view.state.is_closed]
    if still:
        raise _still_open(still, case)
    if is_change and not to_order(case.context()):
        words = f"The answers of {case.customer.name} ask for nothing else than was handed over."
        raise InputError("CHANGE-NONE", words, "Change the answers first, then begin the change order.")
    return [EVERYTHING] if is_change else [task.id for task in case.context().tasks if task.is_once or task.row]


def _still_open(still: Sequence[Task], case: Case) -> Parked:
    """That tasks of the phase are open, and which may be left out or waived instead of done."""
    context, titles = case.context(), [task.title for task in still]
    message = f"Phase {case.record.phase.number} is not complete: {first_few(titles, 3)}."
    remedy = command = "Close what is open"
    if any(may_be_skipped(task, context) for task in still):
        remedy += ", leave out with a reason what nothing rests on"
        command += ", leave out with a reason what nothing rests on (`onboard skip`)"
    if any(may_be_waived(task, context) for task in still):
        remedy += ", have waived what may be"
        command += ", have waived what may be (`onboard waive`)"
    rest = ", then begin the next phase."
    return Parked("PHASE-OPEN", message, remedy + rest, command + rest)

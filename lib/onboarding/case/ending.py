"""A project that is called off before go-live, and one that is taken up again because that was a mistake.

A deletion and a conversion to a demonstration end it too: those are procedures (`engine.procedure`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onboarding.case.case import Case
from onboarding.domain.action import Verdict
from onboarding.domain.event import Event
from onboarding.domain.history import ENGAGEMENT, End, Ending, Evidence
from onboarding.domain.reservation import InventoryItem, InventoryState, Key
from onboarding.domain.sending import BY_MAIL
from onboarding.errors import InputError, Parked
from onboarding.stages.farewell import called_off
from onboarding.stages.gate import AGAIN
from onboarding.stages.reservations import ageing_of, sparing
from onboarding.stages.task_status import ON_HOLD, TaskStatus
from onboarding.store.lock import LOCK_WAIT
from onboarding.store.values import JournalEntry

ENDS = {"delete": Ending.DELETED, "demo": Ending.DEMO}
"""Kind of a procedure -> how the project has ended once it was carried out."""


def cancel(case: Case, why: str) -> tuple[TaskStatus, ...]:
    """Ends the project: nothing is planned, asked or done any more, and numbers and names are free for others.

    What is in service outside stays the customer's where the profile has a procedure that deletes it, until that was
    carried out. Returns the tasks that are with somebody, who has to be told by people; whoever was asked by mail is
    told by mail (`engine.farewell`). Raises InputError END-REASON, END-LIVE for a customer that is live,
    CUSTOMER-ENDED.
    """
    with case.store.lock(case.customer.id, wait=LOCK_WAIT):
        case.refuse_ended()
        _need_reason(why)
        progress = case.progress()
        if progress.is_complete or case.record.phase.number > 1:
            words = f"{case.customer.name} is live already: there is nothing to call off."
            remedy = "What was delivered is removed with a procedure"
            command = f"{remedy}; `onboard procedure list` shows them."
            raise InputError("END-LIVE", words, f"{remedy}.", command)
        is_removed = any(one.kind == "delete" for one in case.profile.procedures.values())

        def freed(item: InventoryItem) -> InventoryState:
            stays = is_removed and item.state in (InventoryState.IN_SERVICE, InventoryState.PARKED)
            return item.state if stays else InventoryState.RELEASED

        end, line = End(Ending.CANCELLED, case.at, case.by, why.strip()), _line(case, "engagement.cancelled", why)
        freed_here = sparing(freed, case.named_beside(), ())
        case.store.end(case.customer.id, end, [line], freed_here, ageing_of(case.profile))
        case.note_progress()
    return tuple(view for view in progress.waiting if view.state in ON_HOLD and view.task.connector != BY_MAIL)


def resume(case: Case, why: str) -> Mapping[Key, str]:
    """Takes up a project again that was called off; returns what another customer has by now, and who.

    What was freed is reserved anew, and stands again where finished tasks had brought it; what was withdrawn is to be
    asked for anew. Raises InputError END-REASON, END-NONE for a project that goes on, END-FINAL where the end cannot be
    taken back.
    """
    with case.store.lock(case.customer.id, wait=LOCK_WAIT):
        end = case.record.end
        if end is None:
            raise InputError("END-NONE", f"{case.customer.name} has not ended.", "There is nothing to take back.")
        if end.kind is not Ending.CANCELLED:
            words, command = f"That cannot be taken back. {case.ended}", "Make another customer with `onboard new`."
            raise InputError("END-FINAL", words, "Another customer has to be made.", command)
        _need_reason(why)
        moves = [move for one in case.record.tasks.values() if (move := case.brought_by([one]))]
        lines = [_line(case, "engagement.resumed", why), *_asked_anew(case, why)]
        taken = case.store.resume(case.customer.id, lines, case.wanted(), end.at, moves)
        case.note_progress()
    return taken


def _asked_anew(case: Case, why: str) -> Iterator[Evidence]:
    """A line for each decision that people were told is not needed any more: they are asked for it anew."""
    version = case.context().version
    for name in sorted(called_off(case.context())):
        what = Event(AGAIN, name, {"why": why.strip()})
        yield Evidence(name, case.at, case.by, what, version=version, entered_by=case.entered_by)


def refuse_ending(case: Case) -> None:
    """Raises Parked END-UNKNOWN while nobody knows whether a deletion or a conversion has happened."""
    ending = [one for one in case.profile.procedures.values() if one.kind in ENDS]
    begun = (
        {entry.task for entry in case.store.journal(case.customer.id) if _may_have_happened(entry)} if ending else ()
    )
    for procedure in ending:
        if f"procedure.{procedure.id}" in begun:
            message = f"It is not known whether {procedure.title} has happened. Nothing is done before that is known."
            command = f"Run it again: `onboard procedure run {case.customer.id} {procedure.id}` looks it up."
            remedy = f"Carry it out again under “{procedure.title}”: it is looked up."
            raise Parked("END-UNKNOWN", message, remedy, command)


def _may_have_happened(entry: JournalEntry) -> bool:
    return entry.outcome is None or entry.outcome.verdict not in (Verdict.REJECTED, Verdict.NOT_SENT)


def _need_reason(why: str) -> None:
    if not why.strip():
        command = "Give the reason with --reason; it is kept."
        raise InputError("END-REASON", "It is not said why.", "Give the reason; it is kept.", command)


def _line(case: Case, kind: str, why: str) -> Evidence:
    what = Event(kind, case.customer.id, {"why": why.strip()})
    return Evidence(ENGAGEMENT, case.at, case.by, what, entered_by=case.entered_by)

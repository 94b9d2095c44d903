"""Procedures that destroy something: never by one person alone, never blindly, never without an export.

The first person types the customer's key and asks; a second one, who looked at exactly what would be hit, approves.
The approval is bound to the digest of that and holds for a day; when the world has moved nothing is done. Then
everything is exported, the intent written down, the operation done once, and what is left to people becomes follow-ups.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.case.ending import ENDS
from onboarding.connectors.base import Manageable
from onboarding.domain.action import Action, Attachment, Operation, Outcome, Verdict
from onboarding.domain.event import REMOVED, Event
from onboarding.domain.history import End, Evidence
from onboarding.domain.task import Procedure
from onboarding.engine.approval import (
    CARRIED_OUT,
    EXPORTED,
    destructive,
    last_done,
    lines_of,
    name_of,
    procedure_of,
    prove,
    refuse_after_end,
    refuse_unapproved,
    standing,
)
from onboarding.engine.attempt import TOOK_EFFECT, Attempts, Wait, is_open, took_effect
from onboarding.engine.farewell import take_leave
from onboarding.engine.impact import Impact, check_target, export, key_of, refuse_assigned
from onboarding.engine.removing import refuse_held, release, remove
from onboarding.errors import InputError, Parked, Rejected, Unavailable
from onboarding.stages.plan import compare
from onboarding.stages.reservations import ageing_of, removal, sparing
from onboarding.store.lock import LOCK_WAIT
from onboarding.store.values import JournalEntry


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is left to people after a procedure; ``done`` is its proof."""

    number: int
    text: str
    done: Evidence | None = None


def run(case: Case, procedure_id: str, typed: str, target: str = "", wait: Wait = time.sleep) -> Outcome:
    """Carry the procedure out, if everything that must be confirmed before has been; else ask for it.

    ``typed`` is the customer's key, typed in full. Raises InputError for another one, GateClosed while the second
    person's word is missing (then it has been asked for), StalePlan when what would be hit is no longer what was
    approved, Parked while the end of an earlier attempt is not known, Rejected when the outside system said no. A
    deletion and a conversion end the customer's project.
    """
    outcome = _carry_out(case, procedure_id, typed, target, wait)
    if case.record.end is not None:
        take_leave(case, wait)
    return outcome


def _carry_out(case: Case, procedure_id: str, typed: str, target: str, wait: Wait) -> Outcome:
    with case.store.lock(case.customer.id, wait=LOCK_WAIT):
        procedure = destructive(case, procedure_id)
        check_target(procedure, target)
        _refuse_mistyped(case, procedure, typed)
        if procedure.kind == "remove":
            return _remove(case, procedure, wait)
        work = _Work(case, procedure, target, wait)
        if (ended := work.earlier()) is not None:
            return work.conclude(ended)
        now = standing(case, procedure_id, target)
        if work.is_idle() or not now.impact.touched:
            raise InputError("PROCEDURE-NOTHING", f"There is nothing left to do for {now.procedure.title}.")
        refuse_after_end(case, now)
        refuse_assigned(now.impact)
        refuse_unapproved(case, now)
        return work.conclude(work.do(now.impact))


def follow_ups(case: Case, procedure_id: str) -> list[FollowUp]:
    """What is left to people since it was last carried out; nothing before."""
    procedure = procedure_of(case, procedure_id)
    last = last_done(case, procedure)
    if last is None:
        return []
    proofs = {line.subject: line for line in lines_of(case, procedure) if line.reference == last.reference}
    left = (last.observed or {}).get("follow_ups") or ()
    return [FollowUp(n, str(text), proofs.get(_subject(n))) for n, text in enumerate(left, start=1)]


def close_follow_up(
    case: Case, procedure_id: str, number: int, note: str, document: Attachment | None = None
) -> FollowUp:
    """Somebody has done what was left; its proof is kept. Raises InputError for an unknown or closed one."""
    procedure = procedure_of(case, procedure_id)
    left = {one.number: one for one in follow_ups(case, procedure_id)}
    if number not in left or left[number].done is not None:
        still = ", ".join(str(one.number) for one in left.values() if one.done is None) or "none"
        raise InputError("FOLLOW-UP", f"There is no open follow-up {number} of {procedure.title}.", f"Open: {still}.")
    if not note.strip() and document is None:
        raise InputError("FOLLOW-UP-PROOF", "It is not said what was done.", "Give a note or a file as proof.")
    last = last_done(case, procedure)
    kept = case.store.keep_document(case.customer.id, document, case.by, case.at) if document else ""
    line = prove(
        case, procedure, Event("procedure.followed-up", procedure.id, {"note": note.strip()}), _subject(number),
        reference=last.reference if last else "", document=kept, document_name=document.name if document else "",
    )  # fmt: skip
    return FollowUp(number, left[number].text, line)


def _remove(case: Case, procedure: Procedure, wait: Wait) -> Outcome:
    """Approved as a whole, then one after the other; what was removed before it was stopped is gone."""
    now = standing(case, procedure.id)
    outcome = Outcome(Verdict.DONE)
    if now.impact.touched:
        refuse_after_end(case, now)
        refuse_unapproved(case, now)
        _keep_export(case, procedure, now.impact)
        attempts = Attempts.of(case, name_of(procedure), now.impact.digest, wait, lambda connector, problem: None)
        outcome = remove(case, procedure, attempts)
    elif not _is_cut_short(case, procedure):
        refuse_held(case, procedure)
        raise InputError("PROCEDURE-NOTHING", f"There is nothing left to do for {now.procedure.title}.")
    release(case, procedure)
    prove(case, procedure, Event(CARRIED_OUT, procedure.id, {"what": procedure.title}), now.impact.key)
    case.note_progress()
    return outcome


def _is_cut_short(case: Case, procedure: Procedure) -> bool:
    """Whether something was removed since the last export, and the end of that was not written down."""
    own, is_exported, is_open = name_of(procedure), False, False
    for line in case.record.evidence:
        if line.task == own and line.what.kind in (CARRIED_OUT, EXPORTED):
            is_exported, is_open = line.what.kind == EXPORTED, False
        is_open = is_open or (is_exported and line.what.kind == REMOVED)
    return is_open


def _keep_export(case: Case, procedure: Procedure, impact: Impact) -> None:
    """All that is known is kept before anything is done."""
    document = export(case, impact)
    kept = case.store.keep_document(case.customer.id, document, case.by, case.at)
    hit = {"digest": impact.digest, "counts": impact.counts, "is_observed": impact.is_observed,
           "follow_ups": list(_left_over(procedure, impact))}  # fmt: skip
    exported = Event(EXPORTED, procedure.id)
    prove(case, procedure, exported, impact.key, document=kept, document_name=document.name, observed=hit)


class _Work:
    """The operation itself, under the customer's lock."""

    def __init__(self, case: Case, procedure: Procedure, target: str, wait: Wait) -> None:
        self.case, self.procedure, self.target = case, procedure, target
        self.connector = planning.connector(case, procedure.connector)
        self.action = _action(case, procedure, key_of(case, procedure), target)
        self._wait = wait

    def earlier(self) -> JournalEntry | None:
        """An earlier attempt that took effect without its end having been written down.

        Raises Parked while that is not known; one that surely had no effect is closed and counts for nothing.
        """
        filed = {line.reference for line in lines_of(self.case, self.procedure)}
        for entry in self._entries():
            if entry.ref not in filed and is_open(entry):
                self._look_up(entry)
        left = [entry for entry in self._entries() if entry.ref not in filed and took_effect(entry)]
        return left[-1] if left else None

    def is_idle(self) -> bool:
        """Whether what is to be changed is so already."""
        if self.action.operation is not Operation.CHANGE:
            return False
        seen = self.connector.observe([self.action])
        return not compare(self.action, seen.get(self.action.id)).is_change

    def do(self, impact: Impact) -> JournalEntry:
        """Export, intent, operation, outcome."""
        case = self.case
        _keep_export(case, self.procedure, impact)
        name = name_of(self.procedure)
        attempts = Attempts.of(case, name, impact.digest, self._wait, lambda connector, problem: None)
        outcome = attempts.carry_out(self.action)
        if outcome.verdict is Verdict.UNKNOWN:
            raise _not_known(self.procedure, str(outcome.message))
        if outcome.verdict not in TOOK_EFFECT:
            raise Rejected("PROCEDURE-REFUSED", f"{self.action.summary}: {outcome.message}", "Nothing was done.")
        return self._entries()[-1]

    def conclude(self, entry: JournalEntry) -> Outcome:
        """Write down what was done, with what is left to people."""
        case, outcome = self.case, entry.outcome
        assert outcome is not None
        exported = [line for line in lines_of(case, self.procedure) if line.document]
        last = next((line for line in reversed(exported) if line.subject == self.action.key.partition("/")[0]), None)
        proof = {name: getattr(last, name) for name in ("document", "document_name", "observed")} if last else {}
        if self.procedure.kind in ("delete", "remove-range"):  # what the customer no longer has, another may be given
            beside = {} if self.target else case.named_beside()
            gone = sparing(removal(self.target), beside, ())
            case.store.move(case.customer.id, gone, case.at, case.by, ageing_of(case.profile))
        if kind := ENDS.get(self.procedure.kind):
            case.store.end(case.customer.id, End(kind, case.at, case.by, self.procedure.title))
        done = Event(CARRIED_OUT, self.procedure.id, {"what": self.action.summary})
        prove(case, self.procedure, done, self.action.key, reference=entry.ref, **proof)  # last: until then it goes on
        case.note_progress()
        return outcome

    def _entries(self) -> list[JournalEntry]:
        return self.case.store.journal(self.case.customer.id, self.action.id)

    def _look_up(self, entry: JournalEntry) -> None:
        self._wait(self.connector.settle)
        try:
            seen = self.connector.look_up(self.action, entry.ref)
        except Unavailable as problem:
            raise _not_known(self.procedure, problem.message) from None
        if seen is not None and seen.verdict is Verdict.UNKNOWN:
            raise _not_known(self.procedure, str(seen.message))
        outcome = seen or Outcome(Verdict.NOT_SENT, message=Event("attempt.without-effect", entry.ref))
        self.case.store.conclude(self.case.customer.id, entry.ref, outcome, self.case.at)


def _action(case: Case, procedure: Procedure, key: str, target: str) -> Action:
    """The operation as an action; by hand where the system cannot be worked from here."""
    connector, name = planning.connector(case, procedure.connector), name_of(procedure)
    whole = [key, target] if target else [key]
    summary, path = f"{procedure.title}: {', '.join(whole)}", "/".join(whole)
    place = f"{name}/{path}"
    if isinstance(connector, Manageable):
        op = connector.admin_operation(procedure.kind, key, target)
        return Action(place, name, procedure.connector, op.operation, op.resource, op.key, summary, op.body)
    values = [[label, value] for label, value in zip(("Customer", "Range"), whole, strict=False)]
    body = {"text": procedure.guide or procedure.title, "values": values, "evidence": "a screenshot of the result"}
    return Action(place, name, procedure.connector, Operation.ASK, "instruction", path, summary, body)


def _left_over(procedure: Procedure, impact: Impact) -> Iterable[str]:
    """The profile's checklist; after a demonstration also what stays on the platforms, by name."""
    yield from procedure.follow_ups
    if procedure.kind == "demo":
        for kind, things in impact.by_kind.items():
            if any(one.numbers or kind == "users" for one in things):
                yield f"On the platforms, remove the {kind} by hand: {', '.join(one.key for one in things)}"


def _refuse_mistyped(case: Case, procedure: Procedure, typed: str) -> None:
    key = key_of(case, procedure)
    if typed != key:
        raise InputError(
            "PROCEDURE-CONFIRM",
            f"{typed[:60]!r} is not the key of {case.customer.name} there." if typed else "The key was not typed.",
            f"Type what stands under {procedure.confirm or 'the customer id'} in full.",
            command=f"Type what stands under {procedure.confirm or 'the customer id'} in full, with --confirm.",
        )


def _subject(number: int) -> str:
    return f"follow-up {number}"


def _not_known(procedure: Procedure, why: str) -> Parked:
    words = f"It is not known whether {procedure.title} has happened: {why}"
    return Parked("PROCEDURE-UNKNOWN", words, "Nothing is sent again before that is known. Run it again later.")

"""The four eyes on what cannot be undone: who asked, who approved, bound to exactly what would be hit, for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onboarding.case.case import Case
from onboarding.case.ending import ENDS
from onboarding.case.people import lent, people_of, stranger
from onboarding.domain.event import Event
from onboarding.domain.history import Ending, Evidence, GateDecision
from onboarding.domain.people import is_one_person
from onboarding.domain.task import Procedure
from onboarding.engine.impact import Impact, impact_of
from onboarding.errors import GateClosed, InputError, StalePlan

HOLDS = timedelta(hours=24)
"""How long a request and its approval count."""
FIRST, SECOND = "first person", "second person"
DIGITS = 8
"""Fewest digits of a digest that are taken for it."""
CARRIED_OUT, EXPORTED = "procedure.done", "procedure.exported"
"""Kinds of the proof that a procedure was carried out, and that all was exported before."""
MAY_STILL = {
    "delete": (Ending.DEMO, Ending.CANCELLED),
    "remove-range": (Ending.CANCELLED,),
    "remove": (Ending.CANCELLED,),
    "demo": (),
}
"""Kind of a procedure -> the ends after which it may still be carried out."""


@dataclass(frozen=True, slots=True)
class ApprovalStanding:
    """Where a procedure stands: who asked for it, who approved it, both within their time and for this impact."""

    procedure: Procedure
    impact: Impact
    asked: GateDecision | None
    approved: GateDecision | None
    has_moved: bool
    has_expired: bool

    @property
    def people(self) -> str:
        """Who asked and who approved, in words."""
        if self.approved and self.asked:
            return f"Asked for by {_named(self.asked)}, approved by {_named(self.approved)}."
        if self.asked:
            return f"Asked for by {_named(self.asked)}. A second person has to approve it."
        return "What was approved is no longer what would be hit." if self.has_moved else "Nobody has asked for it."


def procedure_of(case: Case, procedure_id: str) -> Procedure:
    """Raises InputError for an unknown procedure."""
    found = case.profile.procedures.get(procedure_id)
    if found is None:
        known = ", ".join(case.profile.procedures) or "none"
        raise InputError(
            "PROCEDURE-UNKNOWN", f"{case.profile.title} has no procedure {procedure_id[:60]!r}.", f"There are: {known}."
        )
    return found


LOOK = "Press “Show what it would hit”"


def destructive(case: Case, procedure_id: str) -> Procedure:
    """The procedure, one that needs four eyes. Raises InputError."""
    procedure = procedure_of(case, procedure_id)
    if procedure.kind == "recover":
        words, command = f"{procedure.title} destroys nothing.", "Run it without --confirm and without approval."
        raise InputError("PROCEDURE-KIND", words, "Run it without key and approval.", command)
    return procedure


def standing(case: Case, procedure_id: str, target: str = "") -> ApprovalStanding:
    """Where it stands against what is there now. Raises as `impact_of`."""
    procedure = destructive(case, procedure_id)
    impact = impact_of(case, procedure, target)
    since = last_done(case, procedure)
    ours = [
        decision for decision in case.record.decisions
        if decision.gate == name_of(procedure) and decision.decided_on.get("target") == target
        and (since is None or decision.at > since.at)
    ]  # fmt: skip
    newest = next((d for d in reversed(ours) if d.role == SECOND), None)
    fresh = {d.role: d for d in ours if d.digest == impact.digest and _is_fresh(d, case.at)}
    asked, word = fresh.get(FIRST), fresh.get(SECOND)
    has_expired = newest is not None and not _is_fresh(newest, case.at)
    has_moved = newest is not None and not has_expired and newest.digest != impact.digest
    approved = word if word and word.is_approved else None
    return ApprovalStanding(procedure, impact, asked, approved, has_moved, has_expired)


def approve(case: Case, procedure_id: str, seen: str, is_approved: bool = True, target: str = "") -> GateDecision:
    """The second person's word on what they looked at; ``seen`` is its digest, or the first digits of it.

    Raises InputError PROCEDURE-PERSON when it is not theirs, LOGIN-LENT when somebody else enters it for a person with
    a login, GateClosed when nobody else has asked for it, StalePlan when something else would be hit by now.
    """
    now = standing(case, procedure_id, target)
    refuse_after_end(case, now)
    if not (len(seen) >= DIGITS and now.impact.digest.startswith(seen)):
        words = f"What {now.procedure.title} would hit is now {now.impact.digest[:12]}, not {seen[:12]}."
        command = "Look at it again (`onboard procedure show`), then decide on that."
        raise StalePlan("PROCEDURE-CHANGED", words, f"{LOOK} again, then decide on that.", command)
    if now.asked is None:
        words = f"Nobody has asked for {now.procedure.title} as things are now."
        raise GateClosed("PROCEDURE-NOT-ASKED", words, "The first person runs it, then a second one approves.")
    if _is_same(case, now.asked.by, case.by):
        raise GateClosed(
            "PROCEDURE-SAME-PERSON", f"{case.by} has asked for it and cannot approve it.", "A second person decides."
        )
    return _decide(case, now, SECOND, is_approved)


def refuse_after_end(case: Case, now: ApprovalStanding) -> None:
    """Raises InputError CUSTOMER-ENDED unless the procedure is left.

    Where nobody can see that it was carried out it may be asked for again.
    """
    kind = now.procedure.kind
    again = () if now.impact.is_observed or kind not in ENDS else (ENDS[kind],)
    case.refuse_ended(*MAY_STILL[kind], *again)


def may_be_carried_out(case: Case, procedure: Procedure) -> bool:
    """Whether a procedure is left, as far as the way says in which the project has ended."""
    end = case.record.end
    return end is None or end.kind in MAY_STILL.get(procedure.kind, ())


def refuse_unapproved(case: Case, now: ApprovalStanding) -> None:
    """Raises unless a second person has approved exactly this; asks for it where that is missing."""
    if now.approved is not None and not _is_same(case, now.approved.by, case.by):
        return
    if now.approved is not None:
        raise GateClosed(
            "PROCEDURE-SAME-PERSON", f"{case.by} has approved it and cannot carry it out.", "The other person runs it."
        )
    if now.asked is None:
        _decide(case, now, FIRST, True)
    command = f"`onboard procedure show {case.customer.id} {now.procedure.id}`"
    if now.has_moved:
        raise StalePlan(
            "PROCEDURE-CHANGED",
            f"What {now.procedure.title} would hit has changed since it was approved. Nothing was done.",
            f"{LOOK} again; a second person has to approve what is there now.",
            command=f"Look again with {command}; a second person has to approve what is there now.",
        )
    words = "The approval is older than a day" if now.has_expired else "A second person has to approve this"
    raise GateClosed(
        "PROCEDURE-EXPIRED" if now.has_expired else "PROCEDURE-APPROVAL",
        f"{words}: {now.procedure.title} of {now.impact.key}, {now.impact.digest[:12]}.",
        "They press “Show what it would hit”, then “Approve it as the second person”, within 24 hours.",
        command=f"They look with {command} and say yes with `onboard procedure approve`, within 24 hours.",
    )


def _decide(case: Case, now: ApprovalStanding, role: str, is_approved: bool) -> GateDecision:
    context = case.context()
    people, roles = people_of(case, context), roles_of(case, now.procedure)
    if refusal := stranger("PROCEDURE-PERSON", case.by, roles, people, context):
        raise refusal
    if is_approved and (refusal := lent(case.by, case.entered_by, people)):
        raise refusal
    hit = {"key": now.impact.key, "target": now.impact.target, **now.impact.counts}
    decision = GateDecision(
        name_of(now.procedure),
        is_approved,
        case.by,
        role,
        case.at,
        now.impact.digest,
        decided_on=hit,
        is_verified=people.has(case.by, roles),
        entered_by=case.entered_by,
    )
    case.store.decide(case.customer.id, decision)
    return decision


def _named(decision: GateDecision) -> str:
    return f"{decision.by} ({decision.doubt})" if decision.doubt else decision.by


def roles_of(case: Case, procedure: Procedure) -> tuple[str, ...]:
    """Who asks for a procedure and approves it: whose it is, and those who work with the tool."""
    return tuple(dict.fromkeys((procedure.party, *case.profile.runs)))


def _is_fresh(decision: GateDecision, at: datetime) -> bool:
    return decision.at <= at < decision.at + HOLDS


def _is_same(case: Case, one: str, other: str) -> bool:
    people = people_of(case, case.context())
    return people.identity(one) == people.identity(other) or is_one_person(people.named(one), people.named(other))


def lines_of(case: Case, procedure: Procedure) -> list[Evidence]:
    """Everything proved about a procedure, whatever the phase, oldest first."""
    phases = [*(phase.evidence for phase in case.record.earlier), case.record.evidence]
    return [line for lines in phases for line in lines if line.task == name_of(procedure)]


def prove(case: Case, procedure: Procedure, what: Event, subject: str = "", **proof: Any) -> Evidence:
    """Keeps a line of proof about a procedure; ``proof`` are the other fields of `Evidence`."""
    trust = not people_of(case, case.context()).has(case.by, roles_of(case, procedure))
    line = Evidence(
        name_of(procedure), case.at, case.by, what, subject, entered_by=case.entered_by, is_on_trust=trust, **proof
    )
    case.store.add_evidence(case.customer.id, line)
    return line


def last_done(case: Case, procedure: Procedure) -> Evidence | None:
    """The proof of the last time it was carried out."""
    done = [line for line in lines_of(case, procedure) if line.what.kind == CARRIED_OUT]
    return done[-1] if done else None


def name_of(procedure: Procedure) -> str:
    """Under which its decisions, journal and evidence are kept."""
    return f"procedure.{procedure.id}"

"""Decisions: what they are bound to, whether enough of them are there to open a gate, and what a no undoes.

An approval counts while what it was given on is as it was, until it expires. Of each person only the newest decision
counts. A gate is open while enough people in its roles approve and nobody says no. After a no the tasks that led up to
the decision are done anew, and so is every approval given before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from onboarding.domain.answer_text import lazy_answer
from onboarding.domain.difference import bound, differences
from onboarding.domain.event import REOPENED, Event
from onboarding.domain.history import Evidence, GateDecision, History, TaskRecord, TaskState
from onboarding.domain.json import JSON, digest
from onboarding.domain.language import _, join_or
from onboarding.domain.people import identity
from onboarding.domain.task import Gate, declared_id
from onboarding.stages.change_notes import ChangeNote, explained
from onboarding.stages.context import Context

ASKED = "gate.asked"
"""Kind of the event that the people of a decision were asked for it."""

AGAIN = "gate.again"
"""Kind of the event that a mail of unknown end has not arrived: they are asked again."""

MAILED = "gate.mailed"
"""Kind of the event that one of them was asked by mail."""

EVERYTHING = "*"
"""Under ``on``: the decision is bound to every answer."""


@dataclass(frozen=True, slots=True)
class GateStatus:
    """A gate as it stands; ``missing`` is empty when it is open.

    ``decisions`` is the newest one of each person, ``changes`` what has changed since somebody decided, and
    ``open_until`` the last day before the first approval that is needed expires. ``next_role`` is whose approval is
    outstanding where the party that is asked has given its own.
    """

    gate: Gate
    missing: tuple[str, ...] = ()
    decisions: tuple[GateDecision, ...] = ()
    changes: tuple[ChangeNote, ...] = ()
    open_until: date | None = None
    next_role: str = ""

    @property
    def owed_by(self) -> str:
        """The party that is waited for while it is closed."""
        return self.next_role or self.gate.owed_by

    @property
    def is_open(self) -> bool:
        return not self.missing

    def recorded(self, decision: GateDecision) -> list[tuple[str, str]]:
        """(label, answer) of what a decision records besides yes or no."""
        asked = [(question, decision.answers.get(question.name)) for question in self.gate.asks]
        return [(question.label, lazy_answer(question, value)) for question, value in asked if value is not None]


def bound_names(gate: Gate, context: Context) -> tuple[str, ...]:
    """The questions and sections a decision is bound to; for everything, all sections that are asked."""
    return tuple(context.values) if EVERYTHING in gate.on else gate.on


def decided_on(gate: Gate, context: Context) -> dict[str, JSON]:
    """The answers a decision on ``gate`` is bound to, by question or section id."""
    return bound(context.profile.questionnaire, bound_names(gate, context), context.values)


def decision_digest(gate: Gate, context: Context) -> str:
    """Digest of what is decided on: the gate's question and the bound answers."""
    return digest([gate.id, gate.question, decided_on(gate, context)])


def newest_decisions(gate: Gate, context: Context) -> list[GateDecision]:
    """The newest decision of each person that still counts, oldest first."""
    newest: dict[str, GateDecision] = {}
    for decision in counted(gate, context.record.decisions):
        newest.pop(identity(decision.by), None)
        newest[identity(decision.by)] = decision
    return list(newest.values())


def expires_at(decision: GateDecision, gate: Gate, context: Context) -> datetime | None:
    """The instant from which an approval does not count any more; a no does not expire."""
    if gate.expires is None or not decision.is_approved:
        return None
    return context.calendar.due_at(gate.expires, decision.at, {})


def standing(gate: Gate, context: Context) -> list[GateDecision]:
    """The decisions that hold now: the newest of each person, on what is answered now, not expired."""
    return [
        decision
        for decision in newest_decisions(gate, context)
        if _is_on_this(decision, gate, context) and not _has_expired(decision, gate, context)
    ]


def _is_on_this(decision: GateDecision, gate: Gate, context: Context) -> bool:
    """Whether what it was given on is what is asked and answered now.

    Where the digests differ, both versions of the answers are compared as they are read today: a reader that has become
    better undoes no decision.
    """
    if _is_asked_for_more(decision, gate, context):
        return False
    if decision.digest == decision_digest(gate, context):
        return True
    if not _is_bound_alike(decision, gate, context):
        return False
    is_same_question = decision.digest == digest([gate.id, gate.question, decision.decided_on])
    if not is_same_question or not decision.version or context.past is None:
        return False
    before = context.before(decision.version)
    return before is None or decided_on(gate, before) == decided_on(gate, context)


def _is_asked_for_more(decision: GateDecision, gate: Gate, context: Context) -> bool:
    """Whether another edition since wants more said with the decision, otherwise answered, or a file beside it."""
    then = context.under_edition_of(decision.version)
    was = then.profile.gates.get(gate.id) if then else None
    if was is None or not decision.is_approved:
        return False
    known = {question.name: (question.kind, question.options) for question in was.asks}
    is_more = any(known.get(question.name) != (question.kind, question.options) for question in gate.asks)
    return is_more or (gate.needs_evidence and not decision.document)


def redefined(gate: Gate, context: Context) -> list[GateDecision]:
    """The approvals that do not count any more because another edition has made the gate another since."""
    return [
        decision
        for decision in newest_decisions(gate, context)
        if decision.is_approved and _is_redefined(decision, gate, context)
    ]


def _is_redefined(decision: GateDecision, gate: Gate, context: Context) -> bool:
    then = context.under_edition_of(decision.version)
    was = then.profile.gates.get(gate.id) if then else None
    if was is None:
        return False
    is_alike = was.question == gate.question and _is_bound_alike(decision, gate, context)
    return not is_alike or _is_asked_for_more(decision, gate, context)


def _is_bound_alike(decision: GateDecision, gate: Gate, context: Context) -> bool:
    """Whether another edition since binds it to nothing more, and reads what it was bound to as it was read then."""
    then = context.under_edition_of(decision.version)
    if then is None:
        return True
    if EVERYTHING not in gate.on and not set(gate.on) <= decision.decided_on.keys():
        return False
    was, now = decided_on(gate, then), decided_on(gate, context.with_answers_of(decision.version))
    return all(was[name] == now[name] for name in was.keys() & now.keys())


def outdated(context: Context) -> tuple[frozenset[str], int]:
    """What has to be known of the past: sections some decision was bound to otherwise, and since which version.

    No section when every decision holds for the answers as they are.
    """
    names: set[str] = set()
    since: list[int] = []
    for gate in context.profile.gates.values():
        newest = newest_decisions(gate, context) if gate.kind == "decision" else []
        for decision in (decision for decision in newest if not _is_on_this(decision, gate, context)):
            names |= {name.partition(".")[0] for name in (*bound_names(gate, context), *decision.decided_on)}
            since.append(decision.version)
    return frozenset(names), min(since, default=0)


def decided_view(gate: Gate, context: Context) -> GateStatus:
    """The gate as its decisions leave it."""
    newest, holding = newest_decisions(gate, context), standing(gate, context)
    refused = [decision for decision in holding if not decision.is_approved]
    approvals = [decision for decision in holding if decision.is_approved and decision.role in gate.roles]
    if refused:
        reasons = [_refusal(decision) for decision in refused]
        return GateStatus(gate, tuple(reasons), tuple(newest))
    lacking = _lacking(gate, approvals, context)
    if not lacking:
        return GateStatus(gate, (), tuple(newest), open_until=_open_until(gate, approvals, context))
    lapsed = [decision for decision in newest if decision not in holding]
    changed = _changed(gate, lapsed, context)
    lacking += dict.fromkeys(_why_lapsed(decision, gate, context) for decision in lapsed if decision.is_approved)
    lacking += _sentences(changed)
    return GateStatus(gate, tuple(lacking), tuple(newest), tuple(changed), next_role=_next_role(gate, approvals))


def asked_at(gate: Gate, context: Context) -> datetime | None:
    """When the people of a decision were asked for what is to be decided now; None when nobody was, or only before
    somebody decided.
    """
    decided = max((one.at for one in context.record.decisions if one.gate == gate.id), default=None)
    lines = [line for line in context.lines(gate.id) if line.what.kind in (ASKED, AGAIN)]
    line = lines[-1] if lines and gate.kind == "decision" else None
    if line is None or line.what.kind == AGAIN or (decided and decided > line.at):
        return None
    return line.at if line.what.values.get("digest") == decision_digest(gate, context) else None


def asking(gate: GateStatus, context: Context, by: str) -> Evidence:
    """The line for the record that the people of a decision are asked for it."""
    values = {
        "party": _(context.profile.party_title(gate.owed_by)), "title": _(gate.gate.title),
        "digest": decision_digest(gate.gate, context),
    }  # fmt: skip
    return Evidence(gate.gate.id, context.at, by, Event(ASKED, gate.gate.id, values), version=context.version)


def _next_role(gate: Gate, approvals: Sequence[GateDecision]) -> str:
    if not gate.each_role or gate.owed_by not in {decision.role for decision in approvals}:
        return ""
    return next((role for role in _left(gate, approvals)), "")


def _left(gate: Gate, approvals: Sequence[GateDecision]) -> list[str]:
    """Of a gate that each role approves the roles that have not."""
    return [role for role in gate.roles if role not in {decision.role for decision in approvals}]


SHOWN = 5
"""Changes that are listed one by one."""


def _refusal(decision: GateDecision) -> str:
    if decision.note:
        return _("{who} said no. {note}", who=decision.by, note=decision.note)
    return _("{who} said no.", who=decision.by)


def _lacking(gate: Gate, approvals: Sequence[GateDecision], context: Context) -> list[str]:
    title = context.profile.party_title
    if gate.each_role:
        left = _left(gate, approvals)
        return [_("The approval of {party} is outstanding.", party=_(title(role))) for role in left]
    number = gate.quorum - len(approvals)
    roles = join_or([_(title(role)) for role in gate.roles])
    if number > 1:
        return [_("{count} approvals by {parties} are outstanding.", count=number, parties=roles)]
    return [_("1 approval by {parties} is outstanding.", parties=roles)] if number > 0 else []


def _open_until(gate: Gate, approvals: Sequence[GateDecision], context: Context) -> date | None:
    """The day on which so many approvals have expired that the gate closes."""
    ends = [(end, decision) for decision in approvals if (end := expires_at(decision, gate, context))]
    for last in sorted({end for end, _decision in ends}):
        if _lacking(gate, [decision for end, decision in ends if end > last], context):
            return context.day(last)
    return None


def _has_expired(decision: GateDecision, gate: Gate, context: Context) -> bool:
    end = expires_at(decision, gate, context)
    return end is not None and context.is_past(end)


def _why_lapsed(decision: GateDecision, gate: Gate, context: Context) -> str:
    end = expires_at(decision, gate, context)
    if gate.expires and end is not None and context.is_past(end):
        text = _("{who} had approved, but that held for {time} only, until {day}.")
        return _(text, who=decision.by, time=gate.expires.sentence, day=context.day(end))
    if decision.decided_on == decided_on(gate, context):
        return _("{who} had approved, but the question is another since.", who=decision.by)
    return _("{who} had approved, but the answers it was bound to have changed since.", who=decision.by)


def _changed(gate: Gate, lapsed: Sequence[GateDecision], context: Context) -> list[ChangeNote]:
    """What differs from what was approved, each difference once, the first ones with who made it and when."""
    now = decided_on(gate, context)
    found: dict[tuple[str, str], ChangeNote] = {}
    seen: set[str] = set()
    for decision in (decision for decision in lapsed if decision.is_approved and decision.digest not in seen):
        seen.add(decision.digest)
        edits = [edit for edit in context.edits if edit.version > decision.version]
        changes = differences(context.profile.questionnaire, decision.decided_on, now)
        for number, change in enumerate(changes):
            note = explained(change, edits if number < SHOWN else (), context)
            found.setdefault((note.place, note.what), note)
    return list(found.values())


def _sentences(changed: Sequence[ChangeNote]) -> list[str]:
    sentences: list[str] = [change.sentence for change in changed[:SHOWN]]
    return sentences + ([_("And {count} more changes.", count=len(changed) - SHOWN)] if len(changed) > SHOWN else [])


def applies(gate: Gate, values: Mapping[str, JSON]) -> bool:
    """Whether the gate holds anything for this customer."""
    return gate.when is None or gate.when.holds(values)


def counted(gate: Gate, decisions: Iterable[GateDecision]) -> list[GateDecision]:
    """The decisions on ``gate`` that still count, oldest first.

    Where a no re-opens tasks, what was approved before it was approved of something else: only the newest no and
    what follows it count (E-20).
    """
    found = [decision for decision in decisions if decision.gate == gate.id]
    if gate.reopens:
        refusals = [place for place, decision in enumerate(found) if not decision.is_approved]
        found = found[refusals[-1] :] if refusals else found
    return found


def reopened(gate: Gate, record: History, no: GateDecision) -> list[TaskRecord]:
    """How the tasks of ``gate.reopens`` stand after this no: those that were done are to be done again, and say why.

    What was never done, left out with a reason, or waits on somebody stays as it is.
    """
    note = Event(REOPENED, gate.id, {"who": no.by, "title": _(gate.title), "note": no.note})
    return [
        replace(current, state=TaskState.READY, at=no.at, by=no.by, note=note, due_on=None, reference="")
        for task in gate.reopens
        for current in record.tasks.values()
        if declared_id(current.task) == task and current.state is TaskState.DONE
    ]

"""Gates over time: when approvals come to an end, what is named then, and what a no leaves of what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from onboarding.domain.event import NOTHING, noted
from onboarding.domain.history import Edit, GateDecision, History, TaskRecord, TaskState
from onboarding.domain.question import Kind
from onboarding.domain.task import Gate, LeadTime, Task, Unit
from onboarding.stages.context import Context
from onboarding.stages.gate import (
    GateStatus,
    bound_names,
    counted,
    decided_on,
    decided_view,
    decision_digest,
    expires_at,
    newest_decisions,
    outdated,
    reopened,
    standing,
)
from tests.stages.small import asked, question
from tests.stages.world import AT, context_of, profile_of

GATE = Gate("go", "Go", "decision", "customer", "Shall we?", roles=("customer", "reseller"), on=("telephony.kind",))
A_DAY = replace(GATE, expires=LeadTime(24, Unit.HOURS))
DAY = timedelta(days=1)
SHEET = asked(question("telephony.kind"), question("users.email"), question("users.floor"), tables={"users": "email"})
PORT, NEW = {"telephony": {"kind": "port"}}, {"telephony": {"kind": "new"}}


def world(gate: Gate = GATE, values: Any = None, *more: Gate) -> Context:
    profile = replace(profile_of([Task("gather.x", "X", "gather", "reseller")], [gate, *more]), questionnaire=SHEET)
    return context_of(profile, values or PORT)


def says(context: Context, who: str, yes: bool = True, role: str = "customer", at: datetime = AT,
         version: int = 0, **more: Any) -> Context:  # fmt: skip
    """One more decision on the answers as they are now."""
    gate = context.profile.gates["go"]
    decision = GateDecision("go", yes, who, role, at, decision_digest(gate, context),
                        decided_on=decided_on(gate, context), version=version, **more)  # fmt: skip
    return replace(context, record=replace(context.record, decisions=[*context.record.decisions, decision]))


def view(context: Context) -> GateStatus:
    return decided_view(context.profile.gates["go"], context)


def names(decisions: Sequence[GateDecision]) -> list[str]:
    return [decision.by for decision in decisions]


def test_what_a_decision_is_bound_to() -> None:
    """What the gate names, or every section that is asked of this customer."""
    assert bound_names(GATE, world()) == ("telephony.kind",)
    everything = replace(GATE, on=("*",))
    assert bound_names(everything, world(everything, PORT | {"users": []})) == ("telephony", "users")


def test_a_decision_records_what_the_gate_asks_besides() -> None:
    """By label, in words; what was not answered is left out."""
    gate = replace(GATE, asks=(question("go.window"), question("go.fee", Kind.YES_NO), question("go.note")))
    context = says(world(gate), "Ana", answers={"window": "evening", "fee": False})
    assert view(context).recorded(context.record.decisions[0]) == [("Window", "evening"), ("Fee", "No")]


def test_of_each_person_the_newest_decision_counts_and_stands_last() -> None:
    """Whoever says something anew has spoken last."""
    context = says(says(says(world(), "Ana"), "Ben"), "ana", yes=False)
    assert [(decision.by, decision.is_approved) for decision in newest_decisions(GATE, context)] == [
        ("Ben", True),
        ("ana", False),
    ]


def test_an_approval_holds_up_to_the_very_instant_it_ends() -> None:
    """At that instant the gate is open, a second later it says how long the approval held."""
    context = says(world(A_DAY), "Ana")
    assert view(context).open_until == date(2026, 3, 3)
    on_time = replace(context, at=AT + DAY)
    assert view(on_time).is_open
    assert names(standing(A_DAY, on_time)) == ["Ana"]
    late = replace(context, at=AT + DAY + timedelta(seconds=1))
    assert standing(A_DAY, late) == []
    assert view(late).missing == (
        "1 approval by Customer or Reseller is outstanding.",
        "Ana had approved, but that held for 24 hours only, until 3 Mar 2026.",
    )


def test_a_no_does_not_expire() -> None:
    """Nor does anything of a gate whose approvals hold for good."""
    context = says(world(A_DAY), "Ben", yes=False)
    [no] = context.record.decisions
    assert expires_at(no, A_DAY, context) is None
    assert expires_at(replace(no, is_approved=True), A_DAY, context) == AT + DAY
    assert expires_at(replace(no, is_approved=True), GATE, context) is None
    assert view(replace(context, at=AT + 9 * DAY)).missing == ("Ben said no.",)
    assert view(says(world(), "Ana")).open_until is None


def test_a_gate_is_open_until_so_many_have_expired_that_it_closes() -> None:
    """Of two approvals where one is enough the later one counts, where both are needed the earlier one."""
    for quorum, day in ((1, date(2026, 3, 5)), (2, date(2026, 3, 3))):
        context = says(world(replace(A_DAY, quorum=quorum)), "Ana")
        context = says(context, "Ben", at=AT + 2 * DAY)
        assert view(replace(context, at=AT + timedelta(hours=1))).open_until == day
    three = world(replace(A_DAY, quorum=2))
    for place, who in enumerate(["Cyd", "Ben", "Ana"]):
        three = says(three, who, at=AT + (2 - place) * DAY)
    assert view(three).open_until == date(2026, 3, 4)
    together = says(says(world(replace(A_DAY, quorum=1)), "Ana"), "Ben")
    assert view(together).open_until == date(2026, 3, 3)


def test_how_many_approvals_are_outstanding() -> None:
    """One or several, of any of the roles; where each role approves, of those that have not."""
    two = world(replace(GATE, quorum=2))
    assert view(two).missing == ("2 approvals by Customer or Reseller are outstanding.",)
    assert view(says(two, "Ana")).missing == ("1 approval by Customer or Reseller is outstanding.",)
    assert view(says(says(two, "Ana"), "Ben")).is_open
    assert view(says(two, "Ana", role="provider")).missing == ("2 approvals by Customer or Reseller are outstanding.",)
    each = world(replace(GATE, each_role=True))
    assert view(each).missing == (
        "The approval of Customer is outstanding.", "The approval of Reseller is outstanding.",
    )  # fmt: skip
    assert view(says(each, "Ana")).missing == ("The approval of Reseller is outstanding.",)
    assert view(says(says(each, "Ana"), "Ben", role="reseller")).is_open


def test_why_an_approval_does_not_hold_any_more() -> None:
    """Other answers, another question, or the time; what still holds is not named."""
    gate = replace(A_DAY, quorum=2)
    said = says(world(gate), "Ana")
    outstanding = "2 approvals by Customer or Reseller are outstanding."
    changed = "Ana had approved, but the answers it was bound to have changed since."
    for at in (AT, AT + DAY):
        moved = view(replace(said, values=NEW, at=at))
        assert moved.missing == (outstanding, changed, "Telephony, Kind: port → new.")
    other = replace(said, profile=world(replace(gate, question="Shall we, really?")).profile)
    asked_anew = "Ana had approved, but the question is another since."
    assert view(other).missing == (outstanding, asked_anew)
    assert view(says(other, "Ben")).missing == ("1 approval by Customer or Reseller is outstanding.", asked_anew)
    assert view(replace(says(other, "Ben"), at=AT + DAY)).missing[1:] == (asked_anew,)


def test_only_what_was_approved_is_compared_with_the_answers() -> None:
    """A no to other answers is no difference to tell; of two approvals of the same answers each is told once."""
    refused = replace(says(world(), "Ben", yes=False), values=NEW)
    assert view(refused).changes == ()
    assert view(refused).missing == ("1 approval by Customer or Reseller is outstanding.",)
    both = replace(says(says(world(), "Ana"), "Ben"), values=NEW)
    assert [str(note) for note in view(both).changes] == ["Telephony, Kind: port → new."]


def _floors(count: int, floor: str) -> Any:
    return {"users": [{"email": f"u{place}@x.example", "floor": floor} for place in range(count)]}


def test_who_changed_what_was_approved() -> None:
    """Only a save after the approval can have changed it."""
    gate = replace(GATE, on=("users",))
    before, after = _floors(1, "1"), _floors(1, "2")
    edit = Edit(2, "Eve", AT, before, after)
    for version, by in ((1, "Eve"), (2, "")):
        said = replace(says(world(gate, before), "Ana", version=version), values=after, edits=(edit,))
        assert [note.by for note in view(said).changes] == [by]


def test_five_changes_are_named_and_the_rest_is_counted() -> None:
    """The first five with whoever made them."""
    gate = replace(GATE, on=("users",))
    for count, last in ((5, "Users row 5 (u4@x.example), Floor: 1 → 2, changed by Eve on 2 Mar 2026."),
                        (6, "And 1 more changes."), (7, "And 2 more changes.")):  # fmt: skip
        before, after = _floors(count, "1"), _floors(count, "2")
        said = replace(says(world(gate, before), "Ana"), values=after, edits=(Edit(1, "Eve", AT, before, after),))
        found = view(said)
        assert [note.by for note in found.changes] == ["Eve"] * 5 + [""] * (count - 5)
        assert found.missing[-1] == last
        assert len(found.missing) == 2 + min(count, 6)


def test_what_has_to_be_known_of_the_past() -> None:
    """Nothing while every decision holds; else the sections they were bound to, since the oldest of them."""
    said = says(says(world(), "Ana", version=4), "Ben", version=3)
    assert outdated(world()) == outdated(said) == (frozenset(), 0)
    assert outdated(replace(said, values=NEW)) == (frozenset({"telephony"}), 3)
    users = replace(said, profile=world(replace(GATE, on=("users.email",))).profile)
    assert outdated(users) == (frozenset({"telephony", "users"}), 3)
    check = replace(said, values=NEW, profile=world(replace(GATE, kind="check")).profile)
    assert outdated(check) == (frozenset(), 0)


def test_after_a_no_that_opens_tasks_again_only_what_follows_counts() -> None:
    """The newest no and what came after it; where it opens nothing, or nobody refused, everything counts."""
    gate = replace(GATE, quorum=2, reopens=("gather.x",))
    context = says(says(world(gate), "Ana"), "Ben")
    assert names(counted(gate, context.record.decisions)) == ["Ana", "Ben"]
    assert view(context).is_open
    context = says(says(says(context, "Cyd", yes=False), "Dov"), "Eve", yes=False)
    context = says(context, "Flo")
    assert names(counted(gate, context.record.decisions)) == ["Eve", "Flo"]
    assert len(counted(GATE, context.record.decisions)) == 6
    assert counted(replace(gate, id="other"), context.record.decisions) == []


def test_a_no_opens_what_was_done_again_and_says_why() -> None:
    """What waits on somebody, was left out, or never begun stays as it is."""
    gate = replace(GATE, reopens=("t.done", "t.waits", "t.left", "t.never"))
    states = {"t.done": TaskState.DONE, "t.waits": TaskState.WAITING, "t.left": TaskState.SKIPPED}
    record = History({
        name: TaskRecord(name, state, AT, "provider", date(2026, 3, 9), "Kay", noted("ok"), "R-1", "w")
        for name, state in states.items()
    })  # fmt: skip
    no = GateDecision("go", False, "Ben", "customer", AT + DAY, "", "The bill is wrong.")
    [found] = reopened(gate, record, no)
    assert replace(found, note=NOTHING) == TaskRecord(
        "t.done", TaskState.READY, AT + DAY, "provider", None, "Ben", NOTHING, "", "w"
    )
    assert found.note.sentence == "Done anew, because Ben said no to “Go”. The bill is wrong."
    assert (found.note.kind, found.note.subject) == ("task.reopened", "go")

"""What holds a task and since when, who is asked to decide, and what opens a task again: on profiles of a few tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from onboarding.domain.calendar import Calendar
from onboarding.domain.condition import Condition
from onboarding.domain.event import noted
from onboarding.domain.history import GateDecision, History, TaskRecord, TaskState
from onboarding.domain.question import Kind
from onboarding.domain.task import Gate, LeadTime, Task, Unit
from onboarding.stages.assessment import assess
from onboarding.stages.basis import has_moved
from onboarding.stages.context import Context
from onboarding.stages.gate import decision_digest
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import TaskStatus
from tests.extensions import params
from tests.stages.small import asked, question
from tests.stages.world import AT, context_of, profile_of, saved

DONE, WAITING, READY, BLOCKED = TaskState.DONE, TaskState.WAITING, TaskState.READY, TaskState.BLOCKED
SKIPPED, NOT_NEEDED, REJECTED, UNKNOWN = (
    TaskState.SKIPPED, TaskState.NOT_NEEDED, TaskState.REJECTED, TaskState.UNKNOWN,
)  # fmt: skip
SHEET = asked(
    question("company.name"), question("network.cabling", Kind.YES_NO), question("users.email"),
    tables={"users": "email"},
)  # fmt: skip
SAID = Gate("said", "Go", "decision", "customer", "Shall we?", roles=("customer",))
FIRST = Task("gather.a", "A", "gather", "customer")
LAST = Task("gather.z", "Z", "gather", "reseller", after=("gather.a",), gates=("said",))
CABLED = Task("gather.cabled", "Cabled", "gather", "customer", action="check",
              params=params("planner", "check", check="all-yes", fields=["network"]))  # fmt: skip
SENT = Task("gather.sent", "Send it", "gather", "provider", action="request", connector="support",
            params=params("planner", "request", to="support@provider.example", subject="S", intro="I",
                          fields=["company.name"]), uses=("company.name",))  # fmt: skip


def world(*tasks: Task, gates: tuple[Gate, ...] = (), values: Mapping[str, Any] | None = None,
          **states: TaskState) -> Context:  # fmt: skip
    """A customer of these tasks, of which some have been recorded an hour ago."""
    context = context_of(replace(profile_of(tasks, gates), questionnaire=SHEET), values or {})
    return recorded(context, **{f"gather.{name}": state for name, state in states.items()})


def recorded(context: Context, **states: TaskState) -> Context:
    records = {
        name: TaskRecord(name, state, AT - timedelta(hours=1), "carrier", date(2026, 3, 9), note=noted("Called."),
                         version=context.version)
        for name, state in states.items()
    }  # fmt: skip
    return replace(context, record=replace(context.record, tasks=records))


def approved(context: Context, gate: Gate = SAID) -> Context:
    word = GateDecision(gate.id, True, "Ana", "customer", AT, decision_digest(gate, context))
    return replace(context, record=replace(context.record, decisions=[word]))


def view(context: Context, name: str = "z") -> TaskStatus:
    return assess(context).task(f"gather.{name}")


def test_a_task_is_overdue_from_the_day_after() -> None:
    """On the promised day it is not, without one never, nor once it is closed."""
    over = Calendar(time_zone="America/New_York").over_at(date(2026, 3, 5))
    assert over == datetime(2026, 3, 6, 5, tzinfo=UTC)
    found = TaskStatus(FIRST, WAITING, due_on=date(2026, 3, 5), late_at=over)
    assert not found.is_overdue(over - timedelta.resolution)
    assert found.is_overdue(over)
    assert not replace(found, due_on=None, late_at=None).is_overdue(over)
    assert not replace(found, state=SKIPPED).is_overdue(over)


def test_what_is_waited_for_comes_by_day_and_what_lies_with_somebody_first() -> None:
    """What was refused or is not known before all; without a day last; what is blocked or closed is not waited for."""
    day = date(2026, 3, 5)
    states = (("a", READY, None), ("b", READY, day), ("c", WAITING, day), ("d", REJECTED, None), ("e", BLOCKED, day),
              ("f", DONE, day), ("g", UNKNOWN, day + timedelta(days=1)))  # fmt: skip
    views = [TaskStatus(replace(FIRST, id=name), state, due_on=due) for name, state, due in states]
    assert "".join(found.task.id for found in ProjectStatus(tuple(views), {}).waiting) == "dgcba"


def test_the_open_stage_is_the_first_with_an_open_task() -> None:
    """None when all are closed; a stage is complete once each of its tasks is closed."""
    later = Task("cutover.b", "B", "cutover", "customer")
    progress = assess(world(FIRST, later))
    assert (progress.open_stage, progress.is_complete, progress.is_stage_complete("gather")) == ("gather", False, False)
    assert [found.task.id for found in progress.of_stage("cutover")] == ["cutover.b"]
    progress = assess(world(FIRST, later, a=DONE))
    assert (progress.open_stage, progress.is_complete, progress.is_stage_complete("gather")) == ("cutover", False, True)
    progress = assess(recorded(world(FIRST, later), **{"gather.a": DONE, "cutover.b": SKIPPED}))
    assert (progress.open_stage, progress.is_complete) == ("", True)


def test_a_gate_may_be_decided_once_what_comes_before_is_closed() -> None:
    """Until then it names what comes first, and nobody is asked."""
    gate, held = replace(SAID, after=("gather.a",)), replace(LAST, after=())
    context = world(FIRST, held, gates=(gate,))
    progress = assess(context)
    assert progress.gates["said"].missing == ("First: A.", "1 approval by Customer is outstanding.")
    assert [found.task.id for found in progress.open_before(gate)] == ["gather.a"]
    assert progress.to_decide == {}
    assert not assess(approved(context, gate)).gates["said"].is_open
    progress = assess(world(FIRST, held, gates=(gate,), a=DONE))
    assert progress.gates["said"].missing == ("1 approval by Customer is outstanding.",)
    assert progress.open_before(gate) == ()
    assert progress.to_decide == {"said": "gather.z"}


def test_people_are_asked_to_decide_when_nothing_else_holds_a_task() -> None:
    """Neither an earlier task nor a check; each gate is named with the first task it holds."""
    check = Gate("cabled", "Cabled", "check", "reseller", check="all-yes",
                 params=params("check", "all-yes", fields=["network"]))  # fmt: skip
    assert assess(world(FIRST, LAST, gates=(SAID,))).to_decide == {}
    assert assess(world(FIRST, LAST, replace(LAST, id="gather.y"), gates=(SAID,), a=DONE)).to_decide == {
        "said": "gather.z"
    }
    both = replace(LAST, gates=("said", "cabled"))
    for cabling in (True, False):
        values = {"network": {"cabling": cabling}}
        found = assess(world(FIRST, both, gates=(SAID, check), values=values, a=DONE))
        assert found.to_decide == ({"said": "gather.z"} if cabling else {})
    assert assess(world(FIRST, LAST, gates=(SAID,), a=DONE, z=WAITING)).to_decide == {}
    assert assess(approved(world(FIRST, LAST, gates=(SAID,), a=DONE))).to_decide == {}


def test_what_holds_a_task_is_named_with_who_owes_it() -> None:
    """The gates first, then the tasks before it; what nobody knows does not hold."""
    found = view(world(FIRST, replace(LAST, after=("gather.a", "gather.gone")), gates=(SAID,)))
    assert (found.state, found.waits_for) == (BLOCKED, "customer")
    assert found.reasons == ("Go: 1 approval by Customer is outstanding.", "First: A.")
    found = view(world(FIRST, replace(LAST, gates=()), a=WAITING))
    assert (found.waits_for, found.reasons) == ("carrier", ("First: A.",))
    two = replace(LAST, id="gather.y", gates=(), after=("gather.z",))
    owed = replace(SAID, owed_by="provider")
    assert view(world(FIRST, LAST, two, gates=(owed,), a=DONE), "y").waits_for == "provider"


def test_tasks_that_hold_each_other_stay_blocked() -> None:
    """The profile's fault is no endless search: both wait for whoever has the one that is looked at first."""
    ring = replace(FIRST, after=("gather.z",)), replace(LAST, gates=())
    progress = assess(world(*ring))
    assert [(found.state, found.waits_for) for found in progress.tasks] == [(BLOCKED, "customer")] * 2


def test_a_task_that_was_left_out_says_why_and_since_when() -> None:
    """Whatever else holds."""
    found = view(world(FIRST, LAST, gates=(SAID,), z=SKIPPED))
    assert (found.state, found.reasons, found.since) == (SKIPPED, ("Called.",), AT - timedelta(hours=1))


def test_what_does_not_apply_says_why_where_the_profile_does() -> None:
    """And nothing where it does not."""
    never = replace(FIRST, when=Condition("is", "company.name", ("X",)))
    assert (view(world(never), "a").state, view(world(never), "a").reasons) == (NOT_NEEDED, ())
    told = replace(never, skip_reason="Not for them.")
    assert view(world(told), "a").reasons == ("Not for them.",)


def test_what_was_done_keeps_its_note_and_its_day() -> None:
    """And shows them."""
    found = view(world(FIRST, a=DONE), "a")
    assert (found.state, found.reasons, found.since) == (DONE, ("Called.",), AT - timedelta(hours=1))
    assert found.record is not None


@pytest.mark.parametrize("state", [WAITING, UNKNOWN, REJECTED])
def test_what_lies_with_somebody_stays_there(state: TaskState) -> None:
    """With the party it was handed to, the note and the promised day; even if something holds it since."""
    found = view(world(FIRST, LAST, gates=(SAID,), z=state))
    assert (found.state, found.reasons, found.waits_for) == (state, ("Called.",), "carrier")
    assert (found.since, found.due_on) == (AT - timedelta(hours=1), date(2026, 3, 9))
    bare = world(FIRST)
    nobody = replace(bare, record=History({"gather.a": TaskRecord("gather.a", state, AT)}))
    assert (view(nobody, "a").waits_for, view(nobody, "a").reasons) == ("customer", ())


def test_a_check_closes_by_itself_and_opens_again() -> None:
    """Whoever has been asked for it: once nothing is missing it is done, else it says what is."""
    yes, no = {"network": {"cabling": True}}, {"network": {"cabling": False}}
    missing = ("Not yet: Cabling.",)
    assert (view(world(CABLED, values=yes), "cabled").state, view(world(CABLED, values=yes), "cabled").since) == (
        DONE, None,
    )  # fmt: skip
    found = view(world(CABLED, values=no), "cabled")
    assert (found.state, found.reasons, found.waits_for) == (READY, missing, "customer")
    assert view(world(CABLED, values=yes, cabled=WAITING), "cabled").state is DONE
    found = view(world(CABLED, values=no, cabled=WAITING), "cabled")
    assert (found.state, found.reasons) == (WAITING, ("Called.", *missing))
    found = view(world(CABLED, values=no, cabled=DONE), "cabled")
    assert (found.state, found.reasons) == (READY, missing)
    found = view(world(CABLED, values=yes, cabled=DONE), "cabled")
    assert (found.state, found.since) == (DONE, AT - timedelta(hours=1))
    held = replace(CABLED, after=("gather.a",))
    assert view(world(FIRST, held, values=yes), "cabled").state is BLOCKED


def test_other_answers_send_a_request_once_more() -> None:
    """What was sent, or refused, is to be sent again when it would be another; what lies with somebody stays there and
    says what changed."""
    old, new = {"company": {"name": "A"}}, {"company": {"name": "B"}}
    sent = world(SENT, values=old, sent=DONE)
    [record] = sent.record.tasks.values()
    assert (has_moved(SENT, record, sent), has_moved(SENT, record, saved(sent, new))) == (False, True)
    assert not has_moved(SENT, replace(record, version=0), saved(sent, new))
    changed = ("The answers have changed since.", "Company, Name: A → B.")
    for state, after, reasons in ((DONE, READY, changed), (REJECTED, READY, ("Called.",)),
                                  (WAITING, WAITING, ("Called.", *changed))):  # fmt: skip
        before = world(SENT, values=old, sent=state)
        assert view(before, "sent").state is state
        found = view(saved(before, new), "sent")
        assert (found.state, found.reasons) == (after, reasons)


def test_a_task_that_was_opened_again_says_why() -> None:
    """By the note it was opened with; a task nobody has touched says nothing."""
    assert view(world(FIRST, a=READY), "a").reasons == ("Called.",)
    assert view(world(FIRST), "a").reasons == ()


def test_what_comes_back_closes_with_everything_else() -> None:
    """As done where it ever was, else as not needed; until then it is to be done."""
    weekly = replace(FIRST, id="gather.call", every=LeadTime(1, Unit.WEEKS))
    assert view(world(FIRST, weekly), "call").state is READY
    assert view(world(FIRST, weekly, a=DONE), "call").state is NOT_NEEDED
    found = view(world(FIRST, weekly, a=DONE, call=WAITING), "call")
    assert (found.state, found.since) == (DONE, AT - timedelta(hours=1))

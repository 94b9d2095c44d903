"""Who is waited for: named for tasks and decisions alike, and never nobody while anything is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.condition import Condition
from onboarding.domain.history import End, Ending, GateDecision, TaskState
from onboarding.domain.task import Gate, Ground, Task
from onboarding.profile.model import Profile
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.due import due, waits_for
from onboarding.stages.gate import asked_at, asking, decision_digest
from onboarding.stages.owed import OWED, at_rest, first_open, listed, owed
from onboarding.stages.project_status import ProjectStatus
from tests.extensions import params
from tests.stages.small import asked, question
from tests.stages.world import AT, KINDS, closed, context_of, graphs, profile_of, saved

FIRST = Task("gather.a", "A", "gather", "customer", rests_on=())
LAST = Task("cutover.z", "Switch", "cutover", "reseller", after=("gather.a",), gates=("go",))
GO = Gate("go", "Go for the cutover", "decision", "customer", "Shall we?", roles=("customer", "provider"),
          each_role=True)  # fmt: skip
NAMED = Gate("named", "Company named", "check", "customer", check="all-answered",
             params=params("check", "all-answered", fields=["telephony.kind"]))  # fmt: skip


def held(*gates: Gate, done: bool = True) -> Context:
    task = replace(LAST, gates=tuple(gate.id for gate in gates))
    context = context_of(replace(profile_of([FIRST, task], gates), questionnaire=asked(question("telephony.kind"))), {})
    return closed(context, "gather.a") if done else context


def word(context: Context, gate: str, who: str, role: str, is_approved: bool = True) -> Context:
    record, bound = context.record, decision_digest(context.profile.gates[gate], context)
    said = GateDecision(gate, is_approved, who, role, context.at, bound)
    return replace(context, record=replace(record, decisions=[*record.decisions, said]))


def ask(context: Context) -> Context:
    """What a run does: the people of each decision that is due and not asked for are asked."""
    progress, record = assess(context), context.record
    lines = [
        asking(progress.gates[name], context, "R. Diaz") for name in progress.to_decide if name not in progress.asked
    ]
    return replace(context, record=replace(record, evidence=[*record.evidence, *lines]))


def test_a_decision_is_owed_like_a_task() -> None:
    """With its party, in its stage, in front of what it holds; while a task comes before it, that is owed instead."""
    progress = assess(held(GO))
    (one,) = owed(progress)
    assert (one.kind, one.id, one.title, one.stage, one.party) == ("decision", "go", GO.title, "cutover", "customer")
    assert (one.state, one.named, one.since) == (TaskState.WAITING, "the decision 'Go for the cutover'", None)
    assert one.reasons == ("The approval of Customer is outstanding.", "The approval of Provider is outstanding.")
    assert [each.id for each in listed(progress)] == ["gather.a", "go", "cutover.z"]
    assert owed(progress, "gather") == []
    assert first_open(progress, "cutover") == one
    assert [each.id for each in owed(assess(held(GO, done=False)))] == ["gather.a"]


def test_nobody_is_asked_only_where_that_is_so() -> None:
    """A stage that something else comes before says what; one that is closed, or ended, says that."""
    progress = assess(held(GO, done=False))
    assert (at_rest(progress), at_rest(progress, "gather")) == ("", "")
    why = "Nothing can be done here yet. Go for the cutover: First: A. The approval of"
    progress = assess(held(replace(GO, after=("gather.a",)), done=False))
    assert at_rest(progress, "cutover").startswith(why)
    progress = assess(held(GO))
    assert (at_rest(progress), at_rest(progress, "cutover")) == ("", "")
    assert at_rest(progress, "gather") == "Every task of this stage is closed."
    assert at_rest(assess(closed(held(), "cutover.z"))) == "Every task is closed."
    context = held(GO)
    end = End(Ending.CANCELLED, context.at, "Kim", "too dear")
    assert at_rest(assess(replace(context, record=replace(context.record, end=end)))) == (
        "Nothing is done for this customer any more."
    )


def test_whoever_has_not_decided_yet_is_named() -> None:
    """Once the party that is asked has approved, it is the other role."""
    (one,) = owed(assess(word(held(GO), "go", "ana", "customer")))
    assert (one.party, one.reasons) == ("provider", ("The approval of Provider is outstanding.",))
    assert owed(assess(word(word(held(GO), "go", "ana", "customer"), "go", "kay", "provider")))[0].id == "cutover.z"


def test_a_check_that_holds_everything_up_is_named_too() -> None:
    """It is not named where an owed task says the same."""
    progress = assess(held(NAMED))
    (one,) = owed(progress)
    assert (one.kind, one.party, one.named) == ("check", "customer", "'Company named'")
    task = Task("gather.b", "Name it", "gather", "customer", action="check",
                params=params("planner", "check", check="all-answered", fields=["telephony.kind"]))  # fmt: skip
    context = held(NAMED)
    context = replace(context, profile=replace(context.profile, tasks=(*context.profile.tasks, task)))
    assert [one.id for one in owed(assess(context))] == ["gather.b"]


def test_people_are_asked_once_for_what_is_to_be_decided() -> None:
    """Asked, nothing moves until somebody decides or the answers change."""
    go = replace(GO, on=("telephony.kind",))
    context = held(go)
    assert [move.stage for move in due(context, assess(context), {}).moves] == ["cutover"]
    context = ask(context)
    (one,) = owed(assess(context))
    assert one.since == AT == asked_at(go, context)
    assert due(context, assess(context), {}).moves == ()
    later = replace(saved(context, {"telephony": {"kind": "port"}}), at=AT + timedelta(days=1))
    assert [move.stage for move in due(later, assess(later), {}).moves] == ["cutover"]
    assert due(ask(later), assess(ask(later)), {}).moves == ()
    said = word(replace(context, at=AT + timedelta(days=1)), "go", "ana", "customer", is_approved=False)
    assert [move.stage for move in due(said, assess(said), {}).moves] == ["cutover"]
    assert asked_at(NAMED, context) is None


@st.composite
def guarded(draw: st.DrawFn) -> Profile:
    """A graph of `graphs` with gates of every kind before more of its tasks."""
    profile = draw(graphs())
    before = [task.id for task in profile.tasks[:2]]
    gates = {
        "go": replace(GO, after=tuple(draw(st.sets(st.sampled_from(before))))),
        "named": replace(NAMED, when=draw(st.none() | st.just(Condition("is", "telephony.kind", ("port",))))),
    }
    more = {
        task.id: tuple(draw(st.sets(st.sampled_from(["go", "named"]), max_size=2))) for task in profile.tasks[2:]
    }  # fmt: skip
    rests_on = st.sampled_from([(), (Ground("telephony.kind"),)])
    tasks = tuple(
        replace(task, gates=(*task.gates, *more.get(task.id, ())), rests_on=draw(rests_on)) for task in profile.tasks
    )
    return replace(profile, tasks=tasks, gates={**profile.gates, **gates})


def steps(profile: Profile) -> st.SearchStrategy[list[Any]]:
    tasks, kept = st.sampled_from([task.id for task in profile.tasks]), st.sampled_from(KEPT)
    votes = st.tuples(st.sampled_from(["go", "said"]), st.sampled_from(["ana", "kay"]), st.booleans())
    answers = st.sampled_from([{}, *({"telephony": {"kind": kind}} for kind in KINDS)])
    return st.lists(st.tuples(tasks, kept) | votes | answers | st.none(), max_size=12)


KEPT = (TaskState.DONE, TaskState.DONE, TaskState.WAITING, TaskState.UNKNOWN, TaskState.REJECTED, TaskState.SKIPPED)


def history(context: Context, found: list[Any]) -> Iterator[Context]:
    """A customer as it stands after each step: a task recorded, somebody's word on a gate, a save, a run that asks."""
    yield context
    for number, step in enumerate(found):
        context = replace(context, at=AT + timedelta(hours=number))
        if isinstance(step, dict):
            context = saved(context, step)
        elif step is None:
            context = ask(context)
        elif len(step) == 2:
            context = closed(context, step[0], state=step[1])
        else:
            context = word(context, step[0], step[1], {"ana": "customer", "kay": "provider"}[step[1]], step[2])
        yield context


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_somebody_is_waited_for_as_long_as_anything_is_open(data: st.DataObject) -> None:
    """Whatever the profile and whatever has happened: of the project and of each stage a party is named; nobody is
    asked twice for the same.
    """
    profile = data.draw(guarded())
    for context in history(context_of(profile, {}), data.draw(steps(profile))):
        progress = assess(context)
        found = owed(progress)
        assert bool(found) is not progress.is_complete
        assert all(one.party in profile.parties and one.state in OWED for one in found)
        still = {view.task.stage for view in progress.tasks if not view.state.is_closed}
        assert waits_for(progress, profile).keys() == ({"", *still} if still else set())
        _asked_once(context, progress)


def _asked_once(context: Context, progress: ProjectStatus) -> None:
    after = ask(context)
    assert assess(after).asked.keys() == progress.to_decide.keys()
    assert ask(after).record == after.record

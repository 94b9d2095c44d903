"""What may be left out, for profiles of any shape."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.history import History, TaskRecord, TaskState
from onboarding.domain.task import Gate, Task, Waiver
from onboarding.profile.model import Profile
from onboarding.stages.assessment import assess
from onboarding.stages.waiving import gates_on, may_be_skipped, may_be_waived, who_may_waive, why_not_skipped
from tests.extensions import params
from tests.stages.world import AT, context_of, graphs, profile_of

STAGED = Gate("staged", "Staged", "check", "reseller", check="tasks-closed",
              params=params("check", "tasks-closed", stages=["gather"]))  # fmt: skip
LAST = Task("cutover.last", "Last", "cutover", "reseller", gates=("staged",))
ONE, OTHER = (Task(f"gather.{name}", name.title(), "gather", "reseller") for name in ("one", "other"))
MANAGER = Waiver(("provider",))


@st.composite
def staged(draw: st.DrawFn) -> Profile:
    """A task graph with gates that wait for whole stages, one of them by a task that closes by itself, and with tasks
    that are optional.
    """
    profile = draw(graphs())
    stages = draw(st.lists(st.sampled_from(["gather", "telephony", "provision"]), min_size=1, unique=True))
    gate = replace(STAGED, params=params("check", "tasks-closed", stages=stages))
    ends = params("planner", "check", check="tasks-closed", stages=["provision"])
    end = Task("migrate.end", "End", "migrate", "reseller", action="check", params=ends)
    by_end = replace(STAGED, id="ended", title="Ended", params=params("check", "tasks-closed", stages=["migrate"]))
    tasks = [replace(one, is_optional=one.id != "gather.t0" and draw(st.booleans())) for one in profile.tasks]
    return profile_of([*tasks, end, replace(LAST, gates=("staged", "ended"))], [*profile.gates.values(), gate, by_end])


@given(staged())
def test_no_check_opens_by_leaving_out_what_is_not_optional(profile: Profile) -> None:
    """When everything that may be is left out, each gate still waits for all that it waited for, but for what the guide
    leaves open."""
    context = context_of(profile, {"telephony": {"kind": "new"}})
    before = assess(context)
    open_tasks = [view.task for view in before.tasks if not view.state.is_closed]
    free = [task for task in open_tasks if may_be_skipped(task, context)]
    records = {task.id: TaskRecord(task.id, TaskState.SKIPPED, AT) for task in free}
    after = assess(replace(context, record=History(tasks=records)))
    for task in open_tasks:
        waits = [gate for gate in profile.gates.values() if gate.kind == "check" and task in _waited_for(gate, profile)]
        if waits and not task.is_optional:
            assert task not in free
            assert task.is_check or not any(after.gates[gate.id].is_open for gate in waits)


def _waited_for(gate: Gate, profile: Profile) -> list[Task]:
    """What a gate of these profiles waits for, with what its tasks that close by themselves wait for."""
    found = [task for task in profile.tasks if task.id in list(gate.params.waited_for(profile.tasks))]  # type: ignore[attr-defined]
    more = [task.params for task in found if task.is_check]
    return found + [one for its in more for one in profile.tasks if one.id in list(its.waited_for(profile.tasks))]  # type: ignore[attr-defined]


END = Task("cutover.end", "End", "cutover", "reseller", action="check")


@st.composite
def ended(draw: st.DrawFn) -> Profile:
    """A task graph without gates whose last task closes by itself once stages are closed, and what it comes after."""
    drawn = draw(graphs())
    tasks = [replace(one, gates=(), is_optional=draw(st.booleans())) for one in drawn.tasks]
    stages = ["gather", *draw(st.lists(st.sampled_from(["telephony", "provision"]), unique=True))]
    ends = params("planner", "check", check="tasks-closed", stages=stages)
    last = draw(st.sampled_from([task.id for task in tasks]))
    return profile_of([*tasks, replace(END, params=ends, after=(last,))], [])


@given(ended())
def test_nothing_that_the_last_task_needs_is_left_out(profile: Profile) -> None:
    """Nor what comes before it, however far, unless the guide leaves it open; nor the last task itself."""
    context = context_of(profile, {"telephony": {"kind": "new"}})
    end, optional = profile.tasks[-1], {task.id for task in profile.tasks if task.is_optional}
    needed = {end.id, *end.params.waited_for(profile.tasks)} - optional  # type: ignore[attr-defined]
    for task in reversed(profile.tasks):
        needed |= {*task.after} - optional if task.id in needed else set()
    for task in profile.tasks:
        assert may_be_skipped(task, context) is (task.id not in needed)
        assert bool(why_not_skipped(task, context)) is (task.id in needed)


def test_a_profile_says_once_who_waives_what_a_stage_holds() -> None:
    """It holds for tasks of the stage without a word of their own; not for what is optional, binding or named."""
    own = replace(ONE, id="gather.own", title="Own", waive=Waiver(("customer",), needs_file=True))
    law = replace(ONE, id="gather.law", title="Law", is_binding=True)
    free = replace(ONE, id="gather.free", title="Free", is_optional=True)
    named = Gate("named", "Named", "check", "reseller", check="tasks-closed",
                 params=params("check", "tasks-closed", tasks=[OTHER.id]))  # fmt: skip
    profile = profile_of([ONE, OTHER, own, law, free, LAST], [STAGED, named]).with_waiver(MANAGER)
    context = context_of(profile, {})
    waive = {task.id: task.waive for task in profile.tasks}
    assert waive == {
        ONE.id: MANAGER, OTHER.id: None, own.id: own.waive, law.id: None, free.id: None, LAST.id: None,
    }  # fmt: skip
    may = {task.id for task in profile.tasks if may_be_skipped(task, context)}
    assert may == {free.id, LAST.id}
    assert {task.id for task in profile.tasks if may_be_waived(task, context)} == {ONE.id, own.id}
    assert [gate.id for gate in gates_on(OTHER, context)] == ["staged", "named"]
    assert who_may_waive(OTHER, context) == "Nobody may waive it: it has to be done."

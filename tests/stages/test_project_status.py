"""Where tasks stand: order, conditions, parties, promised days; for any task graph and for Chinook."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.event import noted
from onboarding.domain.history import Evidence, GateDecision, History, TaskRecord, TaskState
from onboarding.domain.task import LeadTime, Task, Unit
from onboarding.profile.model import Profile
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.gate import decision_digest
from onboarding.stages.project_status import ProjectStatus
from tests.stages.world import AT, KINDS, chinook, closed, context_of, example, graphs, group, profile_of, saved

BLOCKED, READY, DONE = TaskState.BLOCKED, TaskState.READY, TaskState.DONE


def _holds(context: Context, progress: ProjectStatus, task: Task) -> list[str]:
    """What the definition says holds a task, found in the plainest way."""
    states = {view.task.id: view.state for view in progress.tasks}
    gates = (*context.profile.stage(task.stage).gates, *task.gates)
    return [name for name in task.after if not states[name].is_closed] + [
        name for name in gates if not progress.gates[name].is_open
    ]


def _yes(context: Context, *who: str) -> Context:
    """These people approve of the gate ``said``."""
    bound = decision_digest(context.profile.gates["said"], context)
    said = [GateDecision("said", True, name, "customer", AT, bound) for name in who]
    return replace(context, record=replace(context.record, decisions=said))


@settings(max_examples=60, deadline=None)
@given(graphs(), st.sampled_from(KINDS), st.randoms(use_true_random=False))
def test_any_order_of_doing_what_is_ready_comes_to_the_end(profile: Profile, kind: str, chance: object) -> None:
    """A task is ready exactly when nothing before it is open; done in any order, all close, and none is ready twice."""
    context = context_of(profile, {"telephony": {"kind": kind}})
    done: list[str] = []
    for turn in range(2 * len(profile.tasks) + 2):
        progress = assess(context)
        for view in progress.tasks:
            if view.state in (READY, BLOCKED):
                assert (view.state is READY) == (not _holds(context, progress, view.task)), view.task.id
        ready = [view.task.id for view in progress.tasks if view.state is READY]
        assert not set(ready) & set(done)
        if progress.is_complete:
            break
        if not ready:
            assert turn <= len(profile.tasks) + 1
            context = _yes(context, "ana", "ben")
            continue
        done.append(chance.choice(ready))  # type: ignore[attr-defined]
        context = closed(context, done[-1])
    assert assess(context).is_complete
    for task_id in done:
        task = profile.task(task_id)
        assert task is not None
        assert task.when is None or task.when.values == (kind,)
        assert not set(task.after) & set(done[done.index(task_id) :])


@settings(max_examples=40, deadline=None)
@given(graphs(), st.sampled_from(KINDS), st.data())
def test_progress_depends_on_nothing_but_the_context(profile: Profile, kind: str, data: st.DataObject) -> None:
    """Asked twice it is the same, and the order in which records were kept does not matter."""
    context = context_of(profile, {"telephony": {"kind": kind}})
    names = data.draw(st.lists(st.sampled_from([task.id for task in profile.tasks]), unique=True))
    forwards, backwards = closed(context, *names), closed(context, *reversed(names))
    assert assess(forwards) == assess(forwards) == assess(backwards)


@settings(max_examples=40, deadline=None)
@given(graphs(), st.data())
def test_closing_more_never_blocks_more(profile: Profile, data: st.DataObject) -> None:
    """A task that is ready stays ready or closes when another one is done."""
    context = _yes(context_of(profile, {"telephony": {"kind": "port"}}), "ana", "ben")
    before = {view.task.id: view.state for view in assess(context).tasks}
    context = closed(context, data.draw(st.sampled_from([task.id for task in profile.tasks])))
    after = {view.task.id: view.state for view in assess(context).tasks}
    assert all(after[name] is not BLOCKED for name, state in before.items() if state is not BLOCKED)


def test_a_blocked_task_names_who_is_waited_for() -> None:
    """The party of the first thing that holds it is passed on along the chain."""
    tasks = [
        Task("gather.sign", "Sign", "gather", "customer"),
        Task("gather.send", "Send", "gather", "reseller", after=("gather.sign",)),
        Task("gather.confirm", "Confirm", "gather", "provider", after=("gather.send",)),
    ]
    progress = assess(context_of(profile_of(tasks), {}))
    assert [(view.state, view.waits_for) for view in progress.tasks] == [
        (READY, "customer"), (BLOCKED, "customer"), (BLOCKED, "customer"),
    ]  # fmt: skip
    assert [view.task.id for view in progress.waiting] == ["gather.sign"]


def test_a_condition_makes_a_task_unneeded_with_its_reason() -> None:
    """What does not apply is closed, says why, and holds nobody."""
    progress = assess(group(example(telephony={"kind": "none"}, port_orders=None, port_numbers=None, new_numbers=None)))
    view = progress.task("telephony.sign-loa")
    assert (view.state, view.reasons) == (TaskState.NOT_NEEDED, ("No number is ported.",))
    assert progress.is_stage_complete("telephony")
    with pytest.raises(KeyError):
        progress.task("telephony.sing-loa")


def test_left_out_is_closed() -> None:
    """A task that was left out with a reason holds nobody."""
    context = closed(group(example()), "telephony.sign-loa", state=TaskState.SKIPPED)
    assert assess(context).task("telephony.sign-loa").state.is_closed
    reasons = assess(context).task("telephony.submit-port-orders").reasons
    assert not any("Sign the letter" in reason for reason in reasons)


def test_changed_answers_reopen_what_rests_on_them() -> None:
    """A done task whose result would be another now is ready again and says why; what does not rest on it stays."""
    answers = example()
    done = closed(group(answers), "telephony.sign-loa", "telephony.request-new-numbers", "provision.create-company")
    answers["new_numbers"][0]["quantity"] = 4
    moved = assess(saved(done, group(answers).values))
    view = moved.task("telephony.request-new-numbers")
    assert view.state is READY
    assert view.reasons == ("The answers have changed since.", "New numbers row 1, How many: 1 → 4.")
    assert moved.task("telephony.sign-loa").state is DONE
    assert moved.task("provision.create-company").state is DONE
    answers["new_numbers"][0]["quantity"] = 1
    assert assess(saved(done, group(answers).values)).task("telephony.request-new-numbers").state is DONE


@pytest.mark.parametrize(
    ("lead", "due"),
    [
        (None, None),
        (LeadTime(1, Unit.BUSINESS_DAYS), date(2026, 3, 3)),
        (LeadTime(5, Unit.BUSINESS_DAYS), date(2026, 3, 9)),
        (LeadTime(2, Unit.WEEKS), date(2026, 3, 16)),
        (LeadTime(10, Unit.DAYS), date(2026, 3, 12)),
        (LeadTime(30, Unit.HOURS), date(2026, 3, 3)),
        (LeadTime(72, Unit.HOURS, "go-live", is_before=True), date(2026, 5, 1)),
        (LeadTime(3, Unit.BUSINESS_DAYS, "dns.cutover_on", is_before=True), date(2026, 4, 28)),
        (LeadTime(1, Unit.DAYS, "company.founded_on"), None),
    ],
)
def test_a_promised_day_follows_from_the_lead_time(lead: LeadTime | None, due: date | None) -> None:
    """Counted from now, or backwards from a day of the answers; without that day nothing is promised."""
    task = Task("gather.x", "X", "gather", "reseller", lead=lead)
    assert group(example()).due_on(task) == due


def test_what_waits_longest_comes_first() -> None:
    """Who is waited for is sorted by the promised day; what is late says so, and what is done is never late."""
    days = {"telephony.sign-loa": date(2026, 3, 9), "telephony.confirm-e911": date(2026, 3, 5)}
    kept = {name: TaskRecord(name, TaskState.WAITING, AT, "customer", day) for name, day in days.items()}
    progress = assess(group(example(), History(kept)))
    waiting = [view for view in progress.waiting if view.state is TaskState.WAITING]
    assert [view.task.id for view in waiting] == ["telephony.confirm-e911", "telephony.sign-loa"]
    assert [view.is_overdue(datetime(2026, 3, 6, 15, tzinfo=UTC)) for view in waiting] == [True, False]
    assert not replace(waiting[0], state=DONE).is_overdue(datetime(2027, 1, 1, tzinfo=UTC))


def test_the_clock_decides_nothing_but_days() -> None:
    """The same record at another instant gives the same states: nothing moves because time has passed."""
    context = closed(group(example()), "telephony.sign-loa")
    later = replace(context, at=datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=3))
    assert [view.state for view in assess(context).tasks] == [view.state for view in assess(later).tasks]


def test_every_chinook_task_can_be_reached() -> None:
    """Done one after the other whenever ready, everything of the example closes; each task had its turn or no need."""
    context = group(example())
    for gate in chinook().gates.values():
        if gate.kind == "decision":
            bound = decision_digest(gate, context)
            said = [GateDecision(gate.id, True, role, role, AT, bound) for role in gate.roles]
            context = replace(context, record=replace(context.record, decisions=[*context.record.decisions, *said]))
    users = [{"number": "+19785550150", **user} if user.get("area_code") else user for user in context.rows("users")]
    orders = [{**order, "foc_on": "2026-03-02"} for order in context.rows("port_orders")]  # the day that was agreed
    context = replace(context, values={**context.values, "users": users, "port_orders": orders})
    for _ in range(len(chinook().tasks)):
        progress = assess(context)
        ready = [view.task.id for view in progress.tasks if view.state is READY]
        context = closed(context, *ready)
        papers = [
            Evidence(name, AT, "ben", noted("signed"), document="0" * 64)
            for name in ("telephony.sign-loa", "telephony.acknowledge-911")
            if name in ready
        ]
        context = replace(context, record=replace(context.record, evidence=[*context.record.evidence, *papers]))
    assert assess(context).is_complete, [view.task.id for view in assess(context).tasks if not view.state.is_closed]

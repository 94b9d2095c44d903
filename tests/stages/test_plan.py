"""Plans: for any answers they are stable, complete and in order; for the example they are the golden file's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.action import Action, Operation, Plan
from onboarding.domain.event import noted
from onboarding.domain.history import Evidence, GateDecision, TaskState
from onboarding.domain.task import STAGES
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.gate import decision_digest
from onboarding.stages.plan import compare, plan_stage, wanted_actions
from tests.stages.world import AT, Observed, carried_out, chinook, closed, delivered, example, group, groups

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "UPDATE_GOLDEN"
OURS = ("provision", "enable_services")
"""Stages whose work a portal and the mail do."""


def _plan(stage: str, context: Context, observed: Observed) -> Plan:
    return plan_stage(stage, context, assess(context), observed)


def _nothing(stage: str, context: Context) -> Observed:
    """An outside world that can be read and is empty."""
    actions = wanted_actions(stage, context, assess(context), {})
    return {action.id: None for action in actions if action.connector == "portal"}


def _shuffled(value: Any, chance: Any) -> Any:
    """The same JSON with its keys in another order."""
    if isinstance(value, Mapping):
        names = list(value)
        chance.shuffle(names)
        return {name: _shuffled(value[name], chance) for name in names}
    return [_shuffled(item, chance) for item in value] if isinstance(value, list) else value


def _done_before(context: Context, stage: str) -> Context:
    """Every task of the earlier stages done, its gates decided, letter and acknowledgement on file."""
    earlier = [task.id for task in chinook().tasks if STAGES.index(task.stage) < STAGES.index(stage)]
    papers = [
        Evidence(task, AT, "ben", noted("signed"), document="0" * 64)
        for task in ("telephony.sign-loa", "telephony.acknowledge-911")
    ]
    said = [
        GateDecision(gate.id, True, role, role, AT, decision_digest(gate, context))
        for gate in chinook().gates.values()
        if gate.kind == "decision"
        for role in gate.roles
    ]
    record = replace(context.record, evidence=papers, decisions=said)
    return closed(replace(context, record=record), *earlier)


# --- For any answers -------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(groups(), st.sampled_from(OURS))
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(answers: dict[str, Any], stage: str) -> None:
    """In a world that did as planned, a new plan asks for nothing more; closed or not, nobody is asked again."""
    context = _done_before(group(answers), stage)
    observed = _nothing(stage, context)
    plan = _plan(stage, context, observed)
    seen = carried_out(plan, observed)
    again = _plan(stage, context, seen)
    assert {action.operation for action in again.changes} <= {Operation.ASK}
    assert again.wanted == plan.wanted
    done = closed(context, *{action.task for action in plan.actions})
    assert _plan(stage, done, seen).changes == ()


@settings(max_examples=25, deadline=None)
@given(groups(), st.sampled_from(OURS), st.data())
def test_half_a_plan_leaves_the_other_half(answers: dict[str, Any], stage: str, data: st.DataObject) -> None:
    """Cut short anywhere, exactly the rest is left, under the same revision."""
    context = _done_before(group(answers), stage)
    observed = _nothing(stage, context)
    plan = _plan(stage, context, observed)
    ours = [action.id for action in plan.changes if action.operation is not Operation.ASK]
    made = data.draw(st.sets(st.sampled_from(ours))) if ours else set()
    half = _plan(stage, context, carried_out(plan, observed, made) if made else observed)
    left = [action.id for action in half.changes if action.operation is not Operation.ASK]
    assert left == [name for name in ours if name not in made]
    assert half.wanted == plan.wanted
    assert (half.digest == plan.digest) == (not made)


@settings(max_examples=25, deadline=None)
@given(groups(), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(answers: dict[str, Any], chance: Any) -> None:
    """The same answers with their keys in another order make the same plan."""
    for stage in OURS:
        first, second = (
            _plan(stage, context, _nothing(stage, context))
            for context in (_done_before(group(given), stage) for given in (answers, _shuffled(answers, chance)))
        )
        assert (first.digest, first.wanted) == (second.digest, second.wanted)
        assert [action.id for action in first.actions] == [action.id for action in second.actions]


@settings(max_examples=25, deadline=None)
@given(groups())
def test_nothing_stands_in_a_plan_before_what_it_needs(answers: dict[str, Any]) -> None:
    """Company before users before services: whatever a task comes after stands earlier in the plan, or is closed."""
    for stage in OURS:
        context = _done_before(group(answers), stage)
        states = {view.task.id: view.state for view in assess(context).tasks}
        plan = _plan(stage, context, _nothing(stage, context))
        seen: set[str] = set()
        for action in plan.actions:
            task = chinook().task(action.task)
            assert task is not None
            assert all(states[before].is_closed or before in seen for before in task.after), action.id
            seen.add(action.task)
        assert len({action.id for action in plan.actions}) == len(plan.actions)
        deferred = {later.task for later in plan.deferred}
        assert not deferred & seen
        assert all(later.reason and later.party for later in plan.deferred)


@settings(max_examples=25, deadline=None)
@given(groups(), st.data())
def test_any_other_answer_is_another_plan(answers: dict[str, Any], data: st.DataObject) -> None:
    """One changed field of one user moves the digest, so that an approval of the old plan does not fit."""
    context = group(answers)
    before = _plan("provision", context, _nothing("provision", context))
    user = data.draw(st.sampled_from(answers["users"]))
    name = data.draw(st.sampled_from(["first_name", "extension", "site"]))
    user[name] = {"first_name": "Zed", "extension": "7777", "site": "Lowell" if user["site"] != "Lowell" else "Boston"}[
        name
    ]
    context = group(answers)
    assert _plan("provision", context, _nothing("provision", context)).digest != before.digest


# --- In particular ---------------------------------------------------------------------------------------------------

ACTION = Action("a.b/c", "a.b", "portal", Operation.CREATE, "user", "c", "C", {"email": "c", "extension": "1"})


@pytest.mark.parametrize(
    ("observed", "operation", "changes"),
    [
        (None, Operation.CREATE, 2),
        ({"email": "c", "extension": "1", "extra": 5}, Operation.NO_OP, 0),
        ({"email": "c", "extension": "2"}, Operation.CHANGE, 1),
        ({"email": "c"}, Operation.CHANGE, 1),
    ],
)  # fmt: skip
def test_an_action_is_compared_with_what_is_there(
    observed: dict[str, str] | None, operation: Operation, changes: int
) -> None:
    """Absent: create. The same: nothing. Different in a field that is wanted: change; other fields are left alone."""
    found = compare(ACTION, observed)
    assert (found.operation, len(found.changes)) == (operation, changes)
    assert compare(replace(ACTION, operation=Operation.ASK), observed).is_change == (operation is not Operation.NO_OP)


def test_what_others_brought_about_opens_what_follows() -> None:
    """Unified Messaging is in the plan as soon as Lync is seen for everybody, and not before."""
    users = [user for user in example()["users"] if user["email"].startswith("ana")]
    answers = example(users=users, telephony={"kind": "port"}, new_numbers=None)
    context = closed(_done_before(group(answers), "enable_services"), "enable_services.request-lync",
                     "enable_services.enable-exchange")  # fmt: skip
    observed = _nothing("enable_services", context)
    task = "enable_services.request-unified-messaging"
    assert task in {later.task for later in _plan("enable_services", context, observed).deferred}
    lync = {name: action.body for action in wanted_actions("enable_services", context, assess(context), observed)
            if (name := action.id).startswith("enable_services.enable-lync/")}  # fmt: skip
    assert len(lync) == 1
    plan = _plan("enable_services", context, observed | lync)
    assert task in {action.task for action in plan.changes}
    wrong = {name: {**body, "number": "+16175550199"} for name, body in lync.items()}
    assert task not in {action.task for action in _plan("enable_services", context, observed | wrong).actions}


def test_a_drift_is_mended_and_a_persons_word_stands() -> None:
    """Of closed tasks, a user who vanished is created again; a request somebody reported as made is not repeated."""
    context = _done_before(group(example()), "provision")
    context = closed(context, "provision.create-company", "provision.create-users", "provision.notify-total-connect")
    observed = _nothing("provision", context)
    seen = {name: dict(action.body) for action in wanted_actions("provision", context, assess(context), observed)
            if (name := action.id) in observed}  # fmt: skip
    gone = "provision.create-users/ana.ortiz@brightsmile.example"
    plan = _plan("provision", context, {**seen, gone: None})
    assert [(action.operation, action.id) for action in plan.changes] == [(Operation.CREATE, gone)]


# --- The example, for people to read ---------------------------------------------------------------------------------


def _text(plan: Plan) -> Iterator[str]:
    yield f"# {plan.stage}"
    yield ""
    for action in plan.actions:
        yield f"{action.operation.value} {action.resource} {action.key} ({action.connector})"
        yield from (f"    {line}" for line in _body(action))
    for later in plan.deferred:
        yield f"later {later.task} ({later.party}): {later.reason}"
    yield ""


def _body(action: Action) -> Iterator[str]:
    for name, value in action.body.items():
        if name in ("text", "intro", "closing", "evidence", "files"):  # prose of the profile, digests
            continue
        if isinstance(value, list):
            yield from [f"{name}:"] if value else []
            yield from (f"    {line}" for item in value for line in _item(item))
        elif isinstance(value, Mapping):
            yield f"{name}: {', '.join(f'{key} = {kept}' for key, kept in value.items())}"
        elif value not in ("", None):
            yield f"{name}: {value}"


def _item(item: Any) -> Iterator[str]:
    if isinstance(item, Mapping):
        yield f"{item['title']}: {' | '.join(item['columns'])}"
        yield from (f"    {' | '.join(row)}" for row in item["rows"])
    elif isinstance(item, list):
        yield f"{item[0]} = {' / '.join(str(item[1]).splitlines())}"
    else:
        yield str(item)


@pytest.mark.parametrize("stage", STAGES)
def test_the_plan_of_the_example_is_the_golden_one(stage: str) -> None:
    """What Chinook's dental group gets, action by action, in a text to read; rewritten only when asked for."""
    answers = example() if STAGES.index(stage) < STAGES.index("enable_services") else delivered(example())
    context = _done_before(group(answers), stage)
    text = "\n".join(_text(_plan(stage, context, _nothing(stage, context))))
    path = GOLDEN / f"bright-smile-{stage}.txt"
    if os.environ.get(UPDATE) and not os.environ.get("CI"):
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path.name} is missing: write it with {UPDATE}=1"
    assert text == path.read_text(encoding="utf-8"), f"The plan is another; if it shall be, write it with {UPDATE}=1"


def test_every_state_is_either_planned_or_put_off() -> None:
    """No open task of a stage is missing from its plan: it is acted on, or stands there with what holds it."""
    for stage in STAGES:
        context = _done_before(group(example()), stage)
        plan = _plan(stage, context, _nothing(stage, context))
        told = {action.task for action in plan.actions} | {later.task for later in plan.deferred}
        open_tasks = {view.task.id for view in assess(context).of_stage(stage) if not view.state.is_closed}
        checks = {task.id for task in chinook().tasks if task.action == "check"}
        assert open_tasks - checks <= told
        assert TaskState.READY not in {assess(context).task(later.task).state for later in plan.deferred}

"""From what is wanted and what was observed to a plan."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from onboarding.domain.action import Action, Deferred, Operation, Plan
from onboarding.domain.history import TaskState
from onboarding.domain.json import JSON
from onboarding.domain.task import Task
from onboarding.stages.amendment import held_back, retractions
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.planners.mail import REQUEST
from onboarding.stages.planners.records import PortalRecord
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.removal import emptied, is_guarded, removable, removals, set_up
from onboarding.stages.task_status import IN_USE, OUTDATED, TaskStatus, guarded

Observed = Mapping[str, Mapping[str, JSON] | None]
"""Action id -> what the outside system holds now in the terms of the action's body; None: nothing."""


def plannable(
    stage: str, context: Context, progress: ProjectStatus, observed: Observed
) -> tuple[list[Task], list[Deferred]]:
    """Tasks of the stage that can be acted on now, in order, and those that cannot, with the reason.

    A task that is only blocked by earlier tasks which the same plan will close itself counts as plannable, so that a
    plan shows company *and* users although the company is not there yet. It closes what it carries out, and what
    others were waited for and ``observed`` shows to be there.
    """
    tasks: list[Task] = []
    deferred: list[Deferred] = []
    ours: set[str] = set()
    for view in progress.of_stage(stage):
        if view.state.is_left_out or view.state is TaskState.NOT_NEEDED:
            continue
        if view.state is TaskState.BLOCKED and not _follows(view, context, progress, ours):
            deferred += [Deferred(view.task.id, reason, view.waits_for) for reason in view.reasons[:1]]
            continue
        tasks.append(view.task)
        if _closes(view.task, context, observed):
            ours.add(view.task.id)
    return tasks, deferred


def _closes(task: Task, context: Context, observed: Observed) -> bool:
    if task.is_manual or task.is_check or task.action == "manual":
        return False
    if not task.is_confirm:
        return True
    actions = desired(task, context)
    return bool(actions) and not any(compare(action, observed.get(action.id)).is_change for action in actions)


def _follows(view: TaskStatus, context: Context, progress: ProjectStatus, ours: set[str]) -> bool:
    gates_open = all(progress.gates[gate].is_open for gate in context.gates_of(view.task))
    open_before = [name for name in view.task.after if not progress.task(name).state.is_closed]
    return gates_open and all(name in ours for name in open_before)


def wanted_actions(stage: str, context: Context, progress: ProjectStatus, observed: Observed) -> list[Action]:
    """What the plannable tasks of a stage want to be there; this is what connectors are asked to observe.

    What they show may make further tasks plannable: ask again with it until no action is new.
    """
    tasks, _ = plannable(stage, context, progress, observed)
    return [action for task in tasks for action in _of_task(task, context)]


def _of_task(task: Task, context: Context) -> list[Action]:
    """What is to be gone, unless it is in use, then what is to be there."""
    gone = removals(task, context) if is_guarded(task) else removable(task, context)
    wanted = desired(task, context) if context.is_needed(task) else []
    return [*gone, *(emptied(action, task, context) for action in wanted)]


def plan_stage(stage: str, context: Context, progress: ProjectStatus, observed: Observed) -> Plan:
    """The plan of a stage: every wanted action with the operation that the observed world calls for.

    Of a closed task, what a person did or was asked for, or what cannot be observed, is not wanted again.
    """
    tasks, deferred = plannable(stage, context, progress, observed)
    closed = {view.task.id for view in progress.of_stage(stage) if view.state.is_closed}
    actions = []
    for action in _unguarded(wanted_actions(stage, context, progress, observed), context, observed):
        is_for_people = action.operation is Operation.ASK or action.resource == REQUEST or action.id not in observed
        is_settled = is_for_people and action.task in closed
        is_unseen = action.removes and action.id not in observed
        actions.append(action if is_unseen else compare(action, action.body if is_settled else observed.get(action.id)))
    actions, drift = _without_drift(actions, context, observed)
    if context.record.handed_over is None:
        actions = [*(action for task in tasks for action in retractions(task, context)), *actions]
        deferred += [found for task in tasks if (found := _left(task, context))]
        held = [view.task for view in progress.of_stage(stage) if OUTDATED in view.reasons]
        actions = [*(action for task in held if task not in tasks for action in held_back(task, context)), *actions]
    place = {view.task.id: number for number, view in enumerate(progress.of_stage(stage))}
    actions.sort(key=lambda action: place[action.task])
    return Plan(context.customer.id, stage, tuple(actions), tuple(deferred), tuple(drift))


def left_to_do(plan: Plan, asked: Collection[str] = ()) -> list[Action]:
    """The plan's changes without what somebody was asked for already; ``asked`` are the ids of tasks that wait."""
    return [one for one in plan.changes if one.operation is not Operation.ASK or one.task not in asked]


def _unguarded(actions: Sequence[Action], context: Context, observed: Observed) -> Iterator[Action]:
    """All but what two people decide on: removals of what is still there, and of records what is new beside them, since
    an outside system takes no range that overlaps another.
    """
    tasks = {action.task: context.known(action.task) for action in actions}
    held = {
        action.task
        for action in actions
        if action.removes and is_guarded(tasks[action.task]) and observed.get(action.id, action.body) is not None
    }
    for action in actions:
        is_guarded_one = action.removes and is_guarded(tasks[action.task])
        if is_guarded_one and observed.get(action.id, action.body) is not None:
            continue
        is_new = not action.removes and action.id in observed and observed[action.id] is None
        if not (is_new and action.task in held and isinstance(tasks[action.task].params, PortalRecord)):
            yield action


def _left(task: Task, context: Context) -> Deferred | None:
    """What is not wanted any more and cannot be removed yet."""
    if is_guarded(task) and removals(task, context):
        return Deferred(task.id, guarded(context.profile.procedures.values(), task.connector), task.party)
    if len(removable(task, context)) < len(removals(task, context)):
        return Deferred(task.id, IN_USE, task.party)
    return None


def _without_drift(
    actions: Sequence[Action], context: Context, observed: Observed
) -> tuple[list[Action], list[Action]]:
    """What is ours to change once something was handed over, and what the customer has changed since."""
    if not context.record.hand_overs:
        return list(actions), []
    found = [(action, _ours(action, context, observed)) for action in actions]
    return [ours for _action, ours in found], list(_drift(actions, context, observed))


def _ours(action: Action, context: Context, observed: Observed) -> Action:
    """The action without what is the customer's.

    After the hand-over that is everything. In a change order it is whatever was set up and is still to be as it was:
    only the fields are changed whose answers are others since, and what is gone is not made again. Where nothing can be
    seen it is taken to be as it was set up.
    """
    before = _as_set_up(action, context)
    if not action.is_change or (before is None and context.record.handed_over is None):
        return action
    if before is not None and context.record.handed_over is None and action.id not in observed:
        return compare(action, before.body)
    if context.record.handed_over is not None or before is None or action.before is None:
        return replace(action, operation=Operation.NO_OP, body=action.before or {})
    kept = {name: action.before.get(name) for name, value in action.body.items() if value == before.body.get(name)}
    return compare(replace(action, body={**action.body, **kept}), action.before)


def _as_set_up(action: Action, context: Context) -> Action | None:
    task = context.task(action.task)
    return None if task is None or action.removes else set_up(action, task, context)


def _drift(actions: Sequence[Action], context: Context, observed: Observed) -> Iterator[Action]:
    """What was set up, where the outside holds it otherwise by now: the customer has changed it."""
    for action in actions:
        before = _as_set_up(action, context) if action.id in observed else None
        if before is not None and (differing := compare(before, observed[action.id])).is_change:
            yield differing


def _removing(action: Action) -> Operation:
    """Ours to remove, or waited for until the party that has set it up has taken it back."""
    return Operation.ASK if action.operation is Operation.ASK else Operation.REMOVE


def compare(action: Action, observed: Mapping[str, JSON] | None) -> Action:
    """The action with the operation that leads from ``observed`` to it; fields nobody asked for are left alone.

    What the system says by itself, such as an address it gives, is kept in ``before`` and wanted by nobody.
    """
    if action.removes:
        return replace(action, operation=_removing(action) if observed else Operation.NO_OP, before=observed)
    if observed is None:
        return action
    asked = {name: observed.get(name) for name in action.body}
    changed = Operation.ASK if action.operation is Operation.ASK else Operation.CHANGE
    operation = Operation.NO_OP if asked == dict(action.body) else changed
    return replace(action, operation=operation, before={**observed, **asked})

"""What leaves the answers: things that were set up for them are to be removed, fields that were filled to be emptied.

What is there by our hand is known from the record: each line of evidence of something done has the version of the
answers it was made of. So has what was stated of a customer who was taken over: it is removed as anything else, and
said to be stated only. What another party was asked for and was seen there is waited for until it is gone. Something
else that others made is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from onboarding.domain.action import Action, Operation
from onboarding.domain.event import ADOPTED_TASK, CONFIRMED, REMOVED, REPORTED, SENT
from onboarding.domain.language import _
from onboarding.domain.question import Kind, errors
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.desired import desired, is_seen
from onboarding.stages.planners import planner_of
from onboarding.stages.planners.records import PortalRecord, PortalRows

REMOVAL = "/removal"
"""At the end of the id of an action that removes what another brought about."""


@dataclass(frozen=True, slots=True)
class _SetUp:
    """Something that is there, as it was wanted then; ``is_stated``: nobody here has set it up or seen it."""

    action: Action
    is_stated: bool = False


def removals(task: Task, context: Context) -> list[Action]:
    """An action for each thing that is there by the task and not wanted any more, the last set up first.

    None while a row that the task looks at has an error: what cannot be read is not gone.
    """
    if not (_sets_up(task) or is_seen(task)) or _has_wrong_row(task, context):
        return []
    wanted = {action.id for action in desired(task, context)} if context.is_needed(task) else set()
    gone = [there for name, there in _brought(task, context).items() if name not in wanted]
    return [_removal(there, task) for there in reversed(gone)]


def _has_wrong_row(task: Task, context: Context) -> bool:
    tables = {name.partition(".")[0] for name in task.uses}
    return any(problem.section in tables and problem.row is not None for problem in errors(context.problems))


def _removal(there: _SetUp, task: Task) -> Action:
    """The action that takes away what another has brought about; of a person's work with the words for it."""
    action = there.action
    body = {**action.body, "text": task.undo, "evidence": ""} if _is_undone_by_hand(task) else action.body
    words = _("Remove: {what}")
    if is_seen(task):
        return replace(
            action, id=action.id + REMOVAL, removes=True, summary=_("No longer: {what}", what=action.summary)
        )
    if there.is_stated:
        words = _("Remove, if it is there (it was only stated at adoption): {what}")
    return replace(
        action, id=action.id + REMOVAL, operation=Operation.REMOVE, removes=True, body=body,
        summary=_(words, what=action.summary),
    )  # fmt: skip


def is_last(task: Task, context: Context) -> bool:
    """Whether what others set up refers to what it sets up: that is removed once nothing refers to it any more."""
    return next(_referring(task, context), None) is not None


def removable(task: Task, context: Context) -> list[Action]:
    """Of the `removals` those of things that nothing refers to which is there."""
    return [action for action in removals(task, context) if not _is_in_use(action, task, context)]


def _is_in_use(removal: Action, task: Task, context: Context) -> bool:
    return any(
        there.action.body.get(column) == removal.body.get(named)
        for other, column, named in _referring(task, context)
        for one in context.made_of(other.id)
        for there in _brought(one, context).values()
    )


def _referring(task: Task, context: Context) -> Iterator[tuple[Task, str, str]]:
    """Tasks that set up in the same place what refers to a task's rows: by which field, and to which one of them."""
    p, asked = task.params, context.profile.questionnaire
    if not isinstance(p, PortalRows):
        return
    named = {question: name for name, question in p.fields.items()}
    for other in context.profile.tasks:
        if isinstance(other.params, PortalRecord) and other.connector == task.connector and other.id != task.declared:
            for column, name in other.params.fields.items():
                question = asked.question(name)
                if question is not None and question.kind is Kind.REFERENCE and question.to in named:
                    yield other, column, named[question.to]


def set_up(action: Action, task: Task, context: Context) -> Action | None:
    """The action as it was last carried out; None when nothing is there by our hand."""
    there = _brought(task, context).get(action.id) if _sets_up(task) else None
    return there.action if there else None


def is_guarded(task: Task) -> bool:
    """Whether removing what it set up destroys what people have in it, so that two of them decide."""
    return planner_of(task).destroys or bool(getattr(task.params, "destroys", False))


def emptied(action: Action, task: Task, context: Context) -> Action:
    """The action with nothing in the fields that were filled before and are not answered any more."""
    before = set_up(action, task, context)
    gone = before.body.keys() - action.body.keys() if before else ()
    return replace(action, body={**action.body, **dict.fromkeys(sorted(gone))}) if gone else action


def _sets_up(task: Task) -> bool:
    return planner_of(task).sets_up or _is_undone_by_hand(task)


def _is_undone_by_hand(task: Task) -> bool:
    """Whether a person has set up something with it that a person undoes."""
    return bool(task.undo)


def _brought(task: Task, context: Context) -> dict[str, _SetUp]:
    """What the task has set up and nobody has removed since, by id.

    What a person reports as done, or stated at adoption, holds for everything at once, but for what is removed by two
    people only.
    """
    found: dict[str, _SetUp] = {}
    known: dict[int, dict[str, Action]] = {}
    for line in context.lines(task.id, of_all_phases=True):
        kind = line.what.kind
        if kind not in (*SENT, CONFIRMED, REPORTED, ADOPTED_TASK, REMOVED):
            continue
        if kind == REMOVED:
            found = {name: one for name, one in found.items() if one.action.key != line.subject}
            continue
        if line.version not in known:
            known[line.version] = _wanted(task, line.version, context)
        if kind in (REPORTED, ADOPTED_TASK):
            whole = {one.id: _SetUp(one, kind == ADOPTED_TASK) for one in known[line.version].values()}
            found = found | whole if is_guarded(task) else whole
        elif action := known[line.version].get(line.subject):
            found[action.id] = _SetUp(action)
    return found


def _wanted(task: Task, version: int, context: Context) -> dict[str, Action]:
    """What was wanted with that version of the answers, by key."""
    then = context.as_of(version) or context
    was = then.task(task.id) or task
    return {action.key: action for action in desired(was, then)} if then.is_needed(was) else {}

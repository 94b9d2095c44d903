"""What a task rests on: whether it still holds now that the answers have changed, and what undid it.

A task that is done holds for the answers it was done with. Once they change it is to be done again where that matters:
where the profile says so (``rests_on``, with what is material), else where it would now bring about or show something
else. Both sides are read by the same reader from the versions that are kept, so that a better one re-opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from onboarding.domain.difference import Change, What, bound, differences
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.json import JSON, Answers
from onboarding.domain.params import EVIDENCE
from onboarding.domain.question import Kind
from onboarding.domain.row import row_id
from onboarding.domain.task import MATERIAL, Ground, Task
from onboarding.stages.context import Context
from onboarding.stages.dated import has_expired
from onboarding.stages.desired import desired
from onboarding.stages.planners.mail import MailWithFiles, substance, without_files

NAMES = ("first_name", "last_name")
"""What people are called by, besides the key of their table."""


def has_moved(task: Task, current: TaskRecord, context: Context) -> bool:
    """Whether what was asked for or done is not what would be now: the answers changed since, or the edition."""
    return _differs(task, current.version, context)


def is_redefined(task: Task, version: int, now: Context) -> bool:
    """Whether another edition has made other work of it since: with the same answers it would bring about something
    else, is done by other means, or rests on what it reads otherwise. Other words alone are no other work, unless the
    profile says so (``revision``).
    """
    then = now.under_edition_of(version)
    was = then.task(task.id) if then else None
    if then is None or was is None:
        return False
    these = now.with_answers_of(version)
    if (was.action, was.connector) != (task.action, task.connector) or was.revision < task.revision:
        return True
    return any(_material(task, task.rests_on or (), then, these)) or _substance(was, then) != _substance(task, these)


def _substance(task: Task, context: Context) -> Mapping[str, JSON]:
    """What it would bring about, by action, without the words that are made of it."""
    return {action.id: substance(action.body) for action in desired(task, context)}


def changes_since(task: Task, version: int, context: Context) -> list[Change]:
    """What undid it: each difference that matters to the task between that version of the answers and these.

    What was handed over meanwhile undid nothing.
    """
    before = context.before(max([version, *(one.version for one in context.record.hand_overs)]))
    if before is None:
        return []
    found = {(change.what, change.place): change for change in _material(task, _grounds(task), before, context)}
    return list(found.values())


def changes_of_need(task: Task, version: int, context: Context) -> list[Change]:
    """What changed since that version of the answers of those that say whether it is needed at all."""
    before = context.before(version)
    names = dict.fromkeys(task.when.questions()) if task.when else {}
    found = [one for name in names for one in _between(task, Ground(name), before, context)] if before else []
    about = {name.partition(".")[2] for name in names}
    return [one for one in found if not one.place.question or one.place.question in about]


def covering(task_id: str, context: Context) -> list[Evidence]:
    """The documents of a task that hold for the answers as they are and are not too old, oldest first.

    Of a task for every row all of them. When a task was done anew with another document, those before are superseded.
    """
    tasks = context.made_of(task_id)
    if not tasks:  # none of this edition
        return context.documents(task_id)
    found = [(task, line) for task in tasks for line in _newest(task, context)]
    return [line for task, line in found if _covers(task, line, context)]


def _newest(task: Task, context: Context) -> list[Evidence]:
    """The documents of the task as it was last done, or all where that brought none."""
    found, record = context.documents(task.id), context.kept(task.id)
    since = record.version if record and record.state is TaskState.DONE else 0
    return [line for line in found if line.version >= since] or found


def _covers(task: Task, line: Evidence, context: Context) -> bool:
    return not has_expired(task, line.at, context) and not _differs(task, line.version, context)


def results_used(task: Task) -> tuple[str, ...]:
    """Ids of the tasks whose result it uses: those the profile names, and those whose document goes with its mail."""
    attached = task.params.attach if isinstance(task.params, MailWithFiles) else ()
    papers = (name.removeprefix(EVIDENCE) for name in attached if name.startswith(EVIDENCE))
    return tuple(dict.fromkeys((*task.rests_on_tasks, *papers)))


def uses_older(task: Task, current: TaskRecord, context: Context) -> bool:
    """Whether a task whose result this one uses was done anew since, with other answers."""
    others = map(context.kept, results_used(task))
    return any(
        other.state is TaskState.DONE and other.version > current.version for other in others if other is not None
    )


def _differs(task: Task, version: int, now: Context) -> bool:
    if is_redefined(task, version, now):
        return True
    before = now.before(version)
    if before is None:
        return False
    if task.rests_on is not None or task.row is not None:
        return any(_material(task, _grounds(task), before, now))
    return _wanted(task, before) != _wanted(task, now) and not _is_only_order(task, before, now)


def _wanted(task: Task, context: Context) -> Mapping[str, Mapping[str, JSON]]:
    """What it would bring about, by action, in whatever order.

    Files that go with a request are not part of it: a corrected sheet alone is no reason to ask once more.
    """
    return {action.id: without_files(action.body) for action in desired(task, context)}


def _is_only_order(task: Task, before: Context, now: Context) -> bool:
    """Whether all that is different of what it uses is the order of rows, which no work rests on."""
    found = [change for name in task.uses for change in _between(task, Ground(name), before, now)]
    return bool(found) and all(change.what is What.MOVED for change in found)


def _grounds(task: Task) -> Iterable[Ground]:
    """What it rests on: what its profile says; of the task of a row that row, and what it shows of other things."""
    if task.rests_on is not None:
        return task.rests_on
    if task.row is None or task.each is None:
        return [Ground(name) for name in task.uses]
    table = task.each.rows
    return [Ground(table), *(Ground(name) for name in task.uses if name.partition(".")[0] != table)]


def _material(task: Task, grounds: Iterable[Ground], before: Context, now: Context) -> Iterator[Change]:
    for ground in grounds:
        question = ground.on.partition(".")[2]
        for change in _between(task, ground, before, now):
            is_about = change.what is not What.CHANGED or not question or change.place.question == question
            is_other_name = _is_renamed(change, before, now) or (not question and _is_own_name(change, task, now))
            is_result = not question and _is_brought(change, task, now)
            if is_about and change.what in MATERIAL[ground.change] and not is_other_name and not is_result:
                yield change


def _is_brought(change: Change, task: Task, context: Context) -> bool:
    """Whether only a day became known, or moved, that some task brings: no ground of what does not name it."""
    column = f"{change.place.section}.{change.place.question}"
    is_said = task.rests_on is not None or column in task.uses
    return change.what is What.CHANGED and not is_said and column in context.profile.brought


def _is_own_name(change: Change, task: Task, context: Context) -> bool:
    """Whether the row that a task is about only has another name."""
    if task.row is None or task.each is None or change.what is not What.CHANGED:
        return False
    section = context.profile.questionnaire.section(task.each.rows)
    is_name = change.place.question in NAMES or (section is not None and change.place.question == section.key)
    return change.place.section == task.each.rows and is_name


def _is_renamed(change: Change, before: Context, now: Context) -> bool:
    """Whether it points at the same row, which only has another name."""
    question = now.profile.questionnaire.question(f"{change.place.section}.{change.place.question}")
    if change.what is not What.CHANGED or question is None or question.kind is not Kind.REFERENCE:
        return False
    ids = {_row_named(question.to, change.old, before), _row_named(question.to, change.new, now)}
    return len(ids) == 1 and "" not in ids


def _row_named(column: str, value: JSON, context: Context) -> str:
    """Id of the row of that name; empty where none has it, or rows have no ids."""
    section, _, name = column.partition(".")
    rows = context.identified(section)
    return next((row_id(row) for row in rows if row.get(name) == value), "") if isinstance(rows, list) else ""


def _between(task: Task, ground: Ground, before: Context, now: Context) -> Iterator[Change]:
    asked = now.profile.questionnaire
    then, these = (bound(asked, [ground.on], _answers(task, ground, context)) for context in (before, now))
    for change in differences(asked, then, these):
        is_gone = change.what is What.REMOVED
        yield _counted(change, (then if is_gone else these)[ground.on], before if is_gone else now)


def _counted(change: Change, part: JSON, context: Context) -> Change:
    """The change with its row counted among all of the table, of which only ``part`` was compared."""
    rows = context.identified(change.place.section) if change.number else None
    if not isinstance(rows, list) or not isinstance(part, list) or len(part) == len(rows):
        return change
    known = row_id(part[change.number - 1])
    place = next((n for n, row in enumerate(rows, start=1) if known and row_id(row) == known), change.number)
    return replace(change, number=place)


def _answers(task: Task, ground: Ground, context: Context) -> Answers:
    """The section that is meant, of a table only the rows that are."""
    section, places = ground.on.partition(".")[0], None
    if task.row is not None and task.each is not None:
        places = context.table_rows.about(task.each, task.row.key, section)
    content = context.identified(section, places)
    if ground.where and isinstance(content, list):
        content = [row for row in content if ground.where.fits(row)]
    return {section: content}

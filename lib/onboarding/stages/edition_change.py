"""What another edition of the profile comes to for a customer who is under way, worked out before it has it.

Both states are assessed, as for a change of the answers (`stages.consequences`): the record is the same, and what was
done is compared with what the other edition would have done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from onboarding.domain.history import TaskRecord, TaskState
from onboarding.domain.language import _
from onboarding.domain.question import Question
from onboarding.domain.task import OF_ROW, Gate, Task, declared_id
from onboarding.profile.model import Profile
from onboarding.stages.amendment import is_by_mail
from onboarding.stages.consequences import Consequences, Look, consequences
from onboarding.stages.context import Context
from onboarding.stages.outgoing import standings, successor
from onboarding.stages.task_status import TaskStatus


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A task that was touched under an earlier edition and is not part of the one in use: it is kept as it was. Where
    another is done in its place, that is the ``successor`` (its title), which goes on with what is out.
    """

    task: str
    title: str
    record: TaskRecord
    is_out: bool = False
    successor: str = ""

    @property
    def sentence(self) -> str:
        """What became of it."""
        text = _("{title} ({state}), of an earlier edition: kept, nothing follows from it.")
        if self.successor:
            text = _("{title} ({state}), of an earlier edition: kept, “{new}” is done in its place.")
        elif self.is_out:
            text = _("{title} ({state}), of an earlier edition: a request is out, and nobody follows it up.")
        return _(text, title=_(self.title), state=_(self.record.state.value), new=_(self.successor))


@dataclass(frozen=True, slots=True)
class EditionChange:
    """What moving to another edition comes to.

    ``effects`` are the tasks it re-opens and the gates it closes, ``orphans`` tasks that are touched and not part of
    it, ``lost`` gates that are not part of it, ``freed`` tasks with the gates that hold them no more, ``held`` open
    ones with closed gates that hold them from then on, ``back`` those that count as they were done before; ``dropped``
    are titles of questions that are answered and not asked any more. ``tasks``, ``gates`` and ``questions`` are new for
    this customer; ``idle`` tasks are not needed any more, ``gone`` ones open and not part of it. ``retitled``
    are titles, old and new; ``by_row`` tasks that there are for every row from then on, ``once`` those that there are
    not; ``successors`` titles of tasks of then, by those in their place.
    """

    effects: Consequences = field(default_factory=Consequences)
    orphans: tuple[LeftBehind, ...] = ()
    lost: tuple[Gate, ...] = ()
    dropped: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    gates: tuple[Gate, ...] = ()
    questions: tuple[Question, ...] = ()
    idle: tuple[Task, ...] = ()
    gone: tuple[Task, ...] = ()
    freed: tuple[tuple[Task, Gate], ...] = ()
    held: tuple[tuple[Task, Gate], ...] = ()
    back: tuple[Task, ...] = ()
    retitled: tuple[tuple[str, str], ...] = ()
    by_row: tuple[Task, ...] = ()
    once: tuple[Task, ...] = ()
    successors: Mapping[str, str] = field(default_factory=dict)

    def sentences(self) -> list[str]:
        """One for each thing, what is undone first; empty where nothing differs for this customer."""
        return list(dict.fromkeys([*self.effects.sentences(), *self._left(), *self._changed(), *self._new()]))

    def _changed(self) -> Iterator[str]:
        for task in self.by_row:
            yield _("For every row from then on, not once: {title}.", title=_(task.title))
        for task in self.once:
            yield _("Once from then on, not for every row: {title}.", title=_(task.title))
        for old, new in self.retitled:
            yield _("Called otherwise: {title}, before that {old}.", title=_(new), old=_(old))

    def _left(self) -> Iterator[str]:
        for task in self.gone:
            yield _("Not a task any more: {title}.", title=_(task.title))
        for task in self.idle:
            yield _("Not needed any more: {title}.", title=_(task.title))
        for orphan in self.orphans:
            yield orphan.sentence
        for gate in self.lost:
            yield _("Not a gate any more, what was decided is kept: {title}.", title=_(gate.title))
        for task, one in self.freed:
            yield _("Not held any more by “{gate}”: {title}.", gate=_(one.title), title=_(task.title))
        for task, one in self.held:
            yield _("Held by “{gate}” from then on: {title}.", gate=_(one.title), title=_(task.title))
        for task in self.back:
            yield _("Stands again as it was done: {title}.", title=_(task.title))
        for title in self.dropped:
            yield _("Not asked any more, its answer is kept: {title}.", title=title)

    def _new(self) -> Iterator[str]:
        for task in self.tasks:
            if old := self.successors.get(task.declared):
                yield _("New task in place of “{old}”: {title}.", old=_(old), title=_(task.title))
            else:
                yield _("New task: {title}.", title=_(task.title))
        for gate in self.gates:
            yield _("New gate: {title}.", title=_(gate.title))
        for question in self.questions:
            yield _("New question: {title}.", title=_(question.label))


def edition_change(before: Look, after: Look, dropped: tuple[str, ...]) -> EditionChange:
    """What differs between a customer under its edition and under another; ``dropped`` as in `EditionChange`."""
    (then, now), (was, becomes) = (before[0].profile, after[0].profile), (before[1], after[1])
    known = {question.id for question in then.questionnaire.questions()}
    there = {view.task.id for view in was.tasks if view.state is not TaskState.NOT_NEEDED}
    turned = [one for one in now.tasks if (old := then.task(one.id)) and bool(old.each) is not bool(one.each)]
    there |= {view.task.id for view in becomes.tasks if view.task.declared in _ids(turned)}
    new = [view for view in becomes.tasks if view.state is not TaskState.NOT_NEEDED and view.task.id not in there]
    idle = [view.task for view in becomes.tasks if view.state is TaskState.NOT_NEEDED and was.has(view.task.id)]
    left = [view.task for view in was.tasks if now.task(view.task.declared) is None and not view.state.is_closed]
    gates = {task.id: before[0].gates_of(task) for task in then.tasks}
    freed = [
        (task, then.gates[name])
        for task in now.tasks
        for name in gates.get(task.id, ())
        if name in now.gates and name not in after[0].gates_of(task)
    ]
    open_now = [view.task for view in becomes.tasks if not view.state.is_closed and before[0].task(view.task.id)]
    held = [
        (task, now.gates[name])
        for task in open_now
        for name in after[0].gates_of(task)
        if name not in gates.get(task.declared, ()) and not becomes.gates[name].is_open
    ]
    return EditionChange(
        consequences(before, after),
        tuple(left_behind(after[0])),
        tuple(gate for name, gate in then.gates.items() if name not in now.gates),
        dropped,
        tuple(view.task for view in new if not _is_back(view)),
        tuple(gate for name, gate in now.gates.items() if name not in then.gates),
        tuple(question for question in now.questionnaire.questions() if question.id not in known),
        tuple(task for task in idle if was.task(task.id).state is not TaskState.NOT_NEEDED),
        tuple(task for task in left if task.id not in before[0].record.tasks),
        tuple(freed),
        tuple(held),
        tuple(view.task for view in new if _is_back(view)),
        tuple(_retitled(then, now)),
        tuple(task for task in turned if task.each),
        tuple(task for task in turned if task.each is None),
        {task.id: old.title for task in now.tasks if task.was and (old := then.task(task.was)) is not None},
    )  # fmt: skip


def _ids(tasks: Sequence[Task]) -> set[str]:
    return {task.id for task in tasks}


def _retitled(then: Profile, now: Profile) -> Iterator[tuple[str, str]]:
    """Titles of stages, tasks, gates and questions, old and new, where they are others."""
    for before, after in zip(_titles(then), _titles(now), strict=True):
        yield from ((before[name], title) for name, title in after.items() if before.get(name, title) != title)


def _titles(profile: Profile) -> list[Mapping[str, str]]:
    return [
        {one.id: one.title for one in profile.stages},
        {one.id: one.title for one in profile.tasks},
        {name: one.title for name, one in profile.gates.items()},
        {one.id: one.label for one in profile.questionnaire.questions()},
    ]


def _is_back(view: TaskStatus) -> bool:
    """Whether it counts as it was done under an earlier edition."""
    return view.state.is_closed and view.record is not None


def left_behind(context: Context) -> list[LeftBehind]:
    """The tasks of earlier editions that are touched and not part of the one in use."""
    found = []
    for name, record in context.record.tasks.items():
        if _is_left(name, record, context):
            then = context.under_edition_of(record.version)
            task = then.task(name) if then else None
            is_sent = any(now.could_be_out for now in standings(name, context).values())
            is_out = is_sent and task is not None and is_by_mail(task)
            heir = successor(name, context)
            found.append(LeftBehind(name, task.title if task else name, record, is_out, heir.title if heir else ""))
    return found


def _is_left(name: str, record: TaskRecord, context: Context) -> bool:
    """Whether the edition in use has no such task, or has it for every row and not once, or the other way round."""
    declared = context.profile.task(declared_id(name))
    is_of_row = OF_ROW in name
    is_once = declared is not None and declared.each is None
    return declared is None or (is_of_row is is_once and not record.state.is_left_out)

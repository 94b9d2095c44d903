"""Who owes what: tasks as they stand, and in front of them the gates that alone hold one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from onboarding.domain.history import TaskState
from onboarding.domain.language import LazyText, _, join_sentences
from onboarding.domain.task import declared_id
from onboarding.domain.urgency import urgency
from onboarding.profile.model import Profile
from onboarding.stages.checks import shorten
from onboarding.stages.gate import GateStatus
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import ON_HOLD, TaskStatus

OWED = (*ON_HOLD, TaskState.READY)
"""States of what somebody can act on."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A task, or a gate that is all that holds one: a decision people are asked for, a check that does not hold yet.

    ``view`` is the task, or the first one that the gate holds. What every list, message and report says of it stands
    here: whom it waits for (``party``), ``since`` when, until when (``due_on``, ``due_by``), and whether that is over.
    ``begun_at`` is when a task could begin or was handed over, or will.
    """

    view: TaskStatus
    gate: GateStatus | None = None
    asked_at: datetime | None = None
    begun_at: datetime | None = None

    @property
    def kind(self) -> str:
        """``task``, ``decision`` or ``check``."""
        return self.gate.gate.kind if self.gate else "task"

    @property
    def id(self) -> str:
        return self.gate.gate.id if self.gate else self.view.task.id

    @property
    def title(self) -> str:
        return self.gate.gate.title if self.gate else self.view.task.title

    @property
    def stage(self) -> str:
        return self.view.task.stage

    @property
    def state(self) -> TaskState:
        return TaskState.WAITING if self.gate else self.view.state

    @property
    def party(self) -> str:
        """Id of the party that owes it."""
        return self.gate.owed_by if self.gate else self.view.waits_for or self.view.task.party

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.gate.missing if self.gate else self.view.reasons

    @property
    def since(self) -> datetime | None:
        """When it came to stand there; of a decision when its people were asked."""
        return self.asked_at if self.gate else self.view.since

    def waits_since(self, at: datetime) -> datetime | None:
        """Since when it waits at that instant: it came to stand there, or it could begin; None where nobody is waited
        for yet.
        """
        begun = self.since or (None if self.gate else self.begun_at)
        return begun if begun is not None and begun <= at else None

    @property
    def due_on(self) -> date | None:
        return None if self.gate else self.view.due_on

    @property
    def is_inferred(self) -> bool:
        return self.gate is None and self.view.task.is_inferred

    @property
    def named(self) -> str:
        """The title in marks, of a decision with that word."""
        marked = _quoted(self.title)
        return _("the decision {title}", title=marked) if self.kind == "decision" else marked

    @property
    def due_by(self) -> time | None:
        return None if self.gate else self.view.due_by

    @property
    def late_at(self) -> datetime | None:
        return None if self.gate else self.view.late_at

    def is_overdue(self, at: datetime) -> bool:
        return self.gate is None and self.view.is_overdue(at)

    def late(self, at: datetime) -> str:
        """``overdue`` when it is at that instant."""
        return "overdue" if self.is_overdue(at) else ""

    @property
    def parties(self) -> list[str]:
        return [self.party]


@dataclass(frozen=True, slots=True)
class OwedByRow:
    """The tasks of the rows of one task, read together: how it stands as a ``whole``, and each of its ``lines``.

    ``needed`` is how many rows it is for, ``closed`` of how many nothing more is to be done.
    """

    whole: TaskStatus
    lines: tuple[Owed, ...]
    needed: int
    closed: int

    @property
    def title(self) -> LazyText:
        """``Survey each site: 3 of 12 done``."""
        text = _("{title}: {count} of {total} done")
        return _(text, title=_(self.whole.task.title), count=self.closed, total=self.needed)

    @property
    def id(self) -> str:
        return self.whole.task.id

    @property
    def state(self) -> TaskState:
        return self.whole.state

    def waits_since(self, at: datetime) -> datetime | None:
        """Since when the first of the open rows waits."""
        return min((begun for one in self.still if (begun := one.waits_since(at))), default=None)

    @property
    def due_on(self) -> date | None:
        return self.whole.due_on

    @property
    def due_by(self) -> time | None:
        return self.whole.due_by

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why rows are open, each reason once."""
        return tuple(dict.fromkeys(reason for one in self.still for reason in one.reasons))

    @property
    def still(self) -> list[Owed]:
        """The lines that are open."""
        return [one for one in self.lines if not one.state.is_closed]

    @property
    def parties(self) -> list[str]:
        """Ids of the parties that owe them, each once."""
        return list(dict.fromkeys(one.party for one in self.still))

    @property
    def is_inferred(self) -> bool:
        return any(one.is_inferred for one in self.still)

    @property
    def kind(self) -> str:
        return "task"

    def late(self, at: datetime) -> str:
        """``2 overdue`` when so many are at that instant."""
        count = sum(one.is_overdue(at) for one in self.lines)
        return f"{count} overdue" if count else ""


def by_row(lines: Iterable[Owed], progress: ProjectStatus) -> list[Owed | OwedByRow]:
    """The lines in their order, those of the rows of one task together where the first of them stands."""
    found: dict[str, list[Owed]] = {}
    for one in lines:
        is_row = one.gate is None and one.view.task.row is not None
        found.setdefault(one.view.task.declared if is_row else f"{one.kind} {one.id}", []).append(one)
    return [_gathered(name, group, progress) if name in progress.whole else group[0] for name, group in found.items()]


def _gathered(name: str, lines: Sequence[Owed], progress: ProjectStatus) -> OwedByRow:
    needed = [view for view in progress.of_rows(name) if view.state is not TaskState.NOT_NEEDED]
    closed = sum(view.state.is_closed for view in needed)
    return OwedByRow(progress.whole[name], tuple(lines), len(needed), closed)


def listed(progress: ProjectStatus, stage: str = "") -> list[Owed]:
    """Every task of a stage or of all in the profile's order, each gate in front of the first task it alone holds."""
    return list(_listed(progress, stage))


def owed(progress: ProjectStatus, stage: str = "") -> list[Owed]:
    """What somebody can act on now, the most urgent first; never empty while anything is open in the whole project."""
    found = [one for one in listed(progress, stage) if one.state in OWED]
    return sorted(found, key=by_urgency)


def by_urgency(one: Owed | OwedByRow) -> tuple[int, date, int]:
    """To sort by; see `domain.urgency`."""
    return urgency(one.state, one.due_on)


def first_open(progress: ProjectStatus, stage: str = "") -> Owed:
    """Of what is open in a stage or at all that which is waited for first, also where it is held. Raises ValueError
    when everything is closed.
    """
    return min((one for one in listed(progress, stage) if not one.state.is_closed), key=by_urgency)


@dataclass(frozen=True, slots=True)
class Others:
    """What is open besides the one that is waited for first: so many lines ``wait`` as a list of what is owed has, and
    so many tasks come ``later``, since nobody can act on them yet.
    """

    wait: int
    later: int


def others(progress: ProjectStatus, stage: str = "") -> Others:
    """Besides `first_open`, in a stage or at all, counted as every list counts: the rows of a task are one."""
    shown = {one.id for one in by_row(owed(progress, stage), progress)}
    still = (view for view in (progress.of_stage(stage) if stage else progress.tasks) if not view.state.is_closed)
    later = {view.task.declared for view in still} - {*shown, *map(declared_id, shown)}
    return Others(len(shown) - 1, len(later)) if shown else Others(0, max(len(later) - 1, 0))


def gates_of(stage: str, profile: Profile, progress: ProjectStatus) -> list[GateStatus]:
    """How the gates of the stage and of its tasks stand, each once."""
    named = [*profile.stage(stage).gates]
    named += [gate for task in profile.tasks_of(stage) for gate in task.gates]
    return [progress.gates[gate] for gate in dict.fromkeys(named)]


def closed_again(stage: str, profile: Profile, progress: ProjectStatus) -> list[GateStatus]:
    """Gates of a stage that are closed though every task of it is done with: what was decided or checked is otherwise
    by now. None where the stage is not complete, or nothing of it was needed; nor what nobody has decided at all.
    """
    count = progress.count(stage)
    if progress.end or count.open or not count.total:
        return []
    views = gates_of(stage, profile, progress)
    return [view for view in views if not view.is_open and (view.decisions or view.gate.kind == "check")]


def at_rest(progress: ProjectStatus, stage: str = "") -> LazyText | str:
    """Why nobody can act, in a stage or at all: it is ended, closed, or something else comes first; else empty."""
    if owed(progress, stage):
        return ""
    still = [view for view in (progress.of_stage(stage) if stage else progress.tasks) if not view.state.is_closed]
    if progress.end is not None:
        return _("Nothing is done for this customer any more.")
    if not still:
        return _("Every task of this stage is closed.") if stage else _("Every task is closed.")
    why = dict.fromkeys(reason for view in still for reason in view.reasons)
    text = _("Nothing can be done here yet. {why}") if stage else _("Nobody has to do anything now. {why}")
    return _(text, why=join_sentences(shorten([*why])))


def _listed(progress: ProjectStatus, stage: str) -> Iterator[Owed]:
    shown: set[str] = set()
    begun = progress.begun
    holding = {name: set(held) for name, held in progress.held_by.items()}
    said = {reason for view in progress.tasks if view.state in OWED for reason in view.reasons}
    for view in progress.of_stage(stage) if stage else progress.tasks:
        for name, held in holding.items():
            gate = progress.gates[name]
            is_said = gate.gate.kind == "check" and said.issuperset(gate.missing)
            if view.task.id in held and name not in shown and not is_said:
                shown.add(name)
                yield Owed(view, gate, progress.asked.get(name))
        yield Owed(view, begun_at=begun.get(view.task.id))


def _quoted(title: str) -> LazyText:
    """A title in the marks that do not stand in it."""
    return _('"{title}"' if "'" in title else "'{title}'", title=_(title))

"""The tasks of the rows of one task in a runbook: one card for all of them, done for those that are selected.

However many rows there are, the card is one table of which the browser shows a page at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import traitlets

from onboarding.domain.action import Attachment
from onboarding.domain.history import TaskState
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH
from onboarding.domain.question import Question
from onboarding.html.inline import badge, lines, prose, strong
from onboarding.html.parts import EMPTY, Markup, details, fill
from onboarding.notebook.ask import HOW, by_itself
from onboarding.notebook.cards import WAIVED_AS, Card, Title, role_field
from onboarding.notebook.controls import Copyable, Line, Scripted, column
from onboarding.notebook.fields import Field
from onboarding.notebook.panel import TASK_TONES, progress_html
from onboarding.notebook.plan_view import proof_wanted
from onboarding.notebook.wording import wrong
from onboarding.stages.desired import Entries
from onboarding.stages.task_status import ON_HOLD, TaskStatus

CAN = (TaskState.READY, *ON_HOLD)
"""States of what can be reported or left out."""


class RowPicker(Scripted):
    """A table of rows to select from; each row is ``{id, label, state, tone, who, due, note, open, can}``."""

    scripts = ("row_picker.js",)
    sheet = "row_picker.css"
    label = traitlets.Unicode().tag(sync=True)
    rows: Any = traitlets.List(trait=traitlets.Dict()).tag(sync=True)
    selected: Any = traitlets.List(trait=traitlets.Unicode()).tag(sync=True)


@dataclass(frozen=True, slots=True)
class RowWork:
    """What can be done with several rows at once; each raises OnboardingError and then has kept nothing, else it gives
    what is to be known besides.

    ``look`` gives how the task stands as a whole now, and each of its rows; ``values`` what a person copies to do one.
    ``done(task ids, who, note, proof, same, day)``: the day is the one that the task brings, the answer to ``brings``.
    """

    look: Callable[[str], tuple[TaskStatus, Sequence[TaskStatus]]]
    done: Callable[[Sequence[str], str, str, Attachment | None, bool, date | None], str]
    skip: Callable[[Sequence[str], str, str], str]
    waive: Callable[[Sequence[str], str, str, str, Attachment | None, bool], str]
    values: Callable[[TaskStatus], Entries]
    now: Callable[[], datetime]
    brings: Question | None = None


class RowsCard(Card):
    """One card for the rows of a task; ``kept`` says why they cannot be left out, empty where they can."""

    def __init__(self, task: str, work: RowWork, title_of: Title, kept: str = "") -> None:
        self._task, self._work, self._title_of = task, work, title_of
        whole, views = work.look(task)
        super().__init__(self._head(whole, views), "Report rows…")
        self.picker = RowPicker(label=whole.task.title)
        self.shown = column([])
        self.day = Field(replace(work.brings, required=False), None, self._set_day) if work.brings else None
        self._given: JSON = None
        self._has_acted = False  # since rows were selected: a second click is no request of its own
        self._show()
        self.picker.observe(self._picked, "selected")
        role = role_field(whole.task.waive.by, title_of, WAIVED_AS) if kept and whole.task.waive else None
        fields = [self.who, *([role] if role else []), self.note, *([self.day.box] if self.day else [])]
        is_check = whole.task.is_check and self.day is None  # nothing to report: it closes by itself
        words = "Keep the day" if whole.task.is_check else "The selected rows are done"
        acts: dict[str, Callable[[], object]] = {} if is_check else {words: self._done}
        if role:
            acts["Waive them"] = lambda: self._leave(lambda who, why: self._waive(role.value or "", who, why), "waived")
        elif not kept:
            acts["Leave them out"] = lambda: self._leave(lambda who, why: work.skip(self.picked, who, why))
        self.fill(fields, acts, "primary", kept)
        if is_check:
            self.offer("Show rows…", takes_file=role is not None)
        self.controls.children = [self.picker, self.shown, *self.controls.children]

    @property
    def picked(self) -> list[str]:
        """Ids of the tasks of the rows that are selected."""
        return list(self.picker.selected)

    def _done(self) -> None:
        who, note, document, same = self.who.value, self.note.value, self.document, self.same.value
        day = date.fromisoformat(str(self._given)) if self._given else None
        self._act(lambda: self._work.done(self.picked, who, note, document, same, day), "done")

    def _picked(self, _change: object) -> None:
        self._has_acted = False
        self._show_values()

    def _set_day(self, value: JSON) -> None:
        self._given = value

    def _leave(self, leave: Callable[[str, str], str], word: str = "left out") -> None:
        if self.picked and not self.note.value.strip():
            self.message.value = wrong(f"Say in the note why they are {word}.")
            return
        self._act(lambda: leave(self.who.value, self.note.value), word)

    def _waive(self, role: str, who: str, why: str) -> str:
        return self._work.waive(self.picked, who, role, why, self.document, self.same.value)

    def _act(self, act: Callable[[], str], word: str) -> None:
        """Does it for the rows that are selected; the card stays open for the others."""
        if not self.picked:
            if not self._has_acted:
                self.message.value = wrong("Select the rows first.")
            return
        count = ENGLISH.count(len(self.picked), "row")

        def worded() -> str:
            return f"{count} {word}. {act()}".rstrip()

        if self.attempt(worded):
            self.picker.selected = []
            self._has_acted = True
            self.note.value = ""
            self.file.value = ()
            self._show()

    def _show(self) -> None:
        whole, views = self._work.look(self._task)
        self.head.value = self._head(whole, views)
        self.picker.rows = [self._row(view) for view in views]

    def _show_values(self) -> None:
        """How the one row that is selected is done, and what is copied for it."""
        whole, views = self._work.look(self._task)
        one = next((view for view in views if self.picked == [view.task.id]), None)
        found = self._work.values(one) if one else Entries()
        guide = [Line(prose(one.guide))] if one and one.guide != whole.guide else []
        values = [Copyable(found.values, found.tables)] if found.values or found.tables else []
        self.shown.children = [*guide, *values]

    def _row(self, view: TaskStatus) -> dict[str, Any]:
        party, tone = view.waits_for or view.task.party, TASK_TONES[view.state]
        late = " overdue" if view.is_overdue(self._work.now()) else ""
        return {
            "id": view.task.id, "label": view.task.row.label if view.task.row else view.task.title, "state": tone[1],
            "tone": "stopped" if late else tone[0], "who": self._title_of(party),
            "due": ENGLISH.day(view.due_on) + late, "note": " ".join(view.reasons),
            "open": not view.state.is_closed, "can": view.state in CAN,
        }  # fmt: skip

    def _head(self, whole: TaskStatus, views: Sequence[TaskStatus]) -> Markup:
        task, closed = whole.task, sum(view.state.is_closed for view in views)
        head = fill("{} {}", badge(*TASK_TONES[whole.state]), strong(task.title))
        alone = by_itself(whole, self._title_of) if task.is_check else ""
        guide = details(HOW, prose(task.guide)) if task.guide else EMPTY
        proof = proof_wanted(task.evidence) if task.evidence else EMPTY
        return lines(filter(None, [head, progress_html("Rows done", closed, len(views)), alone, guide, proof]))

"""The people's side inside a runbook: a task is reported as done or left out, a gate is decided.

One card each. Nothing waits: a card calls what it was given and says in words how that went. Headless there are
tables instead, since nobody is there to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from onboarding.case.proofs import TWICE
from onboarding.case.work import MOVED
from onboarding.domain.action import Attachment
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH
from onboarding.errors import OnboardingError
from onboarding.frames.case_frames import task_frame
from onboarding.html.inline import badge, box, faint, lines, prose, strong, table
from onboarding.html.parts import EMPTY, Markup, fill
from onboarding.notebook.controls import WIDE, Copyable, FormScript, Line, button, column, row, text_field
from onboarding.notebook.fields import Field
from onboarding.notebook.panel import TASK_TONES, gate_badge, period, task_list_html
from onboarding.notebook.plan_view import proof_wanted
from onboarding.notebook.wording import fine, refused, wrong
from onboarding.settings import ENGINEER, is_headless
from onboarding.stages.desired import Entries
from onboarding.stages.owed import Owed

if TYPE_CHECKING:
    from onboarding.domain.history import GateDecision
    from onboarding.domain.question import Question
    from onboarding.domain.task import Task
    from onboarding.stages.gate import GateStatus
    from onboarding.stages.project_status import TaskStatus

Title = Callable[[str], str]
_button = partial(button, align_self="flex-start")


BOTH, CURRENT = "The file proves both", "It holds for the answers as they are now"
"""What a person confirms beside the proof."""


class Card:
    """What there is to decide, and under a button the few fields to answer it with."""

    def __init__(self, head: Markup, opener: str) -> None:
        self.head = Line(head)
        self.opener = _button(opener, self._open)
        self.who = text_field("Who", "your name", ENGINEER.get())
        self.note = text_field("Note", "")
        self.file = widgets.FileUpload(description="Proof (a file)", multiple=False, layout={"width": "auto"})
        self.same = widgets.Checkbox(description=BOTH, indent=False, layout={"display": "none"})
        self.message = Line("", "live")
        self.controls = widgets.VBox([], layout={"display": "none"})
        self.box = column([self.head, self.opener, self.controls, self.message], "card")

    def show_values(self, entries: Entries) -> None:
        """What is typed somewhere else to do it, ready to be copied; shown before the card is opened."""
        if entries.values or entries.tables:
            self.box.children = [self.head, Copyable(entries.values, entries.tables), *self.box.children[1:]]

    def fill(
        self,
        fields: Sequence[widgets.Widget],
        acts: Mapping[str, Callable[[], object]],
        first_style: str = "",
        hint: str = "",
    ) -> None:
        """What is shown once the card is opened: fields, and a button for each of ``acts``, by its words."""
        sheet = row((column([field], "field") for field in fields), "fields")
        proof = [self.file, self.same] if self.file.description else []
        buttons = [_button(words, act, "" if place else first_style) for place, (words, act) in enumerate(acts.items())]
        words = [Line(faint(hint))] if hint else []
        self.controls.children = [sheet, row([*proof, *buttons], "choice"), *words]

    @property
    def document(self) -> Attachment | None:
        """The proof that was uploaded."""
        if not self.file.value:
            return None
        item = self.file.value[0]
        return Attachment(item["name"], item["type"] or "application/octet-stream", bytes(item["content"]))

    def attempt(self, work: Callable[[], str | None]) -> bool:
        """Calls ``work`` and shows the words it gives; an error is shown and what was typed stays."""
        try:
            words = work()
        except OnboardingError as error:
            self.message.value = refused(error)
            self.same.layout.display = None if error.code in (TWICE, MOVED) or self.same.value else "none"
            self.same.description = CURRENT if error.code == MOVED else BOTH
            return False
        self.message.value = fine(words) if words else EMPTY
        return True

    def carry_out(self, work: Callable[[], None], words: str) -> None:
        """The last `attempt`: the card closes when it went well."""

        def worded() -> str:
            work()
            return words

        if self.attempt(worded):
            self.controls.layout.display = self.opener.layout.display = "none"

    def _open(self) -> None:
        is_open = self.controls.layout.display != "none"
        self.controls.layout.display = "none" if is_open else None


class CardList:
    """Cards under each other; ``html`` is shown instead when nobody is there, ``nothing`` when there is no card.

    ``cards`` are made one by one, and none of them when nobody is there.
    """

    def __init__(self, html: Markup, cards: Iterable[Card], nothing: str) -> None:
        self.html = html
        self.cards = [] if is_headless() else [*cards]
        if not is_headless():
            inside = [card.box for card in self.cards] or [Line(box("done", nothing))]
            self.box = column([FormScript(), *inside], "form")

    def _repr_mimebundle_(self, **_: Any) -> Any:
        if is_headless():
            return {"text/html": str(self.html), "text/plain": ""}
        return self.box._repr_mimebundle_()


class TaskCards(CardList):
    """The tasks that wait for somebody.

    ``done(task id, who, note, proof, same, day)``, ``skip(task id, who, reason)`` and ``waive(task id, who, role,
    reason, proof, same)`` do it or raise OnboardingError; ``who`` may be empty, ``same`` says that a file proves both,
    ``day`` is the one the task brings, as text, empty for none, and ``day_asked`` gives the question it answers.
    ``title_of`` gives the title of a party id, ``values`` what a person doing the task copies, ``kept`` why a task
    cannot be left out, empty where it can. The cards ``of_rows`` are those of tasks for every row.
    """

    def __init__(
        self,
        views: Sequence[TaskStatus],
        title_of: Title,
        done: Callable[[str, str, str, Attachment | None, bool, str], None],
        skip: Callable[[str, str, str], None],
        waive: Callable[[str, str, str, str, Attachment | None, bool], None],
        values: Callable[[TaskStatus], Entries] = lambda view: Entries(),
        kept: Callable[[Task], str] = lambda task: "",
        day_asked: Callable[[Task], Question | None] = lambda task: None,
        of_rows: Iterable[Card] = (),
    ) -> None:
        self._done, self._skip, self._waive, self._values, self._kept = done, skip, waive, values, kept
        self._day_asked = day_asked
        html = task_list_html(task_frame(map(Owed, views), title_of), "Waiting for somebody")
        single = (self._card(view, title_of) for view in views if view.task.row is None)
        super().__init__(html, chain(single, of_rows), "No task of this stage waits for anybody.")

    def _card(self, view: TaskStatus, title_of: Title) -> Card:
        card = Card(_task_head(view, title_of), "Report it…")
        card.show_values(self._values(view))
        task = view.task

        day: dict[str, JSON] = {}

        def done() -> None:
            given = (task.id, card.who.value, card.note.value, card.document, card.same.value)
            card.carry_out(partial(self._done, *given, str(day.get("day") or "")), f"{task.title}: done.")

        fields: list[widgets.Widget] = [card.who, card.note]
        if asked := self._day_asked(task):
            fields.append(Field(replace(asked, required=False), None, partial(day.__setitem__, "day")).box)
        why = self._kept(task)
        if why and task.waive:
            role = role_field(task.waive.by, title_of)
            fields.insert(1, role)
            leave = {"Waive it": partial(self._leave, card, task, role)}
        else:
            leave = {} if why else {"Leave it out": partial(self._leave, card, task)}
        card.fill(fields, {"It is done": done, **leave}, "primary", why)
        return card

    def _leave(self, card: Card, task: Task, role: widgets.Dropdown | None = None) -> None:
        """Left out, or waived in a role; either with a reason."""
        word = "left out" if role is None else "waived"
        if not card.note.value.strip():
            card.message.value = wrong(f"Say in the note why it is {word}.")
            return
        who, why = card.who.value, card.note.value
        if role is None:
            act = partial(self._skip, task.id, who, why)
        else:
            act = partial(self._waive, task.id, who, role.value or "", why, card.document, card.same.value)
        card.carry_out(act, f"{task.title}: {word}.")


class GateCards(CardList):
    """The gates that people decide.

    ``decide(gate id, approve, who, role, note, proof, answers, same)`` keeps a decision; ``answers`` are those to the
    questions the gate asks besides, as they were typed.
    """

    def __init__(
        self,
        views: Sequence[GateStatus],
        title_of: Title,
        decide: Callable[[str, bool, str, str, str, Attachment | None, dict[str, JSON], bool], None],
    ) -> None:
        self._decide = decide
        cards = (self._card(view, title_of) for view in views)
        super().__init__(_gates_html(views, title_of), cards, "No gate of this stage is decided by people.")

    def _card(self, view: GateStatus, title_of: Title) -> Card:
        gate = view.gate
        card = Card(_gate_head(view, title_of), "Decide…")
        role = role_field(gate.roles, title_of)
        answers: dict[str, JSON] = {question.name: question.default for question in gate.asks}
        fields = [Field(one, one.default, partial(answers.__setitem__, one.name)) for one in gate.asks]

        def decide(approve: bool) -> None:
            word = "approved" if approve else "rejected"
            given = (gate.id, approve, card.who.value, role.value or "", card.note.value, card.document)
            given_answers = {name: value for name, value in answers.items() if value is not None}
            card.carry_out(partial(self._decide, *given, given_answers, card.same.value), f"{gate.title}: {word}.")

        acts = {"Approve": partial(decide, True), "Reject": partial(decide, False)}
        card.fill([card.who, role, card.note, *(field.box for field in fields)], acts, "primary")
        return card


def role_field(roles: Sequence[str], title_of: Title) -> widgets.Dropdown:
    return widgets.Dropdown(options=[(title_of(role), role) for role in roles], description="In the role of", **WIDE)


def _task_head(view: TaskStatus, title_of: Title) -> Markup:
    task = view.task
    who, times = title_of(view.waits_for or task.party), faint(period(view.since, view.due_on, "due"))
    head = fill("{} {} &nbsp;{} {}", badge(*TASK_TONES[view.state]), strong(task.title), who, times)
    guide = prose(task.guide) if task.guide else EMPTY
    return lines(filter(None, [head, *view.reasons, guide, proof_wanted(task.evidence) if task.evidence else EMPTY]))


def _gate_head(view: GateStatus, title_of: Title) -> Markup:
    gate = view.gate
    until = f"Open until {ENGLISH.moment(view.open_until)}" if view.open_until else ""
    proof = strong("Proof wanted") if gate.needs_evidence and not view.is_open else EMPTY
    decisions = [faint(_decision_line(view, decision, title_of)) for decision in view.decisions]
    head = fill("{} {}", gate_badge(view), strong(gate.title))
    return lines(filter(None, [head, gate.question, *view.missing, until, proof, *decisions]))


def _decision_line(view: GateStatus, decision: GateDecision, title_of: Title) -> str:
    word = "approved" if decision.is_approved else "rejected"
    note = f": {decision.note}" if decision.note else ""
    line = f"{ENGLISH.moment(decision.at)}: {word} by {decision.by} ({title_of(decision.role)}){note}"
    parts = [line, *(f"{label}: {value}" for label, value in view.recorded(decision))]
    parts += [f"entered by {decision.other_login}"] if decision.other_login else []
    return " · ".join([*parts, decision.doubt] if decision.doubt else parts)


def _gates_html(views: Sequence[GateStatus], title_of: Title) -> Markup:
    if not views:
        return box("quiet", "No gate of this stage is decided by people.")
    rows = [[_gate_head(view, title_of), ", ".join(map(title_of, view.gate.roles))] for view in views]
    return table(["Gate", "May decide"], rows, "Decisions")

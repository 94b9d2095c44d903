"""The people's side inside a runbook: a task is reported as done or left out, a gate is decided.

One card each. Headless there are tables instead, since nobody is there to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import ipywidgets as widgets

from onboarding.domain.action import Attachment
from onboarding.domain.history import TaskState
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH
from onboarding.frames.case_frames import task_frame
from onboarding.html.inline import badge, box, faint, lines, prose, strong, table
from onboarding.html.parts import EMPTY, Markup, details, fill
from onboarding.notebook.cards import WAIVED_AS, Card, CardList, Title, role_field
from onboarding.notebook.fields import Field
from onboarding.notebook.panel import NO_TITLES, TASK_TONES, gate_badge, period, task_list_html
from onboarding.notebook.plan_view import proof_wanted
from onboarding.notebook.wording import wrong
from onboarding.stages.desired import Entries
from onboarding.stages.owed import Owed
from onboarding.text import first_few

if TYPE_CHECKING:
    from onboarding.domain.history import GateDecision
    from onboarding.domain.question import Question
    from onboarding.domain.task import Task
    from onboarding.stages.gate import GateStatus
    from onboarding.stages.task_status import TaskStatus


NO_DECISION = box("quiet", "No gate of this stage is decided by people.")


HOW = "Why, and how"


@dataclass(frozen=True, slots=True)
class TaskWork:
    """What can be done with a task; what does something raises OnboardingError and then has kept nothing, else it gives
    what is to be known besides, mostly nothing.

    ``done(task id, who, note, proof, same, day)``, ``skip(task id, who, reason)`` and ``waive(task id, who, role,
    reason, proof, same)``; ``who`` may be empty, ``same`` says that a file proves both, ``day`` is the one the task
    brings, as text, empty for none. ``values`` gives what a person doing the task copies, ``kept`` why a task cannot be
    left out, empty where it can, ``day_asked`` the question that its day answers, ``days`` in words when it was
    planned, promised and done, ``asked_in`` the titles of the sections that a check looks at, ``is_late`` whether its
    day is over.
    """

    done: Callable[[str, str, str, Attachment | None, bool, str], str]
    skip: Callable[[str, str, str], str]
    waive: Callable[[str, str, str, str, Attachment | None, bool], str]
    values: Callable[[TaskStatus], Entries] = lambda view: Entries()
    kept: Callable[[Task], str] = lambda task: ""
    day_asked: Callable[[Task], Question | None] = lambda task: None
    days: Callable[[str], str] = lambda task: ""
    asked_in: Callable[[Task], Sequence[str]] = lambda task: ()
    is_late: Callable[[TaskStatus], bool] = lambda view: False


class TaskCards(CardList):
    """The tasks that wait for somebody.

    ``title_of`` gives the title of a party id. The cards ``of_rows`` are those of tasks for every row; ``nothing`` is
    shown where there is no card. ``titles`` are those of the tasks as the profile has them, ``at`` is now, at the
    provider's place.
    """

    def __init__(
        self,
        views: Sequence[TaskStatus],
        title_of: Title,
        work: TaskWork,
        of_rows: Iterable[Card] = (),
        nothing: Markup = EMPTY,
        titles: Mapping[str, str] = NO_TITLES,
        at: datetime | None = None,
    ) -> None:
        self._work = work
        listed = task_list_html(task_frame(map(Owed, views), title_of), "Waiting for somebody", titles, at)
        html = listed if views else nothing
        single = (self._card(view, title_of) for view in views if view.task.row is None)
        super().__init__(html, chain(single, of_rows), nothing)

    def _card(self, view: TaskStatus, title_of: Title) -> Card:
        task = view.task
        card = Card(_task_head(view, title_of, self._work), "Report it…")
        card.show_values(self._work.values(view))
        fields: list[widgets.Widget] = [card.who, card.note]
        acts = self._reporting(card, task, fields)
        acts |= self._leaving(card, task, fields, title_of)
        card.fill(fields, acts, "primary", self._work.kept(task))
        if not task.is_reported:
            card.offer(f"{next(iter(acts))}…" if acts else "", takes_file=task.waive is not None)
        return card

    def _reporting(self, card: Card, task: Task, fields: list[widgets.Widget]) -> dict[str, Callable[[], object]]:
        """What says that it is done; of what closes by itself only the day that it brings can be given."""
        day: dict[str, JSON] = {}
        asked = self._work.day_asked(task)
        if asked:
            fields.append(Field(replace(asked, required=False), None, partial(day.__setitem__, "day")).box)
        if task.is_reported:
            return {"It is done": partial(self._report, card, task, day)}
        return {"Keep the day": partial(self._keep_day, card, task, day)} if asked else {}

    def _report(self, card: Card, task: Task, day: Mapping[str, JSON]) -> None:
        given = (task.id, card.who.value, card.note.value, card.document, card.same.value)

        def worded() -> str:
            more = self._work.done(*given, str(day.get("day") or ""))
            word = "done" if task.is_reported else "the day is kept"
            words = ". ".join(filter(None, [f"{task.title}: {word}", self._work.days(task.id)])) + "."
            return f"{words} {more}".rstrip()

        card.carry_out(worded, _closed_head(task, TaskState.DONE) if task.is_reported else EMPTY)

    def _keep_day(self, card: Card, task: Task, day: Mapping[str, JSON]) -> None:
        if not day.get("day"):
            card.message.value = wrong("Choose the day first.")
            return
        self._report(card, task, day)

    def _leaving(
        self, card: Card, task: Task, fields: list[widgets.Widget], title_of: Title
    ) -> dict[str, Callable[[], object]]:
        """Left out, or waived in a role where it can be done without only so."""
        if not self._work.kept(task):
            return {"Leave it out": partial(self._leave, card, task)}
        if task.waive is None:
            return {}
        role = role_field(task.waive.by, title_of, WAIVED_AS)
        fields.insert(1, role)
        return {"Waive it": partial(self._leave, card, task, role)}

    def _leave(self, card: Card, task: Task, role: widgets.Dropdown | None = None) -> None:
        """Left out, or waived in a role; either with a reason."""
        word = "left out" if role is None else "waived"
        if not card.note.value.strip():
            card.message.value = wrong(f"Say in the note why it is {word}.")
            return
        who, why = card.who.value, card.note.value
        if role is None:
            act = partial(self._work.skip, task.id, who, why)
        else:
            act = partial(self._work.waive, task.id, who, role.value or "", why, card.document, card.same.value)
        state = TaskState.SKIPPED if role is None else TaskState.WAIVED
        card.carry_out(_worded(act, f"{task.title}: {word}."), _closed_head(task, state))


class GateCards(CardList):
    """The gates that people decide.

    ``decide(gate id, approve, who, role, note, proof, answers, same)`` keeps a decision; ``answers`` are those to the
    questions the gate asks besides, as they were typed.
    """

    def __init__(
        self,
        views: Sequence[GateStatus],
        title_of: Title,
        decide: Callable[[str, bool, str, str, str, Attachment | None, dict[str, JSON], bool], str],
    ) -> None:
        self._decide = decide
        cards = (self._card(view, title_of) for view in views)
        super().__init__(_gates_html(views, title_of) if views else NO_DECISION, cards, NO_DECISION)

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
            card.carry_out(
                _worded(partial(self._decide, *given, given_answers, card.same.value), f"{gate.title}: {word}.")
            )

        acts = {"Approve": partial(decide, True), "Reject": partial(decide, False)}
        card.fill([card.who, role, card.note, *(field.box for field in fields)], acts, "primary")
        return card


def _closed_head(task: Task, state: TaskState) -> Markup:
    return fill("{} {}", badge(*TASK_TONES[state]), strong(task.title))


def _worded(act: Callable[[], str], words: str) -> Callable[[], str]:
    """Does it and gives the words for it, with what it says besides."""

    def done() -> str:
        return f"{words} {act()}".rstrip()

    return done


def _task_head(view: TaskStatus, title_of: Title, work: TaskWork) -> Markup:
    task = view.task
    who, times = title_of(view.waits_for or task.party), faint(period(view.since, view.due_on, "due"))
    late = badge("stopped", "overdue") if work.is_late(view) else EMPTY
    head = fill("{} {} &nbsp;{} {} {}", badge(*TASK_TONES[view.state]), strong(task.title), who, times, late)
    guide = details(HOW, prose(view.guide)) if view.guide else EMPTY
    proof = proof_wanted(task.evidence) if task.evidence else EMPTY
    asked = first_few(work.asked_in(task), 3) if task.is_check else ""
    where = f"It is answered in the form above: {asked}." if asked else ""
    return lines(filter(None, [head, *view.reasons, by_itself(view, title_of), where, guide, proof]))


def by_itself(view: TaskStatus, title_of: Title) -> str:
    """Who closes what nobody reports, and when; empty for all else."""
    task = view.task
    if task.is_reported:
        return ""
    who, until = title_of(view.waits_for or task.party), f" by {ENGLISH.moment(view.due_on)}" if view.due_on else ""
    if task.is_check and task.brings:
        return (
            f"Enter its day here when it is known; it closes by itself as soon as that is so. {who} sees to it{until}."
        )
    if task.is_check:
        return f"Nobody reports this: it closes by itself as soon as that is so. {who} sees to it{until}."
    return f"Nobody reports this: every row has a task of its own once {who} has entered it{until}."


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
    rows = [[_gate_head(view, title_of), ", ".join(map(title_of, view.gate.roles))] for view in views]
    return table(["Gate", "May decide"], rows, "Decisions")

"""The session object of a runbook: every cell of a runbook is one call on it.

The same calls serve a person stepping through in JupyterLab (forms and buttons) and a headless run (tables, and what
``apply`` says is done). Nothing is handed from one runbook to the next in memory: the record is in the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from onboarding import __version__
from onboarding.case import clock, decisions, leaving_out, planning, work
from onboarding.case.case import Case
from onboarding.case.decisions import Vote
from onboarding.case.reports import Report
from onboarding.case.sample import open_case
from onboarding.domain.action import Attachment as File
from onboarding.domain.action import Plan
from onboarding.domain.history import TaskState
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH
from onboarding.domain.question import Question
from onboarding.domain.task import Task
from onboarding.engine.apply import Applied, apply_stage
from onboarding.errors import InputError, Unavailable
from onboarding.frames import CaseFrames, Frame
from onboarding.html.inline import SHEET, box, faint, foldable
from onboarding.html.parts import Markup, element, fill
from onboarding.notebook import looks, panel
from onboarding.notebook.apply_button import ApplyButton, StepBar
from onboarding.notebook.ask import GateCards, TaskCards
from onboarding.notebook.cell_widgets import close_with_their_cells
from onboarding.notebook.identity import WhoPanel, is_asked
from onboarding.notebook.lists import gates_html
from onboarding.notebook.plan_view import button_words, left_to_do
from onboarding.notebook.procedure_cells import ProcedureCards
from onboarding.notebook.row_cards import RowsCard, RowWork
from onboarding.notebook.sheet import Sheet
from onboarding.notebook.stage_guide import guide_html
from onboarding.profile.edition import short
from onboarding.profile.stages import known_stage
from onboarding.settings import is_headless
from onboarding.stages import stage_overview
from onboarding.stages.desired import Entries, entries
from onboarding.stages.edition_change import left_behind
from onboarding.stages.gate import GateStatus, decision_digest
from onboarding.stages.owed import Owed, at_rest, listed, owed
from onboarding.stages.project_status import ProjectStatus, TaskStatus
from onboarding.stages.schedule import days_words, late_sentence
from onboarding.stages.waiving import who_may_waive, why_not_skipped


def open_run(
    stage: str, customer: str, apply: bool = False, as_of: str = "", approved: str = "", service: str = ""
) -> Runbook:
    """Open one runbook for one customer, of several services for that one, and show where the stage stands.

    Raises InputError for a parameter of the wrong type (a cell can hold any, and "no" would count as yes), an unknown
    customer, a stage that its profile has not, or an ``as_of`` that is impossible or may not be (`case.clock`),
    ProfileError for a broken profile.
    """
    words = {"stage": stage, "customer": customer, "as_of": as_of, "approved": approved, "service": service}
    _check_types(words, str)
    _check_types({"apply": apply}, bool)
    close_with_their_cells(get_ipython())
    is_unknown = is_asked()
    case = clock.as_of(open_case(customer, datetime.now(UTC), service), as_of)
    run = Runbook(case, known_stage(case.profile, stage), apply, follows_clock=not as_of, approved=approved)
    if is_unknown:
        display(WhoPanel(run.in_hands_of))  # type: ignore[no-untyped-call]
    run.status()
    return run


def _check_types(given: Mapping[str, object], wanted: type) -> None:
    for name, value in given.items():
        if type(value) is not wanted:
            remedy = "Write True or False, without quotes." if wanted is bool else "Write it between quotes."
            words = f"{name} is {wanted.__name__}, not {type(value).__name__}."
            raise InputError("PARAM-TYPE", words, f"Correct it in the cell of the parameters. {remedy}")


class Runbook:
    """One stage of one customer.

    Methods show something and return nothing, so that a cell ends in what it shows. What is a table is a DataFrame
    that shows itself: it can be filtered, sorted and counted, and what is taken out of it looks the same.
    """

    def __init__(self, case: Case, stage: str, apply: bool, follows_clock: bool, approved: str = "") -> None:
        self.case = case
        self.stage = stage
        self._apply = apply
        self._follows_clock = follows_clock
        self._approved = approved
        self._shown: Plan | None = None
        self._sheet = Sheet(self._now)

    def __repr__(self) -> str:
        return f"<{self.stage} of {self.case.customer.id}>"

    def in_hands_of(self, name: str) -> None:
        """Somebody has said who works here."""
        self.case.by = name

    def _now(self) -> Case:
        """The case at this moment; a kernel may be open for days."""
        if self._follows_clock:
            self.case.at = datetime.now(UTC)
        return self.case

    def _frames(self) -> CaseFrames:
        return CaseFrames(self._now())

    # -- where it stands -----------------------------------------------------------------------------------

    def status(self) -> None:
        """One line: who must act, what is missing, since when, until when; another about files of one's own."""
        panel.show(SHEET + self._status_html(self._now().note_progress()))
        panel.show(self._edition_html())
        for task in left_behind(self.case.context()):
            if task.task.startswith(f"{self.stage}."):
                panel.notice("info", task.sentence)
        if own := self.case.own_files:
            panel.notice("info", own.sentence)

    def _edition_html(self) -> Markup:
        """Which edition of the profile it is, which one it was moved from, and which version of the program."""
        words = f"Edition {short(self.case.edition)} of {self.case.profile.title}, onboarding {__version__}"
        if len(taken_over := self.case.engagement.editions) > 1:
            before, taken = taken_over[-2:]
            why = f": {taken.why}" if taken.why else ""
            words += f"; moved from {short(before.digest)} on {ENGLISH.day(taken.at)} by {taken.by}{why}"
        return element("div", faint(words))

    def _status_html(self, progress: ProjectStatus) -> Markup:
        case = self.case
        parts = [
            case.customer.name,
            *([case.profile.title] if case.beside else []),
            case.profile.stage(self.stage).title,
        ]
        title = " · ".join(parts)
        if case.ended:
            return panel.status_line_html("quiet", "ended", missing=case.ended, title=title)
        views = [view for view in progress.of_stage(self.stage) if not view.state.is_closed]
        if not views:
            return panel.status_line_html("done", "complete", missing=self._next_sentence(progress), title=title)
        lines = [one for one in listed(progress, self.stage) if not one.state.is_closed]
        first = min(lines, key=_urgency)
        who = case.profile.party_title(first.party)
        missing = [first.named if first.gate else first.title, *first.reasons]
        missing += [f"{len(views) - 1} more open in this stage"] if len(views) > 1 else []
        return panel.status_line_html(*panel.TASK_TONES[first.state], who, missing, first.since, first.due_on, title)

    def before(self) -> None:
        """What must be true before this stage: its gates, what is missing, and else what comes first."""
        progress = self._now().progress()
        gates, words = self._gates(progress), at_rest(progress, self.stage)
        if gates or not words:
            panel.show(gates_html(gates, self.case.profile.party_title))
        if words and all(view.is_open for view in gates):
            panel.show(self._at_rest_html(progress))

    def _at_rest_html(self, progress: ProjectStatus) -> Markup:
        """Why nothing is reported at this stage: it is closed, held up, or somebody has something else to do."""
        if words := at_rest(progress, self.stage):
            return box("done" if progress.is_stage_complete(self.stage) else "waiting", words)
        title = self.case.profile.party_title
        still = [fill("{}: {}", title(one.party), one.named) for one in owed(progress, self.stage)]
        return box("ready", "Nothing is reported here now. Still to be done at this stage:", *still)

    def _gates(self, progress: ProjectStatus) -> list[GateStatus]:
        """How the gates of the stage and of its tasks stand, each once."""
        gates, profile = progress.gates, self.case.profile
        named = [*profile.stage(self.stage).gates]
        named += [gate for task in profile.tasks_of(self.stage) for gate in task.gates]
        return [gates[gate] for gate in dict.fromkeys(named)]

    def responsibilities(self) -> None:
        """Who does what at this stage, with durations."""
        case = self._now()
        panel.show(panel.responsibilities_html(case.profile, self.stage, case.record.parties))

    @property
    def tasks(self) -> Frame:
        """Every task of the stage and how it stands; see `frames.tasks`."""
        return looks.tasks(self._frames().tasks(self.stage), self._titles)

    @property
    def _titles(self) -> Mapping[str, str]:
        """Of the tasks of this stage, as the profile has them."""
        return {task.id: task.title for task in self.case.profile.tasks_of(self.stage)}

    def summary(self) -> None:
        """What this stage is about for this customer: numbers, users, services, content or DNS records; and when."""
        case = self._now()
        context, planned = case.context(), case.schedule()
        dates = () if case.ended else (stage_overview.dates_of(self.stage, planned, context),)
        for block in (*stage_overview.of_stage(self.stage, context), *dates):
            made = foldable(block.columns, block.rows, block.title) if block.rows else box("quiet", block.empty)
            panel.show(made)
        for late in () if case.ended else planned.late:
            panel.notice("warning", late_sentence(late, context))
        for picture in stage_overview.pictures_of(self.stage, context):
            panel.show(panel.picture_html(picture))

    def guide(self) -> None:
        """Why each task of the stage is there, how it is done and what to look at, for the tasks that apply."""
        case = self._now()
        references = [one for one in case.profile.references if self.stage in one.stages]
        panel.show(guide_html(case.progress().summed(self.stage), case.profile.party_title, references))

    # -- answers -------------------------------------------------------------------------------------------

    def form(self, *sections: str) -> Any:
        """The questionnaire (or only the named sections) as a form; headless a table of the answers."""
        form = self._sheet.form(*sections)
        if form is None:
            panel.notice("info", f"{self.case.profile.provider} asks for nothing of the kind.")
        return form

    def asked(self) -> Any:
        """The questions of this stage, as `form` shows them."""
        names = [section.id for section in self.case.profile.questionnaire.sections if section.stage == self.stage]
        if names:
            return self.form(*names)
        panel.notice("info", "Nothing is asked at this stage.")
        return None

    @property
    def users(self) -> Frame:
        """The users as they are answered; see `CaseFrames.users`."""
        return looks.users(self._frames().users)

    @property
    def numbers(self) -> Frame:
        """The customer's telephone numbers; see `frames.numbers`."""
        return looks.numbers(self._frames().numbers)

    @property
    def problems(self) -> Frame:
        """What is missing, wrong or contradictory in the answers, each with its place; see `CaseFrames.problems`."""
        return looks.problems(self._frames().problems)

    # -- changes -------------------------------------------------------------------------------------------

    def plan(self) -> Frame:
        """The exact changes that would be made now on outside systems; nothing is changed by looking.

        See `CaseFrames.plan`. What `apply` makes is the whole plan, whatever part of it is looked at.
        """
        self._shown = planning.plan(self._now(), self.stage)
        return looks.plan(self._frames().plan(self._shown), self._shown)

    def _asked(self) -> set[str]:
        """Tasks of this stage that somebody was asked for already."""
        views = self.case.progress().of_stage(self.stage)
        return {view.task.id for view in views if view.state is TaskState.WAITING}

    def apply(self) -> None:
        """Make the changes that were shown; without ``apply`` a person gets a button, a headless run a word."""
        if self._shown is None:
            display(self.plan())  # type: ignore[no-untyped-call]
        if self._apply:
            self._show_applied(self._carry_out(by_person=bool(self._approved)))
        elif is_headless():
            panel.notice("info", "Dry run: nothing was changed.", "Run it with `apply` to make them.")
        else:
            words = button_words(left_to_do(self._shown, self._asked()) if self._shown else [])
            display(ApplyButton(words, self._carry_out, self._show_applied))  # type: ignore[no-untyped-call]

    def _carry_out(self, by_person: bool = True) -> Applied:
        approved = self._approved or (self._shown.digest if self._shown else "")
        bar = StepBar()
        applied = apply_stage(self._now(), self.stage, approved, step=bar.step, by_person=by_person)
        bar.close()
        self._shown = None
        return applied

    def _show_applied(self, applied: Applied) -> None:
        panel.show(panel.applied_table_html((result.action, result.outcome) for result in applied.results))
        self.status()
        if applied.troubles:
            remedy = "Everything that was done is kept; run this again later."
            raise Unavailable("OUT-OF-REACH", applied.troubles[0], remedy)

    # -- the people's side ---------------------------------------------------------------------------------

    def task_cards(self) -> Any:
        """Tasks of this stage that wait on somebody: take their proof, or leave one out or waive it with a reason."""
        case = self._now()
        context, progress = case.look()
        views = [view for view in progress.of_stage(self.stage) if _is_for_people(view)]

        def done(task: str, by: str, note: str, file: File | None, same: bool, day: str) -> None:
            report = Report(task, note, document=file, day=date.fromisoformat(day) if day else None)
            work.all_done(self._as(by), [report], is_same_file=same, is_current=same)

        def skip(task: str, by: str, reason: str) -> None:
            leaving_out.skip(self._as(by), task, reason)

        def waive(task: str, by: str, role: str, reason: str, file: File | None, same: bool) -> None:
            leaving_out.waive(self._as(by), task, role, reason, file, same)

        def kept(task: Task) -> str:
            refusal = why_not_skipped(task, context)
            return refusal and f"{refusal} {who_may_waive(task, context)}"

        def values(view: TaskStatus) -> Entries:
            return entries(view.task, context)

        def days(task: str) -> str:
            found = self._now().schedule().tasks.get(task)
            return days_words(found) if found else ""

        def day_asked(task: Task) -> Question | None:
            return case.questionnaire.question(task.brings) if task.brings else None

        cards = (self._card_of_rows(name, kept(context.known(name))) for name in _with_rows(views))
        title_of, nothing, titles = case.profile.party_title, self._at_rest_html(progress), self._titles
        return TaskCards(
            views, title_of, done, skip, waive, values, kept, day_asked, cards, nothing, titles, days,
        )  # fmt: skip

    def _card_of_rows(self, name: str, kept: str) -> RowsCard:
        """One card for the rows of a task."""

        def look(task: str) -> tuple[TaskStatus, Sequence[TaskStatus]]:
            progress = self._now().progress()
            views = [view for view in progress.of_rows(task) if view.state is not TaskState.NOT_NEEDED]
            return progress.task(task), views

        def done(tasks: Sequence[str], by: str, note: str, file: File | None, same: bool, day: date | None) -> None:
            reports = [Report(task, note, document=file, day=day) for task in tasks]
            work.all_done(self._as(by), reports, is_same_file=same, is_current=same)

        def skip(tasks: Sequence[str], by: str, reason: str) -> None:
            leaving_out.all_skipped(self._as(by), tasks, reason)

        def waive(tasks: Sequence[str], by: str, role: str, reason: str, file: File | None, same: bool) -> None:
            leaving_out.all_waived(self._as(by), tasks, role, reason, file, same)

        def values(view: TaskStatus) -> Entries:
            return entries(view.task, self._now().context())

        known = self.case.task(name)
        brings = self.case.questionnaire.question(known.brings) if known.brings else None
        found = RowWork(look, done, skip, waive, values, lambda: self._now().at, brings)
        return RowsCard(name, found, self.case.profile.party_title, kept)

    def decisions(self) -> Any:
        """Gates of this stage that people decide."""
        context, progress = self._now().look()
        gates = () if progress.end else self._gates(progress)
        views = [view for view in gates if view.gate.kind == "decision"]
        seen = {view.gate.id: decision_digest(view.gate, context) for view in views}

        def decide(
            gate: str,
            approve: bool,
            by: str,
            role: str,
            note: str,
            file: File | None,
            answers: dict[str, JSON],
            same: bool,
        ) -> None:
            vote = Vote(gate, approve, role, note, file, answers, seen[gate], is_same_file=same)
            decisions.decide(self._as(by), vote)

        return GateCards(views, self.case.profile.party_title, decide)

    def procedures(self, *kinds: str) -> ProcedureCards:
        """Procedures of these kinds of `domain.task.PROCEDURE_KINDS`; nothing is carried out by showing them."""
        found = [one for one in self.case.profile.procedures.values() if one.kind in kinds]
        return ProcedureCards(found, self._as)

    def _as(self, by: str) -> Case:
        case = self._now()
        return case.acting(by or case.by)

    # -- hand-over -----------------------------------------------------------------------------------------

    @property
    def evidence(self) -> Frame:
        """Everything that proves this stage so far; see `frames.evidence`."""
        return looks.evidence(self._frames().evidence(self.stage))

    def hand_over(self) -> None:
        """Where the stage stands after this run, and which runbook comes next."""
        display(self.evidence)  # type: ignore[no-untyped-call]
        progress = self._now().note_progress()
        panel.show(self._status_html(progress))
        if progress.since_hand_over or any(not view.state.is_closed for view in progress.of_stage(self.stage)):
            panel.notice("info", self._next_sentence(progress))

    def _next_sentence(self, progress: ProjectStatus) -> str:
        name = self.case.customer.id  # what a runbook has no control for is begun on the command line
        if self.case.ended:
            command = f"onboard report {name}"
            return f"Nothing is done any more; the report: {command}"
        if progress.since_hand_over:
            count = ENGLISH.count(len(progress.since_hand_over), "task")
            command = f"onboard phase {name} --change-order --title TEXT"
            return f"The answers ask for more than was handed over: {count}. A change order begins it: {command}"
        if progress.is_complete:
            command = f"onboard report {name}"
            return f"Everything is complete; the report for the customer: {command}"
        following = progress.open_stage
        if following == self.stage:
            return f"Come back to {self.case.profile.stage(self.stage).title.lower()} when something has moved."
        number = self.case.profile.number_of(following)
        return f"Next: {number} {self.case.profile.stage(following).title}."


def _with_rows(views: Sequence[TaskStatus]) -> list[str]:
    """Ids of the tasks for every row that these are of."""
    return list(dict.fromkeys(view.task.declared for view in views if view.task.row))


def _is_for_people(view: TaskStatus) -> bool:
    waiting = (TaskState.WAITING, TaskState.UNKNOWN, TaskState.REJECTED)
    return view.state in waiting or (view.state is TaskState.READY and view.task.is_manual and not view.task.is_check)


def _urgency(one: Owed) -> tuple[int, object]:
    order = [TaskState.REJECTED, TaskState.UNKNOWN, TaskState.READY, TaskState.WAITING, TaskState.BLOCKED]
    return order.index(one.state), str(one.due_on or "9999")

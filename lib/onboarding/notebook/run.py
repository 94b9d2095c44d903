"""The session object of a runbook: every cell of a runbook is one call on it.

The same calls serve a person stepping through in JupyterLab (forms and buttons) and a headless run (tables, and what
``apply`` says is done). Nothing is handed from one runbook to the next in memory: the record is in the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from onboarding.case import clock, planning
from onboarding.case.case import Case
from onboarding.case.sample import open_case
from onboarding.domain.action import Plan
from onboarding.engine.apply import Applied, apply_stage
from onboarding.errors import InputError, Unavailable
from onboarding.frames import CaseFrames, Frame
from onboarding.html.inline import SHEET
from onboarding.notebook import looks, panel
from onboarding.notebook.apply_button import ApplyButton, StepBar
from onboarding.notebook.cell_widgets import close_with_their_cells
from onboarding.notebook.identity import WhoPanel, is_asked
from onboarding.notebook.lists import gates_html
from onboarding.notebook.peoples_work import PeoplesWork
from onboarding.notebook.plan_view import button_words
from onboarding.notebook.sheet import Sheet
from onboarding.notebook.stage_guide import guide_html
from onboarding.notebook.standing import at_rest_html, edition_html, next_sentence, status_html
from onboarding.profile.folders import left_aside
from onboarding.profile.load import own_files_beside
from onboarding.profile.stages import known_stage
from onboarding.settings import is_headless
from onboarding.stages import stage_overview
from onboarding.stages.edition_change import left_behind
from onboarding.stages.owed import at_rest, gates_of
from onboarding.stages.plan import left_to_do
from onboarding.stages.schedule import late_sentence
from onboarding.stages.stage_answers import asked_sections, needed_sections


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
        self._people = PeoplesWork(self._now, stage)

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
        panel.show(SHEET + status_html(self._now(), self.stage, self.case.note_progress()))
        panel.show(edition_html(self.case))
        for task in left_behind(self.case.context()):
            if task.task.startswith(f"{self.stage}."):
                panel.notice("info", task.sentence)
        if own := self.case.own_files:
            panel.notice("info", own.sentence)
        elif beside := own_files_beside(self.case.engagement.profile, self.case.edition):
            panel.notice("info", left_aside(beside, self.case.edition))

    def before(self) -> None:
        """What must be true before this stage: its gates, what is missing, and else what comes first."""
        progress = self._now().progress()
        gates, words = gates_of(self.stage, self.case.profile, progress), at_rest(progress, self.stage)
        if gates or not words:
            panel.show(gates_html(gates, self.case.profile.party_title))
        if words and all(view.is_open for view in gates):
            panel.show(at_rest_html(self.case, self.stage, progress))

    def responsibilities(self) -> None:
        """Who does what at this stage, with durations."""
        case = self._now()
        panel.show(panel.responsibilities_html(case.profile, self.stage, case.record.parties))

    @property
    def tasks(self) -> Frame:
        """Every task of the stage and how it stands; see `frames.tasks`."""
        return looks.tasks(self._frames().tasks(self.stage), self._people.titles, self.case.here)

    def summary(self) -> None:
        """What this stage is about for this customer: numbers, users, services, content or DNS records; and when."""
        case = self._now()
        context, planned = case.context(), case.schedule()
        for block in stage_overview.of_stage(self.stage, context):
            panel.show(panel.overview_html(block))
        if not case.ended:
            panel.show(panel.overview_html(stage_overview.dates_of(self.stage, planned, context), panel.MOST))
        if planned.late and not case.ended:
            panel.show(panel.late_html([late_sentence(late, context) for late in planned.late]))
        for picture in stage_overview.pictures_of(self.stage, context):
            panel.show(panel.picture_html(picture))

    def guide(self) -> None:
        """Why each task of the stage is there, how it is done and what to look at, for the tasks that apply; open what
        those who work here can do now.
        """
        case = self._now()
        references = [one for one in case.profile.references if self.stage in one.stages]
        views, ours = case.progress().summed(self.stage), case.profile.runs
        panel.show(guide_html(views, case.profile.party_title, references, ours))

    # -- answers -------------------------------------------------------------------------------------------

    def form(self, *sections: str) -> Any:
        """The questionnaire (or only the named sections) as a form; headless a table of the answers."""
        form = self._sheet.form(*sections)
        if form is None:
            panel.notice("info", f"{self.case.profile.provider} asks for nothing of the kind.")
        return form

    def asked(self, *others: str) -> Any:
        """What this stage asks and rests on, and the ``others`` among what is asked, as `form` shows it.

        Headless the answers that are asked at this stage; of all else what has a problem.
        """
        profile = self.case.profile
        own, names = asked_sections(self.stage, profile), needed_sections(self.stage, profile)
        if is_headless():
            wrong = {problem.section for problem in self._now().context().problems if problem.severity == "error"}
            names = [name for name in names if name in own or name in wrong]
        names = [section.id for section in profile.questionnaire.sections if section.id in (*names, *others)]
        if names:
            return self.form(*names)
        panel.notice("info", "Nothing is asked at this stage, and what it rests on has no problem.")
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

    def apply(self) -> None:
        """Make the changes that were shown; without ``apply`` a person gets a button, a headless run a word."""
        if self._shown is None:
            display(self.plan())  # type: ignore[no-untyped-call]
        if self._apply:
            self._show_applied(self._carry_out(by_person=bool(self._approved)))
        elif is_headless():
            panel.notice("info", "Dry run: nothing was changed.", "Run it with `apply` to make them.")
        else:
            words = button_words(
                left_to_do(self._shown, self.case.progress().asked_at(self.stage)) if self._shown else []
            )
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
        return self._people.task_cards()

    def decisions(self) -> Any:
        """Gates of this stage that people decide."""
        return self._people.gate_cards()

    def procedures(self, *kinds: str) -> Any:
        """Procedures of these kinds of `domain.task.PROCEDURE_KINDS`; nothing is carried out by showing them."""
        return self._people.procedure_cards(kinds)

    # -- hand-over -----------------------------------------------------------------------------------------

    @property
    def evidence(self) -> Frame:
        """Everything that proves this stage so far; see `frames.evidence`."""
        return looks.evidence(self._frames().evidence(self.stage), self.case.calendar.zone)

    def hand_over(self) -> None:
        """Where the stage stands after this run, and which runbook comes next."""
        display(self.evidence)  # type: ignore[no-untyped-call]
        progress = self._now().note_progress()
        panel.show(status_html(self.case, self.stage, progress))
        if any(not view.state.is_closed for view in progress.of_stage(self.stage)):  # else the line above says it
            panel.notice("info", next_sentence(self.case, self.stage, progress))

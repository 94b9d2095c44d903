"""The questionnaire as a form in a notebook: every change saved at once, everything wrong shown beside its field.

The form holds no truth of its own. Answers come from the document it is given and go out through ``save``; running
the cell again shows what was kept. Headless, the same call gives a table and no widget.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import ipywidgets as widgets
from IPython.core.getipython import get_ipython

from onboarding.answers.assigned_questions import concerning, owners, part_of
from onboarding.answers.check import Checked
from onboarding.answers.reading import Reading
from onboarding.answers.sheet_layout import with_origins
from onboarding.domain.json import JSON, Answers
from onboarding.domain.question import Problem, Questionnaire
from onboarding.errors import OnboardingError
from onboarding.html.inline import strong
from onboarding.html.parts import EMPTY, join
from onboarding.notebook.controls import FormScript, Line, button, classed, column, row
from onboarding.notebook.fields import MISSING, is_wrong
from onboarding.notebook.form_sections import Group, first_problem, make_group, missing_words
from onboarding.notebook.static import answers_html
from onboarding.notebook.undo_question import NOTHING_UNDONE, Undoing, UndoQuestion
from onboarding.notebook.wording import fine, placed, reason, refused, toned, wrong
from onboarding.notebook.workbook_panel import WorkbookPanel, not_kept_html
from onboarding.settings import is_headless

MOVED = "ANSWERS-MOVED"
"""Code of an error that saving again meets again: somebody else has saved meanwhile."""

CHECK_AFTER = 0.15  # seconds; answers given in one breath are checked together


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


class AnswersForm:
    """Shows ``document`` as a form; to be the last expression of a cell, or displayed.

    ``check(document)`` gives normalised values and problems. ``save(section id, value)`` keeps one whole section
    (a dict, or a list of rows) and raises OnboardingError when it cannot; what was typed then stays on the
    screen and is tried again with the next change or by button. It returns the section as it is kept, with the ids of
    rows, or None where that is what it was given. ``read_upload(file name, bytes)`` reads a returned workbook,
    ``mark_up(bytes)`` gives a copy of it with its problems marked, ``export()`` the workbook as it stands, ``reload()``
    the document as it is kept now. ``undoes(document)`` says in sentences what keeping it would undo: then it is kept
    only once the person has said so. Where several parties know answers, a choice shows one's questions.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        document: Answers,
        check: Callable[[Answers], Checked],
        save: Callable[[str, JSON], JSON],
        read_upload: Callable[[str, bytes], Reading] | None = None,
        export: Callable[[], bytes] | None = None,
        reload: Callable[[], Answers] | None = None,
        file_name: str = "answers.xlsx",
        clock: Callable[[], datetime] = _now,
        mark_up: Callable[[bytes], bytes] | None = None,
        undoes: Callable[[Answers], Undoing] | None = None,
    ) -> None:
        self.questionnaire = questionnaire if is_headless() else with_origins(questionnaire)
        self.language = questionnaire.language
        self._part = self.questionnaire
        self.document: dict[str, Any] = copy.deepcopy(dict(document))
        self.problems: Sequence[Problem] = ()
        self.unsaved: dict[str, OnboardingError] = {}
        self._check, self._save, self._reload, self._clock = check, save, reload, clock
        self._undoes = undoes
        self.held: list[str] = []
        self._before: Sequence[Problem] = ()  # what was found before the change that is not kept yet
        self._pending: asyncio.TimerHandle | None = None
        self.groups: dict[str, Group] = {}
        if not is_headless():
            self.script = FormScript(lang=self.language.code)
            self.workbook = WorkbookPanel(
                self.questionnaire, self.script, read_upload, export, file_name, self._take_over, mark_up, undoes
            )
            self._build()

    def _repr_mimebundle_(self, **_: Any) -> Any:
        if is_headless():
            sections = {section.id for section in self.questionnaire.sections}
            found = [p for p in self._check(self.document).problems if p.section in sections]
            html = answers_html(self.questionnaire, self.document, found)
            return {"text/html": html, "text/plain": self.questionnaire.title}
        return self.box._repr_mimebundle_()

    def _build(self) -> None:
        language = self.language
        self.saved = Line("", "live", "saved")
        self.retry = button(language("Try to save again"), lambda: self._save_all(self.unsaved))
        self.load = button(language("Load what is kept now"), self._load_again)
        self.question = UndoQuestion(language, self._keep_held, self._take_back)
        self.summary = Line("", "live", "total")
        self.first = button("", self.focus_first)
        title = Line(strong(self.questionnaire.title), "title")
        legend = Line(language("Every change is saved at once. Answers marked * are needed."), "help")
        self.party = self._choice_of_party()
        self._above = [self.script, title, legend, self.workbook.box, self.party]
        foot = row([self.summary, self.first, self.saved, self.retry, self.load], "foot")
        self._below = [column([self.question.box, foot], "bottom")]
        self.box = column([], "form")
        self._show_saved("")
        self.show_part("")

    def _choice_of_party(self) -> widgets.Dropdown:
        known = owners(self.questionnaire)
        titles = [(self.questionnaire.parties.get(party, party), party) for party in known]
        layout = {"width": "auto", "max_width": "420px", "display": None if len(known) > 1 else "none"}
        choice = widgets.Dropdown(
            options=[(self.language("Everybody"), ""), *titles], description=self.language("Show the questions for"),
            style={"description_width": "initial"}, layout=layout,
        )  # fmt: skip
        classed(choice, "field", "party").observe(lambda change: self.show_part(change["new"]), "value")
        return choice

    def show_part(self, owner: str) -> None:
        """Shows only what that party is asked; everything when empty. The answers of all others stay as they are."""
        self._part = part_of(self.questionnaire, owner)
        self.groups = {
            section.id: make_group(section, self.document, self._changed, self.language)
            for section in self._part.sections
        }
        self.box.children = [*self._above, *(group.box for group in self.groups.values()), *self._below]
        self.recheck()
        self._open_first(owner)

    def _open_first(self, owner: str) -> None:
        """Where something is to be answered or mended; where nothing has to be only what one party is asked."""
        problem = first_problem(self.questionnaire, self.problems)
        asked = [group for group in self.groups.values() if group.is_asked]
        if problem and problem.severity == "error":
            self.groups[problem.section].open()
        elif owner and asked:
            asked[0].open()

    def _changed(self, section: str, value: JSON) -> None:
        self.document[section] = value
        if not self.held:
            self._before = self.problems
        self.held = list(dict.fromkeys([*self.held, section]))
        if not self._asks():
            self._keep_held()
        self._recheck_soon()

    def _asks(self) -> bool:
        """Asks first when keeping what was changed would undo something."""
        undone = NOTHING_UNDONE
        if self._undoes is not None:
            try:
                undone = self._undoes({name: self.document[name] for name in self.held})
            except OnboardingError as error:
                undone = Undoing([reason(error, self.language)])
        self.question.show(undone)
        if undone:
            self.saved.value = EMPTY
        return bool(undone)

    def _keep_held(self) -> None:
        held, self.held = self.held, []
        self.question.show(NOTHING_UNDONE)
        self._save_all([*held, *self.unsaved])

    def _take_back(self) -> None:
        """What is kept stands again in the fields that were not kept yet."""
        kept = self._reload() if self._reload else {}
        for name in self.held:
            self.document[name] = copy.deepcopy(kept.get(name))
        self.held = []
        self.question.show(NOTHING_UNDONE)
        self._replace(self.document)
        self._show_saved(self.language("Loaded {time}", time=f"{self._clock():%H:%M:%S}"))

    def _save_all(self, sections: Sequence[str] | dict[str, OnboardingError]) -> None:
        for section in dict.fromkeys(sections):
            try:
                kept = self._save(section, copy.deepcopy(self.document[section]))
            except OnboardingError as error:
                self.unsaved[section] = error
            else:
                self.unsaved.pop(section, None)
                self._identify(section, kept)
        self._show_saved(self.language("Saved {time}", time=f"{self._clock():%H:%M:%S}"))

    def _identify(self, section: str, kept: JSON) -> None:
        if kept is not None:
            self.document[section] = kept
            if section in self.groups:
                self.groups[section].identify(self.document)

    def _show_saved(self, words: str) -> None:
        shown = fine(words) if words else EMPTY
        if self.unsaved:
            name, error = next(iter(self.unsaved.items()))
            section, why = self.questionnaire.section(name), reason(error, self.language)
            where = section.title if section else name
            failed = self.language("Not saved: {section}. {why} What you typed is still here.", section=where, why=why)
            shown = wrong(failed)
        self.saved.value = shown
        can_be_saved = any(error.code != MOVED for error in self.unsaved.values())
        self.retry.layout.display = None if can_be_saved else "none"
        self.load.layout.display = None if self.unsaved and self._reload else "none"

    def _load_again(self) -> None:
        if self._reload is None:
            return
        try:
            document = self._reload()
        except OnboardingError as error:
            self.saved.value = refused(error, self.language)
            return
        typed = {name: self.document[name] for name in self.unsaved}
        self.unsaved.clear()
        self._replace(document)
        self._show_saved(self.language("Loaded {time}", time=f"{self._clock():%H:%M:%S}"))
        self.saved.value += not_kept_html(self.questionnaire, document, typed)

    def _replace(self, document: Answers) -> None:
        self.document = copy.deepcopy(dict(document))
        for group in self.groups.values():
            group.replace(self.document)
        self.recheck()

    def _take_over(self, document: Answers, changed: Sequence[str]) -> None:
        self._replace(document)
        self._save_all(changed)

    def _recheck_soon(self) -> None:
        if get_ipython() is None:  # no kernel around: nobody to wait for
            self.recheck()
            return
        if self._pending:
            self._pending.cancel()
        self._pending = asyncio.get_running_loop().call_later(CHECK_AFTER, self.recheck)

    def recheck(self) -> None:
        """Checks all answers now and shows what was found."""
        self._pending = None
        try:
            checked = self._check(self.document)
        except OnboardingError as error:
            self.summary.value = refused(error, self.language)
            return
        self.problems = [p for p in concerning(self._part, checked.problems) if p.section in self.groups]
        for section, group in self.groups.items():
            group.show(checked.values, [problem for problem in self.problems if problem.section == section])
        self.workbook.document = self.document
        self._show_summary()
        self._show_wrong()

    def _show_summary(self) -> None:
        missing = sum(problem.code in MISSING for problem in self.problems)
        bad = sum(map(is_wrong, self.problems))
        hints = len(self.problems) - missing - bad
        language = self.language
        parts: list[str] = [toned("wrong", language.count(bad, "problem"))] if bad else []
        parts += [toned("some", missing_words(missing, language))] if missing else []
        parts += [language.count(hints, "hint")] if hints else []
        self.summary.value = join(parts, " · ") or fine(language("All that is needed is answered, no problem."))
        self.first.description = language("Go to the first problem" if bad else "Go to the first missing answer")
        is_shown = bool(bad or missing) and not self.question.is_asked
        self.first.layout.display = None if is_shown else "none"

    def _show_wrong(self) -> None:
        """What the change that is asked about brought that is wrong."""
        if self.question.is_asked:
            new = [one for one in self.problems if one.section in self.held and one not in self._before]
            sections = {section.id: section for section in self.questionnaire.sections}
            self.question.show_wrong([
                f"{sections[one.section].title}: {placed(sections[one.section], one, self.language)}"
                for one in filter(is_wrong, new)
            ])  # fmt: skip

    def focus_first(self) -> None:
        """Opens the section of the first problem and puts the focus there."""
        problem = first_problem(self.questionnaire, self.problems)
        if problem:
            self.groups[problem.section].focus_on(problem, self.script.focus_on)

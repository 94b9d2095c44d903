"""One control for one question of a record, with its help and the line that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import ipywidgets as widgets

from onboarding.domain.answer_text import choices
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.question import Kind, Problem, Question
from onboarding.html.parts import join
from onboarding.notebook.controls import WIDE, Line, column, mark, row

MISSING = ("required", "required-rows")  # codes of problems that only say "not answered yet"
YEARS_FROM = 1900  # while a year is typed into a date, the browser reports the years 2, 20 and 202

Options = Sequence[tuple[str, JSON]]


class Field:
    """``on_change`` is called with the raw answer, None when there is none, as soon as a person has given it.

    ``references`` are the key values a reference may name.
    """

    def __init__(
        self,
        question: Question,
        raw: JSON,
        on_change: Callable[[JSON], None],
        references: Options = (),
        language: Language = ENGLISH,
    ) -> None:
        self._language = language
        self.question = question
        self._on_change = on_change
        self._raw = raw
        self.control = self._build(references)
        self.message = Line("", "message")
        help_ = [Line(question.help, "help")] if question.help else []
        self.box = column([self.control, *help_, self.message], "field", css_class(question.id))
        mark(self.box, "required", question.required)
        mark(self.box, "wide", question.kind is Kind.LONG_TEXT)
        self.show(())

    @property
    def label(self) -> str:
        return self.question.label + (" *" if self.question.required else "")

    @property
    def is_asked(self) -> bool:
        return str(self.box.layout.display) != "none"

    def set_asked(self, is_asked: bool) -> None:
        """Hides or shows the question; its answer is kept."""
        self.box.layout.display = None if is_asked else "none"

    def set_references(self, references: Options) -> None:
        """New values a reference may name; the answer given stays, even when it is no longer among them."""
        if isinstance(self.control, widgets.Dropdown) and self.question.kind is Kind.REFERENCE:
            options = _with_current(references, self._raw, self._language)
            if tuple(self.control.options) != options:
                self.control.unobserve(self._changed, "value")  # other options first take the answer away
                self.control.options = options
                self.control.value = self._raw
                self.control.observe(self._changed, "value")

    def show(self, problems: Sequence[Problem]) -> None:
        """The message line; red only for what is wrong, calm for what is merely not answered yet."""
        wrong = [problem for problem in problems if is_wrong(problem)]
        mark(self.box, "bad", bool(wrong))
        mark(self.box, "missing", bool(problems) and not wrong)
        self.message.value = join((problem.sentence_in(self._language) for problem in wrong or problems), "<br>")
        self.message.layout.display = None if problems else "none"

    def _build(self, references: Options) -> widgets.Widget:
        if self.question.kind is Kind.CHOICES:
            return self._checks()
        control, traits = self._control(references)
        made = control(description=self.label, **traits, **WIDE)
        made.observe(self._changed, "value")
        return made

    def _control(self, references: Options) -> tuple[Callable[..., widgets.Widget], dict[str, Any]]:
        """The kind of control that takes such an answer, and what it is made with."""
        kind, raw = self.question.kind, self._raw
        if kind is Kind.DATE and _is_date_or_nothing(raw):
            return widgets.DatePicker, {"value": date.fromisoformat(raw) if raw else None}
        if kind in (Kind.YES_NO, Kind.CHOICE, Kind.REFERENCE):
            offered = references if kind is Kind.REFERENCE else choices(self.question, self._language)
            return widgets.Dropdown, {"options": _with_current(offered, raw, self._language), "value": raw}
        text = "" if raw is None else str(raw)
        typed = {"value": text, "placeholder": self.question.example, "continuous_update": False}
        return (widgets.Textarea, typed | {"rows": 4}) if kind is Kind.LONG_TEXT else (widgets.Text, typed)

    def _changed(self, change: Any) -> None:
        value = change["new"]
        if isinstance(value, date):
            if value.year < YEARS_FROM:
                return
            value = value.isoformat()
        self._raw = None if value in ("", None) else value
        self._on_change(self._raw)

    def _checks(self) -> widgets.Widget:
        """A tick box per option, in the order of the options; unknown values stay as they are."""
        chosen = self._raw if isinstance(self._raw, list) else []
        boxes = {
            value: widgets.Checkbox(value=value in chosen, description=name, indent=False, layout={"width": "auto"})
            for name, value in choices(self.question, self._language)
        }

        def ticked(_: Any) -> None:
            current = self._raw if isinstance(self._raw, list) else []
            unknown = [value for value in current if value not in boxes]
            self._raw = [value for value, box in boxes.items() if box.value] + unknown or None
            self._on_change(self._raw)

        for box in boxes.values():
            box.observe(ticked, "value")
        return column([Line(self.label, "group-label"), row(boxes.values(), "checks")], "group")


def is_wrong(problem: Problem) -> bool:
    """Whether an answer must be corrected; one that is merely not given yet is not wrong."""
    return problem.severity == "error" and problem.code not in MISSING


def css_class(question_id: str) -> str:
    """Class by which the form's script finds a question or a section, as of `controls.classed`."""
    return "q-" + question_id.replace(".", "--").replace("_", "-")


def _is_date_or_nothing(raw: JSON) -> bool:
    if raw in (None, ""):
        return True
    try:
        date.fromisoformat(raw)
    except (TypeError, ValueError):
        return False
    return True


def _with_current(options: Options, raw: JSON, language: Language) -> tuple[tuple[str, JSON], ...]:
    """The options, an empty one before them, and what was typed elsewhere if it is none of them."""
    known = (("", None), *options)
    if any(value == raw for _, value in known):
        return known
    return (*known, (language("{value} (not on the list)", value=raw), raw))

"""A section of the form: a heading that opens and closes it, its progress in words, and its fields or its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import ipywidgets as widgets

from onboarding.answers.answer_schema import settled
from onboarding.answers.value_kinds import is_blank
from onboarding.domain.json import JSON, Answers
from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.question import Kind, Problem, Question, Questionnaire, Section
from onboarding.domain.row import answers_in
from onboarding.html.parts import Markup, join
from onboarding.notebook.controls import Line, button, classed, column, mark, row
from onboarding.notebook.fields import MISSING, Field, Options, css_class, is_wrong
from onboarding.notebook.grid import Grid
from onboarding.notebook.wording import toned


class Group:
    """``on_change(section id, value)`` is called with the whole section after every change.

    The inside is made when first opened.
    """

    def __init__(
        self, section: Section, document: Answers, on_change: Callable[[str, JSON], None], language: Language = ENGLISH
    ) -> None:
        self.section, self.language = section, language
        self.value: Any = _raw(section, document)
        self._on_change = on_change
        self._checked: tuple[Answers, Sequence[Problem]] = (document, ())
        self._is_built = False
        self._head = row([button(section.title, lambda: self.open(not self.is_open))], "head")
        self._progress = Line("", "progress")
        self._message = Line("", "message")
        self._body = column([], "body")
        self._body.layout.display = "none"
        bar = classed(widgets.HBox([self._head, self._progress]), "bar")
        self.box = column([bar, self._body], "section", css_class(section.id))

    @property
    def is_open(self) -> bool:
        return str(self._body.layout.display) != "none"

    @property
    def is_asked(self) -> bool:
        return str(self.box.layout.display) != "none"

    def open(self, is_open: bool = True) -> None:
        """Shows or hides the inside."""
        if is_open and not self._is_built:
            self._is_built = True
            parts: list[widgets.Widget] = [Line(self.section.help, "help")] if self.section.help else []
            self._body.children = (*parts, self._message, *self._build())
            self._show_inside()
        self._body.layout.display = None if is_open else "none"
        mark(self._head, "open", is_open)

    def replace(self, document: Answers) -> None:
        """Other answers instead, as after an upload."""
        self.value = _raw(self.section, document)
        self._rebuild()

    def identify(self, document: Answers) -> None:
        """Takes over the same answers as they were kept, with the ids of rows."""
        self.value = _raw(self.section, document)

    def show(self, values: Answers, problems: Sequence[Problem]) -> None:
        """What a check found; ``problems`` are those of this section, ``values`` all answers."""
        self._checked = (values, problems)
        asked = self.section.when is None or self.section.when.holds(values)
        self.box.layout.display = None if asked else "none"
        self._progress.value = self._progress_html(problems)
        if self._is_built:
            self._show_inside()

    def focus_on(self, problem: Problem, find: Callable[[str], None]) -> None:
        """Opens the section and puts the focus where ``problem`` is; ``find`` focuses by CSS selector."""
        self.open()
        find(f".onb-{css_class(problem.question)}" + ("" if problem.name else " .onb-body"))

    def _build(self) -> Sequence[widgets.Widget]:
        raise NotImplementedError

    def _rebuild(self) -> None:
        raise NotImplementedError

    def _show_inside(self) -> None:
        own = [problem for problem in self._checked[1] if not problem.name and problem.row is None]
        self._message.value = join((problem.sentence_in(self.language) for problem in own), "<br>")
        self._message.layout.display = None if own else "none"

    def _done(self) -> str:
        raise NotImplementedError

    def _progress_html(self, problems: Sequence[Problem]) -> Markup:
        wrong = sum(map(is_wrong, problems))
        missing = sum(problem.code in MISSING for problem in problems)
        parts = [self._done()]
        parts += [toned("some", missing_words(missing, self.language))] if missing else []
        parts += [toned("wrong", self.language.count(wrong, "problem"))] if wrong else []
        parts += [] if problems else [toned("fine", "✓")]
        return join(parts, " · ")


class RecordGroup(Group):
    """A section that is asked once."""

    fields: Mapping[str, Field] = MappingProxyType({})

    def _build(self) -> Sequence[widgets.Widget]:
        self.fields = {
            one.name: Field(
                one, self.value.get(one.name), self._changed(one.name), self._references(one), self.language
            )
            for one in self.section.questions
        }
        self._sheet = row((field.box for field in self.fields.values()), "fields")
        return [self._sheet]

    def _rebuild(self) -> None:
        if self._is_built:
            self._build()
            self._body.children = (*self._body.children[:-1], self._sheet)
            self._show_inside()

    def _changed(self, name: str) -> Callable[[JSON], None]:
        def changed(value: JSON) -> None:
            self.value = {key: answer for key, answer in self.value.items() if key != name}
            if value is not None:
                self.value[name] = value
            self._on_change(self.section.id, self.value)

        return changed

    def _references(self, question: Question) -> Options:
        return references(question, self._checked[0])

    def _show_inside(self) -> None:
        super()._show_inside()
        values, problems = self._checked
        for name, field in self.fields.items():
            field.set_asked(_is_asked(field.question, values))
            field.set_references(self._references(field.question))
            field.show([problem for problem in problems if problem.name == name])

    def _done(self) -> str:
        asked = [question for question in self.section.questions if _is_asked(question, self._checked[0])]
        answered = sum(self.value.get(question.name) not in (None, "", []) for question in asked)
        return self.language("{count} of {total} answered", count=answered, total=len(asked))


class TableGroup(Group):
    """A section with a row per thing."""

    grid: Grid | None = None

    def _build(self) -> Sequence[widgets.Widget]:
        self.grid = Grid(self.section, self.value, self._changed, self._references(), self.language)
        return [self.grid]

    def _rebuild(self) -> None:
        if self.grid is not None:
            self.grid.replace(self.value)
            self._show_inside()

    def identify(self, document: Answers) -> None:
        super().identify(document)
        if self.grid is not None:
            self.grid.identify(self.value)

    def _changed(self, rows: list[dict[str, Any]]) -> None:
        self.value = rows
        self._on_change(self.section.id, rows)

    def _references(self) -> dict[str, Options]:
        values = self._checked[0]
        return {question.name: references(question, values) for question in self.section.questions if question.to}

    def focus_on(self, problem: Problem, find: Callable[[str], None]) -> None:
        self.open()
        if self.grid is not None:
            self.grid.focus_cell(problem.row, problem.name)

    def _show_inside(self) -> None:
        super()._show_inside()
        if self.grid is not None:
            values, problems = self._checked
            for name, found in self._references().items():
                self.grid.set_references(name, found)
            self.grid.show(problems, self._not_asked(values))

    def _not_asked(self, values: Answers) -> list[set[str]]:
        """Row by row, the columns whose condition does not hold."""
        conditions = settled(self.section, values)
        return [
            {name for name, condition in conditions.items() if not condition.holds({}, row, self.section.id)}
            for row in self._normal_rows(values)
        ]

    def _normal_rows(self, values: Answers) -> Sequence[Mapping[str, Any]]:
        """For each row as typed the row as checked; a check leaves out blank rows."""
        normal = iter(_raw(self.section, values))
        blank = [all(is_blank(value) for value in answers_in(row).values()) for row in self.value]
        return [{} if is_empty else next(normal, row) for row, is_empty in zip(self.value, blank, strict=True)]

    def _done(self) -> str:
        return self.language.count(len(self.value), "row")


def make_group(
    section: Section, document: Answers, on_change: Callable[[str, JSON], None], language: Language = ENGLISH
) -> Group:
    """The group that fits the section."""
    return (TableGroup if section.is_table else RecordGroup)(section, document, on_change, language)


def missing_words(number: int, language: Language) -> str:
    """``3 answers missing``."""
    return language("{answers} missing", answers=language.count(number, "answer"))


def references(question: Question, values: Answers) -> Options:
    """(label, value) of what a reference may name: the key values of the table it points at, each once."""
    if question.kind is not Kind.REFERENCE:
        return ()
    section, _, name = question.to.partition(".")
    rows = values.get(section)
    found = [row.get(name) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return [(str(value), value) for value in dict.fromkeys(found) if value not in (None, "")]


def first_problem(questionnaire: Questionnaire, problems: Sequence[Problem]) -> Problem | None:
    """The problem that comes first in reading order: what is wrong before what is missing, hints last."""
    order = {question.id: place for place, question in enumerate(questionnaire.questions())}
    sections = {section.id: place for place, section in enumerate(questionnaire.sections)}

    def place(problem: Problem) -> tuple[bool, bool, int, int, int]:
        return (problem.severity != "error", problem.code in MISSING, sections.get(problem.section, len(sections)),
                -1 if problem.row is None else problem.row, order.get(problem.question, -1))  # fmt: skip

    return min((problem for problem in problems if problem.section in sections), key=place, default=None)


def _is_asked(question: Question, values: Answers) -> bool:
    return question.when is None or question.when.holds(values)


def _raw(section: Section, document: Answers) -> Any:
    content = document.get(section.id)
    if section.is_table:
        return [dict(row) if isinstance(row, Mapping) else {} for row in content] if isinstance(content, list) else []
    return dict(content) if isinstance(content, Mapping) else {}

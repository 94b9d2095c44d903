"""The answers to read: as a listing, and as a page to be printed and filled in with a pen.

The listing is for the notebook that runs by itself and for reports. The page is one HTML file that needs nothing else;
what is answered stands there already, what is not has a line to write on, or boxes to tick.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onboarding.answers import sheet_layout
from onboarding.answers.answer_schema import Values, asked_only, normalise, settled
from onboarding.answers.assigned_questions import part_of
from onboarding.answers.messages import shown
from onboarding.answers.reading import Place
from onboarding.answers.value_kinds import is_blank
from onboarding.domain.answer_text import answer_text, choices
from onboarding.domain.condition import Condition
from onboarding.domain.json import JSON, Answers
from onboarding.domain.language import Language, _
from onboarding.domain.question import Kind, Problem, Question, Questionnaire, Section
from onboarding.domain.reseller import Reseller
from onboarding.domain.task import Reference
from onboarding.html.parts import page


@dataclass(frozen=True, slots=True)
class OutlineCell:
    """One answer as people read it; empty when there is none. ``problems`` are the sentences about it."""

    question: str
    label: str
    value: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """One section that is asked.

    A record has ``fields``; a table has ``columns`` (labels) and ``rows`` of as many cells; columns nobody answered are
    left out. ``problems`` are the sentences about the section as a whole.
    """

    id: str
    title: str
    is_table: bool
    fields: tuple[OutlineCell, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[OutlineCell, ...], ...] = ()
    problems: tuple[str, ...] = ()


def outline(questionnaire: Questionnaire, document: Answers, problems: Iterable[Problem] = ()) -> list[OutlineSection]:
    """The sections that are asked with their answers in words; ``problems`` are those `check` found in the document.

    Numbers are shown in national form, choices by their label, yes and no in words; what could not be understood, as it
    was typed.
    """
    full, _ = normalise(questionnaire, document)
    values = replace(full, sections=asked_only(questionnaire, full.sections))
    sentences: dict[Place, list[str]] = defaultdict(list)
    for problem in problems:
        sentences[problem.question, problem.row].append(problem.sentence_in(questionnaire.language))
    return [
        _section(section, values, document.get(section.id), sentences, questionnaire.language)
        for section in questionnaire.sections
        if section.id in values.sections
    ]


def _section(
    section: Section, values: Values, raw: Any, sentences: Mapping[Place, Sequence[str]], language: Language
) -> OutlineSection:
    conditions = settled(section, values.sections)
    asked = [(question, question.id, conditions.get(question.name)) for question in section.questions]

    def cells(number: int | None, row: Mapping[str, JSON]) -> dict[str, OutlineCell]:
        typed, found = raw if number is None else raw[number], {}
        for q, name, condition in asked:
            if condition is None or condition.holds({}, row, section.id):
                words, explanations = answer_in_words(q, row, typed, language), tuple(sentences.get((name, number), ()))
                found[name] = OutlineCell(name, q.label, words, explanations)
        return found

    rows = [cells(number, row) for number, row in values.rows(section.id)]
    found = tuple(sentences.get((section.id, None), ()))
    if not section.is_table:
        return OutlineSection(section.id, section.title, False, tuple(rows[0].values()), problems=found)
    used = {cell.question for row in rows for cell in row.values() if cell.value or cell.problems}
    columns = {q.id: OutlineCell(q.id, q.label, "") for q in section.questions if q.id in used}
    lines = tuple(tuple(row.get(name, blank) for name, blank in columns.items()) for row in rows)
    labels = tuple(blank.label for blank in columns.values())
    return OutlineSection(section.id, section.title, True, columns=labels, rows=lines, problems=found)


def answer_in_words(question: Question, answers: Mapping[str, JSON], typed: Any, language: Language) -> str:
    """The answer in a row of normalised values, or what was ``typed`` there and not understood; empty for neither."""
    name = question.name
    if name in answers:
        return answer_text(question, answers[name], language)
    raw = typed.get(name) if isinstance(typed, Mapping) else None
    return "" if is_blank(raw) else shown(raw)


MOST_COLUMNS = 6
"""A table with more questions is set as one card for each row: columns would be too narrow to write in."""

EMPTY_ROWS, EMPTY_CARDS = 5, 2
"""Empty ones after those that are filled in."""

_STEPS = (
    _("Fill in what you know. A star marks what is always needed."),
    _("Where it says “Only if”, answer only if that is so."),
    _("If there are not enough rows, continue on a sheet of your own."),
    _("Give it back to the person who gave it to you."),
)
_BOXED = 3  # a choice of more than so many does not fit into the cell of a table


def printable(
    questionnaire: Questionnaire,
    document: Answers,
    customer_name: str = "",
    owner: str = "",
    references: Iterable[Reference] = (),
    reseller: Reseller | None = None,
) -> str:
    """The page as HTML without script or request, the same for the same input; with ``owner`` only that party's part.

    It is in the language of the questionnaire; ``references`` stand at its end, translated by it. It comes from the
    ``reseller``, where there is one.

    Sections and questions that the answers rule out are left out; those still undecided say when they are asked.
    Raises InputError when nothing is asked of the owner.
    """
    part = part_of(questionnaire, owner)
    asked = _Page(questionnaire, part, document)
    language, party = questionnaire.language, questionnaire.parties.get(part.owner, part.owner)
    return page(
        "answers/printable.html.j2",
        lang=language.code,
        title=questionnaire.title,
        customer=customer_name,
        party=language("For: {party}", party=party) if party else "",
        steps=map(language, _STEPS),
        parts=map(asked.part, asked.sections()),
        signed=[language("Filled in by"), language("Date")],
        chosen=language("chosen:"),
        reseller=reseller,
        worth_reading=language("Worth reading"),
        references=[(language(one.title), language(one.text), one.url) for one in references],
    )


@dataclass(frozen=True, slots=True)
class _Field:
    """The place for one answer: ``boxes`` (words, whether ticked) or its ``words``, else ``lines`` to write on."""

    question: Question
    words: str
    boxes: Sequence[tuple[str, bool]] = ()
    hint: str = ""
    when: str = ""

    @property
    def is_wide(self) -> bool:
        return self.question.kind in (Kind.LONG_TEXT, Kind.CHOICES)

    @property
    def lines(self) -> int:
        return 3 if self.question.kind is Kind.LONG_TEXT else 1


@dataclass(frozen=True, slots=True)
class _Part:
    """One section as it is set: ``fields``, or ``rows`` of them, or ``cards``, each with its heading."""

    section: Section
    when: str
    fields: Sequence[_Field] = ()
    rows: Sequence[Sequence[_Field]] = ()
    cards: Sequence[tuple[str, Sequence[_Field]]] = ()
    legend: Sequence[tuple[str, str]] = ()
    is_long: bool = False


class _Page:
    def __init__(self, questionnaire: Questionnaire, asked: Questionnaire, document: Answers) -> None:
        self.questionnaire, self.asked, self.document = questionnaire, asked, document
        self.language = questionnaire.language
        full, _ = normalise(questionnaire, document)
        self.full = full.sections
        self.values = replace(full, sections=asked_only(questionnaire, full.sections))

    def sections(self) -> list[Section]:
        """The sections that are asked, and those of which that is not decided."""
        return [section for section in self.asked.sections if self._may_ask(section.when)]

    def part(self, section: Section) -> _Part:
        part = _Part(section, self._condition(section.when))
        if not section.is_table:
            content, typed = self.full[section.id], self.document.get(section.id)
            return replace(part, fields=self._fields(section, content, typed, is_explained=True))
        rows = self._rows(section)
        part = replace(part, is_long=len(rows) > EMPTY_ROWS)
        if len(section.questions) > MOST_COLUMNS or any(len(q.options) > _BOXED for q in section.questions):
            rows += [({}, {})] * max(EMPTY_CARDS, section.min_rows)
            cards = [self._card(section, number, *row) for number, row in enumerate(rows, start=1)]
            return replace(part, cards=cards, legend=self._legend(section, has_conditions=False))
        rows += [({}, {})] * max(EMPTY_ROWS, section.min_rows)
        cells = [[self._cell(question, *row) for question in section.questions] for row in rows]
        return replace(part, rows=cells, legend=self._legend(section))

    # --- Inside a section

    def _fields(self, section: Section, answers: Mapping[str, JSON], typed: Any, is_explained: bool) -> list[_Field]:
        return [
            self._field(question, answers, typed, is_explained)
            for question in section.questions
            if self._may_ask(question.when, answers, section.id)
        ]

    def _card(
        self, section: Section, number: int, answers: Mapping[str, JSON], typed: Any
    ) -> tuple[str, Sequence[_Field]]:
        key = section.question(section.key) if section.key else None
        name = answer_in_words(key, answers, typed, self.language) if key else ""
        return f"{number}. {name}".strip(), self._fields(section, answers, typed, is_explained=False)

    def _rows(self, section: Section) -> list[tuple[Mapping[str, JSON], Any]]:
        """(normalised, as typed) of each row."""
        typed = self.document.get(section.id)
        places = Values(self.full, self.values.numbers).rows(section.id)
        return [(answers, typed[number] if number is not None and isinstance(typed, list | tuple) else {})
                for number, answers in places]  # fmt: skip

    def _legend(self, section: Section, has_conditions: bool = True) -> list[tuple[str, str]]:
        """What the columns mean, once for all rows; cards say themselves when something is asked."""
        explanations = [(one.label, self._explained(one, has_conditions=has_conditions)) for one in section.questions]
        return [(label, words) for label, words in explanations if words]

    # --- One question

    def _explained(self, question: Question, has_example: bool = True, has_conditions: bool = False) -> str:
        parts = [question.help, *sheet_layout.origin(self.questionnaire, question)]
        if question.example and has_example:
            parts.append(self.language("Example: {example}", example=question.example))
        if question.when is not None and has_conditions:
            parts.append(sheet_layout.only_if(question.when, self.questionnaire))
        return " ".join(filter(None, parts))

    def _condition(self, condition: Condition | None, row: Mapping[str, JSON] | None = None, section: str = "") -> str:
        """When it is asked, as long as that is not decided."""
        if condition is None or condition.holds(self.values.sections, row, section):
            return ""
        return sheet_layout.only_if(condition, self.questionnaire)

    def _may_ask(self, condition: Condition | None, row: Mapping[str, JSON] | None = None, section: str = "") -> bool:
        """Whether a condition holds, or could once its questions are answered."""
        if condition is None or condition.holds(self.values.sections, row, section):
            return True
        return any(self._is_open(question, row, section) for question in condition.questions())

    def _is_open(self, question_id: str, row: Mapping[str, JSON] | None, section: str) -> bool:
        inside, _, name = question_id.partition(".")
        answers = row if row is not None and inside == section else self.full.get(inside)
        rows = answers if isinstance(answers, list) else [answers or {}]
        return not rows or any(is_blank(line.get(name)) for line in rows)

    def _field(self, question: Question, answers: Mapping[str, JSON], typed: Any, is_explained: bool) -> _Field:
        """What is answered, or the place for it; with boxes a choice shows what else could have been chosen."""
        value, words = answers.get(question.name), answer_in_words(question, answers, typed, self.language)
        has_boxes = (is_explained or question.name not in answers) and not (words and value is None)
        boxes = self._boxes(question, value) if has_boxes else []
        hint = self._explained(question, has_example=is_blank(value)) if is_explained else ""
        return _Field(question, words, boxes, hint, self._condition(question.when, answers, question.section))

    def _cell(self, question: Question, answers: Mapping[str, JSON], typed: Any) -> _Field:
        boxes = [] if question.name in answers else self._boxes(question, None)
        return _Field(question, answer_in_words(question, answers, typed, self.language), boxes)

    def _boxes(self, question: Question, value: JSON) -> list[tuple[str, bool]]:
        """Words of each choice and whether it is chosen; none where nothing is chosen from."""
        if question.kind not in (Kind.CHOICE, Kind.CHOICES, Kind.YES_NO):
            return []
        chosen = value if isinstance(value, list) else [value]
        return [(words, item in chosen) for words, item in choices(question, self.language)]

"""How a questionnaire is laid out in a workbook: names of sheets, headings of columns, words about questions.

Writer and reader share it, so that what one writes the other finds again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from onboarding.answers.value_kinds import folded, is_blank
from onboarding.domain.answer_text import answer_text, choices
from onboarding.domain.condition import COMPARING, Condition, kind_of_bound
from onboarding.domain.language import ENGLISH, Language, _
from onboarding.domain.question import Kind, Question, Questionnaire, Section

INSTRUCTIONS = _("Instructions")
ANSWERS = _("Answers")
LISTS = "_lists"
STAMP = "_about"
MARKS = "_marks"
HISTORY = "History"  # Excel keeps it for itself
LAST_ROW = 5000
"""Drop-downs reach down to here."""

REQUIRED_MARK = " *"
QUESTION, ANSWER, MEANING, KEY = range(4)
"""Columns of the sheet of records; the last is hidden and holds the question's id."""

_LONGEST_NAME = 31


@dataclass(frozen=True)
class SheetLayout:
    """Where everything of a questionnaire lies."""

    questionnaire: Questionnaire

    @property
    def language(self) -> Language:
        return self.questionnaire.language

    @property
    def instructions(self) -> str:
        """Name of the first sheet."""
        return self.language(INSTRUCTIONS)

    @property
    def answers(self) -> str:
        """Name of the sheet of records."""
        return self.language(ANSWERS)

    @property
    def reserved(self) -> tuple[str, ...]:
        """Names no table's sheet may have."""
        return (self.instructions, self.answers, LISTS, STAMP, MARKS, HISTORY)

    @cached_property
    def records(self) -> tuple[Section, ...]:
        return tuple(section for section in self.questionnaire.sections if not section.is_table)

    @cached_property
    def tables(self) -> tuple[Section, ...]:
        return tuple(section for section in self.questionnaire.sections if section.is_table)

    @cached_property
    def sheets(self) -> Mapping[str, str]:
        """Table section id -> name of its sheet: its title as far as Excel allows, and no name twice."""
        taken = {name.casefold() for name in self.reserved}
        found = {}
        for section in self.tables:
            base = " ".join(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", section.title).split()).strip("'") or section.id
            name, number = base[:_LONGEST_NAME].rstrip(" '"), 2
            while name.casefold() in taken:
                tail = f" {number}"
                name, number = base[: _LONGEST_NAME - len(tail)].rstrip(" '") + tail, number + 1
            taken.add(name.casefold())
            found[section.id] = name
        return found

    @cached_property
    def option_lists(self) -> tuple[tuple[str, ...], ...]:
        """What drop-downs offer, each list once, in the order of the columns of the hidden sheet."""
        lists = [offered(question, self.language) for question in self.questionnaire.questions()]
        return tuple(dict.fromkeys(entries for entries in lists if entries))

    @cached_property
    def separator(self) -> str:
        """Between several choices in one cell: a comma, unless some label has one itself."""
        options = [o for q in self.questionnaire.questions() if q.kind is Kind.CHOICES for o in q.options]
        return "; " if any("," in option.label for option in options) else ", "


def headings(section: Section) -> dict[str, str]:
    """Question name -> heading of its column, without the mark of a required one; no heading twice."""
    often = Counter(folded(question.label) for question in section.questions)
    return {
        question.name: question.label if often[folded(question.label)] == 1 else f"{question.label} ({question.name})"
        for question in section.questions
    }


def heading_key(text: str) -> str:
    """Form in which headings are compared."""
    return folded(text.strip().removesuffix("*"))


def offered(question: Question, language: Language = ENGLISH) -> tuple[str, ...]:
    """The words a drop-down offers for a single choice; empty for other kinds."""
    is_single = question.kind in (Kind.YES_NO, Kind.CHOICE)
    return tuple(words for words, _ in choices(question, language)) if is_single else ()


def drop_down(plan: SheetLayout, question: Question) -> str:
    """The cells a drop-down takes its entries from, such as ``=Sites!$A$2:$A$5000``; empty without a drop-down."""
    if question.kind is Kind.REFERENCE:
        section_id, _, name = question.to.partition(".")
        section = plan.questionnaire.section(section_id)
        if section is None or not section.is_table or section.question(name) is None:
            return ""
        letter = column_letter([q.name for q in section.questions].index(name))
        return f"={quoted(plan.sheets[section_id])}!${letter}$2:${letter}${LAST_ROW}"
    entries = offered(question, plan.language)
    if not entries:
        return ""
    letter = column_letter(plan.option_lists.index(entries))
    return f"={LISTS}!${letter}$1:${letter}${len(entries)}"


def column_letter(position: int) -> str:
    """Letters of the column at that position, counted from 0: A, Z, AA."""
    head, last = divmod(position, 26)
    return (column_letter(head - 1) if head else "") + chr(ord("A") + last)


def quoted(sheet: str) -> str:
    """A sheet's name as Excel writes it before an exclamation mark."""
    return sheet if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", sheet) else "'" + sheet.replace("'", "''") + "'"


def meaning(questionnaire: Questionnaire, question: Question, separator: str = ", ") -> str:
    """All a person needs to answer: the help, what may be chosen, an example, and when it is asked."""
    language = questionnaire.language
    parts = [question.help]
    if question.kind is Kind.CHOICES:
        names = separator.join(option.label for option in question.options)
        parts.append(language("One or more of: {names}.", names=names))
    if question.kind is Kind.REFERENCE:
        target = questionnaire.section(question.to.partition(".")[0])
        parts.append(language("One of those listed under “{title}”.", title=target.title if target else question.to))
    if question.example:
        parts.append(language("Example: {example}", example=question.example))
    if not is_blank(question.default):
        value = answer_text(question, question.default, language)
        parts.append(language("Left empty, it is {value}.", value=value))
    if question.when is not None:
        parts.append(only_if(question.when, questionnaire))
    parts += origin(questionnaire, question)
    return " ".join(part.strip() for part in parts if part)


def origin(questionnaire: Questionnaire, question: Question) -> list[str]:
    """Where the answer is found: the document it is copied from, and who knows it when that is somebody particular."""
    parts, language = [], questionnaire.language
    if question.document:
        parts.append(language("Where to find it: {document}.", document=question.document))
    if question.owner and question.owner not in (questionnaire.asks, questionnaire.owner):
        title = questionnaire.parties.get(question.owner, question.owner)
        parts.append(language("Who knows it: {party}.", party=title))
    return parts


def with_origins(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire with the `origin` of each answer in the help of its question."""

    def with_origin(question: Question) -> Question:
        return replace(question, help=" ".join(filter(None, (question.help, *origin(questionnaire, question)))))

    sections = [replace(one, questions=tuple(map(with_origin, one.questions))) for one in questionnaire.sections]
    return replace(questionnaire, sections=tuple(sections))


def only_if(condition: Condition, questionnaire: Questionnaire) -> str:
    """When something is asked, as a sentence."""
    return questionnaire.language("Only if {condition}.", condition=described(condition, questionnaire))


def described(condition: Condition, questionnaire: Questionnaire) -> str:
    """A condition in words: ``“Number plan” is Port or Mixed``."""
    language = questionnaire.language
    if condition.parts:
        return _joined([described(part, questionnaire) for part in condition.parts], condition.op == "all", language)
    question = questionnaire.question(condition.question)
    label = f"“{question.label if question else condition.question}”"
    if condition.rows:
        section = questionnaire.section(condition.rows)
        label = str(language("the number of rows of {section}", section=section.title if section else condition.rows))
    if condition.op == "answered":
        return language("{label} is answered" if condition.values[0] else "{label} is left empty", label=label)
    if condition.op in COMPARING:
        return _compared(condition, label, language)
    value = _joined([answer_text(question, value, language) for value in condition.values], False, language)
    text = _("{label} is not {value}") if condition.op == "not" else _("{label} is {value}")
    return language(text, label=label, value=value)


_COMPARED = {
    ("below", "version"): _("{label} is earlier than {bound}"),
    ("at_least", "version"): _("{label} is {bound} or later"),
    ("below", "number"): _("{label} is less than {bound}"),
    ("at_least", "number"): _("{label} is {bound} or more"),
    ("before", "date"): _("{label} is before {bound}"),
    ("after", "date"): _("{label} is after {bound}"),
    ("within", "number"): _("{label} is from {bound} to {last}"),
    ("within", "date"): _("{label} is from {bound} to {last}"),
}


def _compared(condition: Condition, label: str, language: Language) -> str:
    """How an answer stands to a version, a number or a day."""
    kind = kind_of_bound(condition.values[0])
    first, *others = (date.fromisoformat(one) if kind == "date" else one for one in condition.values)
    return language(_COMPARED[condition.op, kind], label=label, bound=first, last=others[0] if others else "")


def _joined(parts: list[str], is_all: bool, language: Language) -> str:
    return language.listed(parts, "and" if is_all else "or")

"""Are the answers complete and right? One function for every face: form, workbook, file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic_core import PydanticCustomError

from onboarding.answers.asked import asked_only, settled
from onboarding.answers.kinds import is_blank, normaliser
from onboarding.answers.messages import make_problem
from onboarding.answers.rule_check import rule_problems
from onboarding.answers.schema import Values, normalise
from onboarding.domain.json import JSON, Document
from onboarding.domain.question import Problem, Question, Questionnaire, errors

MOST_PROBLEMS = 5_000
"""Problems reported at once; more than anybody reads."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Answers after checking.

    ``values`` holds normalised answers of what is asked, a section for each that is asked: record sections as dicts,
    tables as lists without blank rows; names without an answer are absent. ``problems`` are in the order of the
    questionnaire, those of rules last within their place. ``numbers`` gives for each row of a table its place in the
    document, blank rows counted, and ``ids`` its id (`domain.row`): empty before the first save.
    """

    values: Document
    problems: tuple[Problem, ...]
    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def place(self, question: str, row: int | None) -> int | None:
        """Where the row of that number among ``values`` stands in the document."""
        places = self.numbers.get(question.partition(".")[0], ())
        return row if row is None or row >= len(places) else places[row]

    @property
    def errors(self) -> list[Problem]:
        """The problems that hold up provisioning; warnings left out."""
        return errors(self.problems)

    @property
    def is_complete(self) -> bool:
        return not self.errors


def check(questionnaire: Questionnaire, document: Document, today: date) -> Checked:
    """Checks a document against the questionnaire and its rules; ``today`` is what ages are counted from.

    Never raises for what a customer wrote; raises ProfileError when a rule of the profile cannot be applied.
    """
    full, problems = normalise(questionnaire, document)
    values = replace(full, held=asked_only(questionnaire, full.held))
    problems = [problem for problem in problems if _is_asked(questionnaire, values, problem)]
    wrong = {(problem.question, problem.row) for problem in problems}
    problems += [missing for missing in _missing(questionnaire, values) if (missing.question, missing.row) not in wrong]
    problems += rule_problems(questionnaire, values, today)
    return Checked(values.held, _in_order(questionnaire, problems), values.numbers, values.ids)


def check_one(question: Question, raw: Any) -> tuple[JSON, Problem | None]:
    """(normalised value or None, problem or None) of one answer by itself, for the field of a form.

    A blank answer to a required question is a problem; whether a reference exists is seen only by `check`.
    """
    if is_blank(raw):
        return None, make_problem("required", question.id, label=question.label) if question.required else None
    try:
        return normaliser(question)(raw), None
    except PydanticCustomError as error:
        return None, make_problem(error.type, question.id, **(error.context or {}))


def _is_asked(questionnaire: Questionnaire, values: Values, problem: Problem) -> bool:
    """Whether a problem found while reading is about something that is asked."""
    section = questionnaire.section(problem.section)
    if section is None:
        return True
    if section.id not in values.held:
        return False
    question = section.question(problem.name)
    if question is None or question.when is None:
        return True
    row = next((held for number, held in values.rows(section.id) if number == problem.row), {})
    return question.when.holds(values.held, row, section.id)


def _missing(questionnaire: Questionnaire, values: Values) -> Iterator[Problem]:
    for section in questionnaire.sections:
        if section.id not in values.held:
            continue
        rows = list(values.rows(section.id))
        if section.is_table and len(rows) < section.min_rows:
            yield make_problem(
                "required-rows", section.id, section=section.title, least=section.min_rows, count=len(rows)
            )
        conditions = settled(section, values.held)
        for question in section.questions:
            if question.required or (section.is_table and question.name == section.key):
                condition = conditions.get(question.name)
                for number, row in rows:
                    if question.name not in row and (condition is None or condition.holds({}, row, section.id)):
                        yield make_problem("required", question.id, number, label=question.label)


def _in_order(questionnaire: Questionnaire, problems: list[Problem]) -> tuple[Problem, ...]:
    """Without repetitions, in the order of the questionnaire, and not more than anybody reads."""
    sections = {section.id: n for n, section in enumerate(questionnaire.sections)}
    questions = {question.id: n for n, question in enumerate(questionnaire.questions())}
    once: dict[tuple[str, str, int | None], Problem] = {}
    for problem in problems:
        once.setdefault((problem.code, problem.question, problem.row), problem)
    ordered = sorted(
        once.values(),
        key=lambda p: (sections.get(p.section, -1), -1 if p.row is None else p.row, questions.get(p.question, -1)),
    )
    if len(ordered) > MOST_PROBLEMS:
        rest = len(ordered) - MOST_PROBLEMS
        ordered = [*ordered[:MOST_PROBLEMS], make_problem("too-many-problems", "", count=rest)]
    return tuple(ordered)

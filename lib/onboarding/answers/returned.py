"""What came back from a customer, judged as a whole: put among what is kept, checked, every problem at its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from onboarding.answers.check import check
from onboarding.answers.part import concerning, merged, part_of
from onboarding.answers.reading import Reading
from onboarding.domain.json import Document
from onboarding.domain.problem import Problem
from onboarding.domain.question import Questionnaire

_UNREAD = ("missing-sheet", "missing-column")
_FOLLOWING = ("required", "required-rows", "reference")
"""What is said of answers that are there, but in a place that was not read."""


def judged(questionnaire: Questionnaire, kept: Document, reading: Reading, today: date) -> Reading:
    """The reading with the whole document it leads to, and in ``problems`` those of the file and of the answers.

    Of a party's part only the problems are told that the party can do something about. What was wrong with a cell or a
    column as such is not told once more of its answers. Raises InputError when the part is nobody's any more.
    """
    whole = merged(questionnaire, kept, reading)
    found = whole.locate(check(questionnaire, whole.document, today).problems)
    problems = (*whole.problems, *_new(questionnaire, whole.problems, found))
    return replace(whole, problems=concerning(part_of(questionnaire, reading.owner), problems))


def _new(questionnaire: Questionnaire, told: Iterable[Problem], found: Iterable[Problem]) -> list[Problem]:
    """What the check has found that does not merely follow from what is wrong with the file."""
    seen = {(problem.question, problem.row) for problem in told if problem.name}
    unread = {problem.question for problem in told if problem.code in _UNREAD}

    def follows(problem: Problem) -> bool:
        question = questionnaire.question(problem.question)
        places = [problem.question, *([question.to] if question and problem.code == "reference" else [])]
        return any(place in unread or place.partition(".")[0] in unread for place in places)

    return [
        problem
        for problem in found
        if (problem.question, problem.row) not in seen and not (problem.code in _FOLLOWING and follows(problem))
    ]

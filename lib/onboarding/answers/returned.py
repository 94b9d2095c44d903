"""What came back from a customer, judged as a whole: put among what is kept, checked, every problem at its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from onboarding.answers.check import check
from onboarding.answers.part import concerning, merged, part_of
from onboarding.answers.reading import Reading
from onboarding.domain.json import Document
from onboarding.domain.question import Questionnaire


def judged(questionnaire: Questionnaire, kept: Document, reading: Reading, today: date) -> Reading:
    """The reading with the whole document it leads to, and in ``problems`` those of the file and of the answers.

    Of a party's part only the problems are told that the party can do something about. What was wrong with a cell as
    such is not judged again. Raises InputError when the part is nobody's any more.
    """
    whole = merged(questionnaire, kept, reading)
    found = whole.locate(check(questionnaire, whole.document, today).problems)
    seen = {problem.where for problem in whole.problems if problem.where}
    problems = (*whole.problems, *(problem for problem in found if problem.where not in seen))
    return replace(whole, problems=concerning(part_of(questionnaire, reading.owner), problems))

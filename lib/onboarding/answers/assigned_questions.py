"""A part of the questionnaire for one party: its questions, taken out for it and put back among the others' answers.

A table is cut down to the party's columns and its key. One without a key is handed out with all its columns. The rows
are found again by their ids; where these are lost, by the key, or by what the others have answered in them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from onboarding.answers.check import check
from onboarding.answers.reading import Place, Reading, likeness_in
from onboarding.answers.value_kinds import is_blank
from onboarding.domain.json import JSON, Answers
from onboarding.domain.question import Problem, Question, Questionnaire, Section
from onboarding.domain.row import ROW_ID, Likeness, Row, answers_in, matched, row_id, rows_in, text_of
from onboarding.errors import InputError

_UNREAD = ("missing-sheet", "missing-column")
Find = Callable[[Answers], Iterable[Problem]]

_FOLLOWING = ("required", "required-rows", "reference")
"""The message about answers that are there, but in a place that was not read."""


def owners(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Ids of the parties that know answers, in the order in which they are first asked."""
    return tuple(dict.fromkeys(filter(None, map(questionnaire.owner_of, questionnaire.questions()))))


def part_of(questionnaire: Questionnaire, owner: str) -> Questionnaire:
    """The questions of one party, without rules; all of it for no owner.

    Raises InputError OWNER-UNKNOWN when nothing is asked of that party.
    """
    if not owner:
        return questionnaire
    sections = []
    for section in questionnaire.sections:
        own = [question for question in section.questions if questionnaire.owner_of(question) == owner]
        if own:
            sections.append(replace(section, questions=tuple(q for q in section.questions if _is_in(section, q, own))))
    if not sections:
        known = ", ".join(owners(questionnaire)) or "nobody in particular"
        raise InputError("OWNER-UNKNOWN", f"Nothing is asked of {owner!r}.", f"Questions go to: {known}.")
    return replace(questionnaire, sections=tuple(sections), rules=(), owner=owner)


def _is_in(section: Section, question: Question, own: Sequence[Question]) -> bool:
    return question in own or (section.is_table and section.key in ("", question.name))


def concerning(part: Questionnaire, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems a party can do something about: those of its questions, and of the file it has sent."""
    return tuple(problem for problem in problems if not part.owner or _concerns(part, problem))


def _concerns(part: Questionnaire, problem: Problem) -> bool:
    if not problem.section or not problem.name:
        return not problem.section or part.section(problem.section) is not None
    question = part.question(problem.question)
    return question is not None and part.owner_of(question) == part.owner


def merged(questionnaire: Questionnaire, kept: Answers, reading: Reading) -> Reading:
    """A party's part put back among what is ``kept``: its answers take the place of its earlier ones, all others stay.

    A row that the party has removed goes only when it owns the key and nobody else has answered in it. Problems and
    cells of the reading then count rows as the whole document does. What is no part comes back as it is.
    """
    if not reading.owner:
        return reading
    part = part_of(questionnaire, reading.owner)
    document = dict(kept)
    moved: dict[tuple[str, int | None], int] = {}
    for section in part.sections:
        if (section.id, None) not in reading.cells:
            continue  # its sheet is missing: nothing is known about it
        mine = {question.name for question in section.questions if part.owner_of(question) == part.owner}
        current, given = kept.get(section.id), reading.document.get(section.id)
        if section.is_table:
            rows = _MergedRows(section, likeness_in(questionnaire, section), mine, reading.cells)
            document[section.id], places = rows.merged(rows_in(current), rows_in(given))
            moved |= {(section.id, number): place for number, place in enumerate(places)}
        else:
            answered = {name for name in mine if (f"{section.id}.{name}", None) in reading.cells}
            document[section.id] = _taken_over(_row(current), _row(given), answered)
    problems = tuple(replace(p, row=moved.get((p.section, p.row), p.row)) for p in reading.problems)
    cells = {(q, moved.get((q.partition(".")[0], n), n)): cell for (q, n), cell in reading.cells.items()}
    return replace(reading, document={k: v for k, v in document.items() if v}, problems=problems, cells=cells)


@dataclass(frozen=True)
class _MergedRows:
    """How the rows of one table find each other again."""

    section: Section
    alike: Likeness
    mine: Collection[str]
    cells: Mapping[Place, str]

    def merged(self, kept: Sequence[Row], given: Sequence[Row]) -> tuple[list[dict[str, JSON]], list[int]]:
        """(rows as they are from now on, place among them of each row that was given)."""
        found = self._places(kept, given)
        known = {row_id(row) for row in kept}
        result: dict[int, dict[str, JSON]] = {number: dict(row) for number, row in enumerate(kept)}
        order: list[int] = []
        for number, (row, place) in enumerate(zip(given, found, strict=True)):
            answered = {name for name in self.mine if (f"{self.section.id}.{name}", number) in self.cells}
            order.append(len(result) if place is None else place)
            if place is None:
                result[order[-1]] = answers_in(row) if row_id(row) in known else dict(row)
            else:
                result[place] = _taken_over(result[place], row, answered)
        missing = {*range(len(kept))}.difference(order)
        gone = {place for place in missing if not self._stays(kept[place])}
        left = {place: now for now, place in enumerate(place for place in result if place not in gone)}
        return [result[place] for place in left], [left[place] for place in order]

    def _places(self, kept: Sequence[Row], given: Sequence[Row]) -> list[int | None]:
        """The row kept that each row given is: as everywhere, and of those with one name in their order."""
        found = matched(kept, given, self._marks)
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for place in sorted({*range(len(kept))}.difference(found)):
            waiting[self._marks(kept[place])[1]].append(place)
        waiting.pop(None, None)
        for number, row in enumerate(given):
            if found[number] is None and (places := waiting.get(self._marks(row)[1])):
                found[number] = places.pop(0)
        return found

    def _marks(self, row: Row) -> tuple[Hashable, Hashable]:
        """What the part holds of a row, and its name: its key, or else what the others have answered in it."""
        part = {question.name: row[question.name] for question in self.section.questions if question.name in row}
        answers, name = self.alike(part)
        others = {name: value for name, value in row.items() if self._is_others(name, value)}
        return answers if part else None, name if self.section.key else text_of(others) if others else None

    def _is_others(self, name: str, value: JSON) -> bool:
        return name not in self.mine and name != ROW_ID and not is_blank(value)

    def _stays(self, row: Row) -> bool:
        key = self.section.key
        return bool(key and key not in self.mine) or any(self._is_others(name, value) for name, value in row.items())


def _taken_over(current: Row, given: Row, answered: Collection[str]) -> dict[str, JSON]:
    """What was kept, but for the questions that were ``answered`` (perhaps with nothing)."""
    kept = {name: value for name, value in current.items() if name not in answered}
    return kept | {name: value for name, value in given.items() if name in answered}


def _row(content: Any) -> Row:
    return content if isinstance(content, Mapping) else {}


def judged(
    questionnaire: Questionnaire, kept: Answers, reading: Reading, today: date, find: Find | None = None
) -> Reading:
    """The reading with the whole document it leads to, and in ``problems`` those of the file and of the answers.

    Of a party's part only the problems are returned that the party can do something about. What was wrong with a cell
    or a column as such is not reported once more of its answers. ``find`` looks for the problems in place of a check
    by the questionnaire alone. Raises InputError when the part is nobody's any more.
    """
    whole = merged(questionnaire, kept, reading)
    problems = find(whole.document) if find else check(questionnaire, whole.document, today).problems
    found = whole.locate(problems)
    problems = (*whole.problems, *_new(questionnaire, whole.problems, found))
    return replace(whole, problems=concerning(part_of(questionnaire, reading.owner), problems))


def _new(questionnaire: Questionnaire, reported: Iterable[Problem], found: Iterable[Problem]) -> list[Problem]:
    """What the check has found that does not merely follow from what is wrong with the file."""
    seen = {(problem.question, problem.row) for problem in reported if problem.name}
    unread = {problem.question for problem in reported if problem.code in _UNREAD}

    def follows(problem: Problem) -> bool:
        question = questionnaire.question(problem.question)
        places = [problem.question, *([question.to] if question and problem.code == "reference" else [])]
        return any(place in unread or place.partition(".")[0] in unread for place in places)

    return [
        problem
        for problem in found
        if (problem.question, problem.row) not in seen and not (problem.code in _FOLLOWING and follows(problem))
    ]

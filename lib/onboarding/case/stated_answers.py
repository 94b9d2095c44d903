"""The answers of a customer with those that a file states: other files with answers, and days of questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onboarding.answers.answer_files import read_answers
from onboarding.answers.assigned_questions import judged
from onboarding.answers.check import check_one
from onboarding.answers.reading import Reading
from onboarding.case.case import Case
from onboarding.case.dates import rows_meant
from onboarding.case.facts import Fact
from onboarding.case.objections import Objections
from onboarding.case.together import problems_together
from onboarding.domain.json import JSON, Answers
from onboarding.domain.params import hint_or_stop
from onboarding.domain.question import Kind, Question, errors
from onboarding.errors import InputError, OnboardingError
from onboarding.files import beside
from onboarding.text import first_few

SHOWN = 8
"""Questions that one refusal names."""

_Place = tuple[str, int | None]
"""A question, and the row of a table."""


@dataclass
class StatedAnswers:
    """``whole`` is the customer's whole document; documents lie in ``folder``.

    ``before`` is, by fact, the day that a question had before; ``days`` who states which day of what.
    """

    whole: Answers
    folder: Path
    said: Objections
    before: dict[str, str] = field(default_factory=dict)
    days: dict[_Place, Fact] = field(default_factory=dict)
    _files: list[tuple[Fact, str, str]] = field(default_factory=list)

    def take_files(self, case: Case, facts: Sequence[Fact]) -> None:
        """The files with answers that rows of this service name; without a service they answer what all ask."""
        for fact in facts:
            is_joint = bool(case.service) and not fact.row["service"]
            asked = case.joint_questionnaire if is_joint else case.questionnaire
            kept = case.joint_of(self.whole) if is_joint else case.seen(self.whole)
            try:
                reading = read_answers(asked, beside(self.folder, fact.row["document"]))
                find = (lambda document: problems_together(case, document)) if is_joint else None
                reading = judged(asked, kept, reading, case.today, find)
            except OnboardingError as problem:
                self.said.refuse(fact.row, "document", problem.message, problem.command)
                continue
            if self._is_first(fact, "" if is_joint else case.service, reading):
                found = {name: part for name, part in reading.document.items() if isinstance(part, dict | list)}
                self.whole = case.whole(found, is_joint, self.whole)
                self._remark(fact, len(errors(reading.problems)))

    def _is_first(self, fact: Fact, service: str, reading: Reading) -> bool:
        """Whether no other file of the same rows answers the same: only parts of parties stand beside each other."""
        for other, its, owner in self._files:
            if (service == its or not (service and its)) and (reading.owner == owner or not (reading.owner and owner)):
                words = f"It would take the place of the answers in {other.row['document']} ({other.row.where})."
                self.said.refuse(fact.row, "document", words, "Leave one of the two rows.")
                return False
        self._files.append((fact, service, reading.owner))
        return True

    def _remark(self, fact: Fact, count: int) -> None:
        if count:
            words = f"{count} of the answers are missing or wrong." if count > 1 else "One answer is missing or wrong."
            self.said.remark(fact.row, "document", words, "`onboard check` names them once they are kept.")

    # -- days ----------------------------------------------------------------------------------------------

    def take_days(self, case: Case, facts: Sequence[Fact], known: Collection[str]) -> None:
        """The days of questions; those of rows that are named first, so that the others get the rest.

        Of what is ``known`` already only is noted that it is stated.
        """
        for fact in sorted(facts, key=lambda one: not one.row["row"]):
            question = question_of(case, fact)
            if question is None:
                if case.profile.task(fact.name) is None:
                    days = [one.id for one in case.profile.questionnaire.questions() if one.kind is Kind.DATE]
                    words = f"There is no question or task {fact.name!r}{hint_or_stop(fact.name, days)}"
                    remedy = f"Questions about a day: {first_few(days, SHOWN)}." if days else "Leave the row out."
                    self.said.refuse(fact.row, "id", words, remedy)
            elif self._is_day(fact, question):
                self._take_day(case, fact, question, is_known=fact.id in known)

    def _is_day(self, fact: Fact, question: Question) -> bool:
        """Whether the question takes the day; what is wrong is reported."""
        if question.kind is not Kind.DATE:
            self.said.refuse(fact.row, "id", f"{question.label} is no day.", "Give a question that asks for one.")
            return False
        _value, wrong = check_one(question, fact.row["date"])
        if wrong:
            self.said.refuse(fact.row, "date", f"{question.label}: {wrong.message}", "Give the right day.")
        return wrong is None

    def _take_day(self, case: Case, fact: Fact, question: Question, is_known: bool) -> None:
        section, document = case.profile.questionnaire.section(question.section), dict(case.seen(self.whole))
        content: Any = document.get(question.section)
        if section is None or not section.is_table:
            if fact.row["row"]:
                self.said.refuse(fact.row, "row", f"“{question.label}” is asked once, not by row.", "Empty the cell.")
                return
            record = dict(content) if isinstance(content, Mapping) else {}
            meant: list[tuple[int | None, dict[str, JSON]]] = [(None, record)]
            document[question.section] = record
        else:
            rows = [dict(one) for one in content or () if isinstance(one, Mapping)]
            try:
                found = {id(one) for one in rows_meant(rows, section, question, fact.row["row"])}
            except InputError as problem:
                if not is_known:
                    self.said.refuse(fact.row, "row", problem.message, "Name the row in the column row.")
                return
            meant = [(place, one) for place, one in enumerate(rows) if id(one) in found]
            document[question.section] = rows
        if not self._agree(fact, question, [place for place, _ in meant]):
            return
        if is_known:
            self._remark_moved(fact, question, [one for _, one in meant])
            return
        self._set(fact, question, [one for _, one in meant])
        self.whole = case.whole(document, kept=self.whole)

    def _remark_moved(self, fact: Fact, question: Question, rows: Sequence[Mapping[str, JSON]]) -> None:
        """What was stated once and is another day by now stays so: an old file given again takes nothing back."""
        now = sorted({str(row[question.name]) for row in rows if row.get(question.name)} - {fact.row["date"]})
        if now:
            words = f"It was taken over before; “{question.label}” has been moved to {', '.join(now)} since."
            self.said.remark(fact.row, "date", words, "To move it back, enter it as an answer.")

    def _agree(self, fact: Fact, question: Question, places: Sequence[int | None]) -> bool:
        """Whether no other row states another day of the same."""
        for place in places:
            other = self.days.setdefault((question.id, place), fact)
            if other.row["date"] != fact.row["date"]:
                words = f"“{question.label}” has another day in {other.row.cell('date')}: {other.row['date']}."
                self.said.refuse(fact.row, "date", words, "Leave one of the two rows, or name the row each is about.")
                return False
        return True

    def _set(self, fact: Fact, question: Question, rows: Sequence[dict[str, JSON]]) -> None:
        was = {str(row[question.name]) for row in rows if row.get(question.name)} - {fact.row["date"]}
        self.before[fact.id] = ", ".join(sorted(was))
        for row in rows:
            row[question.name] = fact.row["date"]


def question_of(case: Case, fact: Fact) -> Question | None:
    """The question whose day is stated: named itself, or brought by the task that is named."""
    task = case.profile.task(fact.name)
    return case.profile.questionnaire.question(task.brings if task and task.brings else fact.name)

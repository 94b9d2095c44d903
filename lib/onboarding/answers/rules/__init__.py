"""Rules over the answers as a whole: what a rule looks at, what it finds, and the decorator that makes one.

A profile names a rule and gives it parameters. There is a module for each subject, and all of a rule stands in it::

    class Below(OfQuestion):
        limit: Count

    @rule("below", Below, says="{value} is too much for “{label}”; it has to stay below {most}.")
    def below(facts: RuleInput, p: Below) -> Findings:
        \"\"\"A figure stays below ``limit``.\"\"\"
        return facts.each("below", p.question, lambda cell: cell.value >= p.limit, most=p.limit)

A rule sees normalised values of what is asked and skips blanks: missing answers are reported elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias, TypeVar

from onboarding.answers.answer_schema import CellRef, Values, settle
from onboarding.answers.messages import shown
from onboarding.domain.answer_text import lazy_answer
from onboarding.domain.condition import Condition, Where
from onboarding.domain.json import JSON
from onboarding.domain.params import Params, QuestionId
from onboarding.domain.question import Questionnaire
from onboarding.domain.registry import RuleType
from onboarding.domain.validity import Clock, Validity, later

P = TypeVar("P", bound=Params)

ALL = Where()


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """One place that breaks a rule.

    ``params`` are filled into the sentence of ``code``; what a customer wrote goes through `RuleInput.text` or `shown`
    first. ``severity`` is ``error`` or ``warning``, when the rule itself has to decide it and not the profile.
    """

    code: str
    cell: CellRef
    params: Mapping[str, Any]
    severity: str = ""


Findings: TypeAlias = Iterator[RuleFinding]


@dataclass(frozen=True)
class RuleInput:
    """What a rule looks at: normalised ``values`` of what is asked; ages are counted from ``today``.

    ``used`` is when a task was done for which documents are wanted, by its id: from then on their age does not matter.

    A rule about ages asks `is_older`: ``validity`` then notes on which days its findings stay the same. Where ``today``
    is read instead, they are taken to hold for that day.
    """

    questionnaire: Questionnaire
    values: Values
    today: Clock[date] = Clock()  # noqa: RUF009  a descriptor, no default
    used: Mapping[str, date] = field(default_factory=dict)
    validity: Validity[date] = field(default_factory=Validity, compare=False, repr=False)

    def clock_was_read(self) -> None:
        self.validity.narrow(self._day, later(self._day, 1))

    @property
    def _day(self) -> date:
        today: date = vars(self)["today"]
        return today

    def is_older(self, day: date, days: int) -> bool:
        """Whether that day lies more than so many days back; for -1 whether it has come."""
        return self.validity.has_come(later(day, days + 1), self._day)

    def shown_age(self, day: date) -> int:
        """Days since then, for what is only shown: nothing is decided by it."""
        return (self._day - day).days

    def answered(self, question: str, where: Where = ALL) -> Iterator[CellRef]:
        """The answers to a question in the rows that are meant; blanks left out."""
        for cell in self.values.cells(question):
            if cell.value is not None and (not where or where.fits(cell.beside)):
                yield cell

    def known(self, question: str, where: Where = ALL) -> set[JSON]:
        """The answers to a question in the form in which they are compared (`same`)."""
        return {same(cell.value) for cell in self.answered(question, where)}

    def holds_in(self, condition: Condition | None, section: str) -> Callable[[Mapping[str, JSON]], bool]:
        """Whether a condition holds in a row of the section; without a condition it does in every row."""
        if condition is None:
            return lambda row: True
        settled = settle(condition, self.values.sections, section)
        return lambda row: settled.holds({}, row, section)

    def title(self, name: str) -> str:
        """The title of a section, or of the section of a question; the name itself when it is not asked."""
        section = self.questionnaire.section(name.partition(".")[0])
        return section.title if section else name

    def text(self, cell: CellRef) -> str:
        """An answer in words, fit to be repeated in a sentence."""
        return self.words(cell.question, cell.value)

    def words(self, question: str, value: JSON) -> str:
        """What such an answer to that question is called, fit to be repeated in a sentence."""
        asked, country = self.questionnaire.question(question), self.questionnaire.country
        return shown(lazy_answer(asked, value, country=country))

    def finding(self, code: str, cell: CellRef, **params: Any) -> RuleFinding:
        """That an answer breaks a rule; its ``{value}`` is the answer in words."""
        return RuleFinding(code, cell, {"value": self.text(cell), **params})

    def each(
        self, code: str, question: str, breaks: Callable[[CellRef], object], rows: Where = ALL, **params: Any
    ) -> Findings:
        """A `finding` for each answer to a question, in the rows that are meant, which ``breaks`` the rule."""
        return (self.finding(code, cell, **params) for cell in self.answered(question, rows) if breaks(cell))


class OfQuestion(Params):
    """Parameters of a rule that looks at the answers to one question and takes nothing else."""

    question: QuestionId


RuleFunction: TypeAlias = Callable[[RuleInput, P], Findings]


def rule(
    name: str,
    params: type[P],
    *,
    says: str | Mapping[str, str],
    reads: tuple[str, ...] = (),
    may_read: tuple[str, ...] = (),
    is_exact: bool = False,
    repeats_value: bool = True,
) -> Callable[[RuleFunction[P]], RuleType[RuleFunction[P]]]:
    """Makes a function the rule of that name.

    ``says`` is the English sentence of what it finds, or one for each code. ``reads`` and ``may_read`` as in
    `Extension`, ``is_exact`` and ``repeats_value`` as in `RuleType`.
    """
    sentences = {name: says} if isinstance(says, str) else dict(says)
    return lambda function: RuleType(
        "rule", name, function, params, reads, may_read, sentences, is_exact, repeats_value
    )


def same(value: JSON) -> JSON:
    """Form in which two values are compared: text without regard to case."""
    return value.casefold() if isinstance(value, str) else str(value)


def column(question: str) -> str:
    """The name of a question within its section: ``email`` of ``users.email``."""
    return question.partition(".")[2]


def row_number(cell: CellRef) -> int:
    """The row of an answer as people count them, from 1."""
    return (cell.row or 0) + 1

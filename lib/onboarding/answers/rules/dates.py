"""Dates: how they stand to each other, in one row or across sections, and whether anybody works on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import Field

from onboarding.answers.answer_schema import CellRef
from onboarding.answers.rules import Findings, RuleInput, rule
from onboarding.domain.params import Count, DateId, Params, PartyDays


class Before(Params):
    first: DateId
    second: DateId
    days: Count = Field(0, description="at least so many calendar days between them")


@rule(
    "before",
    Before,
    says={
        "before": "“{label}” ({value}) lies before “{first}” ({other}).",
        "days-before": "“{label}” ({value}) must come at least {days} days after “{first}” ({other}).",
    },
)
def before(facts: RuleInput, p: Before) -> Findings:
    """``second`` comes on ``first`` or after it, at least ``days`` later: of one row, or of whichever is answered."""
    code = "days-before" if p.days else "before"
    for earlier, later in _pairs(facts, p.first, p.second):
        if _day(later) < _day(earlier) + timedelta(days=p.days):
            yield facts.finding(code, later, first=_label(facts, p.first), other=facts.text(earlier), days=p.days)


class Within(Params):
    first: DateId
    second: DateId
    days: Count


@rule(
    "within",
    Within,
    says="“{label}” ({value}) must come within {days} days after “{first}” ({other}).",
)
def within(facts: RuleInput, p: Within) -> Findings:
    """``second`` comes at most ``days`` calendar days after ``first``, and not before it."""
    for earlier, later in _pairs(facts, p.first, p.second):
        if not _day(earlier) <= _day(later) <= _day(earlier) + timedelta(days=p.days):
            found = facts.text(earlier)
            yield facts.finding("within", later, first=_label(facts, p.first), other=found, days=p.days)


class Workday(Params):
    question: DateId
    party: PartyDays


@rule("workday", Workday, says="{value} is no working day of {party}: a weekend or a public holiday there.")
def workday(facts: RuleInput, p: Workday) -> Findings:
    """A date is a day on which the party works, by its own calendar."""
    party = facts.questionnaire.parties.get(p.party.id, p.party.id)
    return facts.each("workday", p.question, lambda cell: not p.party.works_on(_day(cell)), party=party)


def _pairs(facts: RuleInput, first: str, second: str) -> Iterator[tuple[CellRef, CellRef]]:
    """Each later date with the earlier one of its row; across sections with the last one answered."""
    is_one_row = first.partition(".")[0] == second.partition(".")[0]
    last = None if is_one_row else max(facts.answered(first), key=_day, default=None)
    for later in facts.answered(second):
        earlier = later.other(first) if is_one_row else last
        if earlier is not None and earlier.value is not None:
            yield earlier, later


def _day(cell: CellRef) -> date:
    return date.fromisoformat(str(cell.value))


def _label(facts: RuleInput, question_id: str) -> str:
    question = facts.questionnaire.question(question_id)
    return question.label if question else question_id

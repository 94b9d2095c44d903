"""Answers that do not go together."""

from __future__ import annotations

from onboarding.answers.rules import Findings, OfQuestion, RuleInput, rule, same
from onboarding.domain.condition import Where
from onboarding.domain.params import NoParams, Params, QuestionId, When


class ForbiddenWhen(OfQuestion):
    when: When


@rule("forbidden-when", ForbiddenWhen, says="“{label}” must stay empty here; “{value}” was given.", repeats_value=False)
def forbidden_when(facts: RuleInput, p: ForbiddenWhen) -> Findings:
    """Not answered where ``when`` holds."""
    is_forbidden = facts.holds_in(p.when, p.question.partition(".")[0])
    return facts.each("forbidden-when", p.question, lambda cell: is_forbidden(cell.beside))


class Equal(OfQuestion):
    other: QuestionId


@rule("equal", Equal, says="“{value}” and “{other}” are asked in two places and must be the same.")
def equal(facts: RuleInput, p: Equal) -> Findings:
    """Asked in two places, answered the same in both.

    The two are in one row of a table, or ``other`` is in another section.
    """
    within = p.question.partition(".")[0] == p.other.partition(".")[0]
    elsewhere = [] if within else list(facts.answered(p.other))
    for cell in facts.answered(p.question):
        beside = cell.other(p.other)
        for other in [beside] if within and beside.value is not None else elsewhere:
            if same(cell.value) != same(other.value):
                yield facts.finding("equal", cell, other=facts.text(other))
                break


class InOrder(Params):
    first: QuestionId
    second: QuestionId


@rule("in-order", InOrder, says="“{label}” ({value}) must come after “{first}” ({other}).", is_exact=True)
def in_order(facts: RuleInput, p: InOrder) -> Findings:
    """In one row, ``second`` comes after ``first``: times of day or dates."""
    question = facts.questionnaire.question(p.first)
    for cell in facts.answered(p.second):
        before = cell.other(p.first).value
        if before is not None and cell.value <= before:
            first = question.label if question else p.first
            yield facts.finding("in-order", cell, value=cell.value, other=before, first=first)


@rule(
    "dedicated-administrator",
    NoParams,
    says="{value} is also in the list of users; a dedicated administrator has no services "
    "and is no user. Remove the row or choose a user as administrator.",
    reads=("administrator.kind", "administrator.email", "users.email"),
)
def dedicated_administrator(facts: RuleInput, p: NoParams) -> Findings:
    """A dedicated administrator is nobody of the users and has no service."""
    users, dedicated = facts.known("users.email"), Where({"kind": "dedicated"})
    return facts.each(
        "dedicated-administrator", "administrator.email", lambda cell: same(cell.value) in users, dedicated
    )

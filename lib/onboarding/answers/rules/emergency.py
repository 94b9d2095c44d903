"""Emergency calls: the number that is sent along (CESID), and the place it stands for."""

from __future__ import annotations

from onboarding.answers.rules import Finding, Findings, RuleInput, in_row, rule, same
from onboarding.domain.condition import is_version, parse_version
from onboarding.domain.json import JSON
from onboarding.domain.number import FEWEST, MOST, NotACesid, is_same_number, parse_cesid
from onboarding.domain.params import Count, Params, QuestionId, Version


class CesidForm(Params):
    question: QuestionId
    version: QuestionId = ""
    before: Version = "0"
    most: Count = MOST


@rule(
    "cesid-form",
    CesidForm,
    says={
        "cesid-characters": "“{value}” has more than digits in it; an emergency number may not hold *, # or P.",
        "cesid-length": "An emergency number has {least} to {most} digits; “{value}” has {count}.",
    },
)
def cesid_form(facts: RuleInput, p: CesidForm) -> Findings:
    """An emergency number has 7 to 12 digits; at most ``most`` where ``version`` is older than ``before``."""
    old = any(
        is_version(cell.value) and parse_version(cell.value) < parse_version(p.before)
        for cell in facts.answered(p.version)
    )
    longest = p.most if old else MOST
    for cell in facts.answered(p.question):
        try:
            parse_cesid(cell.value, longest)
        except NotACesid as error:
            params = {"value": facts.text(cell), "least": FEWEST, "most": longest, "count": error.count}
            yield Finding(error.code, cell, params)


class CesidRegistered(Params):
    question: QuestionId
    table: QuestionId


@rule(
    "cesid-registered",
    CesidRegistered,
    says="{value} is not among the numbers registered for emergency calls; register it first.",
)
def cesid_registered(facts: RuleInput, p: CesidRegistered) -> Findings:
    """An emergency number stands, however it is written, in the column ``table`` of what is registered."""
    known = [str(cell.value) for cell in facts.answered(p.table)]
    for cell in facts.answered(p.question):
        if not any(is_same_number(str(cell.value), number) for number in known):
            yield Finding("cesid-registered", cell, {"value": facts.text(cell)})


class Dispatchable(Params):
    question: QuestionId
    site: QuestionId


@rule(
    "dispatchable",
    Dispatchable,
    says="“{value}” does not lead responders to a place; name a site with a street, and floor or room.",
    reads=("sites.name", "sites.street"),
)
def dispatchable(facts: RuleInput, p: Dispatchable) -> Findings:
    """A place for responders has the street of its ``site``, and floor, suite or room under ``question``.

    Both parts are wanted, not the street twice.
    """
    streets = {same(row.get("name")): row.get("street") for _, row in facts.values.rows("sites")}
    for cell in facts.answered(p.question):
        site = in_row(cell, p.site)
        street = streets.get(same(site)) if site is not None else None
        if street is None or _words(cell.value) <= _words(street):
            yield Finding("dispatchable", cell, {"value": facts.text(cell)})


def _words(value: JSON) -> set[str]:
    return {word.strip(".,;") for word in str(value).casefold().split()}

"""What is dialled: emergency numbers (CESID) with the place they stand for, and extensions that get in nobody's way."""

from __future__ import annotations

from collections import Counter

from onboarding.answers.rules import Findings, OfQuestion, RuleInput, rule, same
from onboarding.domain.condition import is_version, parse_version
from onboarding.domain.json import JSON
from onboarding.domain.number import FEWEST, MOST, NotACesid, is_same_number, parse_cesid
from onboarding.domain.params import Count, QuestionId, Version
from onboarding.domain.place_words import LOCAL, NOWHERE


class CesidForm(OfQuestion):
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
            yield facts.finding(error.code, cell, least=FEWEST, most=longest, count=error.count)


class CesidRegistered(OfQuestion):
    table: QuestionId


@rule(
    "cesid-registered",
    CesidRegistered,
    says="{value} is not among the numbers registered for emergency calls; register it first.",
)
def cesid_registered(facts: RuleInput, p: CesidRegistered) -> Findings:
    """An emergency number stands, however it is written, in the column ``table`` of what is registered."""
    known = [str(cell.value) for cell in facts.answered(p.table)]
    country = facts.questionnaire.country
    for cell in facts.answered(p.question):
        if not any(is_same_number(str(cell.value), number, country) for number in known):
            yield facts.finding("cesid-registered", cell)


class Dispatchable(OfQuestion):
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
        site = cell.other(p.site).value
        street = streets.get(same(site)) if site is not None else None
        if street is None or _words(cell.value) <= _words(street):
            yield facts.finding("dispatchable", cell)


def _words(value: JSON) -> set[str]:
    return {word.strip(".,;") for word in str(value).casefold().split()}


class ExtensionLength(OfQuestion):
    min: Count
    max: Count


@rule("extension-length", ExtensionLength, says="The extension has {least} to {most} digits; “{value}” has {count}.")
def extension_length(facts: RuleInput, p: ExtensionLength) -> Findings:
    """An extension has ``min`` to ``max`` digits."""
    for cell in facts.answered(p.question):
        if not p.min <= len(cell.value) <= p.max:
            yield facts.finding("extension-length", cell, least=p.min, most=p.max, count=len(cell.value))


@rule("extension-clash", OfQuestion, says="Extension {value} gets in the way of dialling {other}; choose another.")
def extension_clash(facts: RuleInput, p: OfQuestion) -> Findings:
    """An extension neither begins like an emergency, test or operator code nor is the beginning of one."""
    codes = LOCAL.get(facts.questionnaire.country, NOWHERE).emergency
    for cell in facts.answered(p.question):
        for code in codes:
            if cell.value.startswith(code) or code.startswith(cell.value):
                yield facts.finding("extension-clash", cell, other=code)


@rule(
    "uniform-length",
    OfQuestion,
    says="“{value}” has {count} digits, the others have {most}; all have the same number of digits.",
)
def uniform_length(facts: RuleInput, p: OfQuestion) -> Findings:
    """All values have as many digits as most of them have."""
    lengths = Counter(len(cell.value) for cell in facts.answered(p.question))
    usual = max(lengths, key=lengths.__getitem__, default=None)
    for cell in facts.answered(p.question):
        if len(cell.value) != usual:
            yield facts.finding("uniform-length", cell, count=len(cell.value), most=usual)


class DigitsAs(OfQuestion):
    length: QuestionId


@rule("digits-as", DigitsAs, says="Extensions have {most} digits here; “{value}” has {count}.")
def digits_as(facts: RuleInput, p: DigitsAs) -> Findings:
    """Every extension has as many digits as ``length`` says."""
    for length in facts.answered(p.length):
        for cell in facts.answered(p.question):
            if len(cell.value) != int(length.value):
                yield facts.finding("digits-as", cell, most=length.value, count=len(cell.value))

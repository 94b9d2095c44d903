"""Are the answers complete and right? One function for every face (form, workbook, file), with every rule over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from onboarding.answers.answer_schema import CellRef, Values, asked_only, is_asked, is_left_open, normalise, settled
from onboarding.answers.messages import ENGLISH, make_problem
from onboarding.answers.rules import Findings, OfQuestion, RuleFinding, RuleInput, row_number
from onboarding.answers.rules.rows import references, unique
from onboarding.answers.value_kinds import is_blank, normaliser
from onboarding.domain import place
from onboarding.domain.condition import Condition
from onboarding.domain.extension_failure import Asked
from onboarding.domain.json import JSON, Answers
from onboarding.domain.language import LazyText, _, filled
from onboarding.domain.params import NoParams
from onboarding.domain.place_words import Part
from onboarding.domain.question import Problem, Question, Questionnaire, Section, errors
from onboarding.domain.registry import RuleType, installed
from onboarding.domain.validity import Validity
from onboarding.errors import ProfileError

MOST_PROBLEMS = 5_000
"""Problems reported at once; more than anybody reads."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Answers after checking.

    ``values`` holds normalised answers of what is asked, a section for each that is asked: record sections as dicts,
    tables as lists without blank rows; names without an answer are absent. ``problems`` are in the order of the
    questionnaire, those of rules last within their place. ``numbers`` gives for each row of a table its place in the
    document, blank rows counted, and ``ids`` its id (`domain.row`): empty before the first save. ``validity`` says on
    which days the problems are the same.
    """

    values: Answers
    problems: tuple[Problem, ...]
    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    validity: Validity[date] = field(default_factory=Validity, compare=False, repr=False)

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


def check(
    questionnaire: Questionnaire, document: Answers, today: date, used: Mapping[str, date] | None = None
) -> Checked:
    """Checks a document against the questionnaire and its rules; ``today`` is what ages are counted from, of documents
    that were ``used`` the day of that, by the id of the task.

    Never raises for what a customer wrote; raises ProfileError when a rule of the profile cannot be applied,
    OnboardingError when one breaks.
    """
    full, problems = normalise(questionnaire, document)
    values = replace(full, sections=asked_only(questionnaire, full.sections))
    problems = [problem for problem in problems if _is_asked(questionnaire, values, problem)]
    wrong = {(problem.question, problem.row) for problem in problems}
    problems += [missing for missing in _missing(questionnaire, values) if (missing.question, missing.row) not in wrong]
    facts = RuleInput(questionnaire, values, today, used or {})
    problems += rule_problems(facts)
    return Checked(values.sections, _in_order(questionnaire, problems), values.numbers, values.ids, facts.validity)


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
    if section.id not in values.sections:
        return False
    question = section.question(problem.name)
    if question is None or question.when is None:
        return True
    row = next((found for number, found in values.rows(section.id) if number == problem.row), {})
    return question.when.holds(values.sections, row, section.id)


def _missing(questionnaire: Questionnaire, values: Values) -> Iterator[Problem]:
    for section in questionnaire.sections:
        if section.id not in values.sections:
            continue
        rows = list(values.rows(section.id))
        least, count = section.min_rows, len(rows)
        if section.is_table and count < least:
            yield make_problem("required-rows", section.id, section=section.title, least=least, count=count)
        conditions = settled(section, values.sections)
        for question in section.questions:
            if question.required or question.is_by_country or (section.is_table and question.name == section.key):
                for number, row in rows:
                    if not (question.name in row or is_left_open(question, section, row)) and is_asked(
                        question, row, conditions
                    ):
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


ALWAYS = {**ENGLISH, **unique.says, **references.says}
"""Sentences of what is checked in every questionnaire."""


def rule_problems(facts: RuleInput) -> list[Problem]:
    """What breaks a rule, in the order of the rules; `references` gives the values their spelling on the way.

    Raises ProfileError when there is no such rule, OnboardingError when one breaks.
    """
    problems = [_problem(_(ALWAYS[found.code], **_params(facts, found)), found) for found in _always(facts)]
    for rule in facts.questionnaire.rules:
        extension = installed().find("rule", rule.check)
        if not isinstance(extension, RuleType):
            message = f"Rule {rule.id} asks for the check {rule.check}, which does not exist."
            raise ProfileError("RULE-UNKNOWN", message)
        for finding in _meant(facts, rule.when, _found(extension, facts, rule.params, f"rule {rule.id}")):
            text = _sentence(extension, rule.message, finding, _params(facts, finding))
            problems.append(_problem(text, finding, rule.severity, rule.source))
    return problems


def _found(extension: RuleType[Any], facts: RuleInput, params: BaseModel, what: str = "") -> Findings:
    """What a rule finds. Raises OnboardingError when it breaks."""
    return iter(extension.all_of(facts, params, asked=Asked(facts.questionnaire.profile, what, _looked_at)))


def _looked_at(variables: Mapping[str, Any]) -> str:
    """``users.extension in row 3``, when one of the variables is an answer."""
    cell = next((value for value in variables.values() if isinstance(value, CellRef)), None)
    if cell is None:
        return ""
    return cell.question if cell.row is None else f"{cell.question} in row {row_number(cell)}"


def _meant(facts: RuleInput, condition: Condition | None, found: Findings) -> Findings:
    """Those in rows in which the condition of the rule holds."""
    findings = list(found)
    is_meant = {name: facts.holds_in(condition, name) for name in {finding.cell.section for finding in findings}}
    return (finding for finding in findings if is_meant[finding.cell.section](finding.cell.beside))


def _problem(text: LazyText, finding: RuleFinding, severity: str = "error", source: str = "") -> Problem:
    code, cell, severity = finding.code, finding.cell, finding.severity or severity
    return Problem(code, cell.question, str(text), cell.row, severity, source, "", text.template, text.values)


def _params(facts: RuleInput, finding: RuleFinding) -> dict[str, Any]:
    question = facts.questionnaire.question(finding.cell.question)
    return {"label": question.label if question else "", **finding.params}


def _sentence(extension: RuleType[Any], message: str, finding: RuleFinding, params: Mapping[str, Any]) -> LazyText:
    """The profile's sentence if it has one, else the rule's.

    The profile's may name parameters (``{value}``); if it does not, the value is added after it.
    """
    if extension.is_exact or not message:
        return _(extension.says[finding.code], **params)
    if not extension.repeats_value or "value" not in params or filled(message, params) != message:
        return _(message, **params)
    return _(ENGLISH["given"], message=_(message), value=params["value"])


# --- Every questionnaire ----------------------------------------------------------------------------------------------


def _always(facts: RuleInput) -> Iterator[RuleFinding]:
    for section in facts.questionnaire.sections:
        for question in section.questions if section.is_table else ():
            if question.unique or question.name == section.key:
                yield from _found(unique, facts, OfQuestion(question=question.id))
    yield from _found(references, facts, NoParams())
    yield from _addresses(facts)


def _addresses(facts: RuleInput) -> Findings:
    """Where calls come from and numbers are moved a box or a street without a house number will not do."""
    for section in facts.questionnaire.sections:
        if street := section.part(Part.STREET):
            yield from _streets(facts, street)
        postcode, subdivision = section.part(Part.POSTCODE), section.part(Part.SUBDIVISION)
        if postcode and subdivision:
            yield from _postcodes(facts, section, postcode, subdivision)
        if subdivision and (zone := section.part(Part.ZONE)):
            yield from _zones(facts, section, subdivision, zone)


def _streets(facts: RuleInput, street: Question) -> Findings:
    for cell in facts.answered(street.id):
        if place.is_po_box(cell.value):
            yield facts.finding("po-box", cell)
        elif not place.has_house_number(cell.value):
            yield replace(facts.finding("house-number", cell), severity="warning")


def _postcodes(facts: RuleInput, section: Section, postcode: Question, subdivision: Question) -> Findings:
    for cell in facts.answered(postcode.id):
        where, country = cell.other(subdivision.id).value, section.country_of(cell.beside)
        if where and not place.is_postcode_in(cell.value, where, country):
            yield facts.finding("postcode-place", cell, other=place.subdivision_name(where, country))


def _zones(facts: RuleInput, section: Section, subdivision: Question, zone: Question) -> Findings:
    """A place in a state with several time zones says which it has; none has another's."""
    for cell in facts.answered(subdivision.id):
        country, parts, asked = section.country_of(cell.beside), section.address(cell.beside), cell.other(zone.id)
        state, postcode = parts[Part.SUBDIVISION], parts.get(Part.POSTCODE, "")
        name = place.subdivision_name(state, country)
        zones = place.zones_at(country, state, postcode)
        if asked.value is None and len(zones) > 1:
            names = [facts.words(zone.id, one) for one in zones]
            yield facts.finding("zone-open", asked, state=name, zones=names, first=names[0])
        elif asked.value is not None and asked.value not in (all_zones := place.zones_at(country, state)):
            names = [facts.words(zone.id, one) for one in all_zones]
            yield facts.finding("zone-place", asked, state=name, zones=names)

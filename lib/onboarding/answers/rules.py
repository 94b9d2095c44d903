"""Checks over the answers as a whole: those of every questionnaire, and those a profile names (`domain.catalog.RULES`).

A rule is a function of the `Scene` and of the parameters under ``about``; it yields a `Finding` for each place that
breaks it. It sees normalised values of what is asked, and skips blanks: missing answers are reported elsewhere.
"""

from __future__ import annotations

import inspect
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from onboarding.answers import (
    rule_bundles,
    rule_callflow,
    rule_counts,
    rule_emergency,
    rule_licences,
    rule_programming,
    rule_ranges,
    rule_sip,
    rule_versions,
)
from onboarding.answers.asked import settle
from onboarding.answers.messages import ENGLISH, shown
from onboarding.answers.scene import Finding, Findings, Scene, Where, answered, same, spoken
from onboarding.answers.schema import Cell, Values
from onboarding.domain import address
from onboarding.domain.condition import parse_condition
from onboarding.domain.json import JSON
from onboarding.domain.language import Said, filled, say
from onboarding.domain.number import is_assigned_area_code, is_fictitious, national
from onboarding.domain.problem import Problem
from onboarding.domain.question import Kind, Question, Questionnaire, Rule
from onboarding.errors import ProfileError

CLASHING = ("911", "933", "0")
"""What a handset must always be able to dial: emergency, emergency test, operator."""

EXACT = rule_callflow.EXACT | rule_programming.EXACT
"""Problem codes whose own sentence names more places than a profile's sentence can."""


def broken(questionnaire: Questionnaire, values: Values, today: date) -> list[Problem]:
    """Problems of all rules that hold for every questionnaire and of those its profile names.

    Raises ProfileError when a rule has no such name or does not take its parameters.
    """
    scene = Scene(questionnaire, values, today)
    always = (*_keys(scene), *references(scene), *_addresses(scene))
    problems = [_problem(scene, finding) for finding in always]
    for rule in questionnaire.rules:
        found = list(_bind(rule)(scene))
        conditions = {
            section: settle(rule.when, values.held, section)
            for section in {finding.cell.section for finding in found}
            if rule.when is not None
        }
        for finding in found:
            condition = conditions.get(finding.cell.section)
            if condition is None or condition.holds({}, finding.cell.beside, finding.cell.section):
                problems.append(_problem(scene, finding, rule))
    return problems


def _bind(rule: Rule) -> Callable[[Scene], Findings]:
    """The function behind a rule with its parameters filled in. Raises ProfileError."""
    function = RULES.get(rule.check)
    if function is None:
        raise ProfileError("RULE-UNKNOWN", f"Rule {rule.id} asks for the check {rule.check}, which does not exist.")
    about = {_PARAMETERS.get(name, name): value for name, value in rule.about.items()}
    try:
        inspect.signature(function).bind(None, **about)
    except TypeError as error:
        raise ProfileError(
            "RULE-PARAMETERS", f"Rule {rule.id}: {rule.check} takes other parameters ({error})."
        ) from None
    return lambda scene: function(scene, **about)


_PARAMETERS = {"min": "least", "max": "most"}  # names of Python itself


def _problem(scene: Scene, finding: Finding, rule: Rule | None = None) -> Problem:
    question = scene.questionnaire.question(finding.cell.question)
    params = {"label": question.label if question else "", **finding.params}
    own = rule if rule is not None and rule.message else None
    text = _own_words(own, finding, params) if own else say(ENGLISH[finding.code], **params)
    severity = finding.severity or (rule.severity if rule else "error")
    source = rule.source if rule else ""
    return Problem(
        finding.code, finding.cell.question, str(text), finding.cell.row, severity, source,
        template=text.template, params=text.values,
    )  # fmt: skip


def _own_words(rule: Rule, finding: Finding, params: Mapping[str, Any]) -> Said:
    """The profile's sentence. It may name parameters (``{value}``); if not, the value is added after it."""
    if finding.code in EXACT:
        return say(ENGLISH[finding.code], **params)
    text = filled(rule.message, params)
    if text != rule.message or finding.code == "forbidden-when" or "value" not in params:  # about what is around it
        return say(rule.message, **params)
    return say(ENGLISH["given"], message=say(rule.message), value=params["value"])


# --- Every questionnaire ----------------------------------------------------------------------------------------------


def _keys(scene: Scene) -> Findings:
    for section in scene.questionnaire.sections:
        for question in section.questions if section.is_table else ():
            if question.unique or question.name == section.key:
                yield from unique(scene, question.id)


def references(scene: Scene) -> Findings:
    """References that lead nowhere. Those that lead somewhere take the spelling of what they point at."""
    asked = [question for question in scene.questionnaire.questions() if question.kind is Kind.REFERENCE]
    for target in {question.to for question in asked}:
        known = {same(cell.value): cell.value for cell in answered(scene, target)}
        for question in [question for question in asked if question.to == target]:
            yield from _dangling(scene, question, known)


def _dangling(scene: Scene, question: Question, known: Mapping[JSON, JSON]) -> Findings:
    section = scene.questionnaire.section(question.to.partition(".")[0])
    for number, row in scene.values.rows(question.section):
        value = row.get(question.name)
        if same(value) in known:
            row[question.name] = known[same(value)]
        elif value is not None:
            params = {"value": spoken(value), "section": section.title if section else question.to}
            yield Finding("reference", Cell(question.id, number, value, row), params)


def _addresses(scene: Scene) -> Findings:
    """Sites are where calls come from and numbers are moved: a box or a street without a house will not do."""
    for cell in answered(scene, "sites.street"):
        params = {"value": shown(cell.value)}
        if address.is_po_box(cell.value):
            yield Finding("po-box", cell, params)
        elif not address.has_house_number(cell.value):
            yield Finding("house-number", cell, params, "warning")
    for section in ("company", "sites"):
        for cell in answered(scene, f"{section}.zip"):
            state = cell.beside.get("state")
            if state and not address.is_zip_in_state(cell.value, state):
                yield Finding("zip-state", cell, {"value": cell.value, "other": address.STATES.get(state, state)})


# --- Named by profiles ------------------------------------------------------------------------------------------------


def unique(scene: Scene, question: str) -> Findings:
    """No two rows hold the same value."""
    first: dict[JSON, Cell] = {}
    for cell in answered(scene, question):
        before = first.setdefault(same(cell.value), cell)
        if before is not cell:
            yield Finding("duplicate", cell, {"value": spoken(cell.value), "other": (before.row or 0) + 1})


def in_table(scene: Scene, question: str, table: str, where: Where | None = None) -> Findings:
    """Every value is found in the column ``table``."""
    known = {same(cell.value) for cell in answered(scene, table)}
    section = scene.questionnaire.section(table.partition(".")[0])
    for cell in answered(scene, question, where):
        if same(cell.value) not in known:
            yield Finding(
                "in-table", cell, {"value": spoken(cell.value), "section": section.title if section else table}
            )


def sum_covers(scene: Scene, quantity: str, group: str, rows: str, by: str, where: Where | None = None) -> Findings:
    """Per value of ``group``, the sum of ``quantity`` is enough for the rows with ``where``, counted per ``by``."""
    ordered: Counter[JSON] = Counter()
    for cell in answered(scene, quantity):
        ordered[cell.beside.get(group.partition(".")[2])] += cell.value
    wanting = defaultdict(list)
    for cell in answered(scene, f"{rows}.{by.partition('.')[2]}", where):
        wanting[cell.value].append(cell)
    for value, cells in wanting.items():
        if len(cells) > ordered[value]:
            yield Finding("sum-covers", cells[0], {"value": shown(value), "count": len(cells), "sum": ordered[value]})


def forbidden_when(scene: Scene, question: str, when: JSON) -> Findings:
    """Not answered where ``when`` holds."""
    section = question.partition(".")[0]
    condition = settle(parse_condition(when), scene.values.held, section)
    for cell in answered(scene, question):
        if condition.holds({}, cell.beside, section):
            yield Finding("forbidden-when", cell, {"value": spoken(cell.value)})


def nanp_area_code(scene: Scene, question: str) -> Findings:
    """An area code that is in use in North America."""
    for cell in answered(scene, question):
        if not is_assigned_area_code(cell.value):
            yield Finding("nanp-area-code", cell, {"value": shown(cell.value)})


def production_number(scene: Scene, question: str) -> Findings:
    """Not of the fictitious 555-01XX block."""
    for cell in answered(scene, question):
        if is_fictitious(cell.value):
            yield Finding("production-number", cell, {"value": national(cell.value)})


def dedicated_administrator(scene: Scene) -> Findings:
    """A dedicated administrator is nobody of the users and so has no service."""
    users = {same(cell.value) for cell in answered(scene, "users.email")}
    for cell in answered(scene, "administrator.email", {"kind": "dedicated"}):
        if same(cell.value) in users:
            yield Finding("dedicated-administrator", cell, {"value": shown(cell.value)})


def full_port_includes_btn(scene: Scene) -> Findings:
    """A full port lists its billing telephone number."""
    moved = {cell.value for cell in answered(scene, "port_numbers.number")}
    for cell in answered(scene, "port_orders.btn", {"scope": "full"}):
        if cell.value not in moved:
            yield Finding("full-port-includes-btn", cell, {"value": national(cell.value)})


def partial_port_excludes_btn(scene: Scene) -> Findings:
    """A partial port leaves its billing number behind, or names a new one: neither the old one nor one that moves."""
    moved = {cell.value for cell in answered(scene, "port_numbers.number")}
    for cell in answered(scene, "port_orders.btn", {"scope": "partial"}):
        new = cell.beside.get("new_btn")
        successor = Cell("port_orders.new_btn", cell.row, new, cell.beside)
        if new is None and cell.value in moved:
            yield Finding("partial-port-excludes-btn", cell, {"value": national(cell.value)})
        elif new is not None and new == cell.value:
            yield Finding("new-btn-is-old", successor, {"value": national(new)})
        elif new is not None and new in moved:
            yield Finding("new-btn-is-ported", successor, {"value": national(new)})


def extension_length(scene: Scene, question: str, least: int, most: int) -> Findings:
    """An extension has ``min`` to ``max`` digits."""
    for cell in answered(scene, question):
        if not least <= len(cell.value) <= most:
            params = {"value": shown(cell.value), "least": least, "most": most, "count": len(cell.value)}
            yield Finding("extension-length", cell, params)


def extension_clash(scene: Scene, question: str) -> Findings:
    """An extension neither begins like an emergency, test or operator code nor is the beginning of one."""
    for cell in answered(scene, question):
        for code in CLASHING:
            if cell.value.startswith(code) or code.startswith(cell.value):
                yield Finding("extension-clash", cell, {"value": shown(cell.value), "other": code})


def _age(scene: Scene, question: str, days: int, old: str, ahead: str) -> Findings:
    for cell in answered(scene, question):
        age = (scene.today - date.fromisoformat(cell.value)).days
        if age > days:
            yield Finding(old, cell, {"value": cell.value, "count": age, "most": days})
        elif age < 0:
            yield Finding(ahead, cell, {"value": cell.value})


def bill_age(scene: Scene, question: str, days: int) -> Findings:
    """The bill is at most ``days`` days old."""
    return _age(scene, question, days, "bill-age", "bill-ahead")


def loa_age(scene: Scene, question: str, days: int) -> Findings:
    """The letter was signed at most ``days`` days ago."""
    return _age(scene, question, days, "loa-age", "loa-ahead")


RULES: Mapping[str, Callable[..., Findings]] = {
    "unique": unique,
    "references": references,
    "sum-covers": sum_covers,
    "in-table": in_table,
    "forbidden-when": forbidden_when,
    "nanp-area-code": nanp_area_code,
    "production-number": production_number,
    "dedicated-administrator": dedicated_administrator,
    "full-port-includes-btn": full_port_includes_btn,
    "partial-port-excludes-btn": partial_port_excludes_btn,
    "extension-length": extension_length,
    "extension-clash": extension_clash,
    **rule_licences.RULES,
    **rule_counts.RULES,
    "bill-age": bill_age,
    "loa-age": loa_age,
    **rule_versions.RULES,
    **rule_bundles.RULES,
    **rule_ranges.RULES,
    **rule_emergency.RULES,
    **rule_sip.RULES,
    **rule_callflow.RULES,
    **rule_programming.RULES,
}
"""Name in a profile -> function; the same names as `domain.catalog.RULES`."""

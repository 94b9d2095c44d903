"""Telephone numbers and area codes that carriers take."""

from __future__ import annotations

from onboarding.answers.rules import Finding, Findings, OfQuestion, RuleInput, rule
from onboarding.domain.number import is_assigned_area_code, is_fictitious


@rule("nanp-area-code", OfQuestion, says="{value} is not an area code that is in use in North America.")
def nanp_area_code(facts: RuleInput, p: OfQuestion) -> Findings:
    """An area code that is in use in North America."""
    for cell in facts.answered(p.question):
        if not is_assigned_area_code(cell.value):
            yield Finding("nanp-area-code", cell, {"value": facts.text(cell)})


@rule(
    "production-number",
    OfQuestion,
    says="{value} lies in 555-01XX, the numbers reserved for examples; no carrier will take it.",
)
def production_number(facts: RuleInput, p: OfQuestion) -> Findings:
    """Not of the fictitious 555-01XX block."""
    for cell in facts.answered(p.question):
        if is_fictitious(cell.value):
            yield Finding("production-number", cell, {"value": facts.text(cell)})

"""Extensions: as many digits as the number plan has, and none that gets in the way of an emergency call."""

from __future__ import annotations

from collections import Counter

from onboarding.answers.rules import Finding, Findings, OfQuestion, RuleInput, rule
from onboarding.domain.params import Count, Params, QuestionId

CLASHING = ("911", "933", "0")
"""What a handset must always be able to dial: emergency, emergency test, operator."""


class ExtensionLength(Params):
    question: QuestionId
    min: Count
    max: Count


@rule("extension-length", ExtensionLength, says="The extension has {least} to {most} digits; “{value}” has {count}.")
def extension_length(facts: RuleInput, p: ExtensionLength) -> Findings:
    """An extension has ``min`` to ``max`` digits."""
    for cell in facts.answered(p.question):
        if not p.min <= len(cell.value) <= p.max:
            params = {"value": facts.text(cell), "least": p.min, "most": p.max, "count": len(cell.value)}
            yield Finding("extension-length", cell, params)


@rule("extension-clash", OfQuestion, says="Extension {value} gets in the way of dialling {other}; choose another.")
def extension_clash(facts: RuleInput, p: OfQuestion) -> Findings:
    """An extension neither begins like an emergency, test or operator code nor is the beginning of one."""
    for cell in facts.answered(p.question):
        for code in CLASHING:
            if cell.value.startswith(code) or code.startswith(cell.value):
                yield Finding("extension-clash", cell, {"value": facts.text(cell), "other": code})


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
            params = {"value": facts.text(cell), "count": len(cell.value), "most": usual}
            yield Finding("uniform-length", cell, params)


class DigitsAs(Params):
    question: QuestionId
    length: QuestionId


@rule("digits-as", DigitsAs, says="Extensions have {most} digits here; “{value}” has {count}.")
def digits_as(facts: RuleInput, p: DigitsAs) -> Findings:
    """Every extension has as many digits as ``length`` says."""
    for length in facts.answered(p.length):
        for cell in facts.answered(p.question):
            if len(cell.value) != int(length.value):
                params = {"value": facts.text(cell), "most": length.value, "count": len(cell.value)}
                yield Finding("digits-as", cell, params)

"""What a device signs in with, and the device itself."""

from __future__ import annotations

import re

from onboarding.answers.rules import Finding, Findings, OfQuestion, RuleInput, row_number, rule
from onboarding.answers.rules.rows import unique
from onboarding.answers.schema import Cell
from onboarding.domain.claim import plain_mac

_SIP_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


@rule(
    "sip-user-form",
    OfQuestion,
    says="“{value}” cannot be a SIP user name; use letters, digits, dots, hyphens and underscores.",
)
def sip_user_form(facts: RuleInput, p: OfQuestion) -> Findings:
    """A SIP user name is made of letters, digits, dots, hyphens and underscores: it stands before an @."""
    for cell in facts.answered(p.question):
        if not _SIP_USER.fullmatch(cell.value):
            yield Finding("sip-user-form", cell, {"value": facts.text(cell)})


@rule(
    "mac-address",
    OfQuestion,
    says={
        "mac-form": "“{value}” is not a device address; it has twelve digits from 0 to 9 and A to F, as on its label.",
        **unique.says,
    },
)
def mac_address(facts: RuleInput, p: OfQuestion) -> Findings:
    """Twelve hexadecimal digits however they are written, every device once."""
    first: dict[str, Cell] = {}
    for cell in facts.answered(p.question):
        plain = plain_mac(cell.value)
        if not plain:
            yield Finding("mac-form", cell, {"value": facts.text(cell)})
        elif (before := first.setdefault(plain, cell)) is not cell:
            yield Finding("duplicate", cell, {"value": facts.text(cell), "other": row_number(before)})

"""What devices are known by, and no secret in clear among the answers."""

from __future__ import annotations

import re

from onboarding.answers.answer_schema import CellRef
from onboarding.answers.rules import Findings, OfQuestion, RuleFinding, RuleInput, row_number, rule
from onboarding.answers.rules.rows import unique
from onboarding.domain.params import FieldId, Params
from onboarding.domain.question import Kind
from onboarding.domain.reservation import plain_mac

# The word, then a value of at least four characters with a digit among them: "PIN: 4711", "password of 201 is x9x9".
_SECRET = re.compile(
    r"\b(?:pins?|passcode|password|passwd|pwd|contraseña|clave)\b"
    r"(?:\s+|\s*[:=]\s*|(?:\s+\w+){0,4}?\s*(?::|=|\s(?:is|es)\s)\s*)(?=\S{0,40}\d)\S{4,}",
    re.IGNORECASE,
)
_SIP_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


class NoSecret(Params):
    fields: tuple[FieldId, ...]


@rule(
    "no-secret",
    NoSecret,
    says={
        "secret-in-clear": "“{label}” seems to hold a password or PIN. Remove it: it is never written down here, "
        "but chosen at the first log-in or handed over by a secret channel."
    },
    is_exact=True,
)
def no_secret(facts: RuleInput, p: NoSecret) -> Findings:
    """No password or PIN stands among the texts of ``fields``.

    What was found is not repeated.
    """
    for _, question in facts.questionnaire.named(p.fields):
        for cell in facts.answered(question.id) if question.kind in (Kind.TEXT, Kind.LONG_TEXT) else ():
            if _SECRET.search(cell.value):
                yield RuleFinding("secret-in-clear", cell, {})


@rule(
    "sip-user-form",
    OfQuestion,
    says="“{value}” cannot be a SIP user name; use letters, digits, dots, hyphens and underscores.",
)
def sip_user_form(facts: RuleInput, p: OfQuestion) -> Findings:
    """A SIP user name is made of letters, digits, dots, hyphens and underscores: it stands before an @."""
    return facts.each("sip-user-form", p.question, lambda cell: not _SIP_USER.fullmatch(cell.value))


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
    first: dict[str, CellRef] = {}
    for cell in facts.answered(p.question):
        plain = plain_mac(cell.value)
        if not plain:
            yield facts.finding("mac-form", cell)
        elif (before := first.setdefault(plain, cell)) is not cell:
            yield facts.finding("duplicate", cell, other=row_number(before))

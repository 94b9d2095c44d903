"""No secret in clear among the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onboarding.answers.rules import Finding, Findings, RuleInput, rule
from onboarding.domain.params import FieldId, Params
from onboarding.domain.question import Kind

# The word, then a value of at least four characters with a digit among them: "PIN: 4711", "password of 201 is x9x9".
_SECRET = re.compile(
    r"\b(?:pins?|passcode|password|passwd|pwd|contraseña|clave)\b"
    r"(?:\s+|\s*[:=]\s*|(?:\s+\w+){0,4}?\s*(?::|=|\s(?:is|es)\s)\s*)(?=\S{0,40}\d)\S{4,}",
    re.IGNORECASE,
)


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
    for question in _texts(facts, p):
        for cell in facts.answered(question):
            if _SECRET.search(cell.value):
                yield Finding("secret-in-clear", cell, {})


def _texts(facts: RuleInput, p: NoSecret) -> Iterator[str]:
    for question in facts.questionnaire.questions():
        if question.kind in (Kind.TEXT, Kind.LONG_TEXT) and (question.id in p.fields or question.section in p.fields):
            yield question.id

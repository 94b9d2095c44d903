"""Addresses of web pages."""

from __future__ import annotations

from pydantic import HttpUrl, TypeAdapter, ValidationError

from onboarding.answers.rules import Findings, OfQuestion, RuleInput, rule

_URL = TypeAdapter(HttpUrl)


@rule(
    "web-address",
    OfQuestion,
    says="“{value}” is no address of a web page; it begins with https:// and then names a host, as in a browser.",
)
def web_address(facts: RuleInput, p: OfQuestion) -> Findings:
    """An address a browser opens: http or https, and a host with a domain."""
    return facts.each("web-address", p.question, lambda cell: not _is_address(cell.value))


def _is_address(text: str) -> bool:
    try:
        found = _URL.validate_python(text)
    except ValidationError:
        return False
    return "." in (found.host or "") and not found.username and not found.password

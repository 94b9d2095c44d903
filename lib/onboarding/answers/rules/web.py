"""Addresses of web pages, and names in the DNS."""

from __future__ import annotations

from pydantic import HttpUrl, TypeAdapter, ValidationError

from onboarding.answers.rules import Findings, OfQuestion, RuleInput, rule
from onboarding.domain.params import QuestionId

_URL = TypeAdapter(HttpUrl)


@rule(
    "web-address",
    OfQuestion,
    says="“{value}” is no address of a web page; it begins with https:// and then names a host, as in a browser.",
)
def web_address(facts: RuleInput, p: OfQuestion) -> Findings:
    """An address a browser opens: http or https, and a host with a domain."""
    return facts.each("web-address", p.question, lambda cell: not _is_address(cell.value))


class BelowDomain(OfQuestion):
    """Which name, and the question about the domain it is to lie below."""

    domain: QuestionId = "company.domain"


@rule("below-domain", BelowDomain, says="“{value}” is no name below {domain}; write it like portal.{domain}.")
def below_domain(facts: RuleInput, p: BelowDomain) -> Findings:
    """A name below the domain: an alias cannot stand beside other records, at the domain's own name (RFC 1034)."""
    domain = next((cell.value for cell in facts.answered(p.domain)), "")
    if domain:
        ending = f".{domain}"
        yield from facts.each("below-domain", p.question, lambda c: not c.value.endswith(ending), domain=domain)


def _is_address(text: str) -> bool:
    try:
        found = _URL.validate_python(text)
    except ValidationError:
        return False
    return "." in (found.host or "") and not found.username and not found.password

"""The DNS records of the new service."""

from __future__ import annotations

from typing import Any

from onboarding.profile.offer_tables import DataTable
from onboarding.stages.context import Context
from onboarding.stages.planners.instruction import records_for
from tests.stages.planners.work import planned, values
from tests.stages.small import asked, small

DNS: list[Any] = [
    {"type": "MX", "name": "{domain}", "value": "0 {label}.mail.example.", "purpose": "mail"},
    {"type": "CNAME", "name": "www.{domain}", "value": "sites.example.", "purpose": "web"},
]


def _context() -> Context:
    return small(asked(), {"company": {"domain": "bright.example"}}, data=DataTable.model_validate({"dns": DNS}))


def test_the_records_of_a_purpose_are_published() -> None:
    """Filled in for the customer's domain, with or without its dots."""
    found = planned("dns_records", _context(), {"purpose": "mail"})
    assert values(found) == [["MX bright.example", "0 bright-example.mail.example."]]


def test_without_a_purpose_all_of_them_are() -> None:
    """In the order of the profile; a profile without records has none."""
    assert [label for label, _ in values(planned("dns_records", _context()))] == [
        "MX bright.example",
        "CNAME www.bright.example",
    ]
    assert records_for("mail", small(asked(), {})) == []

"""What each user ordered, and the company's sites."""

from __future__ import annotations

from typing import Any

from onboarding.domain.task import Service
from onboarding.stages.context import Context
from tests.stages.planners.work import ID, planned
from tests.stages.small import asked, small

ANSWERS: dict[str, Any] = {
    "company": {"name": "Bright", "domain": "bright.example"},
    "portal": {"title": "Intranet"},
    "users": [
        {"email": "ana@bright.example", "first_name": "Ana", "services": ["total"], "plan": "Gold",
         "number": "+16175550101"},
        {"email": "ben@bright.example", "first_name": "Ben", "services": ["voice"]},
        {"email": "cyd@bright.example", "first_name": "Cyd", "services": ["files"]},
    ],
}  # fmt: skip
SERVICES = {
    "voice": Service("voice", "Voice", needs_number=True),
    "files": Service("files", "Files"),
    "total": Service("total", "Total", includes=("voice", "files")),
}


def _context(**answers: Any) -> Context:
    return small(asked(), ANSWERS | answers, services=SERVICES)


def test_everybody_who_ordered_a_service_gets_it() -> None:
    """Whoever ordered a composite one gets its parts; a service that needs a number carries the user's (C-48)."""
    ana, ben = planned("service", _context(), {"service": "voice", "plan": "users.plan", "default_plan": "Basic"})
    assert (ana.id, ana.key) == (f"{ID}/ana@bright.example", "ana@bright.example/voice")
    assert ana.summary == "Voice for Ana, plan Gold"
    assert ana.body == {
        "company": "bright.example", "user": "ana@bright.example", "service": "voice", "plan": "Gold",
        "number": "+16175550101",
    }  # fmt: skip
    assert (ben.body["plan"], ben.body["number"]) == ("Basic", None)


def test_a_service_without_a_number_carries_none() -> None:
    """Nor a plan, where none is asked and none is the default."""
    found = planned("service", _context(), {"service": "files"})
    assert [action.body["user"] for action in found] == ["ana@bright.example", "cyd@bright.example"]
    assert all("number" not in action.body for action in found)
    assert {action.body["plan"] for action in found} == {""}


def test_the_company_has_a_site_of_the_service() -> None:
    """With the title that was answered, otherwise the company's name; with a plan where the profile has one."""
    about = {"service": "files", "title": "portal.title"}
    [site] = planned("site", _context(), about)
    assert (site.id, site.key, site.resource) == (f"{ID}/bright.example", "bright.example/files", "site")
    assert site.body == {"company": "bright.example", "service": "files", "title": "Intranet"}
    assert site.summary == "Files site Intranet"
    [plain] = planned("site", _context(portal={}), about | {"default_plan": "Standard"})
    assert (plain.body["title"], plain.body["plan"]) == ("Bright", "Standard")

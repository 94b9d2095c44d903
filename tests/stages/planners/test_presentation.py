"""The planned configuration, sent to the customer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from onboarding.domain.language import Language
from tests.stages.planners.work import MAIL, planned
from tests.stages.small import asked, question, small

SHEET = asked(question("company.name"), question("menus.name"), tables={"menus": "name"})
ANSWERS: dict[str, Any] = {"company": {"name": "Bright"}, "menus": [{"name": "Day"}], "contacts": []}
ABOUT = {**MAIL, "to": "contact:primary", "sections": ["menus"], "fields": ["company.name"]}


def _version(**answers: Any) -> str:
    [action] = planned("present", small(SHEET, ANSWERS | answers), ABOUT)
    label, version = action.body["fields"][-1]
    assert label == "Version"
    return str(version)


def test_the_document_goes_with_the_mail() -> None:
    """What it is made of is no file of the record: nothing else goes with it."""
    [action] = planned("present", small(SHEET, ANSWERS), ABOUT)
    assert action.body["attach"] == ["planned-configuration"]
    assert "files" not in action.body
    assert action.body["fields"][1] == ["Name", "Bright"]


def test_another_configuration_is_another_version() -> None:
    """Twelve digits that only move with what the document shows."""
    assert len(_version()) == 12
    assert _version(company={"name": "Brighter"}) == _version()
    assert _version(menus=[{"name": "Night"}]) != _version()


def test_the_version_is_called_so_in_the_readers_language() -> None:
    """A contact reads the customer's language, the provider English."""
    context = replace(small(SHEET, ANSWERS), language=Language("es", "Español", {"Version": "Versión"}, "es"))
    assert planned("present", context, ABOUT)[0].body["fields"][-1][0] == "Versión"
    assert planned("present", context, ABOUT | {"to": "x@provider.example"})[0].body["fields"][-1][0] == "Version"

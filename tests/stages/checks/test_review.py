"""Checks over reviews."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from onboarding.domain.language import Language
from onboarding.stages.context import Context
from tests.stages.checks.look import missing
from tests.stages.small import asked, question, small

SHEET = asked(
    question("company.name"),
    question("voicemail.pin_length"),
    question("holidays.day"),
    question("menus.name"),
    tables={"menus": "name"},
)
SECTIONS = {"sections": ["company", "voicemail", "holidays"]}
ANSWERS: dict[str, Any] = {"company": {"name": "Clinic"}, "voicemail": {"pin_length": 6}}
SPANISH = Language("es", "Español", {"Company": "Empresa"})


def _reviewed(language: Language | None = None, **verdicts: str) -> Context:
    rows = [{"part": part, "verdict": verdict, "reason": "" if verdict == "pass" else "No trunk."}
            for part, verdict in verdicts.items()]  # fmt: skip
    found = small(SHEET, ANSWERS | {"engineering_review": rows})
    return replace(found, language=language) if language else found


def test_every_part_that_is_asked_has_passed() -> None:
    """However it is spelt; what is not asked of this customer is not reviewed."""
    assert missing("review-passed", _reviewed(Company="pass", voicemail="pass"), SECTIONS) == []
    assert missing("review-passed", _reviewed(**{" COMPANY ": "pass"}), {"sections": ["company"]}) == []


def test_a_part_may_be_named_as_the_customer_reads_it() -> None:
    """In the customer's language, or as the profile has it."""
    assert missing("review-passed", _reviewed(SPANISH, empresa="pass"), {"sections": ["company"]}) == []
    assert missing("review-passed", _reviewed(SPANISH, company="pass"), {"sections": ["company"]}) == []
    assert missing("review-passed", _reviewed(empresa="pass"), {"sections": ["company"]})


def test_what_failed_and_what_has_no_verdict_is_named() -> None:
    """A failure with its reason, where there is one."""
    assert missing("review-passed", _reviewed(company="fail"), SECTIONS) == [
        "Failed: Company. No trunk.",
        "Not reviewed yet: Voicemail.",
    ]
    unclear = _reviewed(company="", voicemail="pass")
    assert missing("review-passed", unclear, SECTIONS) == ["Not reviewed yet: Company."]


def test_a_failure_without_a_reason_is_named_alone() -> None:
    """Every call flow is reviewed beside the sections, by its name, and each title once."""
    rows = [{"part": "Company", "verdict": "fail"}]
    context = small(SHEET, ANSWERS | {"engineering_review": rows, "menus": [{"name": "Day"}, {"name": "company"}]})
    assert missing("review-passed", context, {"sections": ["company"]})[0] == "Failed: Company."


ABOUT = {"asked": "questions.what", "answer": "questions.answer", "since": "questions.sent_on"}


def _questions(*rows: dict[str, str]) -> Context:
    return small(asked(), {"questions": list(rows)})


def test_every_question_is_answered() -> None:
    """A row without a question wants no answer."""
    context = _questions({"what": "Which trunk?", "answer": "SIP"}, {"sent_on": "2026-02-01"})
    assert missing("rows-answered", context, ABOUT) == []


@pytest.mark.parametrize(
    ("sent", "age"),
    [("2026-03-01", "1 day"), ("2026-02-20", "10 days"), ("2026-03-02", "0 days"), ("2026-04-01", "0 days")],
)
def test_what_is_open_is_named_with_its_age(sent: str, age: str) -> None:
    """Days since it was sent; none for one that is still to come."""
    context = _questions({"what": "Which\n trunk?", "sent_on": sent})
    assert missing("rows-answered", context, ABOUT) == [f"Open for {age}: Which trunk?"]


def test_the_oldest_question_comes_first() -> None:
    """One without a day is as young as can be."""
    context = _questions({"what": "A"}, {"what": "B", "sent_on": "2026-03-01"}, {"what": "C", "sent_on": "2026-02-01"})
    assert [said[-1] for said in missing("rows-answered", context, ABOUT)] == ["C", "B", "A"]

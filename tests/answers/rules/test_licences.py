"""Rules over licences: what breaks each, what keeps it, what is reported."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.rules.licences import LicenceCovers, licence_covers, licence_removed, licence_spare
from onboarding.domain.licence import Advice
from onboarding.domain.question import Kind
from tests.answers.rules.sheet import Case, Sheet, options, several, table, tried

SHEET = Sheet(
    table("users", first_name=Kind.TEXT, last_name=Kind.TEXT, name=Kind.TEXT, email=Kind.TEXT,
          licence=options("a3", "a5"), add_ons=several("phone-standard", "plan", "bundle"),
          services=several("voice", "fax")),
)  # fmt: skip
WHOM = {"licence": "users.licence", "add_ons": "users.add_ons", "where": {"services": "voice"}}
COVERS = {**WHOM, "enough": ["a5"], "add_on": "phone-standard", "remove": ["plan", "bundle"]}
REMOVED = {**WHOM, "remove": ["plan", "bundle"]}
SPARE = {**WHOM, "enough": ["a5"], "add_on": "phone-standard"}


def user(licence: str, *add_ons: str, services: str = "voice", **name: str) -> dict[str, Any]:
    return {"licence": licence, "add_ons": list(add_ons), "services": [services], **(name or {"first_name": "Ana"})}


def users(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"users": list(rows)}


CASES: dict[str, Case] = {
    "covered": (licence_covers, COVERS, users(user("a5"), user("a3", "phone-standard")), []),
    "not covered": (licence_covers, COVERS, users(user("a5"), user("a3", "plan", first_name="Ana", last_name="Null")), [
        "users.licence row 2: Ana Null has A3, which needs Phone standard beside it."]),
    "not covered, by one name": (licence_covers, COVERS, users(user("a3", name="Front desk", email="a@b.example")), [
        "users.licence row 1: Front desk has A3, which needs Phone standard beside it."]),
    "not covered, by address": (licence_covers, COVERS, users(user("a3", email="a@b.example")), [
        "users.licence row 1: a@b.example has A3, which needs Phone standard beside it."]),
    "not covered, without a name": (licence_covers, COVERS, users(user("a3", last_name="Null")), [
        "users.licence row 1: Null has A3, which needs Phone standard beside it."]),
    "of no concern": (licence_covers, COVERS, users(user("a3", services="fax")), []),
    "no licence yet": (licence_covers, COVERS, users({"first_name": "Ana", "services": ["voice"]}), []),
    "nothing to remove": (licence_removed, REMOVED, users(user("a3", "phone-standard"), user("a5")), []),
    "to be removed": (licence_removed, REMOVED, users(user("a5", "plan", "phone-standard", "bundle")), [
        "users.licence row 1: Ana has Plan, Bundle, which has to be removed once the number has moved."]),
    "to be removed from others": (licence_removed, REMOVED, users(user("a5", "plan", services="fax")), []),
    "nothing spare": (licence_spare, SPARE, users(user("a5", "plan"), user("a3", "phone-standard")), []),
    "spare": (licence_spare, SPARE, users(user("a5", "phone-standard")), [
        ("users.licence row 1: Ana has A5, which holds the telephone system already; "
         "Phone standard need not be bought.")]),
    "spare for others": (licence_spare, SPARE, users(user("a5", "phone-standard", services="fax")), []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given and what it stands against; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


def test_users_are_meant_by_any_of_several_values() -> None:
    """A list under ``where`` means each of its values."""
    answers = users(user("a3"), user("a3", services="fax"))
    for rule, about in ((licence_covers, COVERS), (licence_covers, {**COVERS, "enough": ["e5"]})):
        assert SHEET.rows(rule, {**about, "where": {"services": ["voice", "fax"]}}, answers) == [0, 1]
    assert SHEET.rows(licence_covers, {**COVERS, "where": {"licence": ["a3"], "services": ["fax"]}}, answers) == [1]


def test_what_has_to_be_done_is_there_for_tasks_and_reports_too() -> None:
    """The rule's parameters know whom they are about and what each of them needs."""
    covers = LicenceCovers.model_validate(COVERS)
    assert covers.advice(user("a3", "plan")) == Advice(remove=("plan",), add=("phone-standard",))
    assert covers.advice(user("a5", "phone-standard")) == Advice(spare=("phone-standard",))
    assert covers.advice(user("a3", services="fax")) is None
    assert covers.advice({"services": ["voice"]}) is None
    assert covers.section == "users"
    assert (covers.add_ons_of(user("a3", "plan")), covers.add_ons_of({})) == (("plan",), ())


@given(
    st.sampled_from(["a3", "a5"]),
    st.sets(st.sampled_from(["phone-standard", "plan", "bundle"])),
    st.sampled_from(["voice", "fax"]),
)
@tried
def test_three_rules_share_what_may_be_wrong(licence: str, add_ons: set[str], service: str) -> None:
    """Too little for a small plan, too much for a large one, and what nobody may have; of the others nothing."""
    answers = users(user(licence, *sorted(add_ons), services=service))
    is_meant, has_phone = service == "voice", "phone-standard" in add_ons

    def is_broken(rule: Any, about: dict[str, Any]) -> bool:
        return bool(SHEET.messages(rule, about, answers))

    assert is_broken(licence_covers, COVERS) is (is_meant and licence == "a3" and not has_phone)
    assert is_broken(licence_spare, SPARE) is (is_meant and licence == "a5" and has_phone)
    assert is_broken(licence_removed, REMOVED) is (is_meant and bool(add_ons & {"plan", "bundle"}))

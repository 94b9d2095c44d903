"""Rules over answers that must go together: what breaks each, what keeps it, what is reported."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.rules.contradictions import dedicated_administrator, equal, forbidden_when, in_order
from onboarding.domain.question import Kind
from tests.answers.dental import answers as dental
from tests.answers.rules.broken import breaks, changed, kept
from tests.answers.rules.sheet import Case, Sheet, column, options, record, table, tried

SHEET = Sheet(
    record("administrator", kind=options("dedicated", "user"), email=Kind.TEXT),
    table("users", email=Kind.TEXT, zone=Kind.TEXT, old_zone=Kind.TEXT, is_new=Kind.YES_NO),
    record("platform", zone=Kind.TEXT, kind=options("ours", "other")),
    table("schedules", opens=Kind.TIME, closes=Kind.TIME),
    record("setup", starts_on=Kind.DATE, ends_on=Kind.DATE),
)
NEW_USER = {"question": "users.zone", "when": {"question": "users.is_new", "is": True}}
OTHER = {"question": "users.zone", "when": {"question": "platform.kind", "is": "other"}}
ZONES = {"question": "users.zone", "other": "platform.zone"}
TWO_ZONES = {"question": "users.zone", "other": "users.old_zone"}
HOURS = {"first": "schedules.opens", "second": "schedules.closes"}
DAYS = {"first": "setup.starts_on", "second": "setup.ends_on"}


def zones(*values: str, platform: str = "") -> dict[str, Any]:
    return {"users": column("zone", values), "platform": {"zone": platform}}


def hours(opens: str, closes: str) -> dict[str, Any]:
    return {"schedules": [{"opens": opens, "closes": closes}]}


def administrator(kind: str, email: str) -> dict[str, Any]:
    return {"administrator": {"kind": kind, "email": email}, "users": column("email", ["ben@b.example"])}


CASES: dict[str, Case] = {
    "allowed in its row": (forbidden_when, NEW_USER, {"users": [{"zone": "x", "is_new": False}, {"is_new": True}]}, []),
    "forbidden in its row": (
        forbidden_when, NEW_USER, {"users": [{"zone": "x", "is_new": False}, {"zone": "y", "is_new": True}]}, [
            "users.zone row 2: “Zone” must stay empty here; “y” was given."]),
    "allowed by another section": (forbidden_when, OTHER, {**zones("x"), "platform": {"kind": "ours"}}, []),
    "forbidden by another section": (forbidden_when, OTHER, {**zones("x"), "platform": {"kind": "other"}}, [
        "users.zone row 1: “Zone” must stay empty here; “x” was given."]),
    "the same": (equal, ZONES, zones("Eastern", "eastern", platform="EASTERN"), []),
    "not the same": (equal, ZONES, zones("Eastern", "Central", platform="Eastern"), [
        "users.zone row 2: “Central” and “Eastern” are asked in two places and must be the same."]),
    "asked in one place only": (equal, ZONES, zones("Eastern"), []),
    "the same in the row": (equal, TWO_ZONES, {"users": [
        {"zone": "a", "old_zone": "A"}, {"zone": "b"}, {"old_zone": "c"}]}, []),
    "not the same in the row": (equal, TWO_ZONES, {"users": [
        {"zone": "a", "old_zone": "a"}, {"zone": "b", "old_zone": "a"}]}, [
        "users.zone row 2: “b” and “a” are asked in two places and must be the same."]),
    "one of several is another": (
        equal, {"question": "platform.zone", "other": "users.zone"}, zones("a", "b", "c", platform="a"), [
            "platform.zone: “a” and “b” are asked in two places and must be the same."]),
    "in order": (in_order, HOURS, hours("08:00", "17:00"), []),
    "out of order": (in_order, HOURS, hours("17:00", "08:00"), [
        "schedules.closes row 1: “Closes” (08:00) must come after “Opens” (17:00)."]),
    "at once": (in_order, HOURS, hours("08:00", "08:00"), [
        "schedules.closes row 1: “Closes” (08:00) must come after “Opens” (08:00)."]),
    "only the second": (in_order, HOURS, hours("", "08:00"), []),
    "of days": (in_order, DAYS, {"setup": {"starts_on": "2026-05-04", "ends_on": "2026-04-30"}}, [
        "setup.ends_on: “Ends on” (2026-04-30) must come after “Starts on” (2026-05-04)."]),
    "a dedicated administrator": (dedicated_administrator, {}, administrator("dedicated", "ana@b.example"), []),
    "an administrator who is a user": (dedicated_administrator, {}, administrator("user", "ben@b.example"), []),
    "a dedicated administrator who is a user": (
        dedicated_administrator, {}, administrator("dedicated", "BEN@b.example"), [
            ("administrator.email: BEN@b.example is also in the list of users; a dedicated administrator has no "
             "services and is no user. Remove the row or choose a user as administrator.")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given and what it stands against; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


def renamed(email: str) -> Any:
    document = dental()
    document["administrator"]["email"] = email
    return document


DENTAL = {
    "forbidden-when": (changed("users", 2, extension="103"), ("forbidden-when", "users.extension", 2)),
    "dedicated-administrator": (
        renamed("Ana@brightsmile.example"),
        ("dedicated-administrator", "administrator.email", None),
    ),
}


@pytest.mark.parametrize("case", DENTAL)
def test_one_change_of_good_answers_breaks_the_rule(case: str) -> None:
    """The change is reported at its place, and nothing against the answers as they were."""
    assert kept(dental())
    assert breaks(*DENTAL[case])


@given(st.lists(st.tuples(st.sampled_from([None, "a", "A", "b"]), st.sampled_from([None, "a", "b"])), max_size=5))
@tried
def test_rows_are_compared_with_themselves(rows: list[tuple[str | None, str | None]]) -> None:
    """Named are the rows in which both are answered and differ in more than case."""
    answers = {"users": [{"zone": zone, "old_zone": old} for zone, old in rows]}
    wrong = [n for n, (zone, old) in enumerate(rows) if zone and old and zone.casefold() != old]
    assert SHEET.rows(equal, TWO_ZONES, answers) == wrong


@given(st.times(), st.times())
@tried
def test_the_second_comes_later_on_the_clock(first: Any, second: Any) -> None:
    """To the minute."""
    opens, closes = f"{first:%H:%M}", f"{second:%H:%M}"
    is_later = (second.hour, second.minute) > (first.hour, first.minute)
    assert (SHEET.messages(in_order, HOURS, hours(opens, closes)) == []) is is_later

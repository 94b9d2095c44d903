"""Rules over quantities: what breaks each, what keeps it, what is reported."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.rules.quantities import at_least_each, below, choices_at_most, licences_cover, sum_covers
from onboarding.domain.question import Kind
from tests.answers.dental import answers as dental
from tests.answers.rules.broken import breaks, broken, changed, kept
from tests.answers.rules.sheet import Case, Sheet, column, options, pointing, record, several, table, tried

SHEET = Sheet(
    table("new_numbers", area_code=Kind.AREA_CODE, quantity=Kind.INTEGER),
    table("users", area_code=Kind.AREA_CODE, source=options("port", "new"), bundle=pointing("bundles.name")),
    table("bundles", name=Kind.TEXT, licence=options("uc", "plus"), phones=several("desk", "soft", "mobile"),
          kind=options("small", "large")),
    table("licences", licence=options("uc", "plus"), quantity=Kind.INTEGER),
    record("network", latency=Kind.INTEGER, calls=Kind.INTEGER, uplink=Kind.INTEGER, note=Kind.TEXT),
)  # fmt: skip

NEW = {"quantity": "new_numbers.quantity", "group": "new_numbers.area_code", "rows": "users",
       "by": "users.area_code", "where": {"source": "new"}}  # fmt: skip
LICENCES = {"quantity": "licences.quantity", "group": "licences.licence", "through": "users.bundle",
            "gives": "bundles.licence"}  # fmt: skip
LATENCY = {"question": "network.latency", "limit": 50}
UPLINK = {"question": "network.uplink", "times": "network.calls", "each": 100}
PHONES = {"question": "bundles.phones", "most": 2}
SMALL = {**PHONES, "most": 1, "when": {"question": "bundles.kind", "is": "small"}}
ALONE = {**PHONES, "most": 1, "when": {"question": "network.note", "is": "alone"}}


def wanting(*codes: str, source: str = "new") -> list[dict[str, Any]]:
    return [{"area_code": code, "source": source} for code in codes]


def ordered(**quantities: int) -> list[dict[str, Any]]:
    return [{"area_code": code[1:4], "quantity": quantity} for code, quantity in quantities.items()]


def bundled(*bundles: str) -> dict[str, Any]:
    known = [{"name": "Desk", "licence": "uc"}, {"name": "Road", "licence": "plus"}, {"name": "Fax"}]
    return {"bundles": known, "users": column("bundle", bundles)}


def licensed(**quantities: int) -> list[dict[str, Any]]:
    return [{"licence": name, "quantity": quantity} for name, quantity in quantities.items()]


def network(**values: Any) -> dict[str, Any]:
    return {"network": values}


CASES: dict[str, Case] = {
    "enough": (sum_covers, NEW, {"users": wanting("617", "617"), "new_numbers": ordered(_617=2)}, []),
    "enough in two rows": (
        sum_covers, NEW, {"users": wanting("617", "617", "617"), "new_numbers": ordered(_617=1, _617b=2)}, []),
    "nobody else is counted": (sum_covers, NEW, {"users": wanting("617", source="port")}, []),
    "too few": (sum_covers, NEW, {
        "users": [*wanting("508"), *wanting("617", source="port"), *wanting("617", "617")],
        "new_numbers": ordered(_617=1, _508=1)}, [
        "users.area_code row 3: “617”: 2 needed, 1 ordered."]),
    "none": (sum_covers, NEW, {"users": wanting("617")}, ["users.area_code row 1: “617”: 1 needed, 0 ordered."]),
    "licences": (
        licences_cover, LICENCES, {**bundled("Desk", "DESK", "Road", "Fax"), "licences": licensed(uc=2, plus=1)}, []),
    "too few licences": (
        licences_cover, LICENCES, {**bundled("Road", "Desk", "desk", "Desk"), "licences": licensed(uc=2, plus=1)}, [
            "users.bundle row 2: “Uc”: 3 needed, 2 ordered."]),
    "licences in two rows": (licences_cover, LICENCES, {
        **bundled("Desk", "Desk"), "licences": [*licensed(uc=1), *licensed(uc=1)]}, []),
    "no licence": (licences_cover, LICENCES, bundled("Road"), ["users.bundle row 1: “Plus”: 1 needed, 0 ordered."]),
    "below": (below, LATENCY, network(latency=49), []),
    "at the limit": (below, LATENCY, network(latency=50), [
        "network.latency: 50 is too much for “Latency”; it has to stay below 50."]),
    "no figure": (below, {**LATENCY, "question": "network.note"}, network(note="99"), []),
    "uplink": (at_least_each, UPLINK, network(calls=8, uplink=800), []),
    "thin uplink": (at_least_each, UPLINK, network(calls=8, uplink=799), [
        "network.uplink: 799 is too little for “Uplink”; 8 at once need 800."]),
    "no calls": (at_least_each, UPLINK, network(uplink=0), []),
    "uplink in words": (at_least_each, {**UPLINK, "question": "network.note"}, network(calls=8, note="1"), []),
    "calls in words": (at_least_each, {**UPLINK, "times": "network.note"}, network(uplink=8, note="1"), []),
    "as many choices": (choices_at_most, PHONES, {"bundles": [{"phones": ["desk", "soft"]}]}, []),
    "a choice too many": (choices_at_most, PHONES, {"bundles": [
        {"phones": ["desk"]}, {"phones": ["desk", "soft", "mobile"]}]}, [
        "bundles.phones row 2: At most 2 can be chosen here; 3 are: Desk, Soft, Mobile."]),
    "one thing of which none may be": (
        choices_at_most, {"question": "bundles.kind", "most": 0}, {"bundles": [{"kind": "small"}]}, [
            "bundles.kind row 1: At most 0 can be chosen here; 1 are: Small."]),
    "one thing": (choices_at_most, {"question": "bundles.kind", "most": 1}, {"bundles": [{"kind": "small"}]}, []),
    "where its row says so": (choices_at_most, SMALL, {"bundles": [
        {"phones": ["desk", "soft"], "kind": "large"}, {"phones": ["desk", "soft"], "kind": "small"}]}, [
        "bundles.phones row 2: At most 1 can be chosen here; 2 are: Desk, Soft."]),
    "where another section says so": (
        choices_at_most, ALONE, {"bundles": [{"phones": ["desk", "soft"]}], **network(note="alone")}, [
            "bundles.phones row 1: At most 1 can be chosen here; 2 are: Desk, Soft."]),
    "where another section does not": (
        choices_at_most, ALONE, {"bundles": [{"phones": ["desk", "soft"]}], **network(note="apart")}, []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given and what it stands against; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


def test_one_change_of_good_answers_breaks_the_rule() -> None:
    """The change is reported at its place, in the profile's own words with what was needed and what was ordered."""
    document = changed("users", 1, area_code="508")
    assert kept(dental())
    assert breaks(document, ("sum-covers", "users.area_code", 1))
    assert "Order 1 numbers in 508; 0 are ordered." in [problem.message for problem in broken(document)]


def test_rows_are_meant_by_any_of_several_values() -> None:
    """A list under ``where`` means each of its values."""
    answers = {"users": [*wanting("617"), *wanting("617", source="port")], "new_numbers": ordered(_617=1)}
    assert SHEET.messages(sum_covers, NEW, answers) == []
    both = {**NEW, "where": {"source": ["port", "new"]}}
    assert SHEET.messages(sum_covers, both, answers) == ["users.area_code row 1: “617”: 2 needed, 1 ordered."]


codes = st.lists(st.sampled_from(["617", "508", "978"]), max_size=6)
quantities = st.lists(st.tuples(st.sampled_from(["617", "508", "978"]), st.integers(0, 3)), max_size=4)


@given(codes, quantities)
@tried
def test_what_is_short_is_named_where_it_is_first_needed(needed: list[str], bought: list[tuple[str, int]]) -> None:
    """However often a group is ordered or needed."""
    answers = {
        "users": wanting(*needed),
        "new_numbers": [{"area_code": code, "quantity": quantity} for code, quantity in bought],
    }
    have = Counter({code: sum(quantity for one, quantity in bought if one == code) for code in needed})
    short = [needed.index(code) for code in dict.fromkeys(needed) if needed.count(code) > have[code]]
    assert SHEET.rows(sum_covers, NEW, answers) == short


@given(st.lists(st.sampled_from(["Desk", "desk", "Road", "Fax"]), max_size=6), st.integers(0, 4), st.integers(0, 4))
@tried
def test_licences_are_counted_through_what_brings_them(bundles: list[str], uc: int, plus: int) -> None:
    """A bundle that brings no licence needs none; one that does needs one for each user."""
    brought = {"desk": "uc", "road": "plus"}
    needed = [brought.get(bundle.casefold(), "") for bundle in bundles]
    short = [needed.index(name) for name, current in (("uc", uc), ("plus", plus)) if needed.count(name) > current]
    answers = {**bundled(*bundles), "licences": licensed(uc=uc, plus=plus)}
    assert SHEET.rows(licences_cover, LICENCES, answers) == sorted(short)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
@tried
def test_a_limit_is_no_part_of_what_is_allowed(figure: int, limit: int) -> None:
    """Below is below."""
    found = SHEET.messages(below, {"question": "network.latency", "limit": limit % 7}, network(latency=figure % 9))
    assert (found == []) is (figure % 9 < limit % 7)


@given(st.integers(0, 40), st.integers(0, 4000))
@tried
def test_every_call_takes_its_part(calls: int, uplink: int) -> None:
    """So much for each of them, and not a bit less."""
    assert (SHEET.messages(at_least_each, UPLINK, network(calls=calls, uplink=uplink)) == []) is (uplink >= 100 * calls)

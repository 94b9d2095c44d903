"""Rules over rows of tables: what breaks each, what keeps it, what is reported."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.check import check
from onboarding.answers.rules.rows import (
    count_equals,
    has_row,
    in_table,
    listed_where,
    references,
    row_count,
    unique,
    unique_across,
    unique_together,
)
from onboarding.domain.question import Kind
from tests.answers.dental import answers as dental
from tests.answers.rules.broken import breaks, changed, kept
from tests.answers.rules.sheet import TODAY, Case, Sheet, column, options, pointing, record, several, table, tried

ROLES = options("primary", "signer", "technical")
SHEET = Sheet(
    table("contacts", name=Kind.TEXT, role=ROLES, active=Kind.YES_NO),
    table("users", email=Kind.TEXT, note=Kind.TEXT, extension=Kind.EXTENSION, number=Kind.NUMBER,
            site=pointing("sites.name"), source=options("port", "new"), services=several("voice", "fax", "mail")),
    table("mailboxes", extension=Kind.EXTENSION, day=Kind.TEXT),
    table("sites", name=Kind.TEXT),
    record("order", signer=Kind.TEXT),
)  # fmt: skip

EXTENSION = {"question": "users.extension"}
BOTH = {"fields": ["users.extension", "mailboxes.extension"]}
PAIR = {"fields": ["users.email", "users.extension"]}
PORTED = {"question": "users.extension", "table": "mailboxes.extension", "where": {"source": "port"}}
SIGNER = {"question": "order.signer", "rows": "contacts", "by": "contacts.name", "where": {"role": "signer"}}
ONE_PRIMARY = {"rows": "contacts", "where": {"role": "primary"}, "min": 1, "max": 2}
ACCOUNTS = {"rows": "users", "tables": ["mailboxes", "sites"]}


def users(*extensions: str | None) -> dict[str, Any]:
    return {"users": column("extension", extensions)}


def contacts(*roles: str) -> dict[str, Any]:
    return {"contacts": [{"name": f"Ana {number}", "role": role} for number, role in enumerate(roles)]}


CASES: dict[str, Case] = {
    "once": (unique, EXTENSION, users("101", "102", None, None), []),
    "twice": (unique, EXTENSION, users("101", "102", "102"), [
        "users.extension row 3: “102” is given more than once under “Extension”; row 2 has it already."]),
    "twice, whatever the case": (unique, {"question": "users.email"}, {"users": column("email", ["ANA", "ana"])}, [
        "users.email row 2: “ana” is given more than once under “Email”; row 1 has it already."]),
    "a number twice": (unique, {"question": "users.number"}, {"users": column("number", ["+16175550101"] * 2)}, [
        "users.number row 2: “(617) 555-0101” is given more than once under “Number”; row 1 has it already."]),
    "in no other column": (unique_across, BOTH, {**users("101", "101"), "mailboxes": [{"extension": "102"}]}, []),
    "in another column": (unique_across, BOTH, {**users("101"), "mailboxes": column("extension", ["102", "101"])}, [
        "mailboxes.extension row 2: “101” is taken: it stands under “Users” already."]),
    "pairs": (unique_together, PAIR, {"users": [
        {"email": "ana", "extension": "101"}, {"email": "ana", "extension": "102"},
        {"email": "ben", "extension": "101"}, {"extension": "101"}, {"extension": "101"}]}, []),
    "a pair twice": (unique_together, PAIR, {"users": [
        {"email": "ana", "extension": "101"}, {"email": "Ana", "extension": "101"}]}, [
        "users.extension row 2: “Ana, 101” is given more than once; row 1 has it already."]),
    "a reference": (references, {}, {"users": column("site", ["Boston", "boston"]), "sites": [{"name": "Boston"}]}, []),
    "a reference to nothing": (references, {}, {"users": [{"site": "Salem"}], "sites": [{"name": "Boston"}]}, [
        "users.site row 1: “Salem” is not listed under “Sites”; add it there or choose one that is."]),
    "in the table": (in_table, PORTED, {
        "users": [{"extension": "101", "source": "port"}, {"extension": "102", "source": "new"}, {"extension": "103"}],
        "mailboxes": [{"extension": "101"}]}, []),
    "not in the table": (in_table, PORTED, {
        "users": [{"extension": "101", "source": "port"}, {"extension": "102", "source": "port"}],
        "mailboxes": [{"extension": "101"}]}, [
        "users.extension row 2: 102 is not listed under “Mailboxes”; add it there or correct it here."]),
    "in the role": (listed_where, SIGNER, {**contacts("primary", "signer"), "order": {"signer": "ANA 1"}}, []),
    "in another role": (listed_where, SIGNER, {**contacts("primary", "signer"), "order": {"signer": "Ana 0"}}, [
        "order.signer: Ana 0 is not listed under “Contacts” in that role."]),
    "a row": (has_row, {"rows": "contacts", "where": {"role": "primary"}}, contacts("signer", "primary"), []),
    "no row": (has_row, {"rows": "contacts", "where": {"role": "primary"}}, contacts("signer"), [
        "contacts: A row is missing here."]),
    "any row": (has_row, {"rows": "contacts", "where": {}}, contacts("signer"), []),
    "no row at all": (has_row, {"rows": "contacts", "where": {}}, {}, ["contacts: A row is missing here."]),
    "the fewest": (row_count, ONE_PRIMARY, contacts("primary", "signer", "signer"), []),
    "the most": (row_count, ONE_PRIMARY, contacts("primary", "primary"), []),
    "too few": (row_count, ONE_PRIMARY, contacts("signer"), [
        "contacts: “Contacts”: 0 of these given, 1 to 2 are needed."]),
    "too many": (row_count, ONE_PRIMARY, contacts("primary", "primary", "primary"), [
        "contacts: “Contacts”: 3 of these given, 1 to 2 are needed."]),
    "as many": (count_equals, ACCOUNTS, {
        **users("101", "102", "103"), "mailboxes": column("extension", ["201", "202"]), "sites": [{"name": "Boston"}],
    }, []),
    "fewer": (count_equals, ACCOUNTS, {**users("101"), "mailboxes": column("extension", ["201", "202"])}, [
        "users: “Users” has 1 rows, 2 are needed."]),
    "more": (count_equals, ACCOUNTS, users("101"), ["users: “Users” has 1 rows, 0 are needed."]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given and what it stands against; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


DENTAL = {
    "unique": (changed("users", 1, extension="101"), ("duplicate", "users.extension", 1)),
    "references": (changed("users", 1, site="Salem"), ("reference", "users.site", 1)),
    "in-table": (changed("users", 0, number="+16175550109"), ("in-table", "users.number", 0)),
}


@pytest.mark.parametrize("case", DENTAL)
def test_one_change_of_good_answers_breaks_the_rule(case: str) -> None:
    """The change is reported at its place, and nothing against the answers as they were."""
    assert kept(dental())
    assert breaks(*DENTAL[case])


@pytest.mark.parametrize("rule", [has_row, row_count, count_equals])
def test_what_is_not_asked_is_not_counted(rule: Any) -> None:
    """A table that stands in no questionnaire breaks no rule about its rows."""
    about = {"rows": "nowhere", "where": {}, "min": 1, "max": 1, "tables": ["sites"]}
    wanted = {name: about[name] for name in rule.params.model_fields}
    assert SHEET.messages(rule, wanted, {"sites": [{"name": "Boston"}]}) == []


def test_a_title_stands_for_the_section_and_its_id_for_none() -> None:
    """A column that nobody asks is named by its id."""
    about = {"question": "users.extension", "table": "nowhere.extension"}
    assert SHEET.messages(in_table, about, users("101")) == [
        "users.extension row 1: 101 is not listed under “nowhere.extension”; add it there or correct it here."
    ]


def test_references_take_the_spelling_of_what_they_point_at() -> None:
    """So that everything that comes after finds the row by its key."""
    answers = {"users": [{"site": "BOSTON"}, {"email": "ben"}], "sites": [{"name": "Boston"}]}
    found = check(SHEET.asked, answers, TODAY)
    assert found.problems == ()
    assert found.values["users"] == [{"site": "Boston"}, {"email": "ben"}]


@pytest.mark.parametrize("rule", [in_table, has_row, row_count, listed_where])
def test_rows_are_meant_by_one_value_or_by_any_of_several(rule: Any) -> None:
    """A list under ``where`` means each of its values, in every rule that takes one."""
    meant = {**contacts("primary", "signer", "technical"), "order": {"signer": "Ana 1"}, "sites": [{"name": "Ana 0"}]}
    abouts: dict[str, Any] = {
        "in-table": {"question": "contacts.name", "table": "sites.name"},
        "has-row": {"rows": "contacts"},
        "row-count": {"rows": "contacts", "min": 2, "max": 2},
        "listed-where": {"question": "order.signer", "rows": "contacts", "by": "contacts.name"},
    }

    def rows(*roles: str) -> list[Any]:
        return SHEET.rows(rule, {**abouts[rule.name], "where": {"role": list(roles)}}, meant)

    expected = {"in-table": ([1], []), "has-row": ([], []), "row-count": ([], [None]), "listed-where": ([], [None])}
    assert (rows("primary", "signer"), rows("primary")) == expected[rule.name]


def test_rows_are_meant_by_one_of_the_things_chosen_and_by_a_yes() -> None:
    """A multiple choice has each value that was chosen; a yes is no number."""
    answers = {
        "users": [{"extension": "101", "services": ["voice", "mail"]}, {"extension": "102", "services": ["fax"]}]
    }
    about = {"question": "users.extension", "table": "mailboxes.extension"}
    assert SHEET.rows(in_table, {**about, "where": {"services": "mail"}}, answers) == [0]
    assert SHEET.rows(in_table, {**about, "where": {"services": ["fax", "mail"]}}, answers) == [0, 1]
    active = {"contacts": [{"name": "Ana", "active": True}, {"name": "Ben", "active": False}]}
    about = {"question": "contacts.name", "table": "sites.name"}
    assert SHEET.rows(in_table, {**about, "where": {"active": True}}, active) == [0]
    assert SHEET.rows(in_table, {**about, "where": {"active": False}}, active) == [1]


names = st.lists(st.sampled_from(["a", "A", "b", "B", "c", "ß", "ss", None]), max_size=6)


def folded(values: list[str | None]) -> list[str | None]:
    return [value if value is None else value.casefold() for value in values]


@given(names)
@tried
def test_every_value_after_the_first_is_a_repetition(values: list[str | None]) -> None:
    """In whatever case it is written; blanks are never one."""
    repeated = [row for row, value in enumerate(folded(values)) if value and value in folded(values)[:row]]
    assert SHEET.rows(unique, {"question": "users.email"}, {"users": column("email", values)}) == repeated


@given(names, names)
@tried
def test_a_value_is_in_the_table_or_named(values: list[str | None], listed: list[str | None]) -> None:
    """The rows named are exactly those with a value that is not listed."""
    answers = {"users": column("email", values), "sites": column("name", listed)}
    lost = [row for row, value in enumerate(folded(values)) if value and value not in folded(listed)]
    assert SHEET.rows(in_table, {"question": "users.email", "table": "sites.name"}, answers) == lost


@given(names, names)
@tried
def test_pairs_are_compared_whole(first: list[str | None], second: list[str | None]) -> None:
    """A row is a repetition when an earlier one has both values, and none of the two is blank."""
    pairs = list(zip(folded(first), folded(second), strict=False))
    answers = {"users": [{"email": one, "note": other} for one, other in zip(first, second, strict=False)]}
    repeated = [row for row, pair in enumerate(pairs) if None not in pair and pair in pairs[:row]]
    assert SHEET.rows(unique_together, {"fields": ["users.email", "users.note"]}, answers) == repeated


@given(names, names)
@tried
def test_a_value_taken_by_one_column_is_free_within_it(first: list[str | None], second: list[str | None]) -> None:
    """Named are the rows of the second column whose value stands in the first."""
    answers = {"sites": column("name", first), "contacts": column("name", second)}
    taken = [row for row, value in enumerate(folded(second)) if value and value in folded(first)]
    assert SHEET.rows(unique_across, {"fields": ["sites.name", "contacts.name"]}, answers) == taken


@given(names, st.integers(0, 6), st.integers(0, 6))
@tried
def test_rows_are_counted(values: list[str | None], least: int, most: int) -> None:
    """Those with an answer; both bounds belong to what is allowed."""
    about = {"rows": "sites", "min": least, "max": most}
    is_kept = SHEET.messages(row_count, about, {"sites": column("name", values)}) == []
    assert is_kept is (least <= sum(value is not None for value in values) <= most)

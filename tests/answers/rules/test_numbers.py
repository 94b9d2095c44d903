"""Rules over telephone numbers: what breaks each, what keeps it, what is reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.rules.ranges import nanp_area_code, production_number
from onboarding.domain.question import Kind
from tests.answers.dental import answers as dental
from tests.answers.rules.broken import breaks, changed, kept
from tests.answers.rules.sheet import Case, Sheet, column, table, tried

SHEET = Sheet(table("numbers", number=Kind.NUMBER, area_code=Kind.AREA_CODE))
CODE = {"question": "numbers.area_code"}
NUMBER = {"question": "numbers.number"}

CASES: dict[str, Case] = {
    "in use": (nanp_area_code, CODE, {"numbers": column("area_code", ["617", "212", None])}, []),
    "not in use": (nanp_area_code, CODE, {"numbers": column("area_code", ["617", "999"])}, [
        "numbers.area_code row 2: 999 is not an area code that is in use in North America."]),
    "real": (production_number, NUMBER, {"numbers": column("number", ["+16175550200", "+16175540100"])}, []),
    "fictitious": (production_number, NUMBER, {"numbers": column("number", ["+16175550200", "+16175550199"])}, [
        ("numbers.number row 2: (617) 555-0199 is one of the numbers reserved for examples; "
         "no carrier will take it.")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


def test_one_change_of_good_answers_breaks_the_rule() -> None:
    """The change is reported at its place, and nothing against the answers as they were."""
    assert kept(dental())
    document = changed("new_numbers", 0, area_code="999")
    assert breaks(document, ("nanp-area-code", "new_numbers.area_code", 0))


@given(st.integers(0, 9999))
@tried
def test_a_hundred_numbers_of_an_exchange_are_fictitious(line: int) -> None:
    """555-0100 to 555-0199 and no other."""
    found = SHEET.rows(production_number, NUMBER, {"numbers": [{"number": f"+1617555{line:04}"}]})
    assert found == ([0] if 100 <= line <= 199 else [])

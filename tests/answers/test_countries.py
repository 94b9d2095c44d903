"""A table whose rows say their country: each row is read in the form of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.answers.check import check
from onboarding.domain.place import country
from onboarding.domain.place_words import Part
from onboarding.domain.question import Kind, Option, Question, Questionnaire, Section

SERVED = ("US", "CA", "PR", "GB")
HOME: dict[str, Any] = {"country": "US", "countries": SERVED}
CODES = tuple(Option(one, one) for one in SERVED)
SITES = Section(
    "sites",
    "Sites",
    (
        Question("sites.name", Kind.TEXT, "Site"),
        Question("sites.country", Kind.CHOICE, "Country", options=CODES, address="country", **HOME),
        Question("sites.state", Kind.SUBDIVISION, "State", required=True, is_by_country=True, **HOME),
        Question("sites.zip", Kind.POSTCODE, "ZIP code", required=True, is_by_country=True, **HOME),
        Question("sites.phone", Kind.NUMBER, "Telephone", **HOME),
    ),
    is_table=True,
    key="name",
)
ASKED = Questionnaire("places", "Places", "1", (SITES,), country="US")
BOSTON = {"name": "Boston", "state": "Massachusetts", "zip": 2110, "phone": "(617) 555-0101"}
OTTAWA = {"name": "Ottawa", "country": "CA", "state": "Ontario", "zip": "k1a0b1", "phone": "613 555 0101"}
LEEDS = {"name": "Leeds", "country": "GB", "state": "England", "zip": "ls19zz", "phone": "0113 496 0101"}
SAN_JUAN = {"name": "San Juan", "country": "PR", "zip": "00901", "phone": "787-555-0101"}


def found(*rows: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    checked = check(ASKED, {"sites": list(rows)}, date(2026, 3, 2))
    return checked.values["sites"], [f"{problem.code} {problem.question} {problem.row}" for problem in checked.errors]


def test_each_row_is_read_in_the_form_of_its_country() -> None:
    """States, provinces and nations, ZIP codes and postcodes, numbers as they are dialled there."""
    rows, wrong = found(BOSTON, OTTAWA, LEEDS, SAN_JUAN)
    assert wrong == []
    assert [(row.get("state"), row["zip"], row["phone"]) for row in rows] == [
        ("MA", "02110", "+16175550101"), ("ON", "K1A 0B1", "+16135550101"),
        ("ENG", "LS1 9ZZ", "+441134960101"), (None, "00901", "+17875550101"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({**BOSTON, "zip": "K1A 0B1"}, ["postcode-invalid sites.zip 0"]),
        ({**OTTAWA, "zip": "02110"}, ["postcode-invalid sites.zip 0"]),
        ({**OTTAWA, "state": "MA"}, ["subdivision-invalid sites.state 0"]),
        ({**OTTAWA, "state": "BC"}, ["postcode-place sites.zip 0"]),
        ({**LEEDS, "phone": "1134960101"}, ["number-trunk sites.phone 0"]),
        ({**BOSTON, "state": ""}, ["required sites.state 0"]),
        ({**LEEDS, "state": ""}, []),
        ({**BOSTON, "country": "Atlantis"}, ["choice-invalid sites.country 0"]),
        ({**BOSTON, "phone": "+353 1 531 0123"}, ["number-abroad sites.phone 0"]),
    ],
)
def test_what_belongs_to_another_row_is_refused(row: dict[str, Any], wrong: list[str]) -> None:
    """A postcode, a province, a number of elsewhere; a part is wanted where addresses of the country have it."""
    assert found(row)[1] == wrong


@given(st.sampled_from(SERVED), st.sampled_from(SERVED))
@settings(max_examples=16)
def test_a_row_does_not_change_how_the_next_is_read(one: str, other: str) -> None:
    """Whatever country comes before it."""

    def row(name: str, code: str) -> dict[str, Any]:
        return {"name": name, "country": code, "zip": country(code).sample(Part.POSTCODE)}

    alone, together = found(row("b", other))[0], found(row("a", one), row("b", other))[0]
    assert together[1:] == alone

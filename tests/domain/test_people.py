"""Who is who, and who may act in which role, however somebody is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.people import Directory, Person, identity, joined

ANNA = Person("Anna Vale", "anna@brightsmile.example", ("signer", "owner"))
BEN = Person("Ben Ott", "", ("technician",))
KNOWN = Directory((ANNA, BEN))


@pytest.mark.parametrize(
    ("by", "person"),
    [
        ("Anna Vale", ANNA),
        ("  anna   VALE ", ANNA),
        ("anna@brightsmile.example", ANNA),
        ("ANNA@BrightSmile.example", ANNA),
        ("Anna Vale <anna@brightsmile.example>", ANNA),
        ("Somebody Else <anna@brightsmile.example>", ANNA),  # the address decides
        ("Anna Vale <anna@other.example>", None),
        ("anna@other.example", None),
        ("Ben Ott", BEN),
        ("Ben Ott <ben@brightsmile.example>", None),  # no address is listed for him
        ("Anna", None),
        ("", None),
        ("   ", None),
        ("Vale <Anna>", None),
    ],
)
def test_somebody_is_found_by_name_or_address(by: str, person: Person | None) -> None:
    """Case and spaces make no difference; an address decides over a name, and nobody has no name."""
    assert KNOWN.person(by) == person
    assert [one for one in KNOWN.people if one.is_meant(by)] == ([person] if person else [])


def test_a_person_without_a_name_is_not_everybody() -> None:
    """An entry with only an address is not meant by nothing at all."""
    nobody = Person("", "desk@brightsmile.example")
    assert not nobody.is_meant("")
    assert nobody.is_meant("desk@brightsmile.example")


def test_one_name_of_two_people_is_nobody() -> None:
    """Two Annas with different addresses are distinguished by address alone; the same one listed twice is one."""
    other = Person("Anna Vale", "anna.vale@brightsmile.example", ("contact",))
    assert Directory((ANNA, other)).person("Anna Vale") is None
    assert Directory((ANNA, other)).person("anna.vale@brightsmile.example") == other
    again = Person("Anna Vale", "Anna@brightsmile.example", ("contact",))
    assert Directory((ANNA, again)).person("Anna Vale") == ANNA
    assert Directory((BEN, Person("ben ott"))).person("Ben Ott") == BEN


def test_who_may_act_in_a_role() -> None:
    """Everybody listed for it, each person once, in the last way they are listed."""
    again = Person("A. Vale", "ANNA@brightsmile.example", ("signer",))
    carl = Person("Carl", "carl@brightsmile.example", ("signer",))
    assert Directory((ANNA, BEN, again, carl)).may("signer") == (again, carl)
    assert Directory((ANNA, BEN)).may("technician") == (BEN,)
    assert KNOWN.may("carrier") == ()


@pytest.mark.parametrize(
    ("directory", "role", "is_known"),
    [
        (KNOWN, "signer", True),
        (KNOWN, "carrier", False),
        (Directory((ANNA,), is_kept=True), "carrier", True),  # whoever is not on a kept list has no role
        (Directory(), "signer", False),
        (Directory(is_kept=True), "signer", True),
    ],
)
def test_people_are_taken_at_their_word_where_nobody_is_listed(directory: Directory, role: str, is_known: bool) -> None:
    """A role is known when somebody is listed for it, or somebody keeps the list."""
    assert directory.knows(role) is is_known


def test_a_person_is_named_in_full_where_listed() -> None:
    """Name and address from the list; who is not on it as they were named, without needless spaces."""
    assert KNOWN.named("anna vale") == "Anna Vale <anna@brightsmile.example>"
    assert KNOWN.named("ben  ott") == "Ben Ott"
    assert KNOWN.named(" Carl   Ito ") == "Carl Ito"
    assert str(Person("", "desk@brightsmile.example")) == "desk@brightsmile.example"
    assert joined([ANNA, BEN]) == "Anna Vale <anna@brightsmile.example>, Ben Ott"


def test_the_same_person_has_one_identity() -> None:
    """By name or address, in the list or not: what four eyes are counted by."""
    ways = ("Anna Vale", "anna@brightsmile.example", "A. V. <ANNA@brightsmile.example>")
    assert {KNOWN.identity(by) for by in ways} == {"anna@brightsmile.example"}
    assert KNOWN.identity("BEN  ott") == "ben ott"
    assert identity("Anna Vale") == "anna vale"
    assert identity("Anna Vale <anna@brightsmile.example>") == "anna@brightsmile.example"
    assert identity("anna at brightsmile") == "anna at brightsmile"


@given(st.text(max_size=30), st.sampled_from(["", " ", "\t"]))
def test_anything_names_somebody_in_one_way(by: str, space: str) -> None:
    """Whatever is typed, spaces around it change nothing, and a name is shown without needless ones."""
    found = KNOWN.identity(by)
    assert KNOWN.identity(f"{space}{by}{space}") == found
    assert KNOWN.named(by) == " ".join(KNOWN.named(by).split())

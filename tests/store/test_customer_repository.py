"""Customers and their ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.history import Customer, check_customer_id
from onboarding.errors import InputError
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BAD = [
    "", "..", "../x", "/etc", "a/b", "a\\b", "a.b", "-a", "A", "ä", "a b", "a\n", "\na", "a\0", "x" * 64, "con", "nul",
    "com1", "lpt9", "prn", "aux", "com0", "a\N{FULLWIDTH SOLIDUS}b", "~", "$HOME", "a%2fb", "x" * 300,
    "\N{ARABIC-INDIC DIGIT ONE}",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_ids_that_could_leave_the_folder_are_refused(text: str) -> None:
    """Paths, other scripts, device names and too long ids are no customer ids."""
    with pytest.raises(InputError, match="CUSTOMER-ID"):
        check_customer_id(text)


@given(st.text(max_size=70))
def test_an_id_is_refused_or_a_plain_file_name(text: str) -> None:
    """Whatever is accepted is small ASCII letters, digits and hyphens, and comes back unchanged."""
    try:
        assert check_customer_id(text) == text
    except InputError:
        return
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 0 < len(text) < 64


@pytest.mark.parametrize("text", ["a", "0", "bright-smile", "console", "com10", "x" * 63])
def test_plain_ids_are_taken(text: str) -> None:
    """Small letters, digits and hyphens make an id; only the exact device names are kept out."""
    assert check_customer_id(text) == text


def test_a_customer_comes_back(store: Store) -> None:
    """What was created is found, alone and in the list; a change is kept."""
    other = Customer("acme", "Acme", AT, date(2026, 5, 1))
    store.create_customer(other, "chinook", "anna")
    assert store.customer("acme") == other
    assert [customer.id for customer in store.customers()] == ["acme", "bright-smile"]
    store.change_customer(replace(other, go_live_on=date(2026, 6, 1)), "anna", AT)
    assert store.customer("acme").go_live_on == date(2026, 6, 1)
    assert store.verify() == []


def test_a_name_beyond_reason_is_refused(store: Store) -> None:
    """It stands in every list, file and mail."""
    store.create_customer(Customer("long", "x" * 250, AT), "chinook")
    with pytest.raises(InputError, match=r"CUSTOMER-NAME: .* this one has 100000"):
        store.create_customer(Customer("longer", "x" * 100_000, AT), "chinook")


def test_a_second_customer_of_one_id_is_refused(store: Store) -> None:
    """An id names one customer."""
    with pytest.raises(InputError, match="CUSTOMER-EXISTS"):
        store.create_customer(Customer("bright-smile", "Other", AT), "chinook")
    assert store.customer("bright-smile").name == "Bright Smile Dental Group"


def test_an_unknown_customer_is_named_with_its_neighbours(store: Store) -> None:
    """A slip of the pen is answered with the id that was meant, by every part of the store."""
    calls = (
        store.customer, store.answers, store.record, store.journal, store.runs, store.inventory, store.progress,
        store.verify, store.answers_history,
    )  # fmt: skip
    for call in calls:
        with pytest.raises(InputError, match=r"CUSTOMER-UNKNOWN: .*Did you mean bright-smile\?"):
            call("bright-smiles")
    with pytest.raises(InputError, match="CUSTOMER-ID"):
        store.record("../x")


def test_text_no_database_takes_is_still_kept(store: Store) -> None:
    """NUL and half a surrogate pair in somebody's words are replaced, not refused."""
    store.create_customer(Customer("odd", "A\0B\ud800", AT), "chinook")
    assert store.customer("odd").name == "A\N{SYMBOL FOR NULL}B?"
    assert store.verify() == []


def test_a_customer_keeps_its_language(store: Store) -> None:
    """English unless another language was named; it comes back, can be changed, and is covered by the chain."""
    store.create_customer(Customer("clinica", "Clínica", AT, language="es"), "chinook")
    assert store.customer("clinica").language == "es"
    assert store.customer("bright-smile").language == "en"
    assert [(one.id, one.language) for one in store.customers()] == [("bright-smile", "en"), ("clinica", "es")]
    store.change_customer(replace(store.customer("clinica"), language="en"), "anna", AT)
    assert store.customer("clinica").language == "en"
    assert [one.customer.language for one in store.status()] == ["en", "en"]
    assert store.verify() == []

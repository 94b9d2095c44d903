"""What is known of a customer between runs; ids of customers name folders everywhere: plain, short and no device."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.history import (
    Customer,
    GateDecision,
    History,
    Phase,
    TaskRecord,
    TaskState,
    check_customer_id,
)
from onboarding.errors import InputError

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_task_nothing_is_known_of_has_no_state() -> None:
    """One that was done has."""
    history = History({"gather.sign": TaskRecord("gather.sign", TaskState.DONE, AT)})
    assert (history.state("gather.sign"), history.state("gather.send")) == (TaskState.DONE, None)


def test_what_is_not_known_of_a_customer_is_the_usual() -> None:
    """Served in English and in earnest, in its first phase; somebody who decides is not listed until found."""
    customer = Customer("acme", "Acme", AT)
    assert (customer.language, customer.is_training) == ("en", False)
    assert History().phase == Phase(1)
    decision = GateDecision("ready", True, "ana", "customer", AT, "0" * 64)
    assert (decision.version, decision.is_verified) == (0, False)


@pytest.mark.parametrize("text", ["a", "7", "bright-smile", "a--b-", "x" * 63, "con1", "com10", "compass"])
def test_plain_ids_are_taken(text: str) -> None:
    """Small letters, digits and hyphens, up to 63 of them."""
    assert check_customer_id(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "-a", "Bright", "bright smile", "a_b", "a.b", "../a", "a/b", "ä", "x" * 64, "a\n", "\u0661", "x" * 500],
)
def test_other_ids_are_refused(text: str) -> None:
    """With what was given, cut to a line, and what to give instead."""
    with pytest.raises(InputError, match=r"CUSTOMER-ID: .* is not a customer id") as caught:
        check_customer_id(text)
    assert "1 to 63 small letters" in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["con", "prn", "aux", "nul", "com0", "com1", "com9", "lpt0", "lpt9"])
def test_devices_of_windows_are_refused(text: str) -> None:
    """A workspace may be copied there, where such a folder cannot be made."""
    with pytest.raises(InputError, match=r"CUSTOMER-ID: .* name of a device on Windows"):
        check_customer_id(text)


@given(st.text(max_size=70))
def test_what_is_taken_can_name_a_folder(text: str) -> None:
    """Whatever is given, it is refused or safe as it is."""
    try:
        found = check_customer_id(text)
    except InputError:
        return
    assert re.fullmatch("[a-z0-9][a-z0-9-]*", found)
    assert len(found) <= 63

"""Rules over devices: what breaks each, what keeps it, what is reported."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.rules.secrets import mac_address, sip_user_form
from onboarding.domain.question import Kind
from tests.answers.rules.sheet import Case, Sheet, column, table, tried

SHEET = Sheet(table("users", sip_user=Kind.TEXT, mac=Kind.TEXT))
SIP_USER = {"question": "users.sip_user"}
MAC = {"question": "users.mac"}


def named(*values: str) -> dict[str, Any]:
    return {"users": column("sip_user", values)}


def devices(*values: str | None) -> dict[str, Any]:
    return {"users": column("mac", values)}


CASES: dict[str, Case] = {
    "names": (sip_user_form, SIP_USER, named("HFL-2101", "2101", "hfl.2101_a"), []),
    "a name with a blank": (sip_user_form, SIP_USER, named("2101", "hfl 2101"), [
        ("users.sip_user row 2: “hfl 2101” cannot be a SIP user name; "
         "use letters, digits, dots, hyphens and underscores.")]),
    "a name with an accent": (sip_user_form, SIP_USER, named("josé"), [
        ("users.sip_user row 1: “josé” cannot be a SIP user name; "
         "use letters, digits, dots, hyphens and underscores.")]),
    "devices": (mac_address, MAC, devices("0800.0f40.1001", "08:00:0F:40:10:02", "08000f401003", None, None), []),
    "the same device": (mac_address, MAC, devices("0800.0f40.1000", "0800.0f40.1001", "08:00:0F:40:10:01"), [
        ("users.mac row 3: “08:00:0F:40:10:01” is given more than once under “Mac”; "
         "row 2 has it already.")]),
    "no device": (mac_address, MAC, devices("0800.0f40.100"), [
        ("users.mac row 1: “0800.0f40.100” is not a device address; "
         "it has twelve digits from 0 to 9 and A to F, as on its label.")]),
    "no devices twice": (mac_address, MAC, devices("g" * 12, "g" * 12), [
        (f"users.mac row {row}: “gggggggggggg” is not a device address; "
         "it has twelve digits from 0 to 9 and A to F, as on its label.") for row in (1, 2)]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given and what it stands against; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


@given(st.text("aZ0.-_ @ñ", min_size=1, max_size=6).filter(lambda text: text == " ".join(text.split())))
@tried
def test_a_name_stands_before_an_at_sign_as_it_is(name: str) -> None:
    """It begins with a letter or digit and has nothing that would have to be escaped."""
    is_plain = all(character in "aZ0.-_" for character in name) and name[0] in "aZ0"
    assert (SHEET.messages(sip_user_form, SIP_USER, named(name)) == []) is is_plain


@given(st.lists(st.tuples(st.sampled_from(["08000f401001", "08000f40100a", "08000f40100"]), st.sampled_from([2, 4, 12]),
                          st.booleans()), max_size=5))  # fmt: skip
@tried
def test_a_device_is_one_however_it_is_written(written: list[tuple[str, int, bool]]) -> None:
    """In pairs or fours, in capitals or not."""
    texts = [
        ":".join(re.findall(f".{{1,{width}}}", one.upper() if is_upper else one)) for one, width, is_upper in written
    ]
    plain = [one for one, _, _ in written]
    wrong = [row for row, one in enumerate(plain) if len(one) != 12 or one in plain[:row]]
    assert SHEET.rows(mac_address, MAC, devices(*texts)) == wrong

"""Rules over telephones: what breaks each, what keeps it, what is reported, what a profile may say of models."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from onboarding.answers.rules.phones import KeysFitPhone, KeysWithin, keys_fit_phone, keys_within
from onboarding.domain.params import Names
from onboarding.domain.question import Kind
from tests.answers.rules.sheet import Case, Sheet, options, table, tried

SHEET = Sheet(
    table("phones", name=Kind.TEXT, model=options("desk-8", "desk-24", "softphone")),
    table("extensions", extension=Kind.EXTENSION, phone=Kind.TEXT, layout=Kind.TEXT),
    table("key_layouts", layout=Kind.TEXT, key=Kind.INTEGER),
    table("templates", phone=options("desk-8", "desk-24"), keys=Kind.INTEGER),
)
COUNTS = {"counts": {"desk-8": 8, "desk-24": 24, "softphone": 0}}
LIMITS = {"question": "templates.keys", "by": "templates.phone", "limits": {"desk-8": 8}}
PHONES = [
    {"name": "Small", "model": "desk-8"},
    {"name": "Large", "model": "desk-24"},
    {"name": "Soft", "model": "softphone"},
]


def laid_out(phone: str, layout: str, *keys: int | None) -> dict[str, Any]:
    return {
        "phones": PHONES,
        "extensions": [{"extension": "201", "phone": phone, "layout": layout}],
        "key_layouts": [{"layout": "Desk", "key": key} for key in keys],
    }


def template(phone: str, keys: int) -> dict[str, Any]:
    return {"templates": [{"phone": phone, "keys": keys}]}


CASES: dict[str, Case] = {
    "the last key": (keys_fit_phone, COUNTS, laid_out("Small", "Desk", 8, 1), []),
    "a key too far": (keys_fit_phone, COUNTS, laid_out("SMALL", "desk", 1, 9, 2), [
        ("extensions.layout row 1: The layout “desk” uses key 9, but the telephone of 201 (Desk 8) has 8; "
         "choose a larger telephone or a shorter layout.")]),
    "a larger telephone": (keys_fit_phone, COUNTS, laid_out("Large", "Desk", 9, 24), []),
    "a telephone that is not listed": (keys_fit_phone, COUNTS, laid_out("Lost", "Desk", 99), []),
    "a layout that is not there": (keys_fit_phone, COUNTS, laid_out("Small", "Other", 99), []),
    "no keys for no layout": (keys_fit_phone, COUNTS, laid_out("Soft", "Other", 1), []),
    "no keys for a layout without any": (keys_fit_phone, COUNTS, laid_out("Soft", "Desk", None), []),
    "no keys for one": (keys_fit_phone, COUNTS, laid_out("Soft", "Desk", 1), [
        ("extensions.layout row 1: The layout “Desk” uses key 1, but the telephone of 201 (Softphone) has 0; "
         "choose a larger telephone or a shorter layout.")]),
    "as many keys": (keys_within, LIMITS, template("desk-8", 8), []),
    "more keys": (keys_within, LIMITS, template("desk-8", 9), [
        "templates.keys row 1: A telephone Desk 8 has 8 keys; 9 are used."]),
    "a type without a limit": (keys_within, LIMITS, template("desk-24", 99), []),
    "no type": (keys_within, LIMITS, template("", 99), []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given and what it stands against; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


@given(st.sampled_from(["Small", "Large"]), st.lists(st.integers(0, 30), max_size=4))
@tried
def test_the_highest_key_of_a_layout_counts(phone: str, keys: list[int]) -> None:
    """In whatever order they are listed."""
    most = {"Small": 8, "Large": 24}[phone]
    found = SHEET.rows(keys_fit_phone, COUNTS, laid_out(phone, "Desk", *keys))
    assert found == ([0] if max(keys, default=0) > most else [])


NAMES = Names(questions={question.id: question for section in SHEET.asked.sections for question in section.questions})


@pytest.mark.parametrize(
    ("model", "about", "message"),
    [
        (KeysFitPhone, {"counts": {"desk-8": 8, "softphone": 0}}, "how many keys has 'desk-24'?"),
        (KeysFitPhone, {"counts": {"desk-9": 8}}, "there is no model 'desk-9'; did you mean 'desk-8'?"),
        (KeysWithin, {**LIMITS, "limits": {"desk-9": 8}}, "there is no option 'desk-9'; did you mean 'desk-8'?"),
    ],
)
def test_a_profile_knows_the_models_it_speaks_of(model: Any, about: dict[str, Any], message: str) -> None:
    """Every model that can be chosen has a count, and nothing else has; a limit is for a type that can be chosen."""
    with pytest.raises(ValidationError) as refused:
        model.model_validate(about, context=NAMES)
    assert message in str(refused.value)


def test_what_a_profile_says_rightly_of_models_is_taken() -> None:
    """All counts, some limits; of a type that is free text any."""
    assert KeysFitPhone.model_validate(COUNTS, context=NAMES).counts == COUNTS["counts"]
    assert KeysWithin.model_validate(LIMITS, context=NAMES).limits == {"desk-8": 8}
    free = {**LIMITS, "by": "phones.name", "limits": {"Whatever": 3}}
    assert KeysWithin.model_validate(free, context=NAMES).limits == {"Whatever": 3}


@pytest.mark.parametrize("limits", [{}, "many", {"desk-8": "8"}, {"desk-8": True}, {"desk-8": -1}])
def test_keys_are_whole_numbers(limits: Any) -> None:
    """A table of them, and not an empty one."""
    with pytest.raises(ValidationError):
        KeysWithin.model_validate({**LIMITS, "limits": limits})

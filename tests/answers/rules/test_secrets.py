"""No secret in clear: what is found, what is let through, and that it is never repeated."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.rules.secrets import no_secret
from onboarding.domain.question import Kind
from tests.answers.rules.sheet import Sheet, options, record, tried

SHEET = Sheet(
    record("notes", text=Kind.TEXT, more=Kind.LONG_TEXT, pin_policy=options("pin 4711", "none")),
    record("others", text=Kind.TEXT),
)
SECTION, QUESTION = {"fields": ["notes"]}, {"fields": ["notes.more"]}
FOUND = (
    "notes.{}: “{}” seems to hold a password or PIN. Remove it: it is never written down here, "
    "but chosen at the first log-in or handed over by a secret channel."
)


def notes(**texts: str) -> dict[str, Any]:
    return {"notes": texts}


@pytest.mark.parametrize(
    "text",
    ["PIN: 471199", "the password is hunter2x", "pin 4711 for 201", "Clave: 90210", "The passcode for 201 = a1b2c3",
     "Contraseña=x9x9", "PINS\t1234", "pwd: a1b2", "passwd 90210", "password of the desk below is x9x9",
     "password es a1b2"],
)  # fmt: skip
def test_a_secret_is_found_and_never_repeated(text: str) -> None:
    """In a line and in a text of several lines; the sentence names the question and nothing of what stands there."""
    assert SHEET.messages(no_secret, SECTION, notes(text=text)) == [FOUND.format("text", "Text")]
    assert SHEET.messages(no_secret, QUESTION, notes(more=f"First.\n{text}\nLast.")) == [FOUND.format("more", "More")]


@pytest.mark.parametrize(
    "text",
    ["PIN length: 6 digits", "Pins for everybody by telephone", "Reset the PIN of 201", "Ask Ana for her password",
     "Calls to +1 972 555 0199 are spinning", "PIN: 123", "pin none", "pinned 4711",
     "password of one two three four five is x9x9"],
)  # fmt: skip
def test_talk_of_secrets_is_no_secret(text: str) -> None:
    """A sentence about PINs without one in it is let through."""
    assert SHEET.messages(no_secret, SECTION, notes(text=text)) == []


def test_only_texts_of_the_fields_are_looked_through() -> None:
    """A question, or all of a section; a choice is the profile's own word."""
    secret = "PIN: 471199"
    assert SHEET.messages(no_secret, QUESTION, notes(text=secret)) == []
    assert SHEET.messages(no_secret, SECTION, {"others": {"text": secret}}) == []
    assert SHEET.messages(no_secret, SECTION, notes(pin_policy="pin 4711")) == []


@given(st.sampled_from(["PIN", "password", "clave"]), st.text("abc123", min_size=4, max_size=8))
@tried
def test_a_secret_has_a_digit(word: str, value: str) -> None:
    """After the word and a colon, four characters or more, one of them a digit."""
    found = SHEET.messages(no_secret, SECTION, notes(text=f"{word}: {value}"))
    assert bool(found) is any(character.isdigit() for character in value)

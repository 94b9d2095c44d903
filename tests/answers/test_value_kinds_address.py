"""The short way for plain e-mail addresses says what the long one says."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.answers.check import check_one
from onboarding.domain.question import Kind, Question

EMAIL = Question("users.email", Kind.EMAIL, "E-mail")


@given(
    st.text('aZ0.-_+ @é"', min_size=1, max_size=9)
    | st.sampled_from(["O'Neil", "Info", "POSTMASTER", "a" * 64, "a" * 65]),
    st.sampled_from(["x.example", "X.Example", "bücher.example", "x", "-x.example", "x..example", "", "x.example."]),
)
@settings(max_examples=150, deadline=None)
def test_every_address_is_judged_alike(name: str, domain: str) -> None:
    """The same normal form, and the same refusals."""
    text = " ".join(f"{name}@{domain}".split())
    try:
        expected = validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        expected = None
    assert check_one(EMAIL, text)[0] == expected

"""Values in their canonical form, so that the same values have the same digest."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.json import canonical, digest

leaves = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


def turned(value: Any) -> Any:
    """The same with every key in another order, and tuples for lists."""
    if isinstance(value, dict):
        return MappingProxyType({name: turned(value[name]) for name in reversed(value)})
    return tuple(map(turned, value)) if isinstance(value, list) else value


@given(values)
def test_order_and_type_of_container_make_no_difference(value: Any) -> None:
    """The digest is that of the values."""
    assert canonical(turned(value)) == canonical(value)
    assert digest(turned(value)) == digest(value)


@given(values, values)
def test_other_values_have_another_digest(one: Any, other: Any) -> None:
    """Two values share a digest exactly when they are written the same."""
    assert (digest(one) == digest(other)) is (canonical(one) == canonical(other))


wild = st.recursive(
    leaves | st.floats(allow_nan=False, allow_infinity=False) | st.text('aé\x7f\u2028\ud7ff\ue000\U0001f600"\\\x01\n'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("aé\ue000\U0001f600", max_size=2), inner),
)


@given(wild)
def test_the_form_is_what_the_library_for_it_writes(value: Any) -> None:
    """Fractions, characters beyond the basic plane and control characters included, however it is written here."""
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [2**53, -(2**60), float("nan"), float("inf"), "\ud800", b"a", date(2026, 3, 2), {1}])
def test_what_has_no_form_is_refused(value: Any) -> None:
    """Numbers beyond what JSON carries unharmed, half characters, and what is no JSON; also deep inside."""
    with pytest.raises(ValueError, match=r"\S"):
        canonical({"a": [value]})


def test_the_form_is_that_of_the_standard() -> None:
    """RFC 8785: sorted, without spaces, UTF-8; keys are text."""
    assert canonical({"b": [1, 1.0], "a": "é", 3: None}) == '{"3":null,"a":"é","b":[1,1]}'.encode()
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

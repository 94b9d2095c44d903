"""The look of the notebooks: nothing an untrusted notebook loses, readable on any ground, everything escaped."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.html.inline import LONG, TONES, badge, box, faint, foldable, lines, prose, strong, table
from onboarding.html.parts import Markup, escaped
from tests.html.test_parts import EVIL, Read

PARTS: dict[str, Callable[[str | Markup], Markup]] = {
    "badge": lambda value: badge("done", value),
    "box": lambda value: box("quiet", "a", value),
    "lines": lambda value: lines([value, value]),
    "faint": faint,
    "strong": strong,
    "table": lambda value: table(["a"], [[value]], "b"),
    "label": lambda value: table(["a"], [["b"]], value),
    "fold": lambda value: foldable(["a"], [[value]] * (LONG + 1), "b"),
}


@pytest.mark.parametrize("part", PARTS)
@given(raw=st.text(min_size=1, max_size=20) | st.just(EVIL))
def test_no_part_lets_text_become_markup(part: str, raw: str) -> None:
    """Text is escaped once and Markup not at all; a part has the same tags whatever stands in it."""
    made = PARTS[part](raw)
    assert str(escaped(raw)) in made
    assert made == PARTS[part](escaped(raw))
    assert Read(made).tags == Read(PARTS[part]("a")).tags


@pytest.mark.parametrize("part", PARTS)
def test_a_notebook_that_is_not_trusted_loses_nothing(part: str) -> None:
    """No class, style sheet, script, variable or flexible box: plain declarations only."""
    made = PARTS[part]("x")
    assert not {"style", "script", "svg", "img", "link"} & set(Read(made).tags)
    assert not re.search(r"class=|var\(|flex|grid", made)


def test_text_of_a_profile_is_read_as_it_was_meant() -> None:
    """Bold, code, lists, links and paragraphs become such; everything else is escaped."""
    html = prose("**Why.** <b>\n\n`onboard done`")
    assert "<strong>Why.</strong> &lt;b&gt;" in html
    assert "<code>onboard done</code>" in html
    assert html.count("<p ") == 2
    assert Read(prose("First:\n\n* [help](https://x.example)\n* *soon*")).tags == ["p", "ul", "li", "a", "li", "em"]


@given(st.text(max_size=60) | st.just(EVIL))
def test_no_text_of_a_profile_becomes_another_tag(raw: str) -> None:
    """Whatever is written, nothing is made of it that runs, loads or looks like a part of ours."""
    found = Read(prose(f"a {raw}"))
    assert set(found.tags) <= {"p", "strong", "em", "code", "ul", "ol", "li", "a"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "../x", "#x", "//x"])
def test_a_link_leads_to_a_page_or_mailbox(url: str) -> None:
    """Any other address stays text, as does a picture."""
    assert Read(prose(f"[x]({url}) ![x](https://x.example/y.png)")).tags.count("a") == 1
    assert "img" not in Read(prose("![x](https://x.example/y.png)")).tags


def test_a_long_table_is_folded_under_its_size() -> None:
    """A short one is shown as it is."""
    assert "<details>" not in foldable(["A"], [["x"]] * LONG, "Users")
    assert "<summary>Users: 13 rows</summary>" in foldable(["A"], [["x"]] * (LONG + 1), "Users")


def test_an_empty_part_has_no_line_in_a_box() -> None:
    """So that callers need not ask whether there is a remedy."""
    assert box("done", "a", "", faint("b")) == box("done", "a", faint("b"))


def test_white_is_readable_on_every_tone() -> None:
    """WCAG contrast of at least 4.5 to 1, computed."""
    for colour, _ in TONES.values():
        parts = [int(part, 16) / 255 for part in re.findall("..", colour[1:])]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        assert 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05) >= 4.5

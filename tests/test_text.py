"""Text made fit to be shown and handed on: nothing invisible, nothing that steers, nothing that comes to life."""

from __future__ import annotations

import sys
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onboarding.text import (
    REPLACED,
    display_width,
    echoed,
    first_few,
    guarded,
    has_control,
    in_xml,
    noun,
    on_terminal,
    one_line,
    shortened,
    unguarded,
    visible,
    without_invisible,
)

EVERY = [chr(point) for point in range(sys.maxunicode + 1)]
TURNING = [mark for mark in EVERY if unicodedata.bidirectional(mark) in
           {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}]  # fmt: skip
CONTROL = [mark for mark in EVERY if unicodedata.category(mark) == "Cc"]
HALVES = [mark for mark in EVERY if unicodedata.category(mark) == "Cs"]

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
"""Any characters at all, halves and control characters among them."""

odd_text = st.text(st.sampled_from(["'", "=", "+", "-", "@", "\t", "\r", "\n", "\0", " ", "＝", "a", "1"]), max_size=6)  # noqa: RUF001


class TestShown:
    """Whoever reads a page, a sentence or a terminal sees all there is, and nothing else happens."""

    def test_what_is_hidden_or_turns_the_direction_is_seen(self) -> None:
        """Of all characters exactly these; line ends and tabs are white space."""
        replaced = {mark for mark in EVERY if visible(mark) == REPLACED} - {REPLACED}
        assert replaced == {*CONTROL, *HALVES, *TURNING, "\u200b", "\ufeff"} - {"\n", "\t"}

    @given(any_text)
    def test_a_page_keeps_every_place(self, text: str) -> None:
        """One mark for one character, the rest as it was, and all of it can be written as UTF-8."""
        shown = visible(text)
        assert len(shown) == len(text)
        assert all(new in (old, REPLACED) for old, new in zip(text, shown, strict=True))
        assert visible(shown) == shown
        shown.encode()

    @given(any_text, st.integers(2, 30))
    def test_what_is_repeated_in_a_sentence_is_short_and_on_one_line(self, text: str, most: int) -> None:
        """No line end of any kind, no character without a width, and never more than was allowed."""
        shown = echoed(text, most)
        assert len(shown) <= most
        assert len(shown.splitlines()) <= 1
        assert not any(unicodedata.category(mark) in ("Cc", "Cs", "Zl", "Zp") for mark in shown)
        assert without_invisible(shown) == shown

    @given(any_text)
    def test_nothing_steers_a_terminal(self, text: str) -> None:
        """Escape sequences and turning marks are gone, line ends stay, what is left can be written."""
        shown = on_terminal(text)
        assert not (set(shown) - {"\n"}) & {*CONTROL, *TURNING, *HALVES}
        assert shown.count("\n") == text.count("\n")
        shown.encode()

    def test_a_terminal_shows_half_a_character_as_a_question(self) -> None:
        """It stands for something, so it is not dropped; colours and the bell are."""
        assert on_terminal("a\ud800b\x1b[31m\x07\u202ec\nd") == "a?b[31mc\nd"
        assert on_terminal(7) == "7"

    @given(any_text)
    def test_one_line_is_folded(self, text: str) -> None:
        """No white space but single spaces between words, no control character; doing it twice changes nothing."""
        line = one_line(text)
        assert not {*CONTROL, *HALVES} & set(line)
        assert line == " ".join(line.split()) == one_line(line)

    @given(any_text)
    def test_a_workbook_can_hold_it(self, text: str) -> None:
        """An XML reader takes it and gives the same text back."""
        kept = in_xml(text)
        element = ElementTree.Element("cell")
        element.text = kept
        assert (ElementTree.fromstring(ElementTree.tostring(element)).text or "") == kept

    def test_lines_in_a_workbook_end_as_its_reader_ends_them(self) -> None:
        """Any line end becomes one; tabs stay."""
        assert in_xml("a\r\nb\rc\td\x0be") == f"a\nb\nc\td{REPLACED}e"


class TestTyped:
    """What people type and copy."""

    def test_tabs_and_line_ends_are_typed_and_control_characters_are_not(self) -> None:
        """All other control characters, halves and what is no character."""
        assert {mark for mark in EVERY if has_control(mark)} == {
            *CONTROL, *HALVES, "\ufffe", "\uffff",
        } - {"\t", "\n", "\r", "\x85"}  # fmt: skip

    @given(any_text)
    def test_characters_of_no_width_are_taken_out(self, text: str) -> None:
        """They are copied along from pages and mails; nothing that can be seen goes with them."""
        bare = without_invisible(text)
        assert all(unicodedata.category(mark) == "Cf" for mark in set(text) - set(bare))
        assert not set(bare) & {*TURNING, "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\ufeff"}


class TestLength:
    """Long texts and long lists."""

    @given(st.text(max_size=30), st.integers(1, 20))
    def test_a_text_is_cut_where_it_is_too_long(self, text: str, most: int) -> None:
        """As it was when it fits, else its beginning and an ellipsis, as long as allowed."""
        found = shortened(text, most)
        assert found == text if len(text) <= most else (found[-1] == "…" and len(found) == most)
        assert text.startswith(found.removesuffix("…"))

    @pytest.mark.parametrize(
        ("names", "found"), [([], ""), (["a"], "a"), (["a", "b"], "a, b"), (["a", "b", "c"], "a, b …")]
    )
    def test_of_many_names_the_first_are_said(self, names: list[str], found: str) -> None:
        """With a sign that there are more."""
        assert first_few(names, 2) == found

    @pytest.mark.parametrize(("text", "width"), [("", 0), ("Ana", 3), ("e\u0301", 1), ("電話", 4), ("Ａ1", 3)])  # noqa: RUF001
    def test_width_on_a_screen(self, text: str, width: int) -> None:
        """Wide characters take two columns, combining marks none."""
        assert display_width(text) == width

    def test_a_noun_goes_with_its_number(self) -> None:
        """One is singular, none and many are plural; an odd plural is given."""
        assert [noun(n, "user") for n in (0, 1, 2)] == ["users", "user", "users"]
        assert [noun(n, "entry", "entries") for n in (1, 3)] == ["entry", "entries"]


class TestSpreadsheet:
    """No cell of a CSV file comes to life."""

    @given(any_text | odd_text)
    @example("'t Hooft")
    @example(" =1+1")
    @example("''=1")
    def test_a_guarded_cell_is_text_and_gives_its_value_back(self, value: str) -> None:
        """It begins like no formula, and both a program and a person who takes one apostrophe away get the value."""
        cell = guarded(value)
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))  # noqa: RUF001
        assert not cell.startswith(("\t", "\r", "\n", "\0"))
        assert unguarded(cell) == cell.removeprefix("'") == value

    @pytest.mark.parametrize("typed", ["'t Hooft", "O'Neil", "Ana", "", "=1", "2-1", "' a"])
    def test_what_a_person_typed_into_a_cell_stays(self, typed: str) -> None:
        """An apostrophe before harmless text is part of a name."""
        assert unguarded(typed) == typed

"""The look of the reports: every fact in words, figures at the right, rows that can be read on a narrow screen."""

from __future__ import annotations

from onboarding.html.classed import NONE, TONES, badge, digest, facts, faint, lines, table


def test_a_table_names_rows_and_columns() -> None:
    """Caption, scope of headers, and a label on every cell for narrow screens."""
    shown = table("Sums", {"What": 60, "How many": 40}, [["<x>", "3"]], numeric=1)
    assert "<caption>Sums</caption>" in shown
    assert '<th scope="col" role="columnheader" class="num">How many</th>' in shown
    assert '<th scope="row" role="rowheader">&lt;x&gt;</th>' in shown
    assert '<td role="cell" data-label="How many" class="num">3</td>' in shown


def test_a_table_under_its_heading_is_named_for_the_ear_only() -> None:
    """The caption is not seen twice; a cell of nothing has a dash."""
    shown = table("Users", {"Who": 50, "Since": 50}, [["Ana", ""]], is_alone=True)
    assert '<caption class="unseen">Users</caption>' in shown
    assert f'<td role="cell" data-label="Since">{NONE}</td>' in shown


def test_every_tone_has_an_icon_beside_its_word() -> None:
    """A badge says the same by icon, word and class; the icon is not read aloud."""
    for tone, icon in TONES.items():
        assert badge(tone, "<b>") == (
            f'<span class="badge {tone}"><span aria-hidden="true">{icon}</span> &lt;b&gt;</span>'
        )
    assert len(set(TONES.values())) == len(TONES)


def test_nothing_leaves_no_empty_element() -> None:
    """Less prominent text, lines and digests that are not there."""
    assert faint("") == faint(None) == digest("") == lines("", faint("")) == ""
    assert (
        lines("a", "", faint("b"))
        == '<span class="line">a</span><span class="line"><span class="faint">b</span></span>'
    )
    assert facts([("Day", "<1>")], "dates") == '<dl class="dates"><div><dt>Day</dt><dd>&lt;1&gt;</dd></div></dl>'

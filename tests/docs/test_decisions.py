"""The decisions: numbered without a gap, each with its reason and what follows, all in the list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, text_of

FOLDER = DOCS / "adr"
DECISIONS = sorted(path for path in FOLDER.glob("*.md") if path.stem != "README")
PARTS = ["Why it had to be decided", "Decision", "What follows"]


def test_they_are_numbered_without_a_gap() -> None:
    """A number is never used twice, and none is taken back."""
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_each_says_why_what_and_what_follows(path: Path) -> None:
    """Under its number and title, with its state; a decision that was replaced names its successor."""
    text = text_of(path)
    assert text.startswith(f"# {int(path.stem[:4])}. ")
    assert re.search(r"^Status: (accepted|replaced by \[\d+\]\(\d{4}-[\w-]+\.md\))$", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS


def test_all_are_in_the_list() -> None:
    """In their order, by the titles they have."""
    listed = re.findall(r"^- \[(.+)\]\((.+)\)$", text_of(FOLDER / "README.md"), re.MULTILINE)
    assert listed == [(text_of(path).partition("\n")[0].removeprefix("# "), path.name) for path in DECISIONS]

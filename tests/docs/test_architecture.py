"""The picture of the house: its layers are those that are enforced, its workspace is the one that is made."""

from __future__ import annotations

import re
from pathlib import Path

from onboarding.settings import own_folders, workspace
from onboarding.store.database import Layout
from tests.docs.pages import DOCS, blocks, table, text_of
from tests.test_layers import BESIDE, BOTTOM, ENGINE, ROWS

PAGE = DOCS / "architecture.md"


def test_the_picture_has_the_layers_that_are_enforced() -> None:
    """Row for row; what stands right of a row only describes it."""
    (picture,) = blocks(PAGE, "text")
    drawn = tuple(tuple(re.split(r"\s{2,}", line)[0].split(" | ")) for line in picture.splitlines())
    assert drawn == ROWS


def test_the_two_parts_of_the_engine_are_told_apart() -> None:
    """With the modules of each."""
    told = re.findall(r"(running|doing)\s\(([^)]*)\)", text_of(PAGE))
    assert {part: tuple(re.findall(r"`(\w+)`", modules)) for part, modules in told} == ENGINE


def test_what_stands_beside_the_house_is_named_with_what_it_knows() -> None:
    """In the sentence below the picture."""
    (said,) = re.findall(rf"^`{BESIDE}` stands beside .*?\.\s", text_of(PAGE), re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"`(\w+)`", said)) == BOTTOM | {BESIDE, "cli"}


def test_the_workspace_is_the_one_that_is_made() -> None:
    """Every file and folder of a workspace, and none besides."""
    layout = Layout(Path("here"))
    made = {value for value in vars(layout).values() if isinstance(value, Path)}
    named = {row[0].strip("`/").removeprefix("workspace/") for row in table(PAGE, "## What is kept, and where")}
    own = {folder.name for folder in own_folders() if folder.parent == workspace()}
    assert named == {path.name for path in made} - {"here"} | own


def test_the_product_is_told_in_six_sentences() -> None:
    """No more."""
    (told,) = re.findall(r"## The product in six sentences\n(.*?)\n## ", text_of(PAGE), re.DOTALL)
    assert len(re.findall(r"[.!?](?:\s|$)", told)) == 6

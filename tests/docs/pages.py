"""The pages that people read, and what in them can be checked against the code."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "lib" / "onboarding"
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_COPY = re.compile(r"^<!-- (?P<path>\S+?)(?:: (?P<names>[\w, ]+))? -->\n```(?P<language>\w+)\n(?P<text>.*?)^```$",
                   re.DOTALL | re.MULTILINE)  # fmt: skip


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [text for found, text in _FENCE.findall(text_of(page)) if found == language]


def outside_of_blocks(page: Path) -> str:
    return _FENCE.sub("", text_of(page))


def spans(page: Path) -> list[str]:
    """What stands between backquotes, outside of fenced blocks; a line's end within is a blank."""
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", outside_of_blocks(page))]


def links(page: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", outside_of_blocks(page))


def anchors(page: Path) -> set[str]:
    """What a link within the page may lead to: its headings, as they are written in addresses."""
    headings = re.findall(r"^#+ (.+)$", outside_of_blocks(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(page: Path) -> Iterator[list[str]]:
    """The words of every command that is shown, in the text or in a block."""
    lines = [line for language in ("sh", "console") for block in blocks(page, language) for line in block.splitlines()]
    for line in [*(line.removeprefix("$ ") for line in lines), *spans(page)]:
        if re.match(r"(onboard|make) ", line):
            yield shlex.split(line, comments=True)


def copies(page: Path) -> Iterator[tuple[Path, list[str], str]]:
    """(file, names of what is shown of it, the text) of every block that says where it comes from."""
    for found in _COPY.finditer(text_of(page)):
        names = [name.strip() for name in (found["names"] or "").split(",") if name.strip()]
        yield ROOT / found["path"], names, found["text"]


def source_of(path: Path, names: list[str]) -> str:
    """These functions and classes of a module with their decorators, as they stand there."""
    text = path.read_text(encoding="utf-8")
    lines, found = text.splitlines(), []
    defined = {getattr(node, "name", ""): node for node in ast.parse(text).body}
    for name in names:
        node = defined[name]
        assert isinstance(node, ast.FunctionDef | ast.ClassDef)
        first = min(part.lineno for part in (node, *node.decorator_list))
        found.append("\n".join(lines[first - 1 : node.end_lineno]))
    return "\n\n\n".join(found) + "\n"


def table(page: Path, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, its own head left out."""
    part = text_of(page).split(f"{heading}\n", 1)[1]
    rows = re.search(r"(?:^\|.*\n)+", part, re.MULTILINE)
    assert rows, heading
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])] for line in rows[0].splitlines()[2:]]

"""What the pages name is there: files, modules, functions, commands, options, settings, links."""

from __future__ import annotations

import importlib
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from onboarding import settings
from onboarding.cli.app import app
from tests.docs.pages import (
    DOCS,
    LIBRARY,
    PAGES,
    ROOT,
    anchors,
    commands,
    copies,
    links,
    name_of,
    outside_of_blocks,
    source_of,
    spans,
    text_of,
)

each_page = pytest.mark.parametrize("page", PAGES, ids=name_of)

PARTS = {path.stem for path in LIBRARY.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
ELSEWHERE = ("workspace/", "profiles/", "dist/")
"""What lies in a workspace or is made, so that a checkout need not have it."""


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    """To a file of ours, and where a heading is named, to one that is there; the web is not asked."""
    for link in links(page):
        if not re.match(r"https?://", link):
            file, _, anchor = link.partition("#")
            target = (page.parent / file).resolve() if file else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


@each_page
def test_paths_are_those_of_files(page: Path) -> None:
    """From the project's folder or from the library's; a name in angle brackets stands for any, a star for several."""
    for span in spans(page):
        if re.fullmatch(r"[\w.*<>-]+(/[\w.*<>-]+)*/?", span) and _is_path(span) and not span.startswith(ELSEWHERE):
            pattern = re.sub(r"<[^>]+>", "*", span.rstrip("/"))
            assert any(any(folder.glob(pattern)) for folder in (ROOT, LIBRARY)), span


def _is_path(span: str) -> bool:
    return "/" in span or span.endswith((".py", ".md", ".toml", ".ipynb"))


@each_page
def test_what_is_named_of_the_library_is_in_it(page: Path) -> None:
    """`package.module.thing` is there under that name; `run.thing` is what a runbook's session hands out."""
    for span in spans(page):
        found = re.fullmatch(r"([a-z_]+)((?:\.[A-Za-z_]\w*)+)(?:\(\))?", span)
        if found and found[1] in {*PARTS, "run"}:
            _resolve(f"onboarding.{'notebook.run.Runbook' if found[1] == 'run' else found[1]}{found[2]}")


def _resolve(name: str) -> Any:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            kept: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            kept = _part(kept, part, name)
        return kept
    raise AssertionError(name)


def _part(kept: Any, part: str, name: str) -> Any:
    """An attribute; of a class also one that only its instances have."""
    if isinstance(kept, type) and part in {**getattr(kept, "__annotations__", {}), **getattr(kept, "model_fields", {})}:
        return None
    assert hasattr(kept, part), f"{name}: there is no {part}"
    return getattr(kept, part)


@cache
def _onboard() -> Any:
    return typer.main.get_command(app)


@each_page
def test_commands_are_there_with_their_options(page: Path) -> None:
    """Each is one of `onboard --help`, or a target of the Makefile."""
    for words in commands(page):
        if words[0] == "make":
            subprocess.run(["make", "-n", words[1]], cwd=ROOT, check=True, capture_output=True)
        elif words[1] != "COMMAND":
            _check_command(words[1:])


def _check_command(words: list[str]) -> None:
    command = _onboard()
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    assert not getattr(command, "commands", {}) or not words or words[0].startswith("-"), (command.name, words)
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known, (command.name, words)


@each_page
def test_settings_are_there(page: Path) -> None:
    """Those of the library, and the two that only tests read."""
    known = {setting.name for setting in settings.ALL} | {"ONBOARDING_SHARED"}
    assert set(re.findall(r"ONBOARDING_[A-Z_]+", text_of(page))) <= known


@each_page
def test_code_that_is_shown_stands_so_in_its_file(page: Path) -> None:
    """Word for word: whoever changes the one changes the other."""
    for path, names, text in copies(page):
        if names:
            assert text == source_of(path, names), f"copy {', '.join(names)} from {name_of(path)} anew"
        else:
            assert text in path.read_text(encoding="utf-8"), f"copy it from {name_of(path)} anew"


@each_page
def test_lines_are_not_too_long(page: Path) -> None:
    """As in code, but for tables, headings of lists and what is shown as a program prints it."""
    lines = outside_of_blocks(page).splitlines()
    assert [line for line in lines if len(line) > 120 and not line.startswith(("|", "- ["))] == []


@each_page
def test_a_page_has_one_title_and_needs_no_machine_of_ours(page: Path) -> None:
    """It begins with its title, and no path or address of a place where somebody worked is in it."""
    assert text_of(page).startswith("# ")
    assert len(re.findall(r"^# ", outside_of_blocks(page), re.MULTILINE)) == 1
    assert not re.search(r"/home/|/root/|/work/", text_of(page))


def test_every_page_is_found_from_the_first() -> None:
    """Whoever begins with the README comes to all of them."""
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            targets = [(page.parent / link.partition("#")[0]).resolve() for link in links(page) if "://" not in link]
            waiting += [target for target in targets if target in PAGES]
    assert reached == set(PAGES)
    assert DOCS / "architecture.md" in reached

"""The README holds: its commands run, its session says what is printed, its map is the tree."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
UNENDING = {"sandbox", "lab"}  # they run until they are stopped; test_overview starts and stops them

KERNELS = {"run", "report"}  # they are run as programs of their own

Onboard = Callable[..., Any]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def session() -> Iterator[tuple[list[str], str]]:
    """(words of a command, what it prints) of the session."""
    (block,) = blocks("console")
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield shlex.split(command), output


def shell_commands() -> list[list[str]]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@pytest.fixture
def checkout(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like a fresh checkout: the examples, a letter to file, an empty workspace."""
    here = home.parent / "here"
    (here / "data").symlink_to(ROOT / "data")
    (here / "loa.pdf").write_bytes(b"signed")
    monkeypatch.setenv("ONBOARDING_HOME", str(here / "workspace"))
    monkeypatch.delenv("ONBOARDING_PROFILES")
    return here


@pytest.mark.slow
def test_session_and_commands(
    checkout: Path, onboard: Onboard, program: Onboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command of the README runs, and the session prints what the README shows, `...` standing for anything."""
    for words, shown in session():
        if words[0] == "export":
            continue
        assert words[0] == "onboard"
        said = (program if words[1] in KERNELS else onboard)(*words[1:])
        assert (said.err, said.code) == ("", 3 if "parked" in shown else 0), words
        pattern = re.escape(shown.rstrip("\n")).replace(re.escape("..."), "(?s:.*)")
        assert re.fullmatch(pattern, said.out.rstrip("\n")), said.out
    for words in shell_commands():
        if words[0] == "onboard" and words[1] not in UNENDING:
            if words[1] == "batch":  # one of nobody is enough here: test_runs has one with kernels
                monkeypatch.setenv("ONBOARDING_HOME", str(checkout / "empty"))
            assert onboard(*words[1:]).code == 0, words
            monkeypatch.setenv("ONBOARDING_HOME", str(checkout / "workspace"))


def test_make_targets() -> None:
    """Every target of make that the README names is there."""
    targets = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(line for block in blocks("sh") for line in [block])))
    assert {"demo", "lab", "test", "check", "bench"} <= targets
    for target in targets:
        subprocess.run(["make", "-n", target], cwd=ROOT, check=True, capture_output=True)


def test_every_named_command_is_there(onboard: Onboard) -> None:
    """Every `onboard ...` in the text is a command; those of the people's side are named too."""
    named = set(re.findall(r"`onboard ([a-z]+(?: [a-z]+)?)[^`]*`", TEXT))
    assert {"party", "phase", "profile lint"} <= named
    assert {("procedure", "list"), ("profile", "reference")} <= {tuple(words[1:3]) for words in shell_commands()}
    for name in named:
        group = ["profile", "audit", "procedure"]
        words = name.split() if name.split()[0] in group else name.split()[:1]
        assert onboard(*words, "--help").code == 0, name


def test_the_map() -> None:
    """Every folder of the map is in the tree, but the workspace; none at the top and no part of the library missing."""
    (block,) = blocks("text")
    library = ROOT / "lib" / "onboarding"
    found: set[str] = set()
    for line in block.splitlines():
        inside = library if line.startswith("  ") else ROOT
        for folder in re.findall(r"(?<!\S)([a-z][a-z/]*)/(?=\s|$)", line[:24]):
            found.add(folder)
            assert (inside / folder).is_dir() or folder == "workspace", folder
    top = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))}
    top -= {"dist", "workspace"}
    assert top <= {folder.partition("/")[0] for folder in found}
    parts = {path.name for path in library.iterdir() if (path / "__init__.py").is_file()}
    assert parts <= found
    modules = {path.stem for path in library.glob("*.py")} - {"__init__"}
    assert modules <= set(re.findall(r"[a-z]+", block))


def test_what_it_links_to_is_there() -> None:
    """Whoever reads on finds what is promised."""
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert {"docs/architecture.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md", "LICENSE"} <= set(links)
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_length() -> None:
    """It stays short."""
    assert len(TEXT.splitlines()) <= 80

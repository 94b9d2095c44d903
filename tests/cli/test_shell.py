"""How `onboard` behaves around every command: help, errors, exit codes, interruptions, encodings."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from onboarding import errors
from onboarding.case.case import Case
from onboarding.cli import shell, show
from onboarding.cli.app import app
from onboarding.domain.history import Customer
from onboarding.store.store import Store

Onboard = Callable[..., Any]


def commands(group: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every command and group."""
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


PATHS = list(commands(typer.main.get_command(app)))
WANTED = {
    "new", "sheet", "answers", "check", "open", "plan", "run", "batch", "tasks", "done", "skip", "again", "gate",
    "gates", "status", "report", "audit verify", "profile list", "profile show", "profile lint", "sandbox", "lab",
    "settings", "archive", "demo",
}  # fmt: skip


def test_every_promised_command_is_there() -> None:
    """The command line offers what the design lists."""
    assert {" ".join(path) for path in PATHS} >= WANTED


@pytest.mark.parametrize("path", PATHS, ids=lambda path: " ".join(path) or "onboard")
def test_help_page(path: tuple[str, ...], onboard: Onboard) -> None:
    """Every command explains itself with an example and without words of programmers, in 80 columns."""
    said = onboard(*path, "--help")
    assert (said.code, said.err) == (0, "")
    assert f"onboard {' '.join(path)}".strip() in said.out
    assert "Example" in said.out or "COMMAND" in said.out
    assert not any(word in said.out for word in ("<str>", "<path>", "<int>", "<float>", "…"))
    assert not any(line.endswith("...") for line in said.out.splitlines()[1:])
    assert onboard(*path, "-h").out == said.out


def test_without_a_command_help_is_shown(onboard: Onboard) -> None:
    """`onboard` alone, and a group alone, show what there is."""
    assert onboard() == onboard("--help")
    assert onboard("profile") == onboard("profile", "--help")


@pytest.mark.parametrize("path", [":", "lib:", "."])
def test_no_module_beside_the_engineer_is_imported(path: str, home: Path, command_line: list[str]) -> None:
    """An empty entry of PYTHONPATH lets the current folder in before the command begins."""
    for name in ("json", "decimal", "contextlib", "typer"):
        Path(f"{name}.py").write_text("raise SystemExit('not the one that was meant')\n")
    command = [command_line[0], "-P", *command_line[1:], "status"]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_loads_nothing_heavy() -> None:
    """A help page needs neither database nor tables nor notebooks."""
    code = (
        "import sys\nfrom onboarding.cli import main\nsys.argv = ['onboard', '--help']\nmain()\n"
        "heavy = {'rich', 'sqlalchemy', 'pandas', 'openpyxl', 'papermill', 'nbformat', 'httpx', 'phonenumbers'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("command", [("status",), ("status", "acme"), ("tasks", "acme")])
def test_where_things_stand_is_told_without_tables(command: tuple[str, ...], tmp_path: Path) -> None:
    """pandas takes longer to load than all the rest: nobody who asks where things stand waits for it."""
    with Store.open(tmp_path, "") as store:
        store.create_customer(Customer("acme", "Acme", datetime(2026, 3, 2, tzinfo=UTC)), "chinook")
        Case.open(store, "acme", datetime(2026, 3, 2, tzinfo=UTC), "test").note_progress()
    code = (
        f"import sys\nfrom onboarding.cli import main\nsys.argv = ['onboard', *{command}]\n"
        "try:\n    main()\nfinally:\n    print(sorted({'pandas', 'IPython'} & set(sys.modules)), file=sys.stderr)"
    )
    known = {**os.environ, "ONBOARDING_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=known)
    assert "[]" in done.stderr
    assert done.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("stat",), "Did you mean 'status'"),
        (("profile", "lst"), "Did you mean 'list'"),
        (("status", "--jsn"), "--json"),
        (("plan",), "CUSTOMER"),
        (("done", "bright-smile", "gather.read-sheet"), "--by"),
        (("batch", "--jobs", "many"), "--jobs"),
        (("--nonsense",), "--nonsense"),
        (("status", "a", "b"), "b"),
    ],
)
def test_a_slip_of_the_hand(args: tuple[str, ...], words: str, onboard: Onboard) -> None:
    """What cannot be parsed is named in two lines, with the help page to read, and ends with 2."""
    said = onboard(*args)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("USAGE: ")
    assert words in said.err
    assert "--help` explains it." in said.err
    assert len(said.err.splitlines()) == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InputError("A-CODE", "The thing is wrong.", "Mend it."), 2),
        (errors.ProfileError("A-CODE", "The thing is wrong.", "Mend it."), 2),
        (errors.Parked("A-CODE", "The thing is wrong.", "Mend it."), 3),
        (errors.GateClosed("A-CODE", "The thing is wrong.", "Mend it."), 3),
        (errors.Busy("A-CODE", "The thing is wrong.", "Mend it."), 1),
        (errors.Unavailable("A-CODE", "The thing is wrong.", "Mend it."), 1),
        (errors.StoreError("A-CODE", "The thing is wrong.", "Mend it."), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_our_own_errors(error: errors.OnboardingError, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """An error of ours is code, message and remedy on stderr, and its own exit code."""

    def act() -> None:
        raise error

    assert shell.guarded(act, is_debug=False) == code
    assert capsys.readouterr() == ("", "A-CODE: The thing is wrong.\nMend it.\n")


def broken() -> None:
    token = "s3cret"
    raise KeyError(f"nothing under {len(token)}")


def test_a_fault_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    """What nobody foresaw is one line; the traceback comes only when asked for, and never with values of variables."""
    assert shell.guarded(broken, is_debug=False) == 1
    said = capsys.readouterr()
    assert said == ("", "INTERNAL: KeyError 'nothing under 6'; run again with --debug to see where.\n")
    assert shell.guarded(broken, is_debug=True) == 1
    said = capsys.readouterr()
    assert "Traceback" in said.err
    assert "in broken" in said.err
    assert "s3cret'" not in said.err.replace('token = "s3cret"', "")


def test_files_that_cannot_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    """A refusal of the file system names the file and why."""
    assert shell.guarded(lambda: Path("/no/such/folder/x").write_text(""), is_debug=False) == 1
    assert "/no/such/folder/x: No such file or directory." in capsys.readouterr().err


def test_ctrl_c(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends with 130 and a sentence."""

    def act() -> None:
        raise KeyboardInterrupt

    assert shell.guarded(act, is_debug=False) == 130
    assert capsys.readouterr().err.startswith("Stopped by you.")


@pytest.mark.parametrize("args", [("--debug", "profile", "show", "x"), ("profile", "show", "x", "--debug")])
def test_debug_counts_anywhere(args: tuple[str, ...], onboard: Onboard) -> None:
    """With --debug, at any place, the traceback comes before the error."""
    said = onboard(*args)
    assert said.code == 2
    assert "Traceback" in said.err
    assert "PROFILE-UNKNOWN" in said.err
    assert "Traceback" not in onboard("profile", "show", "x").err


def test_the_reader_of_a_pipe_leaves(home: Path, command_line: list[str]) -> None:
    """A closed pipe ends the command in silence."""
    process = subprocess.Popen([*command_line, "settings"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == shell.PIPE_CLOSED


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"NO_COLOR": "1", "TERM": "dumb"},
        {"COLUMNS": "20"},
        {"FORCE_COLOR": "1"},
    ],
    ids=str,
)
def test_any_surroundings(environment: dict[str, str], program: Onboard) -> None:
    """Old encodings, no colours, no terminal: the same words, whole, in a pipe."""
    said = program("settings", ONBOARDING_SENDER="Zo\u00eb \u2192 \u4e2d", **environment)
    assert (said.code, said.err) == (0, "")
    assert re.search(r"^ONBOARDING_SENDER +Zo\S* \S+ \S+ +From address of support requests$", said.out, re.MULTILINE)
    assert "\x1b" not in said.out


def test_nearest_signs() -> None:
    """What an encoding lacks becomes the nearest plain sign."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    show.make_lenient(stream)
    stream.write("\u201cZo\u00eb\u201d \u2192 \u4e2d \ud800")
    stream.flush()
    assert raw.getvalue() == b'"Zoe" -> ? ?'


def test_nothing_steers_the_terminal(onboard: Onboard) -> None:
    """Control signs in a customer's text are not passed on."""
    assert onboard("new", "zoe", "--profile", "corner", "--name", "Zo\x1b[2J\x07\u202eeboe\n[red]x[/red]").code == 0
    said = onboard("status", "zoe")
    assert "Zo[2Jeboe" in said.out
    assert "[red]x[/red]" in said.out
    assert not {"\x1b", "\x07", "\u202e"} & set(said.out)


def test_tables_in_a_pipe_are_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe every row is one line and no value is cut or folded."""
    long = "x" * 500
    show.table(["One", "Two"], [["a", long], ["b", ["first", "second"]]])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == f"a    {long}"
    assert lines[2] == "b    first  second"
    assert len(lines) == 3


@pytest.mark.parametrize(("columns", "is_table"), [("60", False), ("100", True)])
def test_a_table_that_folds_a_sentence_too_often_is_a_list(
    columns: str, is_table: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody reads a sentence in ten lines of two words: where the rest leaves that little, each row is a list."""
    monkeypatch.setattr(show, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", columns)
    show.table(["Task", "What"], [["provision.create-company-of-customer", "a word " * 30]])
    lines = capsys.readouterr().out.splitlines()
    assert (lines[0] == "Task: provision.create-company-of-customer") is not is_table
    assert len(lines) <= show.MOST_LINES + 1


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize("columns", ["24", "80", "200"])
def test_tables_on_a_terminal_are_whole(columns: str, home: Path, command_line: list[str]) -> None:
    """However narrow the terminal, every setting's name can be read in full."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "COLUMNS": columns, "TERM": "xterm", "NO_COLOR": "1"}
    process = subprocess.Popen([*command_line, "settings"], stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 65536):
            shown += block
    except OSError:
        pass  # the other side has ended
    finally:
        os.close(ours)
    assert process.wait(30) == 0
    text = shown.decode()
    assert "\u2026" not in text
    assert "ONBOARDING_DATABASE_URL" in text

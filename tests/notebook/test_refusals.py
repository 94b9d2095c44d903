"""What a runbook refuses names the control to use there; commands and options are for the command line alone."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from pathlib import Path

import onboarding
from onboarding.errors import InputError
from onboarding.notebook.wording import reason

LIBRARY = Path(onboarding.__file__).parent
SHELL = re.compile(r"\bonboard [a-z]|(?<![\w-])--[a-z]")
FOR_THE_SHELL = re.compile(r"(.*_)?command", re.IGNORECASE)
"""Names of arguments and values that only the command line shows."""
READ_ELSEWHERE = {"description"}
"""Arguments whose words are no sentence of a refusal: those of the reference of profiles."""


def reached() -> dict[str, Path]:
    """Modules by name that a runbook can call: those of `notebook` and all that they import."""
    files = {_name(path): path for path in LIBRARY.rglob("*.py")}
    left, found = [name for name in files if name.startswith("onboarding.notebook")], dict[str, Path]()
    while left:
        name = left.pop()
        if name in files and name not in found:
            found[name] = files[name]
            left += _imported(files[name])
    return found


def _name(path: Path) -> str:
    return ".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{one.name}" for one in node.names))
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def shown_in_a_runbook(node: ast.AST) -> Iterator[str]:
    """Every text of a module but docstrings and what is named to be for the command line."""
    if isinstance(node, ast.keyword) and node.arg and (FOR_THE_SHELL.fullmatch(node.arg) or node.arg in READ_ELSEWHERE):
        return
    if isinstance(node, ast.Assign):
        for value in _values_for_people(node):
            yield from shown_in_a_runbook(value)
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from shown_in_a_runbook(child)


def _values_for_people(node: ast.Assign) -> Iterator[ast.expr]:
    target, value = node.targets[0], node.value
    pairs = [(target, value)]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = [*zip(target.elts, value.elts, strict=True)]
    for name, one in pairs:
        if not (isinstance(name, ast.Name) and FOR_THE_SHELL.fullmatch(name.id)):
            yield one


def test_no_text_that_a_runbook_may_show_speaks_of_the_command_line() -> None:
    """Whatever is raised below a runbook has its command apart, in what is called so."""
    found = {
        name: words
        for name, path in reached().items()
        if (words := [text for text in shown_in_a_runbook(ast.parse(path.read_text("utf-8"))) if SHELL.search(text)])
    }
    assert found == {}
    assert {"onboarding.case.work", "onboarding.store.store", "onboarding.engine.procedure"} < set(reached())


def test_one_refusal_has_two_faces() -> None:
    """The control in a runbook, the option on the command line and in the record of a run; also in a copy of it."""
    refusal = InputError("FILE", "A file is needed.", "Give it beside.", command="Give it with --evidence FILE.")
    for one in (refusal, copy.copy(refusal)):
        assert reason(one) == "A file is needed. Give it beside."
        assert one._render_traceback_() == ["FILE: A file is needed. Give it beside."]
        assert str(one) == "FILE: A file is needed. Give it with --evidence FILE."
    plain = InputError("FILE", "A file is needed.", "Give one.")
    assert (reason(plain), str(plain)) == ("A file is needed. Give one.", "FILE: A file is needed. Give one.")

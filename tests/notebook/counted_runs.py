"""Counts what runbooks do. Started by a test as a process of its own: ``counted_runs.py CUSTOMER...``.

The process is made ready as one that others are forked from; each runbook runs in a fork. Prints as JSON, by customer
and runbook, what was counted, and under ``rendered`` how often each table was rendered.
"""

from __future__ import annotations

import collections
import functools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from sqlalchemy import Engine, event

from onboarding.case import case, case_context
from onboarding.frames.frame import Frame
from onboarding.notebook import form, warm
from onboarding.profile import load
from onboarding.profile.load import profile_ids
from onboarding.resources import shipped

Counts = collections.Counter[str]


def watched(counts: Counts, tables: list[Any]) -> None:
    """Has everything counted from here on."""

    def counting(owner: Any, name: str, what: str) -> None:
        setattr(owner, name, _counting(getattr(owner, name), counts, what))

    event.listen(Engine, "before_cursor_execute", lambda *given: counts.update(["statements"]))
    counting(case_context, "check", "checks")
    counting(case, "assess", "assessments")
    counting(load.cache, "kept", "profiles read")  # asked for whatever this process has not read yet
    counting(form, "answers_html", "forms rendered")
    counting(Frame, "__repr__", "tables as text")
    render = Frame._repr_html_

    def rendered(frame: Frame) -> str:
        tables.append(frame)
        return render(frame)

    Frame._repr_html_ = rendered  # type: ignore[method-assign]


def _counting(function: Callable[..., Any], counts: Counts, what: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def counted(*given: Any, **more: Any) -> Any:
        counts[what] += 1
        return function(*given, **more)

    return counted


def run(shell: InteractiveShell, notebook: Path, customer: str) -> dict[str, Any]:
    """Runs the cells of a runbook for a customer."""
    counts, tables = Counts(), list[Any]()
    watched(counts, tables)
    with capture_output():
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                shell.run_cell("".join(cell["source"])).raise_error()
            if "parameters" in cell["metadata"].get("tags", ()):
                shell.user_ns.update(customer=customer, as_of="2026-03-02T14:00:00+00:00")
    rendered = collections.Counter(map(id, tables))  # they are kept, so that no two have one id
    return {**counts, "rendered": sorted(rendered.values())}


def forked(shell: InteractiveShell, notebook: Path, customer: str) -> Any:
    """What `run` gives, from a process that ends with it."""
    read, write = os.pipe()
    if not os.fork():
        try:
            os.write(write, json.dumps(run(shell, notebook, customer)).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        return json.loads(answer.read())


def main() -> None:
    warm.prepare(profile_ids())
    shell = InteractiveShell.instance()
    notebooks = sorted(shipped("runbooks").glob("*.ipynb"))
    found = {name: {path.stem: forked(shell, path, name) for path in notebooks} for name in sys.argv[1:]}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()

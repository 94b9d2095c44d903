"""Who works here: asked once in JupyterLab, kept in the workspace for this login and every later kernel; never where
nobody watches.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from IPython.core.getipython import get_ipython

from onboarding.errors import InputError
from onboarding.files import write_file
from onboarding.html.inline import box, strong
from onboarding.notebook.controls import FormScript, Line, button, column, row, text_field
from onboarding.notebook.wording import fine, wrong
from onboarding.settings import ENGINEER, is_headless, workspace
from onboarding.store.database import Layout


def is_asked() -> bool:
    """Whether somebody steps through a runbook of whom nothing is known; what was kept of them is taken up."""
    if is_headless() or get_ipython() is None:
        return False
    if not ENGINEER.is_set and (name := _kept()):
        os.environ[ENGINEER.name] = name
    return not ENGINEER.is_set


class WhoPanel:
    """Asks for the name; ``named(name)`` is called with it once it is kept."""

    def __init__(self, named: Callable[[str], None]) -> None:
        self._named = named
        self.name = text_field("Your name", "first and last name, or e-mail address")
        self.button = button("Keep it", self._keep, align_self="flex-start")
        self.message = Line("", "live")
        words = "It stands beside everything that is entered here. It is asked once and kept for your later runs."
        head = Line(box("ready", strong("Who are you?"), words))
        self.box = column([FormScript(), head, row([self.name, self.button], "choice"), self.message], "form")

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()

    def _keep(self) -> None:
        name = " ".join(self.name.value.split())
        if not name:
            self.message.value = wrong("Type your name first.")
            return
        os.environ[ENGINEER.name] = name
        with suppress(OSError, InputError):  # the kernel knows it all the same
            path = _path()
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, name.encode())
        self._named(name)
        self.button.disabled = True
        self.message.value = fine(f"Everything from now on is entered by {name}.")


def _path() -> Path:
    """In the workspace, by login, since a workspace may be shared: whose word it is goes with what they entered."""
    return Layout(workspace()).engineers / quote(getpass.getuser(), safe="")


def _kept() -> str:
    try:
        return " ".join(_path().read_text(encoding="utf-8").split())
    except (OSError, UnicodeError):
        return ""

"""Around the work: settings, JupyterLab, the sandbox, the demo."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from onboarding import settings
from onboarding.cli import show
from onboarding.cli.shell import command, option
from onboarding.errors import InputError
from onboarding.resources import is_checkout, shipped

PANEL = "Tools"
book = typer.Typer()


@command(book, "demo", PANEL, "onboard demo")
def demo() -> None:
    """Watch five invented customers go through the whole journey against the sandbox, in simulated days.

    Takes some minutes and ends with the paths of their completion reports.
    """
    _need_the_sandbox()
    from onboarding.cli.demo import run

    run()


@command(book, "sandbox", PANEL, "onboard sandbox", "onboard sandbox --folder play --latency 0.2")
def sandbox(
    port: Annotated[int, option("--port", "N", "The portal's port; 0: the last used, or any.")] = 0,
    folder: Annotated[
        Path | None, option("--folder", "FOLDER", "Where it keeps its state, not in the workspace.")
    ] = None,
    latency: Annotated[float, option("--latency", "SECONDS", "How long answers take.", min=0)] = 0.0,
) -> None:
    """Start stand-ins of the provider's portal and of a mail server on this machine, to try things out.

    They run until Ctrl-C and remember what was done. Copy the lines that are printed into another terminal.
    """
    _need_the_sandbox()
    from onboarding.sandbox.server import Sandbox

    place = folder or settings.workspace() / "sandbox"
    with Sandbox(place, port, latency=latency) as running:
        show.line(f"The sandbox runs and keeps its state in {place}. To use it, in another terminal:")
        for name, value in running.environment().items():
            show.line(f"export {name}={value}")
        show.line("Ctrl-C ends it.")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    show.line("The sandbox has ended.")


def _need_the_sandbox() -> None:
    """Raises InputError SANDBOX-MISSING when what only the sandbox needs is not installed."""
    missing = [name for name in ("werkzeug", "aiosmtpd") if find_spec(name) is None]
    if missing:
        remedy = "`pip install 'uc-onboarding[sandbox]'` installs what it needs; in a checkout `make venv` does."
        words = f"The sandbox needs {' and '.join(missing)}, not installed here."
        raise InputError("SANDBOX-MISSING", words, remedy)


@command(
    book, "lab", PANEL, "onboard lab", "onboard lab --no-browser --port 8890",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)  # fmt: skip
def lab(context: typer.Context) -> None:
    """Open JupyterLab on the runbooks, with settings that keep answers and cells safe.

    `onboard open` makes the copy of a runbook to work in. What follows the command is given to JupyterLab.
    """
    if find_spec("jupyterlab") is None:
        raise InputError("LAB-MISSING", "JupyterLab is not installed here.", "`make lab` installs it.")
    root, shown = _what_lab_shows()
    place = f"/lab/tree/{shown.relative_to(root).as_posix()}"
    words = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url={place}", *context.args]
    own = os.environ.get("JUPYTER_CONFIG_PATH")
    settings_path = os.pathsep.join([str(shipped("data", "jupyter")), *([own] if own else [])])
    os.chdir(shown.parent)
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": settings_path}
    os.execve(sys.executable, [sys.executable, "-P", "-m", "jupyterlab", *words], environment)


def _what_lab_shows() -> tuple[Path, Path]:
    """The folder JupyterLab serves and the one within that it opens: the runbooks, or the workspace of a package.

    An installed package's runbooks are no folder to work in; the copies that `onboard open` makes lie in the workspace.
    """
    workspace = settings.workspace()
    if not is_checkout():
        working = workspace / "working"
        working.mkdir(parents=True, exist_ok=True)
        return workspace, working
    try:
        return Path(os.path.commonpath([shipped(), workspace])), shipped("runbooks")
    except ValueError:  # on two drives
        return shipped(), shipped("runbooks")


@command(book, "settings", PANEL, "onboard settings")
def show_settings() -> None:
    """List the settings, what they are now and what they are for. Of secrets only whether they are set."""
    show.table(["Setting", "Now", "What for"], settings.describe())
    show.line()
    show.line(f"Workspace: {settings.workspace()}")
    show.line(f"Profiles of your own, the first first: {', '.join(map(str, settings.own_folders()))}")
    show.line("A setting is an environment variable, for instance: ONBOARDING_HOME=/srv/onboarding onboard status")

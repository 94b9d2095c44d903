"""The report on paper: printed by Chromium itself, because nbconvert cannot use the one of the system."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from onboarding.errors import InputError, OnboardingError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
TIMEOUT = 60.0
"""Seconds after which a browser that hangs is killed; printing takes about one."""

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-extensions",
    "--no-first-run", "--disable-dev-shm-usage", "--no-pdf-header-footer", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


def find_browser() -> str | None:
    """Path of Chromium or Chrome; None when there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def to_pdf(html: Path, target: Path, browser: str | None = None, timeout: float = TIMEOUT) -> Path:
    """Prints a rendered report as tagged PDF; returns ``target``.

    The browser gets a profile of its own, no network, and ``timeout`` seconds. Raises InputError PDF-SOURCE without the
    HTML file, OnboardingError PDF-BROWSER without a browser, PDF-TIMEOUT, PDF-FAILED.
    """
    if not html.is_file():
        raise InputError("PDF-SOURCE", f"There is no report {html.name}.", "Render it first.")
    program = browser or find_browser()
    if program is None:
        raise OnboardingError(
            "PDF-BROWSER", "No Chromium was found to print with.", "Install chromium, or print the HTML file yourself."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="onboarding-pdf-", ignore_cleanup_errors=True) as scratch:
        printed = Path(scratch) / "report.pdf"
        command = [
            program, *OPTIONS, f"--user-data-dir={scratch}/profile", f"--print-to-pdf={printed}",
            html.absolute().as_uri(),
        ]  # fmt: skip
        words = _run(command, timeout)
        if not printed.is_file() or not printed.read_bytes().startswith(b"%PDF"):
            raise OnboardingError(
                "PDF-FAILED",
                f"{Path(program).name} did not print {html.name}: {words or 'it gave no reason'}.",
                "Print the HTML file from a browser.",
            )
        shutil.move(printed, target)
    return target


def _run(command: list[str], timeout: float) -> str:
    """Last words of the browser; a browser that hangs is killed with all its children."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        _, output = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise OnboardingError(
            "PDF-TIMEOUT",
            f"{Path(command[0]).name} did not finish printing in {timeout:.0f} seconds and was ended.",
            "Try again, or print the HTML file from a browser.",
        ) from None
    finally:
        _end(process)
    last = output.decode(errors="replace").strip().splitlines()[-1:]
    return last[0][:200] if last else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends what is left of the browser's process group, and waits for it."""
    with suppress(ProcessLookupError):  # it has left by itself, with its children
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

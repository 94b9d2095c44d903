"""The wheel: installed anywhere it is the whole product, and nothing in it looks into the checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="paths of a POSIX environment")]

ROOT = Path(__file__).resolve().parent.parent

WATCH = """
import sys
from pathlib import Path

def watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str):
        if arguments[0].startswith(CHECKOUT) and not arguments[0].startswith(CHECKOUT + "/.venv"):
            with open(NOTES, "a") as notes:
                notes.write(arguments[0] + "\\n")

sys.addaudithook(watch)
"""
"""What the installed interpreter and its kernels do at their start: note every look into the checkout."""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, and the folder one stands in; ``home`` is that of its user."""

    environment: Path
    here: Path
    home: Path
    notes: Path

    def __call__(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment with nothing of ours in its surroundings."""
        given = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables}
        given["JUPYTER_PATH"] = str(Path(sysconfig.get_path("data")) / "share" / "jupyter")  # a dependency's data files
        command = [str(self.environment / "bin" / words[0]), *words[1:]]
        return subprocess.run(
            command, cwd=self.here, env=given, capture_output=True, text=True, check=False, timeout=120
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the source distribution, so that one is whole too."""
    folder = tmp_path_factory.mktemp("dist")
    build = "import hatchling.build as build, sys; print(build.build_sdist(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", build, folder], cwd=ROOT, capture_output=True, text=True, check=True)
    pip = [sys.executable, "-m", "pip", "wheel", "-qq", "--disable-pip-version-check"]
    source = folder / done.stdout.strip()
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-w", folder, source], cwd=folder, check=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own, with the dependencies of this one and without this checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    found = Installed(folder / "env", folder / "here", folder / "home", folder / "notes")
    venv.create(found.environment, with_pip=False, symlinks=True)
    found.here.mkdir()
    found.home.mkdir()
    python = str(found.environment / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)
    (packages,) = found.environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\nimport watch_checkout\n")
    (packages / "watch_checkout.py").write_text(f"CHECKOUT, NOTES = {str(ROOT)!r}, {str(found.notes)!r}\n{WATCH}")
    found("python", "-c", f"open({str(ROOT / 'README.md')!r})")
    assert found.notes.read_text() == f"{ROOT / 'README.md'}\n"  # so a look into the checkout is noted
    found.notes.unlink()
    return found


def test_the_wheel_holds_everything_and_nothing_else(wheel: Path) -> None:
    """Each file of data, runbooks, reports and library is in it, with both licences; no cache and no test."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (about,) = [archive.read(name).decode() for name in names if name.endswith("/METADATA")]
    assert _files("lib") == {f"lib/{name}" for name in names if not name.startswith(("onboarding/_shipped/", "uc_"))}
    brought = {f"onboarding/_shipped/{name}" for folder in ("data", "runbooks", "reports") for name in _files(folder)}
    assert brought == {name for name in names if name.startswith("onboarding/_shipped/")}
    assert sum(name.endswith("LICENSE") and "/licenses/" in name for name in names) == 2
    assert "License-Expression: MIT" in about
    wanted = [line for line in about.splitlines() if "werkzeug" in line or "aiosmtpd" in line]
    assert {line.partition("; ")[2] for line in wanted} == {"extra == 'sandbox'", "extra == 'test'"}
    assert not [name for name in names if "__pycache__" in name or "tests/" in name]


def _files(folder: str) -> set[str]:
    """What lies in a folder of the checkout, as paths from its top, without what runs leave behind."""
    paths = (path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)}


def test_a_customer_is_taken_on_far_from_the_checkout(installed: Installed) -> None:
    """Profiles, answers, a run, a report from any folder; the record lies in the user's home, the masters stay."""
    listed = installed("onboard", "profile", "list")
    assert (listed.stderr, listed.returncode) == ("", 0)
    assert {"chinook", "emetrotel", "mitel-micloud"} <= set(re.findall(r"^[\w-]+", listed.stdout, re.MULTILINE))
    (package,) = installed.environment.glob("lib/python*/site-packages/onboarding")
    example = package / "_shipped" / "data" / "examples" / "bright-smile.toml"
    day = ("--as-of", "2026-03-02")
    steps: list[tuple[tuple[str, ...], int]] = [
        (("new", "bright-smile", "--profile", "chinook", *day), 0),
        (("answers", "bright-smile", str(example), *day), 0),
        (("run", "bright-smile", "telephony", "--apply", *day), 3),
        (("open", "bright-smile", "provision", *day), 0),
        (("report", "bright-smile", *day), 0),
        (("audit", "verify"), 0),
    ]
    masters = {path: path.read_bytes() for path in package.rglob("_shipped/**/*") if path.is_file()}
    for words, code in steps:
        done = installed("onboard", *words)
        assert (done.stderr, done.returncode) == ("", code), words
        assert str(ROOT) not in done.stdout
    workspace = installed.home / "onboarding"
    assert (workspace / "reports" / "bright-smile" / "completion.html").stat().st_size > 10_000
    assert len(list((workspace / "archive" / "bright-smile").glob("*.ipynb"))) == 2
    assert list(installed.here.iterdir()) == []
    assert {path: path.read_bytes() for path in package.rglob("_shipped/**/*") if path.is_file()} == masters
    written = [path for path in workspace.rglob("*") if path.is_file()]
    assert [path for path in written if str(ROOT).encode() in path.read_bytes()] == []
    assert not installed.notes.exists(), installed.notes.read_text()


def test_the_settings_say_where_the_record_is(installed: Installed) -> None:
    """Without ONBOARDING_HOME it is in the user's home, with it where one says; a kernel finds the same."""
    assert f"Workspace: {installed.home / 'onboarding'}" in installed("onboard", "settings").stdout
    said = installed("onboard", "settings", ONBOARDING_HOME=str(installed.here / "desk")).stdout
    assert f"Workspace: {installed.here / 'desk'}" in said


def test_jupyterlab_opens_on_the_workspace_with_our_settings(installed: Installed) -> None:
    """`onboard lab` names its settings to the server, which are in no folder of this environment."""
    done = installed("onboard", "lab", "--show-config-json")
    assert done.returncode == 0, done.stderr
    config: Mapping[str, Mapping[str, object]] = json.loads(done.stdout)
    assert config["ServerApp"]["root_dir"] == str(installed.home / "onboarding")
    assert config["LabApp"]["default_url"] == "/lab/tree/working"
    (settings,) = installed.environment.glob("lib/python*/site-packages/onboarding/_shipped/data/jupyter")
    assert config["LabApp"]["app_settings_dir"] == str(settings)
    assert (settings / "overrides.json").is_file()
    assert "post_save_hook" in config["FileContentsManager"]


def test_what_only_the_sandbox_needs_may_be_missing(installed: Installed) -> None:
    """Then the commands that need it say which extra to install, and everything else works."""
    hidden = (
        "import sys; sys.modules.update(werkzeug=None, aiosmtpd=None);from onboarding.cli import main; sys.exit(main())"
    )
    for command in ("sandbox", "demo"):
        done = installed("python", "-c", hidden, command)
        assert done.returncode == 2
        assert done.stderr.startswith("SANDBOX-MISSING: The sandbox needs werkzeug and aiosmtpd")
        assert "pip install 'uc-onboarding[sandbox]'" in done.stderr
    assert installed("python", "-c", hidden, "status").returncode == 0

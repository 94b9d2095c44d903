"""Who works in JupyterLab: asked once, kept for the user, never in a run that nobody watches."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from onboarding.case.case import engineer
from onboarding.notebook import identity
from onboarding.notebook.identity import WhoPanel, is_asked
from onboarding.settings import ENGINEER, HOME, RUN_ID


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kernel of a user who has kept nothing; the folder of the workspace with those who have."""
    monkeypatch.setenv(ENGINEER.name, "")
    monkeypatch.delenv(RUN_ID.name, raising=False)
    monkeypatch.setenv(HOME.name, str(tmp_path))
    monkeypatch.setattr(identity, "get_ipython", object)
    return tmp_path / "engineers"


def test_it_is_asked_once(nobody: Path) -> None:
    """The name counts at once, and in the user's next kernel nobody is asked."""
    names: list[str] = []
    assert is_asked()
    panel = WhoPanel(names.append)
    panel.name.value = "  Kim   Lund "
    panel.button.click()
    assert (names, engineer(), is_asked()) == (["Kim Lund"], "Kim Lund", False)
    assert panel.button.disabled
    assert "entered by Kim Lund" in panel.message.value
    os.environ[ENGINEER.name] = ""
    assert (is_asked(), engineer()) == (False, "Kim Lund")


def test_it_goes_with_the_workspace_and_the_login(
    nobody: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another login of the same workspace is asked anew, and so is the same login in another workspace."""
    monkeypatch.setenv("LOGNAME", "corp\\kim")
    panel = WhoPanel(lambda name: None)
    panel.name.value = "Kim Lund"
    panel.button.click()
    assert {path.name: path.read_text("utf-8") for path in nobody.iterdir()} == {"corp%5Ckim": "Kim Lund"}
    os.environ[ENGINEER.name] = ""
    monkeypatch.setenv("LOGNAME", "pat")
    assert is_asked()
    monkeypatch.setenv("LOGNAME", "corp\\kim")
    monkeypatch.setenv(HOME.name, str(tmp_path / "other"))
    assert is_asked()
    monkeypatch.setenv(HOME.name, str(tmp_path))
    assert (is_asked(), engineer()) == (False, "Kim Lund")


def test_a_blank_name_is_none(nobody: Path) -> None:
    """Nothing is kept, and the question stays."""
    panel = WhoPanel(pytest.fail)
    panel.name.value = "  "
    panel.button.click()
    assert "Type your name first." in panel.message.value
    assert (is_asked(), nobody.exists()) == (True, False)


def test_what_cannot_be_kept_counts_in_this_kernel(nobody: Path) -> None:
    """Settings that cannot be written are no reason to refuse the name."""
    nobody.write_text("a file where the folder should be", encoding="utf-8")
    panel = WhoPanel(lambda name: None)
    panel.name.value = "Kim Lund"
    panel.button.click()
    assert (engineer(), is_asked()) == ("Kim Lund", False)


def test_an_unattended_run_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does code that runs outside of a notebook, nor where the setting says who it is."""
    monkeypatch.setenv(RUN_ID.name, "r1")
    assert not is_asked()
    monkeypatch.delenv(RUN_ID.name)
    monkeypatch.setenv(ENGINEER.name, "Kim Lund")
    assert not is_asked()
    monkeypatch.setenv(ENGINEER.name, "")
    monkeypatch.setattr(identity, "get_ipython", lambda: None)
    assert not is_asked()

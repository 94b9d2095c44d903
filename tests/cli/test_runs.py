"""Plans, runs, working copies and batches on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.engine.own_stages import AFTER_CARE, INSERTED, TWO_TASKS, VISIT, write_profile

Onboard = Callable[..., Any]


@pytest.fixture
def bright(onboard: Onboard, answers_file: Callable[..., Path]) -> Onboard:
    """`onboard`, with the customer bright-smile and its right answers in the workspace."""
    made = ("new", "bright-smile", "--profile", "corner", "--as-of", "2026-03-02")
    assert onboard(*made, "--answers", str(answers_file())).code == 0
    return onboard


def test_plan(bright: Onboard) -> None:
    """A plan shows each change, what cannot be done yet, and how to carry out exactly it."""
    said = bright("plan", "bright-smile", "telephony", "--as-of", "2026-03-02")
    assert (said.code, said.err) == (0, "")
    assert "telephony.sign-letter" in said.out
    assert "Not yet:" in said.out
    assert re.search(
        r"onboard run bright-smile telephony --apply --approved [0-9a-f]{64} --as-of 2026-03-02$", said.out.strip()
    )


def test_plan_of_an_unknown_stage(bright: Onboard) -> None:
    """A slip in a stage's name is met with the right one."""
    said = bright("plan", "bright-smile", "provison")
    assert said.code == 2
    assert "Did you mean 'provision'" in said.err


def test_run(bright: Onboard, program: Onboard, home: Path) -> None:
    """A dry run ends with 0; applied, the stage is parked on its person, with 3; both are archived."""
    dry = program("run", "bright-smile", "gath", "--as-of", "2026-03-02T10:00")
    assert (dry.code, dry.err) == (0, "")
    assert "Dry run" in dry.out
    assert "Run it with --apply" in dry.out
    done = program("run", "bright-smile", "--apply", "--as-of", "2026-03-02T10:00")
    assert (done.code, done.err) == (3, "")
    assert "parked. Waiting on Engineer" in done.out
    archived = re.findall(r"archived as (\S+)", dry.out + done.out)
    assert len(set(archived)) == 2
    parameters = nbformat.read(home / archived[1], as_version=4).metadata.papermill.parameters
    assert parameters == {
        "customer": "bright-smile",
        "apply": True,
        "as_of": "2026-03-02T15:00:00+00:00",
        "approved": "",
        "service": "",
    }
    assert "waiting" in bright("tasks", "bright-smile").out
    assert "All is as it was written" in bright("audit", "verify").out
    (home / archived[0]).chmod(0o600)
    (home / archived[0]).write_text("{}")
    audit = bright("audit", "verify", "bright-smile")
    assert audit.code == 1
    assert f"changed  {archived[0]}" in audit.out


def test_open(bright: Onboard, home: Path) -> None:
    """A working copy carries its parameters; one that was not run is not archived."""
    said = bright("open", "bright-smile", "30", "--as-of", "2026-03-02", "--approved", "0a1b2c3d")
    assert said.code == 0
    path = Path(said.out.strip())
    assert path == home / "working" / "bright-smile" / "30_provision.ipynb"
    injected = next(c.source for c in nbformat.read(path, as_version=4).cells if "injected" in str(c.metadata))
    assert 'customer = "bright-smile"' in injected
    assert 'approved = "0a1b2c3d"' in injected
    assert 'as_of = "2026-03-02T14:00:00+00:00"' in injected
    assert "nothing new" in bright("archive").out
    assert bright("archive", "nobody").code == 2


def test_archive(bright: Onboard, home: Path) -> None:
    """A working copy that was run by hand is taken into the archive once."""
    path = Path(bright("open", "bright-smile", "gather").out.strip())
    copy = nbformat.read(path, as_version=4)
    next(cell for cell in copy.cells if cell.cell_type == "code").execution_count = 1
    nbformat.write(copy, path)
    said = bright("archive", "bright-smile")
    assert (said.code, said.err) == (0, "")
    assert "archived as archive/bright-smile/0001-gather.ipynb" in said.out
    assert "nothing new" in bright("archive").out


def test_batch(bright: Onboard, program: Onboard) -> None:
    """A batch leaves alone who waits for somebody; its summary is pure JSON when asked for."""
    for stage in ("telephony", "provision"):
        for task in json.loads(bright("tasks", "bright-smile", "--json").out):
            if task["stage"] == stage:
                bright("skip", "bright-smile", task["task"], "--by", "Ana", "--reason", "not needed here")
    said = program("batch", "--apply", "--json", "--jobs", "1")
    assert (said.code, said.err) == (3, "")
    summary = json.loads(said.out)
    assert summary["outcomes"] == {"parked": 1}
    again = bright("batch", "--apply")
    assert again.code == 0
    assert "1 customer left alone, waiting on Engineer: bright-smile" in again.out


@pytest.mark.parametrize("args", [("--jobs", "0"), ("--stop-after", "101")])
def test_batch_options(args: tuple[str, ...], onboard: Onboard) -> None:
    """Options that make no sense are refused before anything starts."""
    said = onboard("batch", *args)
    assert said.code == 2
    assert said.err.startswith("BATCH-OPTIONS")


def test_a_portal_that_is_down(onboard: Onboard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal out of reach is named with what to do, and ends with 1."""
    monkeypatch.setenv("ONBOARDING_PORTAL_URL", "http://127.0.0.1:9/api/v1")
    monkeypatch.setenv("ONBOARDING_PORTAL_TOKEN", "none")
    said = onboard("plan", "sample", "provision")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("PORTAL-UNAVAILABLE: ")
    assert len(said.err.splitlines()) == 2


@pytest.mark.parametrize("customers", [0, 3])
def test_a_batch_with_a_wrong_setting(
    onboard: Onboard, answers_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, customers: int
) -> None:
    """Refused once, before any customer, with 2; also where there is none."""
    for place in range(customers):
        assert onboard("new", f"c{place}", "--profile", "corner", "--answers", str(answers_file())).code == 0
    monkeypatch.setenv("ONBOARDING_KERNELS", "nonsense")
    for form in ((), ("--json",)):
        said = onboard("batch", *form)
        assert (said.code, said.out) == (2, "")
        assert said.err.count("nonsense") == 1


def test_a_stage_of_the_providers_own_is_planned_and_opened(
    onboard: Onboard, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name, beginning and number, also where a stage was inserted before one that has a runbook (F13)."""
    text = TWO_TASKS.replace(*INSERTED) + VISIT + AFTER_CARE
    write_profile(home.parent / "own", monkeypatch, "corner-telephone", text)
    assert onboard("new", "bakery", "--profile", "corner-telephone").code == 0
    for word, title in {"cutover": "Switch over", "30": "Switch over", "after-care": "After care", "": "Order"}.items():
        said = onboard("plan", "bakery", *filter(None, [word]))
        assert (said.code, said.err) == (0, "")
        assert said.out.splitlines()[0].endswith(title)
    opened = onboard("open", "bakery", "after_care")
    assert opened.code == 0
    assert opened.out.strip().endswith("40_after_care.ipynb")
    refused = onboard("run", "bakery", "telephony")
    assert (refused.code, refused.out) == (2, "")
    assert "Stages: 10 order, 20 site_visit, 30 cutover, 40 after_care." in refused.err
    assert "Visit" in onboard("status", "bakery").out
    assert "Migrate" not in onboard("status", "bakery").out

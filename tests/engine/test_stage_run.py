"""One run of one runbook: checked before a kernel starts, judged by our own record, archived whatever happened."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

from onboarding import __version__
from onboarding.domain.history import TaskState
from onboarding.engine.execute import Execution
from onboarding.engine.stage_run import RunParameters, RunResult, check_parameters, run_stage, runbook
from onboarding.engine.working_copies import archive_working_copies, open_working_copy
from onboarding.errors import InputError
from onboarding.limits import out_of_memory
from onboarding.report.make import make_report
from onboarding.resources import shipped
from onboarding.store.values import RunOutcome
from tests.engine.forks import Forks
from tests.engine.notebooks import ending, instead, no_kernel
from tests.world import AT, World

AS_OF = AT.isoformat()


def _must_not_start(*about: Any) -> Execution:
    raise AssertionError("a kernel was started")


def _archived(world: World, result: RunResult) -> Path:
    return world.store.layout.archive / result.archived


# --- Before a kernel starts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"custmer": "bright-smile"}, "PARAM-UNKNOWN.*Did you mean 'customer'"),
        ({"colour": "red"}, "PARAM-UNKNOWN.*It has: customer, apply, as_of, approved, service"),
        ({"apply": "yes"}, "PARAM-TYPE: apply is bool, not str"),
        ({"apply": 1}, "PARAM-TYPE: apply is bool, not int"),
        ({"as_of": None}, "PARAM-TYPE: as_of is str, not NoneType"),
        ({"portal_token": "x"}, "PARAM-SECRET.*environment"),
        ({"Password": "x"}, "PARAM-SECRET"),
        ({"apikey": "x"}, "PARAM-SECRET"),
        ({"port_out_pin": "1234"}, "PARAM-SECRET"),
        ({"customer": "../x"}, "CUSTOMER-ID"),
        ({"customer": ""}, "CUSTOMER-ID"),
        ({"customer": "bright smile"}, "CUSTOMER-ID"),
        ({"customer": "a\0b"}, "CUSTOMER-ID"),
        ({"as_of": "tomorrow"}, "AS-OF.*2026-11-30"),
        ({"as_of": "2026-02-30"}, "AS-OF"),
        ({"as_of": "9999-12-31T23:59-12:00"}, "AS-OF"),
    ],
)  # fmt: skip
def test_parameters_are_refused_in_one_sentence(given: dict[str, Any], said: str) -> None:
    """Unknown names, wrong types, what looks like a secret, impossible customers and days: all are refused plainly."""
    with pytest.raises(InputError, match=said) as caught:
        check_parameters(runbook("gather"), {"customer": "bright-smile"} | given)
    assert "x" not in given or str(given["x"]) not in str(caught.value)


def test_a_secret_is_not_repeated() -> None:
    """The value of a parameter that looks like a secret is nowhere in the error."""
    with pytest.raises(InputError) as caught:
        check_parameters(runbook("gather"), {"customer": "bright-smile", "smtp_password": "canary-1"})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("stage", "parameters", "said"),
    [
        ("provison", RunParameters("bright-smile"), "STAGE-UNKNOWN.*Did you mean 'provision'"),
        ("../gather", RunParameters("bright-smile"), "STAGE-UNKNOWN"),
        ("gather", RunParameters("bright-smil"), "CUSTOMER-UNKNOWN.*Did you mean bright-smile"),
        ("gather", RunParameters("../x"), "CUSTOMER-ID"),
        ("gather", RunParameters("bright-smile", as_of="soon"), "AS-OF"),
    ],
)
def test_bad_input_starts_no_kernel_and_no_run(small: World, stage: str, parameters: RunParameters, said: str) -> None:
    """What cannot be run is refused before anything is recorded or started."""
    with pytest.raises(InputError, match=said):
        run_stage(small.store, stage, parameters, executor=_must_not_start)
    assert small.store.runs() == []
    assert not list(small.store.layout.archive.iterdir())


# --- How a run ends --------------------------------------------------------------------------------------------------

ENDS = {
    "done": ("", RunOutcome.DONE, 0, "Gather customer information is complete."),
    "failed": ("raise ValueError('boom')", RunOutcome.FAILED, 1, "boom"),
    "died": ("import os; os._exit(3)", RunOutcome.DIED, 1, "The run died after cell 2: "),
    "timed-out": ("import time; time.sleep(60)", RunOutcome.TIMED_OUT, 1, "a cell took longer than 1 s"),
}


@pytest.mark.parametrize("end", ENDS)
def test_every_end_is_recorded_and_archived(
    small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """Although the executor calls a dead kernel and a time-out completed, the record is right and the file is kept."""
    cell, outcome, exit_code, message = ENDS[end]
    monkeypatch.chdir("/")  # as a timer would start it
    result = run_stage(
        small.store, "gather", RunParameters("bright-smile", as_of=AS_OF), by="R. Diaz",
        executor=instead(tmp_path, cell, "1 + 1", cell_timeout=1 if end == "timed-out" else 60),
    )  # fmt: skip
    assert (result.outcome, result.exit_code) == (outcome, exit_code)
    assert message in str(result.message)
    run = small.store.run(result.run_id)
    assert (run.outcome, run.message, run.by, run.library_version) == (outcome, result.message, "R. Diaz", __version__)
    assert run.parameters == {"customer": "bright-smile", "apply": False, "as_of": AS_OF, "approved": "", "service": ""}
    assert run.source_digest == hashlib.sha256(runbook("gather").read_bytes()).hexdigest()
    assert run.last_cell == (3 if end == "done" else 1)
    path = _archived(small, result)
    assert run.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert stat.S_IMODE(path.stat().st_mode) & 0o222 == 0
    assert small.store.verify("bright-smile") == []
    _refuse_traces(nbformat.read(path, 4), tmp_path)


def _refuse_traces(notebook: Any, folder: Path) -> None:
    """Nothing in the metadata tells where or by whom it was executed."""
    current = json.dumps([notebook.metadata, *(cell.metadata for cell in notebook.cells)])
    assert not re.search(r'"(/|[A-Za-z]:\\\\)', current), current
    parts = {part for base in (folder, Path.home(), shipped()) for part in base.parts[1:]}
    assert not [word for word in re.findall(r"[\w.-]+", current) if word in parts - {"runbooks"}], current
    assert getpass.getuser() not in re.findall(r"[\w.-]+", current)


@pytest.mark.parametrize(
    ("execution", "outcome", "message"),
    [
        (Execution("failed", "GATE-X: wait for it", "Parked", 4), RunOutcome.PARKED, "GATE-X: wait for it"),
        (Execution("failed", "closed", "GateClosed", 4), RunOutcome.PARKED, "closed"),
        (Execution("failed", "AS-OF: no day", "InputError", 1), RunOutcome.BAD_INPUT, "AS-OF: no day"),
        (Execution("failed", "ask again", "AnswerError", 1), RunOutcome.BAD_INPUT, "ask again"),
        (Execution("failed", "broken", "ProfileError", 1), RunOutcome.BAD_INPUT, "broken"),
        (Execution("failed", "moved", "StalePlan", 6), RunOutcome.FAILED, "moved"),
        (Execution("failed", "", "KeyError", 6), RunOutcome.FAILED, "KeyError"),
        (Execution("failed", "", "MemoryError", 6), RunOutcome.FAILED, str(out_of_memory())),
        (Execution("died", "the kernel died", "DeadKernelError", -1), RunOutcome.DIED,
         "The run died after cell 0: the kernel died."),
        (Execution("completed", last_cell=9), RunOutcome.DONE, "Gather customer information is complete."),
    ],
)  # fmt: skip
def test_what_a_notebook_says_is_what_the_run_says(
    small: World, execution: Execution, outcome: RunOutcome, message: str
) -> None:
    """The error of the notebook decides between parked, bad input and failed, and its sentence is kept."""
    parameters = RunParameters("bright-smile", as_of=AS_OF)
    result = run_stage(small.store, "gather", parameters, executor=ending(execution))
    assert (result.outcome, str(result.message)) == (outcome, message)
    assert _archived(small, result).is_file()


def _judged(world: World, stage: str, apply: bool = False) -> tuple[RunOutcome, str]:
    parameters = RunParameters("bright-smile", apply, world.at.isoformat())
    result = run_stage(world.store, stage, parameters, executor=no_kernel)
    return result.outcome, str(result.message)


def test_a_run_says_where_the_customer_stands(mixed: World) -> None:
    """Dry run of the tasks that apply, parked on who is due first, stopped by a gate, unknown: in one sentence each."""
    assert _judged(mixed, "provision") == (
        RunOutcome.DONE, "Dry run: 1 of 3 tasks can be carried out now.",
    )  # fmt: skip
    mixed.apply("telephony")
    delivery = "'Chinook delivers the new numbers'"
    assert _judged(mixed, "telephony", apply=True) == (
        RunOutcome.PARKED,
        f"Waiting on Chinook support engineer for {delivery} until 5 Mar 2026. Also waiting: 3. Not possible yet: 5.",
    )
    outcome, message = _judged(mixed, "cutover", apply=True)
    assert outcome is RunOutcome.PARKED
    assert "All services are provisioned and all content is migrated: Open: Sign the letter" in message
    mixed.sandbox.mail_fault("drop-after")
    mixed.apply("provision")
    outcome, message = _judged(mixed, "provision", apply=True)
    assert outcome is RunOutcome.FAILED
    assert message.startswith("Tell Chinook that Total Connect applies: It is not known whether this happened: Request")


def test_an_interrupted_run_is_concluded(small: World) -> None:
    """Ctrl-C ends the run as died, at once, and goes on to end the program."""

    def interrupted(*about: Any) -> Execution:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_stage(small.store, "gather", RunParameters("bright-smile"), executor=interrupted)
    (run,) = small.store.runs()
    assert (run.outcome, str(run.message)) == (RunOutcome.DIED, "The run was interrupted.")


def test_a_run_against_a_portal_that_is_down_fails_and_can_be_repeated(small: World) -> None:
    """Exit code 1 and one line that says which system; what was done is kept, and the next run completes it."""
    parameters = RunParameters("bright-smile", apply=True, as_of=AS_OF)
    small.apply("provision", tasks=["provision.create-company"])
    small.sandbox.stop()
    first = run_stage(small.store, "provision", parameters)
    assert (first.outcome, first.exit_code) == (RunOutcome.FAILED, 1)
    assert "PORTAL-UNAVAILABLE: The portal at 127.0.0.1 cannot be used now" in str(first.message)
    assert small.state("provision.create-company") is TaskState.DONE
    small.sandbox.start()
    second = run_stage(small.store, "provision", parameters)
    assert (second.outcome, second.exit_code) == (RunOutcome.DONE, 0)
    assert len(small.emails()) == 3


# --- Secrets ---------------------------------------------------------------------------------------------------------


def test_secrets_are_in_no_file(small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a whole run, one with a portal in trouble and one with a traceback, no file holds token or password."""
    token, password = small.sandbox.tokens["reseller-admin"], "canary-smtp-password"
    monkeypatch.setenv("ONBOARDING_SMTP_USER", "reseller")
    monkeypatch.setenv("ONBOARDING_SMTP_PASSWORD", password)
    small.save(provisioning={"mechanism": "import"})
    parameters = RunParameters("bright-smile", apply=True, as_of=AS_OF)
    first = run_stage(small.store, "provision", parameters)
    assert first.outcome is RunOutcome.FAILED  # this mail server knows no passwords
    assert "SMTP-UNAVAILABLE" in str(first.message)
    assert small.state("provision.create-company") is TaskState.DONE
    cell = "from onboarding import settings\n[settings.PORTAL_TOKEN.secret(), settings.SMTP_PASSWORD.secret()][2]"
    second = run_stage(small.store, "provision", parameters, executor=instead(tmp_path, cell))
    assert (second.outcome, str(second.message)) == (RunOutcome.FAILED, "list index out of range")
    assert b"Traceback" in _archived(small, second).read_bytes()
    files = [path for path in small.store.layout.folder.rglob("*") if path.is_file()]
    assert len(files) > 4
    found = [path for path in files for secret in (token, password) if secret.encode() in path.read_bytes()]
    assert found == []


# --- Killed, and two at once -----------------------------------------------------------------------------------------


def test_a_killed_runner_leaves_no_kernel(
    small: World, forks: Forks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed with SIGKILL, its kernel ends by itself; the next start concludes the run as died, with what was saved."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    told = tmp_path / "kernel"
    cell = f"import os, pathlib, time\npathlib.Path({str(told)!r}).write_text(str(os.getpid()))\ntime.sleep(120)"
    runner = forks.begin("run", customer="bright-smile", stage="gather", folder=str(tmp_path), cell=cell)
    while not (told.is_file() and told.read_text()):
        assert forks.is_running(runner)
        time.sleep(0.01)
    kernel = int(told.read_text())
    assert forks.kill(runner)
    (run,) = small.store.runs()
    assert run.outcome is None
    run_stage(small.store, "gather", RunParameters("bright-smile"), executor=no_kernel)
    assert [run.outcome for run in small.store.runs()] == [RunOutcome.DIED, RunOutcome.DONE]
    kept = nbformat.read(small.store.layout.archive / small.store.runs()[0].notebook, 4)
    assert any(item.get("execution_count") for item in kept.cells)
    assert [*small.store.layout.running.iterdir()] == []
    assert small.store.verify("bright-smile") == []
    until = time.monotonic() + 30
    while _is_alive(kernel) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_alive(kernel)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    fields = Path(f"/proc/{process}/stat")
    return not (fields.exists() and fields.read_text().rpartition(")")[2].split()[0] in "ZX")


def test_two_runs_at_once_do_everything_once(small: World, forks: Forks) -> None:
    """Two people run the same stage: what one has done the other finds done, or refuses to do on an old plan."""
    runners = [forks.begin("run_stage", customer="bright-smile", stage="provision", at=AS_OF) for _ in range(2)]
    codes = [forks.wait(runner) for runner in runners]
    assert small.writes() == {"POST /companies": 1, "POST /users": 3}
    runs = small.store.runs("bright-smile")
    assert sorted(codes) in ([0, 0], [0, 1])
    assert all(run.outcome is RunOutcome.DONE or "PLAN-STALE" in str(run.message) for run in runs)
    assert len({run.notebook for run in runs}) == 2
    assert small.store.verify("bright-smile") == []


# --- By hand ---------------------------------------------------------------------------------------------------------


def _step_through(notebook: Any, folder: Path) -> None:
    """Every cell in order, as a person at JupyterLab: the kernel knows of no run."""
    with TemporaryDirectory() as sockets:
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/k"}})
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, kernel_name="python3", resources=resources, config=config).execute()


def test_a_working_copy_becomes_the_record(small: World) -> None:
    """Opened, stepped through by hand and saved, it is archived once; opening again begins with a clean one."""
    parameters = RunParameters("bright-smile", as_of=AS_OF)
    path = open_working_copy(small.store, "gather", parameters)
    assert path.is_relative_to(small.store.layout.working)
    fresh = nbformat.read(path, 4)
    assert not any(cell.get("outputs") for cell in fresh.cells)
    assert archive_working_copies(small.store) == []
    _step_through(fresh, path.parent)
    nbformat.write(fresh, path)
    again = open_working_copy(small.store, "gather", parameters)
    assert again == path
    (run,) = small.store.runs("bright-smile")
    assert (run.outcome, run.is_headless, run.stage) == (RunOutcome.DONE, False, "gather")
    assert run.parameters == {"customer": "bright-smile", "apply": False, "as_of": AS_OF, "approved": "", "service": ""}
    kept = nbformat.read(small.store.layout.archive / run.notebook, 4)
    assert any(cell.get("outputs") for cell in kept.cells)
    assert not any(cell.get("outputs") for cell in nbformat.read(path, 4).cells)
    assert archive_working_copies(small.store) == []
    nbformat.write(kept, path)
    assert archive_working_copies(small.store) == []  # it is in the archive as it stands


def test_a_foreign_notebook_is_no_working_copy(small: World) -> None:
    """What was put into the folder by hand is refused by name."""
    folder = small.store.layout.working / "bright-smile"
    folder.mkdir()
    nbformat.write(nbformat.v4.new_notebook(), folder / "notes.ipynb")
    with pytest.raises(InputError, match=r"COPY-FOREIGN: notes\.ipynb"):
        archive_working_copies(small.store, "bright-smile")


def test_progress_is_told_by_cell(small: World, tmp_path: Path) -> None:
    """A runner learns after each cell how far it is."""
    told: list[tuple[int, int]] = []
    tell: Callable[[int, int], None] = lambda done, total: told.append((done, total))  # noqa: E731
    run_stage(small.store, "gather", RunParameters("bright-smile"), executor=no_kernel, cell_done=tell)
    assert told == [(1, 1)]


def test_a_wrong_word_for_how_kernels_are_run_is_refused_before_a_run_begins(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a fork nor a kernel is started, and nothing is noted."""
    monkeypatch.setenv("ONBOARDING_KERNELS", "thread")
    with pytest.raises(InputError, match="'thread'"):
        run_stage(small.store, "gather", RunParameters("bright-smile"), executor=_must_not_start)
    with pytest.raises(InputError, match="'thread'"):
        make_report(small.store, "bright-smile")
    assert small.store.runs() == []


@pytest.fixture(params=["fork", "spawn"])
def _each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are forks, or kernels that are started anew."""
    monkeypatch.setenv("ONBOARDING_KERNELS", request.param)


@pytest.mark.usefixtures("_each_way")
def test_no_start_up_file_of_the_user_is_run(small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that PYTHONSTARTUP names would run in every kernel, and could point a run elsewhere (fault D14)."""
    (tmp_path / "startup.py").write_text("raise SystemExit(3)\n")
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "startup.py"))
    executor = instead(tmp_path, "print('begun')")
    result = run_stage(small.store, "gather", RunParameters("bright-smile", as_of=AS_OF), executor=executor)
    notebook = nbformat.read(_archived(small, result), 4)
    assert [output.text for cell in notebook.cells for output in cell.get("outputs", [])] == ["begun\n"]


@pytest.mark.usefixtures("_each_way")
def test_what_a_cell_showed_before_its_kernel_died_is_archived(small: World, tmp_path: Path) -> None:
    """With the end of the run in the notebook's metadata, as papermill writes it."""
    cell = "import os, time; print('was here', flush=True); time.sleep(0.5); os._exit(3)"
    executor = instead(tmp_path, cell)
    result = run_stage(small.store, "gather", RunParameters("bright-smile", as_of=AS_OF), executor=executor)
    notebook = nbformat.read(_archived(small, result), 4)
    assert [output.text for cell in notebook.cells for output in cell.get("outputs", [])] == ["was here\n"]
    assert notebook.metadata.papermill.end_time

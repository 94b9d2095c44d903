"""Kernels for people that are forks: JupyterLab, nbclient and nbval have them by the provisioner's name."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager, start_new_kernel
from jupyter_client.provisioning import KernelProvisionerFactory
from papermill.execute import execute_notebook

from onboarding.forkserver import server as forkserver
from onboarding.forkserver.provisioner import ForkProvisioner
from onboarding.forkserver.server import ForkServer

pytestmark = pytest.mark.skipif(bool(forkserver.impossible()), reason=forkserver.impossible())


@pytest.fixture(autouse=True, scope="module")
def by_name() -> Iterator[None]:
    """As a server or a test run chooses it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "onboarding-fork")
        patch.setattr(ForkProvisioner, "forks", ForkServer("ipykernel.debugger"))
        yield
        ForkProvisioner.forks.close()


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    environment = {**os.environ, "MARK": str(tmp_path)}
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path), env=environment)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def _shown(client: BlockingKernelClient, code: str) -> str:
    """The last line's value, or the name of the error."""
    found: list[str] = []

    def note(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "execute_result":
            found.append(content["data"]["text/plain"])
        if message["msg_type"] == "error":
            found.append(content["ename"])

    client.execute_interactive(code, output_hook=note, timeout=60)
    return found[-1] if found else ""


Kernel = tuple[KernelManager, BlockingKernelClient]


def test_a_kernel_is_a_fork_with_its_own_surroundings(kernel: Kernel, tmp_path: Path) -> None:
    """Environment and folder are those it was started with; it knows the debugger, as kernels for people do."""
    _manager, client = kernel
    assert _shown(client, "import os; os.environ['MARK'] == os.getcwd() and os.getcwd()") == repr(str(tmp_path))
    template = int(_shown(client, "os.getppid()"))
    assert template != os.getpid()
    assert b"onboarding.forkserver.template" in Path(f"/proc/{template}/cmdline").read_bytes()
    info = client.kernel_info(reply=True, timeout=60)["content"]
    assert "debugger" in info["supported_features"]


def test_a_kernel_is_interrupted_restarted_and_ended(kernel: Kernel) -> None:
    """As any other: the variables go with a restart, the fork with the end."""
    manager, client = kernel
    _shown(client, "kept = 1")
    waiting = client.execute("import time; print('begun', flush=True); time.sleep(60)", stop_on_error=False)
    while client.get_iopub_msg(timeout=30)["msg_type"] != "stream":  # before the cell itself runs it cannot be reached
        pass
    manager.interrupt_kernel()
    while (reply := client.get_shell_msg(timeout=30))["parent_header"]["msg_id"] != waiting:
        pass
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    first = int(_shown(client, "import os; os.getpid()"))
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)
    assert _shown(client, "kept") == "NameError"
    assert int(_shown(client, "import os; os.getpid()")) != first
    assert not Path(f"/proc/{first}").exists()


def test_a_kernel_that_dies_is_seen_to_be_dead(kernel: Kernel) -> None:
    """By whoever asks whether it lives."""
    manager, client = kernel
    pid = int(_shown(client, "import os; os.getpid()"))
    assert manager.is_alive()
    os.kill(pid, signal.SIGKILL)
    while manager.is_alive():  # the limit of a test ends this otherwise
        time.sleep(0.01)
    assert not Path(f"/proc/{pid}").exists()


def test_a_kernel_asked_politely_leaves_by_itself(tmp_path: Path) -> None:
    """A shutdown that is not at once leaves nothing either."""
    manager, client = start_new_kernel(kernel_name="python3")
    pid = int(_shown(client, "import os; os.getpid()"))
    client.stop_channels()
    manager.shutdown_kernel()
    assert not Path(f"/proc/{pid}").exists()


def test_a_kernel_of_another_program_is_started_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only ipykernel of this interpreter can be forked."""
    argv = [sys.executable, "-c", "from ipykernel.kernelapp import main; main()", "-f", "{connection_file}"]
    spec = KernelSpec(argv=argv, language="python", display_name="Another")
    manager = KernelManager(kernel_name="another")
    monkeypatch.setattr(manager, "_kernel_spec", spec)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    assert int(_shown(client, "import os; os.getppid()")) == os.getpid()
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def users(tmp_path: Path) -> Path:
    """A folder that is the user's home and the current one, full of what a kernel could take for its own."""
    profile = tmp_path / ".ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    for name in ("profile_default/startup/00.py", "../startup.py", "../json.py", "../beside.py"):
        (tmp_path / ".ipython" / name).write_text("surprise = True\n")
    for name in ("ipython_config.py", "ipython_kernel_config.py"):
        for folder in (profile, tmp_path):
            (folder / name).write_text("get_config().InteractiveShellApp.exec_lines = ['surprise = True']\n")
    return tmp_path


def _of_the_user(users: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "IPYTHONDIR"}
    return environment | {"HOME": str(users), "PYTHONSTARTUP": str(users / "startup.py"), "PYTHONPATH": os.pathsep}


NOTHING = """
import importlib.util, json, sys
found = [name for name in ("surprise", "get_config") if name in globals()]
found += ["json"] if hasattr(json, "surprise") else []
found += ["beside"] if importlib.util.find_spec("beside") else []
found + [entry for entry in sys.path if entry in ("", ".") or entry.startswith(__import__("os").getcwd())]
"""


@pytest.mark.parametrize("way", ["onboarding-fork", "onboarding-spawn", "where nothing can be forked"])
def test_nothing_of_the_users_and_nothing_of_the_current_folder_is_run(
    way: str, users: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel for people is as isolated as a run, forked or not, and after a restart too (fault D14)."""
    if way.startswith("where"):
        monkeypatch.setattr(forkserver, "impossible", lambda: "this system cannot fork")
    else:
        monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", way)
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(users), env=_of_the_user(users))
    assert (int(_shown(client, "import os; os.getppid()")) == os.getpid()) == (way != "onboarding-fork")
    assert _shown(client, NOTHING) == "[]"
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)
    assert _shown(client, NOTHING) == "[]"
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("engine", ["nbclient", "forked"])
def test_papermill_has_kernels_that_are_as_isolated(engine: str, users: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own engine by the provisioner's name; ours where nothing can be forked, without asking."""
    monkeypatch.setattr(forkserver, "impossible", lambda: "this system cannot fork")
    name = {"nbclient": "onboarding-spawn", "forked": "local-provisioner"}[engine]
    monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", name)
    for variable, value in _of_the_user(users).items():
        monkeypatch.setenv(variable, value)
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    monkeypatch.chdir(users)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NOTHING)], metadata=kernel), "in.ipynb")
    executed = execute_notebook("in.ipynb", "out.ipynb", engine_name=engine, progress_bar=False)
    assert executed.cells[0].outputs[0].data["text/plain"] == "[]"


def test_where_nothing_can_be_forked_kernels_are_started_anew(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With a word in the server's log."""
    monkeypatch.setattr(forkserver, "impossible", lambda: "this system cannot fork")
    manager, client = start_new_kernel(kernel_name="python3")
    assert int(_shown(client, "import os; os.getppid()")) == os.getpid()
    client.stop_channels()
    manager.shutdown_kernel(now=True)

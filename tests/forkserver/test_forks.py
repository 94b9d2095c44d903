"""Forks of a template: what they begin with, how they end, and what is left."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.execute import execute_notebook

from onboarding import resources
from onboarding.forkserver import server as forkserver
from onboarding.forkserver import trial
from onboarding.forkserver.client import ForkedKernelManager
from onboarding.forkserver.server import CannotFork, ForkServer

pytestmark = pytest.mark.skipif(bool(forkserver.impossible()), reason=forkserver.impossible())


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


class Fork:
    """One fork that is asked to run cells and to show a value."""

    def __init__(self, server: ForkServer, words: tuple[str, ...] = (), **surroundings: Any) -> None:
        self.manager = ForkedKernelManager(server, words)
        self.manager.start_kernel(**surroundings)
        self.client = self.manager.client()
        assert self.manager.child is not None
        self.child = self.manager.child

    def __enter__(self) -> Fork:
        return self

    def __exit__(self, *_: object) -> None:
        self.manager.cleanup_resources()

    @property
    def template(self) -> int:
        return int(self.shows("import os; os.getppid()"))

    def starts(self, code: str) -> None:
        self.client.execute(code)

    def shows(self, code: str) -> str:
        """What the last line of the cell shows."""

        async def ask() -> str:
            request = self.client.execute(code)
            shown = ""
            while True:
                message = await self.client.iopub_channel.get_msg(30)
                if message["parent_header"].get("msg_id") == request:
                    if message["msg_type"] == "error":
                        raise AssertionError(message["content"])
                    if message["msg_type"] == "execute_result":
                        shown = message["content"]["data"]["text/plain"]
                    if message["content"].get("execution_state") == "idle":
                        return shown

        return asyncio.run(ask())


def _is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _until(true: Any, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(true())


# --- What a fork begins with -----------------------------------------------------------------------------------------


def test_a_fork_has_the_environment_it_was_given_and_nothing_of_the_templates(
    forks: ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what the template started with nor what its own start needs is left."""
    monkeypatch.setenv("OF_THE_TEMPLATE", "1")
    odd = b"caf\xe9".decode("utf-8", "surrogateescape")  # not every environment is UTF-8
    given = {"PATH": os.environ["PATH"], "ONLY": "this", "ODD": odd}
    with Fork(forks, env=given) as fork:
        found = eval(fork.shows("import os; dict(os.environ)"))  # noqa: S307  what our own cell shows
    assert found.pop("MPLBACKEND").startswith("module://")  # as in every kernel
    assert found == given


def test_folder_umask_and_time_zone_are_those_of_the_request(forks: ForkServer, tmp_path: Path) -> None:
    """Two forks side by side have each their own."""
    before = os.umask(0o037)
    try:
        first = Fork(forks, env={"TZ": "America/New_York"}, cwd=str(tmp_path))
    finally:
        os.umask(before)
    with first, Fork(forks, env={"TZ": "Asia/Tokyo"}) as second:
        asked = "import os, time; mask = os.umask(0); os.umask(mask); (os.getcwd(), oct(mask), time.tzname[0])"
        assert eval(first.shows(asked)) == (str(tmp_path), "0o37", "EST")  # noqa: S307
        assert eval(second.shows(asked)) == (str(Path.cwd()), oct(before), "JST")  # noqa: S307


def test_no_two_forks_draw_the_same_numbers(forks: ForkServer) -> None:
    """Neither from the standard library nor from numpy."""
    asked = "import random, numpy; (random.random(), numpy.random.random())"
    with Fork(forks) as one, Fork(forks) as other:
        assert one.shows(asked) != other.shows(asked)


def test_nothing_of_the_users_and_nothing_of_the_current_folder_is_run(
    forks: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IPython's start-up files are not read, a module beside the notebook is not imported (fault D14)."""
    startup = tmp_path / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("surprise = True\n")
    (tmp_path / "json.py").write_text("surprise = True\n")
    (tmp_path / "beside.py").write_text("surprise = True\n")
    with Fork(forks, env={**os.environ, "HOME": str(tmp_path)}, cwd=str(tmp_path)) as fork:
        assert fork.shows("'surprise' in globals()") == "False"
        assert fork.shows("import json; hasattr(json, 'surprise')") == "False"
        assert fork.shows("import importlib.util; importlib.util.find_spec('beside') is None") == "True"
        assert fork.shows(f"import sys; '' in sys.path or {str(tmp_path)!r} in sys.path") == "False"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".ipython", "beside.py", "json.py"]


@pytest.mark.parametrize("path", ["", ".", "{0}/other:"])
def test_a_template_takes_nothing_of_the_folder_it_is_started_in(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty entry of PYTHONPATH would have it import whatever lies there, and so would every fork."""
    (tmp_path / "decimal.py").write_text("raise RuntimeError('not the one that was meant')\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "wanted.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", path.format(tmp_path) + os.pathsep)
    server = ForkServer(*(["wanted"] if "other" in path else []))
    with Fork(server) as fork:
        assert fork.shows(f"import decimal, sys; '' in sys.path or {str(tmp_path)!r} in sys.path") == "False"
    server.close()


def test_a_fork_holds_no_descriptor_but_its_own(forks: ForkServer) -> None:
    """Neither the template's socket nor the pipes of other forks, whose end could not be seen otherwise."""
    with Fork(forks), Fork(forks) as fork:
        pipes, sockets = eval(fork.shows(DESCRIPTORS))  # noqa: S307  what our own cell shows
    # Two for messages and four for the streams; asyncio wakes its loop through a pair of sockets of its own.
    assert (pipes, sockets) == (6, 2)


DESCRIPTORS = """
import os, stat
kinds = []
for fd in range(3, 256):
    try:
        kinds.append(stat.S_IFMT(os.fstat(fd).st_mode))
    except OSError:
        pass
kinds.count(stat.S_IFIFO), kinds.count(stat.S_IFSOCK)
"""

READY = """
import gc, asyncio, os, sqlite3
import zmq, sqlalchemy
from onboarding.forkserver import template
from onboarding.forkserver.cells import CellKernel
template.call("onboarding.notebook.warm:prepare_all")
kernel = CellKernel()
open_things = (zmq.Context, zmq.Socket, asyncio.AbstractEventLoop, sqlalchemy.Engine, sqlite3.Connection)
print([type(one).__name__ for one in gc.get_objects() if isinstance(one, open_things)])
print(len(os.listdir("/proc/self/task")))
"""


def test_a_template_that_is_ready_for_runbooks_has_nothing_open() -> None:
    """No event loop, no context or socket of zmq, no database, one thread: a fork of it is safe."""
    environment = {**os.environ, **forkserver.ITS_OWN}
    ended = subprocess.run([sys.executable, "-c", READY], capture_output=True, text=True, env=environment, check=True)
    assert ended.stdout.splitlines() == ["[]", "1"]


def test_a_template_with_a_second_thread_forks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked hears it and starts a process anew."""
    (tmp_path / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = ForkServer("threaded")
    with pytest.raises(CannotFork, match="2 threads"):
        Fork(server)
    server.close()


# --- How a fork ends -------------------------------------------------------------------------------------------------


def test_how_a_fork_ended_is_known_and_how_much_memory_it_had(forks: ForkServer) -> None:
    """The signal or the code, and the peak in kB, from the system and not from the fork."""
    with Fork(forks) as fork:
        fork.starts("block = bytearray(200_000_000); import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        assert fork.child.wait(20)
        assert fork.child.exit_code == -signal.SIGKILL
        assert fork.child.peak > 200_000
    with Fork(forks) as fork:
        fork.starts("import os; os._exit(3)")
        assert fork.child.wait(20)
        assert (fork.child.exit_code, fork.child.is_alive()) == (3, False)


def test_a_fork_ends_with_what_it_started(forks: ForkServer) -> None:
    """A process a notebook leaves behind goes with it."""
    with Fork(forks) as fork:
        left = int(fork.shows("import subprocess; subprocess.Popen(['sleep', '300']).pid"))
        assert _is_there(left)
    assert _until(lambda: not _is_there(left))
    assert not _is_there(fork.child.pid)


def test_exit_handlers_of_the_template_are_not_run_in_a_fork(forks: ForkServer, tmp_path: Path) -> None:
    """A fork ends at once, without what others have asked for at the end."""
    mark = tmp_path / "ran"
    with Fork(forks) as fork:
        fork.shows(f"import atexit, pathlib; atexit.register(pathlib.Path({str(mark)!r}).touch)")
        os.close(fork.child._asking)
        fork.child._asking = os.open(os.devnull, os.O_WRONLY)
        assert fork.child.wait(20)
    assert fork.child.exit_code == 0
    assert not mark.exists()


def test_forks_end_with_a_template_that_is_killed_and_the_next_has_a_new_one() -> None:
    """Nothing runs on unseen, and nobody has to do anything."""
    server = ForkServer()
    with Fork(server) as fork:
        template = fork.template
        os.kill(template, signal.SIGKILL)
        assert _until(lambda: not _is_there(fork.child.pid))
        assert fork.child.wait(5)
        assert fork.child.exit_code is None  # nobody can know any more
    with Fork(server) as fork:
        assert fork.template != template
    server.close()
    assert _until(lambda: not _is_there(fork.child.pid))


WHOEVER_ASKS = """
import os, subprocess, sys, time
from tests.forkserver.test_forks import Fork
from onboarding.forkserver.server import ForkServer
fork = Fork(ForkServer())
left = fork.shows("import subprocess; subprocess.Popen(['sleep', '300']).pid")
print(fork.template, fork.child.pid, left, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_template_and_forks_end_with_whoever_asked(number: int) -> None:
    """However it is killed: not one of them is left."""
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", WHOEVER_ASKS], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    ) as asks:
        assert asks.stdout is not None
        pids = [int(pid) for pid in asks.stdout.readline().split()]
        assert len(pids) == 3
        assert all(_is_there(pid) for pid in pids)
        asks.send_signal(number)
    assert _until(lambda: not any(_is_there(pid) for pid in pids))


# --- The template ----------------------------------------------------------------------------------------------------


def test_a_template_is_replaced_when_what_is_watched_changes_and_its_forks_go_on() -> None:
    """The old one ends by itself with its last fork."""
    stamps = ["old"]
    server = ForkServer(watched=lambda: stamps[0])
    with Fork(server) as old:
        before = old.template
        with Fork(server) as same:
            assert same.template == before
        stamps[0] = "new"
        with Fork(server) as new:
            assert new.template != before
            assert old.shows("6 * 7") == "42"
            assert _is_there(before)
    assert _until(lambda: not _is_there(before))
    server.close()
    assert _until(lambda: not _is_there(new.child.pid))


def test_a_template_is_replaced_when_the_interpreters_environment_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what an interpreter reads counts: the rest comes with each fork anyway."""
    server = ForkServer()
    with Fork(server) as fork:
        first = fork.template
    monkeypatch.setenv("SOMETHING", "else")
    with Fork(server) as fork:
        assert fork.template == first
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    with Fork(server) as fork:
        assert fork.template != first
    server.close()


def test_the_librarys_modules_belong_to_the_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is edited, comes or goes makes another stamp."""
    (tmp_path / "onboarding").mkdir()
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "onboarding" / "resources.py"))
    stamps = [forkserver._stamp()]
    for content in ("a = 1\n", "a = 2\n"):
        (tmp_path / "onboarding" / "module.py").write_text(content)
        os.utime(tmp_path / "onboarding" / "module.py", (len(stamps), len(stamps)))
        stamps.append(forkserver._stamp())
    (tmp_path / "onboarding" / "module.py").unlink()
    assert len(set(stamps)) == 3
    assert forkserver._stamp() == stamps[0]


def test_words_make_the_template_ready_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a word stands for is there in the fork that brought it and in all later ones."""
    (tmp_path / "larder.py").write_text("words = []\ndef fill(new):\n    words.append(new)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = ForkServer(prepare="larder:fill")
    for words, there in ((("a",), [["a"]]), (("a",), [["a"]]), ((), [["a"]]), (("b", "a"), [["a"], ["b"]])):
        with Fork(server, words) as fork:
            assert fork.shows("import larder; larder.words") == str(there)
    server.close()


DEADLY = """
import ctypes, os, signal, sys
prepared = []
def prepare(words):
    for word in words:
        if word == "exits":
            os._exit(7)
        if word == "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        if word == "raises":
            raise RuntimeError("no good")
        if word == "sys-exits":
            sys.exit(3)
        prepared.append(word)
"""


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("exits", "it ended its process with 7"),
        ("crashes", "it ended its process by SIGSEGV"),
        ("raises", "RuntimeError: no good"),
        ("sys-exits", "SystemExit: 3"),
    ],
)
def test_what_kills_whoever_prepares_it_kills_no_forks_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, word: str, why: str
) -> None:
    """The forks that are there go on, so does the template; the word is named once, and in the end of its own forks."""
    (tmp_path / "deadly.py").write_text(DEADLY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = ForkServer(prepare="deadly:prepare")
    with Fork(server, ("good",)) as other, Fork(server, ("good", word)) as fork, Fork(server, (word,)):
        assert fork.template == other.template
        assert other.shows("import deadly; deadly.prepared") == fork.shows("import deadly; deadly.prepared")
        assert other.shows("deadly.prepared") == "['good']"
        fork.starts("os._exit(9)" if word == "exits" else "import os; os._exit(9)")
        assert f"preparing '{word}' had failed: {why}" in fork.manager.how_it_ended()
    server.close()
    assert [record.getMessage() for record in caplog.records] == [
        f"{word} could not be prepared ahead, and each run does it anew: {why}."
    ]


def test_what_hangs_while_it_is_prepared_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is killed with what it started, and said to have taken too long."""
    monkeypatch.setattr(trial, "PATIENCE", 0.5)
    left = tmp_path / "left"

    def hang() -> None:
        left.write_text(str(subprocess.Popen(["/bin/sleep", "300"]).pid))
        time.sleep(300)

    assert trial.trial(hang) == "it took longer than 0.5 s"
    assert _until(lambda: not _is_there(int(left.read_text())))


def test_a_template_that_cannot_begin_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until something has changed: every attempt would take its time."""
    (tmp_path / "broken.py").write_text("raise RuntimeError('broken')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = ForkServer("broken")
    with pytest.raises(CannotFork, match="could not begin: RuntimeError: broken"):
        Fork(server)
    with pytest.raises(CannotFork, match="before"):
        Fork(server)
    (tmp_path / "broken.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:")
    with Fork(server) as fork:
        assert fork.shows("1") == "1"
    server.close()


def test_many_threads_may_ask_at_once() -> None:
    """Each has a fork of its own, all of one template."""
    server = ForkServer()

    def ask(number: int) -> tuple[int, int, str]:
        with Fork(server) as fork:
            return fork.template, fork.child.pid, fork.shows(f"{number} * 2")

    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(ask, range(24))]
    server.close()
    assert len({template for template, _, _ in answers}) == 1
    assert len({pid for _, pid, _ in answers}) == 24
    assert [shown for _, _, shown in answers] == [str(number * 2) for number in range(24)]


def test_closing_leaves_nothing_running() -> None:
    """Also a fork that somebody forgot, and what it started."""
    server = ForkServer()
    fork = Fork(server)
    pids = [fork.template, fork.child.pid, int(fork.shows("import subprocess; subprocess.Popen(['sleep', '300']).pid"))]
    server.close()
    assert _until(lambda: not any(_is_there(pid) for pid in pids))
    fork.manager.cleanup_resources()
    assert threading.active_count() < 20


def test_where_nothing_can_be_forked_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """On another system there is no template at all."""
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(CannotFork, match="darwin"):
        Fork(ForkServer())


# --- What papermill sees of it ---------------------------------------------------------------------------------------


def _notebook(folder: Path, *cells: str) -> str:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata=kernel)
    nbformat.write(made, folder / "in.ipynb")
    return str(folder / "in.ipynb")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("import os; os._exit(3)", r"the kernel ended itself with 3 and had at most \d+ MB of memory"),
        ("import os; os.kill(os.getpid(), 9)", r"the kernel was ended by SIGKILL and had at most \d+ MB of memory"),
    ],
)
def test_a_death_is_told_with_what_the_system_knows_of_it(tmp_path: Path, cell: str, words: str) -> None:
    """The cells before it are in the notebook that was saved."""
    with pytest.raises(DeadKernelError, match=words):
        execute_notebook(
            _notebook(tmp_path, "print('kept')", cell), str(tmp_path / "out.ipynb"), engine_name="forked",
            progress_bar=False,
        )  # fmt: skip
    kept = nbformat.read(tmp_path / "out.ipynb", 4)
    assert kept.cells[0].outputs[0].text == "kept\n"


def test_a_cell_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    """With its fork."""
    begun = time.monotonic()
    with pytest.raises(CellTimeoutError):
        execute_notebook(
            _notebook(tmp_path, "import time; time.sleep(60)"), str(tmp_path / "out.ipynb"), engine_name="forked",
            execution_timeout=1, progress_bar=False,
        )  # fmt: skip
    assert time.monotonic() - begun < 50


@pytest.mark.parametrize("prefix", ["", "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"])
def test_nothing_waits_for_a_cell_that_was_ended(tmp_path: Path, prefix: str) -> None:
    """The notebook has the cell's last words, as with papermill's own engine, and no task is left to complain of."""
    cells = _notebook(tmp_path, f"{prefix}\nprint('begun', flush=True); import time; time.sleep(60)")
    for engine in ("nbclient", "forked"):
        with pytest.raises(CellTimeoutError):
            execute_notebook(
                cells, str(tmp_path / f"{engine}.ipynb"), engine_name=engine, execution_timeout=1, progress_bar=False
            )
        if engine == "forked":
            assert asyncio.all_tasks(ensure_event_loop()) == set()
    own, forked = (nbformat.read(tmp_path / f"{engine}.ipynb", 4).cells[0].outputs for engine in ("nbclient", "forked"))
    assert [one.get("ename", one.get("text")) for one in forked] == [one.get("ename", one.get("text")) for one in own]
    assert len(forked) == (1 if prefix else 2)


def test_papermills_own_engine_takes_its_place_with_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where nothing can be forked the notebook is executed all the same."""
    monkeypatch.setattr(forkserver, "impossible", lambda: "this system cannot fork")
    executed = execute_notebook(
        _notebook(tmp_path, "6 * 7"), str(tmp_path / "out.ipynb"), engine_name="forked", progress_bar=False
    )
    assert executed.cells[0].outputs[0].data["text/plain"] == "42"
    assert "this system cannot fork" in caplog.text


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
from tests.forkserver.test_forks import Fork
from onboarding.forkserver.server import CannotFork, ForkServer
server, forks = ForkServer(), []
try:
    while True:
        forks.append(Fork(server))
except CannotFork as problem:
    print(len(forks) > 2, problem)
for fork in forks[:-1]:
    fork.manager.cleanup_resources()
with Fork(server) as another:
    print(another.shows("6 * 7"), another.template == forks[-1].template)
server.close()
"""


def test_a_process_that_may_open_no_more_files_goes_on_when_it_may() -> None:
    """What cannot be had is said; the forks that are there go on, and so does the template."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED], capture_output=True, text=True, env=environment, check=False
    )
    assert ended.stdout.splitlines()[1:] == ["42 True"], ended.stderr
    assert ended.stdout.startswith("True ")


NO_FILES = """
import os, resource
from onboarding.forkserver.server import CannotFork, ForkServer, Request
server, request = ForkServer(), Request.of("cells", {})
open_now = len(os.listdir("/dev/fd")) - 1
if BEGUN:
    server.fork(request).close()
for more in range(12 if BEGUN else 5):
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + more + BEGUN, 4096))
    try:
        server.fork(request).close()
        print("forked")
    except CannotFork as problem:
        print(problem)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    print(len(os.listdir("/dev/fd")) - 1 - open_now - BEGUN)
server.close()
"""


@pytest.mark.parametrize(("begun", "words"), [(0, "no template can be started now"), (1, "no pipe can be had now")])
def test_too_few_open_files_are_said_and_none_is_left_open(begun: int, words: str) -> None:
    """Whether the template cannot be started or a fork has no pipes: CannotFork, and every descriptor is given back."""
    ended = subprocess.run(
        [sys.executable, "-c", NO_FILES.replace("BEGUN", str(begun))], capture_output=True, text=True, check=False
    )
    said = ended.stdout.splitlines()
    assert ended.stderr == ""
    assert {line.rpartition(": ")[2] for line in said[::2]} <= {"Too many open files", "forked"}
    assert f"{words}: Too many open files" in said
    assert set(said[1::2]) == {"0"}

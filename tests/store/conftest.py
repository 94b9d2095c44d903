"""A store with one customer, on SQLite, and on PostgreSQL too where a server and its driver are at hand."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from onboarding.domain.action import Action, Operation
from onboarding.domain.history import Customer
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORKER = Path(__file__).parent / "worker.py"


def _postgres() -> Path | None:
    """Folder of PostgreSQL's programs, when server and driver are here."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = folders[-1] if folders else None
    if found is None and (server := shutil.which("postgres")):
        found = Path(server).resolve().parent
    return found if found and importlib.util.find_spec("psycopg") else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "url" in metafunc.fixturenames:
        kinds = ["sqlite"]
        if _postgres():
            kinds.append(pytest.param("postgresql", marks=pytest.mark.slow))
        metafunc.parametrize("url", kinds, indirect=True)


@contextmanager
def _server(programs: Path) -> Iterator[str]:
    """A PostgreSQL server on a socket in a folder of its own; it refuses to run as root, so root lends it to nobody."""
    lent: dict[str, Any] = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if lent:
            shutil.chown(folder, **lent)
        data = f"{folder}/data"
        setup = [programs / "initdb", "-D", data, "-U", "onboarding", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(setup, check=True, capture_output=True, cwd=folder, **lent)
        command = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-F"]
        with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL, **lent) as server:
            try:
                yield f"postgresql+psycopg://onboarding@/postgres?host={folder}"
            finally:
                server.terminate()


def _until_up(url: str) -> None:
    engine = create_engine(url)
    for _ in range(300):
        try:
            with engine.connect():
                break
        except Exception:  # noqa: BLE001 - whatever the driver says while the server starts
            time.sleep(0.1)
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """Makes empty databases on a server of its own."""
    programs = _postgres()
    assert programs
    with _server(programs) as url:
        _until_up(url)
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        made = iter(range(10_000))

        def make() -> str:
            name = f"t{next(made)}"
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            return url.replace("/postgres?", f"/{name}?")

        yield make
        engine.dispose()


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """Address of an empty database; empty for the SQLite file of the workspace."""
    return "" if request.param == "sqlite" else request.getfixturevalue("postgresql")()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its tables and nothing else, to copy."""
    folder = tmp_path_factory.mktemp("empty") / "workspace"
    Store.open(folder, "").close()
    return folder


@pytest.fixture
def folder(tmp_path: Path, empty: Path) -> Path:
    return Path(shutil.copytree(empty, tmp_path / "workspace"))


@pytest.fixture
def store(folder: Path, url: str) -> Iterator[Store]:
    """A store with the customer bright-smile."""
    with Store.open(folder, url) as opened:
        opened.create_customer(Customer("bright-smile", "Bright Smile Dental Group", AT), "chinook", "anna")
        yield opened


@dataclass
class Worker:
    """Another process at the store."""

    process: subprocess.Popen[str]

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        """As the machine would: no chance to tidy up."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def start(folder: Path, url: str) -> Iterator[Callable[..., Worker]]:
    """Starts `worker.py` at the same store; whatever still runs at the end is killed."""
    started: list[Worker] = []

    def begin(command: str, *rest: str) -> Worker:
        line = [sys.executable, str(WORKER), str(folder), url, command, *rest]
        started.append(Worker(subprocess.Popen(line, stdout=subprocess.PIPE, text=True)))
        return started[-1]

    yield begin
    for worker in started:
        worker.kill()
        assert worker.process.stdout
        worker.process.stdout.close()


@pytest.fixture
def action() -> Callable[..., Action]:
    """Makes an action of the portal."""

    def make(key: str = "a", **body: Any) -> Action:
        task = "provision.create-user"
        return Action(f"{task}/{key}", task, "portal", Operation.CREATE, "user", key, f"Create {key}", body)

    return make

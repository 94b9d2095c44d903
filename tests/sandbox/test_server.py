"""The sandbox as a running thing: killed and started again, its clock, its switches over HTTP, its neighbours."""

from __future__ import annotations

import functools
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from onboarding.errors import Busy, InputError, StoreError, Unavailable
from onboarding.sandbox.server import Sandbox

DOMAIN = "brightsmile.example"
SERVE = """
import signal
import sys
import threading
from pathlib import Path
from onboarding.sandbox.server import Sandbox
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
with Sandbox(Path(sys.argv[1])) as running:
    print(running.url, flush=True)
    threading.Event().wait()
"""


@functools.cache
def _client() -> httpx.Client:
    return httpx.Client(trust_env=False)


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    _client().close()
    _client.cache_clear()


def _control(sandbox: Sandbox, method: str, name: str, body: Any = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {sandbox.tokens['reseller-admin']}"}
    return _client().request(method, f"{sandbox.control_url}/{name}", json=body, headers=headers)


def _create(url: str, token: str, name: str) -> None:
    administrator = {"email": f"a@{name}.example", "first_name": "A", "last_name": "B", "is_dedicated": False}
    body = {"reference": name, "name": name, "domain": f"{name}.example", "administrator": administrator}
    answer = _client().post(f"{url}/companies", json=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 201


def _started(folder: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_a_killed_sandbox_forgets_nothing(tmp_path: Path) -> None:
    """After kill -9, everything answered is there, under the same address and tokens; a polite end is clean."""
    first, url = _started(tmp_path)
    try:
        with pytest.raises(Busy, match="SANDBOX-BUSY"):
            Sandbox(tmp_path).start()
        token = (tmp_path / "tokens.json").read_text().split('"reseller-admin": "')[1].split('"')[0]
        for number in range(5):
            _create(url, token, f"c{number}")
    finally:
        first.send_signal(signal.SIGKILL)
        first.communicate()
    second, again = _started(tmp_path)
    try:
        assert again == url
        _create(url, token, "c5")
    finally:
        second.send_signal(signal.SIGTERM)
        second.communicate(timeout=10)
    assert second.returncode == 0
    with Sandbox(tmp_path) as sandbox:
        assert [company["name"] for company in sandbox.truth()["companies"]] == [f"c{n}" for n in range(6)]
        assert sandbox.tokens["reseller-admin"] == token


def test_late_work_survives_a_restart(tmp_path: Path) -> None:
    """Work that was put off lands after a restart, once."""
    sandbox = Sandbox(tmp_path)
    with sandbox:
        sandbox.fault("late", method="POST", seconds=0)
        with pytest.raises(httpx.RemoteProtocolError):
            _create(sandbox.url, sandbox.tokens["reseller-admin"], "bright")
    with sandbox:
        assert [len(sandbox.truth()["companies"]) for _ in range(2)] == [1, 1]


def test_tokens_are_secret_and_differ(tmp_path: Path) -> None:
    """Only the owner can read them, and another folder has others."""
    with Sandbox(tmp_path / "a") as one, Sandbox(tmp_path / "b") as other:
        assert stat.S_IMODE((tmp_path / "a" / "tokens.json").stat().st_mode) == 0o600
        assert len({*one.tokens.values(), *other.tokens.values()}) == 6
        assert {one.port, one.smtp_port}.isdisjoint({other.port, other.smtp_port})


def test_a_damaged_folder_is_said(tmp_path: Path) -> None:
    """Broken state or tokens are one clear error, and the folder is free again."""
    (tmp_path / "portal.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="damaged"):
        Sandbox(tmp_path).start()
    (tmp_path / "portal.sqlite").unlink()
    (tmp_path / "tokens.json").write_text("[")
    with pytest.raises(StoreError, match=r"tokens.json"):
        Sandbox(tmp_path).start()
    (tmp_path / "tokens.json").unlink()
    with Sandbox(tmp_path):
        pass


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    """A port somebody else has is an error of what was asked for."""
    with Sandbox(tmp_path / "a") as one, pytest.raises(InputError, match="SANDBOX-PORT"):
        Sandbox(tmp_path / "b", port=one.port).start()


def test_the_clock_moves_and_stays_moved(tmp_path: Path) -> None:
    """Simulated days pass at once, and a restart keeps them."""
    monday = datetime(2030, 1, 7, 9, tzinfo=UTC)
    sandbox = Sandbox(tmp_path)
    with sandbox:
        sandbox.move_to(monday)
        sandbox.advance(86400)
        _create(sandbox.url, sandbox.tokens["reseller-admin"], "bright")
    with sandbox:
        assert timedelta(0) <= sandbox.now() - (monday + timedelta(days=1)) < timedelta(minutes=5)
        assert sandbox.truth()["companies"][0]["created_at"].startswith("2030-01-08T09:0")


def test_everything_can_be_switched_over_http(tmp_path: Path) -> None:
    """Faults, chances, clock, leniency, latency, truth, counts and mail by the control interface."""
    with Sandbox(tmp_path) as sandbox:
        assert _control(sandbox, "POST", "faults", {"kind": "refuse", "count": 1}).json()[0]["left"] == 1
        assert _control(sandbox, "POST", "faults", {"seed": 7}).status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            _create(sandbox.url, sandbox.tokens["reseller-admin"], "bright")
        assert _control(sandbox, "DELETE", "faults").json() == []
        assert _control(sandbox, "GET", "requests").json() == {"POST /companies": 1}
        assert _control(sandbox, "DELETE", "requests").json() == {}
        moved = _control(sandbox, "POST", "clock", {"now": "2030-01-07T09:00:00+00:00"}).json()
        assert moved["now"].startswith("2030-01-07T09:00")
        assert _control(sandbox, "POST", "clock", {"advance": 3600}).json()["now"].startswith("2030-01-07T10:00")
        switched = _control(sandbox, "POST", "switches", {"lenient_keys": True, "latency": 0.01}).json()
        assert switched == {"lenient_keys": True, "latency": 0.01}
        assert _control(sandbox, "GET", "truth").json()["companies"] == []
        assert _control(sandbox, "GET", "mails").json() == []


@pytest.mark.parametrize(
    ("method", "name", "body", "status"),
    [
        ("GET", "nothing", None, 404), ("DELETE", "clock", None, 405), ("POST", "faults", {"kind": "x"}, 400),
        ("POST", "faults", {"kind": "refuse", "colour": 1}, 400), ("POST", "clock", {"now": "soon"}, 400),
        ("POST", "switches", {"latency": "slow"}, 400),
    ],
)  # fmt: skip
def test_wrong_switches_are_refused(tmp_path: Path, method: str, name: str, body: Any, status: int) -> None:
    """What the control interface cannot use is refused in words."""
    with Sandbox(tmp_path) as sandbox:
        answer = _control(sandbox, method, name, body)
        assert (answer.status_code, bool(answer.json()["message"])) == (status, True)


def test_the_same_seed_gives_the_same_faults(tmp_path: Path) -> None:
    """Chances can be repeated."""
    with Sandbox(tmp_path) as sandbox:
        sandbox.fault("error", probability=0.5)
        runs = []
        for seed in (3, 3, 4):
            sandbox.seed(seed)
            runs.append([sandbox.faults.draw("GET", "/users") is not None for _ in range(64)])
    assert runs[0] == runs[1] != runs[2]


def test_a_stopped_sandbox_is_out_of_reach(tmp_path: Path) -> None:
    """The command says when it does not run, and stopping releases what waits."""
    sandbox = Sandbox(tmp_path)
    with sandbox:
        people = sandbox.people()
    with pytest.raises(Unavailable, match="SANDBOX-DOWN"):
        people.create_site(DOMAIN, "crm", "CRM")
    with pytest.raises(InputError, match="SANDBOX-STOPPED"):
        sandbox.now()
    assert not list(tmp_path.glob("*-wal"))

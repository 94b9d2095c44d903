"""A sandbox behind the contract gate, and the settings that point at it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onboarding.connectors.portal import PortalConnector
from onboarding.domain.action import Action, Operation
from onboarding.sandbox.server import Sandbox
from tests.sandbox.gate import ContractGate

DOMAIN = "brightsmile.example"


def action(resource: str, body: dict[str, Any], operation: str = "create", key: str = "") -> Action:
    """An action on the portal, its key taken from the body."""
    parts = {"company": ["domain"], "user": ["email"], "service": ["user", "service"], "site": ["company", "service"]}
    key = key or "/".join(str(body.get(name)) for name in parts.get(resource, ()))
    return Action(f"provision.x/{key}", "provision.x", "portal", Operation(operation), resource, key, "A change", body)


def company(**fields: Any) -> Action:
    boss = {"email": f"anna@{DOMAIN}", "first_name": "Anna", "last_name": "Lee", "is_dedicated": False}
    return action("company", {"name": "Bright Smile", "domain": DOMAIN, "administrator": boss, **fields})


def user(name: str, operation: str = "create", **fields: Any) -> Action:
    body = {"company": DOMAIN, "email": f"{name}@{DOMAIN}", "first_name": name.title(), "last_name": "Roe", **fields}
    return action("user", body, operation)


def service(name: str, which: str, **fields: Any) -> Action:
    return action("service", {"company": DOMAIN, "user": f"{name}@{DOMAIN}", "service": which, **fields})


@pytest.fixture
def gates() -> Iterator[list[ContractGate]]:
    """The gates built in a test; at its end nothing may have broken the contract."""
    built: list[ContractGate] = []
    yield built
    assert [fault for gate in built for fault in gate.requests + gate.answers] == []


@pytest.fixture
def sandbox(tmp_path: Path, gates: list[ContractGate], monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A running sandbox with one company, behind the gate; the settings point at it."""

    def gated(app: Any) -> ContractGate:
        gates.append(ContractGate(app))
        return gates[-1]

    with Sandbox(tmp_path / "sandbox", middleware=gated) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        running._portal.create("companies", {"reference": "setup", **company().body}, "reseller-admin")
        yield running


@pytest.fixture
def portal(sandbox: Sandbox) -> PortalConnector:
    """The connector, patient enough for a busy machine."""
    return PortalConnector(timeout=10, patience=30)


@pytest.fixture
def hasty(sandbox: Sandbox) -> PortalConnector:
    """The connector for faults that are felt only by waiting."""
    return PortalConnector(timeout=1, patience=30)


@pytest.fixture
def point_at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., PortalConnector]:
    """A connector to any address."""

    def make(url: str, patience: float = 0.4, timeout: float = 10) -> PortalConnector:
        monkeypatch.setenv("ONBOARDING_PORTAL_URL", url)
        monkeypatch.setenv("ONBOARDING_PORTAL_TOKEN", "test-token")
        return PortalConnector(timeout=timeout, patience=patience)

    return make


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Certificate and key for this machine, signed by nobody known."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing")
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-out", str(files[0]), "-keyout", str(files[1])],
        check=True, capture_output=True,
    )  # fmt: skip
    return files

"""The way back after a change that failed: what is looked at, what follows from it, and the one more try."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from onboarding.connectors.mmp import MmpConnector
from onboarding.domain.action import Verdict
from onboarding.domain.event import noted
from onboarding.domain.history import TaskRecord, TaskState
from onboarding.engine.recovery import examine, retry
from onboarding.errors import GateClosed, InputError, Parked
from onboarding.sandbox.server import Sandbox
from tests.procedures.conftest import ANA, BEGIN, Opened, writes

TASK = "provision.add-cpns"


def _cut(sandbox: Sandbox, platform: str = "") -> None:
    name = platform or sandbox.truth()["mmp"]["customers"][0]["platform"]
    sandbox.mmp.do("set-link", platform=name, system="MiCollab", is_up=False)


def _elsewhere(sandbox: Sandbox) -> str:
    """A customer on a platform group of its own."""
    sandbox.mmp.do("add-platform", name="west")
    body = {"reference": "r", "webid": "western", "name": "Western", "platform": "west"}
    sandbox.mmp.create("customers", body, "sp-admin")
    return "western"


def test_nothing_in_the_way(sandbox: Sandbox, opened: Opened) -> None:
    """Network, portal, this platform and another customer's are good: a further try makes sense; it is on record."""
    case = opened(ANA)
    found = examine(case, "recover", "other")
    assert [step.is_good for step in found.steps] == [True] * 4
    assert found.may_retry
    assert str(case.record.evidence[-1].what).startswith("looked at: Nothing stands in the way")
    assert writes(sandbox) == {}


def test_the_fault_is_narrowed_down(sandbox: Sandbox, opened: Opened) -> None:
    """One platform cut off, all of them, or not compared: three different answers, and no further try."""
    western = _elsewhere(sandbox)
    _cut(sandbox)
    case = opened(ANA)
    assert "Only this customer's platform" in str(examine(case, "recover", western).advice)
    assert "Other customers are cut off as well" in str(examine(case, "recover", "other").advice)
    assert "Compare with another customer" in str(examine(case, "recover").advice)
    with pytest.raises(GateClosed, match="PROCEDURE-NOT-YET"):
        retry(case, examine(case, "recover", western))
    assert writes(sandbox) == {}


def test_a_closed_port_is_the_network(sandbox: Sandbox, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens nothing else is asked, and the advice begins at the beginning."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("ONBOARDING_MMP_URL", f"http://127.0.0.1:{port}/mmp/v1")
    found = examine(opened(ANA), "recover", "other")
    assert [(step.title, step.is_good) for step in found.steps] == [("Network", False)]
    assert ("network" in str(found.advice), found.may_retry) == (True, False)


def test_a_silent_port_is_the_portal(sandbox: Sandbox, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connected but without an answer: the portal itself."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("ONBOARDING_MMP_URL", f"http://127.0.0.1:{server.getsockname()[1]}/mmp/v1")
        case = opened(ANA)
        case.connectors["mmp"] = MmpConnector(timeout=0.3)
        found = examine(case, "recover")
    assert [(step.title, step.is_good) for step in found.steps] == [("Network", True), ("Portal", False)]
    assert "portal itself" in str(found.advice)


def _failed(opened: Opened, state: TaskState) -> Any:
    case = opened(ANA, 1)
    case.store.set_task(
        case.customer.id, TaskRecord(TASK, state, BEGIN, "sp-admin", by=ANA, note=noted("rollback failed"))
    )
    return case


@pytest.mark.parametrize("state", [TaskState.REJECTED, TaskState.UNKNOWN])
def test_what_failed_is_tried_once_more(sandbox: Sandbox, opened: Opened, state: TaskState) -> None:
    """The failed task alone is carried out again, and closed when it reads back as wanted."""
    for one in sandbox.truth()["mmp"]["cpns"]:
        sandbox.mmp.remove("cpns", one["id"], "r", "sp-admin")
    case = _failed(opened, state)
    found = examine(case, "recover")
    assert [view.task.id for view in found.failed] == [TASK]
    results = retry(case, found)
    assert results
    assert {result.outcome.verdict for result in results} == {Verdict.DONE}
    assert list(writes(sandbox)) == ["POST /mmp/cpns"]
    assert case.record.state(TASK) is TaskState.DONE


def test_what_does_not_fit_is_refused(sandbox: Sandbox, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing with oneself, a deletion as a recovery, nothing that failed, and a portal a person has to work."""
    case = opened(ANA)
    with pytest.raises(InputError, match="PROCEDURE-COMPARE"):
        examine(case, "recover", "harborfreight")
    with pytest.raises(InputError, match="PROCEDURE-KIND"):
        examine(case, "delete")
    with pytest.raises(InputError, match="PROCEDURE-NOTHING"):
        retry(case, examine(case, "recover"))
    monkeypatch.delenv("ONBOARDING_MMP_URL")
    with pytest.raises(Parked, match="look at the network first"):
        examine(opened(ANA), "recover")

"""The example customer of the profile, sent to the portal's simulator by the connector as the tasks put it."""

from __future__ import annotations

from pathlib import Path

import pytest

from onboarding.connectors.mmp import MmpConnector
from onboarding.domain.action import Verdict
from onboarding.sandbox.server import Sandbox
from tests.procedures.conftest import ANA, Opened, actions_of
from tests.sandbox.gate import ContractGate


def test_every_record_of_the_example_is_taken(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each action is done, reads back as wanted, and keeps to the contract; sent again it changes nothing."""
    gates: list[ContractGate] = []
    actions = actions_of(opened(ANA))

    def gated(app: object) -> ContractGate:
        gates.append(ContractGate(app, "mmp"))
        return gates[-1]

    with Sandbox(tmp_path / "sandbox", middleware=gated) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        for action in actions:
            if "platform" in action.body:
                sandbox.mmp.do("add-platform", name=action.body["platform"])
            if action.resource == "mmp-bundle":
                sandbox.mmp.do("add-bundle-type", name=action.body["bundle"])
        mmp = MmpConnector()
        outcomes = [mmp.send(action, f"ref.{action.id}") for action in actions]
        assert [str(o.message) for o in outcomes if o.verdict is not Verdict.DONE] == []
        seen = {name: dict(there or {}) for name, there in mmp.observe(actions).items()}
        assert seen["provision.create-customer/harborfreight"].pop("portal_url")  # what the portal says by itself
        assert seen == {action.id: action.body for action in actions}
        effects = len(sandbox.truth()["effects"])
        assert {mmp.send(action, "again").verdict for action in actions} == {Verdict.DONE}
        assert len(sandbox.truth()["effects"]) == effects
    assert gates[0].requests + gates[0].answers == []

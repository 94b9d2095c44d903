"""The management portal's connector against the simulator, both checked against our contract by the gate."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from onboarding.connectors.base import Manageable
from onboarding.connectors.manual import ManualConnector
from onboarding.connectors.mmp import MmpConnector
from onboarding.connectors.shipped import connect
from onboarding.domain.action import Action, Operation, Verdict
from onboarding.errors import InputError, Rejected, Unavailable
from onboarding.sandbox.server import Sandbox
from onboarding.stages.plan import compare
from tests.sandbox.gate import ContractGate, contract

WEBID = "harbor"
KEYS = {
    "mmp-customer": ("webid",), "mmp-demo-mode": ("webid",), "mmp-bundle": ("customer", "bundle"),
    "mmp-cpn": ("customer", "number"), "mmp-erl": ("customer", "site_name"), "mmp-user": ("user_name",),
    "mmp-key-template": ("customer", "name"), "mmp-hotdesk": ("customer", "device"),
}  # fmt: skip


def action(resource: str, body: dict[str, Any], operation: str = "create") -> Action:
    """An action on the management portal, its key as profiles give it."""
    if resource == "mmp-did-range":
        key = f"{body['customer']}/{body['start']}-{body['end']}"
    else:
        key = "/".join(str(body.get(name)) for name in KEYS.get(resource, ()))
    return Action(f"provision.x/{resource}/{key}", "provision.x", "mmp", Operation(operation), resource, key, "x", body)


def customer(operation: str = "create", webid: str = WEBID, **fields: Any) -> Action:
    return action("mmp-customer", {"webid": webid, "name": "Harbor Freight Lines", **fields}, operation)


def user(name: str, operation: str = "create", **fields: Any) -> Action:
    body = {"customer": WEBID, "user_name": name, "first_name": name.title(), "last_name": "Roe", **fields}
    return action("mmp-user", body, operation)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, list[ContractGate]]]:
    gates: list[ContractGate] = []

    def gated(app: Any) -> ContractGate:
        gates.append(ContractGate(app, "mmp"))
        return gates[-1]

    with Sandbox(tmp_path_factory.mktemp("mmp"), middleware=gated) as running:
        yield running, gates


@pytest.fixture
def sandbox(served: tuple[Sandbox, list[ContractGate]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A simulator with one customer; nothing that passes the gate may break the contract."""
    running, gates = served
    running.clear_faults()
    running._open._link.executescript("DELETE FROM item; DELETE FROM effect; DELETE FROM late; DELETE FROM setting;")
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    running.mmp.do("set-task-seconds", seconds=0)
    running.mmp.do("add-platform", name="east")
    running.mmp.do("add-bundle-type", name="Entry")
    first = {"webid": WEBID, "name": "Harbor Freight Lines", "platform": "east", "extension_length": 4}
    running.mmp.create("customers", {"reference": "setup", **first}, "sp-admin")
    running.forget_requests()
    yield running
    faults = [fault for gate in gates for fault in gate.requests + gate.answers]
    for gate in gates:
        gate.requests.clear()
        gate.answers.clear()
    assert faults == []


@pytest.fixture
def mmp(sandbox: Sandbox) -> MmpConnector:
    return MmpConnector(timeout=10, patience=30, wait=20)


@pytest.fixture
def hasty(sandbox: Sandbox) -> MmpConnector:
    """Waits for no task, and not long for an answer."""
    return MmpConnector(timeout=1, patience=30, wait=0)


def _names(sandbox: Sandbox, kind: str = "users", field: str = "user_name") -> list[str]:
    return [one[field] for one in sandbox.truth()["mmp"][kind]]


def test_the_contract_is_valid_and_says_whose_it_is() -> None:
    """Our contract is OpenAPI, and nobody can take it for a vendor's."""
    document = contract("mmp")
    validate(document)
    assert "not a vendor's contract" in document["info"]["x-owner"]


def test_the_gate_would_notice_a_misspelt_field(mmp: MmpConnector, served: tuple[Sandbox, list[ContractGate]]) -> None:
    """The gate is alive: a request with an unknown field is reported."""
    assert mmp.send(user("anna", extention="1001"), "r").verdict is Verdict.REJECTED
    assert len(served[1][-1].requests) == 1
    served[1][-1].requests.clear()


def test_everything_is_created_and_observed_in_its_own_terms(sandbox: Sandbox, mmp: MmpConnector) -> None:
    """Each kind of resource is absent, created, observed as wanted, changed, and removed again."""
    wanted = [
        action("mmp-bundle", {"customer": WEBID, "bundle": "Entry", "quantity": 5}),
        action("mmp-cpn", {"customer": WEBID, "number": "+14015550100", "name": "Main line"}),
        action("mmp-did-range", {"customer": WEBID, "start": "+14015550110", "end": "+14015550119"}),
        action("mmp-erl", {"customer": WEBID, "site_name": "Dock", "number": "+14015550100", "location": "1 Quay",
                           "zone": "3"}),
        action("mmp-key-template", {"customer": WEBID, "name": "Front desk", "keys": ["park", "speed 1001"]}),
        action("mmp-hotdesk", {"customer": WEBID, "device": "6930"}),
        user("anna", extension="1001", bundle="Entry", did="+14015550110", sip_user="1001", mbg="mbg1", site="Dock",
             email="anna@harbor.example"),
    ]  # fmt: skip
    assert mmp.observe(wanted) == {one.id: None for one in wanted}
    for one in wanted:
        outcome = mmp.send(one, f"ref.{one.key}")
        assert (outcome.verdict, outcome.observed) == (Verdict.DONE, one.body), outcome
        assert outcome.reference
    assert mmp.observe(wanted) == {one.id: one.body for one in wanted}
    changed = [action("mmp-bundle", {"customer": WEBID, "bundle": "Entry", "quantity": 9}, "change"),
               action("mmp-key-template", {"customer": WEBID, "name": "Front desk", "keys": ["park"]}, "change"),
               user("anna", "change", site="")]  # fmt: skip
    for one in changed:
        assert mmp.look_up(one, "other") is None
        assert mmp.send(one, "ref.change").verdict is Verdict.DONE
    for one in reversed(wanted):
        assert mmp.send(action(one.resource, dict(one.body), "remove"), "ref.remove").verdict is Verdict.DONE
    assert mmp.observe(wanted) == {one.id: None for one in wanted}


def test_only_what_a_body_names_is_sent_and_compared(sandbox: Sandbox, mmp: MmpConnector) -> None:
    """Tabs of one customer fill in what is missing one after the other, and none overwrites what is there."""
    other, given = {"webid": "other", "name": "Other"}, {"portal_url": "https://mmp.example/customer/other"}
    for fields in ({}, {"branding": "blue", "contact": {"name": "Ana"}}, {"platform": "east", "npm_awv": False}):
        one = action("mmp-customer", other | fields)
        assert mmp.send(one, "r").verdict is Verdict.DONE
        assert mmp.observe([one]) == {one.id: {**one.body, **given}}  # what the portal says by itself is read back
    outcome = mmp.send(action("mmp-customer", other | {"branding": "red"}), "r")
    assert (outcome.verdict, "branding" in str(outcome.message)) == (Verdict.REJECTED, True)
    assert sandbox.truth()["mmp"]["customers"][-1]["branding"] == "blue"


def test_the_customers_portal_and_a_log_in_error_are_told(sandbox: Sandbox, mmp: MmpConnector) -> None:
    """What was created says its unique address; a web id that was deleted before says the known error."""
    assert "https://mmp.example/customer/new" in str(mmp.send(customer(webid="new"), "r").message)
    assert mmp.send(customer("remove", webid="new"), "r2").verdict is Verdict.DONE
    assert "Reboot" in str(mmp.send(customer(webid="new"), "r3").message)


def test_a_background_task_is_waited_for(sandbox: Sandbox, mmp: MmpConnector) -> None:
    """A customer is done when its task has ended, and not before; what refers to it waits as well."""
    sandbox.mmp.do("set-task-seconds", seconds=0.4)
    begin = time.monotonic()
    assert mmp.send(customer(webid="new"), "r").verdict is Verdict.DONE
    assert time.monotonic() - begin >= 0.4
    sandbox.mmp.create("customers", {"reference": "r", "webid": "later", "name": "L", "platform": "east"}, "sp-admin")
    bundle = action("mmp-bundle", {"customer": "later", "bundle": "Entry", "quantity": 1})
    assert mmp.send(bundle, "r").verdict is Verdict.DONE
    assert sandbox.truth()["doubled"] == []


def test_the_wait_is_bounded(sandbox: Sandbox, hasty: MmpConnector, mmp: MmpConnector) -> None:
    """Beyond the bound a creation is unknown, is not there yet, and is found done later; referring work is put off."""
    sandbox.mmp.do("set-task-seconds", seconds=3600)
    new = customer(webid="new")
    assert hasty.send(new, "r").verdict is Verdict.UNKNOWN
    under_way = hasty.look_up(new, "r")
    assert under_way is not None
    assert (under_way.verdict, "still being created" in str(under_way.message)) == (Verdict.UNKNOWN, True)
    assert hasty.observe([new]) == {new.id: None}
    bundle = action("mmp-bundle", {"customer": "new", "bundle": "Entry", "quantity": 1})
    with pytest.raises(Unavailable, match="MMP-BUSY"):
        hasty.send(bundle, "r")
    sandbox.advance(3601)
    found = mmp.look_up(new, "r")
    assert found is not None
    assert found.verdict is Verdict.DONE
    assert [effect["key"] for effect in sandbox.truth()["effects"]].count("new") == 1


def test_waits_grow_up_to_a_limit(sandbox: Sandbox) -> None:
    """A task is asked about at growing intervals, the longest two seconds, until it has ended."""
    sandbox.mmp.do("set-task-seconds", seconds=3600)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 12:
            sandbox.advance(3601)

    assert MmpConnector(wait=600, pause=pause).send(customer(webid="new"), "r").verdict is Verdict.DONE
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1], len(pauses)) == (0.05, 2.0, 12)


def test_a_task_that_failed_is_a_refusal(sandbox: Sandbox, mmp: MmpConnector) -> None:
    """Its words are shown, nothing is there, and it may be sent again."""
    sandbox.mmp.do("fail-next-task", message="No licence is left.")
    outcome = mmp.send(customer(webid="new"), "r")
    assert (outcome.verdict, str(outcome.message)) == (Verdict.REJECTED, "No licence is left.")
    assert mmp.look_up(customer(webid="new"), "r") is None


def test_demo_mode_is_an_action_of_its_own(sandbox: Sandbox, mmp: MmpConnector) -> None:
    """Conversion is observed by its mode, done once, and nothing else is possible afterwards."""
    demo = action("mmp-demo-mode", {"webid": WEBID, "mode": "demo"}, "change")
    assert mmp.observe([demo]) == {demo.id: {"webid": WEBID, "mode": "normal"}}
    assert mmp.look_up(demo, "r") is None
    assert [mmp.send(demo, "r").verdict for _ in range(2)] == [Verdict.DONE, Verdict.DONE]
    assert sandbox.requests["POST /mmp/customers/" + sandbox.truth()["mmp"]["customers"][0]["id"] + "/demo-mode"] == 1
    assert mmp.send(user("anna"), "r").verdict is Verdict.REJECTED


def test_inventory_and_links(sandbox: Sandbox, mmp: MmpConnector) -> None:
    """Everything of one customer is listed by kind; of an unknown one nothing; links are those of its platform."""
    assert isinstance(mmp, Manageable)
    assert not isinstance(ManualConnector(), Manageable)
    mmp.send(action("mmp-cpn", {"customer": WEBID, "number": "+14015550100"}), "r")
    mmp.send(action("mmp-bundle", {"customer": WEBID, "bundle": "Entry", "quantity": 5}), "r")
    mmp.send(action("mmp-did-range", {"customer": WEBID, "start": "+14015550110", "end": "+14015550119"}), "r")
    mmp.send(user("anna", did="+14015550112"), "r")
    kept = mmp.inventory(WEBID)
    assert [(one.kind, one.key, one.amount) for one in kept] == [
        ("customer", WEBID, 1), ("users", "anna", 1), ("numbers (DID ranges)", "+14015550110-+14015550119", 10),
        ("caller ids (CPN)", "+14015550100", 1), ("bundles", "Entry", 5),
    ]  # fmt: skip
    assert kept[1].numbers == ("+14015550112",)
    assert mmp.inventory("nobody") == []
    assert mmp.links(WEBID) == {"MiCollab of east": True, "MiVoice Business of east": True}
    sandbox.mmp.do("set-link", platform="east", system="MiCollab", is_up=False)
    assert mmp.links(WEBID)["MiCollab of east"] is False
    with pytest.raises(Rejected, match="MMP-PLATFORM"):
        mmp.links("nobody")


UNKNOWN_ENDS = {
    "refuse": False, "unavailable": False, "error": False, "time-out": False,
    "drop-reply": True, "slow-reply": True, "error-after": True,
}  # fmt: skip


@pytest.mark.parametrize(("kind", "has_effect"), UNKNOWN_ENDS.items())
def test_a_write_without_answer_is_unknown_until_looked_up(
    sandbox: Sandbox, mmp: MmpConnector, hasty: MmpConnector, kind: str, has_effect: bool
) -> None:
    """One request goes out, its end is unknown, and the look-up tells whether it took effect."""
    sandbox.fault(kind, method="POST", seconds=5)
    outcome = (hasty if kind in ("time-out", "slow-reply") else mmp).send(user("anna"), "r1")
    assert outcome.verdict is Verdict.UNKNOWN
    assert sandbox.requests == {"POST /mmp/users": 1}
    assert ("anna" in _names(sandbox)) is has_effect
    sandbox.clear_faults()
    found = mmp.look_up(user("anna"), "r1")
    assert (found is not None and found.verdict is Verdict.DONE) is has_effect


def test_too_many_requests_and_a_lost_task(sandbox: Sandbox, mmp: MmpConnector) -> None:
    """429 is surely not done; a creation whose task cannot be followed is unknown, and found by looking."""
    sandbox.fault("too-many", method="POST", count=1)
    with pytest.raises(Unavailable):
        mmp.send(user("anna"), "r")
    sandbox.fault("refuse", path="/tasks/")
    new = customer(webid="new")
    assert MmpConnector(timeout=5, patience=0.3).send(new, "r").verdict is Verdict.UNKNOWN
    sandbox.clear_faults()
    assert mmp.look_up(new, "r") is not None


def test_late_work_is_seen_after_settling(sandbox: Sandbox, mmp: MmpConnector) -> None:
    """A write that lands late is not there at once, but is when the portal has settled."""
    sandbox.fault("late", method="POST", count=1, seconds=0.8)
    assert mmp.send(user("anna"), "r").verdict is Verdict.UNKNOWN
    assert mmp.look_up(user("anna"), "r") is None
    time.sleep(0.85)
    assert mmp.look_up(user("anna"), "r") is not None


def test_seven_bad_of_two_hundred(sandbox: Sandbox, mmp: MmpConnector) -> None:
    """Of 200 users seven are refused with their words; a re-run touches exactly those seven."""
    mmp.send(action("mmp-bundle", {"customer": WEBID, "bundle": "Entry", "quantity": 200}), "r")
    bad = {7: {"extension": "99"}, 30: {"bundle": "Deluxe"}, 55: {"extension": "1001"}, 80: {"did": "+14015550190"},
           121: {"sip_user": "s001"}, 150: {"bundle": "Premier"}, 199: {"extension": "12345"}}  # fmt: skip
    wanted = [
        user(f"user{n:03d}", **({"extension": f"{1000 + n}", "bundle": "Entry", "sip_user": f"s{n:03d}", "mbg": "mbg1"}
                                | bad.get(n, {})))
        for n in range(200)
    ]  # fmt: skip
    assert _apply(mmp, wanted) == [f"user{n:03d}" for n in bad]
    assert len(_names(sandbox)) == 193
    sandbox.forget_requests()
    assert _apply(mmp, wanted) == [f"user{n:03d}" for n in bad]
    assert sandbox.requests["POST /mmp/users"] == 7
    mended = [user(one.body["user_name"], extension=f"{3000 + n}") if n in bad else one for n, one in enumerate(wanted)]
    sandbox.forget_requests()
    assert _apply(mmp, mended) == []
    assert sandbox.requests["POST /mmp/users"] == 7
    assert sandbox.truth()["doubled"] == []


def _apply(mmp: MmpConnector, wanted: list[Action]) -> list[str]:
    """Send what differs from what is observed; returns the keys that were refused, each with words."""
    seen = mmp.observe(wanted)
    refused = []
    for one in (compare(one, seen[one.id]) for one in wanted):
        if one.is_change:
            outcome = mmp.send(one, f"ref.{one.id}")
            assert outcome.verdict in (Verdict.DONE, Verdict.REJECTED)
            if outcome.verdict is Verdict.REJECTED:
                assert str(outcome.message)
                refused.append(one.key)
    return refused


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (action("mmp-trunk", {"id": "1"}), "MMP-RESOURCE"),
        (action("mmp-user", {"first_name": "Bob"}), "MMP-KEY"),
        (user("anna", "ask"), "MMP-OPERATION"),
    ],
)
def test_what_the_portal_does_not_know_is_not_sent(sandbox: Sandbox, mmp: MmpConnector, one: Any, code: str) -> None:
    """Unknown resources, missing keys and operations are refused before any request."""
    with pytest.raises(InputError, match=code):
        mmp.send(one, "r")
    assert sandbox.requests == {}


def test_without_an_address_a_person_works_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset, the name stands for a person; set, for the portal."""
    monkeypatch.delenv("ONBOARDING_MMP_URL", raising=False)
    assert isinstance(connect("mmp", tmp_path), ManualConnector)
    monkeypatch.setenv("ONBOARDING_MMP_URL", "https://mmp.example/mmp/v1")
    assert isinstance(connect("mmp", tmp_path), MmpConnector)


@pytest.mark.parametrize("setting", ["URL=http://mmp.example/", "SETTLE=soon", "TOKEN=two words"])
def test_settings_that_cannot_be_used_are_named(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    """Each is one clear error with the setting's name."""
    name, value = setting.split("=")
    monkeypatch.setenv(f"ONBOARDING_MMP_{name}", value)
    with pytest.raises(InputError, match=f"MMP-{name}"):
        connect("mmp", sandbox.folder).send(user("anna"), "r")

"""The management portal's simulator: every rule of its guide, and answers that keep to the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from onboarding.errors import InputError
from onboarding.sandbox.mmp_setup import VOICE
from onboarding.sandbox.records import Refused
from onboarding.sandbox.server import Sandbox
from tests.sandbox.gate import ContractGate

WEBID = "harbor"
Call = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, list[ContractGate], httpx.Client]]:
    gates: list[ContractGate] = []

    def gated(app: Any) -> ContractGate:
        gates.append(ContractGate(app, "mmp"))
        return gates[-1]

    with Sandbox(tmp_path_factory.mktemp("mmp"), middleware=gated) as running, httpx.Client(trust_env=False) as client:
        yield running, gates, client


@pytest.fixture
def sandbox(_running: tuple[Sandbox, list[ContractGate], httpx.Client]) -> Iterator[Sandbox]:
    """An empty simulator with one platform group and bundles for sale; no answer of it may break the contract."""
    running, gates, _ = _running
    running._open._link.executescript("DELETE FROM item; DELETE FROM effect; DELETE FROM setting;")
    running.forget_requests()
    running.mmp.do("set-task-seconds", seconds=0)
    running.mmp.do("add-platform", name="east")
    for name, phones in (("Entry", 1), ("Premier", 2)):
        running.mmp.do("add-bundle-type", name=name, phones=phones)
    yield running
    faults = [fault for gate in gates for fault in gate.answers if "NotFound(url=" not in fault]
    for gate in gates:
        gate.answers.clear()
        gate.requests.clear()
    assert faults == []


@pytest.fixture
def call(sandbox: Sandbox, _running: tuple[Sandbox, list[ContractGate], httpx.Client]) -> Call:
    """One request, as the service provider's administrator unless another token is given."""

    def send(method: str, path: str, body: Any = None, role: str = "sp-admin") -> httpx.Response:
        headers = {"Authorization": f"Bearer {sandbox.tokens.get(role, role)}"}
        if isinstance(body, dict):
            body = {"reference": "r", **body}
        return _running[2].request(method, sandbox.mmp_url + path, json=body, headers=headers)

    return send


def _customer(call: Call, webid: str = WEBID, **fields: Any) -> httpx.Response:
    body = {"webid": webid, "name": webid.title(), "platform": "east", "extension_length": 4}
    return call("POST", "/customers", body | fields)


def _bundle(call: Call, bundle: str = "Entry", quantity: int = 5, customer: str = WEBID) -> httpx.Response:
    return call("POST", "/bundles", {"customer": customer, "bundle": bundle, "quantity": quantity})


def _range(call: Call, start: int, end: int, customer: str = WEBID) -> httpx.Response:
    body = {"customer": customer, "start": f"+140155501{start:02d}", "end": f"+140155501{end:02d}"}
    return call("POST", "/did-ranges", body)


def _user(call: Call, name: str, customer: str = WEBID, **fields: Any) -> httpx.Response:
    body = {"customer": customer, "user_name": name, "first_name": name.title(), "last_name": "Roe"}
    return call("POST", "/users", body | fields)


def _id_of(call: Call, path: str, place: int = 0) -> str:
    return str(call("GET", path).json()["items"][place]["id"])


def _delete(call: Call, path: str) -> httpx.Response:
    return call("DELETE", f"{path}/{_id_of(call, path)}?reference=r")


def test_platform_groups_and_bundles_come_first(call: Call) -> None:
    """M-01, M-02: neither an unregistered platform group nor a bundle that is not for sale can be used."""
    assert _customer(call, platform="west").json()["code"] == "platform-unknown"
    assert _customer(call).status_code == 202
    assert _bundle(call, "Deluxe").json()["code"] == "bundle-unknown"
    assert _bundle(call).status_code == 201
    assert [group["name"] for group in call("GET", "/platform-groups").json()["items"]] == ["east"]
    assert [one["name"] for one in call("GET", "/bundle-types?name=Entry").json()["items"]] == ["Entry"]


def test_blueprint_steps_come_in_order_and_for_one_type_only(sandbox: Sandbox) -> None:
    """M-10..M-14: enable, register, blueprint, group; blueprints are refused for any other type of group."""
    do = sandbox.mmp.do
    manager = {"address": "pm.example", "user": "admin", "password": "canary-zqzq"}
    for what, fields in (
        ("register-platform-manager", manager),
        ("register-blueprint", {"name": "small"}),
        ("add-platform", {"name": "north", "blueprint": "small"}),
    ):
        with pytest.raises(Refused, match="first"):
            do(what, **fields)
    do("enable-platform-manager")
    with pytest.raises(Refused, match="Platform Manager first"):
        do("register-blueprint", name="small")
    do("register-platform-manager", **manager)
    do("register-blueprint", name="small")
    with pytest.raises(Refused, match=VOICE):
        do("add-platform", name="north", type="MiVoice 5000", blueprint="small")
    do("add-platform", name="north", blueprint="small")
    assert [group["name"] for group in sandbox.mmp.setup()["platform_groups"]] == ["east", "north"]
    with pytest.raises(InputError):
        do("paint-it")


@pytest.mark.parametrize("system", ["MiCollab", VOICE])
def test_a_platform_needs_both_links(call: Call, sandbox: Sandbox, system: str) -> None:
    """M-65, M-61: with either link down no customer is created and none is changed; with both up again they are."""
    _customer(call)
    sandbox.mmp.do("set-link", platform="east", system=system, is_up=False)
    assert _customer(call, "other").json()["code"] == "platform-unreachable"
    path = f"/customers/{_id_of(call, '/customers')}"
    assert call("PATCH", path, {"branding": "blue"}).json()["code"] == "platform-unreachable"
    assert call("GET", "/platform-groups").json()["items"][0]["links"][system] is False
    sandbox.mmp.do("set-link", platform="east", system=system, is_up=True)
    assert call("PATCH", path, {"branding": "blue"}).status_code == 200


def test_simple_tasks_go_on_and_referring_ones_wait(call: Call, sandbox: Sandbox) -> None:
    """M-17, M-18: while a customer is created, caller ids are taken and bundles wait for the task that is named."""
    sandbox.mmp.do("set-task-seconds", seconds=3600)
    task = _customer(call).json()
    assert (task["state"], task["doing"]) == ("running", "creating")
    assert call("POST", "/cpns", {"customer": WEBID, "number": "+14015550101", "name": "Main"}).status_code == 201
    for refused in (_bundle(call), _range(call, 1, 9), _user(call, "anna"), _delete(call, "/customers")):
        assert (refused.status_code, refused.json()["task"]) == (423, task["id"])
    assert call("GET", f"/customers/{task['subject']}").json()["state"] == "creating"
    sandbox.advance(3601)
    assert _bundle(call).status_code == 201
    assert call("GET", f"/tasks/{task['id']}").json()["state"] == "done"
    assert [one["id"] for one in call("GET", f"/tasks?customer={WEBID}").json()["items"]] == [task["id"]]


def test_a_task_that_fails_leaves_nothing(call: Call, sandbox: Sandbox) -> None:
    """A creation that fails in the background says why, and there is no customer."""
    sandbox.mmp.do("fail-next-task", message="No licence is left.")
    task = _customer(call).json()
    assert (task["state"], task["message"]) == ("failed", "No licence is left.")
    assert call("GET", "/customers").json()["items"] == []
    assert _customer(call).json()["state"] == "done"


def test_sip_names_are_unique_on_a_border_gateway(call: Call) -> None:
    """M-60: across customers, on the same gateway; on another one the name is free."""
    for webid in (WEBID, "other"):
        _customer(call, webid)
    assert _user(call, "anna", sip_user="1001", mbg="mbg1").status_code == 201
    assert _user(call, "bert", "other", sip_user="1001", mbg="MBG1").json()["code"] == "sip-taken"
    assert _user(call, "bert", "other", sip_user="1001", mbg="mbg2").status_code == 201
    path = f"/users/{_id_of(call, '/users?user_name=bert')}"
    assert call("PATCH", path, {"mbg": "mbg1"}).json()["code"] == "sip-taken"


@pytest.mark.parametrize(("length", "bundle", "status"), [(7, "Premier", 422), (7, "Entry", 201), (6, "Premier", 201)])
def test_long_extensions_and_several_phones(call: Call, length: int, bundle: str, status: int) -> None:
    """M-19: extensions of seven digits and a bundle of two phones give no user."""
    _customer(call, extension_length=length)
    assert _bundle(call, bundle).status_code == 201
    assert _user(call, "anna", bundle=bundle).status_code == status


@pytest.mark.parametrize(
    ("platform", "bundle", "status"),
    [
        ({"micollab_version": "8.0", "mivb_version": "8.0"}, {"needs_script": True}, 422),
        ({"micollab_version": "8.0", "mivb_version": "8.0", "has_script": True}, {"needs_script": True}, 201),
        ({"micollab_version": "9.0", "mivb_version": "8.0"}, {"needs_script": True}, 201),
        ({"micollab_version": "9.1.2.5"}, {"meetings": True}, 422),
        ({"micollab_version": "9.2"}, {"meetings": True}, 201),
    ],
)
def test_bundles_depend_on_versions(
    call: Call, sandbox: Sandbox, platform: dict[str, Any], bundle: dict[str, Any], status: int
) -> None:
    """M-55, M-57: script and MiTeam Meetings decide whether a bundle can be assigned."""
    sandbox.mmp.do("add-platform", name="old", **platform)
    sandbox.mmp.do("add-bundle-type", name="Special", **bundle)
    _customer(call, platform="old")
    assert _bundle(call, "Special").status_code == status


def test_ranges_do_not_overlap_and_stay_while_assigned(call: Call) -> None:
    """M-68, M-69: overlaps are refused, whoever's the range is; one number is a range; an assigned one stays."""
    for webid in (WEBID, "other"):
        _customer(call, webid)
    assert _range(call, 10, 19).status_code == 201
    for start, end, customer in ((19, 25, WEBID), (5, 10, "other"), (0, 50, "other"), (12, 12, WEBID)):
        assert _range(call, start, end, customer).json()["code"] == "overlap"
    assert _range(call, 30, 20).json()["code"] == "range-order"
    assert _range(call, 20, 20).status_code == 201
    assert _user(call, "anna", did="+14015550199").json()["code"] == "did-unknown"
    assert _user(call, "anna", did="+14015550112").status_code == 201
    assert _user(call, "bert", did="+14015550112").json()["code"] == "did-taken"
    assert _delete(call, "/did-ranges").json()["code"] == "in-use"
    assert call("PATCH", f"/users/{_id_of(call, '/users')}", {"did": None}).status_code == 200
    assert _delete(call, "/did-ranges").status_code == 204


def test_bundles_are_used_up(call: Call) -> None:
    """M-38: no more users of a bundle than were bought, and a bundle in use is not taken away."""
    _customer(call)
    _bundle(call, quantity=1)
    assert _user(call, "anna", bundle="Entry").status_code == 201
    assert _user(call, "bert", bundle="Entry").json()["code"] == "bundle-used-up"
    assert _delete(call, "/bundles").json()["code"] == "in-use"
    assert call("PATCH", f"/bundles/{_id_of(call, '/bundles')}", {"quantity": 2}).status_code == 200
    assert _user(call, "bert", bundle="Entry").status_code == 201


def test_extensions_have_the_customers_length(call: Call) -> None:
    """M-28: other lengths and taken extensions are refused; length and platform stay once they are set."""
    _customer(call)
    assert _user(call, "anna", extension="10011").json()["code"] == "extension-length"
    assert _user(call, "anna", extension="1001").status_code == 201
    assert _user(call, "bert", extension="1001").json()["code"] == "extension-taken"
    path = f"/customers/{_id_of(call, '/customers')}"
    assert call("PATCH", path, {"extension_length": 5}).json()["code"] == "fixed"
    assert call("PATCH", path, {"name": "Harbor", "contact": {"name": "Ana"}}).json()["contact"] == {"name": "Ana"}


def test_deletion_wipes_everywhere_and_its_web_id_needs_a_reboot(call: Call, sandbox: Sandbox) -> None:
    """M-72, M-23: users go from portal and platforms; the same web id cannot log in until the portal was rebooted."""
    for webid in (WEBID, "other"):
        _customer(call, webid)
    _range(call, 10, 19)
    _user(call, "anna", did="+14015550112")
    _user(call, "zoe1", "other")
    assert len(sandbox.truth()["mmp"]["platform-users"]) == 4
    assert _delete(call, "/customers").status_code == 202
    truth = sandbox.truth()["mmp"]
    assert [user["user_name"] for user in truth["users"]] == ["zoe1"]
    assert [user["user_name"] for user in truth["platform-users"]] == ["zoe1", "zoe1"]
    assert truth["did-ranges"] == []
    _customer(call)
    assert "Reboot" in call("GET", f"/customers?webid={WEBID}").json()["items"][0]["login_error"]
    sandbox.mmp.do("reboot")
    assert "login_error" not in call("GET", f"/customers?webid={WEBID}").json()["items"][0]


def test_a_demonstration_can_only_be_deleted(call: Call, sandbox: Sandbox) -> None:
    """M-73, M-77: conversion leaves the platforms as they are; afterwards everything but deletion is refused."""
    _customer(call)
    _user(call, "anna")
    path = f"/customers/{_id_of(call, '/customers')}"
    assert call("POST", f"{path}/demo-mode", {}).status_code == 202
    assert (call("GET", path).json()["mode"], sandbox.truth()["mmp"]["users"]) == ("demo", [])
    for refused in (
        call("PATCH", path, {"name": "Other"}), call("POST", f"{path}/demo-mode", {}), _user(call, "bert"),
        call("POST", "/cpns", {"customer": WEBID, "number": "+14015550101"}),
    ):  # fmt: skip
        assert refused.json()["code"] == "demo"
    assert _delete(call, "/customers").status_code == 202
    assert call("GET", "/customers").json()["items"] == []
    assert len(sandbox.truth()["mmp"]["platform-users"]) == 2


def test_every_customer_has_a_portal_of_its_own(call: Call) -> None:
    """M-15: the answer gives the address of the customer's portal, and no two are the same."""
    for webid in (WEBID, "other"):
        _customer(call, webid)
    urls = [customer["portal_url"] for customer in call("GET", "/customers").json()["items"]]
    assert len(set(urls)) == 2
    assert _customer(call, WEBID.upper()).status_code == 409


def test_secrets_are_never_returned(call: Call, sandbox: Sandbox) -> None:
    """A password given to the portal is nowhere to be read again, and none is taken with a user."""
    sandbox.mmp.do("enable-platform-manager")
    sandbox.mmp.do("register-platform-manager", address="pm.example", user="admin", password="canary-zqzq")
    _customer(call)
    assert _user(call, "anna", password="canary-zqzq").status_code == 422
    headers = {"Authorization": f"Bearer {sandbox.tokens['sp-admin']}"}
    setup = httpx.get(f"{sandbox.control_url}/mmp", headers=headers, trust_env=False).text
    assert "zqzq" not in json.dumps(sandbox.truth()) + setup + _user(call, "bert", password="canary-zqzq").text
    assert b"zqzq" not in b"".join(path.read_bytes() for path in sandbox.folder.iterdir() if path.is_file())


def test_only_its_own_token_opens_it(call: Call, sandbox: Sandbox) -> None:
    """The reseller portal's tokens are not known here, nor this one's there."""
    for role in ("reseller-admin", "support-engineer", "nobody"):
        assert call("GET", "/customers", role=role).status_code == 401
    headers = {"Authorization": f"Bearer {sandbox.tokens['sp-admin']}"}
    assert httpx.get(f"{sandbox.url}/users", headers=headers, trust_env=False).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/users?colour=red", None, 400), ("GET", "/users?limit=501", None, 400),
        ("POST", "/users", [], 422), ("POST", "/cpns", {"colour": "red"}, 422),
        ("POST", "/cpns", {"customer": "nobody", "number": "101"}, 422), ("GET", "/customers/cus-99", None, 404),
        ("PATCH", "/did-ranges/did-1", {}, 405), ("DELETE", "/cpns/cpn-1", None, 400), ("GET", "/trunks", None, 404),
        ("POST", "/users", {"customer": WEBID, "user_name": "abc", "first_name": "A", "last_name": "B"}, 422),
        ("PATCH", "/key-templates/ktp-9", {"reference": "r"}, 404),
    ],
)  # fmt: skip
def test_wrong_requests_are_refused_with_words(call: Call, method: str, path: str, body: Any, status: int) -> None:
    """Every mistake has its status and words."""
    answer = call(method, path, body)
    assert answer.status_code == status
    assert answer.json()["message"]


def test_key_templates_are_described_freely(call: Call) -> None:
    """M-47: what a template holds is kept as it was given; its key cannot be changed."""
    _customer(call)
    template = {"customer": WEBID, "name": "Front desk", "phone": "6930", "keys": ["speed 1001", "park"]}
    assert call("POST", "/key-templates", template).json()["keys"] == ["speed 1001", "park"]
    path = f"/key-templates/{_id_of(call, '/key-templates')}"
    assert call("PATCH", path, {"phone": "6940"}).json()["phone"] == "6940"
    assert call("PATCH", path, {"name": "Other"}).status_code == 422


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    """Customers, what was set up by hand, and a task under way are there after a restart."""
    sandbox = Sandbox(tmp_path)
    with sandbox, httpx.Client(trust_env=False) as client:
        sandbox.mmp.do("add-platform", name="east")
        sandbox.mmp.do("set-task-seconds", seconds=3600)
        headers = {"Authorization": f"Bearer {sandbox.tokens['sp-admin']}"}
        body = {"reference": "r", "webid": WEBID, "name": "Harbor", "platform": "east"}
        assert client.post(f"{sandbox.mmp_url}/customers", json=body, headers=headers).status_code == 202
    with sandbox:
        assert [task["state"] for task in sandbox.truth()["mmp"]["tasks"]] == ["running"]
        sandbox.advance(3601)
        assert [one["state"] for one in sandbox.truth()["mmp"]["customers"]] == ["active"]

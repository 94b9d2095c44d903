"""The portal's simulator: the provider's rules, who may do what, and answers that keep to the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from onboarding.errors import InputError, Rejected
from onboarding.sandbox.server import Sandbox
from tests.sandbox.gate import ContractGate

DOMAIN = "brightsmile.example"
ANNA = {"email": f"anna@{DOMAIN}", "first_name": "Anna", "last_name": "Lee"}
Call = Callable[..., httpx.Response]


@pytest.fixture
def gates() -> Iterator[list[ContractGate]]:
    """No answer of the simulator may break the contract, whatever was asked."""
    built: list[ContractGate] = []
    yield built
    assert [fault for gate in built for fault in gate.answers if "NotFound(url=" not in fault] == []


@pytest.fixture
def sandbox(tmp_path: Path, gates: list[ContractGate]) -> Iterator[Sandbox]:
    def gated(app: Any) -> ContractGate:
        gates.append(ContractGate(app))
        return gates[-1]

    with Sandbox(tmp_path / "sandbox", middleware=gated) as running:
        yield running


@pytest.fixture
def call(sandbox: Sandbox) -> Iterator[Call]:
    """One request to the portal, as the reseller's administrator unless another token is given."""
    with httpx.Client(trust_env=False) as client:

        def send(method: str, path: str, body: Any = None, role: str = "reseller-admin", **more: Any) -> httpx.Response:
            headers = {"Authorization": f"Bearer {sandbox.tokens.get(role, role)}"}
            return client.request(method, sandbox.url + path, json=body, headers=headers, **more)

        yield send


def _company(call: Call, *, is_dedicated: bool = False) -> httpx.Response:
    body = {"reference": "c", "name": "Bright Smile", "domain": DOMAIN,
            "administrator": {**ANNA, "is_dedicated": is_dedicated}}  # fmt: skip
    return call("POST", "/companies", body)


def _user(call: Call, name: str, **fields: Any) -> httpx.Response:
    body = {
        "reference": f"u.{name}",
        "company": DOMAIN,
        "email": f"{name}@{DOMAIN}",
        "first_name": name,
        "last_name": "R",
    }
    return call("POST", "/users", body | fields)


def _service(call: Call, name: str, service: str, role: str = "reseller-admin", **fields: Any) -> httpx.Response:
    body = {"reference": "s", "company": DOMAIN, "user": f"{name}@{DOMAIN}", "service": service, **fields}
    return call("POST", "/services", body, role)


def test_a_company_needs_an_administrator(call: Call) -> None:
    """Without one no company is created."""
    answer = call("POST", "/companies", {"reference": "c", "name": "B", "domain": DOMAIN})
    assert (answer.status_code, answer.json()["field"]) == (422, "administrator")


def test_an_ordinary_administrator_is_the_first_user(call: Call, sandbox: Sandbox) -> None:
    """Whoever is named and not dedicated is created with the company."""
    _company(call)
    assert [(user["email"], user["is_administrator"]) for user in sandbox.truth()["users"]] == [(ANNA["email"], True)]


def test_a_dedicated_administrator_has_no_services_and_no_bill(call: Call, sandbox: Sandbox) -> None:
    """A dedicated administrator is no user, gets no service, and no billing line names them."""
    _company(call, is_dedicated=True)
    for answer in (_user(call, "anna"), _service(call, "anna", "exchange", plan="Basic")):
        assert (answer.status_code, answer.json()["code"]) == (422, "administrator-dedicated")
    assert (sandbox.truth()["users"], sandbox.truth()["billing_lines"]) == ([], [])


@pytest.mark.parametrize("service", ["lync", "crm", "unified-messaging"])
def test_engineers_services_are_refused_to_resellers(call: Call, service: str) -> None:
    """403 with words, for services of users and for sites."""
    _company(call)
    answer = _service(call, "anna", service, number="+16175550101")
    assert (answer.status_code, "support engineer" in answer.json()["message"]) == (403, True)
    if service == "crm":
        site = {"reference": "s", "company": DOMAIN, "service": "crm", "title": "CRM"}
        assert call("POST", "/sites", site).status_code == 403
        assert call("POST", "/sites", site, "support-engineer").status_code == 201


def test_unified_messaging_comes_last(call: Call, sandbox: Sandbox) -> None:
    """It needs Exchange and Lync of the same user, Lync needs a number, and what it rests on cannot be removed."""
    _company(call)
    engineer = "support-engineer"
    assert "exchange and lync" in _service(call, "anna", "unified-messaging", engineer).json()["message"]
    mailbox = _service(call, "anna", "exchange", plan="Basic").json()
    assert _service(call, "anna", "lync", engineer, plan="Basic").json()["code"] == "number-missing"
    assert _service(call, "anna", "lync", engineer, plan="Basic", number="+16175550101").status_code == 201
    assert _service(call, "anna", "unified-messaging", engineer).status_code == 201
    assert call("DELETE", f"/services/{mailbox['id']}?reference=r").status_code == 409
    lines = call("GET", "/billing-lines", params={"company": DOMAIN, "limit": 2}).json()
    assert [line["service"] for line in lines["items"]] == ["exchange", "lync"]
    more = call("GET", "/billing-lines", params={"company": DOMAIN, "cursor": lines["next"]}).json()
    assert ([line["service"] for line in more["items"]], more["next"]) == (["unified-messaging"], None)


def test_numbers_and_extensions_are_taken_once(call: Call) -> None:
    """A second user cannot have the first one's number or extension."""
    _company(call)
    _user(call, "bob", extension="0100")
    assert _user(call, "carl", extension="0100").json()["code"] == "extension-taken"
    assert _user(call, "carl").status_code == 201
    _service(call, "bob", "lync", "support-engineer", plan="Basic", number="+16175550101")
    taken = _service(call, "carl", "lync", "support-engineer", plan="Basic", number="+16175550101")
    assert taken.json()["code"] == "number-taken"


def test_keys_are_unique_and_references_are_not(call: Call, sandbox: Sandbox) -> None:
    """Another key under the same reference is another user; the same key is refused in any spelling."""
    _company(call)
    assert _user(call, "bob", reference="same").status_code == 201
    assert _user(call, "carl", reference="same").status_code == 201
    assert _user(call, "BOB", reference="other").status_code == 409
    listed = call("GET", "/users", params={"reference": "same"}).json()["items"]
    assert [user["first_name"] for user in listed] == ["bob", "carl"]
    sandbox.lenient_keys = True
    assert _user(call, "bob").status_code == 201
    assert sandbox.truth()["doubled"] == [{"kind": "users", "key": f"bob@{DOMAIN}", "count": 2}]


def test_plans_are_held_against_the_list_when_given(tmp_path: Path) -> None:
    """With plans of its own the sandbox refuses others, and lists them."""
    with Sandbox(tmp_path, plans={"exchange": ["Gold"]}) as running:
        people = running.people()
        headers = {"Authorization": f"Bearer {running.tokens['reseller-admin']}"}
        body = {"reference": "c", "name": "B", "domain": DOMAIN, "administrator": {**ANNA, "is_dedicated": False}}
        httpx.post(f"{running.url}/companies", json=body, headers=headers, trust_env=False)
        plans = httpx.get(f"{running.url}/plans", headers=headers, trust_env=False).json()
        assert plans == {"items": [{"service": "exchange", "plan": "Gold"}], "next": None}
        with pytest.raises(Rejected, match="no plan Tin"):
            people.enable(DOMAIN, ANNA["email"], "exchange", plan="Tin")
        people.enable(DOMAIN, ANNA["email"], "exchange", plan="Gold")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/users?limit=0", None, 400), ("GET", "/users?limit=501", None, 400),
        ("GET", "/users?cursor=x", None, 400), ("GET", "/users?colour=red", None, 400),
        ("GET", "/users?" + "&".join(f"email=u{n}@x.example" for n in range(26)), None, 400),
        ("POST", "/users", [], 422), ("POST", "/users", {"reference": "r", "colour": "red"}, 422),
        ("POST", "/users", {"reference": 5}, 422), ("PATCH", "/users/usr-99", {"reference": "r", "site": "a"}, 404),
        ("PATCH", "/users/cmp-1", {"reference": "r", "site": "a"}, 404), ("DELETE", "/users/usr-1", None, 400),
        ("PATCH", "/users/usr-2", {"reference": "r"}, 422), ("DELETE", "/companies/cmp-1?reference=r", None, 409),
        ("GET", "/trunks", None, 404), ("PUT", "/users", {}, 405),
    ],
)  # fmt: skip
def test_wrong_requests_are_refused_with_words(call: Call, method: str, path: str, body: Any, status: int) -> None:
    """Every mistake has its status and words, as the contract says."""
    _company(call)
    answer = call(method, path, body)
    assert answer.status_code == status
    assert answer.json()["message"]


@pytest.mark.parametrize("content", [b"{", b"\xff"])
def test_a_body_that_is_no_json_is_refused(sandbox: Sandbox, content: bytes) -> None:
    """Broken JSON is the caller's mistake."""
    headers = {"Authorization": f"Bearer {sandbox.tokens['reseller-admin']}", "Content-Type": "application/json"}
    answer = httpx.post(f"{sandbox.url}/users", content=content, headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (400, "json")


@pytest.mark.parametrize("path", ["/users", "/../../_sandbox/truth"])
def test_only_its_tokens_open_it(call: Call, path: str) -> None:
    """Neither the portal nor its switches answer without a known token."""
    assert call("GET", path, role="nobody").status_code == 401


def test_people_import_and_enable_once(call: Call, sandbox: Sandbox) -> None:
    """An engineer imports a sheet by its titles and enables services; doing it again changes nothing."""
    _company(call)
    rows = [
        {"E-mail": f"u{n}@{DOMAIN}", "First name": "U", "Last name": str(n), "Extension": f"01{n:02d}"}
        for n in range(3)
    ]
    people = sandbox.people()
    assert (people.import_users(DOMAIN, rows), people.import_users(DOMAIN, rows)) == (3, 0)
    for _ in range(2):
        people.enable(DOMAIN, f"u0@{DOMAIN}", "lync", plan="Basic", number="+16175550101")
        people.enable(DOMAIN, f"u0@{DOMAIN}", "crm")
        people.create_site(DOMAIN, "crm", "Patients")
    truth = sandbox.truth()
    assert [len(truth[kind]) for kind in ("users", "services", "sites")] == [4, 2, 1]
    assert {effect["role"] for effect in truth["effects"][-6:]} == {"support-engineer"}
    with pytest.raises(InputError):
        sandbox.fault("earthquake")

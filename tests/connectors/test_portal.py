"""The portal's connector against the simulator, both checked against our contract by the gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from onboarding.connectors.portal import PortalConnector
from onboarding.connectors.rest import PAGE
from onboarding.domain.action import Verdict
from onboarding.errors import InputError, Unavailable
from onboarding.sandbox.rules import Portal
from onboarding.sandbox.server import Sandbox
from onboarding.sandbox.state import State
from tests.connectors.conftest import DOMAIN, action, company, service, user
from tests.sandbox.gate import ContractGate, contract


def test_the_contract_is_valid_and_says_whose_it_is() -> None:
    """Our contract is OpenAPI, and nobody can take it for a vendor's."""
    document = contract()
    validate(document)
    assert "not a vendor's contract" in document["info"]["x-owner"]


def test_the_gate_would_notice_a_misspelt_field(sandbox: Sandbox, gates: list[ContractGate]) -> None:
    """The gate is alive: a request with an unknown field is reported."""
    PortalConnector().send(user("bob", depatment="Front"), "r")
    assert len(gates[0].requests) == 1
    gates[0].requests.clear()


def test_everything_is_created_and_observed_in_its_own_terms(sandbox: Sandbox, portal: PortalConnector) -> None:
    """Each kind of resource is absent, created, and then observed as it was wanted."""
    wanted = [
        user("bob", site="Main", extension="0100", department="Front desk"),
        service("bob", "exchange", plan="Standard"),
        action("site", {"company": DOMAIN, "service": "sharepoint", "title": "Intranet", "plan": ""}),
    ]
    assert portal.observe(wanted) == {one.id: None for one in wanted}
    for one in wanted:
        outcome = portal.send(one, f"ref.{one.key}")
        assert outcome.verdict is Verdict.DONE, outcome
        assert outcome.observed == one.body
        assert outcome.reference
    assert portal.observe(wanted) == {one.id: one.body for one in wanted}
    assert portal.observe([company()]) == {company().id: company().body}


def test_what_differs_is_shown_as_it_is(portal: PortalConnector) -> None:
    """Observed values are the portal's own where they differ from what is wanted; case of a key does not count."""
    portal.send(user("bob", extension="0100"), "r")
    seen = portal.observe([user("BOB", extension="0200", department=None)])
    assert seen[user("BOB").id] == {
        "company": DOMAIN, "email": f"bob@{DOMAIN}", "first_name": "Bob", "last_name": "Roe",
        "extension": "0100", "department": None,
    }  # fmt: skip


def test_a_taken_key_is_done_when_the_same_is_there(sandbox: Sandbox, portal: PortalConnector) -> None:
    """Sending twice makes one user and both times done."""
    first, again = portal.send(user("bob"), "r1"), portal.send(user("bob"), "r2")
    assert (first.verdict, again.verdict) == (Verdict.DONE, Verdict.DONE)
    assert first.reference == again.reference
    assert sandbox.truth()["doubled"] == []


def test_a_taken_key_is_rejected_when_something_else_is_there(sandbox: Sandbox, portal: PortalConnector) -> None:
    """Another body under the same key is refused, naming the fields, and nothing is overwritten."""
    portal.send(user("bob", department="Lab"), "r1")
    outcome = portal.send(user("bob", department="Front"), "r2")
    assert outcome.verdict is Verdict.REJECTED
    assert "department" in str(outcome.message)
    assert sandbox.truth()["users"][-1]["department"] == "Lab"


def test_the_administrator_is_completed(sandbox: Sandbox, portal: PortalConnector) -> None:
    """The user a company is created with is filled in by the users' list; what is there is never overwritten."""
    anna = user("anna", last_name="Lee", site="Main", extension="0100")
    assert portal.look_up(anna, "r1") is None
    assert portal.send(anna, "r1").verdict is Verdict.DONE
    assert portal.send(user("anna", last_name="Other", site="Main"), "r2").verdict is Verdict.REJECTED
    assert [one["last_name"] for one in sandbox.truth()["users"]] == ["Lee"]


def test_a_change_sends_what_differs(sandbox: Sandbox, portal: PortalConnector) -> None:
    """A change sets and empties fields, is done without a write when it is so already, and needs a thing to change."""
    portal.send(user("bob", department="Lab", site="Main"), "r1")
    changed = user("bob", "change", department="Front", site="")
    assert portal.look_up(changed, "r2") is None
    assert portal.send(changed, "r2").verdict is Verdict.DONE
    sandbox.forget_requests()
    assert portal.send(changed, "r3").verdict is Verdict.DONE
    assert list(sandbox.requests) == ["GET /users"]
    kept = sandbox.truth()["users"][-1]
    assert (kept["department"], "site" in kept) == ("Front", False)
    assert portal.send(user("nobody", "change"), "r4").verdict is Verdict.REJECTED


def test_what_cannot_be_changed_is_said(portal: PortalConnector) -> None:
    """A company's administrator cannot be replaced through the portal."""
    other = {"email": f"zoe@{DOMAIN}", "first_name": "Zoe", "last_name": "Roe", "is_dedicated": False}
    body = {**company().body, "administrator": other}
    outcome = portal.send(action("company", body, "change"), "r")
    assert (outcome.verdict, "administrator" in str(outcome.message)) == (Verdict.REJECTED, True)


def test_a_removal_is_done_once_it_is_gone(sandbox: Sandbox, portal: PortalConnector) -> None:
    """Removing is refused while something depends on it, done afterwards, and done again when there is nothing."""
    portal.send(user("bob"), "r1")
    portal.send(service("bob", "exchange", plan="Basic"), "r2")
    gone = action("user", {"email": f"bob@{DOMAIN}"}, "remove")
    assert portal.send(gone, "r3").verdict is Verdict.REJECTED
    assert portal.look_up(gone, "r3") is None
    mailbox = action("service", {"user": f"bob@{DOMAIN}", "service": "exchange"}, "remove")
    assert portal.send(mailbox, "r4").verdict is Verdict.DONE
    assert portal.send(gone, "r5").verdict is Verdict.DONE
    assert portal.send(gone, "r6").verdict is Verdict.DONE
    outcome = portal.look_up(gone, "r5")
    assert outcome is not None
    assert outcome.verdict is Verdict.DONE


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (service("anna", "lync", plan="Basic", number="+16175550101"), "support engineer"),
        (service("anna", "exchange"), "plan"),
        (service("ghost", "exchange", plan="Basic"), "no user"),
        (user("bob", extension="12x"), "extension"),
    ],
)
def test_the_portals_refusal_is_shown(portal: PortalConnector, gates: list[ContractGate], one: Any, words: str) -> None:
    """4xx is rejected, with the portal's own words."""
    outcome = portal.send(one, "r")
    assert outcome.verdict is Verdict.REJECTED
    assert words in str(outcome.message)
    gates[0].requests.clear()


def test_an_expired_token_stops_and_can_be_resumed(
    sandbox: Sandbox, portal: PortalConnector, monkeypatch: pytest.MonkeyPatch, gates: list[ContractGate]
) -> None:
    """A token that is refused is nobody's rejection: nothing happened, and with a new one the same action is done."""
    good = sandbox.environment()["ONBOARDING_PORTAL_TOKEN"]
    monkeypatch.setenv("ONBOARDING_PORTAL_TOKEN", "expired")
    for attempt in (lambda: portal.send(user("bob"), "r"), lambda: portal.observe([user("bob")])):
        with pytest.raises(Unavailable, match="PORTAL-TOKEN"):
            attempt()
    monkeypatch.delenv("ONBOARDING_PORTAL_TOKEN")
    with pytest.raises(InputError, match="not set"):
        portal.send(user("bob"), "r")
    monkeypatch.setenv("ONBOARDING_PORTAL_TOKEN", good)
    assert portal.send(user("bob"), "r").verdict is Verdict.DONE


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (action("trunk", {"id": "1"}), "PORTAL-RESOURCE"),
        (action("user", {"first_name": "Bob"}), "PORTAL-KEY"),
        (user("bob", "ask"), "PORTAL-OPERATION"),
    ],
)
def test_what_the_portal_does_not_know_is_not_sent(
    sandbox: Sandbox, portal: PortalConnector, one: Any, code: str
) -> None:
    """Unknown resources, missing keys and operations are refused before any request."""
    with pytest.raises(InputError, match=code):
        portal.send(one, "r")
    assert sandbox.requests == {}


def test_odd_characters_stay_within_their_parameter(portal: PortalConnector) -> None:
    """A key is a value, whatever it holds: it reaches no other parameter and no other path."""
    for name in ("a&company=other", "a#b", "../companies", "a%2Fb", "ä+ö"):
        odd = user(name)
        assert portal.observe([odd]) == {odd.id: None}
        assert portal.send(odd, f"r&{name}").verdict is Verdict.DONE
        assert portal.observe([odd]) == {odd.id: odd.body}
        assert portal.look_up(odd, f"r&{name}") is not None


@pytest.fixture(scope="module")
def full_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox's folder with a company of 10,000 users."""
    folder = tmp_path_factory.mktemp("full")
    state = State(folder / "portal.sqlite")
    filled = Portal(state)
    with state.transaction():
        filled.create("companies", {"reference": "r", **company().body}, "reseller-admin")
        for number in range(10_000):
            filled.create("users", {"reference": "r", **user(f"u{number}").body}, "reseller-admin")
    state.close()
    return folder


def test_many_users_are_read_in_few_requests(full_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 users of a company cost its pages; as many without a company are asked for 25 at a time."""
    wanted = [user(f"u{number}") for number in range(2_000)]
    looked = [action("user", {"email": one.body["email"]}) for one in wanted]
    with Sandbox(full_folder) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        portal = PortalConnector()
        assert portal.observe(wanted) == {one.id: one.body for one in wanted}
        assert running.requests == {"GET /users": 10_001 // PAGE + 1}
        running.forget_requests()
        assert portal.observe(looked) == {one.id: one.body for one in looked}
        assert running.requests == {"GET /users": 2_000 // 25}


def test_paging_misses_none_while_rows_come_and_go(full_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With rows added and removed before every page, every other row of 10,000 is there, and none twice."""
    passed: list[str] = []
    others: list[str] = []

    def unsettled(app: Any) -> Any:
        def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
            at = len(passed)
            body = {"reference": "r", **user(f"new{at}").body}
            others.append(simulator.create("users", body, "reseller-admin")["id"])
            if at % 2:
                simulator.remove("users", others[at // 2], "r", "reseller-admin")
            passed.append(environ["QUERY_STRING"])
            return app(environ, start_response)

        return wrapped

    wanted = [user(f"u{number}") for number in range(10_000)]
    with Sandbox(full_folder, middleware=unsettled) as running:
        simulator = running._portal
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        portal = PortalConnector()
        items = [item["email"] for item in portal._pages("/users", {"company": DOMAIN})]
        seen = portal.observe(wanted)
    assert len(items) == len(set(items))
    assert {one.body["email"] for one in wanted} <= set(items)
    assert seen == {one.id: one.body for one in wanted}
    assert len(passed) > 40

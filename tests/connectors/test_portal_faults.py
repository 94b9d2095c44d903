"""Every way an attempt can fail, and what is known afterwards."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from onboarding.connectors.portal import PortalConnector
from onboarding.domain.action import Outcome, Verdict
from onboarding.errors import InputError, Rejected, Unavailable
from onboarding.sandbox.server import Sandbox
from tests.connectors.conftest import DOMAIN, user
from tests.faults.proxy import FaultProxy
from tests.sandbox.serve import served

# Fault -> whether the write took effect.
UNKNOWN_ENDS = {
    "refuse": False, "unavailable": False, "error": False, "time-out": False,
    "drop-reply": True, "slow-reply": True, "error-after": True,
}  # fmt: skip


def _is_there(sandbox: Sandbox, name: str) -> bool:
    return any(one["email"] == f"{name}@{DOMAIN}" for one in sandbox.truth()["users"])


@pytest.mark.parametrize(("kind", "has_effect"), UNKNOWN_ENDS.items())
def test_a_write_without_answer_is_unknown_until_looked_up(
    sandbox: Sandbox, portal: PortalConnector, hasty: PortalConnector, kind: str, has_effect: bool
) -> None:
    """One request goes out, its end is unknown, and the look-up tells whether it took effect."""
    sandbox.fault(kind, method="POST", seconds=5)
    outcome = (hasty if kind in ("time-out", "slow-reply") else portal).send(user("bob"), "r1")
    assert outcome.verdict is Verdict.UNKNOWN
    assert sandbox.requests == {"POST /users": 1}
    assert _is_there(sandbox, "bob") is has_effect
    sandbox.clear_faults()
    found = portal.look_up(user("bob"), "r1")
    assert (found is not None and found.verdict is Verdict.DONE) is has_effect


def test_too_many_requests_is_surely_not_done(sandbox: Sandbox, portal: PortalConnector) -> None:
    """429 to a write says that nothing happened; it is not repeated."""
    sandbox.fault("too-many", retry_after=7)
    with pytest.raises(Unavailable, match="7 s"):
        portal.send(user("bob"), "r1")
    assert sandbox.requests == {"POST /users": 1}


def test_a_late_effect_is_seen_after_settling(sandbox: Sandbox, portal: PortalConnector) -> None:
    """Work that lands late is not there at once, but is when the system has settled."""
    sandbox.fault("late", method="POST", count=1, seconds=1.5)
    assert portal.send(user("bob"), "r1").verdict is Verdict.UNKNOWN
    assert portal.look_up(user("bob"), "r1") is None
    while (found := portal.look_up(user("bob"), "r1")) is None:
        time.sleep(0.05)
    assert found.verdict is Verdict.DONE


def test_a_late_effect_and_another_attempt_make_two_where_keys_are_lenient(
    sandbox: Sandbox, portal: PortalConnector
) -> None:
    """Control: who does not wait doubles, and the sandbox shows it; a portal that guards its keys does not."""
    for name, is_lenient in (("bob", True), ("carl", False)):
        sandbox.lenient_keys = is_lenient
        sandbox.fault("late", method="POST", count=1, seconds=0.05)
        portal.send(user(name), "r1")
        portal.send(user(name), "r2")
        time.sleep(0.1)
        assert len(sandbox.truth()["doubled"]) == 1, name


def test_naive_repeating_doubles(sandbox: Sandbox, portal: PortalConnector) -> None:
    """Control: the same faults with a client that repeats by itself double, so the harness is alive."""
    sandbox.lenient_keys = True
    sandbox.seed(1)
    sandbox.fault("drop-reply", method="POST", probability=0.5)
    for number in range(10):
        while portal.send(user(f"u{number}"), f"r{number}").verdict is Verdict.UNKNOWN:
            pass
    assert len(sandbox.truth()["doubled"]) >= 2


def test_a_careful_client_never_doubles(sandbox: Sandbox, portal: PortalConnector) -> None:
    """Under half of all requests failing, looking up before every repeat leaves each user there once."""
    sandbox.lenient_keys = True
    sandbox.seed(2)
    for kind in ("drop-reply", "refuse", "error-after"):
        sandbox.fault(kind, method="POST", probability=0.25)
    for number in range(20):
        done: Outcome | None = None
        while done is None:
            outcome = portal.send(user(f"u{number}"), f"r{number}")
            done = outcome if outcome.verdict is Verdict.DONE else portal.look_up(user(f"u{number}"), f"r{number}")
    truth = sandbox.truth()
    assert truth["doubled"] == []
    assert len(truth["users"]) == 21


@pytest.mark.parametrize("kind", ["refuse", "error", "unavailable", "drop-reply", "too-many", "time-out"])
def test_a_read_is_tried_again(sandbox: Sandbox, portal: PortalConnector, hasty: PortalConnector, kind: str) -> None:
    """One failed read is repeated and answered."""
    sandbox.fault(kind, method="GET", count=1, seconds=5)
    assert (hasty if kind == "time-out" else portal).observe([user("bob")]) == {user("bob").id: None}
    assert sandbox.requests == {"GET /users": 2}


def test_retry_after_is_honoured(sandbox: Sandbox, portal: PortalConnector) -> None:
    """A read is never repeated earlier than the portal asks for."""
    sandbox.fault("too-many", count=1, retry_after=1)
    begin = time.monotonic()
    portal.observe([user("bob")])
    assert time.monotonic() - begin >= 1.0


def test_a_wait_longer_than_the_patience_ends_at_once(sandbox: Sandbox, portal: PortalConnector) -> None:
    """A Retry-After beyond the bounded total is not waited for."""
    sandbox.fault("unavailable", retry_after=3600)
    with pytest.raises(Unavailable, match="PORTAL-UNAVAILABLE"):
        portal.observe([user("bob")])
    assert sandbox.requests == {"GET /users": 1}


def test_a_storm_is_given_up(sandbox: Sandbox) -> None:
    """A portal that stays away is asked five times at the most, and no longer than the patience lasts."""
    sandbox.fault("refuse")
    with pytest.raises(Unavailable, match="cannot be used now"):
        PortalConnector(timeout=10, patience=0.5).observe([user("bob")])
    assert 1 <= sandbox.requests["GET /users"] <= 5


def test_a_closed_port_is_unavailable(sandbox: Sandbox, portal: PortalConnector) -> None:
    """Nothing was sent when nobody listens; after a restart on the same port everything is still there."""
    portal.send(user("bob"), "r1")
    sandbox.stop()
    for attempt in (lambda: portal.send(user("carl"), "r2"), lambda: portal.look_up(user("bob"), "r1")):
        with pytest.raises(Unavailable, match="PORTAL-UNAVAILABLE"):
            attempt()
    sandbox.start()
    assert portal.look_up(user("bob"), "r1") is not None
    assert portal.look_up(user("carl"), "r2") is None


@pytest.mark.parametrize(
    ("kind", "limits", "has_effect"),
    [
        ("drop-before", {}, False),
        ("hold", {"seconds": 1.5}, False),
        ("drop-after", {}, True),
        ("cut", {"bytes": 190}, True),
    ],
)
def test_a_spoilt_line_is_unknown(
    sandbox: Sandbox, point_at: Callable[..., PortalConnector], monkeypatch: pytest.MonkeyPatch,
    kind: str, limits: dict[str, float], has_effect: bool,
) -> None:  # fmt: skip
    """A connection that breaks under a write leaves its end unknown; a read is answered by the next one."""
    with FaultProxy(sandbox.port) as line:
        portal = point_at(f"http://127.0.0.1:{line.port}/api/v1", patience=30, timeout=1 if kind == "hold" else 10)
        monkeypatch.setenv("ONBOARDING_PORTAL_TOKEN", sandbox.environment()["ONBOARDING_PORTAL_TOKEN"])
        line.spoil(kind, **limits)
        outcome = portal.send(user("bob"), "r1")
        assert (outcome.verdict, line.connections) == (Verdict.UNKNOWN, 1)
        line.spoil(kind, **limits)
        assert (portal.look_up(user("bob"), "r1") is not None) is has_effect


def _answers(status: int, body: bytes = b"{}", **headers: str) -> Callable[[Request], Response]:
    return lambda request: Response(body, status, headers, mimetype="application/json")


@pytest.mark.parametrize(
    "answer",
    [
        _answers(201, b"<html>"), _answers(201, b""), _answers(201, b"[1]"), _answers(302, Location="http://x.example/"),
        _answers(408), _answers(500, b"\xff\xfe"), _answers(201, b"[" * 100_000),
        _answers(201, b'"' + b"x" * (17 * 2**20) + b'"'),
    ],
)  # fmt: skip
def test_an_unreadable_answer_to_a_write_is_unknown(
    point_at: Callable[..., PortalConnector], answer: Callable[[Request], Response]
) -> None:
    """Whatever cannot be read as the contract's answer leaves the end unknown."""
    with served(answer) as url:
        assert point_at(url).send(user("bob"), "r").verdict is Verdict.UNKNOWN


def test_redirects_are_refused(point_at: Callable[..., PortalConnector]) -> None:
    """No request, and so no token, ever follows a redirect to another host."""
    reached: list[str] = []

    def elsewhere(request: Request) -> Response:
        reached.append(request.path)
        return Response("{}")

    with served(elsewhere) as other, served(_answers(307, Location=f"{other}/users")) as url:
        portal = point_at(url)
        assert portal.send(user("bob"), "r").verdict is Verdict.UNKNOWN
        with pytest.raises(Rejected, match="PORTAL-REFUSED"):
            portal.observe([user("bob")])
    assert reached == []


@pytest.mark.parametrize(
    "page", [{"items": [], "next": "1"}, {"items": "none", "next": None}, {"items": [1], "next": None}, {"next": None}]
)
def test_lists_that_break_the_contract_are_refused(
    point_at: Callable[..., PortalConnector], page: dict[str, Any]
) -> None:
    """A list that repeats its cursor for ever, or holds no items, ends in one clear error."""
    with served(_answers(200, json.dumps(page).encode())) as url, pytest.raises(Rejected, match="PORTAL-CONTRACT"):
        point_at(url).observe([user("bob")])


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example/v1", "ftp://127.0.0.1/", "portal.example", "https://", "https://u:p@portal.example/",
        "https://portal.example/?token=1", "https://portal.example/#x", "http://127.0.0.1.portal.example/", "http://[",
    ],
)  # fmt: skip
def test_only_safe_addresses_are_used(point_at: Callable[..., PortalConnector], url: str) -> None:
    """Plain http leaves this machine never; credentials and queries have no place in a base address."""
    with pytest.raises(InputError, match="PORTAL-URL"):
        point_at(url)


@pytest.mark.parametrize("settle", ["soon", "-1", "nan", "1e9"])
def test_a_settle_time_must_be_seconds(
    point_at: Callable[..., PortalConnector], monkeypatch: pytest.MonkeyPatch, settle: str
) -> None:
    """A settle time that is no time is refused when the connector is made."""
    monkeypatch.setenv("ONBOARDING_PORTAL_SETTLE", settle)
    with pytest.raises(InputError, match="PORTAL-SETTLE"):
        point_at("https://portal.example/")


def test_an_unknown_certificate_is_never_accepted(
    point_at: Callable[..., PortalConnector], certificate: tuple[Path, Path]
) -> None:
    """A portal whose certificate nobody vouches for gets no request."""
    reached: list[str] = []

    def portal(request: Request) -> Response:
        reached.append(request.path)
        return Response("{}")

    with served(portal, certificate) as url, pytest.raises(Unavailable, match=r"(?i)certificate"):
        point_at(url).send(user("bob"), "r")
    assert reached == []


@contextmanager
def _every_end(portal: PortalConnector) -> Iterator[list[str]]:
    """Texts and reprs of whatever comes of a read and a write."""
    texts = [repr(portal), repr(vars(portal)), repr(portal._http.__dict__)]
    for attempt in (lambda: portal.send(user("bob"), "r"), lambda: portal.observe([user("bob")])):
        try:
            texts.append(repr(attempt()))
        except (Unavailable, Rejected, InputError) as error:
            chain: BaseException | None = error
            while chain is not None:
                texts += [str(chain), repr(chain), repr(chain.args), repr(vars(chain))]
                chain = chain.__cause__ or chain.__context__
    yield texts


@pytest.mark.parametrize("status", [0, 200, 201, 302, 400, 401, 403, 409, 422, 429, 500, 503])
def test_the_token_is_nowhere(
    point_at: Callable[..., PortalConnector], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:  # fmt: skip
    """A canary token appears in no error, outcome, repr or log, even when the portal repeats it in its own words."""
    caplog.set_level(logging.DEBUG)

    def tells(request: Request) -> Response:
        said = f"Bad token {request.headers['Authorization']}"
        return Response(json.dumps({"message": said}), status, {"Retry-After": "99"}, mimetype="application/json")

    with served(tells) as url:
        portal = point_at(url if status else "http://127.0.0.1:1/")
        monkeypatch.setenv("ONBOARDING_PORTAL_TOKEN", "canary-zqzq")
        with _every_end(portal) as texts:
            assert len(texts) > 3
    assert "zqzq" not in "".join(texts) + caplog.text


@pytest.mark.parametrize("token", ["canary zqzq", "canary-zqzqä", "canary\nzqzq", "canary\x00zqzq"])
def test_a_token_that_is_none_is_not_quoted(
    point_at: Callable[..., PortalConnector], monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    """A mangled token is refused before any library can quote it."""
    portal = point_at("http://127.0.0.1:1/")
    monkeypatch.setattr("os.environ", {**os.environ, "ONBOARDING_PORTAL_TOKEN": token})
    with pytest.raises(InputError, match="characters no token has") as caught:
        portal.send(user("bob"), "r")
    assert "zqzq" not in str(caught.value) + repr(caught.value.__context__)

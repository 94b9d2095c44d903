"""The portal's twin as a web application: our contract in front, the rules and the state behind, faults between."""

from __future__ import annotations

import hmac
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from onboarding.sandbox.faults import Fault, FaultKind, Faults
from onboarding.sandbox.rules import Portal, Refused
from onboarding.sandbox.state import State

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

API = "/api/v1"
PAGE, MOST = 100, 500
TOGETHER = 25
BODY_BYTES = 2**20

_ROUTES = Map(
    [
        Rule(f"{API}/<any(companies,users,services,sites):kind>", methods=["GET"], endpoint="list"),
        Rule(f"{API}/<any(companies,users,services,sites):kind>", methods=["POST"], endpoint="create"),
        Rule(f"{API}/<any(companies,users,services,sites):kind>/<identity>", methods=["PATCH"], endpoint="change"),
        Rule(f"{API}/<any(companies,users,services,sites):kind>/<identity>", methods=["DELETE"], endpoint="remove"),
        Rule(f"{API}/billing-lines", methods=["GET"], endpoint="billing"),
        Rule(f"{API}/plans", methods=["GET"], endpoint="plans"),
    ]
)
# The filter that may be repeated, and the others.
_FILTERS = {
    "companies": ("domain", ("reference",)),
    "users": ("email", ("company", "reference")),
    "services": ("user", ("company", "service", "reference")),
    "sites": ("company", ("service", "reference")),
    "billing": ("", ("company",)),
    "plans": ("", ("service",)),
}


@dataclass(frozen=True, slots=True)
class _Call:
    """One operation with all it needs, so that it can be kept and done later."""

    operation: str
    kind: str
    identity: str
    role: str
    body: Any
    reference: str = ""


class PortalApp:
    """WSGI application. ``tokens`` maps a role to its bearer token, ``latency`` is the seconds every answer takes.

    ``control`` answers everything under ``/_sandbox/``; no fault ever meets it.
    """

    def __init__(
        self,
        state: State,
        portal: Portal,
        tokens: Mapping[str, str],
        faults: Faults,
        latency: float,
        control: Callable[[Request], Response],
    ) -> None:
        self._state = state
        self._portal = portal
        self._tokens = dict(tokens)
        self._faults = faults
        self._control = control
        self.latency = latency
        self.requests: Counter[str] = Counter()
        self._under_way = 0
        self._counting = threading.Condition()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let go of everything that is held, and wait for what is under way."""
        self._stopping.set()
        with self._counting:
            self._counting.wait_for(lambda: self._under_way == 0, timeout=5)

    def land(self) -> None:
        """Do the postponed work whose time has come."""
        for fields in self._state.take_due(time.time()):
            try:
                self._work(_Call(**fields))
            except Refused:
                continue  # it fails where nobody hears it any more

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._stopping.is_set():
            raise ConnectionAbortedError("stopping")
        with self._counting:
            self._under_way += 1
        try:
            return self._respond(Request(environ))(environ, start_response)
        finally:
            with self._counting:
                self._under_way -= 1
                self._counting.notify_all()

    def _respond(self, request: Request) -> Response:
        request.max_content_length = BODY_BYTES
        try:
            if request.path.startswith("/_sandbox/"):
                self._role(request)
                return self._control(request)
            return self._answer(request)
        except Refused as refusal:
            return _problem(refusal)
        except HTTPException as error:
            return _problem(Refused(error.code or 500, "http", error.description or "It cannot be read."))

    def _answer(self, request: Request) -> Response:
        with self._counting:
            self.requests[f"{request.method} {request.path.removeprefix(API)}"] += 1
        self._stopping.wait(self.latency)
        self.land()
        fault = self._faults.draw(request.method, request.path)
        if fault and (early := self._before(fault)):
            return early
        call = self._read(request)
        if fault and fault.kind is FaultKind.LATE and call.operation != "list":
            fields = {name: getattr(call, name) for name in _Call.__slots__}
            self._state.postpone(time.time() + fault.seconds, fields)
            raise ConnectionAbortedError("late")
        response = self._list(call.kind, request) if call.operation == "list" else self._work(call)
        return self._after(fault, response) if fault else response

    def _before(self, fault: Fault) -> Response | None:
        if fault.kind is FaultKind.REFUSE:
            raise ConnectionAbortedError("refused")
        if fault.kind is FaultKind.TIME_OUT:
            self._stopping.wait(fault.seconds)
            raise ConnectionAbortedError("timed out")
        early = {
            FaultKind.UNAVAILABLE: Refused(503, "unavailable", "The portal is closed for maintenance."),
            FaultKind.TOO_MANY: Refused(429, "too-many", "Too many requests."),
            FaultKind.ERROR: Refused(500, "error", "Something broke before the work."),
        }.get(fault.kind)
        if early is None:
            return None
        response = _problem(early)
        if fault.retry_after is not None:
            response.headers["Retry-After"] = str(fault.retry_after)
        return response

    def _after(self, fault: Fault, response: Response) -> Response:
        if fault.kind is FaultKind.DROP_REPLY:
            raise ConnectionAbortedError("reply dropped")
        if fault.kind is FaultKind.SLOW_REPLY:
            self._stopping.wait(fault.seconds)
        if fault.kind is FaultKind.ERROR_AFTER:
            return _problem(Refused(500, "error", "Something broke after the work."))
        return response

    def _read(self, request: Request) -> _Call:
        endpoint, values = _ROUTES.bind_to_environ(request.environ).match()
        role = self._role(request)
        if request.method == "GET":
            return _Call("list", values.get("kind", endpoint), "", role, None)
        body: Any = None
        if request.method in ("POST", "PATCH"):
            try:
                body = json.loads(request.get_data())
            except (ValueError, RecursionError):
                raise Refused(400, "json", "The body is not JSON.") from None
        reference = request.args.get("reference", "")
        if request.method == "DELETE" and not reference:
            raise Refused(400, "invalid", "A reference is missing.", "reference")
        return _Call(str(endpoint), values["kind"], values.get("identity", ""), role, body, reference)

    def _work(self, call: _Call) -> Response:
        if call.operation == "create":
            return _json(self._portal.create(call.kind, call.body, call.role), 201)
        if call.operation == "change":
            return _json(self._portal.change(call.kind, call.identity, call.body, call.role), 200)
        self._portal.remove(call.kind, call.identity, call.reference, call.role)
        return Response(status=204)

    def _list(self, kind: str, request: Request) -> Response:
        several, others = _FILTERS[kind]
        unknown = set(request.args) - {several, *others, "limit", "cursor"}
        if unknown:
            raise Refused(400, "invalid", f"There is no filter {min(unknown)}.", min(unknown))
        limit, after = _bounded(request, "limit", PAGE, MOST), _bounded(request, "cursor", 0, 2**62)
        wanted = {name: request.args.get(name, "") for name in others}
        holders = request.args.getlist(several) if several else []
        if len(holders) > TOGETHER:
            raise Refused(400, "invalid", f"At most {TOGETHER} at a time.", several)
        if kind == "plans":
            items = [{"id": f"pln-{at}", **plan} for at, plan in enumerate(self._portal.plans(**wanted), start=1)]
            items = [item for item in items if _number(item) > after][: limit + 1]
        elif kind == "billing":
            items = self._portal.billing_lines(wanted["company"], after, limit + 1)
        else:
            items = self._portal.listed(kind, holders=holders, after=after, limit=limit + 1, **wanted)
        following = str(_number(items[limit - 1])) if len(items) > limit else None
        shown = [{name: value for name, value in item.items() if kind != "plans" or name != "id"} for item in items]
        return _json({"items": shown[:limit], "next": following}, 200)

    def _role(self, request: Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        for role, known in self._tokens.items():
            if scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), known.encode()):
                return role
        raise Refused(401, "token", "The token is missing or not known.")


def _bounded(request: Request, name: str, default: int, most: int) -> int:
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and (default == 0 or int(text) > 0) and int(text) <= most):
        raise Refused(400, "invalid", f"{name} cannot be used.", name)
    return int(text)


def _number(item: Mapping[str, Any]) -> int:
    return int(str(item["id"]).partition("-")[2])


def _json(value: object, status: int) -> Response:
    return Response(json.dumps(value), status=status, mimetype="application/json")


def _problem(refusal: Refused) -> Response:
    return _json(refusal.problem(), refusal.status)

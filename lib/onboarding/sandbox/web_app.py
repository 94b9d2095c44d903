"""The sandbox's web application: simulators behind one door, faults between, what was asked counted."""

from __future__ import annotations

import hmac
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from onboarding.sandbox.faults import Fault, FaultKind, Faults
from onboarding.sandbox.records import Refused
from onboarding.sandbox.simulators import Call, Simulator, answered
from onboarding.sandbox.state import State

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY_BYTES = 2**20


@dataclass(eq=False)
class SimulatorApp:
    """WSGI application.

    ``simulators`` stand under their base, ``tokens`` maps a role to its bearer token, ``latency`` is the seconds every
    answer takes. ``control`` answers everything under ``/_sandbox/``; no fault ever meets it.
    """

    state: State
    simulators: Mapping[str, Simulator]
    tokens: Mapping[str, str]
    faults: Faults
    latency: float
    control: Callable[[Request], Response]
    requests: Counter[str] = field(default_factory=Counter)
    _under_way: int = 0
    _counting: threading.Condition = field(default_factory=threading.Condition)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """Release everything that is waiting, and wait for what is under way."""
        self._stopping.set()
        with self._counting:
            self._counting.wait_for(lambda: self._under_way == 0, timeout=5)

    def land(self) -> None:
        """Do the postponed work whose time has come."""
        for fields in self.state.take_due(time.time()):
            with suppress(Refused):  # it fails where nobody hears it any more
                call = Call(**fields)
                self.simulators[call.base].work(call)

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
                self._role(request, self.tokens)
                return self.control(request)
            return self._answer(request)
        except Refused as refusal:
            return _problem(refusal)
        except HTTPException as error:
            return _problem(Refused(error.code or 500, "http", error.description or "It cannot be read."))

    def _answer(self, request: Request) -> Response:
        simulator = next((one for base, one in self.simulators.items() if request.path.startswith(f"{base}/")), None)
        with self._counting:
            path = simulator.label + request.path.removeprefix(simulator.base) if simulator else request.path
            self.requests[f"{request.method} {path}"] += 1
        self._stopping.wait(self.latency)
        self.land()
        fault = self.faults.draw(request.method, request.path)
        if fault and (early := self._before(fault)):
            return early
        if simulator is None:
            raise NotFound
        call = self._read(simulator, request)
        if fault and fault.kind is FaultKind.LATE and request.method != "GET":
            self.state.postpone(time.time() + fault.seconds, asdict(call))
            raise ConnectionAbortedError("late")
        response = simulator.show(call, request) if request.method == "GET" else simulator.work(call)
        return self._after(fault, response) if fault else response

    def _before(self, fault: Fault) -> Response | None:
        if fault.kind is FaultKind.REFUSE:
            raise ConnectionAbortedError("refused")
        if fault.kind is FaultKind.TIME_OUT:
            self._stopping.wait(fault.seconds)
            raise ConnectionAbortedError("timed out")
        refused = {
            FaultKind.UNAVAILABLE: Refused(503, "unavailable", "The portal is closed for maintenance."),
            FaultKind.TOO_MANY: Refused(429, "too-many", "Too many requests."),
            FaultKind.ERROR: Refused(500, "error", "Something broke before the work."),
        }.get(fault.kind)
        return _problem(refused, fault.retry_after) if refused else None

    def _after(self, fault: Fault, response: Response) -> Response:
        if fault.kind is FaultKind.DROP_REPLY:
            raise ConnectionAbortedError("reply dropped")
        if fault.kind is FaultKind.SLOW_REPLY:
            self._stopping.wait(fault.seconds)
        if fault.kind is FaultKind.ERROR_AFTER:
            return _problem(Refused(500, "error", "Something broke after the work."))
        return response

    def _read(self, simulator: Simulator, request: Request) -> Call:
        endpoint, values = simulator.routes.bind_to_environ(request.environ).match()
        role = self._role(request, simulator.roles)
        kind, identity = values.get("kind", str(endpoint)), values.get("identity", "")
        body: Any = None
        if request.method in ("POST", "PATCH"):
            try:
                body = json.loads(request.get_data())
            except (ValueError, RecursionError):
                raise Refused(400, "json", "The body is not JSON.") from None
        reference = request.args.get("reference", "")
        if request.method == "DELETE" and not reference:
            raise Refused(400, "invalid", "A reference is missing.", "reference")
        return Call(simulator.base, str(endpoint), kind, identity, role, body, reference)

    def _role(self, request: Request, allowed: Iterable[str]) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        for role in allowed:
            if scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), self.tokens[role].encode()):
                return role
        raise Refused(401, "token", "The token is missing or not known.")


def _problem(refusal: Refused, retry_after: int | None = None) -> Response:
    response = answered(refusal.problem(), refusal.status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response

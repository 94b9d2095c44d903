"""The sandbox's own interface under ``/_sandbox/``: truth, faults, clock, switches, mail. Any token opens it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from onboarding.errors import InputError
from onboarding.sandbox.faults import Faults
from onboarding.sandbox.mmp_rules import Mmp
from onboarding.sandbox.rules import Refused


class Switched(Protocol):
    """What can be seen and switched of a running sandbox; `server.Sandbox` describes each."""

    faults: Faults
    mmp: Mmp
    latency: float
    lenient_keys: bool

    @property
    def requests(self) -> dict[str, int]: ...

    def truth(self) -> dict[str, Any]: ...

    def forget_requests(self) -> None: ...

    def fault(self, kind: str, **limits: Any) -> None: ...

    def clear_faults(self) -> None: ...

    def seed(self, number: int) -> None: ...

    def now(self) -> datetime: ...

    def move_to(self, instant: datetime | str) -> None: ...

    def advance(self, seconds: float) -> None: ...

    def mails(self) -> list[Path]: ...


METHODS = {
    "truth": ["GET"], "requests": ["GET", "DELETE"], "faults": ["GET", "POST", "DELETE"], "clock": ["GET", "POST"],
    "switches": ["GET", "POST"], "mmp": ["GET", "POST"], "mails": ["GET"],
}  # fmt: skip
"""What can be asked for, and how."""


class Control:
    """Answers control requests by calling the sandbox's own methods."""

    def __init__(self, sandbox: Switched) -> None:
        self._sandbox = sandbox

    def __call__(self, request: Request) -> Response:
        name, method = request.path.removeprefix("/_sandbox/"), request.method
        if name not in METHODS:
            raise NotFound
        try:
            body = json.loads(request.get_data() or b"{}")
            if method not in METHODS[name]:
                raise MethodNotAllowed(METHODS[name])
            shown = getattr(self, f"_{name}")(method, body if isinstance(body, dict) else {})
        except (ValueError, TypeError) as error:
            words = error.message if isinstance(error, InputError) else "The body cannot be used."
            raise Refused(400, "invalid", words) from None
        return Response(json.dumps(shown), mimetype="application/json")

    def _truth(self, method: str, body: dict[str, Any]) -> object:
        return self._sandbox.truth()

    def _requests(self, method: str, body: dict[str, Any]) -> object:
        if method == "DELETE":
            self._sandbox.forget_requests()
        return self._sandbox.requests

    def _faults(self, method: str, body: dict[str, Any]) -> object:
        if method == "DELETE":
            self._sandbox.clear_faults()
        elif "seed" in body:
            self._sandbox.seed(int(body["seed"]))
        elif method == "POST":
            self._sandbox.fault(**body)
        return self._sandbox.faults.describe()

    def _clock(self, method: str, body: dict[str, Any]) -> object:
        if "now" in body:
            self._sandbox.move_to(str(body["now"]))
        elif "advance" in body:
            self._sandbox.advance(float(body["advance"]))
        return {"now": self._sandbox.now().isoformat()}

    def _switches(self, method: str, body: dict[str, Any]) -> object:
        if "lenient_keys" in body:
            self._sandbox.lenient_keys = bool(body["lenient_keys"])
        if "latency" in body:
            self._sandbox.latency = float(body["latency"])
        return {"lenient_keys": self._sandbox.lenient_keys, "latency": self._sandbox.latency}

    def _mmp(self, method: str, body: dict[str, Any]) -> object:
        if method == "POST":
            self._sandbox.mmp.do(str(body.pop("do", "")), **body)
        return self._sandbox.mmp.setup()

    def _mails(self, method: str, body: dict[str, Any]) -> object:
        return [path.name for path in self._sandbox.mails()]

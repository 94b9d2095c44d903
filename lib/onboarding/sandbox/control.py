"""The sandbox's own interface under ``/_sandbox/``: truth, faults, clock, switches, mail. Any token opens it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from onboarding.errors import InputError
from onboarding.sandbox.faults import Faults, fault_from
from onboarding.sandbox.mail_server import MailFault, MailServer
from onboarding.sandbox.mmp_rules import Mmp
from onboarding.sandbox.records import Refused
from onboarding.sandbox.rules import Portal
from onboarding.sandbox.state import State
from onboarding.sandbox.web_app import SimulatorApp

METHODS = {
    "truth": ["GET"], "requests": ["GET", "DELETE"], "faults": ["GET", "POST", "DELETE"], "clock": ["GET", "POST"],
    "switches": ["GET", "POST"], "mmp": ["GET", "POST"], "mails": ["GET"],
}  # fmt: skip
"""What can be asked for, and how."""


class Switches:
    """What can be seen and switched of a running sandbox. ``mmp`` is the management portal, for its people's work."""

    faults: Faults
    mmp: Mmp
    _portal: Portal
    _app: SimulatorApp
    _mail: MailServer
    _state: State | None

    def mails(self) -> list[Path]:
        """Mails that came, oldest first."""
        return self._mail.mails()

    def fault(self, kind: str, **limits: Any) -> None:
        """Switch a fault on; ``limits`` are the fields of `faults.Fault`. Raises InputError."""
        self.faults.add(fault_from({"kind": kind, **limits}))

    def clear_faults(self) -> None:
        self.faults.clear()
        self._mail.fault = None

    def mail_fault(self, kind: str) -> None:
        """What goes wrong with every mail from now on: a value of `mail.MailFault`."""
        self._mail.fault = MailFault(kind)

    def seed(self, number: int) -> None:
        """Begin the faults' sequence of chances anew."""
        self.faults.seed(number)

    @property
    def latency(self) -> float:
        return self._app.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._app.latency = max(0.0, seconds)

    @property
    def lenient_keys(self) -> bool:
        """Whether the portal takes a natural key twice, so that a careless client can be seen doubling."""
        return self._portal.is_lenient

    @lenient_keys.setter
    def lenient_keys(self, is_lenient: bool) -> None:
        self._open.set("lenient_keys", is_lenient)

    def now(self) -> datetime:
        """The sandbox's own instant."""
        return self._open.now()

    def move_to(self, instant: datetime | str) -> None:
        """Set the sandbox's clock; it runs on from there. Raises InputError for what is no instant."""
        try:
            moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        except ValueError:
            raise InputError("SANDBOX-CLOCK", "This is no instant.", "Write 2030-01-31T09:00:00+00:00.") from None
        self._open.move_to(moment if moment.tzinfo else moment.replace(tzinfo=UTC))

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock on."""
        self._open.move_to(self.now() + timedelta(seconds=seconds))

    @property
    def requests(self) -> dict[str, int]:
        """``GET /users`` and the like -> number of requests since the start or `forget_requests`."""
        return dict(self._app.requests)

    def forget_requests(self) -> None:
        self._app.requests.clear()

    def truth(self) -> dict[str, Any]:
        """Everything the portals hold, what was done to them, and the natural keys that are there twice."""
        self._app.land()
        return {
            **{kind: self._portal.listed(kind) for kind in self._portal.kinds},
            "billing_lines": self._portal.billing_lines(),
            "mmp": {kind: self.mmp.listed(kind) for kind in self.mmp.kinds},
            "effects": self._open.effects(),
            "doubled": self._open.doubled(),
        }

    # -- over HTTP -----------------------------------------------------------------------------------------

    def control(self, request: Request) -> Response:
        """The answer to a request under ``/_sandbox/``. Raises Refused for what it cannot use."""
        name, method = request.path.removeprefix("/_sandbox/"), request.method
        if name not in METHODS:
            raise NotFound
        try:
            body = json.loads(request.get_data() or b"{}")
            if method not in METHODS[name]:
                raise MethodNotAllowed(METHODS[name])
            shown = getattr(self, f"_show_{name}")(method, body if isinstance(body, dict) else {})
        except (ValueError, TypeError) as error:
            words = error.message if isinstance(error, InputError) else "The body cannot be used."
            raise Refused(400, "invalid", words) from None
        return Response(json.dumps(shown), mimetype="application/json")

    def _show_truth(self, method: str, body: dict[str, Any]) -> object:
        return self.truth()

    def _show_requests(self, method: str, body: dict[str, Any]) -> object:
        if method == "DELETE":
            self.forget_requests()
        return self.requests

    def _show_faults(self, method: str, body: dict[str, Any]) -> object:
        if method == "DELETE":
            self.clear_faults()
        elif "seed" in body:
            self.seed(int(body["seed"]))
        elif method == "POST":
            self.fault(**body)
        return self.faults.describe()

    def _show_clock(self, method: str, body: dict[str, Any]) -> object:
        if "now" in body:
            self.move_to(str(body["now"]))
        elif "advance" in body:
            self.advance(float(body["advance"]))
        return {"now": self.now().isoformat()}

    def _show_switches(self, method: str, body: dict[str, Any]) -> object:
        if "lenient_keys" in body:
            self.lenient_keys = bool(body["lenient_keys"])
        if "latency" in body:
            self.latency = float(body["latency"])
        return {"lenient_keys": self.lenient_keys, "latency": self.latency}

    def _show_mmp(self, method: str, body: dict[str, Any]) -> object:
        if method == "POST":
            self.mmp.do(str(body.pop("do", "")), **body)
        return self.mmp.setup()

    def _show_mails(self, method: str, body: dict[str, Any]) -> object:
        return [path.name for path in self.mails()]

    @property
    def _open(self) -> State:
        if self._state is None:
            raise InputError("SANDBOX-STOPPED", "The sandbox does not run.", "Start it first.")
        return self._state

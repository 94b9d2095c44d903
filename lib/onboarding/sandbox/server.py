"""The sandbox: the portal's simulator and a mail server on loopback, with state that survives being killed."""

from __future__ import annotations

import json
import signal
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from onboarding import settings
from onboarding.errors import InputError
from onboarding.files import write_atomically
from onboarding.sandbox.app import SimulatorApp
from onboarding.sandbox.control import Control
from onboarding.sandbox.faults import Faults, fault_from
from onboarding.sandbox.folder import json_object, tokens_of
from onboarding.sandbox.mail import MailFault, MailServer
from onboarding.sandbox.mmp import MMP_API, MmpSimulator
from onboarding.sandbox.mmp_rules import SP_ADMIN, Mmp
from onboarding.sandbox.mmp_tasks import KINDS
from onboarding.sandbox.people import PeopleClient
from onboarding.sandbox.portal import API, PortalSimulator
from onboarding.sandbox.rules import ENGINEER, RESELLER, Portal, shown
from onboarding.sandbox.state import State

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LOOPBACK = "127.0.0.1"


class Sandbox:
    """Simulators of the outside systems over one ``folder``, which keeps state, tokens, ports and mails.

    A port of 0 is the one used last time when it is free, else any. ``latency`` is the seconds every answer takes.
    ``plans`` (service -> plan names) are enforced when given. ``middleware`` wraps the whole application. ``mmp`` is
    the management portal, for what its people set up by hand.
    Use it as a context manager, or call `start` and `stop`. Raises Busy when the folder is in use, InputError for a
    port that is taken.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        smtp_port: int = 0,
        latency: float = 0.0,
        *,
        plans: Mapping[str, Sequence[str]] | None = None,
        middleware: Callable[[WSGIApplication], WSGIApplication] = lambda app: app,
    ) -> None:
        self.folder = folder
        self._wanted = {"port": port, "smtp_port": smtp_port}
        self._latency = latency
        self._plans = plans
        self._middleware = middleware
        self.faults = Faults()
        self.tokens: dict[str, str] = {}
        self.port = self.smtp_port = 0
        self._state: State | None = None

    # -- running -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Open the state and answer requests from a thread of its own."""
        self.folder.mkdir(parents=True, exist_ok=True)
        state = State(self.folder / "portal.sqlite")
        try:
            self.tokens = tokens_of(self.folder / "tokens.json")
            listening, mailing = self._sockets()
        except BaseException:
            state.close()
            raise
        self._state = state
        self._portal = Portal(state, self._plans)
        self.mmp = Mmp(state)
        simulators = (PortalSimulator(self._portal), MmpSimulator(self.mmp))
        self._app = SimulatorApp(state, simulators, self.tokens, self.faults, self._latency, Control(self))
        with listening:
            self._server: BaseWSGIServer = make_server(
                LOOPBACK, self.port, self._middleware(self._app), threaded=True, request_handler=_Handler,
                fd=listening.fileno(),
            )  # fmt: skip
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="sandbox-portal", daemon=True
        )
        self._mail = MailServer(self.folder / "mail", mailing)
        self._mail.start()
        self._thread.start()

    def stop(self) -> None:
        """Answer nothing more; the state stays in its folder. A client now finds the port closed."""
        if self._state is None:
            return
        self._app.stop()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._mail.stop()
        self._state.close()
        self._state = None

    def serve_forever(self) -> None:
        """Run until interrupted or told to terminate; only in the main thread."""
        asked = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            asked.set()

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with self:
                asked.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- how to reach it -----------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Base URL of the portal."""
        return f"http://{LOOPBACK}:{self.port}{API}"

    @property
    def mmp_url(self) -> str:
        """Base URL of the management portal."""
        return f"http://{LOOPBACK}:{self.port}{MMP_API}"

    @property
    def control_url(self) -> str:
        """Base URL of the switches."""
        return f"http://{LOOPBACK}:{self.port}/_sandbox"

    def environment(self) -> dict[str, str]:
        """The settings that point the product at this sandbox, as the administrator of each portal."""
        return {
            settings.PORTAL_URL.name: self.url,
            settings.PORTAL_TOKEN.name: self.tokens[RESELLER],
            settings.PORTAL_SETTLE.name: "0.2",
            settings.MMP_URL.name: self.mmp_url,
            settings.MMP_TOKEN.name: self.tokens[SP_ADMIN],
            settings.MMP_SETTLE.name: "0.2",
            settings.SMTP_HOST.name: LOOPBACK,
            settings.SMTP_PORT.name: str(self.smtp_port),
            settings.SMTP_TLS.name: "none",
        }

    def people(self) -> PeopleClient:
        """The support engineers."""
        return PeopleClient(self.url, self.tokens[ENGINEER])

    def mails(self) -> list[Path]:
        """Mails that came, oldest first."""
        return self._mail.mails()

    # -- switches ------------------------------------------------------------------------------------------

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

    # -- what really is there ------------------------------------------------------------------------------

    @property
    def requests(self) -> dict[str, int]:
        """``GET /users`` and the like -> number of requests since the start or `forget_requests`."""
        return dict(self._app.requests)

    def forget_requests(self) -> None:
        self._app.requests.clear()

    def truth(self) -> dict[str, Any]:
        """Everything the portals hold, what was done to them, and the natural keys that are there twice."""
        self._app.land()
        state = self._open
        kinds = ("companies", "users", "services", "sites")
        return {
            **{kind: [shown(item) for item in state.select(kind)] for kind in kinds},
            "billing_lines": self._portal.billing_lines("", 0, -1),
            "mmp": {kind: self.mmp.listed(kind) for kind in KINDS},
            "effects": state.effects(),
            "doubled": state.doubled(),
        }

    @property
    def _open(self) -> State:
        if self._state is None:
            raise InputError("SANDBOX-STOPPED", "The sandbox does not run.", "Start it first.")
        return self._state

    def _sockets(self) -> tuple[socket.socket, socket.socket]:
        """Two listening sockets; their ports are noted for the next time."""
        noted = self.folder / "ports.json"
        last = json_object(noted) if noted.is_file() else {}
        portal = _listening(self._wanted["port"], last.get("port"))
        try:
            mail = _listening(self._wanted["smtp_port"], last.get("smtp_port"))
        except BaseException:
            portal.close()
            raise
        self.port, self.smtp_port = portal.getsockname()[1], mail.getsockname()[1]
        write_atomically(noted, json.dumps({"port": self.port, "smtp_port": self.smtp_port}).encode())
        return portal, mail


class _Handler(WSGIRequestHandler):
    """Says nothing on the terminal and sends small answers at once."""

    disable_nagle_algorithm = True

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """A fault that drops a connection closes it at once, instead of waiting for another request on it."""
        self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is werkzeug's
        """Faults are wanted here; nothing is worth a line."""


def _listening(wanted: int, last: object) -> socket.socket:
    for port in [wanted] if wanted else [last if isinstance(last, int) else 0, 0]:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((LOOPBACK, port))
            listening.listen(128)
        except (OSError, OverflowError):
            listening.close()
            continue
        return listening
    raise InputError("SANDBOX-PORT", f"Port {wanted} is taken or no port.", "Choose another one, or 0 for any.")

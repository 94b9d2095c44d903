"""The sandbox: the portal's simulator and a mail server on loopback, with state that survives being killed."""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from onboarding import settings
from onboarding.errors import InputError, StoreError
from onboarding.files import write_atomically
from onboarding.sandbox.control import Switches
from onboarding.sandbox.faults import Faults
from onboarding.sandbox.mail_server import MailServer
from onboarding.sandbox.mmp_rules import SP_ADMIN, Mmp
from onboarding.sandbox.rules import ENGINEER, RESELLER, ROLES, Portal
from onboarding.sandbox.simulators import API, MMP_API, MmpSimulator, PortalSimulator
from onboarding.sandbox.state import State
from onboarding.sandbox.support_engineers import PeopleClient
from onboarding.sandbox.web_app import SimulatorApp

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LOOPBACK = "127.0.0.1"


class Sandbox(Switches):
    """Simulators of the outside systems over one ``folder``, which keeps state, tokens, ports and mails.

    A port of 0 is the one used last time when it is free, else any; so is that of the mail server. ``latency`` is the
    seconds every answer takes. ``plans`` (service -> plan names) are enforced when given. ``middleware`` wraps the
    whole application.
    Use it as a context manager, or call `start` and `stop`. Raises Busy when the folder is in use, InputError for a
    port that is taken.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        latency: float = 0.0,
        *,
        plans: Mapping[str, Sequence[str]] | None = None,
        middleware: Callable[[WSGIApplication], WSGIApplication] = lambda app: app,
    ) -> None:
        self.folder = folder
        self._wanted = port
        self._latency = latency
        self._plans = plans
        self._middleware = middleware
        self.faults = Faults()
        self.tokens: dict[str, str] = {}
        self.port = self.smtp_port = 0
        self._state = None

    # -- running -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Open the state and answer requests from a thread of its own."""
        self.folder.mkdir(parents=True, exist_ok=True)
        state, listening, mailing = self._opened()
        self._state, self._portal, self.mmp = state, Portal(state, self._plans), Mmp(state)
        simulators = {API: PortalSimulator(self._portal), MMP_API: MmpSimulator(self.mmp)}
        self._app = SimulatorApp(state, simulators, self.tokens, self.faults, self._latency, self.control)
        with listening:
            self._server: BaseWSGIServer = make_server(
                LOOPBACK, self.port, self._middleware(self._app), threaded=True, request_handler=_Handler,
                fd=listening.fileno(),
            )  # fmt: skip
        serve = partial(self._server.serve_forever, 0.05)
        self._thread = threading.Thread(target=serve, name="sandbox-portal", daemon=True)
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

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
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

    def _opened(self) -> tuple[State, socket.socket, socket.socket]:
        """The state and two listening sockets; their ports are noted for the next time."""
        noted = self.folder / "ports.json"
        with ExitStack() as undo:
            state = undo.enter_context(closing(State(self.folder / "portal.sqlite")))
            self.tokens = _tokens(self.folder / "tokens.json")
            last = _noted(noted)
            portal = undo.enter_context(_listening(self._wanted, last.get("port")))
            mail = undo.enter_context(_listening(0, last.get("smtp_port")))
            self.port, self.smtp_port = portal.getsockname()[1], mail.getsockname()[1]
            write_atomically(noted, json.dumps({"port": self.port, "smtp_port": self.smtp_port}).encode())
            undo.pop_all()
        return state, portal, mail


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


def _tokens(file: Path) -> dict[str, str]:
    """Role -> token, made once for each folder and readable by its owner only."""
    noted = _noted(file)
    tokens = {role: str(noted.get(role) or secrets.token_urlsafe(24)) for role in (*ROLES, SP_ADMIN)}
    if tokens != noted:
        write_atomically(file, json.dumps(tokens).encode(), mode=0o600)
    return tokens


def _noted(file: Path) -> dict[str, Any]:
    """What is noted in a file; nothing when there is none. Raises StoreError when it cannot be read."""
    try:
        noted = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except (OSError, ValueError):
        noted = None
    if not isinstance(noted, dict):
        raise StoreError("SANDBOX-STATE", f"{file.name} cannot be read.", "Delete it.")
    return noted

"""Checks every request and every answer against our contract of a portal, on its way through the simulator."""

from __future__ import annotations

import functools
import io
import json
from pathlib import Path
from typing import Any

from openapi_core import Config, OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

CONTRACTS = Path(__file__).parents[2] / "data" / "contracts"
BASES = {"portal": "/api/v1", "mmp": "/mmp/v1"}


def contract(name: str = "portal") -> dict[str, Any]:
    """The contract as it lies in the project."""
    return json.loads((CONTRACTS / f"{name}.json").read_text(encoding="utf-8"))


@functools.cache
def _openapi(name: str) -> OpenAPI:
    document = contract(name)
    anywhere = {"url": f"http://127.0.0.1:{{port}}{BASES[name]}", "variables": {"port": {"default": "80"}}}
    document["servers"] = [anywhere]
    # Without this a misspelt field passes.
    return OpenAPI.from_dict(document, config=Config(additional_properties_default_policy="forbid"))


class ContractGate:
    """WSGI middleware for one simulator; what is not under its base passes by.

    ``requests`` and ``answers`` collect what breaks the contract; a test looks at them.
    """

    def __init__(self, app: Any, name: str = "portal") -> None:
        self._app = app
        self._name = name
        self.requests: list[str] = []
        self.answers: list[str] = []
        self.seen = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not environ["PATH_INFO"].startswith(BASES[self._name] + "/"):
            return self._app(environ, start_response)
        self.seen += 1
        request = Request(environ)
        body = request.get_data(cache=True)
        asked = WerkzeugOpenAPIRequest(request)
        label = f"{request.method} {request.full_path}"
        self.requests += [f"{label}: {error!r}" for error in _openapi(self._name).iter_request_errors(asked)]
        environ["wsgi.input"] = io.BytesIO(body)
        chunks, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        response = Response(b"".join(chunks), status, headers)
        self.answers += [
            f"{label} {status}: {error!r}"
            for error in _openapi(self._name).iter_response_errors(asked, WerkzeugOpenAPIResponse(response))
        ]
        return response(environ, start_response)

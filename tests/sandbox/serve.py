"""A small HTTP server for one answer, on loopback, plain or with a certificate."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


class _Silent(WSGIRequestHandler):
    def log(self, *args: object) -> None: ...


@contextmanager
def served(answer: Callable[[Request], Response], certificate: tuple[Path, Path] | None = None) -> Iterator[str]:
    """Base URL under which ``answer`` meets every request."""
    files = None if certificate is None else (str(certificate[0]), str(certificate[1]))
    server = make_server(
        "127.0.0.1", 0, Request.application(answer), threaded=True, request_handler=_Silent, ssl_context=files
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"{'https' if files else 'http'}://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

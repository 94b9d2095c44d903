"""The proxy that spoils connections does what its names say."""

from __future__ import annotations

import httpx
import pytest
from werkzeug.wrappers import Request, Response

from tests.faults.proxy import FaultProxy
from tests.sandbox.serve import served


@pytest.mark.parametrize(
    ("kind", "limits", "arrived", "error"),
    [
        ("drop-before", {}, 0, httpx.RemoteProtocolError | httpx.ReadError),
        ("drop-after", {}, 1, httpx.RemoteProtocolError | httpx.ReadError),
        ("hold", {"seconds": 2}, 0, httpx.ReadTimeout),
        ("cut", {"bytes": 150}, 1, httpx.RemoteProtocolError),
    ],
)
def test_a_connection_is_spoilt_once(kind: str, limits: dict[str, float], arrived: int, error: type[Exception]) -> None:
    """The request arrives or not, the answer does not, and the next connection is whole."""
    requests: list[bytes] = []

    def answer(request: Request) -> Response:
        requests.append(request.get_data())
        return Response(b"x" * 1000)

    with served(answer) as url, FaultProxy(int(url.rpartition(":")[2])) as line:
        line.spoil(kind, **limits)
        here = f"http://127.0.0.1:{line.port}/"
        with pytest.raises(error.__args__ if hasattr(error, "__args__") else error):
            httpx.post(here, content=b"work", timeout=1, trust_env=False)
        assert requests == [b"work"] * arrived
        assert httpx.post(here, content=b"more", trust_env=False).content == b"x" * 1000
        assert (requests[-1], line.connections) == (b"more", 2)

"""One base URL called over HTTP, with failures sorted by what is known afterwards.

Reads are repeated within bounds. A write is sent once: either nothing left this machine (Unavailable), or an
answer came back, or nobody knows (`Lost`).
"""

from __future__ import annotations

import json
import logging
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx
import stamina

from onboarding.connectors.base import own_words
from onboarding.domain.json import JSON
from onboarding.errors import InputError, Rejected, Unavailable
from onboarding.settings import Setting, is_loopback

# A read that is tried again is worth no line on anybody's terminal; who sets up logging still gets it.
logging.getLogger("stamina").addHandler(logging.NullHandler())

CONNECT_SECONDS = 5.0
ANSWER_BYTES = 16 * 2**20
ATTEMPTS = 5
Query = Mapping[str, str | list[str]]
"""Parameters of an address; a list repeats its parameter."""

_BUSY = frozenset({429, 500, 502, 503, 504})
# The connection was never made: the request surely did not leave.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class Lost(Exception):
    """The request left, and whether it was carried out is not known."""


class _Again(Exception):
    """A read that may be repeated; ``after`` seconds when the server named them."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that arrived whole: status, JSON body (None when it is none), seconds of Retry-After, own words."""

    status: int
    data: JSON
    words: str
    retry_after: float | None = None


class Http:
    """A client bound to one base URL and one bearer token, which is read at every request and kept nowhere.

    ``system`` names the other side in messages, ``code`` begins the codes of errors; ``timeout`` is the seconds one
    answer may take, ``patience`` the seconds all attempts of one read may take together. No redirect is followed;
    certificates are always checked. Raises InputError when the address is not https (http only on loopback).
    """

    def __init__(
        self, system: str, code: str, address: Setting, token: Setting, *, timeout: float, patience: float
    ) -> None:
        self._system = system
        self._code = code
        self._token = token
        self._timeout = timeout
        self._patience = patience
        self._base = base_url(address)
        # Proxies and additional authorities of the surroundings count, but never on the way to this machine itself.
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
            follow_redirects=False,
            # Plain http only ever goes to this machine: there is no certificate, so no authorities need be loaded.
            verify=self._base.scheme == "https",
            trust_env=not is_loopback(self._base.host),
            headers={"Accept": "application/json", "User-Agent": "uc-onboarding"},
        )
        weakref.finalize(self, self._client.close)

    def read(self, path: str, params: Query) -> dict[str, JSON]:
        """The JSON object at a path; busy answers and broken connections are tried again, Retry-After honoured.

        Raises Unavailable when no answer could be had, Rejected when the other side refuses.
        """
        caller = stamina.RetryingCaller(attempts=ATTEMPTS, timeout=self._patience, wait_jitter=0.2)
        try:
            return caller(self._pause(), self._read_once, path, params)
        except _Again as error:
            raise self._unavailable(str(error)) from None

    def write(self, method: str, path: str, body: JSON = None, params: Query | None = None) -> Answer:
        """One attempt at a change; the answer has status 2xx or one of 4xx that refuse.

        Raises Unavailable when nothing was changed, Lost when that is not known.
        """
        answer = self._exchange(method, path, params or {}, body)
        if answer.status == 429:
            wait = "" if answer.retry_after is None else f" It asks to wait {answer.retry_after:.0f} s."
            raise self._unavailable(f"it takes no more requests now.{wait}")
        if not (200 <= answer.status < 300 or 400 <= answer.status < 500) or answer.status == 408:
            raise Lost(f"it answered {answer.status}: {answer.words}")
        if answer.status < 300 and answer.status != 204 and not isinstance(answer.data, dict):
            raise Lost(f"its answer {answer.status} could not be read")
        return answer

    def _read_once(self, path: str, params: Query) -> dict[str, JSON]:
        try:
            answer = self._exchange("GET", path, params, None)
        except Lost as error:
            raise _Again(str(error)) from None
        if answer.status in _BUSY:
            raise _Again(f"it answered {answer.status}: {answer.words}", answer.retry_after)
        if answer.status != 200:
            words = f"The {self._system} refused to show {path}: {answer.status} {answer.words}"
            raise Rejected(f"{self._code}-REFUSED", words, "Show these words to whoever runs it.")
        if not isinstance(answer.data, dict):
            raise _Again("its answer could not be read")
        return answer.data

    def _pause(self) -> Callable[[Exception], bool | float]:
        until = time.monotonic() + self._patience

        def pause(error: Exception) -> bool | float:
            if not isinstance(error, _Again) or error.after is None:
                return isinstance(error, _Again)
            after = max(error.after, 0.05)
            return after if time.monotonic() + after < until else False

        return pause

    def _exchange(self, method: str, path: str, params: Query, body: JSON) -> Answer:
        """Raises Unavailable when the request did not leave or the token is not accepted, Lost without an answer."""
        token = _bearer(self._token)
        headers, sent = {"Authorization": f"Bearer {token}"}, None
        if body is not None:
            headers["Content-Type"] = "application/json"
            sent = json.dumps(body, allow_nan=False, separators=(",", ":")).encode("ascii")
        try:
            with self._client.stream(
                method, f"{self._base}{path}", params=params, headers=headers, content=sent
            ) as response:
                content = self._content(response)
        except _NOT_SENT as error:
            raise self._unavailable(_reason(error)) from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise Lost(_reason(error)) from None
        if response.status_code == 401:
            words = f"The {self._system} at {self._base.host} does not accept the token."
            raise Unavailable(f"{self._code}-TOKEN", words, f"Set a valid {self._token.name} and run again.")
        return _answer(response, content, token)

    def _content(self, response: httpx.Response) -> bytes:
        until = time.monotonic() + self._timeout
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > ANSWER_BYTES:
                raise httpx.StreamError("the answer is too long")
            if time.monotonic() > until:
                raise httpx.ReadTimeout("the answer took too long")
        return bytes(content)

    def _unavailable(self, reason: str) -> Unavailable:
        words = f"The {self._system} at {self._base.host} cannot be used now: {reason}"
        return Unavailable(f"{self._code}-UNAVAILABLE", words, "Run again later.")


def _bearer(token: Setting) -> str:
    secret = token.secret()
    if not secret:
        raise InputError(code_of(token), f"{token.name} is not set.", "Set it in the environment of this run.")
    # Checked here because a library that meets such a character quotes the whole header.
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise InputError(code_of(token), f"{token.name} holds characters no token has.", "Set it anew, without spaces.")
    return secret


def code_of(setting: Setting) -> str:
    """The code of errors about a setting."""
    return setting.name.removeprefix("ONBOARDING_").replace("_", "-")


def base_url(address: Setting) -> httpx.URL:
    """The address in a setting. Raises InputError when it is not https (http only on loopback)."""
    try:
        url = httpx.URL(address.get().rstrip("/"))
    except httpx.InvalidURL:
        url = httpx.URL("")
    is_plain = not (url.userinfo or url.query or url.fragment)
    if is_plain and url.host and (url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))):
        return url
    remedy = "It must look like https://host/path, without user name or query; http only for this machine."
    raise InputError(code_of(address), f"{address.name} is not an address the product may use.", remedy)


def _answer(response: httpx.Response, content: bytes, token: str) -> Answer:
    try:
        data = json.loads(content) if content else None
    except (ValueError, RecursionError):
        data = None
    answered = data.get("message") if isinstance(data, dict) else None
    text = answered if isinstance(answered, str) and answered else content.decode("utf-8", "replace")
    return Answer(response.status_code, data, own_words(text, [token]), _retry_after(response))


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds of the Retry-After header, given as a number or as an HTTP date (RFC 9110, 10.2.3)."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, IndexError):
        return None


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return "no connection in time."
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time."
    if isinstance(error, httpx.LocalProtocolError):
        return "the request could not be put together."
    return own_words(str(error)) or type(error).__name__

"""The people's side of the sandbox: what the provider's support engineers do with a request."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import httpx

from onboarding.errors import Rejected, Unavailable
from onboarding.text import display_width, unguarded

_USER_FIELDS = dict.fromkeys(("email", "e-mail", "e-mail address", "user"), "email") | {
    name.replace("_", " "): name for name in ("first_name", "last_name", "site", "extension", "department")
}
_RULE = re.compile(r"-+(?:  -+)*")
_FIELD = re.compile(r"(\S[^:]*):  +(\S.*)")


@dataclass(frozen=True, slots=True)
class Request:
    """A support request as an engineer reads it: its fields by label, its tables as rows by column title."""

    reference: str
    subject: str
    fields: Mapping[str, str]
    tables: Sequence[Sequence[Mapping[str, str]]]
    attachments: tuple[str, ...] = ()


class PeopleClient:
    """A support engineer at the portal. Doing a thing again that is there already changes nothing.

    Raises Rejected with the portal's words, Unavailable when the sandbox does not answer.
    """

    def __init__(self, url: str, token: str, timeout: float = 30.0) -> None:
        self._url = url
        client = httpx.Client(timeout=timeout, trust_env=False, headers={"Authorization": f"Bearer {token}"})
        self._client = client
        weakref.finalize(self, client.close)

    def enable(self, company: str, user: str, service: str, *, plan: str = "", number: str = "") -> None:
        """Give a user one service: lync with its number, crm, unified-messaging."""
        body = {"company": company, "user": user, "service": service, "plan": plan, "number": number}
        self._post("/services", f"people.{user}.{service}", body)

    def create_site(self, company: str, service: str, title: str, plan: str = "") -> None:
        """Create a company's site, such as CRM's."""
        body = {"company": company, "service": service, "title": title, "plan": plan}
        self._post("/sites", f"people.{company}.{service}", body)

    def import_users(self, company: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Create the users of a sheet; titles of columns or names of fields. Returns how many are new."""
        count = 0
        for row in rows:
            known = {_USER_FIELDS.get(_plain(name), _plain(name)): value for name, value in row.items()}
            body = {name: known.get(name) for name in dict.fromkeys(_USER_FIELDS.values())}
            count += self._post("/users", f"people.import.{body['email']}", {"company": company, **body})
        return count

    def _post(self, path: str, reference: str, body: Mapping[str, Any]) -> bool:
        fields = {"reference": reference} | {name: value for name, value in body.items() if value}
        try:
            answer = self._client.post(f"{self._url}{path}", json=fields)
        except httpx.HTTPError as error:
            raise Unavailable("SANDBOX-DOWN", f"The sandbox does not answer: {error}.", "Start it.") from None
        if answer.status_code == 409:
            return False
        if answer.status_code != 201:
            raise Rejected("SANDBOX-REFUSED", f"{answer.status_code} {answer.json().get('message', '')}")
        return True


def read_request(mail: bytes) -> Request:
    """What a mail of the product asks for; long tables are taken from their CSV."""
    message = message_from_bytes(mail, policy=SMTP)
    assert isinstance(message, EmailMessage)  # the policy makes it one
    body = message.get_body(("plain",))
    lines = body.get_content().splitlines() if body else []
    files = {part.get_filename() or "": part for part in message.iter_attachments()}
    sheets = [_sheet(part.get_content()) for part in files.values() if part.get_content_type() == "text/csv"]
    tables = [rows if len(rows) <= 10 or not sheets else sheets.pop(0) for rows in _tables(lines)]
    first_rule = next((at for at, line in enumerate(lines) if _RULE.fullmatch(line)), len(lines))
    found = [match for line in lines[:first_rule] if (match := _FIELD.fullmatch(line))]
    fields = {match[1]: match[2] for match in found}
    return Request(
        str(message.get("X-Onboarding-Reference", "")), str(message.get("Subject", "")), fields, tables, tuple(files)
    )


def _tables(lines: Sequence[str]) -> list[list[dict[str, str]]]:
    """Tables of a plain text, found by the rule of dashes under their heads."""
    found = []
    for at, line in enumerate(lines):
        if at == 0 or not _RULE.fullmatch(line):
            continue
        spans = [match.span() for match in re.finditer("-+", line)]
        titles = _cut(lines[at - 1], spans)
        end = next((i for i in range(at + 1, len(lines)) if not lines[i].strip()), len(lines))
        found.append([dict(zip(titles, _cut(row, spans), strict=True)) for row in lines[at + 1 : end]])
    return found


def _cut(line: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The cells of a line between columns of the screen; wide characters take two, combining marks none."""
    cells, column = [""] * len(spans), 0
    for mark in line:
        for at, (start, stop) in enumerate(spans):
            if start <= column < stop or (column == stop and unicodedata.combining(mark)):
                cells[at] += mark
                break
        column += display_width(mark)
    return [cell.strip() for cell in cells]


def _sheet(text: str) -> list[dict[str, str]]:
    """Rows of a CSV whose cells were guarded by an apostrophe."""
    rows = [[unguarded(cell) for cell in row] for row in csv.reader(io.StringIO(text.lstrip("\ufeff")))]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def _plain(title: str) -> str:
    return title.strip().lower()

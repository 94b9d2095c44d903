"""A support request read as an engineer reads the mail: its fields by label, its tables as rows."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from onboarding.text import display_width, unguarded

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

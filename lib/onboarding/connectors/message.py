"""A support request as an e-mail: plain text with aligned fields and tables, long tables also as CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from onboarding.connectors.base import own_words
from onboarding.domain.action import Action, Attachment
from onboarding.domain.answer_text import answer_text
from onboarding.domain.json import JSON
from onboarding.errors import InputError
from onboarding.text import display_width, guarded, one_line

REFERENCE_HEADER = "X-Onboarding-Reference"
DIGEST_HEADER = "X-Onboarding-Digest"
ROWS_IN_TEXT = 10
"""A table with more rows is attached as CSV too."""

_MEDIA_TYPE = re.compile(r"(?!multipart/|message/)([a-z0-9][a-z0-9.+-]{0,60})/([a-z0-9][a-z0-9.+-]{0,90})", re.ASCII)


def compose(action: Action, ref: str, sender: str, at: datetime, documents: Sequence[Attachment] = ()) -> EmailMessage:
    """The mail for one request; its Message-ID follows from ``ref``, its digest from content and documents.

    ``sender`` is the address it comes from, see `sender_of`. Raises InputError when an address is none, or when
    a document that was asked for is missing.
    """
    body = content(action)
    asked = body.get("attach") or ()
    if len(documents) < len(asked):
        words = f"{action.id} wants {', '.join(map(str, asked))} attached, but not all of it is filed."
        raise InputError("SUPPORT-ATTACHMENT", words, "File the missing document first.")
    author = address(sender)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = author
    mail["To"] = [address(one) for one in recipients(body)]
    mail["Subject"] = _header(str(body.get("subject") or action.summary))
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id(ref, author)
    if about := str((body.get("about") or ("", ""))[1]):
        mail["In-Reply-To"] = mail["References"] = _header(about)
    mail[REFERENCE_HEADER] = _header(ref)
    mail[DIGEST_HEADER] = content_digest(action, documents)
    mail.set_content(_encodable("\n".join(_lines(body, ref))), cte="quoted-printable")
    for table in _tables(body):
        if len(table["rows"]) > ROWS_IN_TEXT:
            name = f"{_slug(str(table['title'])) or 'table'}.csv"
            mail.add_attachment(to_csv(table["columns"], table["rows"]), subtype="csv", cte="base64", filename=name)
    for document in documents:
        _attach(mail, document)
    return mail


def content(action: Action) -> Mapping[str, JSON]:
    """What is written: the message about it, or else what shall be there."""
    return action.body if action.message is None else action.message


def sender_of(action: Action, otherwise: str) -> str:
    """The address a mail comes from: that of the customer's reseller, or the workspace's where it has none."""
    return str(content(action).get("from") or otherwise)


def recipients(body: Mapping[str, JSON]) -> list[str]:
    """The addresses in ``to``, which is one address or several with commas between."""
    return [part.strip() for part in str(body.get("to") or "").split(",")]


def address(text: str) -> Address:
    """A bare address such as ``support@provider.example``. Raises InputError for anything else."""
    local, at, domain = text.rpartition("@")
    is_bare = bool(re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", local)) and ".." not in f".{local}."
    if at and is_bare and re.fullmatch(r"(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", domain) and len(domain) <= 253:
        return Address(username=local, domain=domain)
    raise InputError("MAIL-ADDRESS", f"{own_words(text)!r} is not a mail address.", "It must look like name@host.")


def message_id(ref: str, sender: Address) -> str:
    """The Message-ID that belongs to a reference."""
    return f"<{hashlib.sha256(ref.encode('utf-8', 'replace')).hexdigest()[:40]}@{sender.domain}>"


def content_digest(action: Action, documents: Sequence[Attachment]) -> str:
    """SHA-256 over the request and its documents, without the instant of sending."""
    files = [[document.name, hashlib.sha256(document.data).hexdigest()] for document in documents]
    return hashlib.sha256(json.dumps([dict(content(action)), files], sort_keys=True).encode("ascii")).hexdigest()


def to_csv(columns: Sequence[str], rows: Sequence[Sequence[JSON]]) -> str:
    """CSV with a byte order mark, as spreadsheets want it in UTF-8; every cell is `guarded`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in [columns, *rows]:
        writer.writerow([guarded(_cell(value)) for value in row])
    return _encodable("\ufeff" + text.getvalue())


def _lines(body: Mapping[str, JSON], ref: str) -> Iterator[str]:
    if intro := body.get("intro"):
        yield from [*_paragraph(intro), ""]
    fields = [(_cell(label), _paragraph(value)) for label, value in body.get("fields") or ()]
    width = max((display_width(label) for label, _ in fields), default=0) + 1
    for label, (first, *more) in fields:
        yield f"{_padded(label + ':', width)}  {first}".rstrip()
        yield from (f"{'':{width}}  {line}".rstrip() for line in more)
    for table in _tables(body):
        yield from ["", _cell(table["title"]), "", *_grid(table["columns"], table["rows"])]
    if closing := body.get("closing"):
        yield from ["", *_paragraph(closing)]
    if about := body.get("about"):
        yield from ["", f"{_cell(about[0])}: {_cell(about[1])}"]
    yield from ["", f"{body.get('reference_label') or 'Reference'}: {one_line(ref)}"]
    if letter_head := body.get("letter_head"):
        yield from ["", "-- ", *map(_cell, letter_head)]


def _tables(body: Mapping[str, JSON]) -> list[Mapping[str, JSON]]:
    return [table for table in body.get("tables") or () if table.get("rows")]


def _grid(columns: Sequence[str], rows: Sequence[Sequence[JSON]]) -> Iterator[str]:
    """Columns padded to their widest cell, a rule of dashes under the heads."""
    cells = [[_cell(value) for value in row] for row in [columns, *rows]]
    widths = [max(display_width(row[i]) if i < len(row) else 0 for row in cells) for i in range(len(columns))]
    rule = ["-" * width for width in widths]
    for row in [cells[0], rule, *cells[1:]]:
        yield "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=False)).rstrip()


def _cell(value: JSON) -> str:
    return one_line(answer_text(None, value, is_exact=True))


def _paragraph(value: JSON) -> list[str]:
    """The lines of a text, each without control characters; at least one."""
    return [_cell(line) for line in str("" if value is None else value).splitlines()] or [""]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def _attach(mail: EmailMessage, document: Attachment) -> None:
    found = _MEDIA_TYPE.fullmatch(document.media_type.lower())
    kind, subtype = found.groups() if found else ("application", "octet-stream")
    name = _header(re.split(r"[/\\]", document.name)[-1]).strip(". ") or "document"
    mail.add_attachment(document.data, kind, subtype, filename=name)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60]


def _header(text: str) -> str:
    """One line for a header.

    ``=?`` is parted: the library takes it for an encoded word, and a line end encoded in it would come out as one.
    """
    return _encodable(one_line(text)).replace("=?", "= ?")


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()

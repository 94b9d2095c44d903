"""What a workbook must be before anybody opens it: a real, plain .xlsx of bearable size, without macros or links."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from onboarding.domain.language import _
from onboarding.errors import AnswerError

MOST_BYTES = 10 * 2**20
"""Size of the file; 20,000 rows take about a tenth."""
MOST_ENTRIES = 500
MOST_UNPACKED = 48 * 2**20
MOST_RATIO = 400
"""Unpacked to packed size of one entry; real sheets stay below 100."""
MOST_BESIDE = 2 * 2**20
"""Unpacked size of one entry that is neither sheet nor text, such as styles, and of a sheet beside its rows."""
MOST_FORMULAS = 1000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*?\bref=["']([^"'<>]{1,40})["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SAVE_AS = _("Open it in Excel and save it again as an Excel workbook (.xlsx).")


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook that may be opened: its bytes, and the merged ranges of each sheet by the sheet's part."""

    data: bytes
    merged: dict[str, list[str]]


def admit(data: bytes) -> Package:
    """Looks a workbook over without building anything from it. Raises AnswerError, saying what to do."""
    if len(data) > MOST_BYTES:
        sizes = {"size": len(data) // 2**20, "most": MOST_BYTES // 2**20}
        message = _("The workbook has {size} MB; at most {most} MB are read.", **sizes)
        raise AnswerError("WORKBOOK-TOO-LARGE", message, _("Remove pictures and sheets that do not belong to it."))
    _hold_to_format(data)
    merged = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _hold_to_contents(archive)
            for name, part in _parts(archive):
                _hold_to_markup(name, part)
                if found := _MERGE.findall(part):
                    merged[name] = [ref.decode("ascii", "replace") for ref in found]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, AnswerError):
            raise
        raise unreadable() from None
    return Package(data, merged)


def unreadable() -> AnswerError:
    """The error for a workbook that is damaged or was never one."""
    remedy = _("Open it in Excel and save it again as an Excel workbook (.xlsx). Or send it again.")
    return AnswerError("WORKBOOK-UNREADABLE", _("The workbook is damaged or incomplete and cannot be read."), remedy)


def _hold_to_format(data: bytes) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _protected()
        message = _("The workbook is in the format of Excel 97-2003 (.xls).")
        raise AnswerError("WORKBOOK-OLD-FORMAT", message, _SAVE_AS)
    if not data.startswith(b"PK\x03\x04"):
        raise _of_another_format()


def _hold_to_contents(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise _protected()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise _bomb()
    for entry in entries:
        is_rows = entry.filename.startswith("xl/worksheets/") or entry.filename == "xl/sharedStrings.xml"
        if entry.file_size > 2**20 and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise _bomb()
        if not is_rows and entry.filename.endswith((".xml", ".rels")) and entry.file_size > MOST_BESIDE:
            raise _bomb()
    if len(names) < len(entries):
        raise unreadable()
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise AnswerError("WORKBOOK-MACROS", _("The workbook holds macros; such a file is not opened."), _SAVE_AS)
    if any(name.startswith("xl/externalLinks/") for name in names):
        message = _("The workbook takes values from other workbooks; such a file is not opened.")
        remedy = _("In Excel choose Data, Edit Links, Break Link, and save it again.")
        raise AnswerError("WORKBOOK-LINKS", message, remedy)
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise _of_another_format()


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Name and content of everything that will be parsed, one at a time; reading also proves the checksums."""
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            yield entry.filename, archive.read(entry)


def _hold_to_markup(name: str, part: bytes) -> None:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\x00" in part:
        raise unreadable()
    if name == "[Content_Types].xml" and b"macroEnabled" in part:
        raise AnswerError("WORKBOOK-MACROS", _("The workbook can hold macros (.xlsm); it is not opened."), _SAVE_AS)
    if name.startswith("xl/worksheets/"):
        rows = part.rfind(b"sheetData") - part.find(b"sheetData")
        if len(part) - rows > MOST_BESIDE:
            raise _bomb()
        if len(_FORMULA.findall(part)) > MOST_FORMULAS:
            message = _("The workbook has more than {count} formulas; only values are read.", count=MOST_FORMULAS)
            remedy = _("Copy the cells, paste them as values, and save it again.")
            raise AnswerError("WORKBOOK-FORMULAS", message, remedy)


def _bomb() -> AnswerError:
    message = _("The workbook unpacks to far more than answers need; it is not opened.")
    return AnswerError("WORKBOOK-SUSPECT", message, _("Ask for the workbook again and fill it in anew."))


def _protected() -> AnswerError:
    message = _("The workbook is protected by a password.")
    return AnswerError("WORKBOOK-PASSWORD", message, _("Save it without a password."))


def _of_another_format() -> AnswerError:
    return AnswerError("WORKBOOK-FORMAT", _("This file is no Excel workbook (.xlsx)."), _SAVE_AS)

"""Workbooks that must not be opened, or not believed: each is refused in one sentence, none does harm."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.answers.workbook import Reading, read_workbook, write_workbook
from onboarding.answers.workbook_guard import MOST_BYTES
from onboarding.errors import AnswerError
from tests.answers.dental import ANSWERS, QUESTIONNAIRE

_TARGET = io.BytesIO()
write_workbook(QUESTIONNAIRE, ANSWERS, _TARGET)
GOOD = _TARGET.getvalue()
USERS = "xl/worksheets/sheet4.xml"


def rebuilt(change: Callable[[str, bytes], bytes | None] = lambda _name, data: data, **more: bytes) -> bytes:
    """The good workbook with parts changed, left out or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in more.items():
            new.writestr(name, data)
    return target.getvalue()


def in_users(old: bytes, new: bytes, times: int = 1) -> bytes:
    """The good workbook with that markup of the users' sheet replaced."""
    return rebuilt(lambda name, data: data.replace(old, new, times) if name == USERS else data)


def read(data: bytes) -> Reading:
    return read_workbook(QUESTIONNAIRE, data)


def verdict(data: bytes) -> str:
    """The code of the refusal, or that it was read."""
    try:
        read(data)
    except AnswerError as error:
        return error.code
    return "WORKBOOK-READ"


def encrypted() -> bytes:
    """A good workbook whose entries claim to be encrypted."""
    data = bytearray(GOOD)
    position = 0
    while (position := data.find(b"PK\x01\x02", position + 1)) > 0:
        flags = struct.unpack_from("<H", data, position + 8)[0]
        struct.pack_into("<H", data, position + 8, flags | 1)
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
ROWS = b"</sheetData>"

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "WORKBOOK-FORMAT"),
    "text": (b"First name,Last name\n", "WORKBOOK-FORMAT"),
    "web page": (b"<html><table></table></html>", "WORKBOOK-FORMAT"),
    "only the magic": (b"PK\x03\x04", "WORKBOOK-UNREADABLE"),
    "cut in half": (GOOD[: len(GOOD) // 2], "WORKBOOK-UNREADABLE"),
    "cut at the end": (GOOD[:-30], "WORKBOOK-UNREADABLE"),
    "legacy xls": (OLE, "WORKBOOK-OLD-FORMAT"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "WORKBOOK-PASSWORD"),
    "encrypted zip": (encrypted(), "WORKBOOK-PASSWORD"),
    "another zip": (rebuilt(lambda name, data: None if name.startswith("xl/") else data), "WORKBOOK-FORMAT"),
    "macros": (rebuilt(**{"xl/vbaProject.bin": b"x"}), "WORKBOOK-MACROS"),
    "xlsm": (
        rebuilt(lambda name, data: data.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
                if name == "[Content_Types].xml" else data), "WORKBOOK-MACROS"),
    "external links": (rebuilt(**{"xl/externalLinks/externalLink1.xml": b"<a/>"}), "WORKBOOK-LINKS"),
    "zip bomb, by ratio": (rebuilt(**{"xl/media/image1.bin": bytes(30 * 2**20)}), "WORKBOOK-SUSPECT"),
    "zip bomb, by size": (rebuilt(**{"a.bin": bytes(49 * 2**20)}), "WORKBOOK-SUSPECT"),
    "zip bomb, by entries": (rebuilt(**{f"{n}.bin": b"" for n in range(600)}), "WORKBOOK-SUSPECT"),
    "flood of styles": (
        rebuilt(lambda name, data: data + b"<!-- -->" * 300_000 if name == "xl/styles.xml" else data),
        "WORKBOOK-SUSPECT"),
    "flood beside the rows": (in_users(ROWS, ROWS + b'<mergeCells><mergeCell ref="A1"/></mergeCells>' * 50_000),
                              "WORKBOOK-SUSPECT"),
    "flood of formulas": (in_users(ROWS, b'<row r="9">' + b"<c><f>1</f></c>" * 1100 + b"</row>" + ROWS),
                          "WORKBOOK-FORMULAS"),
    "entities": (
        rebuilt(lambda name, data: data.replace(b"<sst", b'<!DOCTYPE s [<!ENTITY a "b">]><sst', 1)
                if name == "xl/sharedStrings.xml" else data), "WORKBOOK-UNREADABLE"),
    "no stylesheet of sense": (rebuilt(lambda name, data: b"<a" if name == "xl/styles.xml" else data),
                               "WORKBOOK-UNREADABLE"),
    "text that is not there": (in_users(b' t="s"><v>', b' t="s"><v>999'), "WORKBOOK-UNREADABLE"),
    "sheet without end": (in_users(b"</worksheet>", b""), "WORKBOOK-UNREADABLE"),
    "no workbook": (rebuilt(lambda name, data: b"" if name == "xl/workbook.xml" else data), "WORKBOOK-UNREADABLE"),
    "too large": (GOOD + bytes(MOST_BYTES), "WORKBOOK-TOO-LARGE"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_must_not_be_opened_is_refused(case: str) -> None:
    """A code, a sentence and what to do; the message says nothing of the machinery."""
    data, code = REFUSED[case]
    with pytest.raises(AnswerError) as caught:
        read(data)
    assert caught.value.code == code
    assert caught.value.remedy
    assert not any(word in str(caught.value) for word in ("Error", "zipfile", "openpyxl", "Traceback", "/"))


def test_a_sheet_that_claims_to_be_huge_is_read_as_it_is() -> None:
    """Dimensions are a claim; rows that are left out cost nothing."""
    assert b'<dimension ref="A1:I4"/>' in zipfile.ZipFile(io.BytesIO(GOOD)).read(USERS)
    assert read(in_users(b'ref="A1:I4"', b'ref="A1:XFD1048576"')).document == ANSWERS
    far = b'<row r="1048576"><c r="C1048576" t="inlineStr"><is><t>far@brightsmile.example</t></is></c></row>'
    reading = read(in_users(ROWS, far + ROWS))
    assert reading.document["users"][3] == {"email": "far@brightsmile.example"}
    assert reading.cells["users.email", 3] == "Users!C1048576"
    beyond = far.replace(b"1048576", b"999999999999")
    assert read(in_users(ROWS, beyond + ROWS)).document == ANSWERS


def test_more_rows_than_anybody_has_are_cut_off() -> None:
    """The first that is too many is named."""
    rows = b"".join(b'<row><c r="C%d" t="inlineStr"><is><t>a</t></is></c></row>' % n for n in range(5, 20_010))
    reading = read(in_users(ROWS, rows + ROWS))
    assert [(problem.code, problem.where) for problem in reading.problems] == [("too-many-rows", "Users!A20002")]


def test_rich_text_is_read_as_text() -> None:
    """Bold words in a cell are words."""
    runs = b'<row r="5"><c r="C5" t="inlineStr"><is><r><t>ed@bright</t></r><r><t>smile.example</t></r></is></c></row>'
    assert read(in_users(ROWS, runs + ROWS)).document["users"][3] == {"email": "ed@brightsmile.example"}


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_damage_anywhere_is_refused_or_harmless(damage: list[tuple[int, int]]) -> None:
    """Bytes changed at random: a calm refusal, or a reading."""
    data = bytearray(GOOD)
    for position, value in damage:
        data[position] = value
    assert verdict(bytes(data)).startswith("WORKBOOK-")


@given(part=st.sampled_from([USERS, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"]),
       data=st.data())  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_damaged_markup_is_refused_or_harmless(part: str, data: st.DataObject) -> None:
    """A part cut or overwritten inside a sound archive: a calm refusal, or a reading."""

    def change(name: str, kept: bytes) -> bytes:
        if name != part:
            return kept
        place = data.draw(st.integers(0, len(kept)))
        with_ = data.draw(st.sampled_from([b"", b"<", b">", b'"', b"0", b"-1", b"x" * 9, b"</row>", b"<c/>", b"\xff"]))
        return kept[:place] + with_ + kept[place + data.draw(st.integers(0, 40)) :]

    assert verdict(rebuilt(change)).startswith("WORKBOOK-")

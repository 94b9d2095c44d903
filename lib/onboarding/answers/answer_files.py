"""Answers as files: a workbook, TOML, JSON, or a folder of CSV files, one for each section.

In the folder ``company.csv`` has a line for each question, ``users.csv`` a row for each user. What a spreadsheet would
take for a formula is written with an apostrophe before it, which is taken off again when read.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from onboarding.answers import sheet_layout
from onboarding.answers.messages import shown, strange
from onboarding.answers.reading import Reading, ReadingBuilder, plain, taken
from onboarding.answers.value_kinds import is_blank
from onboarding.answers.workbook import read_workbook
from onboarding.domain.json import JSON, Answers
from onboarding.domain.question import Kind, Question, Questionnaire, Section
from onboarding.domain.row import ROW_ID, brought, row_id, rows_in
from onboarding.errors import AnswerError, InputError
from onboarding.files import read_bytes, read_text, write_file
from onboarding.text import guarded, unguarded

MOST_BYTES = 8 * 2**20
"""Size of a text file of answers; 2,000 users take about one tenth."""

_HEAD = ("question", "answer")
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?\s*$')  # how Excel announces it in the first line


def read_answers(questionnaire: Questionnaire, path: Path) -> Reading:
    """Answers from a file or folder, by its ending: ``.xlsx``, ``.toml``, ``.json``, a folder of ``.csv``.

    Nothing is judged yet: that is `check`. Raises InputError for what cannot be read, AnswerError for what
    is not written as it must be.
    """
    if path.is_dir():
        return read_csv_folder(questionnaire, path)
    ending = path.suffix.lower()
    if parse := {".toml": _toml, ".json": _json}.get(ending):
        return _read(path, parse)
    if ending in (".xlsx", ".xls", ".xlsm", ".xlsb"):
        return read_workbook(questionnaire, path)
    if not path.exists():
        raise InputError("FILE-MISSING", f"There is no file {path}.", "Check the name.")
    remedy = "Give a workbook (.xlsx), a TOML or JSON file, or a folder of CSV files."
    raise InputError("FILE-FORMAT", f"Answers cannot be read from {path.name}.", remedy)


def write_toml(questionnaire: Questionnaire, document: Answers, target: Path) -> None:
    """Writes the answers as TOML in the order of the questionnaire. Raises InputError."""
    import tomlkit

    write_file(target, tomlkit.dumps(_filled(_ordered(questionnaire, document))).encode())


def write_json(questionnaire: Questionnaire, document: Answers, target: Path) -> None:
    """Writes the answers as JSON in the order of the questionnaire. Raises InputError."""
    text = json.dumps(_ordered(questionnaire, document), ensure_ascii=False, indent=2, allow_nan=False)
    write_file(target, (text + "\n").encode())


def _ordered(questionnaire: Questionnaire, document: Answers) -> dict[str, JSON]:
    """The document as plain JSON, known sections and questions first and in their order, without blanks."""
    ordered: dict[str, JSON] = {}
    for name in _known_first([section.id for section in questionnaire.sections], document):
        section = questionnaire.section(name)
        names = [question.name for question in section.questions] if section else []
        content = document[name]
        if isinstance(content, Mapping):
            ordered[name] = _ordered_row(names, content)
        elif isinstance(content, list | tuple):
            ordered[name] = [_ordered_row(names, row) if isinstance(row, Mapping) else plain(row) for row in content]
        elif not is_blank(content):
            ordered[name] = plain(content)
    return ordered


def _ordered_row(names: list[str], row: Mapping[str, Any]) -> dict[str, JSON]:
    return {name: plain(row[name]) for name in _known_first(names, row) if not is_blank(row[name])}


def _known_first(names: list[str], given: Mapping[str, Any]) -> list[str]:
    return sorted(given, key=lambda name: names.index(name) if name in names else len(names))


def _filled(value: JSON) -> JSON:
    """The same without None, which TOML does not have."""
    if isinstance(value, dict):
        return {name: _filled(one) for name, one in value.items() if one is not None}
    return [_filled(one) for one in value if one is not None] if isinstance(value, list) else value


def _read(path: Path, parse: Any) -> Reading:
    text = read_text(path, MOST_BYTES)
    try:
        document = plain(parse(path, text))
    except RecursionError:
        raise AnswerError("FILE-DEPTH", f"{path.name} nests lists and tables far deeper than answers are.") from None
    if not isinstance(document, dict):
        message = f"{path.name} is not arranged in sections."
        raise AnswerError("FILE-SHAPE", message, "See data/examples for one that is.")
    return Reading(document)


def _toml(path: Path, text: str) -> JSON:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at (line \d+, column \d+|end of document)\)$", str(error))
        place = found.group(1) if found else "an unknown place"
    except ValueError:  # an integer of thousands of digits
        place = "a number that is too long"
    remedy = 'Text stands between quotes, such as extension = "0100"; every name is given once.'
    raise AnswerError("TOML-SYNTAX", f"{path.name} is not TOML: see {place}.", remedy) from None


def _json(path: Path, text: str) -> JSON:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_int=_integer, parse_constant=str)
    except json.JSONDecodeError as error:
        message = f"{path.name} is not JSON: see line {error.lineno}, column {error.colno}."
        raise AnswerError("JSON-SYNTAX", message) from None
    except KeyError as error:
        message = f"{path.name} gives “{str(error.args[0])[:60]}” twice in one place."
        raise AnswerError("JSON-TWICE", message, "Remove one of them.") from None


def _integer(text: str) -> int | str:
    return int(text) if len(text) < 20 else text


def _once(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for name, value in pairs:
        if name in found:
            raise KeyError(name)
        found[name] = value
    return found


def write_csv_folder(
    questionnaire: Questionnaire, document: Answers, folder: Path, is_blank_kept: bool = False
) -> None:
    """Writes a CSV file for each section that has answers. Raises InputError.

    To be filled in, ``is_blank_kept`` adds the sections and questions without an answer, and what they mean.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("FILE-UNWRITABLE", f"The folder {folder} cannot be made ({error.strerror}).") from None
    for section in questionnaire.sections:
        lines = list(_lines_of(questionnaire, section, document.get(section.id), is_blank_kept))
        if len(lines) > 1 or is_blank_kept:
            text = io.StringIO(newline="")
            csv.writer(text).writerows(lines)
            write_file(folder / f"{section.id}.csv", text.getvalue().encode("utf-8-sig"))


def _lines_of(asked: Questionnaire, section: Section, content: Any, is_blank_kept: bool) -> Iterator[Sequence[str]]:
    """The lines of one file; none without answers, unless it is to be filled in."""
    if section.is_table and (is_blank_kept or isinstance(content, list | tuple)):
        yield from _table(section, content)
    elif not section.is_table and (is_blank_kept or isinstance(content, Mapping)):
        yield (*_HEAD, "meaning") if is_blank_kept else _HEAD
        for question in section.questions:
            value = content.get(question.name) if isinstance(content, Mapping) else None
            meaning = [guarded(f"{question.label}. {sheet_layout.meaning(asked, question)}")] if is_blank_kept else []
            if is_blank_kept or not is_blank(value):
                yield question.name, _written(question, value), *meaning


def _table(section: Section, content: Any) -> Iterator[list[str]]:
    """Headings and rows; the ids of the rows in a last column, once they have any."""
    rows = rows_in(content)
    beside = [ROW_ID] if any(map(row_id, rows)) else []
    yield [*(question.name for question in section.questions), *beside]
    for row in rows:
        yield [*(_written(q, row.get(q.name)) for q in section.questions), *(row_id(row) for _ in beside)]


def read_csv_folder(questionnaire: Questionnaire, folder: Path) -> Reading:
    """Answers from the CSV files of a folder; separated by comma, semicolon or tab.

    Raises InputError when there are none or one cannot be read, AnswerError when one is no CSV.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    if not files:
        remedy = "One for each section, such as users.csv."
        raise InputError("FOLDER-EMPTY", f"There are no CSV files in {folder}.", remedy)
    reader = _FolderReader(questionnaire)
    for path in files[:200]:
        section = questionnaire.section(path.stem)
        if section is None:
            reader.report("unknown-file", "", where=path.name, value=shown(path.stem))
        elif section.is_table:
            reader.table(section, path)
        else:
            reader.record(section, path)
    return reader.reading()


class _FolderReader(ReadingBuilder):
    def record(self, section: Section, path: Path) -> None:
        known = _named(section)
        record: dict[str, JSON] = {}
        self.cells[section.id, None] = path.name
        for number, line in self._lines(path):
            where, name = f"{path.name} line {number}", line[0]
            question = known.get(sheet_layout.heading_key(name))
            if question is None:
                if tuple(word.strip().casefold() for word in line[:2]) != _HEAD:
                    self._report_unknown(section, name, where)
            elif (question.id, None) in self.cells:
                self.report("repeated-line", question.id, where=where, value=question.label)
            else:
                self.cells[question.id, None] = where
                self._take(question, line[1] if len(line) > 1 else "", record)
        if record:
            self.document[section.id] = record

    def _report_unknown(self, section: Section, name: str, where: str) -> None:
        code, values = strange(section, name)
        self.report(code, section.id, where=where, **values)

    def table(self, section: Section, path: Path) -> None:
        self.cells[section.id, None] = path.name
        lines = self._lines(path)
        head = next(lines, (0, []))[1]
        columns, ids = self._columns(section, path, head), {n for n, name in enumerate(head) if name.strip() == ROW_ID}
        rows: list[dict[str, JSON]] = []
        for number, line in lines:
            where = f"{path.name} line {number}"
            if self.is_full(section, rows, where):
                break
            if ids and not any(text.strip() for place, text in enumerate(line) if place not in ids):
                continue  # a row that somebody has emptied
            if len(line) > len(columns):
                self.report("row-width", section.id, len(rows), where=where, count=len(line), most=len(columns))
            row: dict[str, JSON] = brought(next((line[place] for place in ids if place < len(line)), ""))
            for question, text in zip(columns, line, strict=False):
                if question is not None:
                    self._take(question, text, row)
                    self.cells[question.id, len(rows)] = f"{where}, {question.name}"
            self.cells[section.id, len(rows)] = where
            rows.append(row)
        if rows:
            self.document[section.id] = rows

    def _columns(self, section: Section, path: Path, head: Sequence[str]) -> list[Question | None]:
        known, found, where = _named(section), list[Question | None](), f"{path.name} line 1"
        for name in head:
            is_silent = is_blank(name) or name.strip() == ROW_ID
            question = None if is_silent else known.get(sheet_layout.heading_key(name))
            found.append(None if is_silent else self.column(section, name, question, [*filter(None, found)], where))
        return found

    def _lines(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        text, is_guess = decoded(path)
        if is_guess:
            self.report("csv-encoding", path.stem, where=path.name, severity="warning", value=path.name)
        return csv_lines(path, text)

    def _take(self, question: Question, text: str, row: dict[str, JSON]) -> None:
        if not is_blank(text := unguarded(text)):
            row[question.name] = taken(self.asked, question, text)


def _named(section: Section) -> dict[str, Question]:
    """Name or label, as headings are compared -> question; the name wins."""
    names = {sheet_layout.heading_key(question.label): question for question in section.questions}
    return names | {sheet_layout.heading_key(question.name): question for question in section.questions}


def decoded(path: Path) -> tuple[str, bool]:
    """(text, whether its encoding is a guess) of a file as spreadsheets save it: UTF-8, UTF-16 or Windows-1252.

    Raises InputError FILE-ENCODING for what is no text.
    """
    data = read_bytes(path, MOST_BYTES)
    encodings = ["utf-8-sig", "cp1252"]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif data[1:200:2].count(0) > len(data[1:200:2]) // 2:  # every other byte of western text in UTF-16 is empty
        encodings = ["utf-16-le"]
    elif data[:200:2].count(0) > len(data[:200:2]) // 2:
        encodings = ["utf-16-be"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding == "cp1252"
    remedy = "Save it again as CSV UTF-8 in Excel."
    raise InputError("FILE-ENCODING", f"The file {path} is no text that can be read.", remedy)


def csv_lines(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, values) of the lines that hold anything."""
    first = text.partition("\n")[0]
    announced = _SEPARATOR.match(first)
    separator = announced.group(1) if announced else max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for line in reader:
            if any(word.strip() for word in line) and not (announced and reader.line_num == 1):
                yield reader.line_num, line
    except csv.Error:
        message = f"{path.name} is no proper CSV: see line {reader.line_num}."
        remedy = "A quote that is opened must be closed; save it again from the spreadsheet."
        raise AnswerError("CSV-SYNTAX", message, remedy) from None


def _written(question: Question, value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    if is_blank(value):
        return ""
    if question.kind is Kind.CHOICES and isinstance(value, list | tuple):
        text = "; ".join(str(plain(item)) for item in value)
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    else:
        text = shown(value) if isinstance(value, list | tuple | Mapping) else str(plain(value))
    return guarded(text)

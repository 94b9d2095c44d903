"""Answers as files: a workbook, TOML, JSON, or a folder of CSV files, one for each section."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onboarding.answers.csv_folder import read_csv_folder, write_csv_folder
from onboarding.answers.kinds import is_blank
from onboarding.answers.reading import Reading, plain
from onboarding.answers.workbook import read_workbook
from onboarding.domain.json import JSON, Document
from onboarding.domain.question import Questionnaire
from onboarding.errors import AnswerError, InputError
from onboarding.files import read_text, write_file

__all__ = ["read_answers", "write_csv_folder", "write_json", "write_toml"]

MOST_BYTES = 8 * 2**20
"""Size of a text file of answers; 2,000 users take about one tenth."""


def read_answers(questionnaire: Questionnaire, path: Path) -> Reading:
    """Answers from a file or folder, by its ending: ``.xlsx``, ``.toml``, ``.json``, a folder of ``.csv``.

    Nothing is judged yet: that is `check`. Raises InputError for what cannot be read, AnswerError for what
    is not written as it must be.
    """
    if path.is_dir():
        return read_csv_folder(questionnaire, path)
    ending = path.suffix.lower()
    if ending == ".toml":
        return _read(path, _toml)
    if ending == ".json":
        return _read(path, _json)
    if ending in (".xlsx", ".xls", ".xlsm", ".xlsb"):
        return read_workbook(questionnaire, path)
    if not path.exists():
        raise InputError("FILE-MISSING", f"There is no file {path}.", "Check the name.")
    remedy = "Give a workbook (.xlsx), a TOML or JSON file, or a folder of CSV files."
    raise InputError("FILE-FORMAT", f"Answers cannot be read from {path.name}.", remedy)


def write_toml(questionnaire: Questionnaire, document: Document, target: Path) -> None:
    """Writes the answers as TOML in the order of the questionnaire. Raises InputError."""
    import tomlkit

    write_file(target, tomlkit.dumps(_filled(_ordered(questionnaire, document))).encode())


def write_json(questionnaire: Questionnaire, document: Document, target: Path) -> None:
    """Writes the answers as JSON in the order of the questionnaire. Raises InputError."""
    text = json.dumps(_ordered(questionnaire, document), ensure_ascii=False, indent=2, allow_nan=False)
    write_file(target, (text + "\n").encode())


def _ordered(questionnaire: Questionnaire, document: Document) -> dict[str, JSON]:
    """The document as plain JSON, known sections and questions first and in their order, without blanks."""
    known = [section.id for section in questionnaire.sections]
    ordered: dict[str, JSON] = {}
    for name in (*(n for n in known if n in document), *(n for n in document if n not in known)):
        section = questionnaire.section(name)
        names = [question.name for question in section.questions] if section else []
        held = document[name]
        if isinstance(held, Mapping):
            ordered[name] = _ordered_row(names, held)
        elif isinstance(held, list | tuple):
            ordered[name] = [_ordered_row(names, row) if isinstance(row, Mapping) else plain(row) for row in held]
        elif not is_blank(held):
            ordered[name] = plain(held)
    return ordered


def _ordered_row(names: list[str], row: Mapping[str, Any]) -> dict[str, JSON]:
    sequence = (*(n for n in names if n in row), *(n for n in row if n not in names))
    return {name: plain(row[name]) for name in sequence if not is_blank(row[name])}


def _filled(held: JSON) -> JSON:
    """The same without None, which TOML does not have."""
    if isinstance(held, dict):
        return {name: _filled(value) for name, value in held.items() if value is not None}
    return [_filled(value) for value in held if value is not None] if isinstance(held, list) else held


def _read(path: Path, parse: Any) -> Reading:
    text = read_text(path, MOST_BYTES)
    try:
        held = plain(parse(path, text))
    except RecursionError:
        raise AnswerError("FILE-DEPTH", f"{path.name} nests lists and tables far deeper than answers are.") from None
    if not isinstance(held, dict):
        message = f"{path.name} is not arranged in sections."
        raise AnswerError("FILE-SHAPE", message, "See data/examples for one that is.")
    return Reading(held)


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
    held: dict[str, JSON] = {}
    for name, value in pairs:
        if name in held:
            raise KeyError(name)
        held[name] = value
    return held

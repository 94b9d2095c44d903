"""The questionnaire as an Excel workbook: written for the customer, read back with every problem at its cell."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from onboarding.answers.reading import Reading
from onboarding.answers.workbook_guard import MOST_BYTES, admit
from onboarding.domain.json import Answers
from onboarding.domain.question import Questionnaire
from onboarding.files import read_bytes, write_file

__all__ = ["Reading", "read_workbook", "write_workbook"]


def write_workbook(
    questionnaire: Questionnaire, document: Answers, target: Path | BinaryIO, customer_name: str = "", owner: str = ""
) -> None:
    """Writes the questionnaire with the answers there are; the same input gives the same bytes.

    A sheet of instructions, one of all records, one for each table; with ``owner`` only what that party is asked.
    Raises AnswerError for an answer no cell can hold, InputError when the file cannot be written or nothing is asked of
    the owner.
    """
    from onboarding.answers.workbook_writer import workbook_bytes

    data = workbook_bytes(questionnaire, document, customer_name, owner)
    if isinstance(target, Path):
        write_file(target, data)
    else:
        target.write(data)


def read_workbook(questionnaire: Questionnaire, source: Path | bytes) -> Reading:
    """Answers of a filled-in workbook; what is wrong with sheets and cells is in ``problems``.

    The part of one party comes with its ``owner``; `part.merged` puts it among the other answers.

    Raises AnswerError for a file that cannot or must not be opened (damaged, password, macros, links to other
    workbooks, too large, old format) or that belongs to another profile; InputError for one that cannot be read.
    """
    from onboarding.answers.workbook_reader import read_package

    data = source if isinstance(source, bytes) else read_bytes(source, MOST_BYTES)
    return read_package(questionnaire, admit(data))

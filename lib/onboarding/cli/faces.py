"""The questionnaire written for a customer, each way by the ending of its file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from onboarding.errors import InputError

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.domain.json import Answers
    from onboarding.domain.question import Questionnaire

Face = Callable[["Case", Path, str, bool], None]
"""Writes the questionnaire of a case to a file, for one owner, or joint with those of the customer's other services."""

PRINTED = (".html", ".pdf")
WHOLE = (".toml", ".json", "")
"""Faces in which a party's part looks like the whole."""


def face_of(target: Path, owner: str, is_printed: bool) -> Face:
    """What writes a customer's questionnaire with the answers there are into such a file.

    Raises InputError for an ending that is none of ours, or one that cannot hold the part of one party.
    """
    ending = target.suffix.lower()
    if is_printed and ending not in PRINTED:
        raise InputError("SHEET-NAME", f"{target} ends in neither .html nor .pdf.", "Those are what is printed.")
    if ending not in _FACES:
        others = ".html and .pdf to print, .toml, .json, and no ending for a folder of CSV files"
        remedy = f"Excel opens workbooks by that ending. Others are {others}."
        raise InputError("SHEET-NAME", f"{target} does not end in .xlsx.", remedy)
    if owner and ending in WHOLE:
        words = f"{target.name} cannot hold the part of one party."
        raise InputError("SHEET-OWNER", words, "Write it as .xlsx, .html or .pdf.")
    return _FACES[ending]


def _asked(case: Case, is_joint: bool) -> tuple[Questionnaire, Answers]:
    """What is asked, and what is answered of it."""
    if is_joint:
        return case.joint_questionnaire, case.joint_document
    return case.questionnaire, case.document


def _workbook(case: Case, target: Path, owner: str, is_joint: bool) -> None:
    from onboarding.answers.workbook import write_workbook

    write_workbook(*_asked(case, is_joint), target, case.titled, owner)


def _page(case: Case, target: Path, owner: str, is_joint: bool) -> None:
    from onboarding.answers.printable import printable
    from onboarding.files import write_file

    references = [one for one in case.profile.references if not one.is_internal]
    page = printable(*_asked(case, is_joint), case.customer.name, owner, references, case.reseller)
    write_file(target, page.encode())


def _pdf(case: Case, target: Path, owner: str, is_joint: bool) -> None:
    from onboarding.report.pdf import to_pdf

    with tempfile.TemporaryDirectory(prefix="onboarding-sheet-") as folder:
        page = Path(folder) / f"{target.stem}.html"
        _page(case, page, owner, is_joint)
        to_pdf(page, target)


def _text(case: Case, target: Path, owner: str, is_joint: bool) -> None:
    from onboarding.answers.answer_files import write_json, write_toml

    write = write_toml if target.suffix.lower() == ".toml" else write_json
    write(*_asked(case, is_joint), target)


def _folder(case: Case, target: Path, owner: str, is_joint: bool) -> None:
    from onboarding.answers.answer_files import write_csv_folder

    write_csv_folder(*_asked(case, is_joint), target, is_blank_kept=True)


_FACES: Mapping[str, Face] = {
    ".xlsx": _workbook, ".html": _page, ".pdf": _pdf, ".toml": _text, ".json": _text, "": _folder,
}  # fmt: skip

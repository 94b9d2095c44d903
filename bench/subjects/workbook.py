"""A workbook of 5,000 users: written, then read and checked, beside bare openpyxl and bare zip and XML.

Once as we write it, once as a spreadsheet program gives it back: numbers as numbers, styled cells below the rows, a
claim about its size that is wrong.
"""

from __future__ import annotations

import io
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl

from bench.figure import Figure, Measured
from bench.measure import cost
from bench.plan import ROOT, Plan

USERS = 5000
BLANK = 3000  # styled rows below the users
TODAY = date(2026, 3, 2)


class Reading:
    """The figures of one workbook."""

    def __init__(self, which: str) -> None:
        name = f"workbook of 5,000 users in, {which}"
        self.whole = Figure(f"{name}, processor", "s", at_most=3.0, judged="minimum")
        self.read = Figure(f"{name}: read, processor", "s", judged="minimum")
        self.check = Figure(f"{name}: checked, processor", "s", judged="minimum")
        self.openpyxl = Figure(f"{name}: by bare openpyxl, processor", "s", judged="minimum")
        self.xml = Figure(f"{name}: by bare zip and XML, processor", "s", judged="minimum")
        self.ratio = Figure(f"{name}: read : bare openpyxl", "times", at_least=0.4)
        self.memory = Figure(f"{name}: most memory", "MB", at_most=400.0)
        self.figures = (self.whole, self.read, self.check, self.openpyxl, self.xml, self.ratio, self.memory)

    def of(self, turns: list[dict[str, dict[str, float]]]) -> Iterator[Measured]:
        yield self.whole.of(turn["ours"]["read"] + turn["ours"]["check"] for turn in turns)
        yield self.read.of(turn["ours"]["read"] for turn in turns)
        yield self.check.of(turn["ours"]["check"] for turn in turns)
        yield self.openpyxl.of(turn["openpyxl"]["read"] for turn in turns)
        yield self.xml.of(turn["xml"]["read"] for turn in turns)
        yield self.ratio.of(turn["openpyxl"]["read"] / turn["ours"]["read"] for turn in turns)
        yield self.memory.of(turn["ours"]["memory"] for turn in turns)


WRITTEN = Figure("workbook of 5,000 users out, processor", "s", judged="minimum")
SIZE = Figure("workbook of 5,000 users, size", "kB")
OURS, RETURNED = Reading("as we write it"), Reading("as it comes back")
FIGURES = (*OURS.figures, *RETURNED.figures)


def _document() -> dict[str, Any]:
    """The example customer grown to 5,000 users, each with a number that is ported."""
    from onboarding.answers.answer_files import read_answers
    from onboarding.profile.load import load_profile
    from onboarding.resources import shipped

    example = shipped("data", "examples", "bright-smile.toml")
    document = dict(read_answers(load_profile("chinook").questionnaire, example).document)
    pattern = document["users"][1]
    document["users"] = [
        pattern
        | {"email": f"user{n}@brightsmile.example", "extension": str(100_000 + n), "number": f"+1617{2_000_000 + n}"}
        for n in range(USERS)
    ]
    account = document["port_orders"][0]["btn"]
    moved = [{"number": user["number"], "btn": account} for user in document["users"]]
    document["port_numbers"] = [{"number": account, "btn": account}, *moved]
    return document


def _as_returned(data: bytes) -> bytes:
    """The workbook as Excel saves it: its texts shared, a number typed into a column for text, rows that only look."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        texts = re.findall(rb"<si><t[^>]*>([^<]*)</t></si>", old.read("xl/sharedStrings.xml"))

        def typed(found: re.Match[bytes]) -> bytes:
            text = texts[int(found[2])]
            return b"<c%s><v>%s</v></c>" % (found[1], text[1:]) if text.startswith(b"+1617") else found[0]

        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', part)
                part = re.sub(rb'<c( r="[A-Z]+[0-9]+"(?: s="[0-9]+")?) t="s"><v>([0-9]+)</v></c>', typed, part)
                blank = b"".join(
                    b'<row r="%d">%s</row>' % (n, b"".join(b'<c r="%c%d" s="1"/>' % (65 + c, n) for c in range(14)))
                    for n in range(USERS + 10, USERS + 10 + BLANK)
                )
                if part.count(b"<row ") > USERS and part.count(b"<dataValidation ") > 2:  # the users
                    part = part.replace(b"</sheetData>", blank + b"</sheetData>")
            new.writestr(name, part)
    return target.getvalue()


def _ours(path: Path) -> None:
    from onboarding.answers.check import check
    from onboarding.answers.workbook import read_workbook
    from onboarding.profile.load import load_profile

    questionnaire = load_profile("chinook").questionnaire
    with _spent("read"):
        reading = read_workbook(questionnaire, path)
    with _spent("check"):
        checked = check(questionnaire, reading.document, TODAY)
        reading.locate(checked.problems)
    assert len(checked.values["users"]) == USERS
    assert not checked.errors, checked.errors[:3]


def _openpyxl(path: Path) -> None:
    with _spent("read"):
        book = openpyxl.load_workbook(path, read_only=True)
        for sheet in book.worksheets:
            for _row in sheet.iter_rows(max_row=USERS + BLANK + 20, max_col=60):
                pass
        book.close()


def _xml(path: Path) -> None:
    with _spent("read"), zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
                with archive.open(name) as part:
                    for _event, element in ElementTree.iterparse(part):
                        element.clear()


WAYS = {"ours": _ours, "openpyxl": _openpyxl, "xml": _xml}
spent: dict[str, float] = {}


@contextmanager
def _spent(what: str) -> Iterator[None]:
    begun = time.process_time()
    yield
    spent[what] = time.process_time() - begun


def _child(way: str, path: Path) -> dict[str, float]:
    """Processor seconds and megabytes of reading in a process of its own."""
    command = [sys.executable, "-m", "bench.subjects.workbook", way, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def run(plan: Plan) -> Iterator[Measured]:
    """Every reading in a process of its own, by turns; the workbook that is sent out, and the same as it comes back."""
    from onboarding.answers.workbook import write_workbook
    from onboarding.profile.load import load_profile

    with tempfile.TemporaryDirectory(prefix="onboarding-bench-") as folder:
        ours, returned = Path(folder) / "ours.xlsx", Path(folder) / "returned.xlsx"
        document, asked = _document(), load_profile("chinook").questionnaire
        yield WRITTEN.of([cost(lambda: write_workbook(asked, document, ours)).processor for _ in range(plan.rounds)])
        yield SIZE.of([ours.stat().st_size / 1024])
        returned.write_bytes(_as_returned(ours.read_bytes()))
        for figures, path in ((OURS, ours), (RETURNED, returned)):
            turns = [{way: _child(way, path) for way in WAYS} for _ in range(plan.rounds)]
            yield from figures.of(turns)


def _peak() -> float:
    """Most megabytes of this process; `resource` would count the process it was forked from as well."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 2**20)


if __name__ == "__main__":
    WAYS[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps({**spent, "memory": _peak()}))

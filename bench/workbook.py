"""A workbook of 5,000 users: written, then read and checked in a process of its own, so that memory is known.

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
from datetime import date
from pathlib import Path
from typing import Any

from bench.figure import Figure

ROOT = Path(__file__).resolve().parent.parent
USERS = 5000
BLANK = 3000  # styled rows below the users
TODAY = date(2026, 3, 2)


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


def _read(path: Path) -> dict[str, float]:
    """Seconds and peak memory (MB) of reading and checking; runs in the child."""
    from onboarding.answers.check import check
    from onboarding.answers.workbook import read_workbook
    from onboarding.profile.load import load_profile

    questionnaire = load_profile("chinook").questionnaire
    begun = time.perf_counter()
    reading = read_workbook(questionnaire, path)
    between = time.perf_counter()
    checked = check(questionnaire, reading.document, TODAY)
    ended = time.perf_counter()
    reading.locate(checked.problems)
    assert len(checked.values["users"]) == USERS
    assert not checked.errors, checked.errors[:3]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "read": between - begun,
        "check": ended - between,
        "memory": peak / (1024 if sys.platform != "darwin" else 2**20),
    }


def run() -> list[Figure]:
    """Times, size and memory; the bounds are those promised for the workbook."""
    from onboarding.answers.workbook import write_workbook
    from onboarding.profile.load import load_profile

    with tempfile.TemporaryDirectory(prefix="onboarding-bench-") as folder:
        ours, returned = Path(folder) / "ours.xlsx", Path(folder) / "returned.xlsx"
        document = _document()
        begun = time.perf_counter()
        write_workbook(load_profile("chinook").questionnaire, document, ours)
        written = time.perf_counter() - begun
        returned.write_bytes(_as_returned(ours.read_bytes()))
        figures: list[Figure] = [
            Figure(f"workbook of {USERS} users written", written, "s"),
            Figure(f"workbook of {USERS} users, size", ours.stat().st_size / 1024, "kB"),
        ]
        for name, path in (("as we write it", ours), ("as it comes back", returned)):
            command = [sys.executable, "-m", "bench.workbook", str(path)]
            child = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
            figures += [
                Figure(f"{USERS} users read and checked, {name}", child["read"] + child["check"], "s", most=5.0),
                Figure(f"{USERS} users checked, {name}", child["check"], "s", most=2.5),
                Figure(f"peak memory, {name}", child["memory"], "MB", most=400.0),
            ]
    return figures


if __name__ == "__main__":
    print(json.dumps(_read(Path(sys.argv[1]))))

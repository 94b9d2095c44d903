"""A workbook of 2,000 users: written, then read and checked in a process of its own, so that memory is known."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

USERS = 2000
TODAY = date(2026, 3, 2)


def _document() -> dict[str, Any]:
    """The example customer grown to 2,000 users, each with a number that is ported."""
    from onboarding import settings
    from onboarding.answers.files import read_answers
    from onboarding.profile.load import load_profile

    example = settings.project_root() / "data" / "examples" / "bright-smile.toml"
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


def run() -> list[tuple[str, float, str, float | None]]:
    """Figures for 2,000 users; the limits are those promised for the workbook."""
    from onboarding.answers.workbook import write_workbook
    from onboarding.profile.load import load_profile

    with tempfile.TemporaryDirectory(prefix="onboarding-bench-") as folder:
        path = Path(folder) / "large.xlsx"
        document = _document()
        begun = time.perf_counter()
        write_workbook(load_profile("chinook").questionnaire, document, path)
        written = time.perf_counter() - begun
        command = [sys.executable, __file__, str(path)]
        child = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        size = path.stat().st_size / 1024
    return [
        (f"workbook of {USERS} users written", written, "s", None),
        (f"workbook of {USERS} users, size", size, "kB", None),
        (f"workbook of {USERS} users read and checked", child["read"] + child["check"], "s", 3.0),
        (f"{USERS} users checked", child["check"], "s", 1.0),
        ("peak memory of reading and checking", child["memory"], "MB", 300.0),
    ]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_read(Path(sys.argv[1]))))
    else:
        for name, value, unit, limit in run():
            print(f"{name:<50} {value:>10.3f} {unit:<4} {'' if limit is None else f'limit {limit:g}'}")

"""Another process at the same workspace, for tests of what two do at once and of what a kill leaves.

Run as ``python worker.py FOLDER URL COMMAND ...``; says ``ready`` when it is where the test wants it.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from onboarding.domain.action import Action, Operation
from onboarding.domain.event import NOTHING
from onboarding.errors import Busy
from onboarding.store.store import Store
from onboarding.store.values import RunStart

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CUSTOMER = "bright-smile"


def _wait() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    time.sleep(60)


def hold(store: Store) -> None:
    with store.lock(CUSTOMER):
        _wait()


def intend(store: Store) -> None:
    action = Action("provision.create-user/a", "provision.create-user", "portal", Operation.CREATE, "user", "a", "A")
    store.intend(CUSTOMER, "provision", action, "bright-smile/1/a", AT)
    _wait()


def run(store: Store) -> None:
    store.start_run(RunStart(CUSTOMER, "gather", {"customer": CUSTOMER}, "e" * 64, "1", "anna", AT))
    _wait()


def archive(store: Store) -> None:
    """Dies after the notebook's file is there and before its row says so."""
    run_id = store.start_run(RunStart(CUSTOMER, "gather", {"customer": CUSTOMER}, "e" * 64, "1", "anna", AT))
    store._archive.put(f"{CUSTOMER}/{run_id[-4:]}-gather.ipynb", b"{}")
    _wait()


def leave(store: Store) -> None:
    """Dies after its run has ended and before the folder of the run is gone."""
    run_id = store.start_run(RunStart(CUSTOMER, "gather", {"customer": CUSTOMER}, "e" * 64, "1", "anna", AT))
    with store.folder_of(run_id) as folder:
        (folder / "10_gather.ipynb").write_bytes(b"{}")
        store.finish_run(run_id, "done", NOTHING, AT, b"{}")
        _wait()


def save(store: Store) -> None:
    """Acknowledges every answer once it is saved, until killed."""
    company: dict[str, int] = {}
    for number in range(10_000):
        company[f"note {number}"] = number
        store.save_section(CUSTOMER, "company", company, "anna", AT, "form")
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def add(store: Store, name: str, count: str) -> None:
    """Adds keys to the newest record, and begins anew where somebody was quicker."""
    for number in range(int(count)):
        is_kept = False
        while not is_kept:
            newest = store.answers(CUSTOMER)
            version, document = (newest.version, newest.document) if newest else (0, {})
            company = {**document.get("company", {}), f"{name}{number}": number}
            with suppress(Busy):
                store.save_section(CUSTOMER, "company", company, name, AT, "form", based_on=version)
                is_kept = True


def table(store: Store) -> None:
    """The same ten rows again and again, as from a file that knows no ids."""
    rows = [{"email": f"user{number}@brightsmile.example"} for number in range(10)]
    for _ in range(10):
        store.save_section(CUSTOMER, "users", rows, "anna", AT, "file")


def reserve(store: Store, customer: str, number: str) -> None:
    """Says who has it already."""
    sys.stdout.write(",".join(store.reserve(customer, {("number", "", number): "new"}, AT).values()) + "\n")


if __name__ == "__main__":
    folder, url, command, *rest = sys.argv[1:]
    with Store.open(Path(folder), url) as opened:
        globals()[command](opened, *rest)

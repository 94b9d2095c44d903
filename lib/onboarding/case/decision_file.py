"""Many decisions for many customers from one file, as TOML or JSON.

    [[decision]]
    customer = "bright-smile"
    gate = "go-no-go"
    approve = true
    by = "ana.ortiz@brightsmile.example"
    role = "customer"
    note = "by telephone"
    evidence = "go.pdf"                 # beside the file
    same_file = true                    # only where that file proves something else too
    answers = { window = "evening" }    # what the gate asks besides

Each decision is kept as a whole or not at all. An entry that was kept before is not kept again, whatever has changed
since: a file that is read once more approves nothing that nobody has looked at.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from onboarding.answers.reading import plain
from onboarding.case import clock
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide, objections
from onboarding.domain.action import Attachment
from onboarding.domain.history import GateDecision
from onboarding.domain.json import digest
from onboarding.errors import InputError, OnboardingError
from onboarding.files import beside, open_file
from onboarding.store.store import Store

LARGEST = 8 * 2**20
"""Bytes of a file of decisions."""

TEXTS = ("customer", "gate", "by", "role", "note", "evidence", "seen", "service")
WANTED = ("customer", "gate", "by", "role")
KEYS = (*TEXTS, "approve", "answers", "same_file")


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one entry, the ``number``-th of the file: kept, kept before, or what is wrong with it."""

    number: int
    customer: str
    gate: str
    kept: GateDecision | None = None
    before: GateDecision | None = None
    problems: tuple[OnboardingError, ...] = ()


def decide_file(
    store: Store, path: Path, as_of: str, read_document: Callable[[Path], Attachment | None]
) -> list[Entry]:
    """Takes every decision of the file in its order. Raises InputError for a file that cannot be read at all.

    They are taken as of an ISO day or instant, now when it is empty (`case.clock.as_of`). ``read_document`` gives the
    file of a proof, or raises InputError.
    """
    entries = _read(path)
    return [_take(store, number, entry, path.parent, as_of, read_document) for number, entry in enumerate(entries, 1)]


def _take(
    store: Store,
    number: int,
    entry: Any,
    folder: Path,
    as_of: str,
    read_document: Callable[[Path], Attachment | None],
) -> Entry:
    given = entry if isinstance(entry, Mapping) else {}
    customer, gate = str(given.get("customer", "")), str(given.get("gate", ""))
    problems: list[OnboardingError] = [*_faults(entry)]
    if problems:
        return Entry(number, customer, gate, problems=tuple(problems))
    try:
        document = read_document(beside(folder, given["evidence"])) if given.get("evidence") else None
        opened = Case.open(store, customer, datetime.now(UTC), given["by"].strip(), given.get("service", ""))
        case = clock.as_of(opened, as_of)
        vote = _vote(given, document)
        if known := _kept_before(case, vote):
            return Entry(number, customer, gate, before=known)
        problems += objections(case, vote)
        kept = None if problems else decide(case, vote)
    except OnboardingError as problem:
        return Entry(number, customer, gate, problems=(problem,))
    return Entry(number, customer, gate, kept, problems=tuple(problems))


def _vote(given: Mapping[str, Any], document: Attachment | None) -> Vote:
    proof = sha256(document.data).hexdigest() if document else ""
    origin = digest({**{key: value for key, value in given.items() if value not in ("", {})}, "evidence": proof})
    texts = {key: str(given.get(key, "")) for key in TEXTS}
    return Vote(
        texts["gate"], given["approve"], texts["role"], texts["note"], document, given.get("answers") or {},
        texts["seen"], origin, given.get("same_file", False),
    )  # fmt: skip


def _kept_before(case: Case, vote: Vote) -> GateDecision | None:
    record = case.record
    decisions = [*(word for phase in record.earlier for word in phase.decisions), *record.decisions]
    return next((word for word in decisions if word.origin == vote.origin), None)


def _faults(entry: Any) -> Iterator[InputError]:
    """What is wrong with an entry before anybody is asked."""
    if not isinstance(entry, Mapping):
        yield _fault("A decision is a table.")
        return
    for key in (key for key in entry if key not in KEYS):
        yield _fault(f"There is no {key!r} in a decision; it has {', '.join(KEYS)}.")
    for key in TEXTS:
        value = entry.get(key, "")
        if not isinstance(value, str):
            yield _fault(f"{key!r} is a text.")
        elif key in WANTED and not value.strip():
            yield _fault(f"{key!r} is missing.")
    if not isinstance(entry.get("approve"), bool):
        yield _fault("'approve' is true or false.")
    if not isinstance(entry.get("same_file", False), bool):
        yield _fault("'same_file' is true or false.")
    if not isinstance(entry.get("answers", {}), Mapping):
        yield _fault("'answers' is a table.")


def _fault(message: str) -> InputError:
    return InputError("DECISION-ENTRY", message)


def _read(path: Path) -> list[Any]:
    try:
        with open_file(path) as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise _unread(path, f"is larger than {LARGEST // 2**20} MB")
        text = data.decode("utf-8")
        content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _unread(path, f"cannot be read: {reason}") from None
    entries = content.get("decision") if isinstance(content, Mapping) else content
    if not isinstance(entries, list) or not entries:
        raise _unread(path, "holds no [[decision]]")
    return [plain(entry) for entry in entries]


def _unread(path: Path, why: str) -> InputError:
    return InputError("DECISION-FILE", f"{path.name} {why}.", "Nothing was recorded; see `onboard gate --help`.")

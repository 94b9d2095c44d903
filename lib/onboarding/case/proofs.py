"""A file that is given as proof twice: pointed out, and taken only where somebody says that it is meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from onboarding.case.case import Case
from onboarding.domain.action import Attachment
from onboarding.domain.history import EarlierPhase, History
from onboarding.errors import InputError
from onboarding.stages.basis import covering

TWICE = "DOCUMENT-TWICE"
TICK = "the tick beside the file"


def used_file(case: Case, document: Attachment | None, subject: str) -> InputError | None:
    """The objection to a file that proves another task or gate of the customer than ``subject``; None without one."""
    if document is None:
        return None
    digest = sha256(document.data).hexdigest()
    for other, at in _proofs(case, digest):
        is_task = case.context().task(subject) is not None
        if (
            other == subject
            and is_task
            and not any(one.document == digest for one in covering(subject, case.context()))
        ):
            title = _title(case, other)
            message = f"{document.name} was filed for {title!r} before the answers changed: it does not cover them."
            remedy = "Give another file. If it covers them all the same, say so"
            return InputError(TWICE, message, f"{remedy} with {TICK}.", command=f"{remedy}: --same-file.")
        if other != subject:
            day = at.astimezone(case.calendar.zone).date()
            message = f"{document.name} is the file that proves {_title(case, other)!r} ({other}) since {day}."
            remedy = "Give another file. If this one proves both, say so"
            return InputError(TWICE, message, f"{remedy} with {TICK}.", command=f"{remedy}: --same-file.")
    return None


def _proofs(case: Case, digest: str) -> Iterator[tuple[str, datetime]]:
    """(task or gate, instant) of everything the file proves, in earlier phases too."""
    phases: list[EarlierPhase | History] = [*case.record.earlier, case.record]
    for part in phases:
        yield from ((line.task, line.at) for line in part.evidence if line.document == digest)
        yield from ((decision.gate, decision.at) for decision in part.decisions if decision.document == digest)


def _title(case: Case, name: str) -> str:
    """What a task or a gate is called."""
    found = case.context().task(name) or case.profile.gates.get(name)
    return found.title if found else name

"""Two who say something of the same task at the same time: one of them is heard, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from onboarding.case import work
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.case.lifecycle import begin_phase
from onboarding.domain.action import Attachment
from onboarding.domain.history import TaskRecord, TaskState
from onboarding.errors import Busy
from onboarding.store.store import Store
from tests.case.at_once import at_once
from tests.world import World, acting

SIGN, OTHER = "telephony.sign-loa", "telephony.request-new-numbers"


def _at_once(world: World, acts: list[Callable[[Case], object]]) -> list[str]:
    """The same for people at work on the world's customer, each of whom has looked where it stands."""

    def look(store: Store) -> Case:
        case = Case.open(store, world.name, world.at, "R. Diaz")
        case.progress()
        return acting(case, SIGN)

    return at_once(world.store.layout.folder, acts, look)


def _letter(place: int) -> Attachment:
    return Attachment(f"loa-{place}.txt", "text/plain", f"Signed, copy {place}.\n".encode())


def test_of_several_reports_at_once_one_counts(mixed: World) -> None:
    """The others hear that somebody was quicker, or that there is nothing left to do; one line of proof is kept."""
    mixed.apply("telephony")
    answers = _at_once(
        mixed,
        [lambda case, n=place: work.done(case, SIGN, document=_letter(n)) for place in range(6)],  # type: ignore[misc]
    )
    assert answers.count("") == 1
    assert set(answers) <= {"", "TASK-MOVED-ON", "TASK-CLOSED"}
    assert len([line for line in mixed.evidence(SIGN) if line.what.kind == "task.reported"]) == 1


def test_a_proof_that_is_added_twice_at_once_does_nothing_anew(mixed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The task stays as it was done: whoever was slower by a moment has not done it once more, and the file is there
    once.
    """
    mixed.apply("telephony")
    work.done(acting(mixed.case, SIGN), SIGN, document=_letter(0))
    before, slower, keep = mixed.case.record.tasks[SIGN], acting(mixed.case, SIGN), Store.keep_document

    def quicker(store: Store, customer: str, *given: Any) -> str:
        monkeypatch.setattr(Store, "keep_document", keep)
        work.done(acting(mixed.case, SIGN), SIGN, document=_letter(1))
        return keep(store, customer, *given)

    monkeypatch.setattr(Store, "keep_document", quicker)
    mixed.at += timedelta(hours=1)
    slower.at = mixed.at
    work.done(slower, SIGN, document=_letter(1))
    assert mixed.case.record.tasks[SIGN] == before
    assert [line.what.kind for line in mixed.evidence(SIGN)[1:] if line.document] == ["task.proof-added"]


def test_a_report_that_was_decided_on_something_older_is_refused(mixed: World) -> None:
    """The record says what it said when it was looked at, or nothing is kept: neither line nor state."""
    mixed.apply("telephony")
    before = {SIGN: mixed.case.record.tasks[SIGN]}
    work.done(acting(mixed.case, SIGN), SIGN, document=_letter(0))
    done = mixed.case.record.tasks[SIGN]
    lines = mixed.evidence(SIGN)
    with pytest.raises(Busy) as refused:
        mixed.case.report(lines, [before[SIGN]], before)
    assert refused.value.code == "TASK-MOVED-ON"
    assert (mixed.case.record.tasks[SIGN], mixed.evidence(SIGN)) == (done, lines)


def test_one_person_has_one_say_also_at_once(mixed: World) -> None:
    """Said in two roles at the same time, one of them counts."""
    roles = ("customer", "reseller")
    who = acting(mixed.case, SIGN).by
    mixed.store.layout.people.write_text(f'[[person]]\nname = "{who}"\nroles = ["customer", "reseller"]\n')
    answers = _at_once(
        mixed,
        [lambda case, role=role: decide(case, Vote("go-no-go", False, role, "not yet")) for role in roles],  # type: ignore[misc]
    )
    assert sorted(answers) == ["", "GATE-TWICE"]
    assert len(mixed.case.record.decisions) == 1


def test_of_two_next_phases_one_begins(mixed: World) -> None:
    """The other finds the first one's tasks open."""
    for task in mixed.case.context().tasks:
        mixed.store.set_task(mixed.name, TaskRecord(task.id, TaskState.SKIPPED, mixed.at))
    answers = _at_once(mixed, [lambda case: begin_phase(case, "Second building")] * 4)
    assert sorted(answers) == ["", *["PHASE-OPEN"] * 3]
    assert mixed.case.record.phase.number == 2


def test_a_run_does_not_undo_what_a_person_says_meanwhile(mixed: World) -> None:
    """A person closes the task while the run hands it over: it stays closed."""

    def meanwhile(_place: int, _total: int, _what: str) -> None:
        case = mixed.case
        if case.progress().task(SIGN).state is TaskState.READY:
            work.done(acting(case, SIGN), SIGN, document=_letter(0))

    mixed.step = meanwhile
    mixed.apply("telephony")
    assert mixed.state(SIGN) is TaskState.DONE

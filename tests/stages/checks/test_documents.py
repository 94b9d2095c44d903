"""Checks over what was filed, and the gate that wants a document of a task."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.condition import Condition
from onboarding.domain.event import noted
from onboarding.domain.history import Evidence, History, TaskRecord, TaskState
from onboarding.domain.question import Kind
from onboarding.domain.task import Gate, Task
from onboarding.domain.validity import Validity
from onboarding.stages.checks.documents import document_gate
from onboarding.stages.context import Context
from tests.extensions import params
from tests.stages.checks.look import missing
from tests.stages.small import asked, filed, question, small
from tests.stages.world import AT, context_of, example, group, profile_of

BILL, LETTER = "telephony.bill", "telephony.letter"
TASKS = (
    Task(BILL, "Supply the bill", "telephony", "customer"),
    Task(LETTER, "Sign the letter", "telephony", "customer"),
)
BOTH = {"tasks": [BILL, LETTER]}
SHEET = asked(
    question("insurance.expires_on", Kind.DATE),
    question("orders.wanted_on", Kind.DATE),
    question("orders.btn"),
    question("visit.on", Kind.DATE),
    tables={"orders": "btn"},
)


@pytest.mark.parametrize(
    ("task", "document", "holds"),
    [
        ("telephony.sign-loa", "0" * 64, True),
        ("telephony.sign-loa", "", False),
        ("gather.collect-users", "0" * 64, False),
    ],
)
def test_the_signed_letter_is_on_file(task: str, document: str, holds: bool) -> None:
    """A word is no letter, and another task's document is not it (C-22)."""
    line = Evidence(task, AT, "ben", noted("signed"), document=document)
    context = group(example())
    context = replace(context, record=replace(context.record, evidence=[line]))
    assert (missing("signed-loa-held", context, {"task": "telephony.sign-loa"}) == []) is holds
    assert (missing("signed-loa-held", context) == []) is holds, "that is the task unless another is named"


def test_a_document_lies_with_every_task() -> None:
    """What was done on somebody's word is named; what does not apply or was left out needs no document."""
    assert missing("documents-held", small(SHEET, {}, *TASKS, record=filed(BILL, LETTER)), BOTH) == []
    context = small(SHEET, {}, *TASKS, record=filed(BILL))
    assert missing("documents-held", context, BOTH) == ["No document is filed for: Sign the letter."]
    assert missing("documents-held", context, BOTH, states={LETTER: TaskState.SKIPPED}) == []
    assert missing("documents-held", context, BOTH, states={LETTER: TaskState.NOT_NEEDED}) == []
    assert len(missing("documents-held", small(SHEET, {}, *TASKS), BOTH)) == 2


def _came(on: date | None, wanted: str = "2026-03-23") -> Context:
    """Both documents filed on that day (none: not at all), for a port wanted then."""
    at = AT.replace(month=on.month, day=on.day) if on else AT
    tasks = {name: TaskRecord(name, TaskState.DONE, at) for name in (BILL, LETTER)} if on else {}
    record = History(tasks, (), filed(BILL, LETTER).evidence) if on else History()
    values = {"orders": [{"btn": "1", "wanted_on": "2026-05-01"}, {"btn": "2", "wanted_on": wanted}]}
    return small(SHEET, values, *TASKS, record=record)


AHEAD = {**BOTH, "question": "orders.wanted_on", "days": 21}


@given(st.integers(-5, 40))
def test_documents_come_so_many_days_ahead(days: int) -> None:
    """So many calendar days before the earliest date are enough; with fewer the next possible day is named."""
    came = date(2026, 3, 23) - timedelta(days=days)
    found = missing("documents-ahead", _came(came), AHEAD)
    assert bool(found) is (days < 21)
    if found:
        earliest = came + timedelta(days=21)
        assert found == [
            f"The documents came on {came}; 21 days ahead of 2026-03-23 are needed. Agree on {earliest} or later."
        ]


def test_open_documents_are_measured_by_today() -> None:
    """A wish that can still be met only lacks the documents, one that cannot is reported; without one: nothing."""
    late = missing("documents-ahead", _came(None, "2026-03-20"), AHEAD)
    assert late[-1] == (
        "The documents are not there on 2026-03-02; 21 days ahead of 2026-03-20 are needed. "
        "Agree on 2026-03-23 or later."
    )
    assert len(late) == 3
    assert len(missing("documents-ahead", _came(None), AHEAD)) == 2
    assert missing("documents-ahead", small(SHEET, {}, *TASKS), AHEAD) == []


def test_documents_without_a_day_of_their_own_are_measured_by_today() -> None:
    """They are filed, their tasks were never recorded as done: today is the day they came."""
    values = {"orders": [{"btn": "1", "wanted_on": "2026-03-20"}]}
    found = missing("documents-ahead", small(SHEET, values, *TASKS, record=filed(BILL, LETTER)), AHEAD)
    assert found == [
        "The documents came on 2026-03-02; 21 days ahead of 2026-03-20 are needed. Agree on 2026-03-23 or later."
    ]


@given(now=st.integers(0, 40), other=st.integers(0, 40))
def test_on_which_days_open_documents_are_early_enough_is_noted(now: int, other: int) -> None:
    """Looked at on one day, the answer is the same on every day for which it holds."""
    values = {"orders": [{"btn": "1", "wanted_on": "2026-04-12"}]}
    context = small(SHEET, values, *TASKS, record=filed(BILL, LETTER))
    days = [AT + timedelta(days=one) for one in (now, other)]
    first, second = (replace(context, at=day, validity=Validity()) for day in days)
    found = [bool(missing("documents-ahead", one, AHEAD)) for one in (first, second)]
    assert first.validity.holds(days[0])
    assert first.validity.holds(days[1]) is (found[0] is found[1])


VALID = {"task": BILL, "expires": "insurance.expires_on", "fields": ["visit", "orders.wanted_on"]}


def test_a_document_is_valid_on_the_days_it_is_needed() -> None:
    """On the last day it still is; every later day is named."""
    values = {
        "insurance": {"expires_on": "2026-04-01"},
        "visit": {"on": "2026-04-01"},
        "orders": [{"btn": "1", "wanted_on": "2026-03-20"}],
    }
    assert missing("document-valid", small(SHEET, values, *TASKS, record=filed(BILL)), VALID) == []
    values |= {"visit": {"on": "2026-04-02"}, "orders": [{"btn": "1", "wanted_on": "2026-04-30"}]}
    assert missing("document-valid", small(SHEET, values, *TASKS, record=filed(BILL)), VALID) == [
        "The document is valid until 2026-04-01, but it is needed on 2026-04-02.",
        "The document is valid until 2026-04-01, but it is needed on 2026-04-30.",
    ]


def test_a_document_that_is_not_there_is_not_valid() -> None:
    """Neither without the document, nor without the day on which it expires."""
    values = {"insurance": {"expires_on": "2026-04-01"}, "visit": {"on": "2026-03-20"}}
    assert missing("document-valid", small(SHEET, values, *TASKS), VALID) == [
        "No document is filed for: Supply the bill."
    ]
    context = small(SHEET, {"visit": {"on": "2026-03-20"}}, *TASKS, record=filed(BILL))
    assert missing("document-valid", context, VALID) == ["It is not said until when the document is valid."]


GATES = [
    Gate("told", "Everything is closed", "check", "customer", check="tasks-closed",
         params=params("check", "tasks-closed", **BOTH)),
    Gate("signed", "The letter is filed", "check", "customer", check="signed-loa-held",
         params=params("check", "signed-loa-held", task=LETTER)),
    Gate("paid", "The bill is filed", "check", "customer", check="documents-held",
         params=params("check", "documents-held", tasks=[BILL]),
         when=Condition("is", "telephony.kind", ("port",))),
    Gate("agreed", "Somebody said yes", "decision", "customer", roles=("customer",)),
]  # fmt: skip


def _gated(kind: str, *papers: str) -> Context:
    return context_of(profile_of(TASKS, GATES), {"telephony": {"kind": kind}}, filed(*papers))


def test_the_gate_that_wants_a_document_is_found() -> None:
    """One that only waits for the task is none, nor one that does not apply, nor any once the document is there."""
    found = document_gate(LETTER, _gated("port"))
    assert found is not None
    assert found.id == "signed"
    bill = document_gate(BILL, _gated("port"))
    assert bill is not None
    assert bill.id == "paid"
    assert document_gate(BILL, _gated("none")) is None
    assert document_gate(LETTER, _gated("port", LETTER)) is None
    assert document_gate("telephony.other", _gated("port")) is None

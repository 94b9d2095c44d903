"""Blocks of what was done, by whom, and what proves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from onboarding.domain.condition import Condition
from onboarding.domain.event import noted
from onboarding.domain.history import Evidence, History, TaskRecord, TaskState
from onboarding.domain.task import LeadTime, Task, Unit
from onboarding.stages.context import Context
from tests.extensions import params
from tests.report.blocks.look import shapes, table
from tests.stages.small import asked, small
from tests.stages.world import AT

SIGN = Task("telephony.sign", "Sign the letter", "telephony", "customer")
MAIL = Task("telephony.order", "Order", "telephony", "reseller", connector="support", action="port_orders",
            params=params("planner", "request", to="x@y.example", subject="S", intro="I"))  # fmt: skip
CALL = Task("provision.call", "Weekly call", "provision", "reseller", every=LeadTime(1, Unit.WEEKS))
CHECK = Task("gather.check", "Complete", "gather", "reseller", action="check",
             params=params("planner", "check", check="tasks-closed", tasks=["gather.other"]))  # fmt: skip
OPEN = Task("cutover.go", "Go", "cutover", "provider")
NEVER = Task("cutover.port", "Port", "cutover", "provider", when=Condition("is", "telephony.kind", ("port",)))
TASKS = (CHECK, SIGN, MAIL, CALL, OPEN, NEVER)
ALL = {"tasks": [task.id for task in TASKS]}
DIGEST = "abcd" + "0" * 60


def _context() -> Context:
    kept = {task.id: TaskRecord(task.id, TaskState.DONE, AT, "", by="Ben") for task in (CHECK, SIGN, MAIL, CALL)}
    later = AT + timedelta(days=7)
    kept[CALL.id] = replace(kept[CALL.id], at=later)
    evidence = [
        Evidence(CHECK.id, AT, "us", noted("checked")),
        Evidence(SIGN.id, AT, "Ben", noted("signed"), document="0" * 64, document_name="first.pdf"),
        Evidence(SIGN.id, AT, "Ben", noted("signed"), document=DIGEST, document_name="letter.pdf"),
        Evidence(MAIL.id, AT, "us", noted("sent"), reference="<1@x.example>"),
        Evidence(CALL.id, AT, "us", noted("called")),
        Evidence(CALL.id, later, "us", noted("called again")),
    ]
    return small(asked(), {}, *TASKS, record=History(kept, (), evidence))


def test_a_step_has_its_day_its_person_and_its_proof() -> None:
    """The newest document, the mail that was sent, or what was noted; of what is open whom it waits for."""
    assert table(shapes("steps", _context(), ALL)) == [
        ["Complete", "2026-03-02 | Ben", "checked by the program"],
        ["Sign the letter", "2026-03-02 | Ben", "letter.pdf | and 1 more | abcd"],
        ["Order", "2026-03-02 | Ben", "mail | <1@x.example>"],
        ["Weekly call", "2026-03-09 | 2 times, the last time | Ben", "called again"],
        ["Go", "Provider | ready", ""],
    ]


def test_steps_that_do_not_apply_are_no_steps() -> None:
    """Without any there is no table; the caption is the profile's."""
    assert shapes("steps", _context(), {"tasks": [NEVER.id]}) == []
    [found] = shapes("steps", _context(), {"tasks": [OPEN.id], "caption": "The last step"})
    assert found.caption == "The last step"  # type: ignore[union-attr]


def test_customer_and_provider_stand_side_by_side() -> None:
    """A row for each stage that has anything; whose a task is stands with it where a side has several parties."""
    assert table(shapes("sides", _context())) == [
        ["Gather", "", "2026-03-02 | Complete | Reseller"],
        ["Telephony", "2026-03-02 | Sign the letter", "2026-03-02 | Order | Reseller"],
        ["Provision", "", "2026-03-09 | Weekly call | Reseller"],
        ["Cutover", "", "Go | Provider | ready"],
    ]


def test_without_tasks_there_are_no_sides() -> None:
    """Nothing is shown of a customer nobody does anything for."""
    assert shapes("sides", small(asked(), {})) == []

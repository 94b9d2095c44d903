"""Checks over telephone numbers."""

from __future__ import annotations

from onboarding.domain.question import Kind
from onboarding.domain.task import Task
from tests.stages.checks.look import SHOWN, missing
from tests.stages.small import asked, question, small
from tests.stages.world import delivered, example, group

ASSIGN = Task("telephony.assign", "Assign the numbers", "telephony", "reseller")
SHEET = asked(
    question("bought.number", Kind.NUMBER),
    question("users.number", Kind.NUMBER),
    question("rooms.number", Kind.NUMBER),
    question("line.number", Kind.NUMBER),
    question("line.ends_on", Kind.DATE),
    tables={"bought": "number", "users": "number", "rooms": "number"},
)
ABOUT = {"question": "bought.number", "to": ["users.number", "rooms.number", "line.number"]}
NUMBERS = ["+16175550101", "+16175550102", "+16175550103"]
BOUGHT = {"bought": [{"number": number} for number in NUMBERS]}
TAKEN = {"users": [{"number": NUMBERS[0]}], "rooms": [{"number": NUMBERS[1]}], "line": {"number": NUMBERS[2]}}


def test_everybody_who_needs_a_number_has_one() -> None:
    """Six people wait for theirs; Total Connect needs one like Lync, Exchange alone does not (C-45)."""
    found = missing("numbers-complete", group(example()))
    assert len(found) == SHOWN + 1
    assert found[0] == "Quentin Baker has no telephone number yet."
    assert missing("numbers-complete", group(delivered(example()))) == []
    users = [{name: value for name, value in user.items() if name != "number"} for user in example()["users"]]
    assert missing("numbers-complete", group(example(users=users[:1]))) == ["Ana Ortiz has no telephone number yet."]


def test_numbers_wait_for_the_tasks_that_bring_them() -> None:
    """A number on paper is not yet a number: the port has to be complete, and the stage it belongs to."""
    context = group(delivered(example()))
    about = {"tasks": ["telephony.complete-port", "telephony.confirm-e911"]}
    assert missing("numbers-complete", context, about) == []
    assert missing("numbers-complete", context, about, "telephony.complete-port") == ["Open: The numbers are ported."]
    assert missing("numbers-complete", context, {"stages": ["telephony"]}, "telephony.complete-port")
    assert missing("numbers-complete", context, {"stages": ["provision"]}, "telephony.complete-port") == []


def test_every_number_is_assigned() -> None:
    """Wherever a number may stand, in a row or in a record, it is taken."""
    assert missing("numbers-assigned", small(SHEET, BOUGHT | TAKEN), ABOUT) == []


def test_a_number_that_nobody_has_is_named() -> None:
    """As people write it, in the order of the list."""
    found = missing("numbers-assigned", small(SHEET, BOUGHT | {"rooms": [{"number": NUMBERS[1]}]}), ABOUT)
    assert found == ["(617) 555-0101 is assigned to nobody.", "(617) 555-0103 is assigned to nobody."]


def test_the_day_by_which_they_are_assigned_is_named() -> None:
    """Only where something is missing; an open task of those that assign them is missing too."""
    about = {**ABOUT, "tasks": [ASSIGN.id], "before": "line.ends_on"}
    line = {"line": {"number": NUMBERS[2], "ends_on": "2026-04-30"}}
    context = small(SHEET, BOUGHT | TAKEN | line, ASSIGN)
    assert missing("numbers-assigned", context, about) == []
    assert missing("numbers-assigned", context, about, ASSIGN.id) == [
        "Open: Assign the numbers.",
        "This has to be done before 2026-04-30.",
    ]

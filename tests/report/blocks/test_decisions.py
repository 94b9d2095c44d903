"""A block of what was decided."""

from __future__ import annotations

from onboarding.domain.history import GateDecision, History
from onboarding.domain.task import Gate
from tests.report.blocks.look import shapes, table
from tests.stages.small import asked, small
from tests.stages.world import AT

GATES = {
    "plan": Gate("plan", "The plan", "decision", "customer", roles=("customer",), on=("company", "users")),
    "go": Gate("go", "Go", "decision", "customer", roles=("customer",), on=("company",)),
}
RECORD = History(
    decisions=[
        GateDecision("go", True, "Ana Ortiz <ana@x.example>", "customer", AT, "beef" + "0" * 60, "At noon."),
        GateDecision("plan", False, "Ben", "reseller", AT, "cafe" + "0" * 60, version=3),
    ]
)


def test_who_signed_what_and_on_which_answers() -> None:
    """In the order of the gates; the address of a person is left out."""
    context = small(asked(), {}, record=RECORD, gates=GATES)
    assert table(shapes("decisions", context, {"gates": ["plan", "go"]})) == [
        ["The plan", "Ben | Reseller", "2026-03-02 | Refused", "2 parts of the answers | version 3 | cafe"],
        ["Go | At noon.", "Ana Ortiz | Customer", "2026-03-02 | Approved", "1 part of the answers | beef"],
    ]


def test_what_nobody_decided_is_not_shown() -> None:
    """Neither a gate without a word, nor words at a gate that is not named."""
    context = small(asked(), {}, record=RECORD, gates=GATES)
    assert len(table(shapes("decisions", context, {"gates": ["go"]}))) == 1
    assert shapes("decisions", small(asked(), {}, gates=GATES), {"gates": ["plan", "go"]}) == []

"""A block of classes."""

from __future__ import annotations

from typing import Any

from onboarding.domain.condition import Condition
from onboarding.domain.task import Task
from tests.extensions import params
from tests.report.blocks.look import shapes, table
from tests.stages.small import asked, small

TRAIN = Task("cutover.train", "Train", "cutover", "reseller", action="training_classes",
             params=params("planner", "training_classes", size=2, minutes=30, on="installation.on"),
             when=Condition("is", "installation.training", (True,)))  # fmt: skip
OTHER = Task("cutover.other", "Other", "cutover", "reseller")
USERS = [
    {"first_name": "Ana", "trained": True},
    {"first_name": "Ben", "trained": True},
    {"first_name": "Cyd", "trained": False},
]
ANSWERS: dict[str, Any] = {"users": USERS, "installation": {"on": "2026-06-29", "training": True}}


def test_every_class_has_its_hour_its_people_and_who_came() -> None:
    """Good when everybody was there."""
    found = shapes("classes", small(asked(), ANSWERS, TRAIN), {"task": TRAIN.id, "attended": "users.trained"})
    assert table(found) == [
        ["Class 1", "2026-06-29 | 09:00 \N{EN DASH} 09:30", "Ana, Ben", "2 of 2"],
        ["Class 2", "2026-06-29 | 09:30 \N{EN DASH} 10:00", "Cyd", "0 of 1"],
    ]
    [shape] = found
    assert [row[-1].tone for row in shape.rows] == ["good", "wait"]  # type: ignore[union-attr]


def test_without_a_question_nothing_is_said_of_who_came() -> None:
    """The column stays empty."""
    assert [row[-1] for row in table(shapes("classes", small(asked(), ANSWERS, TRAIN), {"task": TRAIN.id}))] == ["", ""]


def test_a_training_that_is_not_held_has_no_classes() -> None:
    """Nor has a task that is no training."""
    without = ANSWERS | {"installation": {"training": False}}
    assert shapes("classes", small(asked(), without, TRAIN), {"task": TRAIN.id}) == []
    assert shapes("classes", small(asked(), ANSWERS, OTHER), {"task": OTHER.id}) == []

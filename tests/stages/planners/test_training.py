"""Classes in which everybody learns the new service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from onboarding.domain.calendar import Calendar
from onboarding.stages.context import Context
from onboarding.stages.planners.training import TrainingClasses, classes
from tests.stages.planners.work import planned, values
from tests.stages.small import asked, question, small

USERS = [{"first_name": name, "last_name": "Ortiz"} for name in ("Ana", "Ben", "Cyd")]
ABOUT: dict[str, Any] = {"size": 2, "minutes": 45, "on": "installation.on"}


def _context(**answers: Any) -> Context:
    found = small(asked(), {"users": USERS, "installation": {"on": "2026-06-29"}} | answers)
    return replace(found, calendar=Calendar(time_zone="America/Chicago"))


def test_everybody_is_in_a_class() -> None:
    """In the order of the sheet, one class after the other, from nine in the place's time."""
    assert values(planned("training_classes", _context(), ABOUT)) == [
        ["Class 1, 09:00 to 09:45", "Ana Ortiz, Ben Ortiz"],
        ["Class 2, 09:45 to 10:30", "Cyd Ortiz"],
    ]
    afternoon = planned("training_classes", _context(), ABOUT | {"from": "13:15"})
    assert values(afternoon)[0][0] == "Class 1, 13:15 to 14:00"


def test_classes_are_on_the_day_that_was_answered() -> None:
    """The first of several; without one, as if it were today."""
    p = TrainingClasses.model_validate(ABOUT)
    assert classes(p, _context())[0].starts_at.isoformat() == "2026-06-29T14:00:00+00:00"
    several = _context(installation=[{"on": "2026-07-02"}, {"on": "2026-07-01"}])
    assert classes(p, several)[0].starts_at.isoformat() == "2026-07-01T14:00:00+00:00"
    assert classes(p, _context(installation={}))[0].starts_at.isoformat() == "2026-03-02T15:00:00+00:00"


def test_a_class_may_be_of_one_and_of_a_minute() -> None:
    """The smallest there is; from nine in the morning where nothing is said."""
    p = TrainingClasses.model_validate({"size": 1, "minutes": 1})
    assert (p.size, p.minutes, p.begins) == (1, 1, "09:00")
    assert [one.people for one in classes(p, _context())] == [("Ana Ortiz",), ("Ben Ortiz",), ("Cyd Ortiz",)]


@pytest.mark.parametrize("about", [{"size": 0}, {"minutes": 0}, {"size": "2"}, {"minutes": "45"}, {"size": 2.0}])
def test_sizes_and_lengths_are_whole_numbers(about: dict[str, Any]) -> None:
    """From one, and no text that looks like one."""
    with pytest.raises(ValidationError):
        TrainingClasses.model_validate(ABOUT | about)


def test_answers_stand_before_the_classes() -> None:
    """Those that the profile names, for whoever teaches."""
    sheet = asked(question("company.name"))
    context = replace(_context(company={"name": "Bright"}), profile=small(sheet, {}).profile)
    assert values(planned("training_classes", context, ABOUT | {"fields": ["company"]}))[0] == ["Name", "Bright"]

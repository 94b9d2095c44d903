"""Tables of a provider file about time: how long something takes, comes back after, or holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_validator

from onboarding.domain.params import Params, When, pointed_at, refuse_if
from onboarding.domain.task import GO_LIVE, START, LeadCase, LeadTime, Unit
from onboarding.profile.table_fields import Line

LONGEST_LEAD = 1000
"""No lead time is longer than this, whatever the unit."""


def _anchored(value: str, info: ValidationInfo) -> str:
    if not value or value in (START, GO_LIVE):
        return value
    return pointed_at(value, "date question or task", lambda n: [*n.dates, *n.tasks], info, is_used=False)


Anchor: TypeAlias = Annotated[Line, AfterValidator(_anchored)]
Length: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=LONGEST_LEAD)]


def _hour(value: object) -> time | None:
    try:
        found = time.fromisoformat(value) if isinstance(value, str) and value else value or None
    except ValueError:
        found = value
    refuse_if(found is not None and not isinstance(found, time), f'{value!r} is not an hour; write it as "13:00"')
    return found if isinstance(found, time) else None


Hour: TypeAlias = Annotated[
    time | None, BeforeValidator(_hour), WithJsonSchema({"type": "string", "description": "local time such as 13:00"})
]


class SpanTable(Params):
    """A length of time; it counts from the start unless ``before`` or ``after`` names a date, a task or ``go-live``."""

    minutes: Length | None = None
    hours: Length | None = None
    business_days: Length | None = None
    days: Length | None = None
    weeks: Length | None = None
    before: Anchor = ""
    after: Anchor = ""
    source: Line = ""

    @model_validator(mode="after")
    def _one_length(self) -> SpanTable:
        is_wrong = len(self._given()) != 1 or (self.before and self.after)
        units = ", ".join(unit.name.lower() for unit in Unit)
        refuse_if(is_wrong, f"a lead time has one of {units}, and at most one of 'before' and 'after'")
        return self

    def _given(self) -> list[tuple[Unit, int]]:
        amounts = [(unit, getattr(self, unit.name.lower())) for unit in Unit]
        return [(unit, amount) for unit, amount in amounts if amount is not None]

    def build(self) -> LeadTime:
        ((unit, amount),) = self._given()
        return LeadTime(amount, unit, self.before or self.after or START, bool(self.before), self.source)


class DueTable(SpanTable):
    """A length of time, to the hour of its last day where that matters."""

    by: Hour = Field(None, description="hour of the last day until which it is in time, such as 13:00")
    received_by: Hour = Field(None, description="what arrives later that day counts as received on the next one")

    @model_validator(mode="after")
    def _hours(self) -> DueTable:
        unit = next(unit for unit, _amount in self._given())
        is_short = unit in (Unit.MINUTES, Unit.HOURS)
        refuse_if(self.by and is_short, "what takes hours or minutes ends at its own hour: leave 'by' out", "by")
        is_counted = unit is Unit.BUSINESS_DAYS and not self.before
        message = "only what counts business days from the start or from a task has an hour of receipt"
        refuse_if(self.received_by and not is_counted, message, "received_by")
        return self

    def build(self) -> LeadTime:
        return replace(super().build(), by=self.by, received_by=self.received_by)


class LeadCaseTable(DueTable):
    """How long it takes where some answers are given."""

    when: When


class LeadTable(DueTable):
    """How long something takes; ``cases`` come first, and what stands beside them holds where none of them does."""

    cases: tuple[LeadCaseTable, ...] = Field((), description="other lengths where some answers are given")

    def build(self) -> LeadTime:
        return replace(super().build(), cases=tuple(LeadCase(one.when, one.build()) for one in self.cases))


class RhythmCaseTable(SpanTable):
    """How long until it comes back where some answers are given."""

    when: When


class RhythmTable(SpanTable):
    """How long until something comes back; ``cases`` come first, and what stands beside them holds otherwise."""

    cases: tuple[RhythmCaseTable, ...] = Field((), description="other rhythms where some answers are given")

    def build(self) -> LeadTime:
        return replace(super().build(), cases=tuple(LeadCase(one.when, one.build()) for one in self.cases))

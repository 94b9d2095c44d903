"""Tables of a provider file about the offer: facts, contract, billing, what the report counts and shows."""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from onboarding.domain.billing import BillingStart
from onboarding.domain.calendar import Calendar
from onboarding.domain.condition import Where
from onboarding.domain.params import ColumnsOf, Params, QuestionId, TableId, TaskId, When, known, pointed_at, refuse
from onboarding.domain.report import PLAIN
from onboarding.errors import InputError
from onboarding.profile.table_fields import Address, BlockName, Flag, Line, ServiceIds, Tables, TaskIds, Words


class CalendarTable(Params):
    """Business days of a place and its time zone; what is left out is that of the profile's country."""

    country: Line = Field("", description="ISO 3166 code")
    subdivision: Line = Field("", description="ISO 3166-2 code without the country")
    time_zone: Line = Field("UTC", description="IANA name such as Europe/London; needed where a country has several")
    opens_at: Line = "08:00"
    closes_at: Line = "17:00"

    @field_validator("time_zone")
    @classmethod
    def _a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            known(value, "time zone", available_timezones())
        return value

    @model_validator(mode="after")
    def _hours(self) -> CalendarTable:
        try:
            self.build()
        except InputError as error:
            raise refuse(f"{error.message} {error.remedy}".strip()) from None
        return self

    def build(self) -> Calendar:
        return Calendar(**self.model_dump())


def _fillable(value: str, info: ValidationInfo) -> str:
    """A macro of SPF, ``%{i}``, is none of ours."""
    for name in re.findall(r"(?<!%)\{([^{}]*)\}", value) if info.context else ():
        if name not in ("domain", "label"):
            raise refuse(f"{{{name}}} would be published as it stands: only {{domain}} and {{label}} are filled in")
    return value


Fillable: TypeAlias = Annotated[Words, AfterValidator(_fillable)]


class DnsTable(Params):
    """A record that points the customer's domain at the service; ``{domain}`` and ``{label}`` are filled in."""

    purpose: Words
    type: Literal["A", "AAAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT", "CAA"]
    name: Fillable
    value: Fillable
    host: QuestionId = Field("", description="question whose answer is the name in place of ``name``")
    services: ServiceIds = Field((), description="published only where a user has one of these")
    derived: Flag = False
    source: Line = ""


class BillingTable(Params):
    """What the first invoice is counted from."""

    start: BillingStart
    after: TaskIds = Field(min_length=1, description="tasks; the first of them that is done counts")


def _a_column(value: str, info: ValidationInfo) -> str:
    if value and (rows := info.data.get("rows")):
        pointed_at(f"{rows}.{value}", "question", lambda n: n.questions, info)
    return value


ColumnOfRows: TypeAlias = Annotated[Line, AfterValidator(_a_column)]


class DeliveryTable(Params):
    """How one item of the contract is counted: rows of a table, or the sum of a column, once a task is done."""

    item: Words
    title: Words
    rows: TableId
    where: Annotated[Where, ColumnsOf("rows")] = Where()
    sum: ColumnOfRows = ""
    task: TaskId


class DataTable(Params):
    """Facts of the offer."""

    support_address: Address = Field("", description="where requests go that name nobody")
    calendar: CalendarTable = CalendarTable()
    responsibilities: Literal["", "columns"] = Field(
        "", description="'columns': customer and provider side by side, as the guide has it"
    )
    dns: tuple[DnsTable, ...] = ()
    billing: BillingTable | None = None
    delivery: tuple[DeliveryTable, ...] = ()


class TallyTable(Params):
    """One kind of thing the report counts: rows of a table, or one of users, numbers and services."""

    title: Line = ""
    rows: TableId = ""
    where: Annotated[Where, ColumnsOf("rows")] = Where()
    sum: ColumnOfRows = ""
    tasks: tuple[TaskId, ...] = ()
    columns: tuple[QuestionId, ...] = ()
    port: tuple[TaskId, ...] = ()
    new: tuple[TaskId, ...] = ()
    holders: tuple[QuestionId, ...] = ()

    @field_validator("columns")
    @classmethod
    def _of_the_table(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for place, column in enumerate(value):
            if column.partition(".")[0] != info.data.get("rows"):
                raise refuse(f"{column!r} is no column of {info.data.get('rows')!r}", place)
        return value


class ShowTable(Params):
    """One thing a block shows; its other keys are parameters of the kind."""

    model_config = ConfigDict(extra="allow")

    kind: BlockName
    when: When | None = None


class BlockTable(Params):
    """A part of the report with a heading of its own."""

    title: Words
    text: Line = ""
    when: When | None = None
    show: tuple[ShowTable, ...] = ()


class ReportTable(Params):
    """What the completion report counts and shows beside what every report has."""

    title: Words = PLAIN.title
    ordered: Line = Field("", description="what ordered and delivered mean with this provider")
    tally: Tables[TallyTable]
    block: Tables[BlockTable]

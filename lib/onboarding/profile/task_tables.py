"""Tables of a provider file about tasks: who does them, for which rows, what they rest on."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from onboarding.domain.condition import ALL_ROWS, Where
from onboarding.domain.params import (
    ColumnsOf,
    DateId,
    FieldId,
    Names,
    Params,
    PartyId,
    QuestionId,
    When,
    extension,
    known,
    pointed_at,
)
from onboarding.domain.task import MATERIAL, Channel, Each, Ground, Named, Waiver
from onboarding.profile.lead_tables import LeadTable, RhythmTable, SpanTable
from onboarding.profile.table_fields import (
    Flag,
    GateIds,
    Line,
    ParamsTable,
    PartyIds,
    RequirementIds,
    Tables,
    TaskIds,
    Texts,
    Whole,
    Words,
)  # fmt: skip

OwnConnector: TypeAlias = Annotated[Line, extension("connector", is_needed=False)]


def _a_table(value: str, info: ValidationInfo) -> str:
    return pointed_at(value, "table section", lambda n: n.tables, info, is_used=False)


TableRowsId: TypeAlias = Annotated[str, AfterValidator(_a_table), Field(description="id of a table section")]


class GroundTable(Params):
    """Answers that a task rests on, by themselves the id of a question or section."""

    on: FieldId
    change: Literal[tuple(MATERIAL)] = Field(  # type: ignore[valid-type]
        "any", description="what matters: 'any' change, not what is taken away ('new'), nor what is added ('changed')"
    )
    where: Annotated[Where, ColumnsOf("on")] = Field(ALL_ROWS, description="of a table these rows only")

    def build(self) -> Ground:
        return Ground(self.on, self.change, self.where)


GroundOrId: TypeAlias = Annotated[
    GroundTable,
    BeforeValidator(
        lambda value: {"on": value} if isinstance(value, str) else value, json_schema_input_type=FieldId | GroundTable
    ),
]


class WaiveTable(Params):
    """Who may do without a task that a gate or completion rests on; nobody may without it."""

    by: PartyIds = Field(min_length=1, description="parties whose people may waive it, with a reason")
    file: Flag = Field(False, description="only with a file: the agreement in writing")

    def build(self) -> Waiver:
        return Waiver(self.by, self.file)


class WhoTable(Params):
    """A party that the rows of a task for each of them name; by itself the id of a party."""

    column: QuestionId = Field("", alias="from", description="question of the row whose answer says who it is")
    parties: Tables[PartyId] = Field(
        description="answer = party; an answer that is no party is a name on the customer's side"
    )
    otherwise: PartyId = Field(description="who it is where the row does not say")

    def named(self) -> Named | None:
        return Named(self.column, self.parties) if self.column else None


def _who(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str):
        return value
    return {"otherwise": pointed_at(value, "party", lambda n: n.parties, info, is_used=False)}


PartyOrColumn: TypeAlias = Annotated[WhoTable, BeforeValidator(_who, json_schema_input_type=PartyId | WhoTable)]


class EachTable(Params):
    """For which rows of a table there is a task; by itself the id of the table, for all of them."""

    rows: TableRowsId
    where: Annotated[Where, ColumnsOf("rows")] = Field(ALL_ROWS, description="for these rows only")
    by: Texts = Field((), description="columns: one task for all rows that are alike in them")

    @field_validator("by")
    @classmethod
    def _columns(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        names, table = info.context, info.data.get("rows", "")
        if isinstance(names, Names) and table in names.sections:
            for place, name in enumerate(value):
                known(name, "column", [question.name for question in names.sections[table].questions], place)
                names.used.add(f"{table}.{name}")
        return value

    def build(self) -> Each:
        return Each(self.rows, self.where, self.by)


def _each(value: object, info: ValidationInfo) -> object:
    return {"rows": _a_table(value, info)} if isinstance(value, str) else value


EachOrTable: TypeAlias = Annotated[EachTable, BeforeValidator(_each, json_schema_input_type=TableRowsId | EachTable)]


class TaskTable(Params):
    """One thing somebody must do."""

    title: Words
    party: PartyOrColumn = Field(description="who does it")
    each: EachOrTable | None = Field(
        None, description="a task for each of these rows, with a state and a proof of its own"
    )
    action: Annotated[Line, extension("planner")] = Field("manual", description="planner that says what shall be there")
    connector: OwnConnector = Field("", description="outside system; by itself the planner's usual one")
    params: ParamsTable = Field(default_factory=dict, description="parameters of the planner")
    helpers: PartyIds = ()
    channel: Channel
    when: When | None = Field(None, description="only where these answers are given")
    skip_reason: Line = ""
    after: TaskIds = ()
    gates: GateIds = ()
    lead: LeadTable | None = Field(None, description="how long it takes, or how far ahead it must happen")
    effort_minutes: Whole = 0
    evidence: Words = Field(description="what proves it")
    guide: Line = Field("", description="why, how, and what to look at")
    on: DateId = Field("", description="question with the day it happens: it is not done before")
    brings: DateId = Field("", description="question whose day becomes known by it (`onboard done --date`)")
    wanted: DateId = Field("", description="question with the day it is wanted on: whether that can be reached is told")
    live: Flag = Field(False, description="the customer is live with it: the wanted go-live is held against it")
    every: RhythmTable | None = Field(None, description="comes back that long after each time it was done")
    expires: SpanTable | None = Field(
        None, description="how long its proof holds while what follows it is not done; used in time it stays"
    )
    once: Flag = Field(False, description="once for a customer, not again in a later phase")
    outlasts: Flag = Field(False, description="may stay open, with its reminder, when all else is complete")
    irreversible: Flag = False
    inferred: Flag = Field(False, description="the guide leaves the party open")
    rests_on: tuple[GroundOrId, ...] | None = Field(
        None, description="answers that re-open it when they change; by itself what it brings about or shows"
    )
    rests_on_tasks: TaskIds = Field((), description="tasks whose result it uses: done anew when they are")
    settled_by: TaskIds = Field(
        (), description="tasks that confirm what it asked for: after them a change goes out with approval only"
    )
    waive: WaiveTable | None = Field(None, description="who may do without it although something rests on it")
    revision: int = Field(
        0, strict=True, ge=0, description="raised where what was done by an earlier edition is to be done anew"
    )
    was: Line = Field("", description="id of the task of an earlier edition in whose place it is done")
    binding: Flag = Field(False, description="required by law or by a carrier: neither left out nor waived")
    optional: Flag = Field(
        False,
        description="the guide leaves it open whether it is done: left out with a reason, also where a gate or "
        "completion waits for its whole stage",
    )
    undo: Line = Field("", description="how a person undoes what was set up, once the answers do not want it any more")
    requirements: RequirementIds = ()
    source: Line = ""

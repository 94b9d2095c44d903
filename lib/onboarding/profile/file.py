"""What a provider file may say: one model for the whole file.

Every table of the file is a model here, every key a field; unknown keys are refused. Validated without context a model
checks the shape; with the profile's `Names` as context it checks what is pointed at, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictStr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

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
    refuse,
    refuse_if,
)
from onboarding.domain.place import known_countries, time_zones
from onboarding.domain.place_words import WRITTEN
from onboarding.domain.question import Kind
from onboarding.domain.reservation import AGEING_DAYS, FORMS, WITHIN_CUSTOMER
from onboarding.domain.task import (
    GO_LIVE,
    MATERIAL,
    PROCEDURE_KINDS,
    SIDES,
    START,
    Channel,
    Each,
    Ground,
    LeadCase,
    LeadTime,
    Named,
    Unit,
    Waiver,
)
from onboarding.profile.coverage import row_ids
from onboarding.profile.edition import FORMAT
from onboarding.profile.offer_tables import CalendarTable, DataTable, ReportTable
from onboarding.profile.question_tables import QuestionTable, RuleTable, SectionTable
from onboarding.profile.table_fields import (
    Address,
    CountryCode,
    Flag,
    GateIds,
    LanguageCode,
    Line,
    ParamsTable,
    PartyIds,
    RequirementIds,
    ServiceIds,
    StageIds,
    Tables,
    TaskIds,
    Texts,
    Whole,
    Words,
    once_each,
)  # fmt: skip

EVERYTHING = "*"
"""Under ``on`` of a gate: every answer."""

LONGEST_LEAD = 1000
"""No lead time is longer than this, whatever the unit."""


def _bound(value: str, info: ValidationInfo) -> str:
    if value == EVERYTHING:
        return value
    return pointed_at(value, "question or section", lambda n: [EVERYTHING, *n.fields], info)


def _bounding(value: str, info: ValidationInfo) -> str:
    return value if value in ("", WITHIN_CUSTOMER) else pointed_at(value, "question", lambda n: n.questions, info)


Scope: TypeAlias = Annotated[Line, AfterValidator(_bounding)]
BoundId: TypeAlias = Annotated[str, AfterValidator(_bound)]
OwnConnector: TypeAlias = Annotated[Line, extension("connector", is_needed=False)]


class PartyTable(Params):
    """Somebody who acts."""

    title: Words
    side: Literal[SIDES]  # type: ignore[valid-type]
    contact: Address = Field("", description="where requests to this party go")
    inferred: Flag = Field(False, description="the guide does not say so; shown until somebody confirms it")
    contact_roles: Texts = Field((), description="roles of the contacts table whose people decide for it")
    calendar: CalendarTable | None = Field(
        None, description="where it works; what is left out is as in data.calendar. Its due days are days there"
    )


class StageTable(Params):
    """A stage in the provider's words, in the order in which they are gone through; its gates hold all of it."""

    title: Words
    purpose: Line = ""
    gates: GateIds = ()
    requirements: RequirementIds = ()


class ServiceTable(Params):
    """What a person can be given; one that includes others is made of these."""

    title: Words
    plans: Tables[StrictStr] = Field(description="plan = its label")
    includes: ServiceIds = ()
    needs_number: Flag = False
    billed: Flag = True
    requirements: RequirementIds = ()


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


class GateTable(Params):
    """What must hold before tasks or a stage: a check that looks for itself, or a decision of people."""

    title: Words
    kind: Literal["check", "decision"]
    owed_by: PartyId = Field(description="party that is asked while it is closed")
    question: Line = Field("", description="what a decision is about, as a question")
    check: Annotated[str, extension("check")] = Field("", description="name of a check")
    params: ParamsTable = Field(default_factory=dict, description="parameters of the check")
    roles: PartyIds = Field((), description="parties that decide")
    quorum: int = Field(1, strict=True, ge=1, le=20, description="approvals that are needed")
    each_role: Flag = Field(False, description="every role approves once, each by another person")
    four_eyes: Flag | None = Field(None, description="nobody approves answers of their own")
    listed: Flag = Field(False, description="only somebody who is listed for the role decides, nobody on trust")
    on: Annotated[tuple[BoundId, ...], AfterValidator(once_each)] = Field(
        (), description="answers a decision is bound to; '*' is all of them"
    )
    when: When | None = None
    needs_evidence: Flag = Field(False, description="an approval needs a file")
    after: TaskIds = ()
    reopens: TaskIds = Field((), description="tasks that are done anew after a no")
    asks: Tables[QuestionTable] = Field(description="what a decision records besides yes or no")
    expires: SpanTable | None = Field(None, description="how long an approval holds")
    requirements: RequirementIds = ()
    source: Line = ""


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
    """Who may do without a task that a gate rests on; nobody may without it."""

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
    waive: WaiveTable | None = Field(None, description="who may do without it although a gate rests on it")
    revision: int = Field(
        0, strict=True, ge=0, description="raised where what was done by an earlier edition is to be done anew"
    )
    was: Line = Field("", description="id of the task of an earlier edition in whose place it is done")
    binding: Flag = Field(False, description="required by law or by a carrier: neither left out nor waived")
    optional: Flag = Field(
        False,
        description="the guide leaves it open whether it is done: left out with a reason, also where a gate waits "
        "for its whole stage",
    )
    undo: Line = Field("", description="how a person undoes what was set up, once the answers do not want it any more")
    requirements: RequirementIds = ()
    source: Line = ""


class ReferenceTable(Params):
    """A row of a guide that is neither task nor rule: a link, a definition, where something comes from."""

    title: Words
    text: Line = ""
    url: Line = ""
    stages: StageIds = Field((), description="runbooks that show it")
    help: Flag = Field(False, description="the completion report names it where it says where help is found")
    internal: Flag = Field(False, description="for who works with the runbooks alone, not for the customer's pages")
    requirements: RequirementIds = ()


class OperationTable(Params):
    """A procedure beside the course of onboarding: a repair, a removal, the end."""

    title: Words
    party: PartyId
    kind: Literal[tuple(PROCEDURE_KINDS)]  # type: ignore[valid-type]
    guide: Words
    connector: Annotated[Line, extension("connector")] = "manual"
    needs: Texts = Field((), description="what a person makes sure of before")
    confirm: QuestionId = Field("", description="question whose answer is typed in full")
    irreversible: Flag = False
    follow_ups: Texts = Field((), description="what is left to people afterwards")
    requirements: RequirementIds = ()
    source: Line = ""

    @model_validator(mode="after")
    def _confirmed(self, info: ValidationInfo) -> OperationTable:
        message = "what cannot be undone is confirmed by typing a name: say under 'confirm' which question holds it"
        refuse_if(info.context and self.irreversible and not self.confirm, message)
        return self


class ClaimTable(Params):
    """What only one customer may have: a value, or a range of numbers."""

    title: Words
    form: Literal[FORMS] = "text"  # type: ignore[valid-type]
    question: QuestionId = ""
    start: QuestionId = ""
    end: QuestionId = ""
    scope: Scope = Field("", description="question whose answer bounds it, 'customer', or everywhere")
    assigned_by: TaskIds = Field((), description="tasks of which any, once done, assigns what is reserved")
    in_service_by: TaskIds = Field((), description="tasks of which any, once done, puts it into service")
    released_by: TaskIds = Field((), description="tasks of which any, once done, gives it up")
    ageing_days: int = Field(
        AGEING_DAYS, ge=0, le=3650, description="days for which a number that is given up is given to nobody"
    )
    requirements: RequirementIds = ()
    source: Line = ""

    @field_validator("start", mode="before")
    @classmethod
    def _of_numbers(cls, value: str, info: ValidationInfo) -> str:
        is_wrong = value and info.context and info.data.get("form") != "number"
        refuse_if(is_wrong, 'a range is one of numbers: form = "number"')
        return value

    @field_validator("question", "start", "end")
    @classmethod
    def _of_the_kind(cls, value: str, info: ValidationInfo) -> str:
        form = info.data.get("form")
        if value and isinstance(info.context, Names) and form and (info.field_name == "question" or form == "number"):
            kind = info.context.questions[value].kind
            is_number = kind is Kind.NUMBER
            wanted = 'form = "number"' if is_number else "a question of the kind number"
            refuse_if(is_number is not (form == "number"), f"{value} is of the kind {kind.value}: {wanted} is wanted")
        return value

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> ClaimTable:
        is_one = bool(self.question) != bool(self.start) and bool(self.start) == bool(self.end)
        refuse_if(info.context and not is_one, "a claim has a 'question', or the 'start' and 'end' of a range")
        return self


def _row_ids(value: tuple[str, ...]) -> tuple[str, ...]:
    for place, given in enumerate(value):
        try:
            row_ids([given])
        except ValueError as problem:
            raise refuse(str(problem), place) from None
    return value


class RowTable(Params):
    """A row of the guide that nothing acts on, or not as far as it should: one of the two says why."""

    why: Line = Field("", description="why nothing has to act on it, such as that it is the heading of a page")
    awaits: Line = Field("", description="what is still to come before all of it is done, such as letters as PDF")

    @model_validator(mode="after")
    def _says_one(self) -> RowTable:
        refuse_if(bool(self.why) == bool(self.awaits), "either 'why' nothing acts on it, or what it 'awaits'")
        return self


def _parts(value: tuple[str, ...]) -> tuple[str, ...]:
    parts = [(word, place) for place, line in enumerate(value) for word in line.split() or [""]]
    for word, place in parts:
        known(word, "part of an address", WRITTEN, place)
    words = [word for word, _place in parts]
    twice = next((word for word in words if words.count(word) > 1), "")
    refuse_if(twice, f"{twice!r} is named twice")
    return value


AddressParts: TypeAlias = Annotated[Texts, AfterValidator(_parts)]


class AddressTable(Params):
    """How addresses are in the profile's country, where a provider wants them otherwise than the country does."""

    needs: AddressParts = Field(
        (), description="parts that every address has, where a question is required 'by-country', such as 'postcode'"
    )
    order: AddressParts = Field(
        (), description="how it is written on one line: parts, or several with spaces, such as 'postcode city'"
    )


class ProfileFile(Params):
    """One provider's way of onboarding."""

    format: int = Field(FORMAT, ge=1, le=FORMAT, description="what the keys mean; every format is read for good")
    title: Words
    provider: Words
    source: Words = Field(description="the guide this follows")
    country: CountryCode = Field(description="in whose form numbers and addresses are: ISO 3166, such as US or GB")
    countries: Annotated[tuple[CountryCode, ...], AfterValidator(once_each)] = Field(
        (), description="countries that are served besides: their numbers with +, their addresses where a row says so"
    )
    languages: Annotated[tuple[LanguageCode, ...], AfterValidator(once_each)] = Field(
        (), description="languages it is offered in besides English, by their code; each has a catalogue"
    )
    runs: PartyIds = Field(description="parties whose people work with this tool")
    rows: Annotated[Texts, AfterValidator(_row_ids)] = Field(
        (), description="rows of the guide, one by one or as ranges such as 'C-01..C-66'; no other may be cited"
    )
    address: AddressTable = AddressTable()
    waive: WaiveTable | None = Field(
        None,
        description="who may do without tasks that gates hold by their whole stage, where the task says nothing itself",
    )
    include: Texts = Field((), description="ready-made sections of questions")
    rules: Texts = Field((), description="rule packs")
    data: DataTable = DataTable()
    party: Tables[PartyTable]
    stage: Tables[StageTable]
    service: Tables[ServiceTable]
    gate: Tables[GateTable]
    task: Tables[dict[str, TaskTable]] = Field(description="[task.<stage>.<verb-noun>]")
    section: Tables[SectionTable]
    rule: Tables[RuleTable]
    reference: Tables[ReferenceTable]
    operation: Tables[OperationTable]
    claim: Tables[ClaimTable]
    row: Tables[RowTable] = Field(description="rows of the guide that nothing acts on")
    report: ReportTable | None = None

    @model_validator(mode="before")
    @classmethod
    def _at_home(cls, tree: Any) -> Any:
        """What the calendar does not say is that of the country; of several zones none is guessed (`checks`)."""
        data = tree.get("data", {}) if isinstance(tree, Mapping) else None
        given = data.get("calendar", {}) if isinstance(data, Mapping) else None
        if not (isinstance(data, Mapping) and isinstance(given, Mapping)):
            return tree
        country = given.get("country", tree.get("country"))
        if not isinstance(country, str) or country not in known_countries():
            return tree
        own = {"country": country} | ({"time_zone": zones[0]} if len(zones := time_zones(country)) == 1 else {})
        return {**tree, "data": {**data, "calendar": {**own, **given}}}

"""What a provider file may say: one model for the whole file.

Every table of the file is a model here, every key a field; unknown keys are refused. Validated without context a model
checks the shape; with the profile's `Names` as context it checks what is pointed at, too. ``build`` makes the typed
object the product works with.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, StrictStr, ValidationInfo, field_validator, model_validator

from onboarding.domain.claim import FORMS, WITHIN_CUSTOMER, Claim
from onboarding.domain.params import (
    CheckName,
    GateId,
    Names,
    Params,
    PartyId,
    QuestionId,
    ServiceId,
    StageId,
    TaskId,
    When,
    known,
    named,
    refuse,
)
from onboarding.domain.question import Kind, Question
from onboarding.domain.task import (
    PROCEDURE_KINDS,
    Channel,
    Gate,
    LeadTime,
    Party,
    Procedure,
    Reference,
    Service,
    Stage,
    Task,
    Unit,
)
from onboarding.profile.fields import About, Address, Flag, Line, RequirementIds, Texts, Whole, Words, once_each
from onboarding.profile.offer_tables import DataTable, ReportTable
from onboarding.profile.question_tables import QuestionTable, RuleTable, SectionTable

EVERYTHING = "*"
"""Under ``on`` of a gate: every answer."""

ANCHORS = ("start", "go-live")
"""What a lead time may count from besides dates that were answered and tasks."""

LONGEST_LEAD = 1000
"""No lead time is longer than this, whatever the unit."""


def _bound(value: str, info: ValidationInfo) -> str:
    if value != EVERYTHING and isinstance(info.context, Names):
        known(value, "question or section", [EVERYTHING, *info.context.fields])
        info.context.used.add(value)
    return value


BoundId: TypeAlias = Annotated[str, AfterValidator(_bound)]


class PartyTable(Params):
    """Somebody who acts."""

    title: Words
    side: Literal["customer", "reseller", "provider", "third"]
    contact: Annotated[Address, Field(description="where requests to this party go")] = ""
    inferred: Annotated[Flag, Field(description="the guide does not say so; shown until somebody confirms it")] = False
    contact_roles: Annotated[Texts, Field(description="roles of the contacts table whose people decide for it")] = ()

    def build(self, name: str) -> Party:
        return Party(name, self.title, self.side, self.contact, self.inferred, self.contact_roles)


class StageTable(Params):
    """One of the six stages in the provider's words; its gates hold all of it."""

    title: Words
    purpose: Line = ""
    gates: Annotated[tuple[GateId, ...], AfterValidator(once_each)] = ()
    covers: RequirementIds = ()

    def build(self, name: str) -> Stage:
        return Stage(name, self.title, self.purpose, self.gates, self.covers)


class ServiceTable(Params):
    """What a person can be given; one that includes others is made of these."""

    title: Words
    plans: Annotated[dict[str, StrictStr], Field(description="plan = its label")] = Field(default_factory=dict)
    includes: Annotated[tuple[ServiceId, ...], AfterValidator(once_each)] = ()
    needs_number: Flag = False
    billed: Flag = True
    covers: RequirementIds = ()

    def build(self, name: str) -> Service:
        return Service(
            name, self.title, tuple(self.plans), self.includes, self.needs_number, self.billed, self.covers
        )  # fmt: skip


def _units() -> str:
    return ", ".join(unit.name.lower() for unit in Unit)


Length: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=LONGEST_LEAD)]


class LeadTable(Params):
    """A length of time; it counts from the start unless ``before`` or ``after`` names a date, a task or ``go-live``."""

    minutes: Length | None = None
    hours: Length | None = None
    business_days: Length | None = None
    days: Length | None = None
    weeks: Length | None = None
    before: Line = ""
    after: Line = ""
    source: Line = ""

    @field_validator("before", "after")
    @classmethod
    def _anchored(cls, value: str, info: ValidationInfo) -> str:
        if value and value not in ANCHORS and isinstance(info.context, Names):
            known(value, "date question or task", [*info.context.dates, *info.context.tasks])
        return value

    @model_validator(mode="after")
    def _one_length(self) -> LeadTable:
        if len(self._given()) != 1 or (self.before and self.after):
            raise refuse(f"a lead time has one of {_units()}, and at most one of 'before' and 'after'")
        return self

    def _given(self) -> list[tuple[Unit, int]]:
        amounts = [(unit, getattr(self, unit.name.lower())) for unit in Unit]
        return [(unit, amount) for unit, amount in amounts if amount is not None]

    def build(self) -> LeadTime:
        ((unit, amount),) = self._given()
        return LeadTime(amount, unit, self.before or self.after or "start", bool(self.before), self.source)


class GateTable(Params):
    """What must hold before tasks or a stage: a check that looks for itself, or a decision of people."""

    title: Words
    kind: Literal["check", "decision"]
    owed_by: Annotated[PartyId, Field(description="party that is asked while it is closed")]
    question: Annotated[Line, Field(description="what a decision is about, as a question")] = ""
    check: Annotated[CheckName, Field(description="name of a check")] = ""
    about: Annotated[About, Field(description="parameters of the check")] = Field(default_factory=dict)
    roles: Annotated[tuple[PartyId, ...], AfterValidator(once_each), Field(description="parties that decide")] = ()
    quorum: Annotated[int, Field(strict=True, ge=1, le=20, description="approvals that are needed")] = 1
    each_role: Annotated[Flag, Field(description="every role approves once, each by another person")] = False
    four_eyes: Annotated[Flag | None, Field(description="nobody approves answers of their own")] = None
    on: Annotated[
        tuple[BoundId, ...],
        AfterValidator(once_each),
        Field(description="answers a decision is bound to; '*' is all of them"),
    ] = ()
    when: When | None = None
    needs_evidence: Annotated[Flag, Field(description="an approval needs a file")] = False
    after: Annotated[tuple[TaskId, ...], AfterValidator(once_each)] = ()
    reopens: Annotated[
        tuple[TaskId, ...], AfterValidator(once_each), Field(description="tasks that are done anew after a no")
    ] = ()
    asks: Annotated[dict[str, QuestionTable], Field(description="what a decision records besides yes or no")] = Field(
        default_factory=dict
    )
    expires: Annotated[LeadTable | None, Field(description="how long an approval holds")] = None
    covers: RequirementIds = ()
    source: Line = ""

    def build(self, name: str, params: Params, asks: tuple[Question, ...]) -> Gate:
        return Gate(
            name, self.title, self.kind, self.owed_by, self.question, self.check, params, self.roles, self.quorum,
            self.on, self.when, self.needs_evidence, self.covers, self.source, after=self.after, reopens=self.reopens,
            asks=asks, each_role=self.each_role, expires=self.expires.build() if self.expires else None,
            four_eyes=self.four_eyes,
        )  # fmt: skip


class TaskTable(Params):
    """One thing somebody must do."""

    title: Words
    party: Annotated[PartyId, Field(description="who does it")]
    action: Annotated[Line, Field(description="planner that says what shall be there")] = "manual"
    connector: Annotated[Line, Field(description="outside system; by itself the planner's usual one")] = ""
    about: Annotated[About, Field(description="parameters of the planner")] = Field(default_factory=dict)
    helpers: Annotated[tuple[PartyId, ...], AfterValidator(once_each)] = ()
    channel: Channel
    when: Annotated[When | None, Field(description="only where these answers are given")] = None
    skip_reason: Line = ""
    after: Annotated[tuple[TaskId, ...], AfterValidator(once_each)] = ()
    gates: Annotated[tuple[GateId, ...], AfterValidator(once_each)] = ()
    lead: Annotated[LeadTable | None, Field(description="how long it takes, or how far ahead it must happen")] = None
    effort_minutes: Whole = 0
    evidence: Annotated[Words, Field(description="what proves it")]
    guide: Annotated[Line, Field(description="why, how, and what to look at")] = ""
    every: Annotated[LeadTable | None, Field(description="comes back that long after each time it was done")] = None
    once: Annotated[Flag, Field(description="once for a customer, not again in a later phase")] = False
    irreversible: Flag = False
    customer_visible: Flag = True
    inferred: Annotated[Flag, Field(description="the guide leaves the party open")] = False
    covers: RequirementIds = ()
    source: Line = ""

    @field_validator("action")
    @classmethod
    def _planned(cls, value: str, info: ValidationInfo) -> str:
        return named(value, "planner", info)

    @field_validator("connector")
    @classmethod
    def _connected(cls, value: str, info: ValidationInfo) -> str:
        return named(value, "connector", info) if value else value

    def build(self, name: str, stage: str, connector: str, params: Params) -> Task:
        return Task(
            name, self.title, stage, self.party, self.action, connector, params, self.helpers, self.channel, self.when,
            self.skip_reason, self.after, self.gates, self.lead.build() if self.lead else None, self.effort_minutes,
            self.evidence, self.guide, self.every.build() if self.every else None, self.once, self.irreversible,
            self.customer_visible, self.inferred, self.covers, self.source,
        )  # fmt: skip


class ReferenceTable(Params):
    """A row of a guide that is neither task nor rule: a link, a definition, where something comes from."""

    title: Words
    text: Line = ""
    url: Line = ""
    stages: Annotated[tuple[StageId, ...], AfterValidator(once_each)] = Field((), description="runbooks that show it")
    help: Flag = Field(False, description="the completion report names it where it says where help is found")
    covers: RequirementIds = ()

    def build(self, name: str) -> Reference:
        return Reference(name, self.title, self.text, self.url, self.covers, self.stages, self.help)


class OperationTable(Params):
    """A procedure beside the course of onboarding: a repair, a removal, the end."""

    title: Words
    party: PartyId
    kind: Literal[tuple(PROCEDURE_KINDS)]  # type: ignore[valid-type]
    guide: Words
    connector: Line = "manual"
    needs: Annotated[Texts, Field(description="what a person makes sure of before")] = ()
    confirm: Annotated[QuestionId, Field(description="question whose answer is typed in full")] = ""
    irreversible: Flag = False
    follow_ups: Annotated[Texts, Field(description="what is left to people afterwards")] = ()
    covers: RequirementIds = ()
    source: Line = ""

    @field_validator("connector")
    @classmethod
    def _connected(cls, value: str, info: ValidationInfo) -> str:
        return named(value, "connector", info)

    @model_validator(mode="after")
    def _confirmed(self, info: ValidationInfo) -> OperationTable:
        if info.context and self.irreversible and not self.confirm:
            raise refuse(
                "what cannot be undone is confirmed by typing a name: say under 'confirm' which question holds it"
            )
        return self

    def build(self, name: str) -> Procedure:
        return Procedure(
            name, self.title, self.party, self.kind, self.guide, self.connector, self.needs, self.confirm,
            self.irreversible, self.follow_ups, self.covers, self.source,
        )  # fmt: skip


class ClaimTable(Params):
    """What only one customer may have: a value, or a range of numbers."""

    title: Words
    form: Literal[FORMS] = "text"  # type: ignore[valid-type]
    question: QuestionId = ""
    start: QuestionId = ""
    end: QuestionId = ""
    scope: Annotated[Line, Field(description="question whose answer bounds it, 'customer', or everywhere")] = ""
    covers: RequirementIds = ()
    source: Line = ""

    @field_validator("start", mode="before")
    @classmethod
    def _of_numbers(cls, value: str, info: ValidationInfo) -> str:
        if value and info.context and info.data.get("form") != "number":
            raise refuse('a range is one of numbers: form = "number"')
        return value

    @field_validator("question", "start", "end")
    @classmethod
    def _of_the_kind(cls, value: str, info: ValidationInfo) -> str:
        form = info.data.get("form")
        if value and isinstance(info.context, Names) and form and (info.field_name == "question" or form == "number"):
            kind = info.context.questions[value].kind
            if (kind is Kind.NUMBER) is not (form == "number"):
                wanted = 'form = "number"' if kind is Kind.NUMBER else "a question of the kind number"
                raise refuse(f"{value} is of the kind {kind.value}: {wanted} is wanted")
        return value

    @field_validator("scope")
    @classmethod
    def _bounded(cls, value: str, info: ValidationInfo) -> str:
        if value not in ("", WITHIN_CUSTOMER) and isinstance(info.context, Names):
            known(value, "question", info.context.questions)
            info.context.used.add(value)
        return value

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> ClaimTable:
        if not info.context:
            return self
        if bool(self.question) == bool(self.start) or bool(self.start) != bool(self.end):
            raise refuse("a claim has a 'question', or the 'start' and 'end' of a range")
        return self

    def build(self, name: str) -> Claim:
        return Claim(
            name, self.title, self.form, self.question, self.start, self.end, self.scope, self.covers, self.source
        )  # fmt: skip


class ProfileFile(Params):
    """One provider's way of onboarding."""

    title: Words
    provider: Words
    source: Annotated[Words, Field(description="the guide this follows")]
    runs: Annotated[
        tuple[PartyId, ...], AfterValidator(once_each), Field(description="parties whose people work with this tool")
    ]
    include: Annotated[Texts, Field(description="ready-made sections of questions")] = ()
    rules: Annotated[Texts, Field(description="rule packs")] = ()
    data: DataTable = DataTable()
    party: dict[str, PartyTable] = Field(default_factory=dict)
    stage: dict[str, StageTable] = Field(default_factory=dict)
    service: dict[str, ServiceTable] = Field(default_factory=dict)
    gate: dict[str, GateTable] = Field(default_factory=dict)
    task: Annotated[dict[str, dict[str, TaskTable]], Field(description="[task.<stage>.<verb-noun>]")] = Field(
        default_factory=dict
    )
    section: dict[str, SectionTable] = Field(default_factory=dict)
    rule: dict[str, RuleTable] = Field(default_factory=dict)
    reference: dict[str, ReferenceTable] = Field(default_factory=dict)
    operation: dict[str, OperationTable] = Field(default_factory=dict)
    claim: dict[str, ClaimTable] = Field(default_factory=dict)
    report: ReportTable | None = None

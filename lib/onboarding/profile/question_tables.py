"""Tables of a provider file about what is asked: questions, sections, rules, rule packs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, StrictStr, ValidationInfo, field_validator, model_validator

from onboarding.domain.params import Names, Params, PartyId, When, extension, hint, known, pointed_at, refuse, refuse_if
from onboarding.domain.question import PARTS, Kind
from onboarding.domain.task import STAGES
from onboarding.profile.table_fields import CountryCode, Flag, Line, ParamsTable, RequirementIds, Tables, Whole, Words


class QuestionTable(Params):
    """One question."""

    kind: Kind
    label: Line = Field("", description="by itself, of a part of an address, what the country calls it")
    help: Line = ""
    required: Flag | Literal["by-country"] = Field(
        False, description="'by-country': of a part of an address, where addresses of the country have it"
    )
    when: When | None = None
    options: Tables[StrictStr] = Field(description="value = label, of a choice")
    options_from: Line = Field(
        "", description="'services', '<service>.plans', 'countries' that are served, or 'time-zones' of the country"
    )
    default: Any = None
    example: Line = Field("", description="by itself, of a number or part of an address, one of the country")
    country: CountryCode | Literal[""] = Field("", description="by itself that of the section, else of the profile")
    abroad: Flag = Field(False, description="a number of any country is taken, written with +")
    address: Literal["", "street", "unit", "city", "country", "zone"] = Field(
        "",
        description="which part of an address a text is, or a choice: the country of everything else in the row, or "
        "the time zone of a place whose state may have several",
    )
    to: Line = Field("", description="question of a table that a reference points at")
    unique: Flag = False
    at_least: Whole | None = Field(None, description="least value, length or number of digits")
    at_most: Whole | None = Field(None, description="greatest value, length or number of digits")
    owner: PartyId = Field("", description="party that knows the answer")
    document: Line = Field("", description="paper it is copied from")
    was: tuple[Line, ...] = Field((), description="names, within the section, of questions in whose place it is asked")
    requirements: RequirementIds = ()
    source: Line = ""
    derived: Flag = Field(False, description="not in the guide, but needed")
    informational: Flag = Field(False, description="asked for people's sake only; nothing uses it")

    @field_validator("document")
    @classmethod
    def _name_of_a_document(cls, value: str, info: ValidationInfo) -> str:
        refuse_if(info.context and value.endswith("."), "the name of a document stands without a full stop")
        return value

    @field_validator("to")
    @classmethod
    def _to_a_column(cls, value: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        if info.context and value and kind is not None and kind is not Kind.REFERENCE:
            raise refuse("only a reference points at another question")
        if isinstance(info.context, Names) and kind is Kind.REFERENCE:
            known(value or "nothing", "question", info.context.questions)
            refuse_if(value.partition(".")[0] not in info.context.tables, f"{value} is no column of a table")
            info.context.used.add(value)
        return value

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> QuestionTable:
        if not info.context:
            return self
        is_choice = self.kind in (Kind.CHOICE, Kind.CHOICES)
        if self.options and self.options_from:
            raise refuse("a question has 'options' or 'options_from', not both", "options_from")
        if not is_choice and (self.options or self.options_from):
            raise refuse(f"only a choice has options, this is {self.kind.value}")
        refuse_if(is_choice and not (self.options or self.options_from), "a choice needs 'options' or 'options_from'")
        is_placed = bool(self.address) or self.kind in PARTS
        refuse_if(not (self.label or is_placed), "'label' is missing")
        if self.required == "by-country" and not is_placed:
            raise refuse("only a part of an address is required by country", "required")
        wanted = Kind.CHOICE if self.address in ("country", "zone") else Kind.TEXT
        if self.address and self.kind is not wanted:
            raise refuse(f"{self.address!r} is a {wanted.value}, this is {self.kind.value}", "address")
        if self.address == "zone" and self.options_from != "time-zones":
            raise refuse("a time zone is one of those of the country: options_from = 'time-zones'", "options_from")
        if self.abroad and self.kind is not Kind.NUMBER:
            raise refuse(f"only a number may be from abroad, this is {self.kind.value}", "abroad")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise refuse(f"'at_least' ({self.at_least}) is more than 'at_most' ({self.at_most})", "at_least")
        return self


def _asked_at(value: str, info: ValidationInfo) -> str:
    return value and pointed_at(value, "stage", lambda n: [*n.stages, *STAGES], info)


SectionStage: TypeAlias = Annotated[Line, AfterValidator(_asked_at)]
"""A stage of the profile; a template may name one that a profile does not have."""


class SectionTable(Params):
    """A group of questions, asked once, or as a table with a row for each thing."""

    title: Words
    table: Flag = False
    key: Line = Field("", description="question by which a row is found again")
    help: Line = ""
    when: When | None = None
    stage: SectionStage = Field("", description="stage at which it is asked; by itself gather, or the first")
    min_rows: Whole = 0
    country: CountryCode | Literal[""] = Field("", description="in whose form its answers are; else the profile's")
    owner: PartyId = Field("", description="party that knows all answers of the section")
    document: Line = ""
    requirements: RequirementIds = ()
    question: Tables[QuestionTable]

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> SectionTable:
        if not info.context:
            return self
        refuse_if(not self.question, "a section asks at least one question")
        refuse_if(not self.table and (self.key or self.min_rows), "only a table has 'key' and 'min_rows'")
        if self.table and self.key and self.key not in self.question:
            raise refuse(f"there is no question of this section {self.key!r}{hint(self.key, self.question)}", "key")
        return self


class RuleTable(Params):
    """A rule over the answers: which one, with what parameters, and the message when it is broken."""

    check: Annotated[Line, extension("rule")] = Field(description="name of a rule")
    message: Words
    params: ParamsTable = Field(default_factory=dict, description="parameters of the rule")
    when: When | None = None
    severity: Literal["error", "warning"] = "error"
    requirements: RequirementIds = ()
    source: Line = ""


class PackFile(Params):
    """A rule pack: a file of rules that several providers share."""

    title: Words
    as_of: Words = Field(description="day on which somebody last checked the rules against their sources")
    source: Words
    rule: Tables[RuleTable]

    @field_validator("as_of")
    @classmethod
    def _a_date(cls, value: str) -> str:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise refuse(f"{value!r} is not a date such as 2026-03-02") from None
        return value

"""What a provider file may say: one model for the whole file.

Every table of the file is a model here or in one of the modules `*_tables`, every key a field; unknown keys are
refused. Validated without context a model checks the shape; with the profile's `Names` as context it checks what is
pointed at, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, StrictStr, ValidationInfo, model_validator

from onboarding.domain.params import Params, PartyId, QuestionId, extension, known, refuse, refuse_if
from onboarding.domain.place import known_countries, time_zones
from onboarding.domain.place_words import WRITTEN
from onboarding.domain.task import PROCEDURE_KINDS, SIDES
from onboarding.profile.claim_tables import ClaimTable
from onboarding.profile.coverage import row_ids
from onboarding.profile.edition import FORMAT
from onboarding.profile.gate_tables import GateTable
from onboarding.profile.offer_tables import CalendarTable, DataTable, ReportTable
from onboarding.profile.question_tables import RuleTable, SectionTable
from onboarding.profile.table_fields import (
    Address,
    CountryCode,
    Flag,
    GateIds,
    LanguageCode,
    Line,
    PartyIds,
    RequirementIds,
    ServiceIds,
    StageIds,
    Tables,
    Texts,
    Words,
    once_each,
)  # fmt: skip
from onboarding.profile.task_tables import TaskTable, WaiveTable


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
        description="who may do without tasks that a gate or completion rests on and no gate names, where the task "
        "says nothing itself",
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

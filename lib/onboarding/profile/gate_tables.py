"""Tables of a provider file about what must hold before tasks and stages."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, ValidationInfo

from onboarding.domain.params import Params, PartyId, When, extension, pointed_at
from onboarding.profile.lead_tables import SpanTable
from onboarding.profile.question_tables import QuestionTable
from onboarding.profile.table_fields import (
    Flag,
    Line,
    ParamsTable,
    PartyIds,
    RequirementIds,
    Tables,
    TaskIds,
    Words,
    once_each,
)  # fmt: skip

EVERYTHING = "*"
"""Under ``on`` of a gate: every answer."""


def _bound(value: str, info: ValidationInfo) -> str:
    if value == EVERYTHING:
        return value
    return pointed_at(value, "question or section", lambda n: [EVERYTHING, *n.fields], info)


BoundId: TypeAlias = Annotated[str, AfterValidator(_bound)]


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

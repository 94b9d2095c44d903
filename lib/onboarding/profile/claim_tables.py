"""Tables of a provider file about what only one customer may have."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from onboarding.domain.params import Names, Params, QuestionId, pointed_at, refuse_if
from onboarding.domain.question import Kind
from onboarding.domain.reservation import AGEING_DAYS, FORMS, WITHIN_CUSTOMER
from onboarding.profile.table_fields import Line, RequirementIds, TaskIds, Words


def _bounding(value: str, info: ValidationInfo) -> str:
    return value if value in ("", WITHIN_CUSTOMER) else pointed_at(value, "question", lambda n: n.questions, info)


Scope: TypeAlias = Annotated[Line, AfterValidator(_bounding)]


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

"""Parameters that a profile gives to rules, checks, planners, report blocks: typed, and checked against its names.

A model of parameters is a `Params` whose fields have the types below. They are validated with the profile's `Names` as
context: what is pointed at must be there, and what is looked at is collected under ``Names.used``::

    class CesidForm(Params):
        question: QuestionId
        most: int = 15

Without a context (in a unit test) only the shape is checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Protocol, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from onboarding.domain.condition import COMPARING, Condition, Where, is_version, kind_of_bound, parse_condition
from onboarding.domain.question import Kind, Question, Section


class Params(BaseModel):
    """Parameters of one extension; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


class NoParams(Params):
    """For what takes none."""


NO_PARAMS = NoParams()


CONTACT_ROLE = "contacts.role"
"""The question whose options are the roles of the customer's people."""

CONTACT = "contact:"
"""How an address names a role of `CONTACT_ROLE`: ``contact:primary``."""

ANSWER = "answer:"
"""How an address names a question that is answered with it: ``answer:first_user.email``."""

QUESTIONNAIRE, EVIDENCE = "questionnaire", "evidence:"
"""What may go with a mail: the filled-in questionnaire, the document of a task."""


class Workdays(Protocol):
    """On which days somebody works."""

    def is_business_day(self, day: date) -> bool:
        """Whether people work that day."""
        ...


@dataclass
class Names:
    """Everything in a profile that can be pointed at; ``used`` collects the ids of questions and sections that were.

    ``parties`` maps ids to the contact address, ``workdays`` to when they work. ``find`` looks an extension up by kind
    and name, ``listed`` names all of a kind, ``resources`` asks every connector what a portal of its kind has.
    """

    questions: Mapping[str, Question] = field(default_factory=dict)
    sections: Mapping[str, Section] = field(default_factory=dict)
    parties: Mapping[str, str] = field(default_factory=dict)
    workdays: Mapping[str, Workdays] = field(default_factory=dict)
    stages: Collection[str] = ()
    services: Collection[str] = ()
    tasks: Collection[str] = ()
    gates: Collection[str] = ()
    references: Collection[str] = ()
    procedures: Collection[str] = ()
    purposes: Collection[str] = ()
    resources: Callable[[], Collection[str]] = tuple
    find: Callable[[str, str], object] = lambda kind, name: None
    listed: Callable[[str], Collection[str]] = lambda kind: ()
    used: set[str] = field(default_factory=set)

    @property
    def fields(self) -> list[str]:
        return [*self.questions, *self.sections]

    @property
    def tables(self) -> list[str]:
        return [section.id for section in self.sections.values() if section.is_table]

    @property
    def dates(self) -> list[str]:
        return [question.id for question in self.questions.values() if question.kind is Kind.DATE]

    def options(self, question: str) -> list[str]:
        """Values an answer to the question can have; empty when it is no choice."""
        return [option.value for option in self.questions[question].options] if question in self.questions else []


def hint(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` when something close is known."""
    close = get_close_matches(word, list(known))
    return f"; did you mean {close[0]!r}?" if close else ""


def hint_or_stop(word: str, known: Iterable[str]) -> str:
    """How a sentence ends: as `hint`, or in a full stop."""
    return hint(word, known) or "."


def refuse(message: str, *at: str | int, name: str = "") -> PydanticCustomError:
    """An error with a plain sentence, to be raised in a validator; ``at`` leads on from the value it is about.

    ``name`` is what was pointed at in vain.
    """
    return PydanticCustomError("profile", "{message}", {"message": message, "at": at, "name": name})


def refuse_if(is_wrong: object, message: str, *at: str | int) -> None:
    """Raises what `refuse` makes, if it is wrong."""
    if is_wrong:
        raise refuse(message, *at)


def known(value: str, what: str, names: Collection[str], *at: str | int) -> str:
    """The value, if it is one of the names. Raises PydanticCustomError with the nearest one."""
    if value not in names:
        raise refuse(f"there is no {what} {value!r}{hint(value, names)}", *at, name=value)
    return value


def pointed_at(
    value: str, what: str, names: Callable[[Names], Collection[str]], info: ValidationInfo, is_used: bool = True
) -> str:
    """The value, if it is one of the profile's names of that kind, which are only known with a context.

    Raises PydanticCustomError with the nearest one. One that ``is_used`` is collected.
    """
    if isinstance(info.context, Names):
        known(value, what, names(info.context))
        if is_used:
            info.context.used.add(value)
    return value


def extension(kind: str, is_needed: bool = True) -> AfterValidator:
    """A text that must be the name of an extension of that kind; may be empty where it is not ``is_needed``."""

    def check(value: str, info: ValidationInfo) -> str:
        if (value or is_needed) and isinstance(info.context, Names) and info.context.find(kind, value) is None:
            known(value, kind, info.context.listed(kind))
        return value

    return AfterValidator(check)


def _names(what: str, names: Callable[[Names], Collection[str]], is_used: bool = False) -> AfterValidator:
    return AfterValidator(lambda value, info: pointed_at(value, what, names, info, is_used))


def _text(value: str) -> str:
    refuse_if(not value.strip(), "a text is wanted here")
    return value


def _says(description: str) -> Any:
    return Field(description=description)


Text: TypeAlias = Annotated[str, AfterValidator(_text), _says("text")]
Count: TypeAlias = Annotated[int, Field(ge=0, strict=True, description="whole number")]
QuestionId: TypeAlias = Annotated[str, _names("question", lambda n: n.questions, True), _says("question id")]
SectionId: TypeAlias = Annotated[str, _names("section", lambda n: n.sections), _says("section id")]
FieldId: TypeAlias = Annotated[
    str, _names("question or section", lambda n: n.fields, True), _says("question or section id")
]
TableId: TypeAlias = Annotated[str, _names("table section", lambda n: n.tables, True), _says("id of a table section")]
PartyId: TypeAlias = Annotated[str, _names("party", lambda n: n.parties), _says("party id")]
DateId: TypeAlias = Annotated[str, _names("date question", lambda n: n.dates, True), _says("id of a date question")]


@dataclass(frozen=True, slots=True)
class WorksOn:
    """A party, and on which days it works; without a profile on every one."""

    id: str
    days: Workdays | None = None

    def works_on(self, day: date) -> bool:
        return self.days is None or self.days.is_business_day(day)


def _works_on(value: Any, info: ValidationInfo) -> WorksOn:
    if isinstance(value, WorksOn):
        return value
    refuse_if(not isinstance(value, str), "a party id is wanted here")
    name = pointed_at(value, "party", lambda n: n.parties, info, is_used=False)
    return WorksOn(name, info.context.workdays.get(name) if isinstance(info.context, Names) else None)


PartyDays: TypeAlias = Annotated[
    WorksOn,
    PlainValidator(_works_on),
    PlainSerializer(lambda party: party.id),
    WithJsonSchema({"type": "string", "description": "party id: its calendar counts"}),
    _says("party id: its calendar counts"),
]
StageId: TypeAlias = Annotated[str, _names("stage", lambda n: n.stages), _says("stage id")]
ServiceId: TypeAlias = Annotated[str, _names("service", lambda n: n.services), _says("service id")]
TaskId: TypeAlias = Annotated[str, _names("task", lambda n: n.tasks), _says("task id")]
GateId: TypeAlias = Annotated[str, _names("gate", lambda n: n.gates), _says("gate id")]
ReferenceId: TypeAlias = Annotated[str, _names("reference", lambda n: n.references), _says("reference id")]
ProcedureId: TypeAlias = Annotated[str, _names("operation", lambda n: n.procedures), _says("id of an operation")]
Purpose: TypeAlias = Annotated[
    str, _names("purpose in data.dns", lambda n: n.purposes), _says("purpose of records in data.dns")
]
ResourceName: TypeAlias = Annotated[
    str, _names("resource to observe", lambda n: n.resources()), _says("what a portal can be asked for")
]
CheckName: TypeAlias = Annotated[str, extension("check"), _says("name of a check")]


def _version(value: str) -> str:
    refuse_if(not is_version(value), f'{value!r} is not a version; write it as text, such as "9.4"')
    return value


Version: TypeAlias = Annotated[str, AfterValidator(_version), _says("version such as 9.4.0.9")]


def questions_in(key: str) -> list[str]:
    """The question ids in a key: ``{portal.web_id}/{bundles.name}``, or one by itself."""
    return re.findall(r"\{([^{}]*)\}", key) if "{" in key else [key] if key.strip() else []


def _key(value: str, info: ValidationInfo) -> str:
    found = questions_in(value)
    refuse_if(not found, "a question id is wanted here, or a text with question ids in braces")
    for name in found:
        pointed_at(name, "question", lambda n: n.questions, info)
    return value


Key: TypeAlias = Annotated[str, AfterValidator(_key), _says("question id, or text with question ids in braces")]


def _address(value: str, info: ValidationInfo) -> str:
    """A party with a contact gives the contact; a role of the contacts, a question and an address stay as they are."""
    names = info.context
    if not isinstance(names, Names):
        return value
    if value.startswith(CONTACT):
        known(value.removeprefix(CONTACT), f"role in {CONTACT_ROLE}", names.options(CONTACT_ROLE))
    elif value.startswith(ANSWER):
        pointed_at(value.removeprefix(ANSWER), "question", lambda n: n.questions, info)
    elif value in names.parties:
        refuse_if(not names.parties[value], f"the party {value!r} has no 'contact' to write to")
        return names.parties[value]
    elif "@" not in value:
        known(value, "party", list(names.parties))
    return value


Address: TypeAlias = Annotated[
    str,
    AfterValidator(_address),
    _says(
        f"party with a contact, '{CONTACT}' and a role of {CONTACT_ROLE}, '{ANSWER}' and a question about an e-mail"
        " address, or e-mail address"
    ),
]


def _attachment(value: str, info: ValidationInfo) -> str:
    if value == QUESTIONNAIRE:
        return value
    refuse_if(not value.startswith(EVIDENCE), f"{value!r} is neither '{QUESTIONNAIRE}' nor '{EVIDENCE}<task id>'")
    pointed_at(value.removeprefix(EVIDENCE), "task", lambda n: n.tasks, info, is_used=False)
    return value


AttachmentName: TypeAlias = Annotated[
    str, AfterValidator(_attachment), _says(f"'{QUESTIONNAIRE}' or '{EVIDENCE}<task id>'")
]


def check_condition(condition: Condition, names: Names, *at: str) -> None:
    """A condition looks at questions that are asked, and at values that can be answered. Raises PydanticCustomError."""
    for part in condition.parts:
        check_condition(part, names)
    if condition.rows:
        known(condition.rows, "table section", names.tables, *at)
        names.used.add(condition.rows)
    if condition.question:
        known(condition.question, "question", names.questions, *at)
        names.used.add(condition.question)
        question = names.questions[condition.question]
        for value in condition.values if condition.op in ("is", "not") else ():
            check_value(value, question, *at)
        if condition.op in COMPARING:
            _check_bound(condition, question, *at)


def _check_bound(condition: Condition, question: Question, *at: str) -> None:
    """That answers to the question can be compared with the bound."""
    kind = kind_of_bound(condition.values[0])
    is_number, is_date = question.kind is Kind.INTEGER, question.kind is Kind.DATE
    is_right = {"number": is_number, "date": is_date}.get(kind, not is_number and not is_date)
    refuse_if(
        not is_right, f"{question.id} is of the kind {question.kind.value}: it does not compare with a {kind}", *at
    )


def check_value(value: Any, question: Question, *at: str) -> None:
    """That an answer to the question can be the value. Raises PydanticCustomError."""
    if question.kind is Kind.YES_NO and not isinstance(value, bool):
        raise refuse(f"{question.id} is answered with true or false, never with {value!r}", *at)
    options = [option.value for option in question.options]
    if options and value not in options:
        message = f"{value!r} is no option of {question.id} ({', '.join(options)}){hint(str(value), options)}"
        raise refuse(message, *at)


def _condition(value: Any, info: ValidationInfo) -> Condition:
    try:
        condition = value if isinstance(value, Condition) else parse_condition(value)
    except ValueError as error:
        raise refuse(str(error)) from None
    if isinstance(info.context, Names):
        check_condition(condition, info.context)
    return condition


When: TypeAlias = Annotated[
    Condition, BeforeValidator(_condition), WithJsonSchema({"type": "object", "description": "condition"})
]


@dataclass(frozen=True, slots=True)
class ColumnsOf:
    """Marks a `Where` over the table that another parameter names, by itself or by one of its questions.

    ``where: Annotated[Where, ColumnsOf("rows")] = Where()`` stands behind ``rows`` in the model.
    """

    parameter: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        columns = core_schema.plain_serializer_function_ser_schema(lambda where: dict(where.columns))
        return core_schema.with_info_plain_validator_function(self._read, serialization=columns)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "object", "description": "table of column = value, or of column = list of values"}

    def _read(self, value: Any, info: core_schema.ValidationInfo) -> Where:
        refuse_if(not isinstance(value, Where | Mapping), "a table of column = value is wanted here")
        where = value if isinstance(value, Where) else Where(value)
        table = str(info.data.get(self.parameter) or "").partition(".")[0]
        if isinstance(info.context, Names) and table:
            for column, condition in where.conditions(table):
                check_condition(condition, info.context, column)
        return where


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """Marks a question that must be a column of the table that another parameter names.

    ``columns: tuple[Annotated[QuestionId, ColumnOf("rows")], ...]`` stands behind ``rows`` in the model.
    """

    parameter: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str, info: core_schema.ValidationInfo) -> str:
        table = info.data.get(self.parameter)
        refuse_if(table and value.partition(".")[0] != table, f"{value!r} is no column of {table!r}")
        return value

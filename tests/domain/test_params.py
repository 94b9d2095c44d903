"""Parameters of extensions: what is pointed at is there, what is looked at is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from onboarding.domain.condition import Where
from onboarding.domain.params import (
    Address,
    AttachmentName,
    CheckName,
    ColumnsOf,
    Count,
    GateId,
    Key,
    Names,
    Params,
    PartyId,
    ProcedureId,
    Purpose,
    QuestionId,
    ReferenceId,
    ResourceName,
    SectionId,
    ServiceId,
    StageId,
    TableId,
    TaskId,
    Text,
    When,
    extension,
    questions_in,
)
from onboarding.domain.question import Kind, Option, Question, Section

ROLE = Question("contacts.role", Kind.CHOICE, "Role", options=(Option("signer", "Signer"),))
KIND = Question("users.kind", Kind.CHOICE, "Kind", options=(Option("voice", "Voice"), Option("fax", "Fax")))
ACTIVE = Question("users.active", Kind.YES_NO, "Active")
SECTIONS = {
    "users": Section("users", "Users", (KIND, ACTIVE), is_table=True),
    "contacts": Section("contacts", "C", (ROLE,)),
}


def names() -> Names:
    return Names(
        questions={question.id: question for question in (ROLE, KIND, ACTIVE)},
        sections=SECTIONS,
        parties={"support": "help@voice.example", "customer": ""},
        tasks=("gather.send-sheet",),
    )


class Pointers(Params):
    """One pointer to each thing that is no question."""

    section: SectionId = ""
    party: PartyId = ""
    stage: StageId = ""
    service: ServiceId = ""
    task: TaskId = ""
    gate: GateId = ""
    reference: ReferenceId = ""
    procedure: ProcedureId = ""
    purpose: Purpose = ""
    resource: ResourceName = ""


def all_names() -> Names:
    kinds = ("stages", "services", "tasks", "gates", "references", "procedures", "purposes")
    return replace(names(), resources=lambda: ("a-resources",), **{name: (f"a-{name}",) for name in kinds})


CALLED = {
    "section": "section", "party": "party", "stage": "stage", "service": "service", "task": "task", "gate": "gate",
    "reference": "reference", "procedure": "operation", "purpose": "purpose in data.dns",
    "resource": "resource to observe",
}  # fmt: skip


@pytest.mark.parametrize("name", CALLED)
def test_what_is_pointed_at_is_called_by_its_name(name: str) -> None:
    """As a profile calls it, so that its author knows where to look."""
    with pytest.raises(ValidationError, match=f"there is no {CALLED[name]} 'nothing'"):
        Pointers.model_validate({name: "nothing"}, context=all_names())


def test_only_questions_and_tables_are_used_up() -> None:
    """Whatever else is pointed at is no answer."""
    scope = all_names()
    found = {f"{name[:-1]}": f"a-{name}" for name in (
        "stages", "services", "tasks", "gates", "references", "procedures", "purposes", "resources")}  # fmt: skip
    Pointers.model_validate({**found, "section": "users", "party": "support"}, context=scope)
    assert scope.used == set()


class Checked(Params):
    """A check, which may be left out, and one which may not."""

    check: CheckName
    other: Annotated[str, extension("check", is_needed=False)] = ""


def test_an_extension_is_looked_up_by_kind_and_name() -> None:
    """The nearest is named; none is only none where it may be left out."""
    scope = replace(
        names(),
        find=lambda kind, name: name if (kind, name) == ("check", "all-yes") else None,
        listed=lambda kind: ["all-yes"] if kind == "check" else [],
    )
    assert Checked.model_validate({"check": "all-yes", "other": ""}, context=scope).check == "all-yes"
    for given_values in ({"check": "al-yes"}, {"check": "all-yes", "other": "al-yes"}):
        with pytest.raises(ValidationError, match="there is no check 'al-yes'; did you mean 'all-yes'"):
            Checked.model_validate(given_values, context=scope)
    with pytest.raises(ValidationError, match="there is no check ''"):
        Checked.model_validate({"check": ""}, context=scope)


def test_parameters_stay_as_they_were_given() -> None:
    """Unknown ones are refused, and none is changed afterwards."""
    with pytest.raises(ValidationError, match="Extra inputs"):
        Pointers.model_validate({"tsak": "a"})
    with pytest.raises(ValidationError, match="frozen"):
        Pointers().task = "b"


def test_an_editor_is_told_what_is_wanted() -> None:
    """By the schema of the parameters."""
    shown = Example.model_json_schema()["properties"]
    assert (shown["text"]["description"], shown["where"]["type"]) == ("text", "object")
    condition = shown["when"]["anyOf"][0]
    assert (condition["type"], condition["description"]) == ("object", "condition")


class Example(Params):
    """One of each."""

    question: QuestionId = "users.kind"
    rows: TableId = "users"
    where: Annotated[Where, ColumnsOf("rows")] = Where()
    task: TaskId = "gather.send-sheet"
    when: When | None = None
    to: Address = "help@voice.example"
    attach: tuple[AttachmentName, ...] = ()
    key: Key = "users.kind"
    text: Text = "text"
    days: Count = 1


WRONG: dict[str, tuple[dict[str, Any], tuple[str | int, ...], str]] = {
    "question": (
        {"question": "users.knid"}, ("question",), "there is no question 'users.knid'; did you mean 'users.kind'?"),
    "table": ({"rows": "contacts"}, ("rows",), "there is no table section 'contacts'"),
    "task": ({"task": "gather.send"}, ("task",), "there is no task 'gather.send'; did you mean 'gather.send-sheet'?"),
    "column": ({"where": {"knid": "fax"}}, ("where",), "there is no question 'users.knid'"),
    "option": ({"where": {"kind": ["fax", "telex"]}}, ("where",), "'telex' is no option of users.kind (voice, fax)"),
    "yes or no": (
        {"where": {"active": "yes"}}, ("where",), "users.active is answered with true or false, never with 'yes'"),
    "condition": ({"when": {"question": "users.kind", "is": "telex"}}, ("when",), "'telex' is no option"),
    "condition's form": ({"when": {"question": "users.kind"}}, ("when",), "a condition has 'question' with one of"),
    "party without contact": ({"to": "customer"}, ("to",), "the party 'customer' has no 'contact' to write to"),
    "role": ({"to": "contact:singer"}, ("to",), "there is no role in contacts.role 'singer'; did you mean 'signer'?"),
    "attachment": ({"attach": ["evidence:gather.x"]}, ("attach", 0), "there is no task 'gather.x'"),
    "attachment's form": (
        {"attach": ["bill"]}, ("attach", 0), "'bill' is neither 'questionnaire' nor 'evidence:<task id>'"),
    "key": ({"key": "{users.knid}/x"}, ("key",), "there is no question 'users.knid'"),
    "empty key": ({"key": "{}x"}, ("key",), "there is no question ''"),
    "empty text": ({"text": " "}, ("text",), "a text is wanted here"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_pointer_that_leads_nowhere_is_refused_where_it_stands(case: str) -> None:
    """One error with the place of the parameter, what is wrong with it, and the nearest name."""
    given_values, place, message = WRONG[case]
    with pytest.raises(ValidationError) as refused:
        Example.model_validate(given_values, context=names())
    (error,) = refused.value.errors()
    assert error["loc"] == place
    assert message in error["msg"]


@pytest.mark.parametrize("value", [True, "3", -1, 2.5])
def test_a_count_is_a_whole_number_and_nothing_like_one(value: Any) -> None:
    """Neither a yes, nor a text with digits, nor less than nothing."""
    with pytest.raises(ValidationError):
        Example.model_validate({"days": value})


def test_a_party_stands_for_its_contact() -> None:
    """Where a mail goes to a party, its address is what comes out; roles and addresses stay."""
    found = [
        Example.model_validate({"to": to}, context=names()).to for to in ("support", "contact:signer", "a@b.example")
    ]
    assert found == ["help@voice.example", "contact:signer", "a@b.example"]


def test_what_is_looked_at_is_collected() -> None:
    """Questions, tables, columns of conditions and of rows, and those in a key; not the table's columns."""
    scope = names()
    given_values = {"where": {"active": True}, "when": {"question": "contacts.role", "is": "signer"}}
    Example.model_validate(
        {"question": "users.kind", "rows": "users", "key": "{users.active}", **given_values}, context=scope
    )
    assert scope.used == {"users.kind", "users", "users.active", "contacts.role"}


def test_without_a_profile_only_the_shape_counts() -> None:
    """A unit test of a rule builds its parameters without a whole profile."""
    assert Example(question="nowhere.at-all", where=Where({"x": 1})).where.fits({"x": 1})


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["x", "y", True, 1, ["x", "z"]])), st.booleans())
def test_rows_are_meant_by_all_columns_and_any_value(row: dict[str, Any], is_list: bool) -> None:
    """A row fits what it has itself, one value or a list of it; and never what differs in one column."""
    wanted = {name: [value] if is_list and not isinstance(value, list) else value for name, value in row.items()}
    assert Where(wanted).fits(row)
    for name in row:
        assert not Where({**wanted, name: "another"}).fits(row)


def test_yes_is_not_the_number_one() -> None:
    """A yes-no answer only fits a yes or a no."""
    assert not Where({"active": 1}).fits({"active": True})
    assert not Where({"active": True}).fits({"active": 1})


@given(st.lists(st.sampled_from(["a.b", "c.d"]), max_size=3))
def test_a_key_names_its_questions(found: list[str]) -> None:
    """Whatever stands between the braces, in order."""
    assert questions_in("x".join(f"{{{name}}}" for name in found)) == found

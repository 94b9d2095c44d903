"""What a person types to do a task: the values of one thing, a table of several, an instruction with its tables."""

from __future__ import annotations

from typing import Any

from onboarding.domain.action import Action, Operation
from onboarding.domain.question import Kind
from onboarding.stages.context import Context
from onboarding.stages.desired import Entries, beside, by_hand, desired, entered, entries
from tests.stages.planners.work import ID, MAIL, work
from tests.stages.small import asked, question, small

SHEET = asked(
    question("company.name"), question("company.domain"), question("users.email"), question("users.first_name"),
    question("users.floor", Kind.TEXT), tables={"users": "email"},
)  # fmt: skip
USERS: list[Any] = [{"email": "ana@x.example", "first_name": "Ana", "floor": "1"},
                    {"email": "ben@x.example", "first_name": "Ben", "floor": "1"}]  # fmt: skip
VALUES = {"company": {"name": "Clinic", "domain": "x.example"}, "users": USERS}


def customer(users: list[Any] | None = None) -> Context:
    return small(SHEET, VALUES | {"users": USERS if users is None else users})


MADE = Operation.CREATE


def action(key: str, resource: str = "mmp-user-account", operation: Operation = MADE, **body: Any) -> Action:
    return Action(f"{ID}/{key}", ID, "portal", operation, resource, key, f"Make {key}", body)


def test_nothing_is_typed_for_a_request() -> None:
    """It is sent; nor is anything where there is nothing to do."""
    about = {**MAIL, "fields": ["company"]}
    assert desired(work("request", about), customer())
    assert entries(work("request", about), customer()) == Entries()
    about = {"resource": "user", "key": "users.email", "rows": "users", "fields": {"floor": "users.floor"}}
    assert entries(work("rows", about), customer([])) == Entries()


def test_the_values_of_an_instruction_and_its_tables() -> None:
    """What stands in a table is not repeated row by row among the values."""
    about = {"fields": ["company.name", "users.email", "users.first_name"]}
    found = entries(work("manual", about), customer())
    assert list(found.values) == [("Name", "Clinic")]
    [table] = found.tables
    assert (table["title"], table["columns"]) == ("Users", ["Email", "First name"])
    assert table["rows"] == [["ana@x.example", "Ana"], ["ben@x.example", "Ben"]]
    assert entries(work("manual", {"fields": ["users.email"]}), customer([])) == Entries([], [])


def test_only_the_rows_of_the_tables_are_left_out() -> None:
    """Each by its number, from the first to the last; an instruction without values has none."""
    table = {"title": "Users", "columns": ["Email"], "rows": [["a"], ["b"]]}
    labels = ["Users 0", "Users 1", "Users 2", "Users 3", "Name"]
    found = beside(action("i", values=[[label, 1] for label in labels]), [table])
    assert list(found.values) == [("Users 0", "1"), ("Users 3", "1"), ("Name", "1")]
    assert list(found.tables) == [table]
    assert beside(action("i"), ()) == Entries([], [])


def test_the_fields_of_one_thing_are_its_values() -> None:
    """With the words of what it is before each."""
    found = entered([action("a", first_name="Ana", floor=1)])
    assert found == Entries([("User account first name", "Ana"), ("User account floor", "1")], [])


def test_several_of_a_kind_are_a_table() -> None:
    """A row each; what is the same in all of them stands in its title, what one lacks is an empty field."""
    people = [action("a", name="Ana", floor="1"), action("b", name="Ben", floor="1", fax="2"),
              action("c", resource="site", city="Boston")]  # fmt: skip
    found = entered(people)
    assert list(found.values) == [("Site city", "Boston")]
    assert list(found.tables) == [
        {"title": "User account: 2 (floor 1)", "columns": ["Name", "Fax"], "rows": [["Ana", ""], ["Ben", "2"]]}
    ]
    assert entered(people[:0]) == Entries([], [])
    plain = entered([action("a", name="Ana"), action("b", name="Ben")])
    assert [table["title"] for table in plain.tables] == ["User account: 2"]


def test_the_entries_of_a_task_are_those_of_its_actions() -> None:
    """Of several users a table, of one its values."""
    about = {"resource": "user", "key": "users.email", "rows": "users", "fields": {"floor": "users.first_name"}}
    task = work("rows", about)
    assert entries(task, customer()) == entered(desired(task, customer()))
    assert len(entries(task, customer()).tables) == 1
    assert entries(task, customer(USERS[:1])) == entered(desired(task, customer(USERS[:1])))
    assert entries(task, customer(USERS[:1])).values


def test_what_a_connector_would_do_is_one_instruction_for_a_person() -> None:
    """Each change with the values to copy; what is there already, lists and empty fields are left out."""
    task = work("users")
    actions = [action("a", name="Ana", floor=1, fax="", groups=["x"]), action("b", operation=Operation.NO_OP, name="B")]
    asked_for = by_hand(task, actions)
    assert (asked_for.resource, asked_for.operation) == ("instruction", Operation.ASK)
    assert asked_for.body["values"] == [["Make a", "name: Ana"], ["Make a", "floor: 1"]]
    [alone] = desired(work("manual", {"fields": ["company.name"]}), customer())
    assert by_hand(task, [alone]) is alone
    assert by_hand(task, [alone, alone]) is not alone
    assert by_hand(task, actions[:1]).resource == "instruction"

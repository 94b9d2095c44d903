"""Answers beside a task: single values and tables, to be copied or to be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from onboarding.domain.language import Language
from onboarding.domain.question import Kind
from onboarding.domain.task import Service
from onboarding.stages.context import Context
from onboarding.stages.planners.shown import Shown, shown_fields, shown_tables, table
from tests.stages.small import asked, question, small

SHEET = asked(
    question("order.btn", Kind.NUMBER),
    question("order.full", Kind.YES_NO),
    question("order.note"),
    question("sites.name"),
    question("users.email"),
    question("users.number", Kind.NUMBER),
    question("users.fax"),
    tables={"sites": "name", "users": "email"},
)
ANSWERS: dict[str, Any] = {
    "order": {"btn": "+16175550100", "full": True},
    "sites": [{"name": "Boston", "services": ["fax"]}],
    "users": [
        {"email": "ana@x.example", "number": "+16175550101", "services": ["voice"]},
        {"email": "ben@x.example", "services": ["gold"]},
        {"email": "cyd@x.example", "services": ["fax"]},
    ],
}
SERVICES = {"gold": Service("gold", "Gold", includes=("voice",))}
SPANISH = Language("es", "Español", {"Btn": "Número", "Yes": "Sí", "Users": "Usuarios", "Email": "Correo"}, "es")


def _context() -> Context:
    return replace(small(SHEET, ANSWERS, services=SERVICES), language=SPANISH)


def test_single_answers_are_copied_as_they_are() -> None:
    """In English and exact; what is not answered is left out, and so is a table."""
    assert shown_fields(["order", "users"], _context()) == [("Btn", "+16175550100"), ("Full", "Yes")]
    assert shown_fields(["order.full"], _context()) == [("Full", "Yes")]


def test_a_customer_reads_them_in_its_language() -> None:
    """And numbers as people write them."""
    read = shown_fields(["order"], _context(), for_customer=True)
    assert read == [("Número", "(617) 555-0100"), ("Full", "Sí")]


def test_tables_hold_the_columns_that_were_asked_for_and_answered() -> None:
    """One table for each section, in the order in which it is first named."""
    p = Shown(fields=("users.email", "order", "sites", "users.number", "users.fax"))
    assert shown_tables(p, _context()) == [
        {"title": "Users", "columns": ["Email", "Number"], "rows": [
            ["ana@x.example", "+16175550101"], ["ben@x.example", ""], ["cyd@x.example", ""]]},
        {"title": "Sites", "columns": ["Name"], "rows": [["Boston"]]},
    ]  # fmt: skip


def test_a_customer_reads_tables_in_its_language() -> None:
    """Title, columns and cells."""
    p = Shown(fields=("users.email", "users.number"), users_with=("voice",))
    assert shown_tables(p, _context(), for_customer=True) == [
        {"title": "Usuarios", "columns": ["Correo", "Number"], "rows": [
            ["ana@x.example", "(617) 555-0101"], ["ben@x.example", ""]]},
    ]  # fmt: skip


def test_only_users_are_left_out_for_their_services() -> None:
    """Whoever has one of those named, also as a part of another; all other tables stay whole."""
    p = Shown(fields=("users.email", "sites"), users_with=("voice", "video"))
    users, sites = shown_tables(p, _context())
    assert (users["rows"], sites["rows"]) == ([["ana@x.example"], ["ben@x.example"]], [["Boston"]])


def test_a_table_is_written_for_people_unless_it_is_to_be_copied() -> None:
    """Numbers as they are dialled, or as another system takes them."""
    section = SHEET.section("users")
    assert section is not None
    rows = ANSWERS["users"][:1]
    assert table(section, section.questions, rows)["rows"] == [["ana@x.example", "(617) 555-0101"]]
    assert table(section, section.questions, rows, is_exact=True)["rows"] == [["ana@x.example", "+16175550101"]]

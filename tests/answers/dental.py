"""A questionnaire with the whole vocabulary, and the answers of an invented dental group that fulfil it."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from onboarding.domain.condition import Condition, parse_condition
from onboarding.domain.question import Kind, Option, Question, Questionnaire, Section
from tests.extensions import a_rule

TODAY = date(2026, 3, 2)


def when(question: str, *values: Any) -> Condition:
    return parse_condition({"question": question, "is": list(values)})


def options(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value, value.replace("-", " ").title()) for value in values)


def ask(question_id: str, kind: Kind, label: str, **more: Any) -> Question:
    return Question(question_id, kind, label, help=f"What is meant by {label.lower()}.", country="US", **more)


NUMBERS = when("telephony.kind", "port", "mixed")
VOICE = when("users.services", "lync", "total-connect")

COMPANY = Section(
    "company",
    "Company",
    (
        ask("company.name", Kind.TEXT, "Company name", required=True),
        ask("company.domain", Kind.DOMAIN, "Mail domain", required=True),
        ask("company.street", Kind.TEXT, "Street"),
        ask("company.city", Kind.TEXT, "City"),
        ask("company.state", Kind.SUBDIVISION, "State"),
        ask("company.zip", Kind.POSTCODE, "ZIP code"),
        ask("company.opens_at", Kind.TIME, "Opens at"),
        ask("company.go_live_on", Kind.DATE, "Wanted go-live"),
        ask("company.notes", Kind.LONG_TEXT, "Notes"),
    ),
)
ADMINISTRATOR = Section(
    "administrator",
    "Administrator",
    (
        ask("administrator.kind", Kind.CHOICE, "Kind", required=True, options=options("dedicated", "user")),
        ask("administrator.user", Kind.REFERENCE, "Which user", required=True, to="users.email",
            when=when("administrator.kind", "user")),
        ask("administrator.email", Kind.EMAIL, "E-mail", required=True, when=when("administrator.kind", "dedicated")),
    ),
)  # fmt: skip
SITES = Section(
    "sites",
    "Sites",
    (
        ask("sites.name", Kind.TEXT, "Name", required=True),
        ask("sites.street", Kind.TEXT, "Street", required=True, address="street"),
        ask("sites.suite", Kind.TEXT, "Suite"),
        ask("sites.city", Kind.TEXT, "City", required=True),
        ask("sites.state", Kind.SUBDIVISION, "State", required=True),
        ask("sites.zip", Kind.POSTCODE, "ZIP code", required=True),
    ),
    is_table=True,
    key="name",
    min_rows=1,
)
USERS = Section(
    "users",
    "Users",
    (
        ask("users.first_name", Kind.TEXT, "First name", required=True),
        ask("users.last_name", Kind.TEXT, "Last name", required=True),
        ask("users.email", Kind.EMAIL, "E-mail", required=True),
        ask("users.site", Kind.REFERENCE, "Site", required=True, to="sites.name"),
        ask("users.extension", Kind.EXTENSION, "Extension", unique=True, at_least=3, at_most=6),
        ask("users.services", Kind.CHOICES, "Services", options=options("exchange", "lync", "crm", "total-connect")),
        ask("users.number_source", Kind.CHOICE, "Number from", options=options("port", "new"), when=VOICE),
        ask("users.number", Kind.NUMBER, "Number", unique=True, when=VOICE),
        ask("users.area_code", Kind.AREA_CODE, "Area code", when=when("users.number_source", "new")),
    ),
    is_table=True,
    key="email",
    min_rows=1,
)
TELEPHONY = Section(
    "telephony",
    "Telephony",
    (
        ask(
            "telephony.kind", Kind.CHOICE, "Number plan", required=True, options=options("none", "port", "new", "mixed")
        ),
    ),
)
PORT_ORDERS = Section(
    "port_orders",
    "Port orders",
    (
        ask("port_orders.btn", Kind.NUMBER, "Billing number", required=True),
        ask("port_orders.scope", Kind.CHOICE, "Scope", required=True, options=options("full", "partial")),
        ask("port_orders.new_btn", Kind.NUMBER, "New billing number", when=when("port_orders.scope", "partial")),
        ask("port_orders.bill_on", Kind.DATE, "Date of the bill"),
    ),
    is_table=True,
    key="btn",
    min_rows=1,
    when=NUMBERS,
)
PORT_NUMBERS = Section(
    "port_numbers",
    "Numbers to move",
    (
        ask("port_numbers.number", Kind.NUMBER, "Number", required=True),
        ask("port_numbers.btn", Kind.REFERENCE, "Billing number", required=True, to="port_orders.btn"),
    ),
    is_table=True,
    key="number",
    when=NUMBERS,
)
NEW_NUMBERS = Section(
    "new_numbers",
    "New numbers",
    (
        ask("new_numbers.area_code", Kind.AREA_CODE, "Area code", required=True),
        ask("new_numbers.quantity", Kind.INTEGER, "Quantity", required=True, at_least=1),
        ask("new_numbers.e911", Kind.YES_NO, "E911", default=False),
        ask("new_numbers.e911_site", Kind.REFERENCE, "E911 site", required=True, to="sites.name",
            when=when("new_numbers.e911", True)),
    ),
    is_table=True,
    when=when("telephony.kind", "new", "mixed"),
)  # fmt: skip

RULES = (
    a_rule("extensions", "unique", "Each user has an extension of their own.", {"question": "users.extension"}),
    a_rule("reach", "references", "Every reference is listed."),
    a_rule("enough", "sum-covers", "Order {count} numbers in {value}; {sum} are ordered.",
         {"quantity": "new_numbers.quantity", "group": "new_numbers.area_code", "rows": "users",
          "where": {"number_source": "new"}, "by": "users.area_code"}),
    a_rule("listed", "in-table", "Numbers of users who keep theirs are moved.",
         {"question": "users.number", "table": "port_numbers.number", "where": {"number_source": "port"}}),
    a_rule("no-scope", "forbidden-when", "", {"question": "users.extension",
         "when": {"question": "users.services", "is": "crm"}}),
    a_rule("npa", "nanp-area-code", "", {"question": "new_numbers.area_code"}),
    a_rule("real", "production-number", "", {"question": "port_numbers.number"}, severity="warning"),
    a_rule("dedicated", "dedicated-administrator", ""),
    a_rule("full", "full-port-includes-btn", ""),
    a_rule("partial", "partial-port-excludes-btn", ""),
    a_rule("digits", "extension-length", "", {"question": "users.extension", "min": 3, "max": 4}, source="guide:1"),
    a_rule("dial", "extension-clash", "", {"question": "users.extension"}),
    a_rule("bill", "bill-age", "", {"question": "port_orders.bill_on", "days": 30}),
)  # fmt: skip

QUESTIONNAIRE = Questionnaire(
    "dental",
    "On-boarding sheet",
    "3",
    (COMPANY, ADMINISTRATOR, SITES, USERS, TELEPHONY, PORT_ORDERS, PORT_NUMBERS, NEW_NUMBERS),
    RULES,
    country="US",
)

ANSWERS: dict[str, Any] = {
    "company": {
        "name": "Bright Smile Dental Group", "domain": "brightsmile.example", "street": "12 Elm Street",
        "city": "Boston", "state": "MA", "zip": "02139", "opens_at": "08:00", "go_live_on": "2026-05-04",
        "notes": "Closed on Fridays.\nCall first.",
    },
    "administrator": {"kind": "dedicated", "email": "admin@brightsmile.example"},
    "sites": [
        {"name": "Boston", "street": "12 Elm Street", "suite": "4", "city": "Boston", "state": "MA", "zip": "02110"},
        {"name": "Lowell", "street": "9 Mill Road", "city": "Lowell", "state": "MA", "zip": "01850"},
    ],
    "users": [
        {"first_name": "Ana", "last_name": "Null", "email": "ana@brightsmile.example", "site": "Boston",
         "extension": "101", "services": ["exchange", "lync"], "number_source": "port", "number": "+16175550101"},
        {"first_name": "Ben", "last_name": "O'Neil", "email": "ben@brightsmile.example", "site": "Lowell",
         "extension": "102", "services": ["total-connect"], "number_source": "new", "area_code": "978"},
        {"first_name": "Cy", "last_name": "Vale", "email": "cy@brightsmile.example", "site": "Lowell",
         "services": ["crm"]},
    ],
    "telephony": {"kind": "mixed"},
    "port_orders": [{"btn": "+16175550100", "scope": "full", "bill_on": "2026-02-20"}],
    "port_numbers": [
        {"number": "+16175550100", "btn": "+16175550100"},
        {"number": "+16175550101", "btn": "+16175550100"},
    ],
    "new_numbers": [{"area_code": "978", "quantity": 2, "e911": True, "e911_site": "Lowell"}],
}  # fmt: skip


def answers() -> dict[str, Any]:
    """The answers, to be changed at will."""
    return copy.deepcopy(ANSWERS)


def many(users: int) -> dict[str, Any]:
    """The answers with that many users in three sites, every one with a number of their own."""
    document = answers()
    document["users"] = [
        {"first_name": f"First{n}", "last_name": f"Last{n}", "email": f"user{n}@brightsmile.example",
         "site": ("Boston", "Lowell")[n % 2], "extension": str(100000 + n), "services": ["exchange", "lync"],
         "number_source": "port", "number": f"+1617{2000000 + n}"}
        for n in range(users)
    ]  # fmt: skip
    document["port_numbers"] = [{"number": u["number"], "btn": "+16175550100"} for u in document["users"]]
    document["port_numbers"].append({"number": "+16175550100", "btn": "+16175550100"})
    return document

"""A small questionnaire with every kind of question, kept in one JSON file: what the notebooks under test import."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from onboarding.answers.check import Checked, check
from onboarding.domain.condition import Condition
from onboarding.domain.question import Kind, Option, Problem, Question, Questionnaire, Section
from onboarding.errors import AnswerError, StoreError
from onboarding.notebook.form import AnswersForm

STORE = Path("answers.json")
REFUSAL = Path("refuse")
DAYS = (Option("week", "Weekdays"), Option("sat", "Saturday"))
SERVICES = (Option("exchange", "Exchange Online"), Option("lync", "Lync"), Option("crm", "Dynamics CRM"))


def _question(place: str, kind: Kind, label: str, **more: Any) -> Question:
    return Question(place, kind, label, country="US", **more)


def _is(question: str, *values: Any) -> Condition:
    return Condition("is", question, values)


COMPANY = Section(
    "company",
    "Company",
    (
        _question("company.name", Kind.TEXT, "Company name", required=True, help="As it stands on the order."),
        _question("company.domain", Kind.DOMAIN, "Internet domain", required=True, example="brightsmile.example"),
        _question("company.state", Kind.SUBDIVISION, "State", example="MA"),
        _question("company.zip", Kind.POSTCODE, "ZIP code", example="02139"),
        _question("company.mail", Kind.EMAIL, "E-mail of the office"),
        _question("company.size", Kind.INTEGER, "Number of employees", at_least=1),
        _question("company.opens_at", Kind.TIME, "Opens at", example="08:30"),
        _question("company.go_live_on", Kind.DATE, "Wanted go-live date"),
        _question("company.days", Kind.CHOICES, "Open on", options=DAYS),
        _question("company.notes", Kind.LONG_TEXT, "Anything we should know"),
    ),
)  # fmt: skip
TELEPHONY = Section(
    "telephony",
    "Telephone numbers",
    (
        _question("telephony.kind", Kind.CHOICE, "Which numbers", required=True, options=(
            Option("none", "No numbers"), Option("port", "Keep our numbers"), Option("new", "New numbers"))),
        _question("telephony.btn", Kind.NUMBER, "Billing telephone number", required=True,
                  when=_is("telephony.kind", "port"), help="The main number on the carrier's bill."),
        _question("telephony.area", Kind.AREA_CODE, "Area code", when=_is("telephony.kind", "new")),
        _question("telephony.listed", Kind.YES_NO, "Directory listing", when=_is("telephony.kind", "new")),
        _question("telephony.main_site", Kind.REFERENCE, "Main site", to="sites.name"),
    ),
)  # fmt: skip
SITES = Section(
    "sites",
    "Sites",
    (
        _question("sites.name", Kind.TEXT, "Site", required=True, unique=True),
        _question("sites.city", Kind.TEXT, "City"),
    ),
    is_table=True,
    key="name",
)
USERS = Section(
    "users",
    "Users",
    (
        _question("users.email", Kind.EMAIL, "E-mail", required=True, unique=True),
        _question("users.first_name", Kind.TEXT, "First name", required=True),
        _question("users.last_name", Kind.TEXT, "Last name", required=True),
        _question("users.site", Kind.REFERENCE, "Site", to="sites.name"),
        _question("users.extension", Kind.EXTENSION, "Extension", unique=True),
        _question("users.services", Kind.CHOICES, "Services", options=SERVICES),
        _question("users.plan", Kind.CHOICE, "Exchange plan", required=True, when=_is("users.services", "exchange"),
                  options=(Option("basic", "Basic"), Option("premium", "Premium"))),
        _question("users.number", Kind.NUMBER, "Telephone number", when=_is("users.services", "lync")),
        _question("users.manager", Kind.YES_NO, "Manager"),
        _question("users.notes", Kind.LONG_TEXT, "Notes"),
    ),
    is_table=True,
    key="email",
    help="One row per person.",
)  # fmt: skip
QUESTIONNAIRE = Questionnaire(
    "sample", "Onboarding of Bright Smile Dental Group", "1", (COMPANY, TELEPHONY, SITES, USERS)
)


@dataclass(frozen=True)
class Reading:
    document: dict[str, Any]
    problems: tuple[Problem, ...]


def load() -> dict[str, Any]:
    return json.loads(STORE.read_text()) if STORE.exists() else {}


def save(section: str, value: Any) -> None:
    """Keeps one section; refuses while a file named `refuse` lies there, as when somebody else has changed it."""
    if REFUSAL.exists():
        raise StoreError("CONFLICT", "Another window changed this section meanwhile.", "Load what is kept now.")
    written = STORE.with_suffix(".new")
    written.write_text(json.dumps({**load(), section: value}))
    written.replace(STORE)


def checked(document: Any) -> Checked:
    return check(QUESTIONNAIRE, document, date(2026, 3, 2))


def read_upload(name: str, data: bytes) -> Reading:
    """A returned workbook, played by a JSON file."""
    try:
        kept = json.loads(data)
    except ValueError:
        raise AnswerError("WORKBOOK-READ", f"{name} is not a workbook.", "Send the file that was downloaded.") from None
    problem = Problem("email-invalid", "users.email", "This is not an e-mail address.", 0, where="Users!A2")
    return Reading(kept, (problem,))


def form() -> AnswersForm:
    return AnswersForm(
        QUESTIONNAIRE, load(), checked, save, read_upload, lambda: json.dumps(load()).encode(), load, "sheet.xlsx"
    )


def many_users(number: int) -> dict[str, Any]:
    """A document with ``number`` users at two sites; every hundredth lacks the first name."""
    rows = [
        {
            "email": f"user{n}@brightsmile.example", "first_name": f"First{n}", "last_name": f"Last{n}",
            "site": "Boston" if n % 2 else "Worcester", "extension": str(1000 + n), "services": ["exchange"],
            "plan": "basic",
        }
        for n in range(number)
    ]  # fmt: skip
    for row in rows[::100]:
        del row["first_name"]
    return {"sites": [{"name": "Boston", "city": "Boston"}, {"name": "Worcester"}], "users": rows}

"""Answers of an invented dental group to Chinook's sheet, and where it stands with them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from onboarding.answers.check import check
from onboarding.domain.event import noted
from onboarding.domain.history import Customer, Evidence, History, TaskRecord, TaskState
from onboarding.domain.task import STAGES
from onboarding.profile.model import Profile
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.project_status import ProjectStatus
from tests.calendars import NEW_YORK

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)

Answers = dict[str, Any]


def _user(name: str, **more: Any) -> dict[str, Any]:
    email = f"{name.lower()}@brightsmile.example"
    return {"first_name": name, "last_name": "Vale", "email": email, "site": "Boston", **more}


ANSWERS: Answers = {
    "company": {"name": "Bright Smile Dental Group", "domain": "brightsmile.example", "time_zone": "America/New_York"},
    "administrator": {
        "kind": "dedicated", "first_name": "Portal", "last_name": "Admin", "email": "admin@brightsmile.example",
    },
    "contacts": [
        {"name": "Ana Vale", "role": "primary", "email": "ana@brightsmile.example"},
        {"name": "Ana Vale", "role": "signer", "email": "ana.vale@brightsmile.example"},
    ],
    "sites": [{"name": "Boston", "street": "12 Elm Street", "city": "Boston", "state": "MA", "zip": "02110"}],
    "users": [
        _user("Ana", services=["exchange", "lync"], exchange_plan="Standard", lync_plan="Basic",
              number_source="port", number="+16175550101"),
        _user("Ben", services=["total-connect"], exchange_plan="Premium", lync_plan="Enterprise",
              number_source="new", area_code="978"),
        _user("Cy", services=["sharepoint", "crm"], sharepoint_plan="Standard"),
    ],
    "telephony": {"kind": "mixed"},
    "port_orders": [
        {"btn": "+16175550100", "losing_carrier": "Harbor Telephone", "scope": "full", "signer": "Ana Vale",
         "site": "Boston", "bill_on": "2026-02-20"},
    ],
    "port_numbers": [
        {"number": "+16175550100", "btn": "+16175550100"}, {"number": "+16175550101", "btn": "+16175550100"},
    ],
    "new_numbers": [
        {"area_code": "978", "quantity": 1, "directory_listing": False, "e911": True, "e911_site": "Boston"},
    ],
    "provisioning": {"mechanism": "portal"},
    "mail": {"existing": True, "system": "A web host", "method": "pst", "exports_pst": True},
    "sharepoint": {"existing": True, "inventory": "Forms", "method": "manual"},
    "crm": {"existing": False},
    "migration": {"by": "reseller", "lync_contacts": True},
    "dns": {"host": "Any Registrar", "editor": "customer"},
}  # fmt: skip


def answers_with(change: Callable[[Answers], Any] = lambda answers: None) -> Answers:
    answers = copy.deepcopy(ANSWERS)
    change(answers)
    return answers


def context(profile: Profile, answers: Answers, record: History | None = None) -> Context:
    checked = check(profile.questionnaire, answers, date(2026, 3, 2))
    customer = Customer("bright-smile", "Bright Smile", AT)
    return Context(customer, profile, checked.values, checked.problems, record or History(), AT, NEW_YORK)


def closed(*tasks: str, letter: bool = True) -> History:
    """A record in which these tasks are done, and the letter of authorization is on file."""
    evidence = [Evidence("telephony.sign-loa", AT, "ana", noted("signed"), document="0" * 64)] if letter else []
    return History({task: TaskRecord(task, TaskState.DONE, AT) for task in tasks}, (), evidence)


def progress_of(profile: Profile, answers: Answers, *tasks: str, letter: bool = True) -> ProjectStatus:
    rows = context(profile, answers, closed())
    ids = [one.id for task in tasks for one in rows.made_of(task)]
    return assess(context(profile, answers, closed(*ids, letter=letter)))


def everything_before(profile: Profile, stage: str) -> list[str]:
    return [task.id for task in profile.tasks if STAGES.index(task.stage) < STAGES.index(stage)]

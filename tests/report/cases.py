"""A small provider and its customers, built by hand: what the report tests compute figures of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat

from onboarding.domain.condition import Condition
from onboarding.domain.event import noted
from onboarding.domain.history import Customer, Evidence, GateDecision, History, TaskRecord, TaskState
from onboarding.domain.json import digest
from onboarding.domain.question import Kind, Option, Problem, Question, Questionnaire, Section
from onboarding.domain.task import Gate, LeadTime, Party, Reference, Service, Stage, Task, Unit
from onboarding.profile.model import Profile
from onboarding.profile.offer_tables import DataTable
from onboarding.report.completion import CompletionReport
from onboarding.report.figures import Figures, completion_figures
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.gate import decision_digest
from onboarding.store.values import Run, RunOutcome
from tests.calendars import NEW_YORK
from tests.extensions import params
from tests.stages.small import ADDRESS

NOTEBOOK = Path(__file__).resolve().parents[2] / "reports" / "completion.ipynb"
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
DOMAIN = "brightsmile.example"
SITES = [
    {"name": "Boston", "street": "12 Elm Street", "suite": "4", "city": "Boston", "state": "MA", "zip": "02110"},
    {"name": "Worcester", "street": "80 Main Street", "city": "Worcester", "state": "MA", "zip": "01608"},
    {"name": "Lowell", "street": "3 Mill Road", "city": "Lowell", "state": "MA", "zip": "01852"},
]
AREA_CODES = ["508", *(str(code) for code in range(220, 290) if code % 100 != 11)]
FIRST = ["Ana", "Ben", "Chloé", "Dmitri", "Esra", "Fiona", "Gábor", "Hana", "Imani", "José", "Kofi", "Lena", "Mía"]
LAST = ["Ortiz", "Nguyen", "O'Neil", "Okafor", "Kowalska", "Schmidt-Rottluff", "Yilmaz"]


def telephony(*kinds: str) -> Condition:
    return Condition("is", "telephony.kind", kinds)


def task(task_id: str, title: str, party: str, **more: Any) -> Task:
    return Task(task_id, title, task_id.partition(".")[0].replace("services", "enable_services"), party, **more)


MAIL = {"to": "support@chinook.example", "subject": "Order", "intro": "Please order."}
TASKS = (
    task("gather.sheet", "Fill in the on-boarding sheet", "reseller", action="check",
         params=params("planner", "check", check="answers-complete")),
    task("telephony.sign-loa", "Sign the letter of authorization", "customer", when=telephony("port", "mixed"),
         after=("gather.sheet",), lead=LeadTime(5, Unit.BUSINESS_DAYS), evidence="the signed letter",
         skip_reason="no number is moved"),
    task("telephony.order-port", "Submit the port order", "reseller", action="port_orders", connector="support",
         params=params("planner", "port_orders", **MAIL),
         after=("telephony.sign-loa",), when=telephony("port", "mixed"), skip_reason="no number is moved"),
    task("telephony.complete-port", "Complete the port", "provider", after=("telephony.order-port",),
         when=telephony("port", "mixed"), lead=LeadTime(10, Unit.BUSINESS_DAYS), skip_reason="no number is moved"),
    task("telephony.order-new", "Request new numbers", "reseller", action="new_numbers", connector="support",
         params=params("planner", "new_numbers", **MAIL),
         after=("gather.sheet",), when=telephony("new", "mixed"), skip_reason="no new number is ordered"),
    task("telephony.deliver-new", "Deliver the new numbers", "provider", after=("telephony.order-new",),
         when=telephony("new", "mixed"), lead=LeadTime(3, Unit.BUSINESS_DAYS), skip_reason="no new number is ordered"),
    task("provision.company", "Create the company account", "reseller", action="company", connector="portal",
         after=("gather.sheet",)),
    task("provision.users", "Create the users", "reseller", action="users", connector="portal",
         after=("provision.company",)),
    task("services.exchange", "Enable Exchange", "reseller", action="service", connector="portal",
         params=params("planner", "service", service="exchange", plan="users.exchange_plan"),
         after=("provision.users",)),
    task("services.lync", "Enable Lync", "provider", action="confirm", connector="portal",
         params=params("planner", "confirm", observe={"resource": "service", "service": "lync"}),
         gates=("numbers-complete",),
         after=("provision.users",), lead=LeadTime(1, Unit.BUSINESS_DAYS)),
    task("services.unified-messaging", "Add Unified Messaging", "provider", action="confirm", connector="portal",
         params=params("planner", "confirm", observe={
             "resource": "service", "service": "unified-messaging", "users_with": "total-connect"}),
         after=("services.exchange", "services.lync"), when=Condition("is", "users.services", ("total-connect",)),
         skip_reason="nobody has Total Connect"),
    task("services.sharepoint", "Create the SharePoint site", "reseller", action="site", connector="portal",
         params=params("planner", "site", service="sharepoint", title="sharepoint.site_name"),
         after=("provision.users",)),
    task("services.crm", "Enable CRM", "provider", params=params("planner", "manual", users_with=["crm"]),
         after=("provision.users",),
         when=Condition("is", "users.services", ("crm",)), skip_reason="nobody has CRM"),
    task("migrate.mail", "Import the mailboxes", "reseller", after=("services.exchange",), evidence="count per mailbox",
         when=Condition("is", "mail.existing", (True,)), skip_reason="there is no mail to move"),
    task("migrate.contacts", "Rebuild the contact lists", "customer", after=("services.lync",),
         when=Condition("is", "migration.lync_contacts", (True,)), skip_reason="there are no contact lists"),
    task("cutover.dns", "Change the DNS records", "customer", gates=("go-no-go",), after=("migrate.mail",)),
)  # fmt: skip

PROFILE = Profile(
    id="small",
    title="Chinook Communications",
    provider="Chinook Communications",
    source="a test",
    parties={
        "customer": Party("customer", "Customer", "customer"),
        "reseller": Party("reseller", "Reseller", "reseller"),
        "provider": Party("provider", "Chinook support engineer", "provider", "support@chinook.example"),
    },
    stages=(
        Stage("gather", "Gather customer information"),
        Stage("telephony", "Identify telephony requirements"),
        Stage("provision", "Provision company and users", gates=("sheet-complete",)),
        Stage("enable_services", "Enable services"),
        Stage("migrate", "Migrate existing content"),
        Stage("cutover", "Cut over services"),
    ),
    tasks=TASKS,
    gates={
        "sheet-complete": Gate("sheet-complete", "The sheet is complete", "check", "reseller",
                               check="answers-complete", params=params("check", "answers-complete")),
        "numbers-complete": Gate("numbers-complete", "The numbers are complete", "check", "provider",
                                 check="numbers-complete",
                                 params=params("check", "numbers-complete",
                                               tasks=["telephony.complete-port", "telephony.deliver-new"])),
        "go-no-go": Gate("go-no-go", "Go for the cutover", "decision", "customer", roles=("customer",), on=("company",),
                         question="Is everybody ready to receive mail and calls on the new platform?"),
    },
    services={
        "exchange": Service("exchange", "Exchange", ("Basic", "Standard")),
        "lync": Service("lync", "Lync", ("Basic", "Standard"), needs_number=True),
        "sharepoint": Service("sharepoint", "SharePoint"),
        "crm": Service("crm", "CRM"),
        "total-connect": Service("total-connect", "Total Connect", includes=("exchange", "lync"), needs_number=True),
    },
    questionnaire=Questionnaire("small", "Sheet", "1", (
        Section("company", "Company", (Question("company.name", Kind.TEXT, "Name"),)),
        Section("mail", "Mail", (
            Question("mail.method", Kind.CHOICE, "Method", options=(Option("pst", "by .pst files"),)),
        )),
        Section("new_numbers", "New numbers", (Question("new_numbers.area_code", Kind.AREA_CODE, "Area code"),
                                               Question("new_numbers.quantity", Kind.INTEGER, "Quantity")), True),
        Section("sites", "Sites", ADDRESS, True, "name"),
    ), country="US"),
    country="US",
    references=(Reference("help", "Help desk", "Articles and requests", "https://help.chinook.example/",
                          ("C-66",), is_help=True),),
    data=DataTable.model_validate({
        "support_address": "support@chinook.example",
        "dns": [
            {"purpose": "mail", "type": "MX", "name": "{domain}", "value": "10 mx.chinook.example."},
            {"purpose": "web", "type": "CNAME", "name": "portal.{domain}", "value": "{label}.web.chinook.example."},
        ],
    }),
)  # fmt: skip


def user(place: int, services: Iterable[str] = ("exchange", "lync")) -> dict[str, Any]:
    """The ``place``-th user; the first ten bring their number along."""
    row: dict[str, Any] = {
        "first_name": FIRST[place % len(FIRST)], "last_name": LAST[place % len(LAST)],
        "email": f"user{place}@{DOMAIN}", "site": SITES[place % 3]["name"], "department": "Front desk",
        "extension": str(200 + place), "services": list(services),
    }  # fmt: skip
    if {"exchange", "total-connect"} & set(services):
        row["exchange_plan"] = "Standard"
    if {"lync", "total-connect"} & set(services):
        source = "port" if place < 10 else "new"
        code = "617" if source == "port" else AREA_CODES[place // 100]
        number = f"+1{code}5550{100 + place % 100}"
        row |= {"lync_plan": "Basic", "number_source": source, "number": number, "area_code": number[2:5]}
    return row


def bright_smile(users: int = 25) -> dict[str, Any]:
    """Normalised answers of the dental group."""
    kinds = {0: ("total-connect", "sharepoint"), 1: ("exchange", "lync", "crm"), 2: ("exchange",)}
    people = [user(place, kinds.get(place, ("exchange", "lync"))) for place in range(users)]
    ported = [{"number": row["number"], "btn": "+16175550100"} for row in people if row.get("number_source") == "port"]
    return {
        "company": {"name": "Bright Smile Dental Group", "domain": DOMAIN, "go_live_on": "2026-03-27"},
        "administrator": {"kind": "dedicated", "first_name": "Rosa", "last_name": "Ortiz", "email": f"admin@{DOMAIN}"},
        "sites": SITES,
        "users": people,
        "telephony": {"kind": "mixed"},
        "port_orders": [{"btn": "+16175550100", "losing_carrier": "Old Line Telephone", "site": "Boston"}],
        "port_numbers": ported,
        "new_numbers": [{"area_code": "508", "quantity": max(users - 8, 2), "directory_listing": True,
                         "listing_name": "Bright Smile", "e911": True, "e911_site": "Worcester"}],
        "sharepoint": {"existing": True, "method": "manual", "site_name": "Bright Smile Intranet"},
        "mail": {"existing": True, "method": "pst"},
        "migration": {"by": "reseller", "lync_contacts": False},
    }  # fmt: skip


def context(values: Mapping[str, Any], at: datetime, record: History | None = None, **more: Any) -> Context:
    customer = Customer("bright-smile", values["company"]["name"], START, date(2026, 3, 27))
    return Context(customer, PROFILE, values, more.get("problems", ()), record or History(), at, NEW_YORK)


def played(values: Mapping[str, Any], days: float, seen: bool = True) -> Context:
    """The customer after ``days``: two tasks close every day, in order; ``seen`` when the portal can be read."""
    found = context(values, START + timedelta(days=days))
    for place, one in enumerate(TASKS):
        at = START + timedelta(days=(place + 1) / 2)
        if at > found.at:
            break
        if one.id == "cutover.dns":
            found = approved(found, at - timedelta(hours=2))
        found = closed(found, one, at, seen)
    return found


def closed(found: Context, one: Task, at: datetime, seen: bool = True) -> Context:
    """One task done at an instant, with its proof."""
    if not found.is_needed(one):
        return found
    kept = TaskRecord(one.id, TaskState.DONE, at, one.party, at.date() + timedelta(days=2), f"{one.party} person",
                      version=found.version)  # fmt: skip
    lines = list(found.record.evidence) + list(_proof(found, one, at, seen))
    return replace(found, record=replace(found.record, tasks={**found.record.tasks, one.id: kept}, evidence=lines))


def _proof(found: Context, one: Task, at: datetime, seen: bool) -> Iterable[Evidence]:
    if one.connector == "portal" and seen:
        for action in desired(one, found):
            yield Evidence(one.id, at, "onboarding", noted(action.summary), action.key, f"EPS-{action.key[:6]}",
                           observed=dict(action.body))  # fmt: skip
    elif one.evidence:
        yield Evidence(one.id, at, f"{one.party} person", noted("signed and returned"), document=digest(one.id),
                       document_name=f"{one.id}.pdf")  # fmt: skip
    else:
        yield Evidence(one.id, at, f"{one.party} person", noted("reported as done"), reference="REQ-1042")


def approved(found: Context, at: datetime, gate: str = "go-no-go") -> Context:
    bound = decision_digest(PROFILE.gates[gate], found)
    decision = GateDecision(gate, True, "Rosa Ortiz", "customer", at, bound, "We are ready.")
    return replace(found, record=replace(found.record, decisions=[*found.record.decisions, decision]))


def run(number: int, stage: str, outcome: RunOutcome = RunOutcome.DONE, **more: Any) -> Run:
    begun = START + timedelta(days=number, hours=3)
    return Run(
        f"bright-smile-{number:04d}", "bright-smile", stage, {"customer": "bright-smile"}, digest("edition"), "0.1.0",
        "engineer", begun, begun, True, digest(stage), "desk", 4711, outcome, noted(more.get("message", "")),
        begun + timedelta(seconds=7), 12,
        f"bright-smile/{number:04d}-{stage}.ipynb", digest([number, stage]), 21_000,
    )  # fmt: skip


RUNS = tuple(run(number, stage.id) for number, stage in enumerate(PROFILE.stages))


def figures(found: Context, runs: Iterable[Run] = RUNS) -> Figures:
    return completion_figures(found, assess(found), tuple(runs))


def executed(found: Figures, source: Path = NOTEBOOK) -> bytes:
    """The report's own notebook with the outputs a run would give it, without a kernel."""
    report, book = CompletionReport(found), nbformat.read(source, as_version=4)
    for place, cell in enumerate(book.cells):
        if call := re.fullmatch(r"report\.(\w+)\(\)", cell.source):
            shown = getattr(report, call[1])()._repr_mimebundle_()
            cell.outputs = [nbformat.v4.new_output("execute_result", shown, execution_count=place)]
    return nbformat.writes(book).encode()


def problem(message: str, severity: str = "warning") -> Problem:
    return Problem("number-fictitious", "port_numbers.number", message, 0, severity)

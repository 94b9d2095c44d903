"""Requests by mail, among them port orders and new numbers, which the provider submits for the customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from onboarding.domain.action import Action, Operation
from onboarding.domain.json import JSON, digest
from onboarding.domain.language import ENGLISH
from onboarding.domain.params import (
    ANSWER,
    CONTACT,
    QUESTIONNAIRE,
    Address,
    AttachmentName,
    Params,
    QuestionId,
    TaskId,
    Text,
)
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import planner
from onboarding.stages.planners.shown import Shown, shown_fields, shown_tables, table

REQUEST = "request"
"""Resource of what is asked for by mail."""

FILES = "files"
"""Key of a request's body that holds the edition of each attached file."""

SENDER, LETTER_HEAD = "from", "letter_head"
"""Keys of a request's body that hold the reseller's address and the lines below its text, where there is a reseller."""


class Mail(Params):
    """What a mail says, and to whom."""

    to: Address
    subject: Text
    intro: Text
    closing: Text = ""

    is_amended: ClassVar[bool] = True
    """Whether another content is told as a change of the mail before; no where each mail stands for itself."""

    @property
    def is_to_customer(self) -> bool:
        """Whether one of the customer's people reads it, in the customer's language; the provider's is English."""
        return self.to.startswith((CONTACT, ANSWER))


class MailWithFiles(Mail):
    """A mail with files."""

    attach: tuple[AttachmentName, ...] = ()


class ReadBack(Params):
    """What an outside system says by itself of what a task has made there: its own ``name`` of it, and our ``label``.

    While nothing was read back the answer to ``otherwise`` stands there, if any.
    """

    task: TaskId
    name: Text
    label: Text
    otherwise: QuestionId = ""


class Request(MailWithFiles, Shown):
    """A mail with answers."""

    read_back: tuple[ReadBack, ...] = ()


@planner("request", Request, connectors=("support",))
def request(task: Task, context: Context, p: Request) -> list[Action]:
    """One mail with the answers in ``fields``, of users with a service of ``users_with`` only.

    Before them stands what an outside system says by itself, ``read_back`` from it.
    """
    language = context.language if p.is_to_customer else ENGLISH
    fields = [(language(one.label), said) for one in p.read_back if (said := _said(one, context))]
    fields += shown_fields(p.fields, context, for_customer=p.is_to_customer)
    tables = shown_tables(p, context, for_customer=p.is_to_customer)
    return [mail(task, context, p, task.id, fields=fields, tables=tables)]


def mail(
    task: Task,
    context: Context,
    p: Mail,
    key: str,
    *,
    fields: Iterable[tuple[str, str]] = (),
    tables: Sequence[Mapping[str, JSON]] = (),
    about: str = "",
) -> Action:
    """The action of one request by mail; ``about`` is added to the subject."""
    language = context.language if p.is_to_customer else ENGLISH
    attach = p.attach if isinstance(p, MailWithFiles) else ()
    body: dict[str, JSON] = {
        "to": _recipient(p, context),
        "subject": f"{language(p.subject)}: {context.company}" + (f", {about}" if about else ""),
        "intro": language(p.intro),
        "fields": [[language("Customer"), context.company], *([label, value] for label, value in fields)],
        "tables": list(tables),
        "attach": list(attach),
        "closing": language(p.closing),
    }
    body |= of_reseller(context)
    if language is not ENGLISH:
        body["reference_label"] = language("Reference")
    if attach:
        body[FILES] = {name: _edition(name, context) for name in attach}
    return Action(key, task.id, task.connector, Operation.CREATE, REQUEST, key, f"Request: {body['subject']}", body)


def of_reseller(context: Context) -> dict[str, JSON]:
    """What a mail has of the reseller whose customer it is about."""
    one = context.reseller
    found: dict[str, JSON] = {SENDER: one.sender, LETTER_HEAD: list(one.letter_head)} if one else {}
    return {name: value for name, value in found.items() if value}


def _said(one: ReadBack, context: Context) -> str:
    """What was read back last, else what was answered; empty where neither is there."""
    lines = (line.observed for line in reversed(context.record.evidence) if line.task == one.task and line.observed)
    answered = context.answer(one.otherwise) if one.otherwise else None
    return next((str(observed[one.name]) for observed in lines if observed.get(one.name)), str(answered or ""))


def _recipient(p: Mail, context: Context) -> str:
    """An address as it stands; of a role or a question what is answered, if anything is."""
    if not p.is_to_customer:
        return p.to
    if p.to.startswith(ANSWER):
        return str(context.answer(p.to.removeprefix(ANSWER)) or "")
    role = p.to.removeprefix(CONTACT)
    return next((str(row["email"]) for row in context.rows_with("contacts", "email") if row.get("role") == role), "")


def _edition(name: str, context: Context) -> JSON:
    """The version of an attached file, so that an approval is bound to the one it saw."""
    if name == QUESTIONNAIRE:
        return digest(context.values)
    return [line.document for line in context.documents(name.partition(":")[2])]


WORDS = (FILES, "subject", "intro", "closing", "reference_label", "text", "evidence")
"""Keys of a body, of a request by mail or of an instruction for a person, that hold words only."""


def substance(body: Mapping[str, JSON]) -> dict[str, JSON]:
    """What a body says, whatever it is worded like: without texts, titles and labels."""
    return {name: _unlabelled(name, value) for name, value in body.items() if name not in WORDS}


def _unlabelled(name: str, value: JSON) -> JSON:
    if name in ("fields", "values") and isinstance(value, list):
        return [pair[1] for pair in value]
    if name == "tables" and isinstance(value, list):
        return [table["rows"] for table in value]
    return value


def without_files(body: Mapping[str, JSON]) -> dict[str, JSON]:
    """The body of a request without the editions of its files, and without what it has of the reseller."""
    return {name: value for name, value in body.items() if name not in (FILES, SENDER, LETTER_HEAD)}


@planner("port_orders", MailWithFiles, connectors=("support",), reads=(
    "port_orders.btn", "port_orders.losing_carrier", "port_orders.scope", "port_orders.signer", "port_orders.site",
    "port_numbers.btn", "port_numbers.number",
), may_read=("port_orders.account_number", "port_orders.new_btn", "port_orders.wanted_on"))  # fmt: skip
def port_orders(task: Task, context: Context, p: MailWithFiles) -> list[Action]:
    """One mail per billing telephone number, with the numbers to port; an order, like a letter, may hold only one.

    The numbers of an order are those that name its BTN; the service address is the one on the losing carrier's record.
    """
    found = []
    known = context.rows_with("port_numbers", "number")
    for order in context.rows_with("port_orders", "btn"):
        numbers = [[row["number"]] for row in known if row.get("btn") == order["btn"]]
        listed = {"title": "Numbers to port", "columns": ["Number"], "rows": numbers}
        about = f"{len(numbers)} numbers of {order.get('losing_carrier', 'the losing carrier')}"
        key, fields = f"{task.id}/{order['btn']}", _port_fields(order, context)
        found.append(mail(task, context, p, key, fields=fields, tables=[listed], about=about))
    return found


def _port_fields(order: Mapping[str, Any], context: Context) -> list[tuple[str, str]]:
    scope = "all numbers of the account" if order.get("scope") == "full" else "only the numbers listed"
    rows = [
        ("Billing telephone number", order.get("btn")),
        ("Losing carrier", order.get("losing_carrier")),
        ("Account number", order.get("account_number")),
        ("Port", scope),
        ("New billing telephone number", order.get("new_btn")),
        ("Authorised signer", order.get("signer")),
        ("Service address", context.address_of(context.site(str(order.get("site") or "")))),
        ("Wanted date", order.get("wanted_on")),
    ]
    return [(label, str(value)) for label, value in rows if value]


@planner("new_numbers", MailWithFiles, connectors=("support",), reads=("new_numbers", "sites"))
def new_numbers(task: Task, context: Context, p: MailWithFiles) -> list[Action]:
    """One mail for all new numbers: area code, quantity, directory listing, and the E911 address of each."""
    section = context.profile.questionnaire.section("new_numbers")
    rows = context.rows("new_numbers")
    if section is None or not rows:
        return []
    shown = table(section, section.questions, rows, is_exact=True)
    shown["columns"] = [*shown["columns"], "Address to register for E911"]
    shown["rows"] = [[*cells, e911_address(row, context)] for cells, row in zip(shown["rows"], rows, strict=True)]
    total = sum(int(row.get("quantity") or 0) for row in rows)
    return [mail(task, context, p, task.id, tables=[shown], about=f"{total} numbers")]


def e911_address(row: Mapping[str, Any], context: Context) -> str:
    """The civic address to register with the numbers of a request; empty when E911 is not wanted (C-29)."""
    return context.address_of(context.site(str(row.get("e911_site") or ""))) if row.get("e911") else ""

"""Requests by mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from onboarding.domain.action import Action, Operation
from onboarding.domain.json import JSON, digest
from onboarding.domain.language import ENGLISH
from onboarding.domain.params import CONTACT, QUESTIONNAIRE, Address, AttachmentName, Params, Text
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import planner
from onboarding.stages.planners.shown import Shown, shown_fields, shown_tables

FILES = "files"
"""Key of a request's body that holds the edition of each attached file."""


class Mail(Params):
    """What a mail says, and to whom."""

    to: Address
    subject: Text
    intro: Text
    closing: Text = ""

    @property
    def is_to_customer(self) -> bool:
        """Whether one of the customer's contacts reads it, in the customer's language; the provider's is English."""
        return self.to.startswith(CONTACT)


class MailWithFiles(Mail):
    """A mail with files."""

    attach: tuple[AttachmentName, ...] = ()


class Request(MailWithFiles, Shown):
    """A mail with answers."""


@planner("request", Request, connectors=("support",), bound=True)
def request(task: Task, context: Context, p: Request) -> list[Action]:
    """One mail with the answers in ``fields``, of users with a service of ``users_with`` only."""
    fields = shown_fields(p.fields, context, for_customer=p.is_to_customer)
    tables = shown_tables(p, context, for_customer=p.is_to_customer)
    return [mail(task, context, p, task.id, fields=fields, tables=tables, attach=p.attach)]


def mail(
    task: Task,
    context: Context,
    p: Mail,
    key: str,
    *,
    fields: Iterable[tuple[str, str]] = (),
    tables: Sequence[Mapping[str, JSON]] = (),
    attach: Sequence[str] = (),
    about: str = "",
) -> Action:
    """The action of one request by mail; ``about`` is added to the subject."""
    language = context.language if p.is_to_customer else ENGLISH
    body: dict[str, JSON] = {
        "to": _recipient(p, context),
        "subject": f"{language(p.subject)}: {context.customer.name}" + (f", {about}" if about else ""),
        "intro": language(p.intro),
        "fields": [[language("Customer"), context.customer.name], *([label, value] for label, value in fields)],
        "tables": list(tables),
        "attach": list(attach),
        "closing": language(p.closing),
    }
    if language is not ENGLISH:
        body["reference_label"] = language("Reference")
    if attach:
        body[FILES] = {name: _edition(name, context) for name in attach}
    return Action(key, task.id, task.connector, Operation.CREATE, "request", key, f"Request: {body['subject']}", body)


def _recipient(p: Mail, context: Context) -> str:
    """An address as it stands; for ``contact:primary`` that of the customer's contact with this role, if any."""
    if not p.is_to_customer:
        return p.to
    role = p.to.removeprefix(CONTACT)
    return next((str(row["email"]) for row in context.rows("contacts") if row.get("role") == role), "")


def _edition(name: str, context: Context) -> JSON:
    """What tells one edition of an attached file from another, so that an approval is bound to the one it saw."""
    if name == QUESTIONNAIRE:
        return digest(context.values)
    return [line.document for line in context.record.documents(name.partition(":")[2])]


def without_files(body: Mapping[str, JSON]) -> dict[str, JSON]:
    """The body of a request without the editions of its files."""
    return {name: value for name, value in body.items() if name != FILES}

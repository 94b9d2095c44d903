"""Recipes that every stage uses: what a person does, what is requested by mail, what is waited for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from onboarding.domain.action import Action, Operation
from onboarding.domain.answer_text import answer_text, full_name
from onboarding.domain.json import JSON, digest
from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.question import Question, Section
from onboarding.domain.task import Task
from onboarding.stages.context import Context, texts

FILES = "files"
"""Key of a request's body that holds the edition of each attached file."""


def instruction(task: Task, context: Context) -> list[Action]:
    """A person is asked to do the task; the values they will type stand beside it, ready to be copied.

    Of a table each row is one value, numbered under the table's title.
    """
    values = [[label, value] for label, value in shown_fields(task, context)]
    for shown in shown_tables(task, context):
        for place, cells in enumerate(shown["rows"], start=1):
            values.append([f"{shown['title']} {place}", ", ".join(filter(None, cells))])
    body: dict[str, JSON] = {"text": task.guide or task.title, "values": values, "evidence": task.evidence}
    return [Action(task.id, task.id, "manual", Operation.ASK, "instruction", task.id, task.title, body)]


def by_hand(task: Task, actions: Sequence[Action]) -> Action:
    """What a person does instead of a connector: one instruction with the values of every action beside it."""
    if len(actions) == 1 and actions[0].resource == "instruction":
        return actions[0]
    values = [[action.summary, value] for action in actions if action.is_change for value in _copyable(action)]
    body: dict[str, JSON] = {"text": task.guide or task.title, "values": values, "evidence": task.evidence}
    return Action(task.id, task.id, "manual", Operation.ASK, "instruction", task.id, task.title, body)


def _copyable(action: Action) -> list[str]:
    return [
        f"{name}: {answer_text(None, value, is_exact=True)}"
        for name, value in action.body.items()
        if isinstance(value, str | int) and value != ""
    ]


def request(task: Task, context: Context) -> list[Action]:
    """One request to the provider's support engineers, with the answers they need (C-24, C-42..44, C-47)."""
    return [mail(task, context, task.id, fields=shown_fields(task, context), tables=shown_tables(task, context))]


def mail(
    task: Task,
    context: Context,
    key: str,
    *,
    fields: Iterable[tuple[str, str]] = (),
    tables: Sequence[Mapping[str, JSON]] = (),
    about: str = "",
) -> Action:
    """The action of one request by mail; ``about`` is added to the subject."""
    language = language_of(task, context)
    subject = language(str(task.about.get("subject") or task.title))
    body: dict[str, JSON] = {
        "to": _recipient(str(task.about.get("to") or context.profile.data.get("support_address") or ""), context),
        "subject": f"{subject}: {context.customer.name}" + (f", {about}" if about else ""),
        "intro": language(str(task.about.get("intro") or task.title)),
        "fields": [[language("Customer"), context.customer.name], *([label, value] for label, value in fields)],
        "tables": list(tables),
        "attach": list(texts(task.about.get("attach"))),
        "closing": language(str(task.about.get("closing") or "")),
    }
    if language is not ENGLISH:
        body["reference_label"] = language("Reference")
    if body["attach"]:
        body[FILES] = {name: _edition(name, context) for name in body["attach"]}
    return Action(key, task.id, task.connector, Operation.CREATE, "request", key, f"Request: {body['subject']}", body)


def language_of(task: Task, context: Context) -> Language:
    """What the reader of the task's mail reads: the customer's language, the provider's is English."""
    return context.language if _is_to_customer(task) else ENGLISH


def _is_to_customer(task: Task) -> bool:
    return str(task.about.get("to") or "").startswith("contact:")


def _recipient(to: str, context: Context) -> str:
    """An address as it stands; for ``contact:primary`` that of the customer's contact with this role, if any."""
    kind, _, role = to.partition(":")
    if kind != "contact":
        return to
    return next((str(row["email"]) for row in context.rows("contacts") if row.get("role") == role), "")


def _edition(name: str, context: Context) -> JSON:
    """What tells one edition of an attached file from another, so that an approval is bound to the one it saw."""
    if name == "questionnaire":
        return digest(context.values)
    task_id = name.partition(":")[2]
    return [line.document for line in context.record.documents(task_id)]


def without_files(body: Mapping[str, JSON]) -> dict[str, JSON]:
    """The body of a request without the editions of its files."""
    return {name: value for name, value in body.items() if name != FILES}


def confirm(task: Task, context: Context) -> list[Action]:
    """Somebody else brings it about; a portal that can be read proves it, otherwise a person says so (C-37, C-45).

    ``about.observe`` names what to look for: ``{resource = "user"}`` or ``{resource = "service", service = "lync"}``.
    """
    observe = task.about.get("observe")
    if not isinstance(observe, Mapping):
        return instruction(task, context)
    if observe.get("resource") == "user":
        return [
            _look(task, user, "user", str(user["email"]), {"email": user["email"]}) for user in context.rows("users")
        ]
    service = str(observe.get("service"))
    return [
        _look(task, user, "service", f"{user['email']}/{service}", _ordered(service, user, context))
        for user in context.users_with(str(observe.get("users_with") or service))
    ]


def is_seen(task: Task) -> bool:
    """Whether an outside system shows what others bring about with this task."""
    return task.action == "confirm" and isinstance(task.about.get("observe"), Mapping)


def _ordered(service_id: str, user: Mapping[str, Any], context: Context) -> dict[str, JSON]:
    """A user's service as it was ordered: with the plan and, where the service has one, the number (C-43, C-44)."""
    body: dict[str, JSON] = {"user": user["email"], "service": service_id}
    if plan := user.get(f"{service_id.replace('-', '_')}_plan"):
        body["plan"] = plan
    service = context.profile.services.get(service_id)
    if service and service.needs_number and user.get("number"):
        body["number"] = user["number"]
    return body


def _look(task: Task, user: Mapping[str, Any], resource: str, key: str, body: dict[str, JSON]) -> Action:
    domain = str(user["email"]).rpartition("@")[2]
    return Action(
        f"{task.id}/{user['email']}",
        task.id,
        task.connector,
        Operation.ASK,
        resource,
        key,
        f"{task.title}: {full_name(user)}",
        {"company": domain, **body},
    )


def shown_fields(task: Task, context: Context) -> list[tuple[str, str]]:
    """(label, value) of the answered record questions named in ``about.fields`` (question or section ids).

    The customer reads them in a mail; everybody else copies them into another system.
    """
    found: list[tuple[str, str]] = []
    language, is_exact = language_of(task, context), not _is_to_customer(task)
    for section, question in _named(task, context):
        if not section.is_table and question is not None:
            value = context.answer(question.id)
            if value is not None:
                found.append((language(question.label), answer_text(question, value, language, is_exact=is_exact)))
    return found


def shown_tables(task: Task, context: Context) -> list[dict[str, JSON]]:
    """The tables named in ``about.fields``: only columns that hold something, only rows fulfilling ``about.rows``."""
    columns: dict[str, tuple[Section, list[Question]]] = {}
    for section, question in _named(task, context):
        if section.is_table and question is not None:
            columns.setdefault(section.id, (section, []))[1].append(question)
    services, language = set(texts(task.about.get("users_with"))), language_of(task, context)
    return [
        table(section, questions, _rows(section, services, context), language, is_exact=not _is_to_customer(task))
        for section, questions in columns.values()
    ]


def table(
    section: Section,
    questions: Sequence[Question],
    rows: Sequence[Mapping[str, Any]],
    language: Language = ENGLISH,
    *,
    is_exact: bool = False,
) -> dict[str, JSON]:
    """A table as data: title, column labels, rows of display strings; columns nobody filled in are left out.

    ``is_exact`` as for `say_answer`: its values are copied into another system.
    """
    used = [question for question in questions if any(row.get(question.name) is not None for row in rows)]
    return {
        "title": language(section.title),
        "columns": [language(question.label) for question in used],
        "rows": [
            [answer_text(question, row.get(question.name), language, is_exact=is_exact) for question in used]
            for row in rows
        ],
    }


def _rows(section: Section, services: set[str], context: Context) -> list[Mapping[str, Any]]:
    rows = context.rows(section.id)
    if section.id == "users" and services:
        return [row for row in rows if context.services_of(row) & services]
    return rows


def _named(task: Task, context: Context) -> list[tuple[Section, Question | None]]:
    found: list[tuple[Section, Question | None]] = []
    for name in texts(task.about.get("fields")):
        section = context.profile.questionnaire.section(name.partition(".")[0])
        if section is None:
            continue
        if "." in name:
            found.append((section, section.question(name.partition(".")[2])))
        else:
            found += [(section, question) for question in section.questions]
    return found

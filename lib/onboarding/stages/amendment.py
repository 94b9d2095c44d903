"""Requests by mail that went out already: what is written when they change, or are not wanted any more.

Nobody is sent a request once more as a whole, since it would be carried out twice: the second mail names the first and
says what is different, old and new, or what of it is withdrawn. What was asked for before the hand-over has been
carried out: then the message is a change order. What went out is known from the line of evidence of its sending, which
has the version of the answers it was made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from onboarding.domain.action import Action, Operation
from onboarding.domain.event import ADOPTED_ORDER, OUT
from onboarding.domain.history import Evidence, TaskState
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH, Language, _
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.planners.mail import LETTER_HEAD, SENDER, Mail, substance

_CHANGED = (
    _("Change: {subject}"),
    _("Please change our earlier request as follows. All else in it stands."),
)
_ORDERED = (
    _("Change order: {subject}"),
    _("This is a change order. What our earlier request asked for has been delivered and stays but for this:"),
)
"""Subject and first sentence of a message that changes a request."""

_WITHDRAWN = (
    _("Withdrawn: {subject}"),
    _("Please do not carry out our earlier request any more. It is withdrawn."),
    _("{title}: withdrawn"),
)
_TAKEN_BACK = (
    _("Change order: {subject}"),
    _("This is a change order. What our earlier request asked for has been delivered; please take it back."),
    _("{title}: to be taken back"),
)
"""The same of one that withdraws a request, and the title of each table that it had."""

WITHDRAWAL = "/withdrawal"
"""At the end of the id and key of an action that withdraws another."""


def is_by_mail(task: Task) -> bool:
    """Whether it sends requests that can be changed and withdrawn."""
    return task.connector == "support" and isinstance(task.params, Mail) and task.params.is_amended


def sent(action: Action, task: Task, context: Context) -> Action | None:
    """The action as it went out, if it is out with other words; None otherwise, or where that is not known."""
    line = _newest(task, context).get(action.key)
    if line is None:
        return None
    before = context.under_edition_of(line.version) or context.before(line.version)
    if before is None:
        return None
    was = before.profile.task(task.id) or task
    then = next((one for one in desired(was, before) if one.id == action.id), None)
    return action if then and substance(then.body) == substance(action.body) else then


def adopted(action: Action, task: Task, context: Context) -> Evidence | None:
    """The line by which it was stated that the request is out, where nothing was sent for it since; None otherwise."""
    line = _newest(task, context).get(action.key)
    return line if line is not None and line.what.kind == ADOPTED_ORDER else None


def withdrawals(task: Task, context: Context) -> list[Action]:
    """What has to be said of requests that are out and not wanted any more, or wanted of somebody else."""
    if not is_by_mail(task):
        return []
    wanted = {action.key: action for action in desired(task, context)} if context.is_needed(task) else {}
    found = []
    for key, line in _newest(task, context).items():
        then = _as_sent(key, line, task, context)
        if then and (key not in wanted or is_for_another(wanted[key], then.body)):
            found.append(_withdrawal(then, line, task, context))
    return found


def is_for_another(action: Action, before: Mapping[str, JSON]) -> bool:
    """Whether somebody else is asked than by what went out, who has had no request yet."""
    return before.get("to") != action.body.get("to")


def amended(action: Action, before: Mapping[str, JSON], reference: str, task: Task, context: Context) -> Action:
    """The action with the message that changes what went out under the reference, from ``before`` to what it says."""
    language, body = _language(task, context), action.body
    if is_for_another(action, before):
        return action
    line = _newest(task, context).get(action.key)
    subject, intro = _ORDERED if _was_carried_out(line, context) else _CHANGED
    message = {
        **answering(body, reference, language),
        "subject": str(language(_(subject, subject=body["subject"]))),
        "intro": str(language(intro)),
        "fields": [*_naming(body, before), *_changed_fields(before, body)],
        "tables": list(_changed_tables(before, body, language)),
        "attach": body.get("attach", []),
    }
    return replace(action, message=message, summary=f"Change: {action.summary}")


def replacing(action: Action, reference: str, task: Task, context: Context) -> Action:
    """The action as a whole, in place of an earlier request whose words are not known any more."""
    language = _language(task, context)
    says = _("This takes the place of our earlier request ({reference}). Please do not carry out both.")
    body = action.body
    intro = f"{language(_(says, reference=reference))}\n\n{body.get('intro', '')}"
    subject = str(language(_("Change: {subject}", subject=body["subject"])))
    message = {**body, **answering(body, reference, language), "subject": subject, "intro": intro}
    return replace(action, message=message, summary=f"Change: {action.summary}")


def needs_word(task: Task, context: Context) -> bool:
    """Whether a change goes out only once a person has approved it: what was asked for has been confirmed since."""
    own = context.record.tasks.get(task.id)
    others = map(context.kept, task.settled_by)
    return own is not None and any(other and other.state is TaskState.DONE and other.at >= own.at for other in others)


def _newest(task: Task, context: Context) -> dict[str, Evidence]:
    """The last sending of each request that is out, by key; those that were withdrawn since are left out."""
    found: dict[str, Evidence] = {}
    for line in context.lines(task.id):
        if line.what.kind not in OUT:
            continue
        if line.subject.endswith(WITHDRAWAL):
            found.pop(line.subject.removesuffix(WITHDRAWAL), None)
        else:
            found[line.subject] = line
    return found


def _as_sent(key: str, line: Evidence, task: Task, context: Context) -> Action | None:
    then = context.under_edition_of(line.version) or context.before(line.version) or context
    return next((one for one in desired(then.profile.task(task.id) or task, then) if one.key == key), None)


def _withdrawal(action: Action, line: Evidence, task: Task, context: Context) -> Action:
    """The action that withdraws another, with all that it asked for."""
    body, language = action.body, _language(task, context)
    subject, intro, of_table = _TAKEN_BACK if _was_carried_out(line, context) else _WITHDRAWN
    message = {
        **answering(body, line.reference, language),
        "closing": "",
        "subject": str(language(_(subject, subject=body["subject"]))),
        "intro": str(language(intro)),
        "fields": body.get("fields", []),
        "tables": [
            {**table, "title": str(language(_(of_table, title=table["title"])))} for table in body.get("tables") or ()
        ],
        "attach": [],
    }
    return Action(
        action.id + WITHDRAWAL, action.task, action.connector, Operation.REMOVE, action.resource,
        action.key + WITHDRAWAL, f"Withdraw: {action.summary}", message, before=body,
    )  # fmt: skip


def _was_carried_out(line: Evidence | None, context: Context) -> bool:
    """Whether what went out was asked for before a hand-over, and this is a change order."""
    phase = context.record.phase
    return line is not None and phase.is_change and phase.at is not None and line.at <= phase.at


def answering(body: Mapping[str, JSON], reference: str, language: Language) -> dict[str, JSON]:
    """What every message about an earlier one has: to whom, how to close, and which one it is about."""
    kept = {name: body[name] for name in ("to", "closing", "reference_label", SENDER, LETTER_HEAD) if name in body}
    return {**kept, "about": [str(language(_("Earlier request"))), reference]}


def _naming(body: Mapping[str, JSON], before: Mapping[str, JSON]) -> list[JSON]:
    """The first two fields, which say for whom and about what it is, as far as they are the same."""
    kept = list(before.get("fields") or ())
    return [field for field in list(body.get("fields") or ())[:2] if field in kept]


def _changed_fields(before: Mapping[str, JSON], now: Mapping[str, JSON]) -> Iterator[JSON]:
    then, these = (dict(map(tuple, body.get("fields") or ())) for body in (before, now))
    for label in dict.fromkeys((*then, *these)):
        old, new = then.get(label, "—"), these.get(label, "—")
        if old != new:
            yield [label, f"{old} → {new}"]


def _changed_tables(before: Mapping[str, JSON], now: Mapping[str, JSON], language: Language) -> Iterator[JSON]:
    then, these = ({table["title"]: table for table in body.get("tables") or ()} for body in (before, now))
    for title in dict.fromkeys((*then, *these)):
        old, new = then.get(title), these.get(title)
        columns = list(dict.fromkeys((*_columns(old), *_columns(new))))
        gone, added = _rows(old, columns), _rows(new, columns)
        for words, rows in ((_("{title}: new"), added - gone), (_("{title}: no longer"), gone - added)):
            if rows:
                told = str(language(_(words, title=title)))
                yield {"title": told, "columns": columns, "rows": [list(row) for row in rows.elements()]}


def _columns(table: Mapping[str, Any] | None) -> Sequence[str]:
    return table["columns"] if table else ()


def _rows(table: Mapping[str, Any] | None, columns: Sequence[str]) -> Counter[tuple[str, ...]]:
    """The rows with all of the columns, counted: a table leaves out columns that nobody has filled in."""
    named = (dict(zip(table["columns"], row, strict=True)) for row in table["rows"]) if table else ()
    return Counter(tuple(str(row.get(column, "")) for column in columns) for row in named)


def _language(task: Task, context: Context) -> Language:
    return context.language if isinstance(task.params, Mail) and task.params.is_to_customer else ENGLISH

"""Requests by mail that went out already: what is written when they change, or are not wanted any more.

Nobody is sent a request once more as a whole, since it would be carried out twice: the second mail names the first and
says what is different, old and new, or what of it is withdrawn. What was asked for before the hand-over has been
carried out: then the message is a change order. What may have arrived, and nobody knows, is told of in words that are
right in both cases; what never left is written anew (`stages.outgoing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from onboarding.domain.action import Action, Operation, Verdict
from onboarding.domain.history import TaskRecord, TaskState
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH, Language, _
from onboarding.domain.sending import BY_MAIL, WITHDRAWAL, Sending
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.outgoing import (
    Standing,
    is_waiting,
    outdated,
    predecessors,
    sendings_of,
    standing_of,
    standings,
    taking_back,
)
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

_IF_WITHDRAWN = _("If you have got our earlier request, please do not carry it out. It is withdrawn.")
_GOT = _("This takes the place of our earlier request ({reference}). Please do not carry out both.")
_IF_GOT = _("If you have got our earlier request ({reference}), this takes its place. Please do not carry out both.")
"""What is right whether it has arrived or not, beside what is said where it has."""


def is_by_mail(task: Task) -> bool:
    """Whether it sends requests that can be changed and withdrawn."""
    return task.connector == BY_MAIL and isinstance(task.params, Mail) and task.params.is_amended


def as_it_is_out(action: Action, task: Task, context: Context) -> Mapping[str, JSON] | None:
    """The body of a request as the other side has it, or as it waits for somebody to send it; None where it is to be
    sent: nothing is out, nobody knows whether it is, or its words are not known.
    """
    now = standing_of(action, context)
    if is_waiting(action, context):
        return action.body
    if now.uncertain or now.out is None:
        return None
    if now.out.body_digest == action.body_digest:
        return action.body
    then = sent(action, task, context) if now.out.is_adopted or is_by_mail(task) else None
    return then.body if then else action.body if now.out.is_adopted else None


def sent(action: Action, task: Task, context: Context) -> Action | None:
    """The action as it went out, if it is out with other words; None otherwise, or where that is not known."""
    out = standing_of(action, context).out
    if out is None:
        return None
    before = context.as_of(out.version)
    if before is None:
        return None
    then = _made_by(task, action.id, before, context)
    return action if then and substance(then.body) == substance(action.body) else then


def retractions(task: Task, context: Context) -> list[Action]:
    """What has to be taken out of the outbox, and what has to be said of requests that are out, or may be, and are not
    wanted any more, or wanted of somebody else.
    """
    if task.connector != BY_MAIL:
        return []
    wanted = {action.id: action for action in desired(task, context)} if context.is_needed(task) else {}
    return [*taking_back(task.id, wanted, context), *withdrawals(task, wanted, context)]


def held_back(task: Task, context: Context) -> list[Action]:
    """What is to be taken out of the outbox although the task itself cannot be done now, or is left out."""
    if task.connector != BY_MAIL:
        return []
    current = context.record.tasks.get(task.id)
    is_wanted = context.is_needed(task) and not (current is not None and current.state.is_left_out)
    wanted = {action.id: action for action in desired(task, context)} if is_wanted else {}
    return outdated(task.id, wanted, context)


def withdrawals(task: Task, wanted: Mapping[str, Action], context: Context) -> Iterator[Action]:
    """What is to be said of requests that are out, or may be, and are not ``wanted`` (by id), or of somebody else."""
    for request, now in standings(task.id, context).items() if is_by_mail(task) else ():
        then = as_sent(request, now, task, context) if now.could_be_out and not _is_withdrawn(now, context) else None
        if then and (request not in wanted or is_for_another(wanted[request], then.body)):
            yield _withdrawal(then, now, task, context)


def _is_withdrawn(now: Standing, context: Context) -> bool:
    """Whether the withdrawal lies in the outbox, and somebody else has to send it."""
    is_there = now.waits is not None and now.waits.withdraws and not now.is_leaving
    return is_there and not context.delivers


def is_withdrawn_by_hand(task: Task, context: Context) -> bool:
    """Whether the withdrawal of one of its requests waits for somebody to send it."""
    return any(_is_withdrawn(now, context) for now in standings(task.id, context).values())


def to_be_sent(task: Task, context: Context) -> bool:
    """Whether a run sends, or writes anew, what waits in the outbox or may have arrived: it is another by now, or there
    is a mail server.
    """
    if task.connector != BY_MAIL or not sendings_of(task.id, context):
        return False
    if retractions(task, context):
        return True
    known = standings(task.id, context)
    return any(
        now.uncertain and not now.asks_uncertainly(action)
        for action in (desired(task, context) if is_by_mail(task) else ())
        if (now := known.get(action.id))
    )


def is_for_another(action: Action, before: Mapping[str, JSON]) -> bool:
    """Whether somebody else is asked than by what went out, who has had no request yet."""
    return before.get("to") != action.body.get("to")


def worded(action: Action, task: Task, context: Context) -> Action:
    """A request of which something is out, or may be, in the words that change it or take its place."""
    now = standing_of(action, context)
    if action.before is not None:
        return _amended(action, action.before, now, task, context)
    if now.asks_uncertainly(action) and not now.uncertain[-1].is_inherited:
        return replace(action, summary=now.uncertain[-1].summary)
    if not now.could_be_out:
        return action
    then = as_sent(action.id, now, task, context)
    if then and is_for_another(action, then.body):
        return replace(action, message=action.body)
    return _replacing(action, now, task, context)


def _amended(action: Action, before: Mapping[str, JSON], now: Standing, task: Task, context: Context) -> Action:
    """The action with the message that changes what went out, from ``before`` to what it says."""
    language, body = _language(task, context), action.body
    if is_for_another(action, before):
        return action
    subject, intro = _ORDERED if _was_carried_out(now, context) else _CHANGED
    message = {
        **answering(body, now.references, language),
        "subject": str(language(_(subject, subject=body["subject"]))),
        "intro": str(language(intro)),
        "fields": [*_naming(body, before), *_changed_fields(before, body)],
        "tables": list(_changed_tables(before, body, language)),
        "attach": body.get("attach", []),
    }
    return replace(action, message=message, summary=f"Change: {action.summary}")


def _replacing(action: Action, now: Standing, task: Task, context: Context) -> Action:
    """The action as a whole, in place of earlier requests that may not have arrived, or whose words are not known."""
    language, body = _language(task, context), action.body
    says = _IF_GOT if now.uncertain else _GOT
    told = language(_(says, reference=", ".join(now.references)))
    message = {
        **body,
        **answering(body, now.references, language),
        "subject": str(language(_("Change: {subject}", subject=body["subject"]))),
        "intro": f"{told}\n\n{body.get('intro', '')}",
    }
    return replace(action, message=message, summary=f"Change: {action.summary}")


def was_called_off(task: Task, current: TaskRecord, context: Context) -> bool:
    """Whether a request that is wanted was withdrawn since, or taken out of the outbox, and was not sent anew."""
    if not is_by_mail(task):
        return False
    last: dict[str, Sending] = {}
    for one in sendings_of(task.id, context):
        if one.verdict in (Verdict.REJECTED, Verdict.NOT_SENT):
            continue
        before = last.pop(one.request, None)
        if not (one.takes_back and before and before.withdraws):  # they have the request still
            last[one.request] = one
    found = (last[action.id] for action in desired(task, context) if action.id in last)
    return any((one.withdraws or one.takes_back) and one.intended_at >= current.at for one in found)


def needs_word(task: Task, context: Context) -> bool:
    """Whether a change goes out only once a person has approved it: what was asked for has been confirmed since."""
    names = (task.id, *predecessors(task, context))
    own = next((found for name in names if (found := context.record.tasks.get(name))), None)
    others = map(context.kept, task.settled_by)
    return own is not None and any(other and other.state is TaskState.DONE and other.at >= own.at for other in others)


def as_sent(request: str, now: Standing, task: Task, context: Context) -> Action | None:
    """The newest request that they have, or may have, as a whole."""
    return _made_by(task, request, context.as_of(now.version) or context, context)


def _made_by(task: Task, request: str, then: Context, context: Context) -> Action | None:
    """A request as it was made at a time, also for the task in whose place this one is done."""
    names = (task.id, *predecessors(task, context))
    was = next((found for name in names if (found := then.profile.task(name))), task)
    own = ((one, task.id + one.id.removeprefix(was.id)) for one in desired(was, then))
    return next((replace(one, id=name, task=task.id) for one, name in own if name == request), None)


def _withdrawal(action: Action, now: Standing, task: Task, context: Context) -> Action:
    """The action that withdraws another, with all that it asked for."""
    body, language = action.body, _language(task, context)
    subject, intro, of_table = _TAKEN_BACK if _was_carried_out(now, context) else _WITHDRAWN
    message = {
        **answering(body, now.requested, language),
        "closing": "",
        "subject": str(language(_(subject, subject=body["subject"]))),
        "intro": str(language(intro if now.out else _IF_WITHDRAWN)),
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


def _was_carried_out(now: Standing, context: Context) -> bool:
    """Whether what went out was asked for before a hand-over, and this is a change order."""
    phase = context.record.phase
    return bool(phase.is_change and phase.at and now.at and now.at <= phase.at)


def answering(body: Mapping[str, JSON], references: Sequence[str], language: Language) -> dict[str, JSON]:
    """What every message about earlier ones has: to whom, how to close, and which ones it is about."""
    kept = {name: body[name] for name in ("to", "closing", "reference_label", SENDER, LETTER_HEAD) if name in body}
    return {**kept, "about": [str(language(_("Earlier request"))), " ".join(references)]}


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

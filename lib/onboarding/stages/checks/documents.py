"""Checks over papers: the contract, and what was filed of letters, bills, certificates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from onboarding.domain.history import TaskState
from onboarding.domain.language import LazyText, _, join_sentences
from onboarding.domain.params import Count, FieldId, NoParams, QuestionId, TaskId
from onboarding.domain.task import Gate, Task, declared_id
from onboarding.domain.validity import later
from onboarding.stages.basis import changes_since, covering
from onboarding.stages.change_notes import in_short
from onboarding.stages.checks import NeedsDocuments, WaitsFor, check
from onboarding.stages.commercial_terms import LINES, reconciled
from onboarding.stages.context import Closed, Context
from onboarding.stages.dated import has_expired
from onboarding.stages.gate import applies


@check("contract-delivered", NoParams, reads=LINES)
def contract_delivered(context: Context, p: NoParams, closed: Closed) -> list[str]:
    """Every contract line is delivered, as data.delivery counts it, or its difference is explained."""
    text = _("{title}: {contracted} contracted, {delivered} delivered. Say why under the contract line.")
    lines = [line for line in reconciled(context) if not line.is_settled]
    return [_(text, title=_(one.title), contracted=one.contracted, delivered=one.delivered) for one in lines]


class NeedsDocument(NeedsDocuments):
    task: TaskId

    @property
    def documents(self) -> tuple[str, ...]:
        return (self.task,)


class SignedLoaHeld(NeedsDocument):
    task: TaskId = Field("telephony.sign-loa", description="task the letter is filed with")


@check("signed-loa-held", SignedLoaHeld)
def signed_loa_held(context: Context, p: SignedLoaHeld, closed: Closed) -> list[str]:
    """The signed letter of authorization is on file, as a document of the task ``task``; of one for every row that of
    each.
    """
    text = _("The signed letter of authorization has not been filed.")
    if any(task.row or context.documents(task.id) for task in context.made_of(p.task)):
        return _not_filed(p.documents, context, closed)
    return [] if covering(p.task, context) else [text]


class DocumentsHeld(WaitsFor, NeedsDocuments):
    tasks: tuple[TaskId, ...] = Field(min_length=1)

    @property
    def documents(self) -> tuple[str, ...]:
        return self.tasks


@check("documents-held", DocumentsHeld)
def documents_held(context: Context, p: DocumentsHeld, closed: Closed) -> list[str]:
    """A document is filed with each of ``tasks`` that applies; one left out with a reason needs none."""
    return _not_filed(p.documents, context, closed)


class DocumentsAhead(DocumentsHeld):
    question: QuestionId = Field(description="question about the day they are needed for")
    days: Count


@check("documents-ahead", DocumentsAhead)
def documents_ahead(context: Context, p: DocumentsAhead, closed: Closed) -> list[str]:
    """The documents of ``tasks`` came ``days`` calendar days before the earliest date of ``question``.

    While they are open the day it would be today counts, so that a wish which cannot be met is reported at once.
    """
    wanted = context.dates(p.question)
    if not wanted:
        return []
    first = min(wanted)
    missing = _not_filed(p.documents, context, closed)
    tasks = (task.id for name in p.documents for task in context.made_of(name))
    done = [context.day(current.at) for name in tasks if (current := context.record.tasks.get(name))]
    came = context.shown_today if missing or not done else max(done)
    latest = later(first, -p.days)
    if came <= latest if done and not missing else not context.has_come(later(latest, 1)):
        return missing
    late = _("The documents came on {day}; {days} days ahead of {first} are needed. Agree on {earliest} or later.")
    none = _(
        "The documents are not there on {day}; {days} days ahead of {first} are needed. Agree on {earliest} or later."
    )
    earliest = str(came + timedelta(days=p.days))
    reason = _(none if missing else late, day=str(came), days=p.days, first=str(first), earliest=earliest)
    return [*missing, reason]


class DocumentValid(NeedsDocument):
    expires: QuestionId = Field(description="question about the last day it is valid")
    fields: tuple[FieldId, ...] = Field(min_length=1, description="questions about the days it is needed")


@check("document-valid", DocumentValid)
def document_valid(context: Context, p: DocumentValid, closed: Closed) -> list[str]:
    """The document of ``task`` is filed and does not expire, by the date ``expires``, before any date of ``fields``.

    One that was waived need not be valid.
    """
    if closed(p.task) is TaskState.WAIVED:
        return []
    missing = _not_filed(p.documents, context, closed)
    expires = context.column(p.expires)
    if missing or not expires:
        return missing or [_("It is not said until when the document is valid.")]
    asked = context.profile.questionnaire.named(p.fields)
    days = [day for _other, question in asked for day in context.column(question.id)]
    text = _("The document is valid until {until}, but it is needed on {day}.")
    return [_(text, until=str(min(expires)), day=str(day)) for day in sorted(days) if day > min(expires)]


def document_gate(task_id: str, context: Context) -> Gate | None:
    """The gate of this customer that waits for a document of the task and has none yet."""
    asked = (gate for gate in context.profile.gates.values() if applies(gate, context.values))
    declared = declared_id(task_id)
    wanting = (gate for gate in asked if isinstance(p := gate.params, NeedsDocuments) and declared in p.documents)
    return None if covering(task_id, context) else next(wanting, None)


def _not_filed(names: Iterable[str], context: Context, closed: Closed) -> list[str]:
    """A sentence for each of these tasks that applies and has no document, or none that covers the answers."""
    tasks = [task for name in names for task in context.made_of(name) if not covering(task.id, context)]
    return [
        _why_not_covered(task, context)
        for task in tasks
        if not (state := closed(task.id)).is_left_out and state is not TaskState.NOT_NEEDED
    ]


def _why_not_covered(task: Task, context: Context) -> LazyText:
    """That nothing is filed, or which document does not count any more and what has changed since."""
    filed, title = context.documents(task.id), _(task.title)
    if not filed:
        return _("No document is filed for: {title}.", title=title)
    line = filed[-1]
    said = {"title": title, "name": line.document_name, "day": str(context.day(line.at))}
    if has_expired(task, line.at, context):
        return _("The document {name} of {day} is too old for: {title}.", **said)
    changes = in_short(changes_since(task, line.version, context), context)
    if not changes:
        return _("The document {name} of {day} does not count any more for: {title}.", **said)
    text = _("The document {name} of {day} does not cover the answers as they are: {title}. {changes}")
    return _(text, **said, changes=join_sentences(changes))

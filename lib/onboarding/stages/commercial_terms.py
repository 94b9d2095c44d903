"""What was ordered: contract lines, what is delivered of them, when the first invoice comes; and users' licences.

The profile says under ``data.delivery`` what can be contracted and how it is counted::

    [[data.delivery]]
    item = "voice-user"                # option of contract_lines.item
    title = "Cloud Voice user"
    rows = "users"                     # table whose rows count ...
    where = { services = "voice" }     # ... when they hold these values,
    task = "enable_services.assign"    # once this task is done

under ``data.billing`` what the first invoice counts from: ``{start = "first-of-next-month", after = ["<task>"]}``, and
with the rule `licence-covers` what licences users need.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from onboarding.answers.check import Checked
from onboarding.answers.rules.licences import LicenceCovers
from onboarding.domain.answer_text import lazy_answer
from onboarding.domain.billing import FirstInvoice, Reconciled, first_invoice, reconcile
from onboarding.domain.history import TaskRecord, TaskState
from onboarding.domain.licence import Advice
from onboarding.domain.question import Kind, Question
from onboarding.domain.task import Task
from onboarding.profile.offer_tables import DeliveryTable
from onboarding.stages.context import Context
from onboarding.stages.schedule import schedule_of

LINES = ("contract_lines.item", "contract_lines.quantity", "contract_lines.note")
"""The questions about what was ordered."""


def reconciled(context: Context) -> list[Reconciled]:
    """Every contracted service against what is delivered by now (U-47); empty when the profile counts nothing."""
    offered = context.profile.data.delivery
    lines = [
        (str(row.get("item")), int(row.get("quantity") or 0), str(row.get("note") or ""))
        for row in context.rows("contract_lines")
    ]
    titles = {entry.item: entry.title for entry in offered}
    delivered = {entry.item: _delivered(entry, context) for entry in offered}
    return reconcile(titles, lines, delivered, context.ordered_beside)


def ordered(offered: Iterable[DeliveryTable], checked: Checked, but: Collection[str]) -> Mapping[str, int]:
    """How much of each item answers order, without the rows with these ids."""
    found = Counter[str]()
    for entry in offered:
        content, ids = checked.values.get(entry.rows), checked.ids.get(entry.rows, ())
        for row, name in zip(content if isinstance(content, list) else (), ids, strict=False):
            if name not in but and isinstance(row, Mapping) and entry.where.fits(row):
                found[entry.item] += int(row.get(entry.sum) or 0) if entry.sum else 1
    return found


def first_invoice_of(context: Context) -> FirstInvoice | None:
    """When the first invoice comes (U-20, O-44), a forecast until the first of the tasks it counts from is done.

    The forecast counts from the day on which the first of them is planned, the go-live where none is needed, or today
    when that has passed. None when the profile says nothing.
    """
    billing = context.profile.data.billing
    if billing is None:
        return None
    if done := _began(context):
        event = context.day(done.at)
        return FirstInvoice(first_invoice(billing.start, event), event, False)
    planned = schedule_of(context).tasks
    ids = [one.id for name in billing.after for one in context.made_of(name) if one.id in planned]
    days = [planned[name].planned_on for name in ids]
    event = max(min(days, default=context.go_live() or date.min), context.today)
    return FirstInvoice(first_invoice(billing.start, event), event, True)


def begins_billing(context: Context) -> Task | None:
    """The task the first invoice counts from: the first of them that is done, else the first that is named."""
    billing, done = context.profile.data.billing, _began(context)
    return context.profile.task(done.task if done else billing.after[0]) if billing else None


def _began(context: Context) -> TaskRecord | None:
    billing = context.profile.data.billing
    ended = map(context.kept, billing.after if billing else ())
    done = [one for one in ended if one is not None and one.state is TaskState.DONE]
    return min(done, key=lambda one: one.at, default=None)


def _delivered(entry: DeliveryTable, context: Context) -> int:
    rows = [
        row
        for place, row in enumerate(context.rows(entry.rows))
        if entry.where.fits(row) and _is_done(entry.task, entry.rows, place, context)
    ]
    return sum(int(row.get(entry.sum) or 0) for row in rows) if entry.sum else len(rows)


def _is_done(task: str, table: str, place: int, context: Context) -> bool:
    """Whether a task is done, of one for every row for the row at a place of a table."""
    ids = [one.id for one in context.tasks_at(task, table, place)] or [task]
    return all(context.record.state(name) is TaskState.DONE for name in ids)


def licence_rules(context: Context) -> list[LicenceCovers]:
    """The parameters of every rule about licences."""
    rules = context.profile.questionnaire.rules
    return [rule.params for rule in rules if isinstance(rule.params, LicenceCovers)]


def licence_advice(context: Context) -> Iterator[tuple[Mapping[str, Any], Advice]]:
    """(user, what to do) of everybody the rule is about."""
    for rule in licence_rules(context):
        for row in context.rows(rule.section):
            if advice := rule.advice(row):
                yield row, advice


def add_on_names(context: Context, names: Sequence[str]) -> str:
    """Add-ons in the words of the questionnaire; empty where there are none."""
    questions = [context.profile.questionnaire.question(rule.add_ons) for rule in licence_rules(context)]
    options = tuple(option for question in questions if question for option in question.options)
    return lazy_answer(Question("", Kind.CHOICES, "", options=options), names)

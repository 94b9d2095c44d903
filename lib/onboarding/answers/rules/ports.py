"""Port orders: what becomes of the billing telephone number (BTN), and how old a bill or a letter may be."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from onboarding.answers.rules import Findings, OfQuestion, RuleInput, rule
from onboarding.domain.condition import Where
from onboarding.domain.params import Count, NoParams, TaskId

_ORDER = ("port_orders.btn", "port_orders.scope", "port_numbers.btn", "port_numbers.number")


@rule(
    "full-port-includes-btn",
    NoParams,
    says="The billing number {value} is moved with all its numbers; list it among the numbers to move.",
    reads=_ORDER,
)
def full_port_includes_btn(facts: RuleInput, p: NoParams) -> Findings:
    """A full port lists its billing telephone number."""
    moved, full = {cell.value for cell in facts.answered("port_numbers.number")}, Where({"scope": "full"})
    return facts.each("full-port-includes-btn", "port_orders.btn", lambda cell: cell.value not in moved, full)


@rule(
    "partial-port-excludes-btn",
    NoParams,
    says={
        "partial-port-excludes-btn": "The billing number {value} is among the numbers to move, but only a part of the "
        "account moves; name the new billing number or take it off the list.",
        "new-btn-is-old": "The new billing number {value} is the old one; name one that stays behind.",
        "new-btn-is-ported": "The new billing number {value} is moved too; name one that stays behind.",
    },
    reads=(*_ORDER, "port_orders.new_btn"),
)
def partial_port_excludes_btn(facts: RuleInput, p: NoParams) -> Findings:
    """A partial port leaves its billing telephone number behind, or names a new one that stays behind."""
    moved = {cell.value for cell in facts.answered("port_numbers.number")}
    for cell in facts.answered("port_orders.btn", Where({"scope": "partial"})):
        new = cell.other("port_orders.new_btn")
        if new.value is None and cell.value in moved:
            yield facts.finding("partial-port-excludes-btn", cell)
        elif new.value == cell.value:
            yield facts.finding("new-btn-is-old", new)
        elif new.value is not None and new.value in moved:
            yield facts.finding("new-btn-is-ported", new)


class Age(OfQuestion):
    days: Count
    used_by: TaskId = Field("", description="task that uses the document: once it is done, the document ages no more")


def _age(facts: RuleInput, p: Age, old: str, ahead: str) -> Findings:
    used = facts.used.get(p.used_by)
    for cell in facts.answered(p.question):
        day = date.fromisoformat(cell.value)
        if used is not None and day <= used:
            if (count := (used - day).days) > p.days:
                yield facts.finding(old, cell, count=count, most=p.days)
        elif facts.is_older(day, p.days):
            yield facts.finding(old, cell, count=facts.shown_age(day), most=p.days)
        elif not facts.is_older(day, -1):
            yield facts.finding(ahead, cell)


@rule(
    "bill-age",
    Age,
    says={
        "bill-age": "The bill is from {value}, {count} days ago; the carrier takes one of the last {most} days.",
        "bill-ahead": "The bill is dated {value}, which is still to come; check the date.",
    },
)
def bill_age(facts: RuleInput, p: Age) -> Findings:
    """The bill is at most ``days`` days old, on the day the task ``used_by`` was done if it was."""
    return _age(facts, p, "bill-age", "bill-ahead")


@rule(
    "loa-age",
    Age,
    says={
        "loa-age": "The letter was signed on {value}, {count} days ago; "
        "the carrier takes one of the last {most} days. Have it signed again.",
        "loa-ahead": "The letter is dated {value}, which is still to come; check the date.",
    },
)
def loa_age(facts: RuleInput, p: Age) -> Findings:
    """The letter of authorization (LOA) was signed at most ``days`` days before today or the day of ``used_by``."""
    return _age(facts, p, "loa-age", "loa-ahead")

"""What the notebook `reports/completion.ipynb` asks for: one customer's figures, shown part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from onboarding.answers.check import check
from onboarding.case import clock
from onboarding.case.case import Case
from onboarding.case.sample import open_case
from onboarding.domain.json import Answers
from onboarding.domain.language import ENGLISH, Language, LazyText
from onboarding.report import ordered, outcome, profile_sections, work_sections
from onboarding.report.blocks.users import Licences
from onboarding.report.figures import Figures, completion_figures
from onboarding.report.formatter import Block
from onboarding.report.number_figures import left_numbers


def figures_of(case: Case) -> Figures:
    """The completion figures of a case at its instant, from its store; the days of a training customer are invented."""
    customer = case.customer.id
    runs, asked = case.store.runs(customer), case.store.first_asked(customer)
    apart = () if case.customer.is_training else case.store.records(customer, is_apart=True)
    figures = completion_figures(case.context(), case.progress(), runs, asked, _earlier_answers(case), apart)
    left = tuple(left_numbers(case.inventory(), case.at))
    return replace(figures, beside=tuple(one.profile.title for one in case.others), left_numbers=left)


def _earlier_answers(case: Case) -> dict[str, Answers]:
    """Task id -> the normalised answers as they stood when it was done, for every task a block counts ``since``."""
    shown = [show.params for block in case.profile.report.blocks for show in block.shows]
    tasks = {
        p.since: current.at for p in shown if isinstance(p, Licences) and (current := case.context().kept(p.since))
    }
    return {task: found for task, at in tasks.items() if (found := _answers(case, at)) is not None}


def _answers(case: Case, at: datetime) -> Answers | None:
    customer = case.customer.id
    versions = [change.version for change in case.store.answers_history(customer) if change.at <= at]
    current = case.store.answers(customer, versions[-1]) if versions else None
    day = at.astimezone(case.calendar.zone).date()
    return check(case.questionnaire, case.seen(current.document), day).values if current else None


def in_language(figures: Figures) -> Figures:
    """The figures as the customer reads them: every sentence of ours in their language, what they wrote as it is."""
    found: Figures = figures if figures.language is ENGLISH else _translated(figures, figures.language)
    return found


def _translated(value: Any, language: Language) -> Any:
    if isinstance(value, LazyText):
        return language(value)
    if is_dataclass(value) and not isinstance(value, Language):
        parts_now = {field.name: _translated(getattr(value, field.name), language) for field in fields(value)}
        return replace(value, **parts_now)  # type: ignore[type-var]
    if isinstance(value, tuple):
        return tuple(_translated(one, language) for one in value)
    if isinstance(value, Mapping):
        return {_translated(name, language): _translated(one, language) for name, one in value.items()}
    return value


def open_report(customer: str, as_of: str = "", service: str = "") -> CompletionReport:
    """The report of one customer as of an ISO instant (empty: now), of several services for that one.

    Raises InputError for an unknown customer or an instant that is none, StoreError when the store cannot be read.
    """
    return CompletionReport(figures_of(clock.as_of(open_case(customer, datetime.now(UTC), service), as_of)))


def _part(make: Callable[[Figures], Block]) -> Callable[[CompletionReport], Block]:
    @wraps(make)
    def part(report: CompletionReport) -> Block:
        return make(report.figures)

    return part


class CompletionReport:
    """The parts of one report; each method gives one of them, for a cell to end in."""

    def __init__(self, figures: Figures) -> None:
        self.figures = in_language(figures)

    heading = _part(outcome.heading)
    waiting = _part(outcome.waiting)
    exceptions = _part(outcome.exceptions)
    services = _part(ordered.services)
    users = _part(ordered.users)
    numbers = _part(ordered.numbers)
    guide = _part(profile_sections.guide)
    timeline = _part(work_sections.timeline)
    time_by_party = _part(work_sections.time_by_party)
    tasks = _part(work_sections.tasks)
    decisions = _part(work_sections.decisions)
    dns = _part(ordered.dns)
    runs = _part(work_sections.runs)
    contacts = _part(ordered.contacts)

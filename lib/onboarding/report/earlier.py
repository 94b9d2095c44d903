"""What the answers were when a task was done, for reports that tell what was found and what was changed since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from onboarding.answers.check import check
from onboarding.case.case import Case
from onboarding.domain.json import Document
from onboarding.report.blocks.licences import Licences


def earlier_answers(case: Case) -> dict[str, Document]:
    """Task id -> the normalised answers as they stood then, for every task a show of the profile counts ``since``."""
    tasks = {task: held.at for task in _since(case) if (held := case.record.tasks.get(task))}
    return {task: found for task, at in tasks.items() if (found := _answers(case, at)) is not None}


def _since(case: Case) -> Iterator[str]:
    shown = (show.params for block in case.profile.report.blocks for show in block.shows)
    yield from (p.since for p in shown if isinstance(p, Licences) and p.since)


def _answers(case: Case, at: datetime) -> Document | None:
    customer = case.customer.id
    versions = [change.version for change in case.store.answers_history(customer) if change.at <= at]
    held = case.store.answers(customer, versions[-1]) if versions else None
    day = at.astimezone(case.calendar.zone).date()
    return check(case.questionnaire, held.document, day).values if held else None

"""Who and what a report is about, and when the customer is to be live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from onboarding.domain.edition import EditionTaken
from onboarding.domain.language import _
from onboarding.domain.schedule import Schedule
from onboarding.domain.task import declared_id
from onboarding.profile.edition import short
from onboarding.stages.context import Context
from onboarding.stages.schedule import late_sentence, live_title


@dataclass(frozen=True, slots=True)
class ReportHead:
    """Who and what the report is about; ``zone`` is the time zone its days are counted in.

    ``edition`` is the digest of the one it has, ``own_files`` what is to be said of files of one's own in it.
    """

    customer: str
    name: str
    domain: str
    provider: str
    profile: str
    as_of: datetime
    zone: str
    created_at: datetime
    go_live_on: date | None
    phase: int = 1
    phase_title: str = ""
    is_training: bool = False
    edition: str = ""
    own_files: str = ""


@dataclass(frozen=True, slots=True)
class GoLive:
    """When the customer is to be live with ``title``: what was wanted, promised, is expected, and was.

    ``earliest_on`` is the first day on which it could be, ``late`` what will not be there in time, each with the task
    that makes it so.
    """

    title: str = ""
    wanted_on: date | None = None
    promised_on: date | None = None
    forecast_on: date | None = None
    live_on: date | None = None
    earliest_on: date | None = None
    late: tuple[str, ...] = ()


def go_live_of(planned: Schedule, context: Context) -> GoLive:
    """Nothing is expected any more once the project has ended."""
    if context.record.end:
        return GoLive(wanted_on=planned.wanted_on, live_on=planned.live_on)
    return GoLive(
        _(live_title(context)) if live_title(context) else "", planned.wanted_on, planned.promised_on,
        planned.forecast_on, planned.live_on, planned.earliest_on,
        tuple(late_sentence(one, context) for one in {declared_id(one.id): one for one in planned.late}.values()),
    )  # fmt: skip


def head_of(context: Context) -> ReportHead:
    """The head of a customer's report."""
    profile, customer, taken = context.profile, context.customer, next(reversed(context.record.editions), None)
    return ReportHead(
        customer.id, customer.name, str(context.answer("company.domain") or ""), profile.provider, profile.title,
        context.at, context.calendar.time_zone, customer.created_at, context.go_live(),
        context.record.phase.number, context.record.phase.title, customer.is_training,
        taken.digest if taken else "", _not_shipped(taken),
    )  # fmt: skip


def _not_shipped(taken: EditionTaken | None) -> str:
    """What is to be said of an edition that takes the place of the shipped one; empty where it does not."""
    if taken is None or not taken.own_files:
        return ""
    text = _("It takes the place of the shipped edition {shipped}; of one's own are: {names}.")
    return _(text, shipped=short(taken.shipped), names=", ".join(taken.own_files))

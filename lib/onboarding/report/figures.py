"""All figures of one customer's completion report, computed from values: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from zoneinfo import ZoneInfo

from onboarding.domain.answer_text import full_name
from onboarding.domain.billing import FirstInvoice
from onboarding.domain.callflow_picture import Picture
from onboarding.domain.edition import EditionTaken
from onboarding.domain.history import TaskState
from onboarding.domain.json import Answers
from onboarding.domain.language import ENGLISH, Language, _, join_and
from onboarding.domain.report import NUMBERS, SERVICES, USERS
from onboarding.domain.reseller import Reseller
from onboarding.domain.schedule import Schedule
from onboarding.domain.task import declared_id
from onboarding.profile.edition import short
from onboarding.report.blocks import Guide, sections_of
from onboarding.report.delivery import NOTHING, Count, Delivery, ServiceFigure, ThingFigure, UserFigure
from onboarding.report.exceptions import ExceptionFigure, Trouble, exceptions, is_failed
from onboarding.report.formatter import Formatter
from onboarding.report.number_figures import LeftNumber, NumberFigure, Numbers, RequestFigure
from onboarding.report.report_model import SectionFigure
from onboarding.report.tallies import RowProofs, TallyFigure, differing, tallies
from onboarding.report.task_figures import GateFigure, PartyTasks, TaskFigure, gates, party_tasks, together
from onboarding.report.timeline import Timeline, timeline
from onboarding.stages.commercial_terms import first_invoice_of
from onboarding.stages.context import Context
from onboarding.stages.owed import Owed, by_row, owed
from onboarding.stages.planners.instruction import records_for
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.schedule import late_sentence, live_title, schedule_of
from onboarding.stages.stage_overview import matrix
from onboarding.stages.time_tracking import spans, starts
from onboarding.store.values import ChainRecord, Run

NOTES = (
    Trouble.MISSED, Trouble.NOT_READ_BACK, Trouble.ADOPTED, Trouble.DRIFT, Trouble.LEFT_BEHIND, Trouble.DATED,
    Trouble.WARNING,
)  # fmt: skip
"""Kinds of exceptions that leave nothing undone."""


class ReportStanding(StrEnum):
    """How it stands as a whole."""

    COMPLETE = "complete"
    WAITING = "waiting"
    ENDED = "ended"  # deleted, a demonstration, or called off: nothing is done any more
    STOPPED = "stopped"  # something was refused, is not known, or a run failed: somebody must decide


@dataclass(frozen=True, slots=True)
class Wait:
    """One party that is waited for: its open tasks and decisions, the next day one is due, since when the oldest is."""

    party: str
    tasks: tuple[str, ...]
    due_on: date | None
    since: datetime | None
    is_overdue: bool


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


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """The answer to *is it done?*. ``next_on`` is the next promised day, with what is due then."""

    standing: ReportStanding
    sentence: str
    waits: tuple[Wait, ...]
    closed: int
    total: int
    next_on: date | None = None
    next_what: str = ""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """Where help or an explanation is found."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Figures:
    """Everything the report shows; ``reseller`` is in whose name it is sent, ``beside`` are the titles of what else the
    customer takes."""

    head: ReportHead
    outcome: ReportOutcome
    exceptions: tuple[ExceptionFigure, ...]
    users: tuple[UserFigure, ...]
    parties: tuple[PartyTasks, ...]
    timeline: Timeline
    gates: tuple[GateFigure, ...]
    runs: tuple[Run, ...]
    sections: tuple[SectionFigure, ...] = ()
    services: tuple[ServiceFigure, ...] = ()
    things: tuple[ThingFigure, ...] = ()
    numbers: tuple[NumberFigure, ...] = ()
    number_counts: tuple[tuple[str, Count], ...] = ()
    left_numbers: tuple[LeftNumber, ...] = ()
    requests: tuple[RequestFigure, ...] = ()
    tallies: tuple[TallyFigure, ...] = ()
    users_count: Count = NOTHING
    numbers_count: Count = NOTHING
    services_count: Count = NOTHING
    title: str = ""
    ordered: str = ""
    billing: str = ""
    invoice: FirstInvoice | None = None
    migration: tuple[tuple[str, str, str], ...] = ()
    dns: tuple[tuple[str, str, str], ...] = ()
    contacts: tuple[Contact, ...] = ()
    references: tuple[Contact, ...] = ()
    reseller: Reseller | None = None
    call_flow: Picture | None = None
    language: Language = ENGLISH
    go_live: GoLive = GoLive()
    country: str = ""
    beside: tuple[str, ...] = ()

    def shows(self, name: str) -> bool:
        """Whether the report lists what every report knows under that name, rather than rows of the profile's own."""
        return any(tally.id == name and not tally.is_own for tally in self.tallies)

    @property
    def formatter(self) -> Formatter:
        """How the report of these figures writes: language, time zone and country."""
        return Formatter(self.language, ZoneInfo(self.head.zone), self.country)

    @property
    def tasks(self) -> tuple[TaskFigure, ...]:
        return tuple(task for party in self.parties for task in party.tasks)


def completion_figures(
    context: Context,
    progress: ProjectStatus,
    runs: Sequence[Run] = (),
    asked: Mapping[str, datetime] | None = None,
    earlier: Mapping[str, Answers] | None = None,
    apart: Sequence[ChainRecord] = (),
) -> Figures:
    """The figures of one customer at ``context.at``.

    ``asked`` is when a task was first handed over, by task id, ``earlier`` what the answers were when one was done.
    ``apart`` are records dated more than a day away from the machine's clock.
    """
    progress = replace(progress, starts=partial(starts, context, progress, asked or {}))
    delivery, tracked = Delivery(context, progress), spans(context, progress)
    proofs, users = RowProofs(context, delivery), tuple(delivery.users())
    guide = Guide(context, progress, proofs, earlier or {})
    planned = schedule_of(context, progress)
    parties = tuple(party_tasks(context, progress, tracked, planned))
    tasks = [task for party in parties for task in party.tasks]
    stages = {stage.id for stage in context.profile.stages}
    ordered_runs = tuple(sorted((r for r in runs if r.stage in stages), key=lambda run: (run.begun_at, run.id)))
    troubles = tuple(
        exceptions(context, tasks, users, delivery, ordered_runs, differing(context, proofs), apart, planned.missed)
    )
    figures = Figures(
        head=_head(context),
        outcome=_outcome(context, progress, tasks, troubles, ordered_runs),
        exceptions=troubles,
        users=users,
        parties=parties,
        timeline=timeline(context, progress, tracked),
        gates=tuple(gates(context, progress)),
        runs=ordered_runs,
        sections=tuple(sections_of(guide)),
        go_live=_go_live(planned, context),
    )
    return _with_answers(_with_orders(figures, context, delivery, proofs), guide)


def _with_orders(figures: Figures, context: Context, delivery: Delivery, proofs: RowProofs) -> Figures:
    """The figures with what was ordered beside the users themselves, and the counts of all of it."""
    telephone, services = Numbers(context, delivery), tuple(delivery.services(figures.users))
    numbers = telephone.known()
    number_counts = telephone.counts(numbers)
    counts = {
        USERS: Count.of(user.proof for user in figures.users),
        NUMBERS: sum(number_counts.values(), NOTHING),
        SERVICES: sum((service.count for service in services if service.is_counted), NOTHING),
    }
    return replace(
        figures,
        services=services,
        things=tuple(delivery.company_and_sites()),
        numbers=tuple(numbers),
        number_counts=tuple(number_counts.items()),
        requests=tuple(telephone.requests()),
        tallies=tuple(tallies(context, proofs, counts)),
        users_count=counts[USERS],
        numbers_count=counts[NUMBERS],
        services_count=counts[SERVICES],
    )


def _with_answers(figures: Figures, guide: Guide) -> Figures:
    """The figures with what follows from profile and answers alone."""
    context, plan = guide.context, guide.context.profile.report
    return replace(
        figures,
        title=_(plan.title),
        ordered=_(plan.ordered) if plan.ordered else "",
        billing=_billing(context),
        invoice=first_invoice_of(context),
        migration=tuple((_(what), _(how), _side_title(context, by)) for what, how, by in matrix(context)),
        dns=tuple((row["type"], row["name"], row["value"]) for row in records_for("", context)),
        contacts=tuple(_contacts(context)),
        references=tuple(_references(context, is_help=False)),
        reseller=context.reseller,
        call_flow=guide.picture,
        language=context.language,
        country=context.profile.country,
    )


def _go_live(planned: Schedule, context: Context) -> GoLive:
    """Nothing is expected any more once the project has ended."""
    if context.record.end:
        return GoLive(wanted_on=planned.wanted_on, live_on=planned.live_on)
    return GoLive(
        _(live_title(context)) if live_title(context) else "", planned.wanted_on, planned.promised_on,
        planned.forecast_on, planned.live_on, planned.earliest_on,
        tuple(late_sentence(one, context) for one in {declared_id(one.id): one for one in planned.late}.values()),
    )  # fmt: skip


def _head(context: Context) -> ReportHead:
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


def _outcome(
    context: Context,
    progress: ProjectStatus,
    tasks: Sequence[TaskFigure],
    troubles: Sequence[ExceptionFigure],
    runs: Sequence[Run],
) -> ReportOutcome:
    needed = [task for task in tasks if task.state is not TaskState.NOT_NEEDED]
    waits = tuple(_waits(context, progress))
    stopping = {Trouble.REJECTED, Trouble.UNKNOWN, Trouble.DIFFERS}
    stopped = [trouble for trouble in troubles if trouble.kind in stopping]
    if runs and is_failed(runs[-1]):
        stopped += [trouble for trouble in troubles if trouble.kind is Trouble.FAILED_RUN]
    standing = _standing(progress, is_stopped=bool(stopped))
    if progress.end:
        sentence = progress.end.sentence(context.day(progress.end.at))
    else:
        sentence = _sentence(standing, waits, stopped, sum(trouble.kind not in NOTES for trouble in troubles))
    groups, is_overdue = together(needed), any(wait.is_overdue for wait in waits)
    closed = sum(all(one.state.is_closed for one in group) for group in groups)
    return ReportOutcome(standing, sentence, waits, closed, len(groups), *_next(context, progress), is_overdue)


def _standing(progress: ProjectStatus, is_stopped: bool) -> ReportStanding:
    if progress.end:
        return ReportStanding.ENDED
    if is_stopped:
        return ReportStanding.STOPPED
    return ReportStanding.COMPLETE if progress.is_complete else ReportStanding.WAITING


def _waits(context: Context, progress: ProjectStatus) -> Iterator[Wait]:
    found: dict[str, list[Owed]] = {}
    for one in owed(progress):
        found.setdefault(one.party, []).append(one)
    for party, lines in found.items():
        yield Wait(
            _(context.profile.party_title(party)),
            tuple(_(one.title) for one in by_row(lines, progress)),
            min((one.due_on for one in lines if one.due_on), default=None),
            min((at for one in lines if (at := one.waits_since(context.shown_now))), default=None),
            any(one.is_overdue(context.shown_now) for one in lines),
        )


def _next(context: Context, progress: ProjectStatus) -> tuple[date | None, str]:
    """The next day something is promised for, from today on; failing that the go-live day, if it lies ahead.

    Nothing is promised any more once the project has ended.
    """
    if progress.end:
        return None, ""
    today = context.today
    ahead = [(view.due_on, _(view.task.title)) for view in progress.waiting if view.due_on and view.due_on >= today]
    if ahead:
        return min(ahead)
    go_live = context.go_live()
    return (go_live, _("Go-live")) if go_live and go_live >= today else (None, "")


def _sentence(
    standing: ReportStanding, waits: Sequence[Wait], stopped: Sequence[ExceptionFigure], troubles: int
) -> str:
    if standing is ReportStanding.STOPPED:
        text = _("{what}: {how}. Somebody must decide how to go on.")
        if len(stopped) > 1:
            text = _("{what}: {how}. Somebody must decide how to go on. {count} more below.")
        return _(text, what=stopped[0].what, how=_(stopped[0].kind.value), count=len(stopped) - 1)
    if standing is ReportStanding.WAITING:
        return _("Waiting for {who}.", who=join_and([wait.party for wait in waits[:3]]) or _("nobody in particular"))
    if troubles == 1:
        return _("Every task is closed, with 1 exception.")
    if troubles:
        return _("Every task is closed, with {count} exceptions.", count=troubles)
    return _("Everything that was ordered is delivered, and every task is closed.")


def _billing(context: Context) -> str:
    """What the administrator means for the bill (C-32)."""
    if context.answer("administrator.kind") == "dedicated":
        name = full_name(context.values["administrator"])
        email = str(context.answer("administrator.email") or "")
        text = _("{who} ({email}) is a dedicated administrator: no services, not billed.")
        return _(text, who=name or _("The administrator"), email=email)
    email = str(context.answer("administrator.user") or "")
    text = _("{email} is one of the users and the administrator: billed as a user only.", email=email)
    return text if email else ""


def _side_title(context: Context, side: str) -> str:
    return _(next((party.title for party in context.profile.parties.values() if party.side == side), side))


def _contacts(context: Context) -> list[Contact]:
    """Where help is found, as the profile says, and the address requests are sent to."""
    found = _references(context, is_help=True)
    if (one := context.reseller) and one.portal:
        found.insert(0, Contact(_("Portal of {name}", name=one.name), one.portal, one.portal))
    if address := context.profile.data.support_address:
        found.append(Contact(_("Support engineers"), "", f"mailto:{address}"))
    return found


def _references(context: Context, *, is_help: bool) -> list[Contact]:
    """Links and words of the guide: those where help is found, or all others."""
    found = [row for row in context.profile.references if row.is_help is is_help and not row.is_internal]
    return [Contact(_(row.title), _(row.text), row.url) for row in found]

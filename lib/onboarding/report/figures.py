"""All figures of one customer's completion report, computed from values: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from onboarding.domain.answer_text import full_name
from onboarding.domain.billing import FirstInvoice
from onboarding.domain.callflow_picture import Picture
from onboarding.domain.json import Answers
from onboarding.domain.language import ENGLISH, Language, _
from onboarding.domain.report import NUMBERS, SERVICES, USERS
from onboarding.domain.reseller import Reseller
from onboarding.report.blocks import Guide, sections_of
from onboarding.report.delivery import NOTHING, Count, Delivery, ServiceFigure, ThingFigure, UserFigure
from onboarding.report.exceptions import ExceptionFigure, exceptions
from onboarding.report.formatter import Formatter
from onboarding.report.head_figures import GoLive, ReportHead, go_live_of, head_of
from onboarding.report.number_figures import LeftNumber, NumberFigure, Numbers, RequestFigure
from onboarding.report.outcome_figures import ReportOutcome, outcome_of
from onboarding.report.report_model import SectionFigure
from onboarding.report.tallies import RowProofs, TallyFigure, differing, tallies
from onboarding.report.task_figures import GateFigure, PartyTasks, TaskFigure, gates, party_tasks
from onboarding.report.timeline import Timeline, timeline
from onboarding.stages.commercial_terms import first_invoice_of
from onboarding.stages.context import Context
from onboarding.stages.planners.instruction import records_for
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.schedule import schedule_of
from onboarding.stages.stage_overview import matrix
from onboarding.stages.time_tracking import spans, starts
from onboarding.store.values import ChainRecord, Run


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
    go_live: GoLive = field(default_factory=GoLive)
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
        head=head_of(context),
        outcome=outcome_of(context, progress, tasks, troubles, ordered_runs),
        exceptions=troubles,
        users=users,
        parties=parties,
        timeline=timeline(context, progress, tracked),
        gates=tuple(gates(context, progress)),
        runs=ordered_runs,
        sections=tuple(sections_of(guide)),
        go_live=go_live_of(planned, context),
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

"""All customers on one page: where each stands, whom it waits for, and which report tells more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from onboarding.domain.language import ENGLISH
from onboarding.domain.record import TaskState
from onboarding.engine.moment import parse_moment
from onboarding.html.classed import badge, facts, faint, lines, table
from onboarding.html.parts import EMPTY, Markup, element, fill, paragraph
from onboarding.profile.load import load_profile
from onboarding.report.fragment import Block
from onboarding.report.words import Voice
from onboarding.store.model import CustomerStatus
from onboarding.store.store import Store

WEEK = 7
"""Days before go-live from which an open customer is at risk."""

VOICE = Voice()
"""Managers read the portfolio in English, by the days of UTC."""


class Health(StrEnum):
    """How a customer is doing, the one to look at first first."""

    STOPPED = "stopped"  # refused or unknown: a person has to decide
    OVERDUE = "overdue"  # somebody has not kept a promised day
    AT_RISK = "at risk"  # go-live is near or past, and work is open
    ON_TRACK = "on track"
    COMPLETE = "complete"


TONES = {
    Health.STOPPED: "stop",
    Health.OVERDUE: "stop",
    Health.AT_RISK: "wait",
    Health.ON_TRACK: "quiet",
    Health.COMPLETE: "good",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One customer: tasks closed of all, the stage work is in, and the most urgent thing somebody owes."""

    id: str
    name: str
    provider: str
    health: Health
    closed: int
    total: int
    stage: str = ""
    party: str = ""
    what: str = ""
    more: int = 0
    since: datetime | None = None
    due_on: date | None = None
    go_live_on: date | None = None
    is_training: bool = False


def portfolio_lines(statuses: Iterable[CustomerStatus], today: date) -> list[Line]:
    """A line per customer, the one to look at first first."""
    order = list(Health)
    found = [_line(status, today) for status in statuses]
    return sorted(found, key=lambda line: (order.index(line.health), line.due_on or date.max, line.name.lower()))


def _line(status: CustomerStatus, today: date) -> Line:
    profile = load_profile(status.engagement.profile)
    rows = sorted(status.rows, key=lambda row: (row.due_on or date.max, row.state is TaskState.READY))
    first = rows[0] if rows else None
    return Line(
        status.customer.id,
        status.customer.name,
        profile.title,
        _health(status, today),
        status.closed,
        status.total,
        profile.stage(first.stage).title if first else "",
        profile.party_title(first.party) if first else "",
        first.title if first else "",
        len(rows) - 1 if rows else 0,
        first.since if first else None,
        first.due_on if first else None,
        status.customer.go_live_on,
        status.customer.is_training,
    )


def _health(status: CustomerStatus, today: date) -> Health:
    if status.total and status.closed == status.total:
        return Health.COMPLETE
    if any(row.state in (TaskState.UNKNOWN, TaskState.REJECTED) for row in status.rows):
        return Health.STOPPED
    if any(row.due_on and row.due_on < today for row in status.rows):
        return Health.OVERDUE
    go_live = status.customer.go_live_on
    return Health.AT_RISK if go_live and (go_live - today).days < WEEK else Health.ON_TRACK


def open_portfolio(as_of: str = "") -> Portfolio:
    """The portfolio of the workspace as of an ISO instant (empty: now). Raises InputError, StoreError."""
    at = parse_moment(as_of)
    with Store.open() as store:
        with_report = {path.parent.name for path in store.layout.reports.glob("*/completion.html")}
        return Portfolio(portfolio_lines(store.status(), at.date()), at, with_report)


class Portfolio:
    """The parts of the page; each method gives one of them, for a cell to end in."""

    def __init__(self, found: Sequence[Line], at: datetime, with_report: set[str]) -> None:
        self.lines, self.at, self.with_report = found, at.astimezone(UTC), with_report

    def heading(self) -> Block:
        """How many customers there are and how they are doing."""
        counts = Counter(line.health for line in self.lines)
        bad = counts[Health.STOPPED] + counts[Health.OVERDUE]
        tone = "stop" if bad else "wait" if counts[Health.AT_RISK] else "good"
        found = [(health.value.capitalize(), element("b", counts[health])) for health in Health if counts[health]]
        html = fill(
            '<header class="head {}"><p class="kicker">Portfolio</p><h1>{}</h1>'
            '<p class="verdict"><span class="asof">as of {}</span></p><p class="sentence">{}</p>'
            "{}</header>",
            tone, ENGLISH.count(len(self.lines), "customer"), VOICE.day(self.at), self._sentence(bad),
            facts(found, "tallies"),
        )  # fmt: skip
        return Block(html, self._sentence(bad), {"title": f"Portfolio, {VOICE.day(self.at)}", "lang": "en"})

    def _sentence(self, bad: int) -> str:
        if not self.lines:
            return "There is no customer yet."
        if bad:
            return f"{ENGLISH.count(bad, 'customer')} to look at first: something is late, refused or not known."
        return "Nothing is late."

    def customers(self) -> Block:
        """Every customer with where it stands, whom it waits for and its report."""
        if not self.lines:
            return Block(paragraph("`onboard new` makes the first one.", "calm"))
        columns = {"Customer": 30, "Stands": 20, "Waits for": 32, "Due": 18}
        rows = [[self._name(line), _standing(line), _waits(line), _due(line)] for line in self.lines]
        return Block(table("Customers", columns, rows, is_alone=True), ENGLISH.count(len(self.lines), "customer"))

    def _name(self, line: Line) -> Markup:
        named: Markup | str = line.name
        if line.id in self.with_report:
            named = fill('<a href="{}/completion.html">{}</a>', line.id, line.name)
        training = badge("note", "training customer") if line.is_training else EMPTY
        return lines(named, faint(line.provider), faint(line.id), training)

    def parties(self) -> Block:
        """Who is waited for most, over all customers."""
        held = Counter(line.party for line in self.lines if line.party)
        if not held:
            return Block(paragraph("Nobody is waited for.", "calm"))
        rows = [[party, str(number)] for party, number in held.most_common()]
        return Block(table("Who is waited for", {"Party": 70, "Customers": 30}, rows, numeric=1, is_alone=True))


def _standing(line: Line) -> Markup:
    return lines(
        badge(TONES[line.health], line.health.value),
        faint(f"{line.closed} of {ENGLISH.count(line.total, 'task')} closed"),
        faint(line.stage),
    )


def _waits(line: Line) -> Markup:
    if not line.party:
        return EMPTY
    more = f"and {line.more} more" if line.more else ""
    return lines(line.party, faint(line.what), faint(more))


def _due(line: Line) -> Markup:
    due = VOICE.day(line.due_on) if line.due_on else ""
    return lines(due, faint(f"go-live {VOICE.day(line.go_live_on)}") if line.go_live_on else EMPTY)

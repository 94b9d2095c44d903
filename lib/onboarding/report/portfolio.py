"""All customers on one page: where each stands, whom it waits for, and which report has more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from onboarding import frames
from onboarding.case.clock import check_all, parse_moment
from onboarding.case.resellers import sold_by
from onboarding.domain.language import ENGLISH
from onboarding.frames import Frame, Health
from onboarding.html.classed import badge, facts, faint, lines, table
from onboarding.html.parts import EMPTY, Markup, element, fill, paragraph
from onboarding.report.formatter import Block, Formatter
from onboarding.store.reseller_repository import listed
from onboarding.store.store import Store

Row = Mapping[str, Any]
"""A row of a `frames.overview`."""

FORMATTER = Formatter()
"""Managers read the portfolio in English, by the days of UTC."""

TONES = {
    Health.STOPPED: "stop",
    Health.OVERDUE: "stop",
    Health.AT_RISK: "wait",
    Health.ON_TRACK: "quiet",
    Health.COMPLETE: "good",
    Health.ENDED: "quiet",
}


def page_name(service: str) -> str:
    """The file of a completion report, of one of several services with its name."""
    return f"completion-{service}.html" if service else "completion.html"


def open_portfolio(as_of: str = "", reseller: str = "") -> Portfolio:
    """The portfolio of the workspace, or of one reseller, as of an ISO instant (empty: now).

    Raises InputError, StoreError.
    """
    with Store.open() as store:
        with_report = {f"{path.parent.name}/{path.name}" for path in store.layout.reports.glob("*/completion*.html")}
        check_all(store, as_of, sold_by(store, reseller))
        title = listed(store.layout.resellers, reseller).name if reseller else ""
        found = frames.overview(as_of, reseller=reseller, store=store)
        return Portfolio(found, parse_moment(as_of), with_report, title)


class Portfolio:
    """The parts of the page; each method gives one of them, for a cell to end in.

    ``found`` is a `frames.overview`, ``reseller`` the name of the one whose customers they are.
    """

    def __init__(self, found: Frame, at: datetime, with_report: set[str], reseller: str = "") -> None:
        self.found, self.at, self.with_report = found, at.astimezone(UTC), with_report
        self.reseller = reseller

    @cached_property
    def _counted(self) -> Frame:
        """The customers that are counted: those who are served, as long as there are any."""
        served = self.found[~self.found["is_training"]]
        return self.found if served.empty else served

    def heading(self) -> Block:
        """How many customers there are and how they are doing; those for training are counted apart."""
        counts, for_training = self._counted["health"].value_counts(), len(self.found) - len(self._counted)
        bad = counts[Health.STOPPED] + counts[Health.OVERDUE]
        tone = "stop" if bad else "wait" if counts[Health.AT_RISK] else "good"
        found = [(health.value.capitalize(), element("b", counts[health])) for health in Health if counts[health]]
        found += [("For training", element("b", for_training))] if for_training else []
        html = fill(
            '<header class="head {}"><p class="kicker">{}</p><h1>{}</h1>'
            '<p class="verdict"><span class="asof">as of {}</span></p><p class="sentence">{}</p>'
            "{}</header>",
            tone, self._title, ENGLISH.count(len(self._counted), "customer"), FORMATTER.day(self.at),
            self._sentence(bad), facts(found, "tallies"),
        )  # fmt: skip
        return Block(html, self._sentence(bad), {"title": f"{self._title}, {FORMATTER.day(self.at)}", "lang": "en"})

    @cached_property
    def _services(self) -> Mapping[str, int]:
        """How many rows each customer has."""
        return Counter(self.found["customer"])

    @property
    def _title(self) -> str:
        return f"Portfolio of {self.reseller}" if self.reseller else "Portfolio"

    def _sentence(self, bad: int) -> str:
        if self.found.empty:
            return "There is no customer yet."
        if bad:
            return f"{ENGLISH.count(bad, 'customer')} to look at first: something is late, refused or not known."
        return "Nothing is late."

    def customers(self) -> Block:
        """Every customer with where it stands, whom it waits for and its report."""
        if self.found.empty:
            return Block(paragraph("`onboard new` makes the first one.", "calm"))
        columns = {"Customer": 30, "Stands": 20, "Waits for": 32, "Due": 18}
        rows = [[self._name(row), _standing(row), _waits(row), _due(row)] for row in self.found.rows()]
        return Block(table("Customers", columns, rows, is_alone=True), ENGLISH.count(len(self.found), "customer"))

    def _name(self, row: Row) -> Markup:
        named: Markup | str = row["name"]
        page = f"{row['customer']}/{page_name(row['service'] if self._services[row['customer']] > 1 else '')}"
        if page in self.with_report:
            named = fill('<a href="{}">{}</a>', page, row["name"])
        training = badge("note", "training customer") if row["is_training"] else EMPTY
        return lines(named, faint(row["provider"]), faint(row["customer"]), training)

    def parties(self) -> Block:
        """Who is waited for most, over all customers."""
        waits = self._counted[self._counted["who"] != ""].groupby("who", sort=False).size()
        if waits.empty:
            return Block(paragraph("Nobody is waited for.", "calm"))
        rows = [[party, number] for party, number in waits.sort_values(ascending=False, kind="stable").items()]
        return Block(table("Who is waited for", {"Party": 70, "Customers": 30}, rows, numeric=1, is_alone=True))


def _standing(row: Row) -> Markup:
    return lines(
        badge(TONES[row["health"]], row["health"]),
        faint(f"{row['closed']} of {ENGLISH.count(row['total'], 'task')} closed"),
        faint(row["stage"]),
    )


def _waits(row: Row) -> Markup:
    if not row["who"]:
        return EMPTY
    more = f"and {row['more']} more" if row["more"] else ""
    return lines(row["who"], faint(row["title"]), faint(more))


def _due(row: Row) -> Markup:
    go_live = row["go_live_on"]
    late = badge("stop", "overdue") if row["is_overdue"] else EMPTY
    return lines(FORMATTER.day(row["due_on"]), late, faint(f"go-live {FORMATTER.day(go_live)}") if go_live else EMPTY)

"""All customers on one page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from onboarding.domain.record import Customer, Engagement, TaskState
from onboarding.report.portfolio import Health, Portfolio, portfolio_lines
from onboarding.report.render import clean
from onboarding.store.model import CustomerStatus, StatusRow

TODAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 15, tzinfo=UTC)


def _status(
    name: str, *rows: StatusRow, go_live: date | None = None, closed: int = 3, total: int = 9
) -> CustomerStatus:
    engagement = Engagement("e1", name, "chinook", AT)
    return CustomerStatus(Customer(name, f"{name} & Co", AT, go_live), engagement, closed, total, rows)


def _owed(state: TaskState = TaskState.WAITING, due: date | None = None) -> StatusRow:
    return StatusRow("telephony", "telephony.sign-loa", "Sign the letter", state, "customer", AT, due)


@pytest.mark.parametrize(
    ("status", "health"),
    [
        (_status("a", closed=9), Health.COMPLETE),
        (_status("a", _owed(TaskState.UNKNOWN)), Health.STOPPED),
        (_status("a", _owed(TaskState.REJECTED)), Health.STOPPED),
        (_status("a", _owed(due=date(2026, 3, 9))), Health.OVERDUE),
        (_status("a", _owed(due=TODAY)), Health.ON_TRACK),
        (_status("a", _owed(), go_live=date(2026, 3, 16)), Health.AT_RISK),
        (_status("a", _owed(), go_live=date(2026, 3, 17)), Health.ON_TRACK),
        (_status("a", _owed(), go_live=date(2026, 3, 1)), Health.AT_RISK),
    ],
)
def test_health_follows_from_dates_and_states(status: CustomerStatus, health: Health) -> None:
    """Refused or unknown is stopped, a promise not kept overdue, a near go-live with open work at risk."""
    assert portfolio_lines([status], TODAY)[0].health is health


def test_the_one_to_look_at_first_stands_first() -> None:
    """Stopped before overdue before at risk before on track before complete."""
    statuses = [
        _status("done", closed=9),
        _status("fine", _owed()),
        _status("late", _owed(due=date(2026, 3, 1))),
        _status("refused", _owed(TaskState.REJECTED)),
        _status("near", _owed(), go_live=TODAY),
    ]
    assert [line.id for line in portfolio_lines(statuses, TODAY)] == ["refused", "late", "near", "fine", "done"]


def test_a_customer_with_a_report_is_a_link_that_survives_cleaning() -> None:
    """Only our own report pages are linked, and a hostile name stays text."""
    lines = portfolio_lines([_status("acme", _owed()), _status("other", _owed())], TODAY)
    html = str(Portfolio(lines, AT, {"acme"}).customers().html)
    cleaned = clean(html)
    assert 'href="acme/completion.html"' in cleaned
    assert "other/completion.html" not in cleaned
    assert "acme &amp; Co" in cleaned


def test_a_training_customer_is_marked() -> None:
    """A reader of the portfolio does not take it for one who is served."""
    status = _status("acme", _owed())
    trained = replace(status, customer=replace(status.customer, is_training=True))
    for found, is_marked in ((status, False), (trained, True)):
        page = Portfolio(portfolio_lines([found], TODAY), AT, set())
        assert ("training customer" in str(page.customers().html)) is is_marked


@pytest.mark.parametrize("address", ["../etc/passwd", "//host.example/x", "x/y.html", "javascript:alert(1)", "/x"])
def test_no_other_relative_address_survives(address: str) -> None:
    """A page links to reports beside it and to places in itself, nowhere else."""
    assert "href" not in clean(f'<a href="{address}">x</a>')


def test_an_empty_workspace_has_a_page_too(tmp_path: Path) -> None:
    """No customer is a state like any other."""
    page = Portfolio([], AT, set())
    assert "no customers" in str(page.heading().html)
    assert page.parties().html

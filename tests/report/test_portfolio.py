"""All customers on one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from onboarding import frames
from onboarding.domain.calendar import Calendar
from onboarding.domain.history import Customer, End, Ending, TaskState
from onboarding.report.portfolio import Portfolio
from onboarding.report.render import clean
from onboarding.store.store import Store
from onboarding.store.values import StatusRow

AT = datetime(2026, 3, 10, 15, tzinfo=UTC)


def over_at(due: date | None) -> datetime | None:
    return Calendar(time_zone="America/New_York").over_at(due) if due else None


def _owed(due: date | None = None) -> StatusRow:
    return StatusRow(
        "telephony",
        "telephony.sign-loa",
        "Sign the letter",
        TaskState.WAITING,
        "customer",
        AT,
        due,
        late_at=over_at(due),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path, "") as opened:
        yield opened


def _add(store: Store, name: str, *rows: StatusRow, is_training: bool = False) -> None:
    store.create_customer(Customer(name, f"{name} & Co", AT, is_training=is_training), "chinook")
    store.note_progress(name, rows)


def _page(store: Store, *with_report: str) -> Portfolio:
    pages = {f"{name}/completion.html" for name in with_report}
    return Portfolio(frames.overview(AT.isoformat(), store=store), AT, pages)


def test_a_customer_with_a_report_is_a_link_that_survives_cleaning(store: Store) -> None:
    """Only our own report pages are linked, and a hostile name stays text."""
    _add(store, "acme", _owed())
    _add(store, "other", _owed())
    cleaned = clean(str(_page(store, "acme").customers().html))
    assert 'href="acme/completion.html"' in cleaned
    assert "other/completion.html" not in cleaned
    assert "acme &amp; Co" in cleaned


def test_a_training_customer_is_marked(store: Store) -> None:
    """A reader of the portfolio does not take it for one who is served."""
    _add(store, "acme", _owed())
    assert "training customer" not in str(_page(store).customers().html)
    _add(store, "sample", is_training=True)
    assert str(_page(store).customers().html).count("training customer") == 1


def test_customers_for_training_are_counted_apart(store: Store) -> None:
    """Nobody who trains makes it look as if somebody who is served were late; alone they are what there is."""
    _add(store, "trial", _owed(date(2026, 3, 9)), is_training=True)
    assert "1 customer to look at first" in _page(store).heading().words
    _add(store, "acme", _owed())
    page = _page(store)
    html = str(page.heading().html)
    assert page.heading().words == "Nothing is late."
    assert ("1 customer<" in html, "Overdue" in html, "For training" in html) == (True, False, True)
    assert ">1</td>" in str(page.parties().html)
    assert "trial" in str(page.customers().html)


def test_a_customer_says_what_is_urgent_and_whom_it_waits_for(store: Store) -> None:
    """Provider, stage and party by their titles, the promised day, how much else is open and how much is closed."""
    late = replace(_owed(date(2026, 3, 9)), task="telephony.deliver", title="Deliver the numbers", party="reseller")
    done = StatusRow("gather", "gather.a", "Ask", TaskState.DONE)
    _add(store, "acme", done, _owed(date(2026, 3, 16)), late, replace(done, task="gather.b"))
    page = _page(store)
    html = str(page.customers().html)
    what = (
        "Chinook Communications",
        "Identify telephony requirements",
        "Deliver the numbers",
        "Reseller",
        "and 1 more",
    )
    for words in (*what, "2 of 4 tasks closed", "Mon\N{NO-BREAK SPACE}9\N{NO-BREAK SPACE}Mar", "overdue"):
        assert words in html
    assert "1 customer to look at first" in str(page.heading().html)


def test_parties_are_counted_by_the_customers_that_wait_for_them(store: Store) -> None:
    """The one most customers wait for first."""
    for name, party in (("a", "reseller"), ("b", "customer"), ("c", "customer")):
        _add(store, name, replace(_owed(), party=party))
    html = str(_page(store).parties().html)
    assert html.index("Customer</th>") < html.index("Reseller</th>")
    assert ">2</td>" in html


@pytest.mark.parametrize("address", ["../etc/passwd", "//host.example/x", "x/y.html", "javascript:alert(1)", "/x"])
def test_no_other_relative_address_survives(address: str) -> None:
    """A page links to reports beside it and to places in itself, nowhere else."""
    assert "href" not in clean(f'<a href="{address}">x</a>')


def test_an_empty_workspace_has_a_page_too(store: Store) -> None:
    """No customer is a state like any other."""
    page = _page(store)
    assert "no customers" in str(page.heading().html)
    assert page.parties().html


def test_an_ended_customer_is_counted_apart(store: Store) -> None:
    """It stands last, waits for nobody, and is no longer among those that are late."""
    _add(store, "acme", _owed(date(2026, 3, 9)))
    _add(store, "other", _owed(date(2026, 3, 9)))
    store.end("acme", End(Ending.DELETED, AT, "Ana Diaz", "wound up"))
    page = _page(store)
    assert list(page.found["customer"]) == ["other", "acme"]
    assert list(page.found["health"]) == ["overdue", "ended"]
    assert list(page.found["who"])[1] == ""
    assert "1 customer to look at first" in page.heading().words
    assert "Ended" in str(page.heading().html)

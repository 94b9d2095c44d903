"""The instant a customer is worked as of never lies: nothing is dated back, and nothing lies ahead."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onboarding import frames
from onboarding.case.case import Case
from onboarding.case.clock import Instants, as_of, check_all, check_as_of, dated_back
from onboarding.cli.app import app
from onboarding.domain.history import Customer
from onboarding.engine import kernels
from onboarding.engine.batch import BatchOptions, run_batch
from onboarding.engine.stage_run import RunParameters, RunResult, run_stage
from onboarding.errors import InputError
from onboarding.notebook.run import open_run
from onboarding.report.completion import figures_of
from onboarding.report.exceptions import Trouble
from onboarding.report.make import make_portfolio
from onboarding.report.portfolio import open_portfolio
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome
from tests.engine.notebooks import no_kernel

BEGUN = datetime(2026, 3, 2, 14, tzinfo=UTC)
NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two customers made on 2 March, one of them for training; something was recorded on the fifth."""
    monkeypatch.setenv("ONBOARDING_HOME", str(tmp_path))
    opened = Store.open(tmp_path, "")
    for name, is_training in (("real", False), ("trial", True)):
        opened.create_customer(Customer(name, name.title(), BEGUN, is_training=is_training), "chinook")
        Case.open(opened, name, BEGUN + timedelta(days=3), "R. Diaz").save_answers({"company": {"name": "X"}}, "test")
    return opened


def at(store: Store, name: str, text: str) -> datetime:
    return as_of(Case.open(store, name, NOW, "R. Diaz"), text, NOW).at


def for_all(store: Store, text: str) -> dict[str, datetime]:
    """The instant that a list of all customers takes for each."""
    instants = Instants(store, text, NOW)
    return {one.customer: instants.checked(one.customer, one.profile, one.edition) for one in store.engagements()}


def test_as_of_lies_between_the_last_record_and_tomorrow(store: Store) -> None:
    """A day is its morning at the provider's place; the very instant of the last record is not before it."""
    assert at(store, "real", "") == NOW
    assert at(store, "real", "2026-03-06") == datetime(2026, 3, 6, 14, tzinfo=UTC)
    assert at(store, "real", "2026-03-05T14:00+00:00") == BEGUN + timedelta(days=3)
    assert at(store, "real", "2026-03-11T08:00+00:00") == NOW + timedelta(days=1)


def test_a_day_is_never_before_what_was_recorded_on_it(store: Store) -> None:
    """Nine o'clock comes at other instants elsewhere: of the same day the last record counts, for one and for all."""
    west = BEGUN + timedelta(days=3, hours=1)
    Case.open(store, "real", west, "R. Diaz").save_answers({"company": {"name": "Y"}}, "test")
    assert at(store, "real", "2026-03-05") == west
    assert for_all(store, "2026-03-05")["real"] == west
    assert at(store, "trial", "2026-03-05") == BEGUN + timedelta(days=3)
    with pytest.raises(InputError, match="AS-OF-PAST"):
        at(store, "real", "2026-03-04")


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("2019-01-01", "AS-OF-PAST", "2026-03-05 14:00 UTC"),
        ("2026-03-05T13:59:59+00:00", "AS-OF-PAST", "2026-03-05 14:00 UTC"),
        ("2026-03-11T08:00:01+00:00", "AS-OF-AHEAD", "2026-03-10 08:00 UTC"),
    ],
)
def test_anything_else_is_refused_with_the_instant_that_counts(store: Store, text: str, code: str, named: str) -> None:
    """The customer, both instants and what to do; for all customers at once the first that may not be is named."""
    for refused in (lambda: at(store, "real", text), lambda: check_all(store, text, lambda customer: True, NOW)):
        with pytest.raises(InputError, match="real: ") as caught:
            refused()
        assert caught.value.code == code
        assert named in str(caught.value)
        assert "--training" in caught.value.command


@pytest.mark.parametrize("text", ["2019-01-01", "2099-01-01"])
def test_a_training_customer_is_free(store: Store, text: str) -> None:
    """Weeks pass in an afternoon, and begin again."""
    assert at(store, "trial", text).isoformat().startswith(text)


def test_runs_runbooks_and_batches_refuse_it_too(store: Store) -> None:
    """Before anything is noted; in a batch the other customers have their turn."""
    past = "2026-03-03T00:00:00+00:00"
    with pytest.raises(InputError, match="AS-OF-PAST"):
        run_stage(store, "gather", RunParameters("real", as_of=past), executor=no_kernel)
    with pytest.raises(InputError, match="AS-OF-PAST"):
        open_run("gather", "real", as_of=past)
    assert store.runs() == []
    results: list[RunResult] = []
    run_batch(store, BatchOptions(as_of=past, stage="gather"), results.append, no_kernel)
    assert {result.customer: result.outcome for result in results}["real"] is RunOutcome.BAD_INPUT
    assert {run.customer for run in store.runs()} == {"trial"}


def test_a_day_is_judged_by_the_customers_it_is_asked_about(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one reseller, or of those that are named: what others have recorded since, or where they live, has no say."""
    store.layout.resellers.write_text("".join(
        f'[reseller.{name}]\nname = "{name.title()}"\nproviders = ["chinook"]\n' for name in ("acme", "zenith")
    ))  # fmt: skip
    for name, reseller, days in (("early", "acme", 1), ("late", "zenith", 200)):
        begun = BEGUN + timedelta(days=days)
        store.create_customer(Customer(name, name.title(), begun, reseller=reseller), "chinook")
    monkeypatch.setattr(kernels, "check", lambda *given: None)

    def asked(*words: str) -> int:
        return CliRunner().invoke(app, [*words, "--as-of", "2026-03-09"]).exit_code

    assert (asked("status", "--reseller", "acme"), asked("status", "--reseller", "zenith")) == (0, 2)
    assert asked("status") == 2
    assert len(open_portfolio("2026-03-09", "acme").found) == 1
    for refused in (lambda: open_portfolio("2026-03-09", "zenith"), lambda: make_portfolio(store, "2026-03-09")):
        with pytest.raises(InputError, match=r"late: .* lies before its last record"):
            refused()
    results: list[RunResult] = []
    named = BatchOptions(as_of="2026-03-09", stage="gather", customers=("early",))
    run_batch(store, named, results.append, no_kernel)
    assert [result.outcome for result in results if result.customer == "late"] == []
    assert RunOutcome.BAD_INPUT not in [result.outcome for result in results]


def test_a_batch_takes_a_day_as_a_run_does(store: Store) -> None:
    """What was recorded later on that day, wherever it is noon, does not make it another one."""
    west = datetime(2026, 3, 5, 23, tzinfo=UTC)
    Case.open(store, "real", west, "R. Diaz").save_answers({"company": {"name": "Y"}}, "test")
    results: list[RunResult] = []
    run_batch(store, BatchOptions(as_of="2026-03-05", stage="gather"), results.append, no_kernel)
    assert {result.customer for result in results} == {"real", "trial"}
    assert RunOutcome.BAD_INPUT not in [result.outcome for result in results]


def test_the_last_record_of_every_customer_is_known(store: Store) -> None:
    """Of all at once, and of one."""
    last = store.last_records()
    assert last == {"real": BEGUN + timedelta(days=3), "trial": BEGUN + timedelta(days=3)}
    assert store.last_record_at("real") == last["real"]


def test_the_machine_s_clock_stands_beside_every_date(store: Store) -> None:
    """In the chain, in the frame, by `onboard audit`, and in the report of whom somebody is served by."""
    found = store.records("real", is_apart=True)
    assert {one.subject for one in found} >= {"customer", "answers 1"}
    assert all(one.apart > timedelta(days=1) and one.recorded_at > one.as_of for one in found)
    now = datetime.now(UTC)
    store.create_customer(Customer("today", "Today", now - timedelta(hours=23)), "chinook")
    assert store.records("today", is_apart=True) == []
    assert len(store.records("today")) == 2
    frame = frames.records(store=store)
    assert set(frame[frame["is_apart"]]["customer"]) == {"real", "trial"}
    figures = {name: figures_of(Case.open(store, name, NOW, "R. Diaz")) for name in ("real", "trial", "today")}
    dated = {name: [one for one in found.exceptions if one.kind is Trouble.DATED] for name, found in figures.items()}
    assert [bool(dated[name]) for name in ("real", "trial", "today")] == [True, False, False]
    assert "Record of 2 Mar 2026" in [str(one.what) for one in dated["real"]]


def test_onboard_audit_shows_both(store: Store) -> None:
    """The proof says that there are some, the list which, by whom and when they were entered."""

    def onboard(*words: str) -> str:
        result = CliRunner().invoke(app, list(words), catch_exceptions=False)
        assert result.exit_code == 0
        return result.stdout

    assert "records dated more than a day away from the machine's clock; `onboard audit dates`" in onboard(
        "audit", "verify"
    )
    assert "`onboard audit dates`" not in onboard("audit", "verify", "trial")
    assert "2 Mar 2026" in onboard("audit", "dates", "real")
    assert {one["customer"] for one in json.loads(onboard("audit", "dates", "--json"))} == {"real", "trial"}
    store.create_customer(Customer("today", "Today", datetime.now(UTC)), "chinook")
    assert onboard("audit", "dates", "today") == "Everything is dated as it was recorded.\n"


def test_a_customer_is_not_dated_into_another_age() -> None:
    """2019 is a slip for a production customer, and refused; one for training may be of any year."""
    made = Customer("real", "Real", datetime(2019, 5, 5, tzinfo=UTC))
    with pytest.raises(InputError, match="before anything can have been recorded") as refused:
        check_as_of(made, made.created_at, None)
    assert refused.value.code == "AS-OF-PAST"
    check_as_of(replace(made, is_training=True), made.created_at, None)


def test_who_is_dated_back_is_said_so() -> None:
    """A production customer that is dated months before it is made: nothing of it is silent."""
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    made = Customer("real", "Real", datetime(2026, 3, 2, 14, tzinfo=UTC))
    assert dated_back(made, now).startswith("real is dated 2026-03-02 14:00 UTC, and made on 2026-11-29 12:00 UTC")
    assert dated_back(replace(made, created_at=now), now) == ""
    assert dated_back(replace(made, is_training=True), now) == ""

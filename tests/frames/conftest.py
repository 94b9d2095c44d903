"""Two customers: one whose letter was signed three days after it was asked for, one without any answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.case import leaving_out, work
from onboarding.case.case import Case
from onboarding.domain.action import Attachment
from onboarding.domain.event import noted
from onboarding.domain.history import Customer
from onboarding.engine.apply import apply_stage
from onboarding.profile.load import load_profile
from onboarding.resources import shipped
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome, RunStart

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
"""A Monday, nine in the morning in New York."""
SIGNED = AT + timedelta(days=3, hours=15)
"""After midnight there, so that it is Friday in UTC alone."""
LOA = Attachment("loa.pdf", "application/pdf", b"signed")


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("frames"), "") as opened:
        opened.create_customer(Customer("acme", "Acme", AT, is_training=True), "marlow-unknown")
        opened.create_customer(Customer("bright-smile", "Bright Smile", AT), "chinook")
        case = Case.open(opened, "bright-smile", AT, "R. Diaz")
        source = shipped("data", "examples", "bright-smile.toml")
        case.save_answers(read_answers(load_profile("chinook").questionnaire, source).document, "test")
        apply_stage(case, "telephony")
        work.done(Case.open(opened, "bright-smile", SIGNED, "Ben O'Neil"), "telephony.sign-loa", "signed", document=LOA)
        kim = Case.open(opened, "bright-smile", SIGNED, "Kim")
        leaving_out.waive(kim, "migrate.record-zone", "reseller", "The zone is known.")
        begun = opened.start_run(RunStart("bright-smile", "telephony", {"apply": True}, "e", "1", "R. Diaz", AT))
        opened.finish_run(begun, RunOutcome.PARKED, noted("Waiting."), AT + timedelta(minutes=2))
        opened.start_run(RunStart("bright-smile", "provision", {"apply": False}, "e", "1", "R. Diaz", SIGNED))
        yield opened


@pytest.fixture
def case(store: Store) -> Case:
    """The first of them at the moment the letter was signed."""
    return Case.open(store, "bright-smile", SIGNED, "R. Diaz")

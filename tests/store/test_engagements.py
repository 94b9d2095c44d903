"""Engagements: what is done for a customer belongs to the customer with one edition of a profile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from onboarding.domain.edition import EditionTaken
from onboarding.domain.event import NOTHING
from onboarding.domain.history import Customer, End, Ending, Engagement, TaskRecord, TaskState
from onboarding.errors import InputError
from onboarding.profile.load import edition_of
from onboarding.store.scope import Scope
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome, RunStart

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAME = "bright-smile"
EDITION = edition_of("chinook")


def test_a_customer_is_made_with_its_engagement(store: Store) -> None:
    """It knows its profile and edition, and its id tells neither."""
    made = store.create_customer(Customer("acme", "Acme", AT), "chinook", "anna", EDITION)
    begun = Engagement(made.id, "acme", "chinook", AT, EDITION.digest, editions=made.editions, service="chinook")
    assert made == store.engagement("acme") == begun
    assert made.editions == (EditionTaken("chinook", EDITION.digest, 0, AT, "anna"),)
    assert store.edition(EDITION.digest).digests == EDITION.digests
    assert "acme" not in made.id
    assert made.id != store.engagement(NAME).id
    assert [status.engagement for status in store.status()] == [made, store.engagement(NAME)]
    assert store.verify() == []


def test_a_customer_with_several_services_is_made_in_one_transaction(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order in which they are given; where one cannot begin there is no customer."""
    teams = edition_of("univoip-teams")
    made = store.create_customer(Customer("acme", "Acme", AT), "chinook", "anna", EDITION, "", [teams])
    assert [one.service for one in store.engagements_of("acme")] == ["chinook", "univoip-teams"]
    assert made == store.engagements_of("acme")[0]
    assert [one.number for one in store.engagements_of("acme")] == [1, 2]
    begin = Scope.begin
    monkeypatch.setattr(Scope, "begin", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.create_customer(Customer("other", "Other", AT), "chinook", "anna", EDITION, "", [teams])
    monkeypatch.setattr(Scope, "begin", begin)
    assert "other" not in {one.id for one in store.customers()}
    assert store.verify() == []


def second(store: Store) -> Engagement:
    """Another engagement of the customer, known as `mitel`."""
    return store.engage(NAME, "mitel-micloud", "mitel", "anna", AT)


def test_with_a_second_engagement_nobody_guesses(store: Store) -> None:
    """Work is refused until it is known which is meant, with those there are; the answers stay the customer's."""
    first = store.engagement(NAME)
    made = second(store)
    assert store.engagements_of(NAME) == (first, made)
    for refused in (lambda: store.set_task(NAME, TaskRecord("t.a", TaskState.DONE, AT)), lambda: store.record(NAME)):
        with pytest.raises(InputError, match=r"ENGAGEMENT-WHICH.*2 services: chinook, mitel\..*--service"):
            refused()
    assert store.within(made).engagement(NAME) == made
    assert store.within(first).engagement(NAME) == first
    assert store.save_answers(NAME, {"company": {"name": "B"}}, "anna", AT, "form") == 1
    assert store.verify() == []


@pytest.mark.parametrize(
    ("profile", "service", "code"),
    [
        ("chinook", "other", r"ENGAGEMENT-EXISTS.*chinook.*which goes on.*Go on with that one"),
        ("mitel-micloud", "chinook", "ENGAGEMENT-EXISTS"),
        ("mitel-micloud", "Two words", "SERVICE-ID"),
        ("mitel-micloud", "con", "SERVICE-ID"),
    ],
)
def test_an_engagement_that_cannot_begin_is_refused(store: Store, profile: str, service: str, code: str) -> None:
    """The same profile while it goes on, the same name, and names that folders cannot have."""
    with pytest.raises(InputError, match=code):
        store.engage(NAME, profile, service, "anna", AT)
    assert len(store.engagements_of(NAME)) == 1


def test_a_profile_that_was_called_off_may_begin_anew(store: Store) -> None:
    """Under a name of its own: the ended one keeps its name and its record."""
    store.end(NAME, End(Ending.CANCELLED, AT, "anna", "withdrawn"))
    with pytest.raises(InputError, match=r"ENGAGEMENT-EXISTS.*ended as cancelled.*another name with --service"):
        store.engage(NAME, "chinook", "chinook", "anna", AT)
    store.engage(NAME, "chinook", "chinook-2", "anna", AT)
    assert [(one.service, one.ended) for one in store.engagements_of(NAME)] == [
        ("chinook", Ending.CANCELLED), ("chinook-2", None),
    ]  # fmt: skip
    assert store.verify() == []


def test_a_task_of_two_engagements_is_two_subjects(store: Store) -> None:
    """Each has its own state, and its own records in the one chain of the customer."""
    first = store.engagement(NAME)
    store.set_task(NAME, TaskRecord("t.a", TaskState.DONE, AT))
    made = second(store)
    store.within(made).set_task(NAME, TaskRecord("t.a", TaskState.WAITING, AT))
    assert store.within(first).record(NAME).state("t.a") is TaskState.DONE
    assert store.within(made).record(NAME).state("t.a") is TaskState.WAITING
    assert store.verify() == []
    with store._database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE tasks SET state = 'done' WHERE engagement = '{made.id}'")
    assert [(finding.kind, finding.subject) for finding in store.verify()] == [("changed", "task t.a")]


def test_runs_of_a_customer_are_numbered_through(store: Store) -> None:
    """So that a run's id and its notebook's name say one run, whichever engagement it was of; each can be found."""
    stores = [store.within(one) for one in (store.engagement(NAME), second(store))]
    start = RunStart(NAME, "gather", {}, "e", "1", "anna", AT)
    ids = [one.start_run(start) for one in (*stores, *stores)]
    assert ids == [f"{NAME}.{number:04d}" for number in (1, 2, 3, 4)]
    store.finish_run(ids[1], RunOutcome.DONE, NOTHING, AT, b"{}")
    assert store.run(ids[1]).notebook == f"{NAME}/0002-gather.ipynb"
    assert [run.id for run in store.runs(NAME)] == ids
    assert [run.id for run in stores[1].runs(NAME)] == ids[1::2]
    assert {finding.kind for finding in store.verify()} <= {"contradiction"}


def test_a_store_within_an_engagement_reads_other_customers_as_ever(store: Store) -> None:
    """What is meant of one customer says nothing about another."""
    store.create_customer(Customer("acme", "Acme", AT), "chinook")
    inside = store.within(second(store))
    inside.set_task("acme", TaskRecord("t.a", TaskState.DONE, AT))
    assert store.record("acme").state("t.a") is TaskState.DONE
    assert inside.runs("acme") == []


def test_training_is_settled_when_the_customer_is_made(store: Store) -> None:
    """It comes back, is in the chain, and can neither be changed nor forged."""
    made = Customer("school", "School", AT, is_training=True)
    store.create_customer(made, "chinook")
    assert store.customer("school").is_training
    assert not store.customer(NAME).is_training
    with pytest.raises(InputError, match="CUSTOMER-TRAINING-FIXED"):
        store.change_customer(replace(made, is_training=False), "anna", AT)
    store.change_customer(replace(made, name="The School"), "anna", AT)
    assert store.verify() == []
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE customers SET is_training = 0 WHERE id = 'school'")
    assert [(finding.customer, finding.subject) for finding in store.verify()] == [("school", "customer")]

"""Engagements: what is done for a customer belongs to the customer with one edition of a profile."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import UTC, datetime

import pytest

from onboarding.domain.edition import EditionTaken
from onboarding.domain.history import Customer, Engagement, TaskRecord, TaskState
from onboarding.errors import InputError
from onboarding.profile.load import edition_of
from onboarding.store import tables
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAME = "bright-smile"
EDITION = edition_of("chinook")


def test_a_customer_is_made_with_its_engagement(store: Store) -> None:
    """It knows its profile and edition, and its id tells neither."""
    made = store.create_customer(Customer("acme", "Acme", AT), "chinook", "anna", EDITION)
    assert (
        made
        == store.engagement("acme")
        == replace(Engagement(made.id, "acme", "chinook", AT, EDITION.digest), editions=made.editions)
    )
    assert made.editions == (EditionTaken("chinook", EDITION.digest, 0, AT, "anna"),)
    assert store.edition(EDITION.digest).digests == EDITION.digests
    assert "acme" not in made.id
    assert made.id != store.engagement(NAME).id
    assert [status.engagement for status in store.status()] == [made, store.engagement(NAME)]
    assert store.verify() == []


def test_with_a_second_engagement_nobody_guesses(store: Store) -> None:
    """Work is refused until it is known which is meant; the answers stay the customer's."""
    second = replace(store.engagement(NAME), id="0" * 16, profile="mitel-micloud")
    with store._writing(NAME) as scope:
        scope.add(tables.engagements, asdict(second), "anna", "engagement.begin", AT)
    with pytest.raises(InputError, match="ENGAGEMENT-WHICH"):
        store.set_task(NAME, TaskRecord("t.a", TaskState.DONE, AT))
    with pytest.raises(InputError, match="ENGAGEMENT-WHICH"):
        store.engagement(NAME)
    assert store.save_answers(NAME, {"company": {"name": "B"}}, "anna", AT, "form") == 1
    assert store.verify() == []


def test_a_task_of_two_engagements_is_two_subjects(store: Store) -> None:
    """Each has its own state, and its own records in the one chain of the customer."""
    first = store.engagement(NAME)
    store.set_task(NAME, TaskRecord("t.a", TaskState.DONE, AT))
    second = replace(first, id="0" * 16)
    row = TaskRecord("t.a", TaskState.WAITING, AT)
    with store._writing(NAME) as scope:
        scope.add(tables.engagements, asdict(second), "anna", "engagement.begin", AT)
        scope.add(
            tables.tasks,
            {**{field.name: getattr(row, field.name) for field in fields(row)}, "engagement": second.id},
            "anna",
            "task.waiting",
            AT,
        )
    assert store.verify() == []
    with store._database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE tasks SET state = 'done' WHERE engagement = '{second.id}'")
    assert [(finding.kind, finding.subject) for finding in store.verify()] == [("changed", "task t.a")]


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

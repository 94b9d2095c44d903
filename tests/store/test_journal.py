"""An intent before every effect, its outcome after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from onboarding.domain.action import Outcome, Verdict
from onboarding.domain.event import noted
from onboarding.errors import EvidenceError
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)
CUSTOMER = "bright-smile"


def test_intent_then_outcome(store: Store, action) -> None:
    """An entry holds what was intended and, once concluded, what came of it."""
    revision = store.revision(CUSTOMER, "provision", "digest", AT)
    entry = store.intend(CUSTOMER, "provision", action(email="a"), "r1", AT)
    assert (entry.is_new, entry.outcome, entry.revision, entry.stage) == (True, None, revision, "provision")
    outcome = Outcome(Verdict.DONE, "U-1", noted("created"), {"id": 7})
    store.conclude(CUSTOMER, "r1", outcome, LATER)
    (kept,) = store.journal(CUSTOMER)
    assert (kept.outcome, kept.intended_at, kept.concluded_at) == (outcome, AT, LATER)
    assert kept.body_digest == action(email="a").body_digest
    assert store.verify() == []


def test_an_intent_is_written_once(store: Store, action) -> None:
    """The same ref again shows the entry as it stands: unfinished, unknown, handed over or done."""
    store.intend(CUSTOMER, "provision", action(), "r1", AT)
    assert not store.intend(CUSTOMER, "provision", action(), "r1", LATER).is_new
    for verdict in (Verdict.UNKNOWN, Verdict.PENDING, Verdict.DONE):
        store.conclude(CUSTOMER, "r1", Outcome(verdict), LATER)
        again = store.intend(CUSTOMER, "provision", action(), "r1", LATER)
        assert (again.is_new, again.outcome.verdict, again.intended_at) == (False, verdict, AT)


@pytest.mark.parametrize("verdict", [Verdict.REJECTED, Verdict.NOT_SENT])
def test_where_nothing_happened_one_may_try_again(store: Store, action, verdict: Verdict) -> None:
    """A new attempt forgets the old outcome, so that a kill in it shows as unfinished; attempts are counted."""
    store.intend(CUSTOMER, "provision", action(), "r1", AT)
    store.conclude(CUSTOMER, "r1", Outcome(verdict, message=noted("no licence left")), AT)
    again = store.intend(CUSTOMER, "provision", action(), "r1", LATER)
    assert (again.is_new, again.outcome, again.attempts, again.intended_at) == (True, None, 2, LATER)
    assert store.verify() == []


def test_one_ref_one_body(store: Store, action) -> None:
    """The same ref with another body, or for another action, is refused and nothing is written."""
    store.intend(CUSTOMER, "provision", action(plan="basic"), "r1", AT)
    for other in (action(plan="full"), action("b", plan="basic")):
        with pytest.raises(EvidenceError, match="JOURNAL-BODY"):
            store.intend(CUSTOMER, "provision", other, "r1", AT)
    assert len(store.journal(CUSTOMER)) == 1


def test_done_is_final(store: Store, action) -> None:
    """Done again changes nothing; anything else after done is a contradiction; so is an outcome out of nowhere."""
    store.intend(CUSTOMER, "provision", action(), "r1", AT)
    store.conclude(CUSTOMER, "r1", Outcome(Verdict.UNKNOWN), AT)
    store.conclude(CUSTOMER, "r1", Outcome(Verdict.DONE, "U-1"), AT)
    store.conclude(CUSTOMER, "r1", Outcome(Verdict.DONE, "U-2"), LATER)
    assert store.journal(CUSTOMER)[0].outcome.reference == "U-1"
    with pytest.raises(EvidenceError, match="JOURNAL-DONE"):
        store.conclude(CUSTOMER, "r1", Outcome(Verdict.REJECTED), LATER)
    with pytest.raises(EvidenceError, match="JOURNAL-INTENT"):
        store.conclude(CUSTOMER, "r2", Outcome(Verdict.DONE), LATER)


def test_entries_of_one_action(store: Store, action) -> None:
    """The journal is read whole or by action, in the order of first intent."""
    for ref, key in (("9", "a"), ("1", "b"), ("5", "a")):
        store.intend(CUSTOMER, "provision", action(key), ref, AT)
    assert [entry.ref for entry in store.journal(CUSTOMER)] == ["9", "1", "5"]
    assert [entry.ref for entry in store.journal(CUSTOMER, action("a").id)] == ["9", "5"]


def test_a_task_was_first_asked_for_when_something_was_first_intended(store: Store, action) -> None:
    """Of several things for one task the earliest counts; nothing is known of tasks without any."""
    store.intend(CUSTOMER, "provision", action("a"), "r1", LATER)
    store.intend(CUSTOMER, "provision", action("b"), "r2", AT)
    assert store.first_asked(CUSTOMER) == {action().task: AT}


def test_what_an_outside_system_says_is_always_kept(store: Store, action) -> None:
    """Huge numbers, NaN and broken text in an answer never keep an outcome from being written."""
    store.intend(CUSTOMER, "provision", action(), "r1", AT)
    said = {"id": 2**63, "rate": float("nan"), "name": "a\ud800\0", "at": AT, "tags": {1}, 5: None}
    store.conclude(CUSTOMER, "r1", Outcome(Verdict.DONE, "\0", noted("b\ud800"), said), AT)
    kept = store.journal(CUSTOMER)[0].outcome
    assert kept.observed["id"] == "9223372036854775808"
    assert kept.verdict is Verdict.DONE
    assert store.verify() == []


def test_revisions_count_what_is_wanted(store: Store) -> None:
    """The number stays while the wanted digest stays; each stage counts for itself; going back is a new revision."""
    numbers = [store.revision(CUSTOMER, "provision", digest, AT) for digest in ("a", "a", "b", "b", "a")]
    assert numbers == [1, 1, 2, 2, 3]
    assert store.revision(CUSTOMER, "migrate", "a", AT) == 1


def test_an_intent_outlives_its_process(store: Store, start) -> None:
    """kill -9 between intent and outcome leaves the intent, and shows it as an attempt without end."""
    worker = start("intend")
    assert worker.line() == "ready"
    worker.kill()
    (entry,) = store.journal(CUSTOMER)
    assert (entry.ref, entry.outcome, entry.concluded_at) == ("bright-smile/1/a", None, None)
    assert store.verify() == []

"""What people do: the import, and everything where no portal or no mail server is set."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from onboarding.case import work
from onboarding.domain.action import Verdict
from onboarding.domain.history import TaskState
from onboarding.errors import InputError, Parked
from tests.world import DOMAIN, PAPER, World

READY, WAITING, BLOCKED, DONE = TaskState.READY, TaskState.WAITING, TaskState.BLOCKED, TaskState.DONE


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ("2026-03-02T14:00", date(2026, 3, 3)),  # Monday morning
        ("2026-03-06T20:00", date(2026, 3, 9)),  # Friday afternoon: over the weekend, on which the clock changes
        ("2026-03-07T15:00", date(2026, 3, 10)),  # Saturday counts as received on Monday
        ("2026-03-02T22:30", date(2026, 3, 4)),  # Monday 17:30, after the close of business
        ("2026-05-22T14:00", date(2026, 5, 26)),  # Friday before Memorial Day
        ("2026-07-02T22:30", date(2026, 7, 7)),  # Thursday evening before the third of July, which is a holiday
    ],
)
def test_an_import_takes_one_business_day(small: World, sent: str, due: date) -> None:
    """The request leaves with the sheet attached; the import is due one business day after it counts as received."""
    small.at = datetime.fromisoformat(sent).replace(tzinfo=UTC)
    small.save(provisioning={"mechanism": "import"})
    small.apply("provision")
    assert small.subjects() == ["User import: Bright Smile Dental Group"]
    mail = small.sandbox.mails()[0].read_bytes()
    assert b"bright-smile-onboarding-sheet.xlsx" in mail
    assert b"POST" not in mail
    view = small.task("provision.confirm-user-import")
    assert (view.state, view.waits_for, view.due_on) == (WAITING, "support-engineer", due)
    assert small.writes() == {"POST /companies": 1}


def test_an_import_is_done_when_everybody_is_seen(small: World) -> None:
    """A part of the users keeps the task waiting and counts them; nobody can report it done before all are there."""
    small.save(provisioning={"mechanism": "import"})
    small.apply("provision")
    rows = [{name: user[name] for name in ("email", "first_name", "last_name", "site", "extension")}
            for user in small.answers["users"]]  # fmt: skip
    small.sandbox.people().import_users(DOMAIN, rows[:2])
    small.apply("provision")
    view = small.task("provision.confirm-user-import")
    assert (view.state, view.reasons, view.due_on) == (WAITING, ("2 of 3 seen so far",), date(2026, 3, 3))
    with pytest.raises(Parked, match=r"the portal does not show it for carla\.weiss"):
        small.done("provision.confirm-user-import")
    small.sandbox.people().import_users(DOMAIN, rows)
    small.apply("provision")
    assert small.state("provision.confirm-user-import") is DONE
    assert len(small.evidence("provision.confirm-user-import")) == 3
    assert small.subjects() == ["User import: Bright Smile Dental Group"]


# --- Without a portal, without a mail server --------------------------------------------------------------------------


def test_without_a_portal_a_person_is_asked_once(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No portal is set: the values to type are handed to a person once; their word closes the task."""
    monkeypatch.delenv("ONBOARDING_PORTAL_URL")
    small.apply("provision")
    view = small.task("provision.create-company")
    assert (view.state, small.state("provision.create-users")) == (WAITING, BLOCKED)
    (entry,) = small.store.journal(small.name)
    assert entry.outcome is not None
    assert entry.outcome.verdict is Verdict.PENDING
    assert f"domain: {DOMAIN}" in str(entry.outcome.message)
    small.apply("provision")
    assert len(small.store.journal(small.name)) == 1
    small.done("provision.create-company")
    small.apply("provision")
    newest = small.store.journal(small.name)[-1].outcome
    assert newest is not None
    assert "ana.ortiz" in str(newest.message)
    small.done("provision.create-users")
    small.apply("provision")
    assert len(small.store.journal(small.name)) == 2
    assert small.case.progress().is_stage_complete("provision")
    assert [line.document_name for line in small.evidence("provision.create-users")] == ["letter.txt"]
    assert small.sandbox.requests == {}


def test_without_a_mail_server_a_request_waits_in_the_outbox(mixed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail lies in the outbox until somebody says that it was sent; no run takes it for sent, or writes another."""
    monkeypatch.delenv("ONBOARDING_SMTP_HOST")
    task = "telephony.request-new-numbers"
    for _ in range(3):
        mixed.apply("telephony")
        view = mixed.task(task)
        assert (view.state, view.since) == (WAITING, mixed.case.at)
        assert len(list(mixed.store.layout.outbox.glob("*.eml"))) == 1
        assert mixed.state("telephony.deliver-new-numbers") is BLOCKED
    mixed.done(task)
    assert mixed.state(task) is DONE
    mixed.apply("telephony")
    assert mixed.state(task) is DONE
    assert mixed.state("telephony.deliver-new-numbers") is WAITING
    assert len(list(mixed.store.layout.outbox.glob("*.eml"))) == 1


def test_a_request_a_person_made_is_not_sent_again(mixed: World) -> None:
    """Somebody wrote to Chinook before any run did: their word stands, and no mail follows."""
    mixed.done("telephony.request-new-numbers")
    for _ in range(2):
        mixed.apply("telephony")
    assert "New telephone numbers: Bright Smile Dental Group, 1 numbers" not in mixed.subjects()
    assert mixed.state("telephony.request-new-numbers") is DONE
    mixed.save(new_numbers=[{**row, "quantity": 9} for row in mixed.answers["new_numbers"]])
    mixed.apply("telephony")
    assert "New telephone numbers: Bright Smile Dental Group, 9 numbers" in mixed.subjects()


def test_a_proof_is_added_to_what_was_done(mixed: World) -> None:
    """The task stays as it was done; the file is kept as a line of its own, by whose the task is, once, and no other
    task's file.
    """
    task, letter, signer = "telephony.deliver-new-numbers", "telephony.sign-loa", "ben.oneil@brightsmile.example"
    mixed.apply("telephony")
    work.done(mixed.case.acting(signer), letter, document=PAPER)
    work.done(mixed.case, task, "told by telephone")
    before = mixed.case.record.tasks[task]
    later = replace(PAPER, name="numbers.txt", data=b"The numbers, in writing.")
    with pytest.raises(InputError, match="TASK-PERSON"):
        work.done(mixed.case.acting(signer), task, document=later)
    with pytest.raises(InputError, match="DOCUMENT-TWICE"):
        work.done(mixed.case, task, document=PAPER)
    line = work.done(mixed.case.acting("Dana Cole"), task, document=later)
    assert (str(line.what), line.by, line.document_name) == ("proof added to what was done", "Dana Cole", "numbers.txt")
    assert mixed.case.record.tasks[task] == before
    assert [one.document_name for one in mixed.evidence(task)] == ["", "numbers.txt"]
    with pytest.raises(InputError, match="TASK-CLOSED"):
        work.done(mixed.case, task, document=later)
    assert mixed.store.verify() == []


def test_a_document_that_covers_no_more_is_named_with_what_changed(mixed: World) -> None:
    """Instead of saying that none is filed."""
    mixed.apply("telephony")
    work.done(mixed.case.acting("ben.oneil@brightsmile.example"), "telephony.sign-loa", document=PAPER)
    mixed.save(company=mixed.answers["company"] | {"name": "Bright Smile Dental LLC"})
    (missing,) = mixed.case.progress().gates["loa-signed"].missing
    assert str(missing).startswith("The document letter.txt of 2026-03-02 does not cover the answers as they are: ")
    assert "Bright Smile Dental LLC" in str(missing)


def test_a_letter_a_gate_waits_for_is_not_done_by_word(mixed: World) -> None:
    """Without the file the report is refused and the task stays open; nothing is left that only a file could close."""
    task = "telephony.sign-loa"
    mixed.apply("telephony")
    with pytest.raises(InputError, match="PROOF-MISSING: Sign the letter of authorization: a file is needed"):
        work.done(mixed.case, task, "signed")
    assert mixed.state(task) is WAITING
    mixed.store.set_task(mixed.name, replace(mixed.case.record.tasks[task], state=DONE))
    mixed.done(task)
    assert mixed.case.progress().gates["loa-signed"].is_open
    with pytest.raises(InputError, match="TASK-CLOSED"):
        mixed.done(task)

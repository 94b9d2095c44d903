"""What the audit chain holds: named columns, keyed digests, opaque ids, and both clocks."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from onboarding.domain.action import Attachment
from onboarding.domain.event import noted
from onboarding.domain.history import Customer, Evidence, TaskRecord, TaskState
from onboarding.domain.json import digest
from onboarding.errors import EvidenceError
from onboarding.store import tables
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAME = "bright-smile"
SECRETS = (NAME, "Bright Smile", "anna", "Anna Ortiz", "t.a", "loa.pdf", "chinook", "+16175550101")
FIRST_LISTS = {
    "answers": "version sections changed digest by at source",
    "audit": "format chain seq engagement action schema before after as_of recorded_at sealed prev",
    "customers": "id chain name created_at go_live_on language is_training reseller",
    "decisions": (
        "seq gate is_approved by role at digest note document decided_on answers version is_verified origin entered_by"
    ),
    "documents": "sha256 name media_type size at",
    "earlier_tasks": "phase task state at party due_on by note reference version entered_by",
    "engagements": "id profile edition created_at ended ended_at ended_by ended_why editions service number",
    "evidence": "seq task at by what about reference document document_name observed version entered_by is_on_trust",
    "hand_overs": "phase at by version",
    "inventory": "kind scope value what state by since is_training until",
    "journal": (
        "ref seq action_id task stage revision version connector body_digest summary attempts intended_at verdict "
        "reference message observed concluded_at"
    ),
    "parties": "task party by at",
    "phases": "number title by at kept after_evidence after_decision",
    "plans": "stage revision digest at",
    "runs": (
        "number stage parameters edition library_version by started_at begun_at is_headless source_digest host pid "
        "process outcome message finished_at last_cell notebook digest size details"
    ),
    "tasks": "task state at party due_on by note reference version entered_by",
}
"""The columns that the first digests of each audited table cover: what a record was made by stays for good."""

HASHED = tables.digested(tables.audit)[1]
LATER_RELEASE = """
import sys
from datetime import datetime
from pathlib import Path
from sqlalchemy import Column, Text
from onboarding.store import tables

tables.tasks.append_column(Column("ticket", Text))
if sys.argv[2] == "digested":
    tables.tasks.info["digested"][2] = [*tables.tasks.info["digested"][1], "ticket"]

from onboarding.domain.history import TaskRecord, TaskState
from onboarding.store.store import Store

with Store.open(Path(sys.argv[1]), "") as store:
    print([str(finding) for finding in store.verify()])
    at = datetime.fromisoformat("2026-03-03T09:00:00+00:00")
    with store._writing("bright-smile") as scope:
        scope.put(tables.tasks, {"task": "t.a", "state": TaskState.DONE, "ticket": "T-1"}, "", "task.done", at)
        texts = dict.fromkeys(("party", "by", "reference", "entered_by"), "")
        values = {"state": TaskState.DONE, "at": at, "version": 0, **texts}
        scope.put(tables.tasks, {"task": "t.b", "ticket": "T-2", **values}, "", "task.done", at)
    print([str(finding) for finding in store.verify()])
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE tasks SET ticket = 'forged'")
    print([finding.subject for finding in store.verify()])
"""


def work(store: Store) -> None:
    sha256 = store.keep_document(NAME, Attachment("loa.pdf", "application/pdf", b"%PDF"), "Anna Ortiz", AT)
    store.set_task(NAME, TaskRecord("t.a", TaskState.WAITING, AT, "carrier", by="Anna Ortiz"))
    store.add_evidence(NAME, Evidence("t.a", AT, "Anna Ortiz", noted("signed"), "+16175550101", document=sha256))


def chain(store: Store) -> list[dict]:
    with store._database.reading() as connection:
        return [dict(row) for row in connection.execute(select(tables.audit)).mappings()]


def test_a_record_says_who_did_what_by_both_clocks(store: Store) -> None:
    """Actor and subject are there to be read; the machine's time stands beside the instant that was worked as of."""
    before = datetime.now(UTC)
    work(store)
    record = chain(store)[-1]
    assert (record["customer"], record["actor"], record["subject"]) == (NAME, "Anna Ortiz", "evidence 1")
    assert record["as_of"] == AT
    assert before <= record["recorded_at"] <= datetime.now(UTC)
    assert record["engagement"] == store.engagement(NAME).id


def test_the_first_digests_cover_the_columns_they_always_did() -> None:
    """A column that is added has a list of its own, numbered from 2; nothing comes into the first one silently."""
    audited = (*tables.AUDITED, tables.inventory, tables.audit)
    assert {table.name: " ".join(tables.digested(table)[1]) for table in audited} == FIRST_LISTS


def test_what_is_hashed_names_nobody(store: Store) -> None:
    """No customer, person, number, task or file stands in what a record's hash covers."""
    work(store)
    for record in chain(store):
        assert not [secret for secret in SECRETS if secret in str([record[name] for name in HASHED])]


def test_digests_are_keyed(store: Store) -> None:
    """The same row of another customer has another digest, and no digest can be had from the row alone."""
    store.create_customer(Customer("acme", "Acme", AT), "chinook")
    for name in (NAME, "acme"):
        store.set_task(name, TaskRecord("t.a", TaskState.DONE, AT))
    first, second = (record["after"] for record in chain(store) if record["subject"] == "task t.a")
    assert first != second
    row = {"task": "t.a", "state": "done", "at": "2026-03-02T09:00:00.000000Z", "due_on": None, "note": None}
    row |= {**dict.fromkeys(("party", "by", "reference", "entered_by"), ""), "version": 0}
    assert digest({"table": "tasks", "schema": 1, "row": row}) not in (first, second)


def test_a_forgotten_customer_leaves_a_chain_that_holds_together(store: Store) -> None:
    """Rows, key and readable columns gone: it verifies, says nothing of anybody, and a change still shows."""
    store.create_customer(Customer("acme", "Acme", AT), "chinook")
    work(store)
    forget(store)
    assert store.verify() == []
    left = [record for record in chain(store) if record["customer"] != "acme"]
    assert len(left) == 5
    assert not [secret for secret in SECRETS if secret in str(left)]
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE audit SET action = 'x' WHERE customer = '' AND seq = 3")
    assert [finding.subject for finding in store.verify()] == ["audit 3"]


def forget(store: Store) -> None:
    """What taking a customer out of the workspace comes to."""
    (store.layout.documents / NAME / digest_of_file(store)).unlink()
    mine = f"engagement IN (SELECT id FROM engagements WHERE customer = '{NAME}')"
    with store._database.writing() as connection:
        connection.exec_driver_sql(
            f"DELETE FROM audit_keys WHERE chain = (SELECT chain FROM customers WHERE id = '{NAME}')"
        )
        for table in reversed(tables.metadata.sorted_tables):
            if "engagement" in table.c and table is not tables.audit:
                connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE {mine}")
        for table in ("engagements", "documents"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE customer = '{NAME}'")
        connection.exec_driver_sql(f"DELETE FROM customers WHERE id = '{NAME}'")
        blank = f"UPDATE audit SET customer = '', actor = '', subject = '' WHERE customer = '{NAME}'"
        connection.exec_driver_sql(blank)


def digest_of_file(store: Store) -> str:
    (path,) = (store.layout.documents / NAME).iterdir()
    return path.name


def test_without_its_key_a_customer_is_not_written(store: Store) -> None:
    """A key that was lost is found by the audit, and no record is made without it."""
    with store._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM audit_keys")
    with pytest.raises(EvidenceError, match="AUDIT-KEY"):
        store.set_task(NAME, TaskRecord("t.a", TaskState.DONE, AT))
    assert [str(finding) for finding in store.verify()] == [
        "missing: key of the audit chain: Without it no row can be checked against the audit chain."
    ]


def test_every_column_of_an_audited_table_is_covered() -> None:
    """The newest list of each table names all its columns but the owner: who adds one adds a list."""
    for table in (*tables.AUDITED, tables.inventory):
        lists = tables.digested(table)
        assert set(lists[max(lists)]) == set(table.c.keys()) - set(tables.OWNERS), table.name


@pytest.mark.parametrize(("kind", "found"), [("beside", "[]"), ("digested", "['task t.a', 'task t.b']")])
def test_a_column_added_later_changes_no_digest(folder: Path, kind: str, found: str) -> None:
    """Whether the new column is digested or not, the old chain verifies, goes on, and covers what its lists name."""
    with Store.open(folder, "") as store:
        store.create_customer(Customer(NAME, "Bright Smile", AT), "chinook")
        store.set_task(NAME, TaskRecord("t.a", TaskState.WAITING, AT))
        store.set_task(NAME, TaskRecord("t.old", TaskState.WAITING, AT))
        with store._database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE tasks ADD COLUMN ticket TEXT")
    command = [sys.executable, "-c", LATER_RELEASE, str(folder), kind]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.splitlines() == ["[]", "[]", found], done.stderr

"""The audit finds whatever somebody did to the record behind our back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.domain.action import Action, Attachment, Operation, Outcome, Verdict
from onboarding.domain.event import Event, noted
from onboarding.domain.history import (
    Customer,
    Evidence,
    GateDecision,
    HandOver,
    PartyConfirmation,
    TaskRecord,
    TaskState,
)
from onboarding.domain.reservation import InventoryState
from onboarding.errors import EvidenceError
from onboarding.store import tables
from onboarding.store.store import Store
from onboarding.store.values import RunStart

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WATCHED = [*(table.name for table in tables.AUDITED), "audit", "audit_keys", "inventory", "sections"]


def fill(store: Store, customer: str, area: str) -> None:
    """Something in every table, and three files."""
    store.create_customer(Customer(customer, customer.title(), AT, language="es"), "chinook", "anna")
    store.save_answers(customer, {"company": {"name": customer}, "users": [{"email": "a"}]}, "anna", AT, "form")
    store.save_section(
        customer, "company", {"name": customer, "city": "Boston"}, "ben", AT + timedelta(hours=1), "form"
    )
    sha256 = store.keep_document(customer, Attachment("loa.pdf", "application/pdf", customer.encode() * 9), "anna", AT)
    store.set_task(customer, TaskRecord("t.a", TaskState.WAITING, AT, "carrier"))
    store.set_task(customer, TaskRecord("t.a", TaskState.DONE, AT, by="anna"))
    store.confirm_party(customer, PartyConfirmation("t.a", "carrier", "anna", AT))
    store.hand_over(customer, HandOver(1, AT, "anna", 2))
    store.begin_phase(customer, "Second building", ["t.b"], "anna", AT)
    store.set_task(customer, TaskRecord("t.a", TaskState.DONE, AT, by="anna"))
    store.decide(customer, GateDecision("g.a", True, "carla", "signer", AT, "d", document=sha256))
    store.add_evidence(customer, Evidence("t.a", AT, "anna", noted("signed"), document=sha256, observed={"x": 1}))
    numbers = {("number", "", f"+1{area}5550101"): "port", ("number", "", f"+1{area}5550102"): "new"}
    store.reserve(customer, {**numbers, ("sip", "", customer): "a", ("mac", "", area): "b"}, AT, "anna")
    store.move(customer, lambda item: InventoryState.IN_SERVICE if item.what == "port" else item.state, AT, "ben")
    store.revision(customer, "provision", "a" * 64, AT)
    for key in "ab":
        action = Action(f"t.b/{key}", "t.b", "portal", Operation.CREATE, "user", key, key.upper(), {"k": key})
        store.intend(customer, "provision", action, f"{customer}/1/{key}", AT)
    store.conclude(customer, f"{customer}/1/a", Outcome(Verdict.DONE, "U-1"), AT)
    for stage in ("gather", "telephony"):
        run_id = store.start_run(RunStart(customer, stage, {"customer": customer}, "e" * 64, "1", "anna", AT))
        store.finish_run(run_id, "done", Event("report.made"), AT, f'{{"cells": ["{customer} {stage}"]}}'.encode())


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two customers with everything; tests put back what they change."""
    with Store.open(tmp_path_factory.mktemp("record") / "workspace", "") as store:
        fill(store, "acme", "617")
        fill(store, "bright-smile", "508")
        yield store


@pytest.fixture(autouse=True, scope="module")
def sound(record: Store) -> Iterator[None]:
    """Before and after all of it, nothing is found."""
    assert record.verify() == []
    yield
    assert record.verify() == []


many = settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def files(store: Store) -> list[Path]:
    return sorted(path for folder in (store.layout.archive, store.layout.documents) for path in folder.glob("*/*"))


def name_of(store: Store, path: Path) -> str:
    return path.relative_to(store.layout.folder).as_posix()


def overwrite(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(data)


@many
@given(data=st.data())
def test_every_change_of_a_file_is_found(record: Store, data: st.DataObject) -> None:
    """One byte changed, added or taken, a file removed, added or swapped: named by its path, and nothing else is."""
    path = data.draw(st.sampled_from(files(record)))
    current = path.read_bytes()
    position = data.draw(st.integers(0, len(current) - 1))
    damage = data.draw(st.sampled_from(["byte", "longer", "shorter", "empty", "removed", "added", "renamed"]))
    other = path.with_name(data.draw(st.text("abc0.", min_size=8, max_size=12)))
    forged = {
        "byte": current[:position]
        + bytes([current[position] ^ data.draw(st.integers(1, 255))])
        + current[position + 1 :],
        "longer": current + b"\0",
        "shorter": current[:-1],
        "empty": b"",
    }
    wanted = {("changed", path)}
    if damage in forged:
        overwrite(path, forged[damage])
    elif damage == "added":
        overwrite(other, current)
        wanted = {("added", other)}
    else:
        path.unlink()
        wanted = {("missing", path)}
        if damage == "renamed":
            overwrite(other, current)
            wanted.add(("added", other))
    try:
        found = record.verify(data.draw(st.sampled_from([None, path.parent.name])))
        assert {(finding.kind, finding.subject) for finding in found} == {
            (kind, name_of(record, place)) for kind, place in wanted
        }
        assert {finding.customer for finding in found} == {path.parent.name}
    finally:
        other.unlink(missing_ok=True)
        overwrite(path, current)


def test_two_swapped_notebooks_are_found(record: Store) -> None:
    """Each is sound, but not in its place."""
    one, two = files(record)[:2]
    first, second = one.read_bytes(), two.read_bytes()
    overwrite(one, second)
    overwrite(two, first)
    try:
        assert {finding.subject for finding in record.verify()} == {name_of(record, one), name_of(record, two)}
    finally:
        overwrite(one, first)
        overwrite(two, second)


def forge(store: Store, edit: Callable[[sqlite3.Connection], None]) -> tuple[set[str], set[str]]:
    """(customers, subjects) the audit names after an edit behind our back, which is undone."""
    path = store.layout.database
    with closing(sqlite3.connect(path)) as connection, closing(sqlite3.connect(":memory:")) as kept:
        connection.execute("PRAGMA synchronous = OFF")
        connection.backup(kept)
        edit(connection)
        connection.commit()
        try:
            found = store.verify()
        finally:
            kept.backup(connection)
    return {finding.customer for finding in found}, {finding.subject for finding in found}


def pick(connection: sqlite3.Connection, table: str, data: st.DataObject) -> tuple[int, dict]:
    connection.row_factory = sqlite3.Row
    rows = connection.execute(f'SELECT rowid AS _id, * FROM "{table}"').fetchall()
    row = dict(data.draw(st.sampled_from(rows)))
    return row.pop("_id"), row


def owner_of(connection: sqlite3.Connection, row: dict) -> str:
    """The customer a row belongs to, through its engagement or its chain where it names none."""
    if "customer" in row:
        return row["customer"]
    query = "SELECT id AS c FROM customers WHERE chain = ?"
    if "engagement" in row:
        query = "SELECT customer AS c FROM engagements WHERE id = ?"
    (found,) = connection.execute(query, (row.get("engagement") or row["chain"],)).fetchall()
    return found["c"]


ACME = "engagement IN (SELECT id FROM engagements WHERE customer = 'acme')"
ODD = st.sampled_from(["", "x", "\0", None, -1, 2**60, 0.5, b"\xff", "2026-03-02T09:00:00.000000Z", "done", "{}", "[]"])


@many
@given(data=st.data())
def test_every_edit_of_a_row_is_found(record: Store, data: st.DataObject) -> None:
    """Any column of any row of any watched table, set to anything else by raw SQL, is found under its customer."""
    touched = []

    def edit(connection: sqlite3.Connection) -> None:
        table = data.draw(st.sampled_from(WATCHED))
        rowid, row = pick(connection, table, data)
        column = data.draw(st.sampled_from(list(row)))
        value = data.draw(ODD.filter(lambda value: value != row[column]))
        touched.append(owner_of(connection, row))
        try:
            connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (value, rowid))
        except sqlite3.IntegrityError:
            touched.clear()  # the database itself refused

    customers, _ = forge(record, edit)
    assert not touched or touched[0] in customers


@many
@given(data=st.data())
def test_every_removed_or_copied_row_is_found(record: Store, data: st.DataObject) -> None:
    """A row that is deleted, or moved to another customer, is found; so is the end cut off a chain."""
    touched = []

    def edit(connection: sqlite3.Connection) -> None:
        table = data.draw(st.sampled_from([name for name in WATCHED if name != "customers"]))
        rowid, row = pick(connection, table, data)
        touched.append(owner_of(connection, row))
        if data.draw(st.booleans()):
            connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))
        else:
            column = next(name for name in ("customer", "engagement", "chain") if name in row)
            others = connection.execute(f'SELECT DISTINCT "{column}" AS c FROM "{table}"').fetchall()
            other = next((found["c"] for found in others if found["c"] != row[column]), "nobody")
            command = f'UPDATE OR REPLACE "{table}" SET "{column}" = ? WHERE rowid = ?'
            connection.execute(command, (other, rowid))

    customers, _ = forge(record, edit)
    assert touched[0] in customers


def test_the_first_broken_record_is_named(record: Store) -> None:
    """Of several records changed, removed or exchanged, the chain names the first."""
    move = "UPDATE audit SET seq = {} WHERE customer = 'acme' AND seq = {};"
    edits = {
        "audit 3": "UPDATE audit SET actor = 'eve' WHERE customer = 'acme' AND seq IN (3, 7)",
        "audit 4": "DELETE FROM audit WHERE customer = 'acme' AND seq IN (4, 9)",
        "audit 5": move.format(6000, 5) + move.format(5, 6) + move.format(6, 6000),
    }
    for subject, command in edits.items():
        customers, subjects = forge(record, lambda connection, command=command: connection.executescript(command))
        assert customers == {"acme"}
        assert {name for name in subjects if name.startswith("audit ")} == {subject}


def test_contradictions_are_named(record: Store) -> None:
    """Outcomes without intent, runs without notebook, proof that was never kept."""
    edits = {
        "journal acme/1/b": "UPDATE journal SET verdict = 'done' WHERE ref = 'acme/1/b'",
        "run 1": f"UPDATE runs SET notebook = '' WHERE {ACME} AND number = 1",
        "evidence 1": f"UPDATE evidence SET document = 'x' WHERE {ACME}",
        "decision 1": "DELETE FROM documents WHERE customer = 'acme'",
        "journal acme/1/a": "UPDATE audit SET action = 'x' WHERE action = 'journal.intend' AND customer = 'acme'",
        "customer": "DELETE FROM customers WHERE id = 'acme'",
        "inventory": "DELETE FROM inventory WHERE customer = 'acme'",
        "answers 2": "UPDATE answers SET sections = '[1]' WHERE customer = 'acme' AND version = 2",
    }
    for subject, command in edits.items():
        customers, subjects = forge(record, lambda connection, command=command: connection.execute(command))
        assert customers == {"acme"}
        assert subject in subjects


def test_text_that_is_no_text_does_not_stop_the_audit(record: Store) -> None:
    """Broken UTF-8 in a row is a finding like any other."""
    command = f"UPDATE tasks SET note = CAST(x'ff' AS TEXT) WHERE {ACME}"
    assert forge(record, lambda connection: connection.execute(command)) == ({"acme"}, {"task t.a"})


@pytest.mark.parametrize("edit", ["state = 'odd'", "at = 'yesterday'", "due_on = 'soon'"])
def test_a_damaged_row_is_not_read_as_if_it_were_sound(store: Store, edit: str) -> None:
    """What cannot be what we wrote stops the reader with one sentence."""
    store.set_task("bright-smile", TaskRecord("t.a", TaskState.DONE, AT))
    with store._database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE tasks SET {edit}")
    with pytest.raises(EvidenceError, match="RECORD-DAMAGED"):
        store.record("bright-smile")
    assert [finding.subject for finding in store.verify()] == ["task t.a"]


def test_an_interrupted_write_is_told_from_a_forgery(store: Store) -> None:
    """What a kill leaves half-written is listed, with the word that it can go."""
    folder = store.layout.archive / "bright-smile"
    folder.mkdir()
    (folder / ".0001-gather.ipynb.1234.partial").write_bytes(b"{")
    (finding,) = store.verify()
    assert (finding.kind, finding.customer) == ("added", "bright-smile")
    assert "can be removed" in str(finding)

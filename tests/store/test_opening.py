"""Opening the store, and what it says when it cannot be opened or written."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from onboarding.domain.action import Attachment
from onboarding.domain.history import Customer
from onboarding.errors import StoreError
from onboarding.store import database_errors, tables
from onboarding.store.database import HEAD
from onboarding.store.migrate import configuration
from onboarding.store.sqlite import COMPILED
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BRIGHT = Customer("bright-smile", "Bright Smile Dental Group", AT)


@pytest.fixture
def home(folder: Path) -> Path:
    """A closed workspace with one customer."""
    with Store.open(folder, "") as store:
        store.create_customer(BRIGHT, "chinook")
    return folder


def refusal(folder: Path, patience: float = 0.1) -> StoreError:
    """The error of opening, which must leave the database as it was."""
    path = folder / "onboarding.db"
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError) as caught, Store.open(folder, "", patience):
        pass
    assert (path.read_bytes() if path.is_file() else None) == before
    return caught.value


def test_a_workspace_is_made_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings say where; odd letters in the path do no harm; opening again finds what was kept."""
    folder = tmp_path / "a b" / "ü#%20?"
    monkeypatch.setenv("ONBOARDING_HOME", str(folder))
    with Store.open() as store:
        store.create_customer(BRIGHT, "chinook")
        store.keep_document("bright-smile", Attachment("a", "text/plain", b"a"))
    with Store.open() as store:
        assert store.customers() == [BRIGHT]
        assert store.verify() == []
    names = {path.name for path in folder.iterdir()}
    folders = {"documents", "archive", "outbox", "working", "reports", "locks", "editions", "arriving"}
    assert names == folders | {"onboarding.db"}


def test_what_is_on_disk_is_durable(home: Path) -> None:
    """Write-ahead log, every commit flushed, references enforced."""
    with Store.open(home, "") as store, store._database.reading() as connection:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
        assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted


def test_migrations_make_the_tables_the_code_expects(store: Store) -> None:
    """From nothing to the newest revision gives exactly the tables of `tables.py`, and HEAD names that revision."""
    with store._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    assert ScriptDirectory.from_config(configuration()).get_heads() == [HEAD]


def test_four_may_open_a_new_workspace_at_once(tmp_path: Path) -> None:
    """Whoever comes first makes the tables; the others wait for it and find them."""
    code = (
        "import sys, pathlib; from onboarding.store.store import Store; Store.open(pathlib.Path(sys.argv[1])).close()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "new")]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, said


def test_alembic_is_not_imported_when_nothing_is_to_migrate(home: Path) -> None:
    """`onboard status` need not wait for it."""
    code = (
        "import sys, pathlib; from onboarding.store.store import Store\n"
        "with Store.open(pathlib.Path(sys.argv[1])) as store: store.status()\n"
        "assert not {'alembic', 'pandas', 'IPython'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(home)], check=True, timeout=60)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """Something else under the name of the database is refused."""
    (tmp_path / "onboarding.db").write_bytes(b"a spreadsheet, perhaps" * 400)
    error = refusal(tmp_path)
    assert str(error).startswith(f"STORE-NOT-A-DATABASE: The database {tmp_path}/onboarding.db is not a database.")


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """A sound database with other tables is not ours to change."""
    with closing(sqlite3.connect(tmp_path / "onboarding.db")) as connection:
        connection.execute("CREATE TABLE birds (name)")
    assert refusal(tmp_path).code == "STORE-FOREIGN"


def test_a_newer_database_is_left_alone(home: Path) -> None:
    """A revision this release does not know was written by a later one."""
    with closing(sqlite3.connect(home / "onboarding.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    error = refusal(home)
    assert error.code == "STORE-NEWER"
    assert "newer release (revision 9999)" in error.message


def test_a_damaged_database_is_said_to_be_damaged(home: Path) -> None:
    """Pages overwritten in the middle are reported, not repaired or read over."""
    path = home / "onboarding.db"
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)
    assert refusal(home).code in ("STORE-CORRUPT", "STORE-NOT-A-DATABASE")


def test_a_locked_database_is_said_to_be_locked(home: Path) -> None:
    """A writer that does not end, or a program that has the file for itself, is named as what it is."""
    with closing(sqlite3.connect(home / "onboarding.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Store.open(home, "", 0.1) as store, pytest.raises(StoreError, match=r"STORE-LOCKED: .* is locked"):
            store.create_customer(Customer("acme", "Acme", AT), "chinook")
        other.execute("ROLLBACK")
    with closing(sqlite3.connect(home / "onboarding.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert refusal(home).code == "STORE-LOCKED"


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Not root for a while: root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder everybody may enter but only its owner write."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_read_only_workspace_is_said_to_be_so(home: Path, public: Path, what: str, request) -> None:
    """No folder, or no right to write the database: one sentence, nothing changed."""
    shutil.copytree(home, public / "workspace")
    for path in [public / "workspace", *(public / "workspace").iterdir()]:
        path.chmod(0o777 if path.is_dir() else 0o444)
    (public / "workspace").chmod(0o555 if what == "folder" else 0o777)
    request.getfixturevalue("unprivileged")
    assert refusal(public / "workspace").code == "STORE-READ-ONLY"
    if what == "folder":
        assert refusal(public / "workspace" / "new").code == "STORE-READ-ONLY"


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    """A workspace is a folder."""
    (tmp_path / "file").write_text("x")
    assert refusal(tmp_path / "file").code == "STORE-IO"


def test_a_full_database_loses_nothing(home: Path) -> None:
    """When the file cannot grow, the write is refused as a whole and the store goes on working."""
    before = (home / "onboarding.db").read_bytes()
    with Store.open(home, "") as store:
        with store._database.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match=r"STORE-FULL: .* the disk is full"):
            store.save_answers("bright-smile", {"company": {"name": "x" * 100_000}}, "anna", AT, "form")
        assert store.answers("bright-smile") is None
    assert (home / "onboarding.db").read_bytes() == before


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(disk)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("no right to mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_loses_nothing(small: Path) -> None:
    """On a disk that is really full, answers, documents and runs are refused by sentence; what was kept stays."""
    with Store.open(small / "workspace", "") as store:
        store.create_customer(BRIGHT, "chinook")
        store.save_answers("bright-smile", {"company": {"name": "B"}}, "anna", AT, "form")
        with pytest.raises(StoreError, match="STORE-FULL"):
            store.keep_document("bright-smile", Attachment("a", "text/plain", b"x" * 600_000))
        with pytest.raises(StoreError, match="STORE-FULL"):
            store.save_answers("bright-smile", {"company": {"name": "x" * 600_000}}, "anna", AT, "form")
        assert store.answers("bright-smile").document == {"company": {"name": "B"}}
        assert store.verify() == []


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "STORE-FULL"), (errno.EROFS, "STORE-READ-ONLY"), (errno.EIO, "STORE-IO")]
)
def test_each_fault_of_a_disk_has_its_sentence(number: int, code: str) -> None:
    """An OSError becomes what to do about it."""
    with pytest.raises(StoreError, match=code), database_errors.file_faults("The file x"):
        raise OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("rubbish", "STORE-URL"),
        ("birds://anna:s3cret@host/x", "STORE-DRIVER"),
        ("postgresql+nothing://anna:s3cret@host/x", "STORE-DRIVER"),
    ],
)
def test_a_wrong_address_is_refused_without_showing_it(tmp_path: Path, address: str, code: str) -> None:
    """The address may hold a password, so no message repeats it."""
    with pytest.raises(StoreError, match=code) as caught:
        Store.open(tmp_path, address)
    assert "s3cret" not in str(caught.value)


def test_a_server_that_is_down_is_said_to_be_down(tmp_path: Path) -> None:
    """The team's database out of reach is one sentence too."""
    pytest.importorskip("psycopg", reason="no PostgreSQL driver here")
    with pytest.raises(StoreError, match="STORE-UNREACHABLE") as caught:
        Store.open(tmp_path, "postgresql://anna:s3cret@127.0.0.1:1/x")
    assert "s3cret" not in str(caught.value)


def test_what_was_compiled_for_one_file_is_used_for_another(tmp_path: Path) -> None:
    """Statements are compiled once in a process, and give each store what is its own."""
    with Store.open(tmp_path / "one", "") as one, Store.open(tmp_path / "two", "") as two:
        one.create_customer(Customer("acme", "Acme", AT), "chinook")
        one.moment("acme")
        two.create_customer(Customer("acme", "Acme of another workspace", AT), "chinook")
        known = len(COMPILED)
        assert two.customer("acme").name == "Acme of another workspace"
        assert two.moment("acme").record == one.moment("acme").record
        assert one.customer("acme").name == "Acme"
        assert len(COMPILED) == known


def test_a_store_in_memory_is_as_any_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps what it is given until it is closed, and there is no file of it."""
    monkeypatch.chdir(tmp_path)
    with Store.in_memory() as store:
        store.create_customer(Customer("acme", "Acme", AT), "chinook")
        store.save_section("acme", "company", {"name": "Acme"}, "anna", AT, "test")
        answers = store.answers("acme")
        assert answers
        assert answers.document == {"company": {"name": "Acme"}}
    with Store.in_memory() as store:
        assert store.customers() == []
    assert list(tmp_path.iterdir()) == []

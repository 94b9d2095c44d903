"""One writer per customer. The lock is the operating system's, through the database: free at once when its holder dies.

SQLite: ``BEGIN EXCLUSIVE`` on a small database of its own per lock, which stays empty. PostgreSQL: an advisory lock.
Who holds it is noted in the table ``holders``, for the message only.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Delete, delete, func, insert, select

from onboarding.errors import Busy, InputError, StoreError
from onboarding.store.database import Database
from onboarding.store.faults import database_faults
from onboarding.store.part import Part
from onboarding.store.process import Process, is_alive, this_process
from onboarding.store.tables import holders

_POLL = 0.05  # seconds between two attempts on PostgreSQL


class Locked(Exception):
    """Somebody else holds the lock."""


class Lock(Part):
    """The customers' locks."""

    @contextmanager
    def lock(self, customer: str, purpose: str = "apply", wait: float = 0.0) -> Iterator[None]:
        """Holds the customer for ``purpose``; ``apply`` is what effects are done under.

        Different purposes do not exclude each other, so that a runner may hold ``run`` around a kernel that takes
        ``apply``. The lock is not re-entrant. Raises Busy CUSTOMER-BUSY when it is held after ``wait`` seconds.
        """
        if not purpose.isalpha() or not purpose.islower() or not purpose.isascii():
            raise InputError("LOCK-PURPOSE", f"{purpose!r} is not a purpose.", "Use one word of small letters.")
        self.customer(customer)
        try:
            with exclusive(self._database, f"{customer}.{purpose}", wait):
                self._note_holder(customer, purpose)
                try:
                    yield
                finally:
                    self._forget_holder(customer, purpose)
        except Locked:
            raise self._busy(customer, purpose) from None

    def _note_holder(self, customer: str, purpose: str) -> None:
        mine = this_process()
        with self._database.writing() as connection:
            connection.execute(_holder(customer, purpose))
            row = {"host": mine.host, "pid": mine.pid, "process": mine.started, "since": datetime.now(UTC)}
            connection.execute(insert(holders).values(customer=customer, purpose=purpose, **row))

    def _forget_holder(self, customer: str, purpose: str) -> None:
        # What was done under the lock is done; a note that cannot be taken back must not say otherwise.
        with suppress(StoreError), self._database.writing() as connection:
            connection.execute(_holder(customer, purpose))

    def _busy(self, customer: str, purpose: str) -> Busy:
        with self._database.reading() as connection:
            row = connection.execute(select(holders).filter_by(customer=customer, purpose=purpose)).first()
        who = "another process"
        if row and is_alive(Process(row.host, row.pid, row.process)) is not False:
            who = f"process {row.pid} on {row.host} since {row.since:%Y-%m-%d %H:%M:%S} UTC"
        return Busy("CUSTOMER-BUSY", f"{customer} is being worked on ({purpose}) by {who}.", "Try again when it ends.")


def _holder(customer: str, purpose: str) -> Delete:
    return delete(holders).filter_by(customer=customer, purpose=purpose)


@contextmanager
def exclusive(database: Database, name: str, wait: float) -> Iterator[None]:
    """The lock ``name``. Raises Locked when somebody else still holds it after ``wait`` seconds."""
    if database.is_sqlite:
        with closing(_hold_file(database.layout.locks / name, wait)):
            yield
        return
    with ExitStack() as stack:
        with database_faults(database.name):
            connection = stack.enter_context(database.engine.connect())
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            _advise(connection, name, wait)
        try:
            yield
        finally:
            with database_faults(database.name):
                connection.execute(select(func.pg_advisory_unlock(_key(name))))


def _hold_file(path: Path, wait: float) -> sqlite3.Connection:
    with database_faults(f"The lock {path}"):
        connection = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            connection.close()
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise Locked from None
            raise
        return connection


def _advise(connection: Connection, name: str, wait: float) -> None:
    until = time.monotonic() + wait
    while not connection.scalar(select(func.pg_try_advisory_lock(_key(name)))):
        if time.monotonic() >= until:
            raise Locked
        time.sleep(_POLL)


def _key(name: str) -> int:
    """PostgreSQL's advisory locks are numbers of 64 bits."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)

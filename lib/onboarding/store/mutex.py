"""A lock of the operating system's, through the database: free at once when its holder dies.

SQLite: ``BEGIN EXCLUSIVE`` on a small database of its own per lock, which stays empty. PostgreSQL: an advisory lock.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, select

from onboarding.store.database import Database
from onboarding.store.database_errors import database_faults

_POLL = 0.05  # seconds between two attempts on PostgreSQL


class Locked(Exception):
    """Somebody else holds the lock."""


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

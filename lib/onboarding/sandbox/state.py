"""What the portal's simulator remembers: one SQLite file of its own, every write on the disk before it is answered."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from onboarding.errors import Busy, StoreError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, holder TEXT NOT NULL,
    service TEXT NOT NULL, mark TEXT NOT NULL, company TEXT NOT NULL, reference TEXT NOT NULL,
    created_at TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS effect (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, role TEXT NOT NULL, operation TEXT NOT NULL,
    kind TEXT NOT NULL, key TEXT NOT NULL, reference TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS late (id INTEGER PRIMARY KEY AUTOINCREMENT, lands_at REAL NOT NULL, call TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_INDEXES = "".join(
    f"CREATE INDEX IF NOT EXISTS item_{column} ON item (kind, {column}, id);"
    for column in ("key", "holder", "company", "mark", "reference")
)
_COLUMNS = "id, kind, key, reference, created_at, body"


@dataclass(frozen=True, slots=True)
class Item:
    """One company, user, service or site. ``key`` is its natural key in lower case."""

    id: int
    kind: str
    key: str
    reference: str
    created_at: str
    body: dict[str, Any]


class State:
    """The file of one sandbox, used by one process at a time.

    Raises Busy when another process has it, StoreError when it is damaged or cannot be written.
    """

    def __init__(self, file: Path) -> None:
        self._lock = threading.RLock()
        self._link = sqlite3.connect(file, timeout=0.2, isolation_level=None, check_same_thread=False)
        try:
            self._link.execute("PRAGMA locking_mode=EXCLUSIVE")  # a killed holder frees it at once
            self._link.execute("PRAGMA journal_mode=WAL")
            self._link.execute("PRAGMA synchronous=FULL")
            self._link.executescript(_SCHEMA + _INDEXES)
        except sqlite3.OperationalError as error:
            self._link.close()
            if "locked" in str(error):
                raise Busy("SANDBOX-BUSY", f"Another sandbox runs in {file.parent.name}/.", "Stop it first.") from None
            raise StoreError("SANDBOX-STATE", f"{file.name} cannot be used: {error}.") from None
        except sqlite3.DatabaseError as error:
            self._link.close()
            words = f"{file.name} is damaged: {error}."
            raise StoreError("SANDBOX-STATE", words, "Delete it to begin with an empty portal.") from None

    def close(self) -> None:
        with self._lock:
            self._link.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one at a time; may be nested."""
        with self._lock:
            if self._link.in_transaction:
                yield
                return
            self._link.execute("BEGIN IMMEDIATE")
            with self._link:  # commits, or rolls back
                yield

    def add(
        self, kind: str, keys: Sequence[str], body: dict[str, Any], *, company: str, reference: str, mark: str = ""
    ) -> Item:
        """A new item; ``keys`` are the parts of its natural key, the first being its holder.

        ``mark`` is a further value it is found by: a user's extension, a service's number.
        """
        row = {
            "kind": kind, "key": "/".join(keys).lower(), "holder": keys[0].lower(),
            "service": keys[1] if len(keys) > 1 else "", "mark": mark, "company": company, "reference": reference,
            "created_at": self.now().isoformat(), "body": json.dumps(body),
        }  # fmt: skip
        places = ", ".join("?" * len(row))
        statement = f"INSERT INTO item ({', '.join(row)}) VALUES ({places}) RETURNING {_COLUMNS}"
        return self._all(statement, *row.values())[0]

    def update(self, item: Item, body: dict[str, Any], *, reference: str, mark: str = "") -> Item:
        statement = f"UPDATE item SET reference = ?, mark = ?, body = ? WHERE id = ? RETURNING {_COLUMNS}"
        return self._all(statement, reference, mark, json.dumps(body), item.id)[0]

    def delete(self, item: Item) -> None:
        self._rows("DELETE FROM item WHERE id = ?", item.id)

    def select(
        self, kind: str, *, holders: Sequence[str] = (), after: int = 0, limit: int = -1, **equal: str
    ) -> list[Item]:
        """Items in the order of their creation, beginning behind the id ``after``; -1 is no limit.

        ``equal`` are further columns with the value wanted; an empty one is not asked for.
        """
        where, values = ["kind = ?", "id > ?"], [kind, after]
        if holders:
            where.append(f"holder IN ({', '.join('?' * len(holders))})")
            values += [holder.lower() for holder in holders]
        wanted = {column: value for column, value in equal.items() if value}
        if "company" in wanted:
            wanted["company"] = wanted["company"].lower()
        clause = " AND ".join(where + [f"{column} = ?" for column in wanted])
        statement = f"SELECT {_COLUMNS} FROM item WHERE {clause} ORDER BY id LIMIT ?"
        return self._all(statement, *values, *wanted.values(), limit)

    def note_effect(self, role: str, operation: str, item: Item, reference: str) -> None:
        row = (self.now().isoformat(), role, operation, item.kind, item.key, reference)
        self._rows("INSERT INTO effect (at, role, operation, kind, key, reference) VALUES (?, ?, ?, ?, ?, ?)", *row)

    def effects(self) -> list[dict[str, str]]:
        """Everything that was done, oldest first."""
        names = ("at", "role", "operation", "kind", "key", "reference")
        rows = self._rows(f"SELECT {', '.join(names)} FROM effect ORDER BY id")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def doubled(self) -> list[dict[str, Any]]:
        """Natural keys that are there more than once."""
        counted = "SELECT kind, key, count(*) FROM item GROUP BY kind, key"
        rows = self._rows(f"{counted} HAVING count(*) > 1 ORDER BY kind, key")
        return [{"kind": kind, "key": key, "count": count} for kind, key, count in rows]

    def postpone(self, lands_at: float, call: dict[str, Any]) -> None:
        self._rows("INSERT INTO late (lands_at, call) VALUES (?, ?)", lands_at, json.dumps(call))

    def take_due(self, moment: float) -> list[dict[str, Any]]:
        """Postponed calls whose time has come, once each."""
        rows = self._rows("DELETE FROM late WHERE lands_at <= ? RETURNING id, call", moment)
        return [json.loads(call) for _, call in sorted(rows)]

    def setting(self, name: str, default: Any) -> Any:
        rows = self._rows("SELECT value FROM setting WHERE name = ?", name)
        return json.loads(rows[0][0]) if rows else default

    def set(self, name: str, value: Any) -> None:
        self._rows("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, json.dumps(value))

    def now(self) -> datetime:
        """The sandbox's own instant: real time moved by `move_to`."""
        return datetime.now(UTC) + timedelta(seconds=self.setting("clock_offset", 0.0))

    def move_to(self, instant: datetime) -> None:
        self.set("clock_offset", (instant - datetime.now(UTC)).total_seconds())

    def _all(self, statement: str, *values: Any) -> list[Item]:
        return [Item(*(*head, json.loads(body))) for *head, body in self._rows(statement, *values)]

    def _rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._link.execute(statement, values).fetchall()

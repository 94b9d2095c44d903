"""SQLite as SQLAlchemy works with it, but that what was compiled for one file is used for every other."""

from __future__ import annotations

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.util import LRUCache

COMPILED: LRUCache[object, object] = LRUCache(500)
"""Compiled statements by dialect and statement; a process that is forked finds those of the one before."""

registry.register("sqlite.alike", __name__, "AlikeDialect")


class AlikeDialect(SQLiteDialect_pysqlite):
    """Each is equal to every other: `COMPILED` is keyed by them."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


def alike(url: URL) -> URL:
    """The address of an SQLite file, for engines that share what they compile."""
    return url.set(drivername="sqlite+alike")

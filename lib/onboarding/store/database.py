"""The folder with everything generated, and one database, SQLite or PostgreSQL, handed out in transactions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from onboarding import settings
from onboarding.errors import StoreError
from onboarding.store.database_errors import WRITABLE, database_faults, file_faults
from onboarding.store.sqlite import COMPILED, alike

HEAD = "0001"
"""Revision of the tables this release works with: the newest under `migrations/versions`."""


_HAS_REVISION = "SELECT count(to_regclass('alembic_version'))"
_HAS_REVISION_SQLITE = "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
"""Asked at every opening, where SQLAlchemy would look at much more."""


class Layout:
    """Paths within one workspace.

    ``documents`` are evidence files, ``<customer>/<SHA-256>``; ``archive`` executed notebooks,
    ``<customer>/<run number>-<stage>.ipynb``; ``running`` those of runs under way, ``<run id>/…``; ``editions``
    files of profiles by SHA-256; ``engineers`` who works in JupyterLab, ``<login>``; ``arriving`` notes of files of
    documents whose rows are about to be written (`store.arrivals`).
    ``people`` is who may decide in which role, kept by hand (`store.people_repository`),
    and so is ``resellers`` (`store.reseller_repository`).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database, self.people = folder / "onboarding.db", folder / "people.toml"
        self.resellers, self.sheets = folder / "resellers.toml", folder / "sheets"
        self.documents, self.archive = folder / "documents", folder / "archive"
        self.outbox, self.working = folder / "outbox", folder / "working"
        self.reports, self.locks = folder / "reports", folder / "locks"
        self.running, self.editions = folder / "running", folder / "editions"
        self.engineers, self.arriving = folder / "engineers", folder / "arriving"

    def prepare(self) -> None:
        """Makes the folders. Raises StoreError when the workspace cannot be written."""
        with file_faults(f"The workspace {self.folder}"):
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in (
                self.documents,
                self.archive,
                self.outbox,
                self.working,
                self.reports,
                self.locks,
                self.editions,
            ):
                path.mkdir(exist_ok=True)
        for path in (self.folder, self.database):
            if path.exists() and not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
                raise StoreError("STORE-READ-ONLY", f"{path} cannot be written.", WRITABLE)


class Database:
    """Transactions on the tables. `reading` sees one moment; `writing` is durable once it ends without an error."""

    def __init__(self, layout: Layout, url: str, patience: float) -> None:
        self._url = _parse(url) if url else URL.create("sqlite", database=str(layout.database))
        self.layout = layout
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self.name = f"The database {self._url.database}" if self.is_sqlite else f"The database on {self._url.host}"
        self.engine = _engine(self._url, self.is_sqlite, patience)

    @property
    def place(self) -> str:
        """Where it is, as nobody else's: the same from every process, and after the workspace was moved."""
        if not self.is_sqlite:
            return f"{self._url.host}:{self._url.port or ''}/{self._url.database}"
        path = Path(self._url.database or "").absolute()
        folder = self.layout.folder
        return str(path.relative_to(folder) if path.is_relative_to(folder) else path)

    def revision(self, connection: Connection) -> str:
        """Revision of the tables; empty when there are none yet. Raises StoreError STORE-FOREIGN."""
        if connection.exec_driver_sql(_HAS_REVISION_SQLITE if self.is_sqlite else _HAS_REVISION).scalar():
            return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")
        if inspect(connection).get_table_names():
            raise StoreError(
                "STORE-FOREIGN",
                f"{self.name} belongs to another program.",
                "Point ONBOARDING_HOME or ONBOARDING_DATABASE_URL at a database of its own; it was left as it is.",
            )
        return ""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with database_faults(self.name), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; on SQLite it is the only one from its first moment."""
        with (
            database_faults(self.name),
            self.engine.connect() as connection,
            connection.execution_options(writes=True).begin(),
        ):
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def load_driver() -> None:
    """Imports what the database of the settings is worked with; nothing is opened. Raises StoreError STORE-URL."""
    with suppress(NoSuchModuleError, ImportError):  # said when it is opened
        _parse(settings.DATABASE_URL.secret() or "sqlite://").get_dialect().import_dbapi()


def _parse(url: str) -> URL:
    """Never shows the text: there may be a password in it."""
    try:
        return make_url(url)
    except ArgumentError:
        words = "ONBOARDING_DATABASE_URL is not a database address."
        raise StoreError("STORE-URL", words, "It looks like postgresql://user@host/database.") from None


def _engine(url: URL, is_sqlite: bool, patience: float) -> Engine:
    options = _sqlite_options(url, patience) if is_sqlite else {"pool_pre_ping": True, "max_overflow": -1}
    try:
        engine = create_engine(alike(url) if is_sqlite else url, hide_parameters=True, **options)
    except (NoSuchModuleError, ImportError) as error:
        words = f"There is no driver for {url.drivername} databases here."
        raise StoreError("STORE-DRIVER", words, "For PostgreSQL: pip install 'psycopg[binary]'.") from error
    if is_sqlite:
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _sqlite_options(url: URL, patience: float) -> dict[str, Any]:
    pool = {"max_overflow": -1} if url.database else {"poolclass": StaticPool}  # what is in memory has one connection
    return {"connect_args": {"timeout": patience}, "execution_options": {"compiled_cache": COMPILED}, **pool}


def _on_connect(connection: Any, _record: Any) -> None:
    # Nothing here writes: a file that turns out not to be ours must stay as it is.
    connection.isolation_level = None  # we say BEGIN ourselves; the driver's own comes too late to read safely
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _on_begin(connection: Connection) -> None:
    driver = connection.connection.driver_connection  # beside SQLAlchemy, which takes as long as a query would
    assert driver
    driver.execute("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

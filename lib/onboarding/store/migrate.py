"""Brings the tables up to date with alembic; imported only when they are not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from onboarding.errors import StoreError
from onboarding.store.database import Database
from onboarding.store.database_errors import database_faults
from onboarding.store.mutex import Locked, exclusive

_PATIENCE = 60.0  # seconds another process may take to migrate


def migrate(database: Database) -> None:
    """Upgrades to the newest revision in one transaction, once, whoever comes first.

    Raises StoreError STORE-NEWER when a later release has been here.
    """
    config = configuration()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with _alone(database):
        with database.reading() as connection:
            revision = database.revision(connection)
        if revision and revision not in known:
            raise StoreError(
                "STORE-NEWER",
                f"{database.name} was written by a newer release (revision {revision[:40]}).",
                "Install that release or a later one; the database was left as it is.",
            )
        if database.is_sqlite:
            _use_wal(database)
        with database.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    try:
        with exclusive(database, "migration", _PATIENCE):
            yield
    except Locked:
        raise StoreError(
            "STORE-LOCKED", f"{database.name} is being upgraded by another process.", "Try again when it has ended."
        ) from None


def configuration() -> Config:
    """alembic's settings; a connection goes into its ``attributes``."""
    config = Config()
    config.set_main_option("script_location", "onboarding.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _use_wal(database: Database) -> None:
    """Readers and a writer side by side; kept in the file, so it is set once."""
    with database_faults(database.name), database.engine.connect() as connection:
        # Beside SQLAlchemy, which would begin a transaction first: the mode cannot be changed within one.
        connection.connection.cursor().execute("PRAGMA journal_mode = WAL").close()

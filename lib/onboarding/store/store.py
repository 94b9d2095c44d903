"""The way in to everything that is kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from onboarding import settings
from onboarding.store.adoption_repository import Adoptions
from onboarding.store.agenda import Agenda
from onboarding.store.chain_records import ChainRecords
from onboarding.store.customer_repository import Customers
from onboarding.store.database import HEAD, Database, Layout
from onboarding.store.edition_repository import Editions
from onboarding.store.inventory import Inventory
from onboarding.store.journal import Journal
from onboarding.store.lock import Lock
from onboarding.store.moment_repository import Moments
from onboarding.store.phases import Phases
from onboarding.store.run_repository import Runs
from onboarding.store.sheet_repository import ResellerSheets
from onboarding.store.status import Status
from onboarding.store.tables import metadata
from onboarding.store.turns import Turns
from onboarding.store.verify import Verify


class Store(
    Adoptions,
    Customers,
    Editions,
    Moments,
    Phases,
    Journal,
    Runs,
    ResellerSheets,
    Inventory,
    Status,
    Agenda,
    Lock,
    Turns,
    Verify,
    ChainRecords,
):
    """The workspace: database, documents, archive.

    Safe to use from several threads and processes at once, not across a fork. Every method may raise StoreError
    when disk or database refuses, and InputError CUSTOMER-UNKNOWN for a customer that does not exist; what a method
    has written is on disk when it returns.
    """

    @classmethod
    def open(cls, folder: Path | None = None, url: str | None = None, patience: float = 10.0) -> Self:
        """Opens the workspace, making or upgrading what is missing.

        ``folder`` and ``url`` default to the settings. ``patience`` is how many seconds to wait for another writer.
        Raises StoreError: STORE-READ-ONLY, STORE-LOCKED, STORE-FULL, STORE-NOT-A-DATABASE, STORE-CORRUPT,
        STORE-FOREIGN, STORE-NEWER, STORE-UNREACHABLE, STORE-DRIVER, STORE-URL.
        """
        layout = Layout((folder or settings.workspace()).absolute())
        layout.prepare()
        database = Database(layout, settings.DATABASE_URL.secret() if url is None else url, patience)
        try:
            _prepare(database)
            store = cls(database)
            store._arrivals.clear_up()
        except BaseException:
            database.close()
            raise
        return store

    @classmethod
    def in_memory(cls) -> Self:
        """An empty workspace that is gone once it is closed; nothing is written anywhere. It has no folders."""
        database = Database(Layout(Path(os.devnull)), "sqlite://", 0)
        with database.writing() as connection:
            metadata.create_all(connection)
        return cls(database)

    @property
    def layout(self) -> Layout:
        """Where the folders of the workspace are."""
        return self._database.layout

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _prepare(database: Database) -> None:
    """Brings the tables up to date; a database that is not ours, or newer than this release, is left untouched."""
    with database.reading() as connection:
        revision = database.revision(connection)
    if revision != HEAD:
        from onboarding.store.migrate import migrate  # alembic takes a fifth of a second to import

        migrate(database)

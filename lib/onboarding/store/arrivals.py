"""Files of documents on their way into the record: kept with their rows, or gone again.

A file cannot be part of a transaction. So a note says beforehand which files are about to be written, and in which
database their rows are; whoever opens the workspace with that one next finds the note of a process that was killed, and
removes what has no row.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from onboarding.domain.action import Attachment
from onboarding.domain.history import check_customer_id
from onboarding.errors import Busy, OnboardingError
from onboarding.files import content_of, write_atomically
from onboarding.store import tables
from onboarding.store.blobs import BlobStore
from onboarding.store.database import Database
from onboarding.store.database_errors import file_faults
from onboarding.store.mutex import Locked, exclusive
from onboarding.store.process import Process, is_alive, this_process

PATIENCE = 10.0
"""Seconds to wait for somebody else who is filing a document of the same customer."""


class Arrivals:
    """The way in for files of documents, ``<customer>/<SHA-256>``; their rows are the caller's."""

    def __init__(self, database: Database, documents: BlobStore) -> None:
        self._database, self._documents = database, documents
        self._notes = database.layout.arriving

    @contextmanager
    def of(self, customer: str, documents: Sequence[Attachment]) -> Iterator[None]:
        """Writes the files; within, their rows are written. Where that fails what has no row is removed again.

        Raises Busy CUSTOMER-BUSY while somebody else goes on filing documents of the customer.
        """
        if not documents:
            yield
            return
        data = {sha256(one.data).hexdigest(): one.data for one in documents}
        note, is_left = self._noted(customer, list(data)), False
        try:
            with self._alone(customer, PATIENCE):
                try:
                    for name, content in data.items():
                        self._documents.put(f"{customer}/{name}", content)
                    yield
                except BaseException:
                    is_left = True
                    self._clear(customer, list(data))
                    is_left = False
                    raise
        except Locked:
            words = f"Somebody else is filing documents of {customer}."
            raise Busy("CUSTOMER-BUSY", words, "Nothing was kept; try it again.") from None
        finally:
            if not is_left:  # else whoever opens the workspace once this process has ended clears up
                note.unlink(missing_ok=True)

    def clear_up(self) -> None:
        """Removes what processes left that did not live to write the rows; what cannot be done now is left."""
        for note in self._notes.glob("*.json"):
            with suppress(OnboardingError, Locked, OSError, ValueError, LookupError, TypeError):
                left = json.loads(content_of(note))
                if left["database"] != self._database.place or is_alive(Process(**left["process"])) is not False:
                    continue
                customer = check_customer_id(left["customer"])
                with self._alone(customer, 0):
                    self._clear(customer, left["documents"])
                note.unlink(missing_ok=True)

    def _noted(self, customer: str, names: Sequence[str]) -> Path:
        said = {
            "customer": customer, "documents": names, "database": self._database.place,
            "process": asdict(this_process()),
        }  # fmt: skip
        note = self._notes / f"{customer}.{secrets.token_hex(8)}.json"
        with file_faults(f"The workspace {self._database.layout.folder}"):
            self._notes.mkdir(exist_ok=True)
            write_atomically(note, json.dumps(said).encode(), is_durable=True, is_new=True)
        return note

    @contextmanager
    def _alone(self, customer: str, wait: float) -> Iterator[None]:
        """Nobody else files a document of the customer meanwhile. Raises Locked."""
        with exclusive(self._database, f"{customer}.documents", wait):
            yield

    def _clear(self, customer: str, names: Sequence[str]) -> None:
        """Removes those of the files that no row refers to."""
        table = tables.documents
        query = select(table.c.sha256).where(table.c.customer == customer, table.c.sha256.in_(names))
        with self._database.reading() as connection:
            kept = set(connection.scalars(query))
        for name in set(names) - kept:
            self._documents.remove(f"{customer}/{name}")

"""One writer per customer. Who holds the lock is noted in the table ``holders``, for the message only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy import Delete, delete, insert, select

from onboarding.errors import Busy, InputError, StoreError
from onboarding.store.mutex import Locked, exclusive
from onboarding.store.process import Process, is_alive, this_process
from onboarding.store.repository import Repository
from onboarding.store.tables import holders

LOCK_WAIT = 30.0
"""Seconds to wait for whoever else is at work on the same customer."""


class Lock(Repository):
    """The customers' locks."""

    @contextmanager
    def lock(self, customer: str, purpose: str = "apply", wait: float = 0.0) -> Iterator[None]:
        """Holds the customer for ``purpose``; ``apply`` is what effects are done under.

        Different purposes do not exclude each other, so that a runner may hold ``run`` around a kernel that takes
        ``apply``. The lock is not re-entrant. Raises Busy CUSTOMER-BUSY when it is still taken after ``wait`` seconds.
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

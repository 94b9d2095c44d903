"""What the audit chain says happened, and by which of the two clocks."""

from __future__ import annotations

from sqlalchemy import func, select

from onboarding.store import tables
from onboarding.store.repository import Repository
from onboarding.store.scope import made
from onboarding.store.values import ChainRecord

_COLUMNS = [tables.audit.c[name] for name in ("customer", "subject", "action", "as_of", "recorded_at")]
_DAY = 10
"""Signs of an instant, as it is kept, that say its day."""


class ChainRecords(Repository):
    """Reading the records themselves; whether they are as they were written `Verify` says."""

    def records(self, customer: str | None = None, is_apart: bool = False) -> list[ChainRecord]:
        """Every record of one customer or of all, by customer, oldest first, in one query.

        ``is_apart``: only those whose two clocks are more than a day apart.
        """
        audit = tables.audit
        query = select(*_COLUMNS, audit.c.actor.label("by")).order_by(audit.c.customer, audit.c.chain, audit.c.seq)
        if customer is not None:
            query = query.where(audit.c.customer == self.customer(customer).id)
        if is_apart:
            days = (func.substr(audit.c[name], 1, _DAY) for name in ("as_of", "recorded_at"))
            query = query.where(next(days) != next(days))
        with self._database.reading() as connection:
            found = [made(ChainRecord, row) for row in connection.execute(query)]
        return [record for record in found if record.is_apart or not is_apart]

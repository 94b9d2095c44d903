"""The summary behind `onboard status`: written by whoever computed it, read for all customers in one query."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import and_, case, delete, func, insert, select

from onboarding.domain.record import TaskState
from onboarding.store import tables
from onboarding.store.model import CustomerStatus, Progress
from onboarding.store.part import Part, customer_from

_OPEN = (TaskState.READY, TaskState.WAITING, TaskState.REJECTED, TaskState.UNKNOWN)
_CLOSED = tuple(state for state in TaskState if state.is_closed)
_FIELDS = [field.name for field in dataclasses.fields(Progress)]


class Status(Part):
    """Progress of all customers. It follows from the record, so it is not audited and may be written at any time."""

    def note_progress(self, customer: str, rows: Sequence[Progress]) -> None:
        """Puts these rows, in this order, in place of the customer's."""
        table = tables.progress
        new = [
            {"customer": customer, "position": position} | {name: getattr(row, name) for name in _FIELDS}
            for position, row in enumerate(rows)
        ]
        with self._writing(customer) as connection:
            connection.execute(delete(table).where(table.c.customer == customer))
            if new:
                connection.execute(insert(table), new)

    def progress(self, customer: str) -> list[Progress]:
        """All rows of one customer, in their order."""
        table = tables.progress
        query = select(table).where(table.c.customer == customer).order_by(table.c.position)
        with self._reading(customer) as connection:
            return [_progress(row) for row in connection.execute(query)]

    def status(self) -> list[CustomerStatus]:
        """Every customer with how much is closed and what is open, by id."""
        with self._database.reading() as connection:
            rows = connection.execute(_status_query()).all()
        return [_status(list(group)) for _, group in groupby(rows, key=lambda row: row.id)]


def _status_query() -> Any:
    customers, progress = tables.customers, tables.progress
    is_closed = case((progress.c.state.in_(_CLOSED), 1), else_=0)
    counts = (
        select(progress.c.customer, func.count().label("total"), func.sum(is_closed).label("closed"))
        .group_by(progress.c.customer)
        .subquery("counts")
    )
    is_open = and_(progress.c.customer == customers.c.id, progress.c.state.in_(_OPEN))
    return (
        select(customers, counts.c.total, counts.c.closed, *(progress.c[name] for name in ("position", *_FIELDS)))
        .outerjoin(counts, counts.c.customer == customers.c.id)
        .outerjoin(progress, is_open)
        .order_by(customers.c.id, progress.c.position)
    )


def _status(rows: list[Any]) -> CustomerStatus:
    first = rows[0]
    progress = tuple(_progress(row) for row in rows if row.position is not None)
    return CustomerStatus(customer_from(first), int(first.closed or 0), int(first.total or 0), progress)


def _progress(row: Any) -> Progress:
    return Progress(row.stage, row.task, row.title, row.state, row.party, row.since, row.due_on, row.reason)

"""The summary behind `onboard status`: written by whoever computed it, read for all customers at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, delete, func, insert, select

from onboarding.domain.record import TaskState
from onboarding.store import tables
from onboarding.store.model import CustomerStatus, StatusRow
from onboarding.store.repository import Repository, customer_from

_OPEN = (TaskState.READY, TaskState.WAITING, TaskState.REJECTED, TaskState.UNKNOWN)
_CLOSED = tuple(state for state in TaskState if state.is_closed)
_FIELDS = [field.name for field in dataclasses.fields(StatusRow)]


class Status(Repository):
    """Status rows of all customers. It follows from the record, so it is not audited and may be written at any time."""

    def note_progress(self, customer: str, rows: Sequence[StatusRow]) -> None:
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

    def progress(self, customer: str) -> list[StatusRow]:
        """All rows of one customer, in their order."""
        table = tables.progress
        query = select(table).where(table.c.customer == customer).order_by(table.c.position)
        with self._reading(customer) as connection:
            return [_progress(row) for row in connection.execute(query)]

    def status(self) -> list[CustomerStatus]:
        """Every customer with how much is closed and what is open, by id; as many as there are, in two queries."""
        open_rows: dict[str, list[StatusRow]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(_open_query()):
                open_rows.setdefault(row.customer, []).append(_progress(row))
            return [
                CustomerStatus(
                    customer_from(row),
                    row.closed or 0,
                    row.total or 0,
                    tuple(open_rows.get(row.id, ())),
                    row.phase or 1,
                )
                for row in connection.execute(_count_query())
            ]


def _open_query() -> Any:
    table = tables.progress
    columns = [table.c.customer, *(table.c[name] for name in _FIELDS)]
    return select(*columns).where(table.c.state.in_(_OPEN)).order_by(table.c.customer, table.c.position)


def _count_query() -> Any:
    customers, progress = tables.customers, tables.progress
    is_closed = case((progress.c.state.in_(_CLOSED), 1), else_=0)
    counts = (
        select(progress.c.customer, func.count().label("total"), func.sum(is_closed).label("closed"))
        .group_by(progress.c.customer)
        .subquery("counts")
    )
    phases = select(tables.phases.c.customer, func.max(tables.phases.c.number).label("phase"))
    current = phases.group_by(tables.phases.c.customer).subquery("current")
    query = select(customers, counts.c.total, counts.c.closed, current.c.phase)
    query = query.outerjoin(counts, counts.c.customer == customers.c.id)
    return query.outerjoin(current, current.c.customer == customers.c.id).order_by(customers.c.id)


def _progress(row: Any) -> StatusRow:
    return StatusRow(row.stage, row.task, row.title, row.state, row.party, row.since, row.due_on, row.reason)

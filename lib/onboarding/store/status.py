"""The summary behind `onboard status`: written by whoever computed it, read for all customers at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, case, delete, func, insert, select

from onboarding.domain.event import Event
from onboarding.domain.history import Customer, Engagement, TaskState
from onboarding.store import tables
from onboarding.store.repository import Repository
from onboarding.store.scope import made, names_of, values_of
from onboarding.store.values import CustomerStatus, StatusRow, TaskLine

_OPEN = (TaskState.READY, TaskState.WAITING, TaskState.REJECTED, TaskState.UNKNOWN)
_CLOSED = tuple(state for state in TaskState if state.is_closed)
_FIELDS, _ENGAGEMENT = names_of(StatusRow), names_of(Engagement)


class Status(Repository):
    """Status rows of all customers. It follows from the record, so it is not audited and may be written at any time."""

    def note_progress(self, customer: str, rows: Sequence[StatusRow]) -> None:
        """Puts these rows, in this order, in place of the customer's."""
        new = [{"position": place} | values_of(row) for place, row in enumerate(rows)]
        with self._writing(customer) as scope:
            whose = {"engagement": scope.engagement}
            scope.connection.execute(delete(tables.progress).filter_by(**whose))
            if new:
                scope.connection.execute(insert(tables.progress), [whose | row for row in new])

    def progress(self, customer: str) -> list[StatusRow]:
        """All rows of one customer, in their order."""
        with self._reading(customer) as scope:
            return [made(StatusRow, row) for row in scope.rows(tables.progress)]

    def status(self) -> list[CustomerStatus]:
        """Every customer with how much is closed and what is open, by id; as many as there are, in two queries."""
        open_rows: dict[str, list[StatusRow]] = {}
        with self._database.reading() as connection:
            for engagement, *values in connection.execute(_open_query()):
                open_rows.setdefault(engagement, []).append(StatusRow(*values))
            return [_status(row, open_rows) for row in connection.execute(_count_query())]

    def task_lines(self, customer: str | None = None) -> list[TaskLine]:
        """The rows of one customer or of all, in one query: by customer, then in their order."""
        progress, tasks = tables.progress, tables.tasks
        columns = tasks.c.by, tasks.c.note, tasks.c.reference, *(progress.c[name] for name in _FIELDS)
        same = and_(tasks.c.engagement == progress.c.engagement, tasks.c.task == progress.c.task)
        query = self._of_customers(progress, customer, *columns).outerjoin(tasks, same).order_by(progress.c.position)
        with self._database.reading() as connection:
            return [_line(*row) for row in connection.execute(query)]


def _line(customer: str, by: str | None, note: Event, reference: str | None, *values: Any) -> TaskLine:
    return TaskLine(customer, StatusRow(*values), by or "", note, reference or "")


def _open_query() -> Any:
    table = tables.progress
    columns = [table.c.engagement, *(table.c[name] for name in _FIELDS)]
    return select(*columns).where(table.c.state.in_(_OPEN)).order_by(table.c.engagement, table.c.position)


def _count_query() -> Any:
    customers, engagements, progress, phases = tables.customers, tables.engagements, tables.progress, tables.phases
    is_closed = case((progress.c.state.in_(_CLOSED), 1), else_=0)
    counted = select(progress.c.engagement, func.count().label("total"), func.sum(is_closed).label("closed"))
    counts = counted.group_by(progress.c.engagement).subquery("counts")
    newest = select(phases.c.engagement, func.max(phases.c.number).label("phase"))
    current = newest.group_by(phases.c.engagement).subquery("current")
    begun = [engagements.c[name].label(f"engagement_{name}") for name in _ENGAGEMENT]
    return (
        select(*begun, customers, counts.c.total, counts.c.closed, current.c.phase)
        .join(engagements, engagements.c.customer == customers.c.id)
        .outerjoin(counts, counts.c.engagement == engagements.c.id)
        .outerjoin(current, current.c.engagement == engagements.c.id)
        .order_by(customers.c.id, engagements.c.created_at, engagements.c.id)
    )


def _status(row: Any, open_rows: Mapping[str, list[StatusRow]]) -> CustomerStatus:
    engagement = Engagement(*row[: len(_ENGAGEMENT)])
    rows = tuple(open_rows.get(engagement.id, ()))
    return CustomerStatus(made(Customer, row), engagement, row.closed or 0, row.total or 0, rows, row.phase or 1)

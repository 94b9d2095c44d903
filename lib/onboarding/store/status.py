"""The summary behind `onboard status`: written by whoever computed it, read for all customers at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, insert, select

from onboarding.domain.due import Due
from onboarding.domain.event import Event
from onboarding.domain.history import Customer, Engagement, TaskState
from onboarding.domain.urgency import count_lines, count_tasks, urgency
from onboarding.store import tables
from onboarding.store.agenda import note
from onboarding.store.repository import Repository
from onboarding.store.scope import made, names_of, values_of
from onboarding.store.values import CustomerStatus, StatusRow, TaskLine

_OPEN = (TaskState.READY, TaskState.WAITING, TaskState.REJECTED, TaskState.UNKNOWN)
_FIELDS, _ENGAGEMENT, _CUSTOMER = names_of(StatusRow), names_of(Engagement), names_of(Customer)


_UNSEEN = Due(datetime.min.replace(tzinfo=UTC))
"""Of rows that somebody noted without looking at what could be moved."""


class Status(Repository):
    """Status rows of all customers. It follows from the record, so it is not audited and may be written at any time."""

    def note_progress(
        self, customer: str, rows: Sequence[StatusRow], due: Due = _UNSEEN, is_complete: bool | None = None
    ) -> None:
        """Puts these rows, in this order, and what could be moved in place of what was noted of the customer.

        It ``is_complete``, unless that is said, once every task is closed.
        """
        new = [{"position": place} | values_of(row) for place, row in enumerate(rows)]
        still = [place for place, row in enumerate(rows) if row.state in _OPEN]
        count = count_tasks((row.task, row.state) for row in rows if row.kind == "task")
        with self._writing(customer) as scope:
            whose = {"engagement": scope.engagement}
            scope.connection.execute(delete(tables.progress).filter_by(**whose))
            if new:
                scope.connection.execute(insert(tables.progress), [whose | row for row in new])
            waiting = count_lines(rows[place].task for place in still)
            first = min(still, key=lambda place: _urgency(rows[place]), default=None)
            counts = {"closed": count.closed, "total": count.total, "open": waiting, "first_open": first}
            if is_complete is None:
                is_complete = bool(count.total) and not count.open
            note(scope, due, **counts, is_complete=is_complete)

    def progress(self, customer: str) -> list[StatusRow]:
        """All rows of one customer, in their order."""
        with self._reading(customer) as scope:
            return [made(StatusRow, row) for row in scope.rows(tables.progress)]

    def status(self, is_short: bool = False) -> list[CustomerStatus]:
        """Every customer with how much is closed and what is open, by id; as many as there are, in two queries.

        ``is_short``: with the first of the open rows only, in one query.
        """
        open_rows: dict[str, list[StatusRow]] = {}
        with self._database.reading() as connection:
            if is_short:
                return [
                    _status(row, [_first(row)] if row.open else []) for row in connection.execute(_short_query()).all()
                ]
            for engagement, *values in connection.execute(_open_query()):
                open_rows.setdefault(engagement, []).append(StatusRow(*values))
            return [_status(row, open_rows.get(row[0], ())) for row in connection.execute(_count_query()).all()]

    def task_lines(self, customer: str | None = None) -> list[TaskLine]:
        """The rows of one customer or of all, in one query: by customer, then in their order."""
        progress, tasks = tables.progress, tables.tasks
        columns = tasks.c.by, tasks.c.note, tasks.c.reference, *(progress.c[name] for name in _FIELDS)
        same = and_(tasks.c.engagement == progress.c.engagement, tasks.c.task == progress.c.task)
        query = self._of_customers(progress, customer, *columns).outerjoin(tasks, same).order_by(progress.c.position)
        with self._database.reading() as connection:
            return [_line(*row) for row in connection.execute(query)]


def _line(customer: str, service: str, by: str | None, note: Event, reference: str | None, *values: Any) -> TaskLine:
    return TaskLine(customer, StatusRow(*values), by or "", note, reference or "", service)


def _open_query() -> Any:
    table = tables.progress
    columns = [table.c.engagement, *(table.c[name] for name in _FIELDS)]
    return select(*columns).where(table.c.state.in_(_OPEN)).order_by(table.c.engagement, table.c.position)


def _count_query(*more: Any) -> Select[Any]:
    """A line for every engagement: its customer, its phase, and what was counted when its rows were noted."""
    customers, engagements, due, phases = tables.customers, tables.engagements, tables.due, tables.phases
    newest = select(phases.c.engagement, func.max(phases.c.number).label("phase"))
    current = newest.group_by(phases.c.engagement).subquery("current")
    begun = [engagements.c[name].label(f"engagement_{name}") for name in _ENGAGEMENT]
    who = [customers.c[name] for name in _CUSTOMER]
    return (
        select(*begun, *who, due.c.closed, due.c.total, due.c.open, due.c.is_complete, current.c.phase, *more)
        .select_from(customers)
        .join(engagements, engagements.c.customer == customers.c.id)
        .outerjoin(due, due.c.engagement == engagements.c.id)
        .outerjoin(current, current.c.engagement == engagements.c.id)
        .order_by(customers.c.id, engagements.c.number)
    )


def _short_query() -> Select[Any]:
    due, progress = tables.due, tables.progress
    first = and_(progress.c.engagement == due.c.engagement, progress.c.position == due.c.first_open)
    return _count_query(*(progress.c[name] for name in _FIELDS)).outerjoin(progress, first)


def _urgency(row: StatusRow) -> tuple[int, date, int]:
    return urgency(row.state, row.due_on)


def _first(row: Any) -> StatusRow:
    return StatusRow(*row[-len(_FIELDS) :])


def _status(row: Any, rows: Sequence[StatusRow]) -> CustomerStatus:
    begun = len(_ENGAGEMENT)
    who = begun + len(_CUSTOMER)
    closed, total, still, is_complete, phase = row[who : who + 5]
    customer, engagement = Customer(*row[begun:who]), Engagement(*row[:begun])
    lines, counts = tuple(sorted(rows, key=_urgency)), (closed or 0, total or 0)
    return CustomerStatus(customer, engagement, *counts, lines, phase or 1, still or 0, bool(is_complete))

"""What is due, as it was noted of every customer, and whether that still is what the record says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, select, update

from onboarding.domain.due import Due, Move
from onboarding.domain.validity import Validity
from onboarding.store import tables
from onboarding.store.repository import Repository
from onboarding.store.scope import Scope
from onboarding.store.values import AgendaLine


class Agenda(Repository):
    """What could be moved for each customer. It follows from the record, so it is not audited."""

    def agenda(self, work: str = "", customers: Collection[str] = ()) -> list[AgendaLine]:
        """A line for every engagement, or for those of some customers, by customer; in one query.

        ``work`` says whose turns are meant (`store.turns`).
        """
        query = _query(work)
        if customers:
            query = query.where(tables.customers.c.id.in_(customers))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        several = Counter(row.id for row in rows)
        return [_line(row, row.service if several[row.id] > 1 else "") for row in rows]


def note(scope: Scope, found: Due, **counts: int | bool | None) -> None:
    """Keeps what could be moved in place of what was noted before, with the counts of its rows."""
    moves = [[move.stage, move.connector, move.since.isoformat()] for move in found.moves]
    row = {
        "noted_at": found.at, "moves": moves, "waits_for": found.waits_for,
        "since": found.validity.since, "until": found.validity.until, "decided_by": found.decided_by,
        "head": found.head,
    }  # fmt: skip
    whose = {"engagement": scope.engagement}
    if not scope.connection.execute(update(tables.due).filter_by(**whose).values(row | counts)).rowcount:
        scope.connection.execute(insert(tables.due).values(whose | row | counts))


def noted_of(scope: Scope) -> Due | None:
    """What was noted last; None when nothing was."""
    row = scope.row(tables.due)
    return _due(row) if row else None


def stays_noted(scope: Scope) -> None:
    """The record just written changes nothing about what is due: what was noted at the one before it stays so."""
    ids = [one.id for one in scope.engagements]
    noted = update(tables.due).where(tables.due.c.engagement.in_(ids), tables.due.c.head == scope.end - 1)
    scope.connection.execute(noted.values(head=scope.end))


def _query(work: str) -> Any:
    customers, engagements, due, turns, runs = (
        tables.customers, tables.engagements, tables.due, tables.turns, tables.runs,
    )  # fmt: skip
    head = select(func.max(tables.audit.c.seq)).filter_by(chain=customers.c.chain).scalar_subquery()
    newest = select(runs.c.outcome).filter_by(engagement=engagements.c.id).order_by(runs.c.number.desc()).limit(1)
    of_work = and_(turns.c.engagement == engagements.c.id, turns.c.work == work)
    return (
        select(
            customers.c.id, customers.c.created_at, engagements.c.profile, engagements.c.edition, engagements.c.ended,
            engagements.c.service, customers.c.is_training,
            turns.c.turn, turns.c.ended_at, head.label("now"), due,
            newest.scalar_subquery().label("newest"),
        )
        .join_from(engagements, customers, customers.c.id == engagements.c.customer)
        .outerjoin(due, due.c.engagement == engagements.c.id)
        .outerjoin(turns, of_work)
        .order_by(customers.c.id, engagements.c.number)
    )  # fmt: skip


def _line(row: Any, service: str) -> AgendaLine:
    turn = (row.turn or 0) - (row.turn is not None and row.ended_at is None)
    found = row.id, row.created_at, row.profile, row.now, _due(row), row.newest, turn, row.ended, row.edition
    return AgendaLine(*found, service, row.is_training)


def _due(row: Any) -> Due | None:
    if row.noted_at is None:
        return None
    moves = tuple(Move(stage, datetime.fromisoformat(since), connector) for stage, connector, since in row.moves)
    return Due(row.noted_at, moves, row.waits_for, Validity(row.since, row.until), row.decided_by, row.head)

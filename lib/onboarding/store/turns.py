"""Turns: which batch took a customer in hand, so that of several at once each customer has one turn."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, insert, update

from onboarding.store import tables
from onboarding.store.process import this_process
from onboarding.store.repository import Repository


class Turns(Repository):
    """The newest turn of every customer, by kind of work. Whoever takes one holds the customer's lock for ``run``."""

    def begin_turn(self, customer: str, work: str, seen: int) -> str:
        """Takes the customer in hand; empty, or who has ended a turn later than the one ``seen``.

        A turn that was never ended, since its process died or was stopped, is nobody's: it begins anew.
        """
        mine = this_process()
        with self._writing(customer) as scope:
            row = scope.row(tables.turns, work=work)
            if row is not None and row.turn > seen and row.ended_at is not None:
                return f"process {row.pid} on {row.host}"
            whose = {"engagement": scope.engagement, "work": work}
            scope.connection.execute(delete(tables.turns).filter_by(**whose))
            who = {"host": mine.host, "pid": mine.pid, "process": mine.started, "since": datetime.now(UTC)}
            scope.connection.execute(insert(tables.turns).values(turn=(row.turn if row else 0) + 1, **whose, **who))
        return ""

    def end_turn(self, customer: str, work: str) -> None:
        """Keeps that the turn came to its end."""
        with self._writing(customer) as scope:
            ended = update(tables.turns).filter_by(engagement=scope.engagement, work=work)
            scope.connection.execute(ended.values(ended_at=datetime.now(UTC)))

"""Everything that is kept of one customer and decided from, at one moment; read anew once something was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from onboarding.domain.due import Due
from onboarding.domain.history import Engagement, History
from onboarding.store.agenda import noted_of
from onboarding.store.answer_repository import AnswerVersions, newest_answers
from onboarding.store.history_repository import Histories, record_of
from onboarding.store.journal import asked_of
from onboarding.store.repository import scope_of
from onboarding.store.tables import audit, customers
from onboarding.store.values import AnswersVersion

_HEAD = (
    select(func.max(audit.c.seq))
    .join_from(customers, audit, audit.c.chain == customers.c.chain)
    .where(customers.c.id == bindparam("customer"))
)
"""Number of the last record of a customer's audit chain."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Answers and record as they belong together; nothing of it is to be changed.

    ``head`` is the number of the last record of the audit chain: every write that is proof adds one. ``asked`` is when
    something was first intended for a task, by its id, ``noted`` what was due when that was noted last.
    ``beside`` are the customer's other engagements.
    """

    head: int
    answers: AnswersVersion | None
    record: History
    asked: Mapping[str, datetime]
    noted: Due | None
    engagement: Engagement
    beside: tuple[Engagement, ...] = ()


class Moments(AnswerVersions, Histories):
    """Reading both in one transaction."""

    def moment(self, customer: str, last: Moment | None = None) -> Moment:
        """What is kept now; ``last`` itself when nothing was written since."""
        with self._database.reading() as connection:
            if last is not None and connection.scalar(_HEAD, {"customer": customer}) == last.head:
                return last
            scope = scope_of(connection, customer, within=self._within)
            answers = newest_answers(scope, last.answers if last else None)
            found = record_of(scope), asked_of(scope), noted_of(scope)
            return Moment(scope.end, answers, *found, scope.begun, scope.beside)

"""What was stated about a customer who was under way elsewhere, kept as a whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError

from onboarding.domain.action import Attachment
from onboarding.domain.history import Customer, Evidence, GateDecision, TaskRecord
from onboarding.domain.json import Answers
from onboarding.domain.reservation import Key, Move
from onboarding.errors import Busy
from onboarding.profile.edition import Edition
from onboarding.store import tables
from onboarding.store.answer_repository import Alike, keep_answers
from onboarding.store.customer_repository import begun
from onboarding.store.edition_repository import keep_edition
from onboarding.store.history_repository import add_decision, add_document, add_line
from onboarding.store.inventory import move, reserve
from onboarding.store.repository import Repository, scope_of
from onboarding.store.scope import Scope, values_of


@dataclass(frozen=True)
class Adoption:
    """All that is stated of one customer: to be kept ``at`` an instant by whoever enters it.

    Everything is dated by what is stated. It was worked out when the audit chain ended with the record ``head``. A
    customer who is new has that ``edition``. Tasks come with what becomes of the inventory.
    """

    customer: Customer
    profile: str
    by: str
    at: datetime
    head: int
    edition: Edition | None = None
    answers: Answers | None = None
    alike: Alike | None = None
    documents: Sequence[tuple[Attachment, datetime]] = ()
    evidence: Sequence[Evidence] = ()
    tasks: Sequence[tuple[TaskRecord, Move | None]] = ()
    decisions: Sequence[GateDecision] = ()
    reserved: Mapping[Key, str] = field(default_factory=dict)


class Adoptions(Repository):
    """Keeping them."""

    def adopt(self, stated: Adoption) -> Mapping[Key, str]:
        """Keeps all of it in one transaction; returns what another customer has of what is reserved, and who.

        Raises InputError CUSTOMER-EXISTS, Busy ADOPT-MOVED when somebody has written about the customer meanwhile.
        """
        name = stated.customer.id
        if stated.edition:
            keep_edition(self._editions, stated.edition)
        for document, _at in stated.documents:
            self._documents.put(f"{name}/{sha256(document.data).hexdigest()}", document.data)
        try:
            with self._database.writing() as connection:
                if stated.edition:
                    scope = begun(connection, stated.customer, stated.profile, stated.by, stated.edition)
                else:
                    scope = scope_of(connection, name, for_update=True)
                    if scope.end != stated.head:
                        raise _moved(name)
                return _keep(scope, stated)
        except IntegrityError:  # two at once on PostgreSQL
            raise _moved(name) from None


def _keep(scope: Scope, stated: Adoption) -> Mapping[Key, str]:
    if stated.answers is not None and stated.alike is not None:
        keep_answers(scope, stated.answers, stated.by, stated.at, "adoption", stated.alike)
    taken = reserve(scope, stated.reserved, stated.at, stated.by) if stated.reserved else {}
    for document, at in stated.documents:
        add_document(scope, document, stated.by, at)
    for line in stated.evidence:
        add_line(scope, line)
    for decision in stated.decisions:
        add_decision(scope, decision)
    for record, moved in stated.tasks:
        scope.put(tables.tasks, values_of(record), record.by, f"task.{record.state}", record.at)
        if moved:
            move(scope, moved, record.at, record.by)
    return taken


def _moved(customer: str) -> Busy:
    words = f"Somebody has written about {customer} meanwhile."
    return Busy("ADOPT-MOVED", words, "Give the file again: what is in it already is left as it is.")

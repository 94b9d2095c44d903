"""What was stated about a customer who was under way elsewhere, kept as a whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from onboarding.domain.action import Attachment
from onboarding.domain.history import Customer, Evidence, GateDecision, TaskRecord
from onboarding.domain.json import Answers
from onboarding.domain.reservation import Ageing, Key, Move
from onboarding.errors import Busy, InputError
from onboarding.profile.edition import Edition
from onboarding.store import tables
from onboarding.store.answer_repository import Alike, keep_answers
from onboarding.store.customer_repository import begun, engagement_of
from onboarding.store.edition_repository import keep_edition
from onboarding.store.history_repository import add_decision, add_document, add_line
from onboarding.store.inventory import move, reserve
from onboarding.store.repository import Repository, scope_of
from onboarding.store.scope import Scope, values_of


@dataclass(frozen=True)
class AdoptedService:
    """What is stated of one service of a customer. One that is new begins with that ``edition`` of the ``profile``.

    Tasks come with what becomes of the inventory; ``ageing`` is for how many days the numbers of a claim age.
    """

    service: str
    profile: str
    edition: Edition | None = None
    evidence: Sequence[Evidence] = ()
    tasks: Sequence[tuple[TaskRecord, Move | None]] = ()
    decisions: Sequence[GateDecision] = ()
    ageing: Ageing = field(default_factory=dict)


@dataclass(frozen=True)
class Adoption:
    """All that is stated of one customer: to be kept ``at`` an instant by whoever enters it.

    Everything is dated by what is stated. It was worked out when the audit chain ended with the record ``head``. Where
    the customer ``is_new`` so are its services, of which there is at least one.
    """

    customer: Customer
    by: str
    at: datetime
    head: int
    is_new: bool
    answers: Answers | None
    alike: Alike
    documents: Sequence[tuple[Attachment, datetime]]
    services: Sequence[AdoptedService]
    reserved: Mapping[Key, str] = field(default_factory=dict)


class Adoptions(Repository):
    """Keeping them."""

    def adopt(self, stated: Adoption) -> Mapping[Key, str]:
        """Keeps all of it in one transaction; returns what another customer has of what is reserved, and who.

        Raises Busy ADOPT-MOVED when somebody has written about the customer, or taken it over, meanwhile.
        """
        name = stated.customer.id
        for edition in (one.edition for one in stated.services if one.edition):
            keep_edition(self._editions, edition)
        documents = [document for document, _at in stated.documents]
        try:
            with self._arrivals.of(name, documents), self._database.writing() as connection:
                return _keep(self._scope(connection, stated), stated)
        except IntegrityError:  # two at once on PostgreSQL
            raise (_taken_over(name) if stated.is_new else _moved(name)) from None

    def _scope(self, connection: Connection, stated: Adoption) -> Scope:
        """The customer as it is, or made with all its services."""
        if not stated.is_new:
            scope = scope_of(connection, stated.customer.id, for_update=True)
            if scope.end != stated.head:
                raise _moved(stated.customer.id)
            scope.change(tables.customers, values_of(stated.customer), stated.by, "customer.change", stated.at)
            return scope
        first, *more = stated.services
        try:
            scope = begun(connection, stated.customer, first.profile, stated.by, first.edition, first.service)
        except InputError as problem:
            raise (_taken_over(stated.customer.id) if problem.code == "CUSTOMER-EXISTS" else problem) from None
        at = stated.customer.created_at
        for one in more:
            made = engagement_of(stated.customer.id, one.profile, one.service, at, stated.by, one.edition)
            scope.begin(made, stated.by)
        return scope


def _keep(scope: Scope, stated: Adoption) -> Mapping[Key, str]:
    if stated.answers is not None:
        keep_answers(scope, stated.answers, stated.by, stated.at, "adoption", stated.alike)
    taken = reserve(scope, stated.reserved, stated.at, stated.by) if stated.reserved else {}
    for document, at in stated.documents:
        add_document(scope, document, stated.by, at)
    for service in stated.services:
        scope.turn_to(service.service)
        _keep_service(scope, service)
    return taken


def _keep_service(scope: Scope, stated: AdoptedService) -> None:
    for line in stated.evidence:
        add_line(scope, line)
    for decision in stated.decisions:
        add_decision(scope, decision)
    for record, moved in stated.tasks:
        scope.put(tables.tasks, values_of(record), record.by, f"task.{record.state}", record.at)
        if moved:
            move(scope, moved, record.at, record.by, stated.ageing)


def _taken_over(customer: str) -> Busy:
    words = f"Somebody else has just taken over {customer}, or made a customer of that id."
    return Busy("ADOPT-MOVED", words, "Give the file again: what is in it already is left as it is.")


def _moved(customer: str) -> Busy:
    words = f"Somebody has written about {customer} meanwhile."
    return Busy("ADOPT-MOVED", words, "Give the file again: what is in it already is left as it is.")

"""The customers of the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from onboarding.domain.history import Customer, Engagement, check_customer_id, check_customer_name, check_service
from onboarding.errors import InputError
from onboarding.profile.edition import Edition
from onboarding.store import audit, tables
from onboarding.store.edition_repository import first_of, keep_edition
from onboarding.store.repository import Repository
from onboarding.store.scope import Scope, made, values_of


class Customers(Repository):
    """Making and finding customers."""

    def create_customer(
        self,
        customer: Customer,
        profile: str,
        by: str = "",
        edition: Edition | None = None,
        service: str = "",
        beside: Sequence[Edition] = (),
    ) -> Engagement:
        """Keeps a new customer with its first engagement, for an edition of a profile, whose files are kept.

        Without an edition the profile is read as it is whenever it is asked for. The engagement is known as
        ``service``, by default as the profile; with it begins one for each of the editions ``beside``. Returns the
        first. Raises InputError CUSTOMER-ID, CUSTOMER-NAME, SERVICE-ID or CUSTOMER-EXISTS.
        """
        check_customer_id(customer.id)
        check_customer_name(customer.name)
        for name in (service, *(one.profile for one in beside)):
            if name:
                check_service(name)
        for one in (edition, *beside):
            if one:
                keep_edition(self._editions, one)
        try:
            with self._database.writing() as connection:
                scope = begun(connection, customer, profile, by, edition, service)
                for one in beside:
                    made = engagement_of(customer.id, one.profile, one.profile, customer.created_at, by, one)
                    scope.begin(made, by)
        except IntegrityError:  # two at once on PostgreSQL
            raise _exists(customer.id) from None
        return scope.engagements[0]

    def engage(
        self, customer: str, profile: str, service: str, by: str, at: datetime, edition: Edition | None = None
    ) -> Engagement:
        """Begins another engagement of a customer that is there, known as ``service``.

        Raises InputError SERVICE-ID for a name that is none, ENGAGEMENT-EXISTS when the customer has one of that name,
        or of that profile that has not ended.
        """
        check_service(service)
        made = engagement_of(customer, profile, service, at, by, edition)
        if edition:
            keep_edition(self._editions, edition)
        with self._writing(customer) as scope:
            for one in scope.engagements:
                if one.service == service or (one.profile == profile and one.ended is None):
                    raise _engaged(customer, one)
            return scope.begin(made, by)

    def change_customer(self, customer: Customer, by: str, at: datetime | None = None) -> None:
        """Keeps a new name, go-live day or language of an existing customer.

        Raises InputError CUSTOMER-TRAINING-FIXED when it shall be for training and is not, or the other way round.
        """
        with self._writing(customer.id) as scope:
            current = scope.connection.execute(select(tables.customers).filter_by(id=customer.id)).one()
            if current.is_training is not customer.is_training:
                words = f"Whether {customer.id} is for training was settled when it was made."
                raise InputError("CUSTOMER-TRAINING-FIXED", words, "Make another customer.")
            scope.change(tables.customers, values_of(customer), by, "customer.change", at or datetime.now(UTC))

    def customers(self) -> list[Customer]:
        """All customers, by id."""
        with self._database.reading() as connection:
            rows = connection.execute(select(tables.customers).order_by(tables.customers.c.id))
            return [made(Customer, row) for row in rows]

    def last_record_at(self, customer: str) -> datetime | None:
        """The latest instant that anything in a customer's record was worked as of; None when nothing is there."""
        return self.last_records(customer).get(customer)

    def last_records(self, customer: str = "") -> dict[str, datetime]:
        """The latest instant that anything was worked as of, by customer: of one or of all, in one query."""
        query = (
            select(tables.customers.c.id, func.max(tables.audit.c.as_of))
            .join_from(tables.customers, tables.audit, tables.audit.c.chain == tables.customers.c.chain)
            .group_by(tables.customers.c.id)
        )
        with self._database.reading() as connection:
            return dict(connection.execute(query.where(tables.customers.c.id == customer) if customer else query).all())

    def engagements(self) -> list[Engagement]:
        """All engagements, by customer, oldest first."""
        table = tables.engagements
        with self._database.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.customer, table.c.number))
            return [made(Engagement, row) for row in rows]


def begun(
    connection: Connection, customer: Customer, profile: str, by: str, edition: Edition | None, service: str = ""
) -> Scope:
    """A new customer within a transaction. Raises InputError CUSTOMER-EXISTS."""
    if connection.execute(select(tables.customers.c.id).filter_by(id=customer.id)).first():
        raise _exists(customer.id)
    chain, key, at = audit.new_id(), audit.new_key(), customer.created_at
    engagement = engagement_of(customer.id, profile, service or profile, at, by, edition)
    connection.execute(insert(tables.audit_keys).values(chain=chain, key=key))
    scope = Scope(connection, customer.id, chain, key, [engagement], is_training=customer.is_training)
    scope.add(tables.customers, {**values_of(customer), "chain": chain}, by, "customer.create", at)
    scope.add(tables.engagements, values_of(engagement), by, "engagement.begin", at)
    return scope


def engagement_of(
    customer: str, profile: str, service: str, at: datetime, by: str, edition: Edition | None
) -> Engagement:
    """A new engagement, which is not kept yet: the first of its customer."""
    digest = edition.digest if edition else ""
    return Engagement(
        audit.new_id(), customer, profile, at, digest, editions=first_of(edition, at, by), service=service
    )


def _exists(customer: str) -> InputError:
    return InputError(
        "CUSTOMER-EXISTS", f"There is a customer {customer!r} already.", "Choose another id, or go on with that one."
    )


def _engaged(customer: str, one: Engagement) -> InputError:
    state = f"which has ended as {one.ended}" if one.ended else "which goes on"
    words = f"{customer} has the service {one.service} (profile {one.profile}) already, {state}."
    command = "Give the new one another name with --service." if one.ended else ""
    return InputError(
        "ENGAGEMENT-EXISTS", words, "Give it another name." if one.ended else "Go on with that one.", command
    )

"""A customer is made with one or several services, or takes another: one record, one set of answers and people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from onboarding.answers.joined import disagreements
from onboarding.case.case import Case
from onboarding.case.editions import offer_of
from onboarding.case.resellers import reseller_of
from onboarding.domain.history import Customer
from onboarding.errors import InputError
from onboarding.profile.edition import Edition
from onboarding.profile.load import load_edition
from onboarding.profile.model import Profile
from onboarding.store.lock import LOCK_WAIT
from onboarding.store.store import Store


def make(store: Store, customer: Customer, editions: Sequence[Edition], service: str, by: str) -> None:
    """Makes a customer with an engagement for each of the editions; of a single one ``service`` is the name.

    All of it is made, or nothing where two of them cannot be had by one customer. Raises InputError SERVICE-SEVERAL for
    a name where there are several, ENGAGE-TWICE, ENGAGE-DISAGREES, and as `case.resellers.reseller_of` and
    `store.customer_repository.Customers.create_customer`.
    """
    offers = [load_edition(one) for one in editions]
    if service and len(editions) > 1:
        raise InputError("SERVICE-SEVERAL", "Several services are known as their profiles.", "Leave --service out.")
    for number, offer in enumerate(offers):
        for other in offers[:number]:
            if other.id == offer.id:
                raise InputError("ENGAGE-TWICE", f"The profile {offer.id} is given twice.", "Give each once.")
            _refuse_two(other, offer)
        if customer.reseller:
            reseller_of(store, customer.reseller, offer.id)
    store.create_customer(customer, offers[0].id, by, editions[0], service, editions[1:])


def engage(store: Store, customer: str, edition: Edition, service: str, at: datetime, by: str) -> Case:
    """Begins an engagement of an existing customer with an edition, known as ``service``, by default as its profile.

    Raises InputError ENGAGE-ENDED for a customer that has ended, ENGAGE-DISAGREES where two profiles ask the same so
    differently that it cannot be one question, ENGAGEMENT-EXISTS, SERVICE-ID, and as `case.resellers.reseller_of`.
    """
    with store.lock(customer, wait=LOCK_WAIT):
        found = store.customer(customer)
        refuse_disagreeing(store, customer, edition)
        if found.reseller:
            reseller_of(store, found.reseller, edition.profile)
        begun = store.engage(customer, edition.profile, service or edition.profile, by, at, edition)
        case = Case.open(store, customer, at, by, begun.service)
        store.reserve(customer, case.wanted(), at, by)
        for one in (case, *case.others):
            one.note_progress()
    return case


def refuse_disagreeing(store: Store, customer: str, edition: Edition) -> None:
    """Raises InputError ENGAGE-ENDED and ENGAGE-DISAGREES as `engage` does; nothing is begun."""
    going_on = [one for one in store.engagements_of(customer) if one.ended is None]
    if not going_on:
        words = f"{customer} has ended, nothing is done for it any more."
        raise InputError("ENGAGE-ENDED", words, "Make another customer with `onboard new`.")
    offer = load_edition(edition)
    for one in going_on:
        _refuse_two(offer_of(store, one.profile, one.edition), offer)


def _refuse_two(one: Profile, other: Profile) -> None:
    if found := disagreements(one.questionnaire, other.questionnaire):
        words = f"{one.title} and {other.title} cannot share the answers of one customer: {' '.join(found)}"
        raise InputError("ENGAGE-DISAGREES", words, "Change one of the profiles, or make another customer.")

"""A customer that is there takes another service: one record, one set of answers, numbers and people."""

from __future__ import annotations

from datetime import datetime

from onboarding.answers.joined import disagreements
from onboarding.case.case import Case
from onboarding.case.editions import offer_of
from onboarding.case.resellers import reseller_of
from onboarding.errors import InputError
from onboarding.profile.edition import Edition
from onboarding.profile.load import load_edition
from onboarding.store.lock import LOCK_WAIT
from onboarding.store.store import Store


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
        other = offer_of(store, one.profile, one.edition)
        if found := disagreements(other.questionnaire, offer.questionnaire):
            words = f"{other.title} and {offer.title} cannot share the answers of one customer: {' '.join(found)}"
            raise InputError("ENGAGE-DISAGREES", words, "Change one of the profiles, or make another customer.")

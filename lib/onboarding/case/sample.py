"""A training customer, so that every runbook can be tried without touching anybody's data."""

from __future__ import annotations

from datetime import datetime

from onboarding import settings
from onboarding.answers.answer_files import read_answers
from onboarding.case.case import Case, engineer
from onboarding.domain.history import Customer
from onboarding.profile.load import edition_of
from onboarding.resources import shipped
from onboarding.store.store import Store

SAMPLE = "sample"
PROFILE = "chinook"
ANSWERS = "bright-smile.toml"


def open_sample(at: datetime) -> Case:
    """The training customer at ``at``, in a store of its own below the workspace, made on first use."""
    store = Store.open(settings.workspace() / SAMPLE)
    if not any(customer.id == SAMPLE for customer in store.customers()):
        customer = Customer(SAMPLE, "Bright Smile Dental Group (training)", at, is_training=True)
        store.create_customer(customer, PROFILE, edition=edition_of(PROFILE))
    case = Case.open(store, SAMPLE, at, engineer())
    if case.answers() is None:
        source = shipped("data", "examples", ANSWERS)
        case.save_answers(read_answers(case.questionnaire, source).document, "example")
    return case


def case_of(store: Store, customer: str, at: datetime, by: str, service: str = "") -> Case:
    """The customer's case in ``store``; the training customer has a store of its own."""
    return open_sample(at) if customer == SAMPLE else Case.open(store, customer, at, by, service)


def open_case(customer: str, at: datetime, service: str = "") -> Case:
    """The customer's case, or the training one for ``sample``."""
    if customer == SAMPLE:
        return open_sample(at)
    return Case.open(Store.open(), customer, at, engineer(), service)

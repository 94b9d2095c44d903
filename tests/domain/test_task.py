"""Lead times in words, and who may approve answers of their own."""

from __future__ import annotations

import pytest

from onboarding.domain.language import Language
from onboarding.domain.task import Gate, LeadTime, Party, Procedure, Service, Task, Unit

SPANISH = Language("es", "Español", {"{count} business days": "{count} días hábiles", "1 week": "1 semana"})


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        (LeadTime(1, Unit.MINUTES), "1 minute"),
        (LeadTime(15, Unit.MINUTES), "15 minutes"),
        (LeadTime(1, Unit.HOURS), "1 hour"),
        (LeadTime(24, Unit.HOURS), "24 hours"),
        (LeadTime(1, Unit.BUSINESS_DAYS), "1 business day"),
        (LeadTime(4, Unit.BUSINESS_DAYS), "4 business days"),
        (LeadTime(1, Unit.DAYS), "1 day"),
        (LeadTime(30, Unit.DAYS), "30 days"),
        (LeadTime(1, Unit.WEEKS), "1 week"),
        (LeadTime(3, Unit.WEEKS), "3 weeks"),
        (LeadTime(0, Unit.DAYS), "0 days"),
        (LeadTime(3, Unit.WEEKS, "port_orders.wanted_on", is_before=True), "3 weeks before port_orders.wanted_on"),
    ],
)
def test_a_lead_time_reads_as_it_is_spoken(lead: LeadTime, words: str) -> None:
    """One is singular, business days are distinguished from days, and what counts backwards names its day."""
    assert str(lead) == words


def test_a_lead_time_is_said_in_the_language_of_its_reader() -> None:
    """The number within the sentence of that language."""
    assert SPANISH(LeadTime(4, Unit.BUSINESS_DAYS).sentence) == "4 días hábiles"
    assert SPANISH(LeadTime(1, Unit.WEEKS).sentence) == "1 semana"


@pytest.mark.parametrize(
    ("about", "needs"),
    [
        ({}, False),
        ({"on": ("users",)}, False),
        ({"on": ("users",), "quorum": 2}, True),
        ({"on": ("users",), "each_role": True}, True),
        ({"quorum": 2}, False),  # it is bound to no answers
        ({"on": ("users",), "quorum": 2, "four_eyes": False}, False),
        ({"four_eyes": True}, True),
    ],
)
def test_several_people_look_at_answers_of_others(about: dict[str, object], needs: bool) -> None:
    """Where several approve answers nobody approves their own, unless the profile says otherwise."""
    assert Gate("ready", "Ready", "decision", "customer", **about).needs_four_eyes is needs


def test_a_persons_task_is_manual() -> None:
    """Whatever a connector does is not, mail included."""
    task = Task("gather.sign", "Sign", "gather", "customer")
    assert task.is_manual
    assert not Task("gather.send", "Send", "gather", "customer", connector="support").is_manual


def test_a_profile_that_says_nothing_leaves_it_at_the_usual() -> None:
    """A person does the task, and it can be done again in a later phase; one approval opens a gate."""
    task = Task("gather.sign", "Sign", "gather", "customer")
    assert (task.action, task.connector, task.channel) == ("manual", "manual", "either")
    assert (task.is_once, task.is_irreversible, task.is_inferred) == (False, False, False)
    assert not Party("customer", "Customer", "customer").is_inferred
    service = Service("voice", "Voice")
    assert (service.is_billed, service.needs_number) == (True, False)
    assert Gate("ready", "Ready", "decision", "customer").quorum == 1
    lead = LeadTime(1, Unit.DAYS)
    assert (lead.anchor, lead.is_before) == ("start", False)
    procedure = Procedure("end", "End", "reseller", "delete")
    assert (procedure.connector, procedure.is_irreversible) == ("manual", False)

"""Who does what, how long it takes and what is to be known of it, as a provider's guide prints it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from onboarding.domain.condition import Condition
from onboarding.domain.history import PartyConfirmation
from onboarding.domain.people import Person
from onboarding.domain.question import Kind
from onboarding.domain.task import Channel, Gate, LeadTime, Party, Task, Unit
from onboarding.profile.model import Profile
from onboarding.profile.offer_tables import DataTable
from onboarding.stages.responsibility import Responsibility, columns, directory, has_columns, responsibilities
from tests.stages.small import asked, question
from tests.stages.world import AT, context_of, profile_of

SHEET = asked(question("company.kind", Kind.CHOICE, "port", "new"), question("company.moves_on", Kind.DATE))
TASK = Task("gather.a", "Sign it", "gather", "customer")
GATE = Gate("said", "Go", "decision", "customer")
LINE = Responsibility("gather.a", "Sign it", "Customer", "customer", False, "", "", "", ())


def profile(**more: Any) -> Profile:
    other = Task("gather.b", "File it", "gather", "provider")
    found = replace(profile_of([replace(TASK, **more), other], [GATE]), questionnaire=SHEET)
    parties = {"customer": Party("customer", "Customer", "customer", contact_roles=("primary", "signer")),
               "provider": Party("provider", "Provider", "provider", is_inferred=True, contact_roles=("signer",)),
               "reseller": Party("reseller", "Reseller", "reseller")}  # fmt: skip
    return replace(found, parties=parties)


def line(**more: Any) -> Responsibility:
    return responsibilities(profile(**more), "gather")[0]


def test_a_line_says_who_does_it() -> None:
    """One line a task of the stage; what the guide does not say is inferred, of the task or of its party."""
    assert line() == LINE
    assert [one.is_inferred for one in responsibilities(profile(), "gather")] == [False, True]
    assert line(is_inferred=True).assigned_to == "Customer (inferred)"
    assert line().assigned_to == "Customer"
    assert responsibilities(profile(), "cutover") == []
    unknown = line(party="carrier")
    assert (unknown.side, unknown.is_inferred) == ("", False)


def test_who_was_confirmed_is_not_inferred_any_more() -> None:
    """And stands there with whoever confirmed it."""
    confirmed = {"gather.a": PartyConfirmation("gather.a", "customer", "Ana", AT)}
    found = responsibilities(profile(is_inferred=True), "gather", confirmed)
    assert [one.assigned_to for one in found] == ["Customer (confirmed by Ana)", "Provider (inferred)"]
    assert not found[0].is_inferred


@pytest.mark.parametrize(
    ("lead", "text"),
    [
        (None, ""),
        (LeadTime(5, Unit.BUSINESS_DAYS), "5 business days"),
        (LeadTime(2, Unit.DAYS, is_before=True), "2 days before it begins"),
        (LeadTime(1, Unit.WEEKS, "go-live", is_before=True), "1 week before the go-live"),
        (LeadTime(1, Unit.WEEKS, "go-live"), "1 week after the go-live"),
        (LeadTime(3, Unit.DAYS, "company.moves_on", is_before=True), "3 days before “Moves on”"),
        (LeadTime(3, Unit.DAYS, "gather.b"), "3 days after “File it”"),
        (LeadTime(3, Unit.DAYS, "gather.gone"), "3 days after “gather.gone”"),
    ],
)
def test_how_far_ahead_or_how_long(lead: LeadTime | None, text: str) -> None:
    """Its anchor in the words of the questionnaire or of the task it counts from."""
    assert line(lead=lead).lead == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, ""), (1, "1 min of work"), (30, "30 min of work"), (60, "1 h of work"), (90, "90 min of work"),
     (120, "2 h of work")],
)  # fmt: skip
def test_how_much_work_it_is(minutes: int, text: str) -> None:
    """By the hour where it is whole hours."""
    found = line(effort_minutes=minutes)
    assert (found.effort, found.duration) == (text, text)
    assert line(effort_minutes=30, lead=LeadTime(2, Unit.DAYS)).duration == "2 days; 30 min of work"


@pytest.mark.parametrize(
    ("channel", "comments"),
    [
        (Channel.PORTAL, ("In the portal",)),
        (Channel.ENGINEER, ("By engineers only",)),
        (Channel.EITHER, ()),
        (Channel.EMAIL, ("By e-mail",)),
        (Channel.CALL, ("By telephone",)),
        (Channel.VISIT, ("On site",)),
        (Channel.AUTOMATION, ("By itself",)),
        (Channel.PAPER, ("On paper",)),
    ],
)
def test_the_way_it_is_done(channel: Channel, comments: tuple[str, ...]) -> None:
    """Nothing where both ways are open."""
    assert line(channel=channel).comments == comments


def test_what_is_to_be_known_of_a_task() -> None:
    """With whom, when only, behind which gate, how often, and what cannot be repeated or undone."""
    found = line(
        channel=Channel.CALL, helpers=("provider", "reseller"), when=Condition("is", "company.kind", ("port",)),
        gates=("said", "gone"), every=LeadTime(1, Unit.WEEKS), is_once=True, is_irreversible=True,
    )  # fmt: skip
    assert found.comments == (
        "By telephone", "With Provider, Reseller", "Only if “Kind” is Port", "Gate: Go", "Again every week",
        "Once per customer, not in later phases", "Cannot be undone",
    )  # fmt: skip
    assert line(every=LeadTime(2, Unit.WEEKS)).comments == ("Again every 2 weeks",)


def test_the_guide_in_two_columns() -> None:
    """What the customer's side does, and what everybody else does (O-01)."""
    plain = profile()
    assert not has_columns(plain)
    assert has_columns(replace(plain, data=DataTable.model_validate({"responsibilities": "columns"})))
    lines = [LINE, replace(LINE, title="File it", party="Provider", side="provider", lead="2 days")]
    assert columns(lines) == (["Sign it (Customer)"], ["File it (Provider; 2 days)"])


CONTACTS = [{"name": "Ana", "email": "ana@x.example", "role": "primary"},
            {"name": "Ben", "email": "ben@x.example", "role": ["signer", "technical"]}, {"role": "other"}]  # fmt: skip


def test_who_is_known_for_a_customer() -> None:
    """Its contacts with the roles of every party that names theirs; of a kept list whoever acts for this customer."""
    context = context_of(profile(), {"contacts": CONTACTS})
    found = directory(context, None)
    contacts = (
        Person("Ana", "ana@x.example", ("customer",), side="customer"),
        Person("Ben", "ben@x.example", ("customer", "provider"), side="customer"),
        Person("", "", (), side="customer"),
    )
    assert (found.people, found.is_kept) == (contacts, False)
    kay = Person("Kay", "kay@x.example", ("reseller",))
    ours, theirs = replace(kay, customers=(context.customer.id,)), replace(kay, customers=("other",))
    found = directory(context, [kay, ours, theirs])
    assert (found.people, found.is_kept) == ((*contacts, kay, ours), True)
    assert directory(context, []).is_kept

"""Who may report and decide at a customer: people of the contacts and of people.toml, in their roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from onboarding.case import leaving_out, work
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.case.doubts import taken_on_trust, wanted_proof
from onboarding.case.people import people_of, refuse_stranger
from onboarding.case.reports import Report
from onboarding.domain.history import TaskState
from onboarding.errors import InputError
from onboarding.frames import evidence
from onboarding.notebook.lists import evidence_html
from onboarding.notebook.peoples_work import PeoplesWork
from onboarding.notebook.standing import status_html
from onboarding.profile.load import load_profile
from onboarding.report.completion import figures_of
from onboarding.report.work_sections import decisions, tasks
from onboarding.settings import ENGINEER
from tests.univoip.played import OFFICE, TEAMS, opened
from tests.world import PAPER, World

BEN = "ben.oneil@brightsmile.example"
ADMIN = "tom.okafor@cedarvalley.example"
GATE = "global-administrator"


@pytest.fixture
def schools(tmp_path: Path) -> Iterator[Case]:
    yield from opened(tmp_path, TEAMS)


def listed(case: Case, text: str) -> None:
    case.store.layout.people.write_text(text, encoding="utf-8")


def test_a_letter_is_reported_by_who_may_sign(mixed: World) -> None:
    """Where the contacts say who it is, nobody else's word or file counts; whoever may is named."""
    mixed.apply("telephony")
    before = mixed.case.record
    with pytest.raises(InputError) as refusal:
        work.done(mixed.case.acting("The Janitor"), "telephony.sign-loa", document=PAPER)
    assert refusal.value.code == "TASK-PERSON"
    assert refusal.value.message == "The Janitor is not listed as Authorised signer or Reseller."
    assert refusal.value.remedy == (
        f"Those who may: Ben O'Neil <{BEN}>. Nobody is listed as Reseller so far: people.toml lists them."
    )
    assert mixed.case.record == before
    work.done(mixed.case.acting(BEN), "telephony.sign-loa", document=PAPER)
    assert mixed.state("telephony.sign-loa") is TaskState.DONE


def test_without_a_list_people_are_taken_at_their_word(mixed: World) -> None:
    """Nobody is listed as support engineer; once a list is kept, only its people are."""
    mixed.apply("telephony")
    listed(mixed.case, '[[person]]\nname = "Dana Cole"\nroles = ["support-engineer"]\nprofiles = ["chinook"]\n')
    with pytest.raises(InputError, match=r"TASK-PERSON: R\. Diaz is not listed as Chinook support engineer"):
        work.done(mixed.case, "telephony.deliver-new-numbers", document=PAPER)
    work.done(mixed.case.acting("dana cole"), "telephony.deliver-new-numbers", document=PAPER)
    mixed.case.store.layout.people.unlink()
    work.done(mixed.case, "telephony.confirm-e911", document=PAPER, is_same_file=True)


@pytest.mark.parametrize("more", ['profiles = ["emetrotel"]', 'side = "reseller"', 'customers = ["another"]'])
def test_a_role_holds_for_provider_side_and_customer(more: str, mixed: World) -> None:
    """Somebody of another provider, of another side or for another customer does not have it here."""
    listed(mixed.case, f'[[person]]\nname = "Dana Cole"\nroles = ["support-engineer"]\n{more}\n')
    mixed.apply("telephony")
    with pytest.raises(InputError, match="TASK-PERSON"):
        work.done(mixed.case.acting("Dana Cole"), "telephony.deliver-new-numbers", document=PAPER)


@pytest.mark.refuses("C-51")
def test_the_reseller_does_not_agree_for_chinook(mixed: World) -> None:
    """That Chinook migrates is agreed by somebody of Chinook's side; the reseller alone cannot (C-51)."""
    mixed.save(migration=mixed.answers["migration"] | {"by": "provider"})
    gate = "migration-agreement"
    with pytest.raises(InputError, match="GATE-ROLE: reseller may not decide"):
        decide(mixed.case, Vote(gate, True, "reseller", document=PAPER))
    with pytest.raises(InputError, match=r"GATE-SIDE: Ben O'Neil .* is not of the provider's side"):
        decide(mixed.case.acting(BEN), Vote(gate, True, "support-engineer", document=PAPER))  # the customer's signer
    listed(mixed.case, '[[person]]\nname = "R. Diaz"\nside = "reseller"\nroles = ["reseller", "support-engineer"]\n')
    with pytest.raises(InputError, match="GATE-PERSON"):
        decide(mixed.case, Vote(gate, True, "support-engineer", document=PAPER))
    listed(mixed.case, '[[person]]\nname = "Dana Cole"\nside = "provider"\nroles = ["support-engineer"]\n')
    assert decide(mixed.case.acting("Dana Cole"), Vote(gate, True, "support-engineer", document=PAPER)).is_verified
    assert mixed.case.progress().gates[gate].is_open


@pytest.mark.refuses("U-13")
def test_only_a_listed_global_administrator_has_the_permissions(schools: Case) -> None:
    """By the role among the contacts; and where nobody is listed, nobody is taken at their word (U-13)."""
    with pytest.raises(InputError, match="GATE-PERSON: Elena Marsh is not listed as Microsoft 365 Global"):
        decide(schools.acting("Elena Marsh"), Vote(GATE, True, GATE))
    contacts = [row for row in schools.document["contacts"] if row["role"] != GATE]
    kept = schools.document["contacts"]
    schools.save_section("contacts", contacts)
    with pytest.raises(InputError, match=r"GATE-PERSON: .* Nobody is: add people"):
        decide(schools.acting(ADMIN), Vote(GATE, True, GATE))
    schools.save_section("contacts", kept)
    assert decide(schools.acting(ADMIN), Vote(GATE, True, GATE)).is_verified
    assert schools.progress().gates[GATE].is_open


@pytest.mark.parametrize("profile", [TEAMS, OFFICE])
def test_contacts_count_in_every_role_that_is_asked_for(profile: str) -> None:
    """Both services name the contacts of each party of the customer, but for those who are many."""
    parties = load_profile(profile).parties.values()
    assert {party.id for party in parties if party.side == "customer" and not party.contact_roles} <= {"users"}


def test_what_others_do_is_not_for_a_known_customer_to_report(mixed: World) -> None:
    """The customer's signer does nothing for reseller or provider; what a carrier does is entered by anybody."""
    mixed.apply("telephony")
    before, context = mixed.case.record, mixed.case.context()
    people = people_of(mixed.case, context)
    for task, whose in (("telephony.deliver-new-numbers", "provider"), ("migrate.record-zone", "reseller")):
        with pytest.raises(InputError, match=rf"TASK-PERSON: Ben O'Neil <{BEN}> is not of the {whose}'s side"):
            refuse_stranger(BEN, replace(mixed.case.task(task), helpers=()), people, context)
    with pytest.raises(InputError, match=r"TASK-PERSON: Ben O'Neil .* is not of the provider's side"):
        work.done(mixed.case.acting(BEN), "telephony.deliver-new-numbers", document=PAPER)
    assert mixed.case.record == before
    refuse_stranger(BEN, mixed.case.task("telephony.agree-port-date"), people, context)


@pytest.mark.parametrize(
    ("by", "task", "is_taken"),
    [
        ("Kim Lund", "cutover.verify-services", True),  # nobody is listed for the reseller, who does it
        (BEN, "cutover.verify-services", False),  # the customer only helps with it
        (BEN, "cutover.connect-lync-clients", True),
        ("Kim Lund", "cutover.connect-lync-clients", False),  # the customer does it, and it is known who that is
    ],
)
def test_who_leaves_something_out(by: str, task: str, is_taken: bool, lenient: World) -> None:
    """Who does it, or the side whose plan it is; nobody who is known to act for another."""
    case, before = lenient.case, lenient.case.record
    if is_taken:
        leaving_out.skip(case.acting(by), task, "It is known.")
        assert case.record.evidence[-1].by == by
        return
    with pytest.raises(InputError, match="TASK-PERSON"):
        leaving_out.skip(case.acting(by), task, "It is known.")
    assert case.record == before


def test_whose_plan_it_is_leaves_out_what_others_do_once_listed(lenient: World) -> None:
    """The refusal names who may, and for whom somebody has to be listed first."""
    task = "cutover.connect-lync-clients"
    with pytest.raises(InputError) as refusal:
        leaving_out.skip(lenient.case.acting("Kim Lund"), task, "It is known.")
    assert refusal.value.code == "TASK-PERSON"
    assert refusal.value.remedy.endswith(
        " Nobody is listed as Reseller or Reseller administrator so far: people.toml lists them."
    )
    listed(lenient.case, '[[person]]\nname = "Kim Lund"\nroles = ["reseller"]\n')
    leaving_out.skip(lenient.case.acting("Kim Lund"), task, "It is known.")
    assert not lenient.case.record.evidence[-1].is_on_trust


def test_where_a_list_is_kept_nobody_else_leaves_anything_out(lenient: World) -> None:
    """Somebody of the list who has the role may, whoever else is refused by name."""
    listed(lenient.case, '[[person]]\nname = "R. Diaz"\nroles = ["reseller"]\n')
    with pytest.raises(InputError, match=r"TASK-PERSON: The Janitor is not listed as .*Reseller"):
        leaving_out.skip(lenient.case.acting("The Janitor"), "cutover.verify-services", "Not of interest.")
    leaving_out.skip(lenient.case.acting("r. diaz"), "cutover.verify-services", "Not of interest.")
    assert not lenient.case.record.evidence[-1].is_on_trust


def test_who_is_taken_at_their_word_is_recorded_so(lenient: World) -> None:
    """Of reports, waivers and what is left out; of who was listed at that time, whatever the lists say later."""
    lenient.apply("telephony")
    work.done(lenient.case.acting(BEN), "telephony.sign-loa", document=PAPER)
    work.done(lenient.case, "telephony.deliver-new-numbers", document=PAPER, is_same_file=True)
    leaving_out.skip(lenient.case, "cutover.verify-services", "It is known.")
    leaving_out.waive(lenient.case, "migrate.record-zone", "reseller", "It is known.")
    listed(lenient.case, '[[person]]\nname = "R. Diaz"\nroles = ["reseller", "support-engineer"]\n')
    leaving_out.waive(lenient.case, "migrate.lower-ttl", "reseller", "It is known.")
    trust = {line.task: line.is_on_trust for line in lenient.case.record.evidence}
    assert {name for name, is_on_trust in trust.items() if is_on_trust} == {
        "telephony.deliver-new-numbers", "cutover.verify-services", "migrate.record-zone",
    }  # fmt: skip
    assert {"telephony.sign-loa", "migrate.lower-ttl"} <= set(trust)
    assert str(tasks(figures_of(lenient.case)).html).count(" · on trust") == 3
    assert str(evidence_html(evidence(lenient.name, store=lenient.store), UTC)).count("role taken on trust)") == 3
    assert lenient.store.verify() == []


def test_what_is_to_be_said_of_a_word_is_said_where_it_is_taken(lenient: World) -> None:
    """That the role is taken on trust, and which file is still wanted; the stage's line says it until it is filed."""
    lenient.apply("telephony")
    task, case = lenient.case.task("telephony.deliver-new-numbers"), lenient.case.acting("Dana Cole")
    lines = work.all_done(case, [Report(task.id)])
    assert taken_on_trust(case, lines) == [
        "Dana Cole is not listed as Chinook support engineer: the role is taken on trust."
    ]
    assert wanted_proof(case, lines) == [f"No file proves it; wanted is: {task.evidence}."]
    line = f"no file proves: {task.title}"
    assert line in str(status_html(lenient.case, "telephony", lenient.case.progress()))
    added = work.all_done(case, [Report(task.id, document=PAPER)])
    assert wanted_proof(case, added) == []
    assert line not in str(status_html(lenient.case, "telephony", lenient.case.progress()))


def test_the_runbook_says_it_on_the_card(lenient: World) -> None:
    """Of what is done, and of what is left out."""
    lenient.apply("telephony")
    title = lenient.case.task("telephony.deliver-new-numbers").title
    cards = PeoplesWork(lambda: lenient.case, "telephony").task_cards().cards
    card = next(one for one in cards if title in one.head.value)
    card.who.value = "Dana Cole"
    next(one for one in card.controls.children[1].children if one.description == "It is done").click()
    said = card.message.value
    assert "Dana Cole is not listed as Chinook support engineer: the role is taken on trust. No file proves it" in said


def test_who_said_it_and_who_entered_it(lenient: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person told and the login are recorded apart; where they are one, nothing is said about it."""
    monkeypatch.setenv(ENGINEER.name, "Kim Lund")
    lenient.apply("telephony")
    work.done(lenient.case.acting(BEN), "telephony.sign-loa", document=PAPER)
    leaving_out.skip(lenient.case.acting("Kim Lund <kim@reseller.example>"), "cutover.verify-services", "It is known.")
    signed, left = (lenient.evidence(task)[-1] for task in ("telephony.sign-loa", "cutover.verify-services"))
    assert (signed.by, signed.entered_by, signed.other_login) == (BEN, "Kim Lund", "Kim Lund")
    assert (left.entered_by, left.other_login) == ("Kim Lund", "")
    assert lenient.case.record.tasks["telephony.sign-loa"].entered_by == "Kim Lund"
    kept = decide(lenient.case.acting("Ana Ortiz"), Vote("go-no-go", False, "customer", "not yet"))
    assert (kept.by, kept.other_login) == ("Ana Ortiz <ana.ortiz@brightsmile.example>", "Kim Lund")
    assert "entered by Kim Lund for Ana Ortiz" in str(decisions(figures_of(lenient.case)).html)
    assert f"entered by Kim Lund for {BEN}" in str(tasks(figures_of(lenient.case)).html)
    assert "entered by Kim Lund" in str(evidence_html(evidence(lenient.name, store=lenient.store), UTC))
    assert lenient.store.verify() == []


def test_a_file_that_proves_something_else_is_pointed_out(mixed: World) -> None:
    """Which task and since when; it is taken where somebody says that it is meant, and for the same task always."""
    mixed.apply("telephony")
    work.done(mixed.case.acting(BEN), "telephony.sign-loa", document=PAPER)
    before = mixed.case.record
    with pytest.raises(InputError) as refusal:
        work.done(mixed.case, "telephony.deliver-new-numbers", document=PAPER)
    assert refusal.value.code == "DOCUMENT-TWICE"
    assert "letter.txt is the file that proves 'Sign the letter of authorization'" in refusal.value.message
    assert "(telephony.sign-loa) since 2026-03-02" in refusal.value.message
    assert "say so with the tick beside the file." in refusal.value.remedy
    assert "--same-file" in refusal.value.command
    assert mixed.case.record == before
    work.done(mixed.case, "telephony.deliver-new-numbers", document=PAPER, is_same_file=True)
    mixed.save(migration=mixed.answers["migration"] | {"by": "provider"})
    vote = Vote("migration-agreement", True, "support-engineer", document=PAPER)
    with pytest.raises(InputError, match="DOCUMENT-TWICE"):
        decide(mixed.case.acting("Dana Cole"), vote)
    decide(mixed.case.acting("Dana Cole"), replace(vote, is_same_file=True))

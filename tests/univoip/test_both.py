"""What holds for both of UniVoIP's profiles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onboarding.answers.joined import disagreements
from onboarding.case.case import Case
from onboarding.domain.reservation import InventoryState
from onboarding.profile.load import load_profile
from onboarding.report.completion import figures_of
from onboarding.stages.commercial_terms import reconciled
from tests.univoip.played import OFFICE, TEAMS, both, example, opened_both, play_on

TEAMS_PROFILE, OFFICE_PROFILE = load_profile(TEAMS), load_profile(OFFICE)


@pytest.mark.parametrize("profile", [TEAMS_PROFILE, OFFICE_PROFILE], ids=lambda profile: profile.id)
def test_every_task_says_who_how_and_what_proves_it(profile: Any) -> None:
    """A proof, a reason, a way, rows and a source on each; every lead time says where it comes from (U-02)."""
    for task in profile.tasks:
        assert task.evidence, task.id
        assert task.requirements, task.id
        assert task.source, task.id
        assert "**Why.**" in task.guide, task.id
        assert "**How.**" in task.guide, task.id
        assert task.skip_reason or task.when is None, task.id
        assert task.lead is None or task.lead.source, task.id
        assert task.effort_minutes or task.party not in profile.runs, task.id


def test_links_are_data_without_tracking() -> None:
    """The guide's links lead straight to their pages, the mangled one included (U-43)."""
    links = [reference.url for reference in TEAMS_PROFILE.references if reference.url]
    assert len(links) == 9
    assert all(link.startswith("https://") and "safelinks" not in link and "ns=" not in link for link in links)


def test_inferred_parties_are_marked() -> None:
    """OfficeConnect's columns have run together: what the wording does not say carries the mark (O-01, O-17)."""
    marked = {task.id for task in OFFICE_PROFILE.tasks if task.is_inferred}
    assert "gather.schedule-administrator-training" in marked
    assert "gather.identify-order" in marked
    assert "gather.schedule-kick-off" not in marked
    assert not any(task.is_inferred for task in TEAMS_PROFILE.tasks)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[dict[str, Case]]:
    yield from opened_both(tmp_path / "workspace", both())


def test_one_customer_may_have_both() -> None:
    """Nothing that both ask is asked so differently that it could not be one question."""
    assert disagreements(TEAMS_PROFILE.questionnaire, OFFICE_PROFILE.questionnaire) == []


@pytest.mark.timeout(600)
def test_both_services_of_one_customer_are_played_to_their_ends(services: dict[str, Case]) -> None:
    """One set of answers, numbers and people, each profile's tasks: each number is asked once and ported once."""
    teams, office = services[TEAMS], services[OFFICE]
    assert all(case.checked().is_complete for case in services.values())
    numbers = {case.service: {row["number"] for row in case.document["port_numbers"]} for case in services.values()}
    assert not numbers[TEAMS] & numbers[OFFICE]
    assert numbers[TEAMS] | numbers[OFFICE] == {row["number"] for row in teams.joint_document["port_numbers"]}
    assert {row["role"] for row in office.document["contacts"]} == {
        "primary", "signer", "technical", "billing", "administrator",
    } & {row["role"] for row in teams.joint_document["contacts"]}  # fmt: skip
    before = office.record
    told = play_on(teams)
    assert teams.progress().is_complete
    assert (office.record.tasks, office.record.decisions) == (before.tasks, before.decisions)
    assert {item.state for item in teams.store.inventory(teams.customer.id) if item.value in numbers[OFFICE]} == {
        InventoryState.RESERVED
    }
    told += play_on(office)
    assert office.progress().is_complete
    assert teams.progress().is_complete
    items = teams.store.inventory(teams.customer.id)
    assert {(item.what, item.state) for item in items} == {
        ("port", InventoryState.IN_SERVICE), ("new", InventoryState.IN_SERVICE), ("temporary", InventoryState.AGEING),
    }  # fmt: skip
    assert not any(
        problem.code in ("taken", "kept") for case in services.values() for problem in case.checked().problems
    )
    refs = [entry.ref for case in services.values() for entry in case.store.journal(case.customer.id)]
    assert len(refs) == len(set(refs))
    assert teams.store.verify() == []


def test_who_is_put_at_a_place_of_the_other_service_is_right(services: dict[str, Case]) -> None:
    """In the form of one service the place is not listed, but it is there: nothing is wrong before or after."""
    teams, office = services[TEAMS], services[OFFICE]
    place = office.document["sites"][0]["name"]
    assert place not in [row["name"] for row in teams.document["sites"]]
    users = [dict(row) for row in teams.document["users"]]
    users[0]["site"] = place
    assert not [one for one in teams.check({**teams.document, "users": users}).problems if one.code == "reference"]
    teams.save_section("users", users)
    assert place in [row["name"] for row in teams.document["sites"]]
    assert not [one for one in teams.checked().problems if one.code == "reference"]


def test_places_and_telephones_are_counted_with_the_service_that_uses_them(services: dict[str, Case]) -> None:
    """Neither service asks for, surveys or counts what only the other has; the contract is counted once in all."""
    teams, office = services[TEAMS], services[OFFICE]
    alone = {name: example(name) for name in (TEAMS, OFFICE)}
    for section in ("sites", "hardware"):
        found = {case.service: [row["name"] for row in case.document[section]] for case in services.values()}
        assert found == {name: [row["name"] for row in answers[section]] for name, answers in alone.items()}
        assert len(teams.joint_document[section]) == sum(map(len, found.values()))
    surveys = [view for view in office.progress().tasks if view.task.each and view.task.each.rows == "sites"]
    assert {view.task.row.label for view in surveys if view.task.row} == {row["name"] for row in alone[OFFICE]["sites"]}
    lines = [{one.item: one.contracted for one in reconciled(case.context())} for case in services.values()]
    assert [found["rented-phone"] for found in lines] == [5, 14]
    counted = [
        next(one.count.ordered for one in figures_of(case).tallies if one.id in ("hardware", "telephones"))
        for case in services.values()
    ]
    assert counted == [6, 14]  # bought and rented, of the schools and of the law office

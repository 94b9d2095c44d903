"""The time zone of a place is answered where its state has several, and work there is due by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.check import check
from onboarding.domain.place import zones_at
from onboarding.domain.task import Each, Task
from onboarding.profile.catalogues import load_language
from onboarding.profile.load import load_profile
from tests.stages.world import context_of

PROFILE = load_profile("univoip-officeconnect")
MIAMI = {"name": "Miami", "street": "1 Bay Road", "city": "Miami", "state": "FL"}
PENSACOLA = {"name": "Pensacola", "street": "2 Sand Street", "city": "Pensacola", "state": "FL", "zip": "32502"}
BOSTON = {"name": "Boston", "street": "12 Elm Street", "city": "Boston", "state": "MA", "zip": "02110"}


def found(*sites: dict[str, Any]) -> dict[int | None, str]:
    """Row -> what is said of its time zone."""
    checked = check(PROFILE.questionnaire, {"sites": list(sites)}, date(2026, 3, 2))
    return {one.row: one.message for one in checked.errors if one.question == "sites.time_zone"}


def test_a_place_in_a_state_with_several_zones_says_which() -> None:
    """Refused otherwise, with both named and the likelier one first; where state or postcode tell nothing is asked."""
    assert found(BOSTON, {**MIAMI, "zip": "33101"}) == {}
    assert found(BOSTON, MIAMI, PENSACOLA) == {
        1: "Florida has several time zones: Eastern, Central. Say which of them this place has; the likeliest is "
        "Eastern.",
        2: "Florida has several time zones: Central, Eastern. Say which of them this place has; the likeliest is "
        "Central.",
    }
    assert found(BOSTON, {**MIAMI, "time_zone": "Eastern"}, {**PENSACOLA, "time_zone": "America/Chicago"}) == {}


def test_a_zone_that_the_state_has_not_is_refused() -> None:
    """Also where the state has one only."""
    assert found({**MIAMI, "time_zone": "America/Denver"}, {**BOSTON, "time_zone": "America/Chicago"}) == {
        0: "Mountain is no time zone of Florida, which has Eastern, Central.",
        1: "Central is no time zone of Massachusetts, which has Eastern.",
    }


def test_it_is_said_in_the_customers_language() -> None:
    """With the zones in its words."""
    checked = check(PROFILE.questionnaire, {"sites": [MIAMI]}, date(2026, 3, 2))
    [problem] = [one for one in checked.errors if one.question == "sites.time_zone"]
    assert problem.sentence_in(load_language("es")).startswith("Florida tiene varias zonas horarias: ")


@pytest.mark.parametrize(
    ("site", "zone"),
    [
        (BOSTON, "America/New_York"), ({**BOSTON, "state": "CA", "zip": "92805"}, "America/Los_Angeles"),
        ({**PENSACOLA, "time_zone": "America/Chicago"}, "America/Chicago"),
        ({**MIAMI, "time_zone": "America/New_York"}, "America/New_York"),
    ],
)  # fmt: skip
def test_work_at_a_place_is_due_by_its_clock(site: dict[str, str], zone: str) -> None:
    """Whatever the zone of the provider, whose calendar is used else."""
    task = Task("provision.visit", "Visit", "provision", "univoip", each=Each("sites"))
    context = context_of(replace(PROFILE, tasks=(task,)), {"sites": [site]})
    [visit] = [one for one in context.tasks if one.row]
    assert context.calendar_for(visit).time_zone == zone


ZONES = [None, *(f"America/{name}" for name in ("New_York", "Chicago", "Denver", "Phoenix", "Los_Angeles"))]


@given(st.sampled_from(["FL", "TX", "MA", "NV", "AZ", "OR"]), st.sampled_from(ZONES))
def test_a_sheet_without_a_word_about_zones_leaves_none_open(state: str, zone: str | None) -> None:
    """Accepted exactly when the place has one zone and says none, or says one that its state has."""
    site = {"name": "A", "street": "1 Road", "city": "X", "state": state} | ({"time_zone": zone} if zone else {})
    accepted = zone in zones_at("US", state) if zone else len(zones_at("US", state)) == 1
    assert (found(site) == {}) is accepted

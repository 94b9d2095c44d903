"""Time zones of places: known where a state has one, to be said where it has several, never taken from elsewhere."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import geocoder, parse, timezone

from onboarding.domain.place import country, time_zones, zone_names, zones_at
from onboarding.resources import shipped

COUNTRIES = sorted(path.stem for path in shipped("data", "countries").iterdir())
EASTERN, CENTRAL, MOUNTAIN, PACIFIC = (f"America/{name}" for name in ("New_York", "Chicago", "Denver", "Los_Angeles"))
SEVERAL = {
    "FL": (EASTERN, CENTRAL), "TN": (CENTRAL, EASTERN), "KY": (EASTERN, CENTRAL), "IN": (EASTERN, CENTRAL),
    "TX": (CENTRAL, MOUNTAIN), "ND": (CENTRAL, MOUNTAIN), "SD": (CENTRAL, MOUNTAIN), "NE": (CENTRAL, MOUNTAIN),
    "KS": (CENTRAL, MOUNTAIN), "ID": (MOUNTAIN, PACIFIC), "OR": (PACIFIC, MOUNTAIN), "MI": (EASTERN, CENTRAL),
}  # fmt: skip


@pytest.mark.parametrize("state", SEVERAL)
def test_a_state_with_several_zones_has_all_of_them(state: str) -> None:
    """Without a postcode every one is possible, that of most of the state first."""
    assert zones_at("US", state) == SEVERAL[state]


@pytest.mark.parametrize(
    ("state", "postcode", "likeliest"),
    [
        ("FL", "32502", CENTRAL), ("TX", "79901", MOUNTAIN), ("TN", "37402", EASTERN), ("TN", "38501", CENTRAL),
        ("OR", "97914", MOUNTAIN), ("ID", "83814", PACIFIC), ("IN", "46402", CENTRAL), ("IN", "46534", EASTERN),
        ("SD", "57701", MOUNTAIN), ("KS", "67735", CENTRAL), ("MI", "49801", EASTERN), ("KY", "42101", CENTRAL),
        ("ND", "58601", MOUNTAIN), ("NE", "69361", MOUNTAIN), ("NE", "69101", CENTRAL),
    ],
)  # fmt: skip
def test_where_postcodes_do_not_tell_somebody_is_asked(state: str, postcode: str, likeliest: str) -> None:
    """Pensacola, El Paso, Chattanooga: both are possible, and what is suggested is the likelier."""
    found = zones_at("US", state, postcode)
    assert set(found) == set(SEVERAL[state])
    assert found[0] == likeliest


@pytest.mark.parametrize(
    ("state", "postcode", "zone"),
    [
        ("FL", "33101", EASTERN), ("TX", "75080", CENTRAL), ("TN", "37201", CENTRAL), ("KY", "40202", EASTERN),
        ("IN", "46204", EASTERN), ("MI", "48201", EASTERN), ("ND", "58102", CENTRAL), ("SD", "57104", CENTRAL),
        ("NE", "68102", CENTRAL), ("KS", "66603", CENTRAL), ("ID", "83702", MOUNTAIN), ("OR", "97201", PACIFIC),
    ],
)  # fmt: skip
def test_where_postcodes_tell_nobody_is_asked(state: str, postcode: str, zone: str) -> None:
    """Miami, Dallas, Nashville, Detroit: no place that begins so lies elsewhere."""
    assert zones_at("US", state, postcode) == (zone,)


def test_an_exception_is_asked_for_only_where_it_can_be() -> None:
    """Nevada is Pacific but for one town, Arizona keeps no summer time but for the Navajo Nation."""
    assert zones_at("US", "NV", "89101") == (PACIFIC,)
    assert zones_at("US", "NV", "89883") == (MOUNTAIN, PACIFIC)
    assert zones_at("US", "AZ", "85001") == ("America/Phoenix",)
    assert set(zones_at("US", "AZ", "86515")) == {"America/Phoenix", MOUNTAIN}
    assert set(zones_at("US", "NV")) == {PACIFIC, MOUNTAIN}


def test_where_nothing_is_known_nothing_is_taken() -> None:
    """Of a subdivision without data, and without any, all zones of the country; of a country with one, that."""
    assert zones_at("AU", "NSW") == tuple(zone_names("AU"))
    assert zones_at("US") == tuple(zone_names("US"))
    assert zones_at("GB", "SCT") == zones_at("GB") == ("Europe/London",)


@pytest.mark.parametrize("code", COUNTRIES)
def test_the_file_of_a_country_speaks_of_its_subdivisions_and_zones(code: str) -> None:
    """Zones that can be chosen there (or of a territory), states that there are, no exception without a second zone."""
    file = tomllib.loads(shipped("data", "countries", f"{code}.toml").read_text(encoding="utf-8"))
    assert set(file) == {"zones", "asked_in", "suggested"}
    known = country(code).subdivisions
    assert set(file["zones"]) <= set(known)
    for state, zones in file["zones"].items():
        ZoneInfo(zones[0])
        assert len(zones) == 1 or set(zones) <= set(zone_names(code)), state
        assert set(zones) <= {
            *time_zones(code),
            *time_zones(state if state in ("AS", "GU", "MP", "PR", "VI") else code),
        }
    for part in ("asked_in", "suggested"):
        assert all(len(file["zones"][state]) > 1 for state in file[part])
    assert all(set(found) <= set(file["zones"][state]) for state, found in file["suggested"].items())


def test_every_state_of_the_united_states_is_listed() -> None:
    """None is asked for by mistake."""
    file = tomllib.loads(shipped("data", "countries", "US.toml").read_text(encoding="utf-8"))
    assert set(file["zones"]) == set(country("US").subdivisions)


def offsets(zone: str) -> tuple[object, ...]:
    """How far from UTC it is in winter and in summer."""
    return tuple(datetime(2026, month, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() for month in (1, 7))


def test_the_zones_of_area_codes_are_among_those_of_their_state() -> None:
    """What `phonenumbers` knows of each area code, which comes from elsewhere, contradicts nothing."""
    named = {name: one for one, name in country("US").subdivisions.items()}
    named |= {one: one for one in country("US").subdivisions}
    seen = 0
    for area in range(201, 990):
        number = parse(f"+1{area}2345678")
        state = named.get(geocoder.description_for_number(number, "en").rpartition(",")[2].strip())
        zones = {zone for zone in timezone.time_zones_for_number(number) if zone != "Etc/Unknown"}
        if state and zones:
            seen += 1
            assert {offsets(zone) for zone in zones} <= {offsets(zone) for zone in zones_at("US", state)}, (area, state)
    assert seen > 250


@given(st.sampled_from(sorted(country("US").subdivisions)), st.text("0123456789", max_size=5))
def test_a_place_always_has_a_zone_of_its_state(state: str, postcode: str) -> None:
    """At least one, none twice, and never one that the state has not."""
    found = zones_at("US", state, postcode)
    assert len(found) == len(set(found)) >= 1
    assert set(found) <= set(zones_at("US", state))

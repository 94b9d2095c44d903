"""Every rule of both profiles: one change breaks it at its place, and the example customer does not break it there."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.domain.question import errors
from onboarding.profile.load import load_profile
from tests.univoip.played import OFFICE, TEAMS, Answers, Change, problems

Broken = tuple[Change, str, int | None]
"""The change, and where it is found: question and row."""


def user(place: int, **more: Any) -> Change:
    return lambda answers: answers["users"][place].update(more)


def confirmed(day: str) -> Change:
    return lambda answers: answers["port_numbers"][0].update(foc_on=day)


def installed(**days: str) -> Change:
    """The loop is there on 1 June; the visits are on these days."""

    def change(answers: Answers) -> None:
        answers["circuit"]["loop_on"] = "2026-06-01"
        answers.setdefault("installation", {}).update(days)

    return change


def measured(**more: Any) -> Change:
    return lambda answers: answers["teams_network"].update(more)


def at_the_edge(**more: Any) -> Change:
    """Figures that are good at the edge, but for these."""
    good = {"measured_at": "edge", "latency_ms": 29, "round_trip_ms": 59, "lost_of_10000": 9, "jitter_ms": 14}
    return measured(**(good | more))


def role(place: int, value: str) -> Change:
    return lambda answers: answers["contacts"][place].update(role=value)


def order(**more: Any) -> Change:
    return lambda answers: answers["port_orders"][0].update(more)


def contacts_to(answers: Answers) -> None:
    answers["contacts"][2]["role"] = "technical"


TEAMS_RULES: dict[str, Broken] = {
    "licence-has-telephony": (user(2, add_ons=[]), "users.licence", 2),
    "full-licence-needs-nothing": (user(0, add_ons=["teams-phone-standard"]), "users.licence", 0),
    "calling-plan-is-replaced": (
        user(2, add_ons=["teams-phone-standard", "domestic-calling-plan"]),
        "users.licence",
        2,
    ),
    "equivalent-licence-is-looked-at": (
        user(2, licence="equivalent", licence_name="E5 Developer", add_ons=[]),
        "users.licence_name",
        2,
    ),
    "common-area-phone-is-shared": (lambda a: a["hardware"][2].update(licence="user"), "hardware.licence", 2),
    "conferencing-is-no-telephony": (user(4, services=["audio-conferencing"]), "users.email", 4),
    "one-account-per-entry-point": (lambda a: a["resource_accounts"].pop(), "resource_accounts", None),
    "one-primary-contact": (role(3, "primary"), "contacts", None),
    "global-administrator-is-named": (contacts_to, "contacts", None),
    "signer-is-the-named-contact": (order(signer="Elena Marsh"), "port_orders.signer", 0),
    "ported-number-is-listed": (user(0, number="+17145550105"), "users.number", 0),
    "new-numbers-suffice": (lambda a: a["new_numbers"][0].update(quantity=3), "users.area_code", 7),
    "area-code-exists": (lambda a: a["new_numbers"][0].update(area_code="999"), "new_numbers.area_code", 0),
    "full-port-moves-the-billing-number": (lambda a: a["port_numbers"].pop(0), "port_orders.btn", 0),
    "partial-port-leaves-a-billing-number": (order(scope="partial"), "port_orders.btn", 0),
    "bill-is-current": (order(bill_on="2026-01-10"), "port_orders.bill_on", 0),
    "wanted-port-date-is-a-workday": (order(wanted_on="2026-05-25"), "port_orders.wanted_on", 0),
    "confirmed-port-date-is-a-workday": (confirmed("2026-04-25"), "port_numbers.foc_on", 0),
    "latency-from-device": (measured(latency_ms=50), "teams_network.latency_ms", None),
    "round-trip-from-device": (measured(round_trip_ms=100), "teams_network.round_trip_ms", None),
    "loss-from-device": (measured(lost_of_10000=100), "teams_network.lost_of_10000", None),
    "jitter-from-device": (measured(jitter_ms=30), "teams_network.jitter_ms", None),
    "latency-from-edge": (at_the_edge(latency_ms=30), "teams_network.latency_ms", None),
    "round-trip-from-edge": (at_the_edge(round_trip_ms=60), "teams_network.round_trip_ms", None),
    "loss-from-edge": (at_the_edge(lost_of_10000=10), "teams_network.lost_of_10000", None),
    "jitter-from-edge": (at_the_edge(jitter_ms=15), "teams_network.jitter_ms", None),
    "uplink-carries-the-calls": (measured(uplink_kbps=799), "teams_network.uplink_kbps", None),
}

OFFICE_RULES: dict[str, Broken] = {
    "one-primary-contact": (role(3, "primary"), "contacts", None),
    "administrator-is-named": (role(2, "technical"), "contacts", None),
    "wiring-carries-voice": (lambda a: a["network"].update(cabling="none"), "network.cabling", None),
    "network-switches": (lambda a: a["network"].update(switches=False), "network.switches", None),
    "network-routers": (lambda a: a["network"].update(routers=False), "network.routers", None),
    "network-firewalls": (lambda a: None, "network.firewalls", None),
    "network-poe": (lambda a: a["network"].update(poe=False), "network.poe", None),
    "network-ip-addressing": (lambda a: a["network"].update(ip_addressing=False), "network.ip_addressing", None),
    "network-qos": (lambda a: None, "network.qos", None),
    "extension-leaves-911-free": (user(0, extension="911"), "users.extension", 0),
    "signer-is-the-named-contact": (order(signer="Judith Marlow"), "port_orders.signer", 0),
    "direct-number-is-listed": (user(0, number="+13105550106"), "users.number", 0),
    "full-port-moves-the-billing-number": (lambda a: a["port_numbers"].pop(0), "port_orders.btn", 0),
    "partial-port-leaves-a-billing-number": (order(scope="partial"), "port_orders.btn", 0),
    "bill-is-recent": (order(bill_on="2025-11-01"), "port_orders.bill_on", 0),
    "wanted-port-date-is-a-workday": (order(wanted_on="2026-05-25"), "port_orders.wanted_on", 0),
    "confirmed-port-date-is-a-workday": (confirmed("2026-04-25"), "port_numbers.foc_on", 0),
    "installation-is-on-a-workday": (installed(voice_on="2026-07-03"), "installation.voice_on", None),
    "loop-before-access": (installed(access_on="2026-05-31"), "installation.access_on", None),
    "loop-before-activation": (installed(voice_on="2026-05-29"), "installation.voice_on", None),
    "access-before-voice": (
        installed(access_on="2026-06-24", voice_on="2026-06-23"),
        "installation.voice_on",
        None,
    ),
}

CASES = [(TEAMS, name, *case) for name, case in TEAMS_RULES.items()]
CASES += [(OFFICE, name, *case) for name, case in OFFICE_RULES.items()]
MENDED: dict[str, Change] = {
    "network-firewalls": lambda a: a["network"].update(firewalls=True),
    "network-qos": lambda a: a["network"].update(qos=True),
}
"""The example customer begins with these two undone."""


@pytest.mark.parametrize(
    ("profile", "name", "change", "question", "row"),
    CASES,
    ids=lambda value: "change" if callable(value) else str(value)[:40],
)
def test_each_rule_is_broken_by_one_change(
    profile: str, name: str, change: Change, question: str, row: int | None
) -> None:
    """With the change the rule speaks at that place, in the profile's words; without it, it is silent there."""
    [rule] = [rule for rule in load_profile(profile).questionnaire.rules if rule.id == name]

    def spoken(change: Change) -> list[str]:
        found = problems(profile, change)
        return [p.message for p in found if (p.question, p.row, p.source) == (question, row, rule.source)
                and p.code.removesuffix("-ahead") and _begins_like(p.message, rule.message)]  # fmt: skip

    assert spoken(change), [str(problem) for problem in problems(profile, change)]
    assert spoken(MENDED.get(name, lambda answers: None)) == []


def _begins_like(message: str, template: str) -> bool:
    """Whether the message can come from the template: all its fixed words are in it, in order."""
    place = 0
    for piece in [part.partition("}")[2] if "}" in part else part for part in template.split("{")]:
        place = message.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return True


def test_no_rule_is_left_untested() -> None:
    """Every rule of both profiles and their packs has its case; warnings about fictitious numbers are everywhere."""
    for profile, cases in ((TEAMS, TEAMS_RULES), (OFFICE, OFFICE_RULES)):
        known = {rule.id for rule in load_profile(profile).questionnaire.rules}
        assert known - {"ported-number-is-real"} == set(cases)


@pytest.mark.parametrize("profile", [TEAMS, OFFICE])
def test_the_examples_are_complete(profile: str) -> None:
    """No error; what is warned about is what the customer still has to do, and that its numbers are invented."""
    found = problems(profile)
    assert errors(found) == []
    assert {problem.code for problem in found} <= {
        "production-number", "licence-covers", "licence-removed", "forbidden-when",
    }  # fmt: skip


def test_what_a_user_lacks_is_said_in_plain_words() -> None:
    """Names and licences as people know them; A5 users are not mentioned (U-04 to U-07)."""
    said = [problem.message for problem in problems(TEAMS) if problem.question == "users.licence"]
    assert "Ruben Castillo has A3, which needs Teams Phone Standard beside it before a number is assigned." in said
    assert any(words.startswith("Darnell Brooks has Microsoft Teams Domestic Calling Plan") for words in said)
    assert not any("Elena Marsh" in words for words in said)


def test_audio_conferencing_is_optional() -> None:
    """Nobody needs it for a telephone number (U-10)."""

    def nobody(answers: Answers) -> None:
        for row in answers["users"]:
            row["services"] = ["voice"] if "voice" in row["services"] else []
            row["add_ons"] = [one for one in row.get("add_ons", ()) if one != "audio-conferencing"]
        answers["users"] = [row for row in answers["users"] if row["services"]]

    assert not [problem for problem in errors(problems(TEAMS, nobody)) if problem.section == "users"]

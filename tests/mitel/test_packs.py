"""Every rule of this profile and its packs: a change of good answers that trips it, a near one that does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from onboarding.answers.answer_schema import Values, asked_only, normalise
from onboarding.answers.check import rule_problems
from onboarding.answers.rules import RuleInput
from onboarding.domain.question import Problem, Rule
from onboarding.resources import shipped
from tests.mitel.freight import TODAY, Answers, Change, answers, mitel

PACKS = tuple(pack.id for pack in mitel().packs)


def put(section: str, row: int | None = None, **values: Any) -> Change:
    """Sets answers of a record, or of one row of a table; None takes an answer out."""

    def change(document: Answers) -> None:
        kept = document[section] if row is None else document[section][row]
        for name, value in values.items():
            if value is None:
                kept.pop(name, None)
            else:
                kept[name] = value

    return change


def add(section: str, **row: Any) -> Change:
    return lambda document: document[section].append(row)


def drop(section: str, **where: Any) -> Change:
    """Without the rows that have these values."""

    def change(document: Answers) -> None:
        rows = document[section]
        document[section] = [row for row in rows if any(row.get(name) != value for name, value in where.items())]

    return change


@dataclass(frozen=True)
class Pair:
    """``bad`` trips the rule at ``place`` (question, row), ``good`` does not although it comes close."""

    bad: tuple[Change, ...]
    place: tuple[str, int | None]
    good: tuple[Change, ...]


def pair(bad: Change | tuple[Change, ...], question: str, row: int | None, good: Change | tuple[Change, ...]) -> Pair:
    return Pair(
        bad if isinstance(bad, tuple) else (bad,), (question, row), good if isinstance(good, tuple) else (good,)
    )


OLD = put("platform", micollab_version="8.0", mivb_version="8.0")
PAIRS: dict[str, Pair] = {
    # mitel-versions
    "micollab-version-is-one": pair(
        put("platform", micollab_version="9.4 SP1"), "platform.micollab_version", None,
        put("platform", micollab_version="v9.4")),
    "mivb-version-is-one": pair(
        put("platform", mivb_version="nine"), "platform.mivb_version", None, put("platform", mivb_version="9")),
    "meetings-need-micollab": pair(
        put("platform", micollab_version="9.1.2.4"), "bundles.meetings", 1, put("platform", micollab_version="9.2")),
    "port-details-need-micollab": pair(
        put("platform", micollab_version="9.4.0.8"), "bundle_settings.npm_awv", None,
        put("platform", micollab_version="9.4.0.9")),
    "script-or-newer-systems": pair(
        OLD, "bundles.phones", 2, (OLD, put("platform", rest_api=True))),
    "new-phones-need-micollab": pair(
        (put("bundles", 0, phones=["6930w"]), put("platform", micollab_version="9.5.9")), "bundles.phones", 0,
        (put("bundles", 0, phones=["6930w"]), put("platform", micollab_version="9.6"))),
    "new-phones-need-mivb": pair(
        (put("bundles", 0, phones=["cloudlink"]), put("platform", mivb_version="9.3")), "bundles.phones", 0,
        put("bundles", 0, phones=["cloudlink"])),
    "cordless-phones-need-micollab": pair(
        put("bundles", 0, phones=["5617"]), "bundles.phones", 0,
        (put("bundles", 0, phones=["5617"]), put("platform", micollab_version="9.8"))),
    "new-hot-desks-need-micollab": pair(
        put("hotdesk_devices", 0, device="6930l"), "hotdesk_devices.device", 0,
        (put("hotdesk_devices", 0, device="6930l"), put("platform", micollab_version="9.10"))),
    # mitel-bundles
    "seven-digits-one-phone": pair(
        put("platform_assignment", extension_length=7), "bundles.phones", 0,
        put("platform_assignment", extension_length=6)),
    "three-phones-a-bundle": pair(
        put("bundles", 0, phones=["6920", "6930", "softphone", "mobile"]), "bundles.phones", 0,
        put("bundles", 0, phones=["6920", "6930", "softphone"])),
    "bundles-suffice": pair(
        put("bundles", 0, quantity=9), "users.bundle", 0, put("bundles", 0, quantity=10)),
    "licences-suffice": pair(
        put("licences", 1, quantity=5), "users.bundle", 2, put("licences", 1, quantity=6)),
    "extensions-have-the-length": pair(
        put("users", 0, extension="210"), "users.extension", 0, put("users", 0, extension="2199")),
    "mailboxes-have-the-length": pair(
        put("mailboxes", 0, extension="29000"), "mailboxes.extension", 0, put("mailboxes", 0, extension="2999")),
    "keys-are-there": pair(
        put("key_templates", 1, keys=19), "key_templates.keys", 1, put("key_templates", 1, keys=18)),
    # extension-plan
    "extension-leaves-codes-free": pair(
        put("users", 0, extension="9110"), "users.extension", 0, put("users", 0, extension="9210")),
    "extensions-of-one-length": pair(
        put("users", 3, extension="21045"), "users.extension", 3, put("users", 3, extension="2145")),
    # sip
    "sip-user-once-a-gateway": pair(
        put("users", 1, sip_user="HFL-2101"), "users.sip_user", 1,
        put("users", 1, sip_user="HFL-2101", mbg="mbg-west")),
    "sip-user-is-one": pair(
        put("users", 0, sip_user="hfl 2101"), "users.sip_user", 0, put("users", 0, sip_user="hfl.2101_a")),
    "device-address-is-one": pair(
        put("users", 1, mac="0800.0f40.1001"), "users.mac", 1, put("users", 1, mac="0800.0f40.10ff")),
    # number-ranges
    "range-has-two-ends": pair(
        put("did_ranges", 1, end="+14015550139"), "did_ranges.end", 1, put("did_ranges", 1, end="+14015550141")),
    "ranges-are-apart": pair(
        put("did_ranges", 1, start="+14015550129"), "did_ranges.start", 1,
        put("did_ranges", 1, start="+14015550130")),
    "range-is-no-slip": pair(
        put("did_ranges", 1, end="+14015560140"), "did_ranges.start", 1, put("did_ranges", 1, end="+14015560139")),
    "direct-numbers-lie-in-ranges": pair(
        drop("did_ranges", start="+14015550140"), "users.did", 13,
        (drop("did_ranges", start="+14015550140"), put("users", 13, did=None))),
    "shown-numbers-are-ours": pair(
        put("cpns", 0, number="+14015550130"), "cpns.number", 0, put("cpns", 0, number="+14015550129")),
    # emergency
    "default-cesid-is-one": pair(
        put("emergency", default_cesid="401555*110"), "emergency.default_cesid", None,
        put("emergency", default_cesid="401 555-0110")),
    "location-cesid-is-one": pair(
        (put("erls", 0, number="14015550112"), put("platform", mivb_version="5.0")), "erls.number", 0,
        put("erls", 0, number="14015550112")),
    "default-cesid-is-registered": pair(
        put("emergency", default_cesid="4015550199"), "emergency.default_cesid", None,
        put("emergency", default_cesid="14015550111")),
    "location-cesid-is-registered": pair(
        put("erls", 0, number="4015550199"), "erls.number", 0, put("erls", 0, number="4015550113")),
    "direct-numbers-are-registered": pair(
        put("users", 0, did="+14015550121"), "users.did", 0,
        (put("users", 0, did="+14015550121"), put("emergency", did_as_cesid=False))),
    "every-site-has-a-location": pair(
        drop("erls", site="Newport"), "users.site", 10,
        (drop("erls", site="Newport"),
         add("erls", site_name="Dock", number="4015550118", location="Dock 4", zone="9", site="Newport"))),
    "location-can-be-found": pair(
        put("erls", 2, location="240 Harbor Street"), "erls.location", 2,
        put("erls", 2, location="240 Harbor Street, gate 3")),
}  # fmt: skip


def rules_of(*packs: str) -> dict[str, Rule]:
    known = {rule.id: rule for rule in mitel().questionnaire.rules}
    return {name: known[name] for pack in mitel().packs if pack.id in packs for name in pack.rules}


SILENT = replace(mitel().questionnaire, rules=())


def broken(rule: Rule, *changes: Change) -> list[Problem]:
    """What that rule alone finds, beyond what holds for every questionnaire."""
    full, _ = normalise(SILENT, answers(*changes))
    values = Values(asked_only(SILENT, full.sections), full.numbers)
    always = set(rule_problems(RuleInput(SILENT, values, TODAY)))
    return [one for one in rule_problems(RuleInput(replace(SILENT, rules=(rule,)), values, TODAY)) if one not in always]


def found(rule: Rule, *changes: Change) -> list[tuple[str, int | None]]:
    return [(problem.question, problem.row) for problem in broken(rule, *changes)]


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_of_a_pack_has_a_pair(pack: str) -> None:
    """A rule nobody has tried is no rule; a pair without a rule is left over."""
    assert sorted(rules_of(pack)) == sorted(name for name in PAIRS if name in rules_of(pack))
    assert sorted(PAIRS) == sorted(rules_of(*PACKS))


@pytest.mark.parametrize("name", PAIRS)
def test_each_rule_is_tripped_and_let_pass(name: str) -> None:
    """Good answers pass, the bad change is found at its place, the near one is not."""
    rule, case = rules_of(*PACKS)[name], PAIRS[name]
    assert found(rule) == []
    assert case.place in found(rule, *case.bad)
    assert found(rule, *case.good) == []


@pytest.mark.parametrize("name", PAIRS)
def test_each_rule_says_what_is_wrong_and_where_it_comes_from(name: str) -> None:
    """The sentence is whole, every place in it filled in, and a source stands behind it."""
    rule, case = rules_of(*PACKS)[name], PAIRS[name]
    [problem, *_] = [one for one in broken(rule, *case.bad) if (one.question, one.row) == case.place]
    assert "{" not in problem.message
    assert problem.message.rstrip()[-1] in ".?!"
    assert rule.source


def test_the_packs_are_dated_and_every_one_is_pulled_in_by_name() -> None:
    """A fact about a product has a day on which it was true."""
    assert all(pack.as_of >= "2026-01-01" and pack.source for pack in mitel().packs)
    assert {pack.id for pack in mitel().packs} <= {path.stem for path in shipped("data", "rules").glob("*.toml")}


OWN: dict[str, Pair] = {
    "blueprint-only-for-mivb": pair(
        put("platform", kind="other"), "platform.blueprint_name", None, put("platform", kind="mivb")),
    "zone-is-needed-below-9": pair(
        (put("platform", mivb_version="8.9"), put("time_zone", zone=None)), "platform.mivb_version", None,
        (put("platform", mivb_version="9.0"), put("time_zone", zone=None))),
    "zone-equals-msl": pair(
        put("time_zone", zone="America/Chicago"), "time_zone.zone", None,
        (put("time_zone", zone="America/Chicago"), put("platform", msl_time_zone="America/Chicago"))),
    "one-platform": pair(
        put("user_settings", platform="PVD-02"), "user_settings.platform", None, put("user_settings", platform=None)),
    "registered-platform": pair(
        put("platform_assignment", platform="PVD-02"), "platform_assignment.platform", None,
        (put("platform_assignment", platform="PVD-02"), put("platform", group="pvd-02"))),
    "one-extension-length": pair(
        put("user_settings", extension_length=5), "user_settings.extension_length", None,
        put("user_settings", extension_length=None)),
    "one-set-of-privileges": pair(
        put("bundle_settings", dialling_privileges="local"), "bundle_settings.dialling_privileges", None,
        put("bundle_settings", dialling_privileges=None)),
    "recreated-customer-needs-a-reboot": pair(
        put("customer_details", recreated=True), "customer_details.recreated", None,
        put("customer_details", recreated=False)),
    "portal-address-is-one": pair(
        put("customer_details", portal_url="harborfreight"), "customer_details.portal_url", None,
        put("customer_details", portal_url="http://portal.harborcloud.example")),
    "no-secret-in-clear": pair(
        put("user_settings", sign_in_rule="PIN: 471199"), "user_settings.sign_in_rule", None,
        put("user_settings", sign_in_rule="At least 12 characters")),
    "mailbox-has-its-own-extension": pair(
        put("mailboxes", 0, extension="2101"), "mailboxes.extension", 0, put("mailboxes", 0, extension="2199")),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_each_rule_of_the_profile_itself_is_tripped_and_let_pass(name: str) -> None:
    """The rules the guide states for this portal alone, the same way."""
    [rule] = [rule for rule in mitel().questionnaire.rules if rule.id == name]
    assert found(rule) == []
    assert OWN[name].place in found(rule, *OWN[name].bad)
    assert found(rule, *OWN[name].good) == []


def test_every_rule_of_the_profile_has_a_pair() -> None:
    """Packs and profile together: no rule is untried."""
    assert sorted(rule.id for rule in mitel().questionnaire.rules) == sorted([*PAIRS, *OWN])

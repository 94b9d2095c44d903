"""Every rule of the questionnaire: the clinic's answers keep it, and one change breaks it where the change is."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.domain.question import Rule
from tests.emetrotel.clinic import Answers, Change, answers, codes, problems, profile, row

N = "+19725550"


def change(table: str, number: int, **values: Any) -> Change:
    """A row, or a record for number -1, with other values; None takes one away."""

    def apply(document: Answers) -> None:
        found = document[table] if number < 0 else document[table][number]
        found.update(values)
        for name in [name for name, value in values.items() if value is None]:
            del found[name]

    return apply


def extensions(**values: Any) -> Change:
    return change("extensions", 1, **values)


def add(table: str, **values: Any) -> Change:
    return lambda document: document[table].append(dict(values))


def both(*changes: Change) -> Change:
    def apply(document: Answers) -> None:
        for one in changes:
            one(document)

    return apply


LOOP = add("menus", name="Loop", greeting="x", language="en", dial_extension=False, seconds=5, tries=1,
           timeout_to="menu", timeout_target="Loop", invalid_to="menu", invalid_target="Loop")  # fmt: skip
INTO_LOOP = add("menu_keys", menu="Main menu", key="5", goes_to="menu", target="Loop")

CASES: dict[str, tuple[Change, str, str]] = {
    "primary-contact-is-named": (change("contacts", 0, role="technical"), "has-row", "contacts"),
    "extensions-have-one-length": (extensions(extension="2011"), "uniform-length", "extensions.extension row 2"),
    "extensions-are-dialled-once": (
        change("queues", 0, extension="210"), "unique-across", "queues.extension row 1",
    ),
    "extension-leaves-911-free": (extensions(extension="911"), "extension-clash", "extensions.extension row 2"),
    "menu-extension-leaves-911-free": (change("menus", 0, extension="911"), "extension-clash", "menus.extension row 1"),
    "queue-extension-leaves-911-free": (change("queues", 0, extension="933"), "extension-clash",
                                        "queues.extension row 1"),
    "telephones-suffice": (change("phones", 2, quantity=1), "sum-covers", "extensions.phone row 15"),
    "no-secret-in-clear": (change("open_questions", 0, answer="The PIN of 201 is 471199"), "secret-in-clear",
                           "open_questions.answer row 1"),
    "pin-is-long-enough": (change("voicemail", -1, pin_length=4), "forbidden-when", "voicemail.pin_length"),
    "keys-fit-phone": (extensions(layout="Front desk"), "keys-fit-phone", "extensions.layout row 2"),
    "a-key-does-one-thing": (change("key_layouts", 1, key=1), "unique-together", "key_layouts.key row 2"),
    "keys-show-extensions-that-exist": (change("key_layouts", 2, target="299"), "in-table",
                                        "key_layouts.target row 3"),
    "keys-log-in-to-queues-that-exist": (change("key_layouts", 16, target="Sales"), "in-table",
                                         "key_layouts.target row 17"),
    "a-menu-key-does-one-thing": (change("menu_keys", 1, key="1"), "unique-together", "menu_keys.key row 2"),
    "closing-follows-opening": (change("schedules", 0, closes="08:00"), "in-order", "schedules.closes row 1"),
    "targets-exist": (change("menu_keys", 0, target="Sales"), "call-flow-astray", "menu_keys.target row 1"),
    "no-dead-end": (
        both(change("queues", 0, overflow_to=None, overflow_target=None),
             lambda document: document.update(agents=[a for a in document["agents"] if a["queue"] != "Appointments"])),
        "call-flow-dead-end", "queues.name row 1",
    ),
    "nothing-out-of-reach": (change("menu_keys", 9, goes_to="extension", target="201"), "", ""),
    "no-endless-loop": (both(LOOP, INTO_LOOP), "call-flow-endless", "menus.name row 4"),
    "silence-comes-to-an-end": (
        both(LOOP, INTO_LOOP, add("menu_keys", menu="Loop", key="1", goes_to="extension", target="200")),
        "call-flow-silent", "menus.name row 4",
    ),
    "queues-have-agents": (
        lambda document: document.update(agents=[a for a in document["agents"] if a["queue"] != "Billing"]), "in-table",
        "queues.name row 4",
    ),
    "an-agent-is-listed-once": (change("agents", 1, extension="210"), "unique-together", "agents.extension row 2"),
    "agents-are-extensions": (change("agents", 0, extension="299"), "in-table", "agents.extension row 1"),
    "recording-is-told-where-all-must-agree": (
        both(change("recording", -1, notice="none", announcement=None),
             change("sites", 1, state="CA", city="Fresno", zip="93650")),
        "forbidden-when", "recording.notice",
    ),
    "recording-should-be-told": (change("recording", -1, notice="none", announcement=None), "forbidden-when",
                                 "recording.notice"),
    "configuration-ends-after-it-starts": (change("configuration", -1, ends_on="2026-04-20"), "in-order",
                                           "configuration.ends_on"),
}  # fmt: skip
CASES["nothing-out-of-reach"] = (
    add("announcements", name="Closed for ever", words="x", goes_to="hang-up"), "call-flow-unreachable",
    "announcements.name row 4",
)  # fmt: skip


def test_the_clinics_answers_break_no_rule() -> None:
    """The one warning left is that no call comes in on fictitious numbers."""
    assert codes() == set()
    assert {found.code for found in problems()} == {"production-number"}


def test_every_rule_has_a_case() -> None:
    """No rule of the profile stands without a change that trips it."""
    document = {rule.id for rule in profile().questionnaire.rules}
    assert document == {*CASES, "direct-number-is-real"}


@pytest.mark.parametrize("rule", CASES)
def test_a_change_trips_the_rule_where_it_is(rule: str) -> None:
    """The problem has the code of the rule and stands at the row that was changed."""
    spoil, code, place = CASES[rule]
    assert (code, place) in codes(spoil)


@pytest.mark.parametrize("rule", CASES)
def test_without_the_rule_nothing_is_said(rule: str) -> None:
    """It is this rule that finds it, and no other that happens to have the same code at the same place."""
    spoil, code, place = CASES[rule]
    questionnaire = profile().questionnaire
    others = tuple(document for document in questionnaire.rules if document.id != rule)
    left = _codes(others, spoil)
    if rule not in ("recording-is-told-where-all-must-agree", "recording-should-be-told"):  # these share code and place
        assert (code, place) not in left


def _codes(rules: tuple[Rule, ...], spoil: Change) -> set[tuple[str, str]]:
    from dataclasses import replace

    from onboarding.answers.check import check
    from tests.emetrotel.clinic import TODAY

    cut = replace(profile().questionnaire, rules=rules)
    return {(found.code, found.place) for found in check(cut, answers(spoil), TODAY).problems}


def test_recording_without_notice_is_an_error_only_where_all_must_agree() -> None:
    """In Texas a warning; with one site in California nothing is provisioned until callers hear a notice."""
    silent = change("recording", -1, notice="none", announcement=None)
    california = change("sites", 1, state="CA", city="Fresno", zip="93650")
    here = [found for found in problems(silent) if found.question == "recording.notice"]
    there = [found for found in problems(both(silent, california)) if found.question == "recording.notice"]
    assert [found.severity for found in here] == ["warning"]
    assert "error" in [found.severity for found in there]


@pytest.mark.parametrize(
    "text",
    ["PIN: 471199", "the password is hunter2x", "pin 4711 for 201", "Clave: 90210", "The passcode for 201 = a1b2c3"],
)
def test_a_secret_is_found_and_never_repeated(text: str) -> None:
    """What looks like a secret is refused, and the message does not say it once more (E-04)."""
    spoil = change("call_patterns", -1, outbound=text)
    [found] = [found for found in problems(spoil) if found.code == "secret-in-clear"]
    assert found.question == "call_patterns.outbound"
    assert not any(word in found.message for word in ("471199", "hunter2x", "4711", "90210", "a1b2c3"))


@pytest.mark.parametrize(
    "text",
    ["PIN length: 6 digits", "Pins for everybody by telephone", "Reset the PIN of 201", "Ask Ana for her password",
     "Calls to +1 972 555 0199 are spinning"],
)  # fmt: skip
def test_talk_of_secrets_is_no_secret(text: str) -> None:
    """A sentence about PINs without one in it is let through."""
    assert not [
        found for found in problems(change("call_patterns", -1, outbound=text)) if found.code == "secret-in-clear"
    ]


def test_flow_findings_speak_of_menu_and_key() -> None:
    """The sentence names the menu and the key as the tables have them, with the row (E-15)."""
    [found] = [f for f in problems(change("menu_keys", 0, target="Sales")) if f.code == "call-flow-astray"]
    assert found.message == ("“Main menu → 1” leads to “Sales”, which is not listed under “Queues”; "
                             "add it there or choose another target.")  # fmt: skip
    assert found.place == "menu_keys.target row 1"


def test_a_target_of_each_kind_can_be_missing() -> None:
    """A box without voicemail and a number that is none are distinguished from a name that is not listed."""

    def spoil(document: Answers) -> None:
        row(document, "dids", N + "104", "number").update(goes_to="voicemail", target="290")
        row(document, "dids", N + "106", "number").update(goes_to="outside", target="call me")
        row(document, "schedules", "Nurse hours").update(closed_to="schedule", closed_target="Nights")

    found = {problem.code: problem.message for problem in problems(spoil)}
    assert "voicemail of “290”" in found["call-flow-astray-voicemail"]
    assert "“call me”, which is not a telephone number" in found["call-flow-astray-number"]
    assert "“Nurse hours → While closed: which one” leads to “Nights”" in found["call-flow-astray"]


def test_a_loop_names_every_way_in_it() -> None:
    """Two menus that only lead to each other are one problem, with the keys that do it."""

    def spoil(document: Answers) -> None:
        for one, other in (("Loop A", "Loop B"), ("Loop B", "Loop A")):
            LOOP(document)
            document["menus"][-1].update(name=one, timeout_target=other, invalid_target=other)
            add("menu_keys", menu=one, key="1", goes_to="menu", target=other)(document)
        add("menu_keys", menu="Main menu", key="5", goes_to="menu", target="Loop A")(document)

    [found] = [problem for problem in problems(spoil) if problem.code.startswith("call-flow")]
    assert found.code == "call-flow-endless"
    assert "“Loop A → 1”" in found.message
    assert "“Loop B → 1”" in found.message

"""Rules over call flows: what breaks each, where it is named and in which words; the graph has tests of its own."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.answers.rules.callflow import LISTED_IN, dead_ends, endless, silent, targets, unreachable
from onboarding.domain.callflow import ASKED
from onboarding.domain.question import Kind
from tests.answers.rules.sheet import Case, Sheet, options, table

TO = options("menu", "schedule", "queue", "announcement", "extension", "voicemail", "outside", "hang-up")
SHEET = Sheet(
    table("extensions", extension=Kind.EXTENSION, voicemail=Kind.YES_NO),
    table("dids", number=Kind.NUMBER, goes_to=TO, target=Kind.TEXT),
    table("schedules", name=Kind.TEXT, open_to=TO, open_target=Kind.TEXT, closed_to=TO, closed_target=Kind.TEXT),
    table("menus", name=Kind.TEXT, timeout_to=TO, timeout_target=Kind.TEXT, invalid_to=TO, invalid_target=Kind.TEXT),
    table("menu_keys", menu=Kind.TEXT, key=Kind.TEXT, goes_to=TO, target=Kind.TEXT),
    table("queues", name=Kind.TEXT, extension=Kind.EXTENSION, overflow_to=TO, overflow_target=Kind.TEXT),
    table("agents", queue=Kind.TEXT, extension=Kind.EXTENSION),
    table("announcements", name=Kind.TEXT, goes_to=TO, target=Kind.TEXT),
)
DESK = {"extension": "200", "voicemail": True}


def did(goes_to: str, target: str = "") -> dict[str, Any]:
    return {"number": "+19725550101", "goes_to": goes_to, "target": target}


def menu(name: str, timeout: str = "", invalid: str = "") -> dict[str, Any]:
    """A menu that goes to another one, or to itself, after silence or a wrong key."""
    found = {"name": name}
    for prefix, target in (("timeout", timeout), ("invalid", invalid)):
        if target:
            found |= {f"{prefix}_to": "hang-up" if target == "-" else "menu", f"{prefix}_target": target}
    return found


def key(of: str, pressed: str, goes_to: str, target: str) -> dict[str, Any]:
    return {"menu": of, "key": pressed, "goes_to": goes_to, "target": target}


def flow(*menus: dict[str, Any], **tables: list[dict[str, Any]]) -> dict[str, Any]:
    """The tables, with a number that leads to the first menu."""
    first = [did("menu", menus[0]["name"])] if menus else []
    return {"extensions": [DESK], "dids": first, "menus": list(menus), **tables}


LOOP = (menu("Main", "Loop A"), menu("Loop A", "Loop B", "Loop B"), menu("Loop B", "Loop A", "Loop A"))
CAUGHT = "Let one of them lead to a person, a mailbox or the end of the call."

CASES: dict[str, Case] = {
    "every target is there": (targets, {}, flow(
        menu("Main", "-"), menu_keys=[
            key("Main", "1", "extension", "200"), key("MAIN", "2", "voicemail", "200"),
            key("Main", "3", "menu", "main"), key("Main", "4", "outside", "+1 972 555 0190")]), []),
    "a key to nothing": (targets, {}, flow(menu("Main", "-"), menu_keys=[key("Main", "1", "queue", "Sales")]), [
        ("menu_keys.target row 1: “Main → 1” leads to “Sales”, which is not listed under “Queues”; "
         "add it there or choose another target.")]),
    "silence to nothing": (targets, {}, flow(menu("Main", "Lost")), [
        ("menus.timeout_target row 1: “Main → Timeout target” leads to “Lost”, which is not listed under “Menus”; "
         "add it there or choose another target.")]),
    "a number to nobody": (targets, {}, flow(dids=[did("extension", "299")]), [
        ("dids.target row 1: “(972) 555-0101” leads to “299”, which is not listed under “Extensions”; "
         "add it there or choose another target.")]),
    "a mailbox nobody has": (targets, {}, flow(
        extensions=[{"extension": "200", "voicemail": False}], dids=[did("voicemail", "200")]), [
        ("dids.target row 1: “(972) 555-0101” leads to the voicemail of “200”, "
         "but no such extension has voicemail.")]),
    "no number outside": (targets, {}, flow(dids=[did("outside", "call me")]), [
        "dids.target row 1: “(972) 555-0101” leads to “call me”, which is not a telephone number."]),
    "it goes on, or is over": (dead_ends, {}, flow(menu("Main", "-"), menu("Second", "Main")), []),
    "a menu without a way on": (dead_ends, {}, flow(menu("Main", "-"), menu("Deaf")), [
        ("menus.name row 2: “Deaf” is a dead end: a call that comes there goes nowhere. "
         "Say where it goes on.")]),
    "a queue with an agent": (dead_ends, {}, flow(
        queues=[{"name": "Sales"}], agents=[{"queue": "Sales", "extension": "200"}]), []),
    "a queue without one": (dead_ends, {}, flow(queues=[{"name": "Sales"}]), [
        ("queues.name row 1: “Sales” is a dead end: a call that comes there goes nowhere. "
         "Say where it goes on.")]),
    "within reach": (unreachable, {}, flow(menu("Main", "Second"), menu("Second")), []),
    "out of reach": (unreachable, {}, flow(menu("Main"), menu("Attic", "Main")), [
        ("menus.name row 2: No call ever comes to “Attic”: no number, key or schedule leads there. "
         "Let something lead there, or remove it.")]),
    "a way out": (endless, {}, flow(*LOOP, menu_keys=[key("Loop B", "1", "extension", "200")]), []),
    "no way out": (endless, {}, flow(*LOOP, menu_keys=[key("Loop A", "1", "menu", "Loop B")]), [
        ("menus.name row 2: A caller who comes to “Loop A” never gets out, because these only lead back: "
         "“Loop A → 1”, “Loop A → Timeout target”, “Loop A → Invalid target”, “Loop B → Timeout target”, "
         f"“Loop B → Invalid target”. {CAUGHT}")]),
    "a way that leads nowhere is another matter": (
        endless, {}, flow(*LOOP, menu_keys=[key("Loop A", "1", "menu", "Lost")]), []),
    "silence ends": (silent, {}, flow(menu("Main", "-", "Main")), []),
    "silence goes round": (silent, {}, flow(*LOOP, menu_keys=[
        key("Loop A", "1", "extension", "200"), key("Loop A", "2", "menu", "Loop B")]), [
        ("menus.name row 2: A caller who comes to “Loop A” and presses nothing goes round for ever: "
         f"“Loop A → Timeout target”, “Loop B → Timeout target”. {CAUGHT}")]),
    "what never ends is another matter": (silent, {}, flow(*LOOP), []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with the names as the tables have them; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


def test_the_rules_own_sentence_is_shown_and_not_the_profiles() -> None:
    """It names more places than a profile's can."""
    found = SHEET.messages(dead_ends, {}, flow(queues=[{"name": "Sales"}]), message="Somewhere a call is lost.")
    assert found == CASES["a queue without one"][3]


def test_whatever_a_call_meets_is_listed_in_a_table_that_is_read() -> None:
    """So that a profile that asks for the rule asks for the table."""
    assert set(LISTED_IN.values()) <= {name.partition(".")[0] for name in ASKED}


def test_a_loop_may_be_a_schedules() -> None:
    """Day and night lead to each other, and no key helps."""
    to = {"open_to": "schedule", "closed_to": "schedule"}
    schedules = [{"name": "Day", **to, "open_target": "Night", "closed_target": "Night"},
                 {"name": "Night", **to, "open_target": "Day", "closed_target": "Day"}]  # fmt: skip
    answers = flow(dids=[did("schedule", "Day")], schedules=schedules)
    [found] = SHEET.problems(endless, {}, answers)
    assert (found.question, found.row) == ("schedules.name", 0)
    assert "“Day → Open target”" in found.message
    assert "“Night → Closed target”" in found.message
    assert SHEET.messages(silent, {}, answers) == []

"""What answers reserve, what stands against it, and what finished tasks and removals make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from onboarding.answers.check import Checked
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.question import Problem
from onboarding.domain.reservation import Claim, InventoryItem, InventoryState, Key
from onboarding.domain.task import Procedure, Task
from onboarding.errors import InputError
from onboarding.profile.catalogues import load_language
from onboarding.stages.reservations import (
    brought,
    move_of,
    refuse_taken,
    removal,
    reserved,
    wanted,
    with_problems,
)
from tests.stages.world import AT, profile_of

RESERVED, ASSIGNED, IN_SERVICE, PARKED, AGEING, RELEASED, PORTED_OUT = InventoryState
CLAIMS = (
    Claim("did", "Direct number", "number", start="ranges.start", end="ranges.end", in_service_by=("t.add",)),
    Claim("account", "Account", question="users.account", in_service_by=("t.add",), released_by=("t.close",)),
    Claim("loan", "Loan", "number", "loans.number", assigned_by=("t.lend",), released_by=("t.back",)),
)
PROFILE = replace(
    profile_of([Task("t.back", "Give it back", "telephony", "customer")]),
    claims=CLAIMS,
    procedures={"end": Procedure("end", "Delete the customer", "provider", "delete"),
                "cut": Procedure("cut", "Remove a range", "provider", "remove-range")},
)  # fmt: skip
RANGE = {"ranges": [{"start": "+14015550110", "end": "+14015550112"}]}


def item(key: Key, what: str, state: InventoryState = RESERVED) -> InventoryItem:
    return InventoryItem(*key, "acme", what, state, "anna", AT)


def number(last: int) -> Key:
    return "number", "", f"+14015550{last}"


def account(name: str) -> Key:
    return "account", "", name


def read_back(subject: str, **observed: Any) -> Evidence:
    return Evidence("t.add", AT, "anna", "read back", subject, observed=observed)


def moved(
    values: Mapping[str, Any], items: list[InventoryItem], *evidence: Evidence,
    task: str = "t.add", state: TaskState = TaskState.WAITING,
) -> list[InventoryState]:  # fmt: skip
    """Where the items are to stand with the task in this state."""
    kept = reserved(PROFILE, Checked(values, ()), "acme")
    return list(map(move_of(brought(PROFILE, task), TaskRecord(task, state, AT), evidence, kept), items))


def test_every_profile_reserves_numbers_and_may_say_what_brings_them() -> None:
    """A number to port is one first of all; a claim of the same name takes the place of the common one."""
    values = {"users": [{"number": "+16175550101"}, {"number": "+16175550102"}],
              "port_numbers": [{"number": "+16175550102"}]}  # fmt: skip
    assert wanted(reserved(PROFILE, Checked(values, ()), "acme")) == {
        ("number", "", "+16175550102"): "port", ("number", "", "+16175550101"): "new",
    }  # fmt: skip
    assert brought(PROFILE, "t.port") == {}
    port = Claim("port", "Number to keep", "number", "port_numbers.number", in_service_by=("t.port",))
    own = replace(PROFILE, claims=(*CLAIMS, port))
    assert brought(own, "t.port") == {"port": IN_SERVICE}
    assert wanted(reserved(own, Checked(values, ()), "acme"))["number", "", "+16175550102"] == "port"


def test_a_finished_task_brings_all_of_its_claims() -> None:
    """Whatever is of another claim stays where it is."""
    items = [item(number(110), "did"), item(account("ana"), "account", ASSIGNED), item(number(199), "loan")]
    assert moved({}, items, state=TaskState.DONE) == [IN_SERVICE, IN_SERVICE, RESERVED]
    assert moved({}, items, task="t.lend", state=TaskState.DONE)[2] is ASSIGNED
    for state in set(TaskState) - {TaskState.DONE}:
        assert moved({}, items, state=state) == [RESERVED, ASSIGNED, RESERVED]


def test_what_was_read_back_is_there_before_the_task_is_done() -> None:
    """A value as it was answered, whatever its case; of a range both ends have to be seen."""
    values = {**RANGE, "users": [{"account": "Ana"}, {"account": "ben"}]}
    items = [item(number(110), "did"), item(account("ana"), "account"), item(account("ben"), "account")]
    assert moved(values, items, read_back("u1", login="ANA")) == [RESERVED, IN_SERVICE, RESERVED]
    assert moved(values, items, read_back("r", start="+14015550110"))[0] is RESERVED
    assert moved(values, items, read_back("r", start="+14015550110", end="+14015550112"))[0] is IN_SERVICE
    other = replace(read_back("u1", login="ana"), task="t.look")
    assert moved(values, items, other)[1] is RESERVED


def test_a_name_that_was_replaced_is_released() -> None:
    """Once the same record reads back with another name and no answer has the first; a number is parked, and stays
    the customer's.
    """
    lines = read_back("u1", login="ana", did="+14015550110"), read_back("u1", login="anna", did="+14015550111")
    items = [item(account("ana"), "account", IN_SERVICE), item(number(110), "did", IN_SERVICE),
             item(account("anna"), "account")]  # fmt: skip
    assert moved({"users": [{"account": "anna"}]}, items, *lines) == [RELEASED, PARKED, IN_SERVICE]
    assert moved({"users": [{"account": "ana"}]}, items, *lines)[0] is IN_SERVICE
    assert moved({}, [item(account("ana"), "account")], *lines) == [RESERVED]
    assert moved({}, items[:1], lines[0]) == [IN_SERVICE], "the record has it yet"
    assert moved({}, items[:1], *lines, read_back("u2", login="ana")) == [IN_SERVICE], "another record has it"


def test_a_parked_number_is_in_service_again_only_when_it_is_wanted() -> None:
    """A task that was done long ago does not take up what nobody names; one that is done for it now does."""
    parked = [item(number(110), "did", PARKED)]
    assert moved({}, parked, state=TaskState.DONE) == [PARKED]
    assert moved(RANGE, parked, state=TaskState.DONE) == [IN_SERVICE]


def test_what_is_given_back_is_released_when_it_was_had() -> None:
    """What was only reserved is the answers' own."""
    items = [item(number(190 + place), "loan", state) for place, state in enumerate(InventoryState)]
    assert moved({}, items, task="t.back", state=TaskState.DONE) == [
        RESERVED, RELEASED, RELEASED, RELEASED, AGEING, RELEASED, PORTED_OUT,
    ]  # fmt: skip
    assert moved({}, items, task="t.back", state=TaskState.WAITING) == list(InventoryState)


def test_a_removal_releases_a_range_or_everything() -> None:
    """Of a range its two ends too, and nothing but numbers."""
    items = [item(number(last), "did", IN_SERVICE) for last in (109, 110, 112, 113)] + [item(account("4"), "account")]
    cut = removal("+14015550110-+14015550112")
    assert list(map(cut, items)) == [IN_SERVICE, RELEASED, RELEASED, IN_SERVICE, RESERVED]
    assert set(map(removal(""), items)) == {RELEASED}


def found(
    values: Mapping[str, Any], *own: InventoryItem, taken: Mapping[Key, str] | None = None,
    ageing: Mapping[Key, date] | None = None,
) -> list[Problem]:  # fmt: skip
    checked = Checked(values, ())
    kept = reserved(PROFILE, checked, "acme")
    return list(
        with_problems(checked, PROFILE, kept, {one.key: one for one in own}, taken or {}, ageing or {}).problems
    )


def test_all_is_well_where_nothing_is_against_it() -> None:
    """What is reserved, assigned or in service, and answered, is no problem."""
    assert (
        found(RANGE, *(item(number(110 + place), "did", state) for place, state in enumerate([*InventoryState][:3])))
        == []
    )
    assert found({}, item(number(110), "did"), item(number(111), "did", RELEASED)) == []


def test_what_another_has_is_an_error_at_its_place() -> None:
    """Told once for each place, and not who has it."""
    taken = {number(110): "bolt", number(111): "bolt"}
    [problem] = found(RANGE, taken=taken)
    assert (problem.code, problem.question, problem.row, problem.severity) == ("taken", "ranges.start", 0, "error")
    assert "bolt" not in problem.message
    [problem] = found(RANGE, taken=taken, ageing={number(110): date(2026, 4, 16)})
    assert (problem.code, problem.severity) == ("taken-ageing", "error")
    assert "given to nobody before 16 Apr 2026; choose another" in problem.message


def test_what_is_kept_is_told_with_the_way_to_release_it() -> None:
    """One warning for each claim and state; neighbouring numbers are one range; only the first three are listed."""
    own = [item(number(last), "did", IN_SERVICE) for last in (110, 111, 113, 115, 117)]
    own += [item(number(190), "loan", ASSIGNED), item(account("ana"), "account", IN_SERVICE)]
    problems = found({}, *own)
    assert [(one.code, one.question, one.row, one.severity) for one in problems] == [
        ("kept", "ranges.start", None, "warning"), ("kept", "loans.number", None, "warning"),
        ("kept", "users.account", None, "warning"),
    ]  # fmt: skip
    no = "; removing it here does not release it. That is done by: "
    cut = f"{no}Delete the customer, Remove a range."
    assert [one.message for one in problems] == [
        f"“+14015550110-+14015550111, +14015550113, +14015550115 …” is in service{cut}",
        f"“+14015550190” is assigned{no}Give it back, Delete the customer, Remove a range.",
        f"“ana” is in service{no}Delete the customer.",
    ]
    assert problems[0].sentence_in(load_language("es")).startswith("“+14015550110-+14015550111, +14015550113")
    assert "está en servicio" in problems[0].sentence_in(load_language("es"))


def test_what_was_released_and_is_answered_yet_is_a_warning() -> None:
    """It is to be taken out; of what another customer has by now only that is reported."""
    [problem] = found(RANGE, item(number(111), "did", RELEASED))
    assert (problem.code, problem.question, problem.row, problem.severity) == ("released", "ranges.start", 0, "warning")
    [problem] = found(RANGE, item(number(111), "did", RELEASED), taken={number(111): "bolt"})
    assert problem.code == "taken"


def test_what_is_ageing_or_ported_out_and_answered_yet_says_so() -> None:
    """With the day before which nobody is given it, in the reader's language too."""
    ageing = replace(item(number(111), "did", AGEING), until=datetime(2026, 4, 16, 9, tzinfo=UTC))
    for own, code, words in (
        (ageing, "ageing", "given to nobody before 16 Apr 2026; remove it here"),
        (item(number(111), "did", PORTED_OUT), "ported-out", "ported to another carrier; remove it here"),
    ):
        [problem] = found(RANGE, own)
        assert (problem.code, problem.row, problem.severity) == (code, 0, "warning")
        assert words in problem.message
        assert "quítelo aquí" in problem.sentence_in(load_language("es"))


def test_the_day_of_an_ageing_number_is_one_at_the_providers_place() -> None:
    """Ten in the evening of 16 April in Los Angeles, where it is the 17th by UTC."""
    there = PROFILE.data.calendar.model_copy(update={"time_zone": "America/Los_Angeles"})
    profile = replace(PROFILE, data=PROFILE.data.model_copy(update={"calendar": there}))
    own = replace(item(number(111), "did", AGEING), until=datetime(2026, 4, 17, 5, tzinfo=UTC))
    checked = Checked(RANGE, ())
    [problem] = with_problems(checked, profile, reserved(profile, checked, "acme"), {own.key: own}, {}, {}).problems
    assert "given to nobody before 16 Apr 2026" in problem.message


def test_of_exactly_three_values_none_is_left_out() -> None:
    """The dots stand for a fourth."""
    [three] = found({}, *(item(number(last), "did", IN_SERVICE) for last in (110, 112, 114)))
    assert three.message.startswith("“+14015550110, +14015550112, +14015550114” is in service")
    [four] = found({}, *(item(number(last), "did", IN_SERVICE) for last in (110, 112, 114, 116)))
    assert four.message.startswith("“+14015550110, +14015550112, +14015550114 …” is in service")


def test_what_nothing_releases_is_kept_for_good() -> None:
    """Where the profile has neither task nor procedure for it; of a claim it has no more nothing is told."""
    bare = replace(PROFILE, procedures={})
    own = {number(110): item(number(110), "did", IN_SERVICE)}
    [problem] = with_problems(Checked({}, ()), bare, [], own, {}, {}).problems
    assert (problem.code, problem.severity) == ("kept-for-good", "warning")
    assert found({}, item(number(110), "gone", IN_SERVICE)) == []


def test_our_own_people_are_told_who_has_what_is_taken() -> None:
    """The first five by name, the rest counted; numbers as they are, anything else with what it is."""
    refuse_taken({}, {})
    things = {number(110): "bolt", account("ana"): "nut"}
    with pytest.raises(InputError) as refused:
        refuse_taken(things, {})
    assert refused.value.code == "CLAIM-TAKEN"
    assert refused.value.message == (
        "Only one customer can have each of these: +14015550110 is bolt's, account ana is nut's."
    )
    five = {number(110 + place): "bolt" for place in range(5)}
    several = ", ".join(f"+1401555011{place} is bolt's" for place in range(5))
    with pytest.raises(InputError) as refused:
        refuse_taken(five, {})
    assert refused.value.message == f"Only one customer can have each of these: {several}."
    with pytest.raises(InputError) as refused:
        refuse_taken(five | things | {number(119): "nut", number(118): "nut"}, {})
    assert refused.value.message == f"Only one customer can have each of these: {several}, and 3 more."

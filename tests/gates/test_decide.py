"""Who may decide what, and what a decision is bound to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from onboarding.case import work
from onboarding.case.decisions import Vote, decide
from onboarding.domain.history import TaskState
from onboarding.errors import OnboardingError
from onboarding.stages.gate import decision_digest
from tests.gates.conftest import ANA, BEN, PAPER, WINDOW, World

Decide = Callable[[World], Any]


def refusal(world: World, decide: Decide) -> OnboardingError:
    """The error of a decision, which must leave everything as it was."""
    before, documents = world.case().record, sorted(world.store.layout.documents.rglob("*"))
    with pytest.raises(OnboardingError) as caught:
        decide(world)
    assert world.case().record == before
    assert sorted(world.store.layout.documents.rglob("*")) == documents
    assert world.store.verify() == []
    return caught.value


@pytest.mark.parametrize(
    ("by", "gate", "role", "more", "code", "words"),
    [
        (ANA, "nothing", "customer", {}, "GATE-UNKNOWN", "bright-smile has no gate 'nothing'. Gates: ready, price"),
        (ANA, "filled-in", "customer", {}, "GATE-CHECKED", "The answers are complete opens by itself as soon as its"),
        (ANA, "ready", "manager", {}, "GATE-ROLE", "manager may not decide 'Ready for configuration'. Roles: customer"),
        (ANA, "ready", "", {}, "GATE-ROLE", "Nobody may not decide"),
        ("Jonas Berg", "ready", "customer", {}, "GATE-PERSON",
         "Jonas Berg is not listed as Customer. Those who may: Ana Ortiz <ana@brightsmile.example>, Ben O'Neil <ben@"),
        ("Ana Ortiz <ana@else.example>", "ready", "customer", {}, "GATE-PERSON", "is not listed as Customer"),
        ("R. Diaz", "ready", "engineer", WINDOW, "GATE-OWN", "R. Diaz may not approve answers of their own. "),
        (ANA, "ready", "customer", {}, "GATE-ANSWERS", "Please fill in “Window”. It asks: window, remark."),
        (ANA, "ready", "customer", {"window": "night"}, "GATE-ANSWERS", "Window"),
        (ANA, "ready", "customer", {**WINDOW, "colour": "red"}, "GATE-ANSWERS",
         "It does not ask for 'colour'. It asks: window, remark."),
        (ANA, "price", "customer", {}, "GATE-EVIDENCE", "The price is accepted needs a document as proof."),
        ("Mo", "late", "manager", {}, "GATE-EARLY", "cannot be decided yet. First: Make a test call."),
    ],
)  # fmt: skip
def test_refusals(by: str, gate: str, role: str, more: dict[str, Any], code: str, words: str, world: World) -> None:
    """What does not fit is refused in words that say what to do, and nothing is kept of it."""
    error = refusal(world, lambda world: decide(world.case(by), Vote(gate, True, role, answers=more)))
    assert error.code == code
    assert words in f"{error.message} {error.remedy}"


def test_an_own_answer_is_named(world: World) -> None:
    """Who changed an answer the gate is bound to may not approve it, by whatever name; others may, and a no is free."""
    world.change("Ben O'Neil", "users", 2, extension="119")
    error = refusal(world, lambda world: decide(world.case(BEN), Vote("ready", True, "customer", answers=WINDOW)))
    assert error.message == (
        f"{BEN} may not approve answers of their own. Users row 3 (mia@brightsmile.example), Extension: 101 → 119, "
        "changed by Ben O'Neil on 2 Mar 2026."
    )
    assert error.remedy == (
        "This gate needs four eyes: nobody approves answers they have typed. Somebody else has to look. "
        f"Others in this role: {ANA}."
    )
    decide(world.case(BEN), Vote("ready", False, "customer"))
    decide(world.case(ANA), Vote("ready", True, "customer", answers=WINDOW))


def test_somebody_else_s_later_change_frees_nobody(world: World) -> None:
    """Of every answer the newest change counts: changing another cell, or another column, takes nothing off."""
    world.change(ANA, "users", 0, extension="150")
    world.change("Kay Lund", "users", 1, extension="151")
    world.change("Pat", "users", 2, department="Office")
    for by, code in ((ANA, "GATE-OWN"), ("kay  LUND", "GATE-OWN")):
        role = "customer" if by == ANA else "engineer"
        error = refusal(
            world, lambda w, by=by, role=role: decide(w.case(by), Vote("ready", True, role, answers=WINDOW))
        )
        assert error.code == code
    world.change("Lou", "users", 1, extension="152")
    decide(world.case("Kay Lund"), Vote("ready", True, "engineer", answers=WINDOW))
    decide(world.case("Pat"), Vote("ready", True, "engineer", answers=WINDOW))


def test_four_eyes_follow_from_the_gate(world: World) -> None:
    """Where several approve answers nobody approves their own; with one approval, or none bound, they may."""
    gates = world.case().profile.gates
    assert {name for name, gate in gates.items() if gate.needs_four_eyes} == {"ready"}


def test_nobody_decides_twice_in_two_roles(world: World) -> None:
    """One person has one say, by name or by address; in the same role the newest word counts."""
    world.list_people(
        '[[person]]\nname = "Ana Ortiz"\nemail = "ana@brightsmile.example"\nroles = ["engineer", "manager"]\n'
    )
    decide(world.case(ANA), Vote("ready", True, "customer", answers=WINDOW))
    error = refusal(
        world, lambda world: decide(world.case("ana ortiz"), Vote("ready", True, "engineer", answers=WINDOW))
    )
    assert (error.code, error.message) == (
        "GATE-TWICE", f"{ANA} has decided 'Ready for configuration' as Customer already.",
    )  # fmt: skip
    rule = "Every role approves once, each by another person: somebody else has to do it in the other role."
    assert error.remedy == rule
    decide(world.case("ana@brightsmile.example"), Vote("ready", False, "customer", "no"))
    assert world.gate("ready").missing == (f"{ANA} said no. no",)
    assert len(world.gate("ready").decisions) == 1


def test_each_role_signs_once(world: World) -> None:
    """A two-party sign-off is open when both have signed; what is missing says who is asked."""
    assert world.gate("ready").missing == (
        "The approval of Customer is outstanding.",
        "The approval of Engineer is outstanding.",
    )
    decide(world.case(ANA), Vote("ready", True, "customer", answers=WINDOW))
    decide(world.case(BEN), Vote("ready", True, "customer", answers=WINDOW))
    assert world.gate("ready").missing == ("The approval of Engineer is outstanding.",)
    decide(world.case("Kay Lund"), Vote("ready", True, "engineer", answers=WINDOW))
    assert world.gate("ready").is_open


def test_a_quorum_is_of_people(world: World) -> None:
    """Two approvals are two people's, in whichever of the roles."""
    assert world.gate("pair").missing == ("2 approvals by Engineer or Project manager are outstanding.",)
    decide(world.case("Mo"), Vote("pair", True, "engineer"))
    decide(world.case(" mo "), Vote("pair", True, "engineer"))
    assert world.gate("pair").missing == ("1 approval by Engineer or Project manager is outstanding.",)
    decide(world.case("Kay Lund"), Vote("pair", True, "engineer"))
    assert world.gate("pair").is_open


def test_what_a_decision_records(world: World) -> None:
    """Answers are normalised, the version and the proof are kept, and whether the role was known or taken on trust."""
    kept = decide(
        world.case("ana@brightsmile.example"),
        Vote("ready", True, "customer", answers={"window": "In the Evening", "remark": " "}),
    )
    assert (kept.by, kept.answers, kept.version, kept.is_verified) == (ANA, WINDOW, 1, True)
    assert world.gate("ready").recorded(kept) == [("Window", "In the evening")]
    trusted = decide(world.case("Kay Lund"), Vote("ready", True, "engineer", answers=WINDOW))
    assert not trusted.is_verified
    priced = decide(world.case(BEN), Vote("price", True, "customer", document=PAPER))
    assert world.store.document("bright-smile", priced.document).data == b"signed"
    assert list(world.case().record.decisions) == [kept, trusted, priced]
    assert world.store.verify() == []


def test_a_kept_list_is_the_only_word(world: World) -> None:
    """With people.toml nobody is taken on trust; an entry may be for some customers only."""
    world.list_people(
        '[[person]]\nname = "Kay Lund"\nroles = ["engineer"]\n'
        '[[person]]\nname = "Mo"\nroles = ["engineer", "manager"]\ncustomers = ["another"]\n'
    )
    assert decide(world.case("kay lund"), Vote("pair", True, "engineer")).is_verified
    error = refusal(world, lambda world: decide(world.case("Mo"), Vote("pair", True, "engineer")))
    assert f"{error.message} {error.remedy}" == "Mo is not listed as Engineer. Those who may: Kay Lund."
    error = refusal(world, lambda world: decide(world.case("Mo"), Vote("pair", True, "manager")))
    assert error.remedy == "Nobody is: add people to people.toml or to the contacts."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[person]\n", "cannot be read"),
        ("[person]\nname = 'x'\n", "people stand under [[person]]"),
        ("[[person]]\nname = 'x'\nrole = ['a']\n", "person 1: unknown key 'role'; person 1: 'roles' is missing"),
        ("[[person]]\nroles = 'a'\nname = 3\n", "person 1: 'name' is a text; person 1: 'roles' is a list of texts"),
        ("[[person]]\nname = 'x'\nroles = ['a']\nside = 'both'\n", "person 1: 'side' is one of customer, reseller"),
        ("[[person]]\nroles = ['a']\n", "person 1: 'name' or 'email' is wanted"),
        ("[[person]]\nname = 'X'\nroles = ['a']\n[[person]]\nname = 'x'\nroles = ['b']\n", "x is listed twice"),
        (
            "[[person]]\nname = 'X'\nroles = ['a']\nlogin = 'k'\n[[person]]\nname = 'Y'\nroles = ['b']\nlogin = 'K'\n",
            "the login k is two people's",
        ),
    ],
)
def test_a_broken_list_decides_nothing(text: str, words: str, world: World) -> None:
    """Everything that is wrong with people.toml is reported, and nobody is let through meanwhile."""
    world.list_people(text)
    error = refusal(world, lambda world: decide(world.case("Mo"), Vote("pair", True, "engineer")))
    assert error.code == "PEOPLE-FILE"
    assert words in error.message


def test_in_four_eyes_who_has_a_login_says_yes_with_it(world: World) -> None:
    """Another login cannot say it for them; a no may be told, and where nobody has a login it is noted who entered."""
    world.list_people('[[person]]\nname = "Kay Lund"\nroles = ["engineer"]\nlogin = "kay"\n'
                      '[[person]]\nname = "Mo"\nroles = ["manager"]\n')  # fmt: skip
    case = world.case("Kay Lund")
    error = refusal(world, lambda world: decide(case.acting("Kay Lund", "pat"), Vote("pair", True, "engineer")))
    assert (error.code, error.remedy) == ("LOGIN-LENT", "Kay Lund signs in and says it themselves.")
    assert "Kay Lund signs in as kay" in error.message
    decide(case.acting("Kay Lund", "pat"), Vote("pair", False, "engineer", note="Not yet."))
    assert not decide(case.acting("Kay Lund", "KAY"), Vote("pair", True, "engineer")).entered_by.strip("KAY")
    assert decide(case.acting("Mo", "kay"), Vote("pair", True, "manager")).other_login == "kay"


def test_who_is_known_by_name_says_yes_under_their_login(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In JupyterLab the name was asked: it counts with the login of that person, and not with another's."""
    world.list_people('[[person]]\nname = "Kay Lund"\nroles = ["engineer"]\nlogin = "kay"\n')
    case = world.case("Kay Lund").acting("Kay Lund", "Kay Lund")
    monkeypatch.setenv("LOGNAME", "pat")
    error = refusal(world, lambda world: decide(case, Vote("pair", True, "engineer")))
    assert error.code == "LOGIN-LENT"
    monkeypatch.setenv("LOGNAME", "kay")
    assert decide(case, Vote("pair", True, "engineer")).other_login == ""


def test_answers_entered_under_ones_login_are_ones_own(world: World) -> None:
    """Whoever typed them by login does not approve them by name."""
    listed = 'name = "Ana Ortiz"\nemail = "ana@brightsmile.example"\nroles = ["customer"]\nlogin = "ana"\n'
    world.list_people(f"[[person]]\n{listed}")
    world.change("ana", "users", 0, extension="199")
    vote = Vote("ready", True, "customer", answers=WINDOW)
    error = refusal(world, lambda world: decide(world.case(ANA).acting(ANA, "ana"), vote))
    assert error.code == "GATE-OWN"


def test_a_decision_on_what_was_shown(world: World) -> None:
    """Who looked at other answers than there are now is asked to look again."""
    case = world.case(ANA)
    seen = decision_digest(case.profile.gates["ready"], case.context())
    world.change("R. Diaz", "users", 0, extension="199")
    error = refusal(world, lambda w: decide(w.case(ANA), Vote("ready", True, "customer", answers=WINDOW, seen=seen)))
    assert error.code == "GATE-MOVED"
    now = world.case(ANA)
    shown = decision_digest(case.profile.gates["ready"], now.context())
    decide(now, Vote("ready", True, "customer", answers=WINDOW, seen=shown))


def test_a_gate_after_a_task(world: World) -> None:
    """Nobody decides on what has not happened; afterwards the status names the person who is asked."""
    work.done(world.case("Mo"), "provision.call")
    status = {row.task: row for row in world.store.progress("bright-smile")}
    assert (status["late"].state, status["late"].party) == (TaskState.WAITING, "manager")
    decide(world.case("Mo"), Vote("late", True, "manager"))
    assert world.gate("late").is_open
    assert "late" not in {row.task for row in world.store.progress("bright-smile")}

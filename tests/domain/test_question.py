"""Questions and sections: found by id, owned by somebody."""

from __future__ import annotations

import pytest

from onboarding.domain.question import Kind, Question, Questionnaire, Section

NAME = Question("company.name", Kind.TEXT, "Name")
BTN = Question("port_orders.btn", Kind.NUMBER, "Number on the bill", owner="signer")
ASKED = Questionnaire(
    "acme", "Acme", "1",
    (Section("company", "Company", (NAME,)), Section("port_orders", "Port orders", (BTN,), is_table=True)),
    asks="customer",
)  # fmt: skip


@pytest.mark.parametrize(
    ("id", "found"),
    [("company.name", NAME), ("port_orders.btn", BTN), ("company.btn", None), ("nowhere.name", None), ("company", None),
     ("", None)],
)  # fmt: skip
def test_a_question_is_found_by_its_id(id: str, found: Question | None) -> None:  # noqa: A002
    """Section and name; anything else is nothing."""
    assert ASKED.question(id) is found


def test_an_id_is_taken_apart() -> None:
    """The part before the first dot is the section."""
    assert (BTN.section, BTN.name) == ("port_orders", "btn")
    assert list(ASKED.questions()) == [NAME, BTN]
    assert ASKED.section("company") is ASKED.sections[0]
    assert ASKED.section("name") is None


def test_a_question_without_an_owner_is_for_whoever_is_asked() -> None:
    """A question names the party that knows the answer, else it is the questionnaire's."""
    assert (ASKED.owner_of(NAME), ASKED.owner_of(BTN)) == ("customer", "signer")


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (["company.name"], [NAME]), (["port_orders"], [BTN]), (["port_orders", "company.name"], [BTN, NAME]),
        (["company.btn", "nowhere", "nowhere.name", ""], []),
    ],
)  # fmt: skip
def test_questions_are_named_one_by_one_or_by_their_section(fields: list[str], found: list[Question]) -> None:
    """In the order they are named in, each with its section; what is not asked is passed over."""
    named = list(ASKED.named(fields))
    assert [question for _, question in named] == found
    assert all(question in section.questions for section, question in named)


def test_a_profile_that_says_nothing_leaves_it_at_the_usual() -> None:
    """An answer may be left out and stands for itself; a section is asked once, at a stage its profile gives it."""
    assert (NAME.required, NAME.unique, NAME.derived) == (False, False, False)
    section = ASKED.sections[0]
    assert (section.is_table, section.min_rows, section.stage) == (False, 0, "")

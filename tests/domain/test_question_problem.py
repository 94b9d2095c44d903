"""Problems with answers: where they are, how bad, and in whose language."""

from __future__ import annotations

import pytest

from onboarding.domain.language import Language
from onboarding.domain.question import Problem, errors

SPANISH = Language("es", "Español", {"“{label}” is missing.": "Falta «{label}».", "Name": "Nombre", "Anna": "Ana",
                                     "{question} row {number}": "{question} fila {number}"})  # fmt: skip
MISSING = Problem(
    "required", "users.name", "“Name” is missing.", 2, template="“{label}” is missing.", params={"label": "Name"}
)


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        (Problem("required", "company.name", "x"), "company.name"),
        (Problem("required-rows", "users", "x"), "users"),
        (Problem("required", "users.name", "x", 0), "users.name row 1"),
        (MISSING, "users.name row 3"),
        (Problem("required", "users.name", "x", 2, where="Users!D7"), "Users!D7"),
    ],
)
def test_a_problem_says_where_it_is(problem: Problem, place: str) -> None:
    """Rows count from one for people; a cell that is known is named instead."""
    assert problem.place == place
    assert str(problem) == f"{place}: {problem.message}"
    assert f"{problem.section}.{problem.name}".rstrip(".") == problem.question


def test_a_problem_is_said_in_another_language() -> None:
    """Words of ours are translated, a customer's are not; without what it was made of, only the whole sentence is."""
    assert MISSING.sentence_in(SPANISH) == "Falta «Nombre»."
    assert MISSING.place_in(SPANISH) == "users.name fila 3"
    given = Problem(
        "x", "users.name", "“Anna”", template="“{value}” and {label}", params={"value": "Anna", "label": "Name"}
    )
    assert given.sentence_in(SPANISH) == "“Anna” and Nombre"
    several = Problem("x", "users.name", "", template="{offered}", params={"offered": ["Name", "Other"]})
    assert several.sentence_in(SPANISH) == "Nombre, Other"
    assert Problem("x", "users.name", "Name").sentence_in(SPANISH) == "Nombre"


@pytest.mark.parametrize("name", ["label", "section", "offered", "first", "message", "add_on", "state", "ways"])
def test_words_of_the_questionnaire_are_translated(name: str) -> None:
    """Wherever they stand in a sentence."""
    problem = Problem("x", "users.name", "Name", template=f"{{{name}}}", params={name: "Name"})
    assert problem.sentence_in(SPANISH) == "Nombre"


def test_only_errors_hold_anything_up() -> None:
    """Warnings are shown and passed over."""
    warning = Problem("old", "users.name", "x", severity="warning")
    assert errors([MISSING, warning]) == [MISSING]

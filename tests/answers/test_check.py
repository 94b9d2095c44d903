"""The whole document: what is missing, unknown, of the wrong shape, not asked, or hostile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.answers.answer_schema import MOST_ROWS
from onboarding.answers.check import MOST_PROBLEMS, Checked, check
from onboarding.domain.condition import parse_condition
from onboarding.domain.json import canonical
from onboarding.domain.question import Kind, Questionnaire, Section
from tests import strategies
from tests.answers.dental import ANSWERS, QUESTIONNAIRE, TODAY, answers, ask, many


def found(document: Any, questionnaire: Questionnaire = QUESTIONNAIRE) -> Checked:
    return check(questionnaire, document, TODAY)


def codes(document: Any) -> list[tuple[str, str, int | None]]:
    return [(problem.code, problem.question, problem.row) for problem in found(document).errors]


def test_good_answers_are_complete() -> None:
    """Only warnings are left, and the values are what was written."""
    checked = found(ANSWERS)
    assert checked.errors == []
    assert checked.is_complete
    assert {problem.code for problem in checked.problems} == {"production-number"}
    assert checked.values == ANSWERS


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("company", "name"), None, ("required", "company.name", None)),
        (("company", "name"), "  ", ("required", "company.name", None)),
        (("company",), None, ("required", "company.name", None)),
        (("company",), ["a"], ("section-shape", "company", None)),
        (("company", "nmae"), "x", ("unknown-question", "company.nmae", None)),
        (("compny",), {"name": "x"}, ("unknown-section", "compny", None)),
        (("users",), {"email": "x"}, ("table-shape", "users", None)),
        (("users",), [], ("required-rows", "users", None)),
        (("users", 1), "Ben", ("row-shape", "users", 1)),
        (("users", 1, "email"), "", ("required", "users.email", 1)),
        (("users", 1, "email"), "ben", ("email-invalid", "users.email", 1)),
        (("users", 1, "email"), "ANA@brightsmile.example", ("duplicate", "users.email", 1)),
        (("users", 1, "extension"), 101, ("duplicate", "users.extension", 1)),
        (("users", 1, "extension"), 12.5, ("extension-invalid", "users.extension", 1)),
        (("users", 1, "number"), "+1 617 555 0101", ("duplicate", "users.number", 1)),
        (("users", 0, "number"), "617 555", ("number-length", "users.number", 0)),
        (("users", 0, "site"), "Salem", ("reference", "users.site", 0)),
        (("users", 0, "shoe"), "9", ("unknown-question", "users.shoe", 0)),
        (("sites", 0, "zip"), "2110x", ("postcode-invalid", "sites.zip", 0)),
        (("sites", 0, "state"), "Mass", ("subdivision-invalid", "sites.state", 0)),
        (("sites", 0, "zip"), "90210", ("postcode-place", "sites.zip", 0)),
        (("sites", 0, "street"), "PO Box 12", ("po-box", "sites.street", 0)),
        (("new_numbers", 0, "e911_site"), None, ("required", "new_numbers.e911_site", 0)),
        (("new_numbers", 0, "quantity"), "many", ("integer-invalid", "new_numbers.quantity", 0)),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_place(path: tuple[Any, ...], value: Any, expected: tuple[Any, ...]) -> None:
    """One change to good answers gives that problem at that place."""
    document: Any = answers()
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert expected in codes(document)


def test_what_is_wrong_is_not_also_missing() -> None:
    """A required answer that cannot be read is one problem, not two, and leaves no value."""
    document = answers()
    document["users"][1]["email"] = "ben"
    assert [problem.code for problem in found(document).errors if problem.row == 1] == ["email-invalid"]
    assert "email" not in found(document).values["users"][1]


def test_blank_rows_do_not_count_but_keep_their_place() -> None:
    """Rows left empty are no rows; problems after them name the row as the customer sees it."""
    document = answers()
    document["users"][1:1] = [{}, {"email": "", "services": []}, None]
    document["users"][4]["email"] = "no"
    checked = found(document)
    assert ("email-invalid", 4) in [(problem.code, problem.row) for problem in checked.errors]
    assert len(checked.values["users"]) == 3


def test_what_is_not_asked_is_neither_used_nor_faulted() -> None:
    """A section or question whose condition fails is left out of the values, whatever stands in it."""
    document = answers()
    document["telephony"]["kind"] = "none"
    document["port_orders"] = [{"btn": "nonsense", "scope": 5}]
    document["administrator"]["user"] = "nobody"
    for user in document["users"]:
        user["services"] = ["exchange"]
        user["number"] = "617"
    checked = found(document)
    assert checked.errors == []
    assert not {"port_orders", "port_numbers", "new_numbers"} & set(checked.values)
    assert "user" not in checked.values["administrator"]
    assert all("number" not in user and "area_code" not in user for user in checked.values["users"])


def test_a_chain_of_conditions_is_followed() -> None:
    """A question that hangs on one that is not asked is not asked either."""
    document = answers()
    document["users"][1]["services"] = ["exchange"]
    assert set(found(document).values["users"][1]) == {
        "first_name",
        "last_name",
        "email",
        "site",
        "extension",
        "services",
    }


def test_conditions_that_turn_in_a_circle_end() -> None:
    """Two questions that exclude each other are decided somehow, without end-less turning."""
    one = ask("loop.a", Kind.TEXT, "A", when=parse_condition({"question": "loop.b", "answered": False}))
    two = ask("loop.b", Kind.TEXT, "B", when=parse_condition({"question": "loop.a", "answered": True}))
    loop = Questionnaire("loop", "Loop", "1", (Section("loop", "Loop", (one, two)),))
    assert set(found({"loop": {"a": "x", "b": "y"}}, loop).values["loop"]) <= {"a", "b"}


def test_references_take_the_spelling_of_what_they_point_at() -> None:
    """Case does not matter in a reference; the value is the one in the table."""
    document = answers()
    document["users"][0]["site"] = "boston"
    assert found(document).values["users"][0]["site"] == "Boston"


def test_a_default_answers_for_whoever_is_silent() -> None:
    """An unanswered question takes its default; a wrong answer does not hide behind it."""
    document = answers()
    del document["new_numbers"][0]["e911"], document["new_numbers"][0]["e911_site"]
    assert found(document).values["new_numbers"][0]["e911"] is False
    document["new_numbers"][0]["e911"] = "perhaps"
    assert "e911" not in found(document).values["new_numbers"][0]
    assert ("yes-no-invalid", "new_numbers.e911", 0) in codes(document)


def test_problems_come_in_the_order_of_the_questionnaire_and_once() -> None:
    """Section by section, row by row, question by question; two rules that say the same say it once."""
    document = answers()
    document["users"][2] |= {"email": "x", "first_name": ""}
    document["users"][1]["extension"] = "101"
    document["company"]["domain"] = "x"
    assert codes(document) == [
        ("domain-invalid", "company.domain", None),
        ("duplicate", "users.extension", 1),
        ("required", "users.first_name", 2),
        ("email-invalid", "users.email", 2),
    ]


def test_names_that_mean_something_to_python_are_fine() -> None:
    """Sections and questions may be called copy, json or __class__."""
    names = ("copy", "json", "model_fields", "__class__", "_x", "schema", "a-b")
    odd = Section("model_dump", "Odd", tuple(ask(f"model_dump.{name}", Kind.TEXT, name) for name in names))
    document = {"model_dump": dict.fromkeys(names, "v")}
    assert found(document, Questionnaire("odd", "Odd", "1", (odd,))).values == document


def test_two_questionnaires_alike_keep_their_own_schema() -> None:
    """The schema belongs to one questionnaire; another with other questions is not taken for it."""
    assert found({"company": {"name": "x"}}, replace(QUESTIONNAIRE, sections=QUESTIONNAIRE.sections[:1])).values == {
        "company": {"name": "x"}
    }
    assert "users" in found(ANSWERS).values


@pytest.mark.parametrize("document", [None, [], "x", 5, {1: 2}, {"users": 5}, {"users": [[1]]}, {"company": {None: 1}}])
def test_documents_of_no_shape_at_all(document: Any) -> None:
    """Whatever is given, the answer is problems."""
    assert not found(document).is_complete


def test_floods_are_refused_at_once() -> None:
    """A million rows are one problem; problems themselves are counted, not all listed; nesting is not walked."""
    document = answers()
    document["users"] = [{}] * 1_000_000
    assert ("too-many-rows", "users", None) in codes(document)
    document["users"] = [{"email": "x", "extension": "1", "zzz": 1}] * (MOST_ROWS // 4)
    problems = found(document).problems
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].code == "too-many-problems"
    deep: Any = []
    for _other in range(100_000):
        deep = [deep]
    assert ("not-text", "company.name", None) in codes({"company": {"name": deep}})


@given(
    st.dictionaries(st.sampled_from([s.id for s in QUESTIONNAIRE.sections]) | st.text(max_size=5), strategies.hostile)
)
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_hostile_documents_give_problems_and_clean_values(document: dict[str, Any]) -> None:
    """Nothing raises, and the values can be digested and kept."""
    checked = found(document)
    canonical(checked.values)
    assert all(len(problem.message) < 400 for problem in checked.problems)


@given(strategies.documents(QUESTIONNAIRE))
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_values_checked_again_are_the_same(document: dict[str, Any]) -> None:
    """Checking is idempotent: values are their own normal form, rows of which nothing is asked apart."""
    values = {
        name: [row for row in kept if row] if isinstance(kept, list) else kept
        for name, kept in found(document).values.items()
    }
    assert found(values).values == values


def test_thousands_of_users_are_read() -> None:
    """Every row of a large customer is checked."""
    checked = found(many(2000))
    assert len(checked.values["users"]) == 2000
    assert sum(problem.code == "extension-length" for problem in checked.problems) == 2000

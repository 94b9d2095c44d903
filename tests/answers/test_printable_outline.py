"""The listing of the answers: what is asked, in words, with what is wrong beside it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from onboarding.answers.check import check
from onboarding.answers.printable import OutlineSection, outline
from tests import strategies
from tests.answers.dental import ANSWERS, QUESTIONNAIRE, TODAY, answers


def listed(document: object) -> dict[str, OutlineSection]:
    problems = check(QUESTIONNAIRE, document, TODAY).problems  # type: ignore[arg-type]
    return {section.id: section for section in outline(QUESTIONNAIRE, document, problems)}  # type: ignore[arg-type]


def test_answers_are_shown_in_words() -> None:
    """Numbers in national form, choices by label, yes and no in words, in the order of the questionnaire."""
    found = listed(ANSWERS)
    assert list(found) == [section.id for section in QUESTIONNAIRE.sections]
    ana = {cell.label: cell.value for cell in found["users"].rows[0]}
    assert ana["Number"] == "(617) 555-0101"
    assert ana["Services"] == "Exchange, Lync"
    assert ana["Number from"] == "Port"
    assert {cell.value for row in found["new_numbers"].rows for cell in row} >= {"Yes", "978", "2"}
    assert found["port_numbers"].rows[0][1].value == "(617) 555-0100"


def test_what_is_not_asked_or_never_answered_is_left_out() -> None:
    """Closed sections and fields disappear, columns without any answer too."""
    document = answers()
    document["telephony"]["kind"] = "none"
    found = listed(document)
    assert "port_orders" not in found
    assert [cell.label for cell in found["administrator"].fields] == ["Kind", "E-mail"]
    assert "New billing number" not in listed(ANSWERS)["port_orders"].columns


def test_problems_stand_beside_their_answer() -> None:
    """What could not be understood is shown as it was typed, with the sentence beside it."""
    document = answers()
    document["users"][1]["email"] = "ben" + "\x00" * 200
    document["company"]["name"] = ""
    document["users"].insert(0, {})
    found = listed(document)
    email = next(cell for cell in found["users"].rows[1] if cell.label == "E-mail")
    assert email.value.startswith("ben\ufffd")
    assert len(email.value) == 60
    assert "not a complete e-mail address" in email.problems[0]
    assert found["company"].fields[0].problems == ("Please fill in “Company name”.",)
    document["sites"] = []
    assert listed(document)["sites"].problems == ("Please list at least 1 under “Sites”; 0 given.",)


@given(strategies.documents(QUESTIONNAIRE))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_row_is_as_wide_as_the_heading(document: dict[str, object]) -> None:
    """Whatever the answers, a table is a rectangle of text."""
    for section in listed(document).values():
        assert all(len(row) == len(section.columns) for row in section.rows)
        assert all(isinstance(cell.value, str) for row in (*section.rows, section.fields) for cell in row)

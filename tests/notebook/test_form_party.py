"""The form cut down to one party, and a returned workbook handed back with its problems marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import pytest

from onboarding.answers.check import check
from onboarding.domain.question import Problem, Questionnaire
from onboarding.errors import AnswerError
from onboarding.notebook.form import AnswersForm

AT = datetime(2026, 3, 2, tzinfo=UTC)
KEPT = {"company": {"name": "Bright", "zip": "1"}, "users": [{"email": "a@x.example", "extension": "1"}]}


@pytest.fixture
def shared(sample: ModuleType) -> Questionnaire:
    """The sample questionnaire, in which a carrier knows two answers."""

    def owned(question: Any) -> Any:
        is_carriers = question.id in ("company.zip", "users.extension")
        return replace(question, owner="carrier", document="bill") if is_carriers else question

    asked = sample.QUESTIONNAIRE
    sections = [replace(part, questions=tuple(map(owned, part.questions))) for part in asked.sections]
    parties = {"customer": "Customer", "carrier": "Carrier"}
    return replace(asked, sections=tuple(sections), parties=parties, asks="customer")


def form_of(questionnaire: Questionnaire, saved: dict[str, Any], **more: Any) -> AnswersForm:
    def checked(kept: Any) -> Any:
        return check(questionnaire, kept, date(2026, 3, 2))

    return AnswersForm(questionnaire, KEPT, checked, saved.__setitem__, **more)


def test_a_party_sees_its_own_questions(shared: Questionnaire) -> None:
    """With where to find the answers; what it saves leaves the others' answers in their place."""
    saved: dict[str, Any] = {}
    form = form_of(shared, saved)
    assert list(form.groups) == ["company", "telephony", "sites", "users"]
    form.party.value = "carrier"
    assert list(form.groups) == ["company", "users"]
    assert [question.name for question in form.groups["users"].section.questions] == ["email", "extension"]
    assert {problem.question for problem in form.problems} == {"company.zip", "users.extension"}
    company: Any = form.groups["company"]
    company.open()
    assert list(company.fields) == ["zip"]
    assert "Where to find it: bill. Who knows it: Carrier." in company.fields["zip"].box.children[1].value
    company.fields["zip"].control.value = "02139"
    assert saved == {"company": {"name": "Bright", "zip": "02139"}}
    form.party.value = ""
    assert list(form.groups) == ["company", "telephony", "sites", "users"]


def test_without_parties_there_is_no_choice(sample: ModuleType) -> None:
    """Nothing is asked of anybody in particular."""
    form = AnswersForm(sample.QUESTIONNAIRE, {}, sample.checked, {}.__setitem__)
    assert form.party.layout.display == "none"


def test_the_marked_copy_is_offered_as_a_file(sample: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only when there is something to correct; a refusal is shown in words."""
    problem = Problem("email-invalid", "users.email", "No e-mail.", 0, where="Users!A2")
    problems: list[Problem] = []
    marks: list[bytes] = []

    def mark_up(data: bytes) -> bytes:
        if marks:
            raise AnswerError("WORKBOOK-UNREADABLE", "It is damaged.", "Send it again.")
        marks.append(data)
        return b"marked"

    form = form_of(
        sample.QUESTIONNAIRE, {}, read_upload=lambda name, data: sample.Reading({}, tuple(problems)), mark_up=mark_up
    )
    files: list[tuple[str, bytes]] = []
    monkeypatch.setattr(form.script, "download", lambda name, media_type, data: files.append((name, data)))

    def upload() -> None:
        item = {"name": "b.xlsx", "type": "", "size": 1, "content": memoryview(b"x"), "last_modified": AT}
        form.workbook.upload.value = (item,)

    assert form.workbook.marked.layout.display == "none"
    upload()
    assert form.workbook.marked.layout.display == "none"
    problems.append(problem)
    upload()
    assert form.workbook.marked.layout.display is None
    form.workbook.marked.click()
    assert (files, marks) == ([("b-to-correct.xlsx", b"marked")], [b"x"])
    form.workbook.marked.click()
    assert "It is damaged. Send it again." in form.workbook.result.value

"""What an opened case holds as frames: answers, problems, tasks and plans."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.domain.history import Customer, TaskState
from onboarding.frames import CaseFrames
from onboarding.frames.case_frames import PLAN, PROBLEMS, plan_of
from onboarding.frames.history_frames import NUMBERS, TASKS
from onboarding.profile.load import load_profile
from onboarding.resources import shipped
from onboarding.store.store import Store
from tests.frames.conftest import AT, SIGNED

PROVIDERS = {
    "bright-smile": "chinook",
    "cedar-valley-schools": "univoip-teams",
    "harbor-freight-lines": "mitel-micloud",
    "marlow-law": "univoip-officeconnect",
    "northwind-clinic": "emetrotel",
}


def test_users_have_the_types_of_their_questions(case: Case) -> None:
    """Choices are closed lists, several choices text with commas, a zero in front stays; each row has its id."""
    users = CaseFrames(case).users
    section = case.questionnaire.section("users")
    assert section
    assert list(users) == ["row", *(question.name for question in section.questions)]
    assert users["extension"].tolist()[0] == "101"
    assert users["services"].tolist()[0] == "sharepoint, total-connect"
    assert users["exchange_plan"].dtype.categories.tolist() == ["Basic", "Standard", "Premium"]
    assert users["row"].is_unique
    assert users["row"].tolist() == list(case.checked().ids["users"])
    assert "First name" in users._repr_html_()


def test_numbers_name_who_gets_them(case: Case) -> None:
    """By the answers, as long as the record does not say who has it."""
    numbers = CaseFrames(case).numbers
    assert NUMBERS.fits(numbers)
    [one] = numbers[numbers.number == "+16175550101"].rows()
    assert one["user"] == "Ana Ortiz"
    assert (numbers.user == "").any()


def test_the_number_of_an_attendant_is_somebodys(tmp_path: Path) -> None:
    """A resource account gets a number as a user does: it is not among those that nobody gets."""
    example = shipped("data", "examples", "cedar-valley-schools.toml")
    with Store.open(tmp_path, "") as store:
        store.create_customer(Customer("cedar", "Cedar", AT), "univoip-teams")
        case = Case.open(store, "cedar", AT, "ana")
        case.save_answers(dict(read_answers(case.questionnaire, example).document), "example")
        rows = [row for row in case.checked().values["resource_accounts"] if row.get("number")]
        numbers = CaseFrames(case).numbers
        got = dict(zip(numbers.number, numbers.user, strict=True))
        assert rows
        assert all(got[row["number"]] == row["account"] for row in rows if row["number"] in got)
        assert any(row["number"] in got for row in rows)


def test_problems_have_their_place_in_words(case: Case) -> None:
    """And their severity, code and row; the template is the same for the same fault in many rows."""
    problems = CaseFrames(case).problems
    assert PROBLEMS.fits(problems)
    assert problems["message"].tolist() == [problem.message for problem in case.checked().problems]
    first = problems.rows()[0]
    assert first["place"] == "Numbers to keep: accounts, row 1: Billing telephone number"
    assert (first["severity"], first["row"]) == ("warning", 1)
    assert problems[problems.code == "production-number"].template.nunique() == 1


def test_tasks_of_a_stage_are_all_there(case: Case) -> None:
    """Those that do not apply too, with the reasons each on a line and since when somebody holds one."""
    views = case.progress().of_stage("telephony")
    tasks = CaseFrames(case).tasks("telephony")
    assert TASKS.fits(tasks)
    assert tasks["task"].tolist() == [view.task.id for view in views]
    assert tasks["state"].tolist() == [view.state.value for view in views]
    assert tasks["reasons"].tolist() == ["\n".join(view.reasons) for view in views]
    assert tasks.set_index("task").loc["telephony.sign-loa", "begun_at"] == pd.Timestamp(AT)
    assert len(CaseFrames(case).tasks()) == len(case.context().tasks)


def test_evidence_is_that_of_the_stage(case: Case) -> None:
    """In the order it was filed; of other stages nothing."""
    evidence = CaseFrames(case).evidence
    assert set(evidence("telephony")["stage"]) == {"telephony"}
    assert evidence("migrate")["what"].tolist() == ["waived by Kim as Reseller: The zone is known."]
    assert evidence("cutover").empty
    assert len(evidence()) == len(case.record.evidence)


@pytest.mark.parametrize("stage", ["telephony", "provision", "cutover"])
def test_a_plan_is_the_same_when_it_is_made_of_its_frame(case: Case, stage: str) -> None:
    """Every action with its body, what comes later with its reason, what was asked for marked as such."""
    plan = planning.plan(case, stage)
    frame = CaseFrames(case).plan(plan)
    assert PLAN.fits(frame)
    again = plan_of(frame, plan.customer, plan.stage)
    assert (again, again.digest) == (plan, plan.digest)
    waiting = {view.task.id for view in case.progress().of_stage(stage) if view.state is TaskState.WAITING}
    asked = {action.task for action in plan.changes if action.operation.value == "ask"} & waiting
    assert set(frame[frame.is_asked].task) == asked


@pytest.mark.parametrize("example", PROVIDERS)
def test_every_providers_case_has_the_same_frames(tmp_path: Path, example: str) -> None:
    """With answers and without; columns of users are the provider's own, those of all else are always the same."""
    profile = PROVIDERS[example]
    with Store.open(tmp_path, "") as store:
        store.create_customer(Customer("new", "New", AT), profile)
        case = Case.open(store, "new", SIGNED + timedelta(days=1), "Kim")
        empty = CaseFrames(case).users
        assert empty.empty
        document = read_answers(load_profile(profile).questionnaire, shipped("data", "examples", f"{example}.toml"))
        case.save_answers(document.document, "test")
        found = CaseFrames(case)
        assert len(found.users) > 1
        assert found.users.dtypes.equals(empty.dtypes)
        assert TASKS.fits(found.tasks())
        assert NUMBERS.fits(found.numbers)
        assert PROBLEMS.fits(found.problems)

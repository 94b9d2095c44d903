"""The review life cycle on a real store: what may be done when, the loops back, and what a no undoes."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from onboarding.case import work
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.domain.action import Attachment
from onboarding.domain.history import TaskState
from onboarding.engine.apply import apply_stage
from onboarding.errors import GateClosed, InputError
from onboarding.store.store import Store
from tests.emetrotel.clinic import CLINIC, Answers, answers, row
from tests.world import acting

LUCIA = "Lucía Herrera"
LISTED = f"{LUCIA} <lucia.herrera@northwindclinic.example>"
MINUTES = Attachment("minutes.txt", "text/plain", b"What was said on the call.")
READY = "ready-for-configuration"


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """The clinic with company, contacts and sites only; mail waits in the outbox."""
    with Store.open(tmp_path) as store:
        yield _taken_in(store)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """A workspace in which both reviews are done, and the instant at which they were."""
    folder = tmp_path_factory.mktemp("reviewed")
    with Store.open(folder) as store:
        case = _taken_in(store)
        _review(case)
        return folder, case.at


@pytest.fixture
def reviewed(prepared: tuple[Path, datetime], tmp_path: Path) -> Iterator[Case]:
    """The clinic just before both sides decide."""
    shutil.copytree(prepared[0], tmp_path / "copy")
    with Store.open(tmp_path / "copy") as store:
        yield Case.open(store, CLINIC.id, prepared[1], "Pat Moreau")


def _taken_in(store: Store) -> Case:
    store.create_customer(CLINIC, "emetrotel")
    case = Case.open(store, CLINIC.id, CLINIC.created_at, "Pat Moreau")
    kept = answers()
    case.save_answers({name: kept[name] for name in ("company", "contacts", "sites")}, "order")
    return case


def run(case: Case) -> None:
    """Everything the program can do in this stage, a day later than before."""
    case.at += timedelta(days=1)
    apply_stage(case, "gather", wait=lambda seconds: None)


def as_person(case: Case, by: str) -> Case:
    return Case(case.store, case.customer, case.at, by)


def state(case: Case, task: str) -> TaskState:
    return case.progress().task(task).state


def done(case: Case, *tasks: str) -> None:
    for task in tasks:
        run(case)
        work.done(acting(case, task), task, "as described", document=MINUTES, is_same_file=True)


def save(case: Case, **sections: Any) -> None:
    for name, value in sections.items():
        case.save_section(name, value, "review")


def data(**without: Any) -> Answers:
    """Everything of the questionnaire but what reviews bring about."""
    left = ("engineering_review", "open_questions", "discrepancies", "configuration", *without)
    return {name: value for name, value in answers().items() if name not in left}


def _review(case: Case) -> None:
    """Through both reviews up to the decision of both sides."""
    done(case, "gather.send-questionnaire", "gather.prepare-answers")
    save(case, **data())
    done(case, "gather.first-review")
    save(case, engineering_review=answers()["engineering_review"])
    run(case)
    decide(as_person(case, "Engineer"), Vote("engineering-satisfied", True, "customer-engineering"))
    done(case, "gather.present-plan", "gather.second-review")


def plans(case: Case) -> list[str]:
    """The planned configurations kept as evidence, oldest first."""
    lines = [line for line in case.record.evidence if line.task == "gather.present-plan" and line.document]
    return [case.store.document(CLINIC.id, line.document).data.decode() for line in lines
            if line.document_name.endswith(".html")]  # fmt: skip


def test_the_questionnaire_is_sent_before_the_first_review(case: Case) -> None:
    """Nobody reports the review before the questionnaire left, as a workbook to the primary contact (E-12)."""
    with pytest.raises(GateClosed, match="First: Send the Programming Data Questionnaire"):
        work.done(case, "gather.first-review", document=MINUTES)
    run(case)
    [path] = case.store.layout.outbox.rglob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["To"] == "lucia.herrera@northwindclinic.example"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["northwind-clinic-onboarding-sheet.xlsx"]
    work.done(case, "gather.send-questionnaire")
    run(case)
    work.done(acting(case, "gather.prepare-answers"), "gather.prepare-answers")
    run(case)
    work.done(case, "gather.first-review", document=MINUTES)
    assert state(case, "gather.first-review") is TaskState.DONE


def test_missing_information_is_asked_for_until_it_is_there(case: Case) -> None:
    """A question of a review is sent, ages until it is answered, and a new one is asked again (E-13, E-16)."""
    done(case, "gather.send-questionnaire", "gather.prepare-answers", "gather.first-review")
    asked = {"question": "Who answers at night?", "about": "Night menu", "asked_on": case.at.date().isoformat()}
    save(case, **data(), open_questions=[asked])
    done(case, "gather.request-missing")
    case.at += timedelta(days=12)
    assert case.progress().task("gather.answer-questions").reasons == ("Open for 13 days: Who answers at night?",)
    save(case, open_questions=[{**asked, "answer": "The answering service"}])
    run(case)
    assert state(case, "gather.answer-questions") is TaskState.DONE
    assert state(case, "gather.request-missing") is TaskState.DONE
    again = {"question": "And on Sundays?", "asked_on": case.at.date().isoformat()}
    save(case, open_questions=[{**asked, "answer": "The answering service"}, again])
    assert state(case, "gather.request-missing") is TaskState.READY
    assert "Open for 0 days: And on Sundays?" in case.progress().task("gather.answer-questions").reasons
    save(case, engineering_review=answers()["engineering_review"])
    assert state(case, "gather.engineering-review") is TaskState.BLOCKED, "nothing is judged while a question is open"


def test_engineering_judges_every_section_and_every_flow(case: Case) -> None:
    """What has no verdict and what failed is named; a failed flow holds the second review (E-14, E-15, E-17)."""
    done(case, "gather.send-questionnaire", "gather.prepare-answers", "gather.first-review")
    verdicts = copy.deepcopy(answers()["engineering_review"])
    row({"v": verdicts}, "v", "Nurse hours", "part").update(verdict="fail", reason="No trunk for the doctor on call.")
    save(case, **data(), engineering_review=[v for v in verdicts if v["part"] != "Voicemail"])
    reasons = case.progress().task("gather.engineering-review").reasons
    assert reasons == ("Not reviewed yet: Voicemail.", "Failed: Nurse hours. No trunk for the doctor on call.")
    with pytest.raises(GateClosed, match="First: Internal review"):
        decide(as_person(case, "Engineer"), Vote("engineering-satisfied", True, "customer-engineering"))
    with pytest.raises(GateClosed, match="Customer engineering is satisfied"):
        work.done(case, "gather.second-review")
    save(case, engineering_review=answers()["engineering_review"])
    run(case)
    decide(as_person(case, "Engineer"), Vote("engineering-satisfied", True, "customer-engineering"))
    assert case.progress().gates["engineering-satisfied"].is_open
    assert state(case, "gather.present-plan") is TaskState.READY


def test_minutes_of_the_first_review_are_filed(case: Case) -> None:
    """Engineering waits for the document, not for the word that there was a call (E-13)."""
    done(case, "gather.send-questionnaire", "gather.prepare-answers")
    run(case)
    with pytest.raises(InputError, match=r"PROOF-MISSING: .*'The minutes of the first review are on file'"):
        work.done(case, "gather.first-review", "held")
    save(case, **data(), engineering_review=answers()["engineering_review"])
    assert state(case, "gather.engineering-review") is TaskState.BLOCKED
    assert not case.progress().gates["minutes-filed"].is_open
    work.done(case, "gather.first-review", "held", document=MINUTES, is_same_file=True)
    assert case.progress().gates["minutes-filed"].is_open


def test_nobody_declares_readiness_before_the_second_review(case: Case) -> None:
    """What was not presented cannot be agreed to (E-17, E-19)."""
    with pytest.raises(GateClosed, match="First: Send the planned configuration"):
        decide(as_person(case, LUCIA), Vote(READY, True, "primary-contact"))


def test_ready_takes_both_sides(reviewed: Case) -> None:
    """Neither side alone, nobody else and nobody twice declares readiness (E-19)."""
    case = reviewed
    with pytest.raises(InputError, match="not listed as Primary contact"):
        decide(as_person(case, "Somebody"), Vote(READY, True, "primary-contact"))
    decide(as_person(case, LUCIA), Vote(READY, True, "primary-contact"))
    assert case.progress().gates[READY].missing == ("The approval of E-MetroTel project manager is outstanding.",)
    with pytest.raises(InputError, match="as Primary contact already"):
        decide(as_person(case, LUCIA), Vote(READY, True, "project-manager"))
    assert state(case, "provision.agree-schedule") is TaskState.BLOCKED
    decide(as_person(case, "Pat Moreau"), Vote(READY, True, "project-manager"))
    assert case.progress().gates[READY].is_open
    assert state(case, "provision.agree-schedule") is TaskState.READY


def _ready(case: Case) -> None:
    for by, role in ((LUCIA, "primary-contact"), ("Pat Moreau", "project-manager")):
        decide(as_person(case, by), Vote(READY, True, role))


@pytest.mark.keeps("E-21")
def test_a_schedule_of_the_second_review_binds_from_readiness(reviewed: Case) -> None:
    """Agreed before both sides have declared readiness it is kept and binds nobody; with readiness it is agreed, and
    the configuration is due on its first day.
    """
    case = reviewed
    save(case, configuration=answers()["configuration"])
    assert state(case, "provision.agree-schedule") is TaskState.BLOCKED
    _ready(case)
    assert state(case, "provision.agree-schedule") is TaskState.DONE
    apply_stage(case, "provision", wait=lambda seconds: None)
    start = date.fromisoformat(answers()["configuration"]["starts_on"])
    methods = answers()["configuration"]["methods"]
    started = [one for one in case.progress().tasks if one.task.on == "configuration.starts_on" and one.due_on]
    assert {one.due_on for one in started} == {start}
    assert len({one.task.declared for one in started}) == len(methods)


@pytest.mark.refuses("E-21")
def test_nothing_is_configured_before_the_agreed_day(reviewed: Case) -> None:
    """Without a schedule nothing begins; before its first day nobody has prepared anything."""
    case = reviewed
    _ready(case)
    assert state(case, "provision.agree-schedule") is TaskState.READY
    save(case, configuration=answers()["configuration"] | {"methods": ["cloud"]})
    apply_stage(case, "provision", wait=lambda seconds: None)
    prepare = case.task("provision.prepare-cloud")
    with pytest.raises(GateClosed, match="cannot be done before") as refused:
        work.done(acting(case, prepare.id), prepare.id)
    assert refused.value.code == "TASK-DATED"
    day = date.fromisoformat(answers()["configuration"]["starts_on"])
    case.at = datetime.combine(day, time(16), UTC)
    work.done(acting(case, prepare.id), prepare.id)
    assert state(case, prepare.id) is TaskState.DONE


def test_a_no_sends_both_sides_back_to_the_second_review(reviewed: Case) -> None:
    """What led up to the decision is done anew, what was approved before is void, and all of it is kept (E-20)."""
    case = reviewed
    decide(as_person(case, "Pat Moreau"), Vote(READY, True, "project-manager"))
    decide(as_person(case, LUCIA), Vote(READY, False, "primary-contact", "Key 2 shall lead to billing."))
    view = case.progress().task("gather.second-review")
    assert view.state is TaskState.BLOCKED
    [why] = case.progress().task("gather.present-plan").reasons
    assert why == f"Done anew, because {LISTED} said no to “Ready for Configuration”. Key 2 shall lead to billing."
    noted = {"what": "Key 2 shall lead to billing.", "about": "Main menu", "noted_on": case.at.date().isoformat()}
    keys = copy.deepcopy(answers()["menu_keys"])
    keys[1]["target"], keys[2]["target"] = "Billing", "Nurses"
    save(case, discrepancies=[noted], menu_keys=keys)
    assert not case.progress().gates["engineering-satisfied"].is_open
    run(case)
    decide(as_person(case, "Engineer"), Vote("engineering-satisfied", True, "customer-engineering"))
    done(case, "gather.present-plan", "gather.second-review")
    assert case.progress().task("gather.settle-discrepancies").reasons[0].endswith("Key 2 shall lead to billing.")
    save(case, discrepancies=[{**noted, "settled": "Keys 2 and 3 changed places."}])
    run(case)
    for by, role in ((LUCIA, "primary-contact"), ("Pat Moreau", "project-manager")):
        assert not case.progress().gates[READY].is_open
        decide(as_person(case, by), Vote(READY, True, role))
    assert case.progress().gates[READY].is_open
    first, second = plans(case)
    assert first != second
    assert "<svg" in first
    assert len([kept for kept in case.record.decisions if kept.gate == READY]) == 4


def test_one_changed_extension_after_the_sign_off_closes_the_way_again(reviewed: Case) -> None:
    """Both had agreed to something else: the gate closes, names the field, and a new version of the plan is sent."""
    case = reviewed
    for by, role in ((LUCIA, "primary-contact"), ("Pat Moreau", "project-manager")):
        decide(as_person(case, by), Vote(READY, True, role))
    save(case, configuration=answers()["configuration"])
    assert case.progress().gates[READY].is_open, "the schedule is no part of what was agreed"
    extensions = copy.deepcopy(answers()["extensions"])
    extensions[15]["name"] = "Lunch room"
    save(case, extensions=extensions)
    missing = " ".join(case.progress().gates[READY].missing)
    assert "Lunch room" in missing
    assert "Break room" in missing
    assert state(case, "gather.present-plan") is TaskState.BLOCKED
    assert state(case, "provision.agree-schedule") is TaskState.BLOCKED

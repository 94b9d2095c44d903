"""What a gate rests on is not left out: it is done, or waived by whoever the profile names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from onboarding.case import leaving_out
from onboarding.case.case import Case
from onboarding.case.preview import consequences_of
from onboarding.domain.action import Attachment
from onboarding.domain.history import TaskState
from onboarding.errors import InputError
from onboarding.frames import tasks
from onboarding.profile.load import load_profile
from onboarding.report.completion import figures_of
from onboarding.report.exceptions import Trouble
from onboarding.stages.basis import covering
from onboarding.stages.consequences import STANDS
from tests.univoip.played import OFFICE, opened
from tests.world import World

LETTER = Attachment("terms.txt", "text/plain", b"Paid in three parts, as agreed.")
PROVIDERS = ("chinook", "emetrotel", "mitel-micloud", "univoip-officeconnect", "univoip-teams")


@pytest.fixture
def law(tmp_path: Path) -> Iterator[Case]:
    yield from opened(tmp_path, OFFICE)


def test_no_gate_is_opened_by_leaving_out(mixed: World) -> None:
    """Whatever somebody leaves out, a gate that is closed for a task it names stays closed."""
    case = mixed.case
    closed = {name for name, gate in case.progress().gates.items() if not gate.is_open}
    for task in case.profile.tasks:
        with suppress(InputError):
            leaving_out.skip(case, task.id, "because I say so")
    left = {name for name, gate in case.progress().gates.items() if not gate.is_open}
    assert closed - left <= {"all-provisioned-and-migrated"}
    assert "loa-signed" in left


def test_the_refusal_names_the_gate_and_who_may(law: Case) -> None:
    """Which gate rests on it, and who may waive it and how, or that nobody may."""
    with pytest.raises(InputError) as refusal:
        leaving_out.skip(law, "gather.pay-charges", "later")
    assert refusal.value.code == "TASK-NOT-SKIPPED"
    assert "the gate 'The one-off charges (NRC, Schedule A) are paid' rests on it" in refusal.value.message
    who = "It may be waived by UniVoIP sales representative (sales-representative), with a reason and a file."
    assert refusal.value.remedy == f"{who} Press “Waive it” on its card."
    said = "--by NAME --role sales-representative --reason WHY --evidence FILE"
    assert refusal.value.command == f"{who} Use `onboard waive {law.customer.id} gather.pay-charges {said}`."
    with pytest.raises(InputError, match="Nobody may waive it"):
        leaving_out.skip(law, "gather.sign-agreement", "later")


def test_what_completion_rests_on_is_waived_by_who_leads_the_project(law: Case) -> None:
    """No gate holds it, and it is not left out on the way to the end all the same; nor is the end itself."""
    with pytest.raises(InputError) as refusal:
        leaving_out.skip(law, "cutover.introduce-support", "later")
    assert refusal.value.code == "TASK-NOT-SKIPPED"
    assert refusal.value.message.endswith(" cannot be left out: 'Every step is closed' rests on it.")
    assert refusal.value.remedy.startswith("It may be waived by UniVoIP project manager (UPM) (project-manager)")
    leaving_out.waive(law, "cutover.introduce-support", "project-manager", "they know each other")
    assert law.progress().task("cutover.introduce-support").state is TaskState.WAIVED
    with pytest.raises(InputError, match="it closes by itself once all that it waits for is closed") as end:
        leaving_out.skip(law, "cutover.complete-onboarding", "it is late")
    assert end.value.remedy == "Nobody may waive it: it has to be done."


@pytest.mark.parametrize("profile", PROVIDERS)
def test_law_and_carrier_are_not_waived(profile: str) -> None:
    """A signed letter, a validated emergency address: in no profile may anybody do without."""
    for task in load_profile(profile).tasks:
        if "letter of authorization" in task.title.casefold() and task.is_manual and not task.is_check:
            assert (task.is_binding or task.party != "authorised-signer", task.waive) == (True, None)
        assert not (task.is_binding and task.waive)
    binding = {task.id for task in load_profile(profile).tasks if task.is_binding}
    assert bool(binding) is (profile != "emetrotel")


def test_a_binding_task_is_neither_left_out_nor_waived(mixed: World) -> None:
    """A signed letter is required by the carrier."""
    with pytest.raises(InputError, match="required by law or by a carrier: it cannot be left out"):
        leaving_out.skip(mixed.case, "telephony.sign-loa", "no time")
    with pytest.raises(InputError, match=r"TASK-NOT-WAIVED: .* required by law or by a carrier"):
        leaving_out.waive(mixed.case, "telephony.sign-loa", "reseller", "no time", LETTER)


def test_a_task_is_waived_in_a_role_with_reason_and_file(law: Case) -> None:
    """It is closed, the gate is open, and the record says who, in which role, why, and by which paper."""
    leaving_out.waive(law.acting("Rosa Vale"), "gather.pay-charges", "sales-representative", "three parts", LETTER)
    view = law.progress().task("gather.pay-charges")
    assert (view.state, view.state.is_closed, view.record and view.record.by) == (TaskState.WAIVED, True, "Rosa Vale")
    words = "waived by Rosa Vale as UniVoIP sales representative, in writing (terms.txt): three parts"
    assert view.reasons == (words,)
    assert law.progress().gates["charges-paid"].is_open
    (line,) = [one for one in law.record.evidence if one.task == "gather.pay-charges"]
    assert (line.what.kind, line.document_name, line.what.values["why"]) == ("task.waived", "terms.txt", "three parts")
    assert covering("gather.pay-charges", law.context()) == []
    frame = tasks(law.customer.id, store=law.store)
    assert frame.set_index("task").loc["gather.pay-charges", "state"] == "waived"
    assert law.store.verify() == []


def test_the_report_lists_it_among_the_exceptions(law: Case) -> None:
    """With person, role, reason and file, as a kind of its own."""
    leaving_out.waive(law.acting("Rosa Vale"), "gather.pay-charges", "sales-representative", "three parts", LETTER)
    (found,) = [one for one in figures_of(law).exceptions if one.kind is Trouble.WAIVED]
    assert found.what == "Pay the one-off charges (NRC, Schedule A)"
    for part in ("Rosa Vale", "UniVoIP sales representative", "three parts", "terms.txt"):
        assert part in found.why


@pytest.mark.parametrize(
    ("task", "role", "reason", "paper", "code"),
    [
        ("gather.pay-charges", "sales-representative", " ", LETTER, "WAIVE-REASON"),
        ("gather.pay-charges", "sales-representative", "three parts", None, "WAIVE-FILE"),
        ("gather.pay-charges", "customer", "three parts", LETTER, "WAIVE-ROLE"),
        ("gather.pay-charges", "", "three parts", LETTER, "WAIVE-ROLE"),
        ("gather.sign-agreement", "sales-representative", "trust", LETTER, "TASK-NOT-WAIVED"),
        ("migrate.forward-old-numbers", "customer", "no calls", LETTER, "TASK-NOT-WAIVED"),
    ],
)  # fmt: skip
def test_who_may_not(law: Case, task: str, role: str, reason: str, paper: Attachment | None, code: str) -> None:
    """Without reason, file or role, and where nobody may or no waiver is needed, nothing is kept."""
    before = law.record
    with pytest.raises(InputError) as refusal:
        leaving_out.waive(law, task, role, reason, paper)
    assert refusal.value.code == code
    assert law.record == before


def test_only_somebody_who_has_the_role(law: Case) -> None:
    """Where it is known who has the role, nobody else may."""
    text = '[[person]]\nname = "Rosa Vale"\nemail = "rosa@univoip.example"\nroles = ["sales-representative"]\n'
    law.store.layout.people.write_text(text, encoding="utf-8")
    given = ("gather.pay-charges", "sales-representative", "three parts", LETTER)
    with pytest.raises(InputError, match="WAIVE-PERSON: The Janitor is not listed as UniVoIP sales representative"):
        leaving_out.waive(law.acting("The Janitor"), *given)
    line = leaving_out.waive(law.acting("rosa@univoip.example"), *given)
    assert str(line.what).startswith("waived by Rosa Vale <rosa@univoip.example> as")


def test_what_was_waived_is_closed(law: Case) -> None:
    """Neither skipped nor waived once more."""
    given = ("gather.pay-charges", "sales-representative", "three parts", LETTER)
    leaving_out.waive(law, *given)
    with pytest.raises(InputError, match="TASK-CLOSED"):
        leaving_out.waive(law, *given)
    with pytest.raises(InputError, match="TASK-CLOSED"):
        leaving_out.skip(law, "gather.pay-charges", "again")


def test_a_waiver_holds_for_the_answers_it_was_given_for(law: Case) -> None:
    """What it rests on changes: the task is open again and says why, the change names it before it is kept, and
    taken back the waiver stands."""
    task, terms = "provision.provide-insurance", law.document["building"]
    assert isinstance(terms, dict)
    leaving_out.waive(law.acting("Kim"), task, "project-manager", "the office wants none", LETTER)
    assert law.progress().task(task).state is TaskState.WAIVED
    changed = {**law.document, "building": {**terms, "coi_terms": "Harbor Plaza LLC, five million dollars"}}
    undone = consequences_of(law, changed)
    assert task in [one.task.id for one in undone.tasks]
    law.save_section("building", changed["building"])
    view = law.progress().task(task)
    assert not view.state.is_closed
    assert not law.progress().gates["insurance-valid"].is_open
    law.save_section("building", terms)
    assert law.progress().task(task).state is TaskState.WAIVED
    assert [line.what.kind for line in law.record.evidence if line.task == task][-1] == STANDS

"""E-MetroTel's guide as the profile keeps it: order, gates and words; each test names the rows it stands for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from onboarding.answers.check import Checked
from onboarding.domain.history import History, TaskRecord, TaskState
from onboarding.domain.task import STAGES
from onboarding.profile.load import lint
from onboarding.resources import shipped
from onboarding.stages.basis import has_moved
from tests.emetrotel.clinic import AT, answers, context, profile

PROFILE = shipped("data", "providers", "emetrotel.toml")


def test_the_profile_is_sound() -> None:
    """The lint has nothing to say."""
    assert lint(PROFILE) == []


def test_every_task_says_who_how_and_what_proves_it() -> None:
    """Each task has a proof and a guide worth reading, cites its rows, and is reasoned where it may be left out."""
    document = profile()
    for task in document.tasks:
        assert task.evidence, task.id
        assert len(task.guide) > 150, task.id
        assert "**Why.**" in task.guide, task.id
        assert "**How.**" in task.guide, task.id
        assert task.requirements, task.id
        assert task.source, task.id
        assert task.effort_minutes or task.party not in document.runs, task.id
        assert task.skip_reason or task.when is None, task.id
        assert task.lead is None or task.lead.source, task.id


def test_what_the_guide_does_not_say_is_marked() -> None:
    """After readiness the guide names no task and no party: everything there is inferred until somebody confirms it."""
    document = profile()
    said = {"provision.agree-schedule"}
    for task in document.tasks:
        if task.stage != "gather" and task.id not in said:
            assert task.is_inferred, task.id
    assert document.parties["project-manager"].is_inferred
    assert not document.parties["customer-engineering"].is_inferred


def test_both_sides_sign_everything_of_the_questionnaire() -> None:
    """The sign-off is bound to every section but those that reviews and the schedule fill in later (E-19)."""
    gate = profile().gates["ready-for-configuration"]
    sections = {section.id for section in profile().questionnaire.sections}
    assert sections - set(gate.on) == {"engineering_review", "configuration"}
    assert gate.each_role
    assert {profile().parties[role].side for role in gate.roles} == {"customer", "provider"}
    engineering = profile().gates["engineering-satisfied"]
    assert set(gate.on) - set(engineering.on) == {"contacts", "discrepancies"}


def test_nothing_is_configured_before_readiness() -> None:
    """Configuration, services and greetings stand behind the gate of both sides (E-21)."""
    document = profile()
    gated = {stage.id for stage in document.stages if "ready-for-configuration" in stage.gates}
    assert gated == {"provision", "enable_services"}
    greetings = document.task("migrate.record-greetings")
    assert greetings is not None
    assert greetings.gates == ("ready-for-configuration",)
    assert [stage.id for stage in document.stages] == list(STAGES)


def test_every_model_has_a_number_of_keys() -> None:
    """The catalogue is data with its sources; a model without keys is refused by the lint (E-03, E-07)."""
    [rule] = [rule for rule in profile().questionnaire.rules if rule.check == "keys-fit-phone"]
    question = profile().questionnaire.question("phones.model")
    assert question is not None
    assert set(rule.params.counts) == {option.value for option in question.options}
    assert rule.source
    assert question.derived


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("norstar-7208 = 8\n", "", "how many keys has 'norstar-7208'?"),
        ("norstar-7208 = 8\n", "norstar-9 = 8\n", "there is no model 'norstar-9'"),
        ('reopens = ["gather.present-plan", ', 'reopens = ["gather.nothing", ', "there is no task 'gather.nothing'"),
        ('to = "contact:primary"', 'to = "contact:boss"', "there is no role in contacts.role 'boss'"),
        ('after = ["gather.engineering-review"]\nrequirements', 'after = ["gather.present-plan"]\nrequirements',
         "wait for each other"),
        ('check = "documents-held"', 'check = "documents-held"\nreopens = ["gather.open-file"]', "reopens"),
    ],
)  # fmt: skip
def test_the_lint_finds_what_is_wrong_with_reviews(old: str, new: str, said: str, tmp_path: Path) -> None:
    """Counts, roles, re-opened tasks and rings through a decision are looked up like everything else."""
    text = PROFILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "emetrotel.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(said in str(finding) for finding in lint(tmp_path / "emetrotel.toml"))


def test_direct_numbers_are_reserved() -> None:
    """The inventory holds each direct number against every other customer's (E-06)."""
    [claim] = profile().claims
    assert (claim.question, claim.form, claim.scope) == ("dids.number", "number", "")


def test_gates_speak_as_questions() -> None:
    """Who decides reads a question, not a title."""
    decisions = [gate for gate in profile().gates.values() if gate.kind == "decision"]
    assert all(gate.question.endswith("?") for gate in decisions)


def test_what_is_done_apart_is_a_task_apart() -> None:
    """Number by number, site by site, queue by queue, box by box; telephones by place and kind."""
    found = {task.id: (task.each.rows, task.each.by) for task in profile().tasks if task.each}
    assert found == {
        "telephony.confirm-numbers": ("dids", ()), "provision.visit-premises": ("sites", ()),
        "enable_services.configure-queues": ("queues", ()), "enable_services.hand-out-voicemail": ("extensions", ()),
        "migrate.record-greetings": ("menus", ()), "migrate.record-announcements": ("announcements", ()),
        "cutover.test-telephones": ("extensions", ("site", "phone")),
    }  # fmt: skip


def test_telephones_are_tested_by_site_and_kind() -> None:
    """One test for each pair that occurs; only who has voicemail is handed a PIN."""
    found = context()
    extensions = answers()["extensions"]
    tests = found.made_of("cutover.test-telephones")
    assert len(tests) == len({(one["site"], one["phone"]) for one in extensions})
    boxes = [task.row.label for task in found.made_of("enable_services.hand-out-voicemail") if task.row]
    assert boxes == [one["extension"] for one in extensions if one["voicemail"]]


def test_another_extension_undoes_the_test_of_its_own_kind_and_place_alone() -> None:
    """The others stand; a new name undoes none."""
    kept = answers()
    before = context(kept)
    ids = [task.id for task in before.made_of("cutover.test-telephones")]
    record = History({name: TaskRecord(name, TaskState.DONE, AT, version=1) for name in ids})
    added = {**kept["extensions"][0], "extension": "289", "name": "New desk"}
    renamed = {**kept, "extensions": [{**one, "name": f"{one['name']} II"} for one in kept["extensions"]]}
    then = Checked(before.values, (), ids=before.ids)
    for now, wanted in (({**kept, "extensions": [*kept["extensions"], added]}, 1), (renamed, 0)):
        after = replace(context(now, record), version=2, past=lambda version: then)
        assert sum(has_moved(after.known(name), record.tasks[name], after) for name in ids) == wanted

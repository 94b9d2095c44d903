"""The guide as the profile keeps it: what must be there first, which ways there are, who is informed of what."""

from __future__ import annotations

from itertools import pairwise

import pytest

from onboarding.domain.history import TaskState
from onboarding.domain.question import Kind
from onboarding.domain.reservation import reservations
from onboarding.domain.task import PROCEDURE_KINDS, STAGES, Channel
from onboarding.stages.checks.review import RequirementsMapped, coverage
from onboarding.stages.desired import desired
from onboarding.stages.stage_overview import of_stage
from tests.mitel.freight import Answers, answers, context, done, mitel, progress
from tests.mitel.test_packs import put

CREATE = "provision.create-customer"
FIRST = {
    "platform-registered": "provision.create-group-from-blueprint",
    "bundles-configured": "provision.configure-bundles",
    "hunt-group-correct": "provision.configure-hunt-group",
    "platform-manager-in-step": "provision.repeat-manager-change",
    "time-zone-set": "provision.set-zone-in-msl",
    "live-links": "provision.prove-links",
}


def test_every_task_says_who_how_and_what_proves_it() -> None:
    """Each task has a channel, a proof, a source and a guide worth reading; work of our own has an effort."""
    profile = mitel()
    assert [stage.id for stage in profile.stages] == list(STAGES)
    for task in profile.tasks:
        assert task.evidence, task.id
        assert task.source, task.id
        assert task.requirements, task.id
        assert len(task.guide) > 150, task.id
        assert "**Why.**" in task.guide, task.id
        assert "**How.**" in task.guide, task.id
        if task.party in profile.runs:
            assert task.effort_minutes, task.id
        if task.when is not None:
            assert task.skip_reason, task.id
        if task.lead:
            assert task.lead.source, task.id
        if task.connector == "mmp":
            assert task.channel is Channel.PORTAL, task.id


@pytest.mark.parametrize("gate", FIRST)
def test_each_precondition_holds_the_customer_back(gate: str) -> None:
    """Group, bundles, hunt group, step with Platform Manager, zone, live links: one missing is enough."""
    tasks = [task.id for task in mitel().tasks if task.stage in ("gather", "telephony", "provision")]
    everything = [name for name in tasks if name != CREATE]
    assert progress(record=done(*everything)).gates[gate].is_open
    without = progress(record=done(*(name for name in everything if name != FIRST[gate])))
    assert not without.gates[gate].is_open
    assert without.task(CREATE).state is TaskState.BLOCKED


@pytest.mark.parametrize("gate", ["hunt-group-correct", "live-links", "platform-registered", "time-zone-set"])
def test_saying_so_is_no_proof(gate: str) -> None:
    """The hunt group, the links, the group and the zone are believed with a document only (M-20, M-65, M-34)."""
    assert not progress(record=done(FIRST[gate], proof=False)).gates[gate].is_open


def test_there_are_two_ways_to_a_platform_group() -> None:
    """From a blueprint in four steps in their order, or registered by hand; never both (M-08, M-10 to M-13)."""
    steps = [
        "enable-platform-manager", "register-platform-manager", "register-blueprint", "create-group-from-blueprint",
    ]  # fmt: skip
    for before, after in pairwise(steps):
        task = mitel().task(f"provision.{after}")
        assert task is not None
        assert task.after == (f"provision.{before}",)
    by_blueprint = progress()
    assert by_blueprint.task("provision.register-platform-group").state is TaskState.NOT_NEEDED
    by_hand = progress(put("platform", blueprint=False))
    assert {by_hand.task(f"provision.{name}").state for name in steps} == {TaskState.NOT_NEEDED}
    assert by_hand.task("provision.register-platform-group").state is not TaskState.NOT_NEEDED


def test_the_zone_is_set_by_hand_from_9_0_on() -> None:
    """The manual task and its gate are there for new systems only (M-33, M-34)."""
    old = (put("platform", mivb_version="8.0"), put("platform", msl_time_zone=None))
    assert progress(*old).task("provision.set-zone-in-msl").state is TaskState.NOT_NEEDED
    assert progress(*old).gates["time-zone-set"].is_open
    assert progress().task("provision.set-zone-in-msl").state is not TaskState.NOT_NEEDED


def test_a_change_on_platform_manager_is_made_on_both_sides() -> None:
    """Without a change nothing is asked; with one the customer waits until the portal has it too (M-09)."""
    unchanged = progress(put("platform", manager_changed=False))
    assert unchanged.task("provision.repeat-manager-change").state is TaskState.NOT_NEEDED
    assert unchanged.gates["platform-manager-in-step"].is_open


def test_the_script_is_asked_for_where_a_bundle_needs_it() -> None:
    """Mobiles and single-line devices call for it, until somebody says that it has been run (M-56)."""
    name = "provision.install-rest-api"
    assert progress().task(name).state is not TaskState.NOT_NEEDED
    assert progress(put("platform", rest_api=True)).task(name).state is TaskState.NOT_NEEDED
    assert progress(put("bundles", 2, phones=["softphone"])).task(name).state is TaskState.NOT_NEEDED


def test_every_requirement_is_traced_to_an_answer() -> None:
    """One without a setting, or whose setting is empty, holds the customer back and is named (M-07)."""
    gate = mitel().gates["requirements-covered"]
    mapped = gate.params
    assert isinstance(mapped, RequirementsMapped)
    assert all(is_met for _, _, is_met in coverage(context(), mapped))
    lost = progress(put("requirements", 4, setting=None)).gates[gate.id].missing
    assert lost == ("“Night calls to dispatch are kept in one mailbox” has no setting that meets it.",)

    def no_mailboxes(document: Answers) -> None:
        document["mailboxes"] = []

    assert "mailboxes, which is not answered" in progress(no_mailboxes).gates[gate.id].missing[0]
    assert progress(lambda document: document.pop("requirements")).gates[gate.id].missing


def test_a_requirement_is_met_by_something_that_is_asked() -> None:
    """Every option for what meets a requirement is a question or a section of the sheet."""
    sheet = mitel().questionnaire
    setting = sheet.question("requirements.setting")
    assert setting is not None
    asked = {question.id for question in sheet.questions()} | {section.id for section in sheet.sections}
    assert {option.value for option in setting.options} <= asked


def test_the_coverage_table_and_what_will_be_made_are_shown() -> None:
    """The runbooks show each requirement with its setting, and every thing the portal will hold (M-07)."""
    [coverage_table] = [block for block in of_stage("gather", context()) if block.title.startswith("Requirements")]
    assert ["Callers see the main number, never a direct one", "Numbers shown to people called", "answered"] in (
        coverage_table.rows
    )
    made = of_stage("provision", context())[-1]
    assert ["Create the customer", "1", "harborfreight"] in made.rows
    assert [row[1] for row in made.rows if row[0] == "Create the users"] == ["16"]
    assert not any("administrator" in str(block.rows).lower() for block in of_stage("provision", context())[:1])


def test_what_refers_to_no_record_need_not_wait() -> None:
    """Greetings may go on while users are being created; general mailboxes wait for the users (M-17, M-18)."""
    before = [task.id for task in mitel().tasks if task.stage in ("gather", "telephony", "provision")]
    busy = progress(record=done(*(name for name in before if name != "provision.create-users")))
    assert busy.task("migrate.record-greetings").state is TaskState.READY
    waiting = busy.task("migrate.create-general-mailboxes")
    assert waiting.state is TaskState.BLOCKED
    assert waiting.reasons == ("First: Create the users.",)


def test_a_customer_that_was_there_before_is_expected_to_fail_at_first() -> None:
    """Known by the answer: a warning that holds up nothing, and the reboot as a task (M-23)."""
    again = progress(put("customer_details", recreated=True))
    assert again.task("cutover.reboot-portal").state is not TaskState.NOT_NEEDED
    assert again.gates["wizard-complete"].is_open
    assert progress().task("cutover.reboot-portal").state is TaskState.NOT_NEEDED


def test_no_secret_is_asked_for() -> None:
    """Sign-ins and passwords go by another channel; what is proved is that they arrived (M-11, M-16, M-50)."""
    for question in mitel().questionnaire.questions():
        words = f"{question.id} {question.label}".lower()
        assert not any(word in words for word in ("password", "credential", "secret", "pin ")), question.id
    for name in ("provision.register-platform-manager", "provision.set-user-settings", "cutover.hand-over-account"):
        task = mitel().task(name)
        assert task is not None
        assert "password" in task.guide
        assert "password" in task.evidence


def test_the_wizard_is_one_record_with_every_setting_once() -> None:
    """Platform, length and privileges that are asked again are compared, never sent twice (M-27, M-28, M-51, M-52)."""
    task = mitel().task(CREATE)
    assert task is not None
    [action] = desired(task, context())
    assert action.key == "harborfreight"
    assert set(action.body) == set(task.params.fields)
    typed = {name: type(value) for name, value in action.body.items()}
    assert typed["extension_length"] is int
    assert typed["npm_awv"] is bool
    assert mitel().questionnaire.question("users.did").kind is Kind.NUMBER  # type: ignore[union-attr]


def test_procedures_say_what_they_do_to_whom() -> None:
    """Each names a kind the engine knows and the question whose answer is typed; the end of a customer is marked."""
    procedures = mitel().procedures
    assert {procedure.kind for procedure in procedures.values()} == set(PROCEDURE_KINDS)
    assert all(procedure.confirm == "customer_details.web_id" for procedure in procedures.values())
    assert {name for name, procedure in procedures.items() if procedure.is_irreversible} == {"delete", "demo", "remove"}
    assert len(procedures["demo"].follow_ups) == 2


def test_the_customer_claims_what_nobody_else_may_have() -> None:
    """WebID, portal address, SIP users on their gateway, devices, extensions, every number of every range."""
    found = list(reservations(mitel().claims, answers(), "harbor-freight-lines"))
    counts = {claim.id: sum(item.claim == claim for item in found) for claim in mitel().claims}
    assert counts == {"web-id": 1, "portal-url": 1, "sip-user": 16, "device": 13, "extension": 16, "did": 21}

"""OfficeConnect: what opens a way and what holds it; each test names the rows it stands for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from onboarding.domain.billing import FirstInvoice
from onboarding.domain.event import noted
from onboarding.domain.history import TaskState
from onboarding.domain.task import LeadTime, Unit
from onboarding.profile.load import load_profile
from onboarding.stages.assessment import assess
from onboarding.stages.commercial_terms import first_invoice_of
from onboarding.stages.desired import desired
from onboarding.stages.planners.training import TrainingClasses, classes
from tests.univoip.played import AT, OFFICE, Answers, Change, context, is_open, progress, without_paper

OFFICE_PROFILE = load_profile(OFFICE)


def test_no_project_manager_before_signature_and_payment() -> None:
    """Agreement, acknowledgement and receipt lie in the record, all three (O-07, O-08, O-09)."""
    papers = ["gather.sign-agreement", "gather.acknowledge-responsibilities", "gather.pay-charges"]
    task = "gather.introduce-project-manager"
    found = context(OFFICE, lambda answers: None, *papers)
    assert assess(found).task(task).state is TaskState.READY
    for paper in papers:
        assert assess(without_paper(found, paper)).task(task).state is TaskState.BLOCKED


def test_the_network_is_asked_twice() -> None:
    """A no at the first look is a warning; at the second each of the seven has to be a yes (O-03, O-20)."""
    seven = ("cabling", "switches", "routers", "firewalls", "poe", "ip_addressing", "qos")
    first, second = (OFFICE_PROFILE.questionnaire.section(name) for name in ("network", "network_confirmed"))
    assert first is not None
    assert second is not None
    assert tuple(q.name for q in first.questions) == tuple(q.name for q in second.questions) == seven
    whole: Change = lambda a: a.update(network_confirmed=dict.fromkeys(seven, True))  # noqa: E731
    assert is_open(OFFICE, "network-confirmed", whole)
    for item in seven:
        torn: Change = lambda a, i=item: (whole(a), a["network_confirmed"].update({i: False}))  # noqa: E731
        assert not is_open(OFFICE, "network-confirmed", torn)


def test_the_circuit_block_is_conditional() -> None:
    """Without a line from UniVoIP the whole block is left out, with a reason (O-24)."""
    block = [
        "order-line", "deliver-loop", "give-loop-access", "extend-line", "test-loop", "confirm-suite", "activate-line",
        "integrate-internet", "install-access",
    ]  # fmt: skip
    with_line = progress(OFFICE)
    without = progress(OFFICE, lambda a: a.update(circuit={"provided": False}))
    for name in block:
        assert with_line.task(f"provision.{name}").state is not TaskState.NOT_NEEDED, name
        assert without.task(f"provision.{name}").state is TaskState.NOT_NEEDED, name
        assert without.task(f"provision.{name}").reasons, name
    assert without.gates["internet-in-network"].is_open


def test_thirty_and_forty_five_days() -> None:
    """The loop 30 days from the order; activation 45 from the loop, the longer reading, until asked (O-25, O-30)."""
    done = ("provision.order-line", "provision.deliver-loop")
    for task_id, days in (("provision.give-loop-access", 30), ("provision.activate-line", 45)):
        task = OFFICE_PROFILE.task(task_id)
        assert task is not None
        assert context(OFFICE, lambda answers: None, *done).due_on(task) == AT.date() + timedelta(days=days)
        assert task.lead is not None
        assert task.lead.anchor in done
    answered = progress(OFFICE, lambda a: a["circuit"].update(activation_counts_from="order"))
    assert answered.task("provision.activate-line").state is TaskState.NOT_NEEDED
    assert answered.task("provision.activate-line-from-order").state is not TaskState.NOT_NEEDED
    earlier = OFFICE_PROFILE.task("provision.activate-line-from-order")
    assert earlier is not None
    assert earlier.lead == LeadTime(45, Unit.DAYS, "provision.order-line", source="univoip:155")


def test_a_certificate_that_ends_before_the_visit_is_none() -> None:
    """It is filed, and valid on every day a technician comes; a building that wants none asks for nothing (O-34)."""
    task = "provision.provide-insurance"

    def until(day: str) -> Change:
        def change(answers: Answers) -> None:
            answers["installation"] = {"access_on": "2026-06-24", "voice_on": "2026-06-29"}
            answers["building"]["coi_expires_on"] = day

        return change

    assert is_open(OFFICE, "insurance-valid", until("2026-06-29"), task)
    assert not is_open(OFFICE, "insurance-valid", until("2026-06-28"), task)
    assert not is_open(OFFICE, "insurance-valid", until("2026-06-29"))
    assert is_open(OFFICE, "insurance-valid", lambda a: a["building"].update(coi_required=False))


def test_internet_is_in_the_network_before_voice() -> None:
    """For broadband and dedicated Internet; a T1 is connected and tested by the technician instead (O-27, O-38)."""
    assert not is_open(OFFICE, "internet-in-network")
    assert is_open(OFFICE, "internet-in-network", lambda answers: None, "provision.integrate-internet")
    t1: Change = lambda a: a["circuit"].update(kind="t1")  # noqa: E731
    assert is_open(OFFICE, "internet-in-network", t1)
    assert progress(OFFICE).task("cutover.test-line").state is TaskState.NOT_NEEDED
    assert progress(OFFICE, t1).task("cutover.test-line").state is not TaskState.NOT_NEEDED


def test_both_scripts_and_a_voice() -> None:
    """Day, night and somebody to record them (O-36)."""
    assert is_open(OFFICE, "scripts-present")
    for name in ("day_script", "night_script", "speaker"):
        assert not is_open(OFFICE, "scripts-present", lambda a, n=name: a["greetings"].pop(n))


def test_one_missing_user_holds_the_completion() -> None:
    """Attendance is a hundred per cent, and the classes hold six (O-37, O-41)."""

    def all_but(answers: Answers, *left: int) -> None:
        for place, row in enumerate(answers["users"]):
            row["trained"] = place not in left

    assert is_open(OFFICE, "everybody-trained", all_but)
    missing = progress(OFFICE, lambda a: all_but(a, 3)).gates["everybody-trained"].missing
    assert missing == ("Has been to class: not yet for Ben Dvorak.",)
    task = OFFICE_PROFILE.task("enable_services.train-users")
    assert task is not None
    found = context(OFFICE, lambda a: a.update(installation={"voice_on": "2026-06-29"}))
    p = task.params
    assert isinstance(p, TrainingClasses)
    assert [len(one.people) for one in classes(p, found)] == [6, 6, 1]
    shown = desired(task, found)[0].body["values"]
    assert [label for label, _ in shown] == [
        "Class 1, 09:00 to 09:15", "Class 2, 09:15 to 09:30", "Class 3, 09:30 to 09:45",
    ]  # fmt: skip


def test_the_port_comes_after_the_activation() -> None:
    """The reverse of the Teams order: all else may be done, the port still waits for the signature (O-49)."""
    active = ["cutover.activate-voice", "cutover.test-line", "cutover.sign-completion"]
    assert is_open(OFFICE, "service-active", lambda answers: None, *active)
    assert not is_open(OFFICE, "service-active", lambda answers: None, *active[:2])
    assert progress(OFFICE, lambda a: None, *active[:2]).task("telephony.request-port").state is TaskState.BLOCKED
    assert progress(OFFICE, lambda a: None, *active).task("telephony.request-port").state is TaskState.READY


def test_the_port_package() -> None:
    """Letter, record and bill; a RespOrg form only when a number is toll-free (O-50)."""
    papers = ["telephony.supply-loa", "telephony.supply-csr", "telephony.supply-bill"]
    toll_free: Change = lambda a: a["port_orders"][0].update(toll_free=True)  # noqa: E731
    assert is_open(OFFICE, "port-package", lambda answers: None, *papers)
    for left in papers:
        assert not is_open(OFFICE, "port-package", lambda a: None, *[paper for paper in papers if paper != left])
    assert not is_open(OFFICE, "port-package", toll_free, *papers)
    assert is_open(OFFICE, "port-package", toll_free, *papers, "telephony.supply-resporg")


def test_a_record_that_cannot_be_had_may_be_left_out() -> None:
    """Left out with a reason, the record no longer holds the package (O-50)."""
    found = context(
        OFFICE, lambda answers: None, "telephony.supply-loa", "telephony.supply-bill", "telephony.supply-csr"
    )
    left = [task.id for task in found.made_of("telephony.supply-csr")]
    said = {"state": TaskState.SKIPPED, "note": noted("they give none")}
    tasks = {**found.record.tasks, **{name: replace(found.record.tasks[name], **said) for name in left}}
    found = replace(found, record=replace(found.record, tasks=tasks))
    assert assess(without_paper(found, "telephony.supply-csr")).gates["port-package"].is_open


def test_the_old_provider_is_cancelled_last() -> None:
    """Only after the port is complete and its routing verified (O-51, O-54)."""
    done = ["telephony.complete-port", "cutover.verify-routing"]
    assert is_open(OFFICE, "port-complete", lambda answers: None, *done)
    for left in done:
        assert not is_open(OFFICE, "port-complete", lambda a: None, *[task for task in done if task != left])
    task = OFFICE_PROFILE.task("migrate.cancel-old-provider")
    assert task is not None
    assert task.is_irreversible
    assert "port-complete" in task.gates


def test_billing_begins_with_the_signature() -> None:
    """The signed document opens it and dates it (O-42, O-44)."""
    found = context(OFFICE, lambda answers: None, "cutover.sign-completion", "telephony.acknowledge-911")
    assert assess(found).task("cutover.begin-billing").state is TaskState.READY
    assert first_invoice_of(found) == FirstInvoice(AT.date(), AT.date(), False)
    unsigned = without_paper(found, "cutover.sign-completion")
    assert assess(unsigned).task("cutover.begin-billing").state is TaskState.BLOCKED


def test_without_existing_numbers_the_port_block_is_left_out() -> None:
    """Nothing is ported, forwarded, lent or cancelled (O-47)."""

    def new(answers: Answers) -> None:
        answers["telephony"] = {"kind": "new"}
        for name in ("port_orders", "port_numbers", "temporary_numbers"):
            answers.pop(name)
        for row in answers["users"]:
            row.pop("number", None)

    views = progress(OFFICE, new)
    for name in ("telephony.request-port", "telephony.complete-port", "migrate.cancel-old-provider",
                 "migrate.forward-old-numbers", "telephony.provide-temporary-numbers"):  # fmt: skip
        assert views.task(name).state is TaskState.NOT_NEEDED, name


def test_each_account_is_ported_and_cancelled_by_itself() -> None:
    """Letter, record, bill, order, date, port and cancellation of an account."""
    by_order = {task.id for task in OFFICE_PROFILE.tasks if task.each and task.each.rows == "port_orders"}
    assert by_order == {
        "telephony.supply-loa", "telephony.supply-csr", "telephony.supply-bill", "telephony.submit-port",
        "telephony.confirm-foc", "telephony.complete-port", "migrate.cancel-old-provider",
    }  # fmt: skip

    def another(answers: Answers) -> None:
        answers["port_orders"].append({**answers["port_orders"][0], "btn": "+13105550150"})

    found = context(OFFICE, another)
    assert len(found.made_of("telephony.supply-loa")) == len(found.rows("port_orders")) >= 2

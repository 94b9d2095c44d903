"""After a deletion or a conversion the customer has ended: nothing makes it again (rows M-71 and M-77, fault B5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from onboarding.case import leaving_out, lifecycle, planning, trying_again, work
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.case.ending import cancel
from onboarding.connectors.mmp import MmpConnector
from onboarding.domain.action import Action, Outcome
from onboarding.domain.history import Customer, Ending
from onboarding.domain.reservation import InventoryState
from onboarding.engine.apply import apply_stage
from onboarding.engine.approval import approve, may_be_carried_out, standing
from onboarding.engine.batch import BatchOptions, run_batch
from onboarding.engine.procedure import close_follow_up, run
from onboarding.engine.recovery import examine
from onboarding.engine.stage_run import RunParameters, run_stage
from onboarding.engine.working_copies import open_working_copy
from onboarding.errors import GateClosed, InputError, Parked
from onboarding.sandbox.server import Sandbox
from tests.procedures.conftest import ANA, BEGIN, BEN, HARBOR, WEBID, Opened, writes

LATER = "2026-03-03T14:00:00+00:00"


def end(opened: Opened, procedure: str, hours: float = 0) -> None:
    """Two people carry the procedure out."""
    with pytest.raises(GateClosed, match="PROCEDURE-APPROVAL"):
        run(opened(ANA, hours), procedure, WEBID)
    case = opened(BEN, hours + 1)
    approve(case, procedure, standing(case, procedure).impact.digest)
    run(opened(ANA, hours + 2), procedure, WEBID)


def acts(opened: Opened) -> dict[str, Callable[[], Any]]:
    """Everything that could be done for the customer a day later."""
    case = opened(ANA, 24)
    given = RunParameters(HARBOR.id, True, LATER)
    return {
        "plan": lambda: planning.plan(case, "provision"),
        "apply": lambda: apply_stage(case, "provision"),
        "run": lambda: run_stage(case.store, "provision", given),
        "open": lambda: open_working_copy(case.store, "provision", given),
        "done": lambda: work.done(case, "provision.create-customer", "made"),
        "skip": lambda: leaving_out.skip(case, "provision.create-customer", "no need"),
        "again": lambda: trying_again.again(case, "provision.create-customer", "not there"),
        "gate": lambda: decide(case, Vote(next(iter(case.profile.gates)), True, "sp-admin")),
        "answers": lambda: case.save_answers(case.document, "sheet"),
        "section": lambda: case.save_section("company", {}),
        "party": lambda: lifecycle.confirm_party(case, "provision.create-customer"),
        "phase": lambda: lifecycle.begin_phase(case, "Second building"),
        "recovery": lambda: examine(case, "recover"),
    }


@pytest.mark.refuses("M-77")
@pytest.mark.refuses("M-71")
@pytest.mark.parametrize(("procedure", "kind"), [("delete", Ending.DELETED), ("demo", Ending.DEMO)])
def test_nothing_is_done_for_an_ended_customer(sandbox: Sandbox, opened: Opened, procedure: str, kind: Ending) -> None:
    """Plan, run, apply, done, skip, gate, answers and all else say that it has ended, when, by whom and what is left;
    nothing goes out.
    """
    end(opened, procedure)
    sandbox.forget_requests()
    for name, act in acts(opened).items():
        with pytest.raises(InputError, match="CUSTOMER-ENDED") as caught:
            act()
        assert "on 2 Mar 2026 by Ana Diaz" in caught.value.message, name
    assert writes(sandbox) == {}
    found = opened(ANA, 24).record.end
    assert found is not None
    assert (found.kind, found.by) == (kind, ANA)


@pytest.mark.keeps("M-71")
@pytest.mark.parametrize("procedure", ["delete", "demo"])
def test_nobody_is_asked_for_anything(sandbox: Sandbox, opened: Opened, procedure: str) -> None:
    """No task waits, no gate is to be decided, nothing can be moved; a batch leaves the customer alone and says why."""
    assert opened(ANA).progress().waiting
    end(opened, procedure)
    case = opened(ANA, 24)
    progress = case.note_progress()
    assert (progress.waiting, dict(progress.to_decide)) == ((), {})
    assert not progress.is_complete
    (line,) = case.store.agenda("look")
    assert line.due is not None
    assert (line.due.moves, line.due.waits_for) == ((), {})
    summary = run_batch(case.store, BatchOptions(apply=True, as_of=LATER))
    assert (summary.runs, list(summary.left_alone)) == (0, [HARBOR.id])
    assert summary.left_alone[HARBOR.id].startswith("it has ended")


@pytest.mark.keeps("M-77")
def test_a_demonstration_can_only_be_deleted(sandbox: Sandbox, opened: Opened) -> None:
    """After a conversion the deletion is left, with the same four eyes; after that nothing (M-77)."""
    case = opened(ANA)
    assert all(may_be_carried_out(case, one) for one in case.profile.procedures.values())
    end(opened, "demo")
    case = opened(ANA, 23)
    assert [one.kind for one in case.profile.procedures.values() if may_be_carried_out(case, one)] == ["delete"]
    end(opened, "delete", hours=24)
    found = opened(ANA, 48).record.end
    assert found is not None
    assert found.kind is Ending.DELETED
    assert [one["webid"] for one in sandbox.truth()["mmp"]["customers"]] == ["other"]


def test_a_demonstration_keeps_its_names(sandbox: Sandbox, opened: Opened) -> None:
    """What stands on the platforms goes on being the customer's; its follow-ups are closed with their proof."""
    end(opened, "demo")
    case = opened(BEN, 24)
    assert InventoryState.RELEASED not in {item.state for item in case.store.inventory(HARBOR.id)}
    assert close_follow_up(case, "demo", 1, "cleaned up").done is not None


@pytest.mark.refuses("M-71")
def test_a_deleted_customer_is_not_deleted_again(sandbox: Sandbox, opened: Opened) -> None:
    """Somebody else has been made under the same WebID since: the deletion of the old customer does not hit them."""
    platform = sandbox.truth()["mmp"]["customers"][0]["platform"]
    end(opened, "delete")
    body = {"reference": "r", "webid": WEBID, "name": "Another", "platform": platform}
    sandbox.mmp.create("customers", body, "sp-admin")
    with pytest.raises(InputError, match="CUSTOMER-ENDED"):
        run(opened(ANA, 24), "delete", WEBID)
    with pytest.raises(InputError, match="CUSTOMER-ENDED"):
        approve(opened(BEN, 24), "delete", standing(opened(BEN, 24), "delete").impact.digest)


def test_the_end_is_part_of_the_record(sandbox: Sandbox, opened: Opened) -> None:
    """The audit chain has it, and finds nothing wrong."""
    end(opened, "delete")
    assert opened(ANA).store.verify(HARBOR.id) == []
    assert opened(ANA).store.engagement(HARBOR.id).ended is Ending.DELETED


class _Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("procedure", ["delete", "demo"])
@pytest.mark.parametrize("has_landed", [False, True])
def test_killed_on_the_way_nothing_is_made_again(
    sandbox: Sandbox, opened: Opened, procedure: str, has_landed: bool
) -> None:
    """Until somebody has looked whether it happened nothing is planned; then it has ended, or goes on."""
    with pytest.raises(GateClosed, match="PROCEDURE-APPROVAL"):
        run(opened(ANA), procedure, WEBID)
    approve(opened(BEN, 1), procedure, standing(opened(BEN, 1), procedure).impact.digest)
    case = opened(ANA, 2)

    class Dying(MmpConnector):
        def send(self, action: Action, ref: str, documents: Any = ()) -> Outcome:
            if has_landed:
                super().send(action, ref, documents)
            raise _Killed

    case.connectors["mmp"] = Dying()
    with pytest.raises(_Killed):
        run(case, procedure, WEBID)
    sandbox.forget_requests()
    with pytest.raises(Parked, match="END-UNKNOWN"):
        apply_stage(opened(ANA, 3), "provision")
    assert writes(sandbox) == {}
    if has_landed:
        run(opened(ANA, 4), procedure, WEBID)
        with pytest.raises(InputError, match="CUSTOMER-ENDED"):
            planning.plan(opened(ANA, 5), "provision")
        return
    with pytest.raises(GateClosed, match="PROCEDURE-EXPIRED"):
        run(opened(ANA, 30), procedure, WEBID)
    assert planning.plan(opened(ANA, 31), "provision").stage == "provision"


def again(opened: Opened, web_id: str) -> list[tuple[str, str, str]]:
    """Problems about customers that were deleted, of a new one with the same answers but for its WebID."""
    old = opened(ANA, 48)
    if "again" not in [one.id for one in old.store.customers()]:
        old.store.create_customer(Customer("again", "Harbor Freight Lines", BEGIN), "mitel-micloud")
    case = Case.open(old.store, "again", BEGIN + timedelta(hours=48), ANA)
    case.save_section("customer_details", {**old.document["customer_details"], "web_id": web_id}, is_shown=True)
    found = [one for one in case.checked().problems if one.code == "deleted-before"]
    return [(one.question, one.severity, one.message) for one in found]


@pytest.mark.keeps("M-23")
def test_who_was_deleted_is_remembered(sandbox: Sandbox, opened: Opened) -> None:
    """A customer made anew under the same WebID is warned about, with the day; under another there is nothing to say
    (M-23).
    """
    assert again(opened, "harbour") == []
    end(opened, "delete")
    words = f"A customer called “{WEBID}” was deleted here on 2 Mar 2026: signing in may be refused at first."
    assert again(opened, WEBID) == [("customer_details.web_id", "warning", words)]
    assert again(opened, "harbour") == []


@pytest.mark.refuses("M-23")
def test_who_was_only_called_off_left_no_trace(sandbox: Sandbox, opened: Opened) -> None:
    """Nothing was deleted outside: the WebID is free, and nobody is warned."""
    cancel(opened(ANA), "went elsewhere")
    assert again(opened, WEBID) == []

"""What stands before anything is destroyed: each safeguard alone, and nothing sent while one is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from onboarding.connectors.mmp import MmpConnector
from onboarding.domain.action import Action, Attachment, Outcome, Verdict
from onboarding.domain.history import Customer
from onboarding.domain.reservation import InventoryState
from onboarding.engine.approval import approve, standing
from onboarding.engine.procedure import close_follow_up, follow_ups, run
from onboarding.errors import GateClosed, InputError, OnboardingError, Parked, Rejected, StalePlan, Unavailable
from onboarding.sandbox.server import Sandbox
from tests.procedures.conftest import ANA, BEGIN, BEN, WEBID, Opened, writes

PROCEDURES = ("delete", "demo")


def _ask(opened: Opened, procedure: str = "delete", by: str = ANA, target: str = "") -> None:
    with pytest.raises(GateClosed, match="PROCEDURE-APPROVAL"):
        run(opened(by), procedure, WEBID, target)


def _approve(opened: Opened, procedure: str = "delete", by: str = BEN, hours: float = 1, target: str = "") -> None:
    case = opened(by, hours)
    approve(case, procedure, standing(case, procedure, target).impact.digest, target=target)


def _refused(call: Callable[[], Any], code: str, kind: type[OnboardingError] = GateClosed) -> None:
    with pytest.raises(kind, match=code):
        call()


def test_who_has_a_login_asks_and_approves_with_it(sandbox: Sandbox, opened: Opened) -> None:
    """Neither the first word nor the second is entered by another login; nothing is noted of it."""
    opened(ANA).store.layout.people.write_text(
        '[[person]]\nname = "Ana Diaz"\nemail = "ana@provider.example"\nroles = ["sp-admin"]\nlogin = "ana"\n'
        '[[person]]\nname = "Ben Roe"\nroles = ["sp-admin"]\nlogin = "ben"\n'
    )
    _refused(lambda: run(opened(ANA).acting(ANA, "ben"), "delete", WEBID), "LOGIN-LENT", InputError)
    assert standing(opened(ANA), "delete").asked is None
    _refused(lambda: run(opened(ANA).acting(ANA, "ana"), "delete", WEBID), "PROCEDURE-APPROVAL")
    digest = standing(opened(ANA), "delete").impact.digest
    _refused(lambda: approve(opened(BEN, 1).acting(BEN, "ana"), "delete", digest), "LOGIN-LENT", InputError)
    assert standing(opened(ANA, 1), "delete").approved is None
    assert approve(opened(BEN, 1).acting(BEN, "ben"), "delete", digest).is_approved
    assert writes(sandbox) == {}


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_with_every_safeguard_it_is_done_once(sandbox: Sandbox, opened: Opened, procedure: str) -> None:
    """Asked by one, approved by another, typed, exported: done; run again there is nothing left to do."""
    _ask(opened, procedure)
    _approve(opened, procedure)
    assert run(opened(ANA, 2), procedure, WEBID).verdict is Verdict.DONE
    truth = sandbox.truth()["mmp"]
    left = [one["webid"] for one in truth["customers"] if one["mode"] == "normal"]
    assert (left, truth["users"], sum(writes(sandbox).values())) == (["other"], [], 1)
    _refused(lambda: run(opened(ANA, 3), procedure, WEBID), "PROCEDURE-NOTHING", InputError)
    assert sum(writes(sandbox).values()) == 1
    assert opened(ANA).store.verify(opened(ANA).customer.id) == []


def test_a_deleted_customers_numbers_are_free_again(sandbox: Sandbox, opened: Opened) -> None:
    """After a deletion nothing in the inventory is the customer's, so that another may have it, whatever the answers
    go on saying.
    """
    case = opened(ANA)
    had = {item.key: item.what for item in case.store.inventory(case.customer.id)}
    assert had
    _ask(opened, "delete")
    _approve(opened, "delete")
    run(opened(ANA, 2), "delete", WEBID)
    assert {item.state for item in case.store.inventory(case.customer.id)} == {InventoryState.RELEASED}
    _refused(lambda: opened(ANA, 3).save_answers(case.document, "sheet"), "CUSTOMER-ENDED", InputError)
    case.store.create_customer(Customer("other", "Other", BEGIN), "mitel-micloud")
    assert case.store.reserve("other", had, BEGIN) == {}


@pytest.mark.parametrize("typed", ["", "harborfreigh", "HARBORFREIGHT", "harborfreight ", "other"])
def test_the_key_is_typed_in_full(sandbox: Sandbox, opened: Opened, typed: str) -> None:
    """Another key than the customer's own is refused before anybody is asked, even when all else is there."""
    _ask(opened)
    _approve(opened)
    _refused(lambda: run(opened(ANA, 2), "delete", typed), "PROCEDURE-CONFIRM", InputError)
    assert writes(sandbox) == {}


def test_one_person_is_not_enough(sandbox: Sandbox, opened: Opened) -> None:
    """Whoever asked cannot approve, however they are named; whoever approved cannot carry it out; nobody approves
    what nobody asked for.
    """
    digest = standing(opened(BEN), "delete").impact.digest
    _refused(lambda: approve(opened(BEN), "delete", digest), "PROCEDURE-NOT-ASKED")
    _ask(opened)
    for name in (ANA, "ana@provider.example", "ANA@Provider.example"):
        _refused(lambda name=name: approve(opened(name, 1), "delete", digest), "PROCEDURE-SAME-PERSON")
    _refused(lambda: run(opened(ANA, 1), "delete", WEBID), "PROCEDURE-APPROVAL")
    _approve(opened)
    _refused(lambda: run(opened(BEN, 2), "delete", WEBID), "PROCEDURE-SAME-PERSON")
    assert writes(sandbox) == {}


@pytest.mark.parametrize(("hours", "is_open"), [(24.9, True), (25, False), (400, False)])
def test_an_approval_holds_for_a_day(sandbox: Sandbox, opened: Opened, hours: float, is_open: bool) -> None:
    """24 hours after the second person's word it counts no more, and has to be asked for anew."""
    _ask(opened)
    _approve(opened, hours=1)
    if is_open:
        assert run(opened(ANA, hours), "delete", WEBID).verdict is Verdict.DONE
        return
    _refused(lambda: run(opened(ANA, hours), "delete", WEBID), "PROCEDURE-EXPIRED")
    assert writes(sandbox) == {}
    _approve(opened, hours=hours + 1)
    assert run(opened(ANA, hours + 2), "delete", WEBID).verdict is Verdict.DONE


def _one_more(sandbox: Sandbox) -> None:
    body = {"reference": "r", "customer": WEBID, "user_name": "late.comer", "first_name": "L", "last_name": "C"}
    sandbox.mmp.create("users", body, "sp-admin")


def _one_less(sandbox: Sandbox) -> None:
    sandbox.mmp.remove("cpns", sandbox.truth()["mmp"]["cpns"][0]["id"], "r", "sp-admin")


def _one_other(sandbox: Sandbox) -> None:
    bundle = sandbox.truth()["mmp"]["bundles"][0]
    sandbox.mmp.change("bundles", bundle["id"], {"reference": "r", "quantity": bundle["quantity"] + 1}, "sp-admin")


@pytest.mark.parametrize("change", [_one_more, _one_less, _one_other])
def test_a_world_that_moved_is_approved_anew(
    sandbox: Sandbox, opened: Opened, change: Callable[[Sandbox], None]
) -> None:
    """One user more, one number less, one quantity changed: what was approved is not what would be hit."""
    _ask(opened)
    seen = standing(opened(BEN), "delete").impact.digest
    _approve(opened)
    change(sandbox)
    _refused(lambda: run(opened(ANA, 2), "delete", WEBID), "PROCEDURE-CHANGED", StalePlan)
    _refused(lambda: approve(opened(BEN, 3), "delete", seen), "PROCEDURE-CHANGED", StalePlan)
    assert writes(sandbox) == {}
    _approve(opened, hours=3)
    assert run(opened(ANA, 4), "delete", WEBID).verdict is Verdict.DONE


def test_a_second_persons_no_counts(sandbox: Sandbox, opened: Opened) -> None:
    """A no after a yes takes it back; too few digits of a digest are none."""
    _ask(opened)
    _approve(opened)
    case = opened(BEN, 2)
    digest = standing(case, "delete").impact.digest
    approve(case, "delete", digest, is_approved=False)
    _refused(lambda: run(opened(ANA, 3), "delete", WEBID), "PROCEDURE-APPROVAL")
    _refused(lambda: approve(case, "delete", digest[:7]), "PROCEDURE-CHANGED", StalePlan)
    assert writes(sandbox) == {}


def test_an_approval_is_for_one_procedure(sandbox: Sandbox, opened: Opened) -> None:
    """What was approved for the one does not open the other."""
    _ask(opened, "demo")
    _approve(opened, "demo")
    _refused(lambda: run(opened(ANA, 2), "delete", WEBID), "PROCEDURE-APPROVAL")
    assert writes(sandbox) == {}


def test_the_impact_is_what_is_there(sandbox: Sandbox, opened: Opened) -> None:
    """Users, numbers and bundles are those of the portal, of this customer only, counted and by name."""
    truth = sandbox.truth()["mmp"]
    impact = standing(opened(ANA), "delete").impact
    assert [one.key for one in impact.by_kind["users"]] == [user["user_name"] for user in truth["users"]]
    assert impact.counts["bundles"] == sum(bundle["quantity"] for bundle in truth["bundles"])
    assert len(impact.by_kind["numbers (DID ranges)"]) == len(truth["did-ranges"])
    assert (impact.counts["customer"], impact.is_observed) == (1, True)
    assert writes(sandbox) == {}


class _Watching(MmpConnector):
    """Looks at what was kept at the moment of the first write."""

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__()
        self._look = look

    def send(self, action: Action, ref: str, documents: Any = ()) -> Outcome:
        self._look()
        return super().send(action, ref, documents)


def test_everything_is_exported_before_the_first_write(sandbox: Sandbox, opened: Opened) -> None:
    """When the operation leaves us the export of all there was is kept with its digest, and the intent is written."""
    _ask(opened)
    _approve(opened)
    case, seen = opened(ANA, 2), []
    users = [user["user_name"] for user in sandbox.truth()["mmp"]["users"]]

    def look() -> None:
        exported = case.record.evidence[-1]
        content = json.loads(case.store.document(case.customer.id, exported.document).data)
        assert {one["key"] for one in content["current"] if one["kind"] == "users"} == set(users)
        assert content["answers"] == case.document
        assert content["decisions"][-1]["by"] == BEN
        assert case.store.journal(case.customer.id)[-1].outcome is None
        seen.append(exported.document)

    case.connectors["mmp"] = _Watching(look)
    run(case, "delete", WEBID)
    done = case.record.evidence[-1]
    assert [done.document] == seen
    assert done.observed is not None
    assert done.observed["counts"]["users"] == len(users)


class _Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("has_landed", [False, True])
def test_killed_between_intent_and_operation(sandbox: Sandbox, opened: Opened, has_landed: bool) -> None:
    """A re-run looks first: what was done is noted and not done again; what was not needs its safeguards anew."""
    _ask(opened)
    _approve(opened)
    case = opened(ANA, 2)

    class Dying(MmpConnector):
        def send(self, action: Action, ref: str, documents: Any = ()) -> Outcome:
            if has_landed:
                super().send(action, ref, documents)
            raise _Killed

    case.connectors["mmp"] = Dying()
    with pytest.raises(_Killed):
        run(case, "delete", WEBID)
    assert sum(writes(sandbox).values()) == int(has_landed)
    sandbox.forget_requests()
    if has_landed:
        assert run(opened(ANA, 3), "delete", WEBID).verdict is Verdict.DONE
        assert writes(sandbox) == {}
        assert follow_ups(opened(ANA, 3), "delete")
        return
    _refused(lambda: run(opened(ANA, 30), "delete", WEBID), "PROCEDURE-EXPIRED")
    assert writes(sandbox) == {}
    _approve(opened, hours=31)
    assert run(opened(ANA, 32), "delete", WEBID).verdict is Verdict.DONE
    assert opened(ANA).store.verify(case.customer.id) == []


def test_an_end_that_is_not_known_stops_everything(sandbox: Sandbox, opened: Opened) -> None:
    """While the deletion still runs over there, or cannot be looked up, nothing is sent again."""
    _ask(opened)
    _approve(opened)
    sandbox.mmp.do("set-task-seconds", seconds=3600)
    case = opened(ANA, 2)
    case.connectors["mmp"] = MmpConnector(wait=0)
    _refused(lambda: run(case, "delete", WEBID, wait=lambda seconds: None), "PROCEDURE-UNKNOWN", Parked)
    sandbox.forget_requests()
    _refused(lambda: run(opened(ANA, 3), "delete", WEBID), "PROCEDURE-UNKNOWN", Parked)
    sandbox.fault("refuse")
    blind = opened(ANA, 3)
    blind.connectors["mmp"] = MmpConnector(patience=0.3)
    _refused(lambda: run(blind, "delete", WEBID), "PROCEDURE-UNKNOWN", Parked)
    sandbox.clear_faults()
    assert writes(sandbox) == {}
    sandbox.advance(3601)
    assert run(opened(ANA, 4), "delete", WEBID).verdict is Verdict.DONE
    assert writes(sandbox) == {}


def test_a_refusal_over_there_is_told(sandbox: Sandbox, opened: Opened) -> None:
    """The portal's own no ends it with its words; the customer is there as before."""
    _ask(opened)
    _approve(opened)
    sandbox.mmp.do("fail-next-task", message="The platform is locked.")
    _refused(lambda: run(opened(ANA, 2), "delete", WEBID), "The platform is locked", Rejected)
    assert len(sandbox.truth()["mmp"]["customers"]) == 2


def test_out_of_reach_nothing_is_asked(sandbox: Sandbox, opened: Opened) -> None:
    """Without a sight of what is there nobody is asked to approve anything."""
    sandbox.fault("refuse")
    case = opened(ANA)
    case.connectors["mmp"] = MmpConnector(patience=0.3)
    _refused(lambda: run(case, "delete", WEBID), "MMP-UNAVAILABLE", Unavailable)
    assert list(case.record.decisions) == []


def _range(sandbox: Sandbox, is_assigned: bool) -> str:
    truth = sandbox.truth()["mmp"]
    dids = {int(user["did"]) for user in truth["users"] if "did" in user}
    found = [one for one in truth["did-ranges"]
             if any(int(one["start"]) <= did <= int(one["end"]) for did in dids) is is_assigned]  # fmt: skip
    if not found:
        body = {"reference": "r", "customer": WEBID, "start": "+14015559900", "end": "+14015559909"}
        found = [sandbox.mmp.create("did-ranges", body, "sp-admin")]
    return f"{found[0]['start']}-{found[0]['end']}"


def test_a_range_goes_alone(sandbox: Sandbox, opened: Opened) -> None:
    """M-69: one free range is removed with all safeguards; the others and the users stay."""
    target = _range(sandbox, is_assigned=False)
    before = len(sandbox.truth()["mmp"]["did-ranges"])
    _ask(opened, "remove-range", target=target)
    _approve(opened, "remove-range", target=target)
    assert run(opened(ANA, 2), "remove-range", WEBID, target).verdict is Verdict.DONE
    truth = sandbox.truth()["mmp"]
    assert len(truth["did-ranges"]) == before - 1
    assert truth["users"]
    assert list(writes(sandbox).values()) == [1]


def test_a_removed_ranges_numbers_are_free_again(sandbox: Sandbox, opened: Opened) -> None:
    """They alone: what else the customer has stays, in service or not."""
    case = opened(ANA)
    case.store.move(case.customer.id, lambda item: InventoryState.IN_SERVICE, BEGIN)
    before = case.store.inventory(case.customer.id)
    start, end = (str(case.document["did_ranges"][0][name]) for name in ("start", "end"))
    numbers = sorted(item.value for item in before if item.kind == "number" and start <= item.value <= end)
    target = f"{start}-{end}"
    for user in sandbox.truth()["mmp"]["users"]:
        sandbox.mmp.change("users", user["id"], {"reference": "r", "did": None}, "sp-admin")
    _ask(opened, "remove-range", target=target)
    _approve(opened, "remove-range", target=target)
    run(opened(ANA, 2), "remove-range", WEBID, target)
    given_up = [item.key for item in case.store.inventory(case.customer.id) if item.state is InventoryState.AGEING]
    assert sorted(given_up) == [("number", "", number) for number in numbers]
    assert len(given_up) < len(before)
    [problem] = [one for one in opened(ANA, 3).checked().problems if one.code == "ageing"]
    assert (problem.question, problem.row, problem.severity) == ("did_ranges.start", 0, "warning")


@pytest.mark.parametrize(
    ("target", "code"), [("", "PROCEDURE-TARGET"), ("+1401-+1402", "PROCEDURE-TARGET"), (None, "PROCEDURE-ASSIGNED")]
)
def test_a_range_that_must_stay(sandbox: Sandbox, opened: Opened, target: str | None, code: str) -> None:
    """No range, an unknown one, or one whose numbers somebody has: refused, nobody is asked."""
    chosen = _range(sandbox, is_assigned=True) if target is None else target
    _refused(lambda: run(opened(ANA), "remove-range", WEBID, chosen), code, OnboardingError)
    assert (writes(sandbox), list(opened(ANA).record.decisions)) == ({}, [])


def test_residue_becomes_follow_ups(sandbox: Sandbox, opened: Opened) -> None:
    """M-73: after a conversion people get a list with what lies on the platforms by name; each is closed by a proof."""
    users = [user["user_name"] for user in sandbox.truth()["mmp"]["users"]]
    assert follow_ups(opened(ANA), "demo") == []
    _ask(opened, "demo")
    _approve(opened, "demo")
    run(opened(ANA, 2), "demo", WEBID)
    left = follow_ups(opened(ANA, 3), "demo")
    assert sum("by hand" in one.text for one in left) >= 3
    assert any(all(user in one.text for user in users) for one in left)
    case = opened(BEN, 4)
    _refused(lambda: close_follow_up(case, "demo", 1, "  "), "FOLLOW-UP-PROOF", InputError)
    _refused(lambda: close_follow_up(case, "demo", 99, "x"), "FOLLOW-UP", InputError)
    closed = close_follow_up(case, "demo", 1, "users removed", Attachment("proof.txt", "text/plain", b"gone"))
    assert closed.done is not None
    assert case.store.document(case.customer.id, closed.done.document).data == b"gone"
    assert [one.done is not None for one in follow_ups(case, "demo")] == [True] + [False] * (len(left) - 1)
    _refused(lambda: close_follow_up(case, "demo", 1, "again"), "FOLLOW-UP", InputError)


def test_by_hand_the_same_safeguards_hold(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the portal's address the impact is our own record's, a person gets the instruction once."""
    monkeypatch.delenv("ONBOARDING_MMP_URL", raising=False)
    impact = standing(opened(ANA), "delete").impact
    assert (impact.is_observed, set(impact.counts)) == (False, {"users", "numbers"})
    _ask(opened)
    _approve(opened)
    outcome = run(opened(ANA, 2), "delete", WEBID)
    assert outcome.verdict is Verdict.PENDING
    assert "View Customers" in str(outcome.message)
    _refused(lambda: run(opened(ANA, 3), "delete", WEBID), "PROCEDURE-APPROVAL")


@pytest.mark.parametrize(
    ("procedure", "target", "code"),
    [("vanish", "", "PROCEDURE-UNKNOWN"), ("recover", "", "PROCEDURE-KIND"), ("delete", "1-2", "PROCEDURE-TARGET")],
)
def test_what_does_not_fit_is_refused(sandbox: Sandbox, opened: Opened, procedure: str, target: str, code: str) -> None:
    """Unknown procedures, a recovery run like a deletion, a deletion of one range."""
    _refused(lambda: run(opened(ANA), procedure, WEBID, target), code, InputError)
    assert writes(sandbox) == {}

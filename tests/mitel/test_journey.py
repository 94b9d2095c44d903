"""Harbor Freight Lines through all six stages, with a portal in memory and people played on their promised days."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onboarding.case import lifecycle, planning
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.cli.simulation import play
from onboarding.connectors.base import Connector
from onboarding.connectors.shipped import connect
from onboarding.domain.action import Operation
from onboarding.domain.history import TaskState
from onboarding.domain.reservation import InventoryState
from onboarding.domain.task import STAGES
from onboarding.engine.agenda import stages_to_run
from onboarding.engine.apply import apply_stage
from onboarding.stages.change_order import to_order
from onboarding.stages.desired import by_hand, desired
from onboarding.stages.task_status import UNUSED, waits_for_two
from onboarding.store.store import Store
from tests.case.test_hand_over import foreseen, states_of
from tests.mitel.fake import FakeMmp
from tests.mitel.freight import FREIGHT, Change, answers, context, mitel


class Nobody:
    """This portal has no engineers of its own who import users or enable services."""


@dataclass(frozen=True)
class Journey:
    """A customer at its end: where it is kept, what the portal holds, what people did."""

    folder: Path
    portal: FakeMmp
    told: list[str]


def use(patch: pytest.MonkeyPatch, fake: FakeMmp) -> None:
    """Every case talks to ``fake``."""

    def choose(name: str, outbox: Path, is_training: bool = False) -> Connector:
        return fake if name == "mmp" else connect(name, outbox, is_training)

    patch.setattr(planning, "connect", choose)


def begin(store: Store) -> Case:
    store.create_customer(FREIGHT, "mitel-micloud")
    opened = Case.open(store, FREIGHT.id, FREIGHT.created_at, "Pat Moreau")
    opened.save_answers(answers(), "example")
    return opened


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """The whole journey, once."""
    folder, fake = tmp_path_factory.mktemp("freight"), FakeMmp()
    with pytest.MonkeyPatch.context() as patch, Store.open(folder) as store:
        use(patch, fake)
        told = journey(begin(store))
    return Journey(folder, fake, told)


@pytest.fixture
def case(ended: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """The customer at its end, in a copy of its own."""
    use(monkeypatch, copy.deepcopy(ended.portal))
    folder = shutil.copytree(ended.folder, tmp_path / "copy")
    with Store.open(folder) as store:
        yield Case.open(store, FREIGHT.id, datetime(2026, 6, 1, 15, tzinfo=UTC), "Pat Moreau")


def journey(case: Case) -> list[str]:
    """To the end; what people did, in order."""
    told: list[str] = []

    def run(at: datetime) -> None:
        for stage in stages_to_run(case, case.progress()):
            apply_stage(case, stage, wait=lambda seconds: None)

    end = play(case, Nobody(), run, lambda at, what: told.append(what))
    waiting = "; ".join(f"{view.task.id} ({view.state}: {view.reasons})" for view in end.waiting)
    assert end.is_complete, waiting or [view.task.id for view in end.tasks if not view.state.is_closed]
    return told


def test_the_customer_comes_to_completion(case: Case, ended: Journey) -> None:
    """Preconditions first, then the customer with all that belongs to it; nothing is left open, the record is clean."""
    portal = ended.portal
    hand = [what for what in ended.told if "hunt group" in what]
    assert hand == ["Platform engineer: Set up the voicemail hunt group"]
    customer = portal.of("mmp-customer")["harborfreight"]
    assert (customer["platform"], customer["extension_length"], customer["managed_by"]) == ("PVD-01", 4, "mbg")
    assert customer["contact"]["email"] == "ines.calloway@harborfreight.example"
    counts = {kind: len(portal.of(f"mmp-{kind}")) for kind in ("bundle", "cpn", "did-range", "erl", "user", "hotdesk")}
    assert counts == {"bundle": 3, "cpn": 2, "did-range": 2, "erl": 3, "user": 16, "hotdesk": 2}
    assert "harborfreight/+14015550110-+14015550129" in portal.of("mmp-did-range")
    assert "harborfreight/Providence, 2nd floor" in portal.of("mmp-erl")
    assert portal.of("mmp-user")["henrik.dahl"] == {
        "customer": "harborfreight", "user_name": "henrik.dahl", "first_name": "Henrik", "last_name": "Dahl",
        "email": "henrik.dahl@harborfreight.example", "extension": "2106", "bundle": "Office", "site": "Providence",
        "sip_user": "hfl-2106", "mbg": "mbg-east",
    }  # fmt: skip
    assert case.store.verify(FREIGHT.id) == []


def test_nothing_is_created_before_its_reference(ended: Journey) -> None:
    """Users come after bundles, ranges and locations they refer to; the customer before all (M-18, M-03)."""
    order = [action.resource for action in ended.portal.sent]
    assert order[0] == "mmp-customer"
    first_user = order.index("mmp-user")
    for kind in ("mmp-bundle", "mmp-did-range", "mmp-erl"):
        assert max(place for place, resource in enumerate(order) if resource == kind) < first_user


def test_a_second_run_changes_nothing_and_an_edit_shows_old_and_new(case: Case) -> None:
    """What is there is left alone; a changed answer re-opens its task with the difference to be saved (M-54)."""
    entries = len(case.store.journal(FREIGHT.id))
    for stage in STAGES:
        apply_stage(case, stage, wait=lambda seconds: None)
    assert len(case.store.journal(FREIGHT.id)) == entries
    case.save_section("bundle_settings", {**case.document["bundle_settings"], "npm_awv": False})
    assert case.progress().gates["record-agreed"].missing, "what was agreed to has changed"
    case.at += timedelta(days=1)
    role = Case(case.store, case.customer, case.at, "Ines Calloway")
    decide(role, Vote("record-agreed", True, "customer"))
    assert [task.id for task in to_order(case.context())] == ["provision.create-customer", "cutover.complete"]
    lifecycle.begin_phase(case, "No conferences", is_change=True)
    assert case.progress().task("provision.create-customer").state is TaskState.READY
    [change] = planning.plan(case, "provision").changes
    assert (change.operation, change.changes) == (Operation.CHANGE, (("npm_awv", True, False),))


def test_a_name_is_free_once_the_portal_has_another(case: Case) -> None:
    """All that only one customer may have is in service; a SIP user name stays so until its user has been changed."""
    items = case.store.inventory(FREIGHT.id)
    assert {item.state for item in items} == {InventoryState.IN_SERVICE}
    assert {item.what for item in items} == {"web-id", "portal-url", "sip-user", "extension", "device", "did"}
    users = copy.deepcopy(case.document["users"])
    users[0]["sip_user"], old = "hfl-new", users[0]["sip_user"]
    case.save_section("users", users)

    def state(name: str) -> InventoryState:
        return next(item.state for item in case.store.inventory(FREIGHT.id) if item.value == name)

    assert (state(old), state("hfl-new")) == (InventoryState.IN_SERVICE, InventoryState.RESERVED)
    assert [(one.code, one.question) for one in case.checked().problems] == [("kept", "users.sip_user")]
    case.at += timedelta(days=1)
    decide(Case(case.store, case.customer, case.at, "Ines Calloway"), Vote("record-agreed", True, "customer"))
    lifecycle.begin_phase(case, "Another name on the gateway", is_change=True)
    apply_stage(case, "provision", wait=lambda seconds: None)
    assert (state(old), state("hfl-new")) == (InventoryState.RELEASED, InventoryState.IN_SERVICE)
    assert case.checked().problems == ()


def test_without_a_portal_people_are_shown_every_value() -> None:
    """Where no portal can be reached the same tasks are instructions, with every value to type beside them."""
    for name, value in (
        ("add-cpns", "+14015550110"),
        ("assign-bundles", "quantity: 12"),
        ("create-customer", "npm_awv"),
    ):
        task = mitel().task(f"provision.{name}")
        assert task is not None
        shown = by_hand(task, desired(task, context())).body["values"]
        assert any(value in text for _, text in shown), name


KINDS: dict[str, tuple[str, Change]] = {
    "a template": ("provision.assign-bundles", lambda found: found["bundles"].pop()),
    "a device": ("", lambda found: found["users"][0].pop("mac")),
    "a calling party number": ("provision.add-cpns", lambda found: found["cpns"].pop()),
    "a shorter range": ("provision.add-did-ranges", lambda found: found["did_ranges"][0].update(end="+14015550125")),
    "a location more": ("provision.add-emergency-locations", lambda found: found["erls"].append(
        {**found["erls"][0], "site_name": "Providence, roof", "location": "Roof"})),
    "a location less": ("provision.add-emergency-locations", lambda found: found["erls"].pop(0)),
    "a user less": ("provision.create-users", lambda found: found["users"].pop()),
}  # fmt: skip
"""What changes after the hand-over, with a task that has to do with it."""


def test_each_kind_of_change_is_listed_as_what_the_change_order_does(case: Case) -> None:
    """Templates, devices, numbers shown, ranges, locations and users: each is named, and the order has exactly that."""
    for kind, (task, change) in KINDS.items():
        document = copy.deepcopy(dict(case.document))
        change(document)
        listed = foreseen(case, document)
        assert task in listed or not task, (kind, listed)
        assert listed, kind
    ordered = {task.id for task in to_order(case.context())}
    lifecycle.begin_phase(case, "All of it", is_change=True)
    assert {name for name, state in states_of(case).items() if not state.is_closed} == ordered


def test_what_users_refer_to_is_removed_after_them(case: Case) -> None:
    """A template goes once nobody has it; a shorter range waits for people, and is seen when they have made it so: its
    numbers are parked.
    """
    document = copy.deepcopy(dict(case.document))
    document["bundles"] = [one for one in document["bundles"] if one["name"] != "Mobile worker"]
    document["bundles"][0]["quantity"] = 16
    for user in document["users"]:
        user["bundle"] = "Office" if user["bundle"] == "Mobile worker" else user["bundle"]
    document["did_ranges"][0]["end"] = "+14015550125"
    case.save_answers(document, "test")
    lifecycle.begin_phase(case, "Less", is_change=True)
    case.at += timedelta(days=1)
    decide(Case(case.store, case.customer, case.at, "Ines Calloway"), Vote("record-agreed", True, "customer"))
    configured = replace(case.record.tasks["provision.configure-bundles"], version=case.context().version, at=case.at)
    case.set_task(configured)
    portal = planning.connector(case, "mmp")
    assert isinstance(portal, FakeMmp)
    bundle, old, new = (f"harborfreight/{name}" for name in (
        "Mobile worker", "+14015550110-+14015550129", "+14015550110-+14015550125"))  # fmt: skip
    ranges, sets, users = "provision.add-did-ranges", "provision.assign-bundles", "provision.create-users"

    apply_stage(case, "provision", wait=lambda seconds: None)
    progress = case.progress()
    assert bundle in portal.of("mmp-bundle")
    assert progress.task(users).state is TaskState.DONE
    assert progress.task(sets).reasons == (UNUSED,)
    assert "provision" in stages_to_run(case, progress)
    assert [*map(waits_for_two, progress.task(ranges).reasons)] == [True]
    assert set(portal.of("mmp-did-range")) >= {old}
    assert new not in portal.of("mmp-did-range")

    apply_stage(case, "provision", wait=lambda seconds: None)
    assert bundle not in portal.of("mmp-bundle")
    assert case.progress().task(sets).state is TaskState.DONE
    assert "provision" not in stages_to_run(case, case.progress())

    shorter = {**portal.of("mmp-did-range")[old], "end": "+14015550125"}
    del portal.kept["mmp-did-range", old]
    portal.kept["mmp-did-range", new] = shorter
    apply_stage(case, "provision", wait=lambda seconds: None)
    assert case.progress().task(ranges).state is TaskState.DONE
    states = {item.value: item.state for item in case.store.inventory(FREIGHT.id)}
    assert {states[f"+140155501{number}"] for number in range(26, 30)} == {InventoryState.PARKED}
    assert states["+14015550125"] is InventoryState.IN_SERVICE

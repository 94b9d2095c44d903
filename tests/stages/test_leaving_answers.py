"""Whatever leaves the answers of whichever provider is taken away outside, or it is said why nothing stands there."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st

from onboarding.domain.row import ROW_ID
from onboarding.domain.task import Task
from onboarding.profile.load import load_profile, profile_ids
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.planners import planner_of
from onboarding.stages.removal import removals
from tests.stages.leaving import EXAMPLES, Outside, after, answers, begun, finished, without_row

PAPER = "a paper that was signed or filed; a removed row needs no new one"
TALK = "people have met or were told; nothing stands outside"
LOOK = "something was looked at or tried; nothing stands outside"
WITH = "it goes with what another task takes away, changes or withdraws"
KEPT = "the numbers are the customer's, and stay theirs until they are given up in the inventory"
OWN = "it is the customer's own, or the platform's, and stays"

NOTHING_STANDS = {
    "chinook": {
        "telephony.sign-loa": PAPER, "telephony.confirm-e911": WITH, "telephony.complete-port": KEPT,
        "telephony.acknowledge-911": PAPER, "telephony.agree-port-date": WITH,
        "telephony.forward-port-orders": WITH, "telephony.deliver-new-numbers": WITH,
        "enable_services.enable-lync": WITH, "enable_services.provision-crm": WITH,
        "enable_services.enable-unified-messaging": WITH, "provision.confirm-user-import": WITH,
        "migrate.import-mail": WITH, "migrate.rebuild-contact-lists": WITH, "cutover.verify-services": LOOK,
        "migrate.run-mail-tool": WITH, "migrate.confirm-migration": WITH, "migrate.move-sharepoint": WITH,
        "migrate.quote-sharepoint": PAPER, "migrate.move-sharepoint-by-chinook": WITH, "migrate.export-crm": WITH,
        "migrate.import-crm": WITH, "migrate.quote-crm": PAPER, "migrate.move-crm-by-chinook": WITH,
        "migrate.lower-ttl": WITH, "migrate.lower-ttl-for-customer": WITH, "migrate.record-zone": LOOK,
    },
    "emetrotel": {
        "gather.send-questionnaire": TALK, "gather.first-review": TALK, "provision.prepare-lab": OWN,
        "provision.prepare-cloud": OWN, "provision.prepare-otherwise": OWN, "migrate.record-greetings": WITH,
        "migrate.record-announcements": WITH, "cutover.test-telephones": LOOK,
    },
    "mitel-micloud": {
        "provision.enable-platform-manager": OWN, "provision.register-platform-manager": OWN,
        "provision.register-blueprint": OWN, "provision.create-group-from-blueprint": OWN,
        "provision.repeat-manager-change": OWN, "provision.register-platform-group": OWN,
        "provision.set-zone-in-msl": OWN, "provision.install-rest-api": OWN, "provision.configure-hunt-group": OWN,
        "enable_services.register-telephones": WITH, "enable_services.check-port-details": LOOK,
        "cutover.try-emergency-call": LOOK, "cutover.reboot-portal": LOOK,
    },
    "univoip-officeconnect": {
        "gather.identify-order": TALK, "gather.identify-services": TALK, "gather.send-documents": TALK,
        "gather.review-agreement": TALK, "gather.schedule-kick-off": TALK, "gather.demonstrate-service": TALK,
        "gather.schedule-administrator-training": TALK, "telephony.supply-loa": PAPER, "telephony.supply-csr": PAPER,
        "telephony.supply-bill": PAPER, "telephony.supply-resporg": PAPER, "telephony.complete-port": KEPT,
        "provision.attend-updates": TALK, "provision.survey-site": LOOK, "provision.deliver-loop": WITH,
        "provision.give-loop-access": TALK,
        "provision.extend-line": OWN, "provision.test-loop": LOOK, "provision.confirm-suite": LOOK,
        "provision.ask-building": TALK, "provision.activate-line": WITH, "provision.activate-line-from-order": WITH,
        "provision.receive-equipment": WITH, "provision.give-insurance-requirement": PAPER,
        "provision.provide-insurance": PAPER, "enable_services.train-users": TALK, "cutover.test-line": LOOK,
        "enable_services.write-scripts": PAPER, "enable_services.schedule-recording": TALK,
        "enable_services.record-greetings": OWN, "migrate.cancel-old-provider": OWN, "cutover.activate-voice": WITH,
        "cutover.test-calls": LOOK, "cutover.sign-completion": PAPER, "cutover.verify-routing": LOOK,
        "cutover.arrange-administrator-training": TALK, "cutover.train-administrator": TALK,
    },
    "univoip-teams": {
        "gather.kick-off": TALK, "gather.weekly-call": TALK, "gather.file-network-report": PAPER,
        "telephony.supply-csr": PAPER, "telephony.supply-bill": PAPER, "telephony.sign-loa": PAPER,
        "telephony.numbers-visible": KEPT, "cutover.confirm-port": KEPT, "provision.add-licences": OWN,
        "provision.invite-global-administrator": OWN, "provision.arrange-session": TALK,
        "enable_services.hold-working-sessions": TALK, "enable_services.demonstrate": TALK,
        "migrate.remove-calling-plans": OWN,
    },
}  # fmt: skip
"""Tasks that stay done, or are not needed any more, when what they looked at leaves the answers, and why."""

STANDS_IN_PART = {
    ("univoip-teams", "telephony.add-numbers", "sites"): "the sites stand beside it for their addresses",
    (
        "univoip-teams",
        "telephony.tell-foc",
        "port_numbers",
    ): "whoever knows of more numbers is not misled",
    ("univoip-teams", "provision.add-resource-licences", "resource_accounts"): "these licences cost nothing",
}
"""Tasks that can be undone as a whole, which stay done when some rows of a table leave, and why."""

NO_TASK = {
    ("chinook", "contacts"), ("emetrotel", "engineering_review"), ("emetrotel", "discrepancies"),
    ("mitel-micloud", "contacts"), ("mitel-micloud", "requirements"), ("mitel-micloud", "licences"),
    ("univoip-officeconnect", "contacts"), ("univoip-teams", "contacts"),
}  # fmt: skip
"""Tables of which no task makes anything outside."""

TABLES = [
    (name, section.id)
    for name in profile_ids()
    for section in load_profile(name).questionnaire.sections
    if section.is_table
]


def _made_of(task: Task, there: Context) -> dict[str, object]:
    return {one.id: one.body for one in desired(task, there)} if there.is_needed(task) else {}


def _touched(table: str, before: Context, now: Context) -> list[Task]:
    """Tasks that were done from what is not there any more, as they are now."""
    found = []
    for task in (one for one in before.tasks if one.id in before.record.tasks and not one.is_check):
        same = now.task(task.id)
        assert same is not None, task.id
        looks = table in {name.partition(".")[0] for name in (*task.uses, *([task.each.rows] if task.each else []))}
        is_gone = same.row is not None and same.row.is_gone
        if is_gone or (looks and _made_of(task, before) != _made_of(same, now)):
            found.append(same)
    return found


def test_every_shipped_profile_has_its_customer() -> None:
    """A new provider is tried here as well."""
    assert set(EXAMPLES) == set(NOTHING_STANDS) == set(profile_ids())


@pytest.mark.parametrize(("profile", "table"), TABLES)
def test_a_row_that_leaves_is_taken_away(profile: str, table: str) -> None:
    """Whichever row: each task that was done from it is open again and says why, or nothing stands outside by it."""
    before, given, opened = finished(profile), answers(profile), False
    asked, then = before.profile.questionnaire, assess(before)
    stays = NOTHING_STANDS[profile].keys() | {
        task for name, task, of in STANDS_IN_PART if (name, of) == (profile, table)
    }
    assert given[table], "there is no row that could leave"
    for place in range(len(given[table])):
        now = after(before, without_row(asked, given, table, place))
        status = assess(now)
        for task in _touched(table, before, now):
            view = status.task(task.id)
            is_open = not view.state.is_closed or not then.task(task.id).state.is_closed
            assert is_open or task.declared in stays, f"{task.id} stands although row {place} of {table} has left"
            assert not is_open or view.reasons, task.id
            opened |= is_open and (planner_of(task).sets_up or task.is_manual or bool(now.record.sendings.get(task.id)))
    assert opened is ((profile, table) not in NO_TASK)


@pytest.mark.parametrize("profile", EXAMPLES)
def test_work_of_people_that_may_not_be_wanted_any_more_can_be_undone(profile: str) -> None:
    """A task of people with a condition, or for some rows, says how it is taken back, or nothing stands by it."""
    tasks = load_profile(profile).tasks
    about = {one.id for one in tasks if (one.when or one.each) and one.is_manual and not one.is_check}
    told = {one.id for one in tasks if one.undo or planner_of(one).sets_up}
    missing = sorted(about - told - NOTHING_STANDS[profile].keys())
    assert missing == [], "an undo is wanted, or a word on why nothing stands outside"
    assert NOTHING_STANDS[profile].keys() <= {one.id for one in tasks}
    assert NOTHING_STANDS[profile].keys().isdisjoint(told)


@pytest.mark.parametrize("profile", EXAMPLES)
@settings(max_examples=12)
@given_(data=st.data())
def test_rows_come_and_go_and_the_outside_ends_as_the_answers(profile: str, data: st.DataObject) -> None:
    """Added and taken out in any order, some of it worked on in between: what stands is what is wanted, no more."""
    whole = answers(profile)
    tables = sorted(name for name, rows in whole.items() if isinstance(rows, list))
    outside = Outside(begun(profile, whole))
    for _turn in range(data.draw(st.integers(1, 4))):
        given = copy.deepcopy(whole)
        for table in data.draw(st.lists(st.sampled_from(tables), min_size=1, max_size=3, unique=True)):
            left = data.draw(st.sets(st.sampled_from(range(len(whole[table])))))
            for place in sorted(left, reverse=True):
                given = without_row(outside.customer.profile.questionnaire, given, table, place)
            for row in data.draw(st.permutations(given[table]))[:2]:
                row.pop(data.draw(st.sampled_from(sorted(row.keys() - {ROW_ID}))))
        outside.save(given)
        if data.draw(st.booleans()):
            outside.work()
    outside.work()
    assert outside.things == outside.wanted()
    assert not any(removals(task, outside.customer) for task in outside.customer.tasks)

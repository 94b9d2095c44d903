"""A task for every row: one for each row of a table, with a state, a party, a date and a proof of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.check import Checked
from onboarding.domain.condition import Condition, Where
from onboarding.domain.event import Event, noted
from onboarding.domain.history import Evidence, History, PartyConfirmation, TaskRecord, TaskState
from onboarding.domain.question import Kind, Question
from onboarding.domain.task import Each, Gate, Ground, LeadTime, Named, Task, Unit
from onboarding.stages.assessment import assess
from onboarding.stages.basis import covering, has_moved
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.plan import plan_stage
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.removal import removals
from onboarding.stages.task_status import GONE, NOT_THERE
from tests.extensions import params
from tests.stages.small import asked, question
from tests.stages.world import AT, context_of, profile_of

SHEET = asked(
    question("sites.name"), question("sites.street"), question("sites.landlord"),
    Question("sites.survey_on", Kind.DATE, "Survey on"),
    question("users.email"), question("users.site", Kind.REFERENCE, to="sites.name"),
    question("hardware.name"), question("hardware.kind", Kind.CHOICE, "desk", "headset"),
    question("hardware.site", Kind.REFERENCE, to="sites.name"), question("company.name"),
    tables={"sites": "name", "users": "email", "hardware": "name"},
)  # fmt: skip
SITES = Each("sites")
SURVEY = Task(
    "gather.survey", "Survey each site", "gather", "customer", each=SITES, uses=("sites",),
    params=params("planner", "manual", fields=["sites", "users"]), guide="Go to {sites.street}.",
    named=Named("sites.landlord", {"owner": "provider"}),
    lead=LeadTime(2, Unit.DAYS, "sites.survey_on", is_before=True),
)  # fmt: skip
INSTALL = Task("gather.install", "Install", "gather", "reseller", each=SITES, after=(SURVEY.id,), rests_on=())
CALL = Task(
    "gather.call", "Call test", "gather", "reseller", each=Each("hardware", by=("site", "kind")), after=(INSTALL.id,)
)
MAILBOX = Task(
    "gather.mailbox", "Make the mailbox", "gather", "reseller", each=Each("users"), uses=("users.email",),
    params=params("planner", "manual", fields=["users.email"]), undo="Delete the mailbox of {users.email}.",
)  # fmt: skip
CLOSE = Task("gather.close", "Close", "gather", "reseller", after=(SURVEY.id,))

BOSTON = {"name": "Boston", "street": "12 Elm Street", "landlord": "owner"}
QUINCY = {"name": "Quincy", "street": "8 Sea Street", "survey_on": "2026-04-20"}
ROWS = {
    "sites": [BOSTON, QUINCY],
    "users": [{"email": "ana@bright.example", "site": "Boston"}, {"email": "ben@bright.example", "site": "Quincy"}],
    "hardware": [
        {"name": "T1", "kind": "desk", "site": "Boston"}, {"name": "T2", "kind": "desk", "site": "Boston"},
        {"name": "T3", "kind": "headset", "site": "Quincy"},
    ],
    "company": {"name": "Bright"},
}  # fmt: skip
IDS = {"sites": ("bcdfghjk", "cdfghjkm"), "users": ("dfghjkmn", "fghjkmnp"), "hardware": ("t1", "t2", "t3")}
ONE, TWO = f"{SURVEY.id}:bcdfghjk", f"{SURVEY.id}:cdfghjkm"


def there(
    *tasks: Task,
    values: Mapping[str, Any] = ROWS,
    ids: Mapping[str, Sequence[str]] = IDS,
    record: History | None = None,
    gates: Sequence[Gate] = (),
    **more: Any,
) -> Context:
    """A customer of a provider with these tasks."""
    profile = replace(profile_of(tasks, gates), questionnaire=SHEET)
    return context_of(profile, values, record, ids=ids, **more)


def done(context: Context, *tasks: str, state: TaskState = TaskState.DONE, document: str = "") -> Context:
    """These tasks done, or left in another state, with the answers as they are."""
    record = context.record
    records = {name: TaskRecord(name, state, AT, "customer", version=context.version) for name in tasks}
    lines = [
        Evidence(name, AT, "ana", Event("task.reported", name), document=document, version=context.version)
        for name in tasks
    ]
    kept = replace(record, tasks={**record.tasks, **records}, evidence=[*record.evidence, *lines])
    return replace(context, record=kept)


def later(before: Context, values: Mapping[str, Any], ids: Mapping[str, Sequence[str]] = IDS) -> Context:
    """The customer after a save of other answers."""
    kept = Checked(before.values, (), ids=before.ids)

    def past(version: int) -> Checked:
        return kept if version == before.version or before.past is None else before.past(version)

    return replace(before, values=values, ids=ids, version=before.version + 1, past=past)


def states(status: ProjectStatus) -> dict[str, TaskState]:
    return {view.task.id: view.state for view in status.tasks}


# --- identity ---------------------------------------------------------------------------------------------------------


def test_each_row_has_a_task_of_its_own_named_after_it() -> None:
    """The id is made of the task's and the row's, the title of the task's and what the row is called."""
    found = there(SURVEY).tasks
    assert [(task.id, task.title) for task in found] == [
        (ONE, "Survey each site: Boston"),
        (TWO, "Survey each site: Quincy"),
    ]
    assert {task.declared for task in found} == {SURVEY.id}


@given(st.permutations(range(4)), st.lists(st.sampled_from(["A", "B", "A", "", "C"]), min_size=4, max_size=4))
def test_sorting_and_renaming_rows_makes_no_other_tasks(order: list[int], names: list[str]) -> None:
    """Whatever rows are called and wherever they stand, their tasks have the same ids, each with its row's name."""
    ids = [f"bcdfghj{place + 2}" for place in range(4)]
    rows = [{"name": name} if name else {"street": "1"} for name in names]
    first = there(SURVEY, values={"sites": rows}, ids={"sites": ids})
    sorted_rows, sorted_ids = [rows[place] for place in order], [ids[place] for place in order]
    second = there(SURVEY, values={"sites": sorted_rows}, ids={"sites": sorted_ids})
    assert {task.id for task in first.tasks} == {task.id for task in second.tasks} == {f"{SURVEY.id}:{i}" for i in ids}
    for row, task in zip(sorted_rows, second.tasks, strict=True):
        assert task.row is not None
        assert task.row.label == row.get("name", task.row.label)


TEXTS = st.text(max_size=80) | st.sampled_from(["a+b", "a:b", "a", "b", "%3A", "a~1", ""])


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_each_combination_of_answers_has_one_id_that_no_other_has(pairs: list[tuple[str, str]]) -> None:
    """Groups are told apart by any difference of their values, and no value breaks an id apart."""
    rows = [{"name": one, "street": other} for one, other in pairs]
    each = replace(SURVEY, each=Each("sites", by=("name", "street")), named=None)
    found = there(each, values={"sites": rows}, ids={}).tasks
    assert len({task.id for task in found}) == len(found) == len({tuple(map(repr, pair)) for pair in pairs})
    assert all(task.id.count(":") == 1 and "~" not in task.id for task in found)


def test_a_group_is_known_by_the_row_it_refers_to_not_by_its_name() -> None:
    """One task for each site and kind of device; a site with another name is the same site."""
    before = there(CALL)
    assert [task.title for task in before.tasks] == ["Call test: Boston, Desk", "Call test: Quincy, Headset"]
    values = {
        **ROWS,
        "sites": [{**BOSTON, "name": "HQ"}, QUINCY],
        "hardware": [{**row, "site": row["site"].replace("Boston", "HQ")} for row in ROWS["hardware"]],
    }
    after = later(before, values)
    assert [task.id for task in after.tasks] == [task.id for task in before.tasks]
    assert after.tasks[0].title == "Call test: HQ, Desk"


def test_where_says_for_which_rows_there_is_a_task() -> None:
    """Other rows have none; where no row is meant nothing is needed."""
    only = replace(CALL, each=Each("hardware", Where({"kind": "headset"})), after=())
    assert [task.title for task in there(only).tasks] == ["Call test: T3"]
    none = replace(CALL, each=Each("hardware", Where({"kind": "fax"})), after=())
    assert states(assess(there(none))) == {CALL.id: TaskState.NOT_NEEDED}


def test_a_condition_looks_at_the_row() -> None:
    """What is asked of a table holds for the row alone."""
    only = replace(SURVEY, when=Condition("is", "sites.landlord", ("owner",)), lead=None)
    assert states(assess(there(only))) == {ONE: TaskState.READY, TWO: TaskState.NOT_NEEDED}


# --- before there are rows --------------------------------------------------------------------------------------------


def test_while_no_row_is_answered_the_task_stands_once_and_somebody_is_waited_for() -> None:
    """Where rows must be answered whoever answers is waited for; where there need be none, nobody is."""
    needed = replace(SHEET, asks="customer", sections=tuple(
        replace(one, min_rows=1) if one.id == "sites" else one for one in SHEET.sections
    ))  # fmt: skip
    context = there(SURVEY, values={"sites": []}, ids={})
    status = assess(replace(context, profile=replace(context.profile, questionnaire=needed)))
    (view,) = status.tasks
    assert (view.task.id, view.state, view.waits_for) == (SURVEY.id, TaskState.READY, "customer")
    assert view.reasons == ("There is no row under “Sites” yet.",)
    assert states(assess(context)) == {SURVEY.id: TaskState.NOT_NEEDED}


def test_without_rows_it_is_held_by_what_holds_it() -> None:
    """A row may still come while something before it is open."""
    first = Task("gather.first", "First", "gather", "reseller")
    waits = replace(SURVEY, after=(first.id,))
    context = there(first, waits, values={"sites": []}, ids={})
    assert states(assess(context))[SURVEY.id] is TaskState.BLOCKED
    assert states(assess(done(context, first.id)))[SURVEY.id] is TaskState.NOT_NEEDED


# --- what waits for what ----------------------------------------------------------------------------------------------


def test_a_task_of_a_row_waits_for_the_same_row_only() -> None:
    """Boston is installed once it is surveyed, whatever becomes of Quincy; a device waits for its own site."""
    found = states(assess(done(there(SURVEY, INSTALL, CALL), ONE)))
    assert found[f"{INSTALL.id}:bcdfghjk"] is TaskState.READY
    assert found[f"{INSTALL.id}:cdfghjkm"] is TaskState.BLOCKED
    both = done(there(SURVEY, INSTALL, CALL), ONE, f"{INSTALL.id}:bcdfghjk")
    assert [view.state for view in assess(both).of_rows(CALL.id)] == [TaskState.READY, TaskState.BLOCKED]


def test_a_site_waits_for_what_is_done_for_its_people() -> None:
    """The other way round: for the rows that refer to it."""
    after = replace(INSTALL, after=(MAILBOX.id,))
    found = states(assess(done(there(MAILBOX, after), f"{MAILBOX.id}:dfghjkmn")))
    assert found[f"{INSTALL.id}:bcdfghjk"] is TaskState.READY
    assert found[f"{INSTALL.id}:cdfghjkm"] is TaskState.BLOCKED


def test_whatever_names_the_task_means_all_of_its_rows() -> None:
    """A task that follows, a gate that waits, a document that is wanted: each is content with all rows only."""
    filed = params("check", "documents-held", tasks=[SURVEY.id])
    waits = params("check", "tasks-closed", tasks=[SURVEY.id])
    gates = [Gate("all", "All", "check", "reseller", check="tasks-closed", params=waits),
             Gate("papers", "Papers", "check", "reseller", check="documents-held", params=filed)]  # fmt: skip
    behind = Task("gather.behind", "Behind", "gather", "reseller", gates=("all",))
    context = there(SURVEY, CLOSE, behind, gates=gates)
    half, whole = done(context, ONE, document="a" * 64), done(context, ONE, TWO, document="a" * 64)
    assert states(assess(half))[CLOSE.id] is TaskState.BLOCKED
    assert assess(half).gates["all"].missing == ("Open: Survey each site: Quincy.",)
    assert assess(half).gates["papers"].missing == ("No document is filed for: Survey each site: Quincy.",)
    assert assess(half).task(SURVEY.id).state is TaskState.READY
    assert states(assess(whole))[CLOSE.id] is TaskState.READY
    assert all(gate.is_open for gate in assess(whole).gates.values())
    assert assess(whole).task(SURVEY.id).state is TaskState.DONE
    assert len(covering(SURVEY.id, whole)) == 2


def test_what_counts_from_it_counts_from_the_last_row() -> None:
    """What is kept of the whole is there once all rows are closed, as of the last of them."""
    half = done(there(SURVEY), ONE)
    assert half.kept(SURVEY.id) is None
    last = TaskRecord(TWO, TaskState.DONE, AT + timedelta(days=3), version=1)
    whole = replace(half, record=replace(half.record, tasks={**half.record.tasks, TWO: last}))
    kept = whole.kept(SURVEY.id)
    assert kept is not None
    assert (kept.task, kept.state, kept.at) == (SURVEY.id, TaskState.DONE, AT + timedelta(days=3))


# --- what is said of a row --------------------------------------------------------------------------------------------


def test_the_row_says_whose_it_is() -> None:
    """By what the profile makes of the answer, else by name; where it says nothing, and where somebody is confirmed."""
    other = {**QUINCY, "landlord": "Sea Street Properties"}
    assert [task.party for task in there(SURVEY).tasks] == ["provider", "customer"]
    assert there(SURVEY, values={**ROWS, "sites": [BOSTON, other]}).tasks[1].party == "Sea Street Properties"
    said = History(parties={ONE: PartyConfirmation(ONE, "reseller", "ana", AT)})
    assert there(SURVEY, record=said).tasks[0].party == "reseller"


def test_the_row_says_when_it_is_due() -> None:
    """Its own date counts, not the earliest of all; without one nothing is promised."""
    context = there(SURVEY)
    assert [context.due_on(task) for task in context.tasks] == [None, date(2026, 4, 18)]


def test_an_instruction_shows_the_row_and_what_refers_to_it() -> None:
    """The address stands in the guide, the answers of the row beside it, and of the users those of the site."""
    context = there(SURVEY)
    (action,) = desired(context.tasks[0], context)
    assert action.body["text"] == "Go to 12 Elm Street."
    assert action.body["values"] == [
        ["Name", "Boston"], ["Street", "12 Elm Street"], ["Landlord", "owner"],
        ["Users 1", "ana@bright.example, Boston"],
    ]  # fmt: skip


def test_a_text_speaks_of_its_row_whether_it_names_question_or_column() -> None:
    """In guide, undo and proof wanted; for all rows together the question stands there, and of a row that is gone what
    it said at last. No place is ever left open.
    """
    task = replace(
        SURVEY, guide="Go to {street}, {sites.name}.", evidence="A photograph of {name}", undo="Leave {name}."
    )
    one, _two = there(task).tasks
    assert (one.guide, one.evidence, one.undo) == (
        "Go to 12 Elm Street, Boston.",
        "A photograph of Boston",
        "Leave Boston.",
    )
    whole = there(task).known(task.id)
    assert (whole.guide, whole.evidence) == ("Go to [Street], [Name].", "A photograph of [Name]")
    gone = later(done(there(task), ONE), {**ROWS, "sites": [QUINCY]}, {**IDS, "sites": ("cdfghjkm",)})
    [left] = [view for view in assess(gone).tasks if view.task.id == ONE]
    assert (left.task.guide, left.guide) == ("Go to 12 Elm Street, Boston.", "Leave Boston.")


# --- what changes -----------------------------------------------------------------------------------------------------


def test_it_rests_on_its_row_and_not_on_the_others() -> None:
    """Another street of Boston undoes the survey of Boston; another name, another order and other rows undo nothing."""
    before = done(there(SURVEY), ONE, TWO)
    moved = later(before, {**ROWS, "sites": [{**BOSTON, "street": "1 New Street"}, QUINCY]})
    assert states(assess(moved)) == {ONE: TaskState.READY, TWO: TaskState.DONE}
    third = {"name": "Salem", "street": "1 Way"}
    other = later(before, {**ROWS, "sites": [third, QUINCY, {**BOSTON, "name": "HQ"}]},
                  {**IDS, "sites": ("ghjkmnpq", "cdfghjkm", "bcdfghjk")})  # fmt: skip
    assert states(assess(other)) == {f"{SURVEY.id}:ghjkmnpq": TaskState.READY, ONE: TaskState.DONE, TWO: TaskState.DONE}


def test_a_name_that_the_profile_rests_on_counts() -> None:
    """Where it is said to matter a new name is a change like any other."""
    rests = replace(SURVEY, rests_on=(Ground("sites.name"),))
    before = done(there(rests), ONE)
    after = later(before, {**ROWS, "sites": [{**BOSTON, "name": "HQ"}, QUINCY]})
    assert states(assess(after))[ONE] is TaskState.READY


def test_a_row_that_goes_takes_what_was_never_begun_with_it() -> None:
    """What was done or asked for stays in the record and is shown as not needed, under the name it had."""
    left = {**ROWS, "sites": []}
    assert [task.id for task in later(there(SURVEY), left).tasks] == [SURVEY.id]
    for state in (TaskState.DONE, TaskState.WAITING):
        after = later(
            done(there(SURVEY), ONE, state=state), {**ROWS, "sites": [QUINCY]}, {**IDS, "sites": ("cdfghjkm",)}
        )
        status = assess(after)
        assert states(status) == {TWO: TaskState.READY, ONE: TaskState.NOT_NEEDED}
        assert status.task(ONE).reasons == (GONE,)
        assert status.task(ONE).task.title == "Survey each site: Boston"


def test_a_row_that_comes_back_stands_as_it_was_done() -> None:
    """With the same answers as before nothing is to be done anew."""
    before = done(there(SURVEY), ONE, TWO)
    gone = later(before, {**ROWS, "sites": [QUINCY]}, {**IDS, "sites": ("cdfghjkm",)})
    assert states(assess(later(gone, ROWS))) == {ONE: TaskState.DONE, TWO: TaskState.DONE}


def test_what_a_person_has_set_up_for_a_row_that_is_gone_is_removed_by_hand() -> None:
    """Somebody is asked to, with what was set up; once it is reported nothing is left; a row that returns is new."""
    before = done(there(MAILBOX), f"{MAILBOX.id}:dfghjkmn")
    left = {**ROWS, "users": ROWS["users"][1:]}, {**IDS, "users": ("fghjkmnp",)}
    after = later(before, *left)
    status = assess(after)
    view = status.task(f"{MAILBOX.id}:dfghjkmn")
    assert (view.state, view.reasons) == (TaskState.READY, (NOT_THERE,))
    (action,) = [one for one in plan_stage("gather", after, status, {}).actions if one.removes]
    assert action.body["text"] == "Delete the mailbox of ana@bright.example."
    assert ["Email", "ana@bright.example"] in action.body["values"]
    asked_for = done(after, view.task.id, state=TaskState.WAITING)
    line = asked_for.record.evidence[:-1]  # nothing is proved by asking
    asked_for = replace(asked_for, record=replace(asked_for.record, evidence=line))
    view = assess(asked_for).task(view.task.id)
    assert view.state is TaskState.WAITING
    assert view.guide == "Delete the mailbox of ana@bright.example."
    assert view.task.title == after.known(view.task.id).title
    gone = done(asked_for, view.task.id)
    assert not removals(view.task, gone)
    assert states(assess(gone))[view.task.id] is TaskState.NOT_NEEDED
    assert gone.known(view.task.id).title == after.known(view.task.id).title
    assert states(assess(later(gone, ROWS)))[view.task.id] is TaskState.READY


def test_what_a_person_has_set_up_for_rows_is_removed_when_all_are_gone() -> None:
    """Also of a task that there is once for all rows."""
    once = replace(MAILBOX, each=None, when=Condition("answered", "users.email", (True,)), undo="Delete the mailboxes.")
    after = later(done(there(once), MAILBOX.id), {**ROWS, "users": []}, {**IDS, "users": ()})
    view = assess(after).task(MAILBOX.id)
    assert (view.state, view.reasons) == (TaskState.READY, (NOT_THERE,))
    (action,) = removals(once, after)
    assert action.body["text"] == "Delete the mailboxes."
    assert states(assess(done(after, MAILBOX.id)))[MAILBOX.id] is TaskState.NOT_NEEDED


# --- many -------------------------------------------------------------------------------------------------------------


def test_each_row_is_looked_at_once_however_many_there_are() -> None:
    """What has to do with a row is found by its id: not every row is compared with every other."""
    count = 400
    rows = {
        "sites": [{"name": f"S{place}", "street": "1"} for place in range(count)],
        "users": [{"email": f"u{place}@x.example", "site": f"S{place}"} for place in range(count)],
    }
    ids = {"sites": [f"s{place}" for place in range(count)], "users": [f"u{place}" for place in range(count)]}
    tasks = (SURVEY, INSTALL, MAILBOX)
    before = done(there(*tasks, values=rows, ids=ids), *(f"{SURVEY.id}:s{place}" for place in range(count)))
    changed = [{**row, "street": "2"} for row in rows["sites"]]
    after = later(before, {**rows, "sites": changed}, ids)
    looked = 0

    class Counted(dict[str, Any]):
        def get(self, *given: Any) -> Any:
            nonlocal looked
            looked += 1
            return super().get(*given)

    after = replace(after, values={**after.values, "sites": [Counted(row) for row in changed]})
    status = assess(after)
    assert all(view.state is TaskState.READY for view in status.of_rows(SURVEY.id))
    assert looked < 40 * count
    assert has_moved(after.tasks[0], after.record.tasks[after.tasks[0].id], after)


def test_only_documents_of_the_task_are_its_documents() -> None:
    """A line without a file is a proof, but no document; those of a task for every row are those of all rows."""
    letter = Evidence("telephony.sign-loa", AT, "ana", noted("signed"), document="0" * 64)
    bill = Evidence("telephony.bill", AT, "ana", noted("sent"), document="1" * 64)
    word = Evidence("telephony.sign-loa", AT, "ana", noted("said so"))
    context = there(SURVEY, record=History(evidence=[letter, bill, word]))
    assert context.documents("telephony.sign-loa") == [letter]
    filed = done(done(context, ONE, document="2" * 64), TWO, document="3" * 64)
    assert [line.document[0] for line in filed.documents(SURVEY.id)] == ["2", "3"]

"""The panels' HTML: complete, escaped, without anything an untrusted notebook loses."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.action import Action, Deferred, Operation, Outcome, Plan, Verdict
from onboarding.domain.event import noted
from onboarding.domain.history import PartyConfirmation, TaskRecord, TaskState
from onboarding.domain.question import Questionnaire
from onboarding.domain.schedule import Dates
from onboarding.domain.task import Each, LeadTime, OfRow, Party, Stage, Task, Unit
from onboarding.frames.case_frames import task_frame
from onboarding.notebook import panel
from onboarding.notebook.plan_view import plan_table_html
from onboarding.notebook.wording import shown
from onboarding.notebook.workbook_panel import NAMED, section_changes
from onboarding.profile.model import Profile
from onboarding.profile.offer_tables import DataTable
from onboarding.stages.owed import Owed
from onboarding.stages.task_status import TaskStatus

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVIL = "<script>alert('x')</script>\"&"


class Balanced(HTMLParser):
    """Fails when a tag is closed that is not open, or forbidden."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag not in {"script", "style", "svg", "img", "link", "iframe"}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def sound(html: str) -> str:
    """The HTML, once every rule for archives holds."""
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    assert "var(" not in html
    assert "flex" not in html
    return html


def _action(operation: Operation, number: int = 0, **more: object) -> Action:
    return Action(f"t/{number}", "t", "portal", operation, "user", EVIL, f"{operation} {EVIL}", **more)  # type: ignore[arg-type]


def test_the_status_line_names_who_what_since_and_until() -> None:
    """One line with all four, every text escaped."""
    html = sound(panel.status_line_html("waiting", "Waiting", EVIL, [EVIL, "b"], AT, date(2026, 3, 9), EVIL))
    assert "since Mon 2 Mar 2026, 09:00 UTC · until Mon 9 Mar 2026" in html
    assert html.count("&lt;script&gt;") == 3


def test_a_plan_shows_old_and_new_of_each_field() -> None:
    """Create, change, remove, no-op and what is put off."""
    actions = (
        _action(Operation.CREATE, 1, body={"first_name": EVIL, "is_dedicated": True}),
        _action(Operation.CHANGE, 2, body={"site": "Salem", "ext": "0100"}, before={"site": "Boston", "ext": "0100"}),
        _action(Operation.REMOVE, 3, before={"site": "Boston"}),
        _action(Operation.NO_OP, 4),
    )  # fmt: skip
    html = sound(plan_table_html(Plan("c", "provision", actions, (Deferred("later", EVIL, "p"),)), str.upper))
    assert "<s>Boston</s> → Salem" in html
    assert "0100" not in html
    assert "is dedicated</span> Yes" in html
    assert "1 thing already as wanted" in html
    assert "+ 1 to create" in html
    assert ">P<" in html


def test_an_empty_plan_says_so() -> None:
    """Nothing to change is a sentence, not an empty table."""
    assert "Nothing is to be changed" in sound(plan_table_html(Plan("c", "provision", ())))


def test_a_long_plan_is_cut_with_a_count() -> None:
    """The rest is counted, and it is shown where all of it is printed."""
    actions = tuple(_action(Operation.CREATE, number) for number in range(250))
    html = sound(plan_table_html(Plan("c", "provision", actions)))
    assert "and 50 more changes" in html
    assert html.count("<tr>") == 201


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_word(verdict: Verdict) -> None:
    """What was done is shown with the outside system's own words."""
    html = sound(panel.applied_table_html([(_action(Operation.CREATE), Outcome(verdict, "R-1", noted(EVIL)))]))
    assert panel.VERDICT_TONES[verdict][1] in html
    assert "R-1" in html


@pytest.mark.parametrize("state", list(TaskState))
def test_every_state_has_a_word(state: TaskState) -> None:
    """A task with whom it waits for, or who closed it, with reasons, note and dates."""
    task = Task("telephony.port", EVIL, "telephony", "carrier")
    record = TaskRecord("telephony.port", state, AT, note=noted(EVIL), by="Kim")
    view = TaskStatus(task, state, (EVIL,), "carrier", AT, date(2026, 3, 9), record)
    html = sound(panel.task_list_html(task_frame([Owed(view)], str.title)))
    assert panel.TASK_TONES[state][1] in html
    assert ("Kim" if state.is_closed else "Carrier") in html
    assert ("Kim" in html) is state.is_closed
    assert sound(panel.task_list_html(task_frame([])))


def _of_rows(each: Task, *labels: str, state: TaskState = TaskState.WAITING) -> list[Owed]:
    rows = [replace(each, id=f"{each.id}:{key}", title=f"{each.title}: {label}", row=OfRow(each.id, str(key), label))
            for key, label in enumerate(labels)]  # fmt: skip
    return [Owed(TaskStatus(row, state, since=AT, due_on=date(2026, 3, 9))) for row in rows]


def test_the_rows_of_a_task_stand_under_its_title() -> None:
    """Whatever their names have in common, and however a language puts the two together."""
    each = Task("provision.survey", "Survey the site", "provision", "customer", each=Each("sites"))
    frame = task_frame(_of_rows(each, "North: Hall 1", "North: Hall 2"), str.title)
    html = sound(panel.task_list_html(frame, titles={each.id: each.title}))
    assert "<strong>Survey the site</strong>" in html
    assert "0 of 2 done" in html


def test_what_was_promised_stands_beside_what_was_planned_and_done() -> None:
    """Of a done task all three days, of an open one since when it stands there."""
    task = Task("telephony.port", "Port", "telephony", "carrier")
    views = [
        TaskStatus(task, state, since=AT, due_on=date(2026, 3, 9)) for state in (TaskState.DONE, TaskState.WAITING)
    ]
    days = Dates(date(2026, 3, 5), None, date(2026, 3, 9), date(2026, 3, 4), date(2026, 3, 4))
    done, waiting = (
        panel.task_list_html(
            task_frame([Owed(view)], days={task.id: days if view is views[0] else replace(days, done_on=None)})
        )
        for view in views
    )
    assert [re.sub("<[^>]*>", "", cell) for cell in re.findall("<td.*?</td>", done)[3:]] == [
        "5 Mar 2026", "9 Mar 2026", "4 Mar 2026",
    ]  # fmt: skip
    assert "since 2 Mar 2026" in waiting


def test_what_nobody_can_act_on_is_folded_where_somebody_can_act() -> None:
    """What is closed and what is not possible yet, each under one line; alone they stand open."""
    states = (TaskState.READY, TaskState.DONE, TaskState.BLOCKED, TaskState.BLOCKED)
    lines = [Owed(TaskStatus(Task(f"t.{n}", f"T{n}", "t", "customer"), state)) for n, state in enumerate(states)]
    html = sound(panel.task_list_html(task_frame(lines)))
    assert html.index("T0") < html.index("<summary>1 task closed") < html.index("T1")
    assert html.index("<summary>2 tasks not possible yet") < html.index("T2")
    assert "<details>" not in panel.task_list_html(task_frame(lines[2:]))


@pytest.mark.parametrize("kind", list(panel.NOTICE_TONES))
def test_notices(kind: str) -> None:
    """Message and remedy, escaped."""
    assert sound(panel.notice_html(kind, EVIL, EVIL)).count("&lt;script&gt;") == 2


def test_instructions_keep_their_values_to_the_letter() -> None:
    """What is handed to a person: leading zeros stay, an empty value is a dash, and every text is escaped."""
    body = {"text": EVIL, "values": [("Name", EVIL), ("Ext", "0100"), ("None", None)], "evidence": EVIL}
    action = Action("t", "t", "manual", Operation.ASK, "instruction", "k", "s", body)
    html = sound(plan_table_html(Plan("c", "s", (action,))))
    assert ">0100</td>" in html
    assert ">—</td>" in html
    assert html.count("&lt;script&gt;") == 3


def test_progress_has_its_figures_in_words() -> None:
    """A bar of nothing is full; the figures are text too."""
    assert "3 of 10" in sound(panel.progress_html(EVIL, 3, 10))
    assert 'max="1"' in sound(panel.progress_html("none", 0, 0))


def test_responsibilities_list_who_and_how_long() -> None:
    """Only the stage that was asked for; an inferred party is marked."""
    tasks = (
        Task("a.b", EVIL, "migrate", "r", helpers=("c",), lead=LeadTime(1, Unit.BUSINESS_DAYS), effort_minutes=30,
             is_inferred=True),
        Task("a.c", "Other", "cutover", "r"),
    )  # fmt: skip
    parties = {"r": Party("r", "Reseller", "reseller"), "c": Party("c", EVIL, "customer")}
    profile = Profile("p", "P", "P", "", parties, (Stage("migrate", "Migrate"),), tasks, {}, {},
                      Questionnaire("p", "P", "1", ()))  # fmt: skip
    html = sound(panel.responsibilities_html(profile, "migrate"))
    confirmed = panel.responsibilities_html(profile, "migrate", {"a.b": PartyConfirmation("a.b", "r", EVIL, AT)})
    assert "(inferred)" not in sound(confirmed)
    assert "<ul>" not in html
    assert "<ul>" in sound(panel.responsibilities_html(replace(profile, data=DataTable(responsibilities="columns"))))
    assert "1 business day" in html
    assert "30 min" in html
    assert "Reseller" in html
    assert "(inferred)" in html
    assert "Other" not in html
    assert "Other" in panel.responsibilities_html(profile)


_LEAVES = st.none() | st.booleans() | st.text(max_size=5) | st.integers(-9999, 9999)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


@settings(max_examples=60)
@given(st.dictionaries(st.text(min_size=1, max_size=5), _JSON, max_size=4), _JSON)
def test_any_body_makes_sound_html(body: dict[str, object], value: object) -> None:
    """Whatever an answer holds, the table stays whole."""
    action = Action("t", "t", "portal", Operation.CHANGE, "user", "k", "s", body, dict.fromkeys(body, value))
    sound(plan_table_html(Plan("c", "s", (action,))))
    assert shown(value)


def test_differences_are_told_by_key(sample: object) -> None:
    """Added, changed and removed rows by their key; namesakes are distinguished; equal sections are left out."""
    questionnaire = sample.QUESTIONNAIRE  # type: ignore[attr-defined]
    old = {"company": {"name": "A", "zip": ""}, "users": [{"email": "a"}, {"email": "b"}, {"email": "b"}], "sites": []}
    new = {
        "company": {"name": "A"},
        "users": [{"email": "b", "site": "X"}, {"email": "b"}, {"email": "c"}],
        "sites": [{}],
    }
    found = section_changes(questionnaire, old, new)
    assert [difference.section for difference in found] == ["users"]
    assert found[0].summary == "1 row added, 1 row changed, 1 row removed"
    assert found[0].lines == ("added: c", "changed: b", "removed: a")


def test_a_changed_record_is_told_in_words(sample: object) -> None:
    """Each answer by its label with both values as people read them, at most eight, the rest counted."""
    questionnaire = sample.QUESTIONNAIRE  # type: ignore[attr-defined]
    old = {"company": {"name": "A"}, "telephony": {"btn": "+16175550100", "kind": "new"}}
    new = {
        "company": {"name": "A", **{f"spare{n}": n for n in range(NAMED + 2)}},
        "telephony": {"btn": "+16175550101", "kind": "new", "listed": True},
        "users": [],
    }
    company, telephony = section_changes(questionnaire, old, new)
    assert company.summary == f"{NAMED + 2} answers changed"
    assert company.lines[0] == "spare0: — → 0"
    assert company.lines[NAMED:] == ("and 2 more",)
    assert telephony.lines == (
        "Billing telephone number: (617) 555-0100 → (617) 555-0101",
        "Directory listing: — → Yes",
    )


def test_new_things_of_one_kind_stand_in_one_table() -> None:
    """Several creates of a task become a row each; what all share is shown once, a change keeps its own form."""
    users = [
        Action(
            f"t/{name}", "t", "portal", Operation.CREATE, "user", name, f"User {name}",
            {"company": "x.example", "email": name, "extension": str(100 + place)},
        )
        for place, name in enumerate(["a@x.example", "b@x.example", "c@x.example", "<d>@x.example"])
    ]  # fmt: skip
    moved = replace(users[0], id="t/z", operation=Operation.CHANGE, before={"company": "x.example", "email": "old"})
    html = plan_table_html(Plan("acme", "provision", (*users, moved)))
    assert "4 users to create in the portal (company x.example)" in html
    assert html.count("x.example</td>") == 4
    assert "&lt;d&gt;@x.example" in html
    assert "<s>old</s>" in html


def test_work_for_many_rows_is_said_once_and_folded() -> None:
    """Of 500 rows of a task title, guide and proof stand once; the rows are a folded table with the values of each."""
    rows = [
        Action(
            f"migrate.export:{place}", f"migrate.export:{place}", "manual", Operation.ASK, "instruction", str(place),
            f"Export: the mailbox: <User> {place}",
            {"text": "**How.** Slowly.", "values": [["E-mail", f"u{place}@x.example"]], "evidence": "The file"},
        )
        for place in range(500)
    ]  # fmt: skip
    other = replace(rows[0], id="migrate.note", task="migrate.note", summary="Take a note")
    html = plan_table_html(Plan("acme", "migrate", (*rows, other)))
    assert html.count("Proof wanted:") == html.count("why and how") == 2
    assert html.count("<details") == 4
    assert "Export: the mailbox: 500 rows" in html
    assert html.count("u499@x.example") == html.count("&lt;User&gt; 499") == 1
    assert "Take a note" in html
    own = [replace(one, body={**one.body, "text": f"Go to {one.key}."}) for one in rows[:5]]
    apart = plan_table_html(Plan("acme", "migrate", tuple(own)))
    assert [apart.count(f"Go to {place}.") for place in range(5)] == [1] * 5
    assert plan_table_html(Plan("acme", "migrate", tuple(rows[:3]))).count("Proof wanted:") == 3


def test_what_comes_too_late_stands_in_one_box() -> None:
    """The first three open, the others folded; one alone is a notice as any other."""
    shown, _, folded = panel.late_html([f"Task <{place}> is late." for place in range(5)]).partition("<details>")
    assert "Task &lt;2&gt; is late." in shown
    assert "<summary>and 2 more</summary>" in folded
    assert "Task &lt;4&gt; is late." in folded
    assert panel.late_html(["It is late."]) == panel.notice_html("warning", "It is late.")


@pytest.mark.parametrize("labels", [("Boston",), ("Boston", "Salem")])
def test_what_is_late_says_so_beside_the_promised_day(labels: tuple[str, ...]) -> None:
    """From the instant on at which it is late, alone and among the rows of one task; what is closed is never late."""
    each = Task("provision.survey", "Survey the site", "provision", "customer", each=Each("sites"))
    late = datetime(2026, 3, 10, 5, tzinfo=UTC)
    for state, word in ((TaskState.WAITING, True), (TaskState.DONE, False)):
        lines = [Owed(replace(one.view, late_at=late)) for one in _of_rows(each, *labels, state=state)]
        frame = task_frame(lines, str.title)
        assert ("overdue" in panel.task_list_html(frame, at=late)) is word
        assert "overdue" not in panel.task_list_html(frame, at=late - timedelta(seconds=1))
        assert "overdue" not in panel.task_list_html(frame)

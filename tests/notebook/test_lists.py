"""Long lists that stay short to read: faults, proofs, gates, plans, and what a person types in."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType

import pytest

from onboarding.domain.action import Action, Deferred, Operation, Plan
from onboarding.domain.event import noted
from onboarding.domain.history import Evidence
from onboarding.domain.question import Problem
from onboarding.domain.task import Gate
from onboarding.frames.case_frames import problem_frame
from onboarding.frames.history_frames import evidence_frame, evidence_row
from onboarding.notebook.lists import evidence_html, gates_html, problems_html
from onboarding.notebook.plan_view import button_words, plan_table_html
from onboarding.stages.desired import beside, entered
from onboarding.stages.gate import GateStatus
from onboarding.stages.plan import left_to_do

AT = datetime(2026, 3, 2, tzinfo=UTC)


def _ask(task: str = "t.call") -> Action:
    body = {
        "text": "**Why.** It <matters>.\n\n**How.** Run `onboard`.",
        "values": [["Name", "Ana"]],
        "evidence": "A scan",
    }
    return Action(task, task, "manual", Operation.ASK, "instruction", task, "Call them", body)


def _user(number: int) -> Action:
    body = {"company": "a.example", "email": f"u{number}@a.example", "is_first": number == 0, "number": ""}
    return Action(f"t/{number}", "t", "portal", Operation.CREATE, "user", str(number), f"User {number}", body)


def test_the_same_fault_in_many_rows_is_told_once(sample: ModuleType) -> None:
    """Errors come first, places are in the questionnaire's words, rows are listed as ranges."""
    wrong = [Problem("required", "users.first_name", "First name is missing.", row) for row in (0, 2, 3, 4)]
    hint = Problem("odd", "company.zip", "This ZIP code is of another state.", severity="warning")
    html = problems_html(problem_frame(sample.QUESTIONNAIRE, [hint, *wrong]))
    assert "Users, rows 1, 3 to 5: First name" in html
    assert html.count("First name is missing.") == 1
    assert "and 3 more like it" in html
    assert html.index("To be put right") < html.index("Worth a look")
    assert "Company: ZIP code" in html


def test_without_errors_the_hints_do_not_look_like_work(sample: ModuleType) -> None:
    """A green line says that nothing holds anything up, and many hints are folded below it."""
    hints = [Problem("odd", "users.notes", f"Look at {row}.", row, "warning", template=str(row)) for row in range(8)]
    html = problems_html(problem_frame(sample.QUESTIONNAIRE, hints))
    assert html.index("holds nothing up") < html.index("<summary>8 hints worth a look")
    assert "complete and without contradiction" in problems_html(problem_frame(sample.QUESTIONNAIRE, []))


def test_many_proofs_of_one_task_are_one_row() -> None:
    """Twenty-five users made by one task are folded; a file is named with its digest."""
    lines = [Evidence("t.users", AT, "Kim", noted(f"User {number}"), reference=f"usr-{number}") for number in range(25)]
    lines += [Evidence("t.sign", AT, "Kim", noted("done"), document="ab" * 32, document_name="loa.pdf")]
    titles = {"t.users": "Create the users", "t.sign": "Sign"}
    html = evidence_html(evidence_frame(evidence_row(("c", ""), ("t", x.task, titles[x.task]), x) for x in lines), UTC)
    assert html.count("Create the users") == 1
    assert "<summary>25 proofs</summary>" in html
    assert "usr-24" in html
    assert "loa.pdf" in html
    assert "SHA-256 abababababab…" in html


def test_open_gates_need_no_column_of_what_is_missing() -> None:
    """Only when one is closed it is shown what is missing and who owes it."""
    gate = Gate("g", "Sheet complete", "check", "reseller")
    assert "What is missing" not in gates_html([GateStatus(gate)], str.title)
    closed = gates_html([GateStatus(gate), GateStatus(gate, ("A <name> is missing.",))], str.title)
    assert "A &lt;name&gt; is missing." in closed
    assert closed.count("Reseller") == 1


def test_what_somebody_was_asked_before_is_not_offered_again() -> None:
    """It is counted as waited for, and the button does not promise to do it."""
    plan = Plan("c", "gather", (_ask(), _ask("t.other")))
    assert [action.task for action in left_to_do(plan, {"t.call"})] == ["t.other"]
    html = plan_table_html(plan, asked={"t.call", "t.other"})
    assert "Nothing is to be changed." in html
    assert "2 steps handed over before" in html


def test_an_instruction_in_a_plan_reads_as_one() -> None:
    """Its text as prose, its values folded, the proof wanted; no name of a field of ours."""
    html = plan_table_html(Plan("c", "gather", (_ask(),)))
    assert "<strong>Why.</strong> It &lt;matters&gt;." in html
    assert "with 1 value" in html
    assert "<strong>Proof wanted:</strong> A scan" in html
    assert "by a person" in html
    assert "evidence" not in html


def test_a_mail_in_a_plan_is_shown_word_for_word() -> None:
    """To, subject, text, fields, tables and what goes with it."""
    table = {"title": "Users", "columns": ["Name"], "rows": [["Ana <Ortiz>"]]}
    body = {"to": "help@p.example", "subject": "Port: A", "intro": "Please port.", "fields": [["Customer", "A"]],
            "tables": [table], "closing": "Thanks.", "attach": ["questionnaire"]}  # fmt: skip
    html = plan_table_html(
        Plan("c", "telephony", (Action("t", "t", "support", Operation.CREATE, "request", "t", "Request", body),))
    )
    for words in (
        "help@p.example",
        "Port: A",
        "Please port.",
        "Ana &lt;Ortiz&gt;",
        "Thanks.",
        "questionnaire",
        "by mail",
    ):
        assert words in html


def test_tasks_held_by_the_same_thing_share_its_reason() -> None:
    """The reason stands once beside the titles of all tasks it holds."""
    later = (Deferred("a", "The gate is closed.", "p"), Deferred("b", "The gate is closed.", "p"))
    html = plan_table_html(Plan("c", "cutover", (), later), task_of=str.upper)
    assert "A<br>B" in html
    assert html.count("The gate is closed.") == 1


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        ([], "Nothing to change: note where the tasks stand"),
        ([_user(1)], "Make this change"),
        ([_user(1), _ask()], "Make these 2 changes"),
        ([_ask(), _ask("b")], "Hand over these 2 steps"),
        ([Action("t", "t", "support", Operation.CREATE, "request", "t", "Request")], "Send this request"),
    ],
)
def test_the_button_says_what_it_does(actions: list[Action], words: str) -> None:
    """Changes are made, steps are handed over, requests are sent."""
    assert button_words(actions) == words


def test_many_things_of_a_kind_are_typed_from_one_table() -> None:
    """What differs are columns, what is the same is shown in the title, what is empty not at all."""
    typed = entered([_user(0), _user(1), _user(2)])
    (table,) = typed.tables
    assert table["title"] == "User: 3 (company a.example)"
    assert table["columns"] == ["Email", "Is first"]
    assert table["rows"][0] == ["u0@a.example", "Yes"]
    alone = Action(
        "c", "c", "portal", Operation.CREATE, "company", "a", "A", {"name": "A", "administrator": {"email": "x"}}
    )
    assert entered([alone]).values == [("Company name", "A"), ("Company administrator email", "x")]


def test_rows_an_instruction_repeats_come_as_a_table() -> None:
    """Single values stay, the rows numbered under the table's title do not."""
    body = {"values": [["Name", "A"], ["Sites 1", "Boston, MA"], ["Sites 2", "Salem, MA"]]}
    table = {"title": "Sites", "columns": ["City", "State"], "rows": [["Boston", "MA"], ["Salem", "MA"]]}
    typed = beside(Action("t", "t", "manual", Operation.ASK, "instruction", "t", "T", body), [table])
    assert typed.values == [("Name", "A")]
    assert list(typed.tables) == [table]

"""The card of a task for every row: it reports those that are selected, and stays for the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from onboarding.domain.history import TaskState
from onboarding.domain.question import Kind, Question
from onboarding.domain.task import Each, OfRow, Task
from onboarding.errors import InputError
from onboarding.notebook.row_cards import RowsCard, RowWork
from onboarding.stages.desired import Entries
from onboarding.stages.task_status import TaskStatus

SURVEY = Task("provision.survey", "Survey the site", "provision", "customer", each=Each("sites"))
ROWS = [
    replace(SURVEY, id=f"{SURVEY.id}:{name.lower()}", row=OfRow(SURVEY.id, name.lower(), name))
    for name in ("Boston", "Quincy", "Salem")
]
BOSTON, QUINCY, SALEM = (row.id for row in ROWS)


NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)


class Desk:
    """How the rows stand, and what was done with them."""

    def __init__(self) -> None:
        self.states = {BOSTON: TaskState.READY, QUINCY: TaskState.WAITING, SALEM: TaskState.BLOCKED}
        self.calls: list[tuple[Any, ...]] = []
        self.action, self.besides = "manual", ""
        self.guides: dict[str, str] = {}

    def card(self, kept: str = "", brings: Question | None = None) -> RowsCard:
        work = RowWork(self.look, self.done, self.skip, lambda *given: "", self.values, lambda: NOW, brings)
        return RowsCard(SURVEY.id, work, str.title, kept)

    def look(self, task: str) -> tuple[TaskStatus, Sequence[TaskStatus]]:
        rows = [replace(row, action=self.action, guide=self.guides.get(row.id, "")) for row in ROWS]
        views = [TaskStatus(row, self.states[row.id], due_on=date(2026, 3, 1), late_at=NOW) for row in rows]
        return TaskStatus(replace(SURVEY, action=self.action), TaskState.WAITING), views

    def done(self, tasks: Sequence[str], *more: Any) -> str:
        if more[1] == "wrong":
            raise InputError("REPORTS", "Nothing was kept.")
        self.states.update(dict.fromkeys(tasks, TaskState.DONE))
        self.calls.append((list(tasks), *more))
        return self.besides

    def skip(self, tasks: Sequence[str], *more: Any) -> str:
        self.calls.append((list(tasks), *more))
        return self.besides

    def values(self, view: TaskStatus) -> Entries:
        return Entries([("Street", view.task.id)])


@pytest.fixture
def desk() -> Desk:
    return Desk()


def press(card: RowsCard, words: str) -> None:
    """Clicks the button of these words."""
    buttons = [one for line in card.controls.children for one in getattr(line, "children", ())]
    next(one for one in buttons if getattr(one, "description", "") == words).click()


def test_rows_stand_with_state_party_and_day(desk: Desk) -> None:
    """What cannot be done yet cannot be selected; what is late says so."""
    rows = desk.card().picker.rows
    assert [(row["label"], row["state"], row["can"]) for row in rows] == [
        ("Boston", "ready", True), ("Quincy", "waiting", True), ("Salem", "not yet", False),
    ]  # fmt: skip
    assert {row["due"] for row in rows} == {"1 Mar 2026 overdue"}


def test_the_selected_rows_are_reported_at_once(desk: Desk) -> None:
    """With one who and note; the card shows the new state, selects nothing and goes on."""
    desk.besides = "The role is taken on trust."
    card = desk.card()
    press(card, "The selected rows are done")
    assert "Select the rows first." in card.message.value
    card.picker.selected, card.who.value, card.note.value = [BOSTON, QUINCY], "Kim", "walked through"
    press(card, "The selected rows are done")
    assert desk.calls == [([BOSTON, QUINCY], "Kim", "walked through", None, False, None)]
    assert "2 rows done. The role is taken on trust." in card.message.value
    assert (card.picker.selected, card.note.value) == ([], "")
    assert [row["open"] for row in card.picker.rows] == [False, False, True]


def test_a_second_click_takes_no_word_back(desk: Desk) -> None:
    """What was under way when the rows were done does nothing; with no row selected later the card says so."""
    card = desk.card()
    card.picker.selected, card.note.value = [QUINCY], "moved away"
    for _ in range(2):
        press(card, "Leave them out")
    assert (len(desk.calls), "1 row left out." in card.message.value) == (1, True)
    card.picker.selected = [BOSTON]
    card.picker.selected = []
    press(card, "The selected rows are done")
    assert (len(desk.calls), "Select the rows first." in card.message.value) == (1, True)


def test_a_day_that_a_task_brings_is_given_for_the_selected_rows(desk: Desk) -> None:
    """Where the task brings one a field asks for it."""
    card = desk.card(brings=Question("sites.line_on", Kind.DATE, "Day of the line"))
    assert card.day is not None
    assert card.day.label == "Day of the line"
    card.day.control.value = date(2026, 5, 11)
    card.picker.selected, card.who.value = [BOSTON], "Kim"
    press(card, "The selected rows are done")
    assert desk.calls == [([BOSTON], "Kim", "", None, False, date(2026, 5, 11))]


def test_what_is_refused_stays_selected(desk: Desk) -> None:
    """Nothing was kept, and nothing that was typed is lost."""
    card = desk.card()
    card.picker.selected, card.note.value = [BOSTON], "wrong"
    press(card, "The selected rows are done")
    assert "Nothing was kept." in card.message.value
    assert (card.picker.selected, card.note.value) == ([BOSTON], "wrong")


def test_rows_are_left_out_for_a_reason_where_they_may_be(desk: Desk) -> None:
    """A task that a gate rests on has no such button."""
    card = desk.card()
    card.picker.selected = [QUINCY]
    press(card, "Leave them out")
    assert "Say in the note why they are left out." in card.message.value
    card.note.value = "moved away"
    press(card, "Leave them out")
    assert desk.calls == [([QUINCY], card.who.value, "moved away")]
    with pytest.raises(StopIteration):
        press(desk.card("A gate rests on it."), "Leave them out")


def test_what_is_copied_is_shown_for_a_single_row(desk: Desk) -> None:
    """Of several rows nothing is shown."""
    card = desk.card()
    card.picker.selected = [BOSTON]
    assert [shown.values for shown in card.shown.children] == [[["Street", BOSTON]]]
    card.picker.selected = [BOSTON, QUINCY]
    assert card.shown.children == ()


def test_how_a_single_row_is_done_speaks_of_that_row(desk: Desk) -> None:
    """In place of the names of the questions."""
    desk.guides = {BOSTON: "Go to **Elm Street**."}
    card = desk.card()
    card.picker.selected = [BOSTON]
    assert "<strong>Elm Street</strong>" in card.shown.children[0].value


def test_rows_that_close_by_themselves_are_shown_and_not_reported(desk: Desk) -> None:
    """The card says who sees to them."""
    desk.action = "check"
    card = desk.card("A gate rests on it.")
    assert "it closes by itself as soon as that is so. Customer sees to it." in card.head.value
    assert (card.opener.description, list(card.controls.children)) == ("Show rows…", [card.picker, card.shown])
    with pytest.raises(StopIteration):
        press(desk.card(), "The selected rows are done")
    press(desk.card(), "Leave them out")

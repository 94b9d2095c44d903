"""Tasks and gates answered by people inside a runbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import ipywidgets as widgets
import pytest

from onboarding.domain.action import Attachment
from onboarding.domain.history import GateDecision, TaskState
from onboarding.domain.question import Kind, Question
from onboarding.domain.task import Each, Gate, Task, Waiver
from onboarding.errors import GateClosed, InputError
from onboarding.notebook.apply_button import ApplyButton
from onboarding.notebook.ask import GateCards, TaskCards, TaskWork
from onboarding.settings import RUN_ID
from onboarding.stages.desired import Entries
from onboarding.stages.gate import GateStatus
from onboarding.stages.task_status import TaskStatus

AT = datetime(2026, 3, 2, tzinfo=UTC)
VIEW = TaskStatus(
    Task("t.sign", "Sign <it>", "telephony", "customer", guide="Print", evidence="The scan"), TaskState.WAITING
)
GATE = GateStatus(Gate("g", "Agree", "decision", "customer", question="Is it right?", roles=("owner", "signer")),
                ("Nobody has decided.",), (GateDecision("g", False, "Kim", "owner", AT, "d", "not yet"),))  # fmt: skip


def _nothing(*_: Any) -> str:
    return ""


def _noting(calls: list[Any]) -> Callable[..., str]:
    """Notes what it was called with, and has nothing to say besides."""

    def noted(*given: Any) -> str:
        calls.append(given)
        return ""

    return noted


def _work(**given: Any) -> TaskWork:
    """What does nothing, but for what is given."""
    return TaskWork(**{"done": _nothing, "skip": _nothing, "waive": _nothing} | given)


def _card_with(values: Callable[[TaskStatus], Entries]) -> Any:
    return TaskCards([VIEW], str.title, _work(values=values)).cards[0]


def _words(card: Any) -> list[str]:
    """What the buttons of a card say."""
    return [one.description for one in card.controls.children[1].children if one not in (card.file, card.same)]


def _press(card: Any, words: str) -> None:
    row = card.controls.children[1]
    next(
        child for child in row.children if getattr(child, "description", "") == words and child is not card.file
    ).click()


def test_a_task_is_reported_with_note_and_proof() -> None:
    """The proof arrives as a document with its bytes; the card then closes."""
    calls: list[Any] = []
    tasks = TaskCards([VIEW], str.title, TaskWork(*[_noting(calls)] * 3))
    card = tasks.cards[0]
    assert "Sign &lt;it&gt;" in card.head.value
    assert "The scan" in card.head.value
    card.opener.click()
    card.who.value, card.note.value = "Kim", "signed"
    content = {
        "name": "loa.pdf",
        "type": "application/pdf",
        "size": 3,
        "content": memoryview(b"pdf"),
        "last_modified": AT,
    }
    card.file.value = (content,)
    _press(card, "It is done")
    assert calls == [("t.sign", "Kim", "signed", Attachment("loa.pdf", "application/pdf", b"pdf"), False, "")]
    assert "done" in card.message.value
    assert card.controls.layout.display == "none"


def test_what_is_to_be_known_of_a_word_stands_beside_it() -> None:
    """That a file is still wanted, or that a role was taken on trust: on the card of the task and of the gate."""
    task = TaskCards([VIEW], str.title, _work(done=lambda *given: "No file proves it.")).cards[0]
    _press(task, "It is done")
    assert "Sign &lt;it&gt;: done. No file proves it." in task.message.value
    gate = GateCards([GATE], str.title, lambda *given: "Kim is not listed as Owner.").cards[0]
    _press(gate, "Approve")
    assert "Agree: approved. Kim is not listed as Owner." in gate.message.value


def test_a_second_click_reports_nothing_anew() -> None:
    """Neither of a task nor of a gate, nor what is applied: what was under way when it was done does nothing."""
    calls: list[Any] = []
    keep = _noting(calls)
    task, gate = TaskCards([VIEW], str.title, _work(done=keep)).cards[0], GateCards([GATE], str.title, keep).cards[0]
    for _ in range(2):
        _press(task, "It is done")
        _press(gate, "Approve")
    assert [given[0] for given in calls] == ["t.sign", "g"]
    assert "approved" in gate.message.value
    applied: list[str] = []
    button = ApplyButton("Make it", lambda: "applied", applied.append)
    for _ in range(2):
        button.button.click()
    assert applied == ["applied"]


def test_a_card_that_is_done_shows_the_days() -> None:
    """When it was planned, promised and done."""
    card = TaskCards([VIEW], str.title, _work(days=lambda task: "promised 9 Mar 2026")).cards[0]
    _press(card, "It is done")
    assert "Sign &lt;it&gt;: done. promised 9 Mar 2026." in card.message.value
    assert "✓ done" in card.head.value
    assert "waiting" not in card.head.value


def test_much_to_copy_is_shown_when_it_is_asked_for() -> None:
    """A few values stand open on the card; more of them stand under a button that counts them."""
    few = _card_with(lambda view: Entries([("Street", "12 Elm Street")]))
    assert few.box.children[1].layout.display is None
    many = _card_with(lambda view: Entries([("Street", str(n)) for n in range(7)]))
    opener, shown = many.box.children[1:3]
    assert (opener.description, shown.layout.display) == ("What is entered: 7 lines…", "none")
    opener.click()
    assert shown.layout.display is None


def test_a_task_is_left_out_only_with_a_reason() -> None:
    """Without a note nothing is called."""
    calls: list[Any] = []
    card = TaskCards([VIEW], str.title, _work(skip=_noting(calls))).cards[0]
    _press(card, "Leave it out")
    assert calls == []
    card.note.value = "no numbers"
    _press(card, "Leave it out")
    assert calls == [("t.sign", card.who.value, "no numbers")]


def test_what_a_gate_rests_on_is_waived_or_done() -> None:
    """Where the profile names who may waive it, the button waives it in that role; else there is none, and why."""
    calls: list[Any] = []
    asked = replace(VIEW, task=replace(VIEW.task, waive=Waiver(("owner", "manager"))))
    work = _work(waive=_noting(calls), kept=lambda task: "A <gate> rests on it.")
    card = TaskCards([asked], str.title, work).cards[0]
    assert _words(card) == ["It is done", "Waive it"]
    assert "A &lt;gate&gt; rests on it." in card.controls.children[2].value
    _press(card, "Waive it")
    assert (calls, "why it is waived" in card.message.value) == ([], True)
    card.who.value, card.note.value = "Kim", "they give none"
    card.controls.children[0].children[1].children[0].value = "manager"
    _press(card, "Waive it")
    assert calls == [("t.sign", "Kim", "manager", "they give none", None, False)]
    assert "Sign &lt;it&gt;: waived." in card.message.value
    assert "waived" in card.head.value
    assert "waiting" not in card.head.value
    assert list(card.box.children) == [card.head, card.message]
    card = TaskCards([VIEW], str.title, _work(kept=lambda task: "Nobody may.")).cards[0]
    assert (_words(card), "Nobody may." in card.controls.children[2].value) == (["It is done"], True)


CHECK = replace(
    VIEW, task=replace(VIEW.task, action="check"), reasons=("3 answers are missing.",), due_on=date(2026, 3, 9)
)


def _day_asked(_task: Task) -> Question:
    return Question("port_orders.foc_on", Kind.DATE, "Confirmed port date", required=True)


def test_what_closes_by_itself_is_not_reported() -> None:
    """The card says who sees to it and by when; it can be left out or waived as any other, and else offers nothing."""
    card = TaskCards([CHECK], str.title, _work()).cards[0]
    words = "it closes by itself as soon as that is so. Customer sees to it by Mon 9 Mar 2026."
    assert words in card.head.value
    assert (_words(card), card.opener.description) == (["Leave it out"], "Leave it out…")
    assert card.file.layout.display == "none"
    waived = replace(CHECK, task=replace(CHECK.task, waive=Waiver(("owner",), needs_file=True)))
    work = _work(kept=lambda task: "A gate rests on it.")
    card = TaskCards([waived], str.title, work).cards[0]
    assert (_words(card), card.opener.description, card.file.layout.display) == (["Waive it"], "Waive it…", None)
    card = TaskCards([CHECK], str.title, work).cards[0]
    assert (card.controls.children, card.opener.layout.display) == ((), "none")


def test_a_check_says_where_it_is_answered_and_what_is_late_says_so() -> None:
    """By the titles of the sections of the form; a task that is reported names none."""
    asked = lambda task: ["Network", "Sites"]  # noqa: E731
    head = TaskCards([CHECK], str.title, _work(asked_in=asked, is_late=lambda view: True)).cards[0].head.value
    assert "It is answered in the form above: Network, Sites." in head
    assert "overdue" in head
    head = TaskCards([VIEW], str.title, _work(asked_in=asked)).cards[0].head.value
    assert "answered in the form" not in head
    assert "overdue" not in head


def test_the_day_that_a_check_brings_is_kept_without_a_report() -> None:
    """Only with a day; the button says that it is the day that is kept."""
    calls: list[Any] = []
    work = _work(done=_noting(calls), day_asked=_day_asked)
    dated = replace(CHECK, task=replace(CHECK.task, brings="port_orders.foc_on"))
    card = TaskCards([dated], str.title, work).cards[0]
    assert "Nobody reports this" not in card.head.value
    assert "Enter its day here when it is known; it closes by itself as soon as that is so." in card.head.value
    assert _words(card) == ["Keep the day", "Leave it out"]
    _press(card, "Keep the day")
    assert (calls, "Choose the day first." in card.message.value) == ([], True)
    _pickers(card)[0].value = date(2026, 5, 11)
    _press(card, "Keep the day")
    assert calls[0][-1] == "2026-05-11"
    assert "the day is kept" in card.message.value


def test_rows_that_are_not_there_yet_are_not_reported() -> None:
    """A task for every row of an empty table says who enters them, and offers no report."""
    empty = replace(VIEW, task=replace(VIEW.task, each=Each("sites")), state=TaskState.READY, waits_for="reseller")
    card = TaskCards([empty], str.title, _work()).cards[0]
    assert "every row has a task of its own once Reseller has entered it." in card.head.value
    assert _words(card) == ["Leave it out"]


def test_a_refusal_is_said_and_what_was_typed_stays() -> None:
    """The error's sentence beside the card, which stays open."""

    def done(*_: Any) -> str:
        raise GateClosed("GATE", "The gate <g> is closed.", "Ask Kim.")

    card = TaskCards([VIEW], str.title, _work(done=done)).cards[0]
    card.opener.click()
    card.note.value = "signed"
    _press(card, "It is done")
    assert "The gate &lt;g&gt; is closed. Ask Kim." in card.message.value
    assert card.note.value == "signed"
    assert card.controls.layout.display is None


def test_a_file_that_proves_something_else_is_asked_about() -> None:
    """The refusal says what it proves; only then the tick is there that says it proves both."""
    calls: list[Any] = []

    def done(*given: Any) -> str:
        calls.append(given)
        if not given[4]:
            raise InputError("DOCUMENT-TWICE", "It proves 'The bill' too.")
        return ""

    card = TaskCards([VIEW], str.title, _work(done=done)).cards[0]
    card.opener.click()
    assert card.same.layout.display == "none"
    _press(card, "It is done")
    assert (card.same.layout.display, "It proves" in card.message.value) == (None, True)
    card.same.value = True
    _press(card, "It is done")
    assert [given[4] for given in calls] == [False, True]
    assert card.controls.layout.display == "none"


@pytest.mark.parametrize(("words", "approve"), [("Approve", True), ("Reject", False)])
def test_a_gate_is_decided_in_a_role(words: str, approve: bool) -> None:
    """Earlier decisions are shown; the role is one that may decide."""
    calls: list[Any] = []
    card = GateCards([GATE], str.title, _noting(calls)).cards[0]
    assert "rejected by Kim (Owner): not yet" in card.head.value
    card.who.value, card.note.value = "Lee", "fine"
    card.controls.children[0].children[1].children[0].value = "signer"
    _press(card, words)
    assert calls == [("g", approve, "Lee", "signer", "fine", None, {}, False)]


def test_headless_there_are_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """No widget is made; the tables say what waits and who may decide."""
    monkeypatch.setenv(RUN_ID.name, "r1")
    before = len(widgets.Widget.get_manager_state()["state"])
    tasks = TaskCards([VIEW], str.title, _work())._repr_mimebundle_()
    gates = GateCards([GATE], str.title, _nothing)._repr_mimebundle_()
    assert "Sign &lt;it&gt;" in tasks["text/html"]
    assert "Owner, Signer" in gates["text/html"]
    assert len(widgets.Widget.get_manager_state()["state"]) == before


def test_the_button_acts_once_and_again_only_after_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """An error leaves it to be pressed again; success closes it."""
    outcomes: list[Any] = [GateClosed("GATE", "Closed."), "applied"]
    shown: list[Any] = []

    def carry_out() -> Any:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    button = ApplyButton("Make these 2 changes", carry_out, shown.append)
    button.button.click()
    assert not button.button.disabled
    button.button.click()
    assert button.button.disabled
    assert shown == ["applied"]


def test_a_task_that_brings_a_day_asks_for_it() -> None:
    """The day goes with the report; who has none to give leaves it empty, and other tasks ask for none."""
    calls: list[Any] = []
    work = _work(done=_noting(calls), day_asked=_day_asked)
    cards = TaskCards([VIEW], str.title, work).cards
    [picker] = _pickers(cards[0])
    assert picker.description == "Confirmed port date"
    picker.value = date(2026, 5, 11)
    _press(cards[0], "It is done")
    [empty] = TaskCards([VIEW], str.title, work).cards
    _pickers(empty)[0].value = date(2026, 5, 11)
    _pickers(empty)[0].value = None
    _press(empty, "It is done")
    assert [given[-1] for given in calls] == ["2026-05-11", ""]
    assert _pickers(TaskCards([VIEW], str.title, _work()).cards[0]) == []


def _pickers(card: Any) -> list[widgets.DatePicker]:
    left, found = [card.controls], []
    while left:
        one = left.pop()
        found += [one] if isinstance(one, widgets.DatePicker) else []
        left += getattr(one, "children", ())
    return found

"""The runbook's form over a real store: what it keeps, what it shows, and two windows on one customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.case.ending import cancel
from onboarding.domain.event import noted
from onboarding.domain.history import Customer, Evidence, TaskRecord, TaskState
from onboarding.domain.row import ROW_ID, without_ids
from onboarding.errors import InputError
from onboarding.html.inline import TONES
from onboarding.html.parts import Markup
from onboarding.notebook import panel
from onboarding.notebook.run import Runbook, open_run
from onboarding.notebook.standing import status_html
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
NUMBER = "+16175550101"
Window = Callable[..., Any]


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    """`window(customer)` opens the form of one of two customers of a provider, each time anew."""
    with Store.open(tmp_path) as store:
        for name in ("first", "second"):
            store.create_customer(Customer(name, name.title(), AT), "chinook")

        def open_one(name: str, *sections: str) -> Any:
            return Runbook(Case.open(store, name, AT, "Kim"), "gather", False, follows_clock=False).form(*sections)

        yield open_one


def _users(number: str) -> list[dict[str, Any]]:
    return [{"email": "ana@a.example", "first_name": "Ana", "services": ["lync"], "number": number}]


def test_a_number_of_another_customer_is_marked_in_its_cell_and_kept(window: Window) -> None:
    """It is shown where it was typed, nothing is called unsaved, and the next change is no conflict with oneself."""
    window("first")._changed("users", _users(NUMBER))
    form = window("second")
    form._changed("users", _users(NUMBER))
    form.recheck()
    assert form.unsaved == {}
    assert "Not saved" not in form.saved.value
    assert [problem.row for problem in form.problems if problem.code == "taken"] == [0]
    form._changed("users", _users("+16175550102"))
    form.recheck()
    assert form.unsaved == {}
    assert not any(problem.code == "taken" for problem in form.problems)
    assert without_ids(window("second").document)["users"] == _users("+16175550102")


def test_a_row_is_one_row_from_its_first_letter_on(window: Window) -> None:
    """The form takes over the id a new row was kept with: named and renamed, it stays the same row of the customer."""
    form = window("first")
    form.groups["users"].open()
    grid: Any = form.groups["users"].grid
    seen = set()
    for cells in ([["n", "first_name", "Ana"]], [["n", "email", "ana@a.example"]], [["n", "email", "a@a.example"]]):
        insert = [{"op": "insert", "rows": [[0, "n", {}]]}] if not grid.rows else []
        grid._receive(grid, {"do": "change", "ops": [*insert, {"op": "set", "cells": cells}], "view": "v"}, [])
        seen.add(window("first").document["users"][0][ROW_ID])
    assert form.unsaved == {}
    assert [row[ROW_ID] for row in form.document["users"]] == list(seen)


def test_two_windows_on_one_customer_lose_nothing(window: Window) -> None:
    """Different sections are both kept; the same one is refused in the window that did not see it, and stays there."""
    one, two = window("first"), window("first")
    one._changed("company", {"name": "Ours"})
    two._changed("crm", {"existing": False})
    assert window("first").document == {"company": {"name": "Ours"}, "crm": {"existing": False}}
    two._changed("company", {"name": "Theirs"})
    assert list(two.unsaved) == ["company"]
    assert "Not saved: Company" in two.saved.value
    assert two.document["company"] == {"name": "Theirs"}
    assert window("first").document["company"] == {"name": "Ours"}


def test_a_form_of_sections_nobody_asks_for_says_so(window: Window, capsys: pytest.CaptureFixture[str]) -> None:
    """No empty form is shown; of several sections those that are asked for are."""
    assert window("first", "dids") is None
    assert "HTML" in capsys.readouterr().out
    assert list(window("first", "dids", "users").groups) == ["users"]


class TestFrames:
    """What a runbook hands out: DataFrames that show themselves as its panels do."""

    @pytest.fixture
    def run(self, tmp_path: Path) -> Iterator[Runbook]:
        """The telephony of a customer with two users, whose letter was asked for."""
        with Store.open(tmp_path) as store:
            store.create_customer(Customer("acme", "Acme", AT), "chinook")
            case = Case.open(store, "acme", AT, "Kim")
            case.save_answers({"users": _users(NUMBER), "telephony": {"kind": "port"}}, "test")
            store.set_task("acme", TaskRecord("telephony.sign-loa", TaskState.WAITING, AT, "authorised-signer"))
            store.add_evidence("acme", Evidence("telephony.sign-loa", AT, "Kim", noted("asked <by> mail")))
            yield Runbook(case, "telephony", False, follows_clock=False)

    @pytest.mark.parametrize("name", ["users", "numbers", "problems", "tasks", "evidence"])
    def test_each_is_a_table_of_its_own(self, run: Runbook, name: str) -> None:
        """A DataFrame with rows, made anew each time, which looks like the product and not like pandas."""
        found = getattr(run, name)
        assert isinstance(found, pd.DataFrame)
        assert not found.empty
        assert getattr(run, name) is not found
        html = found._repr_html_()
        assert "border-collapse:collapse" in html
        assert "dataframe" not in html
        assert "&lt;by&gt;" in html or name != "evidence"

    def test_tasks_look_as_in_the_list_whole_and_in_part(self, run: Runbook) -> None:
        """Badge, title, party and dates; a part of the rows in the same way."""
        waiting = run.tasks[run.tasks.state == "waiting"]
        assert len(waiting) == 1
        for html in (run.tasks._repr_html_(), waiting._repr_html_()):
            assert "◔ waiting" in html
            assert "Authorised signer" in html
            assert "<caption" in html
        assert "Port" not in waiting._repr_html_()
        assert "Nothing of the kind." in run.tasks[run.tasks.state == "unknown"]._repr_html_()

    def test_a_part_of_the_problems_claims_nothing_of_the_rest(self, run: Runbook) -> None:
        """That nothing is wrong is shown for all of them only."""
        problems = run.problems
        assert "To be put right" in problems._repr_html_()
        hints = problems[problems.severity == "warning"]._repr_html_()
        assert "Nothing is missing or wrong" not in hints

    def test_a_plan_is_shown_whole_with_its_digest_and_in_part_without(self, run: Runbook) -> None:
        """Nobody approves a part; what would be made is the whole, whatever was looked at."""
        plan = run.plan()
        whole = plan._repr_html_()
        assert "What cannot be done yet" in whole
        assert "Plan " in whole
        later = plan[plan.operation == "later"]
        assert "Plan " not in later._repr_html_()
        assert "Nothing is to be changed" not in later._repr_html_()
        assert run._shown is not None
        assert run._shown.digest == planning.plan(run.case, "telephony").digest


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"customer": 5}, "customer is str, not int.*between quotes"),
        ({"customer": None}, "customer is str, not NoneType"),
        ({"as_of": 3}, "as_of is str, not int"),
        ({"approved": ["a"]}, "approved is str, not list"),
        ({"apply": "no"}, "apply is bool, not str.*True or False"),
        ({"apply": 1}, "apply is bool, not int"),
    ],
)
def test_a_parameter_of_another_type_is_refused_by_the_runbook(given: dict[str, Any], said: str) -> None:
    """A cell can hold anything: it is refused in a sentence, and apply = "no" is not taken for yes."""
    with pytest.raises(InputError, match=f"(?s)PARAM-TYPE: {said}"):
        open_run("gather", **{"customer": "first"} | given)


def test_a_stage_that_something_comes_before_is_not_called_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no gate holds it and nobody has a card, it says what comes first, in no tone of something done."""
    found: list[Markup] = []
    monkeypatch.setattr(panel, "show", found.append)
    with Store.open(tmp_path) as store:
        store.create_customer(Customer("first", "First", AT), "chinook")
        case = Case.open(store, "first", AT, "Kim")
        run = Runbook(case, "migrate", False, follows_clock=False)
        run.before()
        cards = run.task_cards()
    colours = {tone: colour for tone, (colour, _icon) in TONES.items()}
    for html in (found[-1], cards.box.children[1].value):
        assert "Nothing can be done here yet." in html
        assert "First: " in html
        assert colours["waiting"] in html
        assert colours["done"] not in html


def test_the_runbook_of_an_ended_customer_asks_for_nothing(tmp_path: Path) -> None:
    """It says at the top how it ended, has no card for anybody, and plans nothing."""
    with Store.open(tmp_path) as store:
        store.create_customer(Customer("first", "First", AT), "chinook")
        run = Runbook(Case.open(store, "first", AT, "Kim"), "migrate", False, follows_clock=False)
        assert run.decisions().cards
        cancel(Case.open(store, "first", AT, "Kim"), "went to another provider")
        assert "Cancelled on 2 Mar 2026 by Kim: went to another provider." in status_html(
            run.case, "migrate", run.case.progress()
        )
        assert (run.task_cards().cards, run.decisions().cards) == ([], [])
        with pytest.raises(InputError, match="CUSTOMER-ENDED"):
            run.plan()

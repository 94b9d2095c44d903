"""The record of all customers as frames: what stands in them, in which order, and how often the store is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pandas as pd
import pytest
from sqlalchemy import event

from onboarding import frames
from onboarding.case.case import Case
from onboarding.case.clock import parse_moment
from onboarding.case.sample import open_sample
from onboarding.domain.reservation import InventoryState
from onboarding.errors import InputError
from onboarding.frames.frame import Frame
from onboarding.frames.history_frames import number_frame
from onboarding.store.store import Store
from tests.frames.conftest import AT, SIGNED

Make = Callable[..., Frame]
LATER = (SIGNED + timedelta(days=2)).isoformat()
OF_ONE: dict[str, Make] = {
    "tasks": frames.tasks,
    "evidence": frames.evidence,
    "numbers": frames.numbers,
    "runs": frames.runs,
    "durations": partial(frames.durations, as_of=LATER),
    "durations of stages": partial(frames.durations, by="stage", as_of=LATER),
}


def test_customers_are_there_with_how_far_they_are(store: Store) -> None:
    """One row each, by id; a profile that cannot be read any more is called by its id."""
    found = frames.customers(store=store)
    assert found["customer"].tolist() == ["acme", "bright-smile"]
    assert found["provider"].tolist() == ["marlow-unknown", "Chinook Communications"]
    assert found["is_training"].tolist() == [True, False]
    tasks = frames.tasks(store=store)
    once = tasks["task"].where(tasks["each"] == "", tasks["each"])  # a task for every row counts as one
    assert found["total"].tolist() == [0, once.nunique()]
    assert found["closed"].tolist()[1] > 0


def test_tasks_stand_as_in_the_case(store: Store, case: Case) -> None:
    """State, party and days of each task that applies, in the profile's order, with who brought it there."""
    found = frames.tasks("bright-smile", store=store)
    now = {view.task.id: view for view in case.progress().tasks}
    for row in found[found.kind == "task"].rows():
        view = now[row["task"]]
        assert (row["state"], row["since"], row["due_on"]) == (view.state, view.since, view.due_on)
        assert row["who"] == case.profile.party_title(view.waits_for or view.task.party)
    [signed] = found[found.task == "telephony.sign-loa"].rows()
    assert (signed["by"], signed["note"], signed["begun_at"]) == ("Ben O'Neil", "signed", AT)
    assert "not-needed" not in set(found["state"])


def test_evidence_names_the_task_it_proves(store: Store) -> None:
    """With stage and title, who filed it and the digest of the file."""
    [line] = frames.evidence("bright-smile", store=store).query("document != ''").rows()
    assert (line["stage"], line["task"], line["by"]) == ("telephony", "telephony.sign-loa", "Ben O'Neil")
    assert (line["title"], line["document_name"]) == ("Sign the letter of authorization", "loa.pdf")
    assert (line["recorded_at"], line["is_read_back"]) == (SIGNED, False)


def test_runs_tell_how_they_ended_and_how_long_they_took(store: Store) -> None:
    """One that goes on has neither end nor outcome."""
    done, still = frames.runs("bright-smile", store=store).rows()
    assert (done["stage"], done["outcome"], done["is_applied"], done["took"]) == (
        "telephony", "parked", True, timedelta(minutes=2)
    )  # fmt: skip
    assert (still["stage"], still["outcome"], still["finished_at"], still["took"]) == ("provision", None, None, None)


def test_numbers_are_those_of_the_inventory(store: Store) -> None:
    """In their order, each with what it is and where it stands; without what was released."""
    found = frames.numbers("bright-smile", store=store)
    assert found["number"].tolist() == [item.value for item in store.inventory("bright-smile")]
    assert set(found["kind"]) == {"port"}
    assert set(found["state"]) == {"reserved"}
    assert set(found["since"]) == {pd.Timestamp(AT)}
    first, *rest = store.inventory("bright-smile")
    kept = number_frame([replace(first, state=InventoryState.RELEASED), *rest], AT)
    assert kept["number"].tolist() == found["number"].tolist()[1:]


@pytest.mark.parametrize("make", OF_ONE.values(), ids=list(OF_ONE))
class TestEveryFrame:
    """What holds for each of them."""

    def test_one_customer_is_a_part_of_all(self, store: Store, make: Make) -> None:
        """The same rows with the same types; a customer without any has the columns."""
        whole, part, none = (make(name, store=store) for name in ("", "bright-smile", "acme"))
        assert part.equals(whole[whole.customer == "bright-smile"].reset_index(drop=True))
        assert none.empty
        assert none.dtypes.equals(whole.dtypes)
        assert list(part) == list(none)

    def test_an_unknown_customer_is_refused(self, store: Store, make: Make) -> None:
        """With its name, and what to do."""
        with pytest.raises(InputError, match="There is no customer 'acne'") as refused:
            make("acne", store=store)
        assert "acme" in refused.value.remedy

    def test_however_many_customers_there_are_the_store_is_asked_a_few_times(self, store: Store, make: Make) -> None:
        """No query for each of them."""
        asked: list[str] = []
        event.listen(store._database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        make(store=store)
        assert 0 < len([query for query in asked if query.startswith("SELECT")]) <= 3

    def test_without_a_store_the_workspace_is_read(
        self, store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And of the training customer its own store."""
        monkeypatch.setenv("ONBOARDING_HOME", str(store.layout.folder))
        assert len(make("bright-smile")) == len(make("bright-smile", store=store)) > 0
        open_sample(parse_moment("2026-03-02")).store.close()
        assert set(make("sample")["customer"]) <= {"sample"}

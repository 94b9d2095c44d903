"""Stages are the profile's own list: some missing, some of its own, each with a runbook (faults C4 and F13)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest

from onboarding import settings
from onboarding.case import work
from onboarding.case.case import Case
from onboarding.case.ending import cancel
from onboarding.domain.history import Customer, TaskState
from onboarding.engine.batch import BatchOptions, run_batch
from onboarding.engine.execute import Execution
from onboarding.engine.stage_run import RunParameters, run_stage
from onboarding.engine.working_copies import open_working_copy
from onboarding.errors import InputError
from onboarding.forkserver import server as forkserver
from onboarding.notebook.run import open_run
from onboarding.profile.load import lint, load_profile
from onboarding.profile.stages import stage_of
from onboarding.report.make import make_report
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome
from tests.engine.own_stages import AFTER_CARE, INSERTED, TWO_TASKS, VISIT, write_profile

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
NAME = "corner"
FORK = pytest.mark.skipif(bool(forkserver.impossible()), reason=forkserver.impossible())
Opened = Callable[[str], Store]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Opens a workspace with a customer of the provider that a text describes."""
    monkeypatch.setenv(settings.HOME.name, str(tmp_path / "workspace"))
    with Store.open(tmp_path / "workspace") as store:

        def open_with(text: str) -> Store:
            path = write_profile(tmp_path / "profiles", monkeypatch, "corner-telephone", text)
            assert [str(finding) for finding in lint(path)] == []
            store.create_customer(Customer(NAME, "Corner Bakery", AT), "corner-telephone")
            Case.open(store, NAME, AT, "Pat").save_answers({"company": {"name": "Corner Bakery"}}, "sheet")
            return store

        yield open_with


def run(store: Store, stage: str) -> RunOutcome:
    return run_stage(store, stage, RunParameters(NAME, True, AT.isoformat())).outcome


def done(store: Store, task: str) -> None:
    work.done(Case.open(store, NAME, AT, "Pat"), task, "done")


def test_stages_stand_in_the_order_of_the_file(opened: Opened) -> None:
    """Tasks follow their stages, wherever they are written; a stage that is not listed is nowhere."""
    opened(TWO_TASKS + AFTER_CARE)
    profile = load_profile("corner-telephone")
    assert [stage.id for stage in profile.stages] == ["order", "cutover", "after_care"]
    assert [task.stage for task in profile.tasks] == ["order", "cutover", "after_care"]
    assert [profile.number_of(stage.id) for stage in profile.stages] == [10, 20, 30]
    assert [section.stage for section in profile.questionnaire.sections] == ["order"]


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("cutover", "cutover"), ("30", "cutover"), ("30_cutover", "cutover"), ("60_cutover", "cutover"),
        ("cut", "cutover"), ("20", "site_visit"), ("site-visit", "site_visit"),
        ("runbooks/20_site_visit.ipynb", "site_visit"),
    ],
)  # fmt: skip
def test_a_stage_is_meant_by_name_beginning_or_number(opened: Opened, text: str, stage: str) -> None:
    """Once a stage is inserted the others keep their names and take the numbers of their places (F13)."""
    opened(TWO_TASKS.replace(*INSERTED) + VISIT)
    assert stage_of(load_profile("corner-telephone"), text) == stage


def test_a_provider_has_a_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any there is no way to go."""
    text = TWO_TASKS.partition("[stage.order]")[0]
    path = write_profile(tmp_path / "profiles", monkeypatch, "nothing", text)
    assert "it has no stage: write [stage.<id>]" in " ".join(finding.message for finding in lint(path))


def test_questions_stand_at_the_stage_for_them(opened: Opened) -> None:
    """Where a provider has the stage that gathers answers they are asked there, also when it is not the first."""
    gather = '[stage.gather]\ntitle = "Gather"\n\n[stage.cutover]'
    task = (
        TWO_TASKS.partition("[task.order.")[2]
        .replace("send-agreement]", "fill-in]")
        .replace("Send the agreement", "Fill in")
    )
    opened(TWO_TASKS.replace("[stage.cutover]", gather) + f"\n[task.gather.{task}")
    assert [section.stage for section in load_profile("corner-telephone").questionnaire.sections] == ["gather"]


@pytest.mark.parametrize("text", ["gather", "60", "40_site_visit", "visti", ""])
def test_a_stage_that_is_not_there_is_refused(opened: Opened, text: str) -> None:
    """Also one that other providers have; the stages there are stand beside, with their numbers."""
    store = opened(TWO_TASKS.replace(*INSERTED) + VISIT)
    with pytest.raises(InputError, match="STAGE-UNKNOWN") as caught:
        stage_of(load_profile("corner-telephone"), text)
    assert "Stages: 10 order, 20 site_visit, 30 cutover." in caught.value.remedy
    for refused in (lambda: run(store, "gather"), lambda: open_run("gather", NAME)):
        with pytest.raises(InputError, match="STAGE-UNKNOWN"):
            refused()
    assert store.runs(NAME) == []


@FORK
def test_two_tasks_are_a_sound_provider(opened: Opened) -> None:
    """One stage of its own, one with a runbook: both are run, done by people, and the report says complete."""
    store = opened(TWO_TASKS)
    assert run(store, "order") is RunOutcome.PARKED
    done(store, "order.send-agreement")
    assert run(store, "cutover") is RunOutcome.PARKED
    done(store, "cutover.switch-over")
    assert run(store, "cutover") is RunOutcome.DONE
    page = make_report(store, NAME, AT.isoformat())
    figures = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["outcome"]["standing"] == "complete"
    assert [lane["id"] for lane in figures["timeline"]["stages"]] == ["order", "cutover"]
    assert store.verify(NAME) == []


@FORK
def test_the_report_of_an_ended_customer_is_made(opened: Opened) -> None:
    """It says at the top that and how it ended, in page and figures, and waits for nobody."""
    store = opened(TWO_TASKS)
    cancel(Case.open(store, NAME, AT, "Pat"), "closed its doors")
    page = make_report(store, NAME, AT.isoformat())
    figures = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    sentence = "Cancelled on 2 Mar 2026 by Pat: closed its doors."
    assert (figures["outcome"]["standing"], figures["outcome"]["sentence"]) == ("ended", sentence)
    assert figures["outcome"]["waits"] == []
    text = page.read_text(encoding="utf-8")
    assert 0 < text.index(sentence) < text.index("<h2")


@FORK
def test_a_further_stage_is_run_unattended(opened: Opened) -> None:
    """The runbook for any stage does it all: asks the person, is archived under the stage's name, and is complete once
    they have answered.
    """
    store = opened(TWO_TASKS + AFTER_CARE)
    for task in ("order.send-agreement", "cutover.switch-over"):
        done(store, task)
    result = run_stage(store, "after_care", RunParameters(NAME, True, AT.isoformat()))
    assert (result.outcome, result.archived) == (RunOutcome.PARKED, f"{NAME}/0001-after_care.ipynb")
    assert store.run(result.run_id).parameters["stage"] == "after_care"
    shown = (store.layout.archive / result.archived).read_text(encoding="utf-8")
    assert "# 30 After care" in shown
    assert "Small things are not reported." in shown
    assert Case.open(store, NAME, AT, "Pat").progress().task("after_care.ask-how-it-goes").state is TaskState.WAITING
    done(store, "after_care.ask-how-it-goes")
    assert run(store, "after_care") is RunOutcome.DONE
    assert Case.open(store, NAME, AT, "Pat").progress().is_complete


def test_a_working_copy_has_the_stage_set(opened: Opened) -> None:
    """It is named by the number the stage has here, for JupyterLab; the parameters need no hand."""
    store = opened(TWO_TASKS + AFTER_CARE)
    path = open_working_copy(store, "after_care", RunParameters(NAME))
    assert path.name == "30_after_care.ipynb"
    book = nbformat.read(path, as_version=4)
    assert book.cells[0].source.startswith("# 30 After care\n")
    assert any('stage = "after_care"' in cell.source for cell in book.cells)
    assert open_working_copy(store, "cutover", RunParameters(NAME)).name == "20_cutover.ipynb"


def test_a_batch_runs_the_stages_of_each_profile(opened: Opened) -> None:
    """In the profile's own order, and none that it has not."""
    store = opened(TWO_TASKS + AFTER_CARE)
    ran: list[str] = []

    def instead(job: object, cell_done: object) -> Execution:
        ran.append(job.target.name)
        return Execution("completed")

    run_batch(store, BatchOptions(jobs=1, apply=True, as_of=AT.isoformat()), executor=instead)
    assert ran == ["10_order.ipynb"]
    for task in ("order.send-agreement", "cutover.switch-over"):
        done(store, task)
    run_batch(store, BatchOptions(jobs=1, apply=True, as_of=AT.isoformat()), executor=instead)
    assert ran == ["10_order.ipynb", "30_after_care.ipynb"]


def test_the_runbook_asks_what_belongs_to_the_stage(opened: Opened) -> None:
    """Questions stand at the stage that asks them, by itself the first; at others there is no form."""
    opened(TWO_TASKS + AFTER_CARE)
    assert open_run("order", NAME).asked() is not None
    assert open_run("after_care", NAME).asked() is None


def test_a_task_is_done_in_the_runbook(opened: Opened) -> None:
    """The card of a task of the stage takes the proof, as in every other runbook."""
    store = opened(TWO_TASKS + AFTER_CARE)
    for task in ("order.send-agreement", "cutover.switch-over"):
        done(store, task)
    (card,) = open_run("after_care", NAME).task_cards().cards
    card.opener.click()
    card.who.value, card.note.value = "Pat", "All is well"
    next(one for one in card.controls.children[1].children if getattr(one, "description", "") == "It is done").click()
    assert Case.open(store, NAME, AT, "Pat").progress().is_complete

"""Whatever happens, the query never passes over a customer that could be moved."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from onboarding.case import leaving_out, trying_again, work
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.case.lifecycle import begin_phase, confirm_party
from onboarding.domain.event import NOTHING
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.engine.agenda import Agenda, stages_to_run
from onboarding.engine.apply import apply_stage
from onboarding.errors import OnboardingError
from onboarding.settings import PORTAL_TOKEN, PORTAL_URL, PROFILES
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome, RunStart
from tests.world import AT

PROFILE = Path(__file__).parent / "profiles" / "timely.toml"
NAME, OTHER = "bright-smile", "acme"
NUMBER = "+16175550101"
DAYS = st.integers(-40, 40).map(lambda days: str((AT + timedelta(days)).date()))
TASKS = (
    "gather.read-order", "telephony.supply-bill", "telephony.move-numbers", "provision.order-line",
    "enable_services.see-users", "migrate.move-mail", "cutover.all-done",
)  # fmt: skip
EDITS = (
    ("", ""), ('gates = ["papers-ahead"]\n', 'gates = ["papers-ahead", "agreed"]\n'), ("days = 30 }", "days = 5 }"),
    ("business_days = 2 }\n\n[gate.papers", "hours = 30 }\n\n[gate.papers"),
    ('after = ["telephony.move-numbers"]\n', ""), ('title = "Customer"', 'title = "The customer"'),
)  # fmt: skip
ORDERS = st.lists(
    st.fixed_dictionaries({"number": st.just(NUMBER), "bill_on": DAYS}, optional={"wanted_on": DAYS}), max_size=1
)


class Project(RuleBasedStateMachine):
    """One customer whose answers, record, provider and instant change; another who wants the same numbers.

    What is noted of it is held against a case opened anew, whenever it is said to stand.
    """

    folder: Path
    blank: Path
    serial = 0

    @initialize(is_taken=st.booleans(), is_agreed=st.booleans(), orders=ORDERS)
    def begin(self, is_taken: bool, is_agreed: bool, orders: list[dict[str, Any]]) -> None:
        """Somewhere on the way, where much hangs on the time and on others."""
        type(self).serial += 1
        self.folder = self.folder / str(self.serial)
        (self.folder / "profiles").mkdir(parents=True)
        os.environ[PROFILES.name] = str(self.folder / "profiles")
        os.environ.pop(PORTAL_URL.name, None)
        os.environ[PORTAL_TOKEN.name] = "none"
        self.edit(EDITS[0])
        self.at = AT
        self.store = Store.open(Path(shutil.copytree(self.blank, self.folder / "workspace")), "")
        for name in (NAME, OTHER):
            self.store.create_customer(Customer(name, name, AT), "timely")
        self.somebody_else_answers(is_taken)
        self.answer("port", orders)
        self.report("gather.read-order", work.done)
        self.report("telephony.supply-bill", leaving_out.skip)
        self.decide("customer", is_agreed)

    def case(self, name: str = NAME) -> Case:
        return Case.open(self.store, name, self.at, "Ana")

    @rule(change=st.sampled_from(EDITS))
    def edit(self, change: tuple[str, str]) -> None:
        """The provider's file changes for everybody."""
        text = PROFILE.read_text(encoding="utf-8")
        (self.folder / "profiles" / "timely.toml").write_text(text.replace(*change) if change[0] else text)

    @rule(kind=st.sampled_from(["port", "none", "what"]), orders=ORDERS)
    def answer(self, kind: str, orders: list[dict[str, Any]]) -> None:
        with suppress(OnboardingError):
            self.case().save_answers({"order": {"kind": kind}, "orders": orders}, "test")

    @rule(is_wanted=st.booleans())
    def somebody_else_answers(self, is_wanted: bool) -> None:
        """The number is taken, or given back, by another customer."""
        rows = [{"email": "ana@acme.example", "number": NUMBER}] if is_wanted else []
        with suppress(OnboardingError):
            self.case(OTHER).save_answers({"users": rows}, "test")

    @rule(days=st.integers(-10, 30), minutes=st.integers(0, 1440))
    def go_on(self, days: int, minutes: int) -> None:
        """The clock moves; with ``--as-of`` it may move back."""
        self.at += timedelta(days=days, minutes=minutes)

    @rule(role=st.sampled_from(["customer", "engineer"]), is_yes=st.booleans())
    def decide(self, role: str, is_yes: bool) -> None:
        with suppress(OnboardingError):
            decide(self.case(), Vote("agreed", is_yes, role))

    @rule(task=st.sampled_from(TASKS), how=st.sampled_from([work.done, leaving_out.skip, trying_again.again]))
    def report(self, task: str, how: Any) -> None:
        with suppress(OnboardingError):
            how(self.case(), task, "so it is")

    @rule(stage=st.sampled_from(["gather", "telephony", "provision", "enable_services", "migrate", "cutover"]))
    def apply(self, stage: str) -> None:
        """A person works every system."""
        url = os.environ.pop(PORTAL_URL.name, None)
        with suppress(OnboardingError):
            apply_stage(self.case(), stage)
        os.environ.update({PORTAL_URL.name: url} if url else {})

    @rule(task=st.sampled_from(TASKS), state=st.sampled_from(list(TaskState)))
    def write_without_a_note(self, task: str, state: TaskState) -> None:
        """Whoever dies between a write and the note, or forgets it."""
        self.store.set_task(NAME, TaskRecord(task, state, self.at, "engineer", by="Ana"))

    @rule(party=st.sampled_from(["customer", "engineer"]), task=st.sampled_from(TASKS))
    def confirm(self, party: str, task: str) -> None:
        with suppress(OnboardingError):
            confirm_party(self.case(), task, party)

    @rule()
    def begin_phase(self) -> None:
        with suppress(OnboardingError):
            begin_phase(self.case(), "More of it")

    @rule(is_on=st.booleans())
    def switch(self, is_on: bool) -> None:
        """The environment of the next batch has the portal, or has not."""
        os.environ.pop(PORTAL_URL.name, None)
        os.environ.update({PORTAL_URL.name: "http://127.0.0.1:9/api/v1"} if is_on else {})

    @rule(is_noted=st.booleans())
    def run(self, is_noted: bool) -> None:
        """A run begins and ends, with its note between or without."""
        run = self.store.start_run(RunStart(NAME, "gather", {}, "e" * 64, "1", "test", self.at))
        if is_noted:
            self.case().note_progress()
        self.store.finish_run(run, RunOutcome.DONE, NOTHING, self.at)

    @rule(hours=st.lists(st.integers(-1500, 1500), min_size=3, max_size=8, unique=True))
    def look(self, hours: list[int]) -> None:
        """As a batch does, and as batches do at other instants: what is noted now stands at once, unless others may
        take what the answers name.
        """
        case = self.case()
        case.note_progress()
        agenda = Agenda(self.store, self.at, "", "look")
        (line,) = agenda.lines([NAME])
        held = {item.value for item in self.store.inventory(NAME)}
        named = {row["number"] for row in case.checked().values.get("orders") or ()}
        assert agenda.stands(line) or named - held
        for some in hours:
            self.nobody_is_passed_over(self.at + timedelta(hours=some))

    @invariant()
    def nobody_who_could_be_moved_is_passed_over(self) -> None:
        self.nobody_is_passed_over(self.at)

    def nobody_is_passed_over(self, at: datetime) -> None:
        agenda = Agenda(self.store, at, "", "look")
        (line,) = agenda.lines([NAME])
        if agenda.stands(line):
            assert line.due
            case = Case.open(self.store, NAME, at, "Ana")
            progress = case.progress()
            assert agenda.stages(line.due, line.customer) == (
                [] if progress.is_complete else stages_to_run(case, progress)
            )
            assert (agenda.left(line.due) == "complete") is progress.is_complete
        else:
            assert agenda.since(line)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()


def test_nobody_who_could_be_moved_is_passed_over(tmp_path: Path, blank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers, decisions, reports, other customers, the provider's file, the portal and the clock change at random."""
    for setting in (PROFILES, PORTAL_URL, PORTAL_TOKEN):
        monkeypatch.setenv(setting.name, "")  # put back when this test ends
    machine = type("Here", (Project,), {"folder": tmp_path, "blank": blank})
    how = settings(max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=how)  # type: ignore[no-untyped-call]

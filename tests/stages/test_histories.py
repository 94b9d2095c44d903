"""Whatever happens in whatever order: nothing is done that rests on what changed, nothing re-opens that does not."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from onboarding.answers.check import Checked
from onboarding.domain.action import Verdict
from onboarding.domain.condition import Condition
from onboarding.domain.edition import EditionTaken
from onboarding.domain.event import Event
from onboarding.domain.history import Evidence, GateDecision, History, TaskRecord, TaskState
from onboarding.domain.people import Person
from onboarding.domain.question import Kind
from onboarding.domain.sending import TAKING_BACK, Sending
from onboarding.domain.task import Each, Gate, Ground, Task
from onboarding.profile.model import Profile
from onboarding.stages.assessment import assess
from onboarding.stages.basis import covering
from onboarding.stages.context import Context
from onboarding.stages.dated import lacks_day, not_before
from onboarding.stages.decision_mail import request_to
from onboarding.stages.edition_change import left_behind
from onboarding.stages.gate import decided_on, decision_digest
from onboarding.stages.owed import at_rest, owed
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.waiving import may_be_skipped, why_not_skipped
from tests.extensions import params
from tests.stages.small import asked, question
from tests.stages.world import AT, context_of, profile_of

SHEET = asked(
    question("company.name"), question("company.day"), question("company.port_on", Kind.DATE),
    question("numbers.number"), question("numbers.holder"), question("numbers.foc_on", Kind.DATE),
    tables={"numbers": "number"},
)  # fmt: skip
MAIL = {"to": "desk@provider.example", "subject": "S", "intro": "I"}
PLAIN = params("planner", "manual")
LETTER = Task(
    "telephony.letter", "Letter", "telephony", "customer", uses=("company.name", "numbers.number"),
    params=PLAIN, rests_on=(Ground("company.name"), Ground("numbers.number", "new")),
)  # fmt: skip
ORDER = Task(
    "telephony.order", "Order", "telephony", "reseller", after=(LETTER.id,), rests_on_tasks=(LETTER.id,), params=PLAIN,
    rests_on=(Ground("numbers.number"), Ground("company.day")),
)  # fmt: skip
GREETING = Task(
    "gather.greeting", "Greeting", "gather", "reseller", uses=("company.name",),
    params=params("planner", "manual", fields=["company.name"]),
)  # fmt: skip
MEETING = Task("gather.meeting", "Meeting", "gather", "customer", rests_on=(), params=PLAIN)
HANDSETS = Task(
    "provision.handsets", "Handsets", "provision", "reseller", gates=("agreed",), uses=("numbers",),
    params=params("planner", "manual", fields=["numbers"]), when=Condition("answered", "numbers.holder", (True,)),
)  # fmt: skip
TEST = Task(
    "cutover.test", "Test", "cutover", "reseller", each=Each("numbers"), uses=("numbers", "company.name"),
    params=params("planner", "manual", fields=["numbers", "company.name"]),
)  # fmt: skip
BOX = Task(
    "cutover.box", "Box", "cutover", "reseller", each=Each("numbers"), after=(TEST.id,), rests_on=(), params=PLAIN,
    undo="Take it away.",
)  # fmt: skip
CLOSE = Task("cutover.close", "Close", "cutover", "reseller", after=(BOX.id,), rests_on=(), params=PLAIN)
PORT = Task(
    "telephony.port", "Port", "telephony", "customer", on="company.port_on", rests_on=(), params=PLAIN,
    is_optional=True,
)  # fmt: skip
CONFIRM = Task(
    "telephony.confirm", "Confirm", "telephony", "customer", each=Each("numbers"), brings="numbers.foc_on", rests_on=(),
    params=PLAIN,
)  # fmt: skip
MOVE = Task(
    "telephony.move",
    "Move",
    "telephony",
    "customer",
    each=Each("numbers"),
    on="numbers.foc_on",
    rests_on=(),
    params=PLAIN,
)
ROWS = (TEST, BOX)
DATED = (CONFIRM, MOVE)
AGREED = Gate("agreed", "Agreed", "decision", "customer", "Shall we?", roles=("customer",), on=("company.day",))
NUMBERED = Gate(
    "numbered", "Numbered", "check", "reseller", check="tasks-closed",
    params=params("check", "tasks-closed", stages=["telephony"]),
)  # fmt: skip
LIVE = Task("cutover.live", "Live", "cutover", "reseller", gates=("numbered",), rests_on=(), params=PLAIN)
TASKS = (GREETING, MEETING, LETTER, ORDER, HANDSETS, PORT, LIVE)
PROFILE = replace(profile_of((*TASKS, *ROWS, *DATED, CLOSE), [AGREED, NUMBERED]), questionnaire=SHEET)
WELCOME = Task("gather.welcome", "Welcome", "gather", "reseller", rests_on=(), params=PLAIN)
PROFILES = (
    replace(PROFILE, digest="1"),
    replace(
        profile_of(
            (
                replace(
                    GREETING,
                    uses=("company.name", "company.day"),
                    params=params("planner", "manual", fields=["company.name", "company.day"]),
                ),
                replace(LETTER, guide="Other words for the same letter."),
                replace(ORDER, rests_on=(Ground("numbers.number"),), after=(LETTER.id, WELCOME.id)),
                replace(HANDSETS, gates=()),
                WELCOME,
                *ROWS,
                *DATED,
                CLOSE,
                PORT,
                LIVE,
            ),
            [replace(AGREED, on=("company.day", "company.name")), NUMBERED],
        ),
        questionnaire=SHEET,
        digest="2",
    ),
    replace(
        profile_of(
            (
                GREETING,
                MEETING,
                replace(LETTER, revision=1),
                ORDER,
                replace(HANDSETS, when=None),
                WELCOME,
                *ROWS,
                *DATED,
                CLOSE,
                PORT,
                LIVE,
            ),
            [replace(AGREED, question="Shall we now?"), NUMBERED],
        ),
        questionnaire=asked(
            question("company.name"),
            question("company.day"),
            question("company.port_on", Kind.DATE),
            question("numbers.number"),
            question("numbers.foc_on", Kind.DATE),
            tables={"numbers": "number"},
        ),
        digest="3",
    ),
    replace(
        profile_of((*TASKS, *ROWS, *DATED, CLOSE), [replace(AGREED, asks=(question("agreed.window"),)), NUMBERED]),
        questionnaire=SHEET,
        digest="4",
    ),
)
"""Editions that differ in tasks, gates, questions and predecessors; the third asks for no holders, the fourth asks more
with the decision.
"""
NUMBERS = [f"+161755501{place:02d}" for place in range(5)]
NAMES = st.sampled_from(["Bright", "Brighter", "Smile"])
IDA = Person("Ida Roe", "ida@x.example", ("customer",))
HOLDERS = st.sampled_from(["", "Ana", "Ben"])


def read(values: Mapping[str, Any], edition: int) -> dict[str, Any]:
    """The answers as an edition reads them."""
    found = copy.deepcopy(dict(values))
    if edition == 2:
        found["numbers"] = [{name: row[name] for name in row if name != "holder"} for row in found["numbers"]]
    return found


def shown(values: Mapping[str, Any], edition: int) -> set[tuple[str, str, str]]:
    """What stands beside the handsets, whatever the order."""
    rows = read(values, edition)["numbers"]
    return {(row["number"], row.get("holder", ""), row.get("foc_on", "")) for row in rows}


def greeted(values: Mapping[str, Any], edition: int) -> list[str]:
    """What stands beside the greeting."""
    company = values["company"]
    return [company["name"], company["day"]] if edition == 1 else [company["name"]]


class Histories(RuleBasedStateMachine):
    """A customer of five tasks or so, two for every number and one after all, with an account of its own of what each
    was done for, when, and under which edition.
    """

    @initialize(name=NAMES)
    def begin(self, name: str) -> None:
        self.values: dict[str, Any] = {"company": {"name": name, "day": "1"}, "numbers": []}
        self.versions = [Checked({"company": {}, "numbers": []}, ())]
        self.editions = [0]
        self.edition = 0
        self.ids: dict[str, str] = {}
        self.drawn = 0
        self.record = History()
        self.at = AT
        self.done_for: dict[str, dict[str, Any]] = {}
        self.letters = 0
        self.decided_for: tuple[int, Mapping[str, Any]] | None = None
        self.asked_for: tuple[str, Verdict] | None = None
        self.waiting_for: str | None = None
        self.sendings: list[Sending] = []
        self.tested: dict[str, tuple[str, str]] = {}  # id of a number's row -> what its test was done for
        self.boxes: set[str] = set()  # ids of the rows whose box stands
        self.moved: dict[str, date] = {}  # id of a number's row -> the day on which it was reported as moved
        self.confirmed: set[str] = set()  # ids of the rows whose day was confirmed
        self.known: set[str] = set()  # tasks of rows that somebody was asked for or did
        self.left: set[str] = set()  # tasks that were left out
        self.save()

    # -- answers -------------------------------------------------------------------------------------------

    def save(self) -> None:
        ids = tuple(self.ids[row["number"]] for row in self.values["numbers"])
        self.versions.append(Checked(copy.deepcopy(self.values), (), ids={"numbers": ids}))
        self.editions.append(self.edition)

    @rule(edition=st.sampled_from(range(len(PROFILES))))
    def move(self, edition: int) -> None:
        """The edition moves: the answers stay as they are, in a version of their own."""
        if edition != self.edition:
            touched = dict(self.record.tasks)
            self.edition = edition
            self.save()
            assert dict(self.record.tasks) == touched

    @rule(name=NAMES, day=st.sampled_from(["1", "2"]))
    def rename(self, name: str, day: str) -> None:
        self.values["company"] |= {"name": name, "day": day}
        self.save()

    @rule(days=st.integers(-3, 6), is_known=st.integers(0, 4))
    def move_the_port(self, days: int, is_known: int) -> None:
        """The carrier names a day, moves it, or takes it back."""
        self.values["company"].pop("port_on", None)
        if is_known:
            self.values["company"]["port_on"] = (self.today() + timedelta(days=days)).isoformat()
        self.save()

    @rule(number=st.sampled_from(NUMBERS), days=st.integers(-3, 6), is_known=st.integers(0, 4))
    def move_a_number(self, number: str, days: int, is_known: int) -> None:
        """The day of one number becomes known, moves, or is lost."""
        for row in self.values["numbers"]:
            if row["number"] == number:
                row.pop("foc_on", None)
                row |= {"foc_on": (self.today() + timedelta(days=days)).isoformat()} if is_known else {}
        self.save()

    @rule(days=st.integers(0, 4))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    def today(self) -> date:
        return self.context().day(self.at)

    @rule(number=st.sampled_from(NUMBERS))
    def add(self, number: str) -> None:
        if number not in self.ids:
            self.drawn += 1
            self.ids[number] = f"bcdfgh2{self.drawn + 2}"
        if number not in [row["number"] for row in self.values["numbers"]]:
            self.values["numbers"].append({"number": number})
        self.save()

    @rule(number=st.sampled_from(NUMBERS))
    def drop(self, number: str) -> None:
        self.values["numbers"] = [row for row in self.values["numbers"] if row["number"] != number]
        self.save()

    @rule(number=st.sampled_from(NUMBERS), holder=HOLDERS)
    def give(self, number: str, holder: str) -> None:
        for row in self.values["numbers"]:
            if row["number"] == number:
                row.pop("holder", None)
                row |= {"holder": holder} if holder else {}
        self.save()

    @rule(number=st.sampled_from(NUMBERS), other=st.sampled_from(NUMBERS))
    def renumber(self, number: str, other: str) -> None:
        """A row keeps its id under another name."""
        named = [row["number"] for row in self.values["numbers"]]
        if number in named and other not in named:
            self.ids[other] = self.ids.pop(number)
            next(row for row in self.values["numbers"] if row["number"] == number)["number"] = other
        self.save()

    @rule()
    def sort(self) -> None:
        self.values["numbers"].reverse()
        self.save()

    @rule(back=st.integers(1, 3))
    def take_back(self, back: int) -> None:
        kept = self.versions[max(1, len(self.versions) - back)]
        self.values = copy.deepcopy(dict(kept.values))
        self.ids |= dict(zip((row["number"] for row in self.values["numbers"]), kept.ids["numbers"], strict=True))
        self.save()

    # -- people --------------------------------------------------------------------------------------------

    @rule(task=st.sampled_from((*TASKS, WELCOME)))
    def do(self, task: Task) -> None:
        now = self.profile.task(task.id)
        if now is None or self.status().task(task.id).state is not TaskState.READY:
            return
        if day := not_before(now, self.context()):
            assert task is PORT
            assert day > self.today(), "nobody is refused on the day itself"
            return
        version = len(self.versions) - 1
        self.at += timedelta(hours=1)
        records = {
            **self.record.tasks,
            task.id: TaskRecord(task.id, TaskState.DONE, self.at, task.party, version=version),
        }
        paper = "0" * 63 + str(version % 10)
        line = Evidence(task.id, self.at, "ana", Event("task.reported", task.id), document=paper, version=version)
        self.record = replace(self.record, tasks=records, evidence=[*self.record.evidence, line])
        self.letters += task is LETTER
        self.done_for[task.id] = {
            **copy.deepcopy(self.values), "letters": self.letters, "edition": self.edition, "on": self.today(),
        }  # fmt: skip

    @rule(data=st.data())
    def leave_out(self, data: st.DataObject) -> None:
        """Anybody leaves out what can be left out: never what a gate rests on, by name or by its stage."""
        context = self.context()
        views = [view for view in self.status().tasks if not view.state.is_closed and not view.task.stands_for_rows]
        view = data.draw(st.sampled_from(views)) if views else None
        if view is None:
            return
        rests = view.task.stage == "telephony" and view.task.id != PORT.id
        assert may_be_skipped(view.task, context) is not rests
        assert bool(why_not_skipped(view.task, context)) is rests
        if rests or view.task.row:
            return
        record = TaskRecord(view.task.id, TaskState.SKIPPED, self.at, view.task.party, version=context.version)
        self.record = replace(self.record, tasks={**self.record.tasks, view.task.id: record})
        self.done_for.pop(view.task.id, None)
        self.left.add(view.task.id)

    @rule()
    def the_outside_shows_the_port(self) -> None:
        """Whatever day is known: what the carrier itself shows as moved has moved."""
        version = len(self.versions) - 1
        record = TaskRecord(PORT.id, TaskState.DONE, self.at, PORT.party, version=version)
        seen = Evidence(PORT.id, self.at, "portal", Event("action.confirmed"), observed={"state": "ported"})
        self.record = replace(
            self.record, tasks={**self.record.tasks, PORT.id: record}, evidence=[*self.record.evidence, seen]
        )
        self.done_for[PORT.id] = {"seen": True}

    @rule(data=st.data(), task=st.sampled_from(ROWS), kind=st.sampled_from(["task.reported", "task.adopted"]))
    def do_rows(self, data: st.DataObject, task: Task, kind: str) -> None:
        """Some of the tasks of rows that can be done, also those whose row is gone and has left something; reported, or
        only stated: what was stated is removed too.
        """
        ready = [
            view for view in self.status().tasks if view.task.declared == task.id and view.state is TaskState.READY
        ]
        for view in data.draw(st.lists(st.sampled_from(ready), unique_by=id) if ready else st.just([])):
            assert view.task.row is not None
            row, there = view.task.row.key, self.rows()
            self.keep(view.task, TaskState.DONE, kind if row in there else "task.reported")
            if task is TEST:
                self.tested[row] = there[row]
            elif row in there:
                self.boxes.add(row)
            else:
                self.boxes.discard(row)

    @rule(data=st.data(), task=st.sampled_from(DATED))
    def do_dated_rows(self, data: st.DataObject, task: Task) -> None:
        """Days of numbers are confirmed, and numbers reported as moved: those whose day is known and has come."""
        context = self.context()
        ready = [view for view in self.status().of_rows(task.id) if view.state is TaskState.READY]
        for view in data.draw(st.lists(st.sampled_from(ready), unique_by=id) if ready else st.just([])):
            assert view.task.row is not None
            if lacks_day(view.task, context):
                continue
            if day := not_before(view.task, context):
                assert (task, day > self.today()) == (MOVE, True)
                continue
            self.keep(view.task, TaskState.DONE)
            if task is MOVE:
                self.moved[view.task.row.key] = self.today()
            else:
                self.confirmed.add(view.task.row.key)

    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """Somebody is asked for the test of a number."""
        ready = [view for view in self.status().of_rows(TEST.id) if view.state is TaskState.READY]
        for view in data.draw(st.lists(st.sampled_from(ready), max_size=1)) if ready else ():
            self.keep(view.task, TaskState.WAITING)
            self.tested.pop(view.task.id.partition(":")[2], None)

    def keep(self, task: Task, state: TaskState, kind: str = "task.reported") -> None:
        version = len(self.versions) - 1
        self.at += timedelta(hours=1)
        self.known.add(task.id)
        records = {**self.record.tasks, task.id: TaskRecord(task.id, state, self.at, task.party, version=version)}
        line = Evidence(task.id, self.at, "ana", Event(kind, task.id), version=version)
        lines = [*self.record.evidence, line] if state is TaskState.DONE else self.record.evidence
        self.record = replace(self.record, tasks=records, evidence=lines)

    def rows(self) -> dict[str, tuple[str, str]]:
        """Row id -> what the test of a number rests on: its holder and the company's name, not the number itself; an
        edition that does not ask for holders shows none.
        """
        name = self.values["company"]["name"]
        return {
            self.ids[row["number"]]: (row.get("holder", ""), name) for row in read(self.values, self.edition)["numbers"]
        }

    @rule()
    def decide(self) -> None:
        context, gate = self.context(), self.profile.gates["agreed"]
        decision = GateDecision(
            "agreed", True, "Ana", "customer", self.at, decision_digest(gate, context),
            decided_on=decided_on(gate, context), version=context.version,
        )  # fmt: skip
        self.record = replace(self.record, decisions=[*self.record.decisions, decision])
        self.decided_for = self.edition, copy.deepcopy(self.values["company"])

    @rule(verdict=st.sampled_from([Verdict.DONE, Verdict.PENDING, Verdict.UNKNOWN]))
    def ask_by_mail(self, verdict: Verdict) -> None:
        """Who owes the decision is asked once for what is to be decided, and by a change when that is another of what
        they could have got; what waits in the outbox is written anew as a whole, what is unknown is the same mail.
        """
        context, status = self.context(), self.status().gates["agreed"]
        digest, action = decision_digest(status.gate, context), request_to(IDA, status, context)
        is_known = digest == self.waiting_for or self.asked_for == (digest, Verdict.DONE)
        assert (action is None) is is_known
        if action is None:
            return
        is_same = self.asked_for == (digest, Verdict.UNKNOWN)
        assert (action.message is not None) is (self.asked_for is not None and not is_same)
        if is_same:
            return  # it is not sent before that is known
        number = len(self.sendings) + 1
        ref, mail = f"bright.1.{number}", f"<{number}@reseller.example>"
        known = action.summary, action.body_digest, context.version, self.at
        if self.waiting_for is not None:
            back = Sending(f"{action.id}{TAKING_BACK}", "agreed", f"{ref}.back", *known, Verdict.DONE)
            self.sendings.append(back)
        self.sendings.append(Sending(action.id, "agreed", ref, *known, verdict, mail))
        self.record = replace(self.record, sendings={"agreed": tuple(self.sendings)})
        self.waiting_for = digest if verdict is Verdict.PENDING else None
        if verdict is not Verdict.PENDING:
            self.asked_for = digest, verdict
        again = request_to(IDA, self.status().gates["agreed"], self.context())
        assert (again is None) is (verdict is not Verdict.UNKNOWN)

    # -- what is to hold -----------------------------------------------------------------------------------

    @property
    def profile(self) -> Profile:
        return PROFILES[self.edition]

    def reading(self, version: int, edition: int) -> Checked:
        kept = self.versions[version]
        return replace(kept, values=read(kept.values, edition))

    def earlier(self, version: int) -> tuple[Profile, Checked] | None:
        then = self.editions[version]
        return None if then == self.edition else (PROFILES[then], self.reading(version, then))

    def context(self) -> Context:
        newest = self.reading(-1, self.edition)
        more = {"version": len(self.versions) - 1, "ids": newest.ids, "earlier": self.earlier}
        more["past"] = lambda version: self.reading(version, self.edition)
        record = replace(self.record, editions=(EditionTaken("small", self.profile.digest, 0, AT, "ana"),))
        return replace(context_of(self.profile, newest.values, record, **more), at=self.at)

    def status(self) -> ProjectStatus:
        return assess(self.context())

    def holds(self, task: Task) -> bool:
        """Whether what the task was done for is what is answered now, by our own account."""
        then, now = self.done_for[task.id], self.values
        if task.id == PORT.id:
            day = now["company"].get("port_on")
            return "seen" in then or day is None or then["on"] >= date.fromisoformat(day)
        numbers, these = ({row["number"] for row in one["numbers"]} for one in (then, now))
        is_named = then["company"]["name"] == now["company"]["name"]
        was, edition = then["edition"], self.edition
        if task.id == LETTER.id:
            return is_named and these <= numbers and (edition != 2 or was == 2)
        if task.id == ORDER.id:
            is_same = numbers == these and (edition == 1 or then["company"]["day"] == now["company"]["day"])
            return is_same and self.holds(LETTER) and then["letters"] == self.letters
        return {
            GREETING.id: greeted(then, was) == greeted(now, edition),
            HANDSETS.id: shown(then, was) == shown(now, edition),
        }.get(task.id, True)

    @invariant()
    def what_was_done_stands_exactly_while_it_holds(self) -> None:
        if not hasattr(self, "values"):
            return
        status, context = self.status(), self.context()
        for task in self.profile.tasks:
            state = status.task(task.id).state
            if task.id in self.done_for and state is not TaskState.NOT_NEEDED:
                assert (state is TaskState.DONE) is self.holds(task), (
                    task.id,
                    state,
                    self.done_for[task.id],
                    self.values,
                )
            if task.id in (LETTER.id, GREETING.id) and task.id in self.done_for:
                newest = context.documents(task.id)[-1]
                assert (newest in covering(task.id, context)) is self.holds(task)

    @invariant()
    def each_row_has_its_own_tasks_and_what_was_done_for_it_stays_with_it(self) -> None:
        if not hasattr(self, "values"):
            return
        status, there = self.status(), self.rows()
        for task in (*ROWS, *DATED):
            views = {view.task.row.key: view for view in status.of_rows(task.id) if view.task.row}
            begun = {name.partition(":")[2] for name in self.known if name.startswith(f"{task.id}:")}
            assert set(there) <= set(views) <= set(there) | begun
            assert not views or set(views) == set(there) | begun
        for row, view in ((v.task.row.key, v) for v in status.of_rows(TEST.id) if v.task.row):
            if row not in there:
                assert view.state is TaskState.NOT_NEEDED
            elif row in self.tested:
                assert (view.state is TaskState.DONE) is (self.tested[row] == there[row])
        for row, view in ((v.task.row.key, v) for v in status.of_rows(BOX.id) if v.task.row):
            is_over = view.state in (TaskState.DONE, TaskState.NOT_NEEDED)
            assert is_over is ((row in self.boxes) is (row in there)), (row, view.state)

    @invariant()
    def the_day_of_a_row_is_its_own(self) -> None:
        if not hasattr(self, "values"):
            return
        status = self.status()
        days = {self.ids[row["number"]]: row.get("foc_on") for row in self.values["numbers"]}
        for row, view in ((v.task.row.key, v) for v in status.of_rows(MOVE.id) if v.task.row):
            if row in days and row in self.moved:
                day = days[row]
                holds = day is None or self.moved[row] >= date.fromisoformat(day)
                assert (view.state is TaskState.DONE) is holds, (row, view.state, day)
        for row, view in ((v.task.row.key, v) for v in status.of_rows(CONFIRM.id) if v.task.row):
            if row in days and row in self.confirmed:
                assert (view.state is TaskState.DONE) is (days[row] is not None), (row, view.state)

    @invariant()
    def what_follows_all_rows_can_be_done_exactly_when_none_is_open(self) -> None:
        if hasattr(self, "values") and CLOSE.id not in self.record.tasks:
            status = self.status()
            still = [view for view in status.tasks if view.task.declared == BOX.id and not view.state.is_closed]
            assert (status.task(CLOSE.id).state is TaskState.BLOCKED) is bool(still)

    @invariant()
    def a_decision_stands_exactly_while_its_answers_do(self) -> None:
        if not hasattr(self, "values") or self.decided_for is None:
            return
        (edition, then), now = self.decided_for, self.values["company"]
        holds = then["day"] == now["day"] and (edition == 2) is (self.edition == 2)
        if self.edition == 3:  # asks more, and a decision that was asked as much says it
            holds = holds and edition == 3
        if self.edition == 1:  # bound to the name too
            holds = holds and edition == 1 and then["name"] == now["name"]
        assert self.status().gates["agreed"].is_open is holds

    @invariant()
    def a_gate_that_waits_for_a_stage_opens_by_no_leaving_out(self) -> None:
        if not hasattr(self, "values"):
            return
        status = self.status()
        over = {view.state for view in status.of_stage("telephony") if view.task.id != PORT.id and view.state.is_closed}
        assert over <= {TaskState.DONE, TaskState.NOT_NEEDED}
        is_closed = all(view.state.is_closed for view in status.of_stage("telephony"))
        assert status.gates["numbered"].is_open is is_closed

    @invariant()
    def what_another_edition_asked_is_kept(self) -> None:
        if not hasattr(self, "values"):
            return
        orphans = {one.task for one in left_behind(self.context())}
        assert orphans == {name for name in {*self.done_for, *self.left} if self.profile.task(name) is None}

    @invariant()
    def somebody_is_waited_for_while_anything_is_open(self) -> None:
        if not hasattr(self, "values"):
            return
        status = self.status()
        assert status.is_complete or status.waiting or status.to_decide
        assert at_rest(status) == ("Every task is closed." if status.is_closed else "")
        for stage in {task.stage for task in self.profile.tasks}:
            words, is_closed = at_rest(status, stage), status.is_stage_complete(stage)
            assert bool(words) is not bool(owed(status, stage))
            assert (words == "Every task of this stage is closed.") is is_closed


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=150, stateful_step_count=25)

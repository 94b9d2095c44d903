"""What the list says before a change is kept is what opens and closes after it, before and after the hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.answers.check import Checked
from onboarding.domain.action import Verdict
from onboarding.domain.condition import Condition
from onboarding.domain.event import Event
from onboarding.domain.history import (
    EarlierPhase,
    Evidence,
    GateDecision,
    HandOver,
    History,
    Phase,
    TaskRecord,
    TaskState,
)
from onboarding.domain.sending import BY_MAIL, Sending
from onboarding.domain.task import Task
from onboarding.profile.model import Profile
from onboarding.stages.assessment import assess
from onboarding.stages.change_order import to_order
from onboarding.stages.consequences import consequences
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.gate import decided_on, decision_digest
from onboarding.stages.project_status import ProjectStatus
from tests.extensions import params
from tests.stages import test_histories as small
from tests.stages.world import AT, context_of

MAIL_TO = "desk@provider.example"
ASK = Task(
    "telephony.ask", "Ask the desk", "telephony", "reseller", action="request", connector=BY_MAIL,
    when=Condition("is", "company.day", ("1",)), uses=("company.name", "numbers.number"),
    params=params("planner", "request", to=MAIL_TO, subject="S", intro="I", fields=["company.name", "numbers.number"]),
)  # fmt: skip
MAILED = replace(small.PROFILE, tasks=(*small.PROFILE.tasks, ASK))
DAYS = st.none() | st.sampled_from(["2026-02-26", "2026-03-01", "2026-03-20"])
HOLDS = (TaskState.DONE, TaskState.WAIVED)

ROWS = st.lists(
    st.fixed_dictionaries({"number": st.sampled_from(small.NUMBERS), "holder": small.HOLDERS, "foc_on": DAYS}),
    max_size=3, unique_by=lambda row: row["number"],
)  # fmt: skip
ANSWERS = st.fixed_dictionaries(
    {"company": st.fixed_dictionaries({"name": small.NAMES, "day": st.sampled_from("12"), "port_on": DAYS}),
     "numbers": ROWS}
)  # fmt: skip


class Kept:
    """A customer of the small profile: versions of the answers and a record."""

    def __init__(self, profile: Profile = small.PROFILE) -> None:
        self.profile = profile
        self.versions: list[Checked] = [Checked({"company": {}, "numbers": []}, ())]
        self.record = History()
        self.at = AT
        self.ids: dict[str, str] = {}

    def save(self, answers: Mapping[str, Any]) -> None:
        """A row keeps its id while it stays; a number that comes back has another one."""
        rows = [{name: value for name, value in row.items() if value} for row in answers["numbers"]]
        self.ids = {row["number"]: self.ids.get(row["number"], f"id{len(self.versions)}{place}")
                    for place, row in enumerate(rows)}  # fmt: skip
        company = {name: value for name, value in answers["company"].items() if value}
        ids = {"numbers": tuple(self.ids[row["number"]] for row in rows)}
        self.versions.append(Checked({"company": company, "numbers": rows}, (), ids=ids))

    def look(self, version: int) -> tuple[Context, ProjectStatus]:
        kept = self.versions[version]
        context = context_of(self.profile, kept.values, self.record, version=version, ids=kept.ids,
                             past=self.versions.__getitem__)  # fmt: skip
        context = replace(context, at=self.at)
        return context, assess(context)

    def now(self) -> tuple[Context, ProjectStatus]:
        return self.look(len(self.versions) - 1)

    def work(self, data: st.DataObject, *, is_whole: bool) -> None:
        """People do what can be done, all of it or some."""
        gate = small.AGREED
        for _round in range(12):
            context, progress = self.now()
            if not progress.gates[gate.id].is_open and (is_whole or data.draw(st.booleans(), "decides")):
                word = GateDecision(gate.id, True, "Ana", "customer", self.at, decision_digest(gate, context),
                                    decided_on=decided_on(gate, context), version=context.version)  # fmt: skip
                self.record = replace(self.record, decisions=[*self.record.decisions, word])
            ready = [view.task for view in progress.tasks if view.state is TaskState.READY and view.task.id]
            for task in ready:
                if not is_whole and not data.draw(st.booleans(), task.id):
                    continue
                is_asked = not is_whole and data.draw(st.booleans(), "only asked")
                state = TaskState.WAITING if is_asked else TaskState.DONE
                record = TaskRecord(task.id, state, self.at, task.party, version=context.version)
                line = Evidence(task.id, self.at, "ana", Event("task.reported", task.id), observed={"seen": True},
                                version=context.version)  # fmt: skip
                lines = self.record.evidence if is_asked else [*self.record.evidence, line]
                self.record = replace(self.record, tasks={**self.record.tasks, task.id: record}, evidence=lines)
            if not ready:
                return


def opened(before: ProjectStatus, after: ProjectStatus) -> set[str]:
    """Ids of the tasks that are open and were not."""
    closed = {view.task.id for view in after.tasks if not before.has(view.task.id)}
    closed |= {view.task.id for view in before.tasks if view.state.is_closed}
    return {view.task.id for view in after.tasks if not view.state.is_closed} & closed


def shut(before: ProjectStatus, after: ProjectStatus) -> set[str]:
    return {name for name, gate in after.gates.items() if not gate.is_open and before.gates[name].is_open}


def dropped(before: ProjectStatus, after: ProjectStatus) -> set[str]:
    """Ids of the tasks that somebody had done or was asked for, and that nobody wants any more."""
    begun = {view.task.id for view in before.tasks if view.state in (*HOLDS, TaskState.WAITING)}
    return {view.task.id for view in after.tasks if view.state is TaskState.NOT_NEEDED} & begun


@given(st.data())
@settings(max_examples=100)
def test_what_is_listed_is_what_opens_and_closes(data: st.DataObject) -> None:
    """Whatever was done, whatever changes: what was done and is open after it is named, and nothing else; gates too."""
    kept = Kept()
    for place in range(data.draw(st.integers(1, 2))):
        kept.save(data.draw(ANSWERS, f"answers {place}"))
        kept.work(data, is_whole=False)
    before = kept.now()
    kept.save(data.draw(ANSWERS, "change"))
    after = kept.now()
    found = consequences(before, after)
    named = {one.task.id for one in found.tasks if before[1].task(one.task.id).state in HOLDS}
    assert named == {name for name in opened(before[1], after[1])
                     if before[1].has(name) and before[1].task(name).state in HOLDS}  # fmt: skip
    assert {gate.id for gate in (*found.gates, *found.needed)} == shut(before[1], after[1])
    assert {task.id for task in found.gone} == dropped(before[1], after[1])
    assert (found.ordered, [one for one in found.tasks if one.is_ordered]) == ((), [])


@given(st.data())
@settings(max_examples=100)
def test_after_the_hand_over_it_is_what_the_change_order_opens(data: st.DataObject) -> None:
    """Nothing opens by itself; what is listed, once or for two changes, is what the change order then has to do."""
    kept = Kept()
    kept.save(data.draw(ANSWERS.filter(lambda answers: answers["numbers"]), "answers"))
    kept.at += timedelta(days=30)  # no day lies ahead
    for row in kept.versions[-1].values["numbers"]:
        row.setdefault("foc_on", "2026-03-01")
    kept.work(data, is_whole=True)
    assert kept.now()[1].is_complete
    handed = HandOver(1, kept.at, "ana", len(kept.versions) - 1)
    kept.record = replace(kept.record, hand_overs=(handed,))
    for place in range(data.draw(st.integers(1, 2))):
        before = kept.now()
        known = {task.id for task in to_order(before[0])}
        kept.save(data.draw(ANSWERS, f"change {place}"))
        after = kept.now()
        assert opened(before[1], after[1]) == set()
        found = consequences(before, after)
        more = {one.task.id for one in found.tasks if one.is_ordered} | {task.id for task in found.ordered}
        is_out = {one.task.id for one in found.tasks if one.task.id in known}
        assert {task.id for task in to_order(after[0])} - known == more - is_out
        assert bool(found) or not more
    begun = Phase(2, "More", "ana", kept.at, is_change=True)
    order = replace(kept.record, phase=begun, earlier=(EarlierPhase(Phase()),))
    context = replace(kept.now()[0], record=order)
    assert {view.task.id for view in assess(context).tasks if not view.state.is_closed} == {
        task.id for task in to_order(kept.now()[0])
    }


def ready_to_ask(data: st.DataObject, verdict: Verdict) -> Kept:
    """A customer of whom the desk was asked for something by mail, if it was wanted, with an end."""
    kept = Kept(MAILED)
    kept.save(data.draw(ANSWERS, "answers"))
    context, _progress = kept.now()
    for action in desired(ASK, context) if context.is_needed(ASK) else ():
        sending = Sending(
            action.id, ASK.id, "bright-smile.1", action.summary, action.body_digest, 1, AT, verdict, "<1>"
        )
        state = TaskState.DONE if verdict is Verdict.DONE else TaskState.WAITING
        record = TaskRecord(ASK.id, state, AT, ASK.party, version=1)
        kept.record = replace(kept.record, tasks={ASK.id: record}, sendings={ASK.id: (sending,)})
    return kept


@given(st.data(), st.sampled_from([Verdict.DONE, Verdict.UNKNOWN, Verdict.PENDING]))
@settings(max_examples=100)
def test_a_request_that_is_out_is_named_exactly_where_it_changes(data: st.DataObject, verdict: Verdict) -> None:
    """To whom it went and since when, first of all; one that waits in the outbox is written anew, and told of too."""
    kept = ready_to_ask(data, verdict)
    before = kept.now()
    kept.save(data.draw(ANSWERS, "change"))
    after = kept.now()
    found = consequences(before, after)
    was, now = ([one.body for one in desired(ASK, seen) if seen.is_needed(ASK)] for seen, _progress in (before, after))
    to = "" if verdict is Verdict.PENDING else MAIL_TO
    told = [] if not was or was == now else [(ASK.id, to, bool(now))]
    assert [(one.task.id, one.to, one.is_wanted) for one in found.requests] == told
    assert bool(found) or not told
    for one in found.requests:
        assert found.sentences()[0] == one.sentence
        assert not one.to or (f"with {MAIL_TO} since 2 Mar 2026" in one.sentence)

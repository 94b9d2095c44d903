"""Once a project has ended nobody is asked and nothing moves, wherever it stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.history import End, Ending, History, TaskRecord, TaskState
from onboarding.stages.assessment import assess
from onboarding.stages.due import due
from onboarding.stages.owed import owed
from tests.stages.world import AT, KINDS, context_of, graphs

KEPT = [TaskState.DONE, TaskState.SKIPPED, TaskState.WAITING, TaskState.REJECTED, TaskState.UNKNOWN]


@settings(max_examples=200, deadline=None)
@given(st.data(), graphs(), st.sampled_from(KINDS), st.sampled_from(list(Ending)))
def test_wherever_it_stood(data: Any, profile: Any, kind: str, how: Ending) -> None:
    """No task waits, no gate is to be decided, no run could move anything; what was closed stays closed, what was open
    stays open and says why.
    """
    names = [task.id for task in profile.tasks]
    states = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(KEPT)))
    record = History({name: TaskRecord(name, state, AT, version=1) for name, state in states.items()})
    goes_on = context_of(profile, {"telephony": {"kind": kind}}, record)
    ended = replace(goes_on, record=replace(record, end=End(how, AT, "Ana Diaz", "wound up")))
    before, after = assess(goes_on), assess(ended)
    assert [view.state.is_closed for view in before.tasks] == [view.state.is_closed for view in after.tasks]
    assert (after.waiting, owed(after), after.to_decide, dict(after.asked)) == ((), [], {}, {})
    found = due(ended, after, {})
    assert (found.moves, found.waits_for) == ((), {})
    still = [view for view in after.tasks if not view.state.is_closed]
    assert all("wound up" in view.reasons[0] for view in still)
    assert all(not view.is_overdue(AT + timedelta(days=9999)) for view in still)

"""What the outside holds otherwise than it was handed over, as the newest run of each stage has seen it."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.action import Action, Plan
from onboarding.domain.event import Event
from onboarding.domain.history import Evidence
from onboarding.domain.language import LazyText, _
from onboarding.stages.context import Context

SEEN = "drift.seen"
SHOWN = 10
"""How many things are named."""


def sighting(plan: Plan, context: Context) -> Event | None:
    """What a plan has seen that the record does not say yet; None where it does, and before a hand-over."""
    if not context.record.hand_overs:
        return None
    things = [_thing(action) for action in plan.drift[:SHOWN]]
    if (more := len(plan.drift) - SHOWN) > 0:
        things.append(_("and {count} more", count=more))
    event = Event(SEEN, plan.stage, {"things": things})
    last = _newest(plan.stage, context)
    return None if (event == last.what if last else not things) else event


def sightings(context: Context) -> Iterator[Evidence]:
    """The newest line of each stage of which something is otherwise, in the order of the stages."""
    for stage in context.profile.stages:
        newest = _newest(stage.id, context)
        if newest is not None and newest.what.values["things"]:
            yield newest


def _newest(stage: str, context: Context) -> Evidence | None:
    lines = reversed(context.record.evidence)
    return next((line for line in lines if line.what.kind == SEEN and line.what.subject == stage), None)


def _thing(action: Action) -> LazyText:
    """``User Ana Ortiz (ana@…): last_name``; values are not kept: they may be secret."""
    if action.before is None:
        return _("{what}: it is gone", what=action.summary)
    return _("{what}: {fields}", what=action.summary, fields=", ".join(name for name, _old, _new in action.changes))

"""What the outside holds otherwise than it was handed over, as the newest run of each stage has seen it."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.action import Action, Plan
from onboarding.domain.event import Event
from onboarding.domain.history import Evidence
from onboarding.domain.language import LazyText, _
from onboarding.stages.context import Context

SUBJECT = "engagement"
"""Under which the record keeps what was seen."""

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
    last = next((line.what for line in reversed(context.record.evidence) if _is_of(plan.stage, line)), None)
    return None if event == last or (last is None and not things) else event


def sightings(context: Context) -> Iterator[Evidence]:
    """The newest line of each stage of which something is otherwise, in the order of the stages."""
    for stage in context.profile.stages:
        newest = next((line for line in reversed(context.record.evidence) if _is_of(stage.id, line)), None)
        if newest is not None and newest.what.values["things"]:
            yield newest


def _is_of(stage: str, line: Evidence) -> bool:
    return line.what.kind == SEEN and line.what.subject == stage


def _thing(action: Action) -> LazyText:
    """``User Ana Ortiz (ana@…): last_name``; values are not kept: they may be secret."""
    if action.before is None:
        return _("{what}: it is gone", what=action.summary)
    return _("{what}: {fields}", what=action.summary, fields=", ".join(name for name, _old, _new in action.changes))

"""A plan as a person reads it before agreeing to it: every change in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from onboarding.cli import show

if TYPE_CHECKING:
    from onboarding.domain.action import Action, Plan
    from onboarding.engine.case import Case

INDENT = "    "


def show_plan(case: Case, plan: Plan) -> None:
    """The changes of a plan, what cannot be done yet, and the command that carries out exactly this plan."""
    show.line(f"{case.customer.name}: {case.profile.stage(plan.stage).title}")
    for action in plan.changes:
        _show_action(action)
    if plan.deferred:
        show.line()
        show.line("Not yet:")
        rows = [[later.task, case.profile.party_title(later.party), later.reason] for later in plan.deferred]
        show.table(["Task", "Waits for", "Why"], rows)
    show.line()
    same = len(plan.actions) - len(plan.changes)
    if not plan.changes:
        show.line("Nothing is to be changed." + (f" {show.count(same, 'thing')} found as wanted." if same else ""))
        return
    left = f", {same} found as wanted" if same else ""
    show.line(f"{show.count(len(plan.changes), 'change')}{left}. To carry out exactly this plan:")
    show.line(f"onboard run {plan.customer} {plan.stage} --apply --approved {plan.digest}")


def _show_action(action: Action) -> None:
    show.line()
    show.line(f"{action.operation.value} {action.resource} {action.key} ({action.connector}): {action.summary}")
    for name, old, new in action.changes:
        was = "".join(f"{part} " for part in _lines(old)) + "-> " if action.before is not None else ""
        first, *more = [f"{was}{part}" if place == 0 else part for place, part in enumerate(_lines(new))]
        show.line(f"{INDENT}{name}: {first}".rstrip())
        for part in more:
            show.line(f"{INDENT * 2}{part}".rstrip())


def _lines(value: Any) -> list[str]:
    """A value of an action's body, on one line or on several after a first one that is empty."""
    from onboarding.domain.answer_text import answer_text  # takes the number plans of the world along

    if value is None or value in ("", [], {}):
        return ["(empty)"]
    if isinstance(value, str):
        return value.split("\n")
    if isinstance(value, list) and all(_is_pair(item) for item in value):
        return ["", *(f"{label}: {held}" for label, held in value)]
    if isinstance(value, list) and all(_is_table(item) for item in value):
        return ["", *(line for item in value for line in _table(item))]
    return [answer_text(None, value, is_exact=True)]


def _is_pair(item: Any) -> bool:
    return isinstance(item, list | tuple) and len(item) == 2 and isinstance(item[0], str)


def _is_table(item: Any) -> bool:
    return isinstance(item, Mapping) and {"title", "columns", "rows"} <= item.keys()


def _table(item: Mapping[str, Any]) -> Iterator[str]:
    yield f"{item['title']}: {' | '.join(map(str, item['columns']))}"
    for row in item["rows"]:
        yield INDENT + " | ".join(map(str, row))

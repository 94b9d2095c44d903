"""What is wrong with the dates of a profile: cases that never count, days that cannot bind, proofs that never age."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.task import START, LeadTime, Task
from onboarding.profile.findings import ProfileReading, at_task
from onboarding.profile.graph import everything_before, possible, together, waits
from onboarding.profile.model import Profile
from onboarding.profile.source import Key

Found = Iterator[tuple[Key, str]]


def lead_cases(reading: ProfileReading, profile: Profile) -> Found:
    """Every case of a lead time or a rhythm can hold, and none is hidden by one before it."""
    for task in profile.tasks:
        yield from _cases(task, "lead", task.lead, reading)
        yield from _cases(task, "every", task.every, reading)


def _cases(task: Task, name: str, lead: LeadTime | None, reading: ProfileReading) -> Found:
    cases = lead.cases if lead else ()
    for number, case in enumerate(cases):
        at = at_task(task, name, "cases", number)
        if not possible(together(task.when, case.when), reading.names.sections):
            yield at, "this case never counts: no answers fulfil its condition where the task is needed"
        elif case.when in [before.when for before in cases[:number]]:
            yield at, "this case never counts: an earlier one has the same condition"


def days(reading: ProfileReading, profile: Profile) -> Found:
    """What happens on a day is done by people or waited for; nothing waits for the day it brings itself."""
    for task in profile.tasks:
        is_for_people = task.is_manual or task.is_confirm or task.is_check
        if task.on and not is_for_people:
            message = "a program does this as soon as it can: only what people do or bring about has a day"
            yield at_task(task, "on"), message
        if task.on and task.on == task.brings:
            yield at_task(task, "brings"), "it would wait for the day that it brings itself"


def results(reading: ProfileReading, profile: Profile) -> Found:
    """What is done before a day becomes known does not rest on it: it would be done anew as soon as it is known."""
    bringing = {task.id: task.brings for task in profile.tasks if task.brings}
    before = everything_before(waits(profile), bringing)
    for task in profile.tasks:
        if task.rests_on is not None or task.is_check:
            continue
        for name, day in bringing.items():
            is_shown = day in task.uses or (task.each is None and day.partition(".")[0] in task.uses)
            if is_shown and task.id in before[name]:
                message = f"it shows {day!r}, which {name!r} brings after it, and would then be done anew"
                yield at_task(task), f"{message}: say under 'rests_on' what it rests on"


def proofs(reading: ProfileReading, profile: Profile) -> Found:
    """A proof that ages ages from when it was given, and something follows that uses it."""
    for task in profile.tasks:
        if task.expires and not _is_length(task.expires):
            message = "a proof ages from when it was given: a length of time without 'before' and 'after'"
            yield at_task(task, "expires"), message
        elif task.expires and not profile.uses_of(task.id):
            yield at_task(task, "expires"), "no task follows it and no gate wants its document: leave it out"
        if task.expires and task.is_check:
            yield at_task(task, "expires"), "a check looks anew each time: it has no proof that ages"


def _is_length(lead: LeadTime) -> bool:
    return lead.anchor == START and bool(lead.amount)


DATE_CHECKS = (lead_cases, days, results, proofs)

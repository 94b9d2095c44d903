"""How one customer stands, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from onboarding.cli import show, show_owed

if TYPE_CHECKING:
    from onboarding.case.case import Case
    from onboarding.domain.history import Customer, End
    from onboarding.domain.task import Stage
    from onboarding.store.values import StatusRow


def show_customer(cases: Sequence[Case], as_json: bool) -> None:
    """How one customer stands, in each of its services."""
    if as_json:
        found = [_case_json(case) for case in cases]
        show.as_json(found if len(found) > 1 else found[0])
        return
    for place, case in enumerate(cases):
        if place:
            show.line()
        _show_case(case)


def customer_json(customer: Customer, profile: str, phase: int, is_complete: bool, end: End | None) -> dict[str, Any]:
    return {
        "customer": customer.id, "name": customer.name, "is_training": customer.is_training, "profile": profile,
        "go_live_on": customer.go_live_on, "phase": phase, "is_complete": is_complete,
        "ended": {"kind": end.kind, "at": end.at, "by": end.by, "why": end.why} if end else None,
    }  # fmt: skip


def waiting_json(row: StatusRow, at: datetime) -> dict[str, Any]:
    return {
        "stage": row.stage, "task": row.task, "title": row.title, "state": row.state.value, "party": row.party,
        "since": row.waits_since(at), "due_on": row.due_on, "reason": row.reason,
        "is_overdue": row.is_overdue(at),
    }  # fmt: skip


def _show_case(case: Case) -> None:
    from onboarding.profile.edition import short
    from onboarding.stages.farewell import untold

    customer = case.customer
    go_live = f", go-live {show.day(customer.go_live_on)}" if customer.go_live_on else ""
    show.line(f"{customer.name} ({customer.id}), {case.profile.title}{go_live}")
    if case.beside:
        others = ", ".join(one.service for one in case.beside)
        show.line(f"The service {case.service}, beside {others}; answers, numbers and people are the customer's.")
    show.line(f"Edition {short(case.edition)} of the profile {case.engagement.profile}, since {_since_edition(case)}.")
    if customer.is_training:
        show.line("A training customer: nobody is served by what is done here.")
    show.own_files(case.own_files)
    show.left_behind(case)
    if case.ended:
        show.line(case.ended)
    if (phase := case.record.phase).number > 1:
        show.line(f"Phase {phase.number}, {phase.title}, since {show.day(phase.at, case.calendar.zone)}")
    for sentence in _go_live(case):
        show.line(sentence)
    show.line()
    rows = [
        [stage.title, f"{closed} of {tasks}" if tasks else "none needed", _complete(case, stage, tasks == closed > 0)]
        for stage, closed, tasks in _stages(case)
    ]
    show.table(["Stage", "Tasks closed", ""], rows)
    show.line()
    for sentence in untold(case.context()):
        show.line(sentence)
    _show_waiting(case)
    ids = [stage.id for stage in case.profile.stages]
    runs = [run for run in case.store.runs(customer.id) if run.stage in ids]
    if runs:
        outcome = runs[-1].outcome.value if runs[-1].outcome else "still going"
        show.line()
        began = show.day(runs[-1].started_at, case.calendar.zone)
        by = f"edition {short(runs[-1].edition)}, onboarding {runs[-1].library_version}"
        show.line(f"Last run: {runs[-1].stage} on {began} ({by}), {outcome}. {runs[-1].message}")


def _complete(case: Case, stage: Stage, is_closed: bool) -> list[str]:
    """That a stage is complete, and which gates of it have closed again since."""
    from onboarding.stages.owed import closed_again

    again = closed_again(stage.id, case.profile, case.progress())
    if again:
        return ["complete;", f"gates that are closed now: {'; '.join(view.gate.title for view in again)}"]
    return ["complete"] if is_closed else []


def _since_edition(case: Case) -> str:
    """Since when the customer has its edition; where none is kept, that it is of today."""
    taken = case.engagement.editions
    return show.day(taken[-1].at, case.calendar.zone) if taken else "today"


def _go_live(case: Case) -> Iterator[str]:
    """When the customer is to be live, by whose word, and what will be late because of what."""
    from onboarding.stages.drift import sightings
    from onboarding.stages.schedule import late_sentence, live_title, missed_sentence

    if case.ended:
        return
    found, context = case.schedule(), case.context()
    expected = None if found.live_on else found.forecast_on
    days = {"wanted": found.wanted_on, "promised": found.promised_on, "expected": expected, "live": found.live_on}
    known = [f"{word} {show.day(day)}" for word, day in days.items() if day]
    if found.forecast_on:
        title = live_title(context)
        yield f"Go-live{f' ({title})' if title else ''}: {', '.join(known)}"
    if found.earliest_on and not found.live_on:
        yield f"Earliest possible: {show.day(found.earliest_on)}"
    yield from (str(late_sentence(one, context)) for one in found.late)
    for one in found.missed:
        task = context.task(one.id)
        yield f"{task.title if task else one.id}: {missed_sentence(one, context)}"
    for line in sightings(context):
        stage = context.profile.stage(line.what.subject).title
        yield f"{stage}, {show.day(line.at, case.calendar.zone)}: {line.what}."


def since_hand_over(case: Case) -> None:
    """What the answers ask for that was not handed over, and how to order it."""
    from onboarding.stages.change_order import to_order

    if more := to_order(case.context()):
        titles = "; ".join(task.title for task in more)
        show.line(f"The answers are others than were handed over. Work for a change order: {titles}.")
        show.line(f"`onboard phase {case.customer.id} --change-order --title TEXT --by WHO` begins it.")


def _show_waiting(case: Case) -> None:
    from onboarding.stages.owed import at_rest, by_row, owed

    progress = case.progress()
    waiting = by_row(owed(progress), progress)
    if not waiting:
        show.line(at_rest(progress))
        since_hand_over(case)
        return
    rows = [
        [show_owed.who(case, one), *show_owed.days(case, one), show_owed.state(case, one), show_owed.what(one)]
        for one in waiting
    ]
    show.table(["Waits for", "Since", "Until", "State", "What"], rows)
    show_owed.next_steps(case, waiting)


def _case_json(case: Case) -> dict[str, Any]:
    from onboarding.stages.farewell import untold
    from onboarding.stages.owed import owed
    from onboarding.store.values import StatusRow

    progress, customer = case.progress(), case.customer
    waiting = [
        StatusRow(
            one.stage, one.id, one.title, one.state, one.party, one.since, one.due_on, " ".join(one.reasons),
            one.begun_at, late_at=one.late_at, kind=one.kind,
        )
        for one in owed(progress)
    ]  # fmt: skip
    return {
        **customer_json(
            customer, case.engagement.profile, case.record.phase.number, progress.is_complete, case.record.end
        ),
        "service": case.engagement.service,
        "edition": case.edition,
        "own_files": case.own_files.names,
        "schedule": _schedule_json(case),
        "open_stage": progress.open_stage,
        "stages": {stage.id: {"closed": closed, "tasks": tasks} for stage, closed, tasks in _stages(case)},
        "waiting": [waiting_json(row, case.at) for row in waiting],
        "untold": [str(sentence) for sentence in untold(case.context())],
    }


def _schedule_json(case: Case) -> dict[str, Any]:
    found = case.schedule()
    return {
        "wanted_on": found.wanted_on, "promised_on": found.promised_on, "forecast_on": found.forecast_on,
        "live_on": found.live_on, "earliest_on": found.earliest_on,
        "late": [
            {"task": one.id, "wanted_on": one.wanted_on, "forecast_on": one.forecast_on, "because": one.because}
            for one in found.late
        ],
        "missed": [
            {"task": one.id, "wanted_on": one.wanted_on, "agreed_on": one.agreed_on, "done_on": one.done_on}
            for one in found.missed
        ],
    }  # fmt: skip


def _stages(case: Case) -> Iterator[tuple[Stage, int, int]]:
    """Each stage with its tasks that are closed, and all its tasks; what is not needed counts for neither."""
    for stage in case.profile.stages:
        count = case.progress().count(stage.id)
        yield stage, count.closed, count.total

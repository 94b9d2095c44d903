"""Everything that did not go as it should, in one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from onboarding.domain.calendar import Calendar
from onboarding.domain.event import ADOPTED_ORDER, ADOPTED_TASK
from onboarding.domain.history import TaskState
from onboarding.domain.language import _, join_sentences
from onboarding.domain.question import Problem
from onboarding.domain.schedule import Missed
from onboarding.report.delivery import Delivery, Proof, UserFigure
from onboarding.report.task_figures import TaskFigure, together
from onboarding.stages.context import Context
from onboarding.stages.drift import sightings
from onboarding.stages.edition_change import left_behind
from onboarding.stages.schedule import missed_sentence
from onboarding.store.values import ChainRecord, Run, RunOutcome


class Trouble(StrEnum):
    """Kinds of exceptions, the gravest first."""

    REJECTED = _("rejected")
    UNKNOWN = _("unknown")
    FAILED_RUN = _("run failed")
    DIFFERS = _("differs from the order")
    OVERDUE = _("overdue")
    MISSING_ANSWER = _("answer missing or wrong")
    MISSED = _("done later than wanted")
    WAIVED = _("waived")
    SKIPPED = _("left out")
    NOT_READ_BACK = _("reported, not read back")
    ADOPTED = _("stated at adoption, not verified")
    DRIFT = _("changed outside by the customer")
    LEFT_BEHIND = _("of an earlier edition")
    DATED = _("dated otherwise than entered")
    WARNING = _("warning")


@dataclass(frozen=True, slots=True)
class ExceptionFigure:
    """One thing that did not go as it should: what, why, and whose it is."""

    kind: Trouble
    what: str
    why: str
    party: str = ""
    at: datetime | None = None


def exceptions(
    context: Context,
    tasks: Iterable[TaskFigure],
    users: Sequence[UserFigure],
    delivery: Delivery,
    runs: Sequence[Run],
    others: Iterable[str] = (),
    apart: Iterable[ChainRecord] = (),
    missed: Iterable[Missed] = (),
) -> list[ExceptionFigure]:
    """Everything a reader must know beside the outcome, the gravest first.

    ``others`` are things that differ, ``apart`` records dated more than a day away from the machine's clock, ``missed``
    is what was done after the day it was wanted on.
    """
    stated = [*_stated(context)]
    names = {one.task for one, _title in stated}
    found = [trouble for group in together(tasks) for trouble in _of_rows(group, names)]
    found += [
        ExceptionFigure(Trouble.ADOPTED, title, _("Stated by {who}.", who=one.by), at=one.at) for one, title in stated
    ]
    found += [ExceptionFigure(Trouble.DIFFERS, what, why) for what, why in _differing(users, delivery, others)]
    found += [
        ExceptionFigure(Trouble.LEFT_BEHIND, _(one.title), one.sentence, at=one.record.at)
        for one in left_behind(context)
    ]
    found += [
        ExceptionFigure(Trouble.DRIFT, _(context.profile.stage(one.what.subject).title), one.what.sentence, at=one.at)
        for one in sightings(context)
    ]
    found += [*_missed(missed, context)]
    found += [*_failed_runs(context, runs), *_answer_troubles(context), *dated(apart, context.calendar)]
    order = list(Trouble)
    return sorted(found, key=lambda trouble: order.index(trouble.kind))


def _missed(missed: Iterable[Missed], context: Context) -> Iterator[ExceptionFigure]:
    for one in missed:
        if (task := context.task(one.id)) is not None:
            party = _(context.profile.party_title(task.party))
            yield ExceptionFigure(Trouble.MISSED, _(task.title), missed_sentence(one, context), party)


def dated(records: Iterable[ChainRecord], calendar: Calendar) -> Iterator[ExceptionFigure]:
    """What bears another day than the machine's clock had, once for each pair of days and person."""
    found = Counter(
        (one.as_of.astimezone(calendar.zone).date(), one.recorded_at.astimezone(calendar.zone).date(), one.by)
        for one in records
    )
    for (day, other, who), count in sorted(found.items()):
        text = _("{count} records of this day were entered on {other}, by {who}.")
        if count == 1:
            text = _("1 record of this day was entered on {other}, by {who}.")
        why = _(text, count=count, other=other, who=who or _("nobody in particular"))
        yield ExceptionFigure(Trouble.DATED, _("Record of {day}", day=day), why)


@dataclass(frozen=True, slots=True)
class _Statement:
    """One thing that was only stated; ``task`` is the id of the task or gate."""

    task: str
    by: str
    at: datetime


def _stated(context: Context) -> Iterator[tuple[_Statement, str]]:
    """What was stated when the customer was taken over and nobody has verified, with its title."""
    seen: set[str] = set()
    for line in context.record.evidence:
        task = context.task(line.task)
        if line.what.kind in (ADOPTED_TASK, ADOPTED_ORDER) and line.task not in seen:
            seen.add(line.task)
            gate = context.profile.gates.get(line.task)
            yield _Statement(line.task, line.by, line.at), _(task.title if task else gate.title if gate else line.task)
    for one in context.record.decisions:
        if one.is_stated and (gate := context.profile.gates.get(one.gate)):
            yield _Statement(one.gate, one.by, one.at), _(gate.title)


def _answer_troubles(context: Context) -> Iterator[ExceptionFigure]:
    """What is wrong with the answers, one line for all rows of a table with the same fault."""
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in context.problems:
        alike.setdefault((problem.severity, problem.question, problem.code), []).append(problem)
    for (severity, _question, _code), problems in alike.items():
        why: str = problems[0].sentence
        if len(problems) > 1:
            why = _("{why} {count} more alike.", why=why, count=len(problems) - 1)
        kind = Trouble.MISSING_ANSWER if severity == "error" else Trouble.WARNING
        yield ExceptionFigure(kind, context.profile.questionnaire.called(problems[0]), why)


def _of_rows(group: Sequence[TaskFigure], stated: Collection[str]) -> Iterator[ExceptionFigure]:
    """What is wrong with a task; of the rows of one each kind of trouble once, with how many rows it is."""
    alike: dict[Trouble, list[ExceptionFigure]] = {}
    for task in group:
        for trouble in _task_troubles(task, task.id in stated):
            alike.setdefault(trouble.kind, []).append(trouble)
    for troubles in alike.values():
        first = troubles[0]
        if len(troubles) == 1:
            yield first
        else:
            what = _("{title}: {count} rows", title=group[0].each, count=len(troubles))
            parties = {trouble.party for trouble in troubles}
            at = max((trouble.at for trouble in troubles if trouble.at), default=None)
            yield replace(first, what=what, party=first.party if len(parties) == 1 else "", at=at)


def _task_troubles(task: TaskFigure, is_stated: bool) -> Iterator[ExceptionFigure]:
    if task.state in (TaskState.REJECTED, TaskState.UNKNOWN) or task.state.is_left_out:
        why = join_sentences(task.reasons) or task.note
        yield ExceptionFigure(Trouble[task.state.name], task.title, why, task.party, task.closed_at)
    if task.is_late and task.promised_on and not task.state.is_closed:
        why = _("It was due on {day}.", day=task.promised_on)
        yield ExceptionFigure(Trouble.OVERDUE, task.title, why, task.party)
    if task.is_reported and not is_stated:
        why = _("Reported by {who}.", who=task.by or task.party)
        yield ExceptionFigure(Trouble.NOT_READ_BACK, task.title, why, task.party, task.closed_at)


def _differing(users: Sequence[UserFigure], delivery: Delivery, others: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(what, why) of everything that was read back differently."""
    for user in users:
        if user.proof is Proof.DIFFERS:
            yield user.name, _("The user was read back differently from the order.")
        for service in user.services:
            if service.proof is Proof.DIFFERS:
                yield user.name, _("{title} was read back differently from the order.", title=service.title)
    things = [thing.title for thing in delivery.company_and_sites() if thing.proof is Proof.DIFFERS]
    for what in (*things, *others):
        yield what, _("It was read back differently from the order.")


def _failed_runs(context: Context, runs: Sequence[Run]) -> Iterator[ExceptionFigure]:
    """Stages whose newest run failed; an earlier failure that was made good stays in the run list only."""
    newest = {run.stage: run for run in runs if run.outcome is not None}
    for run in newest.values():
        if is_failed(run):
            title = _(context.profile.stage(run.stage).title)
            what = _("{title}, run {run}", title=title, run=run.id)
            yield ExceptionFigure(Trouble.FAILED_RUN, what, run.message.sentence, at=run.finished_at)


def is_failed(run: Run) -> bool:
    return run.outcome not in (None, RunOutcome.DONE, RunOutcome.PARKED)

"""Everything that did not go as it should, in one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from onboarding.domain.language import say, say_lines
from onboarding.domain.question import Problem, Question, Section
from onboarding.domain.record import TaskState
from onboarding.report.delivery import Delivery, Proof, UserFigure
from onboarding.report.tasks import TaskFigure
from onboarding.stages.context import Context
from onboarding.store.model import Run, RunOutcome


class Trouble(StrEnum):
    """Kinds of exceptions, the gravest first."""

    REJECTED = "rejected"
    UNKNOWN = "unknown"
    FAILED_RUN = "run failed"
    DIFFERS = "differs from the order"
    OVERDUE = "overdue"
    MISSING_ANSWER = "answer missing or wrong"
    SKIPPED = "left out"
    NOT_READ_BACK = "reported, not read back"
    WARNING = "warning"


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
) -> list[ExceptionFigure]:
    """Everything a reader must know beside the outcome, the gravest first; ``others`` are things that differ."""
    found = [trouble for task in tasks for trouble in _task_troubles(task)]
    found += _differing(users, delivery)
    found += [
        ExceptionFigure(Trouble.DIFFERS, what, say("It was read back differently from the order.")) for what in others
    ]
    found += _failed_runs(context, runs)
    found += _answer_troubles(context)
    order = list(Trouble)
    return sorted(found, key=lambda trouble: order.index(trouble.kind))


def _answer_troubles(context: Context) -> Iterator[ExceptionFigure]:
    """What is wrong with the answers, one line for all rows of a table with the same fault."""
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in context.problems:
        alike.setdefault((problem.severity, problem.question, problem.code), []).append(problem)
    for (severity, question_id, _), problems in alike.items():
        section = context.profile.questionnaire.section(question_id.partition(".")[0])
        question = context.profile.questionnaire.question(question_id)
        first = problems[0]
        what = _place(section, question, first)
        why: str = first.sentence
        if len(problems) > 1:
            why = say("{why} {count} more alike.", why=why, count=len(problems) - 1)
        kind = Trouble.MISSING_ANSWER if severity == "error" else Trouble.WARNING
        yield ExceptionFigure(kind, what, why)


def _place(section: Section | None, question: Question | None, problem: Problem) -> str:
    """``Users: E-mail, row 3``."""
    what: str = problem.place
    if section and question:
        what = say("{section}: {label}", section=say(section.title), label=say(question.label))
    elif section:
        what = say(section.title)
    if problem.row is None:
        return what
    return say("{what}, row {number}", what=what, number=problem.row + 1)


def _task_troubles(task: TaskFigure) -> Iterator[ExceptionFigure]:
    why = say_lines(task.reasons) or task.note
    kinds = {
        TaskState.REJECTED: Trouble.REJECTED,
        TaskState.UNKNOWN: Trouble.UNKNOWN,
        TaskState.SKIPPED: Trouble.SKIPPED,
    }
    if task.state in kinds:
        yield ExceptionFigure(kinds[task.state], task.title, why, task.party, task.closed_at)
    if task.is_late and task.promised_on and not task.state.is_closed:
        yield ExceptionFigure(
            Trouble.OVERDUE, task.title, say("It was due on {day}.", day=task.promised_on), task.party
        )
    if task.is_reported:
        why = say("Reported by {who}.", who=task.by or task.party)
        yield ExceptionFigure(Trouble.NOT_READ_BACK, task.title, why, task.party, task.closed_at)


def _differing(users: Sequence[UserFigure], delivery: Delivery) -> Iterator[ExceptionFigure]:
    for user in users:
        if user.proof is Proof.DIFFERS:
            yield ExceptionFigure(Trouble.DIFFERS, user.name, say("The user was read back differently from the order."))
        for service in user.services:
            if service.proof is Proof.DIFFERS:
                why = say("{title} was read back differently from the order.", title=service.title)
                yield ExceptionFigure(Trouble.DIFFERS, user.name, why)
    for thing in delivery.company_and_sites():
        if thing.proof is Proof.DIFFERS:
            yield ExceptionFigure(Trouble.DIFFERS, thing.title, say("It was read back differently from the order."))


def _failed_runs(context: Context, runs: Sequence[Run]) -> Iterator[ExceptionFigure]:
    """Stages whose newest run failed; an earlier failure that was made good stays in the run list only."""
    newest = {run.stage: run for run in runs if run.outcome is not None}
    for run in newest.values():
        if is_failed(run):
            title = next((stage.title for stage in context.profile.stages if stage.id == run.stage), run.stage)
            yield ExceptionFigure(
                Trouble.FAILED_RUN,
                say("{title}, run {run}", title=say(title), run=run.id),
                run.message.sentence,
                at=run.finished_at,
            )


def is_failed(run: Run) -> bool:
    return run.outcome in (RunOutcome.FAILED, RunOutcome.BAD_INPUT, RunOutcome.DIED, RunOutcome.TIMED_OUT)

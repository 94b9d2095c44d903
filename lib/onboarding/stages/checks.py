"""What a gate or a task can check for itself.

A check answers with what is missing, as sentences; nothing missing means that it holds. Checks read other tasks through
``closed``, never the record, so that a skipped or not needed task counts as closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from onboarding.domain.language import say, say_all
from onboarding.domain.problem import Problem, errors
from onboarding.domain.record import TaskState
from onboarding.stages import readiness, review, traceability
from onboarding.stages.context import Context, full_name, texts
from onboarding.stages.sentences import shorten


class Closed(Protocol):
    """State of a task by id."""

    def __call__(self, task_id: str) -> TaskState: ...


Check = Callable[[Context, Mapping[str, Any], Closed], list[str]]


def answers_complete(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """No error in the answers of ``about.sections`` (all sections when none are named), C-18."""
    wanted = set(texts(about.get("sections")))
    found = [problem for problem in errors(context.problems) if not wanted or problem.section in wanted]
    if not found and not context.values:
        return [say("The questionnaire has not been filled in.")]
    return shorten([say("{place}: {what}", place=_place(problem), what=problem.sentence) for problem in found])


def _place(problem: Problem) -> str:
    if problem.row is None or problem.where:
        return problem.place
    return say("{question} row {number}", question=problem.question, number=problem.row + 1)


def administrator_named(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """A company administrator is named: a dedicated one with name and address, or one of the users (C-31, C-32)."""
    kind = context.answer("administrator.kind")
    if kind == "user":
        email = context.answer("administrator.user")
        known = {user.get("email") for user in context.rows("users")}
        listed = say("The administrator is to be one of the users, but no such user is listed.")
        return [] if email in known else [listed]
    if kind == "dedicated":
        wanted = ("first_name", "last_name", "email")
        missing = [_PARTS[name] for name in wanted if not context.answer(f"administrator.{name}")]
        what = say_all(missing)
        return [say("The dedicated administrator's {what} is missing.", what=what)] if missing else []
    return [say("No company administrator has been named.")]


_PARTS = {"first_name": say("first name"), "last_name": say("last name"), "email": say("email")}


def numbers_complete(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """Every user whose service needs a number has one, and the tasks that bring them are closed (C-45)."""
    needing = {service.id for service in context.profile.services.values() if service.needs_number}
    without = [
        say("{who} has no telephone number yet.", who=full_name(user))
        for user in context.rows("users")
        if context.services_of(user) & needing and not user.get("number")
    ]
    return shorten(without + tasks_closed(context, about, closed))


def tasks_closed(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """Every task of ``about.tasks`` and of the stages ``about.stages`` is closed (C-60)."""
    named = list(texts(about.get("tasks")))
    stages = set(texts(about.get("stages")))
    named += [task.id for task in context.profile.tasks if task.stage in stages and not task.every]
    titles = {task.id: task.title for task in context.profile.tasks}
    return shorten([say("Open: {title}.", title=say(titles[one])) for one in named if not closed(one).is_closed])


def signed_loa_held(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """The signed letter of authorization lies in the record as a document of task ``about.task`` (C-22, C-23)."""
    task_id = str(about.get("task", "telephony.sign-loa"))
    if any(line.task == task_id and line.document for line in context.record.evidence):
        return []
    return [say("The signed letter of authorization has not been filed.")]


CHECKS: dict[str, Check] = {
    "answers-complete": answers_complete,
    "administrator-named": administrator_named,
    "numbers-complete": numbers_complete,
    "tasks-closed": tasks_closed,
    "signed-loa-held": signed_loa_held,
    **readiness.CHECKS,
    **review.CHECKS,
    **traceability.CHECKS,
}

"""What is to be said of a word that was taken: that nobody has listed who gave it, and that no file proves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from onboarding.case.case import Case
from onboarding.case.people import roles_of
from onboarding.domain.event import PROOF_ADDED, REPORTED
from onboarding.domain.history import Evidence, TaskState
from onboarding.domain.language import join_or
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.project_status import ProjectStatus


def on_trust(by: str, roles: Iterable[str], context: Context) -> str:
    """That somebody's word was taken although they are not listed in any of these roles."""
    titles = join_or([context.profile.party_title(role) for role in roles])
    return f"{by} is not listed as {titles}: the role is taken on trust."


def taken_on_trust(
    case: Case, lines: Sequence[Evidence], roles: Callable[[Task], Sequence[str]] = roles_of
) -> list[str]:
    """The same of each person whose word these lines give in one of the ``roles`` for its task."""
    context = case.context()
    found = (on_trust(line.by, roles(case.task(line.task)), context) for line in lines if line.is_on_trust)
    return list(dict.fromkeys(found))


def wanted_proof(case: Case, lines: Sequence[Evidence]) -> list[str]:
    """Which file is wanted for what these lines report as done without one, nor the number of a ticket."""
    bare = [line for line in lines if line.what.kind == REPORTED and not (line.document or line.reference)]
    wanted = dict.fromkeys(case.task(line.task).evidence for line in bare)
    return [f"No file proves it; wanted is: {evidence}." for evidence in wanted if evidence]


def unproved(stage: str, context: Context, progress: ProjectStatus) -> list[str]:
    """Titles of the tasks of the stage that somebody has reported as done, and that nothing proves."""
    done = [view.task for view in progress.of_stage(stage) if view.state is TaskState.DONE and view.task.evidence]
    return list(dict.fromkeys(context.known(task.declared).title for task in done if _is_bare(task, context)))


def _is_bare(task: Task, context: Context) -> bool:
    lines = [line for line in context.lines(task.id) if line.what.kind in (REPORTED, PROOF_ADDED)]
    return bool(lines) and not any(line.document or line.reference for line in lines)

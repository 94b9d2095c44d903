"""What a customer asked for with the answers that meet it, and what the tasks of a stage make out of answers."""

from __future__ import annotations

from onboarding.domain.answer_text import answer_text
from onboarding.stages.checks import TaskCheck
from onboarding.stages.checks.review import RequirementsMapped, coverage
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.planners.records import PortalRecord
from onboarding.text import first_few

SHOWN = 4
"""Keys of one kind of thing that are named before the rest is counted."""


def requirement_rows(context: Context) -> list[list[str]]:
    """[requirement, what meets it, whether that is answered], of every profile that maps requirements (M-07)."""
    found = []
    for p in _mappings(context):
        question = context.profile.questionnaire.question(p.setting)
        for what, named, is_met in coverage(context, p):
            met_by = answer_text(question, named) if question and named else "nothing yet"
            found.append([what, met_by, "answered" if is_met else "open"])
    return found


def made_rows(stage: str, context: Context) -> list[list[str]]:
    """[task, how many things, their keys] of the stage's tasks that make things in a portal out of answers."""
    found = []
    for task in context.profile.tasks_of(stage):
        if isinstance(task.params, PortalRecord) and context.is_needed(task):
            keys = [action.key for action in desired(task, context)]
            named = first_few(keys, SHOWN)
            found.append([task.title, str(len(keys)), named])
    return found


def _mappings(context: Context) -> list[RequirementsMapped]:
    """The parameters of every check that maps requirements, each once."""
    checks = [p.params for task in context.profile.tasks if isinstance(p := task.params, TaskCheck)]
    checks += [gate.params for gate in context.profile.gates.values()]
    return list({p.requirement: p for p in checks if isinstance(p, RequirementsMapped)}.values())

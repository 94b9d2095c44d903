"""The files that go with an action: the filled questionnaire, and proofs filed with earlier tasks."""

from __future__ import annotations

import io
from collections.abc import Mapping

from onboarding.answers.workbook import write_workbook
from onboarding.case.case import Case
from onboarding.domain.action import Action, Attachment
from onboarding.domain.answer_text import texts
from onboarding.domain.json import JSON
from onboarding.domain.question import Questionnaire
from onboarding.domain.row import without_ids
from onboarding.stages.basis import covering
from onboarding.stages.planned import PLAN, planned_configuration
from onboarding.stages.planners.presentation import Presentation

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachments(case: Case, action: Action) -> list[Attachment]:
    """Documents named in the action's ``attach``: ``questionnaire``, or ``evidence:<task id>``."""
    found: list[Attachment] = []
    for name in texts(action.body.get("attach")):
        if name == "questionnaire":
            found.append(questionnaire(case))
        elif name.startswith("evidence:"):
            found += filed(case, name.partition(":")[2])
        else:
            found += written(case, action)
    return found


def written(case: Case, action: Action) -> list[Attachment]:
    """Documents that are made from the answers for this action and kept as evidence once it was sent (E-18)."""
    if PLAN not in texts(action.body.get("attach")):
        return []
    p = case.task(action.task).params
    page = planned_configuration(p.sections if isinstance(p, Presentation) else (), case.context(), case.language)
    return [Attachment(f"{case.customer.id}-{PLAN}.html", "text/html", page.encode())]


def questionnaire(case: Case) -> Attachment:
    """The customer's answers as the workbook they know, in English and without ids of rows: for somebody else."""
    return _workbook(case.profile.questionnaire, without_ids(case.document), case)


def sheet(case: Case) -> Attachment:
    """The customer's answers as a workbook in their language, to be filled in further."""
    return _workbook(case.questionnaire, case.document, case)


def _workbook(asked: Questionnaire, document: Mapping[str, JSON], case: Case) -> Attachment:
    target = io.BytesIO()
    write_workbook(asked, document, target, case.titled)
    return Attachment(f"{case.customer.id}-onboarding-sheet.xlsx", XLSX, target.getvalue())


def filed(case: Case, task_id: str) -> list[Attachment]:
    """Every document filed as proof of a task that holds for the answers as they are, the newest last."""
    return [case.store.document(case.customer.id, line.document) for line in covering(task_id, case.context())]

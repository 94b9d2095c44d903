"""The planned configuration, sent to the customer before anything is configured."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from onboarding.domain.action import Action
from onboarding.domain.params import FieldId, SectionId
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planned import PLAN, version
from onboarding.stages.planners import planner
from onboarding.stages.planners.mail import Mail, mail
from onboarding.stages.planners.shown import shown_fields


class Presentation(Mail):
    """A mail with the planned configuration."""

    is_amended: ClassVar[bool] = False
    sections: tuple[SectionId, ...]
    fields: tuple[FieldId, ...] = ()


@planner("present", Presentation, connectors=("support",))
def present(task: Task, context: Context, p: Presentation) -> list[Action]:
    """One mail with the planned configuration made from ``sections``, which is kept as evidence once it was sent.

    Another version of the configuration is another mail.
    """
    fields = shown_fields(p.fields, context, for_customer=p.is_to_customer)
    label = context.language("Version") if p.is_to_customer else "Version"
    action = mail(task, context, p, task.id, fields=[*fields, (label, version(p.sections, context))])
    return [replace(action, body={**action.body, "attach": [PLAN]})]

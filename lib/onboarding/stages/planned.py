"""The planned configuration: a document made from the answers, shown to the customer before anything is configured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onboarding.domain.answer_text import answer_text
from onboarding.domain.callflow_picture import Picture, draw
from onboarding.domain.json import JSON, digest
from onboarding.domain.language import ENGLISH, Language, say
from onboarding.domain.question import Section
from onboarding.html.parts import page
from onboarding.stages.context import Context
from onboarding.stages.planners.shown import table

PLAN = "planned-configuration"
"""What a mail with the document attached says under ``attach``."""

_ASKS = say(
    "This is how the system will be configured. Read it against what you need, above all the call flow. "
    "Whatever differs is noted and settled before the plan is called ready."
)


def version(sections: Sequence[str], context: Context) -> str:
    """What tells one version of the plan from another: twelve digits of the digest of the sections it shows."""
    return digest([[name, context.values.get(name)] for name in sections])[:12]


def picture_of(context: Context, say: Language = ENGLISH) -> Picture | None:
    """The customer's call flow as a picture; None where the profile asks for none or nothing is answered."""
    flow = context.call_flow()
    return draw(flow, say=say) if flow.steps else None


def planned_configuration(names: Sequence[str], context: Context, say: Language = ENGLISH) -> str:
    """The document as one HTML page: the call flow drawn and in words, then every section of these names."""
    sections = [context.profile.questionnaire.section(name) for name in names]
    return page(
        "stages/planned.html.j2",
        lang=say.code,
        title=say("Planned configuration"),
        customer=context.customer.name,
        provider=context.profile.provider,
        day=say.day(context.today),
        version=f"{say('Version')} {version(names, context)}",
        asks=say(_ASKS),
        picture=picture_of(context, say),
        sections=[_answers(one, context.values[one.id], say) for one in sections if one and context.values.get(one.id)],
    )


def _answers(section: Section, held: Any, say: Language) -> dict[str, JSON]:
    if section.is_table:
        return table(section, section.questions, held, say)
    rows = [[say(q.label), answer_text(q, held[q.name], say)] for q in section.questions if q.name in held]
    return {"title": say(section.title), "columns": [say("Question"), say("Answer")], "rows": rows}

"""The planned configuration: a document made from the answers, shown to the customer before anything is configured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onboarding.domain.answer_text import answer_text
from onboarding.domain.callflow_picture import Picture, draw
from onboarding.domain.json import JSON, digest
from onboarding.domain.language import ENGLISH, Language, _
from onboarding.domain.question import Section
from onboarding.html.parts import page
from onboarding.stages.context import Context
from onboarding.stages.planners.shown import table

PLAN = "planned-configuration"
"""What a mail with the document attached says under ``attach``."""

_ASKS = _(
    "This is how the system will be configured. Read it against what you need, above all the call flow. "
    "Whatever differs is noted and settled before the plan is called ready."
)


def version(sections: Sequence[str], context: Context) -> str:
    """The version of the plan: twelve digits of the digest of the sections it shows."""
    return digest([[name, context.values.get(name)] for name in sections])[:12]


def picture_of(context: Context, language: Language = ENGLISH) -> Picture | None:
    """The customer's call flow as a picture; None where the profile asks for none or nothing is answered."""
    flow = context.call_flow()
    return draw(flow, language=language) if flow.steps else None


def planned_configuration(names: Sequence[str], context: Context, language: Language = ENGLISH) -> str:
    """The document as one HTML page: the call flow drawn and in words, then every section of these names."""
    sections = [context.profile.questionnaire.section(name) for name in names]
    return page(
        "stages/planned.html.j2",
        lang=language.code,
        title=language("Planned configuration"),
        customer=context.company,
        provider=context.profile.provider,
        reseller=context.reseller,
        day=language.day(context.shown_today),
        version=f"{language('Version')} {version(names, context)}",
        asks=language(_ASKS),
        picture=picture_of(context, language),
        sections=[
            _answers(one, context.values[one.id], language) for one in sections if one and context.values.get(one.id)
        ],
    )


def _answers(section: Section, content: Any, language: Language) -> dict[str, JSON]:
    if section.is_table:
        return table(section, section.questions, content, language)
    rows = [
        [language(q.label), answer_text(q, content[q.name], language)] for q in section.questions if q.name in content
    ]
    return {"title": language(section.title), "columns": [language("Question"), language("Answer")], "rows": rows}

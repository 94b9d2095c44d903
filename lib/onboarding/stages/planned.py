"""The planned configuration: a document made from the answers, shown to the customer before anything is configured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

from onboarding.domain.action import Action
from onboarding.domain.answer_text import answer_text
from onboarding.domain.callflow_picture import Picture, draw
from onboarding.domain.json import digest
from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.question import Section
from onboarding.domain.task import Task
from onboarding.stages.common import language_of, mail, shown_fields
from onboarding.stages.context import Context, texts

PLAN = "planned-configuration"
"""What a mail with the document attached says under ``attach``."""

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "th,td{border-bottom:1px solid #8886;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    "caption{text-align:left;font-weight:600}figure{margin:1rem 0;overflow-x:auto}"
    "@media print{body{margin:0}svg{max-width:100%;height:auto}h2,caption{break-after:avoid}tr{break-inside:avoid}}"
    "@media (prefers-color-scheme:dark){body{background:#16181c;color:#e8e8e8}}"
)


def present(task: Task, context: Context) -> list[Action]:
    """One mail to the customer with the planned configuration; another version of it is another mail (E-18)."""
    fields = [*shown_fields(task, context), (language_of(task, context)("Version"), version(task, context))]
    action = mail(task, context, task.id, fields=fields)
    return [replace(action, body={**action.body, "attach": [PLAN]})]


def version(task: Task, context: Context) -> str:
    """What tells one version of the plan from another: twelve digits of the digest of what it shows."""
    return digest([[name, context.values.get(name)] for name in texts(task.about.get("sections"))])[:12]


def picture_of(context: Context, say: Language = ENGLISH) -> Picture | None:
    """The customer's call flow as a picture; None where the profile asks for none or nothing is answered."""
    flow = context.call_flow()
    return draw(flow, say=say) if flow.steps else None


def planned_configuration(task: Task, context: Context, say: Language = ENGLISH) -> str:
    """The document as one HTML page: the call flow drawn and in words, then every section of ``about.sections``."""
    title = say("Planned configuration")
    day = context.today.isoformat()
    parts = [
        f'<!doctype html><html lang="{escape(say.code)}"><head><meta charset="utf-8">',
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}: ',
        f"{escape(context.customer.name)}</title><style>{STYLE}</style></head><body><header><h1>{escape(title)}</h1>",
        f"<p><strong>{escape(context.customer.name)}</strong> · {escape(context.profile.provider)}</p>",
        f"<p>{escape(say('Version'))} {version(task, context)} · {escape(day)}</p>",
        f"<p>{escape(say(_ASKS))}</p></header><main>",
    ]
    if picture := picture_of(context, say):
        parts.append(_flow(picture))
    for name in texts(task.about.get("sections")):
        section = context.profile.questionnaire.section(name)
        if section is not None and context.values.get(name):
            parts.append(_section(section, context.values[name], say))
    return "".join([*parts, "</main></body></html>"])


_ASKS = (
    "This is how the system will be configured. Read it against what you need, above all the call flow. "
    "Whatever differs is noted and settled before the plan is called ready."
)


def _flow(picture: Picture) -> str:
    title, words = escape(picture.title), _table(picture.title, picture.columns, picture.rows)
    return f"<section><h2>{title}</h2><figure>{picture.svg}</figure>{words}</section>"


def _section(section: Section, held: Any, say: Language) -> str:
    title = say(section.title)
    if section.is_table:
        asked = [question for question in section.questions if any(row.get(question.name) is not None for row in held)]
        rows = [[answer_text(question, row.get(question.name), say) for question in asked] for row in held]
        inner = _table(title, [say(question.label) for question in asked], rows)
    else:
        rows = [
            [say(question.label), answer_text(question, held[question.name], say)]
            for question in section.questions
            if question.name in held
        ]
        inner = _table(title, [say("Question"), say("Answer")], rows)
    return f"<section><h2>{escape(title)}</h2>{inner}</section>"


def _table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        if rows
        else ""
    )

"""Migrate: what content moves, how, and by whom (C-50..C-59)."""

from __future__ import annotations

from onboarding.domain.answer_text import say_answer
from onboarding.domain.language import say
from onboarding.stages.context import Context


def matrix(context: Context) -> list[tuple[str, str, str]]:
    """(service, method, who does it) of all content there is to move, for the runbook and the report (C-50)."""
    by = "provider" if context.answer("migration.by") == "provider" else "reseller"
    found: list[tuple[str, str, str]] = []
    for section, title in (("mail", say("Mailboxes")), ("sharepoint", say("SharePoint")), ("crm", say("CRM"))):
        if not context.answer(f"{section}.existing"):
            continue
        question = context.profile.questionnaire.question(f"{section}.method")
        value = context.answer(f"{section}.method")
        found.append((title, say_answer(question, value) or say("undecided"), "provider" if value == "custom" else by))
    if context.answer("migration.lync_contacts"):
        found.append((say("Lync contact lists"), say("rebuilt by hand"), "customer"))
    return found

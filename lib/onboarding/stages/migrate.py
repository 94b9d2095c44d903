"""Migrate: what content moves, how, and by whom (C-50..C-59)."""

from __future__ import annotations

from onboarding.stages.context import Context


def matrix(context: Context) -> list[tuple[str, str, str]]:
    """(service, method, who does it) of all content there is to move, for the runbook and the report (C-50)."""
    by = "provider" if context.answer("migration.by") == "provider" else "reseller"
    found = []
    for section, title in (("mail", "Mailboxes"), ("sharepoint", "SharePoint"), ("crm", "CRM")):
        if not context.answer(f"{section}.existing"):
            continue
        question = context.profile.questionnaire.question(f"{section}.method")
        value = str(context.answer(f"{section}.method") or "undecided")
        words = {option.value: option.label for option in question.options} if question else {}
        found.append((title, words.get(value, value), "provider" if value == "custom" else by))
    if context.answer("migration.lync_contacts"):
        found.append(("Lync contact lists", "rebuilt by hand", "customer"))
    return found

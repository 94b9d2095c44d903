"""Reviews: what engineers pass or fail, and what customers still owe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from onboarding.domain.callflow import CallFlow, call_flow
from onboarding.domain.language import say
from onboarding.stages.context import Context, texts
from onboarding.stages.sentences import shorten


def flow_of(context: Context) -> CallFlow:
    """The call flow of the answers."""
    return call_flow(lambda table: enumerate(context.rows(table)))


def review_parts(context: Context, sections: object) -> list[str]:
    """What is reviewed one by one: the title of every section that is asked, then the name of every call flow."""
    asked = [context.profile.questionnaire.section(name) for name in texts(sections) if name in context.values]
    titles = [section.title for section in asked if section is not None]
    return list(dict.fromkeys([*titles, *(node.name for node in flow_of(context).flows)]))


def review_passed(context: Context, about: Mapping[str, Any], closed: object) -> list[str]:
    """Every section of ``about.sections`` and every call flow has a verdict, and none of them is a no (E-14, E-15).

    A section may be named as the customer reads it.
    """
    verdicts = {_same(row.get("part")): row for row in context.rows("engineering_review")}
    missing = []
    for part in review_parts(context, about.get("sections")):
        row = verdicts.get(_same(part)) or verdicts.get(_same(context.language(part))) or {}
        if row.get("verdict") == "fail":
            reason = row.get("reason")
            failed = say("Failed: {part}. {reason}" if reason else "Failed: {part}.", part=say(part), reason=reason)
            missing.append(failed)
        elif row.get("verdict") != "pass":
            missing.append(say("Not reviewed yet: {part}.", part=say(part)))
    return shorten(missing)


def rows_answered(context: Context, about: Mapping[str, Any], closed: object) -> list[str]:
    """Every row of a table has its ``answer``; what has none is named with its age, the oldest first (E-16, E-20)."""
    asked, answer, since = (str(about[name]).partition(".") for name in ("asked", "answer", "since"))
    open_rows = [row for row in context.rows(asked[0]) if row.get(asked[2]) and not row.get(answer[2])]
    found = [(_age(row.get(since[2]), context), str(row[asked[2]])) for row in open_rows]
    found.sort(key=lambda item: -item[0])
    return shorten(
        [say("Open for {days}: {what}", days=_days(age), what=" ".join(what.split())) for age, what in found]
    )


def _age(value: object, context: Context) -> int:
    """Whole days since then in the place's time, 0 for a day that is missing or still to come."""
    if not isinstance(value, str):
        return 0
    today = context.at.astimezone(context.calendar.zone).date()
    return max(0, (today - date.fromisoformat(value)).days)


def _days(count: int) -> str:
    return say("1 day") if count == 1 else say("{count} days", count=count)


def _same(value: object) -> str:
    return " ".join(str(value or "").casefold().split())


CHECKS = {"review-passed": review_passed, "rows-answered": rows_answered}

"""Checks over what was asked for and looked at: requirements, reviews of engineers, what customers still owe."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import Field

from onboarding.domain.callflow import ASKED
from onboarding.domain.language import _
from onboarding.domain.params import Params, QuestionId, SectionId
from onboarding.stages.checks import check, shorten
from onboarding.stages.context import Closed, Context


class RequirementsMapped(Params):
    requirement: QuestionId = Field(description="question of a table: what is asked for")
    setting: QuestionId = Field(description="question of the same table: which question meets it")


@check("requirements-mapped", RequirementsMapped)
def requirements_mapped(context: Context, p: RequirementsMapped, closed: Closed) -> list[str]:
    """Every requirement names, under ``setting``, the question that meets it, and that question is answered."""
    rows = coverage(context, p)
    if not rows:
        return [_("No requirement of the customer has been written down.")]
    missing: list[str] = [
        _("“{what}” has no setting that meets it.", what=what) for what, named, _other in rows if not named
    ]
    missing += [
        _("“{what}” is to be met by {setting}, which is not answered.", what=what, setting=named)
        for what, named, is_met in rows
        if named and not is_met
    ]
    return shorten(missing)


def coverage(context: Context, p: RequirementsMapped) -> list[tuple[str, str, bool]]:
    """(requirement, question or section that meets it or "", whether that is answered), in the order of the rows."""
    table, _, requirement = p.requirement.partition(".")
    setting = p.setting.partition(".")[2]
    named = [(str(row.get(requirement) or ""), str(row.get(setting) or "")) for row in context.rows(table)]
    return [(what, name, bool(name) and _is_answered(context, name)) for what, name in named]


def _is_answered(context: Context, name: str) -> bool:
    return bool(context.column(name)) if "." in name else bool(context.values.get(name))


class ReviewPassed(Params):
    sections: tuple[SectionId, ...] = Field(min_length=1)


@check("review-passed", ReviewPassed, reads=(
    "engineering_review.part", "engineering_review.verdict", "engineering_review.reason", *ASKED,
))  # fmt: skip
def review_passed(context: Context, p: ReviewPassed, closed: Closed) -> list[str]:
    """The engineers have passed every section of ``sections`` and every call flow, and failed none.

    A section may be named as the customer reads it.
    """
    verdicts = {_same(row.get("part")): row for row in context.rows("engineering_review")}
    missing: list[str] = []
    for part in review_parts(context, p.sections):
        row = verdicts.get(_same(part)) or verdicts.get(_same(context.language(part))) or {}
        if row.get("verdict") == "fail":
            reason = row.get("reason")
            failed = _("Failed: {part}. {reason}" if reason else "Failed: {part}.", part=_(part), reason=reason)
            missing.append(failed)
        elif row.get("verdict") != "pass":
            missing.append(_("Not reviewed yet: {part}.", part=_(part)))
    return shorten(missing)


def review_parts(context: Context, sections: Iterable[str]) -> list[str]:
    """What is reviewed one by one: the title of every section that is asked, then the name of every call flow."""
    asked = [context.profile.questionnaire.section(name) for name in sections if name in context.values]
    titles = [section.title for section in asked if section is not None]
    return list(dict.fromkeys([*titles, *(node.name for node in context.call_flow().flows)]))


class RowsAnswered(Params):
    asked: QuestionId
    answer: QuestionId = Field(description="question of the same table")
    since: QuestionId = Field(description="date question of the same table")


@check("rows-answered", RowsAnswered)
def rows_answered(context: Context, p: RowsAnswered, closed: Closed) -> list[str]:
    """Every row with ``asked`` has its ``answer``; what has none is named with its age since the date ``since``."""
    table = p.asked.partition(".")[0]
    asked, answer, since = (name.partition(".")[2] for name in (p.asked, p.answer, p.since))
    found = [
        (_age(row.get(since), context), " ".join(str(row[asked]).split()))
        for row in context.rows(table)
        if row.get(asked) and not row.get(answer)
    ]
    found.sort(key=lambda item: -item[0])
    return shorten([_("Open for {days}: {what}", days=_days(age), what=what) for age, what in found])


def _age(value: object, context: Context) -> int:
    """Whole days since then in the place's time, 0 for a day that is missing or still to come."""
    return max(0, (context.shown_today - date.fromisoformat(value)).days) if isinstance(value, str) else 0


def _days(count: int) -> str:
    return _("1 day") if count == 1 else _("{count} days", count=count)


def _same(value: object) -> str:
    return " ".join(str(value or "").casefold().split())

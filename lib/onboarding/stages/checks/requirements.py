"""A check that nothing a customer asked for is lost between order and portal."""

from __future__ import annotations

from pydantic import Field

from onboarding.domain.language import say
from onboarding.domain.params import Params, QuestionId
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
        return [say("No requirement of the customer has been written down.")]
    missing: list[str] = [
        say("“{what}” has no setting that meets it.", what=what) for what, named, _ in rows if not named
    ]
    missing += [
        say("“{what}” is to be met by {setting}, which is not answered.", what=what, setting=named)
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

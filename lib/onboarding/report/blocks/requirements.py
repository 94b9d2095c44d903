"""A block of what the customer asked for."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.language import say
from onboarding.report.answers import setting_cell
from onboarding.report.blocks import Captioned, block
from onboarding.report.guide import Guide
from onboarding.report.shapes import Cell, Shape, TableFigure
from onboarding.stages.checks.requirements import RequirementsMapped
from onboarding.stages.checks.requirements import coverage as coverage_of


class Coverage(Captioned, RequirementsMapped):
    """Where the requirements stand."""


@block("coverage", Coverage)
def coverage(guide: Guide, p: Coverage) -> Iterator[Shape]:
    """Every requirement, the setting that meets it and its value."""
    asked = guide.context.profile.questionnaire
    rows = []
    for what, name, is_met in coverage_of(guide.context, p):
        section, question = asked.section(name.partition(".")[0]), asked.question(name)
        setting = Cell(say(question.label) if question else say(section.title) if section else name,
                       (say(section.title),) if question and section else ())  # fmt: skip
        state = Cell(say("met"), tone="good") if is_met else Cell(say("open"), tone="wait")
        rows.append((Cell(what), setting if name else Cell(), setting_cell(guide.context, name), state))
    if rows:
        columns = ((say("Requirement"), 36), (say("Met by"), 22), (say("Set to"), 30), (say("State"), 12))
        yield TableFigure(say(p.caption or "Requirements"), columns, tuple(rows))

"""Rules that count and measure: so many rows, a figure below a limit, a name that is listed with a role."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from onboarding.answers.messages import shown
from onboarding.answers.scene import Finding, Findings, Scene, Where, answered, same, spoken
from onboarding.answers.schema import Cell
from onboarding.domain.json import JSON


def row_count(scene: Scene, rows: str, least: int, most: int, where: Where | None = None) -> Findings:
    """``min`` to ``max`` rows of a table have these values."""
    section = scene.questionnaire.section(rows)
    if section is None or rows not in scene.values.held:
        return
    found = [row for _, row in scene.values.rows(rows) if _fits(row, where)]
    if not least <= len(found) <= most:
        cell = Cell(rows, None, len(found), {})
        yield Finding("row-count", cell, {"value": len(found), "least": least, "most": most, "section": section.title})


def count_equals(scene: Scene, rows: str, tables: list[str]) -> Findings:
    """A table has as many rows as the tables ``tables`` together."""
    section = scene.questionnaire.section(rows)
    if section is None or rows not in scene.values.held:
        return
    count = len(list(scene.values.rows(rows)))
    wanted = sum(len(list(scene.values.rows(table))) for table in tables)
    if count != wanted:
        cell = Cell(rows, None, count, {})
        yield Finding("count-equals", cell, {"value": count, "count": wanted, "section": section.title})


def listed_where(scene: Scene, question: str, rows: str, by: str, where: Where) -> Findings:
    """Every value is found in the column ``by`` of a row of ``rows`` with these values."""
    section = scene.questionnaire.section(rows)
    known = {same(cell.value) for cell in answered(scene, by, where)}
    for cell in answered(scene, question):
        if same(cell.value) not in known:
            params = {"value": spoken(cell.value), "section": section.title if section else rows}
            yield Finding("listed-where", cell, params)


def below(scene: Scene, question: str, limit: int) -> Findings:
    """A figure stays below ``limit``."""
    for cell in answered(scene, question):
        if isinstance(cell.value, int) and cell.value >= limit:
            yield Finding("below", cell, {"value": cell.value, "most": limit})


def at_least_each(scene: Scene, question: str, times: str, each: int) -> Findings:
    """A figure is at least ``each`` for every one counted under ``times``."""
    for counted in answered(scene, times):
        for cell in answered(scene, question):
            if isinstance(cell.value, int) and isinstance(counted.value, int) and cell.value < each * counted.value:
                needed = each * counted.value
                params = {"value": cell.value, "least": needed, "count": shown(counted.value)}
                yield Finding("at-least-each", cell, params)


def _fits(row: Mapping[str, JSON], where: Where | None) -> bool:
    return all(row.get(name) == value for name, value in (where or {}).items())


RULES: Mapping[str, Callable[..., Findings]] = {
    "row-count": row_count,
    "count-equals": count_equals,
    "listed-where": listed_where,
    "below": below,
    "at-least-each": at_least_each,
}

"""The parts of a report that a profile asks for, as HTML; each with the heading it stands under."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from onboarding.domain.language import _
from onboarding.html.classed import badge, digest, facts, faint, lines, table
from onboarding.html.parts import EMPTY, Markup, details, element, escaped, fill, items, join, link, paragraph
from onboarding.report.figures import Figures
from onboarding.report.formatter import MANY, Block, Formatter
from onboarding.report.ordered import PROOFS
from onboarding.report.report_model import (
    Cell,
    FactsFigure,
    NotesFigure,
    PictureFigure,
    SectionFigure,
    Shape,
    TableFigure,
)
from onboarding.report.svg_check import PREFIX
from onboarding.report.work_sections import STATES


def guide(figures: Figures) -> Block:
    """Every section of the profile's own. The page gives each its heading; a notebook shows them one below another."""
    sections: list[dict[str, str]] = []
    html = EMPTY
    for one in figures.sections:
        inner = join(_shape(shape, one, figures.formatter) for shape in one.shapes)
        sections.append({"title": one.title, "text": one.text, "html": str(inner)})
        html += fill("<h2>{}</h2>{}{}", one.title, paragraph(one.text) if one.text else EMPTY, inner)
    return Block(html, "; ".join(one["title"] for one in sections) or "nothing", sections=sections)


def _shape(shape: Shape, section: SectionFigure, formatter: Formatter) -> Markup:
    if isinstance(shape, TableFigure):
        return _table(shape, len(section.shapes) == 1, formatter)
    if isinstance(shape, FactsFigure):
        return _head(shape.caption) + facts(((name, _cell(cell, formatter)) for name, cell in shape.facts), "facts")
    if isinstance(shape, NotesFigure):
        return _head(shape.caption) + items(_cell(note, formatter) for note in shape.notes)
    return picture(shape)


def _head(caption: str) -> Markup:
    return element("h3", caption) if caption else EMPTY


def _table(shape: TableFigure, is_alone: bool, formatter: Formatter) -> Markup:
    if not shape.columns:  # nothing was answered that could be shown
        return EMPTY
    rows = [[_cell(cell, formatter) for cell in row] for row in shape.rows]
    is_long = len(rows) > MANY and not any(_is_owed(cell) for row in shape.rows for cell in row)
    is_folded = shape.is_folded or is_long
    html = table(shape.caption, dict(shape.columns), rows, shape.numeric, is_alone or is_folded)
    if shape.total > len(rows):
        text = _("{count} of {all} are shown, those that are not yet delivered first.")
        html += paragraph(formatter(text, count=len(rows), all=shape.total), "note")
    if not is_folded:
        return html
    count = formatter.count(shape.total or len(rows), "row")
    return details(fill("{}: {}", shape.caption, count) if is_long else shape.caption, html)


def _is_owed(cell: Cell) -> bool:
    """Whether it says that something is still to be done."""
    is_open = cell.state is not None and not cell.state.is_closed
    return is_open or (cell.proof is not None and not cell.proof.is_delivered) or cell.tone in ("wait", "stop", "doubt")


def _cell(cell: Cell, formatter: Formatter) -> Markup:
    main: list[Markup | str] = [formatter.day(cell.at)] if cell.at else []
    if cell.text:
        words = link(cell.url, cell.text) if cell.url else escaped(cell.text)
        words = element("span", words, {"class": "whole"}) if cell.is_whole else words
        main.append(badge(cell.tone, cell.text) if cell.tone else words)
    if cell.proof is not None:
        main.append(formatter.badge(*PROOFS[cell.proof]))
    if cell.state is not None:
        main.append(formatter.badge(*STATES[cell.state]))
    small = [*map(faint, cell.more), digest(cell.code)]
    html = lines(*main, *small) if len(main) > 1 or any(small) else join(main)
    return html + (_items(cell.items, formatter) if cell.items else EMPTY)


def _items(cells: Iterable[Cell], formatter: Formatter) -> Markup:
    """A list whose entries are one sentence each, with who and when in small print."""
    entries = []
    for cell in cells:
        small = " · ".join(text for text in (formatter.day(cell.at), *cell.more) if text)
        state = fill(" {}", formatter.badge(*STATES[cell.state])) if cell.state else EMPTY
        entries.append(lines(fill("{}{}", cell.text, state), faint(small)))
    return items(entries)


def picture(shape: PictureFigure) -> Markup:
    """A drawing of ours as a picture of its own file, in which nothing can run; it scrolls when it is wide."""
    data = base64.b64encode(shape.svg.encode()).decode()
    return fill(
        '<div class="drawing" role="region" tabindex="0" aria-label="{}"><img alt="{}" src="{}{}"></div>',
        shape.title, shape.title, PREFIX, data,
    )  # fmt: skip

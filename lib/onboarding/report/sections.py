"""The parts of a report that a profile asks for, as HTML; each with the heading it stands under."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from onboarding.html.classed import badge, digest, facts, faint, lines, table
from onboarding.html.parts import EMPTY, Markup, details, element, escaped, fill, items, join, link, paragraph
from onboarding.report.figures import Figures
from onboarding.report.fragment import Block
from onboarding.report.ordered import PROOFS
from onboarding.report.picture import PREFIX
from onboarding.report.shapes import (
    Cell,
    FactsFigure,
    NotesFigure,
    PictureFigure,
    SectionFigure,
    Shape,
    TableFigure,
)
from onboarding.report.words import Voice
from onboarding.report.work import STATES


def guide(figures: Figures) -> Block:
    """Every section of the profile's own. The page gives each its heading; a notebook shows them one below another."""
    parts = [
        (section, join(_shape(shape, section, figures.voice) for shape in section.shapes))
        for section in figures.sections
    ]
    html = join(
        fill("<h2>{}</h2>{}{}", section.title, paragraph(section.text) if section.text else EMPTY, inner)
        for section, inner in parts
    )
    told = [{"title": section.title, "text": section.text, "html": str(inner)} for section, inner in parts]
    return Block(html, "; ".join(section.title for section in figures.sections) or "nothing", sections=told)


def _shape(shape: Shape, section: SectionFigure, voice: Voice) -> Markup:
    if isinstance(shape, TableFigure):
        return _table(shape, len(section.shapes) == 1, voice)
    if isinstance(shape, FactsFigure):
        return _head(shape.caption) + facts(((name, _cell(cell, voice)) for name, cell in shape.facts), "facts")
    if isinstance(shape, NotesFigure):
        return _head(shape.caption) + items(_cell(note, voice) for note in shape.notes)
    return picture(shape)


def _head(caption: str) -> Markup:
    return element("h3", caption) if caption else EMPTY


def _table(shape: TableFigure, is_alone: bool, voice: Voice) -> Markup:
    if not shape.columns:  # nothing was answered that could be shown
        return EMPTY
    rows = [[_cell(cell, voice) for cell in row] for row in shape.rows]
    html = table(shape.caption, dict(shape.columns), rows, shape.numeric, is_alone or shape.is_folded)
    if shape.total > len(rows):
        words = voice(
            "{count} of {all} are shown, those that are not yet delivered first.", count=len(rows), all=shape.total
        )
        html += paragraph(words, "note")
    return details(shape.caption, html) if shape.is_folded else html


def _cell(cell: Cell, voice: Voice) -> Markup:
    main: list[Markup | str] = []
    if cell.at is not None:
        main.append(voice.day(cell.at))
    if cell.text:
        words = link(cell.url, cell.text) if cell.url else escaped(cell.text)
        words = element("span", words, {"class": "whole"}) if cell.is_whole else words
        main.append(badge(cell.tone, cell.text) if cell.tone else words)
    if cell.proof is not None:
        main.append(badge(PROOFS[cell.proof][0], voice(PROOFS[cell.proof][1])))
    if cell.state is not None:
        main.append(badge(STATES[cell.state][0], voice(STATES[cell.state][1])))
    small = [faint(text) for text in cell.more if text]
    code = digest(cell.code)
    html = lines(*(main if len(main) != 1 or small or code else []), *small, code) or join(main)
    return html + (_items(cell.items, voice) if cell.items else EMPTY)


def _items(cells: Iterable[Cell], voice: Voice) -> Markup:
    """A list whose entries are one sentence each, with who and when in small print."""
    entries = []
    for cell in cells:
        small = " · ".join(text for text in (voice.day(cell.at) if cell.at else "", *cell.more) if text)
        state = fill(" {}", badge(STATES[cell.state][0], voice(STATES[cell.state][1]))) if cell.state else EMPTY
        entries.append(lines(fill("{}{}", cell.text, state), faint(small)))
    return items(entries)


def picture(shape: PictureFigure) -> Markup:
    """A drawing of ours as a picture of its own file, in which nothing can run; it scrolls when it is wide."""
    data = base64.b64encode(shape.svg.encode()).decode()
    return fill(
        '<div class="drawing" role="region" tabindex="0" aria-label="{}"><img alt="{}" src="{}{}"></div>',
        shape.title, shape.title, PREFIX, data,
    )  # fmt: skip

"""A block of what the provider has to say."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.language import say
from onboarding.domain.params import ProcedureId, ReferenceId, Text
from onboarding.report.blocks import Captioned, block
from onboarding.report.guide import Guide
from onboarding.report.shapes import Cell, NotesFigure, Shape


class Notes(Captioned):
    """Which sentences."""

    texts: tuple[Text, ...] = ()
    references: tuple[ReferenceId, ...] = ()
    procedures: tuple[ProcedureId, ...] = ()


@block("notes", Notes)
def notes(guide: Guide, p: Notes) -> Iterator[Shape]:
    """Sentences, references and procedures of the profile."""
    profile, found = guide.context.profile, [Cell(say(text)) for text in p.texts]
    found += [
        Cell(say(one.title), (say(one.text),) if one.text else (), url=one.url)
        for one in profile.references
        if one.id in p.references
    ]
    for name in p.procedures:
        procedure = profile.procedures[name]
        found.append(Cell(say(procedure.title), (say(procedure.guide.strip()),)))
    if found:
        yield NotesFigure(say(p.caption), tuple(found))

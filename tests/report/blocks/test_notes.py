"""A block of what the provider has to say."""

from __future__ import annotations

from onboarding.domain.task import Procedure, Reference
from onboarding.stages.context import Context
from tests.report.blocks.look import shapes, words
from tests.stages.small import asked, small

REFERENCES = (
    Reference("help", "Help desk", "Call us.", "https://help.example"),
    Reference("guide", "The guide"),
    Reference("other", "Another"),
)
PROCEDURES = {"recover": Procedure("recover", "Recover", "reseller", "recover", "  Do this.\n")}


def _context() -> Context:
    return small(asked(), {}, references=REFERENCES, procedures=PROCEDURES)


def test_sentences_references_and_procedures_follow_each_other() -> None:
    """References in the order of the profile, each with its address."""
    about = {"texts": ["One."], "references": ["guide", "help"], "procedures": ["recover"], "caption": "To be known"}
    [found] = shapes("notes", _context(), about)
    assert found.caption == "To be known"  # type: ignore[union-attr]
    notes = found.notes  # type: ignore[union-attr]
    assert [words(note) for note in notes] == ["One.", "Help desk | Call us.", "The guide", "Recover | Do this."]
    assert [note.url for note in notes] == ["", "https://help.example", "", ""]


def test_nothing_named_is_nothing_said() -> None:
    """An empty list is left out."""
    assert shapes("notes", _context()) == []

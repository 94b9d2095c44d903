"""What has changed in the answers since somebody decided on them, in sentences: from what to what, by whom, when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from onboarding.domain.answer_text import key_text, lazy_answer
from onboarding.domain.difference import Change, Place, What, bound, differences
from onboarding.domain.history import Edit
from onboarding.domain.language import LazyText, _
from onboarding.domain.people import identity
from onboarding.domain.question import Question, Section
from onboarding.stages.context import Context
from onboarding.text import shortened

NAMED = 5
"""Changes that are named before the rest is counted."""

LONGEST = 120
"""Characters of an answer within a sentence."""

_WHAT = {
    What.CHANGED: _("changed"),
    What.ADDED: _("added"),
    What.REMOVED: _("removed"),
    What.MOVED: _("the rows stand in another order"),
}


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """One difference in words; ``by`` and ``on`` are known of some only."""

    place: str
    what: str
    by: str = ""
    on: date | None = None

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> LazyText:
        """The change, translated where it is shown."""
        if self.by and self.on:
            text = _("{place}: {what}, changed by {who} on {day}.")
            return _(text, place=self.place, what=self.what, who=self.by, day=self.on)
        return _("{place}: {what}.", place=self.place, what=self.what)


def explained(change: Change, edits: Sequence[Edit], context: Context) -> ChangeNote:
    """The change in words, with who made it and when; ``edits`` are newest first.

    The newest save that touched this very answer made it, else the newest one that touched its section.
    """
    place, section = change.place, change.place.section
    touching = [edit for edit in edits if edit.before.get(section) != edit.after.get(section)]
    exact = (edit for edit in touching if any(one.place == place for one in _edited([section], edit, context)))
    edit = next(exact, touching[0] if touching else None)
    return _note(change, edit, context)


def in_short(changes: Sequence[Change], context: Context) -> list[LazyText]:
    """The first few changes in words, and how many more there are."""
    found = [explained(change, (), context).sentence for change in changes[:NAMED]]
    more = len(changes) - NAMED
    if more > 0:
        found.append(_("And 1 more change.") if more == 1 else _("And {count} more changes.", count=more))
    return found


def authors(names: Sequence[str], edits: Sequence[Edit], context: Context) -> dict[str, tuple[str, ChangeNote]]:
    """Who last changed any of these answers: identity -> (name as it was given, one change of theirs).

    ``edits`` are all saves that touched the sections, newest first. Of each answer only the newest change counts.
    """
    found: dict[str, tuple[str, ChangeNote]] = {}
    settled: set[Place] = set()
    for edit in edits:
        moved = list(_edited(names, edit, context))
        fresh = [change for change in moved if not settled & {change.place, replace(change.place, question="")}]
        if fresh:
            found.setdefault(identity(edit.by), (edit.by, _note(fresh[0], edit, context)))
        settled |= {change.place for change in moved}
    return found


def _edited(names: Iterable[str], edit: Edit, context: Context) -> Iterator[Change]:
    """What a save changed of these questions and sections, as it was typed."""
    asked = context.profile.questionnaire
    return differences(asked, bound(asked, names, edit.before), bound(asked, names, edit.after))


def _note(change: Change, edit: Edit | None, context: Context) -> ChangeNote:
    section_id, name = change.place.section, change.place.question
    section = context.profile.questionnaire.section(section_id) or Section(section_id, section_id, ())
    place, what = _row(section, change), _WHAT[change.what]
    if name:
        question = section.question(name)
        place = _("{place}, {label}", place=place, label=_(question.label if question else name))
        what = _("{old} → {new}", old=_shown(question, change.old), new=_shown(question, change.new))
    if edit is None:
        return ChangeNote(place, what)
    return ChangeNote(place, what, edit.by, context.day(edit.at))


def _row(section: Section, change: Change) -> LazyText:
    """``Users row 3 (mia@bright.example)``; the title alone for a record and for a table as a whole."""
    title, key = _(section.title), key_text(section, change.beside or {})
    if key:
        return _("{title} row {number} ({key})", title=title, number=change.number, key=key)
    return _("{title} row {number}", title=title, number=change.number) if change.number else title


def _shown(question: Question | None, value: Any) -> str:
    """An answer in a sentence: on one line, not longer than anybody reads, a dash for none."""
    text = lazy_answer(question, value)
    short = shortened(" ".join(text.split()), LONGEST)
    return (text if text == short else short) or "—"

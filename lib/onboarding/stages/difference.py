"""What has changed in the answers since somebody decided on them: which field, from what to what, by whom, when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from onboarding.domain.answer_text import answer_text
from onboarding.domain.json import JSON, Document
from onboarding.domain.language import Said, say
from onboarding.domain.people import identity
from onboarding.domain.question import Question, Section
from onboarding.domain.record import Edit
from onboarding.stages.context import Context

Rows = Sequence[Mapping[str, Any]]

LONGEST = 120
"""Signs of an answer within a sentence."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One answer, row or section: ``row`` is the key of a row, or its number as ``#3``; empty in a record."""

    section: str
    row: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference in words; ``by`` and ``on`` are known of the first ones only."""

    spot: Spot
    place: str
    what: str
    by: str = ""
    on: date | None = None

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> Said:
        """The change, to be said in the reader's language where it is shown."""
        if self.by and self.on:
            text = say("{place}: {what}, changed by {who} on {day}.")
            return say(text, place=self.place, what=self.what, who=self.by, day=self.on)
        return say("{place}: {what}.", place=self.place, what=self.what)


def differences(before: Mapping[str, JSON], now: Mapping[str, JSON], context: Context) -> Iterator[Change]:
    """Every difference between the bound answers of then and of now, in the order of the questionnaire."""
    order = [section.id for section in context.profile.questionnaire.sections]
    names = sorted({*before, *now}, key=lambda name: _place(name.partition(".")[0], order))
    for name in names:
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        section = context.profile.questionnaire.section(name.partition(".")[0])
        if section is None:
            yield Change(Spot(name), name, say("changed"))
        elif section.is_table:
            yield from _of_table(section, old or (), new or ())
        elif "." in name:
            question = name.partition(".")[2]
            yield from _of_record(section, {question: old}, {question: new})
        else:
            yield from _of_record(section, old or {}, new or {})


def _place(section: str, order: Sequence[str]) -> int:
    return order.index(section) if section in order else len(order)


def _of_record(
    section: Section, old: Mapping[str, Any], new: Mapping[str, Any], row: str = "", place: str = ""
) -> Iterator[Change]:
    for name in dict.fromkeys((*(q.name for q in section.questions), *old, *new)):
        if old.get(name) == new.get(name):
            continue
        question = section.question(name)
        label = question.label if question else name
        was, now = _shown(question, old.get(name)), _shown(question, new.get(name))
        where = say("{place}, {label}", place=place or say(section.title), label=say(label))
        yield Change(Spot(section.id, row, name), where, say("{old} → {new}", old=was, new=now))


def _shown(question: Question | None, value: Any) -> str:
    """An answer in a sentence: on one line, not longer than anybody reads, a dash for none."""
    text = " ".join(answer_text(question, value).split())
    return (text if len(text) <= LONGEST else text[: LONGEST - 1] + "…") or "—"


def _of_table(section: Section, old: Rows, new: Rows) -> Iterator[Change]:
    then, since = _named(section, old), _named(section, new)
    for number, (name, row) in enumerate(since.items(), start=1):
        place = _row(section, number, "" if name.startswith("#") else str(row[section.key]))
        if name in then:
            yield from _of_record(section, then[name], row, name, place)
        else:
            yield Change(Spot(section.id, name), place, say("added"))
    for number, (name, row) in enumerate(then.items(), start=1):
        if name not in since:
            place = _row(section, number, "" if name.startswith("#") else str(row[section.key]))
            yield Change(Spot(section.id, name), place, say("removed"))
    if list(then) != list(since) and set(then) == set(since):
        yield Change(Spot(section.id), say(section.title), say("the rows stand in another order"))


def _row(section: Section, number: int, key: str) -> Said:
    title = say(section.title)
    if key:
        return say("{title} row {number} ({key})", title=title, number=number, key=key)
    return say("{title} row {number}", title=title, number=number)


def _named(section: Section, rows: Rows) -> dict[str, Mapping[str, Any]]:
    """Rows by their key; by their number where there is no key, or the key does not tell them apart."""
    keys = [_key(row.get(section.key)) if section.key else "" for row in rows]
    if all(keys) and len(set(keys)) == len(keys):
        return dict(zip(keys, rows, strict=True))
    return {f"#{number}": row for number, row in enumerate(rows, start=1)}


def _key(value: Any) -> str:
    return " ".join(str(value).split()).casefold() if value not in (None, "") else ""


def explained(change: Change, edits: Sequence[Edit], context: Context) -> Change:
    """The change with who made it and when; ``edits`` are newest first."""
    spot = change.spot
    touching = [edit for edit in edits if edit.before.get(spot.section) != edit.after.get(spot.section)]
    exact = (edit for edit in touching if _cell(edit.before, spot, context) != _cell(edit.after, spot, context))
    edit = next(exact, touching[0] if touching else None)
    if edit is None:
        return change
    return replace(change, by=edit.by, on=context.day(edit.at))


def _cell(document: Document, spot: Spot, context: Context) -> Any:
    held = document.get(spot.section)
    if isinstance(held, list | tuple):
        section = context.profile.questionnaire.section(spot.section)
        rows = [row for row in held if isinstance(row, Mapping)]
        if not spot.row or section is None:
            return rows
        held = _named(section, rows).get(spot.row)
    if not spot.name or not isinstance(held, Mapping):
        return held is not None
    return held.get(spot.name)


def authors(names: Sequence[str], edits: Sequence[Edit], context: Context) -> dict[str, tuple[str, Change]]:
    """Who last changed any of these answers: identity -> (name as it was given, one change of theirs).

    ``edits`` are all saves that touched the sections, newest first. Of each answer only the newest change counts.
    """
    found: dict[str, tuple[str, Change]] = {}
    settled: set[Spot] = set()
    for edit in edits:
        old, new = _typed(names, edit.before, context), _typed(names, edit.after, context)
        moved = {change.spot: change for change in differences(old, new, context)}
        fresh = [change for spot, change in moved.items() if not settled & {spot, replace(spot, name="")}]
        if fresh:
            day = context.day(edit.at)
            found.setdefault(identity(edit.by), (edit.by, replace(fresh[0], by=edit.by, on=day)))
        settled |= moved.keys()
    return found


def _typed(names: Sequence[str], document: Document, context: Context) -> dict[str, JSON]:
    """The answers of these questions and sections as they were typed."""
    found: dict[str, JSON] = {}
    for name in names:
        section_id, _, question = name.partition(".")
        section, held = context.profile.questionnaire.section(section_id), document.get(section_id)
        if section is not None and section.is_table:
            rows = [row for row in held if isinstance(row, Mapping)] if isinstance(held, list | tuple) else []
            columns = dict.fromkeys((section.key, question))
            found[name] = [{c: row[c] for c in columns if c in row} for row in rows] if question else rows
        else:
            record = held if isinstance(held, Mapping) else {}
            found[name] = record.get(question) if question else record
    return found

"""The customers' answers, in versions.

A version is a map of section to the digest of its body; bodies are kept once. So a version costs what it changes, what
it changes is known by comparing digests, and two people who work on different sections do not disturb each other. Each
row of a table is kept with its id (`domain.row`), given here when it has none: inside the transaction, so that two who
save at once give the same row one id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from onboarding.domain.json import JSON, Answers
from onboarding.domain.language import _
from onboarding.domain.row import ROW_ID, Likeness, RowIds, by_answers, identified
from onboarding.errors import Busy
from onboarding.store import tables
from onboarding.store.repository import Repository
from onboarding.store.scope import Scope, made
from onboarding.store.section_bodies import (
    VersionHead,
    bodies_of,
    changes_between,
    document_digest,
    exactly,
    head_at,
    head_of,
    keep_bodies,
    no_version,
    section_of,
    sha256,
    stored,
)
from onboarding.store.values import AnswersChange, AnswersVersion

Alike = Callable[[str], Likeness]
"""Section -> how its rows are compared."""

_ROW_ID = re.compile(f'"{ROW_ID}":"([^"]+)"')


@dataclass(frozen=True, slots=True)
class _Save:
    """Who saves, when, from where."""

    by: str
    at: datetime
    source: str


class AnswerVersions(Repository):
    """Versions of the answers."""

    def save_answers(
        self,
        customer: str,
        document: Answers,
        by: str,
        at: datetime,
        source: str,
        based_on: int | None = None,
        alike: Alike = by_answers,
    ) -> int:
        """Keeps a whole document and returns its version; the same document again makes no new one.

        ``alike`` says how rows of a section are compared to find those that come without their id. With ``based_on``
        (0: before any answer) only the sections that differ from that version are taken, and what others saved
        meanwhile in other sections stays. Raises Busy ANSWERS-MOVED when the same section was changed on both sides,
        InputError ANSWERS-SHAPE or ANSWERS-JSON.
        """
        with self._writing(customer) as scope:
            head, save = head_of(scope), _Save(by, at, source)
            if based_on is None:
                return keep_answers(scope, document, by, at, source, alike)
            rows = _Rows(scope, head, save, alike)
            bodies = bodies_of(rows.identified(document, head))
            mine = {section: sha256(body) for section, body in bodies.items()}
            base = head_at(scope, based_on)
            mine |= rows.unchanged(document, base)
            _refuse_overlap(scope, base, head, mine)
            mine = _merged(base, head, mine)
            return _add(scope, head, mine, bodies, save)

    def save_section(
        self,
        customer: str,
        section: str,
        value: JSON,
        by: str,
        at: datetime,
        source: str,
        based_on: int | None = None,
        alike: Alike = by_answers,
    ) -> int:
        """Replaces one section of the newest version, None removing it, and returns the version.

        Rows of a table are compared by ``alike`` as in `save_answers`. With ``based_on``, raises Busy ANSWERS-MOVED
        when somebody else has changed the section since that version.
        """
        with self._writing(customer) as scope:
            head, save = head_of(scope), _Save(by, at, source)
            current = section_of(scope, head, section)
            value = _Rows(scope, head, save, alike).of(section, value, current)
            base = head if based_on is None else head_at(scope, based_on)
            if current not in (section_of(scope, base, section), value):
                raise _moved(scope, base, [section])
            bodies = bodies_of({section: value} if value is not None else {})
            kept = {name: digest for name, digest in head.sections.items() if name != section}
            mine = kept | {name: sha256(body) for name, body in bodies.items()}
            return _add(scope, head, mine, bodies, save)

    def answers(self, customer: str, version: int | None = None) -> AnswersVersion | None:
        """The newest or the given version; None when nothing was answered yet. Raises InputError ANSWERS-VERSION."""
        with self._reading(customer) as scope:
            if version is None:
                return newest_answers(scope)
            row = scope.row(tables.answers, version=version)
            if row is None:
                raise no_version(customer, version)
            return _version(scope, row)

    def answers_history(self, customer: str) -> list[AnswersChange]:
        """Who changed which sections when, oldest first."""
        with self._reading(customer) as scope:
            return [_change(row) for row in scope.rows(tables.answers)]


def keep_answers(scope: Scope, document: Answers, by: str, at: datetime, source: str, alike: Alike) -> int:
    """Keeps a whole document within a transaction and returns its version."""
    head, save = head_of(scope), _Save(by, at, source)
    bodies = bodies_of(_Rows(scope, head, save, alike).identified(document, head))
    return _add(scope, head, {section: sha256(body) for section, body in bodies.items()}, bodies, save)


def newest_answers(scope: Scope, known: AnswersVersion | None = None) -> AnswersVersion | None:
    """The newest version, which is ``known`` itself when that is the newest; None before the first."""
    row = scope.newest(tables.answers, "version")
    if row is None or (known is not None and known.version == row.version):
        return known if row else None
    return _version(scope, row)


def _version(scope: Scope, row: Row[Any]) -> AnswersVersion:
    document = {section: json.loads(body) for section, body in stored(scope, row.sections).items()}
    return made(AnswersVersion, row, document=document)


class _Rows:
    """The ids of rows in what is being saved."""

    def __init__(self, scope: Scope, head: VersionHead, save: _Save, alike: Alike) -> None:
        self._scope, self._head, self._alike = scope, head, alike
        self._ids = RowIds(f"{scope.customer} {head.version + 1} {save.at.isoformat()}", self._taken)

    def identified(self, document: Answers, version: VersionHead) -> dict[str, JSON]:
        """The document with an id in each row of a table: that of a row of the version, or a new one."""
        found = dict(document)
        for section, value in document.items():
            if isinstance(value, list | tuple):
                found[section] = self.of(section, value, section_of(self._scope, version, section))
        return found

    def of(self, section: str, value: JSON, kept: JSON) -> JSON:
        """The same for one section, beside what is kept of it."""
        with exactly(section):
            return identified(kept, value, self._alike(section), self._ids)

    def unchanged(self, document: Answers, base: VersionHead) -> dict[str, str]:
        """The digest in ``base`` of each section that others have changed since, but not this document."""
        moved = [name for name in changes_between(base.sections, self._head.sections) if name in document]
        bodies = bodies_of(self.identified({name: document[name] for name in moved}, base))
        return {name: base.sections[name] for name in moved if sha256(bodies[name]) == base.sections.get(name)}

    def _taken(self) -> list[str]:
        bodies = stored(self._scope, self._head.sections)
        return [found for body in bodies.values() for found in _ROW_ID.findall(body)]


def _refuse_overlap(scope: Scope, base: VersionHead, head: VersionHead, mine: Mapping[str, str]) -> None:
    ours, theirs = changes_between(base.sections, mine), changes_between(base.sections, head.sections)
    if both := [one for one in ours if one in theirs and mine.get(one) != head.sections.get(one)]:
        raise _moved(scope, base, both)


def _merged(base: VersionHead, head: VersionHead, mine: Mapping[str, str]) -> dict[str, str]:
    ours = changes_between(base.sections, mine)
    theirs = {section: digest for section, digest in head.sections.items() if section not in ours}
    return theirs | {section: mine[section] for section in ours if section in mine}


def _add(scope: Scope, head: VersionHead, mine: Mapping[str, str], bodies: Mapping[str, str], save: _Save) -> int:
    changed = changes_between(head.sections, mine)
    if not changed:
        return head.version
    keep_bodies(scope, {mine[name]: bodies[name] for name in changed if name in mine})
    version = head.version + 1
    values: dict[str, Any] = {
        "version": version, "sections": mine, "changed": changed,
        "digest": document_digest(stored(scope, mine)),
        "by": save.by, "at": save.at, "source": save.source,
    }  # fmt: skip
    scope.add(tables.answers, values, save.by, "answers.save", save.at)
    return version


def _change(row: Row[Any]) -> AnswersChange:
    return made(AnswersChange, row, sections=tuple(row.changed))


def _moved(scope: Scope, base: VersionHead, sections: list[str]) -> Busy:
    """Names for each section who changed it last since ``base``."""
    last: dict[str, AnswersChange] = {}
    for change in (_change(row) for row in scope.rows(tables.answers) if row.version > base.version):
        last |= dict.fromkeys((name for name in change.sections if name in sections), change)
    who = "; ".join(
        f"{name} by {change.by} at {change.at:%Y-%m-%d %H:%M} UTC (version {change.version})"
        for name, change in sorted(last.items())
    )
    return Busy(
        "ANSWERS-MOVED",
        _(
            "The answers of {customer} were changed since version {version}: {changes}.",
            customer=scope.customer, version=base.version, changes=who,
        ),
        _("Look at the newest answers and make your change again."),
    )  # fmt: skip

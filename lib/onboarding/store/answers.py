"""The customers' answers, in versions.

A version is a map of section to the digest of its body; bodies are kept once. So a version costs what it changes, what
it changes is known by comparing digests, and two people who work on different sections do not disturb each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from onboarding.domain.json import JSON, Document, canonical
from onboarding.domain.language import say
from onboarding.errors import Busy, InputError
from onboarding.store import audit, tables
from onboarding.store.model import AnswersChange, AnswersVersion
from onboarding.store.repository import Repository


@dataclass(frozen=True, slots=True)
class _Save:
    """Who saves, when, from where."""

    by: str
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class _Head:
    """A version as digests; version 0 is before any answer."""

    version: int
    sections: Mapping[str, str]


class Answers(Repository):
    """Versions of the answers."""

    def save_answers(
        self, customer: str, document: Document, by: str, at: datetime, source: str, based_on: int | None = None
    ) -> int:
        """Keeps a whole document and returns its version; the same document again makes no new one.

        With ``based_on`` (0: before any answer) only the sections that differ from that version are taken, and what
        others saved meanwhile in other sections stays. Raises Busy ANSWERS-MOVED when the same section was changed
        on both sides, InputError ANSWERS-SHAPE or ANSWERS-JSON.
        """
        bodies = _bodies(document)
        mine = {section: _sha256(body) for section, body in bodies.items()}
        with self._writing(customer) as connection:
            head = _head(connection, customer)
            if based_on is not None:
                base = _at(connection, customer, based_on)
                _refuse_overlap(connection, customer, base, head, mine)
                mine = _merged(base, head, mine)
            return _add(connection, customer, head, mine, bodies, _Save(by, at, source))

    def patch_answers(
        self,
        customer: str,
        section: str,
        value: JSON,
        by: str,
        at: datetime,
        source: str,
        based_on: int | None = None,
        is_whole: bool = False,
    ) -> int:
        """Changes one section on top of the newest version and returns the version.

        A list replaces the section. A dict is merged into it key by key, None removing a key, unless ``is_whole``:
        then it replaces the section too. None removes the section. With ``based_on``, raises Busy ANSWERS-MOVED when
        what is being changed was changed since that version by somebody else.
        """
        with self._writing(customer) as connection:
            head = _head(connection, customer)
            held = _value(connection, customer, head, section)
            base = head if based_on is None else _at(connection, customer, based_on)
            was = _value(connection, customer, base, section)
            if isinstance(value, Mapping) and not is_whole:
                if any(_lost(_get(was, key), _get(held, key), new) for key, new in value.items()):
                    raise _moved(connection, customer, base, [section])
                value = _merge_keys(held, value)
            elif _lost(was, held, value):
                raise _moved(connection, customer, base, [section])
            bodies = _bodies({section: value} if value is not None else {})
            kept = {name: digest for name, digest in head.sections.items() if name != section}
            mine = kept | {name: _sha256(body) for name, body in bodies.items()}
            return _add(connection, customer, head, mine, bodies, _Save(by, at, source))

    def answers(self, customer: str, version: int | None = None) -> AnswersVersion | None:
        """The newest or the given version; None when nothing was answered yet. Raises InputError ANSWERS-VERSION."""
        table = tables.answers
        with self._reading(customer) as connection:
            query = select(table).where(table.c.customer == customer)
            if version is not None:
                query = query.where(table.c.version == version)
            row = connection.execute(query.order_by(table.c.version.desc()).limit(1)).first()
            if row is None:
                if version is not None:
                    raise _no_version(customer, version)
                return None
            bodies = _stored(connection, customer, row.sections)
        document = {section: json.loads(body) for section, body in bodies.items()}
        return AnswersVersion(row.version, document, row.by, row.at, row.source, row.digest)

    def answers_history(self, customer: str) -> list[AnswersChange]:
        """Who changed which sections when, oldest first."""
        table = tables.answers
        with self._reading(customer) as connection:
            rows = connection.execute(select(table).where(table.c.customer == customer).order_by(table.c.version))
            return [_change(row) for row in rows]


def _bodies(document: Document) -> dict[str, str]:
    """Canonical text of each section."""
    if not all(isinstance(section, str) for section in document):
        raise InputError("ANSWERS-SHAPE", "Answers are a table of sections.", "Each section has a name.")
    bodies = {}
    for section, value in document.items():
        if not isinstance(value, Mapping | list | tuple):
            raise InputError(
                "ANSWERS-SHAPE", f"Section {section!r} is neither a record nor a table.", "See `onboard sheet`."
            )
        try:
            canonical(section)
            bodies[section] = canonical(value).decode()
        except (ValueError, RecursionError) as error:
            raise InputError(
                "ANSWERS-JSON",
                f"Section {section!r} holds what cannot be kept: {error}.",
                "Write long numbers and dates as text, in quotes.",
            ) from error
    return bodies


def _head(connection: Connection, customer: str) -> _Head:
    table = tables.answers
    row = connection.execute(
        select(table.c.version, table.c.sections)
        .where(table.c.customer == customer)
        .order_by(table.c.version.desc())
        .limit(1)
    ).first()
    return _Head(row.version, row.sections) if row else _Head(0, {})


def _at(connection: Connection, customer: str, version: int) -> _Head:
    if version == 0:
        return _Head(0, {})
    table = tables.answers
    row = connection.execute(select(table.c.sections).filter_by(customer=customer, version=version)).first()
    if row is None:
        raise _no_version(customer, version)
    return _Head(version, row.sections)


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    return sorted(section for section in old.keys() | new.keys() if old.get(section) != new.get(section))


def _refuse_overlap(connection: Connection, customer: str, base: _Head, head: _Head, mine: Mapping[str, str]) -> None:
    theirs = set(_changed(base.sections, head.sections))
    both = [
        section
        for section in _changed(base.sections, mine)
        if section in theirs and mine.get(section) != head.sections.get(section)
    ]
    if both:
        raise _moved(connection, customer, base, both)


def _merged(base: _Head, head: _Head, mine: Mapping[str, str]) -> dict[str, str]:
    merged = dict(head.sections)
    for section in _changed(base.sections, mine):
        if section in mine:
            merged[section] = mine[section]
        else:
            merged.pop(section, None)
    return merged


def _lost(was: JSON, held: JSON, new: JSON) -> bool:
    """Whether writing ``new`` would undo what somebody made of ``was`` meanwhile."""
    return bool(held not in (was, new))


def _get(section: JSON, key: str) -> JSON:
    return section.get(key) if isinstance(section, Mapping) else None


def _merge_keys(held: JSON, value: Mapping[str, JSON]) -> dict[str, JSON]:
    merged = {**(held if isinstance(held, Mapping) else {}), **value}
    return {key: item for key, item in merged.items() if item is not None or key not in value}


def _value(connection: Connection, customer: str, head: _Head, section: str) -> JSON:
    digest = head.sections.get(section)
    if digest is None:
        return None
    return json.loads(_stored(connection, customer, {section: digest})[section])


def _stored(connection: Connection, customer: str, digests: Mapping[str, str]) -> dict[str, str]:
    table = tables.sections
    query = select(table.c.digest, table.c.body).where(
        table.c.customer == customer, table.c.digest.in_(set(digests.values()))
    )
    bodies: dict[str, str] = {row.digest: row.body for row in connection.execute(query)}
    return {section: bodies[digest] for section, digest in digests.items()}


def _add(
    connection: Connection,
    customer: str,
    head: _Head,
    mine: Mapping[str, str],
    bodies: Mapping[str, str],
    save: _Save,
) -> int:
    changed = _changed(head.sections, mine)
    if not changed:
        return head.version
    _keep_bodies(connection, customer, {mine[name]: bodies[name] for name in changed if name in mine})
    version = head.version + 1
    values: dict[str, Any] = {
        "customer": customer, "version": version, "sections": mine, "changed": changed,
        "digest": _document_digest(_stored(connection, customer, mine)),
        "by": save.by, "at": save.at, "source": save.source,
    }  # fmt: skip
    audit.add(connection, tables.answers, values, save.by, "answers.save", save.at)
    return version


def _keep_bodies(connection: Connection, customer: str, bodies: Mapping[str, str]) -> None:
    table = tables.sections
    known = set(
        connection.scalars(select(table.c.digest).where(table.c.customer == customer, table.c.digest.in_(list(bodies))))
    )
    new = [
        {"customer": customer, "digest": digest, "body": body} for digest, body in bodies.items() if digest not in known
    ]
    if new:
        connection.execute(insert(table), new)


def _document_digest(bodies: Mapping[str, str]) -> str:
    """`domain.json.digest` of the document, put together from what is canonical already."""
    ordered = sorted(bodies, key=lambda section: section.encode("utf-16-be"))  # the order RFC 8785 asks for
    return _sha256("{" + ",".join(f"{canonical(name).decode()}:{bodies[name]}" for name in ordered) + "}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _change(row: Row[Any]) -> AnswersChange:
    return AnswersChange(row.version, row.by, row.at, row.source, row.digest, tuple(row.changed))


def _moved(connection: Connection, customer: str, base: _Head, sections: list[str]) -> Busy:
    """Names for each section who changed it last since ``base``."""
    table = tables.answers
    query = select(table).where(table.c.customer == customer, table.c.version > base.version)
    last: dict[str, AnswersChange] = {}
    for row in connection.execute(query.order_by(table.c.version)):
        change = _change(row)
        last |= dict.fromkeys((name for name in change.sections if name in sections), change)
    who = "; ".join(
        f"{name} by {change.by} at {change.at:%Y-%m-%d %H:%M} UTC (version {change.version})"
        for name, change in sorted(last.items())
    )
    return Busy(
        "ANSWERS-MOVED",
        say(
            "The answers of {customer} were changed since version {version}: {changes}.",
            customer=customer,
            version=base.version,
            changes=who,
        ),
        say("Look at the newest answers and make your change again."),
    )


def _no_version(customer: str, version: int) -> InputError:
    return InputError(
        "ANSWERS-VERSION", f"{customer} has no version {version} of its answers.", "Take one of the history."
    )

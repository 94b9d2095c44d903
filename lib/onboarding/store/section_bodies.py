"""Versions of the answers as digests of their sections, and the bodies behind the digests, each kept once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import insert

from onboarding.domain.json import JSON, Answers, canonical
from onboarding.errors import InputError
from onboarding.store import tables
from onboarding.store.scope import Scope


@dataclass(frozen=True, slots=True)
class VersionHead:
    """A version as digests; version 0 is before any answer."""

    version: int
    sections: Mapping[str, str]


def head_of(scope: Scope) -> VersionHead:
    """The newest version."""
    row = scope.newest(tables.answers, "version")
    return VersionHead(row.version, row.sections) if row else VersionHead(0, {})


def head_at(scope: Scope, version: int) -> VersionHead:
    """An earlier version. Raises InputError ANSWERS-VERSION."""
    if version == 0:
        return VersionHead(0, {})
    row = scope.row(tables.answers, version=version)
    if row is None:
        raise no_version(scope.customer, version)
    return VersionHead(version, row.sections)


def changes_between(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Names of the sections whose digests differ."""
    return sorted(section for section in old.keys() | new.keys() if old.get(section) != new.get(section))


def bodies_of(document: Answers) -> dict[str, str]:
    """Canonical text of each section. Raises InputError ANSWERS-SHAPE or ANSWERS-JSON."""
    if not all(isinstance(section, str) for section in document):
        raise InputError("ANSWERS-SHAPE", "Answers are a table of sections.", "Each section has a name.")
    bodies = {}
    for section, value in document.items():
        if not isinstance(value, Mapping | list | tuple):
            words = f"Section {section!r} is neither a record nor a table."
            raise InputError("ANSWERS-SHAPE", words, "See the sheet.", command="See `onboard sheet`.")
        with exactly(section):
            canonical(section)
            bodies[section] = canonical(value).decode()
    return bodies


@contextmanager
def exactly(section: str) -> Iterator[None]:
    """Whatever has no exact form in JSON is refused as part of that section, by InputError ANSWERS-JSON."""
    try:
        yield
    except (ValueError, RecursionError) as error:
        words = f"Section {section!r} holds what cannot be kept: {error}."
        raise InputError("ANSWERS-JSON", words, "Write long numbers and dates as text, in quotes.") from error


def section_of(scope: Scope, head: VersionHead, section: str) -> JSON:
    """The content of a section in that version; None where it has none."""
    digest = head.sections.get(section)
    if digest is None:
        return None
    return json.loads(stored(scope, {section: digest})[section])


def stored(scope: Scope, digests: Mapping[str, str]) -> dict[str, str]:
    """Section -> canonical text, for sections by their digest."""
    query = scope.select(tables.sections).where(tables.sections.c.digest.in_(set(digests.values())))
    bodies: dict[str, str] = {row.digest: row.body for row in scope.connection.execute(query)}
    return {section: bodies[digest] for section, digest in digests.items()}


def keep_bodies(scope: Scope, bodies: Mapping[str, str]) -> None:
    """Keeps texts by their digest, those that are not kept yet."""
    kept = scope.select(tables.sections).where(tables.sections.c.digest.in_(list(bodies)))
    known = set(scope.connection.scalars(kept.with_only_columns(tables.sections.c.digest)))
    new = [
        {"customer": scope.customer, "digest": digest, "body": body}
        for digest, body in bodies.items()
        if digest not in known
    ]
    if new:
        scope.connection.execute(insert(tables.sections), new)


def document_digest(bodies: Mapping[str, str]) -> str:
    """`domain.json.digest` of the document, put together from what is canonical already."""
    ordered = sorted(bodies, key=lambda section: section.encode("utf-16-be"))  # the order RFC 8785 asks for
    return sha256("{" + ",".join(f"{canonical(name).decode()}:{bodies[name]}" for name in ordered) + "}")


def sha256(text: str) -> str:
    """Digest of a text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def no_version(customer: str, version: int) -> InputError:
    """The error for a version that the answers do not have."""
    return InputError(
        "ANSWERS-VERSION", f"{customer} has no version {version} of its answers.", "Take one of the history."
    )

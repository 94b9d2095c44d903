"""Versions of the answers as digests of their sections, and the bodies behind the digests, each kept once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from onboarding.domain.json import JSON, Document, canonical
from onboarding.errors import InputError
from onboarding.store import tables


@dataclass(frozen=True, slots=True)
class Head:
    """A version as digests; version 0 is before any answer."""

    version: int
    sections: Mapping[str, str]


def head_of(connection: Connection, customer: str) -> Head:
    """The newest version."""
    table = tables.answers
    row = connection.execute(
        select(table.c.version, table.c.sections)
        .where(table.c.customer == customer)
        .order_by(table.c.version.desc())
        .limit(1)
    ).first()
    return Head(row.version, row.sections) if row else Head(0, {})


def head_at(connection: Connection, customer: str, version: int) -> Head:
    """An earlier version. Raises InputError ANSWERS-VERSION."""
    if version == 0:
        return Head(0, {})
    table = tables.answers
    row = connection.execute(select(table.c.sections).filter_by(customer=customer, version=version)).first()
    if row is None:
        raise no_version(customer, version)
    return Head(version, row.sections)


def changes_between(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Names of the sections whose digests differ."""
    return sorted(section for section in old.keys() | new.keys() if old.get(section) != new.get(section))


def bodies_of(document: Document) -> dict[str, str]:
    """Canonical text of each section. Raises InputError ANSWERS-SHAPE or ANSWERS-JSON."""
    if not all(isinstance(section, str) for section in document):
        raise InputError("ANSWERS-SHAPE", "Answers are a table of sections.", "Each section has a name.")
    bodies = {}
    for section, value in document.items():
        if not isinstance(value, Mapping | list | tuple):
            raise InputError(
                "ANSWERS-SHAPE", f"Section {section!r} is neither a record nor a table.", "See `onboard sheet`."
            )
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
        raise InputError(
            "ANSWERS-JSON",
            f"Section {section!r} holds what cannot be kept: {error}.",
            "Write long numbers and dates as text, in quotes.",
        ) from error


def section_of(connection: Connection, customer: str, head: Head, section: str) -> JSON:
    """The content of a section in that version; None where it has none."""
    digest = head.sections.get(section)
    if digest is None:
        return None
    return json.loads(stored(connection, customer, {section: digest})[section])


def stored(connection: Connection, customer: str, digests: Mapping[str, str]) -> dict[str, str]:
    """Section -> canonical text, for sections by their digest."""
    table = tables.sections
    query = select(table.c.digest, table.c.body).where(
        table.c.customer == customer, table.c.digest.in_(set(digests.values()))
    )
    bodies: dict[str, str] = {row.digest: row.body for row in connection.execute(query)}
    return {section: bodies[digest] for section, digest in digests.items()}


def keep_bodies(connection: Connection, customer: str, bodies: Mapping[str, str]) -> None:
    """Keeps texts by their digest, those that are not kept yet."""
    table = tables.sections
    known = set(
        connection.scalars(select(table.c.digest).where(table.c.customer == customer, table.c.digest.in_(list(bodies))))
    )
    new = [
        {"customer": customer, "digest": digest, "body": body} for digest, body in bodies.items() if digest not in known
    ]
    if new:
        connection.execute(insert(table), new)


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

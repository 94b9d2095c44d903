"""The editions of profiles that customers have: their files, found by digest, and which customer has which.

A file is kept once, whichever editions it is part of, under its SHA-256; so is the manifest of an edition, whose
SHA-256 names it. Nothing is ever taken out: what was done with an edition rests on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from onboarding.domain.edition import EditionTaken
from onboarding.domain.history import Evidence
from onboarding.errors import Busy, EvidenceError
from onboarding.profile.edition import Edition, kept_edition, short
from onboarding.store import tables
from onboarding.store.blobs import BlobStore
from onboarding.store.history_repository import add_line
from onboarding.store.repository import Repository
from onboarding.store.section_bodies import document_digest, head_of, stored

_RESTORE = "Restore the folder editions of the workspace from a backup."
_RESTORE_COMMAND = (
    "Restore the folder editions of the workspace from a backup; `onboard audit verify` names every file."
)


class Editions(Repository):
    """Keeping editions, and moving a customer from one to another."""

    def keep_edition(self, edition: Edition) -> None:
        """Keeps the files of an edition; what is there already is left as it is."""
        keep_edition(self._editions, edition)

    def edition(self, digest: str) -> Edition:
        """An edition that is kept, read and checked once for this store.

        Raises EvidenceError EDITION-MISSING or EDITION-CHANGED with the file that is gone or damaged, EDITION-DAMAGED,
        ProfileError EDITION-NEWER.
        """
        if digest not in self._editions_read:
            self._editions_read[digest] = kept_edition(digest, lambda name: self._file_of(digest, name))
        return self._editions_read[digest]

    def _file_of(self, digest: str, name: str) -> bytes:
        try:
            return self._editions.get(name, name)
        except EvidenceError as problem:
            code, what = ("MISSING", "is gone") if problem.code == "FILE-MISSING" else ("CHANGED", "was changed")
            message = f"The edition {short(digest)} cannot be read: its file editions/{name} {what}."
            raise EvidenceError(f"EDITION-{code}", message, _RESTORE, _RESTORE_COMMAND) from None

    def take_edition(
        self,
        customer: str,
        edition: Edition,
        before: str,
        by: str,
        at: datetime,
        why: str,
        line: Evidence,
        begun_with: Edition | None = None,
    ) -> None:
        """Moves the customer from the edition ``before`` to another, with a line for its record, in one transaction.

        The answers stay as they are, in a version of their own from which the edition holds. ``begun_with`` is
        the one it has had so far where none was kept. Raises Busy EDITION-MOVED when somebody else has moved it
        meanwhile.
        """
        for one in (begun_with, edition):
            if one is not None:
                keep_edition(self._editions, one)
        with self._writing(customer) as scope:
            begun, head = scope.begun, head_of(scope)
            if begun.edition != before:
                words = f"{customer} has the edition {short(begun.edition)} by now."
                raise Busy("EDITION-MOVED", words, "Look at what it would change, and move it again.")
            version = head.version + 1
            answers = {
                "version": version, "sections": head.sections, "changed": [], "by": by, "at": at, "source": "edition",
                "digest": document_digest(stored(scope, head.sections)),
            }  # fmt: skip
            taken = replace(_taken(edition, at, by), version=version, why=why)
            now = {"id": begun.id, "profile": edition.profile, "edition": edition.digest}
            scope.add(tables.answers, answers, by, "answers.reread", at)
            scope.change(
                tables.engagements,
                {**now, "editions": (*(begun.editions or first_of(begun_with, begun.created_at, "")), taken)},
                by,
                "engagement.move",
                at,
            )
            add_line(scope, replace(line, version=version))


def keep_edition(blobs: BlobStore, edition: Edition) -> None:
    """Keeps the files of an edition, its manifest last."""
    for name, digest in edition.digests.items():
        blobs.put(digest, edition.files[name].data)
    blobs.put(edition.digest, edition.manifest)


def _taken(edition: Edition, at: datetime, by: str) -> EditionTaken:
    own = edition.own_files
    return EditionTaken(edition.profile, edition.digest, 0, at, by, "", own.as_shipped, own.names)


def first_of(edition: Edition | None, at: datetime, by: str) -> tuple[EditionTaken, ...]:
    """What an engagement keeps of the edition it begins with."""
    return (_taken(edition, at, by),) if edition else ()


def files_of(digest: str, blobs: BlobStore) -> Iterator[str]:
    """Names of the files of an edition, as far as its manifest can be read."""
    yield digest
    with suppress(EvidenceError, ValueError, LookupError, TypeError, AttributeError):
        yield from map(str, json.loads(blobs.get(digest, digest))["files"].values())

"""Sheets that resellers were handed when they signed up, as they hand them on to their customers: every version.

Nothing is taken out: a customer may have been asked with an older one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from onboarding.domain.action import Attachment
from onboarding.errors import InputError
from onboarding.store import tables
from onboarding.store.blobs import BlobStore
from onboarding.store.repository import Repository
from onboarding.store.scope import made, values_of


@dataclass(frozen=True, slots=True)
class ResellerSheet:
    """One version of a reseller's sheet, counted from 1; ``size`` in bytes."""

    reseller: str
    version: int
    name: str
    sha256: str
    size: int
    by: str
    at: datetime


class ResellerSheets(Repository):
    """Keeping resellers' own sheets, and handing them out blank."""

    def keep_sheet(self, reseller: str, document: Attachment, by: str, at: datetime) -> ResellerSheet:
        """Keeps a new version; the same content as the newest is that version."""
        digest = hashlib.sha256(document.data).hexdigest()
        self._sheets.put(digest, document.data)
        with self._database.writing() as connection:
            query = select(tables.sheets).filter_by(reseller=reseller).order_by(tables.sheets.c.version.desc()).limit(1)
            newest = connection.execute(query).first()
            if newest is not None and newest.sha256 == digest:
                return made(ResellerSheet, newest)
            version = newest.version + 1 if newest is not None else 1
            kept = ResellerSheet(reseller, version, document.name, digest, len(document.data), by, at)
            connection.execute(insert(tables.sheets), values_of(kept))
        return kept

    def sheets(self, reseller: str) -> list[ResellerSheet]:
        """Every version of a reseller's sheet, the newest first."""
        query = select(tables.sheets).filter_by(reseller=reseller).order_by(tables.sheets.c.version.desc())
        with self._database.reading() as connection:
            return [made(ResellerSheet, row) for row in connection.execute(query)]

    def sheet(self, reseller: str, version: int = 0) -> Attachment:
        """A version of a reseller's sheet as it was kept, the newest where none is named.

        Raises InputError SHEET-NONE, EvidenceError when the file is gone or was changed.
        """
        kept = self.sheets(reseller)
        found = next((one for one in kept if version in (0, one.version)), None)
        if found is None:
            words = f"{reseller} has no sheet {version}." if kept else f"{reseller} has no sheet of its own."
            known = f"Versions: {', '.join(str(one.version) for one in kept)}." if kept else "Keep one first."
            raise InputError("SHEET-NONE", words, known)
        return Attachment(found.name, "application/octet-stream", self._sheets.get(found.sha256, found.sha256))

    @property
    def _sheets(self) -> BlobStore:
        return BlobStore(f"file://{self._database.layout.sheets}")

"""The one folder with everything generated."""

from __future__ import annotations

import os
from pathlib import Path

from onboarding.errors import StoreError
from onboarding.store.faults import WRITABLE, file_faults


class Layout:
    """Paths within one workspace.

    ``documents`` are evidence files, ``<customer>/<SHA-256>``; ``archive`` executed notebooks,
    ``<customer>/<run number>-<stage>.ipynb``. ``people`` is who may decide in which role, kept by hand
    (`store.people`).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database, self.people = folder / "onboarding.db", folder / "people.toml"
        self.documents, self.archive = folder / "documents", folder / "archive"
        self.outbox, self.working = folder / "outbox", folder / "working"
        self.reports, self.locks = folder / "reports", folder / "locks"

    def prepare(self) -> None:
        """Makes the folders. Raises StoreError when the workspace cannot be written."""
        with file_faults(f"The workspace {self.folder}"):
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in (self.documents, self.archive, self.outbox, self.working, self.reports, self.locks):
                path.mkdir(exist_ok=True)
        for path in (self.folder, self.database):
            if path.exists() and not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
                raise StoreError("STORE-READ-ONLY", f"{path} cannot be written.", WRITABLE)

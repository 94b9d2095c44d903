"""The one folder with everything generated."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from onboarding.errors import StoreError
from onboarding.store.faults import file_faults


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths within one workspace."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "onboarding.db"

    @property
    def documents(self) -> Path:
        """Evidence files: ``<customer>/<SHA-256>``."""
        return self.folder / "documents"

    @property
    def archive(self) -> Path:
        """Executed notebooks: ``<customer>/<run number>-<stage>.ipynb``."""
        return self.folder / "archive"

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    @property
    def working(self) -> Path:
        return self.folder / "working"

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    @property
    def locks(self) -> Path:
        return self.folder / "locks"

    @property
    def people(self) -> Path:
        """Who may decide in which role; kept by hand, see `store.people`."""
        return self.folder / "people.toml"

    def prepare(self) -> None:
        """Makes the folders. Raises StoreError when the workspace cannot be written."""
        with file_faults(f"The workspace {self.folder}"):
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in (self.documents, self.archive, self.outbox, self.working, self.reports, self.locks):
                path.mkdir(exist_ok=True)
        for path in (self.folder, self.database):
            if path.exists() and not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
                raise StoreError(
                    "STORE-READ-ONLY",
                    f"{path} cannot be written.",
                    "Make the workspace writable for you, or point ONBOARDING_HOME at another folder.",
                )

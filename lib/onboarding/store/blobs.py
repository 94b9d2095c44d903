"""Files that are written once: evidence documents and executed notebooks."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import fsspec.core
from fsspec.implementations.local import LocalFileSystem

from onboarding.errors import EvidenceError
from onboarding.files import write_atomically
from onboarding.store.database_errors import VERIFY, VERIFY_COMMAND, file_faults

_RESTORE = "Restore it from a backup."
_RESTORE_COMMAND = "Restore it from a backup; `onboard audit verify` lists all."

READ_ONLY = 0o444


class BlobStore:
    """A folder anywhere fsspec reaches. Names are relative, with ``/``; what is there is never written again."""

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)

    def put(self, name: str, data: bytes) -> str:
        """Writes a new file, durable and complete or not at all, and returns its SHA-256.

        The same content under the same name is taken as written. Raises EvidenceError FILE-EXISTS when other content
        is there, StoreError when the disk refuses.
        """
        digest = hashlib.sha256(data).hexdigest()
        if self._is_there(name, digest):
            return digest
        with file_faults(name):
            if not isinstance(self._files, LocalFileSystem):
                self._files.pipe_file(self._path(name), data, mode="create")
                return digest
            path = Path(self._path(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                write_atomically(path, data, mode=READ_ONLY, is_durable=True, is_new=True)
            except FileExistsError:  # of two at once the other was quicker
                self._is_there(name, digest)
        return digest

    def _is_there(self, name: str, digest: str) -> bool:
        """Whether this very content is. Raises EvidenceError FILE-EXISTS where there is another."""
        known = self.digest(name)
        if known is not None and known[0] != digest:
            raise EvidenceError("FILE-EXISTS", f"{name} is there already with other content.", VERIFY, VERIFY_COMMAND)
        return known is not None

    def remove(self, name: str) -> None:
        """Removes a file that nothing refers to, and its folder where nothing else is in it."""
        with file_faults(name):
            if self._files.exists(path := self._path(name)):
                self._files.rm_file(path)
        with suppress(OSError):
            self._files.rmdir(path.rpartition("/")[0])

    def get(self, name: str, digest: str) -> bytes:
        """The content, checked against its digest. Raises EvidenceError FILE-MISSING or FILE-CHANGED."""
        with file_faults(name):
            try:
                data: bytes = self._files.cat_file(self._path(name))
            except FileNotFoundError:
                raise EvidenceError("FILE-MISSING", f"{name} is gone.", _RESTORE, _RESTORE_COMMAND) from None
        if hashlib.sha256(data).hexdigest() != digest:
            words = f"{name} is not what was kept."
            raise EvidenceError("FILE-CHANGED", words, _RESTORE, _RESTORE_COMMAND)
        return data

    def digest(self, name: str) -> tuple[str, int] | None:
        """(SHA-256, size in bytes) of a file; None when there is none."""
        with file_faults(name):
            try:
                with self._files.open(self._path(name), "rb") as stream:
                    found = hashlib.file_digest(stream, "sha256")
                    return found.hexdigest(), stream.seek(0, os.SEEK_END)
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                return None

    def names(self, under: str = "") -> Iterator[str]:
        """All files below ``under``."""
        start = self._path(under) if under else self._root
        with file_faults(start):
            found = self._files.find(start) if self._files.exists(start) else []
        yield from (path[len(self._root) :].lstrip("/") for path in found)

    def _path(self, name: str) -> str:
        """Raises FileNotFoundError for a name that leads out of the folder: a row may have been tampered with."""
        if "\0" in name or "\\" in name or any(part in ("", ".", "..") for part in name.split("/")):
            raise FileNotFoundError(errno.ENOENT, "no such file in the folder", name)
        return f"{self._root}/{name}"

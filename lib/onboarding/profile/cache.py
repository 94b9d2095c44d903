"""Profiles as they were read, kept on disk: a new process reads and looks through only what has changed.

They lie in the user's folder for caches (on Linux ``~/.cache/onboarding/profiles``), are safe to delete, as Python's
``__pycache__`` is, and believed only when nobody else can have written them. A profile that cannot be kept, or is
damaged there, is read from its files. The format is pickle, cut down to data: no function is called by name, and no
class made but those of a profile.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
import time
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import is_dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import BaseModel

from onboarding.files import PARTIAL, write_atomically
from onboarding.profile.model import Profile
from onboarding.resources import library_stamp

UNUSED = 30
"""Days after which what was kept is deleted; what is in use is then read once more."""

_FOR_US = 0o700
_DIGEST = 32  # bytes of the SHA-256 before the pickle


def kept(content: str) -> Profile | None:
    """The profile whose files have that digest, as this library reads it; None when it is not kept."""
    try:
        path = _path(content)
        if not (_is_private(path.parent) and _is_private(path)):
            return None
        data = path.read_bytes()
        if sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            return None
        found = _DataOnly(io.BytesIO(data[_DIGEST:])).load()
    except Exception:  # noqa: BLE001  what is wrong with it matters to nobody: the files have it all
        return None
    return found if isinstance(found, Profile) else None


class _DataOnly(pickle.Unpickler):
    """Makes objects of our data classes, enumerations and models, paths and hours; nothing else can be named."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("datetime", "time"):
            return super().find_class(module, name)
        if module.startswith("onboarding.") or module == "pathlib":
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, (Enum, BaseModel, Path))):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no data of a profile")


def keep(content: str, profile: Profile) -> None:
    """Keeps it for other processes, where the folder can be written."""
    data = pickle.dumps(profile, pickle.HIGHEST_PROTOCOL)
    with suppress(OSError):
        path = _path(content)
        path.parent.mkdir(_FOR_US, parents=True, exist_ok=True)
        if _is_private(path.parent):
            _clear(path.parent)
            write_atomically(path, sha256(data).digest() + data, mode=_FOR_US & 0o666)


def folder() -> Path:
    """Where they lie; not created here."""
    return Path(platformdirs.user_cache_dir("onboarding", appauthor=False)) / "profiles"


def _path(content: str) -> Path:
    key: Hashable = content, sys.version, library_stamp()
    return folder() / f"{sha256(repr(key).encode()).hexdigest()}.pickle"


def _is_private(path: Path) -> bool:
    """Whether it is this user's, and nobody else may write it. Raises OSError when it is not there."""
    status = path.lstat()
    return os.name == "nt" or (status.st_uid == os.getuid() and not status.st_mode & 0o022)


def _clear(place: Path) -> None:
    before = time.time() - UNUSED * 24 * 3600
    for path in place.iterdir():
        if path.suffix in (".pickle", PARTIAL) and path.lstat().st_mtime < before:
            path.unlink(missing_ok=True)

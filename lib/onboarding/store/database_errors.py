"""What databases and file systems say, turned into one sentence a person can act on."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from onboarding.errors import OnboardingError, StoreError
from onboarding.limits import out_of_files, out_of_memory, shortage

_FREE_SPACE = "Free some space and try again; nothing already saved is lost."
WRITABLE = "Make the workspace writable for you, or point ONBOARDING_HOME at another folder."
_RESTORE = "Restore it from a backup, or point ONBOARDING_HOME at another folder; it was left as it is."
_LOCKED = ("STORE-LOCKED", "is locked by another program.", "Close what holds it and try again.")
_READ_ONLY = ("STORE-READ-ONLY", "cannot be written.", WRITABLE)

# Primary SQLite result code -> code, what happened (after the name of the file), remedy.
_SQLITE = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_FULL": ("STORE-FULL", "cannot grow: the disk is full.", _FREE_SPACE),
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": ("STORE-READ-ONLY", "may not be opened.", WRITABLE),
    "SQLITE_CANTOPEN": ("STORE-READ-ONLY", "cannot be opened or created.", WRITABLE),
    "SQLITE_NOTADB": ("STORE-NOT-A-DATABASE", "is not a database.", _RESTORE),
    "SQLITE_CORRUPT": ("STORE-CORRUPT", "is damaged.", _RESTORE),
    "SQLITE_IOERR": ("STORE-IO", "could not be read or written: the disk reported a fault.", _FREE_SPACE),
}
_FILES = {
    errno.ENOSPC: ("STORE-FULL", "cannot be written: the disk is full.", _FREE_SPACE),
    errno.EDQUOT: ("STORE-FULL", "cannot be written: the disk quota is used up.", _FREE_SPACE),
    errno.EFBIG: ("STORE-FULL", "cannot be written: it would be too large.", _FREE_SPACE),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _READ_ONLY),
}


@contextmanager
def database_faults(name: str) -> Iterator[None]:
    """Turns what the driver raises into StoreError; ``name`` is what the sentence calls the database.

    IntegrityError passes: whoever writes knows what a second row with one key means.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _of_database(name, error.orig, error.connection_invalidated) from error
    except sqlite3.Error as error:
        raise _of_database(name, error, False) from error


@contextmanager
def file_faults(name: str) -> Iterator[None]:
    """Turns OSError into StoreError; ``name`` is what the sentence calls the file."""
    try:
        yield
    except OSError as error:
        if short := shortage(error):
            raise short from error
        code, text, remedy = _FILES.get(
            error.errno or 0, ("STORE-IO", f"could not be used: {error.strerror or error}.", "Look at the disk.")
        )
        raise StoreError(code, f"{name} {text}", remedy) from error


VERIFY = "Stop here, and have the record verified."
VERIFY_COMMAND = "Run `onboard audit verify`."
"""What to do when the record contradicts itself."""


def _of_database(name: str, error: BaseException | None, is_cut: bool) -> OnboardingError:
    found = _sqlite_code(error)
    if found == "SQLITE_NOMEM":
        return out_of_memory()
    if found == "SQLITE_CANTOPEN" and (short := out_of_files()):
        return short
    if found in _SQLITE:
        code, text, remedy = _SQLITE[found]
        return StoreError(code, f"{name} {text}", remedy)
    if is_cut or type(error).__name__ in ("OperationalError", "InterfaceError"):
        return StoreError(
            "STORE-UNREACHABLE",
            f"{name} cannot be used: {_first_line(error)}.",
            "Check that the database is up and ONBOARDING_DATABASE_URL is right, then try again.",
        )
    command = "Run again with --debug for details."
    return StoreError("STORE-FAULT", f"{name} refused: {_first_line(error)}.", "Try again.", command)


def _sqlite_code(error: BaseException | None) -> str:
    """Name of the primary result code: SQLITE_IOERR for SQLITE_IOERR_WRITE."""
    name = getattr(error, "sqlite_errorname", "") if isinstance(error, sqlite3.Error) else ""
    return "_".join(name.split("_")[:2])


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")[:200]

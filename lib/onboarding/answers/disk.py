"""Bytes of files of answers: read within bounds, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from onboarding.errors import InputError


def read_bytes(path: Path, most: int) -> bytes:
    """Content of a file of at most ``most`` bytes. Raises InputError."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise InputError("FILE-MISSING", f"There is no file {path}.", "Check the name.") from None
    except OSError as error:
        raise InputError("FILE-UNREADABLE", f"The file {path} cannot be read ({error.strerror}).") from None
    if len(data) > most:
        raise InputError("FILE-TOO-LARGE", f"The file {path} has more than {most // 2**20} MB.", "Is it the right one?")
    return data


def read_text(path: Path, most: int) -> str:
    """Text of a file in UTF-8, with or without a mark of it at its beginning. Raises InputError."""
    data = read_bytes(path, most)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            "FILE-ENCODING", f"The file {path} is not in UTF-8.", "Save it again as UTF-8 (in Excel: CSV UTF-8)."
        ) from None


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file; one that is there is replaced only once the new one is whole. Raises InputError."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError("FILE-UNWRITABLE", f"The file {path} cannot be written ({error.strerror}).") from None

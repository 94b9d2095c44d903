"""Files: read within bounds, written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path
from typing import Any, BinaryIO

from onboarding.errors import InputError

PARTIAL = ".partial"
"""How the name of a file ends that is not whole yet."""


_NO_FILES = {
    stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device", stat.S_IFBLK: "a device",
}  # fmt: skip


class NoFile(OSError):
    """There is something of that name, and it is no file."""


def open_file(path: Path) -> BinaryIO:
    """A file that somebody names, to be read from its beginning to its end.

    Raises OSError, also (NoFile) for what has no end or may never give anything: a pipe, a device, a socket, a folder.
    """
    kind = stat.S_IFMT(path.stat().st_mode)
    if kind != stat.S_IFREG:
        raise NoFile(errno.EINVAL, f"it is {_NO_FILES.get(kind, 'something else')}, no file", str(path))
    return path.open("rb")


def content_of(path: Path) -> bytes:
    """All that a file of ours holds. Raises as `open_file`."""
    with open_file(path) as file:
        return file.read()


def toml_of(path: Path) -> dict[str, Any]:
    """What a TOML file of ours says. Raises as `open_file`, and ValueError for one that is none."""
    import tomllib

    try:
        return tomllib.loads(content_of(path).decode("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def read_bytes(path: Path, most: int) -> bytes:
    """Content of a file of at most ``most`` bytes. Raises InputError."""
    try:
        with open_file(path) as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise InputError("FILE-MISSING", f"There is no file {path}.", "Check the name.") from None
    except NoFile as error:
        remedy = "Save what it holds as a file of its own, and give that one."
        raise InputError("FILE-UNREADABLE", f"{path} cannot be read: {error.strerror}.", remedy) from None
    except OSError as error:
        raise InputError("FILE-UNREADABLE", f"The file {path} cannot be read ({error.strerror}).") from None
    if len(data) > most:
        raise InputError("FILE-TOO-LARGE", f"The file {path} has more than {most // 2**20} MB.", "Is it the right one?")
    return data


def beside(folder: Path, name: str) -> Path:
    """Where the file lies that another file in the folder names: beside it or below. Raises InputError FILE-ELSEWHERE
    for a place outside, so that a list from somebody else takes nothing of this machine into the record.
    """
    path = folder / name
    try:
        is_there = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError("FILE-UNREADABLE", f"{name[:100]!r} cannot be read ({error}).", "Check the name.") from None
    if not is_there:
        remedy = "Put the file beside the one that names it, or in a folder there."
        raise InputError("FILE-ELSEWHERE", f"{name[:100]!r} lies outside {folder.resolve()}.", remedy)
    return path


def read_text(path: Path, most: int) -> str:
    """Text of a file in UTF-8, with or without a mark of it at its beginning. Raises InputError."""
    data = read_bytes(path, most)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            "FILE-ENCODING", f"The file {path} is not in UTF-8.", "Save it again as UTF-8 (in Excel: CSV UTF-8)."
        ) from None


def write_file(path: Path, data: bytes) -> None:
    """Writes a file a person asked for; one that is there is replaced once the new one is whole. Raises InputError."""
    try:
        write_atomically(path, data)
    except OSError as error:
        raise InputError("FILE-UNWRITABLE", f"The file {path} cannot be written ({error.strerror}).") from None


def write_atomically(
    path: Path, data: bytes, *, mode: int = 0o666, is_durable: bool = False, is_new: bool = False
) -> None:
    """The whole file appears under its name at once, or what was there before stays; its folder must exist.

    ``mode`` are its rights from the first moment, less the umask. With ``is_durable`` file and name are on the disk
    when this returns. With ``is_new`` nothing is replaced: raises FileExistsError. Raises OSError when it cannot be
    written; then, and after a crash, at most a file ending in `PARTIAL` is left beside it; of one that ``is_new``
    nothing, where the system has files without a name.
    """
    if is_new and _has_appeared(path, data, mode, is_durable):
        return
    partial = path.with_name(f".{secrets.token_hex(8)}{PARTIAL}")
    try:
        with open(partial, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as target:
            target.write(data)
            if is_durable:
                target.flush()
                os.fsync(target.fileno())
        if is_new:
            os.link(partial, path)
        else:
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    if is_durable and os.name == "posix":
        for folder in (path.parent, path.parent.parent):  # the folder itself may be as new
            _sync(folder)


def _has_appeared(path: Path, data: bytes, mode: int, is_durable: bool) -> bool:
    """Whether the file was written without a name and then given its own; not where the system knows no such files."""
    try:
        handle = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, mode)
    except (AttributeError, OSError):
        return False
    with os.fdopen(handle, "wb") as target:
        target.write(data)
        target.flush()
        if is_durable:
            os.fsync(handle)
        try:
            os.link(f"/proc/self/fd/{handle}", path, follow_symlinks=True)
        except FileExistsError:
            raise
        except OSError:
            return False  # there is no /proc, or it may not be used so
    if is_durable:
        for folder in (path.parent, path.parent.parent):
            _sync(folder)
    return True


def _sync(folder: Path) -> None:
    """A new name is durable only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

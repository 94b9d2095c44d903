"""Profiles kept on disk for other processes."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from onboarding.files import write_file
from onboarding.profile import cache, load
from onboarding.profile.load import linted, load_profile, profile_ids
from onboarding.profile.model import Profile
from tests.profile.sound import write

CONTENT = "0" * 64


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for caches."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return cache.folder()


def _leaves(value: Any, at: str = "") -> Iterator[tuple[str, object]]:
    """Everything a profile consists of, by where it is: classes that are equal only to themselves taken apart."""
    if is_dataclass(value):
        for part in fields(value):
            yield from _leaves(getattr(value, part.name), f"{at}.{part.name}")
    elif isinstance(value, tuple | list):
        for place, one in enumerate(value):
            yield from _leaves(one, f"{at}[{place}]")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, f"{at}[{key}]")
    else:
        yield at, (type(value), value)


@pytest.mark.parametrize("name", profile_ids())
def test_a_kept_profile_is_the_one_that_was_read(name: str) -> None:
    """Part by part, for every profile there is."""
    read = linted(name)
    cache.keep(CONTENT, read)
    found = cache.kept(CONTENT)
    assert found is not None
    assert [*_leaves(found)] == [*_leaves(read)]


_ELSEWHERE = """
import sys
from onboarding.profile.load import load_profile
try:
    profile = load_profile(sys.argv[1])
except Exception as error:
    print(type(error).__name__)
else:
    print("read" if "onboarding.profile.read" in sys.modules else "kept", profile.title)
"""


def _elsewhere(path: Path) -> str:
    """How another process comes by the profile, and its title."""
    done = subprocess.run([sys.executable, "-c", _ELSEWHERE, str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_another_process_reads_only_what_has_changed(tmp_path: Path) -> None:
    """The second one takes what the first has read; a profile that was edited is read, a broken one is refused."""
    path = write(tmp_path)
    path.write_text(path.read_text().replace("Small Voice", "Not read before"))  # by no other test of this process
    title = load_profile(path).title
    assert title == "Not read before"
    assert _elsewhere(path) == f"kept {title}"
    path.write_text(path.read_text().replace(title, "Another"))
    assert _elsewhere(path) == "read Another"
    assert _elsewhere(path) == "kept Another"
    path.write_text("provider = 3")
    assert _elsewhere(path) == "ProfileError"
    assert _elsewhere(path) == "ProfileError"


def _kept() -> tuple[Profile, Path]:
    profile = linted("chinook")
    cache.keep(CONTENT, profile)
    (path,) = cache.folder().iterdir()
    return profile, path


@pytest.mark.parametrize("cut", [0, 1, 31, 32, 40, -1])
def test_what_is_cut_short_is_not_believed(cut: int) -> None:
    """As after a disk that was full."""
    _, path = _kept()
    assert cache.kept(CONTENT) is not None
    path.write_bytes(path.read_bytes()[:cut])
    assert cache.kept(CONTENT) is None


def test_what_is_damaged_is_not_believed() -> None:
    """One bit anywhere is enough."""
    _, path = _kept()
    data = bytearray(path.read_bytes())
    for at in range(0, len(data), 997):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert cache.kept(CONTENT) is None


class _Calls:
    """Pickles as a call of whatever it is given."""

    def __init__(self, function: Any, *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> Any:
        return self._call


@pytest.mark.parametrize("function", [os.mkdir, Path.mkdir, write_file, eval, pytest.fail, partial])
def test_a_kept_file_can_call_nothing(function: Any, tmp_path: Path) -> None:
    """Even one that somebody has made with care, with the right digest, where only the user can write."""
    _, path = _kept()
    data = pickle.dumps(_Calls(function, tmp_path / "made"))
    path.write_bytes(sha256(data).digest() + data)
    assert cache.kept(CONTENT) is None
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("part", ["file", "folder"])
@pytest.mark.parametrize("rights", [0o020, 0o002])
def test_what_others_can_write_is_not_believed(part: str, rights: int) -> None:
    """A pickle is code: it is taken only from a place where nobody else can have put it."""
    _, path = _kept()
    found = path if part == "file" else path.parent
    found.chmod(found.stat().st_mode | rights)
    assert cache.kept(CONTENT) is None


def test_a_link_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    """Neither to read nor to write through."""
    profile, path = _kept()
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    assert cache.kept(CONTENT) is None
    before = elsewhere.read_bytes()
    cache.keep(CONTENT, profile)
    assert not path.is_symlink()
    assert elsewhere.read_bytes() == before


def test_nobody_else_may_look() -> None:
    """A provider's file can say how its customers are dealt with."""
    _, path = _kept()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_library_that_was_written_reads_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another edition of the code has made of the same files is not taken."""
    _kept()
    monkeypatch.setattr(cache, "library_stamp", lambda: "another edition")
    assert cache.kept(CONTENT) is None


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There a profile is read each time."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    path = write(tmp_path)
    title = load_profile(path).title
    assert _elsewhere(path) == f"read {title}"


def test_a_profile_that_is_written_while_it_is_read_is_kept_as_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it is of one moment: what is in the file by then is another edition, and read anew."""
    path = write(tmp_path, ('title = "Small Voice"', 'title = "Written Meanwhile"'))
    before = path.read_text()
    title = linted(path).title

    def written_meanwhile(*given: Any) -> Any:
        path.write_text(before.replace(title, "Another"))
        return read(*given)

    read = load.looked_through
    monkeypatch.setattr(load, "looked_through", written_meanwhile)
    assert load_profile(path).title == title
    assert _elsewhere(path) == "read Another"
    path.write_text(before)
    assert _elsewhere(path) == f"kept {title}"


def test_what_is_old_goes_when_something_new_comes() -> None:
    """The folder does not grow for ever; what is not ours stays."""
    profile, path = _kept()
    other = path.with_name("notes.txt")
    other.touch()
    old = time.time() - (cache.UNUSED + 1) * 24 * 3600
    for one in (path, other):
        os.utime(one, (old, old))
    cache.keep("1" * 64, profile)
    assert not path.exists()
    assert other.exists()

"""Files: whole or not there, with the rights they were to have, and read within bounds."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.errors import InputError
from onboarding.files import beside, read_bytes, read_text, toml_of, write_atomically, write_file


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_the_last_that_was_written_is_there_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    """Byte for byte, and no partial file beside it."""
    folder = tmp_path_factory.mktemp("written")
    for content in contents:
        write_atomically(folder / "a.bin", content)
    assert [path.name for path in folder.iterdir()] == ["a.bin"]
    assert (folder / "a.bin").read_bytes() == contents[-1]


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    """While it is replaced over and over, whoever opens it reads one of the whole contents."""
    path = tmp_path / "a.bin"
    whole = [bytes([mark]) * 200_000 for mark in range(20)]
    write_atomically(path, whole[0])
    with ThreadPoolExecutor(4) as pool:
        written = [pool.submit(write_atomically, path, content) for content in whole]
        read = [pool.submit(path.read_bytes) for _ in range(100)]
    assert {job.result() for job in written} == {None}
    assert {job.result() for job in read} <= set(whole)


def test_of_many_who_write_a_new_file_one_succeeds(tmp_path: Path) -> None:
    """Its content stays; all others learn that a file is there."""

    def attempt(mark: int) -> int | None:
        try:
            write_atomically(tmp_path / "new", bytes([mark]) * 1000, is_new=True)
        except FileExistsError:
            return None
        return mark

    with ThreadPoolExecutor(8) as pool:
        [winner] = [mark for mark in pool.map(attempt, range(40)) if mark is not None]
    assert (tmp_path / "new").read_bytes() == bytes([winner]) * 1000
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("mode", "rights"), [(0o666, 0o640), (0o600, 0o600), (0o444, 0o440)])
def test_the_rights_are_those_asked_for_less_the_umask(tmp_path: Path, mode: int, rights: int) -> None:
    """A secret is its owner's alone, a record is read-only; what was there before does not count."""
    path = tmp_path / "a"
    path.write_bytes(b"")
    path.chmod(0o777)
    before = os.umask(0o027)
    try:
        write_atomically(path, b"x", mode=mode)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == rights


def test_a_write_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    """No partial file, and the old content."""
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="folder"):
        write_atomically(tmp_path / "folder", b"x")
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "full"]


def test_a_durable_file_is_on_the_disk_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The content is synced before the name is given, the folder and the one it may be new in after that."""
    path, seen = tmp_path / "new" / "a", []
    path.parent.mkdir()
    really = os.fsync

    def noted(handle: int) -> None:
        seen.append((os.fstat(handle).st_ino, path.exists()))
        really(handle)

    monkeypatch.setattr(os, "fsync", noted)
    write_atomically(path, b"x")
    assert seen == []
    write_atomically(path.with_name("b"), b"y", is_durable=True)
    path.unlink()
    seen.clear()
    write_atomically(path, b"x", is_durable=True)
    assert seen == [(path.stat().st_ino, False), (path.parent.stat().st_ino, True), (tmp_path.stat().st_ino, True)]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="the system knows no files without a name")
def test_a_new_file_that_is_killed_on_its_way_leaves_nothing(tmp_path: Path) -> None:
    """Before it has its name there is nothing that could be left."""
    script = (
        "import os, signal, sys, pathlib, onboarding.files as files\n"
        "os.link = lambda *given, **more: os.kill(os.getpid(), signal.SIGKILL)\n"
        "files.write_atomically(pathlib.Path(sys.argv[1]), b'whole', is_durable=True, is_new=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "new")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


def test_a_system_without_files_without_a_name_writes_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is whole all the same, and nothing is left beside it."""
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    write_atomically(tmp_path / "new", b"whole", is_durable=True, is_new=True)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("new", b"whole")]
    with pytest.raises(FileExistsError):
        write_atomically(tmp_path / "new", b"other", is_new=True)


def test_a_file_that_was_asked_for_says_when_it_cannot_be_written(tmp_path: Path) -> None:
    """Which file, and what the system says."""
    write_file(tmp_path / "a.csv", b"x")
    assert (tmp_path / "a.csv").read_bytes() == b"x"
    with pytest.raises(InputError, match=r"FILE-UNWRITABLE: The file .*none.a\.csv cannot be written \(No such file"):
        write_file(tmp_path / "none" / "a.csv", b"x")


def test_a_file_is_read_within_bounds(tmp_path: Path) -> None:
    """Up to the bound whole; beyond it, or when there is none, a clear word."""
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfcaf\xc3\xa9")
    assert read_text(path, 8) == "café"
    assert len(read_bytes(path, 8)) == 8
    for most, code in ((7, "FILE-TOO-LARGE"), (8, "FILE-ENCODING")):
        path.write_bytes(b"caf\xe9cafe")
        with pytest.raises(InputError, match=code):
            read_text(path, most)
    with pytest.raises(InputError, match="FILE-MISSING"):
        read_bytes(tmp_path / "none", 8)
    with pytest.raises(InputError, match="FILE-UNREADABLE"):
        read_bytes(tmp_path, 8)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe nobody writes to, a device without an end, a socket, a folder: with what it is and what to do."""
    os.mkfifo(pipe := tmp_path / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(tmp_path / "socket.csv"))
        kinds = {
            pipe: "a pipe",
            Path("/dev/zero"): "a device",
            tmp_path / "socket.csv": "a socket",
            tmp_path: "a folder",
        }
        for path, kind in kinds.items():
            with pytest.raises(InputError, match=rf"cannot be read: it is {kind}, no file\..*as a file of its own"):
                read_bytes(path, 8)


@pytest.mark.parametrize("name", ["/etc/passwd", "../secret.txt", "below/../../secret.txt", "out.txt", "a\0b"])
def test_a_file_that_another_names_lies_beside_it(tmp_path: Path, name: str) -> None:
    """Or below: a list from somebody else names nothing else of this machine, by whatever way."""
    folder = tmp_path / "here"
    (folder / "below").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(InputError, match=r"FILE-(ELSEWHERE|UNREADABLE)"):
        beside(folder, name)
    for found in ("loa.pdf", "below/loa.pdf", "below/../loa.pdf", str(folder / "loa.pdf")):
        assert beside(folder, found).resolve() in {folder / "loa.pdf", folder / "below" / "loa.pdf"}


def test_what_is_nested_beyond_reason_is_no_toml(tmp_path: Path) -> None:
    """It is named as wrong, not a breakdown."""
    path = tmp_path / "people.toml"
    path.write_text("a = " + "[" * 5000)
    with pytest.raises(ValueError, match="nested too deeply"):
        toml_of(path)

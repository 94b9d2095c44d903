"""What a process may use: asked before anything large begins, and named when something broke for want of it."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from onboarding import limits
from onboarding.store.database_errors import database_faults, file_faults

MB = 2**20


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, int]]:
    """The limits of this process as the test wants them; none but those."""
    found: dict[int, int] = {}
    monkeypatch.setattr(resource, "getrlimit", lambda which: (found.get(which, resource.RLIM_INFINITY), -1))
    return found


def test_without_limits_everything_may_begin(allowed: dict[int, int]) -> None:
    """Nothing is refused, however much is wanted."""
    limits.demand(10**9, 10**9)


def test_too_few_files_are_refused_with_how_many_there_are(allowed: dict[int, int]) -> None:
    """Those that are open count; the message says how many may be, how many are wanted and what to do."""
    opened = len([*Path("/dev/fd").iterdir()]) - 1
    allowed[resource.RLIMIT_NOFILE] = opened + 20
    limits.demand(20, 1)
    with pytest.raises(limits.OnboardingError) as refused:
        limits.demand(21, 1)
    assert (refused.value.code, refused.value.exit_code) == ("OPEN-FILES", 1)
    assert refused.value.message == (
        f"This process may have {opened + 20} files open at once; 21 more than are open now are needed."
    )
    assert "ulimit -n 256" in refused.value.remedy


@pytest.mark.parametrize("which", [resource.RLIMIT_AS, resource.RLIMIT_DATA])
def test_too_little_memory_is_refused(allowed: dict[int, int], which: int) -> None:
    """Whichever limit it is."""
    allowed[which] = 200 * MB
    limits.demand(1, 200)
    with pytest.raises(limits.OnboardingError, match="MEMORY: This process may use 200 MB of memory; 201 MB are"):
        limits.demand(1, 201)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.EMFILE, "Too many open files"), "OPEN-FILES"),
        (OSError(errno.ENFILE, "Too many open files in system"), "OPEN-FILES"),
        (ImportError("x.so: cannot open shared object file: Too many open files"), "OPEN-FILES"),
        (MemoryError(), "MEMORY"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "MEMORY"),
        (ImportError("x.so: failed to map segment from shared object"), "MEMORY"),
        (RuntimeError("can't start new thread"), "PROCESSES"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "PROCESSES"),
    ],
)
def test_an_exception_names_what_there_was_too_little_of(allowed: dict[int, int], error: Exception, code: str) -> None:
    """Also one that came out of it, or was raised while it was handled."""
    outer = RuntimeError("something else")
    outer.__context__ = ValueError("in between")
    outer.__context__.__cause__ = error
    for one in (error, outer):
        found = limits.shortage(one)
        assert found is not None
        assert found.code == code


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        ("MemoryError", "", "MEMORY"),
        ("MemoryError", "Unable to allocate 2.98 GiB for an array", "MEMORY"),
        ("OSError", "[Errno 24] Too many open files: 'a.txt'", "OPEN-FILES"),
        ("OSError", "[Errno 28] No space left on device", ""),
        ("ValueError", "he said: Too many open files", ""),
    ],
)
def test_so_does_one_of_a_kernel(name: str, words: str, code: str) -> None:
    """Of which there are only class and words."""
    found = limits.shortage_told(name, words)
    assert (found.code if found else "") == code


def test_a_thread_that_has_no_room_for_its_stack_is_short_of_memory(allowed: dict[int, int]) -> None:
    """Where memory is limited, that is what a thread wants first."""
    allowed[resource.RLIMIT_AS] = 300 * MB
    found = limits.shortage(RuntimeError("can't start new thread"))
    assert "MEMORY: This process may use 300 MB of memory." in str(found)


@pytest.mark.parametrize("error", [OSError(errno.ENOENT, "no"), RuntimeError("boom"), ImportError("no module x"), None])
def test_any_other_exception_is_about_something_else(error: Exception | None) -> None:
    """It keeps its own words."""
    assert limits.shortage(error) is None


def test_a_file_that_cannot_be_opened_for_want_of_descriptors_is_no_fault_of_the_disk() -> None:
    """The store says which of the two it is."""
    with pytest.raises(limits.OnboardingError, match="OPEN-FILES"), file_faults("a file"):
        raise OSError(errno.EMFILE, "Too many open files")


SQLITE = """
import os, resource, sqlite3
from onboarding.store.database_errors import database_faults
import onboarding.limits
resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/dev/fd")) - 1, 4096))
try:
    with database_faults("The database"):
        sqlite3.connect("some.db").execute("create table t (a)")
except Exception as problem:
    print(problem.code)
"""


def test_a_database_that_cannot_be_opened_for_want_of_descriptors_is_not_read_only(tmp_path: Path) -> None:
    """SQLite has one word for both."""
    ended = subprocess.run([sys.executable, "-c", SQLITE], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ended.stdout == "OPEN-FILES\n"


def test_a_database_without_memory_says_so() -> None:
    """Not that it is broken."""
    import sqlite3

    error = sqlite3.OperationalError("out of memory")
    error.sqlite_errorname = "SQLITE_NOMEM"
    with pytest.raises(limits.OnboardingError, match="MEMORY"), database_faults("The database"):
        raise error

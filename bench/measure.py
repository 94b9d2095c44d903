"""How costs are measured: by turns, on the clock and of all processors, and how much memory a tree of processes has."""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.figure import Cost

Act = Callable[[], object]

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def by_turns(acts: Mapping[str, Act], rounds: int, warm: bool = True) -> dict[str, list[Cost]]:
    """Costs of each act, measured by turns, so that all see the same machine; every other round backwards.

    ``warm`` does each once before, unmeasured.
    """
    found: dict[str, list[Cost]] = {name: [] for name in acts}
    for turn in range(-1 if warm else 0, rounds):
        for name in list(acts) if turn % 2 == 0 else reversed(list(acts)):
            spent = cost(acts[name])
            if turn >= 0:
                found[name].append(spent)
    return found


def cost(act: Act) -> Cost:
    """What doing it once costs."""
    gc.collect()
    processor, begun = processor_seconds(), time.perf_counter()
    act()
    return Cost(time.perf_counter() - begun, max(processor_seconds() - processor, 0.0))


def processor_seconds() -> float:
    """Processor time of this process, of children that have ended and, on Linux, of descendants that live.

    A process that others were forked from counts them once they have ended, and is itself still there.
    """
    spent = sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )
    return spent + sum(_ticks(process) for process in descendants(os.getpid())) / _TICKS


def descendants(process: int) -> list[int]:
    """Ids of all processes below that one; none where the system does not tell."""
    parents: dict[int, list[int]] = {}
    for path in _PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            parents.setdefault(int(_fields(path)[1]), []).append(int(path.parent.name))
    found, ahead = [], [process]
    while ahead:
        ahead = [child for one in ahead for child in parents.get(one, ())]
        found += ahead
    return found


def _fields(path: Path) -> list[str]:
    """Fields of `stat` from the third on: what stands before them is a name, and may hold anything."""
    return path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def _ticks(process: int) -> int:
    try:
        return sum(map(int, _fields(_PROC / str(process) / "stat")[11:15]))
    except (OSError, ValueError):
        return 0


def memory() -> float:
    """Megabytes of this process and its descendants, of what is shared the share of each; 0 where unknown."""
    total = 0
    for process in (os.getpid(), *descendants(os.getpid())):
        with suppress(OSError):
            lines = (_PROC / str(process) / "smaps_rollup").read_text(encoding="ascii").splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


@contextmanager
def peak_memory(every: float = 0.25) -> Iterator[list[float]]:
    """A list that grows by `memory` again and again while the block runs."""
    seen, over = [memory()], threading.Event()

    def watch() -> None:
        while not over.wait(every):
            seen.append(memory())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing that this process or its children write to the error output is seen: kernels warn there."""
    kept = os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def python(*arguments: str) -> Act:
    """This interpreter as a command."""
    return command(sys.executable, *arguments)


def tool(name: str, *arguments: str, ends: Collection[int] = (0,)) -> Act:
    """A command that is installed beside this interpreter, such as ``onboard``."""
    return command(str(Path(sys.executable).with_name(name)), *arguments, ends=ends)


def command(*arguments: str, ends: Collection[int] = (0,)) -> Act:
    """A command with its output thrown away. Raises CalledProcessError when it does not end as it should."""

    def act() -> None:
        done = subprocess.run(arguments, check=False, capture_output=True)
        if done.returncode not in ends:
            raise subprocess.CalledProcessError(done.returncode, arguments, done.stdout, done.stderr)

    return act

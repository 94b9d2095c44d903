"""Data files as they were read: where each key stands, and what is wrong there in words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from onboarding.profile.position import lines
from onboarding.resources import shipped

Key = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong with a data file; ``key`` is the dotted key as one would write it."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key + ': ' if self.key else ''}{self.message}"


@dataclass(frozen=True)
class Source:
    """One file as it was read; ``name`` is how messages call it."""

    path: Path
    name: str
    text: str
    tree: Mapping[str, Any]

    @cached_property
    def _lines(self) -> dict[Key, int]:
        return lines(self.text)

    def line(self, key: Key) -> int:
        """The line of a key, or of the nearest table around it."""
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, 1)

    def has(self, key: Key) -> bool:
        """Whether the file itself has something there."""
        return key in self._lines

    def finding(self, key: Key, message: str) -> Finding:
        return Finding(self.name, self.line(key), dotted(key), message)


def dotted(key: Key) -> str:
    """``task.provision.create-company.after[1]``."""
    words = (f"[{p}]" if isinstance(p, int) else f".{p}" if _BARE.fullmatch(p) else f'."{p}"' for p in key)
    return "".join(words).removeprefix(".")


def name_of(path: Path) -> str:
    """How messages call a file: from the top of the checkout or of what is shipped when it lies inside, as given
    otherwise.
    """
    root, whole = shipped(), path.absolute()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(path)


def read(path: Path, findings: list[Finding], fetch: Callable[[Path], bytes]) -> Source | None:
    """The file, or None with a finding that says why it cannot be read; ``fetch`` gives what it holds."""
    name = name_of(path)
    try:
        text = fetch(path).decode("utf-8-sig")
        return Source(path, name, text, tomllib.loads(text))
    except UnicodeDecodeError as error:
        findings.append(Finding(name, 1, "", f"the file is not UTF-8 text: byte {error.start} cannot be read"))
    except tomllib.TOMLDecodeError as error:
        place = _AT_LINE.search(str(error))
        line = int(place.group(1)) if place else text.count("\n") + 1
        findings.append(Finding(name, line, "", f"this is not TOML: {_AT_LINE.sub('', str(error))}"))
    except RecursionError:
        findings.append(Finding(name, 1, "", "this is not a profile: it is nested too deeply"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        findings.append(Finding(name, 1, "", f"the file cannot be read: {reason}"))
    return None

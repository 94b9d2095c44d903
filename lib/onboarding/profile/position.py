"""On which line of a TOML file a key stands: `tomllib` does not tell, and people look for lines."""

from __future__ import annotations

import re
import tomllib
from collections import deque
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'''
      (?P<skip>[ \t\r]+|\#[^\n]*)
    | (?P<newline>\n)
    | (?P<text>"""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    | (?P<mark>[\[\]{}=,.])
    | (?P<bare>[^\s\[\]{}=,.\#"']+)
    ''',
    re.VERBOSE | re.DOTALL,
)


def lines(text: str) -> dict[Path, int]:
    """Line (from 1) of every key, array element and table header of a TOML text, by its path in the parsed tree.

    The text must be valid TOML: it has been through `tomllib` before.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = deque(_tokens(text))
        self.found: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}  # arrays of tables -> tables seen

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self.tokens:
            word, line = self.tokens[0]
            if word == "\n":
                self._take()
            elif word == "[":
                table = self._header(line)
            else:
                self._pair(table)
        return self.found

    def _header(self, line: int) -> Path:
        self._take()
        if is_array := self._peek() == "[":
            self._take()
        keys = self._keys()
        while self._peek() == "]":
            self._take()
        path: Path = (*self._inside((), keys[:-1], line), keys[-1])
        if not is_array:
            self.found[path] = line
            return path
        self.found.setdefault(path, line)
        number = self.lengths[path] = self.lengths.get(path, -1) + 1
        self.found[*path, number] = line
        return *path, number

    def _inside(self, path: Path, keys: list[str], line: int) -> Path:
        """The path of keys in a table; it steps into the newest element of every array of tables on its way."""
        for key in keys:
            path = (*path, key)
            self.found.setdefault(path, line)
            if path in self.lengths:
                path = (*path, self.lengths[path])
        return path

    def _keys(self) -> list[str]:
        keys = [_unquoted(self._take())]
        while self._peek() == ".":
            self._take()
            keys.append(_unquoted(self._take()))
        return keys

    def _pair(self, table: Path) -> None:
        line = self.tokens[0][1]
        path = self._inside(table, self._keys(), line)
        self._take()  # =
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self._peek()
        if opening not in ("[", "{"):
            while self._peek() not in ("\n", ",", "]", "}", ""):
                self._take()
            return
        self._take()
        number = 0
        while (word := self._peek()) not in ("]", "}", ""):
            if word in ("\n", ","):
                self._take()
            elif opening == "{":
                self._pair(path)
            else:
                self.found[*path, number] = self.tokens[0][1]
                self._value((*path, number))
                number += 1
        self._take()

    def _peek(self) -> str:
        return self.tokens[0][0] if self.tokens else ""

    def _take(self) -> str:
        return self.tokens.popleft()[0]


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skip":
            yield match.group(), line
        line += match.group().count("\n")


def _unquoted(word: str) -> str:
    return str(tomllib.loads(f"key = {word}")["key"]) if word[:1] in ("'", '"') else word

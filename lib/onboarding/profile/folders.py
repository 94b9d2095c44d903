"""Where profiles and what belongs to them are looked for: in the folders of one's own first, then in what is shipped.

A file of one's own is used instead of a shipped one of the same name; a catalogue of a language is laid over it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from onboarding.resources import shipped
from onboarding.settings import own_folders

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class FileKind(StrEnum):
    """What a file holds. The value is the folder below one with profiles."""

    PROFILES = ""
    RULES = "rules"
    QUESTIONS = "questions"
    LANGUAGES = "languages"


_SHIPPED = {
    FileKind.PROFILES: ("providers",),
    FileKind.RULES: ("rules",),
    FileKind.QUESTIONS: ("templates", "questions"),
    FileKind.LANGUAGES: ("languages",),
}


def folders(kind: FileKind, *beside: Path) -> tuple[Path, ...]:
    """The folders to look in, in order; ``beside`` are folders with a profile that come before all others."""
    own = (folder / kind for folder in (*beside, *own_folders()))
    return tuple(dict.fromkeys([*own, shipped("data", *_SHIPPED[kind])]))


def files(kind: FileKind, *beside: Path) -> Iterator[Path]:
    """Every file of that kind, those that come first first. A folder that is not there has none."""
    for folder in folders(kind, *beside):
        yield from sorted(folder.glob("*.toml"))


def named(kind: FileKind, *beside: Path) -> dict[str, Path]:
    """Name without its ending -> the file that is used."""
    return {path.stem: path for path in reversed([*files(kind, *beside)])}


def profile_files() -> dict[str, Path]:
    """Id of a profile -> its file, sorted by id."""
    return {stem: path for stem, path in sorted(named(FileKind.PROFILES).items()) if _ID.fullmatch(stem)}


def misnamed() -> list[Path]:
    """Files among the profiles whose name is no id, so that no customer can have them."""
    return [path for path in files(FileKind.PROFILES) if is_misnamed(path)]


def is_misnamed(path: Path) -> bool:
    """Whether it is a profile's file by its ending but not by its name."""
    return path.suffix == ".toml" and not _ID.fullmatch(path.stem)


def shadowed(path: Path) -> Path | None:
    """The shipped file that this one of one's own is used instead of (a catalogue: laid over), if there is one."""
    return next(_counterparts(path, _own()), None)


def _own() -> list[tuple[Path, Path]]:
    """Each folder of one's own with the shipped one that its files are used instead of."""
    return [(own, shipped("data", *parts)) for kind, parts in _SHIPPED.items() for own in folders(kind)[:-1]]


def _counterparts(path: Path, own: Iterable[tuple[Path, Path]]) -> Iterator[Path]:
    places = (there / path.name for folder, there in own if folder == path.parent)
    return (place for place in places if place.is_file())


def own_instead(paths: Iterable[Path]) -> list[str]:
    """Those of the files that shadow a shipped one, as ``chinook.toml`` or ``rules/sip.toml``."""
    own, profiles = _own(), own_folders()
    return [path.name if path.parent in profiles else f"{path.parent.name}/{path.name}"
            for path in paths if any(_counterparts(path, own))]  # fmt: skip


def own_sentence(names: Sequence[str]) -> str:
    """What an engineer reads about the files that shadow shipped ones; empty when there are none."""
    return f"Files of your own are used instead of shipped ones: {', '.join(names)}." if names else ""


@dataclass(frozen=True, slots=True)
class Glance:
    """``parties`` are titles by id; all is empty for a profile that is not there or cannot be read."""

    title: str = ""
    parties: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    def own_files(self, language: str = "en") -> list[str]:
        """Files of one's own that the profile and a language are made of instead of shipped ones, by name."""
        return own_instead((*self.files, *(path for path in files(FileKind.LANGUAGES) if path.stem == language)))


def glance(profile_id: str) -> Glance:
    """A look at the profile with that id."""
    path = profile_files().get(profile_id)
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path else {}
        parties = {str(name): str(party["title"]) for name, party in tree.get("party", {}).items()}
        included = (*_used(tree, "include", FileKind.QUESTIONS, path), *_used(tree, "rules", FileKind.RULES, path))
        return Glance(str(tree.get("title", "")), parties, (path, *included)) if path else Glance()
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return Glance()


def _used(tree: Mapping[str, Any], key: str, kind: FileKind, path: Path | None) -> list[Path]:
    known = named(kind, path.parent) if path else {}
    return [known[name] for name in tree.get(key, ()) if name in known]

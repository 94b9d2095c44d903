"""Editions: the data files of a profile at one moment, by their digest.

They are the profile's file, the question templates and rule packs it pulls in, and the catalogues beside it. A customer
keeps the edition it began with (`store.edition_repository`), whatever becomes of the files. Code is not part of it:
extensions and what is shipped of languages come from the installation, whose version every run names.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from onboarding.domain.json import canonical
from onboarding.errors import EvidenceError, ProfileError
from onboarding.files import content_of
from onboarding.profile.folders import NO_OWN_FILES, SHORT, FileKind, OwnFiles, named, own_instead, shipped_folder

FORMAT = 2
"""Of profiles, as this library writes them. Whoever gives a key another meaning raises it; each is read for good."""

_KINDS = {"include": FileKind.QUESTIONS, "rules": FileKind.RULES}


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file as it was read; ``path`` is where it lies, of one that is kept how messages call it."""

    path: Path
    data: bytes


@dataclass(frozen=True, eq=False)
class Edition:
    """The files of a profile by their name within it: ``chinook.toml``, ``questions/company.toml``.

    ``path`` is where the profile's own file lies.
    """

    path: Path
    files: Mapping[str, DataFile]
    format: int = FORMAT

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edition) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def manifest(self) -> bytes:
        """What is in it: profile, format, and the digest of each file."""
        return canonical({"profile": self.profile, "format": self.format, "files": self.digests})

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the manifest: it names the edition."""
        return sha256(self.manifest).hexdigest()

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Name of each file -> its SHA-256."""
        return {name: sha256(file.data).hexdigest() for name, file in self.files.items()}

    @cached_property
    def own_files(self) -> OwnFiles:
        """Files of one's own among them that are used instead of shipped ones; a catalogue is only laid over one."""
        ours = (file.path for name, file in self.files.items() if not name.startswith(f"{FileKind.LANGUAGES}/"))
        if not (names := own_instead(ours)):
            return NO_OWN_FILES
        path = shipped_folder(FileKind.PROFILES) / self.main
        shipped = path if path.is_file() else self.path
        return OwnFiles(tuple(names), self.digest, edition_at(shipped, is_shipped=True).digest)

    @property
    def profile(self) -> str:
        """Id of the profile."""
        return self.path.stem

    @property
    def main(self) -> str:
        """Name of the profile's own file."""
        return self.path.name

    def at(self, kind: FileKind) -> dict[str, Path]:
        """Name -> place of its files of a kind."""
        return {path.stem: path for name, file in self.files.items() if kind and name.startswith(f"{kind}/")
                for path in [file.path]}  # fmt: skip

    def read(self, path: Path) -> bytes:
        """The content of the file at a place; of one that is not part of it what lies there. Raises OSError."""
        found = next((file for file in self.files.values() if file.path == path), None)
        return found.data if found else content_of(path)


def short(digest: str) -> str:
    """As much of a digest as people compare."""
    return digest[:SHORT]


def edition_at(path: Path, is_shipped: bool = False) -> Edition:
    """The edition that the files give now; what cannot be read is not in it, and is told of by whoever loads it.

    ``is_shipped``: with shipped templates and rule packs only, whatever lies in folders of one's own.
    """
    found = dict(_read({path.name: path}))
    tree = _tree(found.get(path.name))
    for key, kind in _KINDS.items():
        known = {one.stem: one for one in sorted(shipped_folder(kind).glob("*.toml"))}
        known = known if is_shipped else named(kind, path.parent)
        asked = tree.get(key)
        names = [name for name in asked if isinstance(name, str)] if isinstance(asked, list) else []
        found |= _read({f"{kind}/{name}.toml": known[name] for name in names if name in known})
    found |= _read({f"{FileKind.LANGUAGES}/{one.name}": one for one in _catalogues_beside(path)})
    number = tree.get("format", FORMAT)
    return Edition(path, found, number if isinstance(number, int) else FORMAT)


def _catalogues_beside(path: Path) -> Iterator[Path]:
    """The catalogues that lie beside a profile: of every profile of the folder, and of this one alone."""
    languages = path.parent / FileKind.LANGUAGES
    yield from (one for one in sorted(languages.glob("*.toml")) if "." not in one.stem)
    for folder in (languages, path.parent):
        yield from sorted(folder.glob(f"{path.stem}.*.toml"))


def _read(places: Mapping[str, Path]) -> Iterator[tuple[str, DataFile]]:
    for name, path in places.items():
        with suppress(OSError, ValueError):
            yield name, DataFile(path, content_of(path))


def _tree(file: DataFile | None) -> Mapping[str, Any]:
    with suppress(ValueError, RecursionError):
        return tomllib.loads(file.data.decode("utf-8-sig")) if file else {}
    return {}


@dataclass(frozen=True, slots=True)
class Glance:
    """What lists of many customers show of a profile; all is empty for one that cannot be read.

    ``time_zone`` is that of the provider, as far as the file itself says it.
    """

    title: str = ""
    parties: Mapping[str, str] = field(default_factory=dict)
    time_zone: str = ""


def glance(edition: Edition) -> Glance:
    """Title, titles of the parties by id, and time zone, without the models that check a profile."""
    tree = _tree(edition.files.get(edition.main))
    try:
        parties = {str(name): str(party["title"]) for name, party in tree.get("party", {}).items()}
        zone = tree.get("data", {}).get("calendar", {}).get("time_zone", "")
        return Glance(str(tree.get("title", "")), parties, str(zone))
    except (TypeError, AttributeError, KeyError):
        return Glance()


def kept_edition(digest: str, fetch: Callable[[str], bytes]) -> Edition:
    """The edition of that digest from files that are kept; ``fetch`` gives one by its SHA-256, and has checked it.

    Raises ProfileError EDITION-NEWER for one of a format that this library does not know, EvidenceError EDITION-DAMAGED
    for what is no edition.
    """
    try:
        tree = json.loads(fetch(digest))
        profile, number, files = str(tree["profile"]), int(tree["format"]), dict(tree["files"])
    except (ValueError, TypeError, LookupError):
        words = f"{short(digest)} is no edition of a profile."
        raise EvidenceError("EDITION-DAMAGED", words, "Restore the workspace from a backup.") from None
    if number > FORMAT:
        raise newer_format("EDITION-NEWER", f"The edition {short(digest)} of {profile}", number)
    place = Path(f"{profile} {short(digest)}")
    return Edition(
        place / f"{profile}.toml", {name: DataFile(place / name, fetch(one)) for name, one in files.items()}, number
    )


def too_new(number: int) -> str:
    """That a format is known to a newer library only."""
    return f"is of format {number}; this library reads profiles up to format {FORMAT}"


def newer_format(code: str, what: str, number: int) -> ProfileError:
    """That a profile is of a format which only a newer library knows."""
    command = "Install a newer uc-onboarding (`pip install --upgrade uc-onboarding`)."
    return ProfileError(code, f"{what} {too_new(number)}.", "Install a newer uc-onboarding.", command)

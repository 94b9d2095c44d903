"""Where profiles and what belongs to them are looked for: in the folders of one's own first, then in what is shipped.

A file of one's own is used instead of a shipped one of the same name; a catalogue of a language is laid over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from onboarding.domain.language import _
from onboarding.resources import shipped
from onboarding.settings import own_folders

SHORT = 8
"""Digits of an edition's digest that people are shown."""

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


def shipped_folder(kind: FileKind) -> Path:
    """The folder of shipped files of a kind."""
    return shipped("data", *_SHIPPED[kind])


def folders(kind: FileKind, *beside: Path) -> tuple[Path, ...]:
    """The folders to look in, in order; ``beside`` are folders with a profile that come before all others."""
    own = (folder / kind for folder in (*beside, *own_folders()))
    return tuple(dict.fromkeys([*own, shipped_folder(kind)]))


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
    """Whether it is a profile's file by its ending but not by its name; its catalogues have its name and a code."""
    is_catalogue = _ID.fullmatch(path.stem.rpartition(".")[0]) and path.stem.rpartition(".")[2].isalpha()
    return path.suffix == ".toml" and not _ID.fullmatch(path.stem) and not is_catalogue


def shadowed(path: Path) -> Path | None:
    """The shipped file that this one of one's own is used instead of (a catalogue: laid over), if there is one."""
    return next(_counterparts(path, _own()), None)


def _own() -> list[tuple[Path, Path]]:
    """Each folder of one's own with the shipped one that its files are used instead of."""
    return [(own, shipped_folder(kind)) for kind in FileKind for own in folders(kind)[:-1]]


def _counterparts(path: Path, own: Iterable[tuple[Path, Path]]) -> Iterator[Path]:
    places = (there / path.name for folder, there in own if folder == path.parent)
    return (place for place in places if place.is_file())


def own_instead(paths: Iterable[Path]) -> list[str]:
    """Those of the files that shadow a shipped one, as ``chinook.toml`` or ``rules/sip.toml``."""
    own, profiles = _own(), own_folders()
    return [path.name if path.parent in profiles else f"{path.parent.name}/{path.name}"
            for path in paths if any(_counterparts(path, own))]  # fmt: skip


def own_catalogues(language: str) -> list[str]:
    """Catalogues of one's own that are laid over the shipped one of a language, by name."""
    return own_instead(path for path in files(FileKind.LANGUAGES) if path.stem == language)


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """The files that shadow shipped ones, by name: part of the edition of that digest.

    ``as_shipped`` is the digest of the edition that the shipped files would give; empty where that is not known.
    """

    names: tuple[str, ...] = ()
    edition: str = ""
    as_shipped: str = ""

    def __bool__(self) -> bool:
        return bool(self.names)

    @property
    def sentence(self) -> str:
        """What people read about them, to be translated; empty when there are none."""
        if not self.names:
            return ""
        names = ", ".join(self.names)
        if self.as_shipped in ("", self.edition):
            return _("Files of your own are used instead of shipped ones: {names}.", names=names)
        text = _(
            "Files of your own are used instead of shipped ones: {names}. "
            "The edition is {edition}; of shipped files it would be {shipped}."
        )
        return _(text, names=names, edition=self.edition[:SHORT], shipped=self.as_shipped[:SHORT])


def left_aside(own: OwnFiles, edition: str) -> str:
    """What people read where a customer goes on with an edition that ``own`` files are no part of."""
    text = _(
        "Files of your own shadow shipped ones: {names}. They do not hold here: it goes on with the edition {edition}, "
        "made of shipped files."
    )
    return _(text, names=", ".join(own.names), edition=edition[:SHORT])


NO_OWN_FILES = OwnFiles()

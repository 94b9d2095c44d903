"""Profiles by their id, and all that is wrong with one. One that is not clean is not used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from onboarding.domain.registry import Registry, installed
from onboarding.errors import InputError, ProfileError
from onboarding.files import toml_of
from onboarding.profile import cache
from onboarding.profile.edition import Edition, edition_at
from onboarding.profile.folders import NO_OWN_FILES, FileKind, OwnFiles, files, named, profile_files
from onboarding.profile.model import Profile

if TYPE_CHECKING:
    from onboarding.profile.findings import ProfileReading
    from onboarding.profile.source import Finding


def profile_ids() -> list[str]:
    """Ids of all profiles, one's own and those shipped, sorted."""
    return list(profile_files())


def load_profile(id_or_path: str | Path, registry: Registry | None = None) -> Profile:
    """The profile with that id, or in that file (a ``Path``, or a text that ends in ``.toml``).

    One's own profile comes before a shipped one of the same id (`folders`). Read again only when what its files hold,
    or the library, has changed (`cache`). ``registry`` has what the profile may name, by default all that is installed.
    Raises InputError for an id that is not there, ProfileError with every finding for a broken one.
    """
    path = _path(id_or_path)
    return _at_stamp(path, _stamp(path), registry or installed())


def _path(id_or_path: str | Path) -> Path:
    if isinstance(id_or_path, Path) or id_or_path.endswith(".toml"):
        return Path(id_or_path)
    found = profile_files()
    if id_or_path in found:
        return found[id_or_path]
    known = ", ".join(found) or "none"
    raise InputError("PROFILE-UNKNOWN", f"There is no profile {id_or_path!r}.", f"Known profiles: {known}.")


Stamp: TypeAlias = tuple[tuple[str, int, int], ...]
"""Name, time and size of each file that a profile may be made of."""


def _files(path: Path) -> Iterator[Path]:
    yield from (path, *files(FileKind.QUESTIONS, path.parent), *files(FileKind.RULES, path.parent))


def _stamp(path: Path) -> Stamp:
    """Changes whenever somebody has written the profile, a template or a rule pack."""
    found = []
    for file in _files(path):
        with suppress(OSError, ValueError):  # reported in full when it is read
            stat = file.stat()
            found.append((str(file), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


@lru_cache(maxsize=32)
def _at_stamp(path: Path, stamp: Stamp, registry: Registry) -> Profile:
    return _of_edition(edition_at(path), registry)


def edition_of(id_or_path: str | Path) -> Edition:
    """The edition that the files of a profile give now. Raises InputError for an id that is not there."""
    return edition_at(_path(id_or_path))


def own_files_beside(profile: str, edition: str) -> OwnFiles:
    """Files of one's own that shadow shipped ones of a profile now, where that edition was made of others.

    None where the profile's file is gone.
    """
    with suppress(InputError):
        now = edition_of(profile)
        return now.own_files if edition and now.digest != edition else NO_OWN_FILES
    return NO_OWN_FILES


def load_edition(edition: Edition, registry: Registry | None = None) -> Profile:
    """The profile of an edition, wherever its files lie or are kept; each is read once.

    Raises ProfileError with every finding for one that cannot be used by this installation.
    """
    return _of_edition(edition, registry or installed())


@lru_cache(maxsize=128)
def _of_edition(edition: Edition, registry: Registry) -> Profile:
    is_usual = registry is installed()
    if is_usual and (found := cache.kept(edition.digest)):
        return found
    profile = _sound(looked_through(edition, registry))
    # Of somebody else's extension nothing tells whether it has changed.
    if is_usual and registry.is_ours_alone:
        cache.keep(edition.digest, profile)
    return profile


def linted(id_or_path: str | Path) -> Profile:
    """As `load_profile`, but read anew and looked through more thoroughly than before each run."""
    return _sound(looked_through(edition_at(_path(id_or_path)), installed(), is_thorough=True))


def lint(path: str | Path, registry: Registry | None = None) -> list[Finding]:
    """Everything that is wrong with the profile in that file, sorted by file and line; empty when nothing is."""
    return looked_through(edition_at(Path(path)), registry or installed(), is_thorough=True).findings


def looked_through(edition: Edition, registry: Registry, is_thorough: bool = False) -> ProfileReading:
    """The profile with all that is wrong with it, sorted and each once. Raises nothing for bad content."""
    # for a profile that is kept none of this is imported
    from onboarding.profile.checks import check
    from onboarding.profile.read import read_profile

    folder = edition.path.parent
    templates, packs = (named(kind, folder) | edition.at(kind) for kind in (FileKind.QUESTIONS, FileKind.RULES))
    reading = read_profile(edition, registry, templates, packs)
    if reading.profile is not None:
        check(reading, reading.profile, is_thorough)
    reading.findings[:] = sorted(set(reading.findings))
    return reading


def _sound(reading: ProfileReading) -> Profile:
    if not reading.findings and reading.profile is not None:
        return reading.profile
    found = "\n".join(f"  {finding}" for finding in reading.findings)
    count, name = len(reading.findings), reading.source.path.stem
    message = f"The profile {name} cannot be used, {count} thing{'s are' if count > 1 else ' is'} wrong:\n{found}\n"
    command = "Mend the file, then look again with `onboard profile lint`."
    raise ProfileError("PROFILE-BROKEN", message, "Mend the file, then run the cell again.", command)


def examples() -> dict[tuple[str, str], Mapping[str, Any]]:
    """Parameters of planners, checks, rules and blocks as the shipped profiles give them, the shortest of each."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for path in (*profile_files().values(), *named(FileKind.RULES).values()):
        for kind, name, given in _named_in(toml_of(path)):
            if not (known := found.get((kind, name))) or len(str(given)) < len(str(known)):
                found[kind, name] = given
    return found


def _named_in(tree: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for task in (task for tasks in tree.get("task", {}).values() for task in tasks.values()):
        yield "planner", task.get("action", "manual"), task.get("params", {})
        if task.get("action") == "check":
            yield "check", task["params"]["check"], {k: v for k, v in task["params"].items() if k != "check"}
    for kind in ("gate", "rule"):
        for part in tree.get(kind, {}).values():
            if "check" in part:
                yield {"gate": "check"}.get(kind, kind), part["check"], part.get("params", {})
    for block in tree.get("report", {}).get("block", {}).values():
        for show in block.get("show", ()):
            yield "block", show["kind"], {k: v for k, v in show.items() if k not in ("kind", "when")}

"""Profiles by their id. One that is not clean is not used."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from onboarding.domain.json import digest
from onboarding.errors import InputError, ProfileError
from onboarding.profile.folders import Kind, files, profile_files
from onboarding.profile.lint import read_profile
from onboarding.profile.model import Profile


def profile_ids() -> list[str]:
    """Ids of all profiles, one's own and those shipped, sorted."""
    return list(profile_files())


def load_profile(id_or_path: str | Path) -> Profile:
    """The profile with that id, or in that file (a ``Path``, or a text that ends in ``.toml``).

    One's own profile comes before a shipped one of the same id (`folders`). Read again only when its files changed.
    Raises InputError for an id that is not there, ProfileError with every finding for a broken one.
    """
    path = _path(id_or_path)
    return _load(path, _stamp(path))


def _path(id_or_path: str | Path) -> Path:
    if isinstance(id_or_path, Path) or id_or_path.endswith(".toml"):
        return Path(id_or_path)
    found = profile_files()
    if id_or_path in found:
        return found[id_or_path]
    known = ", ".join(found) or "none"
    raise InputError("PROFILE-UNKNOWN", f"There is no profile {id_or_path!r}.", f"Known profiles: {known}.")


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever the profile, a template or a rule pack does."""
    found = []
    for file in (path, *files(Kind.QUESTIONS, path.parent), *files(Kind.RULES, path.parent)):
        with suppress(OSError, ValueError):  # said in full when it is read
            stat = file.stat()
            found.append((str(file), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


@lru_cache(maxsize=32)
def _load(path: Path, stamp: tuple[tuple[str, int, int], ...]) -> Profile:
    draft = read_profile(path)
    if draft.findings:
        found = "\n".join(f"  {finding}" for finding in draft.findings)
        count = len(draft.findings)
        raise ProfileError(
            "PROFILE-BROKEN",
            f"The profile {path.stem} cannot be used, {count} thing{'s are' if count > 1 else ' is'} wrong:\n{found}\n",
            "Mend the file, then look again with `onboard profile lint`.",
        )
    sections = [source.tree for source in draft.sources[1:]]
    version = digest([draft.source.tree.get("section"), draft.source.tree.get("include"), *sections])[:12]
    return Profile(
        path.stem,
        draft.title,
        draft.provider,
        draft.origin,
        draft.parties,
        tuple(draft.stages),
        tuple(draft.tasks.values()),
        draft.gates,
        draft.services,
        draft.questionnaire(path.stem, version),
        tuple(draft.references),
        draft.data,
        digest([source.text for source in (*draft.sources, *draft.pack_sources)]),
        draft.runs,
        draft.procedures,
        tuple(draft.packs),
        tuple(draft.claims.values()),
        draft.report_plan,
        tuple(source.path for source in (*draft.sources, *draft.pack_sources)),
    )

"""What a list of many customers needs of a profile: what it is called, who its parties are, which files make it.

Read from the file as it stands, without checking it: a list must be quick, and a profile that is broken says so when
somebody works with it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onboarding.profile.folders import Kind, files, named, own_instead, profile_files


@dataclass(frozen=True, slots=True)
class Glance:
    """``parties`` are titles by id; all is empty for a profile that is not there or cannot be read."""

    title: str = ""
    parties: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    def own_files(self, language: str = "en") -> list[str]:
        """Files of one's own that the profile and a language are made of instead of shipped ones, by name."""
        return own_instead((*self.files, *(path for path in files(Kind.LANGUAGES) if path.stem == language)))


def glance(profile_id: str) -> Glance:
    """A look at the profile with that id."""
    path = profile_files().get(profile_id)
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
        parties = {str(name): str(party["title"]) for name, party in tree.get("party", {}).items()}
        included = (*_used(tree, "include", Kind.QUESTIONS, path), *_used(tree, "rules", Kind.RULES, path))
        return Glance(str(tree.get("title", "")), parties, (path, *included)) if path else Glance()
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return Glance()


def _used(tree: Mapping[str, Any], key: str, kind: Kind, path: Path | None) -> list[Path]:
    known = named(kind, path.parent) if path else {}
    return [known[name] for name in tree.get(key, ()) if name in known]

"""The lint: everything that is wrong with a profile in one go, each thing with its file, line and key."""

from __future__ import annotations

from pathlib import Path

from onboarding.domain.registry import Registry, installed
from onboarding.profile.checks import check
from onboarding.profile.findings import Reading
from onboarding.profile.folders import Kind, named
from onboarding.profile.read import read_profile
from onboarding.profile.source import Finding

__all__ = ["Finding", "lint", "looked_through"]


def lint(path: str | Path, registry: Registry | None = None) -> list[Finding]:
    """Everything that is wrong with the profile in that file, sorted by file and line; empty when nothing is."""
    return looked_through(Path(path), registry or installed(), is_thorough=True).findings


def looked_through(path: Path, registry: Registry, is_thorough: bool = False) -> Reading:
    """The profile with all that is wrong with it, sorted and each once. Raises nothing for bad content."""
    reading = read_profile(path, registry, named(Kind.QUESTIONS, path.parent), named(Kind.RULES, path.parent))
    if reading.profile is not None:
        check(reading, reading.profile, is_thorough)
    reading.findings[:] = sorted(set(reading.findings))
    return reading

"""The lint: everything that is wrong with a profile in one go, each thing with its file, line and key."""

from __future__ import annotations

from pathlib import Path

from onboarding.profile.checks import check
from onboarding.profile.draft import Draft
from onboarding.profile.folders import Kind, named
from onboarding.profile.packs import read_packs
from onboarding.profile.parts import fill_in_addresses, read_parts, take_rule
from onboarding.profile.questions import read_sections
from onboarding.profile.report import check_report, take_report
from onboarding.profile.source import Finding, Findings, Place, Source, Table, name_of, read

__all__ = ["Finding", "lint", "read_profile"]


def lint(path: str | Path) -> list[Finding]:
    """Everything that is wrong with the profile in that file, sorted by file and line; empty when nothing is."""
    return list(read_profile(Path(path)).findings)


def read_profile(path: Path) -> Draft:
    """The parts of a profile and all that is wrong with them, sorted and each once. Raises nothing for bad content."""
    findings = Findings()
    source = read(path, findings)
    if source is None:
        return Draft(Source(path, name_of(path), "", {}), findings)
    draft = Draft(source, findings, [source])
    table = Table(Place(source), source.tree, findings)
    read_parts(table, draft)
    read_packs(table, draft, named(Kind.RULES, path.parent), take_rule)
    read_sections(table, draft, named(Kind.QUESTIONS, path.parent))
    take_report(table, draft)
    table.close()
    check(draft)
    check_report(draft)
    fill_in_addresses(draft)
    findings[:] = sorted(set(findings))
    return draft

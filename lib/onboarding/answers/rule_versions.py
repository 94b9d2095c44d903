"""What a platform must have before something can be used on it, and what two answers must agree on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from onboarding.answers.messages import shown
from onboarding.answers.scene import Finding, Findings, Scene, Where, answered, same, spoken
from onboarding.domain.version import is_version, parse_version


def version_form(scene: Scene, question: str) -> Findings:
    """What is asked as a version is one: 9.4.0.9."""
    for cell in answered(scene, question):
        if not is_version(cell.value):
            yield Finding("version-form", cell, {"value": shown(cell.value)})


def version_at_least(scene: Scene, question: str, version: str, least: str, where: Where | None = None) -> Findings:
    """What ``question`` chooses, in rows with ``where``, needs ``least`` or later under ``version``."""
    held = _versions(scene, [version])
    if not held or parse_version(held[0]) >= parse_version(least):
        return
    for cell in answered(scene, question, where):
        if cell.value is not False:
            yield Finding("version-at-least", cell, {"value": _said(cell.value), "least": least, "other": held[0]})


def version_beyond(
    scene: Scene, question: str, versions: Sequence[str], most: str, where: Where | None = None
) -> Findings:
    """What ``question`` chooses needs at least one of ``versions`` to be later than ``most``."""
    held = _versions(scene, versions)
    if len(held) < len(versions) or any(parse_version(text) > parse_version(most) for text in held):
        return
    for cell in answered(scene, question, where):
        if cell.value is not False:
            yield Finding("version-beyond", cell, {"value": _said(cell.value), "most": most})


def equal(scene: Scene, question: str, other: str) -> Findings:
    """Asked in two places, answered the same in both; in a row of one table, or with what is asked once."""
    within = question.partition(".")[0] == other.partition(".")[0]
    elsewhere = [] if within else [cell.value for cell in answered(scene, other)]
    for cell in answered(scene, question):
        beside = cell.beside.get(other.partition(".")[2])
        for value in [beside] if within and beside is not None else elsewhere:
            if same(cell.value) != same(value):
                yield Finding("equal", cell, {"value": spoken(cell.value), "other": spoken(value)})
                break


def _versions(scene: Scene, questions: Sequence[str]) -> list[str]:
    """The versions answered to these questions; what is no version is reported by another rule."""
    return [cell.value for name in questions for cell in answered(scene, name) if is_version(cell.value)]


def _said(value: object) -> str:
    return ", ".join(map(shown, value)) if isinstance(value, list) else shown(value)


RULES: Mapping[str, Callable[..., Findings]] = {
    "version-form": version_form,
    "version-at-least": version_at_least,
    "version-beyond": version_beyond,
    "equal": equal,
}

"""What a platform must have before something can be used on it."""

from __future__ import annotations

from typing import Annotated

from onboarding.answers.rules import Finding, Findings, OfQuestion, RuleInput, rule
from onboarding.domain.condition import Where, is_version, parse_version
from onboarding.domain.params import ColumnsOf, Params, QuestionId, Version


@rule("version-form", OfQuestion, says="“{value}” is not a version; write numbers with dots between, such as 9.4.0.9.")
def version_form(facts: RuleInput, p: OfQuestion) -> Findings:
    """What is asked as a version is one, such as 9.4.0.9."""
    for cell in facts.answered(p.question):
        if not is_version(cell.value):
            yield Finding("version-form", cell, {"value": facts.text(cell)})


class VersionAtLeast(Params):
    question: QuestionId
    version: QuestionId
    least: Version
    where: Annotated[Where, ColumnsOf("question")] = Where()


@rule("version-at-least", VersionAtLeast, says="This needs version {least} or later; the platform has {other}.")
def version_at_least(facts: RuleInput, p: VersionAtLeast) -> Findings:
    """What is chosen under ``question``, in rows with ``where``, needs ``least`` or later of the platform whose
    version is under ``version``."""
    versions = _versions(facts, p.version)
    if not versions or parse_version(versions[0]) >= parse_version(p.least):
        return
    for cell in facts.answered(p.question, p.where):
        if cell.value is not False:
            yield Finding("version-at-least", cell, {"value": facts.text(cell), "least": p.least, "other": versions[0]})


class VersionBeyond(Params):
    question: QuestionId
    versions: tuple[QuestionId, ...]
    most: Version
    where: Annotated[Where, ColumnsOf("question")] = Where()


@rule("version-beyond", VersionBeyond, says="This needs a version later than {most} on one of the platforms.")
def version_beyond(facts: RuleInput, p: VersionBeyond) -> Findings:
    """What is chosen under ``question``, in rows with ``where``, needs one of ``versions`` to be later than ``most``.

    As long as one of them is not known nothing is found.
    """
    versions = _versions(facts, *p.versions)
    if len(versions) < len(p.versions) or any(parse_version(one) > parse_version(p.most) for one in versions):
        return
    for cell in facts.answered(p.question, p.where):
        if cell.value is not False:
            yield Finding("version-beyond", cell, {"value": facts.text(cell), "most": p.most})


def _versions(facts: RuleInput, *questions: str) -> list[str]:
    """The versions answered to these questions; what is no version is reported by another rule."""
    return [cell.value for name in questions for cell in facts.answered(name) if is_version(cell.value)]

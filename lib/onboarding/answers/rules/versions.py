"""What a platform must have before something can be used on it."""

from __future__ import annotations

from typing import Annotated

from onboarding.answers.answer_schema import CellRef
from onboarding.answers.rules import Findings, OfQuestion, RuleInput, rule
from onboarding.domain.condition import Where, is_version, parse_version
from onboarding.domain.params import ColumnsOf, QuestionId, Version


@rule("version-form", OfQuestion, says="“{value}” is not a version; write numbers with dots between, such as 9.4.0.9.")
def version_form(facts: RuleInput, p: OfQuestion) -> Findings:
    """What is asked as a version is one, such as 9.4.0.9."""
    return facts.each("version-form", p.question, lambda cell: not is_version(cell.value))


class VersionAtLeast(OfQuestion):
    version: QuestionId
    least: Version
    where: Annotated[Where, ColumnsOf("question")] = Where()


@rule("version-at-least", VersionAtLeast, says="This needs version {least} or later; the platform has {other}.")
def version_at_least(facts: RuleInput, p: VersionAtLeast) -> Findings:
    """What is chosen under ``question``, in rows with ``where``, needs ``least`` or later of the platform whose
    version is under ``version``."""
    for version in _versions(facts, p.version)[:1]:
        if parse_version(version) < parse_version(p.least):
            yield from facts.each("version-at-least", p.question, _is_chosen, p.where, least=p.least, other=version)


class VersionBeyond(OfQuestion):
    versions: tuple[QuestionId, ...]
    most: Version
    where: Annotated[Where, ColumnsOf("question")] = Where()


@rule("version-beyond", VersionBeyond, says="This needs a version later than {most} on one of the platforms.")
def version_beyond(facts: RuleInput, p: VersionBeyond) -> Findings:
    """What is chosen under ``question``, in rows with ``where``, needs one of ``versions`` to be later than ``most``.

    As long as one of them is not known nothing is found.
    """
    versions = _versions(facts, *p.versions)
    if len(versions) >= len(p.versions) and all(parse_version(one) <= parse_version(p.most) for one in versions):
        yield from facts.each("version-beyond", p.question, _is_chosen, p.where, most=p.most)


def _is_chosen(cell: CellRef) -> bool:
    return cell.value is not False


def _versions(facts: RuleInput, *questions: str) -> list[str]:
    """The versions answered to these questions; what is no version is reported by another rule."""
    return [cell.value for name in questions for cell in facts.answered(name) if is_version(cell.value)]

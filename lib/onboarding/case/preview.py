"""What a change of the answers would undo, before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from onboarding.answers.check import Checked, check
from onboarding.answers.reading import likeness
from onboarding.case.case import Case
from onboarding.domain.json import JSON, Answers
from onboarding.domain.row import Likeness, RowIds, identified, row_id, rows_in
from onboarding.stages.assessment import assess
from onboarding.stages.consequences import Consequences, consequences
from onboarding.stages.context import Context


def everywhere(case: Case, document: Answers, is_joint: bool = False) -> list[tuple[Case, Consequences]]:
    """What saving this whole document would undo now, in each service of the customer that goes on, this one first."""
    whole = case.whole(document, is_joint)
    return [(one, consequences_of(one, one.seen(whole))) for one in (case, *case.others)]


def consequences_of(case: Case, document: Answers) -> Consequences:
    """What saving this whole document would undo now in this engagement; nothing is kept."""
    before = case.look()
    context, present = before[0], case.checked()
    if not context.record.tasks and not context.record.decisions:
        return Consequences()

    def past(version: int) -> Checked:
        return present if version == context.version else case.version(version)

    now = replace(answered(case, with_ids(case, document)), past=past)
    return consequences(before, (now, assess(now)))


def answered(case: Case, document: Answers) -> Context:
    """The customer as it would be with this whole document, in a version of its own, with nothing before it."""
    context = case.context()
    checked = case.with_inventory(check(context.profile.questionnaire, document, case.today))
    return replace(
        context, values=checked.values, problems=checked.problems, ids=checked.ids, version=context.version + 1,
        past=None,
    )  # fmt: skip


def with_ids(case: Case, document: Answers, seed: str = "not kept") -> dict[str, JSON]:
    """The document with the ids that its rows would keep; new ones are drawn by ``seed``."""
    return _identified(case.document, document, likeness(case.profile.questionnaire), seed)


def whole_with_ids(case: Case, document: Answers, seed: str) -> dict[str, JSON]:
    """The same for the customer's whole document, with what only other services ask."""
    version = case.answers()
    return _identified(version.document if version else {}, document, likeness(case.joint_questionnaire), seed)


def _identified(kept: Answers, document: Answers, alike: Callable[[str], Likeness], seed: str) -> dict[str, JSON]:
    ids = RowIds(seed, lambda: [row_id(row) for content in kept.values() for row in rows_in(content)])
    return {name: identified(kept.get(name), content, alike(name), ids) for name, content in document.items()}

"""Licences: what is missing, what has to go first, what need not be bought (U-04 to U-08)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from onboarding.answers.messages import shown
from onboarding.answers.rules import Findings, RuleInput, column, rule
from onboarding.domain.answer_text import full_name
from onboarding.domain.condition import Where
from onboarding.domain.json import JSON
from onboarding.domain.licence import Advice, Terms, advise
from onboarding.domain.params import ColumnsOf, Params, QuestionId, Text


class Licensing(Params):
    """Whom a rule over licences is about: rows with a plan under ``licence``, add-ons beside it under ``add_ons``."""

    licence: QuestionId
    add_ons: QuestionId
    where: Annotated[Where, ColumnsOf("licence")] = Where()

    @property
    def section(self) -> str:
        """The table of those it is about."""
        return self.licence.partition(".")[0]

    def add_ons_of(self, row: Mapping[str, JSON]) -> tuple[str, ...]:
        """The add-ons in a row."""
        return tuple(row.get(column(self.add_ons)) or ())

    def advice(self, row: Mapping[str, JSON]) -> Advice | None:
        """What has to be done about one row; None when the rule is not about it."""
        licence = row.get(column(self.licence))
        if not licence or not self.where.fits(row):
            return None
        terms = Terms(**self.model_dump(include={"enough", "add_on", "remove"}))
        return advise(str(licence), self.add_ons_of(row), terms)


class LicenceSpare(Licensing):
    enough: tuple[Text, ...]
    add_on: Text


class LicenceCovers(LicenceSpare):
    remove: tuple[Text, ...] = ()


class LicenceRemoved(Licensing):
    remove: tuple[Text, ...]


@rule("licence-covers", LicenceCovers, says="{person} has {value}, which needs {add_on} beside it.")
def licence_covers(facts: RuleInput, p: LicenceCovers) -> Findings:
    """A plan outside ``enough`` has the add-on ``add_on`` beside it; ``remove`` is what nobody may have."""
    return _advised(facts, "licence-covers", p, lambda advice: advice.add)


@rule(
    "licence-removed",
    LicenceRemoved,
    says="{person} has {add_on}, which has to be removed once the number has moved.",
)
def licence_removed(facts: RuleInput, p: LicenceRemoved) -> Findings:
    """Nobody has an add-on of ``remove``."""
    return _advised(facts, "licence-removed", p, lambda advice: advice.remove)


@rule(
    "licence-spare",
    LicenceSpare,
    says="{person} has {value}, which holds the telephone system already; {add_on} need not be bought.",
)
def licence_spare(facts: RuleInput, p: LicenceSpare) -> Findings:
    """A plan of ``enough`` has no add-on ``add_on``, which it does not need."""
    return _advised(facts, "licence-spare", p, lambda advice: advice.spare)


def _advised(facts: RuleInput, code: str, p: Licensing, about: Callable[[Advice], tuple[str, ...]]) -> Findings:
    """Everybody with add-ons to say something about: the user's name, the plan, and these in the customer's words."""
    for cell in facts.answered(p.licence):
        if (advice := p.advice(cell.beside)) and (named := about(advice)):
            person = full_name(cell.beside) or str(cell.beside.get("name") or cell.beside.get("email") or "")
            yield facts.finding(code, cell, person=shown(person), add_on=facts.words(p.add_ons, named))

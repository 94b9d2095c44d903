"""Licences: what is missing, what has to go first, what need not be bought (U-04 to U-08)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from onboarding.answers.messages import shown
from onboarding.answers.rules import Finding, Findings, RuleInput, column, rule
from onboarding.answers.schema import Cell
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
    def terms(self) -> Terms:
        """What the provider asks for."""
        raise NotImplementedError

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
        return advise(str(licence), self.add_ons_of(row), self.terms)


class LicenceCovers(Licensing):
    enough: tuple[Text, ...]
    add_on: Text
    remove: tuple[Text, ...] = ()

    @property
    def terms(self) -> Terms:
        return Terms(frozenset(self.enough), self.add_on, frozenset(self.remove))


@rule("licence-covers", LicenceCovers, says="{person} has {value}, which needs {add_on} beside it.")
def licence_covers(facts: RuleInput, p: LicenceCovers) -> Findings:
    """A plan outside ``enough`` has the add-on ``add_on`` beside it; ``remove`` is what nobody may have."""
    for cell in facts.answered(p.licence):
        if (advice := p.advice(cell.beside)) and advice.add:
            yield Finding("licence-covers", cell, _words(facts, p, cell, advice.add))


class LicenceRemoved(Licensing):
    remove: tuple[Text, ...]

    @property
    def terms(self) -> Terms:
        return Terms(frozenset(), "", frozenset(self.remove))


@rule(
    "licence-removed",
    LicenceRemoved,
    says="{person} has {add_on}, which has to be removed before a number is assigned.",
)
def licence_removed(facts: RuleInput, p: LicenceRemoved) -> Findings:
    """Nobody has an add-on of ``remove``."""
    for cell in facts.answered(p.licence):
        if (advice := p.advice(cell.beside)) and advice.remove:
            yield Finding("licence-removed", cell, _words(facts, p, cell, advice.remove))


class LicenceSpare(Licensing):
    enough: tuple[Text, ...]
    add_on: Text

    @property
    def terms(self) -> Terms:
        return Terms(frozenset(self.enough), self.add_on)


@rule(
    "licence-spare",
    LicenceSpare,
    says="{person} has {value}, which holds the telephone system already; {add_on} need not be bought.",
)
def licence_spare(facts: RuleInput, p: LicenceSpare) -> Findings:
    """A plan of ``enough`` has no add-on ``add_on``, which it does not need."""
    for cell in facts.answered(p.licence):
        if (advice := p.advice(cell.beside)) and advice.spare:
            yield Finding("licence-spare", cell, _words(facts, p, cell, advice.spare))


def _words(facts: RuleInput, p: Licensing, cell: Cell, named: tuple[str, ...]) -> dict[str, Any]:
    """The user's name, the plan and the add-ons in the words of the questionnaire."""
    person = full_name(cell.beside)
    return {
        "value": facts.text(cell),
        "person": shown(person or str(cell.beside.get("name") or cell.beside.get("email") or "")),
        "add_on": facts.words(p.add_ons, named),
    }

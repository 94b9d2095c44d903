"""Rules over licences: what is missing, what has to go first, what need not be bought (U-04 to U-08)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from onboarding.answers.messages import shown
from onboarding.answers.scene import Finding, Findings, Scene, Where, answered
from onboarding.answers.schema import Cell
from onboarding.domain.json import JSON
from onboarding.domain.licence import Advice, Terms, advise
from onboarding.domain.question import labels


def licence_covers(
    scene: Scene,
    licence: str,
    add_ons: str,
    enough: list[JSON],
    add_on: str,
    remove: list[JSON] | None = None,
    where: Where | None = None,
) -> Findings:
    """A plan outside ``enough`` has the add-on beside it."""
    for cell, advice in _advised(scene, licence, add_ons, Terms(_set(enough), add_on, _set(remove)), where):
        if advice.add:
            yield Finding("licence-covers", cell, _words(scene, cell, add_ons, advice.add))


def licence_removed(
    scene: Scene, licence: str, add_ons: str, remove: list[JSON], where: Where | None = None
) -> Findings:
    """Nobody holds what has to be removed before a number may be assigned."""
    for cell, advice in _advised(scene, licence, add_ons, Terms(frozenset(), "", _set(remove)), where):
        if advice.remove:
            yield Finding("licence-removed", cell, _words(scene, cell, add_ons, advice.remove))


def licence_spare(
    scene: Scene, licence: str, add_ons: str, enough: list[JSON], add_on: str, where: Where | None = None
) -> Findings:
    """A plan that is enough has no add-on it does not need."""
    for cell, advice in _advised(scene, licence, add_ons, Terms(_set(enough), add_on), where):
        if advice.spare:
            yield Finding("licence-spare", cell, _words(scene, cell, add_ons, advice.spare))


def _advised(
    scene: Scene, licence: str, add_ons: str, terms: Terms, where: Where | None
) -> Iterator[tuple[Cell, Advice]]:
    name = add_ons.partition(".")[2]
    for cell in answered(scene, licence, where):
        yield cell, advise(str(cell.value), cell.beside.get(name) or (), terms)


def _words(scene: Scene, cell: Cell, add_ons: str, named: tuple[str, ...]) -> dict[str, Any]:
    """The user's name, the plan and the add-ons in the words of the questionnaire."""
    plan, beside = scene.questionnaire.question(cell.question), scene.questionnaire.question(add_ons)
    options = labels(beside.options) if beside else {}
    person = " ".join(str(cell.beside[part]) for part in ("first_name", "last_name") if cell.beside.get(part))
    return {
        "value": labels(plan.options).get(str(cell.value), shown(cell.value)) if plan else shown(cell.value),
        "person": shown(person or str(cell.beside.get("name") or cell.beside.get("email") or "")),
        "add_on": ", ".join(options.get(one, one) for one in named),
    }


def _set(values: list[JSON] | None) -> frozenset[str]:
    return frozenset(str(value) for value in values or ())


RULES: Mapping[str, Callable[..., Findings]] = {
    "licence-covers": licence_covers,
    "licence-removed": licence_removed,
    "licence-spare": licence_spare,
}

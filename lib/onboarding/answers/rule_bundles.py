"""Bundles, the phones and licences they bring, the keys of a phone, the digits of an extension."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from onboarding.answers.asked import settle
from onboarding.answers.messages import shown
from onboarding.answers.scene import Finding, Findings, Scene, answered, same
from onboarding.domain.bundle import passed_on, shortages
from onboarding.domain.condition import parse_condition
from onboarding.domain.json import JSON


def choices_at_most(scene: Scene, question: str, most: int, when: JSON = None) -> Findings:
    """No more than ``most`` things are chosen at once, where ``when`` holds."""
    section = question.partition(".")[0]
    condition = settle(parse_condition(when), scene.values.held, section) if when is not None else None
    for cell in answered(scene, question):
        count = len(cell.value) if isinstance(cell.value, list) else 1
        if count > most and (condition is None or condition.holds({}, cell.beside, section)):
            value = ", ".join(map(shown, cell.value)) if isinstance(cell.value, list) else shown(cell.value)
            yield Finding("choices-at-most", cell, {"value": value, "most": most, "count": count})


def licences_cover(scene: Scene, quantity: str, group: str, through: str, gives: str) -> Findings:
    """What rows take through a reference (a user's bundle) brings ``gives`` (a licence): enough of each is there.

    ``quantity`` per ``group`` is what there is; ``gives`` stands in the table that ``through`` points at.
    """
    question = scene.questionnaire.question(through)
    key = question.to.partition(".")[2] if question else ""
    section, _, gift = gives.partition(".")
    carries = {same(row.get(key)): row.get(gift) for _, row in scene.values.rows(section)}
    bought = [(str(cell.beside.get(group.partition(".")[2])), int(cell.value)) for cell in answered(scene, quantity)]
    cells = list(answered(scene, through))
    planned = passed_on([str(same(cell.value)) for cell in cells], {str(name): held for name, held in carries.items()})
    for short in shortages(planned, bought):
        first = next(cell for cell in cells if carries.get(same(cell.value)) == short.name)
        yield Finding("sum-covers", first, {"value": shown(short.name), "count": short.planned, "sum": short.bought})


def keys_within(scene: Scene, question: str, by: str, limits: Mapping[str, int]) -> Findings:
    """As many keys as are used are there on a phone of the type ``by``; a type without a limit is passed over."""
    for cell in answered(scene, question):
        kind = cell.beside.get(by.partition(".")[2])
        most = limits.get(str(kind))
        if most is not None and cell.value > most:
            yield Finding("keys-within", cell, {"value": cell.value, "most": most, "other": shown(kind)})


def digits_as(scene: Scene, question: str, length: str) -> Findings:
    """Every extension has as many digits as ``length`` says."""
    for held in answered(scene, length):
        for cell in answered(scene, question):
            if len(cell.value) != int(held.value):
                params = {"value": shown(cell.value), "most": held.value, "count": len(cell.value)}
                yield Finding("digits-as", cell, params)


RULES: Mapping[str, Callable[..., Findings]] = {
    "choices-at-most": choices_at_most,
    "licences-cover": licences_cover,
    "keys-within": keys_within,
    "digits-as": digits_as,
}

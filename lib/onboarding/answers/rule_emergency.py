"""Emergency calls: the number that is sent along, and the place it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from onboarding.answers.messages import shown
from onboarding.answers.scene import Finding, Findings, Scene, answered, same
from onboarding.answers.schema import Cell
from onboarding.domain.cesid import FEWEST, MOST, NotACesid, is_same_number, parse_cesid
from onboarding.domain.json import JSON
from onboarding.domain.version import is_version, parse_version


def cesid_form(scene: Scene, question: str, version: str = "", before: str = "0", most: int = MOST) -> Findings:
    """Seven to twelve digits, at most ``most`` where the platform of ``version`` is older than ``before``."""
    old = any(
        is_version(cell.value) and parse_version(cell.value) < parse_version(before)
        for cell in (answered(scene, version) if version else ())
    )
    longest = most if old else MOST
    for cell in answered(scene, question):
        try:
            parse_cesid(cell.value, longest)
        except NotACesid as error:
            params = {"value": shown(cell.value), "least": FEWEST, "most": longest, "count": error.count}
            yield Finding(error.code, cell, params)


def cesid_registered(scene: Scene, question: str, table: str) -> Findings:
    """The number sent with an emergency call stands, as it is, in the column ``table`` of what is registered."""
    known = [str(cell.value) for cell in answered(scene, table)]
    for cell in answered(scene, question):
        if not any(is_same_number(str(cell.value), number) for number in known):
            yield Finding("cesid-registered", cell, {"value": shown(cell.value)})


def dispatchable(scene: Scene, question: str, site: str) -> Findings:
    """A place for responders is a street address and, within it, floor, suite or room: both parts, not one twice."""
    rows = {same(row.get("name")): row for _, row in scene.values.rows("sites")}
    for cell in answered(scene, question):
        beside = cell.beside.get(site.partition(".")[2])
        street = rows.get(same(beside), {}).get("street") if beside is not None else None
        if street is None or _words(cell.value) <= _words(street):
            yield Finding(
                "dispatchable", Cell(question, cell.row, cell.value, cell.beside), {"value": shown(cell.value)}
            )


def _words(value: JSON) -> set[str]:
    return {word.strip(".,;") for word in str(value).casefold().split()}


RULES: Mapping[str, Callable[..., Findings]] = {
    "cesid-form": cesid_form,
    "cesid-registered": cesid_registered,
    "dispatchable": dispatchable,
}

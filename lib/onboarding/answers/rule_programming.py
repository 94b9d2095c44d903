"""Rules over programming data: one number plan, keys that the telephone has, hours in order, no secret in clear."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from onboarding.answers.messages import shown
from onboarding.answers.scene import Finding, Findings, Scene, Where, answered, same, spoken
from onboarding.answers.schema import Cell
from onboarding.domain.json import JSON
from onboarding.domain.question import Kind

# The word, then a value of at least four characters with a digit among them: "PIN: 4711", "password of 201 is x9x9".
_SECRET = re.compile(
    r"\b(?:pins?|passcode|password|passwd|pwd|contraseña|clave)\b"
    r"(?:\s+|\s*[:=]\s*|(?:\s+\w+){0,4}?\s*(?::|=|\s(?:is|es)\s)\s*)(?=\S{0,40}\d)\S{4,}",
    re.IGNORECASE,
)


def uniform_length(scene: Scene, question: str) -> Findings:
    """All values have as many digits as most of them have."""
    lengths = Counter(len(cell.value) for cell in answered(scene, question))
    usual = lengths.most_common(1)[0][0] if lengths else 0
    for cell in answered(scene, question):
        if len(cell.value) != usual:
            yield Finding("uniform-length", cell, {"value": shown(cell.value), "count": len(cell.value), "most": usual})


def unique_across(scene: Scene, fields: Sequence[str]) -> Findings:
    """No value of one of these columns stands in another of them."""
    taken: dict[JSON, str] = {}
    for question in fields:
        section = question.partition(".")[0]
        for cell in answered(scene, question):
            before = taken.setdefault(same(cell.value), section)
            if before != section:
                title = next((held.title for held in scene.questionnaire.sections if held.id == before), before)
                yield Finding("unique-across", cell, {"value": spoken(cell.value), "section": title})


def unique_together(scene: Scene, fields: Sequence[str]) -> Findings:
    """No two rows of a table hold the same values in all of these columns; a row with a blank among them is not
    looked at."""
    names = [question.partition(".")[2] for question in fields]
    first: dict[tuple[JSON, ...], Cell] = {}
    for cell in answered(scene, fields[-1]):
        values = [cell.beside.get(name) for name in names]
        if None in values:
            continue
        before = first.setdefault(tuple(same(value) for value in values), cell)
        if before is not cell:
            value = ", ".join(spoken(value) for value in values)
            yield Finding("unique-together", cell, {"value": value, "other": (before.row or 0) + 1})


def keys_fit_phone(scene: Scene, counts: Mapping[str, int]) -> Findings:
    """No layout uses a key that the telephone of the extension does not have."""
    models = {same(cell.value): cell.beside.get("model") for cell in answered(scene, "phones.name")}
    question = scene.questionnaire.question("phones.model")
    words = {option.value: option.label for option in question.options} if question else {}
    highest: dict[JSON, int] = {}
    for cell in answered(scene, "key_layouts.layout"):
        highest[same(cell.value)] = max(highest.get(same(cell.value), 0), int(cell.beside.get("key") or 0))
    for cell in answered(scene, "extensions.layout"):
        model = models.get(same(cell.beside.get("phone")))
        most, key = counts.get(str(model)), highest.get(same(cell.value), 0)
        if most is not None and key > most:
            params = {"value": shown(cell.value), "name": shown(cell.beside.get("extension")), "key": key,
                      "model": words.get(str(model), str(model)), "most": most}  # fmt: skip
            yield Finding("keys-fit-phone", cell, params)


def in_order(scene: Scene, first: str, second: str) -> Findings:
    """In one row, ``second`` comes after ``first``."""
    before = scene.questionnaire.question(first)
    for cell in answered(scene, second):
        earlier = cell.beside.get(first.partition(".")[2])
        if earlier is not None and cell.value <= earlier:
            params = {"value": cell.value, "other": earlier, "first": before.label if before else first}
            yield Finding("in-order", cell, params)


def has_row(scene: Scene, rows: str, where: Where) -> Findings:
    """The table has a row with these values."""
    names = list(where)
    if rows in scene.values.held and not any(answered(scene, f"{rows}.{names[0]}", where)):
        yield Finding("has-row", Cell(rows, None, None, {}), {})


def no_secret(scene: Scene, fields: Sequence[str]) -> Findings:
    """No password or PIN stands among the texts; what was found is not repeated."""
    for question in _texts(scene, fields):
        for cell in answered(scene, question):
            if _SECRET.search(cell.value):
                yield Finding("secret-in-clear", cell, {})


def _texts(scene: Scene, fields: Sequence[str]) -> Iterator[str]:
    for question in scene.questionnaire.questions():
        if question.kind in (Kind.TEXT, Kind.LONG_TEXT) and (question.id in fields or question.section in fields):
            yield question.id


RULES: Mapping[str, Callable[..., Findings]] = {
    "uniform-length": uniform_length,
    "unique-across": unique_across,
    "unique-together": unique_together,
    "keys-fit-phone": keys_fit_phone,
    "in-order": in_order,
    "has-row": has_row,
    "no-secret": no_secret,
}

EXACT = frozenset({"unique-across", "unique-together", "keys-fit-phone", "in-order", "secret-in-clear"})
"""Problem codes whose own sentence says more than a profile can."""

"""Telephones and the keys they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from onboarding.answers.messages import shown
from onboarding.answers.rules import Findings, OfQuestion, RuleInput, rule, same
from onboarding.domain.json import JSON
from onboarding.domain.params import Count, Names, Params, QuestionId, known, refuse

_MODEL = "phones.model"


class KeysFitPhone(Params):
    counts: Annotated[Mapping[str, Count], Field(description="table of model = number of keys")]

    @field_validator("counts")
    @classmethod
    def _every_model(cls, counts: Mapping[str, int], info: ValidationInfo) -> Mapping[str, int]:
        models = info.context.options(_MODEL) if isinstance(info.context, Names) else list(counts)
        for model in counts:
            known(model, "model", models)
        for model in models:
            if model not in counts:
                raise refuse(f"how many keys has {model!r}?")
        return counts


@rule(
    "keys-fit-phone",
    KeysFitPhone,
    says="The layout “{value}” uses key {key}, but the telephone of {name} ({model}) has {most}; "
    "choose a larger telephone or a shorter layout.",
    reads=(
        "extensions.extension", "extensions.phone", "extensions.layout", "phones.name", _MODEL,
        "key_layouts.layout", "key_layouts.key",
    ),
    is_exact=True,
)  # fmt: skip
def keys_fit_phone(facts: RuleInput, p: KeysFitPhone) -> Findings:
    """No layout uses a key the telephone does not have; ``counts`` says how many keys each model has."""
    models = {same(cell.value): cell.beside.get("model") for cell in facts.answered("phones.name")}
    highest: dict[JSON, int] = {}
    for cell in facts.answered("key_layouts.layout"):
        highest[same(cell.value)] = max(highest.get(same(cell.value), 0), int(cell.beside.get("key") or 0))
    for cell in facts.answered("extensions.layout"):
        model = str(models.get(same(cell.beside.get("phone"))))
        most, key = p.counts.get(model), highest.get(same(cell.value), 0)
        if most is not None and key > most:
            name, words = shown(cell.beside.get("extension")), facts.words(_MODEL, model)
            yield facts.finding("keys-fit-phone", cell, name=name, key=key, model=words, most=most)


class KeysWithin(OfQuestion):
    by: QuestionId
    limits: Annotated[Mapping[str, Count], Field(min_length=1, description="table of option = number of keys")]

    @field_validator("limits")
    @classmethod
    def _options(cls, limits: Mapping[str, int], info: ValidationInfo) -> Mapping[str, int]:
        options = info.context.options(info.data.get("by", "")) if isinstance(info.context, Names) else []
        for option in limits if options else ():
            known(option, "option", options)
        return limits


@rule("keys-within", KeysWithin, says="A telephone {other} has {most} keys; {value} are used.")
def keys_within(facts: RuleInput, p: KeysWithin) -> Findings:
    """No more keys are used than a phone of the type ``by`` has, by ``limits``; a type without a limit is passed
    over."""
    for cell in facts.answered(p.question):
        kind = cell.other(p.by)
        most = p.limits.get(str(kind.value))
        if most is not None and cell.value > most:
            yield facts.finding("keys-within", cell, value=cell.value, most=most, other=facts.text(kind))

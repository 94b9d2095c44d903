"""The JSON Schema of provider files, for editors that complete and check while an author types.

It is made from the models of `profile.file` and the parameters of every extension. A comment on the first line of a
profile names it: ``#:schema ../schema/profile.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from onboarding.domain.registry import Registry
from onboarding.profile.file import ProfileFile

PARAMETERS = {"TaskTable": ("action", "planner"), "GateTable": ("check", "check"), "RuleTable": ("check", "rule")}
"""Model -> the key that names an extension, and its kind; the parameters stand under ``about``."""


def profile_schema(registry: Registry) -> dict[str, Any]:
    """The schema of a whole profile file, draft 2020-12."""
    schema = ProfileFile.model_json_schema()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Provider profile"}
    models = schema["$defs"]
    for model, (key, kind) in PARAMETERS.items():
        _with_parameters(models, model, key, kind, registry)
    _with_shows(models, registry)
    _with_changes(models)
    schema["properties"]["section"]["additionalProperties"] = _either("SectionTable", "SectionChange")
    schema["properties"]["rule"]["additionalProperties"] = _either("RuleTable", "RuleChange")
    return schema


def _with_parameters(models: dict[str, Any], model: str, key: str, kind: str, registry: Registry) -> None:
    """What may stand under ``about`` depends on what is named."""
    names = []
    for extension in registry.all(kind):
        names.append(extension.name)
        parameters = extension.params.model_json_schema()
        models.update(parameters.pop("$defs", {}))
        models[f"{kind}.{extension.name}"] = {**parameters, "description": extension.summary}
        condition = {"properties": {key: {"const": extension.name}}, "required": [key]}
        then = {"properties": {"about": {"$ref": f"#/$defs/{kind}.{extension.name}"}}}
        models[model].setdefault("allOf", []).append({"if": condition, "then": then})
    models[model]["properties"][key]["enum"] = names


def _with_shows(models: dict[str, Any], registry: Registry) -> None:
    """What a block shows has its parameters beside its kind."""
    kinds = []
    common = models["ShowTable"]["properties"]
    for extension in registry.all("block"):
        parameters = extension.params.model_json_schema()
        models.update(parameters.pop("$defs", {}))
        properties = {**common, **parameters.get("properties", {}), "kind": {"const": extension.name}}
        required = ["kind", *parameters.get("required", ())]
        described = {"type": "object", "description": extension.summary, "additionalProperties": False}
        kinds.append({**described, "properties": properties, "required": required})
    models["ShowTable"] = {"oneOf": kinds, "description": models["ShowTable"].get("description", "")}


def _with_changes(models: dict[str, Any]) -> None:
    """What changes a template or a rule of a pack needs none of the keys."""
    question = _optional(models["QuestionTable"])
    models["QuestionChange"] = question
    section = _optional(models["SectionTable"])
    section["properties"]["question"]["additionalProperties"] = _either("QuestionTable", "QuestionChange")
    dropped = {"type": "array", "items": {"type": "string"}, "description": "questions of the template left out"}
    section["properties"]["drop"] = dropped
    models["SectionChange"] = section
    rule = _optional(models["RuleTable"])
    rule["properties"]["off"] = {"type": "boolean", "description": "takes the rule of a pack out"}
    models["RuleChange"] = rule


def _optional(model: Mapping[str, Any]) -> dict[str, Any]:
    return {key: deepcopy(value) for key, value in model.items() if key != "required"}


def _either(one: str, other: str) -> dict[str, Any]:
    return {"anyOf": [{"$ref": f"#/$defs/{one}"}, {"$ref": f"#/$defs/{other}"}]}

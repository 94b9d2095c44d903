"""Everything a profile may say, as a page and as a JSON Schema: keys, rules, checks, planners, blocks, connectors.

Both are made from the model of `profile.file` and the parameters of every extension. Examples are taken from the
shipped profiles. A profile names the schema on its first line, for editors: ``#:schema ../schema/profile.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from onboarding.domain.params import Params
from onboarding.domain.registry import Extension, PlannerType, Registry, RuleType
from onboarding.profile import (
    claim_tables,
    file,
    gate_tables,
    lead_tables,
    offer_tables,
    question_tables,
    task_tables,
)  # fmt: skip
from onboarding.profile.file import ProfileFile

KEYS: Mapping[str, type[BaseModel]] = {
    "The file": ProfileFile,
    "[party.<name>]": file.PartyTable,
    "[stage.<name>]": file.StageTable,
    "[service.<name>]": file.ServiceTable,
    "[task.<stage>.<verb-noun>]": task_tables.TaskTable,
    "lead": lead_tables.LeadTable,
    "[waive]": task_tables.WaiveTable,
    "cases of lead": lead_tables.LeadCaseTable,
    "cases of every": lead_tables.RhythmCaseTable,
    "every, expires": lead_tables.SpanTable,
    "[gate.<name>]": gate_tables.GateTable,
    "[section.<name>]": question_tables.SectionTable,
    "[section.<name>.question.<name>], asks": question_tables.QuestionTable,
    "[rule.<name>]": question_tables.RuleTable,
    "A rule pack (data/rules/<name>.toml)": question_tables.PackFile,
    "[reference.<name>]": file.ReferenceTable,
    "[operation.<name>]": file.OperationTable,
    "[claim.<name>]": claim_tables.ClaimTable,
    "[data]": offer_tables.DataTable,
    "[data.calendar]": offer_tables.CalendarTable,
    "[[data.dns]]": offer_tables.DnsTable,
    "[data.billing]": offer_tables.BillingTable,
    "[[data.delivery]]": offer_tables.DeliveryTable,
    "[report]": offer_tables.ReportTable,
    "[report.tally.<name>]": offer_tables.TallyTable,
    "[report.block.<name>]": offer_tables.BlockTable,
    "[[report.block.<name>.show]]": offer_tables.ShowTable,
}

KINDS: Mapping[str, tuple[str, str]] = {
    "planner": ("Planners", "`action` of a task; parameters under `params`."),
    "check": ("Checks", "`check` of a gate, or of a task whose `action` is `check`; parameters under `params`."),
    "rule": ("Rules", "`check` of a rule; parameters under `params`."),
    "block": ("Report blocks", "`kind` of a `[[report.block.<name>.show]]`; parameters beside it."),
    "connector": ("Connectors", "`connector` of a task or an operation."),
}

CONDITION = """\
## Conditions

`when` is a table: `{question = "…", is = "…"}` (or a list of values), `not`, `answered = true`, `below` and `at_least`
for versions (as text) and whole numbers, `before` and `after` for dates, `within = [first, last]` for dates and
numbers, and `{all = […]}`, `{any = […]}` of conditions. A question of a table holds when any row fulfils it; inside a
row of that table the row's own value counts. `{rows = "users", at_least = 50}` counts the rows of a table. `where`
names rows: `{column = "value", other = ["one", "two"]}`.
"""


def reference(registry: Registry, examples: Mapping[tuple[str, str], Mapping[str, Any]] | None = None) -> str:
    """The page, as Markdown; ``examples`` are parameters as some profile gives them, by kind and name."""
    parts = ["# What a profile may say", "", "A profile is one TOML file. Unknown keys are refused.", ""]
    for title, model in KEYS.items():
        heading = f"## {title}" if title == "The file" else f"## `{title}`"
        parts += [heading, "", " ".join((model.__doc__ or "").split()), "", *_fields(model), ""]
    parts += [CONDITION]
    for kind, (title, where) in KINDS.items():
        parts += [f"## {title}", "", where, ""]
        for extension in registry.all(kind):
            parts += ["\n\n".join(_extension(extension, (examples or {}).get((kind, extension.name)))), ""]
    return "\n".join(parts)


def _fields(model: type[BaseModel]) -> Iterator[str]:
    yield "| key | value | without it |"
    yield "|---|---|---|"
    for name, info in model.model_fields.items():
        words = ": ".join(filter(None, (_kind(info.annotation), info.description)))
        yield f"| `{info.alias or name}` | {_cell(words)} | {_default(info)} |"


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**needed**"
    value = info.get_default(call_default_factory=True)
    if isinstance(value, BaseModel) or (not value and not isinstance(value, bool | int)):
        return "nothing"
    return f"`{json.dumps(value, default=str)}`"


def _kind(annotation: Any) -> str:
    """What kind of value it is, in a word or two."""
    if isinstance(annotation, type):
        members = getattr(annotation, "__members__", {}).values()
        words = {bool: "true or false", int: "whole number", str: "text"}
        return ", ".join(f"`{member.value}`" for member in members) or words.get(annotation, "table")
    choices = [one for one in get_args(annotation) if isinstance(one, str)]
    if choices:
        return ", ".join(f"`{one}`" for one in choices if one)
    inner = [one for one in get_args(annotation) if one not in (type(None), ...)]
    if getattr(annotation, "__origin__", None) is tuple:
        return "list"
    return _kind(inner[0]) if len(inner) == 1 else "table"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def _extension(extension: Extension[Any], example: Mapping[str, Any] | None) -> Iterator[str]:
    """Its heading and paragraphs."""
    yield f"### `{extension.name}`"
    yield extension.summary
    if isinstance(extension, PlannerType):
        through = ", ".join(f"`{name}`" for name in dict.fromkeys((*extension.connectors, "manual")))
        yield f"Works through {through}."
    if extension.reads:
        yield f"Reads {', '.join(f'`{name}`' for name in extension.reads)}, which must be asked."
    if extension.params.model_fields:
        yield "\n".join(_fields(extension.params))
    if isinstance(extension, RuleType) and extension.says:
        yield "\n".join(f"- “{sentence}”" for sentence in extension.says.values())
    yield "\n".join(("```toml", *_example(extension, example), "```"))


def _example(extension: Extension[Any], example: Mapping[str, Any] | None) -> Iterator[str]:
    """How it is written: as a profile does, otherwise with what each parameter stands for."""
    given = example if example is not None else _placeholders(extension.params)
    if extension.kind == "block":
        yield f'kind = "{extension.name}"'
        yield from (f"{key} = {toml(value)}" for key, value in given.items())
        return
    key = {"planner": "action", "connector": "connector"}.get(extension.kind, "check")
    yield f'{key} = "{extension.name}"'
    if given:
        yield f"params = {toml(given)}"


def _placeholders(params: type[Params]) -> dict[str, Any]:
    needed = {info.alias or name: info for name, info in params.model_fields.items() if info.is_required()}
    return {name: f"<{info.description or name}>" for name, info in needed.items()}


def toml(value: Any) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(name)} = {toml(item)}" for name, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(toml(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() else json.dumps(name)


PARAMETERS = {"TaskTable": ("action", "planner"), "GateTable": ("check", "check"), "RuleTable": ("check", "rule")}
"""Model -> the key that names an extension, and its kind; the parameters stand under ``params``."""


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
    """What may stand under ``params`` depends on what is named."""
    names = []
    for extension in registry.all(kind):
        names.append(extension.name)
        parameters = extension.params.model_json_schema()
        models.update(parameters.pop("$defs", {}))
        models[f"{kind}.{extension.name}"] = {**parameters, "description": extension.summary}
        condition = {"properties": {key: {"const": extension.name}}, "required": [key]}
        then = {"properties": {"params": {"$ref": f"#/$defs/{kind}.{extension.name}"}}}
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
    models["QuestionChange"] = _optional(models["QuestionTable"])
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

"""One page with everything a profile may say: every key, rule, check, planner, report block and connector.

It is made from the code, so that it cannot be out of date; examples are taken from the profiles that are shipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from onboarding.domain.params_base import Params
from onboarding.domain.registry import Extension, PlannerType, Registry, RuleType
from onboarding.profile import file, offer_tables, question_tables
from onboarding.profile.file import ProfileFile

KEYS: Mapping[str, type[BaseModel]] = {
    "The file": ProfileFile,
    "[party.<name>]": file.PartyTable,
    "[stage.<name>]": file.StageTable,
    "[service.<name>]": file.ServiceTable,
    "[task.<stage>.<verb-noun>]": file.TaskTable,
    "lead, every, expires": file.LeadTable,
    "[gate.<name>]": file.GateTable,
    "[section.<name>]": question_tables.SectionTable,
    "[section.<name>.question.<name>], asks": question_tables.QuestionTable,
    "[rule.<name>]": question_tables.RuleTable,
    "A rule pack (data/rules/<name>.toml)": question_tables.PackFile,
    "[reference.<name>]": file.ReferenceTable,
    "[operation.<name>]": file.OperationTable,
    "[claim.<name>]": file.ClaimTable,
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
    "planner": ("Planners", "`action` of a task; parameters under `about`."),
    "check": ("Checks", "`check` of a gate, or of a task whose `action` is `check`; parameters under `about`."),
    "rule": ("Rules", "`check` of a rule; parameters under `about`."),
    "block": ("Report blocks", "`kind` of a `[[report.block.<name>.show]]`; parameters beside it."),
    "connector": ("Connectors", "`connector` of a task or an operation."),
}

CONDITION = """\
## Conditions

`when` is a table: `{question = "…", is = "…"}` (or a list of values), `not`, `answered = true`, `below` and `at_least`
for versions, and `{all = […]}`, `{any = […]}` of conditions. A question of a table holds when any row fulfils it;
inside a row of that table the row's own value counts. `where` names rows: `{column = "value", other = ["one", "two"]}`.
"""


def reference(registry: Registry, examples: Mapping[tuple[str, str], Mapping[str, Any]] | None = None) -> str:
    """The page, as Markdown; ``examples`` are parameters as some profile gives them, by kind and name."""
    parts = ["# What a profile may say", "", "A profile is one TOML file. Unknown keys are refused.", ""]
    for title, model in KEYS.items():
        parts += [
            f"## {title}" if title == "The file" else f"## `{title}`",
            "",
            " ".join((model.__doc__ or "").split()),
            "",
            *_fields(model),
            "",
        ]
    parts += [CONDITION]
    for kind, (title, where) in KINDS.items():
        parts += [f"## {title}", "", where, ""]
        for extension in registry.all(kind):
            parts += [*_extension(extension, (examples or {}).get((kind, extension.name))), ""]
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
    for kind, word in ((bool, "true or false"), (int, "whole number"), (str, "text")):
        if annotation is kind:
            return word
    if isinstance(annotation, type):
        members = getattr(annotation, "__members__", None)
        return ", ".join(f"`{member.value}`" for member in members.values()) if members else "table"
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
    yield f"### `{extension.name}`"
    yield ""
    yield extension.summary
    if isinstance(extension, PlannerType):
        yield ""
        yield f"Works through {', '.join(f'`{name}`' for name in dict.fromkeys((*extension.connectors, 'manual')))}."
        if extension.is_bound:
            yield "A change of the answers it rests on re-opens the task."
    if extension.reads:
        yield ""
        yield f"Reads {', '.join(f'`{name}`' for name in extension.reads)}, which must be asked."
    if extension.params.model_fields:
        yield ""
        yield from _fields(extension.params)
    if isinstance(extension, RuleType) and extension.says:
        yield ""
        yield from (f"- “{sentence}”" for sentence in extension.says.values())
    yield ""
    yield from ("```toml", *_example(extension, example), "```")


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
        yield f"about = {toml(given)}"


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

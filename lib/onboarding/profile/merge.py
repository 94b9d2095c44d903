"""A profile with what it pulls in: question templates and rule packs, changed by what it writes under their names.

The tables are merged before anything is checked; each keeps in mind from which file it comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from onboarding.domain.params import hint
from onboarding.profile.findings import ProfileReading, valid
from onboarding.profile.model import RulePack
from onboarding.profile.question_tables import PackFile
from onboarding.profile.source import Key, read

FIXED = ("kind", "to", "unique")
"""What belongs to a question of a template, because code relies on it."""

FIXED_SECTION = ("table", "key")

TEMPLATE = "the template; a profile may change everything else"

MAY_CHANGE = ("message", "severity", "when", "requirements", "source", "off")
"""What a profile may change in a rule of a pack."""


def _included(
    tree: Mapping[str, Any], key: str, what: str, known: Mapping[str, Path], reading: ProfileReading
) -> Iterator[tuple[str, Path]]:
    """Name and file of what the profile names under ``key``; a name that is not known is reported."""
    value = tree.get(key)
    for number, name in enumerate(value if isinstance(value, list) else ()):
        if isinstance(name, str) and name in known:
            yield name, known[name]
        elif isinstance(name, str):
            reading.report((key, number), f"there is no {what}{name}.toml{hint(name, known)}")


def merged_sections(tree: Mapping[str, Any], reading: ProfileReading, templates: Mapping[str, Path]) -> Any:
    """Templates with the profile's changes, in the order they are included, then the profile's own sections."""
    own = tree.get("section", {})
    if not isinstance(own, Mapping):
        return own
    found = {}
    for name, path in _included(tree, "include", "template data/templates/questions/", templates, reading):
        if (source := read(path, reading.findings, reading.edition.read)) is not None:
            reading.sources.append(source)
            reading.origins["section", name] = source, ()
            found[name] = _changed(name, source.tree, own.get(name), reading)
    return found | {name: section for name, section in own.items() if name not in found}


def _changed(name: str, template: Mapping[str, Any], changes: Any, reading: ProfileReading) -> Any:
    """A template with what the profile says about it: other words, fewer and more questions."""
    if not isinstance(changes, Mapping):
        return template if changes is None else changes
    asked = dict(tables(template.get("question")))
    for number, word in enumerate(changes.get("drop", ())):
        if asked.pop(word, None) is None:
            message = f"{name} has no question {word!r}{hint(str(word), asked)}"
            reading.report(("section", name, "drop", number), message)
    fixed = _kept(("section", name), changes, FIXED_SECTION, TEMPLATE, reading)
    for word, question in tables(changes.get("question")).items():
        if word in asked and isinstance(question, Mapping):
            kept = _kept(("section", name, "question", word), question, FIXED, TEMPLATE, reading)
            asked[word] = _question_with(asked[word], kept)
        else:
            asked[word] = question
    merged = {**template, **{key: value for key, value in fixed.items() if key != "drop"}, "question": asked}
    return _with_requirements(template, changes, merged)


def _question_with(template: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Options of one kind take the place of those of the other."""
    dropped = {"options"} if "options_from" in changes else {"options_from"} if "options" in changes else set()
    kept = {key: value for key, value in template.items() if key not in dropped}
    return _with_requirements(template, changes, {**kept, **changes})


def _with_requirements(one: Mapping[str, Any], other: Mapping[str, Any], merged: dict[str, Any]) -> dict[str, Any]:
    """Both cover their rows of the guide."""
    rows: list[Any] = [table.get("requirements") for table in (one, other)]
    is_both = all(isinstance(found, list) for found in rows)
    return merged | ({"requirements": list(dict.fromkeys(chain(*rows)))} if is_both else {})


def _kept(
    at: Key, table: Mapping[str, Any], fixed: Collection[str], owner: str, reading: ProfileReading
) -> dict[str, Any]:
    """The table without what a profile may not change."""
    for key in table:
        if key in fixed:
            reading.report((*at, key), f"{key!r} belongs to {owner}")
    return {key: value for key, value in table.items() if key not in fixed}


def tables(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def merged_rules(tree: Mapping[str, Any], reading: ProfileReading, packs: Mapping[str, Path]) -> Any:
    """The rules of packs with the profile's changes, then the profile's own rules."""
    own = tree.get("rule", {})
    if not isinstance(own, Mapping):
        return own
    found: dict[str, Any] = {}
    for name, path in _included(tree, "rules", "rule pack data/rules/", packs, reading):
        found |= _pack(name, path, found, reading)
    for name, rule in own.items():
        if name not in found or not isinstance(rule, Mapping):
            found[name] = rule
        elif rule.get("off") is True:
            del found[name]
        else:
            found[name] = _rule_with(name, found[name], rule, reading)
    return found


def _pack(name: str, path: Path, taken: Mapping[str, Any], reading: ProfileReading) -> dict[str, Any]:
    if (source := read(path, reading.findings, reading.edition.read)) is None:
        return {}
    rules = dict(tables(source.tree.get("rule")))
    alone = ProfileReading(source, reading.registry, reading.edition, reading.findings)
    found = valid(PackFile, {**source.tree, "rule": {}}, alone)
    if not rules:
        alone.report((), "a rule pack has at least one rule")
    for word in rules.keys() & taken.keys():
        other = reading.origins["rule", word][0].name
        alone.report(("rule", word), f"there is a rule {word!r} already, in {other}")
        del rules[word]
    for word, rule in rules.items():
        reading.origins["rule", word] = source, ("rule", word)
        if isinstance(rule, Mapping) and not rule.get("source") and not rule.get("requirements"):
            message = "a rule of a pack names where it comes from: a row under 'requirements', or a 'source'"
            alone.report(("rule", word), message)
    if found:
        reading.packs.append(RulePack(name, found[0].title, found[0].as_of, found[0].source, tuple(rules)))
    return rules


def _rule_with(
    name: str, rule: Mapping[str, Any], changes: Mapping[str, Any], reading: ProfileReading
) -> dict[str, Any]:
    """A rule of a pack in the profile's words; what is checked belongs to the pack."""
    owner = f"the rule pack; a profile may change {', '.join(MAY_CHANGE)}"
    kept = _kept(("rule", name), changes, changes.keys() - {*MAY_CHANGE}, owner, reading)
    kept.pop("off", None)
    return _with_requirements(rule, changes, {**rule, **kept})

"""Rule packs: rules that several providers share, in files of their own, with the day on which they were true.

A profile pulls packs in with ``rules = ["versions", ...]``. What it writes under the id of a pack's rule changes that
rule (its sentence, its weight, its rows) or takes it out (``off = true``); what is checked belongs to the pack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from onboarding.domain.question import Rule
from onboarding.profile.draft import Draft
from onboarding.profile.model import RulePack
from onboarding.profile.source import Place, Source, Table, hint, read

MAY_CHANGE = ("message", "severity", "when", "covers", "source", "off")

TakeRule = Callable[[str, Table, Draft], None]


def read_packs(table: Table, draft: Draft, packs: Mapping[str, Path], take_rule: TakeRule) -> None:
    """The packs named under ``rules``, then the profile's own rules and its changes to those of packs."""
    for number, name in enumerate(table.texts("rules")):
        if name in packs:
            _take_pack(name, packs[name], draft, take_rule)
        else:
            place = table.place.at("rules", number)
            draft.report(place, f"there is no rule pack data/rules/{name}.toml{hint(name, packs)}")
    for name, inside in table.tables("rule"):
        if name in draft.rules:
            _change(draft.rules[name], inside, draft)
        else:
            draft.places["rule", name] = inside.place
            take_rule(name, inside, draft)
        inside.close()


def _take_pack(pack: str, path: Path, draft: Draft, take_rule: TakeRule) -> None:
    source = read(path, draft.findings)
    if source is None:
        return
    draft.pack_sources.append(source)
    table = Table(Place(source), source.tree, draft.findings)
    as_of = table.text("as_of", required=True)
    if as_of and not _is_date(as_of):
        draft.report(table.place.at("as_of"), f"{as_of!r} is not a date such as 2026-03-02")
    title, origin = table.text("title", pack, required=True), table.text("source", required=True)
    taken: list[str] = []
    for name, inside in table.tables("rule"):
        if name in draft.rules:
            draft.report(inside.place, f"there is a rule {name!r} already, in {_file_of(draft, name).name}")
            continue
        draft.places["rule", name] = inside.place
        take_rule(name, inside, draft)
        _wants_origin(draft.rules[name], inside.place, draft)
        inside.close()
        taken.append(name)
    if not taken:
        draft.report(table.place, "a rule pack has at least one rule")
    table.close()
    draft.packs.append(RulePack(pack, title, as_of, origin, tuple(taken)))


def _wants_origin(rule: Rule, place: Place, draft: Draft) -> None:
    if not rule.source and not rule.covers:
        draft.report(place, "a rule of a pack names where it comes from: a row under 'covers', or a 'source'")


def _change(rule: Rule, table: Table, draft: Draft) -> None:
    for key in table.values:
        if key not in MAY_CHANGE:
            draft.report(
                table.place.at(key), f"{key!r} belongs to the rule pack; a profile may change {', '.join(MAY_CHANGE)}"
            )
            table.raw(key)
    changed = replace(
        rule,
        message=table.text("message", rule.message),
        severity=table.one_of("severity", ("error", "warning"), rule.severity),
        when=table.condition() or rule.when,
        covers=tuple(dict.fromkeys((*rule.covers, *table.texts("covers")))),
        source=table.text("source", rule.source),
    )
    if table.flag("off"):
        del draft.rules[rule.id]
    else:
        draft.rules[rule.id] = changed


def _file_of(draft: Draft, rule: str) -> Source:
    return draft.places["rule", rule].source


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False

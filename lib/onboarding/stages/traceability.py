"""What a customer asked for, held against the answers that meet it: nothing is lost between order and portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from onboarding.stages.context import Context
from onboarding.stages.sentences import shorten


def coverage(context: Context, about: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """(requirement, question or section that meets it or "", whether that is answered), in the order of the rows."""
    section, _, name = str(about["requirement"]).partition(".")
    setting = str(about["setting"]).partition(".")[2]
    found = []
    for row in context.rows(section):
        named = str(row.get(setting) or "")
        found.append((str(row.get(name) or ""), named, bool(named) and _is_answered(context, named)))
    return found


def requirements_mapped(context: Context, about: Mapping[str, Any], closed: Callable[[str], object]) -> list[str]:
    """Every requirement names the setting that meets it, and that setting is answered (M-07)."""
    rows = coverage(context, about)
    if not rows:
        return ["No requirement of the customer has been written down."]
    missing = [f"“{requirement}” has no setting that meets it." for requirement, named, _ in rows if not named]
    missing += [f"“{requirement}” is to be met by {named}, which is not answered."
                for requirement, named, is_met in rows if named and not is_met]  # fmt: skip
    return shorten(missing)


def _is_answered(context: Context, name: str) -> bool:
    if "." in name:
        return bool(context.column(name))
    return bool(context.values.get(name))


CHECKS = {"requirements-mapped": requirements_mapped}

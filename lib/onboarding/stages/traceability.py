"""What a customer asked for, held against the answers that meet it: nothing is lost between order and portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from onboarding.domain.language import say
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
        return [say("No requirement of the customer has been written down.")]
    missing: list[str] = [
        say("“{what}” has no setting that meets it.", what=what) for what, named, _ in rows if not named
    ]
    missing += [
        say("“{what}” is to be met by {setting}, which is not answered.", what=what, setting=named)
        for what, named, is_met in rows
        if named and not is_met
    ]
    return shorten(missing)


def _is_answered(context: Context, name: str) -> bool:
    if "." in name:
        return bool(context.column(name))
    return bool(context.values.get(name))


CHECKS = {"requirements-mapped": requirements_mapped}

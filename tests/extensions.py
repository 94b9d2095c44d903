"""Parameters of extensions as a profile would give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.params import NO_PARAMS, Params
from onboarding.domain.question import Rule
from onboarding.domain.registry import installed


def params(kind: str, name: str, **given: Any) -> Params:
    """The parameters of the extension of that kind and name."""
    return installed().get(kind, name).params.model_validate(given)


def a_rule(name: str, check: str, message: str, given: Mapping[str, Any] | None = None, **more: Any) -> Rule:
    """A rule of a profile with its parameters as a file has them; one nobody knows is left without."""
    extension = installed().find("rule", check)
    kept = extension.params.model_validate(given or {}) if extension else NO_PARAMS
    return Rule(name, check, message, kept, **more)

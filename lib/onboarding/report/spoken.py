"""Figures in the reader's language: every sentence of ours is said anew, what customers wrote stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from onboarding.domain.language import ENGLISH, Language, Said
from onboarding.report.figures import Figures

T = TypeVar("T")


def in_language(figures: Figures) -> Figures:
    """The figures as the customer reads them."""
    return figures if figures.language is ENGLISH else _said(figures, figures.language)


def _said(value: T, language: Language) -> T:
    found: Any = value
    if isinstance(value, Said):
        found = language(value)
    elif isinstance(value, Language):
        found = value
    elif is_dataclass(value) and not isinstance(value, type):
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: said for name, one in held.items() if (said := _said(one, language)) is not one}
        found = replace(value, **changed) if changed else value
    elif isinstance(value, tuple):
        parts = [_said(one, language) for one in value]
        found = tuple(parts) if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    elif isinstance(value, Mapping):
        found = {_said(name, language): _said(one, language) for name, one in value.items()}
    return found  # type: ignore[no-any-return]

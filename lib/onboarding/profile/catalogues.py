"""The languages customers are served in, and a profile in one of them.

A catalogue is a file of ``data/languages``: the English text of profile, questionnaire or program and its translation.
One of the same name in a folder of one's own (`folders`) is laid over it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.question import Option, Question, Questionnaire, Rule, Section
from onboarding.errors import InputError, ProfileError
from onboarding.profile.folders import FileKind, files, named

WRITTEN = ("subject", "intro", "closing")
"""Parameters of a task that are read by the customer when the mail goes to the customer."""


TEXTS: Mapping[type, tuple[str, ...]] = {
    Questionnaire: ("title", "sections", "rules", "parties"),
    Section: ("title", "help", "questions"),
    Question: ("label", "help", "example", "document", "options"),
    Option: ("label",),
    Rule: ("message",),
}
"""What people read of each kind of thing in a profile."""


def language_codes() -> list[str]:
    """Codes of all languages there are, English first."""
    return [ENGLISH.code, *sorted(named(FileKind.LANGUAGES))]


def load_language(code: str) -> Language:
    """The language of that code; its catalogue is read again only when it changed.

    Raises InputError LANGUAGE-UNKNOWN, ProfileError LANGUAGE-BROKEN for a catalogue that is none.
    """
    if code == ENGLISH.code:
        return ENGLISH
    if not (catalogues := _catalogues(code)):
        known = ", ".join(language_codes())
        raise InputError("LANGUAGE-UNKNOWN", f"There is no language {code!r}.", f"Languages: {known}.")
    return _laid_over(tuple((path, path.stat().st_mtime_ns) for path in reversed(catalogues)))


def _catalogues(code: str) -> list[Path]:
    return [path for path in files(FileKind.LANGUAGES) if path.stem == code]


@lru_cache(maxsize=8)
def _laid_over(stamped: tuple[tuple[Path, int], ...]) -> Language:
    """One language of its catalogues, each laid over those before it; name and locale need to stand in one only."""
    whole: dict[str, Any] = {}
    words: dict[str, str] = {}
    try:
        for path, _ in stamped:
            whole |= (tree := tomllib.loads(path.read_text(encoding="utf-8")))
            words |= {str(english): str(text) for english, text in tree["words"].items()}
        return Language(path.stem, str(whole["name"]), words, str(whole["locale"]))
    except (OSError, ValueError, KeyError, AttributeError, RecursionError) as error:
        raise ProfileError("LANGUAGE-BROKEN", f"The catalogue {path.name} cannot be read: {error}.") from None


@lru_cache(maxsize=32)
def translated_questionnaire(questionnaire: Questionnaire, language: Language) -> Questionnaire:
    """The questionnaire in that language; the same object for the same two, and for English the one given."""
    return questionnaire if language is ENGLISH else replace(_replaced(questionnaire, language), language=language)


def _replaced(value: Any, language: Language) -> Any:
    """The same in that language: texts, what is made of them, and of everything else its `TEXTS`."""
    match value:
        case str():
            return language(value)
        case tuple():
            return tuple(_replaced(item, language) for item in value)
        case Mapping():
            return {name: _replaced(item, language) for name, item in value.items()}
    return replace(value, **{name: _replaced(getattr(value, name), language) for name in TEXTS[type(value)]})

"""The languages customers are served in, and a profile in one of them.

A catalogue is a file of ``data/languages``: the English text of profile, questionnaire or program and its translation.
One of the same name in a folder of one's own (`folders`), or beside a profile, is laid over it, and over that one for a
single profile. A profile says under ``languages`` in which it is offered.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.question import Option, Question, Questionnaire, Rule, Section
from onboarding.errors import InputError, ProfileError
from onboarding.files import content_of
from onboarding.profile.edition import Edition
from onboarding.profile.folders import FileKind, files, named, profile_files
from onboarding.profile.model import Profile

TEXTS: Mapping[type, tuple[str, ...]] = {
    Questionnaire: ("title", "sections", "rules", "parties"),
    Section: ("title", "help", "questions"),
    Question: ("label", "help", "example", "document", "options"),
    Option: ("label",),
    Rule: ("message",),
}
"""What people read of each kind of thing in a profile."""


def language_codes() -> list[str]:
    """Codes of all languages there are for every profile, English first."""
    return [ENGLISH.code, *sorted(name for name in named(FileKind.LANGUAGES) if "." not in name)]


def load_language(code: str, profile: str = "") -> Language:
    """The language of that code, for the profile of that id with its own catalogue; read again only when it changed.

    Raises InputError LANGUAGE-UNKNOWN, ProfileError LANGUAGE-BROKEN for a catalogue that is none.
    """
    if code == ENGLISH.code:
        return ENGLISH
    path = profile_files().get(profile) if profile else None
    if not (found := catalogues(code, path)):
        known = ", ".join(language_codes())
        raise InputError("LANGUAGE-UNKNOWN", f"There is no language {code!r}.", f"Languages: {known}.")
    return read_language(code, found)


def offered_language(code: str, profile: Profile) -> Language:
    """The language, if the profile is offered in it. Raises InputError LANGUAGE-UNKNOWN, and as `load_language`."""
    offered = (ENGLISH.code, *profile.languages)
    if code not in offered:
        message = f"{profile.title} is not offered in {code!r}."
        raise InputError("LANGUAGE-UNKNOWN", message, f"Languages: {', '.join(offered)}.")
    return load_language(code, profile.id)


def read_language(code: str, found: Sequence[Path]) -> Language:
    """The language of these catalogues, the first of which comes before all others."""
    return _laid_over(code, tuple((path, path.stat().st_mtime_ns) for path in reversed(found)))


def catalogues(code: str, profile: Path | None = None) -> list[Path]:
    """The catalogues of a language, those first that come first: of one profile alone (``west-voice.cy.toml``), beside
    it, in the folders of one's own, those shipped.
    """
    beside = (profile.parent,) if profile else ()
    names = [f"{profile.stem}.{code}.toml"] if profile else []
    places = [folder for one in beside for folder in (one, one / FileKind.LANGUAGES)]
    own = [folder / name for folder in places for name in names if (folder / name).is_file()]
    return list(dict.fromkeys([*own, *(path for path in files(FileKind.LANGUAGES, *beside) if path.stem == code)]))


def kept_language(code: str, edition: Edition) -> Language:
    """The language with the catalogues that are kept in an edition, over those there are for every profile.

    Raises as `load_language`.
    """
    names = (f"{FileKind.LANGUAGES}/{code}.toml", f"{FileKind.LANGUAGES}/{edition.profile}.{code}.toml")
    kept = tuple(edition.files[name].data for name in names if name in edition.files)
    if code == ENGLISH.code or not kept:
        return load_language(code)
    return _laid_over(code, tuple((path, path.stat().st_mtime_ns) for path in reversed(catalogues(code))), kept)


@lru_cache(maxsize=32)
def _laid_over(code: str, stamped: tuple[tuple[Path, int], ...], kept: tuple[bytes, ...] = ()) -> Language:
    """One language of its catalogues, each laid over those before it, those that are ``kept`` last; name and locale
    need to stand in one only.
    """
    whole: dict[str, Any] = {}
    words: dict[str, str] = {}
    name = f"{code}.toml"
    try:
        read = ((path.name, content_of(path)) for path, _ in stamped)
        for name, data in (*read, *((f"{code}.toml, which is kept,", one) for one in kept)):  # noqa: B007  told below
            whole |= (tree := tomllib.loads(data.decode("utf-8")))
            words |= {str(english): str(text) for english, text in tree["words"].items()}
        return Language(code, str(whole["name"]), words, str(whole["locale"]))
    except (OSError, ValueError, KeyError, AttributeError, RecursionError) as error:
        raise ProfileError("LANGUAGE-BROKEN", f"The catalogue {name} cannot be read: {error}.") from None


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

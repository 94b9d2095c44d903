"""What the catalogues of a profile lack, and what they have that nobody says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onboarding.domain.language import Language
from onboarding.errors import OnboardingError
from onboarding.profile.catalogues import catalogues, language_codes, load_language, read_language
from onboarding.profile.findings import ProfileReading
from onboarding.profile.model import Profile
from onboarding.profile.source import Finding, Key, Source, read
from onboarding.profile.texts import has_words, texts_of
from onboarding.resources import shipped
from onboarding.text import shortened

SHOWN = 60
"""Characters of a text that a finding repeats."""


def untranslated(reading: ProfileReading, profile: Profile) -> Iterator[tuple[Key, str]]:
    """Of each language the profile is offered in: how many texts have no translation, and each where it stands."""
    path = reading.source.path
    wanted = {text: key for key, text in reversed([*texts_of(profile)]) if has_words(text)}
    for place, code in enumerate(profile.languages):
        if not (found := catalogues(code, path)):
            yield ("languages", place), f"there is no catalogue languages/{code}.toml beside the profile"
            continue
        try:
            language = read_language(code, found)
        except OnboardingError as error:
            yield ("languages", place), error.message.removesuffix(".")
            continue
        lacking = [(key, text) for text, key in wanted.items() if not language.words.get(text)]
        if lacking:
            yield ("languages", place), f"{language.name}: {len(lacking)} of {len(wanted)} texts are not translated"
        for key, text in lacking:
            yield key, f"not translated into {language.name} ({code}): “{shortened(text, SHOWN)}”"


def unused(reading: ProfileReading, profile: Profile) -> Iterator[Finding]:
    """What stands in a catalogue of one's own and nobody says: neither profile, nor program, nor another beside it."""
    path = reading.source.path
    texts = {text for _key, text in texts_of(profile)}
    for code in profile.languages:
        for one in catalogues(code, path):
            if one.is_relative_to(shipped("data", "languages")) or _serves_others(one, path):
                continue
            if source := read(one, reading.findings, Path.read_bytes):
                yield from _stale(source, texts | _said_by_the_program())


def _serves_others(catalogue: Path, profile: Path) -> bool:
    """Whether a catalogue is for several profiles: then one of them may say what another does not."""
    folder = profile.parent
    others = [one for one in folder.glob("*.toml") if one != profile and "." not in one.stem]
    return not catalogue.name.startswith(f"{profile.stem}.") and (catalogue.parent.parent != folder or bool(others))


def _said_by_the_program() -> set[str]:
    """Every sentence of program, templates and shipped profiles: what the shipped catalogues translate."""
    languages: list[Language] = [load_language(code) for code in language_codes()[1:]]
    return {text for language in languages for text in language.words}


def _stale(source: Source, said: set[str]) -> Iterator[Finding]:
    words = source.tree.get("words")
    for text in words if isinstance(words, dict) else ():
        if text not in said:
            yield source.finding(("words", text), "nobody says this: it is not used")

"""What a customer reads, in their language.

English is the text itself; another language is a catalogue from the English sentence to its translation, with the same
``{placeholders}``. A sentence without translation stays English, which a test finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import lru_cache, reduce
from typing import Any

from onboarding.text import noun

DAY, WEEKDAY, SHORT = "d MMM y", "EEE d MMM y", "d MMM"
"""How a day is written: ``12 Mar 2026``, ``Thu 12 Mar 2026``, ``12 Mar``; Unicode's patterns for dates."""

_ENGLISH_DAYS = {DAY: "{0.day} {0:%b %Y}", WEEKDAY: "{0:%a} {0.day} {0:%b %Y}", SHORT: "{0.day} {0:%b}"}
_PLACE = re.compile(r"\{([\w.]+)\}")


@lru_cache(maxsize=4096)
def _english_day(pattern: str, *day: int) -> str:
    return _ENGLISH_DAYS[pattern].format(date(*day))


def filled(template: str, values: Mapping[str, object]) -> str:
    """The template with ``{name}`` replaced by that value, a list with commas; other braces stay as they are."""
    return _PLACE.sub(lambda found: _text(values[found[1]]) if found[1] in values else found[0], template)


def places(template: str) -> list[str]:
    """Names of the values that a template takes."""
    return _PLACE.findall(template)


def _text(value: object) -> str:
    if isinstance(value, date):
        return ENGLISH.moment(value) if isinstance(value, datetime) else ENGLISH.day(value)
    if isinstance(value, Listing):
        return ENGLISH.listed(list(map(_text, value)), value.word)
    return ", ".join(map(_text, value)) if isinstance(value, list | tuple) else str(value)


class LazyText(str):
    """An English sentence that knows what it was made of, so that it can be shown in another language.

    Whatever is done to it as text (joined, cut) gives plain text again. Values that are words of ours, not a
    customer's, are `LazyText` themselves.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> LazyText:
        made = super().__new__(cls, filled(template, values) if values else template)
        made.template, made.values = template, values
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.template, self.values


def _(text: str, /, **values: object) -> LazyText:
    """The English sentence, with ``values`` filled in, translated where it is shown."""
    if isinstance(text, LazyText):
        return LazyText(text.template, {**text.values, **values}) if values else text
    return LazyText(text, values)


class Listing(tuple[Any, ...]):
    """Things that stand in a sentence one after the other, as each language lists them: ``one, two and three``."""

    word: str

    def __new__(cls, parts: Iterable[Any], word: str = "and") -> Listing:
        made = super().__new__(cls, parts)
        made.word = word
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self), self.word


def join_or(parts: Sequence[str]) -> str:
    """``one, two or three``."""
    return _joined(Listing(parts, "or"))


def join_and(parts: Sequence[str]) -> str:
    """``one, two and three``."""
    return _joined(Listing(parts))


def _joined(parts: Listing) -> str:
    if len(parts) < len("ab"):
        return parts[0] if parts else ""
    return _("{all}", all=parts)


def join_sentences(parts: Sequence[str]) -> str:
    """Sentences one after the other."""
    return reduce(lambda first, second: _("{first} {second}", first=first, second=second), parts) if parts else ""


NONE_OF = _("no {things}")
"""How nothing is counted."""


@dataclass(frozen=True, eq=False)
class Language:
    """One language: ``code`` is ISO 639-1, ``words`` the catalogue, ``name`` what its speakers call it.

    ``locale`` is how days are written.
    """

    code: str
    name: str
    words: Mapping[str, str] = field(default_factory=dict, repr=False)
    locale: str = "en_US"

    def __call__(self, text: str, /, **values: object) -> str:
        """The text in this language, with ``values`` filled in when there are any."""
        if isinstance(text, LazyText):
            return self(text.template, **{**text.values, **values})
        found = self.words.get(text, text)
        return filled(found, {name: self._word(value) for name, value in values.items()}) if values else found

    def localize(self, text: str) -> str:
        """A sentence of ours in this language; any other text as it is, a customer's words above all."""
        return self(text) if isinstance(text, LazyText) else text

    def listed(self, parts: Sequence[str], word: str = "and") -> str:
        """``one, two and three`` as the language lists things (CLDR), or with its ``or``."""
        if self.code == ENGLISH.code:
            head = ", ".join(parts[:-1])
            return f"{head} {word} {parts[-1]}" if head else "".join(parts)
        from babel.lists import format_list  # as below

        return format_list(list(parts), style="or" if word == "or" else "standard", locale=self.locale)

    def _word(self, value: object) -> object:
        if isinstance(value, Listing):
            return self.listed([str(self._word(one)) for one in value], value.word)
        if isinstance(value, list | tuple):
            return [self._word(one) for one in value]
        if isinstance(value, date):
            return self.moment(value) if isinstance(value, datetime) else self.day(value)
        return self.localize(value) if isinstance(value, str) else value

    def day(self, value: date | None, pattern: str = DAY, zone: tzinfo | None = None) -> str:
        """A day as it is written in this language, of an instant the one in ``zone``; empty for None.

        ``pattern`` is `DAY`, `WEEKDAY` or `SHORT`.
        """
        if value is None:
            return ""
        if zone is not None and isinstance(value, datetime):
            value = value.astimezone(zone)
        if self.code == "en":
            return _english_day(pattern, value.year, value.month, value.day)
        from babel.dates import format_date  # takes all languages of the world along

        return format_date(value, pattern, locale=self.locale)

    def moment(self, value: date | None) -> str:
        """``Thu 12 Mar 2026``, with the time in UTC when there is one; empty for None."""
        return self.day(value, WEEKDAY) + (f", {value:%H:%M} UTC" if isinstance(value, datetime) else "")

    def count(self, number: int, singular: str, plural: str = "") -> str:
        """``1 user``, ``2,000 users``, ``no users``."""
        things = self(noun(number, singular, plural))
        return f"{number:,} {things}" if number else self(NONE_OF, things=things)


ENGLISH = Language("en", "English")

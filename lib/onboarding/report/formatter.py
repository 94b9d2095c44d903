"""What the parts of a report are made with: the fragments that cells end in, and the formatter of words and days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from onboarding.domain.language import DAY, ENGLISH, SHORT, WEEKDAY, Language, LazyText
from onboarding.domain.number import national
from onboarding.html import classed
from onboarding.html.parts import Markup, details, fill

HEAD = "application/vnd.onboarding.head+json"
"""Mime type by which an output names the title and language of the document it heads."""

SECTIONS = "application/vnd.onboarding.sections+json"
"""Mime type by which an output says that it is several sections, each with a heading of its own."""

MANY = 8
"""Rows up to which a list stands open although nothing of it is owed any more."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Block:
    """A fragment a notebook cell can end in; ``head`` is set on the one that heads the document.

    ``sections`` are those of its parts that stand under headings of their own: title, text and html of each.
    """

    html: Markup
    words: str = "HTML"
    head: dict[str, Any] = field(default_factory=dict)
    sections: list[dict[str, str]] = field(default_factory=list)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/html": str(self.html), "text/plain": self.words}
        return bundle | ({HEAD: self.head} if self.head else {}) | ({SECTIONS: self.sections} if self.sections else {})

    def __repr__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Formatter:
    """How a report writes: its language, the time zone its days are counted in, the country in whose form its numbers
    are. A day is never broken over two lines."""

    language: Language = ENGLISH
    zone: tzinfo = UTC
    country: str = ""

    def __call__(self, text: str, /, **values: object) -> str:
        return self.language(text, **values)

    def day(self, value: date | datetime | None) -> str:
        """``Thu 12 Mar 2026``; empty for None."""
        return _whole(self.language.day(value, WEEKDAY, self.zone))

    def number(self, value: str) -> str:
        """An E.164 number as the country writes it; empty as it is."""
        return national(value, self.country)

    def instant(self, value: datetime | None) -> str:
        """``Thu 12 Mar 2026, 14:05``; empty for None."""
        return f"{self.day(value)}, {value.astimezone(self.zone):%H:%M}" if value else ""

    def period(self, start: datetime, end: datetime | None) -> str:
        """``2 Mar to 5 Mar 2026``; one day stands alone, an open end is ``to today``."""
        first, last = start.astimezone(self.zone), (end or start).astimezone(self.zone)
        is_short = end is not None and first.year == last.year and first.date() != last.date()
        begins = _whole(self.language.day(first, SHORT if is_short else DAY))
        if end is None:
            return self.language("{first} to\N{NO-BREAK SPACE}today", first=begins)
        if first.date() == last.date():
            return begins
        return self.language("{first} to\N{NO-BREAK SPACE}{last}", first=begins, last=_whole(self.language.day(last)))

    def length(self, value: timedelta) -> str:
        """``12 days``, ``1.5 days``, ``6 hours``, ``under an hour``, ``no time``."""
        if value >= _DAY:
            found = f"{value / _DAY:.{0 if value >= 10 * _DAY else 1}f}".removesuffix(".0")
            return self.language("1 day") if found == "1" else self.language("{count} days", count=found)
        if value >= _HOUR:
            hours = round(value / _HOUR)
            return self.language("1 hour") if hours == 1 else self.language("{count} hours", count=hours)
        return self.language("under an hour" if value else "no time")

    def count(self, number: int, noun: str) -> str:
        """``1 user``, ``2,000 users``, ``no users``."""
        return self.language.count(number, noun)

    def badge(self, tone: str, word: str) -> Markup:
        """A badge with its word in this language."""
        return classed.badge(tone, self(word))

    def table(
        self,
        caption: str,
        columns: Mapping[LazyText, int] | Mapping[str, int],
        rows: Iterable[Sequence[object]],
        numeric: int = 0,
        is_alone: bool = False,
    ) -> Markup:
        """A `classed.table` with caption and headers in this language."""
        heads = {self(text): width for text, width in columns.items()}
        return classed.table(self(caption), heads, rows, numeric, is_alone)

    def settled_table(
        self, caption: str, columns: Mapping[LazyText, int], rows: Sequence[Sequence[object]], is_settled: bool
    ) -> Markup:
        """A table that is folded under how many rows it has, where these are many and all of them are settled."""
        html = self.table(caption, columns, rows, is_alone=True)
        if not is_settled or len(rows) <= MANY:
            return html
        return details(fill("{}: {}", self(caption), self.count(len(rows), "row")), html)


def _whole(words: str) -> str:
    return words.replace(" ", "\N{NO-BREAK SPACE}")

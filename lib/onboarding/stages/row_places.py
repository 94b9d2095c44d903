"""Where the work on a row is done: the holidays and the time zone of that place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from onboarding.domain.calendar import Calendar, has_holidays
from onboarding.domain.place import zones_at
from onboarding.domain.place_words import Part
from onboarding.domain.question import Kind, Questionnaire, Section

Row: TypeAlias = Mapping[str, Any]


def calendar_at(usual: Calendar, section: str, rows: Sequence[Row], asked: Questionnaire, values: Row) -> Calendar:
    """The calendar of the place of these rows of a table: their own, or that of the site they name.

    The usual one where they say no place, or lie in several.
    """
    places = {place for row in rows for place in _places(section, row, asked, values)}
    if len(places) != 1:
        return usual
    ((country, subdivision, zone),) = places
    is_there = has_holidays(country, subdivision)
    return replace(
        usual,
        country=country if has_holidays(country) else usual.country,
        subdivision=subdivision if is_there else usual.subdivision if country == usual.country else "",
        time_zone=zone or usual.time_zone,
    )


def _places(section: str, row: Row, asked: Questionnaire, values: Row) -> Iterator[tuple[str, str, str]]:
    """Country, subdivision and time zone of a row; what it does not say is empty."""
    table = asked.section(section)
    if table is None:
        return
    if _has_place(table):
        yield _place(table, row)
        return
    for question in table.questions:
        name, _, key = question.to.partition(".") if question.kind is Kind.REFERENCE else ("", "", "")
        site = asked.section(name)
        if site is not None and _has_place(site):
            named = (one for one in values.get(name) or () if one.get(key) == row.get(question.name))
            yield from (_place(site, one) for one in named)


def _place(table: Section, row: Row) -> tuple[str, str, str]:
    """The zone is the one that is answered, else that of the place where it has one only."""
    country, parts = table.country_of(row), table.address(row)
    subdivision = parts.get(Part.SUBDIVISION, "")
    zones = zones_at(country, subdivision, parts.get(Part.POSTCODE, ""))
    return country, subdivision, parts.get(Part.ZONE) or (zones[0] if len(zones) == 1 else "")


def _has_place(section: Section) -> bool:
    return bool(section.part(Part.SUBDIVISION) or section.part(Part.COUNTRY))

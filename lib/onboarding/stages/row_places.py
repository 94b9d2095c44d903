"""Where the work on a row is done: the holidays and the time zone of that place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from onboarding.domain.calendar import Calendar, has_holidays
from onboarding.domain.place import time_zones
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
    ((country, subdivision),) = places
    zones = time_zones(country)
    is_there = has_holidays(country, subdivision)
    return replace(
        usual,
        country=country if has_holidays(country) else usual.country,
        subdivision=subdivision if is_there else usual.subdivision if country == usual.country else "",
        time_zone=zones[0] if len(zones) == 1 else usual.time_zone,
    )


def _places(section: str, row: Row, asked: Questionnaire, values: Row) -> Iterator[tuple[str, str]]:
    """Country and subdivision of a row."""
    table = asked.section(section)
    if table is None:
        return
    if _has_place(table):
        yield table.country_of(row), table.address(row).get(Part.SUBDIVISION, "")
        return
    for question in table.questions:
        name, _, key = question.to.partition(".") if question.kind is Kind.REFERENCE else ("", "", "")
        site = asked.section(name)
        if site is not None and _has_place(site):
            named = (one for one in values.get(name) or () if one.get(key) == row.get(question.name))
            yield from ((site.country_of(one), site.address(one).get(Part.SUBDIVISION, "")) for one in named)


def _has_place(section: Section) -> bool:
    return bool(section.part(Part.SUBDIVISION) or section.part(Part.COUNTRY))

"""What a question takes from its country: what a part of an address is called, an example, whose numbers count."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from onboarding.domain.number import country_code_of, example, example_area_code, is_of, parse, parse_area_code
from onboarding.domain.place import country as country_of
from onboarding.domain.place import parse_postcode, parse_subdivision, zone_names
from onboarding.domain.place_words import Part
from onboarding.domain.question import PARTS, Kind
from onboarding.profile.file import ProfileFile
from onboarding.profile.question_tables import QuestionTable


def placed(table: QuestionTable, country: str, file: ProfileFile) -> dict[str, Any]:
    """Fields of the question of a table that is asked of somebody in that country."""
    part = PARTS.get(table.kind) or (Part(table.address) if table.address else None)
    others = () if table.abroad else dict.fromkeys((country, file.country, *file.countries))
    is_by_country = table.required == "by-country"
    zone = file.data.calendar.time_zone
    is_zone = table.options_from == "time-zones" and table.default is None and zone in zone_names(country)
    is_zone = is_zone and part is not Part.ZONE  # that of a place is nobody else's
    return {
        "label": table.label or (str(country_of(country).words[part]) if part else ""),
        "example": table.example
        if table.example and fits(table.kind, table.example, country)
        else _example(table.kind, part, country),
        "default": zone if is_zone else table.default,
        "required": part in _needed(country, file) if is_by_country else table.required,
        "is_by_country": is_by_country,
        "country": country,
        "countries": tuple(others) if table.kind is Kind.NUMBER else (),
    }


def _needed(country: str, file: ProfileFile) -> Collection[str]:
    """Parts that every address has: by the profile in its own country where it says so, else by the country."""
    is_own = country == file.country and file.address.needs
    return file.address.needs if is_own else country_of(country).required


def fits(kind: Kind, example: str, country: str) -> bool:
    """Whether an example is right in that country; those of templates are North American."""
    reads: dict[Kind, Callable[[str, str], str]] = {
        Kind.NUMBER: parse, Kind.AREA_CODE: parse_area_code,
        Kind.POSTCODE: parse_postcode, Kind.SUBDIVISION: parse_subdivision,
    }  # fmt: skip
    try:
        found = reads[kind](example, country) if kind in reads else ""
    except ValueError:
        return False
    return kind is not Kind.NUMBER or is_of(found, _plan(country))


def _plan(country: str) -> list[str]:
    """All countries that share its numbering plan."""
    return list(COUNTRY_CODE_TO_REGION_CODE[country_code_of(country)])


def _example(kind: Kind, part: Part | None, country: str) -> str:
    if kind is Kind.NUMBER:
        return example(country)
    if kind is Kind.AREA_CODE:
        return example_area_code(country)
    return country_of(country).sample(part) if part else ""


def country_names(codes: Iterable[str]) -> dict[str, str]:
    """Code of a country -> its name in English."""
    from babel import Locale  # takes all languages of the world along

    names = Locale("en").territories
    return {code: names.get(code, code) for code in codes}

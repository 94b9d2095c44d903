"""What is wrong with the places of a profile: holidays nobody knows, a time zone left open, examples of elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onboarding.domain.calendar import has_holidays, known_places
from onboarding.domain.params import hint
from onboarding.domain.place import country as country_of
from onboarding.domain.place import time_zones, zones_at
from onboarding.domain.place_words import Part
from onboarding.errors import InputError
from onboarding.profile.findings import ProfileReading
from onboarding.profile.localizing import fits
from onboarding.profile.merge import tables
from onboarding.profile.model import Profile
from onboarding.profile.source import Key

Found = Iterator[tuple[Key, str]]


def _zone(reading: ProfileReading, profile: Profile) -> Found:
    """A country with several time zones does not say in which of them the provider works."""
    country = profile.data.calendar.country
    written = tables(tables(reading.source.tree.get("data")).get("calendar"))
    zones = time_zones(country)
    if reading.edition.format > 1 and "time_zone" not in written and len(zones) != 1:
        yield ("data", "calendar"), f"'time_zone' is missing: {country} has several, such as {', '.join(zones[:3])}"


def _examples(reading: ProfileReading, profile: Profile) -> Found:
    """An example that the profile gives is right in the country of its question."""
    own = tables(reading.source.tree.get("section"))
    for question in reading.names.questions.values():
        asked = tables(tables(tables(own.get(question.section)).get("question")).get(question.name))
        given = asked.get("example")
        if given and isinstance(given, str) and not fits(question.kind, given, question.country):
            at = ("section", question.section, "question", question.name, "example")
            yield at, f"{given!r} is not right in {question.country}, where one is {question.example!r}"


def _place(reading: ProfileReading, profile: Profile) -> Found:
    """The calendar's place has known holidays."""
    table = profile.data.calendar
    try:
        table.build().is_business_day(date(2026, 3, 2))
    except InputError as error:
        parts = known_places().get(table.country)
        at, wrong = ("country", table.country) if parts is None else ("subdivision", table.subdivision)
        nearest = hint(wrong, known_places() if parts is None else parts)
        yield ("data", "calendar", at), f"{error.message.removesuffix('.')}{nearest or f'. {error.remedy}'}"


def _holidays(reading: ProfileReading, profile: Profile) -> Found:
    """A country that is served besides has known holidays."""
    for place, code in enumerate(profile.countries):
        if not has_holidays(code):
            yield ("countries", place), f"the holidays of {code} are not known: sites there would keep those at home"


def _zones_of_places(reading: ProfileReading, profile: Profile) -> Found:
    """Where states have several time zones a table of places asks for that of each: work there is due by its clock."""
    for section in profile.questionnaire.sections:
        state = section.part(Part.SUBDIVISION)
        is_open = state and any(len(zones_at(state.country, one)) > 1 for one in country_of(state.country).subdivisions)
        if state and is_open and section.is_table and section.part(Part.ZONE) is None:
            message = "its states may have several time zones: ask for that of each place, address = 'zone'"
            yield ("section", section.id), message


def _address_form(reading: ProfileReading, profile: Profile) -> Found:
    """What every address needs is asked for, and wanted, wherever one is."""
    for place, part in enumerate(profile.address_needs):
        for section in profile.questionnaire.sections:
            question = section.part(Part(part))
            if section.is_table and section.part(Part.STREET) and not (question and question.required):
                wanted = "asks for none" if question is None else f"does not want it: {question.id}.required"
                yield ("address", "needs", place), f"every address needs it, and {section.id!r} {wanted}"


PLACE_CHECKS = (_zone,)
THOROUGH_PLACE_CHECKS = (_place, _holidays, _examples, _zones_of_places, _address_form)
"""What is looked at by the lint alone: the list of all holidays takes a tenth of a second to load."""

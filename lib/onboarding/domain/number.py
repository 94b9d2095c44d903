"""Telephone numbers: from whatever people write to E.164 text, what can be known from a number itself, CESIDs.

Numbers are always text (``+16175550101``), never int. What is written without ``+`` is read in the plan of the country
that is asked about, as it is dialled there: where numbers begin with a 0, one without it has lost it (Excel) or belongs
to another country, and nobody can tell which. Numbers of other countries are written with ``+``.
The shape of North American numbers is that of the NANP: area code [2-9][0-8][0-9], exchange [2-9]XX, no N11 in either;
37X and 96X are set aside.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from functools import lru_cache

import phonenumbers
from phonenumbers import (
    CountryCodeSource,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
)

from onboarding.domain.place_words import LOCAL, NOWHERE
from onboarding.text import without_invisible

TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})
"""Toll-free area codes in use (NANPA)."""

FEWEST, MOST = 7, 12
"""Digits of a CESID (MiVoice Business help on CESID)."""

_NORTH_AMERICA = 1
_AREA_DIGITS = 3  # of a North American area code
_LONGEST_CODE = 6
_SHORT = 6  # digits of a number that is dialled without any code, such as 116117
_LONGEST = 60  # no number with punctuation and extension is longer; the library itself gives up at 250
_EXTENSION = re.compile(r"(?:;ext=|(?<![a-z])(?:extension|ext|x)[.:]?|#)\s*(\d{1,7})$", re.IGNORECASE)
_WRITTEN = re.compile(r"[\s().\-]+")
_AT_HOME = re.compile(r"\+1[2-9]\d{9}", re.ASCII)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?e[+-]?\d+", re.IGNORECASE)
_RESERVED = re.compile("|".join(sorted({pattern for local in LOCAL.values() for pattern in local.reserved})), re.ASCII)
_GEOGRAPHIC = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


class NotANumber(ValueError):
    """What was given is no telephone number.

    ``code`` says in which way: ``number-scientific`` (Excel has thrown digits away), ``number-letters``,
    ``number-length``, ``number-area-code``, ``number-exchange``, ``number-trunk`` (the 0 is missing with which numbers
    begin in that country), ``number-abroad`` (not of a country that is meant) or ``number-invalid``.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def parse(value: str | float, country: str) -> str:
    """E.164 of a number as people, Excel and address books write it; an extension after it is dropped.

    Raises NotANumber.
    """
    return split(value, country)[0]


def split(value: str | float, country: str) -> tuple[str, str]:
    """(E.164, extension or "") of a number in the plan of that country (ISO 3166), or of any other with ``+``.

    Repairs what Excel does to one: a lost ``+`` before the country's own code, a trailing ``.0``. Raises NotANumber.
    """
    return _split(_text(value), country)


@lru_cache(maxsize=16384)
def _split(text: str, country: str) -> tuple[str, str]:
    found = _EXTENSION.search(text)
    main, extension = (text[: found.start()], found[1]) if found else (text, "")
    if any(character.isalpha() for character in main.removeprefix("tel:")):
        raise NotANumber("number-letters")
    number = _read(main, country)
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if number.country_code == _NORTH_AMERICA:
        _hold_to_plan(phonenumbers.national_significant_number(number))
    elif not phonenumbers.is_valid_number(number) and not is_fictitious(written):
        raise NotANumber("number-invalid")
    return written, extension


def _text(value: str | float) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 < value < 10**15:
            raise NotANumber("number-length")
        return str(value)
    if not isinstance(value, str):
        raise NotANumber("number-invalid")
    if len(value) > 4 * _LONGEST:
        raise NotANumber("number-length")
    text = without_invisible(value).strip().removeprefix("'").removesuffix(".0").strip()
    if len(text) > _LONGEST:
        raise NotANumber("number-length")
    if _SCIENTIFIC.fullmatch(text):
        raise NotANumber("number-scientific")
    return text


def _read(text: str, country: str) -> PhoneNumber:
    """The number the library makes of it."""
    try:
        number = phonenumbers.parse(text, country, keep_raw_input=True)
    except NumberParseException as error:
        too_long = error.error_type in (NumberParseException.TOO_LONG, NumberParseException.TOO_SHORT_NSN)
        raise NotANumber("number-length" if too_long else "number-invalid") from None
    if number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY:
        _hold_to_dialling(text, country, phonenumbers.national_significant_number(number))
    return number


def _hold_to_dialling(text: str, country: str, digits: str) -> None:
    """What is written without a country code begins as it is dialled: with a 0 where numbers have one.

    In North America it begins with an area code, so that ``20 7946 0018``, which is in London, is none of Maine.
    """
    first, *others = re.findall(r"\d+", text)
    if country_code_of(country) == _NORTH_AMERICA:
        shortened = others[0] if first == "1" and others else first
        if others and len(shortened) < _AREA_DIGITS:
            raise NotANumber("number-area-code")
    elif trunk_prefix(country) and first + "".join(others) == digits and len(digits) > _SHORT:
        raise NotANumber("number-trunk")


def country_code_of(country: str) -> int:
    """The calling code of a country: 1, 44."""
    return phonenumbers.country_code_for_region(country)


@lru_cache(maxsize=64)
def trunk_prefix(country: str) -> str:
    """What numbers begin with inside the country, where people write it: ``0`` in the United Kingdom, else nothing."""
    found = phonenumbers.example_number(country)
    written = phonenumbers.format_number(found, PhoneNumberFormat.NATIONAL) if found else ""
    metadata = PhoneMetadata.metadata_for_region(country)
    has_one = metadata is not None and metadata.national_prefix == "0"
    return "0" if has_one and re.match(r"\D?0", written) else ""


def is_of(number: str, countries: Collection[str]) -> bool:
    """Whether an E.164 number belongs to one of the countries; one that belongs to no place, such as a toll-free one,
    belongs to all that share its plan.
    """
    parsed = phonenumbers.parse(number, None)
    region = phonenumbers.region_code_for_number(parsed)
    if region in countries or any(phonenumbers.is_valid_number_for_region(parsed, one) for one in countries):
        return True
    is_of_plan = parsed.country_code in [country_code_of(one) for one in countries]
    return is_of_plan and (region is None or phonenumbers.number_type(parsed) not in _GEOGRAPHIC)


def _hold_to_plan(digits: str) -> None:
    if len(digits) != 10:
        raise NotANumber("number-length")
    if not is_area_code(digits[:3]):
        raise NotANumber("number-area-code")
    if digits[3] in "01" or (digits[4:6] == "11" and digits[:3] not in TOLL_FREE):
        raise NotANumber("number-exchange")
    if not _is_in_service(digits):
        raise NotANumber("number-area-code")


def _is_in_service(digits: str) -> bool:
    return phonenumbers.is_valid_number(PhoneNumber(country_code=1, national_number=int(digits)))


def is_area_code(text: str) -> bool:
    """Whether three digits have the shape of a North American area code that can be given out."""
    return bool(re.fullmatch(r"[2-9][0-8][0-9]", text, re.ASCII)) and text[1:] != "11" and text[:2] not in ("37", "96")


def is_assigned_area_code(text: str) -> bool:
    """Whether numbers are in service under that area code today."""
    return is_area_code(text) and _is_in_service(text + "5550100")


def is_e164(text: str) -> bool:
    """Whether a text is a number in E.164: ``+``, country code and number in digits only."""
    return bool(_E164.fullmatch(text))


def national(number: str, country: str) -> str:
    """An E.164 number for people in that country: ``(617) 555-0101``, ``020 7946 0018``; ``+44 20 7946 0018`` abroad.

    Other text stays as it is.
    """
    code = country_code_of(country)
    if code == _NORTH_AMERICA and _AT_HOME.fullmatch(number):  # nearly all; a list has hundreds
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    with suppress(NumberParseException):  # a country code nobody has
        if is_e164(number):
            parsed = phonenumbers.parse(number, None)
            is_home = parsed.country_code == code
            style = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
            return phonenumbers.format_number(parsed, style)
    return number


def area_code(number: str) -> str:
    """The area code of an E.164 number as it is dialled in its country: ``617``, ``020``; empty where it has none."""
    if re.fullmatch(r"\+1\d{10}", number, re.ASCII):
        return number[2:5]
    if not is_e164(number) or number.startswith("+1"):
        return ""
    with suppress(NumberParseException):
        parsed = phonenumbers.parse(number, None)
        region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
        written = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
        first = re.match(r"\d+", written)
        has_one = phonenumbers.length_of_geographical_area_code(parsed) or is_fictitious(number)
        return first[0] if has_one and first and first[0].startswith(trunk_prefix(region)) else ""
    return ""


def parse_area_code(text: str, country: str) -> str:
    """Digits of an area code as it is dialled in that country. Raises ValueError for what has not its form."""
    if country_code_of(country) == _NORTH_AMERICA:
        is_one = len(text) == _AREA_DIGITS
    else:
        trunk = trunk_prefix(country)
        is_one = text.startswith(trunk) and 1 < len(text) <= _LONGEST_CODE
    if not is_one:
        raise ValueError("not an area code")
    return text


def example(country: str) -> str:
    """A number as somebody there writes it, for hints; of a block nobody has, where one is known."""
    if known := LOCAL.get(country, NOWHERE).number:
        return known
    found = phonenumbers.example_number(country)
    return phonenumbers.format_number(found, PhoneNumberFormat.NATIONAL) if found else ""


def example_area_code(country: str) -> str:
    """An area code as somebody there dials it, for hints."""
    return area_code(parse(example(country), country))


def is_toll_free(number: str) -> bool:
    """Whether an E.164 number is toll-free; such numbers port by another path."""
    if number.startswith("+1"):
        return area_code(number) in TOLL_FREE
    with suppress(NumberParseException):
        return phonenumbers.number_type(phonenumbers.parse(number, None)) == PhoneNumberType.TOLL_FREE
    return False


def is_fictitious(number: str) -> bool:
    """Whether an E.164 number lies in a block for films and examples, such as 555-01XX; no carrier will take it."""
    return bool(_RESERVED.fullmatch(number))


class NotACesid(ValueError):
    """``code`` says in which way: ``cesid-characters`` (``*``, ``#`` and ``P`` too) or ``cesid-length``."""

    def __init__(self, code: str, count: int = 0) -> None:
        self.code = code
        self.count = count
        super().__init__(code)


def parse_cesid(text: str, most: int = MOST) -> str:
    """The digits of a CESID, the number by which responders find the caller, without what people write between them.

    A leading ``+`` is dropped. ``most`` is the limit of the system, 10 on older ones, which cut longer ones off.
    Raises NotACesid.
    """
    digits = _WRITTEN.sub("", text).removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise NotACesid("cesid-characters")
    if not FEWEST <= len(digits) <= most:
        raise NotACesid("cesid-length", len(digits))
    return digits


def is_same_number(one: str, other: str, country: str) -> bool:
    """Whether two ways of writing are one number, each as in that country or with the country code."""
    first, second = (_dialled(text, country) for text in (one, other))
    return min(len(first), len(second)) >= FEWEST and first == second


def _dialled(text: str, country: str) -> str:
    """The whole number in E.164, or only its digits where it is none."""
    with suppress(NumberParseException):
        number = phonenumbers.parse(text, country)
        if phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE:
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return re.sub(r"\D", "", text)

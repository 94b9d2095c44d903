"""Telephone numbers: from whatever people write to E.164 text, what can be known from a number itself, ranges, CESIDs.

Numbers are always text (``+16175550101``), never int. What is written without a country code is read as North American.
The shape of North American numbers is that of the NANP: area code [2-9][0-8][0-9], exchange [2-9]XX, no N11 in either;
37X and 96X are set aside; 555-01XX is the fictitious block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from onboarding.text import without_invisible

TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})
"""Toll-free area codes in use (NANPA)."""

FEWEST, MOST = 7, 12
"""Digits of a CESID (MiVoice Business help on CESID)."""

_REGION = "US"
_LONGEST = 60  # no number with punctuation and extension is longer; the library itself gives up at 250
_EXTENSION = re.compile(r"(?:;ext=|(?<![a-z])(?:extension|ext|x)[.:]?|#)\s*(\d{1,7})$", re.IGNORECASE)
_WRITTEN = re.compile(r"[\s().\-]+")
_AT_HOME = re.compile(r"\+1[2-9]\d{9}", re.ASCII)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?e[+-]?\d+", re.IGNORECASE)


class NotANumber(ValueError):
    """What was given is no telephone number.

    ``code`` says in which way: ``number-scientific`` (Excel has thrown digits away), ``number-letters``,
    ``number-length``, ``number-area-code``, ``number-exchange`` or ``number-invalid``.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def parse(value: str | float) -> str:
    """E.164 of a number as people, Excel and address books write it; an extension after it is dropped.

    Raises NotANumber.
    """
    return split(value)[0]


def split(value: str | float) -> tuple[str, str]:
    """(E.164, extension or "") of a number. Repairs what Excel does to one: a lost ``+``, a trailing ``.0``.

    Raises NotANumber.
    """
    return _split(_text(value))


@lru_cache(maxsize=16384)
def _split(text: str) -> tuple[str, str]:
    found = _EXTENSION.search(text)
    main, extension = (text[: found.start()], found[1]) if found else (text, "")
    if any(character.isalpha() for character in main.removeprefix("tel:")):
        raise NotANumber("number-letters")
    number = _read(main)
    if number.country_code == 1:
        _hold_to_plan(phonenumbers.national_significant_number(number))
    elif not phonenumbers.is_valid_number(number):
        raise NotANumber("number-invalid")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164), extension


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


def _read(text: str) -> PhoneNumber:
    """The number the library makes of it; without a plus also tried as an international number that has lost it."""
    try:
        number = phonenumbers.parse(text, _REGION)
        if not phonenumbers.is_possible_number(number) and not text.startswith(("+", "tel:+")):
            abroad = phonenumbers.parse("+" + text, None)
            number = abroad if phonenumbers.is_valid_number(abroad) else number
    except NumberParseException as error:
        too_long = error.error_type in (NumberParseException.TOO_LONG, NumberParseException.TOO_SHORT_NSN)
        raise NotANumber("number-length" if too_long else "number-invalid") from None
    return number


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


def national(number: str) -> str:
    """An E.164 number for display: ``(617) 555-0101`` at home, ``+44 20 7183 8750`` abroad; other text as it is."""
    if _AT_HOME.fullmatch(number):  # nearly all; a list has hundreds
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    with suppress(NumberParseException):  # a country code nobody has
        if is_e164(number):
            parsed = phonenumbers.parse(number, None)
            style = PhoneNumberFormat.NATIONAL if parsed.country_code == 1 else PhoneNumberFormat.INTERNATIONAL
            return phonenumbers.format_number(parsed, style)
    return number


def area_code(number: str) -> str:
    """The three digits after +1 of an E.164 number; empty for other countries."""
    return number[2:5] if re.fullmatch(r"\+1\d{10}", number, re.ASCII) else ""


def is_toll_free(number: str) -> bool:
    """Whether an E.164 number is toll-free; such numbers port by another path."""
    return area_code(number) in TOLL_FREE


def is_fictitious(number: str) -> bool:
    """Whether an E.164 number lies in 555-01XX, the block for films and examples; no carrier will take it."""
    return bool(area_code(number)) and number[5:10] == "55501"


@dataclass(frozen=True, slots=True, order=True)
class DidRange:
    """Numbers from ``start`` to ``end``, both in E.164 and of the same length. Raises ValueError when they are not."""

    start: str
    end: str

    def __post_init__(self) -> None:
        if not (is_e164(self.start) and is_e164(self.end)):
            raise ValueError("a range goes from one E.164 number to another")
        if len(self.start) != len(self.end):
            raise ValueError("both ends of a range have as many digits")
        if self.start > self.end:
            raise ValueError("a range starts at its lower number")

    def __len__(self) -> int:
        return int(self.end) - int(self.start) + 1

    def __contains__(self, number: object) -> bool:
        return isinstance(number, str) and len(number) == len(self.start) and self.start <= number <= self.end

    def __str__(self) -> str:
        return self.start if self.start == self.end else f"{self.start}-{self.end}"

    def numbers(self) -> Iterator[str]:
        """Every number of the range, lowest first."""
        return (f"+{number}" for number in range(int(self.start), int(self.end) + 1))

    def overlaps(self, other: DidRange) -> bool:
        """Whether the two have a number in common."""
        return len(self.start) == len(other.start) and self.start <= other.end and other.start <= self.end


def union(ranges: Iterable[DidRange]) -> list[DidRange]:
    """The same numbers in the fewest ranges, lowest first; neighbours are joined."""
    found: list[DidRange] = []
    for one in sorted(ranges, key=lambda item: (len(item.start), item.start)):
        if found and len(found[-1].start) == len(one.start) and int(one.start) <= int(found[-1].end) + 1:
            found[-1] = DidRange(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def without(ranges: Iterable[DidRange], gone: DidRange) -> list[DidRange]:
    """The ranges with the numbers of ``gone`` taken out, each split where need be."""
    found: list[DidRange] = []
    for one in ranges:
        if not one.overlaps(gone):
            found.append(one)
            continue
        if one.start < gone.start:
            found.append(DidRange(one.start, f"+{int(gone.start) - 1}"))
        if gone.end < one.end:
            found.append(DidRange(f"+{int(gone.end) + 1}", one.end))
    return found


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


def is_same_number(one: str, other: str) -> bool:
    """Whether two ways of writing are one number, with or without the country code."""
    first, second = (re.sub(r"\D", "", text) for text in (one, other))
    short, long = sorted((first, second), key=len)
    return len(short) >= FEWEST and (short == long or (len(short) >= 10 and long.removeprefix("1") == short))

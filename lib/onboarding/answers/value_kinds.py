"""From what was typed to the normalised value, one function a kind of question (see domain/question.py Kind).

Each takes the question and the raw value, which is not blank, and raises PydanticCustomError with a code of
`messages` and its parameters; the sentence is made later.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache, partial
from typing import Any

from email_validator import validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES
from pydantic_core import PydanticCustomError

from onboarding.answers.messages import shown
from onboarding.domain import number, place
from onboarding.domain.json import JSON
from onboarding.domain.question import Kind, Option, Question
from onboarding.text import has_control, without_invisible

Normaliser = Callable[[Any], JSON]

LONGEST_TEXT = 250
LONGEST_LONG_TEXT = 10_000
EXTENSION_DIGITS = (2, 7)
"""Fewest and most digits of an extension where a question does not say."""

YES = frozenset({"yes", "y", "true", "t", "x", "1", "sí", "si", "s", "✓", "✔", "on"})
NO = frozenset({"no", "n", "false", "f", "0", "off"})

_REMEMBERED = 20_000  # an answer is read when it comes in and once more when it is checked

_PLAIN_NAME = re.compile(r"[A-Za-z0-9]+([._+-][A-Za-z0-9]+)*")
_SHORT_ADDRESS = 60

_SLASHED_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?", re.ASCII)
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*(?:([ap])\.?m\.?)?", re.ASCII | re.IGNORECASE)


def normaliser(question: Question, target: Question | None = None) -> Normaliser:
    """Raw value -> normalised value for that question; a reference is read as the kind of its ``target``."""
    kind = target.kind if target and question.kind is Kind.REFERENCE else question.kind
    return _remembering(partial(_KINDS.get(kind, _text), question))


def _remembering(read: Normaliser) -> Normaliser:
    """The same, remembering texts: the rows of a large table repeat each other in most of their columns."""
    remembered = lru_cache(maxsize=256)(read)

    def normalised(raw: Any) -> JSON:
        found = remembered(raw) if type(raw) is str else read(raw)
        return list(found) if isinstance(found, list) else found

    return normalised


def is_blank(raw: Any) -> bool:
    """Whether nothing was answered: None, empty or white text, a list of nothing else."""
    if type(raw) is str:  # nearly always; asked several times about every cell
        return not raw or raw.isspace()
    return all(map(_is_empty, raw)) if isinstance(raw, list | tuple) else _is_empty(raw)


def _is_empty(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def refusal(code: str, question: Question, raw: Any = "", **params: Any) -> PydanticCustomError:
    """The error a normaliser raises: problem code with what its sentence needs."""
    return PydanticCustomError(code, code, {"label": question.label, "value": shown(raw), **params})


def folded(text: str) -> str:
    """For comparing what people type: case, spacing, hyphens and underscores do not count."""
    return " ".join(re.split(r"[\s_\-\u2010\u2011\u2013]+", unicodedata.normalize("NFKC", text).casefold())).strip()


def _printable(question: Question, raw: Any, longest: int) -> str:
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 10**18:
        raw = str(int(raw)) if raw == int(raw) else str(raw)
    if not isinstance(raw, str):
        raise refusal("not-text", question, raw)
    if len(raw) > longest:
        raise refusal("too-long", question, most=longest, count=len(raw))
    if has_control(raw):
        raise refusal("control-characters", question, raw)
    return unicodedata.normalize("NFC", without_invisible(raw)).strip()


def _within(question: Question, text: str, longest: int) -> str:
    most = min(question.at_most or longest, longest)
    if len(text) > most:
        raise refusal("too-long", question, most=most, count=len(text))
    if len(text) < (question.at_least or 0):
        raise refusal("too-short", question, least=question.at_least, count=len(text))
    return text


def _text(question: Question, raw: Any) -> str:
    return _within(question, " ".join(_printable(question, raw, 4 * LONGEST_TEXT).split()), LONGEST_TEXT)


def _long_text(question: Question, raw: Any) -> str:
    text = _printable(question, raw, LONGEST_LONG_TEXT)
    return _within(question, text.replace("\r\n", "\n").replace("\r", "\n"), LONGEST_LONG_TEXT)


def _word(question: Question, raw: Any, code: str, **params: Any) -> str:
    """Short text on one line; whatever else was given is refused with the kind's own code."""
    try:
        return " ".join(_printable(question, raw, LONGEST_TEXT).removeprefix("'").split())
    except PydanticCustomError:
        raise refusal(code, question, raw, **params) from None


def _integer(question: Question, raw: Any) -> int:
    text = _word(question, raw, "integer-invalid")
    if not re.fullmatch(r"[+-]?\d{1,15}(\.0+)?", text, re.ASCII):
        raise refusal("integer-invalid", question, raw)
    value = int(text.partition(".")[0])
    if question.at_least is not None and value < question.at_least:
        raise refusal("integer-small", question, value, least=question.at_least)
    if question.at_most is not None and value > question.at_most:
        raise refusal("integer-large", question, value, most=question.at_most)
    return value


def _yes_no(question: Question, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = _word(question, raw, "yes-no-invalid").casefold()
    if word in YES or word in NO:
        return word in YES
    raise refusal("yes-no-invalid", question, raw)


@lru_cache(maxsize=512)
def _spellings(options: tuple[Option, ...]) -> dict[str, str]:
    """Folded label or value -> value; where they quarrel, the value wins."""
    labels = {folded(option.label): option.value for option in options}
    return labels | {folded(option.value): option.value for option in options}


def _choice(question: Question, raw: Any, code: str = "choice-invalid") -> str:
    offered = [option.label for option in question.options]
    found = _spellings(question.options).get(folded(_word(question, raw, code, offered=offered)))
    if found is None:
        raise refusal(code, question, raw, offered=offered)
    return found


def _choices(question: Question, raw: Any) -> list[str]:
    chosen = {_choice(question, item, "choices-invalid") for item in _items(question, raw)}
    if len(chosen) < (question.at_least or 0):
        raise refusal("choices-few", question, least=question.at_least, count=len(chosen))
    if question.at_most is not None and len(chosen) > question.at_most:
        raise refusal("choices-many", question, most=question.at_most, count=len(chosen))
    return [option.value for option in question.options if option.value in chosen]


def _items(question: Question, raw: Any) -> list[Any]:
    """The single choices of a list, or of text with semicolons, lines or commas between them."""
    if isinstance(raw, list | tuple) and len(raw) <= 10 * len(question.options) + 10:
        return [item for item in raw if not _is_empty(item)]
    if not isinstance(raw, str) or len(raw) > LONGEST_LONG_TEXT or folded(raw) in _spellings(question.options):
        return [raw]
    separator = r"[;\n]" if re.search(r"[;\n]", raw) else ","
    return [item for item in re.split(separator, raw) if item.strip()] or [raw]


def is_far(day: date) -> bool:
    """Whether a day cannot be meant: its year is mistyped."""
    return not 2000 <= day.year <= 2100


def _date(question: Question, raw: Any) -> str:
    value = _day(question, raw)
    if is_far(value):
        raise refusal("date-far", question, value.isoformat())
    return value.isoformat()


def _day(question: Question, raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = _word(question, raw, "date-invalid")
    try:
        if found := _ISO_DATE.fullmatch(text):
            return date.fromisoformat(found.group(1))
        if (found := _SLASHED_DATE.fullmatch(text)) and (order := place.date_order(question.country)):
            parts = dict(zip(order, map(int, found.groups()), strict=True))
            return date(parts["y"], parts["m"], parts["d"])
    except ValueError:
        pass
    raise refusal("date-invalid", question, raw)


def _time(question: Question, raw: Any) -> str:
    if isinstance(raw, datetime | time):
        return f"{raw.hour:02d}:{raw.minute:02d}"
    found = _TIME.fullmatch(_word(question, raw, "time-invalid"))
    if found and (found.group(2) or found.group(3)):
        hour, minute = int(found.group(1)), int(found.group(2) or 0)
        if half := (found.group(3) or "").lower():
            hour = hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else 24
        if hour < 24 and minute < 60:
            return f"{hour:02d}:{minute:02d}"
    raise refusal("time-invalid", question, raw)


@lru_cache(maxsize=_REMEMBERED, typed=True)
def _split(raw: str | int, country: str, countries: tuple[str, ...]) -> tuple[str, str]:
    return _of_countries(raw, country, countries)


def _of_countries(raw: Any, country: str, countries: tuple[str, ...]) -> tuple[str, str]:
    found = number.split(raw, country)
    if countries and not number.is_of(found[0], countries):
        raise number.NotANumber("number-abroad")
    return found


def _number(question: Question, raw: Any) -> str:
    split = _split if isinstance(raw, str | int) else _of_countries
    try:
        value, extension = split(raw, question.country, question.countries)
    except number.NotANumber as error:
        raise refusal(error.code, question, raw, sample=number.example(question.country)) from None
    if extension:
        raise refusal("number-extension", question, raw)
    return value


def _digits(question: Question, raw: Any, code: str) -> str:
    text = _word(question, raw, code).removesuffix(".0")
    if not re.fullmatch(r"\d{1,20}", text, re.ASCII):
        raise refusal(code, question, raw)
    return text


def _area_code(question: Question, raw: Any) -> str:
    plain = raw.strip().strip("()") if isinstance(raw, str) else raw
    try:
        return number.parse_area_code(_digits(question, plain, "area-code-invalid"), question.country)
    except (ValueError, PydanticCustomError):
        sample = number.example_area_code(question.country)
        raise refusal("area-code-invalid", question, raw, sample=sample) from None


def _extension(question: Question, raw: Any) -> str:
    text = _digits(question, raw, "extension-invalid")
    least, most = question.at_least or EXTENSION_DIGITS[0], question.at_most or EXTENSION_DIGITS[1]
    if not least <= len(text) <= most:
        raise refusal("extension-digits", question, text, least=least, most=most, count=len(text))
    return text


def _address(text: str) -> str:
    """The address in normal form. Raises EmailNotValidError."""
    text = text.removeprefix("mailto:")
    name, _, domain = text.rpartition("@")
    is_plain = _PLAIN_NAME.fullmatch(name) and name.lower() not in CASE_INSENSITIVE_MAILBOX_NAMES
    if is_plain and len(text) <= _SHORT_ADDRESS:  # nearly all; a company has one domain or two
        return f"{name}@{_mail_domain(domain)}"
    return validate_email(text, check_deliverability=False).normalized


@lru_cache(maxsize=512)
def _mail_domain(domain: str) -> str:
    return validate_email(f"postmaster@{domain}", check_deliverability=False).domain


def _domain(text: str) -> str:
    """The domain in normal form, by the rules for the part after an @: those for any domain, other alphabets too."""
    return validate_email(f"postmaster@{text.rstrip('.')}", check_deliverability=False).ascii_domain.lower()


def _postcode(question: Question, raw: Any) -> str:
    return _placed(place.parse_postcode, "postcode-invalid", question, raw)


def _subdivision(question: Question, raw: Any) -> str:
    return _placed(place.parse_subdivision, "subdivision-invalid", question, raw)


def _placed(parse: Callable[[Any, str], str], code: str, question: Question, raw: Any) -> str:
    try:
        is_number = question.kind is Kind.POSTCODE and isinstance(raw, int | float)
        return parse(raw if is_number else _word(question, raw, code), question.country)
    except (ValueError, PydanticCustomError):
        part = question.part
        sample = place.country(question.country).sample(part) if part else ""
        raise refusal(code, question, raw, sample=sample) from None


def _by(parse: Callable[[str], str], code: str) -> Callable[[Question, Any], str]:
    """The kind whose text is read by ``parse``, which raises ValueError."""

    def read(question: Question, raw: Any) -> str:
        try:
            return parse(_word(question, raw, code))
        except ValueError:
            raise refusal(code, question, raw) from None

    return read


_KINDS: dict[Kind, Callable[[Question, Any], JSON]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _long_text,
    Kind.INTEGER: _integer,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.NUMBER: _number,
    Kind.AREA_CODE: _area_code,
    Kind.EXTENSION: _extension,
    Kind.EMAIL: _by(_address, "email-invalid"),
    Kind.DOMAIN: _by(_domain, "domain-invalid"),
    Kind.SUBDIVISION: _subdivision,
    Kind.POSTCODE: _postcode,
}

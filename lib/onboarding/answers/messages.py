"""The sentences about a wrong answer that are no rule's: a template by problem code, filled in with parameters.

A problem keeps its template and parameters, so that it can be shown in another language.
Parameters that come from the customer go through `shown` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.answer_text import lazy_answer
from onboarding.domain.language import LazyText, filled, join_or
from onboarding.domain.question import Problem, Section
from onboarding.text import echoed

LONGEST_ECHO = 60
"""No more characters of what was typed are ever repeated to the reader."""

ENGLISH: Mapping[str, str] = {
    # the document as a whole
    "document-shape": "The answers are not arranged in sections; each section has a name and holds its answers.",
    "unknown-section": "There is no section called “{value}” in this questionnaire; check its spelling.",
    "section-shape": "“{section}” is asked once: give one answer to each of its questions, not a list.",
    "table-shape": "“{section}” is a list: give one row for each entry.",
    "row-shape": "This row of “{section}” is not a row of answers.",
    "unknown-question": "“{section}” has no question called “{value}”; check its spelling or remove it.",
    "former-question": "“{section}” does not ask for “{value}” any more; answer {other} in its place.",
    "too-many-rows": "“{section}” takes at most {most} rows; {count} were given and none of them was read.",
    "too-many-problems": "There are {count} further problems; correct those above and look again.",
    # missing
    "required": "Please fill in “{label}”.",
    "required-rows": "Please list at least {least} under “{section}”; {count} given.",
    # any kind of answer
    "not-text": "“{label}” takes text, not {value}.",
    "control-characters": "“{label}” has characters that cannot be printed: {value}. Type it again.",
    "too-long": "“{label}” takes at most {most} characters; {count} were given.",
    "too-short": "“{label}” takes at least {least} characters; {count} were given.",
    # kinds
    "integer-invalid": "“{label}” takes a whole number, such as 12; “{value}” is none.",
    "integer-small": "“{label}” is at least {least}; {value} is less.",
    "integer-large": "“{label}” is at most {most}; {value} is more.",
    "yes-no-invalid": "“{label}” is answered with Yes or No, not with “{value}”.",
    "choice-invalid": "“{value}” is not offered for “{label}”; choose one of: {offered}.",
    "choices-invalid": "“{value}” is not offered for “{label}”; choose from: {offered}.",
    "choices-few": "Choose at least {least} under “{label}”; {count} chosen.",
    "choices-many": "Choose at most {most} under “{label}”; {count} chosen.",
    "date-invalid": "“{value}” is not a date; write year, month and day, such as 2026-03-14.",
    "date-far": "“{value}” is too far away to be meant; check the year.",
    "time-invalid": "“{value}” is not a time of day; write it like 14:30 or 2:30 pm.",
    "number-invalid": "“{value}” is not a telephone number; write area code and number, such as {sample}.",
    "number-letters": "“{value}” has letters in it; write the telephone number in digits, such as {sample}.",
    "number-length": "“{value}” has too few or too many digits; write area code and number, such as {sample}.",
    "number-trunk": "“{value}” does not begin with 0: it has lost it, or belongs to another country. "
    "Write it as it is dialled, such as {sample}, or with + and the country code.",
    "number-abroad": "“{value}” is a number of another country; “{label}” takes numbers such as {sample}.",
    "number-area-code": "“{value}” has an area code that is not in use; check its first three digits.",
    "number-exchange": "“{value}” cannot be a telephone number; check the three digits after the area code.",
    "number-scientific": "“{value}” is what Excel leaves of a long number, the last digits are lost: "
    "format the cell as text and type the number again.",
    "number-extension": "“{value}” has an extension; “{label}” takes the telephone number alone.",
    "area-code-invalid": "“{value}” is not an area code; write it as it is dialled, such as {sample}.",
    "extension-invalid": "“{value}” is not an extension; it is made of digits only.",
    "extension-digits": "The extension has {least} to {most} digits; “{value}” has {count}.",
    "email-invalid": "“{value}” is not a complete e-mail address, such as anna@company.example.",
    "domain-invalid": "“{value}” is not a domain; write only the name, such as company.example.",
    "subdivision-invalid": "“{value}” is none that “{label}” takes; write it like {sample}.",
    "postcode-invalid": "“{value}” has not the form of “{label}”; write it like {sample}.",
    # rules that are checked in every questionnaire, and how a profile's own sentence repeats what was given; those that
    # a profile names have their sentences beside them, in answers/rules
    "given": "{message} Given: {value}.",
    "po-box": "“{value}” is a post office box; a street with a house number is needed here.",
    "house-number": "“{value}” has no house number; write street and number, such as 12 Main Street.",
    "zone-open": "{state} has several time zones: {zones}. Say which of them this place has; the likeliest is {first}.",
    "zone-place": "{value} is no time zone of {state}, which has {zones}.",
    "postcode-place": "{label} {value} does not lie in {other}; check both.",
    # other customers
    "taken": "“{value}” is in use at another customer already; choose another.",
    "taken-ageing": "“{value}” was given up elsewhere and is given to nobody before {day}; choose another.",
    "deleted-before": "A customer called “{value}” was deleted here on {day}: signing in may be refused at first.",
    # what was done already
    "kept": "“{value}” is {state}; removing it here does not release it. That is done by: {ways}.",
    "kept-for-good": "“{value}” is {state}; removing it here does not release it.",
    "ageing": "“{value}” has been given up and is given to nobody before {day}; remove it here.",
    "ported-out": "“{value}” has been ported to another carrier; remove it here.",
    "released": "“{value}” has been released; remove it here. If it is wanted again, enter it once more after that.",
    # workbooks and files
    "formula": "This cell holds a formula; type the value itself.",
    "cell-error": "This cell shows the error {value}; type the value itself.",
    "merged-cells": "The cells {value} are merged; unmerge them, so that every answer has a cell of its own.",
    "unknown-sheet": "There is no sheet called “{value}” in this questionnaire; it was not read. Remove it.",
    "missing-sheet": "The sheet “{value}” is missing; take it from the workbook you were sent.",
    "missing-column": "The column “{value}” is missing; take it from the workbook you were sent.",
    "unknown-column": "There is no column called “{value}” in this questionnaire; it was not read. "
    "Remove it, or mend its heading.",
    "repeated-column": "The column “{value}” is there twice; remove one of the two.",
    "no-heading": "“{value}” stands in a column without a heading; it was not read.",
    "unknown-line": "This line belongs to no question of the questionnaire; it was not read. Remove it.",
    "repeated-line": "“{value}” is answered on two lines; remove one of them.",
    "template-old": "This workbook was made from an older questionnaire (version {value}, now {other}); "
    "check the answers to questions that are new.",
    "unknown-file": "There is no section called “{value}” in this questionnaire; the file was not read.",
    "csv-encoding": "{value} is not in UTF-8 and was read as Windows-1252; check letters with accents, "
    "or save it again as CSV UTF-8.",
    "row-width": "This line has {count} values, the heading has {most}; put quotes around values with commas.",
}


def make_problem(
    code: str, question: str, row: int | None = None, *, where: str = "", severity: str = "error", **params: Any
) -> Problem:
    """A problem with its sentence."""
    message = filled(ENGLISH[code], params)
    return Problem(code, question, message, row, severity, where=where, template=ENGLISH[code], params=params)


def strange(section: Section, name: str) -> tuple[str, dict[str, Any]]:
    """Code and values of the problem that a section asks nothing of that name, or asks it otherwise by now."""
    values: dict[str, Any] = {"section": section.title, "value": shown(name)}
    if instead := section.asked_instead(name):
        return "former-question", values | {"other": join_or([f"“{one.label}” ({one.name})" for one in instead])}
    return "unknown-question", values


def shown(value: Any) -> str:
    """What was given, fit to be repeated in a sentence: one line, printable, at most `LONGEST_ECHO` characters.

    Words of ours are repeated as they are.
    """
    if isinstance(value, LazyText):
        return value
    if isinstance(value, str):
        return echoed(value, LONGEST_ECHO)
    if isinstance(value, bool):
        return lazy_answer(None, value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**LONGEST_ECHO else "a very large number"
    if isinstance(value, float):
        return str(value)
    if isinstance(value, list | tuple):
        return "a list"
    return "nothing" if value is None else "a group of values"

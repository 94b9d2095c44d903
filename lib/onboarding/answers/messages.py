"""Every sentence about a wrong answer, in one place: a template by problem code, filled in with parameters.

A problem keeps its template and parameters, so that it can be said in another language.
Parameters that come from the customer go through `shown` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.language import filled
from onboarding.domain.problem import Problem
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
    "number-invalid": "“{value}” is not a telephone number; write area code and number, such as 617-555-0101.",
    "number-letters": "“{value}” has letters in it; write the telephone number in digits, such as 617-555-0101.",
    "number-length": "“{value}” has too few or too many digits; write area code and number, such as 617-555-0101.",
    "number-area-code": "“{value}” has an area code that is not in use; check its first three digits.",
    "number-exchange": "“{value}” cannot be a telephone number; check the three digits after the area code.",
    "number-scientific": "“{value}” is what Excel leaves of a long number, the last digits are lost: "
    "format the cell as text and type the number again.",
    "number-extension": "“{value}” has an extension; “{label}” takes the telephone number alone.",
    "area-code-invalid": "“{value}” is not an area code; it has three digits, such as 617.",
    "extension-invalid": "“{value}” is not an extension; it is made of digits only.",
    "extension-digits": "The extension has {least} to {most} digits; “{value}” has {count}.",
    "email-invalid": "“{value}” is not a complete e-mail address, such as anna@company.example.",
    "domain-invalid": "“{value}” is not a domain; write only the name, such as company.example.",
    "state-invalid": "“{value}” is not a state of the United States; write its two letters, such as MA.",
    "zip-invalid": "“{value}” is not a ZIP code; it has five digits, such as 02139, or nine.",
    # across rows and sections
    "duplicate": "“{value}” is given more than once under “{label}”; row {other} has it already.",
    "reference": "“{value}” is not listed under “{section}”; add it there or choose one that is.",
    # rules
    "given": "{message} Given: {value}.",
    "sum-covers": "“{value}”: {count} needed, {sum} ordered.",
    "forbidden-when": "“{label}” must stay empty here; “{value}” was given.",
    "in-table": "{value} is not listed under “{section}”; add it there or correct it here.",
    "nanp-area-code": "{value} is not an area code that is in use in North America.",
    "production-number": "{value} lies in 555-01XX, the numbers reserved for examples; no carrier will take it.",
    "dedicated-administrator": "{value} is also in the list of users; a dedicated administrator has no services "
    "and is no user. Remove the row or choose a user as administrator.",
    "full-port-includes-btn": "The billing number {value} is moved with all its numbers; "
    "list it among the numbers to move.",
    "partial-port-excludes-btn": "The billing number {value} is among the numbers to move, but only a part of the "
    "account moves; name the new billing number or take it off the list.",
    "new-btn-is-old": "The new billing number {value} is the old one; name one that stays behind.",
    "new-btn-is-ported": "The new billing number {value} is moved too; name one that stays behind.",
    "extension-length": "The extension has {least} to {most} digits; “{value}” has {count}.",
    "extension-clash": "Extension {value} gets in the way of dialling {other}; choose another.",
    "licence-covers": "{person} has {value}, which needs {add_on} beside it.",
    "licence-removed": "{person} has {add_on}, which has to be removed before a number is assigned.",
    "licence-spare": "{person} has {value}, which holds the telephone system already; {add_on} need not be bought.",
    "row-count": "“{section}”: {value} of these given, {least} to {most} are needed.",
    "count-equals": "“{section}” has {value} rows, {count} are needed.",
    "listed-where": "{value} is not listed under “{section}” in that role.",
    "below": "{value} is too much for “{label}”; it has to stay below {most}.",
    "at-least-each": "{value} is too little for “{label}”; {count} at once need {least}.",
    "bill-age": "The bill is from {value}, {count} days ago; the carrier takes one of the last {most} days.",
    "loa-age": "The letter was signed on {value}, {count} days ago; "
    "the carrier takes one of the last {most} days. Have it signed again.",
    "loa-ahead": "The letter is dated {value}, which is still to come; check the date.",
    "bill-ahead": "The bill is dated {value}, which is still to come; check the date.",
    "po-box": "“{value}” is a post office box; a street with a house number is needed here.",
    "house-number": "“{value}” has no house number; write street and number, such as 12 Main Street.",
    "zip-state": "ZIP code {value} does not lie in {other}; check both.",
    # call flows: a name is given as the tables have it, “Main menu → 4” is key 4 of the menu “Main menu”
    "call-flow-astray": "“{name}” leads to “{value}”, which is not listed under “{section}”; "
    "add it there or choose another target.",
    "call-flow-astray-number": "“{name}” leads to “{value}”, which is not a telephone number.",
    "call-flow-astray-voicemail": "“{name}” leads to the voicemail of “{value}”, but no such extension has voicemail.",
    "call-flow-dead-end": "“{name}” is a dead end: a call that comes there goes nowhere. Say where it goes on.",
    "call-flow-unreachable": "No call ever comes to “{name}”: no number, key or schedule leads there. "
    "Let something lead there, or remove it.",
    "call-flow-endless": "A caller who comes to “{name}” never gets out, because these only lead back: {path}. "
    "Let one of them lead to a person, a mailbox or the end of the call.",
    "call-flow-silent": "A caller who comes to “{name}” and presses nothing goes round for ever: {path}. "
    "Let one of them lead to a person, a mailbox or the end of the call.",
    # programming data
    "uniform-length": "“{value}” has {count} digits, the others have {most}; all have the same number of digits.",
    "unique-across": "“{value}” is taken: it stands under “{section}” already.",
    "unique-together": "“{value}” is given more than once; row {other} has it already.",
    "keys-fit-phone": "The layout “{value}” uses key {key}, but the telephone of {name} ({model}) has {most}; "
    "choose a larger telephone or a shorter layout.",
    "in-order": "“{label}” ({value}) must come after “{first}” ({other}).",
    "has-row": "A row is missing here.",
    "secret-in-clear": "“{label}” seems to hold a password or PIN. Remove it: it is never written down here, "
    "but chosen at the first log-in or handed over by a secret channel.",
    "version-form": "“{value}” is not a version; write numbers with dots between, such as 9.4.0.9.",
    "version-at-least": "This needs version {least} or later; the platform has {other}.",
    "version-beyond": "This needs a version later than {most} on one of the platforms.",
    "equal": "“{value}” and “{other}” are asked in two places and must be the same.",
    "choices-at-most": "At most {most} can be chosen here; {count} are: {value}.",
    "keys-within": "A telephone {other} has {most} keys; {value} are used.",
    "digits-as": "Extensions have {most} digits here; “{value}” has {count}.",
    "range-order": "The range ends at {value}, before it starts at {other}; exchange the two.",
    "range-length": "{value} and {other} have different numbers of digits; both ends of a range have as many.",
    "range-size": "The range from {value} on has {count} numbers; at most {most} are taken. Check both ends.",
    "range-overlap": "The range from {value} on has numbers in common with row {other}; join the two or shorten one.",
    "in-ranges": "{value} lies in no range of numbers; add it to one, or give another number.",
    "owned-number": "{value} is none of the company's own numbers; only those may be shown to people who are called.",
    "cesid-characters": "“{value}” has more than digits in it; an emergency number may not hold *, # or P.",
    "cesid-length": "An emergency number has {least} to {most} digits; “{value}” has {count}.",
    "cesid-registered": "{value} is not among the numbers registered for emergency calls; register it first.",
    "dispatchable": "“{value}” does not lead responders to a place; name a site with a street, and floor or room.",
    "sip-user-form": "“{value}” cannot be a SIP user name; use letters, digits, dots, hyphens and underscores.",
    "mac-form": "“{value}” is not a device address; it has twelve digits from 0 to 9 and A to F, as on its label.",
    "taken": "“{value}” is in use at another customer already; choose another.",
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


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The whole sentence for a problem code."""
    return filled(ENGLISH[code], params)


def make_problem(
    code: str, question: str, row: int | None = None, *, where: str = "", severity: str = "error", **params: Any
) -> Problem:
    """A problem with its sentence."""
    message = sentence(code, params)
    return Problem(code, question, message, row, severity, where=where, template=ENGLISH[code], params=params)


def shown(value: Any) -> str:
    """What was given, fit to be repeated in a sentence: one line, printable, at most `LONGEST_ECHO` characters."""
    if isinstance(value, str):
        return echoed(value, LONGEST_ECHO)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**LONGEST_ECHO else "a very large number"
    if isinstance(value, float):
        return str(value)
    if isinstance(value, list | tuple):
        return "a list"
    return "nothing" if value is None else "a group of values"

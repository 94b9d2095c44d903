"""What a row of a file says was decided: yes or no, and what the gate asks besides."""

from __future__ import annotations

import re
from dataclasses import replace

from onboarding.answers.fact_file import FactRow
from onboarding.answers.value_kinds import NO, YES
from onboarding.case.decisions import asked_of
from onboarding.case.objections import Objections
from onboarding.domain.task import Gate
from onboarding.text import shortened

_APPROVED = frozenset({"approved", "approve", "accepted", "agreed", "aprobado", "aprobada"})
_REJECTED = frozenset({
    "rejected", "reject", "refused", "declined", "denied", "disapproved", "not approved",
    "rechazado", "rechazada", "denegado", "denegada",
})  # fmt: skip
_WORDS = {**dict.fromkeys(YES | _APPROVED, "yes"), **dict.fromkeys(NO | _REJECTED, "no")}
_LONG = sorted(_APPROVED | _REJECTED, key=len, reverse=True)
_FIRST = re.compile(rf"\s*(?:(?P<long>{'|'.join(_LONG)})\b|(?P<short>yes|no|sí|si)\s*(?:[^\w\s]|$))", re.IGNORECASE)
"""The word that a note begins with: a short one alone or before a stop, since “no objections” is no “no”."""


def with_decided(row: FactRow, said: Objections) -> FactRow:
    """The row of a decision with ``yes`` or ``no`` for whatever word it has; what is wrong with it is reported."""
    word = _WORDS.get(" ".join(row["decided"].casefold().split()))
    if word is None:
        given = row["decided"]
        words = f"{shortened(given, 40)!r} is neither yes nor no." if given else "It is not said what was decided."
        said.refuse(row, "decided", words, "Write yes or no.")
        return row
    if (note := _word_of(row["note"])) and note != word:
        words = f"The note says {note}, the column decided says {word}."
        said.refuse(row, "note", words, "Correct the one or the other.")
    return replace(row, values={**row.values, "decided": word})


def _word_of(note: str) -> str:
    """What the first word of a note says was decided; empty where it says nothing."""
    first = _FIRST.match(note)
    return _WORDS[(first["long"] or first["short"]).casefold()] if first else ""


def asked_besides(row: FactRow, gate: Gate, said: Objections) -> dict[str, str] | None:
    """The answers to what the gate asks besides, by name: ``window=evening; remark=ring first``. None where one is
    wrong, which is reported.
    """
    found: dict[str, str] = {}
    for part in filter(str.strip, row["asked"].split(";")):
        name, equals, value = (text.strip() for text in part.partition("="))
        if not equals or not name or name in found:
            what = "is answered twice" if name in found else "is no answer"
            words = f"{shortened(part.strip(), 40)!r} {what}."
            how = "Write name=value, several of them with ; between." if gate.asks else "Leave the cell empty."
            said.refuse(row, "asked", words, f"{asked_of(gate)} {how}")
            return None
        found[name] = value
    return found

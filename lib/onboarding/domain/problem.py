"""What is wrong with answers, in plain words and with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onboarding.domain.language import ENGLISH, Language, Said, say

OURS = frozenset({"label", "section", "offered", "first", "message", "add_on", "state", "ways"})
"""Parameters of messages that are words of the questionnaire and not a customer's."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or missing.

    ``question`` is ``section.name`` or only ``section``; ``row`` counts from 0 within a table. ``code`` is
    stable (``required``, ``number-invalid``, ``duplicate``). ``message`` is a whole sentence for a person:
    what is wrong and what is wanted; ``template`` and ``params`` are what it was made of, for other languages.
    ``where`` is added by a face that knows better (``Users!D7``).
    """

    code: str
    question: str
    message: str
    row: int | None = None
    severity: str = "error"  # or "warning"
    source: str = ""
    where: str = ""
    template: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def said_in(self, language: Language) -> str:
        """The message in another language."""
        return language(self.sentence)

    @property
    def sentence(self) -> Said:
        """The message, to be said in the reader's language where it is shown."""
        if not self.template:
            return say(self.message)
        return Said(self.template, {name: _word(name, value) for name, value in self.params.items()})

    @property
    def section(self) -> str:
        return self.question.partition(".")[0]

    @property
    def name(self) -> str:
        return self.question.partition(".")[2]

    @property
    def place(self) -> str:
        """``Users!D7`` when a face knows the cell, else ``users.email row 3`` or ``company.name``."""
        return self.place_in(ENGLISH)

    def place_in(self, language: Language) -> str:
        """The place in another language."""
        if self.where:
            return self.where
        if self.row is None:
            return self.question
        return language("{question} row {number}", question=self.question, number=self.row + 1)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def _word(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_word(name, one) for one in value]
    return say(value) if name in OURS and isinstance(value, str) else value


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only those that hold up provisioning; warnings left out."""
    return [problem for problem in problems if problem.severity == "error"]

"""What a customer reads, in their language.

English is the text itself; another language is a catalogue from the English sentence to its translation, with the same
``{placeholders}``. A sentence without translation stays English, which a test finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Language:
    """One language: ``code`` is ISO 639-1, ``words`` the catalogue, ``name`` what its speakers call it."""

    code: str
    name: str
    words: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __call__(self, text: str, /, **values: object) -> str:
        """The text in this language, with ``values`` filled in when there are any."""
        found = self.words.get(text, text)
        return found.format(**values) if values else found


ENGLISH = Language("en", "English")

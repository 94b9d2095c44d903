"""Sentences of ours that were written down in English when something happened, found again by their form."""

from __future__ import annotations

import re
from functools import cache

from onboarding.domain.language import Said, say

KEPT = (
    say("reported as done"),
    say("left out: {why}"),
    say("to be sent again: {why}"),
    say("as it was sent"),
    say("checked"),
    say("{title} is complete."),
    say("The report was made."),
    say("The run was interrupted."),
    say("Dry run: {count} of {total} tasks can be carried out now; add --apply."),
    say("seen in the outside system"),
    say("Done anew, because {who} said no to “{title}”. {note}"),
    say("Done anew, because {who} said no to “{title}”."),
)
"""A longer form before the shorter one it begins with."""


def told(text: str) -> str:
    """What was written down, as a sentence that can be said in another language if it is one of ours."""
    if isinstance(text, Said) or not text:
        return text
    for sentence, form in _forms():
        if found := form.fullmatch(text):
            parts = {name: say(part) if name == "title" else part for name, part in found.groupdict().items()}
            return say(sentence, **parts)
    return text


@cache
def _forms() -> tuple[tuple[Said, re.Pattern[str]], ...]:
    return tuple(
        (sentence, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL))
        for sentence in KEPT
    )

"""Which row of a provider's guide is covered by what in its profile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from onboarding.profile.model import Profile


def covered(profile: Profile) -> Iterator[tuple[str, str]]:
    """(requirement id, what covers it) over the whole profile."""
    asked = profile.questionnaire
    parts: tuple[tuple[str, Iterable[Any]], ...] = (
        ("stage", profile.stages),
        ("task", profile.tasks),
        ("gate", profile.gates.values()),
        ("gate", [question for gate in profile.gates.values() for question in gate.asks]),
        ("service", profile.services.values()),
        ("section", asked.sections),
        ("question", asked.questions()),
        ("rule", asked.rules),
        ("procedure", profile.procedures.values()),
        ("claim", profile.claims),
        ("reference", profile.references),
    )
    for word, things in parts:
        for thing in things:
            yield from ((row, f"{word} {thing.id}") for row in thing.requirements)

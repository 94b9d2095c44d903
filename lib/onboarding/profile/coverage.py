"""The rows of a provider's guide, and what in the profile acts on each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onboarding.domain.question import Cited, Question
from onboarding.domain.task import Gate, Task
from onboarding.files import toml_of
from onboarding.profile.model import Profile
from onboarding.resources import shipped

MAIL = "support"
"""The connector that orders by mail."""

_RANGE = re.compile(r"([^\s.]*?)(\d{1,6})(?:\.\.([^\s.]*?)(\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing of a profile that acts on a row: ``does`` is what it does, ``kind`` and ``id`` what it is."""

    does: str
    kind: str
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the guide; ``why`` nothing acts on it, ``awaits`` what is still to come, where the profile says so.

    ``keeps`` are the tests of this project that show that it is kept, ``refuses`` those that show what is not done
    because of it, where a row has such tests.
    """

    id: str
    acts: tuple[Act, ...] = ()
    why: str = ""
    awaits: str = ""
    keeps: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether it is done here, with a test that shows it and one that shows what is not done."""
        return bool(self.keeps and self.refuses) and not self.awaits

    @property
    def does(self) -> list[str]:
        """What is done about it, each word once."""
        return list(dict.fromkeys(act.does for act in self.acts))

    @property
    def by(self) -> list[str]:
        """What does it, such as ``task telephony.sign-loa``, each once."""
        return list(dict.fromkeys(f"{act.kind} {act.id}" for act in self.acts))


def row_ids(ranges: Iterable[str]) -> tuple[str, ...]:
    """``C-01..C-66`` and ``C-70`` written out. Raises ValueError for what is neither, or runs backwards."""
    return tuple(name for given in ranges for name in _written_out(given))


def shown_by(profile: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Row -> tests of a shipped profile that show that it is kept (``keeps``), and what is not done (``refuses``)."""
    found = toml_of(shipped("data", "guides", "shown.toml")).get(profile, {})
    return {row: {kind: tuple(names) for kind, names in tests.items()} for row, tests in found.items()}


def coverage(profile: Profile, tests: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None) -> list[Row]:
    """Every row in the order of the guide, or, where the profile does not list them, those that something cites;
    with the ``tests`` of each.
    """
    found: dict[str, list[Act]] = {name: [] for name in profile.rows}
    for name, act in acts(profile):
        found.setdefault(name, []).append(act)
    why, awaits = profile.left_out, profile.awaits
    return [
        Row(name, tuple(done), why.get(name, ""), awaits.get(name, ""), **(tests or {}).get(name, {}))
        for name, done in found.items()
    ]


def acts(profile: Profile) -> Iterator[tuple[str, Act]]:
    """(row id, what acts on it) over the whole profile."""
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
    for kind, things in parts:
        for thing in things:
            for row in thing.requirements:
                yield from ((row, Act(does, kind, thing.id, _title(thing))) for does in _does(kind, thing))


def _does(kind: str, thing: Cited) -> tuple[str, ...]:
    if isinstance(thing, Task):
        is_dated = thing.lead or thing.on or thing.brings or thing.expires
        return (_of_task(thing), *(("dates",) if is_dated else ()))
    if isinstance(thing, Gate):
        return ("decides" if thing.kind == "decision" else "checks", *(("dates",) if thing.expires else ()))
    return {
        "stage": ("shows",), "service": ("offers", "reports"), "section": ("asks",), "question": ("asks",),
        "gate": ("asks",), "rule": ("checks",), "procedure": ("repairs or ends",), "claim": ("reserves",),
        "reference": ("shows", "reports") if getattr(thing, "is_help", False) else ("shows",),
    }[kind]  # fmt: skip


def _of_task(task: Task) -> str:
    if task.is_check or task.is_confirm:
        return "checks"
    if task.is_manual:
        return "has it done"
    return "orders" if task.connector == MAIL else "sets up"


def _title(thing: Any) -> str:
    return thing.label if isinstance(thing, Question) else str(getattr(thing, "title", ""))


def _written_out(given: str) -> Iterator[str]:
    found = _RANGE.fullmatch(given)
    if found is None:
        raise ValueError(f"{given!r} is no row, such as 'C-07', and no range of them, such as 'C-01..C-66'")
    prefix, first, other, last = found.groups()
    if last is None:
        yield given
        return
    if other != prefix or len(first) != len(last) or int(last) < int(first):
        raise ValueError(f"{given!r} is no range: both ends begin alike, with as many digits, the lower one first")
    yield from (f"{prefix}{number:0{len(first)}}" for number in range(int(first), int(last) + 1))

"""What `onboard batch` prints: every result as it ends, then what became of everybody."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

from onboarding.cli import show
from onboarding.cli.own_files import show_left_aside
from onboarding.cli.pace import Pace

if TYPE_CHECKING:
    from onboarding.domain.history import Engagement
    from onboarding.engine.batch import BatchSummary
    from onboarding.engine.stage_run import RunResult
    from onboarding.profile.folders import OwnFiles

MOST_NAMES = 20
"""Customers left alone that are named; `--json` names all."""


class Lines(Protocol):
    """One form of what is printed."""

    def result(self, result: RunResult) -> None:
        """A run has ended."""
        ...

    def end(self, summary: BatchSummary) -> None:
        """The batch has ended."""
        ...


class TextLines:
    """A line for each run, and sentences at the end; ``engagements`` gives those of everybody."""

    def __init__(self, pace: Pace, engagements: Callable[[], Iterable[Engagement]] = tuple) -> None:
        self._pace, self._engagements = pace, engagements
        self._own: dict[OwnFiles, None] = {}
        self._ran: set[tuple[str, str]] = set()

    def result(self, result: RunResult) -> None:
        named = f"{result.whose} {result.stage}".rstrip()
        self._own.setdefault(result.own_files)
        self._ran.add((result.customer, result.edition))
        self._pace.line(f"{named}: {result.outcome.value}. {result.message}")

    def end(self, summary: BatchSummary) -> None:
        outcomes = [outcome.value for outcome in summary.worst.values()]
        counts = ", ".join(f"{outcomes.count(value)} {value}" for value in dict.fromkeys(outcomes))
        show.line(f"{show.count(len(outcomes), 'customer')} run" + (f": {counts}." if counts else "."))
        reasons: dict[str, list[str]] = {}
        for name, reason in summary.left_alone.items():
            reasons.setdefault(reason, []).append(name)
        for reason, names in reasons.items():
            listed = f": {', '.join(names)}" if len(names) <= MOST_NAMES else ""
            show.line(f"{show.count(len(names), 'customer')} left alone, {reason}{listed}")
        for own in self._own:
            show.own_files(own)
        show_left_aside(one for one in self._engagements() if (one.customer, one.edition) in self._ran)
        if summary.stopped:
            show.line(f"Stopped early: {summary.stopped}")


class JsonLines:
    """One JSON document, written as the batch goes: a line of ``runs`` for each run, the rest at the end."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._count = 0

    def result(self, result: RunResult) -> None:
        if not self._count:
            self._pace.line('{"runs": [')
        self._pace.line(f"{',' if self._count else ' '} {json.dumps(result_json(result))}")
        self._count += 1

    def end(self, summary: BatchSummary) -> None:
        rest = json.dumps(summary.as_json(), indent=2).removeprefix("{")
        show.line(("" if self._count else '{"runs": [') + f"],{rest}")


def result_json(result: RunResult) -> dict[str, Any]:
    """A run as JSON values."""
    return {
        "customer": result.customer, "service": result.service, "stage": result.stage, "outcome": result.outcome.value,
        "message": str(result.message), "run": result.run_id, "archived": result.archived,
        "edition": result.edition, "own_files": result.own_files.names,
    }  # fmt: skip

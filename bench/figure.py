"""What is measured: a figure is declared once, with its bound, and has one value for each round.

A figure that nobody declared cannot be printed, so the documentation can be held to the names there are.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Judged = Literal["median", "minimum"]


@dataclass(frozen=True)
class Figure:
    """A name, a unit, and a bound that says which way it holds; without one the figure is there to compare with.

    ``judged`` says which value over the rounds is held against the bound: the median, or the minimum where the machine
    can only make a value worse, as with processor time.
    """

    name: str
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    judged: Judged = "median"

    @property
    def bound(self) -> str:
        both = (("at most", self.at_most), ("at least", self.at_least))
        return ", ".join(f"{side} {limit:g}" for side, limit in both if limit is not None)

    def of(self, values: Iterable[float]) -> Measured:
        """The figure with what was measured, a value for each round. Raises ValueError without one."""
        return Measured(self, tuple(values))

    def missing(self, why: str) -> Measured:
        """The figure where it cannot be measured; that is printed, and no bound counts as kept."""
        return Measured(self, (), why)


@dataclass(frozen=True)
class Measured:
    """A figure and its values; none when it could not be measured, and then ``why``."""

    figure: Figure
    values: tuple[float, ...]
    why: str = ""

    def __post_init__(self) -> None:
        if not self.values and not self.why:
            raise ValueError(f"{self.figure.name} has neither values nor a reason for having none")

    @property
    def minimum(self) -> float:
        return min(self.values)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def maximum(self) -> float:
        return max(self.values)

    @property
    def judged(self) -> float:
        """The value that is held against the bound."""
        return self.minimum if self.figure.judged == "minimum" else self.median

    @property
    def is_broken(self) -> bool:
        """Whether a bound is broken; what was not measured breaks none and keeps none."""
        return self.verdict.startswith("TOO")

    @property
    def verdict(self) -> str:
        """``TOO MUCH``, ``TOO LITTLE``, or why it was not measured; empty when all is well. A bound counts as kept."""
        if self.why:
            return f"not measured: {self.why}"
        most, least = self.figure.at_most, self.figure.at_least
        if most is not None and self.judged > most:
            return "TOO MUCH"
        return "TOO LITTLE" if least is not None and self.judged < least else ""


class Cost(NamedTuple):
    """What one act cost, in seconds: on the clock, and of all processors, children included."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Against:
    """Our way beside a yardstick that was measured by turns with it, and how many times as fast ours is.

    Its bound is one of the clock, and of the processor too where ``of_processor``. ``called`` names the yardstick in
    the ratio, where its own name is long.
    """

    ours: str
    yardstick: str
    called: str = ""
    at_least: float | None = None
    of_processor: bool = False

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Both on the clock and of the processor, then the two ratios."""
        both = [
            figure
            for name in (self.ours, self.yardstick)
            for figure in (Figure(name, "s"), Figure(f"{name}, processor", "s", judged="minimum"))
        ]
        name = f"{self.ours} : {self.called or self.yardstick}"
        of_processor = self.at_least if self.of_processor else None
        return (
            *both,
            Figure(name, "times", at_least=self.at_least),
            Figure(f"{name}, processor", "times", at_least=of_processor),
        )

    def of(self, ours: Sequence[Cost], yardstick: Sequence[Cost]) -> list[Measured]:
        """The figures of costs measured by turns: the ratio of each round is one of neighbours."""
        pairs = list(zip(ours, yardstick, strict=True))
        values = (
            [cost.wall for cost in ours],
            [cost.processor for cost in ours],
            [cost.wall for cost in yardstick],
            [cost.processor for cost in yardstick],
            [theirs.wall / own.wall for own, theirs in pairs],
            [ratio(theirs.processor, own.processor) for own, theirs in pairs],
        )
        return [figure.of(found) for figure, found in zip(self.figures, values, strict=True)]

    def missing(self, why: str) -> list[Measured]:
        return [figure.missing(why) for figure in self.figures]


def ratio(more: float, less: float) -> float:
    """``more / less``; a thousandth of a second stands for what is too short to be counted."""
    return max(more, 0.001) / max(less, 0.001)

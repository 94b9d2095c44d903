"""How cost grows: a power of the amount, fitted to what was measured at three amounts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.figure import Figure, Measured


class Growth:
    """The cost of one thing by its amount, and the power it grows with: 1 is in proportion, 2 is the square."""

    def __init__(self, what: str, amounts: Sequence[int], of: str, at_most: float = 1.2) -> None:
        self.amounts = tuple(amounts)
        self.costs = tuple(Figure(f"{what}: {amount:,} {of}, processor", "ms", judged="minimum") for amount in amounts)
        self.power = Figure(f"{what}: power it grows with, by {of}", "power", at_most=at_most)
        self.figures = (*self.costs, self.power)

    def of(self, seconds: Sequence[Sequence[float]]) -> list[Measured]:
        """The figures of processor seconds, by amount and round."""
        costs = [figure.of(1000 * one for one in found) for figure, found in zip(self.costs, seconds, strict=True)]
        return [*costs, self.power.of([power(self.amounts, [one.minimum for one in costs])])]


def power(amounts: Sequence[float], costs: Sequence[float]) -> float:
    """Slope of the line of least squares through the logarithms; costs of nothing count as a millionth."""
    logarithms = np.log(np.asarray(amounts, dtype=float)), np.log(np.maximum(np.asarray(costs, dtype=float), 1e-6))
    slope, _ = np.polyfit(*logarithms, 1)
    return float(slope)

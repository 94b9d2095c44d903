"""One measured figure with the bound it has to keep: at most so much time or space, at least so many a second."""

from __future__ import annotations

from typing import NamedTuple


class Figure(NamedTuple):
    """What was measured; without a bound it is there for comparison. ``most`` and ``least`` count as kept."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def fault(self) -> str:
        """``TOO MUCH`` or ``TOO LITTLE``; empty when the bound is kept."""
        if self.most is not None and self.value > self.most:
            return "TOO MUCH"
        return "TOO LITTLE" if self.least is not None and self.value < self.least else ""

    @property
    def bound(self) -> str:
        both = (("most", self.most), ("least", self.least))
        return ", ".join(f"{side} {limit:g}" for side, limit in both if limit is not None)

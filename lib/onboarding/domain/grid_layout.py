"""Places for the boxes of a directed graph, in columns from left to right; after Sugiyama, small and deterministic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import TypeVar

Source = TypeVar("Source")
Target = TypeVar("Target")

SWEEPS = 8
"""How often the rows are put in order, forwards and backwards in turn."""


@dataclass(frozen=True, slots=True)
class GridPosition:
    """A place in the grid; rows may lie between two lines."""

    column: int
    row: float


Pair = tuple[int, int]


def onward(links: Iterable[tuple[Source, Target]]) -> dict[Source, list[Target]]:
    """Where the links of each source lead, in order."""
    found: dict[Source, list[Target]] = {}
    for source, target in links:
        found.setdefault(source, []).append(target)
    return found


def arrange(count: int, pairs: Sequence[Pair]) -> tuple[list[GridPosition], dict[Pair, list[GridPosition]]]:
    """Spots of the nodes ``0..count-1``, and for each pair the spots its line passes, first and last included.

    A line over several columns keeps a place free in each; one that leads back, or to its own box, keeps a row of its
    own below all others.
    """
    back = set(_leading_back(count, pairs))
    forward = [pair for pair in pairs if pair not in back]
    columns = _columns(count, forward)
    chains = {pair: list(pair) for pair in forward}
    for pair in forward:
        between = range(columns[pair[0]] + 1, columns[pair[1]])
        chains[pair][1:1] = range(len(columns), len(columns) + len(between))
        columns += between
    rows = _rows(columns, [link for chain in chains.values() for link in pairwise(chain)])
    spots = [GridPosition(column, row) for column, row in zip(columns, rows, strict=True)]
    ways = {pair: [spots[node] for node in chains[pair]] for pair in forward}
    below = max(rows, default=0.0)
    for number, (source, target) in enumerate((pair for pair in pairs if pair in back), start=1):
        ways[source, target] = [spots[source], GridPosition(spots[source].column, below + number), spots[target]]
    return spots[:count], ways


def _leading_back(count: int, pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Pairs that close a ring, found by going as deep as possible from each node in turn."""
    targets = onward(pairs)
    seen: set[int] = set()
    for start in range(count):
        if start in seen:
            continue
        seen.add(start)
        trail, open_nodes = [(start, iter(targets.get(start, ())))], {start}
        while trail:
            node, left = trail[-1]
            following = next(left, None)
            if following is None:
                trail.pop()
                open_nodes.discard(node)
            elif following in open_nodes:
                yield node, following
            elif following not in seen:
                seen.add(following)
                open_nodes.add(following)
                trail.append((following, iter(targets.get(following, ()))))


def _columns(count: int, forward: Sequence[Pair]) -> list[int]:
    """Longest way from any beginning; ``forward`` has no ring."""
    before = onward((target, source) for source, target in forward)
    columns = [0] * count
    for node in TopologicalSorter(before).static_order():
        columns[node] = max((columns[source] + 1 for source in before.get(node, ())), default=0)
    return columns


def _rows(columns: Sequence[int], links: Sequence[Pair]) -> list[float]:
    """Row of each node: columns are ordered by the middle of their neighbours, again and again, then centred."""
    by_column = [
        [node for node, at in enumerate(columns) if at == column] for column in range(max(columns, default=-1) + 1)
    ]
    after, before = onward(links), onward((target, source) for source, target in links)
    rows = [0.0] * len(columns)
    for column in by_column:
        _number(column, rows)
    for sweep in range(SWEEPS):
        neighbours = after if sweep % 2 else before
        for column in reversed(by_column) if sweep % 2 else by_column:
            middle = {node: _middle([rows[other] for other in neighbours.get(node, ())], rows[node]) for node in column}
            column.sort(key=lambda node: (middle[node], rows[node]))
            _number(column, rows)
    tallest = max((len(column) for column in by_column), default=0)
    for column in by_column:
        _number(column, rows, (tallest - len(column)) / 2)
    return rows


def _number(column: Sequence[int], rows: list[float], first: float = 0.0) -> None:
    for place, node in enumerate(column):
        rows[node] = first + place


def _middle(places: list[float], own: float) -> float:
    return sum(places) / len(places) if places else own

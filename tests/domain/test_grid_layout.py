"""Boxes of a graph in columns: lines run forward, the way back has a row of its own, and nothing lies on anything."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.grid_layout import GridPosition, Pair, arrange


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Pair]]:
    count = draw(st.integers(1, 9))
    node = st.integers(0, count - 1)
    return count, draw(st.lists(st.tuples(node, node), max_size=20, unique=True))


def reaches(pairs: list[Pair], source: int, target: int) -> bool:
    found, left = {source}, [source]
    while left:
        node = left.pop()
        left += [to for of, to in pairs if of == node and to not in found]
        found |= {to for of, to in pairs if of == node}
    return target in found


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_lines_run_forward_and_keep_their_places(graph: tuple[int, list[Pair]]) -> None:
    """Each line begins and ends at its boxes; one that runs forward passes one free place in each column between."""
    count, pairs = graph
    spots, ways = arrange(count, pairs)
    assert set(ways) == set(pairs)
    assert len(set(spots)) == count
    used = list(spots)
    for (source, target), way in ways.items():
        assert (way[0], way[-1]) == (spots[source], spots[target])
        if way[-1].column > way[0].column:
            assert [spot.column for spot in way] == list(range(way[0].column, way[-1].column + 1))
            used += way[1:-1]
    assert len(set(used)) == len(used)


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_only_a_ring_is_drawn_back(graph: tuple[int, list[Pair]]) -> None:
    """A line runs back where its box can be reached again, each in a row of its own below everything else."""
    count, pairs = graph
    spots, ways = arrange(count, pairs)
    back = [pair for pair, way in ways.items() if way[-1].column <= way[0].column]
    assert all(reaches(pairs, target, source) for source, target in back)
    lowest = max(spot.row for pair, way in ways.items() if pair not in back for spot in (*way, *spots)) if len(
        back
    ) < len(ways) else max(spot.row for spot in spots)  # fmt: skip
    assert [ways[pair][1].row for pair in back] == [lowest + number for number in range(1, len(back) + 1)]
    assert all(len(ways[pair]) == 3 and ways[pair][1].column == spots[pair[0]].column for pair in back)


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_a_column_is_as_far_as_the_longest_way(graph: tuple[int, list[Pair]]) -> None:
    """What nothing leads to stands first; everything else one column after the last thing that leads to it."""
    count, pairs = graph
    spots, ways = arrange(count, pairs)
    forward = [pair for pair, way in ways.items() if way[-1].column > way[0].column]
    for node in range(count):
        before = [spots[source].column for source, target in forward if target == node]
        assert spots[node].column == max(before, default=-1) + 1


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_columns_are_centred(graph: tuple[int, list[Pair]]) -> None:
    """Rows of a column lie one below another without a gap, in the middle of the picture."""
    spots, ways = arrange(*graph)
    places = {*spots, *(spot for way in ways.values() if way[-1].column > way[0].column for spot in way)}
    columns: dict[int, list[float]] = {}
    for spot in places:
        columns.setdefault(spot.column, []).append(spot.row)
    tallest = max(map(len, columns.values()))
    for rows in columns.values():
        first = (tallest - len(rows)) / 2
        assert sorted(rows) == [first + number for number in range(len(rows))]


def test_two_ways_that_meet_again() -> None:
    """The menu in the middle of its two keys, and what both come to behind them."""
    spots, ways = arrange(4, [(0, 1), (0, 2), (1, 3), (2, 3)])
    assert spots == [GridPosition(0, 0.5), GridPosition(1, 0), GridPosition(1, 1), GridPosition(2, 0.5)]
    assert ways[1, 3] == [GridPosition(1, 0), GridPosition(2, 0.5)]


def test_lines_do_not_cross_without_need() -> None:
    """Boxes are ordered by what leads to them, not by their place in a table."""
    one, other = arrange(4, [(0, 3), (1, 2)])[0][2:]
    assert (one.row, other.row) == (1, 0)


def test_a_long_way_keeps_a_place_free_in_between() -> None:
    """The line past a column goes beside the box in it, not through it."""
    spots, ways = arrange(3, [(0, 1), (1, 2), (0, 2)])
    assert [spot.column for spot in spots] == [0, 1, 2]
    assert ways[0, 2][1].column == 1
    assert ways[0, 2][1] != spots[1]


def test_no_boxes_no_lines() -> None:
    """An empty graph has no places."""
    assert arrange(0, []) == ([], {})

"""Waiting in rings, and conditions that can never hold."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.condition import Condition, parse_condition
from onboarding.domain.question import Kind, Option, Question, Section
from onboarding.profile.graph import cycles, possible

nodes = st.integers(0, 7).map("task-{}".format)
graphs = st.dictionaries(nodes, st.lists(nodes, unique=True, max_size=4), max_size=8)


def _reaches(graph: dict[str, list[str]]) -> dict[str, set[str]]:
    """Everything each node waits for, directly or not."""
    found = {node: set(before) for node, before in graph.items()}
    for _ in graph:
        for reached in found.values():
            reached |= {far for near in reached.copy() for far in found.get(near, ())}
    return found


@settings(max_examples=100)
@given(graphs)
def test_a_ring_is_found_exactly_when_something_waits_for_itself(graph: dict[str, list[str]]) -> None:
    """Rings are reported if and only if there is no order, and each reported ring is really there."""
    rings = cycles(graph)
    assert bool(rings) is any(node in reached for node, reached in _reaches(graph).items())
    for ring in rings:
        assert ring[0] == ring[-1]
        assert all(following in graph[node] for node, following in pairwise(ring))


@settings(max_examples=60)
@given(graphs)
def test_without_one_edge_of_each_ring_there_is_an_order(graph: dict[str, list[str]]) -> None:
    """Whoever mends every reported ring is done: nothing was left unreported."""
    mended = {node: list(before) for node, before in graph.items()}
    for ring in cycles(graph):
        mended[ring[0]].remove(ring[1])
    assert cycles(mended) == []


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=40))
def test_waiting_only_for_earlier_tasks_is_never_a_ring(edges: list[tuple[int, int]]) -> None:
    """A profile whose tasks look back only is clean."""
    graph: dict[str, list[str]] = {}
    for one, other in edges:
        if one != other:
            graph.setdefault(f"t{max(one, other):02}", []).append(f"t{min(one, other):02}")
    assert cycles(graph) == []


def _question(name: str, kind: Kind, *options: str, when: Condition | None = None) -> Question:
    return Question(f"plan.{name}", kind, name, options=tuple(Option(value, value) for value in options), when=when)


KIND = _question("kind", Kind.CHOICE, "none", "port", "new")
FAX = _question("fax", Kind.YES_NO)
METHOD = _question("method", Kind.CHOICE, "pst", "tool", when=parse_condition({"question": "plan.fax", "is": True}))
NAME = _question("name", Kind.TEXT)
SECTIONS = {
    "plan": Section("plan", "Plan", (KIND, FAX, METHOD, NAME)),
    "people": Section("people", "People", (Question("people.kind", Kind.CHOICE, "Kind"),), is_table=True),
}


def _is(question: str, *values: Any) -> dict[str, Any]:
    return {"question": question, "is": list(values)}


@pytest.mark.parametrize(
    ("condition", "can_hold"),
    [
        (_is("plan.kind", "port"), True),
        ({"all": [_is("plan.kind", "port"), _is("plan.kind", "new")]}, False),
        ({"all": [_is("plan.kind", "port", "new"), {"question": "plan.kind", "not": "port"}]}, True),
        ({"all": [_is("plan.fax", True), _is("plan.fax", False)]}, False),
        ({"all": [_is("plan.method", "pst"), _is("plan.fax", False)]}, False),  # not asked without a fax
        ({"all": [_is("plan.method", "pst"), {"question": "plan.fax", "answered": False}]}, False),
        ({"any": [_is("plan.method", "pst"), _is("plan.fax", False)]}, True),
        ({"all": [_is("people.kind", "a"), _is("people.kind", "b")]}, True),  # two people
        ({"all": [_is("plan.name", "a"), _is("plan.name", "b")]}, True),  # texts are not counted
    ],
)
def test_a_condition_that_no_answers_fulfil_is_known(condition: dict[str, Any], can_hold: bool) -> None:
    """Choices exclude each other, what is not asked is not answered, rows of a table are many."""
    assert possible(parse_condition(condition), SECTIONS) is can_hold


leaves = st.one_of(
    st.builds(_is, st.just("plan.kind"), st.sampled_from(["none", "port", "new"])),
    st.builds(_is, st.just("plan.fax"), st.booleans()),
    st.builds(_is, st.just("plan.method"), st.sampled_from(["pst", "tool"])),
    st.builds(lambda name: {"question": f"plan.{name}", "answered": True}, st.sampled_from(["kind", "fax", "method"])),
    st.builds(lambda value: {"question": "plan.kind", "not": value}, st.sampled_from(["none", "port", "new"])),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda op, parts: {op: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=100)
@given(conditions)
def test_possible_is_what_trying_all_answers_says(condition: dict[str, Any]) -> None:
    """For choices, the verdict is that of trying every questionnaire that can be filled in."""
    parsed = parse_condition(condition)
    tried = False
    for kind, fax, method in product([None, "none", "port", "new"], [None, True, False], [None, "pst", "tool"]):
        if method is None or fax is True:
            tried = tried or parsed.holds({"plan": {"kind": kind, "fax": fax, "method": method}})
    assert possible(parsed, SECTIONS) is tried

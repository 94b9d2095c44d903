"""Call flows as a graph, compared with a slow reading of the same words over flows nobody would draw."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.callflow import ASKED, ENDS, CallFlow, Meets, Node, Step, When, call_flow

NAMES = ("A", "B", "C", "D")
TARGETS = (
    *(("menu", name) for name in NAMES),
    *(("schedule", name) for name in NAMES[:2]),
    *(("queue", name) for name in NAMES[:2]),
    ("announcement", "A"), ("extension", "200"), ("extension", "999"), ("voicemail", "200"), ("voicemail", "201"),
    ("outside", "+19725550190"), ("outside", "nobody"), ("hang-up", ""), ("menu", "Z"),
)  # fmt: skip

Tables = dict[str, list[dict[str, Any]]]


def graph(tables: Tables) -> CallFlow:
    return call_flow(lambda table: enumerate(tables.get(table, [])), "US")


@st.composite
def flows(draw: st.DrawFn) -> Tables:
    """Random tables: some rows without a target, some targets that are not there."""
    target = st.sampled_from(TARGETS)

    def to(prefix: str = "") -> dict[str, Any]:
        kind, name = draw(target)
        column = (f"{prefix}to", f"{prefix}target") if prefix else ("goes_to", "target")
        return draw(st.sampled_from([{column[0]: kind, column[1]: name}, {column[0]: kind, column[1]: name}, {}]))

    tables: Tables = {
        "extensions": [{"extension": "200", "voicemail": True}, {"extension": "201", "voicemail": False}],
        "dids": [{"number": f"+1972555010{n}", **to()} for n in range(draw(st.integers(0, 2)))],
        "menus": [{"name": n, **to("timeout_"), **to("invalid_")} for n in NAMES[: draw(st.integers(0, 4))]],
        "schedules": [{"name": n, **to("open_"), **to("closed_")} for n in NAMES[: draw(st.integers(0, 2))]],
        "queues": [
            {"name": n, **to("overflow_"), **draw(st.sampled_from([{}, {}, {"extension": "280"}]))}
            for n in NAMES[: draw(st.integers(0, 2))]
        ],
        "announcements": [{"name": n, **to()} for n in NAMES[: draw(st.integers(0, 1))]],
        "agents": draw(st.sampled_from([[], [{"queue": "A"}]])),
    }
    tables["menu_keys"] = [
        {"menu": draw(st.sampled_from(NAMES)), "key": str(n), **to()} for n in range(draw(st.integers(0, 5)))
    ]
    return tables


class Slow:
    """The same questions answered by a table of who reaches whom, and from the words of the rules."""

    def __init__(self, flow: CallFlow, by_itself: bool = False) -> None:
        self.flow, nodes = flow, flow.nodes
        self.steps = [s for s in flow.steps if not (by_itself and s.when in (When.KEY, When.INVALID))]
        self.reaches = {
            (a, b): any(s.source == a and s.target == b for s in self.steps) for a, b in product(nodes, nodes)
        }
        for middle, a, b in product(nodes, nodes, nodes):
            if self.reaches[a, middle] and self.reaches[middle, b]:
                self.reaches[a, b] = True

    def goes_on(self, node: Node) -> bool:
        return any(step.source == node for step in self.steps)

    def answers(self, node: Node) -> bool:
        kinds = (Meets.EXTENSION, Meets.VOICEMAIL, Meets.OUTSIDE, Meets.HANG_UP)
        return node.kind in kinds or (node == Node(Meets.QUEUE, "A") and node in self.flow.manned)

    def is_caught(self, node: Node) -> bool:
        """On a ring, and whatever lies ahead only leads round: nobody answers, nothing ends, nothing is missing."""
        ahead = [other for other in self.flow.nodes if self.reaches[node, other]]
        return self.reaches[node, node] and not self.answers(node) and all(
            self.reaches[other, node] and not self.answers(other) and other in self.flow.places for other in ahead
        )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(flows())
def test_findings_are_those_of_a_slow_reading(tables: Tables) -> None:
    """Dead ends, what is out of reach, and both kinds of loops: none missed, none invented."""
    flow = graph(tables)
    slow, silent = Slow(flow), Slow(flow, by_itself=True)
    listed = [node for node in flow.nodes if node.kind in (Meets.MENU, Meets.SCHEDULE, Meets.QUEUE, Meets.ANNOUNCEMENT)
              and any(row["name"] == node.name for row in tables[f"{node.kind}s"])]  # fmt: skip
    assert set(flow.dead_ends()) == {node for node in listed if not slow.goes_on(node) and not slow.answers(node)}
    dialled = {Node(Meets.QUEUE, row["name"]) for row in tables["queues"] if row.get("extension")}
    entries = [node for node in flow.nodes if node.kind is Meets.NUMBER or node in dialled]
    met = {node for node in flow.nodes if node in entries or any(slow.reaches[entry, node] for entry in entries)}
    assert set(flow.unreachable()) == {node for node in listed if node not in met}
    for reading, loops in ((slow, flow.endless()), (silent, flow.endless(by_itself=True))):
        assert {node for loop in loops for node in loop} == {node for node in flow.nodes if reading.is_caught(node)}
        assert sum(map(len, loops)) == len({node for loop in loops for node in loop})


@settings(max_examples=100, deadline=None)
@given(flows())
def test_steps_lead_astray_exactly_where_nothing_is_listed(tables: Tables) -> None:
    """A target is there when its table lists it; a box only with voicemail, a number only when it is one."""

    def is_there(step: Step) -> bool:
        node = step.target
        if node.kind is Meets.HANG_UP:
            return True
        if node.kind in (Meets.EXTENSION, Meets.VOICEMAIL):
            return node.name == "200" or (node.name == "201" and node.kind is Meets.EXTENSION)
        if node.kind is Meets.OUTSIDE:
            return node.name != "nobody"
        return any(row["name"] == node.name for row in tables[f"{node.kind}s"])

    flow = graph(tables)
    assert list(flow.astray()) == [step for step in flow.steps if not is_there(step)]


def test_every_answered_target_is_a_step() -> None:
    """Rows and columns become steps with their place; a name is found whatever its case."""
    flow = graph({
        "dids": [{"number": "+19725550101", "goes_to": "menu", "target": "main  MENU"}],
        "menus": [{"name": "Main menu", "timeout_to": "hang-up"}],
        "menu_keys": [{"menu": "Main menu", "key": "1", "goes_to": "extension", "target": "200"}],
        "extensions": [{"extension": "200"}],
    })  # fmt: skip
    menu = Node(Meets.MENU, "Main menu")
    assert list(flow.steps) == [
        Step(Node(Meets.NUMBER, "+19725550101"), menu, When.DIALLED, "dids.target", 0),
        Step(menu, Node(Meets.EXTENSION, "200"), When.KEY, "menu_keys.target", 0, "1"),
        Step(menu, Node(Meets.HANG_UP, ""), When.TIME_OUT, "menus.timeout_to", 0),
    ]
    assert flow.flows == (menu,)
    assert not list(flow.astray())


def test_a_way_out_that_is_missing_is_said_once() -> None:
    """A loop whose only other way leads astray is reported for the way, not for the loop as well."""
    flow = graph({
        "menus": [{"name": "A", "timeout_to": "menu", "timeout_target": "A"}],
        "menu_keys": [{"menu": "A", "key": "1", "goes_to": "menu", "target": "Gone"}],
    })  # fmt: skip
    assert [step.target.name for step in flow.astray()] == ["Gone"]
    assert flow.endless() == []
    assert flow.endless(by_itself=True) == [(Node(Meets.MENU, "A"),)]


def test_a_flow_is_what_a_caller_from_outside_meets_first() -> None:
    """Each once, in the order of the numbers; a person's own number is none, nor what comes later on the way."""
    flow = graph({
        "dids": [
            {"number": "+19725550101", "goes_to": "menu", "target": "Main"},
            {"number": "+19725550102", "goes_to": "extension", "target": "200"},
            {"number": "+19725550103", "goes_to": "queue", "target": "Desk"},
            {"number": "+19725550104", "goes_to": "menu", "target": "Main"},
        ],
        "menus": [{"name": "Main", "timeout_to": "announcement", "timeout_target": "Closed"}],
        "announcements": [{"name": "Closed", "goes_to": "hang-up"}],
        "queues": [{"name": "Desk"}],
        "extensions": [{"extension": "200"}],
    })  # fmt: skip
    assert flow.flows == (Node(Meets.MENU, "Main"), Node(Meets.QUEUE, "Desk"))


def test_rows_that_are_not_finished_are_no_steps() -> None:
    """A row without a name, a target without a kind or a name, a kind that is none, a number as a target."""
    flow = graph({
        "dids": [
            {"goes_to": "hang-up"}, {"number": "+19725550101"}, {"number": "+19725550101", "goes_to": "menu"},
            {"number": "+19725550101", "goes_to": "moon", "target": "X"},
            {"number": "+19725550101", "goes_to": "number", "target": "+19725550102"},
        ],
        "menus": [{"timeout_to": "hang-up"}, {"name": "Main"}],
        "extensions": [{"voicemail": True}, {"extension": "200"}],
        "agents": [{}, {"queue": "Gone"}],
    })  # fmt: skip
    assert flow.steps == ()
    assert flow.nodes == (Node(Meets.NUMBER, "+19725550101"), Node(Meets.MENU, "Main"))
    assert (flow.manned, flow.dialled) == (frozenset(), frozenset())
    assert list(flow.dead_ends()) == list(flow.unreachable()) == [Node(Meets.MENU, "Main")]


def test_an_extension_of_its_own_lets_calls_in() -> None:
    """What can be dialled inside is reached, as a number from outside is; its agent makes a queue an end."""
    flow = graph({
        "queues": [{"name": "Desk", "extension": "280"}, {"name": "Night"}],
        "agents": [{"queue": "desk"}],
        "schedules": [{"name": "Hours", "open_to": "queue", "open_target": "night", "extension": "281"}],
    })  # fmt: skip
    desk, night, hours = Node(Meets.QUEUE, "Desk"), Node(Meets.QUEUE, "Night"), Node(Meets.SCHEDULE, "Hours")
    assert flow.entries == (hours, desk)
    assert flow.dialled == {hours, desk}
    assert list(flow.unreachable()) == []
    assert flow.manned == {desk}
    assert list(flow.dead_ends()) == [night]


@pytest.mark.parametrize(
    ("table", "row", "source", "column", "when", "key"),
    [
        ("dids", {"number": "+19725550101"}, Meets.NUMBER, "target", When.DIALLED, ""),
        ("schedules", {"name": "A"}, Meets.SCHEDULE, "open_target", When.OPEN, ""),
        ("schedules", {"name": "A"}, Meets.SCHEDULE, "closed_target", When.CLOSED, ""),
        ("menu_keys", {"menu": "A", "key": "*"}, Meets.MENU, "target", When.KEY, "*"),
        ("menus", {"name": "A"}, Meets.MENU, "timeout_target", When.TIME_OUT, ""),
        ("menus", {"name": "A"}, Meets.MENU, "invalid_target", When.INVALID, ""),
        ("queues", {"name": "A"}, Meets.QUEUE, "overflow_target", When.FULL, ""),
        ("announcements", {"name": "A"}, Meets.ANNOUNCEMENT, "target", When.PLAYED, ""),
    ],
)
def test_each_table_leads_on_by_its_columns(
    table: str, row: dict[str, str], source: Meets, column: str, when: When, key: str
) -> None:
    """What kind of target, and which one; a call that ends needs no second answer."""
    kind = "goes_to" if column == "target" else column.replace("target", "to")
    name = row.get("number") or row.get("menu") or row["name"]
    [step] = graph({table: [{}, row | {kind: "menu", column: "B"}]}).steps
    assert step == Step(Node(source, name), Node(Meets.MENU, "B"), when, f"{table}.{column}", 1, key)
    [step] = graph({table: [row | {kind: "hang-up"}]}).steps
    assert (step.target, step.question) == (Node(Meets.HANG_UP, ""), f"{table}.{kind}")


def test_a_flow_is_made_of_nine_parts_of_the_questionnaire() -> None:
    """Whole tables, and of the extensions the two columns that calls meet."""
    tables = {"dids", "menus", "menu_keys", "schedules", "queues", "agents", "announcements"}
    assert set(ASKED) == tables | {"extensions.extension", "extensions.voicemail"}


def test_a_call_ends_with_a_person_a_mailbox_another_number_or_not_at_all() -> None:
    """Everything else passes it on."""
    assert {Meets.EXTENSION, Meets.VOICEMAIL, Meets.OUTSIDE, Meets.HANG_UP} == ENDS

"""Call flows as a graph: what a call meets, from the number dialled to whoever answers.

The tables are those of the question templates: ``dids``, ``schedules``, ``menus`` with ``menu_keys``, ``queues`` with
``agents``, ``announcements`` and ``extensions``. A target is two answers, what it is and which one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from onboarding.domain.grid_layout import onward
from onboarding.domain.number import NotANumber, split

Rows = Callable[[str], Iterable[tuple[int | None, Mapping[str, Any]]]]
"""Table id -> (place in the table, row) of every row."""


class Meets(StrEnum):
    """What a call can meet; those after `NUMBER` are the options of every target."""

    NUMBER = "number"  # the number that was dialled: where calls come in
    SCHEDULE = "schedule"
    MENU = "menu"
    QUEUE = "queue"
    ANNOUNCEMENT = "announcement"
    EXTENSION = "extension"
    VOICEMAIL = "voicemail"
    OUTSIDE = "outside"
    HANG_UP = "hang-up"


class When(StrEnum):
    """Why a call moves on."""

    DIALLED = "dialled"
    OPEN = "open"
    CLOSED = "closed"
    KEY = "key"
    TIME_OUT = "time-out"
    INVALID = "invalid"
    FULL = "full"
    PLAYED = "played"


ENDS = frozenset({Meets.EXTENSION, Meets.VOICEMAIL, Meets.OUTSIDE, Meets.HANG_UP})
"""Where a call is answered or over."""

STATIONS = {kind: f"{kind}s" for kind in (Meets.SCHEDULE, Meets.MENU, Meets.QUEUE, Meets.ANNOUNCEMENT)}
"""What a call passes through, with the table that lists it by name."""

ASKED = (
    "dids", "menus", "menu_keys", "schedules", "queues", "agents", "announcements", "extensions.extension",
    "extensions.voicemail",
)  # fmt: skip
"""The tables and questions that call flows are made of."""


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """One thing a call can meet. ``name`` is what the customer calls it: a name, an extension, a number."""

    kind: Meets
    name: str

    @property
    def id(self) -> str:
        return f"{self.kind}:{' '.join(self.name.casefold().split())}"


@dataclass(frozen=True, slots=True)
class Step:
    """The way from one thing to the next. ``key`` is what the caller pressed; ``question`` and ``row`` are where
    the answers say so."""

    source: Node
    target: Node
    when: When
    question: str
    row: int | None = None
    key: str = ""


@dataclass(frozen=True)
class CallFlow:
    """All ways of a call. ``places`` says for each node in which row it is listed; what is only pointed at has none.

    ``manned`` are the queues with an agent, ``dialled`` the stations that have an extension of their own, ``country``
    the one in whose form numbers are shown.
    """

    nodes: tuple[Node, ...]
    steps: tuple[Step, ...]
    places: Mapping[Node, int | None] = field(default_factory=dict)
    manned: frozenset[Node] = frozenset()
    dialled: frozenset[Node] = frozenset()
    country: str = ""

    @cached_property
    def entries(self) -> tuple[Node, ...]:
        """Where calls come in: numbers, and what can be dialled inside."""
        return tuple(node for node in self.nodes if node.kind is Meets.NUMBER or node in self.dialled)

    @cached_property
    def stations(self) -> tuple[Node, ...]:
        """Schedules, menus, queues and announcements that are listed."""
        return tuple(node for node in self.nodes if node.kind in STATIONS and node in self.places)

    @property
    def flows(self) -> tuple[Node, ...]:
        """What a caller from outside meets first, each once: the flows of this customer."""
        first = (step.target for step in self.steps if step.when is When.DIALLED and step.target.kind in STATIONS)
        return tuple(dict.fromkeys(first))

    def steps_from(self, node: Node) -> Sequence[Step]:
        return self._from.get(node, ())

    @cached_property
    def _from(self) -> dict[Node, list[Step]]:
        return onward((step.source, step) for step in self.steps)

    def is_end(self, node: Node) -> bool:
        """Whether a call can stay here: somebody answers, or it is over."""
        return node.kind in ENDS or node in self.manned

    # -- what is wrong -------------------------------------------------------------------------------------

    def astray(self) -> Iterator[Step]:
        """Steps that lead to something that is not there."""
        return (step for step in self.steps if step.target not in self.places and step.target.kind is not Meets.HANG_UP)

    def dead_ends(self) -> Iterator[Node]:
        """Stations from which a call neither goes on nor is answered."""
        return (node for node in self.stations if not self.is_end(node) and not self.steps_from(node))

    def unreachable(self) -> Iterator[Node]:
        """Stations no call ever comes to."""
        met = self.reached(self.entries)
        return (node for node in self.stations if node not in met)

    def endless(self, by_itself: bool = False) -> list[tuple[Node, ...]]:
        """Loops a caller cannot leave, each with its nodes in the order of the tables.

        ``by_itself`` follows only what happens to a caller who presses nothing. A step that leads astray, and a
        station that leads nowhere, count as a way out: they are reported for themselves.
        """
        steps = [step for step in self.steps if not by_itself or step.when not in (When.KEY, When.INVALID)]
        ways = onward((step.source, step.target) for step in steps)
        ways_out = {node for node in self.nodes if self.is_end(node) or node not in ways or node not in self.places}
        looping = [node for node in self.nodes if node not in _reaching(ways_out, ways)]
        ahead = {node: _reached({node}, ways) for node in looping}
        loops = (frozenset(ahead[node]) for node in looping if all(node in ahead[other] for other in ahead[node]))
        return [tuple(node for node in self.nodes if node in loop) for loop in dict.fromkeys(loops)]

    def reached(self, start: Iterable[Node]) -> frozenset[Node]:
        """Everything a call can come to from there, ``start`` included."""
        ways = onward((step.source, step.target) for step in self.steps)
        return frozenset(start) | _reached(frozenset(start), ways)


def call_flow(rows: Rows, country: str) -> CallFlow:
    """The graph of the answers; rows without a name and steps without a target are left out.

    Outside numbers are read as in that country.
    """
    places: dict[Node, int | None] = {}
    dialled = set()
    for place, node, row in _listed(rows):
        places.setdefault(node, place)
        if node.kind in STATIONS and row.get("extension"):
            dialled.add(node)
    known = {node.id: node for node in places}
    steps = tuple(_steps(rows, known))
    outside = (one.target for one in steps if one.target.kind is Meets.OUTSIDE and _is_number(one.target.name, country))
    places = dict.fromkeys(outside) | places
    met = (node for step in steps for node in (step.source, step.target))
    stations = (node for node in places if node.kind in STATIONS or node.kind is Meets.NUMBER)
    nodes = tuple(dict.fromkeys((*stations, *met)))
    agents = (Node(Meets.QUEUE, _text(row.get("queue"))) for _, row in rows("agents"))
    manned = {known.get(node.id, node) for node in agents} & set(nodes)
    return CallFlow(nodes, steps, places, frozenset(manned), frozenset(dialled), country)


_LEADS = (
    ("dids", Meets.NUMBER, "number", "goes_to", "target", When.DIALLED, ""),
    ("schedules", Meets.SCHEDULE, "name", "open_to", "open_target", When.OPEN, ""),
    ("schedules", Meets.SCHEDULE, "name", "closed_to", "closed_target", When.CLOSED, ""),
    ("menu_keys", Meets.MENU, "menu", "goes_to", "target", When.KEY, "key"),
    ("menus", Meets.MENU, "name", "timeout_to", "timeout_target", When.TIME_OUT, ""),
    ("menus", Meets.MENU, "name", "invalid_to", "invalid_target", When.INVALID, ""),
    ("queues", Meets.QUEUE, "name", "overflow_to", "overflow_target", When.FULL, ""),
    ("announcements", Meets.ANNOUNCEMENT, "name", "goes_to", "target", When.PLAYED, ""),
)
"""Table, its kind of node and the column that names it, the two columns of a target, why a call goes there, the key."""

_KINDS = frozenset(Meets) - {Meets.NUMBER}


def _listed(rows: Rows) -> Iterator[tuple[int | None, Node, Mapping[str, Any]]]:
    """(place, node, row) of everything that can be met."""
    for kind, table, name in ((Meets.NUMBER, "dids", "number"), *((*station, "name") for station in STATIONS.items())):
        yield from ((place, Node(kind, _text(row[name])), row) for place, row in rows(table) if row.get(name))
    for place, row in rows("extensions"):
        if extension := _text(row.get("extension")):
            yield place, Node(Meets.EXTENSION, extension), row
            if row.get("voicemail"):
                yield place, Node(Meets.VOICEMAIL, extension), row


def _steps(rows: Rows, known: Mapping[str, Node]) -> Iterator[Step]:
    for table, kind, named_by, to_column, target_column, when, key_column in _LEADS:
        for place, row in rows(table):
            name, to, key = _text(row.get(named_by)), row.get(to_column), _text(row.get(key_column))
            is_over = to == Meets.HANG_UP
            if name and to in _KINDS and (is_over or row.get(target_column)):
                source, target = Node(kind, name), Node(Meets(to), "" if is_over else _text(row[target_column]))
                question = f"{table}.{to_column if is_over else target_column}"
                yield Step(known.get(source.id, source), known.get(target.id, target), when, question, place, key)


def _reached(start: Set[Node], ways: Mapping[Node, Iterable[Node]]) -> set[Node]:
    """What lies ahead of ``start`` after one step or more."""
    found: set[Node] = set()
    left = [following for node in start for following in ways.get(node, ())]
    while left:
        node = left.pop()
        if node not in found:
            found.add(node)
            left += ways.get(node, ())
    return found


def _reaching(goals: Set[Node], ways: Mapping[Node, Iterable[Node]]) -> set[Node]:
    """Everything from which one of ``goals`` can be reached, the goals included."""
    return set(goals) | _reached(goals, onward((target, node) for node, targets in ways.items() for target in targets))


def _is_number(text: str, country: str) -> bool:
    try:
        return not split(text, country)[1]
    except NotANumber:
        return False


def _text(value: Any) -> str:
    return "" if value is None else str(value)

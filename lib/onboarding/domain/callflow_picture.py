"""The picture of a call flow: boxes in columns from left to right, as an SVG text.

Columns follow the way of a call (the longest way counts), rows are ordered so that lines cross little. The same flow
gives the same text. Colours are those of the page (``currentColor`` on translucent grounds) unless a theme says
otherwise, so that the picture fits a light and a dark page and paper; kinds differ by shape and word as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from onboarding.domain.callflow import CallFlow, Meets, Node, Step, When
from onboarding.domain.grid_layout import GridPosition, Pair, arrange, onward
from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.number import national
from onboarding.html.parts import EMPTY, Markup, element, join, shape
from onboarding.text import shortened

KINDS = {kind: kind.capitalize() for kind in Meets}
KINDS |= {Meets.OUTSIDE: "Outside number", Meets.HANG_UP: "End of the call"}
WHENS: Mapping[When, str] = {
    When.OPEN: "open",
    When.CLOSED: "closed",
    When.TIME_OUT: "nothing pressed",
    When.INVALID: "wrong key",
    When.FULL: "waited too long",
}

BOX = (168, 44)
"""Width and height of a box, in pixels at full size."""
GAP = (150, 20)
MARGIN = 14
LONGEST = 22
"""Characters of a name that fit into a box; the text alternative has all of it."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a picture; ``grounds`` by kind, everything else on ``ground``."""

    ink: str = "currentColor"
    ground: str = "rgba(128,128,128,0.10)"
    grounds: Mapping[Meets, str] = field(
        default_factory=lambda: {
            Meets.NUMBER: "rgba(31,95,191,0.16)",
            Meets.MENU: "rgba(107,63,160,0.16)",
            Meets.SCHEDULE: "rgba(138,90,0,0.16)",
            Meets.QUEUE: "rgba(27,110,58,0.16)",
        }
    )
    font: str = "system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn flow: ``svg`` with its ``title``, and the same in words as rows of From, When, To."""

    title: str
    svg: Markup
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def draw(flow: CallFlow, theme: Theme | None = None, language: Language = ENGLISH) -> Picture:
    """The picture of all flows together. A flow without a step has an empty ``svg``."""
    title = language("Call flow")
    columns = [language("From"), language("When"), language("To")]
    place = {node: number for number, node in enumerate(flow.nodes)}
    steps = sorted(flow.steps, key=lambda step: place[step.source])
    rows = [
        [_full(step.source, flow, language), _when(step, language), _full(step.target, flow, language)]
        for step in steps
    ]
    return Picture(title, _svg(flow, theme or Theme(), language, title) if flow.steps else EMPTY, columns, rows)


def _svg(flow: CallFlow, theme: Theme, language: Language, title: str) -> Markup:
    place = {node: number for number, node in enumerate(flow.nodes)}
    merged = onward(((place[step.source], place[step.target]), step) for step in flow.steps)
    spots, ways = arrange(len(flow.nodes), list(merged))
    width = 2 * MARGIN + (max(spot.column for spot in spots) + 1) * (BOX[0] + GAP[0]) - GAP[0]
    lowest = max(spot.row for spot in (*spots, *(spot for way in ways.values() for spot in way)))
    height = 2 * MARGIN + (lowest + 1) * (BOX[1] + GAP[1])
    parts = [
        element("title", title),
        *(_line(way, theme) for way in ways.values()),
        _words(merged, ways, theme, language),
    ]
    parts += [_box(flow, number, spots[number], theme, language) for number in range(len(flow.nodes))]
    names = ", ".join(
        dict.fromkeys(_full(node, flow, language) for node in flow.entries)
    )  # the table beside it has the rest
    frame = {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {_px(width)} {_px(height)}", "width": _px(width),
        "height": _px(height), "role": "img", "aria-label": f"{title}: {names}",
        "style": f"font-family:{theme.font};font-size:13px",
    }  # fmt: skip
    return element("svg", join(parts), frame)


def _box(flow: CallFlow, number: int, spot: GridPosition, theme: Theme, language: Language) -> Markup:
    node = flow.nodes[number]
    left, top = _corner(spot)
    is_missing = node not in flow.places and node.kind is not Meets.HANG_UP
    radius = {Meets.NUMBER: 22, Meets.EXTENSION: 6, Meets.VOICEMAIL: 6, Meets.HANG_UP: 22}.get(node.kind, 2)
    ground = theme.grounds.get(node.kind, theme.ground)
    kind = language(KINDS[node.kind]) + (f" · {language('not listed')}" if is_missing else "")
    outline = {
        "x": _px(left), "y": _px(top), "width": BOX[0], "height": BOX[1], "rx": radius, "fill": ground,
        "stroke": theme.ink, "stroke-opacity": "0.55", "stroke-dasharray": "5 3" if is_missing else "",
    }  # fmt: skip
    middle = {"x": _px(left + BOX[0] / 2), "text-anchor": "middle", "fill": theme.ink}
    above = {**middle, "y": _px(top + (17 if node.name else 27)), "font-size": 11, "fill-opacity": "0.85"}
    parts = [element("title", _full(node, flow, language)), shape("rect", outline), element("text", kind, above)]
    if node.name:
        below = {**middle, "y": _px(top + 33), "font-weight": 600}
        parts.append(element("text", shortened(national(node.name, flow.country), LONGEST), below))
    return element("g", join(parts))


def _line(way: Sequence[GridPosition], theme: Theme) -> Markup:
    """A smooth line through the spots of a way, with an arrow at its end."""
    points = _points(way)
    path = [f"M{_px(points[0][0])} {_px(points[0][1])}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        bend = max(30.0, abs(to_x - x) / 2)
        path.append(f"C{_px(x + bend)} {_px(y)} {_px(to_x - bend)} {_px(to_y)} {_px(to_x)} {_px(to_y)}")
    x, y = points[-1]
    arrow = {"d": f"M{_px(x)} {_px(y)}l-8 -4v8z", "fill": theme.ink, "fill-opacity": "0.75"}
    line = {"d": "".join(path), "fill": "none", "stroke": theme.ink, "stroke-opacity": "0.6"}
    return shape("path", line) + shape("path", arrow)


def _points(way: Sequence[GridPosition]) -> list[tuple[float, float]]:
    """From the right edge of the first box, through the middle of free places, to the left edge of the last."""
    first, last = _corner(way[0]), _corner(way[-1])
    points = [(first[0] + BOX[0], first[1] + BOX[1] / 2)]
    if way[-1].column <= way[0].column:  # back: over the row of its own that was kept free for it
        below = max(spot.row for spot in way) * (BOX[1] + GAP[1]) + MARGIN + BOX[1] / 2
        points += [(points[0][0] + 24, below), (last[0] - 24, below)]
    else:
        for spot in way[1:-1]:
            left, top = _corner(spot)
            points += [(left, top + BOX[1] / 2), (left + BOX[0], top + BOX[1] / 2)]
    return [*points, (last[0], last[1] + BOX[1] / 2)]


def _words(
    pairs: Mapping[Pair, Sequence[Step]], ways: Mapping[Pair, Sequence[GridPosition]], theme: Theme, language: Language
) -> Markup:
    """What leads along each line: at its beginning where it is the only one, otherwise where the lines have parted.

    The first words at a point stand above it, those of further lines below it, one below another.
    """
    leaving = Counter(source for source, _ in ways)
    below: dict[tuple[float, float], int] = {}  # points that have words -> lines of words below them
    parts = []
    for pair, way in ways.items():
        if not (lines := _lines(pairs[pair], language)):
            continue
        is_alone = leaving[pair[0]] == 1
        point = _points(way)[0 if is_alone else 1]
        is_first, (x, y) = point not in below, point
        anchor, x = ("start", x + 8) if is_alone or way[-1].column <= way[0].column else ("end", x - 12)
        y += -5 - 12 * (len(lines) - 1) if is_first else 26 + 12 * below[point]
        below[point] = 0 if is_first else below[point] + len(lines)
        for place, line in enumerate(lines):
            spot = {"x": _px(x), "y": _px(y + 12 * place), "text-anchor": anchor, "font-size": 11, "fill": theme.ink}
            parts.append(element("text", shortened(line, LONGEST), spot))
    return join(parts)


def _lines(steps: Sequence[Step], language: Language) -> list[str]:
    """The keys together, then every other reason, on one line if that is short."""
    keys = ", ".join(step.key for step in steps if step.when is When.KEY)
    words = [
        word for word in dict.fromkeys([keys, *(_when(s, language) for s in steps if s.when is not When.KEY)]) if word
    ]
    joined = ", ".join(words)
    return [joined] if joined and len(joined) <= LONGEST else words


def _corner(spot: GridPosition) -> tuple[float, float]:
    return MARGIN + spot.column * (BOX[0] + GAP[0]), MARGIN + spot.row * (BOX[1] + GAP[1])


def _full(node: Node, flow: CallFlow, language: Language) -> str:
    kind = language(KINDS[node.kind])
    return f"{kind}: {national(node.name, flow.country)}" if node.name else kind


def _when(step: Step, language: Language) -> str:
    return step.key if step.when is When.KEY else language(WHENS.get(step.when, ""))


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

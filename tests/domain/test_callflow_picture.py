"""The drawn call flow: well-formed, the same each time, nothing on top of anything, and the same in words."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given, settings

from onboarding.domain.callflow import CallFlow, Meets, Node, Step, When
from onboarding.domain.callflow_picture import BOX, LONGEST, MARGIN, Theme, draw
from onboarding.domain.grid_layout import arrange
from onboarding.domain.language import Language
from tests.domain.test_callflow import Tables, flows, graph

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = "+19725550101"

CLINIC: Tables = {
    "dids": [{"number": NUMBER, "goes_to": "schedule", "target": "Hours"}],
    "schedules": [{"name": "Hours", "open_to": "menu", "open_target": "Main", "closed_to": "hang-up"}],
    "menus": [{"name": "Main", "timeout_to": "menu", "timeout_target": "Main", "invalid_to": "hang-up"}],
    "menu_keys": [
        {"menu": "Main", "key": "1", "goes_to": "queue", "target": "Desk"},
        {"menu": "Main", "key": "2", "goes_to": "queue", "target": "Desk"},
        {"menu": "Main", "key": "3", "goes_to": "extension", "target": "999"},
        {"menu": "Main", "key": "0", "goes_to": "outside", "target": "+19725550190"},
    ],
    "queues": [{"name": "Desk", "overflow_to": "voicemail", "overflow_target": "200"}],
    "agents": [{"queue": "Desk"}],
    "announcements": [{"name": "Closed", "goes_to": "hang-up"}],
    "extensions": [{"extension": "200", "voicemail": True}],
}


def elements(svg: str, name: str) -> list[Xml.Element]:
    return list(Xml.fromstring(svg).iter(f"{SVG}{name}"))


def boxes(svg: str) -> list[tuple[float, float]]:
    return [(float(r.get("x", "")), float(r.get("y", ""))) for r in elements(svg, "rect")]


def groups(svg: str) -> dict[str, Xml.Element]:
    """What a box stands for -> its group."""
    return {str(group[0].text): group for group in elements(svg, "g")}


@settings(max_examples=100, deadline=None)
@given(flows())
def test_any_flow_can_be_drawn(tables: Tables) -> None:
    """Twice the same text, all of it inside the picture, and no box on another."""
    flow = graph(tables)
    picture = draw(flow)
    assert picture == draw(graph(tables))
    if picture.svg:
        root = Xml.fromstring(picture.svg)
        _, _, width, height = map(float, str(root.get("viewBox")).split())
        found = boxes(picture.svg)
        assert len(found) == len(flow.nodes)
        assert min(x for x, _ in found) == MARGIN
        for place, (x, y) in enumerate(found):
            assert MARGIN <= y <= height - MARGIN - BOX[1]
            assert x <= width - MARGIN - BOX[0]
            for other_x, other_y in found[:place]:
                assert abs(x - other_x) >= BOX[0] or abs(y - other_y) >= BOX[1]


@settings(max_examples=60, deadline=None)
@given(flows())
def test_each_line_goes_from_box_to_box(tables: Tables) -> None:
    """From the right edge of the first to the left edge of the last, where its arrow is; one for each pair."""
    flow = graph(tables)
    picture = draw(flow)
    if not picture.svg:
        return
    place = dict(zip(flow.nodes, boxes(picture.svg), strict=True))
    wanted = {
        ((place[s.source][0] + BOX[0], place[s.source][1] + BOX[1] / 2), (place[s.target][0], place[s.target][1] + 22))
        for s in flow.steps
    }
    lines, arrows = elements(picture.svg, "path")[::2], elements(picture.svg, "path")[1::2]
    numbers = [[float(found) for found in re.findall(r"-?[\d.]+", str(line.get("d")))] for line in lines]
    assert {((found[0], found[1]), (found[-2], found[-1])) for found in numbers} == wanted
    assert len(lines) == len({(step.source, step.target) for step in flow.steps})
    for found, arrow in zip(numbers, arrows, strict=True):
        assert [float(n) for n in re.findall(r"-?[\d.]+", str(arrow.get("d")))[:2]] == found[-2:]


@settings(max_examples=60, deadline=None)
@given(flows())
def test_lines_pass_beside_the_boxes(tables: Tables) -> None:
    """On the way forward straight through free places of the columns between, on the way back below every box."""
    flow = graph(tables)
    picture = draw(flow)
    if not picture.svg:
        return
    found = boxes(picture.svg)
    lefts = {left for left, _ in found}
    for line in elements(picture.svg, "path")[::2]:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", str(line.get("d")))]
        (x, y), *curves = zip(numbers[::2], numbers[1::2], strict=True)
        passed = curves[2::3][:-1]
        if curves[-1][0] > x:
            assert [place[0] for place in passed[1::2]] == [left + BOX[0] for left, _ in passed[::2]]
            assert {left for left, _ in passed[::2]} <= lefts | {x + BOX[0] for x in lefts}
            assert [place[1] for place in passed[::2]] == [place[1] for place in passed[1::2]]
            for place_x, place_y in passed[::2]:
                assert not [top for left, top in found if left == place_x and abs(top + BOX[1] / 2 - place_y) < BOX[1]]
        else:
            assert [place[0] for place in passed] == [x + 24, curves[-1][0] - 24]
            assert all(place[1] > top + BOX[1] for place in passed for _, top in found)
    assert y > 0


def words(svg: str) -> dict[str, tuple[float, float, str]]:
    """Words beside the lines -> where they stand, and which end of them that is."""
    texts = Xml.fromstring(svg).findall(f"{SVG}text")
    return {str(t.text): (float(t.get("x", "")), float(t.get("y", "")), str(t.get("text-anchor"))) for t in texts}


def test_words_stand_where_their_line_is_alone() -> None:
    """At its beginning when it is the only one, before the box it comes to when there are several."""
    tables = {
        "menus": [{"name": "A", "timeout_to": "queue", "timeout_target": "Q", "invalid_to": "hang-up"}],
        "queues": [{"name": "Q", "overflow_to": "voicemail", "overflow_target": "200"}],
    }
    flow = graph(tables)
    svg = draw(flow).svg
    place = {node.kind: box for node, box in zip(flow.nodes, boxes(svg), strict=True)}
    found = words(svg)
    (queue_x, queue_y), (end_x, end_y) = place[Meets.QUEUE], place[Meets.HANG_UP]
    assert found["waited too long"] == (queue_x + BOX[0] + 8, queue_y + 22 - 5, "start")
    assert found["nothing pressed"] == (queue_x - 12, queue_y + 22 - 5, "end")
    assert found["wrong key"] == (end_x - 12, end_y + 22 - 5, "end")


def test_words_of_lines_that_meet_stand_below_each_other() -> None:
    """Three menus come to one queue by several keys: no words lie on others."""
    menus = [{"name": name, "timeout_to": "menu", "timeout_target": name} for name in "ABC"]
    tables = {
        "menus": [menu | {"invalid_to": "queue", "invalid_target": "Q"} for menu in menus],
        "menu_keys": [{"menu": m, "key": key, "goes_to": "queue", "target": "Q"} for m in "ABC" for key in "12345"],
        "queues": [{"name": "Q"}],
    }  # fmt: skip
    texts = Xml.fromstring(draw(graph(tables)).svg).findall(f"{SVG}text")
    places = [(float(t.get("x", "")), float(t.get("y", ""))) for t in texts]
    assert len(texts) == 9
    for number, (x, y) in enumerate(places):
        assert all(abs(x - other_x) > 40 or abs(y - other_y) >= 12 for other_x, other_y in places[:number])


def test_a_way_back_has_its_words_at_its_beginning() -> None:
    """Below the box it leaves, where the line turns."""
    flow = graph({"menus": [{"name": "A", "timeout_to": "menu", "timeout_target": "A", "invalid_to": "hang-up"}]})
    svg = draw(flow).svg
    [(left, top), _] = boxes(svg)
    x, y, anchor = words(svg)["nothing pressed"]
    assert (x, anchor) == (left + BOX[0] + 24 + 8, "start")
    assert y > top + BOX[1]


def test_kinds_are_told_by_shape_and_word() -> None:
    """Numbers and ends are round, people have soft corners, what is decided on the way has sharp ones."""
    found = groups(draw(graph(CLINIC)).svg)
    radii = {name: str(group[1].get("rx")) for name, group in found.items()}
    assert radii == {
        "Number: (972) 555-0101": "22", "End of the call": "22", "Extension: 999": "6", "Voicemail: 200": "6",
        "Schedule: Hours": "2", "Menu: Main": "2", "Queue: Desk": "2", "Announcement: Closed": "2",
        "Outside number: (972) 555-0190": "2",
    }  # fmt: skip
    words = [[text.text for text in group.iter(f"{SVG}text")] for group in found.values()]
    assert ["Menu", "Main"] in words
    assert ["End of the call"] in words


def test_only_what_is_not_listed_is_dashed() -> None:
    """An extension nobody has is marked as such; the end of a call is in no list and needs none."""
    found = groups(draw(graph(CLINIC)).svg)
    dashed = [name for name, group in found.items() if group[1].get("stroke-dasharray")]
    assert dashed == ["Extension: 999"]
    assert [text.text for text in found["Extension: 999"].iter(f"{SVG}text")] == ["Extension · not listed", "999"]


def test_lines_carry_their_reasons() -> None:
    """Keys to the same place together; opening hours, silence and wrong keys in words; a number needs no reason."""
    root = Xml.fromstring(draw(graph(CLINIC)).svg)
    words = sorted(str(text.text) for text in root.findall(f"{SVG}text"))
    assert words == ["0", "1, 2", "3", "closed", "nothing pressed", "open", "waited too long", "wrong key"]


def test_reasons_of_one_line_stand_below_each_other_when_they_are_long() -> None:
    """A short list of reasons is one line, a long one has a line for each."""
    menus = [{"name": "A", "timeout_to": "hang-up", "invalid_to": "hang-up"}]
    texts = Xml.fromstring(draw(graph({"menus": menus})).svg).findall(f"{SVG}text")
    assert [text.text for text in texts] == ["nothing pressed", "wrong key"]
    assert float(str(texts[1].get("y"))) - float(str(texts[0].get("y"))) == 12
    keys = [{"menu": "A", "key": key, "goes_to": "hang-up"} for key in "12"]
    texts = Xml.fromstring(draw(graph({"menus": [{"name": "A", "invalid_to": "hang-up"}], "menu_keys": keys})).svg)
    assert [text.text for text in texts.findall(f"{SVG}text")] == ["1, 2, wrong key"]


def test_the_rows_say_the_same_in_words() -> None:
    """From, when, to: every step once, in the order of what is met."""
    picture = draw(graph(CLINIC))
    assert list(picture.columns) == ["From", "When", "To"]
    assert [tuple(row) for row in picture.rows] == [
        ("Number: (972) 555-0101", "", "Schedule: Hours"),
        ("Schedule: Hours", "open", "Menu: Main"),
        ("Schedule: Hours", "closed", "End of the call"),
        ("Menu: Main", "1", "Queue: Desk"),
        ("Menu: Main", "2", "Queue: Desk"),
        ("Menu: Main", "3", "Extension: 999"),
        ("Menu: Main", "0", "Outside number: (972) 555-0190"),
        ("Menu: Main", "nothing pressed", "Menu: Main"),
        ("Menu: Main", "wrong key", "End of the call"),
        ("Queue: Desk", "waited too long", "Voicemail: 200"),
        ("Announcement: Closed", "", "End of the call"),
    ]


def test_a_screen_reader_hears_where_calls_come_in() -> None:
    """The picture has a name that lists the numbers and what is dialled inside; the table has the rest."""
    tables = CLINIC | {"queues": [{"name": "Desk", "extension": "280"}]}
    root = Xml.fromstring(draw(graph(tables)).svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Call flow: Number: (972) 555-0101, Queue: Desk"
    assert root[0].text == "Call flow"


def test_a_picture_in_another_language() -> None:
    """Title, kinds and reasons are translated; names are the customer's."""
    spanish = Language("es", "Español", {"Call flow": "Flujo", "Menu": "Menú", "wrong key": "tecla equivocada",
                                         "not listed": "no figura", "From": "De"})  # fmt: skip
    picture = draw(graph(CLINIC), language=spanish)
    assert picture.title == "Flujo"
    assert picture.columns[0] == "De"
    assert ["Menú: Main", "tecla equivocada", "End of the call"] in [list(row) for row in picture.rows]
    for text in ("Extension · no figura", "Menú", ">tecla equivocada<"):
        assert text in picture.svg


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("M" * LONGEST, "M" * LONGEST),
        ("M" * (LONGEST + 1), "M" * (LONGEST - 1) + "…"),
        ("+19725550190", "(972) 555-0190"),
    ],
)
def test_a_long_name_is_cut_in_its_box_only(name: str, shown: str) -> None:
    """What does not fit ends in dots, never longer than the box; title and words have all of it."""
    picture = draw(graph({"dids": [{"number": NUMBER, "goes_to": "menu", "target": name}]}))
    group = elements(picture.svg, "g")[1]
    assert [text.text for text in group.iter(f"{SVG}text")][1] == shown
    assert len(shown) <= LONGEST
    whole = name if name.startswith("M") else shown
    assert group[0].text == picture.rows[0][2] == f"Menu: {whole}"


def test_names_of_customers_are_text_and_nothing_else() -> None:
    """Markup in a name stays text."""
    name = "<script>alert('x')</script> & a very long menu name"
    picture = draw(graph({"dids": [{"number": NUMBER, "goes_to": "menu", "target": name}]}))
    assert "<script" not in picture.svg
    assert name in picture.rows[0][2]
    assert "not listed" in picture.svg


def test_a_theme_colours_by_kind() -> None:
    """Its grounds for the kinds it names, its ground for all others, its ink throughout."""
    theme = Theme(ink="#111111", ground="#eeeeee", grounds={Meets.QUEUE: "#00ff00"}, font="Comic")
    svg = draw(graph(CLINIC), theme).svg
    fills = {name: group[1].get("fill") for name, group in groups(svg).items()}
    assert fills["Queue: Desk"] == "#00ff00"
    assert {fill for name, fill in fills.items() if name != "Queue: Desk"} == {"#eeeeee"}
    assert "currentColor" not in svg
    assert "font-family:Comic" in svg


def test_a_loop_is_drawn_below_everything() -> None:
    """A way back keeps a row of its own, so that it crosses no box."""
    menu = Node(Meets.MENU, "A")
    flow = CallFlow((menu,), (Step(menu, menu, When.KEY, "menu_keys.target", 0, "1"),), {menu: 0})
    _, ways = arrange(1, [(0, 0)])
    assert ways[0, 0][1].row > 0
    svg = draw(flow).svg
    assert svg.count("<rect") == 1
    [(_, top)] = boxes(svg)
    line = [float(found) for found in re.findall(r"-?[\d.]+", str(elements(svg, "path")[0].get("d")))]
    assert max(line[1::2]) > top + BOX[1]
    assert max(line[1::2]) < float(str(Xml.fromstring(svg).get("height")))


def test_without_steps_there_is_no_picture() -> None:
    """Nothing answered, nothing drawn; the title and the heads of the table are there."""
    picture = draw(CallFlow((), ()))
    assert (picture.title, picture.svg, list(picture.rows)) == ("Call flow", "", [])

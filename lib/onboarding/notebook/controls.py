"""What forms are made of: buttons, lines of HTML, boxes with a style, and the widgets with a script of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import ipywidgets as widgets
import traitlets

from onboarding.html.parts import Markup, escaped

WIDE: Mapping[str, Any] = {"style": {"description_width": "initial"}, "layout": {"width": "auto", "height": "auto"}}
"""How a field is laid out: as wide as its place, and its label as wide as it has to be."""


def classed(widget: Any, *kinds: str) -> Any:
    """The widget, with classes of the form's style sheet."""
    for kind in kinds:
        widget.add_class(f"onb-{kind}")
    return widget


def mark(widget: widgets.DOMWidget, kind: str, wanted: bool) -> None:
    """Gives the widget the class, or takes it away."""
    (widget.add_class if wanted else widget.remove_class)(f"onb-{kind}")


def row(children: Iterable[widgets.Widget], *kinds: str) -> widgets.Box:
    return classed(widgets.Box([*children]), *kinds)


def column(children: Iterable[widgets.Widget], *kinds: str) -> widgets.VBox:
    return classed(widgets.VBox([*children]), *kinds)


def button(
    words: str, on_click: Callable[[], object], style: str = "", icon: str = "", **layout: str
) -> widgets.Button:
    """A button as wide as its words; ``style`` is ipywidgets' ``button_style``."""
    made = widgets.Button(description=words, button_style=style, icon=icon, layout={"width": "auto", **layout})
    made.on_click(lambda _: on_click())
    return made


def text_field(label: str, placeholder: str, value: str = "") -> widgets.Text:
    return widgets.Text(value=value, description=label, placeholder=placeholder, **WIDE)


class Line(widgets.HTML):  # type: ignore[misc]
    """A line of HTML within a form. What is put into it is escaped unless it is `Markup`; ``kinds`` as of `classed`."""

    def __init__(self, value: object = "", *kinds: str) -> None:
        super().__init__(escaped(value))
        classed(self, *kinds)

    @traitlets.validate("value")
    def _made_safe(self, proposal: Any) -> Markup:
        return escaped(proposal["value"])


@cache
def asset(name: str) -> str:
    """Text of one of the files beside this module; those in `tabulator` are Tabulator's, with its licence."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


class Scripted(anywidget.AnyWidget):
    """A widget whose script and style are files beside this module, read when the first is made, never at import."""

    scripts: ClassVar[tuple[str, ...]]
    """Parts of one module, which a browser is handed as a blob: it cannot import files."""
    sheet: ClassVar[str]

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return "\n".join(map(asset, self.scripts))

    @traitlets.default("_css")
    def _default_css(self) -> str:
        return asset(self.sheet)


class FormScript(Scripted):
    """The invisible part of every form, to be the first child of a box with the class ``onb-form``.

    With a drop-down, tick box or button in focus JupyterLab takes B, X or D D for a command and edits the notebook. It
    lets go only when the focused element itself carries `data-lm-suppress-shortcuts`, so it sets that on
    whatever gets the focus inside its form. It also carries the form's style sheet, links each field to its help and
    its message for screen readers, moves the focus, and hands files to the browser. ``lang`` is the language of it all.
    """

    scripts = ("form.js",)
    sheet = "form.css"
    lang = traitlets.Unicode("").tag(sync=True)

    def focus_on(self, selector: str) -> None:
        """Moves the focus to the first control inside the element that ``selector`` finds in the form."""
        self.send({"do": "focus", "selector": selector})

    def download(self, name: str, media_type: str, data: bytes) -> None:
        """Hands ``data`` to the browser as a file to keep."""
        self.send({"do": "download", "name": name, "type": media_type}, buffers=[data])


class Copyable(Scripted):
    """A list of (label, value), each with a copy button, and tables whose rows are copied as a spreadsheet takes them:
    what a person enters into somebody else's portal.

    A table is ``{"title": ..., "columns": [...], "rows": [[...], ...]}`` of display strings.
    """

    scripts = ("copyable.js",)
    sheet = "copyable.css"
    values = traitlets.List(trait=traitlets.List(traitlets.Unicode())).tag(sync=True)
    tables = traitlets.List(trait=traitlets.Dict()).tag(sync=True)

    def __init__(self, values: Sequence[tuple[str, str]], tables: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(values=[*map(list, values)], tables=[*map(dict, tables)])

"""Which SVG is a drawing of ours: only shapes and words, nothing that runs, links or loads."""

from __future__ import annotations

import base64
import binascii
import re
from xml.etree import ElementTree

PREFIX = "data:image/svg+xml;base64,"
LARGEST = 400_000
"""Characters of a picture's address; the largest call flow takes a tenth of it."""

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_PLACE = {"x", "y", "width", "height", "rx", "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-dasharray"}
_DRAWN = {
    "svg": {"viewBox", "width", "height", "role", "aria-label", "style"},
    "g": set(),
    "title": set(),
    "rect": _PLACE,
    "path": {"d", "fill", "fill-opacity", "stroke", "stroke-opacity"},
    "text": {"x", "y", "text-anchor", "fill", "fill-opacity", "font-size", "font-weight"},
}
_STYLE = re.compile(r"font-family:[\w ,\"'-]+;font-size:\d+px")
_VALUE = re.compile(r"[\w .,()#%-]*")


def is_drawing(address: str) -> bool:
    """Whether an address holds an SVG made of nothing but what `domain.callflow_picture` draws.

    Even so it is shown as a picture, in which a browser runs nothing.
    """
    if not address.startswith(PREFIX) or len(address) > LARGEST:
        return False
    try:
        source = base64.b64decode(address.removeprefix(PREFIX), validate=True).decode()
        if "<!" in source or "<?" in source or "&" in re.sub(r"&(amp|lt|gt|#34|#39);", "", source):
            return False
        root = ElementTree.fromstring(source)
    except (binascii.Error, UnicodeDecodeError, ElementTree.ParseError):
        return False
    return root.tag == f"{_NAMESPACE}svg" and all(_is_drawn(element) for element in root.iter())


def _is_drawn(element: ElementTree.Element) -> bool:
    name = element.tag.removeprefix(_NAMESPACE)
    if name not in _DRAWN or not element.tag.startswith(_NAMESPACE) or not set(element.attrib) <= _DRAWN[name]:
        return False
    for attribute, value in element.attrib.items():
        if attribute == "style":
            if not _STYLE.fullmatch(value):
                return False
        elif attribute != "aria-label" and not (_VALUE.fullmatch(value) and "url" not in value.lower()):
            return False
    return True

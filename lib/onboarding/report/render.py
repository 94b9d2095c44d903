"""From an executed notebook to one HTML file that needs nothing else: no code, no script, no request.

Two walls stand between a customer's text and the reader's browser, besides the escaping in the fragments: everything
a notebook shows is cleaned by a list of what is allowed, and the page's own policy forbids the rest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from uuid import uuid4

import nbformat
import nh3
from markdown_it import MarkdownIt
from nbconvert.exporters import TemplateExporter
from traitlets.config import Config

from onboarding.domain.language import ENGLISH, Language
from onboarding.errors import InputError
from onboarding.files import write_atomically
from onboarding.html.parts import Markup, escaped
from onboarding.profile.catalogues import language_codes, load_language
from onboarding.report.formatter import HEAD, SECTIONS
from onboarding.report.svg_check import is_drawing
from onboarding.resources import shipped
from onboarding.text import visible

DROPPED = {"parameters", "injected-parameters", "setup"}
"""Tags of cells that are for whoever runs the notebook, not for whoever reads the report."""

SHOWN = ["text/html", "text/markdown", "image/png", "image/jpeg", "text/plain"]
"""What of an output is shown, the first that is there; script, widgets and SVG as such never are."""

HEADING = "## "

_OWN_PAGE = re.compile(r"#[\w-]+|[a-z0-9][a-z0-9-]*/completion\.html")
_RANK = re.compile(r"#+ ")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TABLE = {"role", "data-label", "scope", "colspan", "rowspan"}
_ATTRIBUTES = {
    "*": {"class"},
    "a": {"href"},
    "i": {"style"},
    "col": {"style"},
    "img": {"src", "alt"},
    "span": {"aria-hidden"},
    "div": {"role", "tabindex", "aria-label"},
    "time": {"datetime"},
    "table": {"role"},
    **dict.fromkeys(("thead", "tbody", "tr", "th", "td"), _TABLE),
}
_TAGS = set(_ATTRIBUTES) - {"*"} | {
    "h1", "h2", "h3", "h4", "p", "section", "header", "ul", "ol", "li", "dl", "dt", "dd", "details", "summary",
    "strong", "b", "em", "code", "pre", "br", "hr", "blockquote", "caption", "colgroup", "s", "sub", "sup", "small",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered file, its size in bytes and its digest."""

    path: Path
    size: int
    sha256: str


def render(notebook: Path | bytes, target: Path) -> Rendered:
    """Renders an executed notebook into ``target``; the same notebook always gives the same bytes.

    Raises InputError NOTEBOOK-UNREADABLE for what is no notebook.
    """
    html, _ = _exporter().from_notebook_node(*_prepared(_read(notebook)))
    data = html.encode()
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, data)
    return Rendered(target, len(data), hashlib.sha256(data).hexdigest())


def _read(notebook: Path | bytes) -> Any:
    name = notebook.name if isinstance(notebook, Path) else "The notebook"
    try:
        data = notebook.read_bytes() if isinstance(notebook, Path) else notebook
        wrong: dict[str, Exception] = {}
        found: Any = nbformat.reads(data.decode(), 4, wrong)  # type: ignore[no-untyped-call]
        if wrong:
            raise wrong["ValidationError"]
    except (OSError, ValueError, KeyError, AttributeError, TypeError, nbformat.ValidationError) as error:
        reason = str(error).partition("\n")[0][:200]
        message = f"{name} cannot be read as a notebook: {reason}."
        raise InputError("NOTEBOOK-UNREADABLE", message, "Run the report again.") from error
    return found


def _prepared(nb: Any) -> tuple[Any, dict[str, Any]]:
    """The notebook as far as it is read, and what the template wants to know about it."""
    head = _head(nb)
    headings = (_heading(cell.source, "# ") for cell in nb.cells if cell.cell_type == "markdown")
    title = head.get("title") or next(filter(None, headings), "Report")
    code = head.get("lang", "")
    language = load_language(code) if code in language_codes() else ENGLISH
    nb.cells = list(expanded(_reading_part(nb.cells)))
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = in_language(cell.source, language)
    words = {"skip": language("Skip to the report"), "contents_label": language("Contents")}
    return nb, {"title": title, "lang": language.code, "contents": _contents(nb.cells), **words}


def in_language(source: str, language: Language) -> str:
    """Markdown in another language, paragraph by paragraph; headings keep their rank."""
    return "\n\n".join(_paragraph(part, language) for part in paragraphs(source))


def paragraphs(source: str) -> list[str]:
    """Paragraphs and headings of a text, each on one line."""
    return [" ".join(part.split()) for part in source.split("\n\n") if part.strip()]


def _paragraph(text: str, language: Language) -> str:
    rank = _RANK.match(text)
    return f"{rank[0]}{language(text[rank.end() :])}" if rank else language(text)


@cache
def _exporter() -> Any:
    """One exporter for the whole process: making it takes longer than using it.

    Not HTMLExporter: that reads and writes the whole page once more for JupyterLab's markup, which ours has not.
    """
    config = Config()
    config.NbConvertBase.display_data_priority = SHOWN
    exporter: Any = TemplateExporter(  # type: ignore[no-untyped-call]
        config=config,
        template_name="theme",
        template_file="index.html.j2",
        extra_template_basedirs=[str(shipped("reports"))],
        default_preprocessors=["nbconvert.preprocessors.CoalesceStreamsPreprocessor"],
        optimistic_validation=True,
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    exporter.environment.autoescape, exporter.environment.finalize = True, escaped
    exporter.environment.filters |= {act.__name__: act for act in (clean, markdown, plain, anchor, heads)}
    return exporter


def clean(html: str) -> Markup:
    """HTML with everything taken out that is not allowed: scripts, handlers, forms, frames, foreign SVG."""
    return Markup(_cleaner('"data:image/' in html).clean(html))


@cache
def _cleaner(with_pictures: bool) -> nh3.Cleaner:
    """What cleans HTML; only with pictures, which take longer, it is asked about each attribute."""
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES if with_pictures else _ATTRIBUTES | {"img": {"alt"}},
        attribute_filter=_only_pictures_of_its_own if with_pictures else None,
        filter_style_properties={"left", "width"},
        url_schemes={"https", "http", "mailto"} | ({"data"} if with_pictures else set()),
        url_relative=_own_page,
        link_rel="noopener noreferrer",
    )


def _own_page(address: str) -> str | None:
    return address if _OWN_PAGE.fullmatch(address) else None


def _only_pictures_of_its_own(tag: str, name: str, value: str) -> str | None:
    is_data = value.lower().lstrip().startswith("data:")
    if tag == "img" and name == "src":
        is_photo = value.startswith(("data:image/png;base64,", "data:image/jpeg;base64,"))
        return value if is_photo or is_drawing(value) else None
    return None if is_data and name in ("href", "src") else value


def markdown(source: str) -> Markup:
    """Markdown as HTML; HTML within it is shown as text."""
    return clean(_markdown().render(visible(source)))


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def plain(source: str) -> str:
    """Output of a program as text."""
    return _ANSI.sub("", source)


def anchor(source: str) -> str:
    """Id of the section a markdown cell opens, ``users`` for ``## Users``; empty when it opens none."""
    return "-".join("".join(mark if mark.isalnum() else " " for mark in _heading(source).lower()).split())


def _heading(source: str, rank: str = HEADING) -> str:
    """The heading a markdown cell opens with; empty when it opens with none of that rank."""
    first = source.lstrip().partition("\n")[0]
    return first.removeprefix(rank).strip() if first.startswith(rank) else ""


def _contents(cells: list[Any]) -> list[tuple[str, str]]:
    opening = [cell.source for cell in cells if cell.cell_type == "markdown" and anchor(cell.source)]
    return [(anchor(source), _heading(source)) for source in opening]


def _head(nb: Any) -> Mapping[str, str]:
    """What the output that heads the document says about it; empty without one."""
    outputs = (output for cell in nb.cells for output in cell.get("outputs", ()))
    found = next((head for output in outputs if (head := output.get("data", {}).get(HEAD)) is not None), ())
    return {str(name): visible(value) for name, value in dict(found).items()}


def _reading_part(cells: list[Any]) -> list[Any]:
    """Cells that are read: what stands before the output that heads the document is for whoever runs the notebook."""
    first = next((place for place, cell in enumerate(cells) if heads(cell.get("outputs", ()))), 0)
    return [cell for cell in cells[first:] if not DROPPED & set(cell.metadata.get("tags", ()))]


def heads(outputs: Sequence[Any]) -> bool:
    """Whether one of the outputs heads the document."""
    return any(HEAD in output.get("data", {}) for output in outputs)


def expanded(cells: Sequence[Any]) -> Iterator[Any]:
    """Cells as a page shows them: one for each section of an output, none for what has nothing to say.

    A heading goes when the cell below it has nothing to say, or brings its own headings.
    """
    for cell, below in zip_longest(cells, cells[1:]):
        is_heading = cell.cell_type == "markdown" and cell.source.startswith(HEADING)
        if is_empty(cell) or (is_heading and below is not None and (is_empty(below) or _sections(below))):
            continue
        if sections := _sections(cell):
            for section in sections:
                yield from _cells(section)
        else:
            yield cell


def is_empty(cell: Any) -> bool:
    """Whether a cell ends in a fragment without a letter, and nothing else."""
    outputs = cell.get("outputs") or ()
    return bool(outputs) and all(output.get("data", {}).get("text/html") == "" for output in outputs)


def _sections(cell: Any) -> list[dict[str, str]]:
    for output in cell.get("outputs") or ():
        found = output.get("data", {}).get(SECTIONS)
        if isinstance(found, list):
            return [{str(name): visible(part) for name, part in dict(one).items()} for one in found]
    return []


def _cells(section: dict[str, str]) -> Iterator[Any]:
    """A heading with its sentence, and what stands under it."""
    parts = (f"{HEADING}{' '.join(section.get('title', '').split())}", section.get("text", ""))
    yield _cell("markdown", source="\n\n".join(filter(None, parts)))
    shown = {"output_type": "display_data", "metadata": {}, "data": {"text/html": section.get("html", "")}}
    yield _cell("code", source="", execution_count=None, outputs=[shown])


def _cell(cell_type: str, **content: Any) -> Any:
    """A cell; the page validates all of them at once."""
    made = {"cell_type": cell_type, "id": uuid4().hex[:8], "metadata": {}, **content}
    return nbformat.from_dict(made)  # type: ignore[no-untyped-call]

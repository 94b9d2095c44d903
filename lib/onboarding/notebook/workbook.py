"""The workbook's way out and in, as part of the form: download, upload, look, confirm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import ipywidgets as widgets

from onboarding.domain.json import Document
from onboarding.domain.language import Language
from onboarding.domain.question import Problem, Questionnaire
from onboarding.errors import OnboardingError
from onboarding.html.inline import strong
from onboarding.html.parts import EMPTY, Markup, fill, items, join, paragraph
from onboarding.notebook.difference import SectionChange, section_changes
from onboarding.notebook.guard import Guard
from onboarding.notebook.line import Line
from onboarding.notebook.wording import fine, refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTED = 50


class Reading(Protocol):
    """What a returned workbook holds: its answers, and what is wrong by sheet and cell."""

    @property
    def document(self) -> Document: ...
    @property
    def problems(self) -> Sequence[Problem]: ...


class WorkbookDesk:
    """``take_over(document, changed sections)`` is called once the person has seen and confirmed the changes.

    ``document`` is kept up to date by the form: what an upload is compared with. ``mark_up(bytes)`` gives the copy of
    an uploaded workbook in which its problems are marked.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        guard: Guard,
        read_upload: Callable[[str, bytes], Reading] | None,
        export: Callable[[], bytes] | None,
        file_name: str,
        take_over: Callable[[Document, Sequence[str]], None],
        mark_up: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self.document: Document = {}
        self.language = questionnaire.language
        self._questionnaire, self._guard, self._file_name = questionnaire, guard, file_name
        self._read, self._export, self._take_over = read_upload, export, take_over
        self._mark_up = mark_up
        self._waiting: tuple[Document, list[str]] | None = None
        self._returned: tuple[str, bytes] = ("", b"")
        self.download = widgets.Button(
            description=self.language("Download the workbook"), icon="download", layout={"width": "auto"}
        )
        self.download.on_click(lambda _: self._hand_out())
        self.upload = self._new_upload()
        self.result = Line("", "live")
        self.confirm = widgets.Button(
            description=self.language("Take these answers"), button_style="primary", layout={"width": "auto"}
        )
        self.confirm.on_click(lambda _: self._confirmed())
        self.cancel = widgets.Button(description=self.language("Leave everything as it is"), layout={"width": "auto"})
        self.cancel.on_click(lambda _: self._clear())
        self.marked = widgets.Button(
            description=self.language("Download it with its problems marked"), icon="download", layout={"width": "auto"}
        )
        self.marked.on_click(lambda _: self._hand_back())
        self._choice = widgets.Box([self.confirm, self.cancel])
        self._choice.add_class("onb-choice")
        self._tools = widgets.Box([])
        self._tools.add_class("onb-tools")
        back = widgets.Box([self.marked])
        back.add_class("onb-choice")
        self.box = widgets.VBox([self._tools, self.result, back, self._choice])
        self.box.add_class("onb-desk")
        self._fill_tools()
        self._clear()

    def _fill_tools(self) -> None:
        self._tools.children = [
            *([self.download] if self._export else []),
            *([self.upload] if self._read else []),
        ]
        self.box.layout.display = None if self._tools.children else "none"

    def _new_upload(self) -> widgets.FileUpload:
        upload = widgets.FileUpload(
            accept=".xlsx",
            multiple=False,
            description=self.language("Upload a filled-in workbook"),
            layout={"width": "auto"},
        )
        upload.observe(self._uploaded, "value")
        return upload

    def _hand_out(self) -> None:
        if self._export is None:
            return
        try:
            data = self._export()
        except OnboardingError as error:
            self._clear(refused(error, self.language))
            return
        self._guard.download(self._file_name, XLSX, data)

    def _hand_back(self) -> None:
        """The uploaded workbook with its problems marked, to be mailed to whoever filled it in."""
        name, data = self._returned
        if self._mark_up is None:
            return
        try:
            copy = self._mark_up(data)
        except OnboardingError as error:
            self._clear(refused(error, self.language))
            return
        self._guard.download(f"{Path(name).stem}-{self.language('to-correct')}.xlsx", XLSX, copy)

    def _uploaded(self, change: Any) -> None:
        if not change["new"] or self._read is None:
            return
        item = change["new"][0]
        self.upload = self._new_upload()  # the browser reports the same file again only to a new control
        self._fill_tools()
        try:
            reading = self._read(item["name"], bytes(item["content"]))
        except OnboardingError as error:
            self._clear(refused(error, self.language))
            return
        found = section_changes(self._questionnaire, self.document, reading.document)
        changed = [difference.section for difference in found]
        self._waiting = ({**self.document, **{name: reading.document[name] for name in changed}}, changed)
        self.result.value = _reading_html(item["name"], reading.problems, found, self.language)
        self._returned = (item["name"], bytes(item["content"]))
        self.marked.layout.display = None if reading.problems and self._mark_up else "none"
        self._choice.layout.display = None if found else "none"

    def _confirmed(self) -> None:
        if self._waiting is None:
            return
        document, changed = self._waiting
        offered = self.marked.layout.display
        words = self.language("The answers of the workbook are in the form.")
        self._clear(fine(words))
        self.marked.layout.display = offered  # what was wrong is still to be told to whoever filled it in
        self._take_over(document, changed)

    def _clear(self, html: Markup = EMPTY) -> None:
        self._waiting = None
        self.marked.layout.display = "none"
        self.result.value = html
        self._choice.layout.display = "none"


def _reading_html(name: str, problems: Sequence[Problem], found: Sequence[SectionChange], language: Language) -> Markup:
    """What the workbook holds: its problems by place, then what it would change."""
    read = language("{file} was read: {problems}.", file=name, problems=language.count(len(problems), "problem"))
    parts = [paragraph(read)]
    if problems:
        parts.append(items(fill("{} {}", strong(p.place_in(language)), p.said_in(language)) for p in problems[:LISTED]))
    if (left := len(problems) - LISTED) > 0:
        parts.append(paragraph(language("and {count} more", count=left)))
    if not found:
        return join([*parts, paragraph(language("It holds the same answers as the form: nothing would change."))])
    parts.append(paragraph(language("Taking its answers would change:")))
    return join([*parts, items(fill("{}: {}{}", strong(one.title), one.summary, items(one.lines)) for one in found)])

"""Cards of what people do and decide in a runbook: what there is, and the few fields to answer it with.

Nothing waits: a card calls what it was given and says in words how that went. Headless there is a table instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from onboarding.case.may_be_done import MOVED
from onboarding.case.proofs import TWICE
from onboarding.domain.action import Attachment
from onboarding.domain.language import ENGLISH
from onboarding.errors import OnboardingError
from onboarding.html.inline import faint
from onboarding.html.parts import EMPTY, Markup
from onboarding.notebook.controls import WIDE, Copyable, FormScript, Line, button, column, row, text_field
from onboarding.notebook.wording import fine, refused
from onboarding.settings import ENGINEER, is_headless
from onboarding.stages.desired import Entries

Title = Callable[[str], str]
_button = partial(button, align_self="flex-start")


BOTH, CURRENT = "The file proves both", "It holds for the answers as they are now"
"""What a person confirms beside the proof."""


FEW = 6
"""Lines to copy that stand open."""


class Card:
    """What there is to decide, and under a button the few fields to answer it with."""

    def __init__(self, head: Markup, opener: str) -> None:
        self.head = Line(head)
        self.opener = _button(opener, self._open)
        self.who = text_field("Who", "your name", ENGINEER.get())
        self.note = text_field("Note", "")
        self.file = widgets.FileUpload(description="Proof (a file)", multiple=False, layout={"width": "auto"})
        self.same = widgets.Checkbox(description=BOTH, indent=False, layout={"display": "none"})
        self.message = Line("", "live")
        self._is_closed = False
        self.controls = widgets.VBox([], layout={"display": "none"})
        self.box = column([self.head, self.opener, self.controls, self.message], "card")

    def show_values(self, entries: Entries) -> None:
        """What is typed somewhere else to do it, ready to be copied; shown before the card is opened, much of it only
        when it is asked for.
        """
        if not entries.values and not entries.tables:
            return
        shown = Copyable(entries.values, entries.tables)
        before: list[widgets.Widget] = []
        rows = len(entries.values) + sum(len(one["rows"]) for one in entries.tables)
        if rows > FEW:
            shown.layout = {"display": "none"}
            before = [_button(f"What is entered: {ENGLISH.count(rows, 'line')}…", partial(_toggle, shown))]
        self.box.children = [self.head, *before, shown, *self.box.children[1:]]

    def fill(
        self,
        fields: Sequence[widgets.Widget],
        acts: Mapping[str, Callable[[], object]],
        first_style: str = "",
        hint: str = "",
    ) -> None:
        """What is shown once the card is opened: fields, and a button for each of ``acts``, by its words."""
        if not acts:
            return
        sheet = row((column([field], "field") for field in fields), "fields")
        proof = [self.file, self.same] if self.file.description else []
        buttons = [_button(words, act, "" if place else first_style) for place, (words, act) in enumerate(acts.items())]
        words = [Line(faint(hint))] if hint else []
        self.controls.children = [sheet, row([*proof, *buttons], "choice"), *words]

    def offer(self, opener: str, takes_file: bool) -> None:
        """What opens the card says; nothing does where it is empty."""
        self.opener.description = opener
        self.opener.layout.display = None if opener else "none"
        self.file.layout.display = None if takes_file else "none"

    @property
    def document(self) -> Attachment | None:
        """The proof that was uploaded."""
        if not self.file.value:
            return None
        item = self.file.value[0]
        return Attachment(item["name"], item["type"] or "application/octet-stream", bytes(item["content"]))

    def attempt(self, work: Callable[[], str | None]) -> bool:
        """Calls ``work`` and shows the words it gives; an error is shown and what was typed stays."""
        try:
            words = work()
        except OnboardingError as error:
            self.message.value = refused(error)
            self.same.layout.display = None if error.code in (TWICE, MOVED) or self.same.value else "none"
            self.same.description = CURRENT if error.code == MOVED else BOTH
            return False
        self.message.value = fine(words) if words else EMPTY
        return True

    def carry_out(self, work: Callable[[], str], closed: Markup = EMPTY) -> None:
        """The last `attempt`: the card closes when it went well, and ``closed`` is its head from then on.

        A second click that was under way by then does nothing.
        """
        if not self._is_closed and self.attempt(work):
            self._is_closed = True
            if closed:
                self.head.value, self.box.children = closed, [self.head, self.message]
            self.controls.layout.display = self.opener.layout.display = "none"

    def _open(self) -> None:
        _toggle(self.controls)


def _toggle(shown: widgets.DOMWidget) -> None:
    shown.layout.display = None if shown.layout.display == "none" else "none"


class CardList:
    """Cards under each other; ``html`` is shown instead when nobody is there, the box ``nothing`` when there is no
    card.

    ``cards`` are made one by one, and none of them when nobody is there.
    """

    def __init__(self, html: Markup, cards: Iterable[Card], nothing: Markup) -> None:
        self.html = html
        self.cards = [] if is_headless() else [*cards]
        if not is_headless():
            inside = [card.box for card in self.cards] or [Line(nothing)]
            self.box = column([FormScript(), *inside], "form")

    def _repr_mimebundle_(self, **_: Any) -> Any:
        if is_headless():
            return {"text/html": str(self.html), "text/plain": ""}
        return self.box._repr_mimebundle_()


def role_field(roles: Sequence[str], title_of: Title, label: str = "In the role of") -> widgets.Dropdown:
    return widgets.Dropdown(options=[(title_of(role), role) for role in roles], description=label, **WIDE)


WAIVED_AS = "Waived in the role of"
"""Stands at the role of who waives; a report needs none."""

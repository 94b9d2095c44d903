"""What a change of the answers undoes, asked at the foot of the form before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from onboarding.domain.language import Language
from onboarding.html.inline import box
from onboarding.html.parts import EMPTY, Markup, details, element, items, join, paragraph
from onboarding.notebook.controls import Line, button, column, row
from onboarding.notebook.wording import wrong

FEW = 3
"""Sentences that stand open; the others are shown when they are asked for."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What keeping a change would come to, in sentences; once everything was handed over it ``is_ordered``: that is
    what a change order would open.
    """

    sentences: Sequence[str] = ()
    is_ordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.sentences)


NOTHING_UNDONE = Undoing()


class UndoQuestion:
    """Calls ``keep`` or ``take_back`` as the person says, and shows nothing while there is nothing to say."""

    def __init__(self, language: Language, keep: Callable[[], object], take_back: Callable[[], object]) -> None:
        self._language = language
        self.warning = Line("", "live")
        self.wrong = Line("", "live")
        self.keep = button(language("Keep the change"), keep, "primary")
        self.take_back = button(language("Take it back"), take_back)
        self.box = column([self.warning, self.wrong, row([self.keep, self.take_back], "choice")], "undoes")
        self.show(NOTHING_UNDONE)

    @property
    def is_asked(self) -> bool:
        return str(self.box.layout.display) != "none"

    def show(self, undone: Undoing) -> None:
        """Asks about what is undone; nothing is asked when nothing is."""
        self.warning.value = self._warning_html(undone) if undone else EMPTY
        self.box.layout.display = None if undone else "none"
        if not undone:
            self.show_wrong(())

    def show_wrong(self, problems: Sequence[str]) -> None:
        """What is wrong with the change itself: to be mended before it is kept."""
        language, more = self._language, len(problems) - 1
        words = [language("What was typed is not right. {problem}", problem=one) for one in problems[:1]]
        words += [language("and {count} more", count=more)] if more > 0 else []
        self.wrong.value = wrong(" ".join(words)) if words else EMPTY
        self.wrong.layout.display = None if words else "none"

    def _warning_html(self, undone: Undoing) -> Markup:
        language = self._language
        worded = [*map(language, undone.sentences)]
        parts = [items(worded[:FEW])]
        if rest := worded[FEW:]:
            parts.append(details(language("and {count} more", count=len(rest)), items(rest)))
        listed = element("div", join(parts), {"class": "onb-listed", "tabindex": "0"})
        words = language("Not kept yet. What follows from this change:")
        if undone.is_ordered:
            words = language("Not kept yet. What a change order would open with this change:")
        return box("waiting", join([paragraph(words), listed]))

"""Days that were known and are moved or taken out by other answers, each with what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from onboarding.domain.difference import Change, What, bound, differences
from onboarding.domain.json import JSON
from onboarding.domain.language import LazyText, _, join_and, join_sentences
from onboarding.stages.change_notes import explained
from onboarding.stages.context import Context
from onboarding.stages.dated import dates_of


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day that becomes another one, or is not known any more; ``titles`` are those of the tasks that go by it."""

    what: LazyText
    titles: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Field, old and new, and what hangs on it."""
        if not self.titles:
            return self.what
        return join_sentences(
            [self.what, _("What hangs on it: {titles}.", titles=join_and([_(one) for one in self.titles]))]
        )


def day_changes(before: Context, after: Context) -> Iterator[DayChange]:
    """Every day that some task of the profile brings, happens on or counts from, and that is another one or gone."""
    names = (name for task in after.profile.tasks for name in dates_of(task))
    for name in dict.fromkeys(names):
        if after.profile.questionnaire.question(name) is not None:
            for change in _moved(name, before, after):
                yield DayChange(explained(change, (), after).sentence, tuple(_hanging_on(name, before)))


def _hanging_on(name: str, context: Context) -> Iterator[str]:
    """The titles of the tasks that go by a date."""
    for task in context.profile.tasks:
        if name in dates_of(task) and context.is_wanted(task.id):
            yield task.title


def _moved(name: str, before: Context, after: Context) -> Iterator[Change]:
    """The changes of one date, where there was one; a row that goes takes its day along."""
    asked, (section, _dot, question) = after.profile.questionnaire, name.partition(".")
    then, now = (bound(asked, [name], {section: one.identified(section)}) for one in (before, after))
    for change in differences(asked, then, now):
        place = replace(change.place, question=question)
        if change.what is What.REMOVED and (day := _day_in(change.old, question)):
            yield replace(change, what=What.CHANGED, place=place, old=day, new=None)
        elif change.what is What.CHANGED and change.place == place and change.old is not None:
            yield change


def _day_in(row: JSON, question: str) -> JSON:
    return row.get(question) if isinstance(row, Mapping) else None
